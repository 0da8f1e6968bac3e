"""A market's payers and the files that the bank reads: codes and accounts."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Event

import pytest
from sandbox_payloads import payload
from sandbox_receiver import SECRET, Receiver

from market40.sandbox.accounts import Accounts, Listener, read_accounts
from market40.sandbox.errors import SandboxError, SetupRefused
from market40.sandbox.phone import Phone
from market40.sandbox.traffic import Pace, amount, pay_on, read_codes

PhoneFor = Callable[[Listener | None], Phone]


def test_traffic_goes_on_when_the_service_is_down(receiver: Receiver, phone_for: PhoneFor) -> None:
    here = phone_for(Listener(receiver.url, SECRET))
    codes = read_codes(
        [
            json.dumps({"png_url": receiver.url + "/static.png", "weight": 3}),
            "",
            json.dumps({"png_url": "http://127.0.0.1:9/gone.png"}),
            json.dumps({"payload": payload("40000"), "weight": 0.5}),
        ]
    )
    waits: list[float] = []
    paid = pay_on(
        here,
        codes,
        pace=Pace(600, spent=0.5),
        rng=Random(3),
        stop=Event(),
        wait=lambda _stop, seconds: waits.append(seconds),
        at_most=40,
    )
    assert 20 < paid < 40
    assert len(waits) == 40
    here.courier.send_due()
    kinds = [told["transferType"] for told in receiver.got]
    assert kinds.count("in") == paid
    assert kinds.count("out") > 5


def test_traffic_that_fails_again_and_again_grows_rarer_to_a_minute(
    phone_for: PhoneFor,
) -> None:
    waits: list[float] = []
    codes = read_codes([json.dumps({"png_url": "http://127.0.0.1:9/gone.png"})])
    pay_on(
        phone_for(None),
        codes,
        pace=Pace(60_000),
        rng=Random(1),
        stop=Event(),
        wait=lambda _stop, seconds: waits.append(seconds),
        at_most=9,
    )
    assert waits == sorted(waits)
    assert waits[0] >= 1
    assert waits[-1] == 60


def test_traffic_stops_when_told(phone_for: PhoneFor) -> None:
    stop = Event()
    stop.set()
    codes = read_codes([json.dumps({"payload": payload()})])
    assert pay_on(phone_for(None), codes, pace=Pace(1), rng=Random(1), stop=stop) == 0


def test_amounts_look_like_a_market() -> None:
    rng = Random(1)
    drawn = [amount(rng) for _ in range(2_000)]
    assert min(drawn) >= 10_000
    assert max(drawn) <= 300_000
    assert sum(dong % 1_000 == 0 for dong in drawn) > 1_800
    assert 30_000 < sorted(drawn)[1_000] < 70_000


@pytest.mark.parametrize(
    "line",
    ["nonsense", "[]", "{}", '{"payload":5}', '{"payload":"a","png_url":"b"}',
     '{"payload":"a","weight":0}', '{"payload":"a","weight":NaN}', '{"payload":"' + "a" * 5_000],
)  # fmt: skip
def test_a_bad_line_of_codes_is_named(line: str) -> None:
    with pytest.raises(SetupRefused, match="dòng 2"):
        read_codes([json.dumps({"payload": payload()}), line])


def test_accounts_are_read_again_when_they_change(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    first = {"hook": "http://127.0.0.1:1/a", "secret": "s", "gateway": "VCB"}
    path.write_text(json.dumps({"1": first}))
    accounts = Accounts(path, Listener("http://127.0.0.1:1/{account}", "all"))
    assert accounts.listener("1") == Listener("http://127.0.0.1:1/a", "s", "VCB")
    assert accounts.listener("2") == Listener("http://127.0.0.1:1/2", "all")
    path.write_text(json.dumps({"1": first, "2": first | {"secret": "two"}}))
    assert accounts.listener("2") == Listener("http://127.0.0.1:1/a", "two", "VCB")
    path.write_text('{"half')
    os.utime(path, ns=(1, 1))
    assert accounts.listener("1") is not None


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"1": 5}', '{"1": {"hook": "http://127.0.0.1/"}}',
     '{"1": {"hook": "http://127.0.0.1/", "secret": ""}}',
     '{"1": {"hook": "http://127.0.0.1/", "secret": "s", "gateway": 1}}',
     '{"1": {"hook": "http://example.vn/", "secret": "s"}}'],
)  # fmt: skip
def test_bad_accounts_are_refused(text: str) -> None:
    with pytest.raises(SandboxError):
        read_accounts(text)
