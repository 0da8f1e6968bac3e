"""Registration, codes and the queries that payments and reporting use, on both engines."""

import datetime as dt
import random
import threading
import uuid

import pytest
from sqlalchemy import Engine, text, update

from market40.core.errors import Conflict, InvalidInput, NotFound, TooLarge
from market40.core.ids import FixedIds
from market40.core.market_days import MarketCalendar, Weekdays
from market40.core.references import find_references, kind_of
from market40.db.engine import read, transact, vault_of
from market40.db.vault import SealBroken
from market40.merchants import service, store
from market40.merchants.domain.registration import MarketRegistration, StallRegistration
from market40.merchants.domain.sheet import read_csv
from market40.merchants.tables import IssuedCode
from market40.vietqr.codec import decode

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 22)
TOMORROW = dt.date(2026, 11, 23)
BOARD = uuid.UUID(int=900)
MARKET = uuid.UUID(int=1)
OTHER = uuid.UUID(int=2)


def stall(number="A12", **changed) -> StallRegistration:
    values = {
        "number": number,
        "name": "Rau Cô Mẩy",
        "zone": "Khu rau",
        "goods": "Rau củ",
        "vendor_name": "Lò Thị Mẩy",
        "phone": "0912345678",
        "household_name": None,
        "bank_bin": "970436",
        "account_number": "00110011223388",
        "holder": "LO THI MAY",
        "usage": "dedicated",
    }
    return StallRegistration(**{**values, **changed})


def nth(n: int, **changed) -> StallRegistration:
    return stall(
        f"A{n}",
        name=f"Sạp {n}",
        vendor_name=f"Nguyễn Văn {n}",
        phone=f"09{n:08}",
        account_number=f"10{n:08}",
        holder=f"NGUYEN VAN {n}",
        **changed,
    )


@pytest.fixture
def market(engine: Engine) -> Engine:
    def work(session):
        for market_id, name in ((MARKET, "Chợ phiên Đồng Văn"), (OTHER, "Chợ Mèo Vạc")):
            registration = MarketRegistration(
                name,
                uuid.UUID(int=50),
                uuid.UUID(int=51),
                MarketCalendar((Weekdays(frozenset({7})),)),
                dt.date(2010, 1, 1),
            )
            service.register_market(session, registration, market_id=market_id, now=NOW)

    transact(engine, work)
    return engine


def register(engine, *stalls, market_id=MARKET, now=NOW, seed=1, starts_on=TODAY):
    ids, rng = FixedIds(seed), random.Random(seed)

    def work(session):
        return service.register_stalls(
            session,
            market_id,
            stalls,
            actor_id=BOARD,
            now=now,
            ids=ids,
            rng=rng,
            starts_on=starts_on,
        )

    return transact(engine, work, retry_conflicts=True)


def flaws(engine, *stalls, market_id=MARKET):
    with pytest.raises(InvalidInput) as raised:
        register(engine, *stalls, market_id=market_id, seed=99)
    return [(fault.code, fault.place) for fault in raised.value.faults]


def test_a_registered_stall_has_a_reference_and_a_code_that_pays_its_vendor(market) -> None:
    (done,) = register(market, stall())
    assert kind_of(done.reference) == "stall"
    assert (done.ordinal, done.serial) == (0, 1)
    code = decode(read(market, lambda s: service.payload_of(s, MARKET, done.code_id)))
    assert (code.bin, code.account, code.amount) == ("970436", "00110011223388", None)
    assert (code.purpose, code.store_label) == (done.reference, "A12")
    assert find_references(f"IBFT {code.purpose} GD 123") == (done.reference,)
    where = read(market, lambda s: store.stalls_by_reference(s, [done.reference, "ZJ"]))
    assert where == {done.reference: (MARKET, done.stall_id)}
    payee = read(market, lambda s: store.payee_of_stall(s, MARKET, done.stall_id, NOW))
    assert (payee.number, payee.holder, payee.last4) == ("00110011223388", "LO THI MAY", "3388")
    before = NOW - dt.timedelta(seconds=1)
    assert read(market, lambda s: store.payee_of_stall(s, MARKET, done.stall_id, before)) is None
    assert read(market, lambda s: store.payee_of_stall(s, OTHER, done.stall_id, NOW)) is None


def test_nothing_personal_lies_open_in_the_database(market) -> None:
    register(market, stall())
    with market.connect() as connection:
        for table in ("household", "vendor", "beneficiary_account", "stall", "issued_code"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    for secret in ("0912345678", "00110011223388", "LO THI MAY", "Lò Thị Mẩy"):
                        assert secret.encode() not in bytes(raw)


def test_a_batch_goes_in_whole_or_not_at_all(market) -> None:
    register(market, stall())
    found = flaws(market, nth(1), nth(2), stall("A12"), nth(1))
    assert ("number_taken", "stalls[2].number") in found
    assert ("number_twice", "stalls[3].number") in found
    assert [row.number for row in read(market, lambda s: store.stall_rows(s, MARKET))] == ["A12"]


def test_a_phone_or_account_of_another_is_refused(market) -> None:
    register(market, stall())
    assert flaws(market, stall("A13", vendor_name="Vàng Thị Chở")) == [
        ("phone_of_another", "stalls[0].phone")
    ]
    assert flaws(market, stall("A13", phone="0987654321", vendor_name="Vàng Thị Chở")) == [
        ("account_of_another", "stalls[0].account_number")
    ]
    assert flaws(market, stall("A13", holder="KE GIAN")) == [("holder_differs", "stalls[0].holder")]
    assert flaws(market, stall("A13", usage="mixed")) == [("usage_differs", "stalls[0].usage")]


def test_a_vendor_with_two_stalls_keeps_one_account_and_household(market) -> None:
    (first,) = register(market, stall())
    (second, third) = register(market, stall("B1"), stall("B2", zone=None), seed=2)
    assert first.vendor_id == second.vendor_id == third.vendor_id
    assert first.account_id == second.account_id == third.account_id
    assert len({first.reference, second.reference, third.reference}) == 3
    work = read(market, lambda s: store.stalls_on_accounts(s, MARKET, [first.account_id], NOW))[
        first.account_id
    ]
    assert work.usage == "dedicated"
    assert [on.number for on in work.stalls] == ["A12", "B1", "B2"]
    mine = read(market, lambda s: store.stalls_of_vendor(s, MARKET, first.vendor_id, TODAY))
    assert [(m.number, m.bank_bin, m.last4, m.holder) for m in mine] == [
        (number, "970436", "3388", "LO THI MAY") for number in ("A12", "B1", "B2")
    ]
    lookup = vault_of(market).lookup("account.number", "00110011223388")
    found = read(market, lambda s: store.accounts_by_lookup(s, [lookup, b"x" * 16]))
    assert [a.account_id for a in found[lookup]] == [first.account_id]
    assert len(found) == 1


def test_the_same_account_may_stand_in_another_market(market) -> None:
    (here,) = register(market, stall())
    (there,) = register(market, stall(), market_id=OTHER, seed=5)
    assert (here.serial, there.serial) == (1, 1)
    assert here.reference != there.reference
    lookup = vault_of(market).lookup("account.number", "00110011223388")
    found = read(market, lambda s: store.accounts_by_lookup(s, [lookup]))[lookup]
    assert {account.market_id for account in found} == {MARKET, OTHER}


def test_a_stall_without_account_waits_and_gets_its_first_one_once(market) -> None:
    bare = {"bank_bin": None, "account_number": None, "holder": None}
    (waiting,) = register(market, stall(**bare))
    assert waiting.code_id is None
    assert read(market, lambda s: store.stall_row(s, MARKET, waiting.stall_id)).state == "pending"
    assert read(market, lambda s: store.registered_at(s, [MARKET], NOW)) == {MARKET: set()}
    later = NOW + dt.timedelta(days=3)
    account = service.FirstAccount(
        waiting.stall_id, "970436", "00110011223388", "LO THI MAY", "dedicated"
    )

    def give(session):
        return service.add_first_accounts(
            session,
            MARKET,
            [account],
            actor_id=BOARD,
            now=later,
            ids=FixedIds(3),
            rng=random.Random(3),
        )

    (done,) = transact(market, give)
    assert (done.reference, done.serial) == (waiting.reference, 1)
    assert done.vendor_id == waiting.vendor_id
    assert read(market, lambda s: store.stall_row(s, MARKET, waiting.stall_id)).state == "active"
    assert read(market, lambda s: store.registered_at(s, [MARKET], later)) == {MARKET: {0}}
    assert read(market, lambda s: store.registered_at(s, [MARKET], NOW)) == {MARKET: set()}
    with pytest.raises(Conflict):
        transact(market, give)


def test_a_first_account_of_another_household_is_refused(market) -> None:
    bare = {"bank_bin": None, "account_number": None, "holder": None}
    register(market, stall())
    other = {"vendor_name": "Sùng A Pó", "phone": "0971234567"}
    (waiting,) = register(market, stall("C1", **other, **bare), seed=2)
    account = service.FirstAccount(waiting.stall_id, "970436", "00110011223388", "LO THI MAY")
    with pytest.raises(InvalidInput) as raised:
        transact(
            market,
            lambda s: service.add_first_accounts(
                s, MARKET, [account], actor_id=BOARD, now=NOW, ids=FixedIds(3), rng=random.Random(3)
            ),
        )
    assert [f.code for f in raised.value.faults] == ["account_of_another"]


def reissue(engine, stall_id, seed=7, now=NOW):
    return transact(
        engine,
        lambda s: service.reissue_code(
            s,
            MARKET,
            stall_id,
            reason="Thẻ bị rách",
            actor_id=BOARD,
            now=now,
            ids=FixedIds(seed),
            rng=random.Random(seed),
        ),
        retry_conflicts=True,
    )


def test_a_code_is_revoked_and_issued_again_with_the_same_payload(market) -> None:
    (done,) = register(market, stall())
    payload = read(market, lambda s: service.payload_of(s, MARKET, done.code_id))

    def revoke(session):
        service.revoke_code(
            session, MARKET, done.code_id, reason="Bị dán đè", actor_id=BOARD, now=NOW
        )

    transact(market, revoke)
    with pytest.raises(Conflict) as raised:
        transact(market, revoke)
    assert raised.value.code == "code_not_live"
    again = reissue(market, done.stall_id)
    assert again.serial == 2
    assert again.check_code != done.check_code
    third = reissue(market, done.stall_id, seed=8)
    codes = read(market, lambda s: store.codes_of_stall(s, MARKET, done.stall_id))
    assert [(c.serial, c.state) for c in codes] == [
        (3, "live"),
        (2, "superseded"),
        (1, "revoked"),
    ]
    assert codes[2].end_reason == "Bị dán đè"
    assert read(market, lambda s: service.payload_of(s, MARKET, third.code_id)) == payload
    seen = read(market, lambda s: store.by_check_code(s, again.check_code))
    assert (seen.code.state, seen.stall_name) == ("superseded", "Rau Cô Mẩy")


def test_races_never_give_the_same_serial(market) -> None:
    stalls = register(market, *(nth(n) for n in range(4)))
    failures: list[BaseException] = []

    def run(at: int) -> None:
        try:
            for turn in range(4):
                reissue(market, stalls[at].stall_id, seed=100 + 10 * at + turn)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=run, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    serials = [
        code.serial
        for s in stalls
        for code in read(market, lambda x, s=s: store.codes_of_stall(x, MARKET, s.stall_id))
    ]
    assert sorted(serials) == list(range(1, 21))


def change(engine, stall_id, event, now=NOW, market_id=MARKET):
    return transact(
        engine,
        lambda s: service.change_stall(s, market_id, stall_id, event, actor_id=BOARD, now=now),
    )


def test_a_stall_goes_along_its_graph_and_leaves_the_market_when_closed(market) -> None:
    (done,) = register(market, stall(), starts_on=dt.date(2026, 10, 1))
    assert change(market, done.stall_id, "suspend") == "suspended"
    with pytest.raises(Conflict):
        change(market, done.stall_id, "suspend")
    assert change(market, done.stall_id, "resume") == "active"
    with pytest.raises(NotFound):
        change(market, done.stall_id, "close", market_id=OTHER)
    assert change(market, done.stall_id, "close", now=NOW) == "closed"
    for event in ("suspend", "resume", "close"):
        with pytest.raises(Conflict):
            change(market, done.stall_id, event)
    with pytest.raises(Conflict):
        reissue(market, done.stall_id)
    tomorrow = TODAY + dt.timedelta(days=1)

    def standing(start, end):
        rows = read(market, lambda s: store.census(s, [MARKET, OTHER], start=start, end=end))
        return [(row.ordinal, row.starts_on, row.ends_on) for row in rows]

    assert standing(TODAY, tomorrow) == [(0, dt.date(2026, 10, 1), tomorrow)]
    assert standing(tomorrow, dt.date(2027, 1, 1)) == []
    assert standing(dt.date(2026, 1, 1), dt.date(2026, 10, 1)) == []
    later = NOW + dt.timedelta(seconds=1)
    assert read(market, lambda s: store.payee_of_stall(s, MARKET, done.stall_id, later)) is None
    assert read(market, lambda s: store.registered_at(s, [MARKET], later)) == {MARKET: set()}
    assert read(market, lambda s: store.stalls_of_vendor(s, MARKET, done.vendor_id, TODAY)) == []


def test_cards_come_by_zone_and_by_number_as_people_count(market) -> None:
    numbers = [("A10", "Khu rau"), ("B1", "Khu thịt"), ("A2", "Khu rau"), ("Z1", None)]
    register(
        market,
        *(
            StallRegistration(
                number, f"Sạp {number}", zone, None, f"Người {at}", None, None,
                "970436", f"20000{at}", f"NGUOI {at}", "mixed",
            )
            for at, (number, zone) in enumerate(numbers)
        ),
    )  # fmt: skip
    cards = read(
        market,
        lambda s: service.cards_of_market(s, MARKET, public_url="https://cho.example", demo=True),
    )
    assert [card.stall_number for card in cards] == ["A2", "A10", "B1", "Z1"]
    assert cards[0].check_url.startswith("cho.example/k/")
    assert (cards[0].serial, cards[0].issued_on, cards[0].demo) == ("00003", TODAY, True)
    assert [row.number for row in read(market, lambda s: store.stall_rows(s, MARKET))] == [
        "A2", "A10", "B1", "Z1",
    ]  # fmt: skip


def test_a_large_market_goes_in_at_once(market) -> None:
    done = register(market, *(nth(n) for n in range(2_300)))
    assert len({stall.reference for stall in done}) == 2_300
    assert [stall.ordinal for stall in done] == list(range(2_300))
    summary = read(market, lambda s: store.summaries(s, ids=[MARKET]))[0]
    assert (summary.stalls, summary.with_code) == (2_300, 2_300)


def test_markets_are_found_in_order_and_a_name_stands_once(market) -> None:
    found = read(market, store.markets)
    assert [m.name for m in found] == ["Chợ Mèo Vạc", "Chợ phiên Đồng Văn"]
    assert read(market, lambda s: store.markets(s, ids=[OTHER, uuid.UUID(int=77)])) == [found[0]]
    again = MarketRegistration(
        "chợ meo vạc", OTHER, OTHER, MarketCalendar((Weekdays(frozenset({1})),)), TODAY
    )
    with pytest.raises(Conflict):
        transact(
            market,
            lambda s: service.register_market(s, again, market_id=uuid.UUID(int=5), now=NOW),
        )


def test_two_boards_that_register_at_once_share_no_number(market) -> None:
    failures: list[BaseException] = []

    def run(at: int) -> None:
        try:
            batch = [nth(10 * at + n, zone="Khu mới") for n in range(3)]
            register(market, *batch, seed=200 + at)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=run, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    rows = read(market, lambda s: store.stall_rows(s, MARKET))
    assert sorted(row.serial for row in rows) == list(range(1, 13))
    census = read(market, lambda s: store.census(s, [MARKET], start=TODAY, end=TOMORROW))
    assert [row.ordinal for row in census] == list(range(12))
    assert len(read(market, lambda s: store.zones(s, MARKET))) == 1


def test_vendors_get_a_log_in_once(market) -> None:
    done = register(
        market,
        stall(),
        stall("B1"),
        nth(2, zone=None),
        stall(
            "C1", vendor_name="Sùng A Pó", phone=None, account_number="55556666", holder="SUNG A PO"
        ),
    )
    waiting = read(market, lambda s: service.vendors_without_login(s, MARKET))
    assert sorted(vendor.name for vendor in waiting) == ["Lò Thị Mẩy", "Nguyễn Văn 2"]
    assert len(read(market, lambda s: service.vendors_without_login(s, MARKET, limit=1))) == 1
    pins = service.drawn({stall.vendor_id for stall in done}, random.Random(1))

    def give(session):
        return service.give_pins(session, MARKET, pins, now=NOW, ids=FixedIds(9))

    given = transact(market, give)
    assert sorted(one.phone for one in given) == ["0900000002", "0912345678"]
    assert all(one.pin == pins[one.vendor_id].text for one in given)
    again = transact(market, give)
    assert [one.pin for one in again] == [None, None]
    assert read(market, lambda s: service.vendors_without_login(s, MARKET)) == []
    with market.connect() as connection:
        for row in connection.execute(text("SELECT * FROM person")):
            for one in given:
                assert one.pin not in str(row)


def test_a_sheet_is_held_against_the_market_as_it_stands(market) -> None:
    register(market, stall())
    content = (
        "Số sạp,Tiểu thương,Điện thoại,Ngân hàng,STK,Chủ tài khoản,Cách dùng\n"
        "B7,Vàng Thị Chở,0912345678,VCB,99887766,VANG THI CHO,riêng\n"
        "a12,Lò Thị Mẩy,0912345678,VCB,00110011223388,LO THI MAY,riêng\n"
        "B8,Sùng A Pó,,VCB,00110011223388,LO THI MAY,riêng\n"
    )
    sheet = read_csv(content.encode())
    assert [(f.code, f.place) for f in sheet.faults] == [
        ("phone_of_another", "dòng 3, cột Điện thoại"),
        ("account_of_another", "dòng 4, cột STK"),
    ]
    held = read(market, lambda s: service.against_market(s, MARKET, sheet, day=TODAY))
    assert [(f.code, f.place) for f in held.faults if f not in sheet.faults] == [
        ("phone_of_another", "dòng 2, cột Điện thoại"),
        ("number_taken", "dòng 3, cột Số sạp"),
    ]


def test_a_named_household_holds_several_vendors(market) -> None:
    shared = {"household_name": "Hộ Lò Thị Mẩy", "zone": None}
    first, second = register(
        market,
        stall(**shared),
        stall("A13", vendor_name="Giàng Mí Páo", phone="0987654321", **shared),
    )
    assert first.vendor_id != second.vendor_id
    assert first.account_id == second.account_id
    rows = read(market, lambda s: store.stall_rows(s, MARKET))
    assert len({row.household_id for row in rows}) == 1
    (third,) = register(market, stall("A14", vendor_name="Sùng A Pó", phone=None, **shared), seed=2)
    assert third.account_id == first.account_id
    (fourth,) = register(market, stall("A15", phone=None, zone=None), seed=3)
    assert fourth.vendor_id == first.vendor_id
    assert fourth.account_id == first.account_id


def test_the_live_code_is_found_without_opening_why_others_ended(market) -> None:
    (done,) = register(market, stall())
    given = {"reason": "ướt", "actor_id": BOARD, "now": NOW, "rng": random.Random(5)}

    def again(session):
        service.reissue_code(session, MARKET, done.stall_id, ids=FixedIds(5), **given)
        session.execute(update(IssuedCode).values(end_reason=b"no seal"))

    transact(market, again)
    code = read(market, lambda s: store.live_code(s, MARKET, done.stall_id))
    assert (code.serial, code.state, code.end_reason) == (2, "live", None)
    with pytest.raises(SealBroken):
        read(market, lambda s: store.codes_of_stall(s, MARKET, done.stall_id))


def test_what_is_not_there_is_not_found_and_limits_hold(market) -> None:
    nowhere = uuid.UUID(int=404)
    for work in (
        lambda s: store.market(s, nowhere),
        lambda s: store.stall_row(s, MARKET, nowhere),
        lambda s: store.live_code(s, MARKET, nowhere),
        lambda s: store.printed(s, MARKET, nowhere),
        lambda s: store.by_check_code(s, "AAAAAA"),
        lambda s: service.revoke_code(
            s, MARKET, nowhere, reason="x", actor_id=BOARD, now=NOW
        ),
        lambda s: service.add_first_accounts(
            s, MARKET, [service.FirstAccount(nowhere, "970436", "123456", "A")],
            actor_id=BOARD, now=NOW, ids=FixedIds(1), rng=random.Random(1),
        ),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            read(market, work)
    assert register(market) == []
    with pytest.raises(TooLarge):
        register(market, *[stall()] * 5_001)
    bare = {"bank_bin": None, "account_number": None, "holder": None}
    (waiting,) = register(market, stall(**bare))
    with pytest.raises(Conflict) as raised:
        reissue(market, waiting.stall_id)
    assert raised.value.code == "no_account"


def test_erasing_a_household_takes_its_card_and_payee_and_leaves_the_count(market) -> None:
    (done,) = register(market, stall())
    payee = read(market, lambda s: store.payee_of_stall(s, MARKET, done.stall_id, NOW))
    transact(market, lambda s: vault_of(s).destroy(s, payee.key_id, now=NOW))
    assert read(market, lambda s: store.payee_of_stall(s, MARKET, done.stall_id, NOW)) is None
    assert read(market, lambda s: store.live_cards(s, MARKET)) == []
    with pytest.raises(NotFound):
        read(market, lambda s: store.by_check_code(s, done.check_code))
    assert read(market, lambda s: store.registered_at(s, [MARKET], NOW)) == {MARKET: {0}}
