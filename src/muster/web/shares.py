"""The page of agreed shares: who carries which part of an operation."""

from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from muster.actions.shares import agree_shares
from muster.core.actors import Role
from muster.core.planning.sharing import ShareUnclear
from muster.core.refusals import Refusal
from muster.queries import shares as asked
from muster.queries.visibility import find
from muster.records.models import Operation
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import day_in, done, page, text_in
from muster.web.tabs import operation_crumbs, operation_tabs


@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: HttpRequest, code: str) -> HttpResponse:
    """Show the agreed shares of an operation; record them anew."""
    actor, day = actor_of(request), day_of(request)
    operation = find(Operation, code, actor, day, by="code")
    if request.method != "POST":
        return _page(request, operation)
    try:
        agree_shares(
            act=act_of(request),
            operation=operation.pk,
            shares=[
                _read(line) for line in text_in(request, "shares").splitlines() if line.strip()
            ],
            agreed_on=day_in(request, "agreed_on") or day,
            source=text_in(request, "source"),
        )
    except Refusal as refusal:
        return _page(request, operation, refusal)
    return done(request, "The agreed shares are recorded.", "shares", code=code)


def _read(line: str) -> tuple[str, Decimal]:
    party, _, percent = line.strip().rstrip("%").strip().replace("=", " ").rpartition(" ")
    try:
        return party.strip(), Decimal(percent)
    except InvalidOperation:
        raise ShareUnclear(party=party.strip()[:40], percent=percent[:40]) from None


def _page(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    in_force = list(asked.shares_of(operation, actor, day))
    above = reverse("plans", kwargs={"code": operation.code})
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "plans"),
        "crumbs": operation_crumbs(operation, ("Plan", above), ("Agreed shares", request.path)),
        "rows": in_force,
        "rest": 100 - sum((each.percent for each in in_force), Decimal()),
        "earlier": list(asked.earlier_shares(operation, actor, day)),
        "typed": "\n".join(f"{each.party_id} {each.percent.normalize():f}" for each in in_force),
        "today": day,
        "may_agree": actor.has(Role.COORDINATOR, day),
    }
    return page(request, "plans/shares.html", context, refusal)


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/shares", shares, name="shares"),
]
