"""The catalogue: items with their other words, packs, kits and substitutes, and their reviews."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import catalogue as actions
from muster.api.asking import act_of
from muster.api.fields import (
    NO_REASON,
    Answer,
    Input,
    PageAnswer,
    Paging,
    Whole,
    Why,
    Yes,
    paged,
)
from muster.queries.catalogue import listed_items
from muster.queries.register import find_item
from muster.records.models import Alias, Item, ItemReview, KitPart, Substitute

router = Router(tags=["catalogue"])


class ItemAnswer(Answer):
    """A kind of thing, counted in whole amounts of its smallest unit (a UN/ECE code)."""

    code: str
    name: str
    category: str
    relief_category: str
    support_category: str
    unit: str
    countable: bool
    mass_g: int | None
    volume_ml: int | None
    lethality: str
    serial_tracked: bool
    expires: bool
    consent_prone: bool
    hazard: str
    hs_code: str
    source: str


class PackAnswer(Answer):
    """A pack: an exact number of the smallest unit."""

    name: str
    holds: int


class AliasAnswer(Answer):
    """Other words for an item; confirmed by a person, or shipped with Muster ("seed")."""

    id: UUID
    text: str
    language: str
    source: str


class KitPartAnswer(Answer):
    """`amount` of the item's smallest unit is in one kit."""

    item: str
    amount: int
    source: str

    @staticmethod
    def resolve_item(row: KitPart) -> str:
        """Give the part's code."""
        return row.part_id


class SubstituteAnswer(Answer):
    """`numerator` units of the substitute do the work of `denominator` units of the item."""

    item: str
    numerator: int
    denominator: int
    note: str

    @staticmethod
    def resolve_item(row: Substitute) -> str:
        """Give the substitute's code."""
        return row.substitute_id


class ReviewAnswer(Answer):
    """A dated verdict."""

    id: UUID
    verdict: str
    authority: str
    reviewed_at: datetime
    reason: str


class WholeItemAnswer(ItemAnswer):
    """An item with its other words, packs, content if it is a kit, substitutes and reviews."""

    aliases: list[AliasAnswer]
    parts: list[KitPartAnswer]
    packs: list[PackAnswer]
    substitutes: list[SubstituteAnswer]
    reviews: list[ReviewAnswer]

    @staticmethod
    def resolve_aliases(row: Item) -> list[Alias]:
        """Give the words that are in use."""
        return list(row.aliases.filter(ended_at__isnull=True).order_by("language", "text"))


class MeasuresInput(Why):
    """The mass of one smallest unit in grams, its volume in millilitres, or both."""

    mass_g: Whole | None = None
    volume_ml: Whole | None = None

    def told(self) -> dict[str, int | None]:
        """Give them as the action takes them."""
        return {"mass_g": self.mass_g, "volume_ml": self.volume_ml}


class ItemInput(Why):
    """An item to add; it begins unreviewed."""

    code: str
    name: str
    category: str
    unit: str
    countable: Yes = True
    serial_tracked: Yes = False
    source: str = ""
    relief_category: str = ""
    support_category: str = ""


class ItemsAsked(Paging):
    """Which items: words of their names, codes or aliases, and the categories they are in."""

    category: str = ""
    words: str = ""
    relief: str = ""
    support: str = ""


class AliasInput(Why):
    """Words that mean the item, and their language (ISO 639-1) if it is known."""

    text: str
    language: str = ""


class PartInput(Input):
    """How much of an item, in its smallest unit, is in one kit."""

    item: str
    amount: Whole


class KitInput(Why):
    """All that is in one kit; an empty list says that it is no kit."""

    parts: list[PartInput]


class VerdictInput(Why):
    """The verdict on an item; the reason is needed."""

    verdict: str


@router.get("/items", response=PageAnswer[ItemAnswer])
def list_items(request: HttpRequest, asked: Query[ItemsAsked]) -> dict[str, object]:
    """List the catalogue by code; `words` are looked for in names, codes and aliases."""
    found = listed_items(
        text=asked.words, category=asked.category, relief=asked.relief, support=asked.support
    )
    return paged(found, asked, order=["code"])


@router.get("/items/{code}", response=WholeItemAnswer)
def show_item(request: HttpRequest, code: str) -> Item:
    """Show an item."""
    return find_item(code)


@router.post("/items", response={201: ItemAnswer})
def add_item(request: HttpRequest, body: ItemInput) -> Status[Item]:
    """Add an item to the catalogue."""
    made = actions.add_item(act=act_of(request, body.reason), **body.model_dump(exclude={"reason"}))
    return Status(201, made)


@router.post("/items/{code}/reviews", response={201: ReviewAnswer})
def review_item(request: HttpRequest, code: str, body: VerdictInput) -> Status[ItemReview]:
    """Record the verdict on an item, with the reason."""
    made = actions.review_item(act=act_of(request, body.reason), item=code, verdict=body.verdict)
    return Status(201, made)


@router.post("/items/{code}/measures", response=ItemAnswer)
def state_measures(request: HttpRequest, code: str, body: MeasuresInput) -> Item:
    """State the mass or the volume of one unit of an item, and in the reason where it is from."""
    return actions.state_measures(act=act_of(request, body.reason), item=code, **body.told())


@router.post("/items/{code}/aliases", response={201: AliasAnswer})
def add_alias(request: HttpRequest, code: str, body: AliasInput) -> Status[Alias]:
    """Record other words for an item."""
    made = actions.add_alias(
        act=act_of(request, body.reason), item=code, text=body.text, language=body.language
    )
    return Status(201, made)


@router.post("/aliases/{alias}/end", response=AliasAnswer)
def end_alias(request: HttpRequest, alias: UUID, body: Why = NO_REASON) -> Alias:
    """Take words from their item."""
    return actions.end_alias(act=act_of(request, body.reason), alias=alias)


@router.post("/items/{code}/kit", response=WholeItemAnswer)
def set_kit(request: HttpRequest, code: str, body: KitInput) -> Item:
    """Say what is in one kit, in place of what was said before."""
    parts = [actions.InKit(item=part.item, amount=part.amount) for part in body.parts]
    return actions.set_kit(act=act_of(request, body.reason), kit=code, parts=parts)
