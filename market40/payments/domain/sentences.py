"""Why a credit went where it went, in one Vietnamese sentence that a vendor understands.

The sentence is stored with the allocation, in Vietnamese, as a fact; `read_back` finds what it was
made from, so that a page can say it in the reader's language.
"""

from __future__ import annotations

import re
from typing import Final

from market40.core.money import format_vnd
from market40.core.texts import Text, fill, say

SUSPENSE: Final = {
    "foreign_account": say("Tiền vào một tài khoản không thuộc sạp nào của chợ này."),
    "unknown_reference": say("Nội dung chuyển khoản có mã mà chợ chưa cấp cho ai."),
    "wrong_account": say("Mã trong nội dung chuyển khoản là của sạp dùng tài khoản khác."),
    "two_references": say("Nội dung chuyển khoản có hai mã khác nhau nên chưa rõ tiền của ai."),
    "several_stalls": say("Nhiều sạp dùng chung tài khoản này mà khách không ghi mã: Sạp nào?"),
    "no_stall": say("Tài khoản này lúc đó chưa gắn với sạp nào."),
    "cancelled_intent": say("Khách trả cho một yêu cầu đã hủy."),
}
_UNDER: Final = say(
    "Khách ghi đúng mã %(reference)s của yêu cầu %(amount)s tại sạp %(stall)s, "
    "còn thiếu %(missing)s."
)
_OVER: Final = say(
    "Khách ghi đúng mã %(reference)s của yêu cầu %(amount)s tại sạp %(stall)s, thừa %(over)s."
)
_EXACT: Final = say(
    "Khách ghi đúng mã %(reference)s của yêu cầu %(amount)s tại sạp %(stall)s, đủ tiền."
)
_TOO_LATE: Final = say(
    "Mã %(reference)s đã hết hạn hơn 72 giờ khi khách trả, "
    "nên tiền ghi là bán lẻ của sạp %(stall)s."
)
_STALL: Final = say("Nội dung chuyển khoản có mã %(reference)s của sạp %(stall)s.")
_ONLY: Final = say(
    "Khách không ghi mã, nhưng sạp %(stall)s chỉ đang chờ một yêu cầu đúng %(amount)s."
)
_EQUAL: Final = say(
    "Khách không ghi mã và sạp %(stall)s đang chờ %(count)s yêu cầu cùng %(amount)s, "
    "nên tiền ghi cho sạp, chưa gán yêu cầu nào."
)
_VIRTUAL: Final = say("Tiền vào tài khoản ảo của sạp %(stall)s.")
_DEDICATED: Final = say("Tiền vào tài khoản chỉ dùng để bán hàng của sạp %(stall)s.")
_UNCLASSIFIED: Final = say(
    "Tài khoản dùng chung với gia đình và khách không ghi mã: chủ sạp cho biết có phải bán hàng."
)
_BY_HAND: Final = say("Ban quản lý chợ đã xếp khoản tiền này cho sạp %(stall)s.")
_SALE: Final = say("Chủ sạp cho biết đây là tiền bán hàng của sạp %(stall)s.")
_NO_SALE: Final = say("Chủ sạp cho biết đây không phải tiền bán hàng.")
_TAKEN_BACK: Final = say("Bỏ cách xếp trước để xếp lại.")
_ALL: Final = (
    *SUSPENSE.values(),
    *(_UNDER, _OVER, _EXACT, _TOO_LATE, _STALL, _ONLY, _EQUAL, _VIRTUAL, _DEDICATED),
    *(_UNCLASSIFIED, _BY_HAND, _SALE, _NO_SALE, _TAKEN_BACK),
)
_VALUE: Final = re.compile(r"%\\?\((\w+)\\?\)s")
_MONEY: Final = frozenset({"amount", "missing", "over"})
_SHAPES: Final = {"reference": r"[A-Z0-9]{10}", "count": r"[0-9]+", "stall": r".{1,40}"}


def intent_reference(reference: str, stall: str, amount_vnd: int, after_vnd: int) -> str:
    """Say that the memo had the intent's reference, and what is missing or too much."""
    named = {"reference": reference, "amount": format_vnd(amount_vnd), "stall": stall}
    if after_vnd < amount_vnd:
        return fill(_UNDER, **named, missing=format_vnd(amount_vnd - after_vnd))
    if after_vnd > amount_vnd:
        return fill(_OVER, **named, over=format_vnd(after_vnd - amount_vnd))
    return fill(_EXACT, **named)


def too_late(reference: str, stall: str) -> str:
    """Say that the intent was over for more than 72 hours, so that the stall has the money."""
    return fill(_TOO_LATE, reference=reference, stall=stall)


def stall_reference(reference: str, stall: str) -> str:
    """Say that the memo had the stall's own reference."""
    return fill(_STALL, reference=reference, stall=stall)


def only_intent(amount_vnd: int, stall: str) -> str:
    """Say that the amount alone told which intent it is."""
    return fill(_ONLY, stall=stall, amount=format_vnd(amount_vnd))


def equal_intents(count: int, amount_vnd: int, stall: str) -> str:
    """Say that several intents wait for this amount and none was taken."""
    return fill(_EQUAL, stall=stall, count=count, amount=format_vnd(amount_vnd))


def walk_in(stall: str, *, virtual: bool) -> str:
    """Say that the account itself told whose it is."""
    return fill(_VIRTUAL if virtual else _DEDICATED, stall=stall)


def unclassified() -> str:
    """Say that the vendor alone decides whether this was a sale."""
    return _UNCLASSIFIED


def placed_by_hand(stall: str) -> str:
    """Say that a person of the board placed the money."""
    return fill(_BY_HAND, stall=stall)


def said_by_vendor(stall: str, *, sale: bool) -> str:
    """Say what the vendor said."""
    return fill(_SALE, stall=stall) if sale else _NO_SALE


def taken_back() -> str:
    """Say that an earlier row is reversed, so that the next one takes its place."""
    return _TAKEN_BACK


def read_back(sentence: str) -> str:
    """Return a stored sentence as a Text with its source and values.

    One that no rule of today makes comes back as it is: it stays Vietnamese.
    """
    for template, pattern in _PATTERNS:
        if found := pattern.fullmatch(sentence):
            values = {name: _value(name, text) for name, text in found.groupdict().items()}
            return Text(sentence, template.source, values)
    return sentence


def _value(name: str, text: str) -> str:
    return format_vnd(int(re.sub(r"[^0-9]", "", text))) if name in _MONEY else text


def _pattern(template: Text) -> re.Pattern[str]:
    def shape(found: re.Match[str]) -> str:
        name = found[1]
        return f"(?P<{name}>{_SHAPES.get(name, r'[0-9.]+' + chr(160) + '₫')})"

    return re.compile(_VALUE.sub(shape, re.escape(template.source)))


_PATTERNS: Final = tuple((template, _pattern(template)) for template in _ALL)
