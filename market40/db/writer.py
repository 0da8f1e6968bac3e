"""SQLite's one writer: a thread that runs what is waiting in one commit, each in a savepoint.

SQLite has one writer at a time. Many threads that fight for its lock sleep in its busy handler
and see a p99 of a second; one thread that commits in groups shares one fsync among all that wait.
Nothing is acknowledged before its commit: `run` returns only after it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

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


class Writer:
    """Runs transactions one after another on its own connection; started at the first one."""

    def __init__(self, engine: Engine, session_info: dict[str, object]) -> None:
        self._engine = engine
        self._info = session_info
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

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
        self._ensure_started()
        self._waiting.put(waiting)
        return waiting.wait()

    def close(self) -> None:
        """Finish what waits, then stop the thread."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join()

    def _ensure_started(self) -> None:
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
                self._thread.start()

    def _loop(self) -> None:
        open_for_work = True
        while open_for_work:
            group, open_for_work = self._next_group()
            if group:
                self._commit_group(group)

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
        """Run every member in a savepoint and commit all of them, or fail all of them."""
        results: list[_Result] = []
        try:
            with self._engine.connect() as connection, connection.begin():
                for members in _together(group):
                    results += self._run(connection, members)
        except BaseException as error:  # noqa: BLE001 - the commit failed: nobody is acknowledged
            for member in group:
                member.end(None, error)
            return
        for member, result, failure in results:
            member.end(result, failure)

    def _run(self, connection: Connection, members: list[_Waiting]) -> list[_Result]:
        work_many = members[0].work_many
        if work_many is None:
            work = members[0].work
            assert work is not None and len(members) == 1  # noqa: PT018 - by `_together`
            return [(members[0], *self._in_savepoint(connection, work))]
        items = [member.item for member in members]
        found, failure = self._in_savepoint(connection, lambda s: list(work_many(s, items)))
        if failure is None:
            assert len(found) == len(members), "work_many gives one result an item"
            return [(m, result, None) for m, result in zip(members, found, strict=True)]
        if len(members) == 1:
            return [(members[0], None, failure)]
        return [each for member in members for each in self._run(connection, [member])]

    def _in_savepoint(
        self, connection: Connection, work: Callable[[Session], Any]
    ) -> tuple[Any, Exception | None]:
        session = Session(
            connection, join_transaction_mode="create_savepoint", info=dict(self._info)
        )
        try:
            with session, session.begin():
                return work(session), None
        except Exception as error:
            if connection.in_transaction() and not connection.invalidated:
                return None, error  # rolled back to its savepoint; the group goes on
            raise


_Result = tuple[_Waiting, Any, Exception | None]


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
