"""Sentences that can still be said in another language: Vietnamese text that knows its parts.

The rules speak Vietnamese, and know neither a request nor its language. What they say is a `str`
like any other; the pages ask it for its source and its values and say it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, TypeAlias

QuantityKind: TypeAlias = Literal["vnd", "number", "percent", "day"]
NOTHING: Final[Mapping[str, object]] = {}


class Text(str):
    """A Vietnamese sentence that knows its source, its values and of how many things it is.

    `source` is the message that catalogues translate. `things` is not None where other
    languages have a singular and a plural: of how many the sentence is.
    """

    __slots__ = ("source", "things", "values")
    source: str
    values: Mapping[str, object]
    things: int | None

    def __new__(
        cls,
        said: str,
        source: str | None = None,
        values: Mapping[str, object] = NOTHING,
        things: int | None = None,
    ) -> Text:
        """Return `said`, a plain string to all who do not ask how it was made."""
        text = super().__new__(cls, said)
        text.source = said if source is None else source
        text.values = values
        text.things = things
        return text


class Quantity(str):
    """A figure written as Vietnamese writes it, with the value and kind it was made from."""

    __slots__ = ("kind", "value")
    kind: QuantityKind
    value: object

    def __new__(cls, said: str, kind: QuantityKind = "number", value: object = None) -> Quantity:
        """Return `said`, a plain string to all who do not ask for its value."""
        quantity = super().__new__(cls, said)
        quantity.kind = kind
        quantity.value = value
        return quantity


class Joined(str):
    """Several texts in a row, each of which is said in the reader's language."""

    __slots__ = ("mark", "parts")
    parts: tuple[str, ...]
    mark: str

    def __new__(cls, said: str, parts: tuple[str, ...] = (), mark: str = "") -> Joined:
        """Return `said`, a plain string to all who do not ask for its parts."""
        text = super().__new__(cls, said)
        text.parts = parts
        text.mark = mark
        return text


def say(source: str, /, **values: object) -> Text:
    """Return a Vietnamese sentence with its values put in: `%(name)s`, and `%%` for a percent.

    Without values nothing is put in, and a percent sign stands alone. Catalogues are made from
    these calls, so `source` is a literal.
    """
    return Text(source % values if values else source, source, values)


def fill(template: Text, /, **values: object) -> Text:
    """Return a sentence made before, by `say` without values, with its values put in."""
    return Text(template.source % values, template.source, values)


def say_n(source: str, n: int, /, **values: object) -> Text:
    """Return what `say` returns, of `n` things; `%(n)s` in it is `n` grouped by thousands."""
    values = {"n": quantity(n), **values}
    return Text(source % values, source, values, n)


def quantity(n: int) -> Quantity:
    """Return `2.300`; a negative number has a minus sign (U+2212)."""
    sign = "\u2212" if n < 0 else ""
    return Quantity(sign + f"{abs(n):,}".replace(",", "."), "number", n)


def date_text(value: date) -> Quantity:
    """Return `22/11/2026`."""
    return Quantity(f"{value:%d/%m/%Y}", "day", value)


def joined(*parts: str, mark: str = "") -> Joined:
    """Return the parts in a row with `mark` between them."""
    return Joined(mark.join(parts), parts, mark)


def lowered(text: str) -> Text:
    """Return a Vietnamese text that begins with a small letter, inside a sentence.

    In other languages it is said as it stands in the catalogue.
    """
    small = text[:1].lower() + text[1:]
    if isinstance(text, Text):
        return Text(small, text.source, text.values, text.things)
    return Text(small, text)
