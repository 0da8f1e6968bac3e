"""Tag, length, value: reads one level of an EMVCo merchant-presented payload.

EMVCo MPM §3: a tag of two digits, a length of two digits "01" to "99", then that many
characters (not bytes: the EMVCo sample with Chinese names settles it).
"""

from __future__ import annotations

from typing import NamedTuple

from market40.vietqr.errors import PayloadFault

_HEADER = 4
_DIGITS = frozenset("0123456789")  # str.isdigit() would let Arabic-Indic and full-width digits in


class Element(NamedTuple):
    """One tag with its value; `offset` is where the tag starts in the whole payload."""

    tag: str
    value: str
    offset: int


def _digits(pair: str) -> bool:
    return pair[0] in _DIGITS and pair[1] in _DIGITS


def read(text: str, faults: list[PayloadFault], path: str = "", start: int = 0) -> list[Element]:
    """Return the elements of one level up to the first broken one; append what is wrong.

    `path` is the template's own path, empty for the payload itself; `start` is the offset of
    `text` in the payload. A zero length and a repeated tag are faults that do not stop the
    reading; anything that makes the next position unsure does.
    """
    elements: list[Element] = []
    seen: set[str] = set()
    level = path or "root"
    prefix = f"{path}." if path else ""
    at, end = 0, len(text)
    while at < end:
        where = start + at
        if end - at < _HEADER:
            faults.append(
                PayloadFault(
                    "TRUNCATED_HEADER",
                    level,
                    where,
                    f"Còn {end - at} ký tự, một thẻ cần ít nhất 4.",
                )
            )
            break
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not _digits(tag):
            faults.append(PayloadFault("NON_NUMERIC_TAG", level, where, "Tên thẻ gồm hai chữ số."))
            break
        if not _digits(length):
            message = "Độ dài gồm hai chữ số."
            faults.append(PayloadFault("NON_NUMERIC_LENGTH", prefix + tag, where + 2, message))
            break
        at += _HEADER + int(length)
        if at > end:
            message = f"Ghi {length} ký tự, chỉ còn {int(length) - (at - end)}."
            faults.append(PayloadFault("LENGTH_OVERRUN", prefix + tag, where + 2, message))
            break
        if length == "00":
            message = "Giá trị có ít nhất một ký tự."
            faults.append(PayloadFault("ZERO_LENGTH", prefix + tag, where + 2, message))
        if tag in seen:
            faults.append(
                PayloadFault("DUPLICATE_TAG", prefix + tag, where, "Xuất hiện nhiều hơn một lần.")
            )
        seen.add(tag)
        elements.append(Element(tag, text[where - start + _HEADER : at], where))
    return elements


def write(tag: str, value: str) -> str:
    """Return `value` behind its tag and length in characters; the caller keeps it within 99."""
    return f"{tag}{len(value):02d}{value}"
