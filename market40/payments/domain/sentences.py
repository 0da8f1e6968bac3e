"""Why a credit went where it went, in one Vietnamese sentence that a vendor understands."""

from __future__ import annotations

from typing import Final

from market40.core.money import format_vnd

SUSPENSE: Final = {
    "foreign_account": "Tiền vào một tài khoản không thuộc sạp nào của chợ này.",
    "unknown_reference": "Nội dung chuyển khoản có mã mà chợ chưa cấp cho ai.",
    "wrong_account": "Mã trong nội dung chuyển khoản là của sạp dùng tài khoản khác.",
    "two_references": "Nội dung chuyển khoản có hai mã khác nhau nên chưa rõ tiền của ai.",
    "several_stalls": "Nhiều sạp dùng chung tài khoản này mà khách không ghi mã: Sạp nào?",
    "no_stall": "Tài khoản này lúc đó chưa gắn với sạp nào.",
    "cancelled_intent": "Khách trả cho một yêu cầu đã hủy.",
}


def intent_reference(reference: str, stall: str, amount_vnd: int, after_vnd: int) -> str:
    """Say that the memo had the intent's reference, and what is missing or too much."""
    said = f"Khách ghi đúng mã {reference} của yêu cầu {format_vnd(amount_vnd)} tại sạp {stall}"
    if after_vnd < amount_vnd:
        return f"{said}, còn thiếu {format_vnd(amount_vnd - after_vnd)}."
    if after_vnd > amount_vnd:
        return f"{said}, thừa {format_vnd(after_vnd - amount_vnd)}."
    return f"{said}, đủ tiền."


def too_late(reference: str, stall: str) -> str:
    """Say that the intent was over for more than 72 hours, so that the stall has the money."""
    return (
        f"Mã {reference} đã hết hạn hơn 72 giờ khi khách trả, "
        f"nên tiền ghi là bán lẻ của sạp {stall}."
    )


def stall_reference(reference: str, stall: str) -> str:
    """Say that the memo had the stall's own reference."""
    return f"Nội dung chuyển khoản có mã {reference} của sạp {stall}."


def only_intent(amount_vnd: int, stall: str) -> str:
    """Say that the amount alone told which intent it is."""
    return (
        f"Khách không ghi mã, nhưng sạp {stall} chỉ đang chờ "
        f"một yêu cầu đúng {format_vnd(amount_vnd)}."
    )


def equal_intents(count: int, amount_vnd: int, stall: str) -> str:
    """Say that several intents wait for this amount and none was taken."""
    return (
        f"Khách không ghi mã và sạp {stall} đang chờ {count} yêu cầu cùng "
        f"{format_vnd(amount_vnd)}, nên tiền ghi cho sạp, chưa gán yêu cầu nào."
    )


def walk_in(stall: str, *, virtual: bool) -> str:
    """Say that the account itself told whose it is."""
    which = "tài khoản ảo" if virtual else "tài khoản chỉ dùng để bán hàng"
    return f"Tiền vào {which} của sạp {stall}."


def unclassified() -> str:
    """Say that the vendor alone decides whether this was a sale."""
    return (
        "Tài khoản dùng chung với gia đình và khách không ghi mã: "
        "chủ sạp cho biết có phải bán hàng."
    )


def placed_by_hand(stall: str) -> str:
    """Say that a person of the board placed the money."""
    return f"Ban quản lý chợ đã xếp khoản tiền này cho sạp {stall}."


def said_by_vendor(stall: str, *, sale: bool) -> str:
    """Say what the vendor said."""
    if sale:
        return f"Chủ sạp cho biết đây là tiền bán hàng của sạp {stall}."
    return "Chủ sạp cho biết đây không phải tiền bán hàng."


def taken_back() -> str:
    """Say that an earlier row is reversed, so that the next one takes its place."""
    return "Bỏ cách xếp trước để xếp lại."
