"""`market40 print`: a market's cards as one PDF, with its progress, noted as printed."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from market40.cli.composition import opened
from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.db.engine import read, transact
from market40.merchants import service
from market40.vietqr.sheets import SHEETS, Progress, print_file

_SHOWN_EVERY = 50  # pages


@click.command("print")
@click.argument("market", type=click.UUID)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--sheet", type=click.Choice(list(SHEETS)), default="a6", show_default=True)
@click.option("--changed", is_flag=True, help="Only what changed since the last print.")
@click.option("--stall", "stalls", multiple=True, help="Only this stall, by its number.")
def print_cards(
    market: uuid.UUID, out: Path, sheet: str, changed: bool, stalls: tuple[str, ...]
) -> None:
    """Print a market's cards into one PDF, by zone and stall; every page is read back.

    Ctrl-C stops it: no file is left and nothing counts as printed. Run it again to go on.
    """
    if changed and stalls:
        raise click.UsageError("--changed or --stall, not both")
    which = "chosen" if stalls else "changed" if changed else "all"
    clock = SystemClock()
    now, ids = clock.now(), SystemIds(clock)
    with opened() as (found, engine):
        run = transact(
            engine,
            lambda session: service.plan_print(
                session,
                market,
                sheet=sheet,
                which=which,
                numbers=stalls,
                actor_id=None,
                now=now,
                ids=ids,
            ),
        )
        paper, cards = read(
            engine,
            lambda session: service.cards_of_run(
                session, market, run.id, public_url=found.public_url, demo=found.demo
            ),
        )

        def show(progress: Progress) -> None:
            done = progress.drawn == len(cards)
            if done or progress.drawn % _SHOWN_EVERY == 0:
                words = f"{progress.drawn}/{len(cards)} cards, {progress.read_back} pages read back"
                click.echo(f"\r{words}", nl=False, err=True)

        done = print_file(cards, out, paper, show)
        transact(
            engine,
            lambda session: service.note_delivery(
                session, market, run.id, actor_id=None, now=clock.now(), ids=ids
            ),
        )
    click.echo("", err=True)
    click.echo(f"{done.cards} cards on {done.pages} pages, {done.octets} bytes, all read back")
