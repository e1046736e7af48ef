"""Pages of requests for assistance: their list, each of them, and the form for a new one."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import requests as deeds
from muster.actions.requests import LineAsked
from muster.core.refusals import Refusal
from muster.core.stages import LIFECYCLES, Subject
from muster.core.uses import Use
from muster.queries.operations import find_operation, item_choices
from muster.queries.requests import may_request, next_reference, request_rows, request_shown
from muster.records.models import AssistanceRequest, Operation
from muster.records.models.requests import Urgency
from muster.web.answers import STATUS, act_of, actor_of, day_of, show
from muster.web.deeds import day_in, done, place_in, text_in
from muster.web.happenings import told
from muster.web.rows import Row, blank, errors_in, filled, only_redraws, rows_in
from muster.web.shown import worded
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for, chosen, errors_for

_STAGES = tuple(dict.fromkeys(step.after for step in LIFECYCLES[Subject.REQUEST]))
_FIELDS = (
    "item",
    "amount",
    "unit",
    "urgency",
    "needed_by",
    "place",
    "use",
    "description",
    "substitutes",
)
_FRESH = blank(_FIELDS, urgency="2", substitutes="1")
_USES = [("", "not stated"), *((use.value, use.label) for use in Use)]
_URGENCIES = [(str(value), label) for value, label in Urgency.choices]


@require_safe
def requests(request: HttpRequest, code: str) -> HttpResponse:
    """List the requests of an operation."""
    actor, day = actor_of(request), day_of(request)
    operation = find_operation(code, actor, day)
    text, stage = request.GET.get("q", "").strip(), request.GET.get("stage", "")
    rows, following = request_rows(
        operation, actor, day=day, text=text, stage=stage, after=request.GET.get("after")
    )
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "requests"),
        "crumbs": operation_crumbs(operation, ("Requests", request.path)),
        "rows": rows,
        "following": following,
        "text": text,
        "stage": stage,
        "stages": [(name, worded(name)) for name in _STAGES],
        "may_request": bool(may_request(operation, actor, day)),
        "query": request.GET.urlencode(),
    }
    return show(request, "requests/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def request_one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request; bring about the next event of its life."""
    if request.method != "POST":
        return _request_page(request, request_id)
    verb = text_in(request, "verb")
    try:
        action, sentence = chosen(_VERBS, verb)
        action(act=act_for(request, verb), request=request_id)
    except Refusal as refusal:
        return _request_page(request, request_id, (verb, refusal))
    return done(request, sentence, "request", request_id=request_id)


@require_http_methods(["GET", "HEAD", "POST"])
def request_new(request: HttpRequest, code: str) -> HttpResponse:
    """Draft a request of one or more lines."""
    operation = find_operation(code, actor_of(request), day_of(request))
    if request.method != "POST":
        return _form(request, operation, [_FRESH])
    rows = rows_in(request, _FRESH, item_choices())
    if only_redraws(request):
        return _form(request, operation, rows)
    kept = filled(rows)
    try:
        made = _draft(request, operation, kept)
    except Refusal as refusal:
        return _form(request, operation, rows, (refusal, kept))
    return done(
        request,
        f"{made.reference} is drafted. Nobody else acts on it before you submit it.",
        "request",
        request_id=made.pk,
    )


# What each button does, and what the next page says of it.
_VERBS: dict[str, tuple[Callable[..., AssistanceRequest], str]] = {
    "submit": (deeds.submit_request, "Submitted. An authority of the recipient validates it next."),
    "validate": (deeds.validate_request, "Validated: its lines count on the board from now on."),
    "circulate": (
        deeds.circulate_request,
        "Circulated to the points of contact of all members and partners.",
    ),
    "withdraw": (
        deeds.withdraw_request,
        "Withdrawn: what was open is no longer asked; what was promised stays promised.",
    ),
    "reject": (deeds.reject_request, "Rejected; the recipient reads your reason."),
}


def _request_page(
    request: HttpRequest, request_id: UUID, wrong: tuple[str, Refusal] | None = None
) -> HttpResponse:
    after = place_in(request)
    seen = request_shown(request_id, actor_of(request), day=day_of(request), after=after)
    operation = seen.record.operation
    context = {
        "after": after,
        "operation": operation,
        "tabs": operation_tabs(operation, "requests"),
        "crumbs": operation_crumbs(
            operation,
            ("Requests", reverse("requests", kwargs={"code": operation.code})),
            (seen.record.reference, request.path),
        ),
        "seen": seen,
        "events": told(seen.life, invented=seen.record.invented),
        "values": request.POST,
        "wrong": wrong[0] if wrong else "",
        "errors": errors_for(*wrong) if wrong else {},
    }
    status = STATUS[wrong[1].kind] if wrong else 200
    return show(request, "requests/detail.html", context, status=status)


def _draft(request: HttpRequest, operation: Operation, rows: Sequence[Row]) -> AssistanceRequest:
    return deeds.draft_request(
        act=act_of(request),
        operation=operation.pk,
        recipient=text_in(request, "recipient"),
        reference=text_in(request, "reference"),
        title=text_in(request, "title"),
        channel=text_in(request, "channel"),
        asked_on=day_in(request, "asked_on") or day_of(request),
        lines=[_line(request, row) for row in rows],
    )


def _line(request: HttpRequest, row: Row) -> LineAsked:
    return LineAsked(
        item=row.item,
        quantity=row.quantity,
        description=row.values["description"],
        urgency=int(row.values["urgency"]) if row.values["urgency"] in {"1", "2", "3"} else 0,
        needed_by=day_in(request, f"needed_by-{row.number}"),
        place=row.values["place"],
        use=row.values["use"],
        substitutes_welcome=bool(row.values["substitutes"]),
    )


def _form(
    request: HttpRequest,
    operation: Operation,
    rows: Sequence[Row],
    wrong: tuple[Refusal, Sequence[Row]] | None = None,
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    recipients = may_request(operation, actor, day)
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "requests"),
        "crumbs": operation_crumbs(
            operation,
            ("Requests", reverse("requests", kwargs={"code": operation.code})),
            ("Ask for help", request.path),
        ),
        "recipients": [(party.code, party.name) for party in recipients],
        "items": item_choices(),
        "urgencies": _URGENCIES,
        "uses": _USES,
        "rows": rows,
        "values": _values(request, operation, day),
        "errors": errors_in(*wrong) if wrong else {},
    }
    status = STATUS[wrong[0].kind] if wrong else 200
    return show(request, "requests/new.html", context, status=status)


def _values(request: HttpRequest, operation: Operation, day: date) -> dict[str, str]:
    """Give what stands in the fields above the lines: what was typed, or a proposal."""
    proposed = {
        "recipient": "",
        "reference": next_reference(operation),
        "title": "",
        "channel": "",
        "asked_on": day.isoformat(),
    }
    return {name: request.POST.get(name, value) for name, value in proposed.items()}


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/requests", requests, name="requests"),
    path("operations/<str:code>/requests/new", request_new, name="request_new"),
    path("requests/<uuid:request_id>", request_one, name="request"),
]
