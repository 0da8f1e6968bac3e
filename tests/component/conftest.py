"""The four towns of reporting_town, on each engine."""

from __future__ import annotations

import pytest
from reporting_town import Town, four_towns
from sqlalchemy import Engine

from market40.db.engine import transact


@pytest.fixture
def towns(engine: Engine) -> dict[str, Town]:
    return transact(engine, four_towns)
