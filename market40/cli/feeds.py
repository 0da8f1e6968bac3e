"""`market40 feed`: the sources whose notices are recorded."""

from __future__ import annotations

import secrets
import uuid

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from market40.cli.composition import opened
from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.db.engine import read, transact
from market40.payments import service
from market40.payments.tables import Source


@click.group()
def feed() -> None:
    """Feeds of banks and providers, and their sources."""


@feed.command("add-source")
@click.argument("provider")
@click.option("--market", "market_id", required=True, type=click.UUID, help="Its home market.")
@click.option("--name", required=True, help="What the board calls it.")
def add_source(provider: str, market_id: uuid.UUID, name: str) -> None:
    """Add a source; its address and its secret are printed once."""
    clock = SystemClock()
    ids = SystemIds(clock)

    def work(session: Session) -> tuple[uuid.UUID, str]:
        return service.add_source(
            session,
            market_id=market_id,
            provider=provider,
            name=name,
            now=clock.now(),
            ids=ids,
            rng=secrets.SystemRandom(),
        )

    with opened() as (found, engine):
        source_id, secret = transact(engine, work)
        click.echo(f"address  {found.public_url}/hooks/{provider}/{source_id}")
        click.echo(f"secret   {secret}")
        click.echo("note: the address begins with MARKET40_PUBLIC_URL", err=True)


@feed.command("rotate-secret")
@click.argument("source_id", type=click.UUID)
def rotate_secret(source_id: uuid.UUID) -> None:
    """Make a new secret; the one before stays good until the next rotation."""
    with opened() as (_, engine):
        rng = secrets.SystemRandom()
        click.echo(
            transact(engine, lambda s: service.rotate_secret(s, source_id=source_id, rng=rng))
        )


@feed.command("sources")
def sources() -> None:
    """List the sources, a line each: id, provider, state, market, name."""
    query = select(Source.id, Source.provider, Source.state, Source.market_id, Source.name)
    with opened() as (_, engine):
        rows = read(engine, lambda s: s.execute(query.order_by(Source.created_at)).all())
    for row in rows:
        click.echo("\t".join(str(value) for value in row))
