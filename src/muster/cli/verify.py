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
    found = recount(_say_check, _say_read)
    if form == "json":
        say_json(
            {
                "transfers": found.transfers,
                "accounts": found.accounts,
                "found": found.found,
                "unaccounted": found.unaccounted,
                "differences": found.differences,
            }
        )
    elif found.differences:
        say_table(
            ["What", "Stored", "Counted"],
            [(each.what, each.stored, each.counted) for each in found.differences],
        )
        if found.found > len(found.differences):
            click.echo(f"These are the first {len(found.differences):,} of {found.found:,}.")
        click.echo(f"{found.unaccounted:,} units are unaccounted for.")
    else:
        click.echo(
            f"{found.transfers:,} transfers over {found.accounts:,} accounts: "
            "every unit is accounted for."
        )
    if found.differences:
        sys.exit(1)


def _say_check(name: str) -> None:
    click.echo(f"Checking {name} ...", err=True)


def _say_read(read: int, of: int) -> None:
    """Say how far the recount is: on a terminal in one line, which the next check leaves behind."""
    if not sys.stderr.isatty():
        return
    done = read * 100 // of if of else 100
    end = "\n" if read >= of else "\r"
    click.echo(f"  {read:,} of {of:,} transfers, {done} % ", err=True, nl=False)
    click.echo(end, err=True, nl=False)


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
