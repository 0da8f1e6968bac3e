"""The words after `?` of the API: a mistyped one must not quietly give another answer."""

from __future__ import annotations

from flask import request

from market40.core.errors import InvalidInput
from market40.core.texts import say


def words_asked(*known: str) -> dict[str, str]:
    """Return the query's words by name, those of `known` that were given.

    Raises InvalidInput `parameter_unknown`, or `parameter_invalid` for one that is empty or
    stands there twice.
    """
    found: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in known:
            shown = ", ".join(known)
            detail = say("Không có tham số này; có: %(names)s.", names=shown)
            raise InvalidInput(detail, place=name[:40], code="parameter_unknown")
        if len(values) != 1 or not values[0]:
            detail = say("Tham số này phải có giá trị và chỉ ghi một lần.")
            raise InvalidInput(detail, place=name, code="parameter_invalid")
        found[name] = values[0]
    return found


def yes_or_no(words: dict[str, str], name: str) -> bool:
    """Return whether the word is `true`; False without it. Raises InvalidInput for another."""
    word = words.get(name, "false")
    if word not in ("true", "false"):
        raise InvalidInput(say("Cần true hoặc false."), place=name, code="parameter_invalid")
    return word == "true"
