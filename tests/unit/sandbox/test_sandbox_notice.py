"""SePay's body and signature, against the published scheme; references as banks write them."""

import json
from datetime import UTC, datetime

from market40.sandbox.bank import reference
from market40.sandbox.notice import Notice, code_in, signed_headers

# Vector made with another implementation (node's crypto) from developer.sepay.vn's description,
# 2026-11-22; the names and numbers in it are SePay's own sample's.
SECRET = "whsec_sepay_test"
TIMESTAMP = 1795306503
SIGNATURE = "sha256=8e9b03bd447c518a243b62b91017d65d27af078efeb83515cf45f1873da62c94"
RAW_BODY = (
    b'{"id":92704,"gateway":"Vietcombank","transactionDate":"2026-11-22 07:15:03",'
    b'"accountNumber":"0123499999","code":"CHO4P7K2QX9",'
    b'"content":"MBVCB.12922428728.350539.CHO4P7K2QX9.CT tu 0123456789 NGUYEN VAN A",'
    b'"transferType":"in","transferAmount":45000,"accumulated":19077000,"subAccount":null,'
    b'"referenceCode":"MBVCB.3278907687","description":""}'
)

NOTICE = Notice(
    id=92704,
    gateway="Vietcombank",
    at=datetime(2026, 11, 22, 0, 15, 3, tzinfo=UTC),
    account="0123499999",
    code="CHO4P7K2QX9",
    content="MBVCB.12922428728.350539.CHO4P7K2QX9.CT tu 0123456789 NGUYEN VAN A",
    direction="in",
    amount=45_000,
    accumulated=19_077_000,
    reference="MBVCB.3278907687",
)


def test_the_body_is_the_published_one_byte_for_byte() -> None:
    assert NOTICE.body() == RAW_BODY


def test_the_signature_is_the_published_one() -> None:
    headers = signed_headers(NOTICE.body(), secret=SECRET, timestamp=TIMESTAMP)
    assert headers["X-SePay-Timestamp"] == str(TIMESTAMP)
    assert headers["X-SePay-Signature"] == SIGNATURE
    assert headers["Content-Type"] == "application/json"


def test_the_time_is_vietnam_s_without_a_zone() -> None:
    late = Notice(1, "ACB", datetime(2026, 11, 22, 17, 30, tzinfo=UTC), "1", "", "out", 1, 0, "")
    body = json.loads(late.body())
    assert body["transactionDate"] == "2026-11-23 00:30:00"
    assert (body["transferType"], body["code"], body["subAccount"]) == ("out", None, None)


def test_sepay_s_code_is_found_in_one_piece_only() -> None:
    assert code_in("CT DEN:1 ZJ7KQ2ZMN7 A12", "ZJ") == "ZJ7KQ2ZMN7"
    assert code_in("ct den:1 zj7kq2zmn7-ctlnhanh", "ZJ") == "zj7kq2zmn7"
    assert code_in("ZJ7KQ 2ZMN7", "ZJ") is None


def test_references_have_each_bank_s_shape() -> None:
    now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # already the 23rd in Vietnam: day 327
    number = 1_795_306_503_123_456
    assert reference("Vietcombank", number, now) == "MBVCB.6503123456"
    assert reference("MBBank", number, now) == "FT26327503123456"
    assert reference("ACB", number, now) == "3456"
    assert reference("Agribank", number, now) == "20261123123456"
    assert reference("VietinBank", number, now) == "456T266503123456"
    assert reference("a bank of no table", number, now).startswith("FT26327")
