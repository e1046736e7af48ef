"""The catalogue: what there is, in which packs, what may stand in for it, and its reviews."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Value
from django.db.models.functions import Lower

from muster.core.quantities.units import find_measure
from muster.queries.register import find_item
from muster.records.models import Item, ItemReview, Pack, Substitute

_MOST_LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemListed:
    """An item in a list."""

    code: str
    name: str
    category: str
    unit: str
    lethality: str
    verdict: str
    serial_tracked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsFound:
    """One page of a search, the total, and the code after which the next page begins."""

    items: tuple[ItemListed, ...]
    total: int
    next_after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackHeld:
    """A pack and how many smallest units it holds."""

    name: str
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """`numerator` of `code` do the work of `denominator` of the other item."""

    code: str
    name: str
    unit: str
    numerator: int
    denominator: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A dated verdict, by whom and why."""

    lethality: str
    verdict: str
    reviewer: str
    reviewed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item.  `mass_g` and `volume_ml` are of one smallest unit; None is unknown."""

    code: str
    name: str
    category: str
    unit: str
    units: str
    countable: bool
    mass_g: int | None
    volume_ml: int | None
    lethality: str
    verdict: str
    serial_tracked: bool
    expires: bool
    consent_prone: bool
    hazard: str
    hs_code: str
    source: str
    packs: tuple[PackHeld, ...]
    substitutes: tuple[StandIn, ...]
    stands_in_for: tuple[StandIn, ...]
    reviews: tuple[Review, ...]


def categories() -> tuple[str, ...]:
    """List the categories in use."""
    return tuple(Item.objects.order_by("category").values_list("category", flat=True).distinct())


def items(
    *,
    text: str = "",
    category: str = "",
    review: str = "",
    after: str | None = None,
    limit: int = _MOST_LISTED,
) -> ItemsFound:
    """Search the catalogue, by name.

    Args:
        text: words that the name or the code must all contain, in any case.
        category: only this one.
        review: only items with this verdict (unreviewed, non_lethal, lethal).
        after: the code of the last item of the page before.
        limit: how many at most.

    Raises:
        ItemUnknown: there is no item `after`.
    """
    found = Item.objects.annotate(sorted_by=Lower("name"))
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word))
    if category:
        found = found.filter(category=category)
    if review:
        found = found.filter(lethality=review)
    total = found.count()
    if after:
        # The database puts both names in lower case, so that the two agree on every letter.
        last = find_item(after)
        name = Lower(Value(last.name))
        found = found.filter(Q(sorted_by__gt=name) | Q(sorted_by=name, code__gt=last.code))
    rows = list(found.order_by("sorted_by", "code")[: limit + 1])
    shown = rows[:limit]
    return ItemsFound(
        items=tuple(_listed(item) for item in shown),
        total=total,
        next_after=shown[-1].code if len(rows) > limit else None,
    )


def item_page(code: str) -> ItemPage:
    """Gather everything about an item.

    Raises:
        ItemUnknown: the catalogue has none of that code.
    """
    item = find_item(code)
    measure = find_measure(item.unit)
    instead = Substitute.objects.filter(item=item).select_related("substitute")
    for_others = Substitute.objects.filter(substitute=item).select_related("item")
    return ItemPage(
        code=item.code,
        name=item.name,
        category=item.category,
        unit=measure.singular,
        units=measure.plural,
        countable=item.countable,
        mass_g=item.mass_g,
        volume_ml=item.volume_ml,
        lethality=item.lethality,
        verdict=item.get_lethality_display(),
        serial_tracked=item.serial_tracked,
        expires=item.expires,
        consent_prone=item.consent_prone,
        hazard=item.hazard,
        hs_code=item.hs_code,
        source=item.source,
        packs=tuple(
            PackHeld(name=pack.name, holds=pack.holds)
            for pack in Pack.objects.filter(item=item).order_by("holds", "name")
        ),
        substitutes=tuple(
            _stand_in(row, row.substitute) for row in instead.order_by("substitute__name")
        ),
        stands_in_for=tuple(_stand_in(row, row.item) for row in for_others.order_by("item__name")),
        reviews=_reviews(item),
    )


def _listed(item: Item) -> ItemListed:
    return ItemListed(
        code=item.code,
        name=item.name,
        category=item.category,
        unit=find_measure(item.unit).plural,
        lethality=item.lethality,
        verdict=item.get_lethality_display(),
        serial_tracked=item.serial_tracked,
    )


def _stand_in(row: Substitute, other: Item) -> StandIn:
    return StandIn(
        code=other.code,
        name=other.name,
        unit=find_measure(other.unit).plural,
        numerator=row.numerator,
        denominator=row.denominator,
        note=row.note,
    )


def _reviews(item: Item) -> tuple[Review, ...]:
    found = ItemReview.objects.filter(item=item).select_related("reviewer")
    return tuple(
        Review(
            lethality=row.verdict,
            verdict=row.get_verdict_display(),
            reviewer=row.reviewer.name if row.reviewer else row.authority,
            reviewed_at=row.reviewed_at,
            reason=row.reason,
        )
        for row in found.order_by("-reviewed_at", "-number")
    )
