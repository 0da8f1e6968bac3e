"""`market40 demo run` as a program: it serves, is paid, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from market40.cli.children import Children

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("--markets", "2", "--stalls", "30", "--payments", "300", "--rate", "240")
PATIENCE_S = 90


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _until(condition, what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.3)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    port, bank = _free_port(), _free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MARKET40_")}
    command = [sys.executable, "-m", "market40.cli", "demo", "run", *SMALL]
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(
            [*command, "--sandbox-port", str(bank)],
            cwd=tmp_path,
            env=kept | {"MARKET40_PORT": str(port), "PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    yield process, port, bank
    if process.poll() is None:
        process.kill()
        process.wait()


def _credits(folder: Path) -> int:
    with sqlite3.connect(folder / "var" / "demo.sqlite") as connection:
        found = connection.execute("SELECT count(*) FROM credit").fetchone()[0]
    connection.close()
    return int(found)


def test_it_serves_is_paid_and_leaves_nothing_behind(
    program: tuple[subprocess.Popen[str], int, int], tmp_path: Path
) -> None:
    process, port, bank = program
    _until(lambda: "Ctrl-C" in (tmp_path / "out").read_text(), "the table of log-ins")
    printed = (tmp_path / "out").read_text()
    assert f"http://127.0.0.1:{port}/login" in printed
    assert "bql.hagiang" in printed
    assert _answers(f"http://127.0.0.1:{port}/healthz")
    _until(lambda: _answers(f"http://127.0.0.1:{bank}/"), "the sandbox bank's page")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert "DỮ LIỆU TRÌNH DIỄN" in answer.read().decode()
    loaded = _credits(tmp_path)
    assert loaded > 150
    _until(lambda: _credits(tmp_path) > loaded, "a payment by the sandbox bank")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert not _answers(f"http://127.0.0.1:{port}/healthz")
    assert not _answers(f"http://127.0.0.1:{bank}/")


def test_a_taken_port_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "market40.cli", "demo", "run", *SMALL],
            cwd=tmp_path,
            env={**os.environ, "MARKET40_PORT": str(port), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "MARKET40_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_children_end_with_what_they_started(tmp_path: Path) -> None:
    """A grandchild that ignores SIGTERM ends too."""
    script = (
        "import signal, subprocess, sys, time\n"
        "inner = 'import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); time.sleep(99)'\n"
        "child = subprocess.Popen([sys.executable, '-c', inner])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(99)\n"
    )
    children = Children(tmp_path)
    child = children.start("one", [sys.executable, "-c", script], os.environ)
    _until(lambda: child.tail().strip(), "the grandchild")
    assert children.fallen() is None
    children.end()
    grandchild = int(child.tail())
    _until(lambda: not _runs(grandchild), "the grandchild's end")


def test_a_child_that_falls_is_named_with_its_last_words(tmp_path: Path) -> None:
    children = Children(tmp_path)
    child = children.start("weak", [sys.executable, "-c", "raise SystemExit('no')"], os.environ)
    child.process.wait(PATIENCE_S)
    fallen = children.fallen()
    assert fallen is not None
    assert (fallen.name, fallen.process.returncode) == ("weak", 1)
    assert fallen.tail().strip() == "no"
    children.end()


def _runs(pid: int) -> bool:
    """Whether it runs; one that nobody has collected yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
