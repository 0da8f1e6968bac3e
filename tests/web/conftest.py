"""Fixtures of the web tests: an application over SQLite with one person of each role."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from market40.accounts import service
from market40.app import create_app
from market40.config import Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db.engine import transact, vault_of

MARKET = uuid.UUID(int=0xA)
LOGINS = {
    "vendor": ("0912345678", "284913"),
    "board": ("ban.quan.ly", "mật khẩu của chợ"),
    "official": ("can.bo", "mật khẩu của xã"),
    "operator": ("van.hanh", "mật khẩu của máy"),
}
PERSON_IDS = {role: uuid.UUID(int=n) for n, role in enumerate(LOGINS, 1)}


@pytest.fixture(scope="session")
def hashes() -> dict[str, service.HashedSecret]:
    return {role: service.hash_secret(role, secret) for role, (_, secret) in LOGINS.items()}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 22, 1, 0, tzinfo=UTC))


@pytest.fixture
def web_engine(sqlite_engine, clock, hashes) -> Engine:
    def people(session):
        now = clock.now()
        key = vault_of(session).new_key(session, key_id=uuid.UUID(int=0xFF), now=now)
        for role, (login, _) in LOGINS.items():
            service.add_person(
                session,
                person_id=PERSON_IDS[role],
                role=role,
                login=login,
                secret=hashes[role],
                name=f"Người {role}",
                vendor_id=uuid.UUID(int=0xB) if role == "vendor" else None,
                markets=() if role == "operator" else (MARKET,),
                key_id=key,
                now=now,
            )

    transact(sqlite_engine, people)
    return sqlite_engine


@pytest.fixture
def app(web_engine, clock) -> Flask:
    return create_app(Settings(environment="test"), web_engine, clock=clock, ids=FixedIds())


@dataclass(frozen=True)
class Browser:
    """A client that fills forms as a browser does."""

    client: FlaskClient

    def token(self, page: str = "/login") -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.client.get(page).text)
        assert found is not None
        return found[1]

    def post(self, path: str, *, page: str = "/login", **fields: str):
        return self.client.post(path, data={"form_token": self.token(page), **fields})

    def log_in(self, role: str, **more: str):
        login, secret = LOGINS[role]
        return self.post("/login", login=login, secret=secret, **more)


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def browser_as(app) -> Callable[[str], Browser]:
    def made(role: str) -> Browser:
        browser = Browser(app.test_client())
        assert browser.log_in(role).status_code == 303
        return browser

    return made
