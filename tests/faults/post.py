"""What a provider has to deliver and what was acknowledged, as stubborn senders see it."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from market40.sandbox.notice import Notice
from tests.faults.server import Sender

REPEAT, RUSH = 0.10, 0.10


@dataclass(slots=True)
class Post:
    """Notices that wait, those under way, and those that were acknowledged; safe in threads.

    A notice that was never acknowledged is tried again. Of the others some are sent again all
    the same, and some are sent twice at once, as providers do.
    """

    rng: random.Random
    fresh: Iterator[Notice]
    known: dict[int, Notice] = field(default_factory=dict)
    again: list[int] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _order: list[int] = field(default_factory=list)

    def take(self) -> Notice:
        """Return the next notice to send: one that failed, one that did not, or a new one."""
        with self.lock:
            dice = self.rng.random()
            if self._order and dice < REPEAT:
                return self.known[self.rng.choice(self._order)]
            if self.again and dice < 0.5:
                return self.known[self.again.pop(self.rng.randrange(len(self.again)))]
            if self._order and dice > 1 - RUSH:
                return self.known[self._order[-1]]
            notice = next(self.fresh)
            self.known[notice.id] = notice
            self._order.append(notice.id)
            return notice

    def note(self, notice: Notice, status: int | None) -> None:
        """Note how a sending ended."""
        with self.lock:
            self.answers["no answer" if status is None else str(status)] += 1
            if status == 200:
                self.acknowledged.add(notice.id)
            elif notice.id not in self.acknowledged:
                self.again.append(notice.id)

    def left(self) -> list[Notice]:
        """Return what was begun and never acknowledged, in no order."""
        with self.lock:
            waiting = [self.known[key] for key in self.known if key not in self.acknowledged]
            self.rng.shuffle(waiting)
            return waiting


class Load:
    """Threads that send what the post has while the server is up."""

    def __init__(self, post: Post, senders: list[Sender]) -> None:
        self._post = post
        self._up, self._over = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(each,), daemon=True) for each in senders
        ]
        for thread in self._threads:
            thread.start()

    def resume(self) -> None:
        """Send from now on."""
        self._up.set()

    def pause(self) -> None:
        """Send no more; what is under way ends by itself."""
        self._up.clear()

    def end(self) -> None:
        """Stop the threads and wait for them."""
        self._over.set()
        self._up.set()
        for thread in self._threads:
            thread.join(30)

    def _run(self, sender: Sender) -> None:
        while True:
            self._up.wait()
            if self._over.is_set():
                sender.close()
                return
            notice = self._post.take()
            status = sender.send(notice.body())
            self._post.note(notice, status)
            if status is None:
                self._over.wait(0.01)
