"""A registration of a market or of stalls: the values, how they are read, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from market40.core.errors import InputFault
from market40.core.market_rules import MarketCalendar
from market40.core.text import fold
from market40.core.texts import say
from market40.merchants.domain import fields
from market40.merchants.domain.fields import BadField, Usage
from market40.vietqr import banks

T = TypeVar("T")

FIELDS: Final[Mapping[str, str]] = {
    "number": say("Số sạp"),
    "name": say("Tên sạp"),
    "zone": say("Khu"),
    "goods": say("Ngành hàng"),
    "vendor_name": say("Tiểu thương"),
    "phone": say("Điện thoại"),
    "household_name": say("Hộ kinh doanh"),
    "bank": say("Ngân hàng"),
    "account_number": say("Số tài khoản"),
    "holder": say("Chủ tài khoản"),
    "usage": say("Dành riêng/chung"),
}
"""A registration's fields and the words for them, in the order of the template."""

ACCOUNT_FIELDS: Final = ("bank", "account_number", "holder")


@dataclass(frozen=True, slots=True)
class MarketRegistration:
    """A market to be put on: `name` is its whole name, the communes are ids of places."""

    name: str
    commune_id: UUID
    legacy_commune_id: UUID
    calendar: MarketCalendar
    opened_on: date


@dataclass(frozen=True, slots=True)
class StallRegistration:
    """One stall to be put on, read and clean.

    Without an account (`bank_bin`, `account_number` and `holder` all None) the stall is pending
    and has no code yet; `holder` is in capitals without marks.
    """

    number: str
    name: str
    zone: str | None
    goods: str | None
    vendor_name: str
    phone: str | None
    household_name: str | None
    bank_bin: str | None
    account_number: str | None
    holder: str | None
    usage: Usage = "mixed"

    @property
    def has_account(self) -> bool:
        """Whether the stall comes with its vendor's account, and so gets a code at once."""
        return self.account_number is not None


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with the registration at `index` of a batch, in the named field."""

    index: int
    field: str
    code: str
    message: str

    def as_fault(self, place: Callable[[int, str], str]) -> InputFault:
        """Return it as a fault at the place that the caller's input has for it."""
        return InputFault(self.code, place(self.index, self.field), self.message)


def api_place(index: int, field: str) -> str:
    """Return a flaw's place in a JSON body: `stalls[3].number`."""
    return f"stalls[{index}].{field}"


def read_stall(
    typed: Mapping[str, str], *, index: int = 0, from_sheet: bool = False
) -> tuple[StallRegistration | None, list[Flaw]]:
    """Return the registration that `typed` (FIELDS to texts) says, or None with all its flaws.

    `from_sheet` looks for what spreadsheets do to long numbers.
    """
    flaws: list[Flaw] = []

    def take(field: str, read: Callable[[str], T], *, required: bool = False) -> T | None:
        value = typed.get(field, "")
        if not value.strip() and not required:
            return None
        try:
            return read(value)
        except BadField as bad:
            flaws.append(Flaw(index, field, bad.code, bad.message))
            return None

    number = take("number", fields.stall_number, required=True)
    vendor = take("vendor_name", _named(say("Tên tiểu thương")), required=True)
    name = take("name", _named(say("Tên sạp")))
    zone = take("zone", _named(say("Khu")))
    goods = take("goods", _named(say("Ngành hàng")))
    household = take("household_name", _named(say("Tên hộ kinh doanh"), fields.HOUSEHOLD_LIMIT))
    telephone = take("phone", fields.phone)
    usage = take("usage", fields.usage, required=True)
    # An account is whole or not at all: one of its fields asks for the others.
    with_account = any(typed.get(field, "").strip() for field in ACCOUNT_FIELDS)
    bank = take("bank", _required_bank, required=with_account)
    holder = take("holder", fields.holder, required=with_account)
    account = take("account_number", lambda s: _account(s, bank, from_sheet), required=with_account)
    if flaws or number is None or vendor is None or usage is None:
        return None, flaws
    registration = StallRegistration(
        number, name or f"Sạp {number}", zone, goods, vendor, telephone, household,
        bank.bin if bank else None, account, holder, usage,
    )  # fmt: skip
    return registration, []


def read_first_account(
    typed: Mapping[str, str],
) -> tuple[tuple[str, str, str, Usage] | None, list[Flaw]]:
    """Return (BIN, number, holder, usage) of a stall's first account, or None with its flaws."""
    named = {**dict.fromkeys(FIELDS, ""), "number": "0", "vendor_name": "x"}
    given = {field: typed.get(field, "") for field in (*ACCOUNT_FIELDS, "usage")}
    entry, flaws = read_stall({**named, **given})
    if entry is None:
        return None, [flaw for flaw in flaws if flaw.field in given]
    if entry.bank_bin is None or entry.account_number is None or entry.holder is None:
        return None, [Flaw(0, "account_number", "missing", say("Chưa nhập số tài khoản."))]
    return (entry.bank_bin, entry.account_number, entry.holder, entry.usage), []


def flaws_within(
    registrations: Sequence[StallRegistration],
    *,
    label: Callable[[int], str] = lambda index: say("mục %(number)s", number=index + 1),
) -> list[Flaw]:
    """Return what the registrations of one batch have against each other.

    A number stands once; a phone is one vendor's; an account has one holder, one use and one
    household. `label` names the other entry in the message ("dòng 5").
    """
    flaws: list[Flaw] = []
    numbers: dict[str, int] = {}
    phones: dict[str, int] = {}
    accounts: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(registrations):
        first = numbers.setdefault(entry.number, index)
        if first != index:
            message = say(
                "Số sạp %(number)s đã có ở %(where)s.", number=entry.number, where=label(first)
            )
            flaws.append(Flaw(index, "number", "number_twice", message))
        if entry.phone is not None:
            first = phones.setdefault(entry.phone, index)
            if not fields.same_name(registrations[first].vendor_name, entry.vendor_name):
                message = say(
                    "Số điện thoại này là của tiểu thương khác, ở %(where)s.", where=label(first)
                )
                flaws.append(Flaw(index, "phone", "phone_of_another", message))
        if entry.bank_bin is not None and entry.account_number is not None:
            first = accounts.setdefault((entry.bank_bin, entry.account_number), index)
            flaws.extend(_account_flaws(index, entry, registrations[first], label(first)))
    return flaws


def same_household(one: StallRegistration, other: StallRegistration) -> bool:
    """Return whether two registrations are of one household: one vendor, or one named household."""
    if one.household_name and other.household_name:
        return fold(one.household_name) == fold(other.household_name)
    if one.phone and other.phone and one.phone != other.phone:
        return False
    return fields.same_name(one.vendor_name, other.vendor_name)


def _account_flaws(
    index: int, entry: StallRegistration, first: StallRegistration, where: str
) -> list[Flaw]:
    if entry.holder != first.holder:
        message = say("Tài khoản này ghi tên chủ khác ở %(where)s.", where=where)
        return [Flaw(index, "holder", "holder_differs", message)]
    if not same_household(entry, first):
        message = say("Tài khoản này đã ghi cho hộ khác ở %(where)s.", where=where)
        return [Flaw(index, "account_number", "account_of_another", message)]
    if entry.usage != first.usage:
        message = say("Tài khoản này ghi cách dùng khác ở %(where)s.", where=where)
        return [Flaw(index, "usage", "usage_differs", message)]
    return []


def _named(what: str, limit: int = fields.NAME_LIMIT) -> Callable[[str], str]:
    return lambda typed: fields.text(typed, limit=limit, what=what)


def _required_bank(typed: str) -> banks.Bank:
    if not typed.strip():
        raise BadField("missing", say("Chưa chọn ngân hàng."))
    return fields.bank(typed)


def _account(typed: str, bank: banks.Bank | None, from_sheet: bool) -> str:
    if not typed.strip():
        raise BadField("missing", say("Chưa nhập số tài khoản."))
    if from_sheet:
        fields.refuse_rounded(typed)
    return fields.account_number(typed, bank)
