"""The page of what burden is held against: rates, targets and published shares."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from muster.actions import yardsticks as acting
from muster.core.actors import Role
from muster.core.burden import Measure
from muster.core.refusals import DateUnreadable, Refusal
from muster.formats.burden_sheets import TableFaulty
from muster.queries import parties
from muster.queries.yardsticks import rates_listed, shares_listed, targets_listed
from muster.web.answers import act_of, actor_of, day_of
from muster.web.burden import called_in, names_in, uploaded
from muster.web.deeds import day_in, done, page, text_in, verb_in


def _rate(request: HttpRequest) -> None:
    since, until = day_in(request, "rate_since"), day_in(request, "rate_until")
    if since is None or until is None:
        raise DateUnreadable(at="rate_until" if since else "rate_since", text="")
    acting.record_rate(
        act=act_of(request),
        base=text_in(request, "base"),
        quote=text_in(request, "quote"),
        rate=text_in(request, "rate"),
        since=since,
        until=until,
        method=text_in(request, "method"),
        source=text_in(request, "rate_source"),
    )


def _target(request: HttpRequest) -> None:
    since = day_in(request, "target_since")
    if since is None:
        raise DateUnreadable(at="target_since", text="")
    acting.set_target(
        act=act_of(request),
        body=text_in(request, "body"),
        party=text_in(request, "party"),
        measure=text_in(request, "measure"),
        amount=text_in(request, "amount"),
        since=since,
        until=day_in(request, "target_until"),
        source=text_in(request, "target_source"),
    )


def _shares(request: HttpRequest) -> None:
    since = day_in(request, "shares_since")
    if since is None:
        raise DateUnreadable(at="shares_since", text="")
    acting.bring_in_shares(
        act=act_of(request),
        body=text_in(request, "of"),
        name=text_in(request, "name"),
        shares=uploaded(request, "file"),
        since=since,
        until=day_in(request, "shares_until"),
        source=text_in(request, "shares_source"),
        names=names_in(request),
        file=called_in(request, "file"),
    )


_VERBS: Mapping[str, tuple[Callable[[HttpRequest], None], str]] = {
    "rate": (_rate, "The rate is recorded."),
    "target": (_target, "The target is recorded."),
    "shares": (_shares, "The shares are brought in."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def yardsticks(request: HttpRequest) -> HttpResponse:
    """List rates, targets and shares with their history; record the next."""
    if request.method != "POST":
        return _page(request)
    try:
        verb, sentence = verb_in(request, _VERBS)
        verb(request)
    except Refusal as refusal:
        return _page(request, refusal)
    return done(request, sentence, "yardsticks")


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    bodies = [(body.code, body.name) for body in parties.bodies()]
    context = {
        "rates": rates_listed(actor, day),
        "targets": targets_listed(actor, day),
        "share_tables": shares_listed(actor, day),
        "bodies": bodies,
        "measures": [(measure.value, measure.value) for measure in Measure],
        "keeps": actor.has(Role.COORDINATOR, day) or actor.has(Role.ANALYST, day),
        "faults": refusal.faults if isinstance(refusal, TableFaulty) else (),
    }
    return page(request, "burden/yardsticks.html", context, refusal)


urlpatterns: list[URLPattern] = [path("burden/yardsticks", yardsticks, name="yardsticks")]
