"""JSON from outside under limits: size, depth, duplicate keys, and numbers that stay exact."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Final, NoReturn

from market40.payments.feeds.base import BODY_LIMIT, FeedFormatError

DEPTH_LIMIT: Final = 8
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z_]{0,39}")


class Inexact:
    """A number written with a point or an exponent: never an amount of dong."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def read_object(body: bytes) -> dict[str, object]:
    """Return the one JSON object that the bytes are; numbers are `int` or `Inexact`.

    Raises FeedFormatError for more than BODY_LIMIT bytes, bytes that are not UTF-8, broken JSON,
    nesting over DEPTH_LIMIT, a key given twice in an object, NaN and Infinity.
    """
    if len(body) > BODY_LIMIT:
        raise FeedFormatError("too_large", place="body")
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=Inexact,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        raise FeedFormatError("not_utf8", place=f"byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise FeedFormatError("not_json", place=f"char {error.pos}") from error
    except RecursionError as error:
        raise FeedFormatError("too_deep", place="body") from error
    except ValueError as error:  # an integer of thousands of digits
        raise FeedFormatError("number_too_long", place="body") from error
    if not isinstance(value, dict):
        raise FeedFormatError("not_an_object", place="body")
    if body.count(b"[") + body.count(b"{") > DEPTH_LIMIT:
        _check_depth(value)
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counted = Counter(key for key, _value in pairs)
    twice = next(key for key, times in counted.items() if times > 1)
    # The key is the sender's text, and the place stands unsealed beside the delivery: only what
    # can be a field's name is said.
    raise FeedFormatError("duplicate_key", place=twice if _FIELD.fullmatch(twice) else "body")


def _constant(_text: str) -> NoReturn:
    raise FeedFormatError("not_a_number", place="body")


def _check_depth(value: dict[str, object]) -> None:
    level: list[dict[str, object] | list[object]] = [value]
    for _depth in range(DEPTH_LIMIT):
        below: list[object] = []
        for item in level:
            below.extend(item.values() if isinstance(item, dict) else item)
        level = [item for item in below if isinstance(item, dict | list)]
    if level:
        raise FeedFormatError("too_deep", place="body")
