"""Consignments: planned, packed, locked, cleared, dispatched, on their way, handed over."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import consignments as actions
from muster.actions import journeys, ways
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import (
    JUST_NOW,
    NO_REASON,
    Answer,
    Day,
    Happened,
    Kilograms,
    PageAnswer,
    Paging,
    StagedAnswer,
    StatedWhy,
    Whole,
    Why,
    Yes,
    paged,
)
from muster.queries.visibility import find, visible
from muster.records.models import Consignment, ManifestLine

router = Router(tags=["consignments"])


class ManifestLineAnswer(Answer):
    """A line of a packing list: so much of one allocation, in the item's smallest unit."""

    id: UUID
    consignment: UUID
    allocation: UUID
    position: int
    item: str
    amount: int
    unit: str
    typed_amount: str
    typed_unit: str
    pieces: int | None
    gross_kg: Decimal | None
    volume_m3: Decimal | None
    lot: str
    expires_on: date | None
    serials: list[str]

    @staticmethod
    def resolve_consignment(line: ManifestLine) -> UUID:
        """Give the id alone."""
        return line.consignment_id

    @staticmethod
    def resolve_allocation(line: ManifestLine) -> UUID:
        """Give the id alone."""
        return line.allocation_id

    @staticmethod
    def resolve_item(line: ManifestLine) -> str:
        """Give the code alone."""
        return line.item_id

    @staticmethod
    def resolve_unit(line: ManifestLine) -> str:
        """Give the unit that the amount is in."""
        return line.item.unit

    @staticmethod
    def resolve_serials(line: ManifestLine) -> list[str]:
        """List the serial numbers."""
        return sorted(serial.number for serial in line.serials.all())


class ConsignmentAnswer(StagedAnswer):
    """What travels together to one consignee."""

    reference: str
    donor: str
    consignee: str | None
    carrier: str
    mode: str
    from_place: str | None
    to_place: str | None
    way: list[str]
    leaves_on: date | None
    due_on: date | None
    lines: list[ManifestLineAnswer]

    @staticmethod
    def resolve_donor(box: Consignment) -> str:
        """Give the code alone."""
        return box.donor_id

    @staticmethod
    def resolve_consignee(box: Consignment) -> str | None:
        """Give the code alone."""
        return box.consignee_id

    @staticmethod
    def resolve_from_place(box: Consignment) -> str | None:
        """Give the code alone."""
        return box.from_place_id

    @staticmethod
    def resolve_to_place(box: Consignment) -> str | None:
        """Give the code alone."""
        return box.to_place_id

    @staticmethod
    def resolve_lines(box: Consignment) -> list[ManifestLine]:
        """List the manifest in its order."""
        return sorted(box.lines.all(), key=lambda line: line.position)


class ConsignmentInput(Why):
    """A consignment to plan; places are named by their codes."""

    donor: str
    reference: str
    consignee: str | None = None
    carrier: str = ""
    mode: str = ""
    from_place: str | None = None
    to_place: str | None = None
    leaves_on: Day | None = None
    due_on: Day | None = None
    invented: Yes = False


class WayInput(Why):
    """The places of a way, by their codes, in order, first and last included."""

    places: list[str]


class ConsigneeInput(Why):
    """Who signs for it: the code of a recipient of the operation."""

    consignee: str


class PackInput(StatedWhy):
    """So much of an allocation, with what a packing list says of it."""

    allocation: UUID
    serials: tuple[str, ...] = ()
    pieces: Whole | None = None
    gross_kg: Kilograms | None = None
    volume_m3: Kilograms | None = None
    lot: str = ""
    expires_on: Day | None = None


class PlacedInput(Happened):
    """When, and at which place (a code)."""

    place: str | None = None


class HandOverInput(Happened):
    """When, and at which place (a code)."""

    place: str


class EventInput(HandOverInput):
    """reach_hub, leave_hub, cross_border, divert or arrive: when and where."""

    event: str
    note: str = ""


_NO_PLACE = PlacedInput()


@router.get("/operations/{code}/consignments", response=PageAnswer[ConsignmentAnswer])
def list_consignments(
    request: HttpRequest, code: str, paging: Query[Paging], stage: str = ""
) -> dict[str, object]:
    """List an operation's consignments that you may see, oldest record first."""
    asked = asking(request)
    found = visible(Consignment, asked.actor, asked.day).filter(
        operation=operation_of(request, code)
    )
    found = found.select_related("operation").prefetch_related("lines__item", "lines__serials")
    return paged(found.filter(stage=stage) if stage else found, paging)


@router.post("/operations/{code}/consignments", response={201: ConsignmentAnswer})
def plan_consignment(
    request: HttpRequest, code: str, body: ConsignmentInput
) -> Status[Consignment]:
    """Plan what will travel together."""
    made = actions.plan_consignment(
        act=act_of(request, body.reason),
        operation=operation_of(request, code).pk,
        **body.model_dump(exclude={"reason"}),
    )
    return Status(201, made)


@router.get("/consignments/{consignment}", response=ConsignmentAnswer)
def show_consignment(request: HttpRequest, consignment: UUID) -> Consignment:
    """Show a consignment with its manifest."""
    asked = asking(request)
    return find(Consignment, consignment, asked.actor, asked.day)


@router.post("/consignments/{consignment}/way", response=ConsignmentAnswer)
def say_consignment_way(request: HttpRequest, consignment: UUID, body: WayInput) -> Consignment:
    """Say through which places a consignment will go, before it leaves."""
    return ways.say_way(
        act=act_of(request, body.reason), consignment=consignment, places=body.places
    )


@router.post("/consignments/{consignment}/consignee", response=ConsignmentAnswer)
def name_consignee(request: HttpRequest, consignment: UUID, body: ConsigneeInput) -> Consignment:
    """Name who signs for a consignment, before it leaves."""
    return actions.name_consignee(
        act=act_of(request, body.reason), consignment=consignment, consignee=body.consignee
    )


@router.post("/consignments/{consignment}/lines", response={201: ManifestLineAnswer})
def pack(request: HttpRequest, consignment: UUID, body: PackInput) -> Status[ManifestLine]:
    """Put a part of an agreed allocation on the manifest."""
    made = actions.pack(
        act=act_of(request, body.reason),
        consignment=consignment,
        amount=body.typed(),
        **body.model_dump(exclude={"reason", "amount", "unit"}),
    )
    return Status(201, made)


@router.post("/consignments/{consignment}/lock", response=ConsignmentAnswer)
def lock_manifest(request: HttpRequest, consignment: UUID, body: Why = NO_REASON) -> Consignment:
    """Close the packing list."""
    return actions.lock_manifest(act=act_of(request, body.reason), consignment=consignment)


@router.post("/consignments/{consignment}/unlock", response=ConsignmentAnswer)
def unlock_manifest(request: HttpRequest, consignment: UUID, body: Why = NO_REASON) -> Consignment:
    """Open a closed packing list again, with the reason."""
    return actions.unlock_manifest(act=act_of(request, body.reason), consignment=consignment)


@router.post("/consignments/{consignment}/clear", response=ConsignmentAnswer)
def clear_consignment(
    request: HttpRequest, consignment: UUID, body: Happened = JUST_NOW
) -> Consignment:
    """Record that the papers for the journey are in order."""
    return actions.clear_consignment(
        act=act_of(request, body.reason), consignment=consignment, happened_at=body.happened_at
    )


@router.post("/consignments/{consignment}/dispatch", response=ConsignmentAnswer)
def dispatch(request: HttpRequest, consignment: UUID, body: PlacedInput = _NO_PLACE) -> Consignment:
    """Send a consignment off."""
    return actions.dispatch(
        act=act_of(request, body.reason),
        consignment=consignment,
        happened_at=body.happened_at,
        place=body.place,
    )


@router.post("/consignments/{consignment}/events", response=ConsignmentAnswer)
def report_on_the_way(request: HttpRequest, consignment: UUID, body: EventInput) -> Consignment:
    """Record where a consignment is on its way."""
    return journeys.report_on_the_way(
        act=act_of(request, body.reason),
        consignment=consignment,
        event=body.event,
        place=body.place,
        happened_at=body.happened_at,
        note=body.note,
    )


@router.post("/consignments/{consignment}/hand-over", response=ConsignmentAnswer)
def hand_over(request: HttpRequest, consignment: UUID, body: HandOverInput) -> Consignment:
    """Record that the consignee has the goods; the count follows with the receipt."""
    return journeys.hand_over(
        act=act_of(request, body.reason),
        consignment=consignment,
        place=body.place,
        happened_at=body.happened_at,
    )


@router.post("/consignments/{consignment}/lose", response=ConsignmentAnswer)
def lose_consignment(
    request: HttpRequest, consignment: UUID, body: Happened = JUST_NOW
) -> Consignment:
    """Record that a consignment is lost on the way, with the reason."""
    return journeys.lose_consignment(
        act=act_of(request, body.reason), consignment=consignment, happened_at=body.happened_at
    )


@router.post("/consignments/{consignment}/cancel", response=ConsignmentAnswer)
def cancel_consignment(
    request: HttpRequest, consignment: UUID, body: Why = NO_REASON
) -> Consignment:
    """Give a consignment up before it leaves, with the reason."""
    return actions.cancel_consignment(act=act_of(request, body.reason), consignment=consignment)
