"""Inspections on both engines: verdicts from the books, once each, lists, rounds, alarms."""

import base64
import datetime as dt
import json
import random
import threading
import uuid

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from test_merchants_service import BOARD, MARKET, NOW, OTHER, market, nth, register

from market40.core.errors import Conflict, InvalidInput, NotFound, RateLimited
from market40.core.ids import FixedIds
from market40.db.engine import read, transact, vault_of
from market40.merchants import service, store
from market40.merchants.domain.codes import static_payload
from market40.merchants.domain.inspection import mark_of_account, mark_of_code
from market40.merchants.tables import AlarmAnswer, Inspection, NameReport

assert market  # a fixture
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def town(market):
    made = register(market, *(nth(n) for n in (1, 2, 10)))
    register(market, nth(77), market_id=OTHER, seed=7)
    market.made = {f"A{n}": one for n, one in zip((1, 2, 10), made, strict=True)}
    return market


def stall(town, number="A1") -> uuid.UUID:
    return town.made[number].stall_id


def payload(town, number="A1") -> str:
    return read(town, lambda s: service.payload_of(s, MARKET, town.made[number].code_id))


def seen(stall_id, *texts, n=1, at=NOW, **more) -> service.Observation:
    return service.Observation(
        uuid.UUID(int=n), stall_id, at, more.pop("way", "camera"), texts, **more
    )


def record(town, *observations, now=LATER, market_id=MARKET):
    return transact(
        town,
        lambda s: service.record(s, market_id, observations, actor_id=BOARD, now=now),
    )


def verdict(town, number, *texts, n=1, **more):
    (done,) = record(town, seen(stall(town, number), *texts, n=n, **more))
    return done.verdict if done.fault is None else done.fault.code


def reissue(town, number="A1", now=LATER):
    return transact(
        town,
        lambda s: service.reissue_code(
            s, MARKET, stall(town, number), reason="Thẻ rách", actor_id=BOARD, now=now,
            ids=FixedIds(90), rng=random.Random(9),
        ),
        retry_conflicts=True,
    )  # fmt: skip


def revoke(town, number="A1", now=LATER):
    transact(
        town,
        lambda s: service.revoke_code(
            s, MARKET, town.made[number].code_id, reason="Mất", actor_id=BOARD, now=now
        ),
    )


def take_list(town, market_id=MARKET, now=NOW, seed=60):
    return transact(
        town,
        lambda s: service.take_list(s, market_id, actor_id=BOARD, now=now, ids=FixedIds(seed)),
    )


def count(town, table) -> int:
    return read(town, lambda s: s.scalar(select(func.count()).select_from(table)))


STRANGE = static_payload(
    bank_bin="970418", account="555566667777", reference="ZJSABCDEFQN", stall_number="A1"
)


def test_each_verdict_comes_from_the_books(town) -> None:
    strange_market = read(town, lambda s: store.live_cards(s, OTHER))[0]
    assert verdict(town, "A1", payload(town), n=1) == "match"
    assert verdict(town, "A1", payload(town, "A2"), n=2) == "another_stall"
    assert verdict(town, "A1", service.payload_of_card(strange_market), n=3) == "another_stall"
    assert verdict(town, "A1", STRANGE, n=4) == "unknown_account"
    assert verdict(town, "A1", payload(town)[:-1], n=5) == "malformed"
    assert verdict(town, "A1", payload(town), STRANGE, n=6) == "several_codes"
    assert verdict(town, "A1", n=7) == "unreadable"
    assert verdict(town, "A1", "https://zalo.me", n=8) == "malformed"
    found = read(town, lambda s: store.inspections(s, MARKET, limit=99))
    assert len(found) == 8
    by_verdict = {one.verdict: one for one in found}
    assert by_verdict["match"].code_id == town.made["A1"].code_id
    assert by_verdict["several_codes"].code_id == town.made["A1"].code_id
    assert by_verdict["unknown_account"].code_id is None
    assert by_verdict["another_stall"].code_id is None  # no code of hers was seen


def test_a_code_is_judged_as_it_was_when_it_was_seen(town) -> None:
    revoke(town, now=LATER)
    after = LATER + dt.timedelta(minutes=5)
    before = seen(stall(town), payload(town), n=1, at=LATER - dt.timedelta(minutes=5))
    at_once = seen(stall(town), payload(town), n=2, at=after)
    assert [one.verdict for one in record(town, before, at_once, now=after)] == [
        "match",
        "superseded",
    ]


def test_a_reissued_code_of_the_same_account_still_pays_the_stall(town) -> None:
    reissue(town)
    assert verdict(town, "A1", payload(town), at=LATER) == "match"


def test_what_is_sent_again_is_there_once(town) -> None:
    one = seen(stall(town), STRANGE, told="unknown_account")
    (first,) = record(town, one)
    again, beside = record(town, one, seen(stall(town, "A2"), payload(town, "A2"), n=2))
    assert (first.verdict, first.again) == ("unknown_account", False)
    assert (again.verdict, again.again) == ("unknown_account", True)
    assert (beside.verdict, beside.again) == ("match", False)
    assert count(town, Inspection) == 2


def test_what_was_judged_is_written_by_one_statement_each(town) -> None:
    """Judging a batch takes longer than a payment may wait for the one writer."""
    before = seen(stall(town), payload(town), n=1)
    strange = seen(stall(town, "A2"), STRANGE, n=2)
    nowhere = seen(uuid.UUID(int=404), n=3)
    write = read(
        town,
        lambda s: service.plan_record(
            s, MARKET, [before, strange, nowhere], actor_id=BOARD, now=LATER
        ),
    )
    assert count(town, Inspection) == 0
    asked: list[str] = []

    def work(session):
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
        return write(session)

    done = transact(town, work)
    assert [one.verdict for one in done] == ["match", "unknown_account", None]
    assert [said.split()[0] for said in asked] == ["INSERT", "INSERT"]
    assert [one.again for one in transact(town, write)] == [True, True, False]
    assert count(town, Inspection) == 2


def test_an_id_that_comes_back_with_another_content_is_refused_and_the_rest_goes_in(town) -> None:
    record(town, seen(stall(town), STRANGE))
    other, good = record(
        town, seen(stall(town), payload(town)), seen(stall(town), payload(town), n=2)
    )
    assert (other.verdict, other.fault.code) == (None, "inspection_differs")
    assert good.verdict == "match"
    assert count(town, Inspection) == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"at": LATER + dt.timedelta(minutes=11)}, "bad_time"),
        ({"at": LATER - dt.timedelta(days=61)}, "bad_time"),
        ({"way": "mind"}, "unknown_way"),
        ({"told": "fine"}, "unknown_verdict"),
        ({"list_id": uuid.UUID(int=5)}, "unknown_list"),
        ({"marks": ("0" * 24,)}, "unknown_list"),
        ({"texts": ("x",) * 21}, "too_many"),
        ({"texts": ("9" * 7090,)}, "too_many"),
        ({"stall_id": uuid.UUID(int=404)}, "not_found"),
    ],
)
def test_a_sending_that_cannot_be_taken_says_why(town, more, code) -> None:
    values = {"stall_id": stall(town), "at": NOW, "way": "camera"} | more
    (done,) = record(town, service.Observation(uuid.UUID(int=1), **values))
    assert (done.verdict, done.fault.code) == (None, code)
    assert count(town, Inspection) == 0


def test_more_than_a_batch_is_refused_whole(town) -> None:
    many = [seen(stall(town), payload(town), n=n) for n in range(1, 102)]
    with pytest.raises(InvalidInput) as raised:
        record(town, *many)
    assert raised.value.code == "too_many"
    assert count(town, Inspection) == 0


def test_a_stall_of_another_market_is_not_there(town) -> None:
    (done,) = record(town, seen(stall(town), payload(town)), market_id=OTHER)
    assert done.fault.code == "not_found"


def test_a_clock_that_is_ahead_is_brought_back_to_ours(town) -> None:
    record(town, seen(stall(town), payload(town), at=LATER + dt.timedelta(minutes=9)))
    (found,) = read(town, lambda s: store.inspections(s, MARKET, limit=9))
    assert found.inspected_at == LATER


def test_a_signed_list_holds_marks_and_nothing_personal(town) -> None:
    made = take_list(town)
    told = json.loads(made.text)
    assert [one["number"] for one in told["stalls"]] == ["A1", "A2", "A10"]
    salt = bytes.fromhex(told["salt"])
    (first, *_) = told["stalls"]
    assert first["live"] == [mark_of_code(salt, payload(town))]
    assert first["accounts"] == [mark_of_account(salt, ("970436", "1000000001"))]
    assert (first["ended"], first["due"], first["last"]) == ([], True, None)
    assert "1000000001" not in made.text
    assert "NGUYEN" not in made.text
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(made.key))
    raw = base64.b64decode(made.signature)
    signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(signature, b"inspection-list\0" + made.text.encode(), ec.ECDSA(hashes.SHA256()))
    assert vault_of(town).published_key() == base64.b64decode(made.key)
    other = json.loads(take_list(town, seed=61).text)
    assert other["salt"] != told["salt"]


def test_a_mark_of_the_list_is_as_good_as_the_text(town) -> None:
    told = json.loads(take_list(town).text)
    one, two, _ = told["stalls"]
    listed = {"list_id": uuid.UUID(told["id"]), "told": "match"}
    good = seen(stall(town), n=1, marks=tuple(one["live"]), **listed)
    wrong = seen(stall(town), n=2, marks=tuple(two["live"]), **listed)
    done = record(town, good, wrong)
    assert done[0].verdict == "match"
    assert done[1].fault.code == "unknown_mark"


def test_a_mark_of_a_code_that_was_revoked_meanwhile_is_superseded(town) -> None:
    told = json.loads(take_list(town).text)
    listed = {"list_id": uuid.UUID(told["id"]), "told": "match"}
    revoke(town, now=NOW + dt.timedelta(minutes=1))
    marks = tuple(told["stalls"][0]["live"])
    (done,) = record(town, seen(stall(town), at=LATER, marks=marks, **listed))
    assert done.verdict == "superseded"
    (kept,) = read(town, lambda s: store.inspections(s, MARKET, limit=9))
    assert (kept.verdict, kept.told) == ("superseded", "match")


def test_of_a_match_nothing_read_is_kept_and_of_the_rest_it_is_sealed(town) -> None:
    record(town, seen(stall(town), payload(town), n=1), seen(stall(town), STRANGE, n=2))
    kept = read(town, lambda s: s.execute(select(Inspection.verdict, Inspection.seen)).all())
    sealed = dict(kept)
    assert sealed["match"] is None
    assert b"555566667777" not in sealed["unknown_account"]
    text = read(
        town,
        lambda s: vault_of(s).open_text(s, sealed["unknown_account"], column=store.SEEN),
    )
    assert json.loads(text) == [STRANGE]


def due(town, now=LATER):
    told = json.loads(take_list(town, now=now, seed=int(now.timestamp())).text)
    return [one["number"] for one in told["stalls"] if one["due"]]


def begin(town, due_on, now=LATER, seed=80):
    transact(
        town,
        lambda s: service.begin_round(
            s, MARKET, due_on=due_on, actor_id=BOARD, now=now, ids=FixedIds(seed)
        ),
    )


def test_a_stall_is_due_until_it_was_read_and_again_in_a_new_round(town) -> None:
    assert due(town, NOW) == ["A1", "A2", "A10"]
    record(town, seen(stall(town), payload(town), n=1), seen(stall(town, "A2"), n=2))
    assert due(town) == ["A2", "A10"]  # nothing was read at A2
    begin(town, dt.date(2026, 11, 30), now=LATER + dt.timedelta(minutes=1))
    round_ = read(town, lambda s: store.current_round(s, MARKET))
    assert round_.due_on == dt.date(2026, 11, 30)
    later = LATER + dt.timedelta(minutes=2)
    assert due(town, later) == ["A1", "A2", "A10"]
    record(town, seen(stall(town), payload(town), n=3, at=later), now=later)
    assert due(town, later + dt.timedelta(minutes=1)) == ["A2", "A10"]


@pytest.mark.parametrize("due_on", [dt.date(2026, 11, 21), dt.date(2027, 2, 21)])
def test_a_round_ends_on_a_day_that_can_be_kept(town, due_on) -> None:
    with pytest.raises(InvalidInput) as raised:
        begin(town, due_on)
    assert raised.value.code == "bad_day"


def answer(town, subject_id, did="removed", note="", market_id=MARKET):
    transact(
        town,
        lambda s: service.answer_alarm(
            s, market_id, subject_id, did=did, note=note, actor_id=BOARD, now=LATER
        ),
        retry_conflicts=True,
    )


def test_an_alarm_is_open_until_the_board_says_what_it_did(town) -> None:
    record(town, seen(stall(town), STRANGE, n=1), seen(stall(town), payload(town), n=2))
    (alarm,) = read(town, lambda s: store.open_alarms(s, MARKET))
    assert alarm.id == uuid.UUID(int=1)
    counted = read(town, lambda s: store.alarm_counts(s, [MARKET, OTHER]))
    assert counted == {MARKET: 1, OTHER: 0}
    with pytest.raises(InvalidInput):
        answer(town, alarm.id, did="slept")
    with pytest.raises(NotFound):
        answer(town, alarm.id, market_id=OTHER)
    with pytest.raises(NotFound):
        answer(town, uuid.UUID(int=2))  # a match is no alarm
    answer(town, alarm.id, note="Đã gỡ tờ giấy dán đè")
    assert read(town, lambda s: store.open_alarms(s, MARKET)) == []
    with pytest.raises(Conflict) as raised:
        answer(town, alarm.id)
    assert raised.value.code == "alarm_answered"
    assert count(town, AlarmAnswer) == 1


def check_of(town, number="A1") -> str:
    return town.made[number].check_code


def report(town, said, now=LATER, seed=70, check=None):
    return transact(
        town,
        lambda s: service.report_name(
            s, check or check_of(town), said, now=now, ids=FixedIds(seed)
        ),
    )


def test_a_buyer_reports_another_name_and_the_board_reads_it(town) -> None:
    assert report(town, "TRAN VAN LUA") is not None
    (found,) = read(town, lambda s: store.open_reports(s, MARKET))
    assert (found.said, found.stall_id) == ("TRAN VAN LUA", stall(town))
    answer(town, found.id, did="police")
    assert read(town, lambda s: store.open_reports(s, MARKET)) == []


def test_the_cards_own_name_in_another_spelling_is_no_report(town) -> None:
    assert report(town, "Nguyễn Văn 1") is None
    assert report(town, "nguyen  van 1") is None
    assert count(town, NameReport) == 0


def test_a_report_may_leave_the_name_out_and_is_held_to_a_length(town) -> None:
    assert report(town, "  ") is not None
    (found,) = read(town, lambda s: store.open_reports(s, MARKET))
    assert found.said is None
    with pytest.raises(InvalidInput):
        report(town, "X" * 61)
    with pytest.raises(NotFound):
        report(town, "X", check="ZZZZZZ")


def test_twenty_reports_of_a_code_a_day_are_enough(town) -> None:
    for n in range(20):
        report(town, f"TEN {n}", seed=100 + n)
    with pytest.raises(RateLimited) as raised:
        report(town, "TEN 21", seed=200)
    assert raised.value.code == "enough_reports"
    assert report(town, "TEN 22", seed=201, now=LATER + dt.timedelta(days=1)) is not None


def test_the_same_sendings_in_opposite_order_wait_for_each_other_once(town) -> None:
    faults: list[Exception] = []

    def send(batch: list[service.Observation]) -> None:
        try:
            record(town, *batch)
        except OperationalError as error:
            faults.append(error)

    for turn in range(3):
        batch = [seen(stall(town), payload(town), n=1000 * turn + n) for n in range(1, 60)]
        senders = [
            threading.Thread(target=send, args=(order,)) for order in (batch, batch[::-1]) * 2
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    assert (faults, count(town, Inspection)) == ([], 3 * 59)
    answers = record(town, *batch[::-1])
    assert [one.id for one in answers] == [one.id for one in batch[::-1]]


def test_an_answer_opens_nothing_of_the_other_reports(town, monkeypatch) -> None:
    check = read(town, lambda s: store.live_cards(s, MARKET))[0].code.check_code
    reports = [
        transact(
            town,
            lambda s, n=n: service.report_name(s, check, "LA", now=NOW, ids=FixedIds(500 + n)),
        )
        for n in range(5)
    ]
    opened: list[str] = []
    monkeypatch.setattr(type(vault_of(town)), "open_text", lambda *_, column: opened.append(column))
    transact(
        town,
        lambda s: service.answer_alarm(
            s, MARKET, reports[0], did="harmless", note="", actor_id=BOARD, now=LATER
        ),
    )
    assert opened == []
