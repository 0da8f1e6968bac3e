"""`market40 report`: figures on standard output, and the rollups made again."""

from __future__ import annotations

import json
import sys

import click

from market40.cli.composition import opened
from market40.core.clock import SystemClock
from market40.core.periods import parse_period
from market40.db.engine import read
from market40.reporting import exports, indicators, service
from market40.reporting.domain.adoption import By


@click.group()
def report() -> None:
    """Adoption figures, their definitions, and their rollups."""


@report.command()
@click.option("--by", type=click.Choice(["district", "commune", "market"]), default="district")
@click.option("--period", required=True, help="2026-10, 2026-W45, 2026-Q3, official:2026-10, …")
@click.option("--unit", default="", help="Only there: gso2004:district:026.")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json")
def adoption(by: By, period: str, unit: str, form: str) -> None:
    """Print the adoption figures of a period, the same as on the page."""
    wanted = parse_period(period)
    now = SystemClock().now()
    with opened() as (found, engine):
        table = read(
            engine,
            lambda s: service.adoption(
                s,
                period=wanted,
                by=by,
                scope=service.Scope(everywhere=True),
                now=now,
                unit=unit,
                territory=found.scope,
            ),
        )
    if form == "csv":
        sys.stdout.buffer.write(exports.to_csv(table))
    else:
        click.echo(json.dumps(exports.to_json(table), ensure_ascii=False, indent=1))


@report.command()
def rebuild() -> None:
    """Drop the rollups and make them again from the facts; safe to stop and start again."""

    def show(progress: service.RebuildProgress) -> None:
        click.echo(f"\r{progress.done}/{progress.total} market days", nl=False, err=True)

    with opened() as (_, engine):
        service.rebuild(engine, now=SystemClock().now(), progress=show)
    click.echo("", err=True)


@report.command("indicators")
def list_indicators() -> None:
    """List every indicator with its version and definition."""
    for each in indicators.INDICATORS:
        click.echo(f"{each.id}\tv{each.version}\t{each.definition}")
