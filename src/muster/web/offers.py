"""Pages of offers: the offered lines of an operation, each offer, and the form for a new one."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import offers as deeds
from muster.actions.offers import LineOffered
from muster.core.quantities.entry import parse_amount
from muster.core.refusals import NotFound, Refusal
from muster.core.stages import LIFECYCLES, Subject
from muster.queries.amounts import Typed
from muster.queries.offers import (
    donors_of,
    may_offer,
    needs_for,
    next_reference,
    offer_line_at,
    offer_page,
    offer_shown,
    origins,
    unanswered,
)
from muster.queries.operations import ItemChoice, find_operation, item_choices
from muster.queries.requests import need_shown
from muster.records.models import Offer, Operation
from muster.web.answers import STATUS, act_of, actor_of, day_of, show, tell
from muster.web.deeds import SeeOther, day_in, done, place_in, position_of, text_in, unit_options
from muster.web.happenings import told
from muster.web.rows import Row, blank, errors_in, filled, only_redraws, rows_in
from muster.web.shown import worded
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for, chosen, errors_for, key_in, key_of

_STAGES = tuple(dict.fromkeys(step.after for step in LIFECYCLES[Subject.OFFER_LINE]))
_FIELDS = (
    *("item", "amount", "unit", "answers", "available_from", "available_until"),
    *("place", "lot", "caveat", "origin", "description"),
)


@require_safe
def offers(request: HttpRequest, code: str) -> HttpResponse:
    """List the offered lines of an operation, with the age of every one that has no answer."""
    actor, day = actor_of(request), day_of(request)
    operation = find_operation(code, actor, day)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "stage", "donor")}
    rows, following = offer_page(
        operation,
        actor,
        day=day,
        text=asked["q"],
        stage=asked["stage"],
        donor=asked["donor"],
        after=request.GET.get("after"),
    )
    waiting, oldest = unanswered(operation, actor, day)
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "offers"),
        "crumbs": operation_crumbs(operation, ("Offers", request.path)),
        "rows": rows,
        "following": following,
        "asked": asked,
        "stages": [("unanswered", "unanswered"), *((name, worded(name)) for name in _STAGES)],
        "donors": [(party.code, party.name) for party in donors_of(operation, actor, day)],
        "waiting": waiting,
        "oldest": oldest,
        "may_offer": bool(may_offer(actor, day)),
        "query": request.GET.urlencode(),
    }
    return show(request, "offers/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Show one offer; answer, match or withdraw one of its lines."""
    if request.method != "POST":
        return _offer_page(request, offer_id)
    # The forms of line 2 are called "accept-2", "decline-2" and so on.
    form = text_in(request, "verb")
    verb, _, position = form.rpartition("-")
    try:
        sentence = chosen(_VERBS, verb)(request, form, _line_at(request, offer_id, position))
    except Refusal as refusal:
        return _offer_page(request, offer_id, (form, refusal))
    tell(request, sentence)
    return SeeOther(f"{request.get_full_path()}#line-{position}")


@require_http_methods(["GET", "HEAD", "POST"])
def offer_new(request: HttpRequest, code: str) -> HttpResponse:
    """Offer something for the actor's own party."""
    operation = find_operation(code, actor_of(request), day_of(request))
    items = item_choices()
    if request.method != "POST":
        return _form(request, operation, [_first_row(request, items)], items)
    rows = rows_in(request, blank(_FIELDS), items)
    if only_redraws(request):
        return _form(request, operation, rows, items)
    kept = filled(rows)
    try:
        made = _make(request, operation, kept)
    except Refusal as refusal:
        return _form(request, operation, rows, items, (refusal, kept))
    return done(
        request,
        f"{made.reference} is offered. The age of each line runs until it is answered.",
        "offer",
        offer_id=made.pk,
    )


def _line_at(request: HttpRequest, offer_id: UUID, position: str) -> UUID:
    number = position_of(position)
    if number is None:
        raise NotFound(what="line", name=position[:40])
    return offer_line_at(offer_id, number, actor_of(request), day=day_of(request)).pk


def _amount(request: HttpRequest, form: str) -> Typed | None:
    """Read an amount that may be left empty, which means all of it."""
    text = text_in(request, f"{form}-amount")
    return Typed(text, text_in(request, f"{form}-unit")) if text else None


def _review(request: HttpRequest, form: str, line: UUID) -> str:
    deeds.review_offer(act=act_for(request, form), line=line)
    return "The line is under review."


def _match(request: HttpRequest, form: str, line: UUID) -> str:
    need = text_in(request, f"{form}-need")
    wanted = key_of(need, at="need") if need else None
    deeds.match_offer(act=act_for(request, form), line=line, request_line=wanted)
    return "The line is matched with a need." if wanted else "The line answers no need now."


def _accept(request: HttpRequest, form: str, line: UUID) -> str:
    made = deeds.accept_offer(act=act_for(request, form), line=line, amount=_amount(request, form))
    return "Accepted as a whole." if made.stage == "accepted" else "Accepted in part."


def _defer(request: HttpRequest, form: str, line: UUID) -> str:
    deeds.defer_offer(act=act_for(request, form), line=line)
    return "Deferred; the donor reads your reason."


def _decline(request: HttpRequest, form: str, line: UUID) -> str:
    deeds.decline_offer(act=act_for(request, form), line=line)
    return "Declined; the donor reads your reason."


def _withdraw(request: HttpRequest, form: str, line: UUID) -> str:
    amount = _amount(request, form)
    deeds.withdraw_offer(act=act_for(request, form), line=line, amount=amount)
    return "Withdrawn." if amount is None else "A part is withdrawn; the rest stands."


_VERBS: dict[str, Callable[[HttpRequest, str, UUID], str]] = {
    "review": _review,
    "match": _match,
    "accept": _accept,
    "defer": _defer,
    "decline": _decline,
    "withdraw": _withdraw,
}


def _offer_page(
    request: HttpRequest, offer_id: UUID, wrong: tuple[str, Refusal] | None = None
) -> HttpResponse:
    after = place_in(request)
    seen = offer_shown(offer_id, actor_of(request), day=day_of(request), after=after)
    operation = seen.record.operation
    context = {
        "after": after,
        "operation": operation,
        "tabs": operation_tabs(operation, "offers"),
        "crumbs": operation_crumbs(
            operation,
            ("Offers", reverse("offers", kwargs={"code": operation.code})),
            (seen.record.reference, request.path),
        ),
        "seen": seen,
        "lives": {
            line.record.pk: told(line.life, invented=line.record.invented) for line in seen.lines
        },
        "figures": {
            line.record.pk: [
                ("Offered", line.row.amount, line.row.unit, None),
                *((word.capitalize(), units, line.row.unit, None) for word, units in line.moved),
            ]
            for line in seen.lines
        },
        "needs": {
            line.record.pk: [("", "no need"), *((str(need.id), need.label) for need in line.needs)]
            for line in seen.lines
        },
        "units": {line.record.pk: unit_options(line.record.item) for line in seen.lines},
        "values": request.POST,
        "wrong": wrong[0] if wrong else "",
        "errors": errors_for(*wrong) if wrong else {},
    }
    status = STATUS[wrong[1].kind] if wrong else 200
    return show(request, "offers/detail.html", context, status=status)


def _make(request: HttpRequest, operation: Operation, rows: Sequence[Row]) -> Offer:
    return deeds.make_offer(
        act=act_of(request),
        operation=operation.pk,
        donor=text_in(request, "donor"),
        reference=text_in(request, "reference"),
        title=text_in(request, "title"),
        offered_on=day_in(request, "offered_on") or day_of(request),
        restricted=bool(text_in(request, "restricted")),
        lines=[_line(request, row) for row in rows],
    )


def _line(request: HttpRequest, row: Row) -> LineOffered:
    return LineOffered(
        item=row.item,
        quantity=row.quantity,
        description=row.values["description"],
        answers=_answered(row),
        available_from=day_in(request, f"available_from-{row.number}"),
        available_until=day_in(request, f"available_until-{row.number}"),
        place=row.values["place"],
        lot=_lot(row),
        caveat=row.values["caveat"],
        origin=row.values["origin"] or None,
    )


def _answered(row: Row) -> UUID | None:
    text = row.values["answers"]
    return key_of(text, at=f"answers-{row.number}") if text else None


def _lot(row: Row) -> int:
    try:
        return parse_amount(row.values["lot"]) if row.values["lot"] else 1
    except Refusal as refusal:
        refusal.at = f"lot-{row.number}"
        raise


def _first_row(request: HttpRequest, items: Sequence[ItemChoice]) -> Row:
    """Begin with the need that the offer is to answer, where the address names one."""
    key = key_in(request, "answers")
    if key is None:
        return blank(_FIELDS)
    seen = need_shown(key, actor_of(request), day=day_of(request))
    label = next(choice.label for choice in items if choice.code == seen.line.item)
    remaining = seen.figures.remaining if seen.figures else None
    return blank(
        _FIELDS,
        choices=items,
        item=label,
        answers=str(key),
        amount=str(remaining) if remaining else "",
    )


def _form(
    request: HttpRequest,
    operation: Operation,
    rows: Sequence[Row],
    items: Sequence[ItemChoice],
    wrong: tuple[Refusal, Sequence[Row]] | None = None,
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    donors = may_offer(actor, day)
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "offers"),
        "crumbs": operation_crumbs(
            operation,
            ("Offers", reverse("offers", kwargs={"code": operation.code})),
            ("Offer something", request.path),
        ),
        "donors": [(party.code, party.name) for party in donors],
        "items": items,
        "origins": [("", "the donor itself"), *((party.code, party.name) for party in origins())],
        "rows": rows,
        "needs": {
            row.number: [
                ("", "no listed need"),
                *(
                    (str(need.id), need.label)
                    for need in needs_for(operation, row.item, actor, day)
                ),
            ]
            for row in rows
        },
        "values": _values(request, operation, donors[0].code if donors else "", day),
        "errors": errors_in(*wrong) if wrong else {},
    }
    status = STATUS[wrong[0].kind] if wrong else 200
    return show(request, "offers/new.html", context, status=status)


def _values(request: HttpRequest, operation: Operation, donor: str, day: date) -> dict[str, str]:
    """Give what stands in the fields above the lines: what was typed, or a proposal."""
    proposed = {
        "donor": donor,
        "reference": next_reference(operation, donor),
        "title": "",
        "offered_on": day.isoformat(),
        "restricted": "",
    }
    return {name: request.POST.get(name, value) for name, value in proposed.items()}


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/offers", offers, name="offers"),
    path("operations/<str:code>/offers/new", offer_new, name="offer_new"),
    path("offers/<uuid:offer_id>", offer, name="offer"),
]
