"""`muster verify`: is a single unit unaccounted for?"""

import sys

import click

from muster.cli.saying import format_option, say_json, say_table
from muster.queries.verification import verify as recount
from muster.queries.verification import verify_journal


@click.command()
@click.option("--journal", is_flag=True, help="Follow the chains of the journal instead.")
@format_option
def verify(form: str, *, journal: bool) -> None:
    """Re-add the whole ledger from its transfers; exit code 1 if a unit is unaccounted for."""
    if journal:
        _verify_chains(form)
        return
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


def _verify_chains(form: str) -> None:
    broken = verify_journal()
    if form == "json":
        say_json({"broken": broken})
    elif broken:
        say_table(
            ["Chain", "Link", "Line", "What"],
            [(each.chain, each.link, each.line, each.what) for each in broken],
        )
    else:
        click.echo("Every line of the journal follows the one before it, as it was written.")
    if broken:
        sys.exit(1)
