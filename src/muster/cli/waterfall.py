"""`muster pledges waterfall`: what was announced and what became of it, with the rows behind."""

from datetime import date
from decimal import Decimal

import click

from muster.actions.clock import now
from muster.cli.acting import Row, say_rows
from muster.cli.board import moment_said
from muster.cli.saying import format_option, reader, say_json, user_option
from muster.core.actors import Actor
from muster.core.pledges import Form
from muster.queries.meetings import find_meeting
from muster.queries.pledges import PledgeRow
from muster.queries.visibility import find
from muster.queries.waterfall import DEFINITIONS, STAGES, Bar, rows_behind, waterfall
from muster.records.models import Operation


@click.command("waterfall")
@click.argument("operation", required=False)
@click.option("--meeting", help="Only what was announced at this meeting.")
@click.option("--donor", default="", help="Only this party's, alone or with others.")
@click.option("--coalition", default="", help="Only what a coalition gathered, by its code.")
@click.option("--as-of", metavar="MOMENT", help="As it was known then, such as 2023-02-01T12:00Z.")
@click.option("--on", metavar="MOMENT", help="As it was true then, by what is known now.")
@click.option("--rows", "key", default="", help="List the rows behind a measure, by its key.")
@click.option("--stage", type=click.Choice([*STAGES, "waiting"]), help="Of those, one stage's.")
@format_option
@user_option
def waterfall_(
    *,
    operation: str | None,
    meeting: str | None,
    donor: str,
    coalition: str,
    as_of: str | None,
    on: str | None,
    key: str,
    stage: str | None,
    form: str,
    user: str | None,
) -> None:
    """Show announced, committed, allocated, dispatched, received, each measure apart."""
    actor, day = reader(user), now().date()
    which = {
        "operation": operation_named(operation, actor, day),
        "meeting": find_meeting(meeting, actor, day).pk if meeting else None,
        "donor": donor,
        "coalition": coalition,
        "moment": moment_said(as_of, on),
    }
    if key or stage:
        rows = rows_behind(actor, day, key=key, stage=stage or "", **which)  # type: ignore[arg-type]
        say_rows([pledge_facts(row) for row in rows], form)
        return
    found = waterfall(actor, day, **which)  # type: ignore[arg-type]
    if form == "json":
        say_json(
            {
                "measures": [bar_facts(bar) for bar in found.bars],
                "second_tellings": found.second_tellings,
                "paying_for_goods": found.paying_for_goods,
                "definitions": DEFINITIONS,
            }
        )
        return
    say_rows([bar_facts(bar) for bar in found.bars], form)
    click.echo(
        f"Counted out: {found.second_tellings} second tellings, "
        f"{found.paying_for_goods} sums that pay for goods pledged as goods."
    )


def pledge_facts(row: PledgeRow) -> Row:
    """Give a line of a pledge as this program prints it."""
    course = row.course
    return {
        "line": f"{row.reference}/{row.position}",
        "meeting": row.meeting,
        "on": row.announced_on,
        "donors": ", ".join(row.donors),
        "joint": row.joint,
        "what": row.what,
        "said": row.said,
        "years": row.years,
        "measure": row.measure,
        "stage": row.stage,
        "announced": None if course.stands is None else plain(row.form, course.stands),
        "committed": plain(row.form, course.committed),
        "allocated": plain(row.form, course.allocated),
        "dispatched": plain(row.form, course.dispatched),
        "received": plain(row.form, course.received),
        "age_days": row.age,
        "counts": row.counts,
        "because": row.because,
        "id": row.id,
    }


def plain(form: Form, value: Decimal) -> int | str:
    """Give goods as a whole number, and money as a text that no program rounds."""
    whole = int(value)
    if form is Form.GOODS:
        return whole
    return str(whole) if whole == value else f"{value:.2f}"


def bar_facts(bar: Bar) -> Row:
    """Give the figures of one measure as this program prints them."""
    return {
        "key": bar.key,
        "label": bar.label,
        "unit": bar.unit,
        "method": bar.method,
        "lines": bar.lines,
        **{stage: plain(bar.form, bar.figure(stage)) for stage in STAGES},
        "waiting": plain(bar.form, bar.waiting),
        "idle": bar.idle,
        "oldest_idle": bar.oldest,
        "unstated": bar.unstated,
    }


def operation_named(code: str | None, actor: Actor, day: date) -> Operation | None:
    """Find an operation by its code; none where none is named."""
    return find(Operation, code, actor, day, by="code") if code else None
