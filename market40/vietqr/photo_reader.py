"""Reads photos in a process of its own, which is ended when one takes too long.

No look at a picture's size tells how long zxing-cpp takes for it: 85 KB tiled with finder patterns
kept it busy for a minute and more. A thread cannot be ended, a process can. It starts with the
first photo and stays, so that a photo costs no more than handing it over.
"""

from __future__ import annotations

import json
import select
import struct
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from typing import IO, Any, Final, cast

from market40.core.errors import RateLimited
from market40.core.texts import Text, say
from market40.vietqr import photo

LIMIT_S: Final = 20.0
"""How long one photo may take; the largest that holds nothing takes three."""
WAIT_S: Final = 2.0
_COME_BACK_S: Final = 30
_LENGTH: Final = struct.Struct(">I?")  # octets that follow; whether every kind of code is wanted
_ANSWER: Final = struct.Struct(">I")
_CHILD: Final = (sys.executable, "-m", "market40.vietqr.photo_reader")


class PhotoReader:
    """One reading process; one photo at a time, since some need half a gigabyte."""

    def __init__(self, *, limit_s: float = LIMIT_S, wait_s: float = WAIT_S) -> None:
        self._limit_s = limit_s
        self._wait_s = wait_s
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, *, every_kind: bool = False) -> photo.Photo:
        """Return what `photo.read` does.

        Raises `PhotoRefused`, also `photo_too_hard` for one that took too long, and RateLimited
        `photos_waiting` while another is being read.
        """
        if len(data) > photo.MAX_OCTETS:
            return photo.read(data)  # refuses it
        if not self._turn.acquire(timeout=self._wait_s):
            message = say("Máy chủ đang đọc ảnh khác; hãy gửi lại sau nửa phút.")
            raise RateLimited(message, retry_after_s=_COME_BACK_S, code="photos_waiting")
        try:
            answer = self._asked(data, every_kind=every_kind)
        finally:
            self._turn.release()
        if "refused" in answer:
            code, detail, status = answer["refused"]
            raise photo.PhotoRefused(Text(detail), code=code, http_status=status)
        return _told_again(answer)

    def _asked(self, data: bytes, *, every_kind: bool) -> dict[str, Any]:
        child = self._running()
        to, back = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        with suppress(OSError, EOFError):  # where it died: of too little memory, say
            to.write(_LENGTH.pack(len(data), every_kind))
            to.write(data)
            to.flush()
            if select.select([back], [], [], self._limit_s)[0]:
                (length,) = _ANSWER.unpack(_exactly(back, _ANSWER.size))
                return cast("dict[str, Any]", json.loads(_exactly(back, length)))
        self._child = None
        _end(child)
        message = say("Ảnh mất quá lâu để đọc; hãy chụp lại, chỉ mã của sạp.")
        raise photo.PhotoRefused(message, code="photo_too_hard")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                _CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            weakref.finalize(self, _end, self._child)
        return self._child


def _as_told(found: photo.Photo) -> dict[str, Any]:
    seen = [[one.text, one.format, one.corners] for one in found.seen]
    return {
        "width": found.width,
        "height": found.height,
        "brought_up": found.brought_up,
        "seen": seen,
    }


def _told_again(answer: dict[str, Any]) -> photo.Photo:
    seen = []
    for text, kind, corners in answer["seen"]:
        a, b, c, d = ((int(x), int(y)) for x, y in corners)
        seen.append(photo.Seen(text, kind, (a, b, c, d), photo.reading_of(text)))
    return photo.Photo(answer["width"], answer["height"], tuple(seen), answer["brought_up"])


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        with suppress(OSError):  # what was not yet sent cannot be flushed any more
            cast("IO[bytes]", pipe).close()


def _exactly(stream: IO[bytes], length: int) -> bytes:
    octets = stream.read(length)
    if len(octets) < length:
        raise EOFError
    return octets


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Read one photo after another until the other side is gone."""
    while True:
        try:
            length, every_kind = _LENGTH.unpack(_exactly(asked, _LENGTH.size))
            data = _exactly(asked, length)
        except EOFError:
            return
        try:
            answer = _as_told(photo.read(data, every_kind=every_kind))
        except photo.PhotoRefused as error:
            answer = {"refused": [error.code, error.detail, error.http_status]}
        said = json.dumps(answer).encode()
        answers.write(_ANSWER.pack(len(said)) + said)
        answers.flush()


if __name__ == "__main__":  # pragma: no cover - the child's own start
    serve(sys.stdin.buffer, sys.stdout.buffer)
