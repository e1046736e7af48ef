"""`muster verify`: is a single unit unaccounted for?"""

import sys

import click

from muster.cli.saying import format_option, say_json, say_table
from muster.queries.verification import verify as recount


@click.command()
@format_option
def verify(form: str) -> None:
    """Re-add the whole ledger from its transfers; exit code 1 if a unit is unaccounted for."""
    found = recount(lambda name: click.echo(f"Checking {name} ...", err=True))
    if form == "json":
        say_json(
            {
                "transfers": found.transfers,
                "accounts": found.accounts,
                "unaccounted": found.unaccounted,
                "differences": found.differences,
            }
        )
    elif found.differences:
        say_table(
            ["What", "Stored", "Counted"],
            [(each.what, each.stored, each.counted) for each in found.differences],
        )
        click.echo(f"{found.unaccounted:,} units are unaccounted for.")
    else:
        click.echo(
            f"{found.transfers:,} transfers over {found.accounts:,} accounts: "
            "every unit is accounted for."
        )
    if found.differences:
        sys.exit(1)
