"""Child processes of a command: started together, watched, and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE_S = 10.0
LOG_TAIL_BYTES = 4_000


@dataclass(frozen=True, slots=True)
class Child:
    """A running program with the file that its output goes to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self) -> str:
        """Return the last lines of its output."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - LOG_TAIL_BYTES))
            return file.read().decode(errors="replace")


class Children:
    """Programs that live and die together, each the head of its own process group."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[Child] = []

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Child:
        """Start a program; its output goes to `<name>.log`. Raises OSError."""
        log = self._folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                command,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, process, log)
        self._running.append(child)
        return child

    def fallen(self) -> Child | None:
        """Return a child that has ended by itself, None while all run."""
        return next((one for one in self._running if one.process.poll() is not None), None)

    def end(self) -> None:
        """Ask every group to end, then make it: after this nothing that was started runs."""
        for child in reversed(self._running):
            _signal(child, signal.SIGTERM)
        until = time.monotonic() + GRACE_S
        for child in self._running:
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
                child.process.wait()
            # What the head left behind: a server's own processes are of its group.
            _signal(child, signal.SIGKILL)
        self._running.clear()


def _signal(child: Child, number: signal.Signals) -> None:
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return
