"""The indicators: pure functions from a unit's inputs to a Figure, registered with a definition.

Definitions follow research/places-and-reporting §4 (M1 to M6). `docs/indicators.md` has a line
for each; a change of what one means is a new version.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from market40.core.errors import NotFound
from market40.core.texts import say, say_n
from market40.reporting.domain.figures import Figure, Status
from market40.reporting.domain.indicator import Indicator
from market40.reporting.domain.measuring import UnitInputs
from market40.reporting.domain.suppression import Cell


def _part(indicator: str, part: int, whole: int, note: str = "") -> Figure:
    """Return a ratio of counts, unknown where there is nothing to relate it to."""
    if whole == 0:
        return Figure(indicator, None, 0, None, "unknown", note)
    return Figure(indicator, part, whole, Fraction(part, whole), "ok", note)


def _unobserved(inputs: UnitInputs, observed: int) -> str:
    """Return the number not observed, said beside every figure over observed stalls."""
    missing = inputs.eligible - observed
    return say_n("%(n)s sạp không quan sát được", missing) if missing else ""


def eligible(inputs: UnitInputs) -> Figure:
    """Stalls that stand there at the period's end."""
    return Figure("eligible", inputs.eligible, None, Fraction(inputs.eligible), "ok")


def registered(inputs: UnitInputs) -> Figure:
    """M1: the part of the eligible stalls that has a live code at the period's end."""
    return _part("registered", inputs.registered, inputs.eligible)


def posted(inputs: UnitInputs) -> Figure:
    """Return the part of the eligible stalls whose own code was seen to hang there."""
    return _looked_at("posted", inputs, inputs.posted)


def inspected(inputs: UnitInputs) -> Figure:
    """Return the part whose own code was seen to hang there within the last 90 days."""
    return _looked_at("inspected", inputs, inputs.inspected)


def _looked_at(indicator: str, inputs: UnitInputs, part: int) -> Figure:
    """Return what inspections found, not measured where there was never one; a lower bound."""
    if inputs.looked_at == 0:
        return Figure(indicator, None, None, None, "not_measured")
    never = inputs.registered - inputs.looked_at
    note = say_n("%(n)s sạp có mã chưa kiểm tra lần nào", never) if never else ""
    return _part(indicator, part, inputs.eligible, note)


def observed(inputs: UnitInputs) -> Figure:
    """Return the part of the eligible stalls of which the service would have seen a payment."""
    note = _unobserved(inputs, inputs.observed_28)
    return _part("observed", inputs.observed_28, inputs.eligible, note)


def ever_paid(inputs: UnitInputs) -> Figure:
    """Return the part of the stalls ever observed that was ever paid."""
    note = _unobserved(inputs, inputs.observed_ever)
    return _part("ever_paid", inputs.ever_paid, inputs.observed_ever, note)


def active_28(inputs: UnitInputs) -> Figure:
    """M3: the part of the stalls observed within the last 28 days that was paid in them."""
    note = _unobserved(inputs, inputs.observed_28)
    return _part("active_28", inputs.active_28, inputs.observed_28, note)


def active_7(inputs: UnitInputs) -> Figure:
    """M3: the part of the stalls observed within the last 7 days that was paid in them."""
    note = _unobserved(inputs, inputs.observed_7)
    return _part("active_7", inputs.active_7, inputs.observed_7, note)


def share_by_count(inputs: UnitInputs) -> Figure:
    """M5: payments by code and other non-cash means among all, on tallied stall-days."""
    t = inputs.takings
    without_cash = t.payments + t.other
    return _share("share_by_count", inputs, without_cash, without_cash + t.cash)


def share_by_value(inputs: UnitInputs) -> Figure:
    """M6: what was taken by code and other non-cash means of all takings, tallied stall-days."""
    t = inputs.takings
    without_cash = t.payments_vnd + t.other_vnd
    return _share("share_by_value", inputs, without_cash, without_cash + t.cash_vnd)


def share_by_value_small(inputs: UnitInputs) -> Figure:
    """M6 without the credits over 100 million: one wholesaler's may be half of a district."""
    t = inputs.takings
    without_cash = t.payments_vnd - t.large_payments_vnd + t.other_vnd
    return _share("share_by_value_small", inputs, without_cash, without_cash + t.cash_vnd)


def _share(indicator: str, inputs: UnitInputs, part: int, whole: int) -> Figure:
    """Return a share of takings: unknown without a tally (E6), bounded by who volunteered."""
    t = inputs.takings
    if t.stall_days == 0:
        return Figure(indicator, None, None, None, "unknown", say("chưa ghi tiền mặt"))
    note = say_n("%(n)s ngày-sạp có ghi tiền mặt", t.stall_days)
    if whole == 0:
        return Figure(indicator, 0, 0, None, "unknown", note)
    status: Status = "ok" if t.drawn == t.stall_days else "unrepresentative"
    return Figure(indicator, part, whole, Fraction(part, whole), status, note)


def _tallied(inputs: UnitInputs) -> Cell:
    t = inputs.takings
    return Cell(t.payments_vnd + t.other_vnd + t.cash_vnd, inputs.tallied_households)


def _tallied_small(inputs: UnitInputs) -> Cell:
    """Return the cell behind the share without large credits: a few of those hide it.

    They would follow from the two shares, with and without them, by subtraction.
    """
    cell = _tallied(inputs)
    few = min(inputs.takings.large_payments, cell.households)
    return Cell(cell.size, few or cell.households)


INDICATORS: Final[tuple[Indicator, ...]] = (
    Indicator(
        "eligible",
        1,
        "stalls",
        say("Sạp đang bán"),
        say("Số sạp đang đứng ở chợ vào ngày cuối kỳ."),
        eligible,
    ),
    Indicator(
        "registered",
        1,
        "share",
        say("Đã được cấp mã"),
        say("Sạp có ít nhất một mã còn hiệu lực vào cuối kỳ, trên số sạp đang bán."),
        registered,
    ),
    Indicator(
        "posted",
        2,
        "share",
        say("Mã đã treo"),
        say(
            "Sạp mà lần kiểm tra gần nhất đọc được thấy đúng mã của sạp đang treo, trên số sạp "
            "đang bán. Nơi chưa kiểm tra lần nào là chưa đo."
        ),
        posted,
    ),
    Indicator(
        "inspected",
        2,
        "share",
        say("Mã đã kiểm tra"),
        say(
            "Như mã đã treo, mà lần kiểm tra ấy ở trong 90 ngày cuối kỳ. Nơi chưa kiểm tra lần "
            "nào là chưa đo."
        ),
        inspected,
    ),
    Indicator(
        "observed",
        1,
        "share",
        say("Có quan sát"),
        say(
            "Sạp có tài khoản được nguồn báo có đang hoạt động theo dõi ít nhất một ngày trong "
            "28 ngày cuối kỳ, trên số sạp đang bán."
        ),
        observed,
    ),
    Indicator(
        "ever_paid",
        1,
        "share",
        say("Từng có khách trả"),
        say(
            "Sạp từng có ít nhất một lượt khách trả qua mã tính đến cuối kỳ, trên số sạp từng được "
            "quan sát."
        ),
        ever_paid,
        lambda i: Cell(i.ever_paid, i.ever_paid_households),
    ),
    Indicator(
        "active_28",
        1,
        "share",
        say("Dùng trong 28 ngày"),
        say(
            "Sạp có ít nhất một lượt khách trả qua mã trong 28 ngày cuối kỳ, trên số sạp được quan "
            "sát trong 28 ngày đó."
        ),
        active_28,
        lambda i: Cell(i.active_28, i.active_28_households),
    ),
    Indicator(
        "active_7",
        1,
        "share",
        say("Dùng trong 7 ngày"),
        say(
            "Sạp có ít nhất một lượt khách trả qua mã trong 7 ngày cuối kỳ, trên số sạp được quan "
            "sát trong 7 ngày đó."
        ),
        active_7,
        lambda i: Cell(i.active_7, i.active_7_households),
    ),
    Indicator(
        "share_by_count",
        1,
        "share",
        say("Tỷ trọng lượt trả"),
        say(
            "Lượt trả qua mã và bằng cách khác không dùng tiền mặt, trên mọi lượt trả, chỉ tính "
            "những ngày-sạp có ghi tiền mặt. Chưa ghi thì chưa xác định."
        ),
        share_by_count,
        _tallied,
        keeps_denominator=False,
    ),
    Indicator(
        "share_by_value",
        1,
        "share",
        say("Tỷ trọng doanh số"),
        say(
            "Số tiền thu qua mã và bằng cách khác không dùng tiền mặt, trên toàn bộ số tiền thu, "
            "chỉ tính những ngày-sạp có ghi tiền mặt. Chưa ghi thì chưa xác định."
        ),
        share_by_value,
        _tallied,
        keeps_denominator=False,
    ),
    Indicator(
        "share_by_value_small",
        1,
        "share",
        say("Không kể khoản trên 100 triệu"),
        say("Như tỷ trọng doanh số, không kể những khoản báo có trên 100 triệu đồng."),
        share_by_value_small,
        _tallied_small,
        keeps_denominator=False,
    ),
)

BY_ID: Final = {indicator.id: indicator for indicator in INDICATORS}


def indicator(name: str) -> Indicator:
    """Return the indicator of that id; raise NotFound `indicator_unknown`."""
    if name not in BY_ID:
        raise NotFound(say("Không có chỉ tiêu này."), place="indicator", code="indicator_unknown")
    return BY_ID[name]
