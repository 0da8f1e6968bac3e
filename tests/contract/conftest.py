"""The running API for schemathesis."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from town import ROLES, Town, build_town

from market40.config import DEVELOPMENT_KEY
from market40.db.engine import close_engine, open_engine


@pytest.fixture(scope="module")
def town(sqlite_template, tmp_path_factory) -> Iterator[Town]:
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("contract") / "town.sqlite")
    engine = open_engine(f"sqlite:///{path}", master_key=DEVELOPMENT_KEY)
    yield build_town(engine)
    close_engine(engine)


@pytest.fixture(params=ROLES, scope="module")
def role(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
