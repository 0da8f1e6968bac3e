"""Engine and the one way to run a transaction: `transact`, which runs again on a lost race."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from market40.db.vault import Vault
from market40.db.writer import Writer

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item
R = TypeVar("R")
RETRY_LIMIT = 6
BUSY_TIMEOUT_MS = 10_000
STATEMENTS_KEPT = 1_000
LOST_RACE_STATES = frozenset({"40001", "40P01"})
UNIQUE_VIOLATION = "23505"


def open_engine(url: str, *, master_key: bytes, pool_size: int = 20) -> Engine:
    """Open the database with its vault; SQLite gets WAL, full sync and its one writer.

    The engine carries its vault and writer as execution options, so that nothing is global and
    the caller owns it all: `close_engine` ends it. `master_key` is 32 bytes.
    """
    vault = Vault(master_key)
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=20,
            hide_parameters=True,
            connect_args={"cached_statements": STATEMENTS_KEPT},
        )
        _plain_savepoints(engine)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        reader = engine.execution_options(reading=True, vault=vault)
        engine = engine.execution_options(vault=vault)
        return engine.execution_options(writer=Writer(engine, {"vault": vault}), reader=reader)
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=20, pool_pre_ping=True, hide_parameters=True
    )
    return engine.execution_options(vault=vault)


def close_engine(engine: Engine) -> None:
    """Let the writer finish what waits and close every connection."""
    writer = engine.get_execution_options().get("writer")
    if writer is not None:
        writer.close()
    engine.dispose()


def vault_of(engine_or_session: Engine | Session) -> Vault:
    """The vault that seals this database's personal data."""
    if isinstance(engine_or_session, Session):
        vault = engine_or_session.info["vault"]
    else:
        vault = engine_or_session.get_execution_options()["vault"]
    assert isinstance(vault, Vault)
    return vault


def read(engine: Engine, work: Callable[[Session], T]) -> T:
    """Run `work` on one consistent view and keep nothing."""
    options = engine.get_execution_options()
    with Session(options.get("reader", engine), info={"vault": options["vault"]}) as session:
        return work(session)


def transact(engine: Engine, work: Callable[[Session], T], *, retry_conflicts: bool = False) -> T:
    """Run `work` in one transaction and return what it returns, after the commit.

    `work` may run again, so it must touch only the session. With `retry_conflicts` a violated
    unique key counts as a lost race: for work that reads the next number and takes it.
    """
    return _again(lambda: _once(engine, work), retry_conflicts=retry_conflicts)


def transact_each(
    engine: Engine,
    work_many: Callable[[Session, Sequence[I]], Sequence[R]],
    item: I,
    *,
    retry_conflicts: bool = False,
) -> R:
    """Run `work_many(session, items)` on this item, together with others that wait for it.

    For the hot path: on SQLite the one writer hands over all items that are waiting, so that
    a statement serves many; elsewhere the list has one item. `work_many` gives one result an
    item, in order, and must be the same function object for all. It is run again as by
    `transact`.
    """
    writer = engine.get_execution_options().get("writer")
    if writer is None:
        return transact(
            engine, lambda session: work_many(session, [item])[0], retry_conflicts=retry_conflicts
        )

    def once() -> R:
        result: R = writer.run_each(work_many, item)
        return result

    return _again(once, retry_conflicts=retry_conflicts)


def _again(once: Callable[[], T], *, retry_conflicts: bool) -> T:
    for attempt in range(1, RETRY_LIMIT + 1):
        try:
            return once()
        except DBAPIError as error:
            if attempt == RETRY_LIMIT or not is_lost_race(error, conflicts=retry_conflicts):
                raise
            time.sleep(0.01 * 2**attempt)
    raise AssertionError("unreachable")


def _once(engine: Engine, work: Callable[[Session], T]) -> T:
    options = engine.get_execution_options()
    writer = options.get("writer")
    if writer is not None:
        result: T = writer.run(work)
        return result
    with Session(engine, info={"vault": options["vault"]}) as session, session.begin():
        return work(session)


@contextmanager
def tentative(session: Session) -> Iterator[Callable[[], None]]:
    """Give a function that takes back what is done inside, by statements alone, of a transaction.

    A bare savepoint: a nested transaction of the session costs ten times as much, for objects
    that are none here. An error that leaves the block is the whole transaction's.
    """
    connection = session.connection()
    connection.exec_driver_sql("SAVEPOINT tentative")
    yield lambda: connection.exec_driver_sql("ROLLBACK TO SAVEPOINT tentative").close()
    connection.exec_driver_sql("RELEASE SAVEPOINT tentative")


def is_lost_race(error: DBAPIError, *, conflicts: bool = False) -> bool:
    """Whether the same work may succeed if it runs again."""
    state = getattr(error.orig, "sqlstate", None)
    text = str(error.orig)
    if state in LOST_RACE_STATES or "database is locked" in text:
        return True
    return conflicts and (state == UNIQUE_VIOLATION or "UNIQUE constraint failed" in text)


def _plain_savepoints(engine: Engine) -> None:
    """Have savepoints sent as they are: SQLAlchemy compiles each anew, as each has its own name.

    The names are its own (`sa_savepoint_7`). With one or two savepoints a transaction, the
    compiling was an eighth of the writer's time.
    """
    for method, words in (
        ("do_savepoint", "SAVEPOINT"),
        ("do_rollback_to_savepoint", "ROLLBACK TO SAVEPOINT"),
        ("do_release_savepoint", "RELEASE SAVEPOINT"),
    ):
        setattr(engine.dialect, method, partial(_send, words))


def _send(words: str, connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"{words} {name}")


def _sqlite_connect(dbapi_connection: object, _record: object) -> None:
    dbapi_connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = dbapi_connection.cursor()  # type: ignore[attr-defined]
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    """Readers begin DEFERRED and never wait; writers begin IMMEDIATE and queue up front."""
    mode = "DEFERRED" if connection.get_execution_options().get("reading") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")
