"""SePay's signature: what verifies, what is late, and what never does."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import NotFound
from market40.payments.feeds import feed_named, sepay
from market40.payments.feeds.base import FeedFormatError, Notice

FEED = sepay.SePay()
FIXTURE = Path(__file__).parents[2] / "fixtures" / "payments" / "sepay_vectors.json"
VECTORS = [
    vector for vector in json.loads(FIXTURE.read_text())["vectors"] if "HMAC" in vector["provider"]
]
AT = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
SECRET = b"whsec_sepay_test"
BODY = b'{"id":1}'


def headers_of(vector) -> dict[str, str]:
    return {name.lower(): value for name, value in vector["headers"].items()}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
@pytest.mark.parametrize(
    ("after_s", "valid", "late"),
    [
        (0, True, False),
        (300, True, False),
        (-300, True, False),
        (301, False, True),
        (-301, False, True),
    ],
)
def test_the_published_vectors_hold_within_five_minutes(vector, after_s, valid, late) -> None:
    headers = headers_of(vector)
    sent = dt.datetime.fromtimestamp(int(headers[sepay.TIMESTAMP_HEADER]), dt.UTC)
    now = sent + dt.timedelta(seconds=after_s)
    verdict = FEED.verify(vector["raw_body"].encode(), headers, [vector["secret"].encode()], now)
    assert (verdict.valid, verdict.late) == (valid, late)
    assert verdict.reason == (None if valid else "stale_timestamp")
    assert verdict.sent_at == sent


def test_either_of_two_secrets_verifies_and_a_third_does_not() -> None:
    secrets = [b"the new one 0123456", b"the old one 0123456"]
    for secret in secrets:
        assert FEED.verify(BODY, sepay.sign(secret, BODY, AT), secrets, AT).valid
    verdict = FEED.verify(BODY, sepay.sign(b"another", BODY, AT), secrets, AT)
    assert (verdict.valid, verdict.reason) == (False, "bad_signature")
    assert not FEED.verify(BODY, sepay.sign(b"", BODY, AT), [], AT).valid


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({sepay.TIMESTAMP_HEADER: None}, "no_signature"),
        ({sepay.SIGNATURE_HEADER: None}, "no_signature"),
        ({sepay.TIMESTAMP_HEADER: "12x"}, "bad_timestamp"),
        ({sepay.TIMESTAMP_HEADER: "-1"}, "bad_timestamp"),
        ({sepay.TIMESTAMP_HEADER: "9" * 12}, "bad_timestamp"),
        ({sepay.TIMESTAMP_HEADER: "٣"}, "bad_timestamp"),
        ({sepay.SIGNATURE_HEADER: "sha256="}, "bad_signature"),
        ({sepay.SIGNATURE_HEADER: "Chữ ký"}, "bad_signature"),
    ],
)
def test_headers_that_are_no_signature(change, reason) -> None:
    headers = sepay.sign(SECRET, BODY, AT) | change
    headers = {name: value for name, value in headers.items() if value is not None}
    assert FEED.verify(BODY, headers, [SECRET], AT).reason == reason


@given(st.data())
def test_no_changed_byte_verifies(data) -> None:
    body = sepay.write(Notice("7", "0123456789", "MBBank", "credit", 45_000, "FT1", "tien rau", AT))
    headers = sepay.sign(SECRET, body, AT)
    at = data.draw(st.integers(0, len(body) - 1))
    flipped = bytearray(body)
    flipped[at] ^= data.draw(st.integers(1, 255))
    assert FEED.verify(bytes(flipped), headers, [SECRET], AT).reason == "bad_signature"
    signature = headers[sepay.SIGNATURE_HEADER]
    at = data.draw(st.integers(0, len(signature) - 1))
    char = data.draw(st.characters(max_codepoint=255).filter(lambda c: c != signature[at]))
    forged = headers | {sepay.SIGNATURE_HEADER: signature[:at] + char + signature[at + 1 :]}
    assert FEED.verify(body, forged, [SECRET], AT).reason == "bad_signature"


NOTICES = st.builds(
    Notice,
    external_id=st.integers(1, 10**15).map(str)
    | st.from_regex(r"[A-Z][A-Z0-9-]{0,20}", fullmatch=True),
    account_number=st.from_regex(r"[A-Z0-9]{1,19}", fullmatch=True),
    gateway=st.none() | st.just("MBBank"),
    direction=st.sampled_from(["credit", "debit"]),
    amount_vnd=st.integers(1, 10**12),
    bank_reference=st.none() | st.from_regex(r"FT[0-9]{14}", fullmatch=True),
    memo=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200),
    occurred_at=st.integers(1_577_836_800, 1_893_456_000).map(
        lambda s: dt.datetime.fromtimestamp(s, dt.UTC)
    ),
    balance_after_vnd=st.none() | st.integers(1, 10**12),
    virtual_account=st.none() | st.from_regex(r"[A-Z0-9]{1,19}", fullmatch=True),
)


@given(NOTICES)
def test_what_is_written_is_read_back(notice) -> None:
    assert FEED.parse(sepay.write(notice)) == [notice]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_place(body) -> None:
    with pytest.raises(FeedFormatError) as caught:
        FEED.parse(body)
    assert caught.value.place


def test_an_unknown_feed_is_not_found() -> None:
    assert feed_named("sepay").name == "sepay"
    with pytest.raises(NotFound):
        feed_named("no-such-bank")


def test_another_package_may_add_a_feed_and_not_replace_ours(tmp_path, monkeypatch) -> None:
    info = tmp_path / "made_up_bank-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up-bank\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[market40.bank_feeds]\nmade-up=made_up_bank:Feed\nsepay=made_up_bank:Feed\n"
    )
    (tmp_path / "made_up_bank.py").write_text("class Feed:\n    name = 'made-up'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert feed_named("made-up").name == "made-up"
    assert isinstance(feed_named("sepay"), sepay.SePay)
