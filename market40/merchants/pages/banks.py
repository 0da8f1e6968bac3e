"""The public directory of banks and wallets: found by any name, each fact with source and date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from flask import request

from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.merchants.pages.common import blueprint, page
from market40.vietqr import banks
from market40.vietqr.bank_search import QUERY_LIMIT, search
from market40.web.guard import limited, may
from market40.web.i18n import day

LOOKUPS_A_MINUTE: Final = 120
SOURCE_WORDS: Final[Mapping[str, str]] = {
    "npm": say("thư viện mở vietnam-qr-pay 1.5.1"),
    "v2-2024": say("danh sách của vietqr.io, bản chép của openhoangnc/vietqr"),
    "v2-2026": say("danh sách ứng dụng quét được của vietqr.io, bản chép sau"),
    "changelog": say("nhật ký thay đổi của vietqr.io"),
    "sbv": say("Ngân hàng Nhà nước, công văn 1589/NHNN-TT"),
    "apps": say("danh mục ứng dụng của vietqr.io, bản chép"),
    "merged": say("danh sách dự án gộp từ các nguồn này"),
    "project": say("dự án tự đặt, không có trong nguồn nào"),
}
"""What each source of `vietqr/banks.json` is called on a page."""

FIELD_WORDS: Final[Mapping[str, str]] = {
    "bin": say("Mã BIN"),
    "short_name": say("Tên thường gọi"),
    "name_vi": say("Tên đầy đủ"),
    "code": say("Mã chữ"),
    "swift": say("Mã SWIFT"),
    "sbv_name": say("Tên trong danh sách của Ngân hàng Nhà nước"),
    "aliases": say("Tên khác"),
    "kind": say("Loại"),
    "scans": say("Quét VietQR"),
    "receives": say("Nhận tiền nhanh 24/7"),
    "lookup": say("Tra được tên chủ tài khoản"),
    "fills_since": say("Tự điền từ đường dẫn"),
    "app_id": say("Tên ứng dụng trong đường dẫn"),
    "link_code": say("Tên nơi nhận trong đường dẫn"),
}
"""The facts of which a bank's page tells the sources, in its order."""

_OURS: Final = ("merged", "project")
_FORMERLY: Final = say("Tên trước đây")
KIND_WORDS: Final[Mapping[str, str]] = {
    "bank": say("ngân hàng"),
    "wallet": say("ví điện tử"),
    "finance company": say("công ty tài chính"),
}


@blueprint.app_template_filter("since")
def _since(date: str) -> str:
    """Return a source's date as far as it is known: a day, `08/2026`, or a year."""
    if len(date) == len("2026-08-01"):
        return day(dt.date.fromisoformat(date))
    return "/".join(reversed(date.split("-")))


@blueprint.get("/banks")
@limited(per_minute=LOOKUPS_A_MINUTE)
@may("public")
def bank_list() -> str | tuple[str, int]:
    """Show the banks that `?q=` may mean, all of them without it."""
    typed = request.args.get("q", "")
    wrong = ""
    try:
        found = search(typed)
    except InvalidInput as error:
        found, wrong, typed = (), error.detail, typed[:QUERY_LIMIT]
    shown = page(
        "banks",
        found=found,
        typed=typed.strip(),
        wrong=wrong,
        limit=QUERY_LIMIT,
        compiled=banks.compiled_on(),
        kind_words=KIND_WORDS,
    )
    return (shown, 422) if wrong else shown


@blueprint.get("/banks/<bank_bin>")
@limited(per_minute=LOOKUPS_A_MINUTE)
@may("public")
def bank_page(bank_bin: str) -> str:
    """Show one bank: its names, what its app can do, and where each fact is from."""
    entry = banks.bank(bank_bin)
    return page(
        "bank",
        bank=entry,
        sources=_by_source(entry),
        source_words=SOURCE_WORDS,
        kind_words=KIND_WORDS,
        compiled=banks.compiled_on(),
    )


def _by_source(entry: banks.Bank) -> list[tuple[banks.Source, list[str]]]:
    """Return each source, the newest first, ours last, with the words of what it states."""
    stated: dict[banks.Source, list[str]] = {}
    named = banks.sources_of(entry)
    for field, word in FIELD_WORDS.items():
        for source in named.get(field, ()):
            stated.setdefault(source, []).append(word)
    for former in entry.former:
        stated.setdefault(former.source, []).append(_FORMERLY)
    by_date = sorted(stated.items(), key=lambda one: one[0].date, reverse=True)
    return sorted(by_date, key=lambda one: one[0].key in _OURS)
