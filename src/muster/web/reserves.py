"""The page of reserves: what one's own nation keeps at home; for others there is nothing on it."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from muster.actions.reserves import keep_reserve
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.operations import item_choices, item_code
from muster.queries.reserves import may_keep, reserve_rows, words_on
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import day_in, done, page, text_in


@require_http_methods(["GET", "HEAD", "POST"])
def reserves(request: HttpRequest) -> HttpResponse:
    """Show what the nation holds and keeps; say a new word on an item."""
    if request.method != "POST":
        return _page(request)
    try:
        made = keep_reserve(
            act=act_of(request),
            party=text_in(request, "party"),
            item=item_code(text_in(request, "item"), item_choices()),
            holds=_typed(request, "holds"),
            floor=_typed(request, "floor"),
            since=day_in(request, "since"),
            note=text_in(request, "note"),
        )
    except Refusal as refusal:
        return _page(request, refusal)
    return done(request, f"Kept: {made.item.name}. What was said before is kept too.", "reserves")


def _typed(request: HttpRequest, name: str) -> Typed | None:
    text = text_in(request, name)
    return Typed(text, text_in(request, "unit")) if text else None


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    rows = reserve_rows(actor, day)
    keeps = may_keep(actor, day)
    context = {
        "rows": rows,
        "words": [
            (row, words)
            for row in rows
            if len(words := words_on(actor, day, party=row.party, item=row.item)) > 1
        ],
        "keeps": [(party.code, party.name) for party in keeps],
        "items": item_choices() if keeps else (),
        "today": day,
    }
    return page(request, "reserves/reserves.html", context, refusal)


urlpatterns: list[URLPattern] = [path("reserves", reserves, name="reserves")]
