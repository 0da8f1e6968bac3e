"""What the documents say is so: commands, targets, addresses, variables and tables exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from sqlalchemy import create_engine

from market40.app import create_app
from market40.cli import command
from market40.config import Settings
from market40.db.base import Table

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
KINDS = ("Fact", "State", "Derived")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands_of(text: str) -> list[list[str]]:
    """The words behind each `market40` at the start of code: in a fence's line or in backticks."""
    fenced = "\n".join(re.findall(r"^```.*?\n(.*?)^```", text, re.S | re.M))
    lines = re.findall(r"^(?:\$ )?(?:.*\| )?market40 ([^|<]*)", fenced, re.M)
    lines += re.findall(r"`market40 ([^`]+)`", text)
    return [line.partition("#")[0].split() for line in lines]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_commands_exist_with_their_options(path: Path) -> None:
    for words in commands_of(path.read_text()):
        found: click.Command = command
        rest = list(words)
        while rest and isinstance(found, click.Group):
            assert rest[0] in found.commands, f"{name(path)}: market40 {' '.join(words)}"
            found = found.commands[rest.pop(0)]
        known = {flag for one in found.params for flag in one.opts}
        for flag in (word.partition("=")[0] for word in rest if word.startswith("--")):
            assert flag in known, f"{name(path)}: market40 {' '.join(words)} has no {flag}"


@pytest.mark.parametrize("path", [*DOCUMENTS, ROOT / ".ci/run"], ids=name)
def test_make_targets_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", path.read_text(), re.M):
        assert target in targets, f"{name(path)}: make {target}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_files_exist(path: Path) -> None:
    pattern = r"`((?:docs|market40|tests|templates|benchmarks|scripts)/[\w./-]+)`"
    made_by_the_build = {"market40/_templates"}
    for file in set(re.findall(pattern, path.read_text())) - made_by_the_build:
        assert (ROOT / file).exists(), f"{name(path)} speaks of {file}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_addresses_exist(path: Path) -> None:
    app = create_app(Settings(environment="test"), create_engine("sqlite://"))
    adapter = app.url_map.bind("example")
    roots = "operator|banks|board|vendor|reports|api|readyz|healthz"
    for address in re.findall(rf"`(/(?:{roots})[\w/.-]*)`", path.read_text()):
        assert adapter.match(address, "GET"), f"{name(path)} speaks of {address}"


def test_every_variable_has_its_line() -> None:
    read = (ROOT / "market40/config.py").read_text()
    read += "".join(path.read_text() for path in (ROOT / "market40/cli").glob("*.py"))
    lines = (ROOT / "docs/configuration.md").read_text()
    named = set(re.findall(r"^\| `(MARKET40_\w+)`", lines, re.M))
    assert set(re.findall(r'"(MARKET40_\w+)', read)) == named


def test_every_table_is_of_the_kind_that_the_map_says() -> None:
    lines = (ROOT / "docs/architecture.md").read_text()
    said = {
        table: kind.split()[0].rstrip(",")
        for table, kind in re.findall(r"^\| \w+ \| `(\w+)` \| ([^|]+) \|", lines, re.M)
    }
    made = {}
    for mapper in Table.registry.mappers:
        first = (mapper.class_.__doc__ or "").split()[0].rstrip(":,")
        assert first in KINDS, f"{mapper.class_.__name__}: say first which kind of table it is"
        made[mapper.class_.__tablename__] = first
    assert said == made
