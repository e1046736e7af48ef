"""Readout verbs: draft, submit, send back, approve, release."""

from uuid import UUID

from django.db import connection
from django.db.models import Max

from muster.actions.approving import Way
from muster.actions.journal import action
from muster.actions.staging import move
from muster.core.actors import CENTRE, CIRCULATION, Act, Role
from muster.core.meetings import MeetingNotHeld, OwnReadout
from muster.core.readouts import compose_readout
from muster.queries.meetings import operation_of
from muster.queries.readouts import facts_of
from muster.queries.visibility import find
from muster.records.models import Meeting, MeetingReadout, ReadoutApproval


@action("draft the readout of a meeting")
def draft_readout(
    *, act: Act, meeting: UUID, operation: str = "", total_in: str = "", remarks: str = ""
) -> MeetingReadout:
    """Write a readout from the records as they stand: what all nations may see.

    Args:
        act: the deed.
        meeting: of which meeting.
        operation: the code of the operation, where the meeting names none.
        total_in: a currency, where one total is wanted; refused if it would mix.
        remarks: paragraphs of one's own, with a blank line between.

    Raises:
        RoleMissing: the actor is not a coordinator.
        MeetingNotHeld: it is still to come.
        NoOperationNamed: it is not clear which operation it is about.
        CurrenciesMixed: one total would add two currencies or two methods.
    """
    act.must_be(Role.COORDINATOR)
    today = act.now.date()
    found = find(Meeting, meeting, act.actor, today)
    if found.held_on > today:
        raise MeetingNotHeld(meeting=str(found), day=found.held_on)
    about = operation_of(found, operation, act.actor, today)
    own = tuple(part.strip() for part in remarks.split("\n\n") if part.strip())
    facts = facts_of(found, about, CIRCULATION, today, remarks=own)
    paragraphs = compose_readout(facts, total_in=total_in.strip().upper())
    readout = MeetingReadout.objects.create(
        id=act.part_id("readout"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE],
        meeting=found,
        operation=about,
        number=_next_number(found),
        originator_id=act.user_id,
        document={"paragraphs": list(paragraphs)},
        invented=facts.invented,
    )
    move(act, readout, "draft")
    return readout


_WAY = Way(
    kind=MeetingReadout,
    word="readout",
    approval=ReadoutApproval,
    own=OwnReadout,
    siblings=lambda readout: MeetingReadout.objects.filter(meeting=readout.meeting_id),
)


@action("submit a readout")
def submit_readout(*, act: Act, readout: UUID) -> MeetingReadout:
    """Hand a draft in for approval.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: it is not a draft.
    """
    return _WAY.submit(act, readout)


@action("send a readout back")
def send_back_readout(*, act: Act, readout: UUID) -> MeetingReadout:
    """Return a submitted readout to its draft, with the reason.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it is not submitted.
    """
    return _WAY.send_back(act, readout)


@action("approve a readout")
def approve_readout(*, act: Act, readout: UUID) -> MeetingReadout:
    """Approve a readout that somebody else wrote.

    Raises:
        RoleMissing: the actor is not a coordinator.
        OwnReadout: the actor wrote it.
        WrongStage: it is not submitted.
    """
    return _WAY.approve(act, readout)


@action("release a readout")
def release_readout(*, act: Act, readout: UUID) -> MeetingReadout:
    """Send an approved readout to all nations; it supersedes the one before.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: it is not approved.
    """
    return _WAY.release(act, readout)


def _next_number(meeting: Meeting) -> int:
    """Take the next number within the meeting; a second drafter waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('readout ' || %s::text, 0))",
            [meeting.pk],
        )
    return (meeting.readouts.aggregate(last=Max("number"))["last"] or 0) + 1
