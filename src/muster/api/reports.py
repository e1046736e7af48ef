"""Situation reports: drafted, submitted, approved by another, released."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from muster.actions import reports as actions
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import NO_REASON, PageAnswer, Paging, StagedAnswer, Why, paged
from muster.core.sitreps.facts import Precedence
from muster.core.sitreps.text import as_text
from muster.queries.reports import document_of
from muster.queries.visibility import find, visible
from muster.records.models import SituationReport

router = Router(tags=["reports"])


class ReportAnswer(StagedAnswer):
    """The head of a report."""

    number: int
    message_number: str
    precedence: str
    originator: str = Field(alias="originator.name")
    as_of: datetime
    previous: UUID | None

    @staticmethod
    def resolve_previous(report: SituationReport) -> UUID | None:
        """Give the id alone."""
        return report.previous_id


class WholeReportAnswer(ReportAnswer):
    """A report with its document: the figures, the sections, and what changed since the last."""

    document: dict[str, Any]


class ReportInput(Why):
    """A report to draft from the records as they stand."""

    precedence: str = Precedence.ROUTINE.value
    needs: str = ""
    references: tuple[str, ...] = ()


_ROUTINE = ReportInput()
_PLAIN_TEXT = {
    "responses": {
        "200": {"description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}
    }
}


@router.get("/operations/{code}/reports", response=PageAnswer[ReportAnswer])
def list_reports(request: HttpRequest, code: str, paging: Query[Paging]) -> dict[str, object]:
    """List an operation's situation reports that you may see, oldest first."""
    asked = asking(request)
    found = visible(SituationReport, asked.actor, asked.day).filter(
        operation=operation_of(request, code)
    )
    return paged(found.select_related("operation", "originator"), paging)


@router.post("/operations/{code}/reports", response={201: WholeReportAnswer})
def draft_report(
    request: HttpRequest, code: str, body: ReportInput = _ROUTINE
) -> Status[SituationReport]:
    """Write a report from the records, with the next number of the year."""
    made = actions.draft_report(
        act=act_of(request, body.reason),
        operation=operation_of(request, code).pk,
        precedence=body.precedence,
        needs=body.needs,
        references=body.references,
    )
    return Status(201, made)


@router.get("/reports/{report}", response=WholeReportAnswer)
def show_report(request: HttpRequest, report: UUID) -> SituationReport:
    """Show a report."""
    asked = asking(request)
    return find(SituationReport, report, asked.actor, asked.day)


@router.get("/reports/{report}/text", openapi_extra=_PLAIN_TEXT)
def report_text(request: HttpRequest, report: UUID) -> HttpResponse:
    """Give a report as the plain text message that is sent."""
    asked = asking(request)
    found = find(SituationReport, report, asked.actor, asked.day)
    return HttpResponse(as_text(document_of(found)), content_type="text/plain; charset=utf-8")


@router.post("/reports/{report}/submit", response=ReportAnswer)
def submit_report(request: HttpRequest, report: UUID, body: Why = NO_REASON) -> SituationReport:
    """Hand a draft in for approval."""
    return actions.submit_report(act=act_of(request, body.reason), report=report)


@router.post("/reports/{report}/send-back", response=ReportAnswer)
def send_back_report(request: HttpRequest, report: UUID, body: Why = NO_REASON) -> SituationReport:
    """Return a submitted report to its draft, with the reason; what it says stays as it is."""
    return actions.send_back_report(act=act_of(request, body.reason), report=report)


@router.post("/reports/{report}/approve", response=ReportAnswer)
def approve_report(request: HttpRequest, report: UUID, body: Why = NO_REASON) -> SituationReport:
    """Approve a report that somebody else wrote."""
    return actions.approve_report(act=act_of(request, body.reason), report=report)


@router.post("/reports/{report}/release", response=ReportAnswer)
def release_report(request: HttpRequest, report: UUID, body: Why = NO_REASON) -> SituationReport:
    """Send an approved report to the points of contact."""
    return actions.release_report(act=act_of(request, body.reason), report=report)
