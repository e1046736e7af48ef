"""Pages of capability coalitions: the list, and one of them with what it gathered."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from muster.actions import coalitions as acting
from muster.core.actors import Role
from muster.core.moments import parse_date
from muster.core.refusals import Refusal
from muster.queries.coalitions import coalition_shown, coalitions_on
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import day_in, done, page, text_in, verb_in
from muster.web.shown import Link


@require_http_methods(["GET", "HEAD", "POST"])
def coalitions(request: HttpRequest) -> HttpResponse:
    """List the capability coalitions of today, with their leads and members; add one."""
    if request.method != "POST":
        return _list(request)
    try:
        made = acting.create_coalition(
            act=act_of(request),
            code=text_in(request, "code"),
            name=text_in(request, "name"),
            source=text_in(request, "source"),
        )
    except Refusal as refusal:
        return _list(request, refusal)
    return done(request, f"{made.name} is on the register.", "coalition", code=made.code)


@require_http_methods(["GET", "HEAD", "POST"])
def coalition(request: HttpRequest, code: str) -> HttpResponse:
    """Show a coalition; a party joins it, leads it or leaves it."""
    if request.method != "POST":
        return _page(request, code)
    try:
        verb, sentence = verb_in(request, _VERBS)
        verb(request, code)
    except Refusal as refusal:
        return _page(request, code, refusal)
    return done(request, sentence, "coalition", code=code)


def _joins(*, lead: bool) -> Callable[[HttpRequest, str], None]:
    def join(request: HttpRequest, code: str) -> None:
        acting.join_coalition(
            act=act_of(request),
            coalition=code,
            party=text_in(request, "party").upper(),
            since=day_in(request, "since") or day_of(request),
            lead=lead,
            source=text_in(request, "source"),
        )

    return join


def _leaves(request: HttpRequest, code: str) -> None:
    acting.leave_coalition(
        act=act_of(request),
        coalition=code,
        party=text_in(request, "party").upper(),
        until=day_in(request, "since") or day_of(request),
    )


_VERBS: Mapping[str, tuple[Callable[[HttpRequest, str], None], str]] = {
    "join": (_joins(lead=False), "Recorded: it belongs to the coalition."),
    "lead": (_joins(lead=True), "Recorded: it leads the coalition."),
    "leave": (_leaves, "Recorded: it no longer belongs to the coalition."),
}


def _list(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    today, on = day_of(request), request.GET.get("on", "").strip()
    try:
        day = parse_date(on, at="on") if on else today
    except Refusal as refused:
        day, refusal = today, refusal or refused
    context = {
        "rows": coalitions_on(day),
        "day": day,
        "on": on,
        "keeps": actor_of(request).has(Role.COORDINATOR, today),
    }
    return page(request, "pledges/coalitions.html", context, refusal)


def _page(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    seen = coalition_shown(code, actor, day=day)
    context = {
        "seen": seen,
        "crumbs": (
            Link(label="Coalitions", href=reverse("coalitions"), current=False),
            Link(label=seen.coalition.name, href=request.path, current=True),
        ),
        "day": day,
        "own": next(iter(actor.parties(Role.DONOR, day)), ""),
        "may": actor.has(Role.COORDINATOR, day) or actor.has(Role.DONOR, day),
    }
    return page(request, "pledges/coalition.html", context, refusal)


urlpatterns: list[URLPattern] = [
    path("coalitions", coalitions, name="coalitions"),
    path("coalitions/<str:code>", coalition, name="coalition"),
]
