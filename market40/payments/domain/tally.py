"""A cash tally: what a stall took on a day in cash and by other non-cash means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from market40.core.errors import InputFault, InvalidInput
from market40.core.texts import say

TallyAnswer: TypeAlias = Literal["counted", "zero", "closed", "refused"]

ANSWERS: Final = ("counted", "zero", "closed", "refused")
COUNT_MAX: Final = 10_000
VALUE_MAX_VND: Final = 10_000_000_000
BACK_DAYS: Final = 62
"""A tally is of the last two months: later nobody remembers, and the official month is closed."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was said of one stall's day; counts are sales, values whole dong."""

    day: date
    answer: TallyAnswer
    cash_count: int
    cash_vnd: int
    other_count: int
    other_vnd: int


def read_tally(
    *,
    day: date,
    today: date,
    answer: object,
    cash_count: object = 0,
    cash_vnd: object = 0,
    other_count: object = 0,
    other_vnd: object = 0,
) -> Tally:
    """Return the tally; raise InvalidInput `tally_invalid` with a fault for each thing wrong.

    A day that was counted took something: one that took nothing is said as `zero`, on purpose.
    """
    faults = _day_faults(day, today)
    if answer not in ANSWERS:
        faults.append(
            InputFault(
                "answer_invalid", "answer", say("Chọn đã đếm, không bán, đóng hoặc từ chối.")
            )
        )
    numbers = (cash_count, cash_vnd, other_count, other_vnd)
    faults += _number_faults("cash_count", cash_count, COUNT_MAX)
    faults += _number_faults("cash_vnd", cash_vnd, VALUE_MAX_VND)
    faults += _number_faults("other_count", other_count, COUNT_MAX)
    faults += _number_faults("other_vnd", other_vnd, VALUE_MAX_VND)
    if not faults:
        faults += _sense_faults(answer, *numbers)
    if faults:
        raise InvalidInput(
            say("Số liệu ghi tiền mặt chưa đúng."), code="tally_invalid", faults=faults
        )
    return Tally(day, answer, *numbers)  # type: ignore[arg-type]


def _day_faults(day: date, today: date) -> list[InputFault]:
    if day > today:
        return [InputFault("day_in_future", "day", say("Chưa đến ngày này."))]
    if (today - day).days > BACK_DAYS:
        return [
            InputFault(
                "day_too_old",
                "day",
                say("Chỉ ghi được trong %(n)s ngày gần đây.", n=BACK_DAYS),
            )
        ]
    return []


def _number_faults(place: str, value: object, limit: int) -> list[InputFault]:
    if type(value) is not int:
        return [InputFault("not_whole", place, say("Phải là số nguyên."))]
    if value < 0:
        return [InputFault("negative", place, say("Không được âm."))]
    if value > limit:
        return [InputFault("too_large", place, say("Số quá lớn."))]
    return []


def _sense_faults(answer: object, *numbers: object) -> list[InputFault]:
    cash_count, cash_vnd, other_count, other_vnd = numbers
    faults: list[InputFault] = []
    if answer == "counted" and not any(numbers):
        words = say("Chưa có số nào: điền số tiền, hoặc chọn không bán được hay nghỉ bán.")
        faults.append(InputFault("nothing_counted", "cash_vnd", words))
    if answer != "counted" and any(numbers):
        faults.append(
            InputFault("not_counted", "answer", say("Ngày không bán thì không có số tiền."))
        )
    for place, count, value in (
        ("cash", cash_count, cash_vnd),
        ("other", other_count, other_vnd),
    ):
        if bool(count) != bool(value):
            missing = f"{place}_vnd" if count else f"{place}_count"
            faults.append(
                InputFault(
                    "count_without_value", missing, say("Số lần và số tiền phải đi cùng nhau.")
                )
            )
    return faults
