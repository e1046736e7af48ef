"""Pages of one pledge: its words, its history, what became of it, and what is told of it next."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import pledge_links
from muster.actions import pledges as deeds
from muster.core.actors import Role
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.coalitions import coalitions_on
from muster.queries.naming import offer_line_named
from muster.queries.pledges import pledge_shown
from muster.web.answers import act_of, actor_of, day_of, show
from muster.web.deeds import day_in, done, page, text_in, verb_in
from muster.web.tabs import operation_crumbs, operation_tabs


def _told(verb: Callable[..., object]) -> Callable[..., object]:
    def tell(request: HttpRequest, line: UUID) -> None:
        amount = text_in(request, "amount")
        typed = {"amount": Typed(amount)} if amount or verb is deeds.reduce_pledge else {}
        verb(
            act=act_of(request),
            line=line,
            happened_on=day_in(request, "happened_on"),
            source=text_in(request, "source"),
            **typed,
        )

    return tell


def _withdrawn(request: HttpRequest, line: UUID) -> None:
    deeds.withdraw_pledge(
        act=act_of(request), line=line, happened_on=day_in(request, "happened_on")
    )


def _specified(request: HttpRequest, line: UUID) -> None:
    given = offer_line_named(text_in(request, "offer_line"), actor_of(request), day_of(request))
    pledge_links.specify_pledge(act=act_of(request), line=line, offer_line=given.pk)


_VERBS: Mapping[str, tuple[Callable[..., object], str]] = {
    "commit": (_told(deeds.commit_pledge), "Recorded: committed."),
    "allocate": (_told(deeds.allocate_pledge), "Recorded: earmarked."),
    "disburse": (_told(deeds.disburse_pledge), "Recorded: paid."),
    "reduce": (_told(deeds.reduce_pledge), "Recorded: reduced."),
    "withdraw": (_withdrawn, "Recorded: withdrawn."),
    "specify": (_specified, "Linked. From here on the ledger of that offer line tells the rest."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest, pledge_id: UUID) -> HttpResponse:
    """Show a pledge; tell what happened to one of its lines."""
    if request.method != "POST":
        return _page(request, pledge_id)
    try:
        action, sentence = verb_in(request, _VERBS)
        seen = pledge_shown(pledge_id, actor_of(request), day=day_of(request))
        named = text_in(request, "line")
        line = next((each for each in seen.lines if str(each.row.id) == named), seen.lines[0])
        action(request, line.row.id)
    except Refusal as refusal:
        return _page(request, pledge_id, refusal)
    return done(request, sentence, "pledge", pledge_id=pledge_id)


@require_safe
def coalitions(request: HttpRequest) -> HttpResponse:
    """List the capability coalitions of today, with their leads and members."""
    day = day_of(request)
    context = {
        "rows": coalitions_on(day),
        "day": day,
        "keeps": actor_of(request).has(Role.COORDINATOR, day),
    }
    return show(request, "pledges/coalitions.html", context)


def _page(request: HttpRequest, pledge_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    seen = pledge_shown(pledge_id, actor_of(request), day=day_of(request))
    operation = seen.record.operation
    above = reverse("waterfall", kwargs={"code": operation.code})
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "waterfall"),
        "crumbs": operation_crumbs(
            operation, ("Pledges", above), (seen.record.reference, request.path)
        ),
        "seen": seen,
        "line": text_in(request, "line"),
    }
    return page(request, "pledges/detail.html", context, refusal)


urlpatterns: list[URLPattern] = [
    path("pledges/<uuid:pledge_id>", pledge, name="pledge"),
    path("coalitions", coalitions, name="coalitions"),
]
