"""What came of the demo: the figures for people and for programs, and how to sign in."""

import click

from muster.actions.clock import now
from muster.cli.board import as_row
from muster.cli.saying import reader, say_table
from muster.cli.story.main_job import Told
from muster.cli.story.people import PASSWORD, PEOPLE
from muster.cli.story.scenario import exercise, main_job
from muster.cli.story.telling import Teller
from muster.queries.board import BoardLine, board
from muster.queries.visibility import visible
from muster.records.models import Operation, SituationReport

_MEASURES = ("Asked", "Offered", "Allocated", "Dispatched", "Received", "Remaining")


def as_data(told: Told) -> dict[str, object]:
    """Lay the outcome out for programs: docs/reference/cli.md says what each key means."""
    found = _operations()
    return {
        "operations": [
            {"code": o.code, "name": o.name, "kind": o.kind, "stage": o.stage} for o in found
        ],
        "lines": [as_row(line) for operation in found for line in _lines(operation)],
        "unaccounted": told.verified.unaccounted,
        "sitrep": _latest_report(),
    }


def show_board(teller: Teller, told: Told) -> None:
    """Show what became of each need, for people."""
    for operation in _operations():
        teller.chapter(f"The board of {operation.code}, {operation.name}")
        say_table(
            ["Line", "Item", *_MEASURES],
            [
                (
                    *(line.line, line.item_name),
                    line.asked_text if line.asked is None else line.asked,
                    *(line.offered, line.allocated, line.dispatched, line.received, line.remaining),
                )
                for line in _lines(operation)
            ],
        )
    teller.line()
    case = exercise().code
    teller.line(f"An exercise of the guarantee: {case} (./muster guarantee show {case})")
    teller.line(f"Situation report: {_latest_report()} (./muster report show '{_latest_report()}')")
    teller.line(f"Units unaccounted for: {told.verified.unaccounted} (./muster verify)")


def show_log_ins(address: str, *, err: bool) -> None:
    """Print the address and the sample log-ins."""
    heads = ("User name", "Name", "Role", "Party")
    rows = [heads, *((p.username, p.name, p.role.value, p.party) for p in PEOPLE)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(heads))]
    click.echo("", err=err)
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  " + "  ".join(cells).rstrip(), err=err)
    click.echo(f"\nThe password of each: {PASSWORD}", err=err)
    click.echo(f"The pages: {click.style(address, bold=True)}  (Ctrl-C stops)", err=err)


def _operations() -> list[Operation]:
    """List the operations that are no exercise: an exercise counts for nothing."""
    found = visible(Operation, reader(None), now().date()).exclude(kind=Operation.Kind.EXERCISE)
    return list(found.order_by("began_on", "code"))


def _lines(operation: Operation) -> tuple[BoardLine, ...]:
    return board(operation, reader(None), day=now().date())


def _latest_report() -> str:
    """Name the latest report of the first operation that is released at the clock."""
    first = main_job()[0].code
    found = visible(SituationReport, reader(None), now().date()).filter(
        operation__code=first, stage="released", as_of__lte=now()
    )
    latest = found.order_by("-number").first()
    return latest.message_number if latest else ""
