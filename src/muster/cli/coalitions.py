"""`muster coalitions`: who leads and belongs to each, what each gathered, and its verbs."""

from datetime import date
from uuid import UUID

import click
from django.db import models

from muster.actions import coalitions as acting
from muster.actions.clock import now
from muster.cli.acting import DAY, Row, acts, say_record, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.cli.waterfall import bar_facts, pledge_facts
from muster.core.actors import Act
from muster.queries.coalitions import Coalition, coalition_shown, coalitions_on
from muster.queries.naming import named
from muster.records.models import Pledge


@click.group()
def coalitions() -> None:
    """Capability coalitions.  CODE is a coalition's code in the register."""


@coalitions.command("list")
@click.option("--on", type=DAY, help="On this day; today if not said.")
@format_option
@user_option
def list_coalitions(on: date | None, form: str, user: str | None) -> None:
    """List the coalitions with who leads and who belongs to them."""
    reader(user)
    say_rows([_row(each) for each in coalitions_on(on or now().date())], form)


@coalitions.command()
@click.argument("code")
@format_option
@user_option
def show(code: str, form: str, user: str | None) -> None:
    """Show the coalition CODE: everybody's time in it, and what it gathered."""
    seen = coalition_shown(code, reader(user), day=now().date())
    parts: dict[str, list[Row]] = {
        "history": [
            {
                "party": each.party,
                "is": each.kind,
                "since": each.since,
                "until": each.until,
                "source": each.source + (" (from memory)" if each.recalled else ""),
            }
            for each in seen.history
        ],
        "gathered": [bar_facts(bar) for bar in seen.gathered.bars],
        "pledges": [pledge_facts(row) for row in seen.rows],
    }
    say_record(_row(seen.coalition), parts, form)


@coalitions.command()
@click.argument("code")
@click.option("--name", required=True)
@click.option("--source", default="")
@acts
def create(*, act: Act, code: str, name: str, source: str) -> models.Model:
    """Put the coalition CODE on the register."""
    return acting.create_coalition(act=act, code=code, name=name, source=source)


@coalitions.command()
@click.argument("code")
@click.argument("party")
@click.option("--since", type=DAY, help="From this day on; today if not said.")
@click.option("--source", default="")
@acts
def join(*, act: Act, code: str, party: str, since: date | None, source: str) -> models.Model:
    """Record that PARTY belongs to the coalition CODE."""
    return acting.join_coalition(
        act=act, coalition=code, party=party, since=since or act.now.date(), source=source
    )


@coalitions.command()
@click.argument("code")
@click.argument("party")
@click.option("--since", type=DAY, help="From this day on; today if not said.")
@click.option("--source", default="")
@acts
def lead(*, act: Act, code: str, party: str, since: date | None, source: str) -> models.Model:
    """Record that PARTY leads the coalition CODE, alone or with others."""
    return acting.join_coalition(
        act=act,
        coalition=code,
        party=party,
        since=since or act.now.date(),
        lead=True,
        source=source,
    )


@coalitions.command()
@click.argument("code")
@click.argument("party")
@click.option("--until", type=DAY, help="The first day on which it no longer belongs; today.")
@acts
def leave(*, act: Act, code: str, party: str, until: date | None) -> models.Model:
    """Record that PARTY no longer belongs to the coalition CODE."""
    return acting.leave_coalition(
        act=act, coalition=code, party=party, until=until or act.now.date()
    )


@coalitions.command()
@click.argument("pledge")
@click.argument("code")
@acts
def tie(*, act: Act, pledge: str, code: str) -> models.Model:
    """Say that PLEDGE belongs to what the coalition CODE gathers."""
    found = named(Pledge, pledge, act.actor, act.now.date())
    return acting.tie_pledge(act=act, pledge=found.pk, coalition=code)


@coalitions.command()
@click.argument("tie", type=click.UUID)
@acts
def untie(*, act: Act, tie: UUID) -> models.Model:
    """Take back a TIE of a pledge to a coalition, with --reason."""
    return acting.untie_pledge(act=act, tie=tie)


def _row(each: Coalition) -> Row:
    return {
        "code": each.code,
        "name": each.name,
        "leads": ", ".join(each.leads),
        "members": ", ".join(each.members),
        "source": each.source,
    }
