"""Allocations and consents: what was promised to whom, who must answer, and what one may do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor, Role
from muster.core.quantities.units import find_measure
from muster.core.refusals import UnitUnknown
from muster.core.rulebook.book import Rule
from muster.core.stages import Subject, events_from
from muster.queries.balances import balances
from muster.queries.consents import unasked
from muster.queries.journal import Happening, history
from muster.queries.listing import page_of
from muster.queries.register import find_party
from muster.queries.rules import book_now
from muster.queries.visibility import find, visible
from muster.queries.waiting import since_of
from muster.records.models import (
    Allocation,
    Consent,
    Consignment,
    OfferLine,
    Operation,
    Party,
    RequestLine,
)

WAITING = ("proposed", "confirmed", "accepted")
NEWEST = ("-recorded_at", "-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """One allocation in a list.

    Args:
        amount: what is given, in smallest units of the offered item.
        covers: what that stands for, in smallest units of the item asked for.
        since: since when it is in its stage.
        waits_for: who must act next; empty where nothing is to be done.
    """

    id: UUID
    stage: str
    item: str
    unit: str
    amount: int
    covers: int
    asked_item: str
    asked_unit: str
    donor: str
    recipient: str
    line: str
    since: datetime
    waits_for: tuple[str, ...]
    left_to_pack: int
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConsent:
    """A consent with its clocks and with what the actor may do about it.

    Args:
        unit: of the item's amount.
        allocation_shown: whether the actor may see the allocation it belongs to.
        since: since when it is in its stage.
        in_force: granted, and not past its last day.
        verbs: the events that this actor may bring about now.
    """

    record: Consent
    unit: str
    allocation_shown: bool
    since: datetime
    in_force: bool
    verbs: frozenset[str]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAllocation:
    """An allocation with all that a person needs to answer it.

    Args:
        offer_line: None where the actor may not see it.
        request_line: None where the actor may not see it.
        typed: the amount as it was typed.
        each: how many units of the offered item stand for one unit asked.
        unasked: whose consent rules want and nobody was asked for, with the rule of each.
        verbs: the events that this actor may bring about now.
    """

    record: Allocation
    row: AllocationRow
    offer_line: OfferLine | None
    request_line: RequestLine | None
    typed: str
    each: Fraction
    consents: tuple[ShownConsent, ...]
    unasked: tuple[tuple[Party, Rule], ...]
    consignments: tuple[Consignment, ...]
    happenings: tuple[Happening, ...]
    verbs: frozenset[str]

    @property
    def consents_open(self) -> bool:
        """Whether a nation of origin has still to answer."""
        return any(one.record.stage == "requested" for one in self.consents)


def listed(
    operation: Operation,
    actor: Actor,
    *,
    day: date,
    stages: Iterable[str] = (),
    after: str | None = None,
) -> tuple[tuple[AllocationRow, ...], str | None]:
    """List an operation's allocations, newest first, and the place where the next page begins.

    Args:
        operation: which one.
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        stages: only these; all of them if none is named.
        after: the place that the page before gave.

    Raises:
        PlaceUnreadable: `after` is no such place.
    """
    found = visible(Allocation, actor, day).filter(operation=operation)
    wanted = list(stages)
    if wanted:
        found = found.filter(stage__in=wanted)
    page = page_of(found.select_related(*_RELATED), order=NEWEST, after=after)
    return _rows(page.items), page.next


def consents_waiting(operation: Operation, actor: Actor, *, day: date) -> tuple[ShownConsent, ...]:
    """List the consents of an operation that were asked for and not answered, oldest first."""
    found = visible(Consent, actor, day).filter(operation=operation, stage="requested")
    ordered = found.select_related(*_CONSENT_RELATED).order_by("recorded_at", "id")
    return tuple(_consent(record, actor, day) for record in ordered)


def shown(allocation: UUID, actor: Actor, day: date) -> ShownAllocation:
    """Show one allocation.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    find(Allocation, allocation, actor, day)
    record = Allocation.objects.select_related(*_RELATED).get(pk=allocation)
    consents = visible(Consent, actor, day).filter(allocation=record)
    boxes = visible(Consignment, actor, day).filter(lines__allocation=record)
    return ShownAllocation(
        record=record,
        row=_rows([record])[0],
        offer_line=visible(OfferLine, actor, day).filter(pk=record.offer_line_id).first(),
        request_line=visible(RequestLine, actor, day).filter(pk=record.request_line_id).first(),
        typed=f"{record.typed_amount} {typed_unit(record.typed_unit)}",
        each=Fraction(record.amount, record.covers),
        consents=tuple(
            _consent(consent, actor, day) for consent in consents.select_related(*_CONSENT_RELATED)
        ),
        unasked=tuple(
            (find_party(code), rule) for code, rule in unasked(record, book_now(), day).items()
        ),
        consignments=tuple(boxes.distinct().order_by("reference")),
        happenings=tuple(history(record.pk)),
        verbs=_verbs(record, actor, day),
    )


def shown_consent(consent: UUID, actor: Actor, day: date) -> ShownConsent:
    """Show one consent; its nation of origin sees it even where it does not see the allocation.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    find(Consent, consent, actor, day)
    return _consent(Consent.objects.select_related(*_CONSENT_RELATED).get(pk=consent), actor, day)


def typed_unit(unit: str) -> str:
    """Name a unit as it was typed: the plural of a code, or the name of a pack."""
    try:
        return find_measure(unit).plural
    except UnitUnknown:
        return unit


_RELATED = (
    *("operation", "item", "donor", "recipient"),
    *("offer_line__offer", "request_line__request", "request_line__item"),
)
_CONSENT_RELATED = (
    *("operation", "origin", "allocation__item"),
    *("allocation__donor", "allocation__recipient"),
)


def _rows(page: Sequence[Allocation]) -> tuple[AllocationRow, ...]:
    keys = [record.pk for record in page]
    since = since_of(keys)
    left = balances([K.ALLOCATED], keys)
    open_consents: dict[UUID, list[str]] = {}
    for key, origin in Consent.objects.filter(allocation__in=keys, stage="requested").values_list(
        "allocation_id", "origin__name"
    ):
        open_consents.setdefault(key, []).append(origin)
    return tuple(
        AllocationRow(
            id=record.pk,
            stage=record.stage,
            item=record.item.name,
            unit=find_measure(record.item.unit).plural,
            amount=record.amount,
            covers=record.covers,
            asked_item=record.request_line.item.name,
            asked_unit=find_measure(record.request_line.item.unit).plural,
            donor=record.donor.name,
            recipient=record.recipient.name,
            line=f"{record.request_line.request.reference}/{record.request_line.position}",
            since=since[record.pk],
            waits_for=_waits_for(
                record, open_consents.get(record.pk, []), left.get((record.pk, K.ALLOCATED), 0)
            ),
            left_to_pack=left.get((record.pk, K.ALLOCATED), 0),
            invented=record.invented,
        )
        for record in page
    )


def _waits_for(record: Allocation, origins: list[str], left: int) -> tuple[str, ...]:
    match record.stage:
        case "proposed":
            return record.donor.name, record.recipient.name
        case "confirmed":
            return (record.recipient.name,)
        case "accepted":
            return (record.donor.name,)
        case "agreed" if origins:
            return tuple(origins)
        case "agreed" if left:
            return (record.donor.name,)
    return ()


def _verbs(record: Allocation, actor: Actor, day: date) -> frozenset[str]:
    """List what the actor may do now; the actions judge again, and have the last word."""
    gives = record.donor_id in actor.parties(Role.DONOR, day)
    takes = record.recipient_id in actor.parties(Role.RECIPIENT, day)
    may = {
        "confirm": gives,
        "accept": takes,
        "decline": gives or takes,
        "cancel": gives or takes or actor.has(Role.COORDINATOR, day),
    }
    possible = events_from(Subject.ALLOCATION, record.stage)
    found = frozenset(verb for verb in possible if may.get(verb, False))
    return found | {"ask"} if _asks_again(record, actor, day) else found


def _consent(record: Consent, actor: Actor, day: date) -> ShownConsent:
    happenings = tuple(history(record.pk))
    own = record.origin_id in actor.parties(Role.DONOR, day)
    possible = set(events_from(Subject.CONSENT, record.stage))
    in_force = record.stage == "granted" and (
        record.valid_until is None or day <= record.valid_until
    )
    verbs = possible & {"grant", "refuse", "revoke"} if own else set()
    # What is granted and past its last day has expired, though no event has said so yet.
    is_over = "request" in possible or (record.stage == "granted" and not in_force)
    if is_over and _asks_again(record.allocation, actor, day):
        verbs.add("request")
    return ShownConsent(
        record=record,
        unit=find_measure(record.allocation.item.unit).plural,
        allocation_shown=visible(Allocation, actor, day).filter(pk=record.allocation_id).exists(),
        since=happenings[-1].happened_at if happenings else record.recorded_at,
        in_force=in_force,
        verbs=frozenset(verbs),
        happenings=happenings,
    )


def _asks_again(goods: Allocation, actor: Actor, day: date) -> bool:
    """Say whether the actor may ask for consent to this transfer once more."""
    gives = goods.donor_id in actor.parties(Role.DONOR, day) or actor.has(Role.COORDINATOR, day)
    return gives and goods.stage in {"agreed", "closed"}
