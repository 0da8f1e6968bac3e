"""How an intent stands, in words for the buyer and the vendor: only the bank's word makes green."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from market40.payments.service import IntentView
from market40.vietqr import selfcheck
from market40.web.i18n import _, time, told, vnd

Tone = Literal["wait", "ok", "lost"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A state in words. `closed`: nothing is to be paid any more; `done`: nothing will change."""

    tone: Tone
    title: str
    words: str
    closed: bool
    done: bool


def drawn(payload: str | None, *, title: str) -> Markup:
    """Return a payload as an inline SVG, which is our own drawing and safe; "" for none."""
    if not payload:
        return Markup("")
    return Markup(selfcheck.svg(payload, title=told(title)))  # noqa: S704 - see above


def of_intent(view: IntentView) -> Shown:
    """Return the words for an intent: waiting, part of it here, paid, run out, withdrawn.

    With a part of it here its code is put away: it asks for the whole amount once more.
    """
    if view.state == "satisfied":
        return Shown("ok", _("Đã nhận"), _paid(view), closed=True, done=True)
    if view.state == "cancelled":
        words = _("Người bán đã hủy yêu cầu này. Đừng chuyển tiền theo mã này nữa.")
        return Shown("lost", _("Đã hủy"), words, closed=True, done=True)
    if view.funding == "under":
        missing = vnd(view.amount_vnd - view.funded_vnd)
        title = _("Còn thiếu %(amount)s", amount=missing)
        come = vnd(view.funded_vnd)
        words = _("Ngân hàng mới báo có %(come)s. Hỏi người bán cách trả nốt.", come=come)
        return Shown("wait", title, words, closed=True, done=False)
    if view.state == "expired":
        words = _("Hỏi người bán trước khi chuyển. Nếu đã chuyển, tiền vẫn vào người bán.")
        return Shown("lost", _("Đã hết hạn"), words, closed=True, done=False)
    words = _("Chưa xác nhận: trang này chỉ đổi khi ngân hàng của người bán báo có.")
    return Shown("wait", _("Chưa nhận được"), words, closed=False, done=False)


def _paid(view: IntentView) -> str:
    come, over = vnd(view.funded_vnd), vnd(view.funded_vnd - view.amount_vnd)
    too_much, at = view.funding == "over", view.closed_at
    if at is None and too_much:
        return _("Ngân hàng của người bán đã báo có %(come)s, thừa %(over)s.", come=come, over=over)
    if at is None:
        return _("Ngân hàng của người bán đã báo có %(come)s.", come=come)
    if too_much:
        return _(
            "Ngân hàng của người bán đã báo có %(come)s lúc %(time)s, thừa %(over)s.",
            come=come,
            time=time(at),
            over=over,
        )
    return _("Ngân hàng của người bán đã báo có %(come)s lúc %(time)s.", come=come, time=time(at))
