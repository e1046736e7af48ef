"""`muster meetings`: the series of a contact group, agendas, readouts, and the follow-up."""

from datetime import date
from uuid import UUID

import click
from django.db.models import QuerySet

from muster.actions import meetings as acting
from muster.actions import readouts
from muster.actions.clock import now
from muster.cli.acting import DAY, Row, acts, say_record, say_rows
from muster.cli.saying import format_option, reader, say_json, user_option
from muster.cli.waterfall import pledge_facts
from muster.core.actors import Act, Actor
from muster.core.meetings import FACTS
from muster.core.readouts import compose_readout
from muster.queries.board import BoardLine
from muster.queries.meetings import (
    SERIES,
    MeetingRow,
    agenda_of,
    find_meeting,
    follow_up,
    meeting_row,
    meetings_of,
    operation_of,
    readouts_of,
)
from muster.queries.pledges import pledges_seen, rows_of
from muster.queries.readouts import facts_of
from muster.queries.visibility import find
from muster.records.models import Meeting, MeetingReadout, Operation, PledgeLine

_series = click.option("--series", default=SERIES, show_default=True, help="The body that meets.")
_operation = click.option(
    "--operation", default="", help="The operation it is about, where the meeting names none."
)


@click.group()
def meetings() -> None:
    """Meetings of a contact group.  NUMBER is a number of the series, SERIES/NUMBER, or an id."""


@meetings.command("list")
@_series
@format_option
@user_option
def list_meetings(series: str, form: str, user: str | None) -> None:
    """List the meetings of a series, with what is from memory marked."""
    rows = meetings_of(series, reader(user), now().date())
    say_rows([_row(row) for row in rows], form)


@meetings.command()
@click.argument("number")
@_series
@format_option
@user_option
def show(number: str, series: str, form: str, user: str | None) -> None:
    """Show the meeting NUMBER with what was announced there and its readouts."""
    actor, day = reader(user), now().date()
    found = find_meeting(number, actor, day, series=series)
    lines = rows_of(_announced(found, actor, day), actor, day)
    parts: dict[str, list[Row]] = {
        "pledges": [pledge_facts(row) for row in lines],
        "readouts": [_readout(each) for each in readouts_of(found, actor, day)],
    }
    say_record(_row(meeting_row(found, actor, day)), parts, form)


@meetings.command()
@click.argument("number")
@_series
@_operation
@click.option("--most", type=click.IntRange(1, 500), default=20, show_default=True)
@format_option
@user_option
def agenda(
    *, number: str, series: str, operation: str, most: int, form: str, user: str | None
) -> None:
    """Make the agenda of the meeting NUMBER: what is most missing, and what became of pledges."""
    actor, moment = reader(user), now()
    day = moment.date()
    found = find_meeting(number, actor, day, series=series)
    about = operation_of(found, operation, actor, day)
    made = agenda_of(found, about, actor, moment, most=most)
    facts: Row = {
        "meeting": f"{made.meeting.series} {made.meeting.number}",
        "held_on": made.meeting.held_on,
        "operation": about.code,
        "needs_known_at": made.as_of,
    }
    parts: dict[str, list[Row]] = {
        "missing": [{**_need(each.line), "because": each.because} for each in made.missing],
        "announced_before": [pledge_facts(row) for each in made.before for row in each.rows],
    }
    say_record(facts, parts, form)


@meetings.command("readout")
@click.argument("number")
@_series
@_operation
@click.option("--total", "total_in", default="", help="One total in this currency, if it may be.")
@format_option
@user_option
def readout(
    *, number: str, series: str, operation: str, total_in: str, form: str, user: str | None
) -> None:
    """Print what a readout of the meeting NUMBER would say now; `draft` keeps it."""
    actor, day = reader(user), now().date()
    found = find_meeting(number, actor, day, series=series)
    about = operation_of(found, operation, actor, day)
    said = compose_readout(facts_of(found, about, actor, day), total_in=total_in.upper())
    if form == "json":
        say_json({"meeting": str(found), "operation": about.code, "paragraphs": list(said)})
    else:
        click.echo("\n\n".join(said))


@meetings.command("follow-up")
@click.argument("number")
@_series
@_operation
@format_option
@user_option
def follow_up_list(number: str, series: str, operation: str, form: str, user: str | None) -> None:
    """List what was announced at the meeting NUMBER and is not done: who owes which step."""
    actor, day = reader(user), now().date()
    found = find_meeting(number, actor, day, series=series)
    about = find(Operation, operation, actor, day, by="code") if operation else None
    rows: list[Row] = [
        {
            **pledge_facts(each.row),
            "owes": each.owes,
            "step": each.step,
            "reminded_on": each.reminded_on,
        }
        for each in follow_up(found, actor, day, operation=about)
    ]
    say_rows(rows, form)


@meetings.command()
@click.argument("number", type=int)
@_series
@click.option("--held-on", type=DAY, required=True)
@click.option("--place", default="")
@click.option("--mode", type=click.Choice(Meeting.Mode.values), default="unknown")
@_operation
@click.option("--source", default="")
@click.option("--recalled", multiple=True, type=click.Choice(FACTS), help="From memory; repeat.")
@acts
def enter(
    *,
    act: Act,
    number: int,
    series: str,
    held_on: date,
    place: str,
    mode: str,
    operation: str,
    source: str,
    recalled: tuple[str, ...],
) -> Meeting:
    """Put the meeting NUMBER of a series on the list."""
    return acting.enter_meeting(
        act=act,
        series=series,
        number=number,
        held_on=held_on,
        place=place,
        mode=mode,
        operation=_operation_id(act, operation),
        source=source,
        recalled=recalled,
    )


@meetings.command()
@click.argument("number")
@_series
@click.option("--present", multiple=True, metavar="PARTY", help="Who was there; repeat.")
@click.option("--chair", multiple=True, metavar="PARTY", help="Who chaired; repeat.")
@click.option("--said", default="", help="The published count, in its own words: nearly 50.")
@click.option("--source", default="")
@click.option("--recalled", is_flag=True, help="From memory, not read.")
@acts
def attendance(
    *,
    act: Act,
    number: str,
    series: str,
    present: tuple[str, ...],
    chair: tuple[str, ...],
    said: str,
    source: str,
    recalled: bool,
) -> Meeting:
    """Note who was at the meeting NUMBER, or how many."""
    found = find_meeting(number, act.actor, act.now.date(), series=series)
    return acting.note_attendance(
        act=act,
        meeting=found.pk,
        present=present,
        chairs=chair,
        said=said,
        source=source,
        recalled=recalled,
    )


@meetings.command()
@click.argument("number")
@_series
@click.option("--held-on", type=DAY)
@click.option("--place")
@click.option("--mode", type=click.Choice(Meeting.Mode.values))
@_operation
@click.option("--source")
@acts
def correct(
    *,
    act: Act,
    number: str,
    series: str,
    held_on: date | None,
    place: str | None,
    mode: str | None,
    operation: str,
    source: str | None,
) -> Meeting:
    """Correct what is said of the meeting NUMBER, with --reason."""
    found = find_meeting(number, act.actor, act.now.date(), series=series)
    return acting.correct_meeting(
        act=act,
        meeting=found.pk,
        held_on=held_on,
        place=place,
        mode=mode,
        operation=_operation_id(act, operation),
        source=source,
    )


@meetings.command()
@click.argument("number")
@_series
@_operation
@click.option("--total", "total_in", default="", help="One total in this currency, if it may be.")
@click.option("--remarks", default="", help="Paragraphs of your own.")
@acts
def draft(
    *, act: Act, number: str, series: str, operation: str, total_in: str, remarks: str
) -> MeetingReadout:
    """Draft the readout of the meeting NUMBER from the records as they stand."""
    found = find_meeting(number, act.actor, act.now.date(), series=series)
    return readouts.draft_readout(
        act=act, meeting=found.pk, operation=operation, total_in=total_in, remarks=remarks
    )


@meetings.command()
@click.argument("readout", type=click.UUID)
@acts
def submit(*, act: Act, readout: UUID) -> MeetingReadout:
    """Hand the draft READOUT in for approval."""
    return readouts.submit_readout(act=act, readout=readout)


@meetings.command("send-back")
@click.argument("readout", type=click.UUID)
@acts
def send_back(*, act: Act, readout: UUID) -> MeetingReadout:
    """Return the submitted READOUT to its draft, with --reason."""
    return readouts.send_back_readout(act=act, readout=readout)


@meetings.command()
@click.argument("readout", type=click.UUID)
@acts
def approve(*, act: Act, readout: UUID) -> MeetingReadout:
    """Approve the READOUT that somebody else wrote."""
    return readouts.approve_readout(act=act, readout=readout)


@meetings.command()
@click.argument("readout", type=click.UUID)
@acts
def release(*, act: Act, readout: UUID) -> MeetingReadout:
    """Send the approved READOUT to all nations."""
    return readouts.release_readout(act=act, readout=readout)


def _announced(meeting: Meeting, actor: Actor, day: date) -> QuerySet[PledgeLine]:
    return pledges_seen(actor, day, operation=meeting.operation, meeting=meeting.pk)


def _operation_id(act: Act, code: str) -> UUID | None:
    return find(Operation, code, act.actor, act.now.date(), by="code").pk if code else None


def _row(row: MeetingRow) -> Row:
    return {
        "number": row.number,
        "held_on": row.held_on,
        "place": row.place,
        "mode": row.mode,
        "chairs": ", ".join(row.chairs),
        "attendance": row.said,
        "present": row.present,
        "pledges": row.pledges,
        "recalled": ", ".join((*row.recalled, *(["attendance"] if row.count_recalled else []))),
        "source": row.source,
        "id": row.id,
    }


def _need(line: BoardLine) -> Row:
    return {
        "line": line.line,
        "item": line.item_name,
        "missing": line.remaining,
        "unit": line.unit,
    }


def _readout(record: MeetingReadout) -> Row:
    return {
        "number": record.number,
        "stage": record.stage,
        "originator": record.originator.name,
        "id": record.pk,
    }
