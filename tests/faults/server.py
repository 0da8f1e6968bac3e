"""The real `market40 serve` as a process group that can be killed, and a client that loads it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from market40.sandbox.notice import signed_headers

ROOT = Path(__file__).parents[2]
READY_S = 300.0  # niced on a busy machine a start that takes a second may take a minute


class ServerFailed(Exception):
    """The server ended by itself, or never answered."""


def free_port() -> int:
    """Return a port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`market40 serve` over one database; started, killed and started again on the same port."""

    def __init__(self, database: Path, *, threads: int = 24) -> None:
        self.port = free_port()
        self._log = database.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self._env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("MARKET40_")},
            "PYTHONPATH": str(ROOT),
            "MARKET40_DATABASE_URL": f"sqlite:///{database}",
            "MARKET40_ENVIRONMENT": "test",
            "MARKET40_PORT": str(self.port),
            "MARKET40_THREADS": str(threads),
        }

    @property
    def pid(self) -> int:
        """The process that was started; its group has the same number."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it in a group of its own; it does not answer yet."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "market40.cli", "serve"],
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_ready(self, within_s: float = READY_S) -> None:
        """Wait until it answers; raise ServerFailed when it ends or takes too long."""
        until = time.monotonic() + within_s
        why = f"it did not answer within {within_s:.0f} s"
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                why = f"it ended by itself: {self._process and self._process.returncode}"
                break
            if self._answers():
                return
            time.sleep(0.01)
        raise ServerFailed(f"{why}\n{self._log.read_text(errors='replace')[-4000:]}")

    def kill(self) -> None:
        """End the whole group at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if how == signal.SIGKILL:
                os.killpg(process.pid, how)
            else:
                process.send_signal(how)
        try:
            process.wait(20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def _answers(self) -> bool:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            client.request("GET", "/healthz")
            return client.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()


class Sender:
    """A provider's connection: signs each body as it sends it and keeps the line open."""

    def __init__(self, port: int, path: str, secret: str) -> None:
        self._client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._path, self._secret = path, secret

    def close(self) -> None:
        """End the connection; the next sending opens a new one."""
        self._client.close()

    def send(self, body: bytes) -> int | None:
        """Send one delivery. 200 when it was acknowledged in SePay's way, None when nobody did.

        An answer of 2xx whose body does not say success is no acknowledgement: 0.
        """
        headers = signed_headers(body, secret=self._secret, timestamp=int(time.time()))
        try:
            self._client.request("POST", self._path, body, headers)
            answer = self._client.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._client.close()
            return None
        if 200 <= answer.status < 300:
            with contextlib.suppress(ValueError):
                return 200 if json.loads(text).get("success") is True else 0
            return 0
        return answer.status
