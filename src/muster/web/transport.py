"""Pages of the transport net: its legs with their room and closures, written down by logistics."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import transport as deeds
from muster.core.planning.transport import MODES, LegTold
from muster.core.refusals import DateUnreadable, FileTooLarge, Refusal, TextMissing
from muster.formats.transport import COLUMNS, read_legs, write_legs
from muster.queries.operations import find_operation
from muster.queries.transport import history_of, legs_of, may_write_net, told_of
from muster.queries.visibility import find
from muster.records.models import Operation, TransportLeg
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import day_in, decimal_in, done, page, place_options, text_in
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for, chosen

_MOST_BYTES = 2_000_000


@require_http_methods(["GET", "HEAD", "POST"])
def net(request: HttpRequest, code: str) -> HttpResponse:
    """List the legs of an operation; write one down, or many from a file."""
    operation = find_operation(code, actor_of(request), day_of(request))
    if request.method != "POST":
        return _list(request, operation)
    try:
        legs = [_leg_in(request)] if text_in(request, "verb") == "leg" else _file_in(request)
        of_all = bool(text_in(request, "shared"))
        deeds.put_legs(act=act_of(request), operation=None if of_all else operation.pk, legs=legs)
    except Refusal as refusal:
        return _list(request, operation, refusal)
    count = f"{len(legs):,} legs are" if len(legs) > 1 else f"The leg {legs[0].code} is"
    return done(request, f"{count} written down; plans made from now on use it.", "net", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def leg(request: HttpRequest, code: str, leg_id: UUID) -> HttpResponse:
    """Show a leg with its versions; change it, close it for some days, open it again, end it."""
    operation = find_operation(code, actor_of(request), day_of(request))
    found = find(TransportLeg, leg_id, actor_of(request), day_of(request))
    if request.method != "POST":
        return _page(request, operation, found)
    try:
        sentence = chosen(_VERBS, text_in(request, "verb"))(request, found)
    except Refusal as refusal:
        return _page(request, operation, found, refusal)
    return done(request, sentence, "net", code=code)


@require_safe
def net_table(request: HttpRequest, code: str) -> HttpResponse:
    """Give the legs as the table that can be read in again."""
    actor, day = actor_of(request), day_of(request)
    legs = legs_of(find_operation(code, actor, day), actor, day)
    answer = HttpResponse(
        write_legs(told_of(leg) for leg in legs), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{code}-net.csv"'
    return answer


def _leg_in(request: HttpRequest) -> LegTold:
    days = text_in(request, "days")
    if not (days.isascii() and days.isdigit() and len(days) <= len("365")):
        raise TextMissing(at="days", what="the days from departure to arrival, as a whole number")
    return LegTold(
        code=text_in(request, "code"),
        label=text_in(request, "label"),
        start=text_in(request, "start"),
        end=text_in(request, "end"),
        mode=text_in(request, "mode"),
        days=int(days),
        kg=decimal_in(request, "kg"),
        m3=decimal_in(request, "m3"),
        pallets=decimal_in(request, "pallets"),
        cost=decimal_in(request, "cost"),
        currency=text_in(request, "currency").upper(),
        gauge_break=bool(text_in(request, "gauge_break")),
    )


def _file_in(request: HttpRequest) -> list[LegTold]:
    try:
        file = request.FILES.get("file")
    except RequestDataTooBig as error:
        raise FileTooLarge(size="more", most=f"{_MOST_BYTES:,}") from error
    if file is None:
        raise TextMissing(at="file", what="the file of legs")
    return list(read_legs(file.read()))


def _change(request: HttpRequest, found: TransportLeg) -> str:
    standing = told_of(found)
    told = replace(_leg_in(request), code=standing.code, closures=standing.closures)
    deeds.put_legs(act=act_of(request), operation=found.operation_id, legs=[told])
    return f"The leg {found.code} is changed; what it was stays to be read."


def _close(request: HttpRequest, found: TransportLeg) -> str:
    act = act_for(request, "close")
    first, last = _day(request, "first"), _day(request, "last")
    deeds.close_leg(act=act, leg=found.pk, first=first, last=last, why=act.reason)
    return f"Nothing departs on {found.code} from {first} to {last}."


def _open(request: HttpRequest, found: TransportLeg) -> str:
    day = _day(request, "day")
    deeds.open_leg(act=act_for(request, "open"), leg=found.pk, day=day)
    return f"{found.code} is open again from {day} on."


def _end(request: HttpRequest, found: TransportLeg) -> str:
    deeds.end_leg(act=act_for(request, "end"), leg=found.pk)
    return f"{found.code} is out of the net."


_VERBS: Mapping[str, Callable[[HttpRequest, TransportLeg], str]] = {
    "change": _change,
    "close": _close,
    "open": _open,
    "end": _end,
}


def _day(request: HttpRequest, name: str) -> date:
    day = day_in(request, name)
    if day is None:
        raise DateUnreadable(at=name, text="")
    return day


def _list(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    context = {
        **_frame(request, operation),
        "legs": legs_of(operation, actor, day),
        "modes": MODES,
        "places": [("", "choose a place"), *place_options()],
        "columns": ", ".join(COLUMNS),
        "may_write": may_write_net(actor, day) and operation.stage != "closed",
    }
    return page(request, "transport/net.html", context, refusal)


def _page(
    request: HttpRequest,
    operation: Operation,
    found: TransportLeg,
    refusal: Refusal | None = None,
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    running = operation.stage != "closed" and found.ended_at is None
    context = {
        **_frame(request, operation, (found.label or found.code, request.path)),
        "leg": found,
        "versions": history_of(found, actor, day),
        "modes": MODES,
        "places": place_options(),
        "may_write": may_write_net(actor, day) and running,
    }
    return page(request, "transport/leg.html", context, refusal)


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    above = reverse("net", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "net"),
        "crumbs": operation_crumbs(operation, ("Transport", above), *below),
    }


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/net", net, name="net"),
    path("operations/<str:code>/net.csv", net_table, name="net_table"),
    path("operations/<str:code>/net/<uuid:leg_id>", leg, name="leg"),
]
