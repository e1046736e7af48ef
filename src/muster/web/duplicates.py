"""The page of duplicates: two lines side by side, why they may be one, and a person's word."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from muster.actions import duplicates as deeds
from muster.core.actors import Role
from muster.core.refusals import Refusal
from muster.queries import pledge_duplicates as asked
from muster.queries.operations import find_operation
from muster.records.models import Operation
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import done, page, text_in
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import chosen, key_of

_MOST_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest, code: str) -> HttpResponse:
    """Show the lines of an operation that may be one, and decide on them."""
    operation = find_operation(code, actor_of(request), day_of(request))
    if request.method != "POST":
        return _page(request, operation)
    try:
        sentence = chosen(_VERBS, text_in(request, "verb"))(request, operation)
    except Refusal as refusal:
        return _page(request, operation, refusal)
    return done(request, sentence, "duplicates", code=code)


def _same(request: HttpRequest, operation: Operation) -> str:
    _decide(request, operation, same=True)
    return "Counted once: the other line is out of the count, with your reason."


def _distinct(request: HttpRequest, operation: Operation) -> str:
    _decide(request, operation, same=False)
    return "Kept as two. This pair is not shown again."


def _back(request: HttpRequest, operation: Operation) -> str:
    del operation
    decision = key_of(text_in(request, "decision"), at="decision")
    deeds.undo_duplicate(act=act_of(request), decision=decision)
    return "Taken back: both lines stand as before."


def _decide(request: HttpRequest, operation: Operation, *, same: bool) -> None:
    deeds.decide_duplicate(
        act=act_of(request),
        operation=operation.pk,
        kept=key_of(text_in(request, "kept"), at="kept"),
        other=key_of(text_in(request, "other"), at="other"),
        same=same,
    )


_VERBS = {"same": _same, "distinct": _distinct, "back": _back}


def _page(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    pairs = asked.pairs_of_operation(operation, actor, day)
    above = reverse("imports", kwargs={"code": operation.code})
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "imports"),
        "crumbs": operation_crumbs(operation, ("Import", above), ("Duplicates", request.path)),
        "pairs": pairs[:_MOST_SHOWN],
        "more": max(0, len(pairs) - _MOST_SHOWN),
        "decided": asked.decisions_of(operation, actor, day),
        "may_decide": actor.has(Role.COORDINATOR, day),
    }
    return page(request, "imports/duplicates.html", context, refusal)


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/duplicates", duplicates, name="duplicates"),
]
