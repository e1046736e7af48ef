"""The catalogue: items with their packs and substitutes, and their reviews."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import catalogue as actions
from muster.api.asking import act_of
from muster.api.fields import Answer, PageAnswer, Paging, Why, Yes, paged
from muster.queries.register import find_item
from muster.records.models import Item, ItemReview, Substitute

router = Router(tags=["catalogue"])


class ItemAnswer(Answer):
    """A kind of thing, counted in whole amounts of its smallest unit (a UN/ECE code)."""

    code: str
    name: str
    category: str
    unit: str
    countable: bool
    mass_g: int | None
    volume_ml: int | None
    lethality: str
    serial_tracked: bool
    expires: bool
    source: str


class PackAnswer(Answer):
    """A pack: an exact number of the smallest unit."""

    name: str
    holds: int


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
    """An item with its packs, its substitutes and its reviews."""

    packs: list[PackAnswer]
    substitutes: list[SubstituteAnswer]
    reviews: list[ReviewAnswer]


class ItemInput(Why):
    """An item to add; it begins unreviewed."""

    code: str
    name: str
    category: str
    unit: str
    countable: Yes = True
    serial_tracked: Yes = False
    source: str = ""


class VerdictInput(Why):
    """The verdict on an item; the reason is needed."""

    verdict: str


@router.get("/items", response=PageAnswer[ItemAnswer])
def list_items(
    request: HttpRequest, paging: Query[Paging], category: str = "", words: str = ""
) -> dict[str, object]:
    """List the catalogue by code; `words` is looked for in the names."""
    found = Item.objects.filter(name__icontains=words)
    return paged(found.filter(category=category) if category else found, paging, order=["code"])


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
