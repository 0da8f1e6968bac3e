"""SQLite's one writer: a thread that runs all that is waiting in one commit.

SQLite has one writer at a time. Many threads that fight for its lock sleep in its busy handler
and see a p99 of a second; one thread that commits in groups shares one fsync among all that wait.
Nothing is acknowledged before its commit: `run` returns only after it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from market40.core.errors import Market40Error

T = TypeVar("T")
GROUP_LIMIT = 64


WorkMany = Callable[[Session, Sequence[Any]], Sequence[Any]]


def _held() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Waiting:
    """One who waits: `work(session)`, or an item of `work_many(session, items)`.

    A bare lock wakes it: a Future and its condition cost a tenth of a webhook.
    """

    work: Callable[[Session], Any] | None = None
    work_many: WorkMany | None = None
    item: Any = None
    _result: Any = None
    _failure: BaseException | None = None
    _over: threading.Lock = field(default_factory=_held)

    def wait(self) -> Any:
        """Wait until it is over and return its result or raise its error."""
        self._over.acquire()
        if self._failure is not None:
            raise self._failure
        return self._result

    def end(self, result: Any, failure: BaseException | None) -> None:
        """Wake who waits; once only."""
        self._result, self._failure = result, failure
        self._over.release()


def _in_context(work: Callable[[Session], T]) -> Callable[[Session], T]:
    """Give `work` the caller's context, so that it means the same on either engine."""
    context = copy_context()
    return lambda session: context.run(work, session)


class TransactionLost(Market40Error):
    """The database took a group's transaction back: nobody's work in it is done."""

    code = "transaction_lost"
    http_status = 503


class Closed(RuntimeError):
    """Work came to a writer whose engine has been closed."""


class Writer:
    """Runs transactions one after another on its own connection; started at the first one."""

    def __init__(self, engine: Engine, session_info: dict[str, object]) -> None:
        self._engine = engine
        self._info = session_info
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._door = threading.Lock()
        self._connection: Connection | None = None  # kept: opening one is a tenth of a group

    def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in the next group; return its result after the commit, or raise its error."""
        return self._wait(_Waiting(work=_in_context(work)))  # type: ignore[no-any-return]

    def run_each(self, work_many: WorkMany, item: Any) -> Any:
        """Run `work_many` on this item and on all others that wait for the same function.

        One call for many is what makes the hot path cheap: a statement with many rows costs
        little more than one with one. Should the call fail, each item is tried alone.
        """
        return self._wait(_Waiting(work_many=work_many, item=item))

    def _wait(self, waiting: _Waiting) -> Any:
        if threading.current_thread() is self._thread:
            raise RuntimeError("transact inside a transaction would wait for itself")
        with self._door:
            if self._closed:
                raise Closed("the engine has been closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
                self._thread.start()
            self._waiting.put(waiting)
        return waiting.wait()

    def close(self) -> None:
        """Finish what waits, then stop the thread; work that comes later raises `Closed`."""
        with self._door:
            closed, self._closed = self._closed, True
            if self._thread is None:
                return
            if not closed:
                self._waiting.put(None)  # behind all that came in by the door
        self._thread.join()

    def _loop(self) -> None:
        open_for_work = True
        while open_for_work:
            group, open_for_work = self._next_group()
            if group:
                self._commit_group(group)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _next_group(self) -> tuple[list[_Waiting], bool]:
        group: list[_Waiting] = []
        first = self._waiting.get()
        while first is not None:
            group.append(first)
            if len(group) == GROUP_LIMIT:
                return group, True
            try:
                first = self._waiting.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit_group(self, group: list[_Waiting]) -> None:
        """Commit what all of them do; one that fails is taken back alone, and only it is told."""
        lists = _together(group)
        results = self._run_alone(lists[0]) if len(lists) == 1 else None
        if results is None:
            results = self._run_in_savepoints(group, lists)
        for member, result, failure in results:
            member.end(result, failure)

    def _run_alone(self, members: list[_Waiting]) -> list[_Result] | None:
        """Run the only call of a group, which needs no savepoint: what it did is all there is.

        None: it failed for several, and which of them is at fault is not known yet.
        """
        try:
            with self._begun() as connection:
                return self._call(connection, members, savepoint=False)
        except BaseException as error:  # noqa: BLE001 - nothing is committed: it is theirs to know
            if len(members) > 1:
                return None
            return [(members[0], None, error)]

    def _run_in_savepoints(
        self, group: list[_Waiting], lists: list[list[_Waiting]]
    ) -> list[_Result]:
        """Run every call in a savepoint and commit all of them, or fail all of them."""
        results: list[_Result] = []
        try:
            with self._begun() as connection:
                for members in lists:
                    results += self._run(connection, members)
        except BaseException as error:  # noqa: BLE001 - the commit failed: nobody is acknowledged
            return [(member, None, error) for member in group]
        return results

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        """Give the writer's connection in a transaction; one that was lost opens anew by itself."""
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            yield self._connection
            if not _still_begun(self._connection):
                raise TransactionLost("SQLite took the transaction back")

    def _run(self, connection: Connection, members: list[_Waiting]) -> list[_Result]:
        try:
            return self._call(connection, members, savepoint=True)
        except Exception as error:
            if not _still_begun(connection):
                raise
            if len(members) == 1:  # rolled back to its savepoint; the group goes on
                return [(members[0], None, error)]
        return [each for member in members for each in self._run(connection, [member])]

    def _call(
        self, connection: Connection, members: list[_Waiting], *, savepoint: bool
    ) -> list[_Result]:
        """Run what the members have in common in a session of its own."""
        mode: Literal["create_savepoint", "rollback_only"]
        mode = "create_savepoint" if savepoint else "rollback_only"
        session = Session(connection, join_transaction_mode=mode, info=dict(self._info))
        with session, session.begin():
            work, work_many = members[0].work, members[0].work_many
            if work_many is None:
                assert work is not None and len(members) == 1  # noqa: PT018 - by `_together`
                return [(members[0], work(session), None)]
            found = work_many(session, [member.item for member in members])
        assert len(found) == len(members), "work_many gives one result an item"
        return [(m, result, None) for m, result in zip(members, found, strict=True)]


def _still_begun(connection: Connection) -> bool:
    """Whether the transaction stands, as SQLite itself says.

    A full disk, a read error or want of memory in the middle of a statement take all of it back,
    savepoints too, and SQLAlchemy is not told: what came before would be acknowledged and lost,
    and what came after would be committed alone.
    """
    if connection.invalidated or not connection.in_transaction():
        return False
    driver = connection.connection.driver_connection
    return driver is not None and bool(driver.in_transaction)


_Result = tuple[_Waiting, Any, BaseException | None]


def _together(group: list[_Waiting]) -> list[list[_Waiting]]:
    """Those who wait for the same `work_many` in one list; everybody else alone, in order."""
    lists: list[list[_Waiting]] = []
    shared: dict[WorkMany, list[_Waiting]] = {}
    for member in group:
        if member.work_many is None:
            lists.append([member])
        elif member.work_many in shared:
            shared[member.work_many].append(member)
        else:
            shared[member.work_many] = [member]
            lists.append(shared[member.work_many])
    return lists
