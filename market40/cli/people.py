"""`market40 user`: who may log in."""

from __future__ import annotations

import datetime as dt
import secrets
import sys
import uuid
from functools import partial

import click
from sqlalchemy.orm import Session

from market40.accounts import service as accounts
from market40.cli.composition import opened
from market40.core.clock import SystemClock
from market40.core.errors import NotFound
from market40.core.ids import SystemIds
from market40.db.engine import read, transact, vault_of
from market40.places import store as places


@click.group()
def user() -> None:
    """People who log in, and keys of machines."""


@user.command()
@click.argument("role", type=click.Choice(["vendor", "board", "official", "operator"]))
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--market", "markets", multiple=True, type=click.UUID, help="A market, by id.")
@click.option(
    "--unit", "units", multiple=True, help="A unit, as gso2004:province:02 or qd19-2025:commune:…"
)
@click.option("--everywhere", is_flag=True, help="The whole deployment.")
def add(
    role: accounts.Role,
    login: str,
    name: str,
    markets: tuple[uuid.UUID, ...],
    units: tuple[str, ...],
    everywhere: bool,
) -> None:
    """Add somebody. The PIN (vendor) or password is read from standard input."""
    if role != "operator" and not (markets or units or everywhere):
        click.echo("note: without --market, --unit or --everywhere they see nothing", err=True)
    hashed = accounts.hash_secret(role, _secret(), login=login)
    clock = SystemClock()
    ids = SystemIds(clock)

    def work(session: Session) -> uuid.UUID:
        now = clock.now()
        key_id = vault_of(session).new_key(session, key_id=ids.new(), now=now)
        return accounts.add_person(
            session,
            person_id=ids.new(),
            role=role,
            login=login,
            secret=hashed,
            name=name,
            markets=markets,
            units=[_unit(session, text, now.date()) for text in units],
            everywhere=everywhere or role == "operator",
            key_id=key_id,
            now=now,
        )

    with opened() as (_, engine):
        click.echo(str(transact(engine, work)))


@user.command("list")
@click.option("--role", type=click.Choice(["vendor", "board", "official", "operator"]))
def list_them(role: accounts.Role | None) -> None:
    """List people, a line each: id, role, state, login, name."""
    with opened() as (_, engine):
        after: uuid.UUID | None = None
        while True:
            page = read(engine, partial(accounts.list_people, role=role, after=after))
            for each in page:
                click.echo(
                    f"{each.person_id}\t{each.role}\t{each.state}\t{each.login}\t{each.name}"
                )
            if len(page) < 200:
                return
            after = page[-1].person_id


@user.command()
@click.argument("login")
def disable(login: str) -> None:
    """Shut somebody out, at the next request."""
    _set_state(login, active=False)


@user.command()
@click.argument("login")
def enable(login: str) -> None:
    """Let somebody in again."""
    _set_state(login, active=True)


@user.command("set-secret")
@click.argument("login")
def set_secret(login: str) -> None:
    """Give somebody a new PIN or password, read from standard input; ends all log-ins."""
    with opened() as (_, engine):
        found = read(engine, lambda s: accounts.find_person(s, login))
        hashed = accounts.hash_secret(found.role, _secret(), login=found.login)
        now = SystemClock().now()
        transact(engine, lambda s: accounts.change_secret(s, found.person_id, hashed, now=now))


@user.command("api-key")
@click.argument("login")
@click.option("--label", required=True, help="What it is for.")
@click.option("--days", default=365, type=click.IntRange(1, 3650), help="Until it expires.")
def api_key(login: str, label: str, days: int) -> None:
    """Make a key with a person's role and scope; it is printed once and never again."""
    clock = SystemClock()
    ids = SystemIds(clock)

    def work(session: Session) -> str:
        found = accounts.find_person(session, login)
        now = clock.now()
        return accounts.add_api_key(
            session,
            key_id=ids.new(),
            person_id=found.person_id,
            label=label,
            now=now,
            rng=secrets.SystemRandom(),
            expires_at=now + dt.timedelta(days=days),
        )

    with opened() as (_, engine):
        click.echo(transact(engine, work))


def _set_state(login: str, *, active: bool) -> None:
    now = SystemClock().now()

    def work(session: Session) -> None:
        found = accounts.find_person(session, login)
        accounts.set_state(session, found.person_id, active=active, now=now)

    with opened() as (_, engine):
        transact(engine, work)


def _secret() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("PIN / mật khẩu", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _unit(session: Session, text: str, on: dt.date) -> uuid.UUID:
    system, _, rest = text.partition(":")
    level, _, code = rest.partition(":")
    if system not in ("gso2004", "qd19-2025") or level not in ("province", "district", "commune"):
        raise NotFound("unit is written as gso2004:province:02", place="--unit")
    day = dt.date(2025, 6, 30) if system == "gso2004" else on
    found = places.find_unit(session, code_system=system, code=code, on=day, level=level)  # type: ignore[arg-type]
    return found.id
