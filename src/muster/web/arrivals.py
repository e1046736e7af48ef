"""Pages of unsolicited arrivals: report what nobody asked for, adopt it or settle it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions.arrivals import adopt_arrival, report_arrival, settle_arrival
from muster.core.refusals import DateUnreadable, Refusal
from muster.queries import consignments as asked
from muster.queries.amounts import Typed
from muster.queries.offers import needs_for
from muster.queries.operations import item_choices, item_code
from muster.queries.parties import parties
from muster.queries.visibility import find
from muster.records.models import Operation
from muster.web.answers import act_of, actor_of, day_of, show
from muster.web.deeds import day_in, done, page, place_options, text_in
from muster.web.happenings import told
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for, key_of

_SETTLED = {
    "redirect": "Redirected.",
    "return": "Returned to the sender.",
    "dispose": "Disposed of.",
}


@require_safe
def arrivals(request: HttpRequest, code: str) -> HttpResponse:
    """List the unsolicited arrivals of an operation."""
    actor, day = actor_of(request), day_of(request)
    operation = find(Operation, code, actor, day, by="code")
    rows = asked.arrivals_of(operation, actor, day=day, after=request.GET.get("after"))
    context = {
        **_frame(request, operation),
        "rows": rows.items,
        "following": rows.next,
        "may_report": asked.may_report_arrivals(actor, day),
    }
    return show(request, "arrivals/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def arrival_new(request: HttpRequest, code: str) -> HttpResponse:
    """Report goods that nobody asked for."""
    operation = find(Operation, code, actor_of(request), day_of(request), by="code")
    if request.method != "POST":
        return _new_page(request, operation)
    try:
        arrived_on = day_in(request, "arrived_on")
        if arrived_on is None:
            raise DateUnreadable(at="arrived_on", text="")
        reported = report_arrival(
            act=act_of(request),
            operation=operation.pk,
            reference=text_in(request, "reference"),
            item=item_code(text_in(request, "item"), item_choices()),
            amount=Typed(text_in(request, "amount"), text_in(request, "unit")),
            sender=text_in(request, "sender"),
            place=text_in(request, "place"),
            arrived_on=arrived_on,
            description=text_in(request, "description"),
        )
    except Refusal as refusal:
        return _new_page(request, operation, refusal)
    sentence = "Reported, and kept apart in quarantine. It is in no figure of the board."
    return done(request, sentence, "arrival", arrival_id=reported.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def arrival(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """Show one unsolicited arrival; adopt it, redirect it, return it or dispose of it."""
    if request.method != "POST":
        return _page(request, arrival_id)
    event = text_in(request, "event")
    try:
        if text_in(request, "verb") == "adopt":
            return _adopted(request, arrival_id)
        settle_arrival(act=act_of(request), arrival=arrival_id, event=event)
    except Refusal as refusal:
        return _page(request, arrival_id, refusal)
    return done(request, _SETTLED[event], "arrival", arrival_id=arrival_id)


def _adopted(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    answers = text_in(request, "adopt-answers")
    try:
        line = adopt_arrival(
            act=act_for(request, "adopt"),
            arrival=arrival_id,
            donor=text_in(request, "adopt-donor"),
            reference=text_in(request, "adopt-reference"),
            answers=key_of(answers, at="answers") if answers else None,
        )
    except Refusal as refusal:
        refusal.at = f"adopt-{refusal.at}" if refusal.at in _ADOPTED else None
        raise
    return done(request, "Adopted: it is an offer now.", "offer", offer_id=line.offer_id)


# The fields of the form that a refusal may stand beside.
_ADOPTED = frozenset({"donor", "reference", "answers", "reason"})


def _page(request: HttpRequest, arrival_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    seen = asked.shown_arrival(arrival_id, actor_of(request), day_of(request))
    here = (seen.record.reference, request.path)
    actor, day = actor_of(request), day_of(request)
    needs = needs_for(seen.record.operation, seen.record.item_id, actor, day)
    context = {
        **_frame(request, seen.record.operation, here),
        "seen": seen,
        "donors": [("", "choose a donor"), *((party.code, party.name) for party in parties())],
        "needs": [("", "no need"), *((str(need.id), need.label) for need in needs)],
        "wrong": text_in(request, "verb") if refusal else "",
        "events": told(seen.happenings, invented=seen.record.invented),
    }
    return page(request, "arrivals/detail.html", context, refusal)


def _new_page(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        **_frame(request, operation, ("Report an arrival", request.path)),
        "items": item_choices(),
        "place_choices": place_options(),
    }
    return page(request, "arrivals/new.html", context, refusal)


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    above = reverse("arrivals", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "arrivals"),
        "crumbs": operation_crumbs(operation, ("Arrivals", above), *below),
    }


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/arrivals", arrivals, name="arrivals"),
    path("operations/<str:code>/arrivals/new", arrival_new, name="arrival_new"),
    path("arrivals/<uuid:arrival_id>", arrival, name="arrival"),
]
