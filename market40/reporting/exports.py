"""The adoption table as JSON and CSV: one row an indicator, the same numbers as the page.

A unit's code is text with leading zeros. Spreadsheets read `00691` as 691, and the known trick,
writing `="00691"`, is a formula, which we never write. So the column `unit` names the unit whole,
`qd19-2025:00691`, which no program takes for a number; it is what to join by, since a code alone
names nothing (3,316 codes were reused on 1 July 2025). `unit_code` holds the bare code for
readers that keep text.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from market40.core.errors import JsonValue
from market40.reporting.domain.adoption import BASIS_CODES, AdoptionRow, AdoptionTable, UnitLabel
from market40.reporting.domain.figures import Figure, decimal_text, figure_text
from market40.reporting.domain.indicator import Indicator

VALUE_PLACES: Final = 6
COLUMNS: Final = (
    "row",
    "unit",
    "unit_code",
    "code_system",
    "valid_from",
    "unit_level",
    "name",
    "basis",
    "period",
    "period_start",
    "as_of",
    "period_status",
    "indicator",
    "definition_version",
    "numerator",
    "denominator",
    "value",
    "status",
    "shown",
    "note",
)
_BOM: Final = "\ufeff"
# Excel also takes the full-width signs for the narrow ones.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Record: TypeAlias = dict[str, JsonValue]


def to_json(table: AdoptionTable) -> dict[str, JsonValue]:
    """Return the table as values that JSON can carry; `figures` has one object an indicator."""
    return {
        "period": table.period.text,
        "period_label": table.period.label,
        "period_start": table.period.start.isoformat(),
        "period_end": table.period.last_day.isoformat(),
        "as_of": table.as_of.isoformat(),
        "period_status": _period_status(table),
        "basis": BASIS_CODES[table.by],
        "basis_label": table.basis,
        "territory": table.territory,
        "indicators": [
            {
                "id": one.id,
                "version": one.version,
                "unit": one.unit,
                "title": one.title,
                "definition": one.definition,
            }
            for one in table.indicators
        ],
        "total": _unit_json(table.total, table.indicators),
        "rows": [_unit_json(row, table.indicators) for row in table.rows],
        "empty_units": [_label_json(unit) for unit in table.empty_units],
    }


def etag(body: dict[str, JsonValue]) -> str:
    """Return the hash of a table's JSON: equal as long as no figure of it changes."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def to_csv(table: AdoptionTable) -> bytes:
    """Return the table as CSV: UTF-8 with a BOM, CRLF, comma, plain numbers; the total last."""
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for record in records(table):
        writer.writerow({name: _cell(value) for name, value in record.items()})
    return (_BOM + lines.getvalue()).encode()


def records(table: AdoptionTable) -> Iterator[Record]:
    """Give one record for each unit and indicator, the total last and marked in `row`."""
    for row in (*table.rows, table.total):
        for one in table.indicators:
            yield {
                "row": "total" if row is table.total else "unit",
                **_label_json(row.unit),
                "basis": BASIS_CODES[table.by],
                "period": table.period.text,
                "period_start": table.period.start.isoformat(),
                "as_of": table.as_of.isoformat(),
                "period_status": _period_status(table),
                **_figure_json(row.figures[one.id], one),
            }


def _period_status(table: AdoptionTable) -> str:
    return "provisional" if table.provisional else "complete"


def _unit_json(row: AdoptionRow, indicators: Iterable[Indicator]) -> Record:
    figures = [_figure_json(row.figures[one.id], one) for one in indicators]
    return {**_label_json(row.unit), "markets": row.markets, "figures": figures}


def _label_json(unit: UnitLabel) -> Record:
    if unit.code:
        key = f"{unit.code_system}:{unit.code}"
    else:
        key = f"market:{unit.id}" if unit.id else "total"
    return {
        "unit": key,
        "unit_code": unit.code or None,
        "code_system": unit.code_system or None,
        "valid_from": unit.valid_from.isoformat() if unit.valid_from else None,
        "unit_level": unit.level or None,
        "name": unit.name,
    }


def _figure_json(figure: Figure, one: Indicator) -> Record:
    return {
        "indicator": one.id,
        "definition_version": one.version,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": _value(figure, one),
        "status": figure.status,
        "shown": figure_text(figure, one.unit),
        "note": figure.note,
    }


def _value(figure: Figure, one: Indicator) -> JsonValue:
    """Return a count as an integer, a share as a decimal of six places, None for no value."""
    if figure.value is None:
        return None
    if one.unit == "stalls":
        return int(figure.value)
    # A number in JSON: the shortest float that prints the six places is those six places.
    return float(decimal_text(figure.value, VALUE_PLACES))


def _cell(value: JsonValue) -> str | int | float:
    """Return what a CSV cell holds: numbers as they are, texts never read as a formula."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
