"""The rules of the house (docs/architecture.md): each failure says what to do."""

import ast
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from market40 import schema
from market40.config import Settings
from market40.db.base import Table

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "market40"
FILES = sorted(p for p in PACKAGE.rglob("*.py") if "versions" not in p.parts)
FILE_LINES = 300
FUNCTION_LINES = 50
# What is forgotten after a time, as its docstring says; never changed either.
FORGOTTEN = {("delete", "IdempotencyKey")}
# The sky is not money: the moon's position is an angle (market40/core/lunar.py says more).
FLOATS_ALLOWED = {"market40/core/lunar.py", "market40/core/errors.py"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_layers_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (
        f"docs/architecture.md#layers says who may import whom\n{done.stdout}"
    )


@pytest.mark.parametrize("path", FILES, ids=name)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    count = text.count("\n")
    assert count <= FILE_LINES, f"{name(path)} has {count} lines: split it by what changes together"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= FUNCTION_LINES, (
                f"{name(path)}:{node.lineno} {node.name} has {lines} lines: give its steps names"
            )


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, (
                f"{name(path)}:{inner[0].lineno} imports inside {node.name}: move it to the top; "
                "where that makes a circle, the layers are wrong"
            )


def test_money_and_counts_know_no_float() -> None:
    places = [*PACKAGE.glob("core/*.py"), *PACKAGE.glob("payments/**/*.py")]
    for path in places:
        if name(path) in FLOATS_ALLOWED:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_name = isinstance(node, ast.Name) and node.id == "float"
            assert not (is_float or is_name), (
                f"{name(path)}:{getattr(node, 'lineno', '?')} uses float: use int or Fraction"
            )


def test_facts_are_never_updated() -> None:
    kinds = {m.class_.__name__: m.class_.__doc__ or "" for m in Table.registry.mappers}
    facts = {row_class for row_class, doc in kinds.items() if doc.startswith("Fact")}
    assert "Credit" in facts
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if called not in {"update", "delete"} or not node.args:
                continue
            target = ast.unparse(node.args[0]).split(".")[0]
            assert target not in facts or (called, target) in FORGOTTEN, (
                f"{name(path)}:{node.lineno} changes the facts of {target}: "
                "write a row that reverses instead"
            )


def test_only_the_composition_root_reads_the_environment_and_the_clock() -> None:
    allowed = ("market40/cli/", "market40/sandbox/program.py", "market40/core/clock.py")
    for path in FILES:
        if name(path).startswith(allowed):
            continue
        text = path.read_text()
        for wrong in ("os.environ", "datetime.now(", "dt.datetime.now(", "date.today("):
            assert wrong not in text, f"{name(path)} uses {wrong}: take it as an argument"


def test_every_setting_and_table_has_its_line_in_the_docs() -> None:
    settings = (ROOT / "docs/configuration.md").read_text()
    for each in fields(Settings):
        assert f"MARKET40_{each.name.upper()}" in settings, (
            f"docs/configuration.md lacks {each.name}"
        )
    tables = (ROOT / "docs/architecture.md").read_text()
    for table in schema.metadata().tables:
        assert f"`{table}`" in tables, f"docs/architecture.md lacks the table `{table}`"


def test_every_table_of_transactions_has_its_market_in_its_keys() -> None:
    directories = {
        "market", "source", "unit", "unit_link", "stall_reference", "check_code",
        "person", "scope_grant", "login_session", "login_throttle", "api_key",
        "data_key", "idempotency_key", "refusal",
    }  # fmt: skip
    for table in schema.metadata().sorted_tables:
        if table.name in directories:
            continue
        keys = [table.primary_key, *(c for c in table.constraints if hasattr(c, "columns"))]
        for key in keys:
            if type(key).__name__ in {"PrimaryKeyConstraint", "UniqueConstraint"}:
                assert "market_id" in key.columns, (
                    f"{table.name}: {key.name} lacks market_id, so it cannot be distributed"
                )


def test_each_dependency_is_locked_with_a_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.txt").read_text()
    for requirement in project["dependencies"]:
        package = re.split(r"[\[><=~ ]", requirement)[0]
        assert re.search(rf"^{re.escape(package)}(\[[^\]]*\])?==", lock, re.M), (
            f"requirements.txt lacks {package}: run `make lock`"
        )
    assert "http" not in re.sub(r"#.*", "", lock)
