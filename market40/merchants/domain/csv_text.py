"""From a clerk's file to rows of cells: encodings, separators and limits of CSV."""

from __future__ import annotations

import csv
import io
from typing import Final

from market40.core.errors import InvalidInput, TooLarge
from market40.core.text import nfc
from market40.core.texts import say

BYTES_LIMIT: Final = 2 * 1024 * 1024
ROWS_LIMIT: Final = 2_000
CELL_LIMIT: Final = 500
COLUMNS_LIMIT: Final = 60
_SEPARATORS: Final = ";\t,"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def rows_of(content: bytes) -> list[list[str]]:
    """Return the file's rows, blank ones too, so that a row's place is its number in Excel.

    UTF-8 and UTF-16, with or without a mark, and Windows-1258; separators comma, semicolon and
    tab, also said by Excel's `sep=` line (an empty row then). Texts come out composed (NFC).
    Raises TooLarge (`file_too_large`, `too_many_rows`) and InvalidInput (`file_empty`,
    `file_is_workbook`, `file_encoding`, `file_broken` with the row).
    """
    text = _decoded(content)
    first, _, _rest = text.partition("\n")
    said = first.strip().lower()
    if said.startswith("sep=") and len(said) <= 5:
        separator = first.strip()[4:] or "\t"
        text = text.removeprefix(first)
    else:
        separator = max(_SEPARATORS, key=_outside_quotes(first).count)
    return _parsed(text, separator)


def _decoded(content: bytes) -> str:
    if len(content) > BYTES_LIMIT:
        raise TooLarge(say("Tệp lớn hơn 2 MB: hãy chia theo khu."), code="file_too_large")
    if not content.strip():
        raise InvalidInput(say("Tệp trống."), code="file_empty")
    if content.startswith((_ZIP, _OLE)):
        message = say("Đây là sổ Excel. Hãy chọn Lưu thành (Save As) › CSV UTF-8 rồi gửi tệp đó.")
        raise InvalidInput(message, code="file_is_workbook")
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        raise _encoding_fault() from error
    if "\0" in text:
        raise _encoding_fault()
    return nfc(text).replace("\r\n", "\n").replace("\r", "\n")


def _encoding(content: bytes) -> str:
    """UTF-8 that decodes is UTF-8; Windows-1258 is what an older Vietnamese Windows saves."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in content[:4]:  # ASCII in UTF-16 without a mark has every other byte zero
        return "utf-16-be" if content[0] == 0 else "utf-16-le"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1258"
    return "utf-8-sig"


def _encoding_fault() -> InvalidInput:
    message = say("Không đọc được chữ trong tệp. Hãy lưu lại dạng CSV UTF-8.")
    return InvalidInput(message, code="file_encoding")


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _parsed(text: str, separator: str) -> list[list[str]]:
    if separator not in _SEPARATORS:
        message = say("Tệp dùng dấu ngăn cột không rõ.")
        raise InvalidInput(message, code="file_broken", place=say("dòng %(row)s", row=1))
    rows: list[list[str]] = []
    filled = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(row)
            filled += any(cell.strip() for cell in row)
            # One more is the header; blank rows count for little, but not without end.
            if filled > ROWS_LIMIT + 1 or len(rows) > 10 * ROWS_LIMIT:
                message = say("Tệp có hơn 2.000 sạp: hãy chia theo khu.")
                raise TooLarge(message, code="too_many_rows")
            _check_row(row, len(rows))
    except csv.Error as error:
        message = say("Dấu ngoặc kép trong tệp không khớp nhau.")
        place = say("dòng %(row)s", row=len(rows) + 1)
        raise InvalidInput(message, code="file_broken", place=place) from error
    return rows


def _check_row(row: list[str], number: int) -> None:
    place = say("dòng %(row)s", row=number)
    if len(row) > COLUMNS_LIMIT:
        message = say("Một dòng có nhiều hơn %(n)s cột.", n=COLUMNS_LIMIT)
        raise InvalidInput(message, code="too_many_columns", place=place)
    if any(len(cell) > CELL_LIMIT for cell in row):
        message = say("Một ô dài quá %(n)s ký tự.", n=CELL_LIMIT)
        raise InvalidInput(message, code="cell_too_long", place=place)
