"""What anybody sees: the front page, health, static files, headers and logs."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
import uuid
from pathlib import Path

import pytest
from sqlalchemy import text

from market40.app import create_app
from market40.config import Settings
from market40.db.engine import transact
from market40.db.outbox import enqueue
from market40.web import assets, logs, templates

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; media-src 'self'; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def test_the_front_page_is_open(browser):
    answer = browser.client.get("/")
    assert answer.status_code == 200
    assert "Đăng nhập" in answer.text
    assert "DỮ LIỆU TRÌNH DIỄN" not in answer.text


def test_demonstration_data_is_called_so_on_every_page(web_engine, clock):
    app = create_app(Settings(environment="test", demo=True), web_engine, clock=clock)
    for path in ("/", "/login", "/nowhere"):
        assert "DỮ LIỆU TRÌNH DIỄN" in app.test_client().get(path).text


@pytest.mark.parametrize("typed", ["K7Q-2ZM", "k7q 2zm", " k7q2zm"])
def test_a_check_code_is_found_however_it_is_typed(browser, typed):
    assert browser.client.get("/k", query_string={"code": typed}).location == "/k/K7Q2ZM"


@pytest.mark.parametrize("typed", ["K7Q", "K7Q2ZMM", "../../", "x" * 5000])
def test_what_is_no_check_code_is_said(browser, typed):
    answer = browser.client.get("/k", query_string={"code": typed})
    assert answer.status_code == 422
    assert "6 chữ và số" in answer.text


@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/healthz", "/api/v1/openapi.json"])
def test_every_answer_shuts_the_doors(browser, path):
    headers = browser.client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-Id"])
    assert "Strict-Transport-Security" not in headers


def test_a_request_id_is_taken_from_trusted_proxies_only(web_engine, clock, browser):
    given = {"X-Request-Id": "abc-12345678"}
    assert browser.client.get("/", headers=given).headers["X-Request-Id"] != "abc-12345678"
    settings = Settings(environment="test", trusted_proxies=1)
    client = create_app(settings, web_engine, clock=clock).test_client()
    assert client.get("/", headers=given).headers["X-Request-Id"] == "abc-12345678"
    evil = {"X-Request-Id": "abc 12345678"}
    assert client.get("/", headers=evil).headers["X-Request-Id"] != "abc 12345678"


@pytest.mark.parametrize(("proxies", "same"), [(0, True), (1, False)])
def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(web_engine, clock, proxies, same):
    settings = Settings(environment="test", trusted_proxies=proxies)
    client = create_app(settings, web_engine, clock=clock).test_client()
    for _ in range(60):
        client.get("/k?code=x", headers={"X-Forwarded-For": "203.0.113.7"})
    answer = client.get("/k?code=x", headers={"X-Forwarded-For": "203.0.113.8"})
    assert (answer.status_code == 429) is same


def test_health_tells_the_process_and_readiness_the_database(browser):
    assert browser.client.get("/healthz").json == {"status": "ok"}
    answer = browser.client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {
            "status": "ready",
            "writable": True,
            "schema_current": None,
            "jobs_waiting": 0,
            "jobs_dead": 0,
        },
    )


def test_readiness_asks_for_the_right_schema(web_engine, clock):
    transact(web_engine, lambda s: s.execute(text("CREATE TABLE alembic_version (version_num)")))
    transact(web_engine, lambda s: s.execute(text("INSERT INTO alembic_version VALUES ('0001')")))
    settings = Settings(environment="test")
    for head, status in (("0001", 200), ("0002", 503)):
        app = create_app(settings, web_engine, clock=clock, schema_head=head)
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.json["schema_current"]) == (status, status == 200)


def test_a_database_without_tables_is_not_ready(web_engine, browser, browser_as):
    operator = browser_as("operator")
    transact(web_engine, lambda s: s.execute(text("DROP TABLE job")))
    answer = browser.client.get("/readyz")
    assert (answer.status_code, answer.json["writable"]) == (503, False)
    assert "chưa phục vụ được" in operator.client.get("/operator").text


def test_the_operator_sees_the_jobs(browser_as):
    page = browser_as("operator").client.get("/operator").text
    assert "Dịch vụ chạy bình thường" in page
    assert "Người operator" in page


def test_the_operator_gets_from_every_page_to_every_other(browser_as):
    operator = browser_as("operator")
    for path in ("/operator", "/board/", "/reports/adoption"):
        page = operator.client.get(path).text
        for other in ("/operator", "/board/", "/reports/adoption"):
            assert f'href="{other}"' in page, (path, other)
        assert "/board/suspense" not in page  # only a board member may: no link that is refused
    assert 'href="/board/suspense"' in browser_as("board").client.get("/board/").text


def test_a_check_without_a_code_leads_to_its_form(browser):
    for path in ("/k", "/k?code=+"):
        assert browser.client.get(path).location == "/#code"
    assert browser.client.get("/k?code=k7q-2zm").location == "/k/K7Q2ZM"
    assert browser.client.get("/k?code=k7q").status_code == 422


def test_the_operator_sees_what_was_given_up(browser_as, web_engine, clock):
    def work(session):
        for n in range(3):
            enqueue(
                session,
                market_id=uuid.UUID(int=1),
                job_id=uuid.UUID(int=n),
                kind="roll_up",
                payload={},
                due_at=clock.now(),
            )
        session.execute(text("UPDATE job SET dead_at = due_at WHERE attempts = 0"))

    transact(web_engine, work)
    page = browser_as("operator").client.get("/operator").text
    assert "3 việc đã bỏ dở" in page
    assert re.search(r"roll_up</td><td[^>]*>3</td><td[^>]*>08:00 22/11/2026", page)
    assert browser_as("operator").client.get("/readyz").json["jobs_dead"] == 3


def test_static_files_are_kept_for_ever_under_their_digest(browser):
    address = re.search(r'href="(/static/[^"]+/phone\.css)"', browser.client.get("/").text)[1]
    answer = browser.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    other = browser.client.get("/static/0000/phone.css")
    assert other.headers["Cache-Control"] == "no-cache"
    assert browser.client.get("/static/0000/../app.py").status_code == 404
    assert browser.client.get("/static/0000/%2e%2e/app.py").status_code == 404


def test_stylesheets_and_scripts_stay_in_their_budget():
    ours = (p for p in assets.FOLDER.rglob("*") if p.is_file() and "third" not in p.parts)
    sizes = {p.relative_to(assets.FOLDER).as_posix(): p.stat().st_size for p in ours}
    assert sizes["phone.css"] <= 12 * 1024
    assert sizes["walk.css"] <= 8 * 1024
    assert all(size <= 8 * 1024 for name, size in sizes.items() if name.endswith(".js")), sizes


@pytest.mark.parametrize("name", ["fonts", "third/nuintun-qrcode"])
def test_what_others_made_is_that_of_its_manifest(name):
    folder = assets.FOLDER / name
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    found = {
        p.relative_to(folder).as_posix(): {
            "bytes": p.stat().st_size,
            "sha256": hashlib.sha256(p.read_bytes()).hexdigest(),
        }
        for p in folder.rglob("*")
        if p.is_file() and p.name != "MANIFEST.json"
    }
    assert found == manifest["files"]
    assert manifest["source"]
    assert manifest["licence"].split("see ")[1] in found


FORBIDDEN = {
    r"\sstyle\s*=": "an inline style: use a class, or SVG attributes",
    r"<style\b": "an inline stylesheet",
    r"<script(?![^>]*\bsrc=)": "an inline script",
    r"\son[a-z]+\s*=": "an inline handler",
    r"\|\s*safe\b": "an unescaped value",
    r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//": "somebody else's address",
}


def test_templates_hold_nothing_that_the_policy_forbids():
    wrong = [
        f"{path.name}: {why}"
        for path in Path(templates.folder()).rglob("*.html")
        for pattern, why in FORBIDDEN.items()
        if re.search(pattern, path.read_text())
    ]
    assert wrong == []


def test_forms_that_post_carry_a_token():
    wrong = [
        path.name
        for path in Path(templates.folder()).rglob("*.html")
        for form in re.findall(r"(?s)<form\b[^>]*method=\"post\".*?</form>", path.read_text())
        if "form_token()" not in form
    ]
    assert wrong == []


def test_a_log_line_says_what_without_whom(browser_as, caplog):
    browser = browser_as("vendor")
    caplog.set_level(logging.INFO, "market40")
    browser.client.get("/account?secret=hush")
    stream = io.StringIO()
    record = caplog.records[-1]
    stream.write(logs.JsonLines().format(record))
    line = json.loads(stream.getvalue())
    assert line["endpoint"] == "accounts.account"
    assert (line["role"], line["status"], line["method"]) == ("vendor", 200, "GET")
    for personal in ("hush", "0912345678", "127.0.0.1", "Người"):
        assert personal not in stream.getvalue()


def test_logs_tell_what_an_exception_said_only_in_development():
    logger = logging.getLogger("market40")
    before = logger.handlers[:], logger.level, logger.propagate
    try:
        for traces in (False, True):
            stream = io.StringIO()
            logs.install(stream, traces=traces)
            try:
                int("0011223344 đồng")
            except ValueError:
                logging.getLogger("market40.web").exception("unexpected")
            line = json.loads(stream.getvalue())
            assert (line["event"], line["exception"]) == ("unexpected", "ValueError")
            assert ("0011223344" in stream.getvalue()) is traces
    finally:
        logger.handlers[:], logger.level, logger.propagate = before


def test_a_stylesheet_that_changes_gets_another_address_in_development(
    web_engine, clock, tmp_path, monkeypatch
):
    (tmp_path / "static").mkdir()
    for name in ("phone.css", "icon.svg", "login.js"):
        (tmp_path / "static" / name).write_text("/* one */")
    monkeypatch.setattr(assets, "FOLDER", tmp_path / "static")
    client = create_app(Settings(), web_engine, clock=clock).test_client()
    first = re.search(r"/static/\w+/phone.css", client.get("/").text)[0]
    assert client.get(first).text == "/* one */"
    (tmp_path / "static" / "phone.css").write_text("/* two */")
    second = re.search(r"/static/\w+/phone.css", client.get("/").text)[0]
    assert second != first
    assert client.get(second).text == "/* two */"
    assert client.get(first).headers["Cache-Control"] == "no-cache"
