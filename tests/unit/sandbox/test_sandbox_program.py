"""The whole bank as a program: picture fetched, decoded, paid, told; page, traffic, refusals."""

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from threading import Event

import pytest
from sandbox_payloads import ACCOUNT, REFERENCE, payload, png
from sandbox_receiver import SECRET, Receiver, serving

from market40.sandbox.accounts import Accounts, Listener
from market40.sandbox.bank import Bank
from market40.sandbox.deliver import Courier
from market40.sandbox.errors import SandboxError, SetupRefused
from market40.sandbox.memo import Habits
from market40.sandbox.mishaps import Mishaps
from market40.sandbox.phone import Phone
from market40.sandbox.program import main
from market40.sandbox.server import Counter, form, typed_amount
from market40.sandbox.traffic import Pace, pay_on, read_codes

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
PhoneFor = Callable[[Listener | None], Phone]


@pytest.fixture
def counter(receiver: Receiver, phone_for: PhoneFor) -> Iterator[Counter]:
    here = phone_for(Listener(receiver.url + "/hooks/{account}", SECRET))
    with serving(Counter("127.0.0.1", 0, here)) as server:
        yield server


def ask(
    server: Counter, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def pay(server: Counter, **asked: object) -> tuple[int, dict]:
    status, body = ask(
        server, "POST", "/pay", json.dumps(asked).encode(), Content_Type="application/json"
    )
    return status, json.loads(body)


def test_the_main_path_from_picture_to_notice(receiver: Receiver, counter: Counter) -> None:
    status, said = pay(counter, png_url=receiver.url + "/static.png", amount=25_000)
    assert (status, said["success"], said["told"]) == (201, True, True)
    assert (said["notice"], said["answers"]) == ("now", [{"status": 200, "accepted": True}])
    (told,) = receiver.got
    assert (told["accountNumber"], told["transferAmount"]) == (ACCOUNT, 25_000)
    assert told["transferType"] == "in"
    assert REFERENCE in told["content"]
    assert told["referenceCode"] == said["reference"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "no_code"),
        ({"payload": payload()}, "amount_missing"),
        ({"payload": payload(), "amount": "25000"}, "amount_not_integer"),
        ({"payload": payload(), "amount": 25_000.0}, "amount_not_integer"),
        ({"payload": payload(), "amount": True}, "amount_not_integer"),
        ({"payload": payload(), "amount": 0}, "amount_out_of_range"),
        ({"payload": payload("40000"), "amount": 1}, "amount_locked"),
        ({"payload": payload(), "amount": 1, "memo": 5}, "bad_field"),
        ({"payload": payload(), "amount": 1, "notice": "later"}, "unknown_notice"),
        ({"payload": payload(), "amount": 1, "notice": ["now"]}, "unknown_notice"),
        ({"payload": payload()[:-1] + "*", "amount": 1}, "no_checksum"),
        ({"png_url": "http://example.vn/a.png", "amount": 1}, "not_loopback"),
    ],
)
def test_pay_refuses_with_a_code(counter: Counter, asked: dict, code: str) -> None:
    status, said = pay(counter, **asked)
    assert (status, said["code"]) == (422, code)
    assert said["message"]
    assert counter.phone.courier.next_due() is None


def test_pay_refuses_what_is_no_picture(receiver: Receiver, counter: Counter) -> None:
    receiver.pictures["/text"] = b"no picture"
    assert pay(counter, png_url=receiver.url + "/gone.png")[1]["code"] == "no_picture"
    assert pay(counter, png_url=receiver.url + "/text")[1]["code"] == "not_a_picture"


def test_other_sites_cannot_pay_here(counter: Counter) -> None:
    kind = "application/x-www-form-urlencoded"
    body = urllib.parse.urlencode({"payload": payload(), "amount": "1"}).encode()
    own = f"http://127.0.0.1:{counter.server_port}"
    assert ask(counter, "GET", "/", Host="bank.example.vn")[0] == 403
    assert ask(counter, "POST", "/confirm", body, Content_Type=kind, Origin="http://x.vn")[0] == 403
    assert ask(counter, "POST", "/confirm", body, Content_Type=kind, Origin="null")[0] == 403
    assert ask(counter, "POST", "/pay", b"{}", Content_Type="text/plain")[0] == 422
    assert counter.phone.courier.next_due() is None
    assert ask(counter, "POST", "/confirm", body, Content_Type=kind, Origin=own)[0] == 200


def test_a_person_looks_at_a_picture_and_pays(receiver: Receiver, counter: Counter) -> None:
    assert "NGÂN HÀNG THỬ NGHIỆM – không phải ngân hàng thật" in ask(counter, "GET", "/")[1]
    parts = b'--x\r\nContent-Disposition: form-data; name="png_url"\r\n\r\n\r\n'
    parts += b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n'
    parts += b"Content-Type: image/png\r\n\r\n" + png(payload("40000")) + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    status, shown = ask(counter, "POST", "/look", parts, Content_Type=kind)
    assert status == 200
    assert "Vietcombank" in shown
    assert "40.000 đ" in shown
    fields = {"payload": payload("40000"), "memo": "<b>rau</b>"}
    status, done = ask(
        counter,
        "POST",
        "/confirm",
        urllib.parse.urlencode(fields).encode(),
        Content_Type="application/x-www-form-urlencoded",
    )
    assert status == 200
    assert "Đã chuyển" in done
    assert "<b>" not in done
    assert "Nơi nhận trả lời 200: đã nhận." in done
    assert receiver.got[0]["transferAmount"] == 40_000


def confirm(server: Counter, **fields: str) -> tuple[int, str]:
    body = urllib.parse.urlencode({"payload": payload("40000"), **fields}).encode()
    kind = "application/x-www-form-urlencoded"
    return ask(server, "POST", "/confirm", body, Content_Type=kind)


def test_a_person_chooses_how_the_notice_goes_and_reads_what_came_of_it(
    receiver: Receiver, counter: Counter
) -> None:
    looked = urllib.parse.urlencode({"payload": payload("40000")}).encode()
    kind = "application/x-www-form-urlencoded"
    shown = ask(counter, "POST", "/look", looked, Content_Type=kind)[1]
    assert shown.count('type="radio" name="notice"') == 4
    assert 'value="now" checked' in shown
    assert confirm(counter, notice="twice")[1].count("Nơi nhận trả lời 200: đã nhận.") == 2
    assert "lên đường sau 30 giây" in confirm(counter, notice="late")[1]
    assert "báo có sau sẽ tới trước" in confirm(counter, notice="out_of_order")[1]
    assert len(receiver.got) == 2
    receiver.answers = [(401, b"{}")]
    assert "Nơi nhận trả lời 401: không nhận; sẽ gửi lại." in confirm(counter)[1]
    assert confirm(counter, notice="soon")[0] == 422


def test_a_person_is_told_when_nothing_answers(phone_for: PhoneFor) -> None:
    nowhere = phone_for(Listener("http://127.0.0.1:9/", SECRET))
    with serving(Counter("127.0.0.1", 0, nowhere)) as server:
        assert "Không ai trả lời; sẽ gửi lại." in confirm(server)[1]
    with serving(Counter("127.0.0.1", 0, phone_for(None))) as server:
        assert "Không ai nghe báo có" in confirm(server)[1]


def test_mishaps_meet_the_background_traffic_and_no_person(receiver: Receiver) -> None:
    habits, mishaps = Habits(drop=1), Mishaps(twice=1, late=1)
    phone = Phone(
        Bank(rng=Random(1), clock=lambda: NOW, first_id=1, habits=habits),
        Courier(rng=Random(1), clock=lambda: NOW, mishaps=mishaps),
        Accounts(None, Listener(receiver.url, SECRET)),
    )
    for _ in range(20):
        phone.pay(payload("40000"))
    assert len(receiver.got) == 20
    assert all(REFERENCE in re.sub("[^A-Z0-9]", "", one["content"].upper()) for one in receiver.got)
    assert phone.courier.next_due() is None
    codes = read_codes([json.dumps({"payload": payload("40000")})])
    pace = Pace(60_000, retyped=0, spent=0)
    pay_on(phone, codes, pace=pace, rng=Random(1), stop=Event(), at_most=1)
    phone.courier.send_due()
    assert len(receiver.got) == 20, "it goes late"
    assert phone.courier.next_due() is not None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/style.css", 200), ("GET", "/healthz", 200), ("GET", "/no", 404), ("POST", "/", 404)],
)
def test_other_addresses(counter: Counter, method: str, path: str, status: int) -> None:
    assert ask(counter, method, path)[0] == status


def test_bodies_have_a_limit(counter: Counter) -> None:
    status, said = ask(
        counter, "POST", "/pay", Content_Type="application/json", Content_Length="99999999"
    )
    assert (status, json.loads(said)["code"]) == (422, "body_too_large")


def test_a_counter_opens_on_this_machine_only(phone_for: PhoneFor) -> None:
    with pytest.raises(SetupRefused):
        Counter("0.0.0.0", 0, phone_for(None))


def test_forms_and_amounts_as_typed() -> None:
    assert form("memo=tiền&memo=2".encode(), "application/x-www-form-urlencoded")["memo"] == "tiền"
    assert [typed_amount(raw) for raw in ("", "25000", "25.000", " 1 000 ")] == [
        None, 25_000, 25_000, 1_000,
    ]  # fmt: skip
    for raw in ("25,5", "-1", "٢٥", "1" * 13):
        with pytest.raises(SandboxError):
            typed_amount(raw)
    with pytest.raises(SandboxError):
        form(b"\xff=\xff&a=\xff", "application/x-www-form-urlencoded")


def test_the_command_pays_one_code(
    receiver: Receiver, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    to = ["--hook", receiver.url + "/hooks/sepay/x", "--secret", SECRET, "--plain"]
    assert main(["pay", "--png", receiver.url + "/static.png", "--amount", "25000", *to]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["amount"], said["told"]) == (25_000, True)
    assert receiver.got[0]["id"] == said["id"]
    (tmp_path / "a.png").write_bytes(png(payload("40000")))
    assert main(["pay", "--png", str(tmp_path / "a.png"), *to]) == 0
    assert main(["pay", "--png", str(tmp_path / "none.png"), *to]) == 1
    assert main(["pay", "--png", receiver.url + "/static.png", *to]) == 1
    assert "amount_missing" in capsys.readouterr().err
    assert len(receiver.got) == 2
    assert receiver.got[1]["id"] > receiver.got[0]["id"]


def test_the_command_says_when_nobody_took_the_notice(receiver: Receiver) -> None:
    receiver.answers = [(500, b"")]
    to = ["--hook", receiver.url, "--secret", SECRET, "--plain", "--minute", "0.01"]
    assert main(["pay", "--png", receiver.url + "/dynamic.png", *to]) == 1
    assert len(receiver.got) == 8


def test_the_command_makes_traffic(receiver: Receiver, tmp_path: Path) -> None:
    codes = tmp_path / "codes.jsonl"
    codes.write_text(json.dumps({"png_url": receiver.url + "/static.png"}) + "\n")
    to = ["--hook", receiver.url, "--secret", SECRET, "--plain", "--seed", "1"]
    more = ["--codes", str(codes), "--rate", "60000/min", "--at-most", "12"]
    assert main(["traffic", *more, *to]) == 0
    assert len([told for told in receiver.got if told["transferType"] == "in"]) == 12


@pytest.mark.parametrize(
    "more",
    [
        ["--hook", "http://127.0.0.1:1/", "--secret", "s", "--environment", "production"],
        ["--hook", "http://127.0.0.1:1/", "--secret", "s", "--environment", " Production "],
        [],
        ["--hook", "http://127.0.0.1:1/"],
        ["--accounts", "none.json"],
    ],
)
def test_it_does_not_start(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pay", "--png", "none.png", *more]) == 2
    assert capsys.readouterr().err


def test_production_in_the_environment_stops_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARKET40_ENVIRONMENT", "production")
    assert main(["serve", "--hook", "http://127.0.0.1:1/", "--secret", "s"]) == 2
    assert "production" in capsys.readouterr().err


def test_a_flag_does_not_override_a_production_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MARKET40_ENVIRONMENT", "production")
    to = ["--hook", "http://127.0.0.1:1/", "--secret", "s", "--environment", "development"]
    assert main(["pay", "--png", "none.png", *to]) == 2
