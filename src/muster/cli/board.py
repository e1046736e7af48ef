"""`muster board` and `muster operations`."""

from datetime import datetime

import click

from muster.actions.clock import now
from muster.cli.saying import format_option, reader, say_json, say_table, user_option
from muster.core.moments import read_moment
from muster.queries.board import BoardLine
from muster.queries.board import board as lines_of
from muster.queries.totals import Moment
from muster.queries.visibility import find, visible
from muster.records.models import Operation


def as_row(line: BoardLine) -> dict[str, object]:
    """Lay a line of the board out for programs."""
    return {
        "operation": line.operation,
        "line": line.line,
        "item": line.item_name,
        "code": line.item,
        "unit": line.unit,
        "stage": line.stage,
        "typed": line.typed,
        "asked_text": line.asked_text,
        "asked": line.asked,
        "over_accepted": line.over_accepted,
        "offered": line.offered,
        "proposed": line.proposed,
        "allocated": line.allocated,
        "dispatched": line.dispatched,
        "received": line.received,
        "fell_short": line.fell_short,
        "remaining": line.remaining,
        "waits_since": line.waits_since,
    }


@click.command()
@click.argument("operation")
@click.option("--as-of", metavar="MOMENT", help="As it was known then, such as 2023-02-01T12:00Z.")
@click.option("--on", metavar="MOMENT", help="As it was true then, by what is known now.")
@format_option
@user_option
def board(operation: str, as_of: str | None, on: str | None, form: str, user: str | None) -> None:
    """Show the board of an OPERATION: what each need asked, was offered, promised, received."""
    actor, day = reader(user), now().date()
    found = find(Operation, operation, actor, day, by="code")
    lines = lines_of(found, actor, day=day, moment=moment_said(as_of, on))
    if form == "json":
        say_json([as_row(line) for line in lines])
        return
    if not lines:
        click.echo("No request of this operation is validated yet.")
        return
    say_table(
        ["Line", "Item", "Unit", *_MEASURES],
        [
            (
                *(line.line, line.description or line.item_name, line.unit),
                line.asked_text if line.asked is None else line.asked,
                *(line.offered, line.allocated, line.dispatched, line.received, line.remaining),
            )
            for line in lines
        ],
    )


_MEASURES = ("Asked", "Offered", "Allocated", "Dispatched", "Received", "Remaining")


@click.command()
@format_option
@user_option
def operations(form: str, user: str | None) -> None:
    """List the operations."""
    actor, day = reader(user), now().date()
    found = visible(Operation, actor, day).order_by("began_on", "code")
    rows = [
        {"code": o.code, "name": o.name, "kind": o.kind, "stage": o.stage, "since": o.began_on}
        for o in found
    ]
    if form == "json":
        say_json(rows)
    else:
        say_table(["Code", "Name", "Kind", "Stage", "Since"], [tuple(row.values()) for row in rows])


def moment_said(as_of: str | None, on: str | None) -> Moment:
    """Read as of when something is asked for.

    Raises:
        MomentUnreadable: one of them is no moment.
    """
    return Moment(known=_moment(as_of, "as-of"), happened=_moment(on, "on"))


def _moment(text: str | None, at: str) -> datetime | None:
    return None if text is None else read_moment(text, at=at)
