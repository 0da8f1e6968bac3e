"""What one part promises another: jobs and handlers, feeds and pairs, forms and tokens, pages."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.schema import UniqueConstraint

from market40 import schema
from market40.app import create_app
from market40.config import Settings
from market40.payments import feeds
from market40.web import openapi
from market40.web.guard import marks_of
from market40.worker import HANDLERS, SCHEDULE

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "market40"
# Sent twice they do no harm: log-in and log-out say why in their views, a look changes nothing.
SPENDS_NOTHING = {"accounts.send_log_in", "accounts.log_out", "merchants.import_preview"}
ENQUEUE = {"enqueue": "kind", "enqueue_once": "kind", "enqueue_many": 1}


@pytest.fixture(scope="module")
def app():
    return create_app(Settings(environment="test"), create_engine("sqlite://"))


def calls_in(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> str:
    function = call.func
    return getattr(function, "attr", None) or getattr(function, "id", "")


def kinds_enqueued() -> set[str]:
    """Every kind of job that the code names where it enqueues one."""
    found = {each.kind for each in SCHEDULE}
    for path in PACKAGE.rglob("*.py"):
        for call in calls_in(path):
            where = ENQUEUE.get(called(call))
            if isinstance(where, str):
                given = [word.value for word in call.keywords if word.arg == where]
            else:
                given = call.args[where : where + 1] if where else []
            found |= {one.value for one in given if isinstance(one, ast.Constant)}
    return found


def test_every_job_kind_has_a_handler_and_every_handler_a_kind() -> None:
    assert kinds_enqueued() == set(HANDLERS), "name the kind in its tasks.py's HANDLERS"


def test_every_feed_has_golden_pairs() -> None:
    modules = {path.stem for path in (PACKAGE / "payments/feeds").glob("*.py")}
    ours = modules - {"__init__", "base", "strict_json"}
    for name in ours:
        assert feeds.feed_named(name).name == name
        pairs = list((ROOT / "tests/feeds" / name).glob("*.in"))
        assert pairs, f"put a real body of {name} beside what it must give: tests/feeds/{name}/"
    folders = {path.name for path in (ROOT / "tests/feeds").iterdir() if any(path.glob("*.in"))}
    assert folders == ours


def test_a_delivery_is_unique_by_its_source_and_id() -> None:
    table = schema.metadata().tables["delivery"]
    keys = [
        {column.name for column in one.columns}
        for one in table.constraints
        if isinstance(one, UniqueConstraint)
    ]
    assert {"market_id", "source_id", "external_id"} in keys


def test_every_form_is_spent_where_it_does_its_work(app) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        marks = marks_of(view, "POST")
        if "POST" not in (rule.methods or ()) or marks.signed or marks.idempotent:
            continue
        if rule.endpoint in SPENDS_NOTHING:
            continue
        assert spends(view), (
            f"{rule.endpoint}: call forms.spend(session) in the transaction of what the form does"
        )


def spends(view) -> bool:
    """Whether a view, or what it calls in its module or in `common`, spends the form."""
    path = Path(view.__code__.co_filename)
    functions = {
        node.name: node
        for each in (path.with_name("common.py"), path)
        if each.exists()
        for node in ast.walk(ast.parse(each.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    seen, waiting = set(), [view.__name__]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        names = {called(n) for n in ast.walk(functions[name]) if isinstance(n, ast.Call)}
        if "spend" in names:
            return True
        waiting += names
    return False


def test_the_openapi_document_is_current(app) -> None:
    kept = (ROOT / "docs/openapi.json").read_text()
    assert kept == openapi.document(app), "write it again: make openapi"


def test_what_one_application_adds_is_in_no_others_document(app) -> None:
    other = create_app(Settings(environment="test"), create_engine("sqlite://"))
    spec = other.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
    spec.components.schema("Stray", {"type": "object"})
    assert "Stray" in openapi.document(other)
    assert "Stray" not in openapi.document(app)


def test_every_route_of_the_api_is_in_its_document(app) -> None:
    paths = json.loads(openapi.document(app))["paths"]
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{openapi.PREFIX}/") and not rule.rule.endswith("openapi.json"):
            written = re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", rule.rule)
            assert written in paths, f"{rule.rule} is not in the document"


def test_a_view_of_the_api_takes_the_parameters_that_its_document_names(app) -> None:
    paths = json.loads(openapi.document(app))["paths"]
    for rule in app.url_map.iter_rules():
        operations = paths.get(re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", rule.rule), {})
        for method in {"GET", "POST"} & (rule.methods or set()) if operations else ():
            named = operations.get("parameters", []) + operations[method.lower()]["parameters"]
            marks = marks_of(app.view_functions[rule.endpoint], method)
            written = {one["name"] for one in named if one["in"] == "query"}
            assert written == {*marks.parameters, "lang"}, f"{method} {rule.rule}: @takes(...)"


def test_pages_ask_nobody_else_for_anything() -> None:
    namespaces = "http://www.w3.org/"
    kinds = {".html", ".js", ".css", ".svg"}
    for folder in (ROOT / "templates", PACKAGE / "static"):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in kinds):
            text = path.read_text().replace(namespaces, "")
            if "third" in path.parts:  # others' comments name their homes
                text = re.sub(r"(?s)/\*.*?\*/|//[^\n]*", "", text)
            assert "://" not in text, f"{path.relative_to(ROOT)} names another site's address"
            assert not re.search(r"""(src|href|url)\s*[=(]\s*["']?//""", text), path
