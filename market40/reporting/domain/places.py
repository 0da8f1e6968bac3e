"""A place as people name it in a report's address and settings: `gso2004:district:026`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, cast

from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.places.domain import GSO_2004, QD_19_2025, REFORM_DAY, CodeSystem, Level
from market40.reporting.domain.adoption import By

_CODE_DIGITS: Final = {"province": 2, "district": 3, "commune": 5}


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A unit by code system, level and code; `day` is one on which it is looked up."""

    code_system: CodeSystem
    level: Level
    code: str

    @property
    def day(self) -> dt.date:
        """The last day of the old units, the first of the new."""
        old = self.code_system == GSO_2004
        return REFORM_DAY - dt.timedelta(days=1) if old else REFORM_DAY


def parse_place(text: str) -> PlaceName:
    """Return the place that a text names; raise InvalidInput `place_invalid`.

    `gso2004:province:02`, `gso2004:district:026`, `qd19-2025:commune:00691`. No district exists
    since 1 July 2025.
    """
    parts = text.split(":") if len(text) <= 40 else []
    if len(parts) == 3:
        system, level, code = parts
        known = system in (GSO_2004, QD_19_2025) and level in _CODE_DIGITS
        digits = code.isascii() and code.isdigit()
        if system == QD_19_2025 and level == "district":
            detail = say("Từ 01/7/2025 không còn cấp huyện; hãy dùng mã gso2004.")
            raise InvalidInput(detail, place="unit", code="unit_of_another_time")
        if known and digits and len(code) == _CODE_DIGITS[level]:
            return PlaceName(cast("CodeSystem", system), cast("Level", level), code)
    detail = say("Nơi cần ghi theo dạng hệ mã:cấp:mã, ví dụ gso2004:district:026.")
    raise InvalidInput(detail, place="unit", code="place_invalid")


def fits_basis(place: PlaceName, by: By) -> None:
    """Raise InvalidInput `unit_of_another_time` for a unit that the basis cannot add up to.

    Present communes cross old districts and the other way round, so that a row would show a part
    of a unit under its whole name. Provinces and single markets go with either. A commune within
    the districts' table is `unit_below_basis`: no row would be of it alone, and its total beside
    them would give away by subtraction what the table of markets hides.
    """
    of_basis = {"district": GSO_2004, "commune": QD_19_2025}.get(by, place.code_system)
    if place.level == "province" or place.code_system == of_basis:
        if by == "district" and place.level == "commune":
            detail = say("Xã nhỏ hơn huyện; hãy xem xã này theo từng chợ.")
            raise InvalidInput(detail, place="unit", code="unit_below_basis")
        return
    detail = say(
        "Đơn vị này thuộc thời kỳ khác với cách gộp đã chọn; hãy xem huyện (cũ) theo mã gso2004, "
        "xã, phường hiện nay theo mã qd19-2025."
    )
    raise InvalidInput(detail, place="unit", code="unit_of_another_time")
