"""Meetings: the series, one meeting, its agenda that makes itself, and the follow-up after it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db.models import Count, Q

from muster.core.actors import Actor
from muster.core.meetings import NoOperationNamed
from muster.core.pledges import next_step
from muster.core.refusals import NotFound
from muster.queries.board import BoardLine, board
from muster.queries.pledges import PledgeRow, pledges_seen, rows_of
from muster.queries.totals import NOW, Moment
from muster.queries.visibility import find, visible
from muster.records.models import (
    Meeting,
    MeetingCorrection,
    MeetingReadout,
    Operation,
    Party,
    PledgeReminder,
    PledgeUse,
)

SERIES = "UDCG"
"""The series that is meant where nobody says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A meeting as the series lists it.

    Args:
        chairs: who chaired, as far as it is noted.
        present: how many parties are noted by name.
        said: the published account of how many were there, the latest first noted.
        count_recalled: whether that account is from memory.
        pledges: how many pledges were announced there, that the actor may see.
    """

    id: UUID
    series: str
    number: int
    held_on: date
    place: str
    mode: str
    chairs: tuple[str, ...]
    present: int
    said: str
    count_source: str
    count_recalled: bool
    recalled: tuple[str, ...]
    source: str
    pledges: int
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A need on the agenda, and why it stands where it stands."""

    line: BoardLine
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What one nation, or several jointly, announced before, and what became of it."""

    donors: str
    rows: tuple[PledgeRow, ...]
    idle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The agenda of a meeting, made from the records.

    Args:
        as_of: the needs are those that were known then: at the meeting, or now if it is to come;
            what had become of announcements is what was true then, by what is known now.
        missing: what is most missing, the first first.
        before: nation by nation, those with the longest wait first.
    """

    meeting: MeetingRow
    operation: Operation
    as_of: datetime
    missing: tuple[Missing, ...]
    before: tuple[Before, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One line to follow up: who owes the next step, which, and when it was last reminded of."""

    row: PledgeRow
    owes: str
    step: str
    reminded_on: date | None


def meetings_of(series: str, actor: Actor, day: date) -> tuple[MeetingRow, ...]:
    """List the meetings of a series, the first first."""
    return _rows(series, Q(), actor, day)


def series_seen(actor: Actor, day: date) -> tuple[Party, ...]:
    """List the bodies that have meetings the actor may see, or that are a contact group."""
    held = visible(Meeting, actor, day).values("series")
    return tuple(Party.objects.filter(Q(pk__in=held) | Q(pk=SERIES)).order_by("name"))


def find_meeting(name: str, actor: Actor, day: date, *, series: str = SERIES) -> Meeting:
    """Find a meeting by its number in the series, by "SERIES/number", or by its id.

    Raises:
        NotFound: there is none that the actor may see.
    """
    body, _, number = name.rpartition("/")
    if number.isascii() and number.isdigit() and len(number) < 7:  # noqa: PLR2004
        found = visible(Meeting, actor, day).filter(series=body or series, number=int(number))
        one = found.first()
        if one is None:
            raise NotFound(what="meeting", name=name)
        return one
    return find(Meeting, name, actor, day)


def meeting_row(meeting: Meeting, actor: Actor, day: date) -> MeetingRow:
    """Give one meeting as the series lists it."""
    [row] = _rows(meeting.series_id, Q(pk=meeting.pk), actor, day)
    return row


def operation_of(meeting: Meeting, code: str, actor: Actor, day: date) -> Operation:
    """Say which operation a meeting is about: the one that is named, its own, or the only one.

    Raises:
        NotFound: there is no such operation that the actor may see.
        NoOperationNamed: none is named and there is not just one that runs and is no exercise.
    """
    if code:
        return find(Operation, code, actor, day, by="code")
    if meeting.operation_id is not None:
        return find(Operation, meeting.operation_id, actor, day)
    running = visible(Operation, actor, day).exclude(
        Q(kind=Operation.Kind.EXERCISE) | Q(stage="closed")
    )
    found = list(running.order_by("code")[:2])
    if len(found) != 1:
        raise NoOperationNamed(meeting=str(meeting))
    return found[0]


def agenda_of(
    meeting: Meeting, operation: Operation, actor: Actor, now: datetime, *, most: int = 20
) -> Agenda:
    """Make the agenda: what is most missing, and what became of what was announced before.

    Args:
        meeting: whose agenda.
        operation: whose needs and pledges.
        actor: on whose behalf.
        now: the moment of asking.
        most: how many needs to list.
    """
    day = now.date()
    begins = datetime.combine(meeting.held_on, time(), UTC)
    as_of = min(now, begins)
    shown = board(
        operation, actor, day=day, moment=Moment(known=as_of) if as_of < now else Moment()
    )
    earlier = pledges_seen(actor, day, operation=operation).filter(
        Q(announced_on__lt=meeting.held_on) & ~Q(pledge__meeting=meeting.pk)
    )
    return Agenda(
        meeting=meeting_row(meeting, actor, day),
        operation=operation,
        as_of=as_of,
        missing=tuple(most_missing(shown, as_of)[:most]),
        before=_before(
            rows_of(earlier, actor, day, moment=Moment(happened=as_of) if as_of < now else NOW)
        ),
    )


def most_missing(shown: tuple[BoardLine, ...], as_of: datetime) -> list[Missing]:
    """Order what is missing by urgency, then by its day that is past or near, by share and age."""
    lines = [
        line
        for line in shown
        if (line.remaining is None or line.remaining > 0)
        and (line.waits_since is None or line.waits_since <= as_of)
    ]
    return [
        Missing(line=line, because=_because(line, as_of))
        for line in sorted(lines, key=lambda line: _weight(line, as_of))
    ]


def follow_up(
    meeting: Meeting, actor: Actor, day: date, *, operation: Operation | None = None
) -> tuple[FollowUp, ...]:
    """List what was announced at a meeting and is not done: who owes the next step, and which."""
    seen = pledges_seen(actor, day, operation=operation, meeting=meeting.pk)
    if operation is None and meeting.operation_id is not None:
        seen = pledges_seen(actor, day, operation=meeting.operation, meeting=meeting.pk)
    rows = rows_of(seen, actor, day)
    used = PledgeUse.objects.filter(line__in=[row.id for row in rows], undone_at__isnull=True)
    offered = set(used.values_list("line_id", flat=True))
    reminded: dict[UUID, date] = {}
    reminders = visible(PledgeReminder, actor, day).filter(
        pledge__in={row.pledge_id for row in rows}
    )
    for pledge, at in reminders.order_by("recorded_at").values_list("pledge_id", "recorded_at"):
        reminded[pledge] = at.date()
    listed = []
    for row in rows:
        step = next_step(row.course, row.form, offered=row.id in offered)
        if step is None or not row.counts:
            continue
        owes = " and ".join(row.donors) if step.by == "donor" else step.by
        listed.append(
            FollowUp(row=row, owes=owes, step=step.what, reminded_on=reminded.get(row.pledge_id))
        )
    return tuple(listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """One fact of a meeting that was corrected: what was said, what is said since, why."""

    what: str
    before: str
    after: str
    reason: str
    by: str
    at: datetime


def corrections_of(meeting: Meeting) -> tuple[Corrected, ...]:
    """List what was corrected of a meeting, the first first."""
    found = MeetingCorrection.objects.filter(meeting=meeting).select_related("user")
    return tuple(
        Corrected(
            what=what,
            before=each.before[what],
            after=each.after[what],
            reason=each.reason,
            by=each.user.name,
            at=each.recorded_at,
        )
        for each in found.order_by("recorded_at", "id")
        for what in sorted(each.after)
    )


def readouts_of(meeting: Meeting, actor: Actor, day: date) -> tuple[MeetingReadout, ...]:
    """List the readouts of a meeting, the newest first."""
    found = visible(MeetingReadout, actor, day).filter(meeting=meeting)
    return tuple(found.select_related("originator").order_by("-number"))


def _rows(series: str, which: Q, actor: Actor, day: date) -> tuple[MeetingRow, ...]:
    found = (
        visible(Meeting, actor, day)
        .filter(which, series=series)
        .prefetch_related("attendances__party", "counts")
        .order_by("number")
    )
    announced = dict(
        pledges_seen(actor, day)
        .filter(pledge__meeting__series=series)
        .values_list("pledge__meeting")
        .annotate(n=Count("pledge", distinct=True))
    )
    return tuple(_row(meeting, announced.get(meeting.pk, 0)) for meeting in found)


def _row(meeting: Meeting, pledges: int) -> MeetingRow:
    counts = sorted(meeting.counts.all(), key=lambda count: (count.recorded_at, count.pk))
    last = counts[-1] if counts else None
    noted = list(meeting.attendances.all())
    return MeetingRow(
        id=meeting.pk,
        series=meeting.series_id,
        number=meeting.number,
        held_on=meeting.held_on,
        place=meeting.place,
        mode=meeting.get_mode_display(),
        chairs=tuple(sorted(each.party.name for each in noted if each.role == "chair")),
        present=sum(each.role == "present" for each in noted),
        said=last.said if last else "",
        count_source=last.source if last else "",
        count_recalled=bool(last and last.recalled),
        recalled=tuple(meeting.recalled),
        source=meeting.source,
        pledges=pledges,
        invented=meeting.invented,
    )


def _weight(line: BoardLine, as_of: datetime) -> tuple[int, int, float, datetime, str]:
    """Give a place in the order: the smallest comes first."""
    left = (line.needed_by - as_of.date()).days if line.needed_by else _NO_DAY
    return (line.urgency, left, -_share(line), line.waits_since or as_of, line.line)


_NO_DAY = 10_000


def _share(line: BoardLine) -> float:
    if line.asked is None or line.remaining is None:
        return 1.0
    return line.remaining / max(line.asked + line.over_accepted, 1)


def _because(line: BoardLine, as_of: datetime) -> str:
    """Say why a need stands where it stands."""
    said = [f"urgency {line.urgency}"]
    if line.needed_by:
        left = (line.needed_by - as_of.date()).days
        said.append(f"needed by {line.needed_by}, {_days(left)}")
    if line.remaining is None:
        said.append("no number stated yet")
    else:
        said.append(f"{_share(line):.0%} of it missing")
    if line.waits_since:
        said.append(f"waits for {(as_of - line.waits_since).days} days")
    return "; ".join(said)


def _days(left: int) -> str:
    if left < 0:
        return f"{-left} days ago"
    return "that day" if left == 0 else f"in {left} days"


def _before(rows: tuple[PledgeRow, ...]) -> tuple[Before, ...]:
    """Group by who announced; who has waited longest with something comes first."""
    groups: dict[str, list[PledgeRow]] = {}
    for row in rows:
        groups.setdefault(" and ".join(row.donors), []).append(row)
    listed = [
        Before(
            donors=donors,
            rows=tuple(found),
            idle=sum(row.course.idle and row.counts for row in found),
        )
        for donors, found in groups.items()
    ]
    oldest = {
        each.donors: max((row.age for row in each.rows if row.course.idle), default=-1)
        for each in listed
    }
    return tuple(sorted(listed, key=lambda each: (-oldest[each.donors], each.donors)))
