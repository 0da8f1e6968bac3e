"""The one command of the service: `market40 --help` lists what it does."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import DBAPIError

from market40.cli.database import db, doctor
from market40.cli.demonstration import demo
from market40.cli.feeds import feed
from market40.cli.people import user
from market40.cli.printing import print_cards
from market40.cli.reports import report
from market40.cli.serving import serve, work
from market40.core.errors import InvalidInput, Market40Error
from market40.vietqr.command import vietqr


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """VietQR codes for market stalls: issued, recorded, reconciled and counted."""


for each in (serve, work, demo, db, doctor, vietqr, feed, report, user, print_cards):
    command.add_command(each)


def main() -> None:
    """Run the command; an error that has a code is one line on standard error and exit 1.

    What the database refuses is said without its statement, which may hold personal data.
    """
    try:
        command()
    except InvalidInput as error:
        for fault in error.faults:
            click.echo(f"{fault.place}: {fault.message} ({fault.code})", err=True)
        click.echo(f"market40: {error}", err=True)
        sys.exit(1)
    except Market40Error as error:
        click.echo(f"market40: {error}", err=True)
        sys.exit(1)
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        words = f"{said}; `market40 doctor` says more, `market40 db upgrade` makes the tables"
        click.echo(f"market40: database_refused: {words}", err=True)
        sys.exit(1)
