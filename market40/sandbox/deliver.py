"""The courier of notices: as unreliable as the real one, and as stubborn.

SePay tries eight times, at 0, 1, 2, 4, 7, 12, 20 and 33 minutes, until it gets a 2xx answer with
`{"success": true}` in its body (developer.sepay.vn, read 2026-11-22).
"""

from __future__ import annotations

import heapq
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from threading import Condition, Thread

from market40.sandbox.accounts import Listener
from market40.sandbox.errors import SandboxError, Unreachable
from market40.sandbox.loopback import Answer, check_target, post
from market40.sandbox.mishaps import USUAL, Mishaps, Way, chosen_delays, delays
from market40.sandbox.notice import Notice, signed_headers

RETRY_MINUTES = (0, 1, 2, 4, 7, 12, 20, 33)
STALE_SECONDS = 900
"""Well over the five minutes that a receiver allows."""

_log = logging.getLogger(__name__)


@dataclass(order=True, slots=True)
class Errand:
    """One notice on its way: when it is due, and how often it was tried."""

    due: float
    number: int
    notice: Notice = field(compare=False)
    listener: Listener = field(compare=False)
    began: float = field(compare=False)
    tries: int = field(compare=False, default=0)
    stale: bool = field(compare=False, default=False)
    held: bool = field(compare=False, default=False)
    """Waits for another notice of its account to go first."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one sending came to; `status` is None when nothing answered."""

    notice_id: int
    number: int
    """1 for the first try."""
    status: int | None
    accepted: bool
    again_at: float | None
    """Unix seconds of the next try; None when it is over, for better or worse."""


def accepted(answer: Answer) -> bool:
    """Whether SePay would call it delivered: 2xx, and a JSON body whose `success` is true."""
    if not 200 <= answer.status < 300:
        return False
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.get("success") is True


class Courier:
    """Holds errands, sends each when it is due; safe to use from several threads.

    `minute` is how many seconds a minute of the retry schedule lasts.
    """

    def __init__(
        self,
        *,
        rng: Random,
        clock: Callable[[], datetime],
        mishaps: Mishaps = USUAL,
        minute: float = 60.0,
        timeout: float = 10.0,
    ) -> None:
        self._rng = rng
        self._clock = clock
        self._mishaps = mishaps
        self._minute = minute
        self._timeout = timeout
        self._waiting: list[Errand] = []
        self._busy = 0
        self._count = 0
        self._stopped = False
        self.given_up = 0
        """How many errands ended without ever being accepted."""
        self._change = Condition()

    def take(self, notice: Notice, listener: Listener) -> None:
        """Plan a notice's errands, with mishaps; TargetRefused unless its hook is on this machine.

        A held notice of the same account follows a second after the first of them.
        """
        check_target(listener.hook)
        with self._change:
            stale = self._rng.random() < self._mishaps.stale
            planned = self._plan(notice, listener, delays(self._rng, self._mishaps))
            for errand in planned:
                errand.stale = stale
                heapq.heappush(self._waiting, errand)
            self._release(notice.account, planned[0].due + 1)
            self._change.notify_all()

    def hand_over(self, notice: Notice, listener: Listener, way: Way) -> tuple[Attempt, ...]:
        """Send a notice in the way that a person chose; no mishap of chance meets it.

        What is due at once this very thread sends, and returns what came of it; the rest, and
        what was not accepted, is left to the others. TargetRefused as `take`.
        """
        check_target(listener.hook)
        with self._change:
            planned = self._plan(notice, listener, chosen_delays(way))
            if way not in {"now", "twice"}:
                for errand in planned:
                    errand.held = way == "out_of_order"
                    heapq.heappush(self._waiting, errand)
                self._change.notify_all()
                return ()
            self._busy += len(planned)
        attempts = tuple(self._send(errand) for errand in planned)
        with self._change:
            self._release(notice.account, self._clock().timestamp())
            self._change.notify_all()
        return attempts

    def _plan(self, notice: Notice, listener: Listener, after: Sequence[float]) -> list[Errand]:
        now = self._clock().timestamp()
        first = self._count + 1
        self._count += len(after)
        return [
            Errand(now + delay, number, notice, listener, now + delay)
            for number, delay in enumerate(after, start=first)
        ]

    def _release(self, account: str, due: float) -> None:
        """Let the held notices of an account go then, now that another goes before them."""
        for errand in self._waiting:
            if errand.held and errand.notice.account == account:
                errand.held, errand.due, errand.began = False, due, due
        heapq.heapify(self._waiting)

    def send_due(self) -> list[Attempt]:
        """Send, one after another in this thread, all that is due now."""
        done: list[Attempt] = []
        while (errand := self._next_due()) is not None:
            done.append(self._send(errand))
        return done

    def start(self, workers: int = 4) -> list[Thread]:
        """Let so many threads send what becomes due, until `stop`."""
        threads = [Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in threads:
            thread.start()
        return threads

    def stop(self) -> None:
        """Tell the threads to end; errands that wait are forgotten, as in a crash."""
        with self._change:
            self._stopped = True
            self._change.notify_all()

    def wait_empty(self, timeout: float) -> bool:
        """Wait until no errand is left; False when the seconds were not enough."""
        with self._change:
            return self._change.wait_for(lambda: not self._waiting and not self._busy, timeout)

    def next_due(self) -> float | None:
        """Unix seconds of the earliest errand, or None."""
        with self._change:
            return self._waiting[0].due if self._waiting else None

    def _next_due(self) -> Errand | None:
        with self._change:
            if self._waiting and self._waiting[0].due <= self._clock().timestamp():
                self._busy += 1
                return heapq.heappop(self._waiting)
            return None

    def _work(self) -> None:
        while not self._stopped:
            errand = self._next_due()
            if errand is not None:
                self._send(errand)
                continue
            with self._change:
                now = self._clock().timestamp()
                wait = self._waiting[0].due - now if self._waiting else 60.0
                if wait > 0 and not self._stopped:
                    self._change.wait(min(wait, 60.0))

    def _send(self, errand: Errand) -> Attempt:
        errand.tries += 1
        try:
            answer = self._post(errand)
        except SandboxError as gone:
            answer = None
            _log.info("%s", gone.code)
        good = answer is not None and accepted(answer)
        again = None if good else self._next_try(errand)
        status = None if answer is None else answer.status
        attempt = Attempt(errand.notice.id, errand.tries, status, good, again)
        level = logging.INFO if good else logging.WARNING
        _log.log(level, "notice %d, try %d: %s", errand.notice.id, errand.tries, status or "-")
        with self._change:
            self._busy -= 1
            if again is not None:
                errand.due = again
                heapq.heappush(self._waiting, errand)
            elif not good:
                self.given_up += 1
            self._change.notify_all()
        return attempt

    def _post(self, errand: Errand) -> Answer:
        body = errand.notice.body()
        moment = int(self._clock().timestamp()) - (STALE_SECONDS if errand.stale else 0)
        headers = signed_headers(body, secret=errand.listener.secret, timestamp=moment)
        try:
            return post(errand.listener.hook, body, headers, timeout=self._timeout)
        except (UnicodeError, ValueError) as odd:
            raise Unreachable("unreachable", "Không gửi được báo có.") from odd

    def _next_try(self, errand: Errand) -> float | None:
        if errand.tries >= len(RETRY_MINUTES):
            return None
        return errand.began + RETRY_MINUTES[errand.tries] * self._minute
