"""Pages of consignments: plan, pack, lock, dispatch, follow, hand over."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import consignments as deeds
from muster.actions import journeys
from muster.actions.ways import say_way
from muster.core.refusals import NotFound, ReasonMissing, Refusal
from muster.core.stages import LIFECYCLES, Subject
from muster.queries import consignments as asked
from muster.queries.amounts import Typed
from muster.queries.rules import decision_of_dispatch
from muster.queries.visibility import find
from muster.records.models import Operation
from muster.web.answers import act_of, actor_of, day_of, show
from muster.web.deeds import (
    count_in,
    day_in,
    decimal_in,
    done,
    known,
    moment_in,
    page,
    place_options,
    text_in,
    unit_options,
    verb_in,
)
from muster.web.happenings import told
from muster.web.shown import worded
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for

_STAGES = tuple(dict.fromkeys(step.after for step in LIFECYCLES[Subject.CONSIGNMENT]))
_EVENTS = {
    "reach_hub": "taken into a hub",
    "leave_hub": "left the hub",
    "cross_border": "crossed a border",
    "divert": "diverted",
    "arrive": "arrived at its destination",
}
_MODES = ("", "road", "rail", "air", "sea")


@require_safe
def consignments(request: HttpRequest, code: str) -> HttpResponse:
    """List the consignments of an operation that one may know of."""
    actor, day = actor_of(request), day_of(request)
    operation = find(Operation, code, actor, day, by="code")
    stage = request.GET.get("stage", "")
    rows = asked.listed(
        operation, actor, day=day, stages=known(stage, _STAGES), after=request.GET.get("after")
    )
    context = {
        **_frame(request, operation),
        "rows": rows.items,
        "following": rows.next,
        "stage": stage,
        "stages": [(each, worded(each)) for each in _STAGES],
        "may_plan": bool(asked.senders(operation, actor, day=day)),
    }
    return show(request, "consignments/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def consignment_new(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a consignment."""
    operation = find(Operation, code, actor_of(request), day_of(request), by="code")
    if request.method != "POST":
        return _new_page(request, operation)
    try:
        planned = deeds.plan_consignment(
            act=act_of(request),
            operation=operation.pk,
            donor=text_in(request, "donor"),
            reference=text_in(request, "reference"),
            consignee=text_in(request, "consignee") or None,
            carrier=text_in(request, "carrier"),
            mode=text_in(request, "mode"),
            from_place=text_in(request, "from_place") or None,
            to_place=text_in(request, "to_place") or None,
            leaves_on=day_in(request, "leaves_on"),
            due_on=day_in(request, "due_on"),
        )
    except Refusal as refusal:
        return _new_page(request, operation, refusal)
    sentence = f"Consignment {planned.reference} is planned. Pack what travels in it."
    return done(request, sentence, "consignment", consignment_id=planned.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def consignment(request: HttpRequest, consignment_id: UUID) -> HttpResponse:
    """Show one consignment with its packing list and its way; take it a step further."""
    if request.method != "POST":
        return _page(request, consignment_id)
    try:
        sentence = verb_in(request, _VERBS)(request, consignment_id)
    except Refusal as refusal:
        return _page(request, consignment_id, refusal)
    return done(request, sentence, "consignment", consignment_id=consignment_id)


def _pack(request: HttpRequest, consignment_id: UUID) -> str:
    line = deeds.pack(
        act=act_of(request),
        consignment=consignment_id,
        allocation=_allocation(request),
        amount=Typed(text_in(request, "amount"), text_in(request, "unit")),
        serials=text_in(request, "serials").splitlines(),
        pieces=count_in(request, "pieces", "H87"),
        gross_kg=decimal_in(request, "gross_kg"),
        volume_m3=decimal_in(request, "volume_m3"),
        lot=text_in(request, "lot"),
        expires_on=day_in(request, "expires_on"),
    )
    return f"Line {line.position} is packed."


def _lock(request: HttpRequest, consignment_id: UUID) -> str:
    deeds.lock_manifest(act=act_of(request), consignment=consignment_id)
    return "The manifest is locked. Nothing is added or taken out any more."


def _unlock(request: HttpRequest, consignment_id: UUID) -> str:
    try:
        deeds.unlock_manifest(act=act_for(request, "unlock"), consignment=consignment_id)
    except ReasonMissing as refusal:
        refusal.at = "unlock-reason"  # the page has another form with a reason
        raise
    return "The manifest is open again. Lock it once everything is packed."


def _name_consignee(request: HttpRequest, consignment_id: UUID) -> str:
    named = deeds.name_consignee(
        act=act_of(request),
        consignment=consignment_id,
        consignee=text_in(request, "consignee"),
    )
    return f"{named.consignee.name if named.consignee else 'Nobody'} signs for it."


def _say_way(request: HttpRequest, consignment_id: UUID) -> str:
    places = text_in(request, "places").upper().replace(",", " ").split()
    say_way(act=act_of(request), consignment=consignment_id, places=places)
    return "The way is said. The rules judge its countries when it leaves."


def _clear(request: HttpRequest, consignment_id: UUID) -> str:
    deeds.clear_consignment(
        act=act_of(request),
        consignment=consignment_id,
        happened_at=moment_in(request, "happened_at"),
    )
    return "The papers for the journey are in order."


def _dispatch(request: HttpRequest, consignment_id: UUID) -> str:
    deeds.dispatch(
        act=act_of(request),
        consignment=consignment_id,
        happened_at=moment_in(request, "happened_at"),
        place=text_in(request, "place") or None,
    )
    return "Dispatched. It counts as dispatched on the board from now on."


def _report(request: HttpRequest, consignment_id: UUID) -> str:
    journeys.report_on_the_way(
        act=act_of(request),
        consignment=consignment_id,
        event=text_in(request, "event"),
        place=text_in(request, "place"),
        happened_at=moment_in(request, "happened_at"),
        note=text_in(request, "note"),
    )
    return "Where it is has been recorded."


def _hand_over(request: HttpRequest, consignment_id: UUID) -> str:
    journeys.hand_over(
        act=act_of(request),
        consignment=consignment_id,
        place=text_in(request, "place"),
        happened_at=moment_in(request, "happened_at"),
    )
    return "Handed over. It counts as received once the recipient has counted it and signed."


def _lose(request: HttpRequest, consignment_id: UUID) -> str:
    journeys.lose_consignment(act=act_of(request), consignment=consignment_id)
    return "Reported lost. The need it was to meet is open again."


def _cancel(request: HttpRequest, consignment_id: UUID) -> str:
    deeds.cancel_consignment(act=act_of(request), consignment=consignment_id)
    return "Cancelled. What was packed has returned to its allocations."


_VERBS: Mapping[str, Callable[[HttpRequest, UUID], str]] = {
    "pack": _pack,
    "name_consignee": _name_consignee,
    "say_way": _say_way,
    "lock": _lock,
    "unlock": _unlock,
    "clear": _clear,
    "dispatch": _dispatch,
    "report": _report,
    "hand_over": _hand_over,
    "lose": _lose,
    "cancel": _cancel,
}


def _allocation(request: HttpRequest) -> UUID:
    text = text_in(request, "allocation")
    try:
        return UUID(text)
    except ValueError as fault:
        raise NotFound(at="allocation", what="allocation", name=text[:40]) from fault


def _page(
    request: HttpRequest, consignment_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    seen = asked.shown(consignment_id, actor_of(request), day_of(request))
    # The one to pack is chosen by a link, and kept by the form of a refused try.
    chosen = request.POST.get("allocation") or request.GET.get("pack", "")
    packing = next((goods for goods in seen.packable if str(goods.id) == chosen), None)
    context = {
        **_frame(request, seen.record.operation, (seen.record.reference, request.path)),
        "seen": seen,
        "events": told(seen.happenings, invented=seen.record.invented),
        "decision": decision_of_dispatch(seen.record.pk),
        "packing": packing,
        "unit_choices": unit_options(packing.kind) if packing else (),
        "place_choices": place_options(),
        "consignee_choices": [
            (party.code, party.name) for party in asked.recipients_of(seen.record.operation)
        ],
        "event_choices": [(event, _EVENTS[event]) for event in seen.on_the_way],
    }
    return page(request, "consignments/detail.html", context, refusal)


def _new_page(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    senders = asked.senders(operation, actor_of(request), day=day_of(request))
    recipients = asked.recipients_of(operation)
    context = {
        **_frame(request, operation, ("Plan a consignment", request.path)),
        "senders": senders,
        "sender_choices": [(party.code, party.name) for party in senders],
        "recipient_choices": [(party.code, party.name) for party in recipients],
        "place_choices": place_options(),
        "mode_choices": [(mode, mode or "not stated") for mode in _MODES],
    }
    return page(request, "consignments/new.html", context, refusal)


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    above = reverse("consignments", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "consignments"),
        "crumbs": operation_crumbs(operation, ("Consignments", above), *below),
    }


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/consignments", consignments, name="consignments"),
    path("operations/<str:code>/consignments/new", consignment_new, name="consignment_new"),
    path("consignments/<uuid:consignment_id>", consignment, name="consignment"),
]
