"""Members through time: timelines, counts, and the steps of accessions."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from muster.actions import accessions as actions
from muster.api.asking import act_of
from muster.api.fields import Answer, Day, Why
from muster.queries.accessions import (
    Count,
    Timeline,
    members_through_time,
    timeline_of,
)
from muster.queries.register import find_party
from muster.records.models import AccessionStep

router = Router(tags=["register"])


class SpanAnswer(Answer):
    """A standing, from a day until (not including) another, or still."""

    body: str
    body_name: str
    kind: str
    since: date
    until: date | None


class StepAnswer(Answer):
    """A step of an accession; `by` is the member that ratified."""

    id: UUID
    party: str
    body: str
    step: str
    by: str
    by_name: str
    on: date
    source: str
    checked: str


class HappeningAnswer(Answer):
    """One line of the timeline."""

    on: date
    body: str
    what: str
    source: str
    checked: str


class TimelineAnswer(Answer):
    """A party's standings and the steps between them, earliest first."""

    code: str
    name: str
    standings: list[SpanAnswer]
    steps: list[StepAnswer]
    happenings: list[HappeningAnswer]


class CountAnswer(Answer):
    """How many members there were from a day on, and who came or went on it."""

    on: date
    members: int
    joined: list[str]
    left: list[str]


class StepInput(Why):
    """A step of an accession: invited, protocols_signed, ratified, deposited or in_force."""

    party: str
    body: str = "NATO"
    step: str
    on: Day
    by: str | None = None
    source: str


class CorrectedInput(Why):
    """The right day of a step, with its source and the reason."""

    on: Day
    source: str


@router.get("/parties/{code}/timeline", response=TimelineAnswer)
def show_timeline(request: HttpRequest, code: str) -> Timeline:
    """Tell a party's standings through time, and the steps of its accessions."""
    return timeline_of(code)


@router.get("/parties/{code}/members", response=list[CountAnswer])
def count_members(request: HttpRequest, code: str) -> list[Count]:
    """Count a body's members from each day on which someone came or went."""
    return list(members_through_time(find_party(code).code))


@router.post("/accession-steps", response={201: StepAnswer})
def record_step(request: HttpRequest, body: StepInput) -> Status[dict[str, object]]:
    """Record a step of an accession; with its entry into force the party is a member."""
    made = actions.record_step(
        act=act_of(request, body.reason),
        party=body.party,
        body=body.body,
        step=body.step,
        happened_on=body.on,
        by=body.by,
        source=body.source,
    )
    return Status(201, _step(made))


@router.post("/accession-steps/{step}/correction", response={201: StepAnswer})
def correct_step(
    request: HttpRequest, step: UUID, body: CorrectedInput
) -> Status[dict[str, object]]:
    """Put another day in the place of a step that was recorded wrongly, with the reason."""
    made = actions.correct_step(
        act=act_of(request, body.reason), step=step, happened_on=body.on, source=body.source
    )
    return Status(201, _step(made))


def _step(step: AccessionStep) -> dict[str, object]:
    return {
        "id": step.pk,
        "party": step.party_id,
        "body": step.body_id,
        "step": step.step,
        "by": step.by_id or "",
        "by_name": step.by.name if step.by else "",
        "on": step.happened_on,
        "source": step.source,
        "checked": step.checked,
    }
