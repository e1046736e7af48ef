"""The catalogue: what there is, what else it is called, in which packs and kits, its reviews."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from muster.core.actors import Actor, Role
from muster.core.intake.items import Entry
from muster.core.intake.wording import normalised
from muster.core.quantities.units import find_measure
from muster.core.refusals import NotFound
from muster.queries.register import find_item
from muster.records.models import Alias, Item, ItemReview, KitPart, Pack, Substitute

_MOST_LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemListed:
    """An item in a list."""

    code: str
    name: str
    category: str
    relief_category: str
    support_category: str
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
class OtherWords:
    """Words that mean the item, in which language, and who confirmed it (empty: shipped)."""

    id: UUID
    text: str
    language: str
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOfKit:
    """`amount` of `units` of this item are in one kit; or, seen from the part, in that kit."""

    code: str
    name: str
    amount: int
    units: str
    source: str


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
    relief_category: str
    support_category: str
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
    aliases: tuple[OtherWords, ...]
    parts: tuple[PartOfKit, ...]
    in_kits: tuple[PartOfKit, ...]
    substitutes: tuple[StandIn, ...]
    stands_in_for: tuple[StandIn, ...]
    reviews: tuple[Review, ...]


def categories() -> tuple[str, ...]:
    """List the categories in use."""
    return _used("category")


def may_name_items(actor: Actor, day: date) -> bool:
    """Say whether the actor may give items other words."""
    return bool({Role.COORDINATOR, Role.LOGISTICS} & {grant.role for grant in actor.held(day)})


def relief_categories() -> tuple[str, ...]:
    """List the sectors of relief in use."""
    return _used("relief_category")


def support_categories() -> tuple[str, ...]:
    """List the fields of military support in use."""
    return _used("support_category")


def entries() -> tuple[Entry, ...]:
    """Give every item with its names, as the matching of descriptions takes it."""
    rows = Item.objects.annotate(
        words=ArrayAgg(
            "aliases__text",
            filter=Q(aliases__id__isnull=False, aliases__ended_at__isnull=True),
            default=Value([]),
        )
    ).order_by("code")
    return tuple(
        Entry(code=code, name=name, aliases=tuple(sorted(words)))
        for code, name, words in rows.values_list("code", "name", "words")
    )


def find_alias(alias: UUID) -> Alias:
    """Find an alias that is in use.

    Raises:
        NotFound: there is none.
    """
    found = Alias.objects.filter(pk=alias, ended_at__isnull=True).first()
    if found is None:
        raise NotFound(what="alias", name=alias)
    return found


def meant_by(text: str) -> Item | None:
    """Find the item that these very words mean, as its name or as an alias in use."""
    wanted = normalised(text)
    alias = Alias.objects.filter(normalised=wanted, ended_at__isnull=True).first()
    if alias is not None:
        return alias.item
    named = Item.objects.order_by("code").only("code", "name")
    return next((item for item in named if normalised(item.name) == wanted), None)


def listed_items(
    *,
    text: str = "",
    category: str = "",
    relief: str = "",
    support: str = "",
    review: str = "",
) -> QuerySet[Item]:
    """Select the items whose name, code or aliases have all the words, in the categories named."""
    found = Item.objects.all()
    for word in text.split():
        meant = Alias.objects.filter(
            item=OuterRef("pk"), text__icontains=word, ended_at__isnull=True
        )
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word) | Exists(meant))
    wanted = {
        "category": category,
        "relief_category": relief,
        "support_category": support,
        "lethality": review,
    }
    return found.filter(**{name: value for name, value in wanted.items() if value})


def items(
    *,
    text: str = "",
    category: str = "",
    relief: str = "",
    support: str = "",
    review: str = "",
    after: str | None = None,
    limit: int = _MOST_LISTED,
) -> ItemsFound:
    """Search the catalogue, by name.

    Args:
        text: words that must all be in the name, the code or an alias, in any case.
        category: only this one.
        relief: only this sector of relief.
        support: only this field of military support.
        review: only items with this verdict (unreviewed, non_lethal, lethal).
        after: the code of the last item of the page before.
        limit: how many at most.

    Raises:
        ItemUnknown: there is no item `after`.
    """
    chosen = listed_items(
        text=text, category=category, relief=relief, support=support, review=review
    )
    found = chosen.annotate(sorted_by=Lower(_letters_first(F("name"))))
    total = found.count()
    if after:
        # The database puts both names in lower case, so that the two agree on every letter.
        last = find_item(after)
        name = Lower(_letters_first(Value(last.name)))
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
        relief_category=item.relief_category,
        support_category=item.support_category,
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
        aliases=_other_words(item),
        parts=tuple(
            _part(row, row.part)
            for row in KitPart.objects.filter(kit=item)
            .select_related("part")
            .order_by("part__name")
        ),
        in_kits=tuple(
            _part(row, row.kit, unit_of=item)
            for row in KitPart.objects.filter(part=item).select_related("kit").order_by("kit__name")
        ),
        substitutes=tuple(
            _stand_in(row, row.substitute) for row in instead.order_by("substitute__name")
        ),
        stands_in_for=tuple(_stand_in(row, row.item) for row in for_others.order_by("item__name")),
        reviews=_reviews(item),
    )


def _letters_first(name: Combinable) -> Func:
    """Sort names that begin with a number behind all others; people look for words."""
    return Func(
        name,
        Value("^([^[:alpha:]])"),
        Value("~ \\1"),
        function="regexp_replace",
        output_field=_TEXT,
    )


_TEXT: "TextField[str, str]" = TextField()


def _used(field: str) -> tuple[str, ...]:
    found = Item.objects.exclude(**{field: ""}).order_by(field)
    return tuple(found.values_list(field, flat=True).distinct())


def _other_words(item: Item) -> tuple[OtherWords, ...]:
    found = Alias.objects.filter(item=item, ended_at__isnull=True).select_related("confirmed_by")
    return tuple(
        OtherWords(
            id=row.pk,
            text=row.text,
            language=row.language,
            confirmed_by=row.confirmed_by.name if row.confirmed_by else "",
            confirmed_at=row.confirmed_at,
        )
        for row in found.order_by("language", Lower("text"))
    )


def _part(row: KitPart, other: Item, *, unit_of: Item | None = None) -> PartOfKit:
    return PartOfKit(
        code=other.code,
        name=other.name,
        amount=row.amount,
        units=find_measure((unit_of or other).unit).plural,
        source=row.source,
    )


def _listed(item: Item) -> ItemListed:
    return ItemListed(
        code=item.code,
        name=item.name,
        category=item.category,
        relief_category=item.relief_category,
        support_category=item.support_category,
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
