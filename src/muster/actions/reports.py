"""Situation report verbs: draft, submit, send back, approve, release."""

from uuid import UUID

from django.db import connection
from django.db.models import Max

from muster.actions.approving import Way
from muster.actions.journal import action
from muster.actions.staging import move
from muster.core.actors import CENTRE, CIRCULATION, Act, Role
from muster.core.refusals import ChoiceUnknown, OwnReport
from muster.core.sitreps.composing import compose
from muster.core.sitreps.document import as_data, from_data
from muster.core.sitreps.facts import Header, Precedence, message_number
from muster.queries.reports import facts_of
from muster.queries.visibility import find
from muster.records.models import (
    MessageNumber,
    Operation,
    ReportApproval,
    SituationReport,
)
from muster.records.models.record import Marking

CENTRE_NAME = "CENTRE"
_TO = "Points of contact of members and partners"


@action("draft a situation report")
def draft_report(
    *,
    act: Act,
    operation: UUID,
    precedence: str = "ROUTINE",
    needs: str = "",
    references: tuple[str, ...] = (),
) -> SituationReport:
    """Write a report from the records as they stand, with the next number of the year.

    What it says is fixed here; news make a new report.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ChoiceUnknown: there is no such precedence.
    """
    act.must_be(Role.COORDINATOR)
    if precedence not in set(Precedence):
        raise ChoiceUnknown(at="precedence", given=precedence, known=", ".join(Precedence))
    found = find(Operation, operation, act.actor, act.now.date())
    # The number of the year is taken first: drafters wait for each other there, so that the number
    # within the operation is taken by one of them at a time too.
    message = _next_number(act)
    earlier = found.reports.filter(stage__in=["released", "superseded"])
    previous = earlier.order_by("-number").first()
    number = (found.reports.aggregate(last=Max("number"))["last"] or 0) + 1
    header = Header(
        message_number=message,
        number=number,
        centre=CENTRE_NAME,
        title=found.name,
        marking=Marking.UNCLASSIFIED.label,
        precedence=Precedence(precedence),
        dtg=act.now.replace(second=0, microsecond=0),
        from_="Coordinating centre of " + found.body.name,
        to=_TO,
        originator=act.actor.name,
        approver=None,
        references=references or ((previous.message_number,) if previous else ()),
    )
    paragraphs = tuple(part.strip() for part in needs.split("\n\n") if part.strip())
    # A report goes to all nations, so it says what all of them may see, whoever writes it.
    facts = facts_of(found, CIRCULATION, as_of=act.now, header=header, needs=paragraphs)
    before = from_data(previous.document).facts if previous else None
    document = compose(facts, before)
    report = SituationReport.objects.create(
        id=act.part_id("report"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE],
        operation=found,
        number=number,
        message_number=header.message_number,
        precedence=precedence,
        originator_id=act.user_id,
        as_of=act.now,
        document=as_data(document),
        previous=previous,
        invented=found.invented,
    )
    move(act, report, "draft")
    return report


_WAY = Way(
    kind=SituationReport,
    word="report",
    approval=ReportApproval,
    own=OwnReport,
    siblings=lambda report: SituationReport.objects.filter(operation=report.operation_id),
)


@action("submit a situation report")
def submit_report(*, act: Act, report: UUID) -> SituationReport:
    """Hand a draft in for approval.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: it is not a draft.
    """
    return _WAY.submit(act, report)


@action("send a situation report back")
def send_back_report(*, act: Act, report: UUID) -> SituationReport:
    """Return a submitted report to its draft, with the reason.

    What it says stays as it was drafted: it can be submitted again, or a new one be drafted.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it is not submitted.
    """
    return _WAY.send_back(act, report)


@action("approve a situation report")
def approve_report(*, act: Act, report: UUID) -> SituationReport:
    """Approve a report that somebody else wrote.

    Raises:
        RoleMissing: the actor is not a coordinator.
        OwnReport: the actor wrote it.
        WrongStage: it is not submitted.
    """
    return _WAY.approve(act, report)


@action("release a situation report")
def release_report(*, act: Act, report: UUID) -> SituationReport:
    """Send an approved report to the points of contact; it supersedes the one before.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: it is not approved.
    """
    return _WAY.release(act, report)


def _next_number(act: Act) -> str:
    """Take the next number of the year; a second taker waits, so that no number is skipped."""
    year = act.now.year
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('message number', %s))", [year]
        )
    last = MessageNumber.objects.filter(year=year).aggregate(last=Max("serial"))["last"] or 0
    MessageNumber.objects.create(year=year, serial=last + 1, act_id=act.id)
    return message_number(CENTRE_NAME, year, last + 1)
