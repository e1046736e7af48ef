"""Offers as a list of lines and one by one: what is offered, what is left, since when it waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor, Role
from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.quantities.units import MEASURES, find_measure
from muster.core.refusals import NotFound
from muster.core.stages import REQUEST_STAGES_OPEN, Subject, events_from
from muster.queries.balances import balances
from muster.queries.journal import Happening, history
from muster.queries.listing import MOST_LISTED, Lines, lines_of, page_of
from muster.queries.visibility import find, visible
from muster.queries.waiting import oldest_of, since_of
from muster.records.models import (
    Allocation,
    Offer,
    OfferLine,
    Operation,
    Party,
    RequestLine,
    Substitute,
)
from muster.records.models.parties import PartyKind

NEWEST = ("-recorded_at", "-id")
OFFER_LINES_PAGE = 25
"""How many lines of an offer stand on one page, each with all about it."""

UNANSWERED = ("offered", "under_review", "deferred")

# Who may bring about which event of an offered line; the actions demand the same.
_BY_DONOR = frozenset({"withdraw"})
_BY_COORDINATOR = frozenset({"review"})
_BY_EITHER_ANSWERER = frozenset({"accept", "accept_in_part", "defer", "decline"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLineRow:
    """An offered line in a list; amounts in smallest units of the offered item.

    Args:
        left: what is neither promised, proposed, withdrawn nor not taken.
        since: since when it has waited for an answer; None once it is answered.
        answers: the need it answers, as "REFERENCE/position", or nothing.
        ratio: units of this item that stand for one unit of the need it answers.
    """

    id: UUID
    offer_id: UUID
    reference: str
    title: str
    position: int
    donor: str
    donor_code: str
    item: str
    item_name: str
    unit: str
    amount: int
    left: int
    stage: str
    since: datetime | None
    offered_on: date
    available_from: date
    available_until: date | None
    answers: str
    answers_id: UUID | None
    caveat: str
    restricted: bool
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedChoice:
    """A need that an offered line could answer."""

    id: UUID
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLineShown:
    """An offered line with everything about it.

    Args:
        events: what this actor can do with it now, in the words of core/stages.py, and "match"
            and "withdraw_part", which move no stage.
        moved: what became of the amount: (word, units of the offered item).
    """

    record: OfferLine
    row: OfferLineRow
    typed: str
    meaning: Quantity
    moved: tuple[tuple[str, int], ...]
    life: tuple[Happening, ...]
    events: tuple[str, ...]
    needs: tuple[NeedChoice, ...]
    promises: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferShown:
    """One offer with a page of its lines; `page` says which of how many they are."""

    record: Offer
    lines: tuple[OfferLineShown, ...]
    page: Lines[OfferLine]


def offer_page(
    operation: Operation,
    actor: Actor,
    *,
    day: date,
    text: str = "",
    stage: str = "",
    donor: str = "",
    after: str | None = None,
) -> tuple[tuple[OfferLineRow, ...], str | None]:
    """List offered lines of an operation, newest first, and the place where the next page begins.

    Args:
        operation: which one.
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        text: in the item's name, the offer's title or reference, or the donor's name.
        stage: only this stage; "unanswered" for all that wait for an answer.
        donor: only this party's.
        after: the place that the page before gave.

    Raises:
        PlaceUnreadable: `after` is no such place.
    """
    found = visible(OfferLine, actor, day).filter(
        Q(item__name__icontains=text)
        | Q(offer__title__icontains=text)
        | Q(offer__reference__icontains=text)
        | Q(donor__name__icontains=text),
        operation=operation,
    )
    if stage:
        found = found.filter(stage__in=UNANSWERED if stage == "unanswered" else (stage,))
    if donor:
        found = found.filter(donor=donor)
    page = page_of(found, order=NEWEST, after=after)
    keys = [line.pk for line in page.items]
    rows = {row.id: row for row in offer_line_rows(found.filter(pk__in=keys), actor, day)}
    return tuple(rows[key] for key in keys), page.next


def unanswered(operation: Operation, actor: Actor, day: date) -> tuple[int, datetime | None]:
    """Count the offered lines that wait for an answer, and say since when the oldest does."""
    found = visible(OfferLine, actor, day).filter(operation=operation, stage__in=UNANSWERED)
    return found.count(), oldest_of(found)


def donors_of(operation: Operation, actor: Actor, day: date) -> tuple[Party, ...]:
    """List who has offered something in the operation that the actor may see."""
    lines = visible(OfferLine, actor, day).filter(operation=operation)
    return tuple(Party.objects.filter(pk__in=lines.values("donor")).order_by("name"))


def offer_line_rows(
    found: QuerySet[OfferLine], actor: Actor, day: date
) -> tuple[OfferLineRow, ...]:
    """Give offered lines, which the actor may see, as rows: the oldest first."""
    lines = list(
        found.select_related("offer", "item", "donor", "answers__request").order_by(
            "recorded_at", "pk"
        )
    )
    keys = [line.pk for line in lines]
    since, left = since_of(keys), balances([K.AVAILABLE], keys)
    seen = actor.audiences(day)
    return tuple(
        _row(line, left.get((line.pk, K.AVAILABLE), 0), since.get(line.pk), seen) for line in lines
    )


def offer_shown(offer: UUID, actor: Actor, *, day: date, after: int = 0) -> OfferShown:
    """Show one offer with a page of its lines.

    Args:
        offer: which one.
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        after: the position of the last line of the page before.

    Raises:
        NotFound: there is none that the actor may see.
    """
    found = find(Offer, offer, actor, day)
    own = visible(OfferLine, actor, day).filter(offer=found)
    related = own.select_related("item", "donor", "origin", "answers__request", "operation")
    page = lines_of(related, after=after, size=OFFER_LINES_PAGE)
    listed = own.filter(pk__in=[line.pk for line in page.items])
    rows = {row.id: row for row in offer_line_rows(listed, actor, day)}
    lines = tuple(_shown(line, rows[line.pk], actor, day) for line in page.items)
    return OfferShown(record=found, lines=lines, page=page)


def offer_line_at(offer: UUID, position: int, actor: Actor, *, day: date) -> OfferLine:
    """Find the line of an offer that stands at a position.

    Raises:
        NotFound: there is none that the actor may see.
    """
    line = visible(OfferLine, actor, day).filter(offer=offer, position=position).first()
    if line is None:
        raise NotFound(what="line", name=position)
    return line


def may_offer(actor: Actor, day: date) -> tuple[Party, ...]:
    """List the parties for which the actor may offer; whether one may give, the action says."""
    return tuple(Party.objects.filter(pk__in=actor.parties(Role.DONOR, day)).order_by("name"))


def needs_for(
    operation: Operation, item: str, actor: Actor, day: date, *, kept: UUID | None = None
) -> tuple[NeedChoice, ...]:
    """List the open needs that an item answers, itself or as a listed substitute.

    No more than the MOST_LISTED most urgent: nobody reads a longer list to choose from it.

    Args:
        operation: of which the needs are.
        item: the code of what is offered; nothing for all open needs.
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        kept: a need that is listed whatever it is, being chosen already.
    """
    seen = visible(RequestLine, actor, day).filter(operation=operation)
    found = seen.filter(request__stage__in=REQUEST_STAGES_OPEN)
    if item:
        instead = Substitute.objects.filter(substitute_id=item).values("item_id")
        found = found.filter(Q(item_id=item) | Q(item_id__in=instead, substitutes_welcome=True))
    needed = F("needed_by").asc(nulls_last=True)
    urgent = found.order_by("urgency", needed, "request__reference", "position")
    keys = [*urgent.values_list("pk", flat=True)[:MOST_LISTED], kept]
    lines = list(
        seen.filter(pk__in=[key for key in keys if key])
        .select_related("item", "request")
        .order_by("request__reference", "position")
    )
    still_open = balances([K.NEED_OPEN], [need.pk for need in lines])
    return tuple(
        NeedChoice(
            id=need.pk,
            label=f"{need.request.reference}/{need.position}: {need.item.name}, "
            f"{still_open.get((need.pk, K.NEED_OPEN), 0):,} "
            f"{find_measure(need.item.unit).plural} open",
        )
        for need in lines
    )


def origins() -> tuple[Party, ...]:
    """List the nations that goods may originate from."""
    return tuple(Party.objects.filter(kind=PartyKind.NATION).order_by("name"))


def next_reference(operation: Operation, donor: str) -> str:
    """Propose a reference for a donor's next offer: the number after those there are."""
    count = operation.offers.filter(donor=donor).count()
    return f"{operation.code}/{donor}/{count + 1}"


def _row(line: OfferLine, left: int, since: datetime | None, seen: Iterable[str]) -> OfferLineRow:
    answers = line.answers
    if answers is not None and not set(answers.audiences) & set(seen):
        answers = None  # The need may be one that this actor does not see.
    return OfferLineRow(
        id=line.pk,
        offer_id=line.offer_id,
        reference=line.offer.reference,
        title=line.offer.title,
        position=line.position,
        donor=line.donor.name,
        donor_code=line.donor_id,
        item=line.item_id,
        item_name=line.item.name,
        unit=find_measure(line.item.unit).plural,
        amount=line.amount,
        left=left,
        stage=line.stage,
        since=since if line.stage in UNANSWERED else None,
        offered_on=line.offer.offered_on,
        available_from=line.available_from,
        available_until=line.available_until,
        answers=f"{answers.request.reference}/{answers.position}" if answers else "",
        answers_id=answers.pk if answers else None,
        caveat=line.caveat,
        restricted=line.offer.restricted,
        invented=line.invented,
    )


_BECAME = (
    (K.AVAILABLE, "left"),
    (K.WITHDRAWN, "withdrawn by the donor"),
    (K.NOT_TAKEN, "not taken"),
)


def _shown(line: OfferLine, row: OfferLineRow, actor: Actor, day: date) -> OfferLineShown:
    held = balances([kind for kind, _ in _BECAME], [line.pk])
    became = [(word, held.get((line.pk, kind), 0)) for kind, word in _BECAME]
    promised = line.amount - sum(units for _, units in became)
    unit = line.typed_unit
    events = _possible(line, actor, day, row.left)
    promises = visible(Allocation, actor, day).filter(offer_line=line)
    return OfferLineShown(
        record=line,
        row=row,
        typed=f"{line.typed_amount} {MEASURES[unit].plural if unit in MEASURES else unit}",
        meaning=_meaning(line),
        moved=(("promised or proposed", promised), *became),
        life=tuple(history(line.pk)),
        events=events,
        needs=needs_for(line.operation, line.item_id, actor, day, kept=row.answers_id)
        if "match" in events
        else (),
        promises=tuple(
            promises.select_related(
                "recipient", "request_line__request", "request_line__item"
            ).order_by("recorded_at", "pk")
        ),
    )


def _meaning(line: OfferLine) -> Quantity:
    """Say what an offered quantity means: a rate as a rate, everything else as what it comes to."""
    if line.per and line.rate:
        return Quantity(QuantityKind.RATE, line.rate, line.rate, Per(line.per))
    return Quantity.exactly(line.amount)


def _possible(line: OfferLine, actor: Actor, day: date, left: int) -> tuple[str, ...]:
    may: frozenset[str] = frozenset()
    helped = set(line.operation.recipient_links.values_list("party_id", flat=True))
    coordinates = actor.has(Role.COORDINATOR, day)
    gives = line.donor_id in actor.parties(Role.DONOR, day)
    if gives:
        may |= _BY_DONOR
    if coordinates:
        may |= _BY_COORDINATOR | _BY_EITHER_ANSWERER
    if helped & set(actor.parties(Role.RECIPIENT, day)):
        may |= _BY_EITHER_ANSWERER
    events = [e for e in events_from(Subject.OFFER_LINE, line.stage) if e in may]
    if (gives or coordinates) and left and line.stage not in {"withdrawn", "declined", "expired"}:
        events.append("match")
    if "withdraw" in events and left:
        events.append("withdraw_part")
    return tuple(events)
