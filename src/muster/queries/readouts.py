"""The facts of a readout, and what an actor can do with one."""

from collections.abc import Sequence
from datetime import date

from muster.core.actors import Actor, Role
from muster.core.readouts import ReadoutFacts, Said
from muster.core.stages import Subject, events_from
from muster.queries.meetings import MeetingRow, meeting_row
from muster.queries.pledges import PledgeRow, pledges_seen, rows_of
from muster.records.models import Meeting, MeetingReadout, Operation


def facts_of(
    meeting: Meeting,
    operation: Operation,
    actor: Actor,
    day: date,
    *,
    remarks: Sequence[str] = (),
) -> ReadoutFacts:
    """Gather what a readout of the meeting can say to the actor."""
    row = meeting_row(meeting, actor, day)
    rows = rows_of(pledges_seen(actor, day, operation=operation, meeting=meeting.pk), actor, day)
    marks = [f"its {fact}" for fact in row.recalled]
    marks += ["the attendance"] if row.count_recalled else []
    marks += [row.reference for row in rows if row.recalled]
    return ReadoutFacts(
        series=meeting.series.name,
        number=meeting.number,
        held_on=meeting.held_on,
        place=meeting.place,
        mode=meeting.mode,
        chairs=row.chairs,
        attendance=attendance_text(row),
        operation=operation.name,
        lines=tuple(_said(each) for each in rows),
        remarks=tuple(remarks),
        marks=tuple(dict.fromkeys(marks)),
        invented=row.invented or any(each.invented for each in rows),
    )


def attendance_text(row: MeetingRow) -> str:
    """Say how many were there, as it is known: by name, or as it was published."""
    parties = "1 party" if row.present == 1 else f"{row.present} parties"
    noted = f"{parties} noted by name" if row.present else ""
    return "; ".join(part for part in (row.said, noted) if part)


def readout_events(readout: MeetingReadout, actor: Actor, day: date) -> tuple[str, ...]:
    """List what this actor can do with a readout now."""
    if not actor.has(Role.COORDINATOR, day):
        return ()
    possible = [e for e in events_from(Subject.READOUT, readout.stage) if e != "supersede"]
    if readout.originator_id == actor.user_id:
        possible = [event for event in possible if event != "approve"]
    return tuple(possible)


def _said(row: PledgeRow) -> Said:
    return Said(
        donors=row.donors,
        joint=row.joint,
        form=row.form,
        what=row.what,
        said=row.said,
        years=row.years,
        currency=row.currency,
        amount=row.course.announced,
        counts=row.counts,
        reference=row.reference,
    )
