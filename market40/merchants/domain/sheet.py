"""A whole market as CSV: headers as clerks write them, rows to registrations, faults at cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from market40.core.errors import InputFault, InvalidInput
from market40.core.text import squeeze
from market40.core.texts import say
from market40.merchants.domain.csv_text import rows_of
from market40.merchants.domain.registration import (
    FIELDS,
    Flaw,
    StallRegistration,
    flaws_within,
    read_stall,
)

FAULTS_LIMIT: Final = 500

# What stands over a column, squeezed (capitals without marks, blanks and punctuation).
_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("SOSAP", "SAP", "SAPSO", "MASAP", "SOQUAY", "QUAYSO", "SOKIOT", "KIOT", "STALL"),
    "name": ("TENSAP", "TENQUAY", "BIENHIEU", "TENBIENHIEU", "STALLNAME"),
    "zone": ("KHU", "KHUVUC", "DAY", "TENKHU", "ZONE"),
    "goods": ("NGANHHANG", "MATHANG", "HANGHOA", "HANGBAN", "GOODS"),
    "vendor_name": (
        "TIEUTHUONG", "TENTIEUTHUONG", "HOTEN", "HOVATEN", "HOTENTIEUTHUONG", "CHUSAP",
        "NGUOIBAN", "VENDOR",
    ),
    "phone": ("DIENTHOAI", "SODIENTHOAI", "SDT", "DT", "SODT", "DIDONG", "PHONE"),
    "household_name": ("HOKINHDOANH", "TENHO", "TENHOKINHDOANH", "HKD", "HOUSEHOLD"),
    "bank": ("NGANHANG", "TENNGANHANG", "MANGANHANG", "NH", "BANK", "BIN"),
    "account_number": ("SOTAIKHOAN", "STK", "TAIKHOAN", "SOTK", "ACCOUNT", "ACCOUNTNUMBER"),
    "holder": ("CHUTAIKHOAN", "TENCHUTAIKHOAN", "CHUTK", "TENTAIKHOAN", "TENCHUTK", "HOLDER"),
    "usage": (
        "DANHRIENGCHUNG", "DANHRIENG", "RIENGCHUNG", "CACHDUNG", "LOAITAIKHOAN", "MUCDICH",
        "DANHRIENGHAYCHUNG", "USAGE",
    ),
}  # fmt: skip
# What the template writes there. Plain strings: a file's columns stay Vietnamese in every language.
_COLUMNS: Final[Mapping[str, str]] = {field: str(name) for field, name in FIELDS.items()}
_FIELD_OF: Final = {header: field for field, names in _HEADERS.items() for header in names}
_EXAMPLE: Final = "VIDU"
_REQUIRED: Final = ("number", "vendor_name")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its registrations, the row that each came from, what is wrong.

    `registrations` holds only rows without a fault of their own, so a sheet with faults is not
    to be taken. `headers` maps a field to its column's header; `ignored` are headers unused.
    """

    registrations: tuple[StallRegistration, ...]
    rows: tuple[int, ...]
    faults: tuple[InputFault, ...]
    headers: Mapping[str, str]
    ignored: tuple[str, ...]

    def with_flaws(self, flaws: Sequence[Flaw]) -> Sheet:
        """Return the sheet with more faults, all in the order of rows."""
        found = [*self.faults, *(flaw.as_fault(self.place) for flaw in flaws)]
        # What the file says twice and the market once is one thing to mend in one cell.
        once: dict[tuple[str, str], InputFault] = {}
        for fault in found:
            once.setdefault((fault.code, fault.place), fault)
        ordered = sorted(once.values(), key=_row_of)
        return replace(self, faults=tuple(ordered[:FAULTS_LIMIT]))

    def place(self, index: int, field: str) -> str:
        """Return where a flaw of a registration stands: `dòng 12, cột Số tài khoản`."""
        return cell_place(self.rows[index], self.headers.get(field, _COLUMNS.get(field, field)))


def cell_place(row: int, header: str) -> str:
    """Return a cell's name as people find it: the row as Excel counts, the column's header."""
    return say("dòng %(row)s, cột %(header)s", row=row, header=header)


def read_csv(content: bytes) -> Sheet:
    """Return what a clerk's file holds, with every fault at its row and column.

    A fault of the whole file (encoding, no header, a column twice) is the only one then; at most
    FAULTS_LIMIT are given. Raises TooLarge for a file over 2 MB or 2,000 rows.
    """
    try:
        rows = rows_of(content)
        at, columns, ignored = _header(rows)
    except InvalidInput as error:
        fault = InputFault(error.code, error.place or say("tệp"), error.detail)
        return Sheet((), (), (fault,), {}, ())
    headers = {field: " ".join(rows[at][column].split()) for field, column in columns.items()}
    taken: list[StallRegistration] = []
    numbers: list[int] = []
    faults: list[InputFault] = []
    count = 0
    for number, row in enumerate(rows[at + 1 :], at + 2):
        if not any(cell.strip() for cell in row) or _is_example(row):
            continue
        count += 1
        entry, found = _read_row(row, number, columns, headers)
        faults.extend(found)
        if entry is not None:
            taken.append(entry)
            numbers.append(number)
    if not count:
        faults.append(
            InputFault("file_empty", say("tệp"), say("Tệp không có dòng nào ngoài dòng tiêu đề."))
        )
    sheet = Sheet(tuple(taken), tuple(numbers), tuple(faults), headers, ignored)
    return sheet.with_flaws(
        flaws_within(taken, label=lambda index: say("dòng %(row)s", row=numbers[index]))
    )


def template_csv() -> bytes:
    """Return an empty sheet with two examples, which reading leaves out, as Excel likes it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS.values())
    writer.writerow(
        ("VÍ DỤ 1", "Rau Cô Mẩy", "Khu rau", "Rau củ", "Lò Thị Mẩy", "0912 345 678", "",
         "Vietcombank", "0011 0011 2233 88", "LO THI MAY", "dành riêng")
    )  # fmt: skip
    writer.writerow(
        ("VÍ DỤ 2", "Thịt Anh Páo", "Khu thịt", "Thịt lợn", "Giàng Mí Páo", "", "", "", "", "", "")
    )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int], tuple[str, ...]]:
    """Find the header among the first ten rows: a market's title often stands above it."""
    best, columns = -1, dict[str, int]()
    for at, row in enumerate(rows[:10]):
        found = {_FIELD_OF[squeeze(cell)] for cell in row if squeeze(cell) in _FIELD_OF}
        if len(found) > max(len(columns), 1):
            best, columns = at, _columns(row, at + 1)
    missing = [_COLUMNS[field] for field in _REQUIRED if field not in columns]
    if missing:
        message = say("Không thấy cột %(missing)s ở dòng tiêu đề.", missing=", ".join(missing))
        raise InvalidInput(message, code="column_missing", place=say("dòng %(row)s", row=1))
    used = set(columns.values())
    ignored = (c.strip() for at, c in enumerate(rows[best]) if at not in used and c.strip())
    return best, columns, tuple(ignored)


def _columns(row: Sequence[str], number: int) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, cell in enumerate(row):
        field = _FIELD_OF.get(squeeze(cell))
        if field is None:
            continue
        if field in columns:
            message = say("Hai cột cùng là “%(column)s”.", column=_COLUMNS[field])
            place = cell_place(number, " ".join(cell.split()))
            raise InvalidInput(message, code="column_twice", place=place)
        columns[field] = column
    return columns


def _read_row(
    row: Sequence[str], number: int, columns: Mapping[str, int], headers: Mapping[str, str]
) -> tuple[StallRegistration | None, list[InputFault]]:
    typed = {field: row[at] if at < len(row) else "" for field, at in columns.items()}
    entry, flaws = read_stall(typed, from_sheet=True)

    def place(_index: int, field: str) -> str:
        return cell_place(number, headers.get(field, _COLUMNS[field]))

    return entry, [flaw.as_fault(place) for flaw in flaws]


def _is_example(row: Sequence[str]) -> bool:
    """Whether a row is one of the template's examples, left in by whoever filled it."""
    return any(squeeze(cell).startswith(_EXAMPLE) for cell in row[:2])


def _row_of(fault: InputFault) -> int:
    words = fault.place.replace(",", " ").split()
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
