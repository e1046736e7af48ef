"""Pages of one pledge: its words, its history, what became of it, and what is told of it next."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from muster.actions import coalitions as coalition_verbs
from muster.actions import pledge_links
from muster.actions import pledges as deeds
from muster.core.actors import Role
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.coalitions import coalitions_on
from muster.queries.naming import offer_line_named, pledge_line_named
from muster.queries.pledges import pledge_shown
from muster.records.models import PledgeLine
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import day_in, done, id_in, page, text_in, verb_in
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


def _unspecified(request: HttpRequest, line: UUID) -> None:
    del line
    pledge_links.unspecify_pledge(act=act_of(request), use=id_in(request, "use"))


def _funded(request: HttpRequest, line: UUID) -> None:
    goods = pledge_line_named(text_in(request, "goods"), actor_of(request), day_of(request))
    pledge_links.fund_goods(act=act_of(request), money=line, goods=goods.pk)


def _unfunded(request: HttpRequest, line: UUID) -> None:
    del line
    pledge_links.unfund_goods(act=act_of(request), funding=id_in(request, "funding"))


def _tied(request: HttpRequest, line: UUID) -> None:
    pledge = PledgeLine.objects.get(pk=line).pledge_id
    coalition_verbs.tie_pledge(
        act=act_of(request), pledge=pledge, coalition=text_in(request, "coalition")
    )


def _untied(request: HttpRequest, line: UUID) -> None:
    del line
    coalition_verbs.untie_pledge(act=act_of(request), tie=id_in(request, "tie"))


_VERBS: Mapping[str, tuple[Callable[..., object], str]] = {
    "commit": (_told(deeds.commit_pledge), "Recorded: committed."),
    "allocate": (_told(deeds.allocate_pledge), "Recorded: earmarked."),
    "disburse": (_told(deeds.disburse_pledge), "Recorded: paid."),
    "reduce": (_told(deeds.reduce_pledge), "Recorded: reduced."),
    "withdraw": (_withdrawn, "Recorded: withdrawn."),
    "specify": (_specified, "Linked. From here on the ledger of that offer line tells the rest."),
    "unspecify": (_unspecified, "Taken back: the offer line is no longer what it became."),
    "fund": (_funded, "Linked. The gift counts once, as goods."),
    "unfund": (_unfunded, "Taken back: both count again, each in its own measure."),
    "tie": (_tied, "Tied to the coalition."),
    "untie": (_untied, "Taken back: it is no longer of the coalition."),
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
        "coalitions": [(each.code, each.name) for each in coalitions_on(day_of(request))],
        "keeps": actor_of(request).has(Role.COORDINATOR, day_of(request)),
    }
    return page(request, "pledges/detail.html", context, refusal)


urlpatterns: list[URLPattern] = [
    path("pledges/<uuid:pledge_id>", pledge, name="pledge"),
]
