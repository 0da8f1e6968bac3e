"""Order of names and stall numbers as texts that every database sorts alike."""

from __future__ import annotations

import re
from typing import Final

from market40.core.text import vietnamese_sort_key

_RUNS: Final = re.compile(r"[0-9]+|[^0-9]+")
_MOST: Final = 0xFF


def name_sort_key(name: str, *, limit: int = 200) -> str:
    """Return a key of hex digits (no collation can reorder it) in Vietnamese dictionary order.

    Two names that differ in tones or case alone get keys that differ after their letters.
    """
    letters, tones, _cases = vietnamese_sort_key(name)
    return (_hex(letters) + "00" + _hex(tones))[:limit]


def number_sort_key(number: str, *, limit: int = 120) -> str:
    """Return a key that puts stall A2 before A10: a run of digits counts as one number."""
    parts: list[str] = []
    for run in _RUNS.findall(number):
        if run[0].isdecimal():
            digits = run.lstrip("0") or "0"
            parts.append(f"{min(len(digits), _MOST):02x}")
            parts.append(_hex(vietnamese_sort_key(digits)[0]))
        else:
            parts.append(_hex(vietnamese_sort_key(run)[0]))
    return "".join(parts)[:limit]


def _hex(values: tuple[int, ...]) -> str:
    return "".join(f"{min(value, _MOST):02x}" for value in values)
