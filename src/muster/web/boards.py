"""Pages of operations: their list, the board of each, and everything about one need."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import proposals
from muster.actions import requests as deeds
from muster.core.actors import Role
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.operations import BoardAsked, board_page, find_operation, operation_rows
from muster.queries.requests import NeedShown, need_shown
from muster.queries.totals import NOW
from muster.queries.visibility import find
from muster.records.models import OfferLine
from muster.records.models.requests import Urgency
from muster.web.answers import STATUS, actor_of, day_of, errors_of, show
from muster.web.deeds import done, moment_asked, text_in, unit_options
from muster.web.shown import worded
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for, chosen, errors_for, key_in


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """List the operations."""
    text = request.GET.get("q", "").strip()
    rows, following = operation_rows(
        actor_of(request), day_of(request), text=text, after=request.GET.get("after")
    )
    context = {"rows": rows, "following": following, "text": text, "query": request.GET.urlencode()}
    return show(request, "boards/operations.html", context)


@require_safe
def operation(request: HttpRequest, code: str) -> HttpResponse:
    """Show the board of an operation: now, or as of the end of an earlier day."""
    actor, day = actor_of(request), day_of(request)
    found = find_operation(code, actor, day)
    asked = _asked(request)
    errors: dict[str, Refusal] = {}
    try:
        moment = moment_asked(request)
    except Refusal as refusal:
        moment, errors = NOW, errors_of(refusal)
    page = board_page(found, actor, day=day, asked=asked, moment=moment)
    context = {
        "operation": found,
        "tabs": operation_tabs(found, "operation"),
        "crumbs": operation_crumbs(found),
        "page_of_board": page,
        "asked": asked,
        "urgencies": Urgency.choices,
        "urgency_options": [(str(value), label) for value, label in Urgency.choices],
        "stage_options": [(stage, worded(stage)) for stage in page.stages],
        "category_options": [(name, worded(name)) for name in page.categories],
        "on": request.GET.get("on", ""),
        "sense": request.GET.get("sense", "known"),
        "moment": moment.known or moment.happened,
        "errors": errors,
        "query": request.GET.urlencode(),
        "is_filtered": any(request.GET.get(name) for name in _FILTERS),
    }
    return show(request, "boards/board.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def request_line(request: HttpRequest, code: str, line_id: UUID) -> HttpResponse:
    """Show everything about one need; clarify it, accept more, ask for less, or propose."""
    if request.method != "POST":
        return _need_page(request, code, line_id)
    verb = text_in(request, "verb")
    try:
        sentence = chosen(_VERBS, verb)(request, line_id)
    except Refusal as refusal:
        return _need_page(request, code, line_id, (verb, refusal))
    return done(request, sentence, "request_line", code=code, line_id=line_id)


_FILTERS = ("q", "stage", "urgency", "category", "missing", "questions", "on")


def _asked(request: HttpRequest) -> BoardAsked:
    asked = request.GET
    urgency = asked.get("urgency", "")
    return BoardAsked(
        text=asked.get("q", "").strip(),
        stage=asked.get("stage", ""),
        urgency=int(urgency) if urgency in {"1", "2", "3"} else None,
        category=asked.get("category", ""),
        missing=bool(asked.get("missing")),
        questions=bool(asked.get("questions")),
        sort=asked.get("sort", ""),
        after=key_in(request, "after"),
        before=key_in(request, "before"),
    )


def _need_page(
    request: HttpRequest, code: str, line_id: UUID, wrong: tuple[str, Refusal] | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    found = find_operation(code, actor, day)
    seen = need_shown(line_id, actor, day=day)
    context = {
        "operation": found,
        "tabs": operation_tabs(found, "operation"),
        "crumbs": operation_crumbs(found, (seen.line.item_name, request.path)),
        "seen": seen,
        "may_offer": actor.has(Role.DONOR, day),
        "units": unit_options(seen.record.item),
        "offer_options": _offer_options(seen),
        "values": request.POST,
        "wrong": wrong[0] if wrong else "",
        "errors": errors_for(*wrong) if wrong else {},
    }
    status = STATUS[wrong[1].kind] if wrong else 200
    return show(request, "boards/need.html", context, status=status)


def _offer_options(seen: NeedShown) -> list[tuple[str, str]]:
    """Write the offers that fit as the choices of a select."""
    options = []
    for row in seen.fitting:
        caveat = " (caveat)" if row.caveat else ""
        label = f"{row.donor}: {row.item_name}, {row.left:,} {row.unit} left{caveat}"
        options.append((str(row.id), label))
    return options


def _typed(request: HttpRequest, verb: str) -> Typed:
    return Typed(text_in(request, f"{verb}-amount"), text_in(request, f"{verb}-unit"))


def _clarify(request: HttpRequest, line: UUID) -> str:
    deeds.clarify_line(
        act=act_for(request, "clarify"), line=line, quantity=_typed(request, "clarify")
    )
    return "The quantity is clarified; what was typed before is kept."


def _more(request: HttpRequest, line: UUID) -> str:
    deeds.accept_more(act=act_for(request, "more"), line=line, amount=_typed(request, "more"))
    return "More than was asked may now be promised."


def _less(request: HttpRequest, line: UUID) -> str:
    deeds.ask_less(act=act_for(request, "less"), line=line, amount=_typed(request, "less"))
    return "Less is asked for now."


def _propose(request: HttpRequest, line: UUID) -> str:
    giving = find(OfferLine, text_in(request, "propose-offer"), actor_of(request), day_of(request))
    allocation = proposals.propose_allocation(
        act=act_for(request, "propose"),
        offer_line=giving.pk,
        request_line=line,
        amount=_typed(request, "propose"),
    )
    return (
        f"Proposed: {allocation.typed_amount} from {allocation.donor.name}. "
        "It counts once donor and recipient have both said yes."
    )


_VERBS = {"clarify": _clarify, "more": _more, "less": _less, "propose": _propose}

urlpatterns: list[URLPattern] = [
    path("operations", operations, name="operations"),
    path("operations/<str:code>", operation, name="operation"),
    path("operations/<str:code>/lines/<uuid:line_id>", request_line, name="request_line"),
]
