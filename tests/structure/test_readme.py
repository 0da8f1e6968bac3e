"""The README's examples print what it says: Python as a doctest, commands in a real shell."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
FENCE = re.compile(r"^```(python|console)\n(.*?)^```", re.S | re.M)
BLOCKS = {
    kind: [text for found, text in FENCE.findall(README.read_text("utf-8")) if found == kind]
    for kind in ("python", "console")
}
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.M)


def test_python_examples() -> None:
    """In the order of the page, each going on where the one before ended."""
    text = "\n".join(BLOCKS["python"])
    examples = doctest.DocTestParser().get_doctest(text, {}, "README.md", str(README), 0)
    assert len(examples.examples) > 20
    said: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert outcome.failed == 0, "".join(said)


def test_commands(tmp_path: Path) -> None:
    """In one folder, in the order of the page."""
    commands = [pair for block in BLOCKS["console"] for pair in COMMAND.findall(block)]
    assert {re.search(r"vietqr (\w+)", command)[1] for command, _ in commands} == {  # type: ignore[index]
        "encode", "decode", "image", "read", "banks",
    }  # fmt: skip
    folder = Path(sys.executable).parent
    surroundings = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    for command, printed in commands:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=tmp_path,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout, done.stderr, done.returncode) == (printed, "", 0), command


@pytest.mark.parametrize(
    "part",
    ["encode", "decode", "inspect", "canonical", "matrix", "png", "svg", "read", "cards_pdf"],
)
def test_the_engines_parts_are_shown(part: str) -> None:
    assert re.search(rf">>> .*\b{part}\(", "\n".join(BLOCKS["python"])), f"README.md lacks {part}"
