"""Randomness from the system, fetched by the page: for keys, nonces and numbers of requests.

Each call of the system gives the interpreter's lock away, and a busy server then waits some
milliseconds to get it back; a webhook needs half a dozen random numbers. A page is never shared:
each thread has its own, and a forked process throws away what it inherited, so that no nonce is
given twice.
"""

from __future__ import annotations

import os
import threading
from typing import Final

_PAGE_BYTES: Final = 4096


class Entropy(threading.local):
    """Random bytes and bits as good as `os.urandom`; each is given once."""

    def __init__(self) -> None:
        self._page = b""
        self._at = 0
        self._pid = 0

    def take(self, count: int) -> bytes:
        """Return `count` fresh random bytes, at most a page."""
        if not 0 <= count <= _PAGE_BYTES:
            raise ValueError("more than a page of randomness at once")
        end = self._at + count
        if end > len(self._page) or self._pid != os.getpid():
            self._page, self._at, self._pid = os.urandom(_PAGE_BYTES), 0, os.getpid()
            end = count
        taken = self._page[self._at : end]
        self._at = end
        return taken

    def getrandbits(self, k: int, /) -> int:
        """Return an integer of `k` random bits."""
        octets = (k + 7) // 8
        return int.from_bytes(self.take(octets), "big") >> (octets * 8 - k)
