"""The words after `?` of the API: a mistyped one must not quietly give another answer.

The gate checks them by the view's mark `takes`, so that no view has to think of it.
"""

from __future__ import annotations

from typing import Final

from flask import request

from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.web.i18n import LANGUAGES

LANGUAGE_PARAMETER: Final = {
    "name": "lang",
    "in": "query",
    "description": "The language of titles, details and faults.",
    "schema": {"type": "string", "enum": list(LANGUAGES)},
}
"""How the OpenAPI document says what every operation takes besides its own."""


def check_parameters(known: tuple[str, ...]) -> None:
    """Refuse any query parameter but `known` and `lang`.

    Raises InvalidInput `parameter_unknown`, or `parameter_invalid` for one that is empty, stands
    there twice, or asks for a language that is not there.
    """
    taken = (*known, "lang")
    for name, values in request.args.lists():
        if name not in taken:
            detail = say("Không có tham số này; có: %(names)s.", names=", ".join(taken))
            raise InvalidInput(detail, place=name[:40], code="parameter_unknown")
        if len(values) != 1 or not values[0]:
            detail = say("Tham số này phải có giá trị và chỉ ghi một lần.")
            raise InvalidInput(detail, place=name, code="parameter_invalid")
        if name == "lang" and values[0] not in LANGUAGES:
            detail = say("Cần một trong: %(choices)s.", choices=", ".join(LANGUAGES))
            raise InvalidInput(detail, place=name, code="parameter_invalid")


def yes_or_no(name: str) -> bool:
    """Return whether the parameter is `true`; False without it. Raises InvalidInput for another."""
    word = request.args.get(name, "false")
    if word not in ("true", "false"):
        raise InvalidInput(say("Cần true hoặc false."), place=name, code="parameter_invalid")
    return word == "true"
