"""The conformance vectors of `tests/fixtures/vietqr`, and whether a reading agrees with one.

Each says its payload, verdict, faults and fields, where it is from, and which of seven libraries
took it when they were run on it (`accepted_by`; names, versions and date stand in the files).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from market40.vietqr.errors import PayloadFault

FIXTURES = Path(__file__).parent / "fixtures" / "vietqr"
FILES = ("public", "generated")
NPM = "vqp(npm 1.5.1)"  # how `source` names vietnam-qr-pay's own outputs

Vector = Mapping[str, Any]


@cache
def _file(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FIXTURES / f"vectors_{name}.json").read_text("utf-8"))
    return read


def vectors(*names: str) -> list[Vector]:
    """Return the vectors of those files, of all by default."""
    return [vector for name in names or FILES for vector in _file(name)["vectors"]]


def libraries() -> dict[str, str]:
    """Return name and version of the libraries by the keys of `accepted_by`."""
    names: dict[str, str] = _file(FILES[0])["libraries"]
    return names


def agree(faults: Iterable[PayloadFault], labels: Iterable[str]) -> bool:
    """Tell whether faults are those of the labels.

    Label `CODE@root.54` is our code and path `54`; a label without a path leaves it open.
    """
    found = sorted((fault.code, fault.path) for fault in faults)
    wanted = sorted(label.replace("@root.", "@").partition("@")[::2] for label in labels)
    return [code for code, _ in found] == [code for code, _ in wanted] and all(
        want in ("", path) for (_, path), (_, want) in zip(found, wanted, strict=True)
    )


def emitted_by_npm() -> list[Vector]:
    """Return what npm's vietnam-qr-pay 1.5.1 made that is valid and warned of by nothing."""
    return [
        vector
        for vector in vectors("generated")
        if vector["valid"] and not vector["warnings"] and NPM in str(vector["source"])
    ]
