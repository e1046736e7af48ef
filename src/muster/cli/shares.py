"""`muster plan shares`: who has agreed to carry which part of an operation."""

from datetime import date
from decimal import Decimal, InvalidOperation

import click

from muster.actions import shares as acting
from muster.actions.clock import now
from muster.cli.acting import acts, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.core.moments import parse_date
from muster.core.planning.sharing import ShareUnclear
from muster.queries.operations import find_operation
from muster.queries.shares import shares_of
from muster.records.models import Operation


@click.command("shares")
@click.argument("operation")
@format_option
@user_option
def list_shares(operation: str, form: str, user: str | None) -> None:
    """List the agreed shares of an OPERATION that are in force."""
    actor, day = reader(user), now().date()
    found = shares_of(find_operation(operation, actor, day), actor, day)
    rows = [
        {
            "party": each.party_id,
            "name": each.party.name,
            "percent": f"{each.percent.normalize():f}",
            "agreed_on": each.agreed_on,
            "source": each.source,
        }
        for each in found
    ]
    say_rows(rows, form)


@click.command("agree-shares")
@click.argument("operation")
@click.option("--share", "shares", multiple=True, help="A party and its per cent, as in NOR=12.5.")
@click.option("--agreed-on", required=True, help="The day of the agreement.")
@click.option("--source", required=True, help="Where it is written down.")
@acts
def agree(
    *, act: Act, operation: str, shares: tuple[str, ...], agreed_on: str, source: str
) -> Operation:
    """Record the agreed shares of an OPERATION, in place of those before; none ends them."""
    found = find_operation(operation, act.actor, act.now.date())
    day: date = parse_date(agreed_on, at="agreed_on")
    return acting.agree_shares(
        act=act,
        operation=found.pk,
        shares=[read_share(each) for each in shares],
        agreed_on=day,
        source=source,
    )


def read_share(text: str) -> tuple[str, Decimal]:
    """Read a share as it is typed: NOR=12.5.

    Raises:
        ShareUnclear: there is no number in it.
    """
    party, _, percent = text.partition("=")
    try:
        return party.strip(), Decimal(percent.strip())
    except InvalidOperation:
        raise ShareUnclear(party=party.strip()[:40], percent=percent.strip()[:40]) from None


SHARES = (list_shares, agree)
