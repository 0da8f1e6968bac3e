"""What every benchmark prints: the machine and versions in the head, tables, medians, ratios."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("flask", "sqlalchemy", "granian", "gunicorn", "cryptography", "qrcode", "pillow")


def head() -> str:
    """Return two lines that say where and on what this ran."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = "/".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} × {model}, {memory} GiB, {platform.system()} {platform.release()},"
        f" load before {load}\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages};"
        f" market40 {_commit()}"
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as text: the first column to the left, all others to the right."""
    cells = [[str(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    lines = []
    for row in cells:
        first, *rest = (cell.ljust(w) if at == 0 else cell.rjust(w)
                        for at, (cell, w) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        lines.append("  ".join([first, *rest]).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(list(values))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share lies, by rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds on the clock and of this process's CPU."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and of all that it started, also of those that ended."""
    ticks = os.sysconf("SC_CLK_TCK")
    children: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        number = int(folder.name)
        children.setdefault(int(fields[1]), []).append(number)
        spent[number] = sum(int(field) for field in fields[11:15])
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        total += spent.get(one, 0)
        waiting += children.get(one, [])
    return total / ticks


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or "without git"
