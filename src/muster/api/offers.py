"""Offers and their lines."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from muster.actions import offers as actions
from muster.actions.offers import LineOffered
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import (
    JUST_NOW,
    NO_REASON,
    Amount,
    Answer,
    Day,
    Happened,
    PageAnswer,
    Paging,
    StagedAnswer,
    Stated,
    Whole,
    Why,
    Yes,
    paged,
)
from muster.core.accounts import AccountKind as K
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.visibility import find, visible
from muster.records.models import Offer, OfferLine

router = Router(tags=["offers"])


class OfferLineAnswer(StagedAnswer):
    """One thing offered; the amounts are in the item's smallest unit."""

    offer: UUID
    donor: str
    position: int
    item: str
    description: str
    quantity_kind: str
    amount: int
    rate: int | None
    per: str
    unit: str
    typed_amount: str
    typed_unit: str
    answers: UUID | None
    available_from: date
    available_until: date | None
    place: str
    lot: int
    caveat: str
    only_for: list[str]
    not_for: list[str]
    origin: str | None

    @staticmethod
    def resolve_offer(line: OfferLine) -> UUID:
        """Give the id alone."""
        return line.offer_id

    @staticmethod
    def resolve_donor(line: OfferLine) -> str:
        """Give the code alone."""
        return line.donor_id

    @staticmethod
    def resolve_item(line: OfferLine) -> str:
        """Give the code alone."""
        return line.item_id

    @staticmethod
    def resolve_unit(line: OfferLine) -> str:
        """Give the unit that the amounts are in."""
        return line.item.unit

    @staticmethod
    def resolve_answers(line: OfferLine) -> UUID | None:
        """Give the id of the request line alone."""
        return line.answers_id

    @staticmethod
    def resolve_origin(line: OfferLine) -> str | None:
        """Give the code alone."""
        return line.origin_id


class WholeOfferLineAnswer(OfferLineAnswer):
    """One thing offered, with what is still there to be promised."""

    left: int

    @staticmethod
    def resolve_left(line: OfferLine) -> int:
        """Ask the ledger."""
        return balance(K.AVAILABLE, line.pk)


class OfferAnswer(Answer):
    """What a donor will give, in one message."""

    id: UUID
    operation: str = Field(alias="operation.code")
    donor: str
    donor_standing: str
    reference: str
    title: str
    offered_on: date
    restricted: bool
    marking: str
    recorded_at: datetime
    invented: bool
    source: str
    lines: list[OfferLineAnswer]

    @staticmethod
    def resolve_donor(offer: Offer) -> str:
        """Give the code alone."""
        return offer.donor_id

    @staticmethod
    def resolve_lines(offer: Offer) -> list[OfferLine]:
        """List the lines in their order."""
        return sorted(offer.lines.all(), key=lambda line: line.position)


class LineInput(Stated):
    """One thing offered, as the donor types it."""

    item: str
    description: str = ""
    answers: UUID | None = None
    available_from: Day | None = None
    available_until: Day | None = None
    place: str = ""
    lot: Whole = 1
    caveat: str = ""
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    origin: str | None = None
    source: str = ""
    invented: Yes = False

    def offered(self) -> LineOffered:
        """Give it as the action takes it."""
        rest = self.model_dump(exclude={"amount", "unit"})
        return LineOffered(quantity=self.typed(), **rest)


class OfferInput(Happened):
    """An offer to make."""

    donor: str
    reference: str
    title: str
    offered_on: Day
    lines: list[LineInput]
    restricted: Yes = False
    source: str = ""
    invented: Yes = False


class MatchInput(Why):
    """The request line that is answered; null for none."""

    request_line: UUID | None


class PartInput(Why):
    """How much of it; all that is left, if not said."""

    amount: Amount | None = None
    unit: str = ""

    def typed(self) -> Typed | None:
        """Give it as the actions take it."""
        return None if self.amount is None else Typed(self.amount, self.unit)


class AcceptInput(PartInput, Happened):
    """How much is accepted, and when it was."""


_ALL_NOW = AcceptInput()
_ALL_OF_IT = PartInput()


@router.get("/operations/{code}/offers", response=PageAnswer[OfferAnswer])
def list_offers(request: HttpRequest, code: str, paging: Query[Paging]) -> dict[str, object]:
    """List an operation's offers that you may see, oldest record first."""
    asked = asking(request)
    found = visible(Offer, asked.actor, asked.day).filter(operation=operation_of(request, code))
    found = found.select_related("operation").prefetch_related("lines__item", "lines__operation")
    return paged(found, paging)


@router.post("/operations/{code}/offers", response={201: OfferAnswer})
def make_offer(request: HttpRequest, code: str, body: OfferInput) -> Status[Offer]:
    """Offer goods, as the donor's own point of contact."""
    made = actions.make_offer(
        act=act_of(request, body.reason),
        operation=operation_of(request, code).pk,
        lines=[line.offered() for line in body.lines],
        **body.model_dump(exclude={"lines", "reason"}),
    )
    return Status(201, made)


@router.get("/operations/{code}/offer-lines", response=PageAnswer[OfferLineAnswer])
def list_offer_lines(
    request: HttpRequest, code: str, paging: Query[Paging], stage: str = "", item: str = ""
) -> dict[str, object]:
    """List the offered lines that you may see, oldest record first."""
    asked = asking(request)
    found = visible(OfferLine, asked.actor, asked.day).filter(operation=operation_of(request, code))
    found = found.select_related("operation", "item")
    found = found.filter(stage=stage) if stage else found
    return paged(found.filter(item=item) if item else found, paging)


@router.get("/offers/{offer}", response=OfferAnswer)
def show_offer(request: HttpRequest, offer: UUID) -> Offer:
    """Show an offer with its lines."""
    asked = asking(request)
    return find(Offer, offer, asked.actor, asked.day)


@router.get("/offer-lines/{line}", response=WholeOfferLineAnswer)
def show_offer_line(request: HttpRequest, line: UUID) -> OfferLine:
    """Show one thing offered, with what is left of it."""
    asked = asking(request)
    return find(OfferLine, line, asked.actor, asked.day)


@router.post("/offer-lines/{line}/review", response=OfferLineAnswer)
def review_offer(request: HttpRequest, line: UUID, body: Why = NO_REASON) -> OfferLine:
    """Take an offered line under review."""
    return actions.review_offer(act=act_of(request, body.reason), line=line)


@router.post("/offer-lines/{line}/match", response=OfferLineAnswer)
def match_offer(request: HttpRequest, line: UUID, body: MatchInput) -> OfferLine:
    """Say which request line an offered line answers, or that it answers none."""
    return actions.match_offer(
        act=act_of(request, body.reason), line=line, request_line=body.request_line
    )


@router.post("/offer-lines/{line}/accept", response=WholeOfferLineAnswer)
def accept_offer(request: HttpRequest, line: UUID, body: AcceptInput = _ALL_NOW) -> OfferLine:
    """Accept an offered line, in whole or in part."""
    return actions.accept_offer(
        act=act_of(request, body.reason),
        line=line,
        amount=body.typed(),
        happened_at=body.happened_at,
    )


@router.post("/offer-lines/{line}/defer", response=OfferLineAnswer)
def defer_offer(request: HttpRequest, line: UUID, body: Why = NO_REASON) -> OfferLine:
    """Put an offered line off, with the reason."""
    return actions.defer_offer(act=act_of(request, body.reason), line=line)


@router.post("/offer-lines/{line}/decline", response=OfferLineAnswer)
def decline_offer(request: HttpRequest, line: UUID, body: Happened = JUST_NOW) -> OfferLine:
    """Decline an offered line, with the reason."""
    return actions.decline_offer(
        act=act_of(request, body.reason), line=line, happened_at=body.happened_at
    )


@router.post("/offer-lines/{line}/withdraw", response=WholeOfferLineAnswer)
def withdraw_offer(request: HttpRequest, line: UUID, body: PartInput = _ALL_OF_IT) -> OfferLine:
    """Take back what is left of an offered line, or a part of it."""
    return actions.withdraw_offer(act=act_of(request, body.reason), line=line, amount=body.typed())
