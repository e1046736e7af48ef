"""Pages of allocations and of the consents they wait for."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import allocations as deeds
from muster.actions import consents as consent_deeds
from muster.core.refusals import Refusal
from muster.core.stages import LIFECYCLES, Subject
from muster.queries import allocations as asked
from muster.queries.rules import decision_of
from muster.queries.visibility import find
from muster.records.models import Operation
from muster.web.answers import act_of, actor_of, day_of, show
from muster.web.deeds import day_in, done, known, page, text_in, verb_in
from muster.web.happenings import told
from muster.web.shown import worded
from muster.web.tabs import operation_crumbs, operation_tabs

_STAGES = tuple(dict.fromkeys(step.after for step in LIFECYCLES[Subject.ALLOCATION]))

# What each button does, and what the next page says of it.
_VERBS: Mapping[str, tuple[Callable[..., object], str]] = {
    "confirm": (deeds.confirm_allocation, "Confirmed for the donor."),
    "accept": (deeds.accept_allocation, "Accepted for the recipient."),
    "decline": (deeds.decline_allocation, "Declined; the quantity has returned to the offer."),
    "cancel": (
        deeds.cancel_allocation,
        "Cancelled; what was not packed has returned to the offer.",
    ),
    "ask": (consent_deeds.ask_for_unasked, "Asked: the goods wait for the answers."),
}


@require_safe
def allocations(request: HttpRequest, code: str) -> HttpResponse:
    """List the allocations of an operation."""
    actor, day = actor_of(request), day_of(request)
    operation = find(Operation, code, actor, day, by="code")
    stage = request.GET.get("stage", "")
    chosen = asked.WAITING if stage == "waiting" else known(stage, _STAGES)
    rows, following = asked.listed(
        operation, actor, day=day, stages=chosen, after=request.GET.get("after")
    )
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "allocations"),
        "crumbs": operation_crumbs(operation, ("Allocations", request.path)),
        "rows": rows,
        "following": following,
        "stage": stage,
        "stages": [(each, worded(each)) for each in _STAGES],
        "consents": asked.consents_waiting(operation, actor, day=day),
    }
    return show(request, "allocations/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def allocation(request: HttpRequest, allocation_id: UUID) -> HttpResponse:
    """Show one allocation; confirm, accept, decline or cancel it."""
    if request.method != "POST":
        return _allocation_page(request, allocation_id)
    try:
        action, sentence = verb_in(request, _VERBS)
        action(act=act_of(request), allocation=allocation_id)
    except Refusal as refusal:
        return _allocation_page(request, allocation_id, refusal)
    return done(request, sentence, "allocation", allocation_id=allocation_id)


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Show one consent; its nation of origin grants, refuses or revokes it here."""
    if request.method != "POST":
        return _consent_page(request, consent_id)
    try:
        sentence = verb_in(request, _CONSENT_VERBS)(request, consent_id)
    except Refusal as refusal:
        return _consent_page(request, consent_id, refusal)
    return done(request, sentence, "consent", consent_id=consent_id)


def _ask_again(request: HttpRequest, consent_id: UUID) -> str:
    consent_deeds.ask_consent_again(act=act_of(request), consent=consent_id)
    return "The nation of origin is asked again."


def _grant(request: HttpRequest, consent_id: UUID) -> str:
    consent_deeds.grant_consent(
        act=act_of(request),
        consent=consent_id,
        conditions=text_in(request, "conditions"),
        valid_until=day_in(request, "valid_until"),
    )
    return "Consent is granted."


def _refuse(request: HttpRequest, consent_id: UUID) -> str:
    consent_deeds.refuse_consent(act=act_of(request), consent=consent_id)
    return "Consent is refused; nothing of this can be dispatched."


def _revoke(request: HttpRequest, consent_id: UUID) -> str:
    consent_deeds.revoke_consent(act=act_of(request), consent=consent_id)
    return "Consent is revoked; what has not left cannot be dispatched."


_CONSENT_VERBS: Mapping[str, Callable[[HttpRequest, UUID], str]] = {
    "request": _ask_again,
    "grant": _grant,
    "refuse": _refuse,
    "revoke": _revoke,
}


def _allocation_page(
    request: HttpRequest, allocation_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    seen = asked.shown(allocation_id, actor_of(request), day_of(request))
    here = f"{seen.row.item} for {seen.row.recipient}"
    events = told(seen.happenings, invented=seen.record.invented)
    context = {
        "seen": seen,
        "events": events,
        "decision": decision_of(seen.record.rule_book, seen.record.rules),
        **_frame(request, seen.record.operation, here),
    }
    return page(request, "allocations/detail.html", context, refusal)


def _consent_page(
    request: HttpRequest, consent_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    seen = asked.shown_consent(consent_id, actor_of(request), day_of(request))
    here = f"Consent of {seen.record.origin.name}"
    events = told(seen.happenings, invented=seen.record.invented)
    context = {"seen": seen, "events": events, **_frame(request, seen.record.operation, here)}
    return page(request, "allocations/consent.html", context, refusal)


def _frame(request: HttpRequest, operation: Operation, here: str) -> dict[str, object]:
    above = reverse("allocations", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "allocations"),
        "crumbs": operation_crumbs(operation, ("Allocations", above), (here, request.path)),
    }


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/allocations", allocations, name="allocations"),
    path("allocations/<uuid:allocation_id>", allocation, name="allocation"),
    path("consents/<uuid:consent_id>", consent, name="consent"),
]
