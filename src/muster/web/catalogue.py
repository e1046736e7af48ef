"""Pages of the catalogue: the list of items, and one item."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from muster.actions import catalogue as verbs
from muster.core.quantities.units import MEASURES
from muster.core.refusals import Refusal
from muster.queries import catalogue
from muster.queries.catalogue import may_name_items
from muster.queries.parties import may_keep_register
from muster.records.models.catalogue import Lethality
from muster.web.answers import STATUS, act_of, actor_of, day_of, errors_of, show, tell
from muster.web.deeds import decimal_in, text_in
from muster.web.shown import Link, grouped, link_with

_THOUSAND = 1000
# The fields of the form of measures, by those of the action.
_MEASURES_AT = {"mass_g": "mass_kg", "volume_ml": "volume_l", "reason": "why"}


def items(request: HttpRequest) -> HttpResponse:
    """List items, as they are searched for."""
    text, category, relief, support, review, after = (
        request.GET.get(name, "").replace("\0", "")
        for name in ("q", "category", "relief", "support", "review", "after")
    )
    found = catalogue.items(
        text=text,
        category=category,
        relief=relief,
        support=support,
        review=review,
        after=after or None,
    )
    query = request.GET.urlencode()
    context = {
        "found": found,
        "q": text,
        "category": category,
        "categories": _all_or(catalogue.categories()),
        "relief": relief,
        "reliefs": _all_or(catalogue.relief_categories()),
        "support": support,
        "supports": _all_or(catalogue.support_categories()),
        "review": review,
        "reviews": [("", "Any"), *((verdict.value, verdict.label) for verdict in Lethality)],
        "filtered": bool(text or category or relief or support or review),
        "first": link_with(query, after=None) if after else None,
        "next": link_with(query, after=found.next_after) if found.next_after else None,
        "keeps": may_keep_register(actor_of(request), day_of(request)),
    }
    return show(request, "catalogue/items.html", context)


def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show one item."""
    return _item(request, code)


@require_POST
def item_review(request: HttpRequest, code: str) -> HttpResponse:
    """Record a verdict on an item."""
    try:
        review = verbs.review_item(
            act=act_of(request), item=code, verdict=request.POST.get("verdict", "")
        )
    except Refusal as refusal:
        return _item(request, code, refusal)
    tell(request, f"The verdict is recorded: {review.get_verdict_display()}.")
    return HttpResponseRedirect(reverse("item", kwargs={"code": code}))


@require_POST
def item_measures(request: HttpRequest, code: str) -> HttpResponse:
    """State what one unit of an item weighs and takes."""
    try:
        verbs.state_measures(
            act=replace(act_of(request), reason=text_in(request, "why")),
            item=code,
            mass_g=_thousandths_in(request, "mass_kg"),
            volume_ml=_thousandths_in(request, "volume_l"),
        )
    except Refusal as refusal:
        refusal.at = _MEASURES_AT.get(refusal.at or "", refusal.at)
        return _item(request, code, refusal)
    tell(request, "It is stated. Plans made from now on reckon with it.")
    return HttpResponseRedirect(reverse("item", kwargs={"code": code}))


def _thousandths_in(request: HttpRequest, name: str) -> int | None:
    """Read kilograms or litres, with three decimals at most, as whole grams or millilitres."""
    typed = decimal_in(request, name)
    return None if typed is None else int(typed * _THOUSAND)


@require_POST
def item_alias(request: HttpRequest, code: str) -> HttpResponse:
    """Record other words for an item."""
    try:
        alias = verbs.add_alias(
            act=act_of(request),
            item=code,
            text=request.POST.get("text", ""),
            language=request.POST.get("language", ""),
        )
    except Refusal as refusal:
        return _item(request, code, refusal)
    tell(request, f"\u201c{alias.text}\u201d means this item from now on.")
    return HttpResponseRedirect(reverse("item", kwargs={"code": code}))


@require_POST
def item_alias_end(request: HttpRequest, code: str, alias: UUID) -> HttpResponse:
    """Take words from an item."""
    try:
        ended = verbs.end_alias(act=act_of(request), alias=alias)
    except Refusal as refusal:
        return _item(request, code, refusal)
    tell(request, f"\u201c{ended.text}\u201d does not mean this item any more.")
    return HttpResponseRedirect(reverse("item", kwargs={"code": code}))


def item_new(request: HttpRequest) -> HttpResponse:
    """Add an item to the catalogue."""
    refusal = None
    if request.method == "POST":
        try:
            added = verbs.add_item(
                act=act_of(request),
                code=request.POST.get("code", "").strip().upper(),
                name=request.POST.get("name", "").strip(),
                category=request.POST.get("category", "").strip().lower(),
                unit=request.POST.get("unit", ""),
                countable="countable" in request.POST,
                serial_tracked="serial_tracked" in request.POST,
                source=request.POST.get("source", "").strip(),
                relief_category=request.POST.get("relief_category", "").strip().lower(),
                support_category=request.POST.get("support_category", "").strip().lower(),
            )
        except Refusal as found:
            refusal = found
        else:
            tell(request, f"{added.name} is in the catalogue, not reviewed yet.")
            return HttpResponseRedirect(reverse("item", kwargs={"code": added.code}))
    context = {
        "crumbs": _crumbs("Add an item"),
        "units": [(measure.code, measure.plural) for measure in MEASURES.values()],
        "values": request.POST,
        "errors": errors_of(refusal) if refusal else {},
        "keeps": may_keep_register(actor_of(request), day_of(request)),
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "catalogue/item_new.html", context, status=status)


def mass(grams: int | None) -> str:
    """Write a mass in the unit that reads best; what is not known is said, and is not zero."""
    return _measured(grams, "g", "kg")


def volume(millilitres: int | None) -> str:
    """Write a volume in the unit that reads best; what is not known is said, and is not zero."""
    return _measured(millilitres, "ml", "litres")


def in_place(given: int, asked: int) -> str:
    """Write the ratio of a substitute: `given` of it do the work of `asked` of the item."""
    return "one for one" if given == asked else f"{grouped(given)} in place of {grouped(asked)}"


def _measured(amount: int | None, small: str, large: str) -> str:
    if amount is None:
        return "not known"
    if amount < _THOUSAND:
        return f"{amount} {small}"
    whole, rest = divmod(amount, _THOUSAND)
    exact = grouped(whole) + (str(Decimal(rest) / _THOUSAND)[1:] if rest else "")
    return f"{exact} {large}"


def _item(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    found = catalogue.item_page(code)
    context = {
        "item": found,
        "crumbs": _crumbs(found.name),
        "languages": [("", "not said"), *_LANGUAGES],
        "words": may_name_items(actor_of(request), day_of(request)),
        "mass": mass(found.mass_g),
        "volume": volume(found.volume_ml),
        "ratios": {
            other.code: in_place(other.numerator, other.denominator) for other in found.substitutes
        },
        "ratios_for": {
            other.code: in_place(other.numerator, other.denominator)
            for other in found.stands_in_for
        },
        "verdicts": [
            (Lethality.NON_LETHAL.value, "Non-lethal", "The organisation itself may give it."),
            (Lethality.LETHAL.value, "Lethal", "Members may give it; the organisation may not."),
        ],
        "values": request.POST,
        "errors": errors_of(refusal) if refusal else {},
        "keeps": may_keep_register(actor_of(request), day_of(request)),
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "catalogue/item.html", context, status=status)


_LANGUAGES = (
    *(("en", "English"), ("uk", "Ukrainian"), ("fr", "French"), ("de", "German")),
    *(("tr", "Turkish"), ("pl", "Polish")),
)


def _all_or(names: Iterable[str]) -> list[tuple[str, str]]:
    return [("", "All"), *((name, name) for name in names)]


def _crumbs(here: str) -> tuple[Link, ...]:
    return (
        Link(label="Catalogue", href=reverse("items")),
        Link(label=here, href="", current=True),
    )


urlpatterns: list[URLPattern] = [
    path("catalogue", items, name="items"),
    path("catalogue/new", item_new, name="item_new"),
    path("catalogue/item/<str:code>", item, name="item"),
    path("catalogue/item/<str:code>/aliases", item_alias, name="item_alias"),
    path(
        "catalogue/item/<str:code>/aliases/<uuid:alias>/end", item_alias_end, name="item_alias_end"
    ),
    path("catalogue/item/<str:code>/measures", item_measures, name="item_measures"),
    path("catalogue/item/<str:code>/reviews", item_review, name="item_review"),
]
