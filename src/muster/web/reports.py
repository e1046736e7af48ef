"""Pages of situation reports: draft, submit, approve, release, and the plain text."""

import re
from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import reports as deeds
from muster.core.refusals import ChoiceUnknown, Refusal
from muster.core.sitreps.facts import Header, Precedence
from muster.core.sitreps.text import as_text
from muster.queries import reports as asked
from muster.queries.visibility import find
from muster.records.models import Operation
from muster.web.answers import act_of, actor_of, day_of, show
from muster.web.deeds import done, page, text_in, verb_in
from muster.web.happenings import told
from muster.web.shown import dtg
from muster.web.tabs import operation_crumbs, operation_tabs

_VERBS: Mapping[str, tuple[Callable[..., object], str]] = {
    "submit": (deeds.submit_report, "Submitted. Another coordinator approves it."),
    "send_back": (deeds.send_back_report, "Sent back. It can be submitted again as it is."),
    "approve": (deeds.approve_report, "Approved. It can be released."),
    "release": (deeds.release_report, "Released to the points of contact."),
}


@require_safe
def reports(request: HttpRequest, code: str) -> HttpResponse:
    """List the reports of an operation."""
    actor, day = actor_of(request), day_of(request)
    operation = find(Operation, code, actor, day, by="code")
    found = asked.reports_of(operation, actor, day=day, after=request.GET.get("after"))
    context = {
        **_frame(request, operation),
        "rows": found.items,
        "following": found.next,
        "may_report": asked.may_report(actor, day),
    }
    return show(request, "reports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: HttpRequest, code: str) -> HttpResponse:
    """Draft a report from the records as they stand."""
    operation = find(Operation, code, actor_of(request), day_of(request), by="code")
    if request.method != "POST":
        return _new_page(request, operation)
    try:
        drafted = deeds.draft_report(
            act=act_of(request),
            operation=operation.pk,
            precedence=_precedence(request),
            # A browser ends lines with two signs; a blank line between paragraphs is what counts.
            needs=text_in(request, "needs").replace("\r\n", "\n"),
        )
    except Refusal as refusal:
        return _new_page(request, operation, refusal)
    sentence = f"{drafted.message_number} is drafted. Read it, then submit it."
    return done(request, sentence, "report", report_id=drafted.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show one report as the message it is; submit, approve or release it."""
    if request.method != "POST":
        return _page(request, report_id)
    try:
        action, sentence = verb_in(request, _VERBS)
        action(act=act_of(request), report=report_id)
    except Refusal as refusal:
        return _page(request, report_id, refusal)
    return done(request, sentence, "report", report_id=report_id)


@require_safe
def report_text(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Give the report as a plain text message."""
    seen = asked.shown_report(report_id, actor_of(request), day_of(request))
    name = re.sub(r"[^A-Za-z0-9]+", "-", seen.record.message_number).strip("-")
    return HttpResponse(
        as_text(seen.document),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.txt"'},
    )


def _precedence(request: HttpRequest) -> str:
    given = text_in(request, "precedence")
    if given not in set(Precedence):
        raise ChoiceUnknown(at="precedence", given=given[:40], known=", ".join(Precedence))
    return given


def _head(header: Header) -> list[tuple[str, str]]:
    """Lay out the head of the message, as its plain text has it."""
    return [
        ("Message No.", header.message_number),
        ("Dtg", dtg(header.dtg)),
        ("From", header.from_),
        ("To", header.to),
        ("Precedence", header.precedence.value),
        ("Originator", header.originator),
        ("Approved by", header.approver or "not yet approved"),
        *(("Reference", reference) for reference in header.references),
    ]


def _page(request: HttpRequest, report_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    seen = asked.shown_report(report_id, actor_of(request), day_of(request))
    here = (f"Situation report No. {seen.record.number}", request.path)
    context = {
        **_frame(request, seen.record.operation, here),
        "seen": seen,
        "events": told(seen.happenings),
        "head": _head(seen.document.facts.header),
    }
    return page(request, "reports/detail.html", context, refusal)


def _new_page(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        **_frame(request, operation, ("Draft a report", request.path)),
        "precedence_choices": [(each.value, each.value) for each in Precedence],
    }
    return page(request, "reports/new.html", context, refusal)


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    above = reverse("reports", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "reports"),
        "crumbs": operation_crumbs(operation, ("Reports", above), *below),
    }


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/reports", reports, name="reports"),
    path("operations/<str:code>/reports/new", report_new, name="report_new"),
    path("reports/<uuid:report_id>", report, name="report"),
    path("reports/<uuid:report_id>.txt", report_text, name="report_text"),
]
