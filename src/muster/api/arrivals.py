"""Unsolicited arrivals: goods that nobody asked for, kept apart until someone decides."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import arrivals as actions
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import (
    Day,
    Moved,
    PageAnswer,
    Paging,
    StagedAnswer,
    StatedWhy,
    Why,
    Yes,
    paged,
)
from muster.api.offers import OfferLineAnswer
from muster.queries.visibility import find, visible
from muster.records.models import OfferLine, UnsolicitedArrival

router = Router(tags=["arrivals"])


class ArrivalAnswer(StagedAnswer):
    """Goods in quarantine, in the item's smallest unit."""

    reference: str
    item: str
    amount: int
    unit: str
    typed_amount: str
    typed_unit: str
    sender: str
    place: str
    arrived_on: date
    description: str

    @staticmethod
    def resolve_item(arrival: UnsolicitedArrival) -> str:
        """Give the code alone."""
        return arrival.item_id

    @staticmethod
    def resolve_unit(arrival: UnsolicitedArrival) -> str:
        """Give the unit that the amount is in."""
        return arrival.item.unit

    @staticmethod
    def resolve_place(arrival: UnsolicitedArrival) -> str:
        """Give the code alone."""
        return arrival.place_id


class ArrivalInput(StatedWhy):
    """Goods to report."""

    reference: str
    item: str
    sender: str
    place: str
    arrived_on: Day
    description: str = ""
    invented: Yes = False


class AdoptionInput(Why):
    """Whose offer quarantined goods become; the reason says how the donor gave its word."""

    donor: str
    reference: str = ""
    answers: UUID | None = None


@router.get("/operations/{code}/arrivals", response=PageAnswer[ArrivalAnswer])
def list_arrivals(
    request: HttpRequest, code: str, paging: Query[Paging], stage: str = ""
) -> dict[str, object]:
    """List an operation's unsolicited arrivals that you may see, oldest record first."""
    asked = asking(request)
    found = visible(UnsolicitedArrival, asked.actor, asked.day).filter(
        operation=operation_of(request, code)
    )
    found = found.select_related("operation", "item")
    return paged(found.filter(stage=stage) if stage else found, paging)


@router.post("/operations/{code}/arrivals", response={201: ArrivalAnswer})
def report_arrival(
    request: HttpRequest, code: str, body: ArrivalInput
) -> Status[UnsolicitedArrival]:
    """Report goods that nobody asked for."""
    made = actions.report_arrival(
        act=act_of(request, body.reason),
        operation=operation_of(request, code).pk,
        amount=body.typed(),
        **body.model_dump(exclude={"reason", "amount", "unit"}),
    )
    return Status(201, made)


@router.get("/arrivals/{arrival}", response=ArrivalAnswer)
def show_arrival(request: HttpRequest, arrival: UUID) -> UnsolicitedArrival:
    """Show an unsolicited arrival."""
    asked = asking(request)
    return find(UnsolicitedArrival, arrival, asked.actor, asked.day)


@router.post("/arrivals/{arrival}/settle", response=ArrivalAnswer)
def settle_arrival(request: HttpRequest, arrival: UUID, body: Moved) -> UnsolicitedArrival:
    """Redirect, return or dispose of quarantined goods, with the reason."""
    return actions.settle_arrival(
        act=act_of(request, body.reason), arrival=arrival, event=body.event
    )


@router.post("/arrivals/{arrival}/adopt", response=OfferLineAnswer)
def adopt_arrival(request: HttpRequest, arrival: UUID, body: AdoptionInput) -> OfferLine:
    """Make quarantined goods an offer of a donor, by its word, with the reason."""
    return actions.adopt_arrival(
        act=act_of(request, body.reason),
        arrival=arrival,
        donor=body.donor,
        reference=body.reference,
        answers=body.answers,
    )
