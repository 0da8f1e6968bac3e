"""Every table of the service in one MetaData: for Alembic, for tests, for nothing else."""

from __future__ import annotations

from sqlalchemy import MetaData

from market40.accounts import tables as accounts
from market40.db import alerts, idempotency, outbox, vault
from market40.db.base import Table
from market40.merchants import tables as merchants
from market40.payments import tables as payments
from market40.places import tables as places
from market40.reporting import tables as reporting

FEATURES = (places, accounts, merchants, payments, reporting)
FOUNDATION = (outbox, alerts, idempotency, vault)


def metadata() -> MetaData:
    """The one MetaData, with every table of FEATURES and FOUNDATION in it."""
    return Table.metadata
