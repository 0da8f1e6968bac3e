"""Cursor paging: the place after the last row, not a number of rows to skip."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import request

from market40.core.errors import InvalidInput
from market40.core.texts import say

LIMIT_MAX: Final = 200
_CURSOR_LIMIT: Final = 600
PARAMETERS: Final = (
    {
        "name": "limit",
        "in": "query",
        "description": "How many rows at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX},
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "`next` of the page before.",
        "schema": {"type": "string", "minLength": 1, "maxLength": _CURSOR_LIMIT},
    },
)
"""How the OpenAPI document says what `page_asked` reads."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for: up to `limit` rows after the row whose sort values are `after`."""

    limit: int
    after: tuple[str, ...] | None


def page_asked(*, parts: int, default: int = 50) -> Page:
    """Return the page that `?limit=` and `?cursor=` name; `parts` is the cursor's sort values.

    Raises InvalidInput `limit_invalid` (1 to 200) or `cursor_invalid`.
    """
    text = request.args.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LIMIT_MAX):
        raise InvalidInput(
            say("limit là số từ 1 đến %(n)s.", n=LIMIT_MAX),
            place="limit",
            code="limit_invalid",
        )
    cursor = request.args.get("cursor", "")
    return Page(int(text), _decoded(cursor, parts) if cursor else None)


def cursor_after(values: Sequence[str]) -> str:
    """Return the cursor that names the row with these sort values."""
    plain = json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _decoded(cursor: str, parts: int) -> tuple[str, ...]:
    wrong = InvalidInput(say("cursor không đúng."), place="cursor", code="cursor_invalid")
    if len(cursor) > _CURSOR_LIMIT:
        raise wrong
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(values, list) or len(values) != parts:
        raise wrong
    if not all(isinstance(value, str) for value in values):
        raise wrong
    return tuple(values)
