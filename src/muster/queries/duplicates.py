"""The same need or gift told more than once: which lines may be one, why, and what was decided."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from django.db.models import QuerySet

from muster.core.actors import Actor
from muster.core.exchange import Change, Status
from muster.core.intake.claims import Claim, Direction, Reason
from muster.core.intake.duplicates import find_duplicates
from muster.core.intake.settled import Purpose
from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.quantities.units import find_measure
from muster.queries.amounts import quantity_of, substitute_ratios
from muster.queries.visibility import visible
from muster.records.models import (
    DuplicateDecision,
    ImportBatch,
    ImportLine,
    Item,
    OfferLine,
    Operation,
    RequestLine,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two lines that may be one: a stored line, or one of an import."""

    id: UUID
    kind: str
    """request_line, offer_line or import_line."""
    name: str
    """How people call it: REFERENCE/position, or the place in its file."""
    party: str
    item: str
    amount: str
    stated_on: date | None
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two lines that may be one, how likely, why, and which of them would count."""

    first: Side
    second: Side
    kind: str
    score: float
    reasons: tuple[Reason, ...]
    counts: UUID
    other: UUID
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision on two lines, with the lines as far as they can still be seen."""

    record: DuplicateDecision
    kept: Side | None
    other: Side | None


def pairs_of_operation(operation: Operation, actor: Actor, day: date) -> tuple[Pair, ...]:
    """List the stored lines of an operation that may tell of the same thing, the surest first."""
    return _pairs(_Known.of(operation, actor, day), ())


def pairs_of_import(
    batch: ImportBatch, lines: Iterable[ImportLine], actor: Actor, day: date
) -> tuple[Pair, ...]:
    """List the lines of an import that may tell of what is stored, or of each other."""
    kin = _kin()
    items = {item.code: item for item in Item.objects.all()}
    told = [line for line in lines if line.item in items]
    own = tuple(_import_sides(batch, told, items, kin))
    known = _Known.of(batch.operation, actor, day, beside=own)
    stored = {side.id for side, _ in known.lines}
    return _pairs(known, tuple(line for line in own if line[0].id not in stored))


def decisions_of(operation: Operation, actor: Actor, day: date) -> tuple[Decided, ...]:
    """List what was decided about duplicates of an operation, newest first."""
    found = visible(DuplicateDecision, actor, day).filter(operation=operation)
    named = {key for each in found for key in (each.kept, each.other)}
    lines = (
        *_request_sides(_requested(operation, actor, day).filter(pk__in=named), {}),
        *_offer_sides(_offered(operation, actor, day).filter(pk__in=named), {}),
    )
    sides = {side.id: side for side, _ in lines}
    return tuple(
        Decided(record=each, kept=sides.get(each.kept), other=sides.get(each.other))
        for each in found.select_related("user", "undone_by").order_by("-recorded_at", "-id")
    )


def counted_out(lines: Iterable[UUID]) -> frozenset[UUID]:
    """Say which of these lines are the second telling of another, by a word that stands."""
    found = DuplicateDecision.objects.filter(
        other__in=list(lines), word=DuplicateDecision.Word.SAME, undone_at__isnull=True
    )
    return frozenset(found.values_list("other", flat=True))


_Line = tuple[Side, Claim]
_ASKED_FOR = ("submitted", "validated", "circulated")
_GIVEN = ("offered", "under_review", "deferred", "accepted", "part_accepted")
_GIFTS = frozenset({Purpose.OFFERS, Purpose.PLEDGES, Purpose.COMMITMENTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The stored lines of an operation with what is decided about them."""

    lines: tuple[_Line, ...]
    decided: frozenset[frozenset[UUID]]

    @classmethod
    def of(
        cls, operation: Operation, actor: Actor, day: date, *, beside: Sequence[_Line] | None = None
    ) -> "_Known":
        """Gather the lines that may have a second telling: among themselves, or beside others.

        A line can only be told twice by one of its party and of its item or the item's kin, so
        whatever stands alone with these is left in the database.
        """
        kin = _kin()
        decided = visible(DuplicateDecision, actor, day).filter(
            operation=operation, undone_at__isnull=True
        )
        requested = _requested(operation, actor, day)
        offered = _offered(operation, actor, day)
        asked_of = _shared(requested.values_list("request__recipient_id", "item_id"), kin, beside)
        given_of = _shared(offered.values_list("donor_id", "item_id"), kin, beside)
        return cls(
            lines=(
                *_request_sides(requested.filter(item__in=asked_of), kin),
                *_offer_sides(offered.filter(item__in=given_of), kin),
            ),
            decided=frozenset(frozenset({each.kept, each.other}) for each in decided),
        )


def _shared(
    pairs: Iterable[tuple[str, str]],
    kin: Mapping[str, frozenset[str]],
    beside: Sequence[_Line] | None,
) -> set[str]:
    """List the items that may be told twice: by one party, or here and in what stands beside."""
    if beside is not None:
        told = {claim.item for _, claim in beside}
        return told.union(*(kin.get(item, frozenset()) for item in told))
    told_by: Counter[tuple[str, str]] = Counter()
    for party, item in pairs:
        told_by.update((party, each) for each in {item, *kin.get(item, ())})
    crowded = {item for (_, item), count in told_by.items() if count > 1}
    return crowded.union(*(kin.get(item, frozenset()) for item in crowded))


def _pairs(known: _Known, own: tuple[_Line, ...]) -> tuple[Pair, ...]:
    lines = {str(side.id): (side, claim) for side, claim in (*known.lines, *own)}
    ours = {str(side.id) for side, _ in own}
    found = find_duplicates([claim for _, claim in lines.values()])
    return tuple(
        Pair(
            first=lines[pair.first][0],
            second=lines[pair.second][0],
            kind=pair.kind.value,
            score=pair.score,
            reasons=pair.reasons,
            counts=UUID(pair.merge.counts),
            other=UUID(pair.merge.set_aside),
            sentence=pair.merge.sentence,
        )
        for pair in found
        if (not own or {pair.first, pair.second} & ours)
        and frozenset({UUID(pair.first), UUID(pair.second)}) not in known.decided
    )


def _requested(operation: Operation, actor: Actor, day: date) -> QuerySet[RequestLine]:
    return visible(RequestLine, actor, day).filter(
        operation=operation, request__stage__in=_ASKED_FOR
    )


def _offered(operation: Operation, actor: Actor, day: date) -> QuerySet[OfferLine]:
    return visible(OfferLine, actor, day).filter(operation=operation, stage__in=_GIVEN)


def _request_sides(
    found: QuerySet[RequestLine], kin: Mapping[str, frozenset[str]]
) -> Iterator[_Line]:
    for line in found.select_related("request", "item").order_by("pk"):
        request, quantity = line.request, quantity_of(line)
        yield _line(
            id=line.pk,
            kind="request_line",
            name=f"{request.reference}/{line.position}",
            item=line.item,
            quantity=quantity,
            party=request.recipient_id,
            stated_on=request.asked_on,
            text=line.description or line.item.name,
            source=line.source or request.source,
            channel=request.channel,
            document=request.reference,
            status=Status.REQUESTED,
            place=line.place,
            kin=kin,
        )


def _offer_sides(found: QuerySet[OfferLine], kin: Mapping[str, frozenset[str]]) -> Iterator[_Line]:
    for line in found.select_related("offer", "item").order_by("pk"):
        offer = line.offer
        yield _line(
            id=line.pk,
            kind="offer_line",
            name=f"{offer.reference}/{line.position}",
            item=line.item,
            quantity=Quantity.exactly(line.amount),
            party=line.donor_id,
            stated_on=offer.offered_on,
            text=line.description or line.item.name,
            source=line.source or offer.source,
            channel="",
            document=offer.reference,
            status=Status.OFFERED,
            place=line.place,
            kin=kin,
        )


def _import_sides(
    batch: ImportBatch,
    lines: Iterable[ImportLine],
    items: Mapping[str, Item],
    kin: Mapping[str, frozenset[str]],
) -> Iterator[_Line]:
    for line in lines:
        stated_on = line.draft.get("stated_on")
        day = date.fromisoformat(stated_on) if stated_on else batch.stated_on
        yield _line(
            id=uuid5(batch.pk, f"line {line.number}"),
            kind="import_line",
            name=f"{batch.file_name}, {line.place}",
            item=items[line.item],
            quantity=Quantity(
                QuantityKind(line.quantity_kind),
                line.low,
                line.high,
                Per(line.per) if line.per else None,
            ),
            party=line.party,
            stated_on=day or batch.recorded_at.date(),
            text=line.text,
            source="",
            channel=batch.sender,
            document=str(batch.pk),
            status=Status(line.status),
            place=line.draft.get("place_text", ""),
            kin=kin,
            gift=Purpose(batch.purpose) in _GIFTS,
            change=Change(line.draft.get("change", Change.NONE)),
            reference=line.draft.get("reference", ""),
        )


def _line(
    *,
    id: UUID,  # noqa: A002 - the name that a side has
    kind: str,
    name: str,
    item: Item,
    quantity: Quantity,
    party: str,
    stated_on: date,
    text: str,
    source: str,
    channel: str,
    document: str,
    status: Status,
    place: str,
    kin: Mapping[str, frozenset[str]],
    gift: bool | None = None,
    change: Change = Change.NONE,
    reference: str = "",
) -> _Line:
    gives = kind == "offer_line" if gift is None else gift
    side = Side(
        id=id,
        kind=kind,
        name=name,
        party=party,
        item=item.name,
        amount=f"{quantity.text} {find_measure(item.unit).plural}",
        stated_on=stated_on,
        text=text,
        source=source,
    )
    claim = Claim(
        id=str(id),
        direction=Direction.GIFT if gives else Direction.NEED,
        channel=channel,
        document=document,
        party=party,
        item=item.code,
        kin=kin.get(item.code, frozenset()),
        item_text=text,
        low=quantity.low,
        high=quantity.high,
        unit=item.unit,
        per=quantity.per,
        status=status,
        change=change,
        stated_on=stated_on,
        place=place,
        reference=reference,
    )
    return side, claim


def _kin() -> dict[str, frozenset[str]]:
    """List, for each item, what can stand for it or is stood for by it."""
    kin: dict[str, set[str]] = {}
    for item, substitutes in substitute_ratios().items():
        for other in substitutes:
            kin.setdefault(item, set()).add(other)
            kin.setdefault(other, set()).add(item)
    return {item: frozenset(others) for item, others in kin.items()}
