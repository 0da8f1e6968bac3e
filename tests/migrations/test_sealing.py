"""What stood in the clear before migration 0003 is sealed by it, and read as before."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from market40 import migrations, schema
from market40.db.base import Table
from market40.db.engine import read, transact, vault_of

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
MARKET, STALL, KEPT, ERASED, PERSON = (uuid.UUID(int=n) for n in range(1, 6))
SECRET = b"\0" * 32


@pytest.fixture
def empty(engine: Engine) -> Engine:
    Table.metadata.drop_all(engine)
    return engine


def put(session, table: str, clear: str = "", **values: object) -> None:
    """Insert a row as the tables were: `clear` names the column that was text."""
    columns = [
        sa.column(c.name, sa.String() if c.name == clear else c.type)
        for c in schema.metadata().tables[table].columns
        if c.name in values
    ]
    session.execute(sa.insert(sa.table(table, *columns)), values)


def furnish(session) -> None:
    vault = vault_of(session)
    for key_id in (KEPT, ERASED):
        vault.new_key(session, key_id=key_id, now=NOW)
        put(
            session, "beneficiary_account", market_id=MARKET, id=key_id, bin="970422",
            number=b"", number_lookup=key_id.bytes, last4="1234", holder=b"", household_id=STALL,
            key_id=key_id, holder_confirmed_by=PERSON, created_at=NOW,
        )  # fmt: skip
        at = {"market_id": MARKET, "id": key_id, "stall_id": STALL, "account_id": key_id}
        for each, label in ((at, "CANARY 2 kg cam"), (at | {"id": uuid.uuid4()}, None)):
            put(
                session, "intent", "label", **each, reference=str(each["id"])[:10],
                amount_vnd=5, label=label, state="open", token_hash=SECRET, opened_at=NOW,
                opened_by=PERSON, expires_at=NOW, closed_at=None,
            )  # fmt: skip
        put(
            session, "issued_code", "end_reason", **at, serial=key_id.int, check_code="K7Q2ZM",
            state="revoked", issued_at=NOW, issued_by=PERSON, ended_at=NOW, ended_by=PERSON,
            end_reason="CANARY anh Kẻ dán đè",
        )  # fmt: skip
    put(
        session, "person", id=PERSON, role="operator", login_lookup=b"p" * 16,
        login=vault.seal(session, KEPT, "van.hanh", column="person.login"), name=b"",
        secret_hash="", vendor_id=None, state="active", created_at=NOW,
    )  # fmt: skip
    put(
        session, "api_key", "label", id=PERSON, prefix="abc", secret_hash=SECRET,
        person_id=PERSON, label="CANARY máy anh Nam", created_at=NOW,
    )  # fmt: skip


def more_than_a_batch(session) -> None:
    for n in range(1_000, 1_600):
        put(
            session, "intent", "label", market_id=MARKET, id=uuid.UUID(int=n), stall_id=STALL,
            account_id=KEPT, reference=f"R{n}", amount_vnd=5, label="CANARY", state="open",
            token_hash=SECRET, opened_at=NOW, opened_by=PERSON, expires_at=NOW, closed_at=None,
        )  # fmt: skip


def test_rows_are_sealed_and_of_the_erased_nothing_is_kept(empty: Engine) -> None:
    migrations.upgrade(empty, to="0002")
    transact(empty, furnish)
    transact(empty, more_than_a_batch)
    transact(empty, lambda s: vault_of(s).destroy(s, ERASED, now=NOW))
    migrations.upgrade(empty)
    assert migrations.differences(empty) == []

    def found(session):
        opened, raw = {}, b""
        for table, column, sealed_for in (
            ("intent", "label", "intent.label"),
            ("issued_code", "end_reason", "code.end_reason"),
            ("api_key", "label", "api_key.label"),
        ):
            rows = schema.metadata().tables[table]
            for row_id, value in session.execute(sa.select(rows.c.id, rows.c[column])):
                raw += value or b""
                if row_id in (KEPT, ERASED, PERSON):
                    text = vault_of(session).open_text(session, value, column=sealed_for)
                    opened[table, row_id] = text
        return opened, raw

    opened, raw = read(empty, found)
    assert opened == {
        ("intent", KEPT): "CANARY 2 kg cam",
        ("intent", ERASED): None,
        ("issued_code", KEPT): "CANARY anh Kẻ dán đè",
        ("issued_code", ERASED): None,
        ("api_key", PERSON): "CANARY máy anh Nam",
    }
    assert b"CANARY" not in raw
    intents = schema.metadata().tables["intent"]
    kept = sa.select(sa.func.count()).where(intents.c.label.is_not(None))
    assert read(empty, lambda session: session.scalar(kept)) == 601
