"""Consignments, receipts and arrivals: what travels, where it is, what was counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor, Role
from muster.core.quantities.units import find_measure
from muster.core.stages import Subject, events_from
from muster.queries.allocations import typed_unit
from muster.queries.balances import balances
from muster.queries.journal import Happening, history
from muster.queries.listing import Page, page_of
from muster.queries.visibility import find, visible
from muster.records.models import (
    Allocation,
    Consent,
    Consignment,
    Item,
    ManifestLine,
    Operation,
    Party,
    Place,
    Receipt,
    UnsolicitedArrival,
)

NEWEST = ("-recorded_at", "-id")
ON_THE_WAY = ("reach_hub", "leave_hub", "cross_border", "divert", "arrive")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedLine:
    """One line of a packing list, in smallest units of its item; what is not known is None."""

    id: UUID
    position: int
    item: str
    hazard: str
    unit: str
    unit_code: str
    amount: int
    typed: str
    pieces: int | None
    gross_kg: Decimal | None
    volume_m3: Decimal | None
    lot: str
    expires_on: date | None
    serials: tuple[str, ...]
    allocation: UUID
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A total over a packing list, as far as it is known.

    Args:
        known: the sum over the lines that state it.
        unknown: how many lines do not; while there is one, the total is unknown.
    """

    known: Decimal
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Packable:
    """An agreed allocation with something left to pack, and the kind of thing it is."""

    id: UUID
    item: str
    unit: str
    kind: Item
    left: int
    line: str
    recipient: str
    serial_tracked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingConsent:
    """A consent that dispatch waits for."""

    id: UUID
    origin: str
    item: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConsignment:
    """A consignment with its packing list, its way, and what the actor may do with it."""

    record: Consignment
    lines: tuple[PackedLine, ...]
    pieces: Whole
    gross_kg: Whole
    volume_m3: Whole
    happenings: tuple[Happening, ...]
    receipt: Receipt | None
    packable: tuple[Packable, ...]
    consents: tuple[MissingConsent, ...]
    verbs: frozenset[str]
    on_the_way: tuple[str, ...]
    signs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArrival:
    """An unsolicited arrival, and how the actor may settle it."""

    record: UnsolicitedArrival
    typed: str
    unit: str
    happenings: tuple[Happening, ...]
    verbs: frozenset[str]


def listed(
    operation: Operation,
    actor: Actor,
    *,
    day: date,
    stages: Iterable[str] = (),
    after: str | None = None,
) -> Page[Consignment]:
    """List the consignments of an operation, newest first; each with `lines_packed`."""
    found = visible(Consignment, actor, day).filter(operation=operation)
    wanted = list(stages)
    if wanted:
        found = found.filter(stage__in=wanted)
    found = found.select_related(*RELATED).annotate(lines_packed=Count("lines"))
    return page_of(found, order=NEWEST, after=after)


def shown(consignment: UUID, actor: Actor, day: date) -> ShownConsignment:
    """Show one consignment; whoever may not see it learns neither its route nor its times.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    find(Consignment, consignment, actor, day)
    record = Consignment.objects.select_related(*RELATED).get(pk=consignment)
    lines = packed(record)
    moves_it = _moves(record, actor, day)
    possible = events_from(Subject.CONSIGNMENT, record.stage)
    verbs = {verb for verb in possible if verb in _OWN and moves_it}
    if record.stage == "planned" and moves_it:
        verbs.add("pack")
    can_be_named = record.stage in {"planned", "packed"} or (
        record.stage == "cleared" and record.consignee_id is None
    )
    if can_be_named and moves_it:
        verbs.add("name_consignee")
    if record.stage in {"planned", "packed", "cleared"} and moves_it:
        verbs.add("say_way")
    return ShownConsignment(
        record=record,
        lines=lines,
        pieces=_whole([line.pieces for line in lines]),
        gross_kg=_whole([line.gross_kg for line in lines]),
        volume_m3=_whole([line.volume_m3 for line in lines]),
        happenings=tuple(history(record.pk)),
        receipt=Receipt.objects.filter(consignment=record).first(),
        packable=_packable(record, actor, day) if "pack" in verbs else (),
        consents=_missing_consents(record, lines, actor, day),
        verbs=frozenset(verbs),
        on_the_way=tuple(verb for verb in ON_THE_WAY if verb in possible) if moves_it else (),
        signs=record.stage == "handed_over"
        and record.consignee_id in actor.parties(Role.RECIPIENT, day),
    )


def arrivals_of(
    operation: Operation, actor: Actor, *, day: date, after: str | None = None
) -> Page[UnsolicitedArrival]:
    """List the unsolicited arrivals of an operation, newest first."""
    found = visible(UnsolicitedArrival, actor, day).filter(operation=operation)
    return page_of(found.select_related("item", "place"), order=NEWEST, after=after)


def shown_arrival(arrival: UUID, actor: Actor, day: date) -> ShownArrival:
    """Show one unsolicited arrival.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    find(UnsolicitedArrival, arrival, actor, day)
    record = UnsolicitedArrival.objects.select_related("item", "place", "operation").get(pk=arrival)
    settles = actor.has(Role.LOGISTICS, day) or actor.has(Role.COORDINATOR, day)
    possible = {"redirect", "return", "dispose"} & set(events_from(Subject.ARRIVAL, record.stage))
    if record.stage == "quarantined" and actor.has(Role.COORDINATOR, day):
        possible.add("adopt")
    return ShownArrival(
        record=record,
        typed=f"{record.typed_amount} {typed_unit(record.typed_unit)}",
        unit=find_measure(record.item.unit).plural,
        happenings=tuple(history(record.pk)),
        verbs=frozenset(possible) if settles else frozenset(),
    )


def may_report_arrivals(actor: Actor, day: date) -> bool:
    """Say whether the actor may report goods that nobody asked for."""
    return any(actor.has(role, day) for role in (Role.LOGISTICS, Role.RECIPIENT, Role.COORDINATOR))


def senders(operation: Operation, actor: Actor, *, day: date) -> tuple[Party, ...]:
    """List the parties for which the actor may plan a consignment.

    For a donor's user these are its own; for logistics and coordinators all that have agreed to
    give something in the operation, as far as they may see it.
    """
    own = list(actor.parties(Role.DONOR, day))
    condition = Q(pk__in=own)
    if actor.has(Role.LOGISTICS, day) or actor.has(Role.COORDINATOR, day):
        agreed = visible(Allocation, actor, day).filter(operation=operation, stage="agreed")
        condition |= Q(pk__in=agreed.values("donor_id"))
    return tuple(Party.objects.filter(condition).order_by("name"))


def places() -> tuple[Place, ...]:
    """List all places of the register, by name."""
    return tuple(Place.objects.order_by("name", "code"))


def items() -> tuple[Item, ...]:
    """List all items of the catalogue, by name."""
    return tuple(Item.objects.order_by("name", "code"))


def recipients_of(operation: Operation) -> tuple[Party, ...]:
    """List the nations that are helped in an operation."""
    return tuple(operation.recipients.order_by("name"))


RELATED = ("operation", "donor", "consignee", "from_place", "to_place")
# What the donor's own, logistics and coordinators do; signing is the recipient's alone.
_OWN = frozenset({"lock", "unlock", "clear", "dispatch", "hand_over", "lose", "cancel"})


def _moves(record: Consignment, actor: Actor, day: date) -> bool:
    return (
        record.donor_id in actor.parties(Role.DONOR, day)
        or actor.has(Role.LOGISTICS, day)
        or actor.has(Role.COORDINATOR, day)
    )


def packed(record: Consignment) -> tuple[PackedLine, ...]:
    """List the lines of a manifest, in its order."""
    lines = (
        ManifestLine.objects.filter(consignment=record)
        .select_related("item", "allocation__request_line__request")
        .prefetch_related("serials")
        .order_by("position")
    )
    return tuple(
        PackedLine(
            id=line.pk,
            position=line.position,
            item=line.item.name,
            hazard=line.item.hazard,
            unit=find_measure(line.item.unit).plural,
            unit_code=line.item.unit,
            amount=line.amount,
            typed=_as_typed(line),
            pieces=line.pieces,
            gross_kg=line.gross_kg,
            volume_m3=line.volume_m3,
            lot=line.lot,
            expires_on=line.expires_on,
            serials=tuple(sorted(serial.number for serial in line.serials.all())),
            allocation=line.allocation_id,
            line=f"{line.allocation.request_line.request.reference}"
            f"/{line.allocation.request_line.position}",
        )
        for line in lines
    )


def _as_typed(line: ManifestLine) -> str:
    """Give the amount as it was written, where it was written in another unit than it is kept."""
    return (
        ""
        if line.typed_unit == line.item.unit
        else f"{line.typed_amount} {typed_unit(line.typed_unit)}"
    )


def _whole(values: Iterable[Decimal | int | None]) -> Whole:
    stated = list(values)
    known = sum((Decimal(value) for value in stated if value is not None), Decimal(0))
    return Whole(known=known, unknown=sum(value is None for value in stated))


def _packable(record: Consignment, actor: Actor, day: date) -> tuple[Packable, ...]:
    agreed = visible(Allocation, actor, day).filter(
        operation_id=record.operation_id, donor_id=record.donor_id, stage="agreed"
    )
    if record.consignee_id is not None:
        agreed = agreed.filter(recipient_id=record.consignee_id)
    found = list(
        agreed.select_related("item", "recipient", "request_line__request")
        .prefetch_related("item__packs")
        .order_by("item__name", "recorded_at")
    )
    left = balances([K.ALLOCATED], [goods.pk for goods in found])
    return tuple(
        Packable(
            id=goods.pk,
            item=goods.item.name,
            unit=find_measure(goods.item.unit).plural,
            kind=goods.item,
            left=amount,
            line=f"{goods.request_line.request.reference}/{goods.request_line.position}",
            recipient=goods.recipient.name,
            serial_tracked=goods.item.serial_tracked,
        )
        for goods in found
        if (amount := left.get((goods.pk, K.ALLOCATED), 0)) > 0
    )


def _missing_consents(
    record: Consignment, lines: Iterable[PackedLine], actor: Actor, day: date
) -> tuple[MissingConsent, ...]:
    """List the consents that are not in force while the consignment has not left."""
    if record.stage not in {"planned", "packed", "cleared"}:
        return ()
    asked = visible(Consent, actor, day).filter(allocation__in={line.allocation for line in lines})
    granted = Q(stage="granted") & (Q(valid_until__isnull=True) | Q(valid_until__gte=day))
    return tuple(
        MissingConsent(
            id=consent.pk,
            origin=consent.origin.name,
            item=consent.allocation.item.name,
            stage=consent.stage,
        )
        for consent in asked.exclude(granted).select_related("origin", "allocation__item")
    )
