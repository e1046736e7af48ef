"""Meetings of a contact group: the series, agendas, readouts, the follow-up."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from muster.actions import meetings as actions
from muster.actions import readouts
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import NO_REASON, Answer, Day, StagedAnswer, Whole, Why, Yes
from muster.api.pledges import PledgeAnswer
from muster.queries.meetings import (
    SERIES,
    Agenda,
    FollowUp,
    MeetingRow,
    agenda_of,
    follow_up,
    meeting_row,
    meetings_of,
    readouts_of,
)
from muster.queries.meetings import (
    operation_of as operation_about,
)
from muster.queries.visibility import find
from muster.records.models import Meeting, MeetingReadout

router = Router(tags=["meetings"])


class MeetingAnswer(Answer):
    """A meeting; `recalled` lists what is from memory, everything else was read in `source`."""

    id: UUID
    series: str
    number: int
    held_on: date
    place: str
    mode: str
    chairs: list[str]
    present: int
    said: str
    count_source: str
    count_recalled: bool
    recalled: list[str]
    source: str
    pledges: int
    invented: bool


class MissingAnswer(Answer):
    """A need on an agenda, and why it stands where it stands."""

    line: str = Field(alias="line.line")
    item: str = Field(alias="line.item_name")
    missing: int | None = Field(alias="line.remaining")
    unit: str = Field(alias="line.unit")
    urgency: int = Field(alias="line.urgency")
    because: str


class BeforeAnswer(Answer):
    """What one nation, or several jointly, announced before."""

    donors: str
    idle: int
    rows: list[PledgeAnswer]


class AgendaAnswer(Answer):
    """The agenda of a meeting, made from the records."""

    meeting: MeetingAnswer
    operation: str = Field(alias="operation.code")
    as_of: datetime
    missing: list[MissingAnswer]
    before: list[BeforeAnswer]


class FollowUpAnswer(Answer):
    """A line to follow up: who owes the next step, and which."""

    row: PledgeAnswer
    owes: str
    step: str
    reminded_on: date | None


class ReadoutAnswer(StagedAnswer):
    """A readout with its paragraphs."""

    number: int
    originator: str = Field(alias="originator.name")
    paragraphs: list[str]

    @staticmethod
    def resolve_paragraphs(readout: MeetingReadout) -> list[str]:
        """Give the text."""
        return list(readout.document["paragraphs"])


class MeetingInput(Why):
    """A meeting to put on the list."""

    series: str = SERIES
    number: Whole
    held_on: Day
    place: str = ""
    mode: str = "unknown"
    operation: str = ""
    source: str = ""
    recalled: tuple[str, ...] = ()


class CorrectionInput(Why):
    """What is corrected of a meeting; what is left out stays."""

    held_on: Day | None = None
    place: str | None = None
    mode: str | None = None
    operation: str = ""
    source: str | None = None
    recalled: tuple[str, ...] | None = None


class AttendanceInput(Why):
    """Who was there, who chaired, or the published count in its own words."""

    present: tuple[str, ...] = ()
    chairs: tuple[str, ...] = ()
    said: str = ""
    source: str = ""
    recalled: Yes = False


class ReadoutInput(Why):
    """A readout to draft from the records as they stand."""

    operation: str = ""
    total_in: str = ""
    remarks: str = ""


_AS_IT_STANDS = ReadoutInput()


@router.get("/meetings", response=list[MeetingAnswer])
def list_meetings(request: HttpRequest, series: str = SERIES) -> list[MeetingRow]:
    """List the meetings of a series, the first first."""
    seen = asking(request)
    return list(meetings_of(series, seen.actor, seen.day))


@router.post("/meetings", response={201: MeetingAnswer})
def enter_meeting(request: HttpRequest, body: MeetingInput) -> Status[MeetingRow]:
    """Put a meeting on the list of its series."""
    made = actions.enter_meeting(
        act=act_of(request, body.reason),
        series=body.series,
        number=body.number,
        held_on=body.held_on,
        place=body.place,
        mode=body.mode,
        operation=operation_of(request, body.operation).pk if body.operation else None,
        source=body.source,
        recalled=body.recalled,
    )
    return Status(201, _row(request, made))


@router.get("/meetings/{meeting}", response=MeetingAnswer)
def show_meeting(request: HttpRequest, meeting: UUID) -> MeetingRow:
    """Show a meeting."""
    return _row(request, _found(request, meeting))


@router.post("/meetings/{meeting}/corrections", response=MeetingAnswer)
def correct_meeting(request: HttpRequest, meeting: UUID, body: CorrectionInput) -> MeetingRow:
    """Correct what is said of a meeting, with the reason."""
    done = actions.correct_meeting(
        act=act_of(request, body.reason),
        meeting=meeting,
        held_on=body.held_on,
        place=body.place,
        mode=body.mode,
        operation=operation_of(request, body.operation).pk if body.operation else None,
        source=body.source,
        recalled=body.recalled,
    )
    return _row(request, done)


@router.post("/meetings/{meeting}/attendance", response=MeetingAnswer)
def note_attendance(request: HttpRequest, meeting: UUID, body: AttendanceInput) -> MeetingRow:
    """Note who was at a meeting, or how many, with the source."""
    done = actions.note_attendance(
        act=act_of(request, body.reason),
        meeting=meeting,
        present=body.present,
        chairs=body.chairs,
        said=body.said,
        source=body.source,
        recalled=body.recalled,
    )
    return _row(request, done)


@router.get("/meetings/{meeting}/agenda", response=AgendaAnswer)
def show_agenda(request: HttpRequest, meeting: UUID, operation: str = "") -> Agenda:
    """Make the agenda: what is most missing, and what became of earlier announcements."""
    seen = asking(request)
    found = _found(request, meeting)
    about = operation_about(found, operation, seen.actor, seen.day)
    return agenda_of(found, about, seen.actor, seen.now)


@router.get("/meetings/{meeting}/follow-up", response=list[FollowUpAnswer])
def list_follow_up(request: HttpRequest, meeting: UUID) -> list[FollowUp]:
    """List what was announced at a meeting and is not done: who owes which step."""
    seen = asking(request)
    return list(follow_up(_found(request, meeting), seen.actor, seen.day))


@router.get("/meetings/{meeting}/readouts", response=list[ReadoutAnswer])
def list_readouts(request: HttpRequest, meeting: UUID) -> list[MeetingReadout]:
    """List the readouts of a meeting that you may see, newest first."""
    seen = asking(request)
    return list(readouts_of(_found(request, meeting), seen.actor, seen.day))


@router.post("/meetings/{meeting}/readouts", response={201: ReadoutAnswer})
def draft_readout(
    request: HttpRequest, meeting: UUID, body: ReadoutInput = _AS_IT_STANDS
) -> Status[MeetingReadout]:
    """Draft a readout from the records as they stand."""
    made = readouts.draft_readout(
        act=act_of(request, body.reason),
        meeting=meeting,
        operation=body.operation,
        total_in=body.total_in,
        remarks=body.remarks,
    )
    return Status(201, made)


@router.post("/readouts/{readout}/submit", response=ReadoutAnswer)
def submit_readout(request: HttpRequest, readout: UUID, body: Why = NO_REASON) -> MeetingReadout:
    """Hand a draft in for approval."""
    return readouts.submit_readout(act=act_of(request, body.reason), readout=readout)


@router.post("/readouts/{readout}/send-back", response=ReadoutAnswer)
def send_back_readout(request: HttpRequest, readout: UUID, body: Why = NO_REASON) -> MeetingReadout:
    """Return a submitted readout to its draft, with the reason."""
    return readouts.send_back_readout(act=act_of(request, body.reason), readout=readout)


@router.post("/readouts/{readout}/approve", response=ReadoutAnswer)
def approve_readout(request: HttpRequest, readout: UUID, body: Why = NO_REASON) -> MeetingReadout:
    """Approve a readout that somebody else wrote."""
    return readouts.approve_readout(act=act_of(request, body.reason), readout=readout)


@router.post("/readouts/{readout}/release", response=ReadoutAnswer)
def release_readout(request: HttpRequest, readout: UUID, body: Why = NO_REASON) -> MeetingReadout:
    """Send an approved readout to all nations."""
    return readouts.release_readout(act=act_of(request, body.reason), readout=readout)


def _found(request: HttpRequest, meeting: UUID) -> Meeting:
    seen = asking(request)
    return find(Meeting, meeting, seen.actor, seen.day)


def _row(request: HttpRequest, meeting: Meeting) -> MeetingRow:
    seen = asking(request)
    return meeting_row(meeting, seen.actor, seen.day)
