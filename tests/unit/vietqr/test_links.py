"""Links into bank apps: what the documentation wants, from the code alone, and nothing more."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.vietqr.banks import all_banks, bank
from market40.vietqr.codec import VietQR
from market40.vietqr.links import UnknownApp, apps, can_fill, link

CODE = VietQR(bin="970436", account="0011001122", amount=45_000, purpose="ZJ23456789 A12")
BACK = "https://cho.example/p/ABC"
FILLED = (
    "https://dl.vietqr.io/pay?app=mb&ba=0011001122@vcb&am=45000&tn=ZJ23456789%20A12"
    "&bn=LO%20THI%20MAY&url=https://cho.example/p/ABC"
)


def made(app_id="mb", code=CODE, **more):
    return link(app_id, code, **{"holder": "LO THI MAY", "return_to": BACK, **more})


def test_an_app_that_fills_in_gets_the_whole_transfer():
    assert made() == FILLED
    assert made("ocb") == FILLED.replace("app=mb", "app=ocb")


def test_an_app_that_only_opens_hears_nothing_of_the_payment():
    for entry in apps().opening:
        assert made(entry.app_id) == f"https://dl.vietqr.io/pay?app={entry.app_id}"


def test_the_apps_are_those_of_the_directory():
    assert [entry.app_id for entry in apps().filling] == ["acb", "bidv", "mb", "ocb", "icb"]
    assert {entry.short_name for entry in apps().opening} == {
        "Agribank", "Eximbank", "HDBank", "SeABank", "SHB", "Techcombank", "TPBank", "VIB",
        "Vietcombank", "VPBank",
    }  # fmt: skip
    assert all(bank(entry.bin) is entry for entry in apps().filling + apps().opening)


@pytest.mark.parametrize("app_id", ["", "momo", "MB", "mb&ba=1@vcb", "../pay", "http://x"])
def test_any_other_app_is_refused(app_id):
    with pytest.raises(UnknownApp) as caught:
        made(app_id)
    assert (caught.value.code, caught.value.http_status) == ("unknown_app", 404)


@pytest.mark.parametrize(
    "code",
    [
        CODE._replace(bin="970414"),  # renamed after its code was copied
        CODE._replace(bin="970459"),  # has none
        CODE._replace(bin="000000"),  # nobody's
        CODE._replace(amount=None),  # the payer types it
        CODE._replace(service="QRIBFTTC"),  # to a card
        CODE._replace(service=None),
    ],
)
def test_what_a_link_cannot_say_is_not_said_by_half(code):
    assert not can_fill(code)
    assert made(code=code) == "https://dl.vietqr.io/pay?app=mb"


def test_without_a_memo_none_is_named():
    assert "&tn=" not in made(code=CODE._replace(purpose=None))
    assert can_fill(CODE._replace(purpose=None))


@given(st.text(max_size=60), st.text(max_size=25))
def test_nothing_in_a_text_becomes_another_value(holder, memo):
    address = made(holder=holder, code=CODE._replace(purpose=memo))
    assert address.isascii()
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == (
        "https", "dl.vietqr.io", "/pay", ""
    )  # fmt: skip
    said = parse_qs(parts.query, strict_parsing=True)
    assert said["ba"] == ["0011001122@vcb"]
    assert said["am"] == ["45000"]
    assert said.get("bn", [""]) == [holder]
    assert said.get("tn", [""]) == [memo]
    assert said["url"] == [BACK]


def test_an_address_to_return_to_adds_no_value():
    assert made(return_to="https://x/?a=1&am=9#z").endswith("&url=https://x/%3Fa%3D1%26am%3D9%23z")


def test_every_receiver_that_a_link_names_is_named_by_its_own_code():
    for entry in all_banks():
        code = CODE._replace(bin=entry.bin)
        if can_fill(code):
            assert f"&ba=0011001122@{entry.code.lower()}&" in made(code=code)
