"""The planning problem of an operation, as it stands now."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.core.matching import Asked
from muster.core.planning.loads import without_pallets
from muster.core.planning.net import Load
from muster.core.planning.objectives import Objective, Objectives
from muster.core.planning.packages import Capability
from muster.core.planning.problem import Need, Offer, Problem
from muster.core.planning.sharing import BY_WEIGHT, weighed
from muster.core.planning.situation import (
    Situation,
    noted,
    package_notes,
    problem_of,
    transport_notes,
)
from muster.core.planning.terms import ConsentState, Rate
from muster.core.quantities.amounts import Per
from muster.core.quantities.rates import DAYS
from muster.core.refusals import Refusal
from muster.core.rules import mandate_forbids
from muster.core.stages import OFFER_STAGES_OPEN, REQUEST_STAGES_OPEN
from muster.queries.amounts import substitute_ratios
from muster.queries.balances import balances
from muster.queries.hand import HandRow
from muster.queries.loads import Loads, grams_of
from muster.queries.packages import capabilities_of
from muster.queries.places import PlaceWords, entries_of, words_of
from muster.queries.register import giver_on, thing
from muster.queries.reserves import held_back
from muster.queries.rule_cases import PlanObjections, given_of
from muster.queries.transport import legs_of, net_of
from muster.queries.visibility import visible
from muster.records.models import Consent, OfferLine, Operation, RequestLine, TransportLeg

# Where units of a need are that no plan need bring.
_MET = (K.NEED_RESERVED, K.NEED_PROMISED, K.NEED_MOVING, K.NEED_RECEIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A line as people know it; `line` is None for what only a scenario knows."""

    line: UUID | None
    name: str
    party: str
    item: str
    unit: str


@dataclass(frozen=True)
class OpenProblem:
    """The problem, and what it was made from; lines by their ids as texts, legs by their codes.

    Args:
        problem: what may go where.
        takers: each need as people know it.
        givers: each offer as people know it.
        legs: what the net was read from.
        notes: what was assumed.
        rule_book: the version of the rule book by which it was put together.
        capabilities: lines that belong together.
        unweighed: the codes of the items whose weight is not known.
    """

    problem: Problem
    takers: dict[str, Named]
    givers: dict[str, Named]
    legs: dict[str, TransportLeg]
    notes: tuple[str, ...] = ()
    rule_book: int | None = None
    capabilities: tuple[Capability, ...] = ()
    unweighed: frozenset[str] = frozenset()

    @cached_property
    def needs_by_id(self) -> dict[str, Need]:
        """The needs by their ids."""
        return {need.id: need for need in self.problem.needs}

    def taking(self, need: str) -> Named:
        """Name a need."""
        return self.takers[need]

    def giving(self, offer: str) -> Named:
        """Name an offer."""
        return self.givers[offer]


@dataclass(frozen=True, slots=True)
class OpenSituation:
    """What is open and free, with the names of what it was read from.

    Args:
        situation: itself.
        takers: each need as people know it.
        givers: each offer as people know it.
        legs: what the net was read from.
        words: reads words for places of the net.
        entries: where goods enter each nation that is helped.
        loads: what units of items take of the room.
        party_names: parties by their codes.
        rule_book: which version of the rules was asked.
        weights: grams of one unit of each offer; 0 where that is not known.
    """

    situation: Situation
    takers: dict[str, Named]
    givers: dict[str, Named]
    legs: dict[str, TransportLeg]
    words: PlaceWords
    entries: dict[str, str]
    loads: Loads
    party_names: dict[str, str]
    rule_book: int | None = None
    weights: Mapping[str, int] = field(default_factory=dict)

    def noted(self, sentence: str) -> "OpenSituation":
        """Add a sentence on what was assumed."""
        return replace(self, situation=noted(self.situation, sentence))

    def in_order(self, objectives: Objectives) -> "OpenSituation":
        """Give the same with other objectives; where the burden is one, units have their weight."""
        situation = replace(self.situation, objectives=objectives)
        if Objective.BURDEN not in objectives.order:
            return replace(self, situation=situation)
        offers = weighed((offer for offer, _ in situation.given), self.weights)
        lines = (line for _, line in situation.given)
        situation = replace(situation, given=tuple(zip(offers, lines, strict=True)))
        return replace(self, situation=noted(situation, BY_WEIGHT))

    def problem(self) -> OpenProblem:
        """Put the problem together."""
        problem = problem_of(self.situation)
        notes = (
            *self.situation.notes,
            *transport_notes(self.situation),
            *package_notes(problem),
        )
        return OpenProblem(
            problem,
            self.takers,
            self.givers,
            self.legs,
            notes,
            self.rule_book,
            self.situation.capabilities,
            frozenset(self.loads.unweighed),
        )


def open_problem(operation: Operation, actor: Actor, *, day: date) -> OpenProblem:
    """Put together what is open and what is free, with what may go where.

    Lines whose quantity is not stated are left out: nothing can be promised to them yet.
    """
    return open_situation(operation, actor, day=day).problem()


def open_situation(
    operation: Operation, actor: Actor, *, day: date, given_back: Sequence[HandRow] = ()
) -> OpenSituation:
    """Read what is open, what is free and how goods can move.

    Args:
        operation: whose.
        actor: on whose behalf.
        day: today.
        given_back: what is agreed and is to count as open and free again.
    """
    asking = list(
        visible(RequestLine, actor, day)
        .filter(operation=operation, request__stage__in=REQUEST_STAGES_OPEN)
        .select_related("item", "request__recipient")
    )
    giving = list(
        visible(OfferLine, actor, day)
        .filter(operation=operation, stage__in=OFFER_STAGES_OPEN)
        .select_related("item", "donor", "offer", "operation", "origin")
    )
    still_open = balances([K.NEED_OPEN], [line.pk for line in asking])
    there = Counter[UUID]()
    for (key, _), amount in balances(_MET, [line.pk for line in asking]).items():
        there[key] += amount
    still_free = balances([K.AVAILABLE], [line.pk for line in giving])
    free = {key: amount for (key, _), amount in still_free.items()}
    agreed = Counter[tuple[str, str]]()
    for row in given_back:
        agreed[str(row.offer_line), str(row.request_line)] += row.amount
        need = (row.request_line, K.NEED_OPEN)
        still_open[need] = still_open.get(need, 0) + row.covers
        there[row.request_line] -= row.covers
        free[row.offer_line] = free.get(row.offer_line, 0) + row.amount
    # What a nation keeps at home is not planned away.
    kept = held_back(giving, free, day)
    substitutes = substitute_ratios()
    legs = {leg.code: leg for leg in legs_of(operation, actor, day)}
    net = net_of(legs.values())
    net = replace(net, legs=tuple(without_pallets(leg) for leg in net.legs))
    words, entries = words_of(net), entries_of(operation)
    loads = Loads(net)
    book = PlanObjections(operation, giving, asking, day=day)
    situation = Situation(
        day=day,
        asked=tuple(
            (
                _need(line, amount, words.read(line.place) or _entry(line, entries, words)),
                _asked(line, substitutes.get(line.item_id, {})),
            )
            for line in asking
            if (amount := still_open.get((line.pk, K.NEED_OPEN), 0)) > 0
        ),
        given=tuple(
            # An offer of which nothing is left stays in: it is a reason why a need stays open.
            (
                _offer(
                    line,
                    free.get(line.pk, 0) - kept.get(line.pk, 0),
                    kept.get(line.pk, 0),
                    words.read(line.place),
                    loads.of(line.item),
                ),
                given_of(line),
            )
            for line in giving
        ),
        net=net,
        origins={
            str(line.pk): line.origin_id
            for line in giving
            if line.origin_id is not None and line.origin_id != line.donor_id
        },
        consents=_consents(operation, day),
        objections=_objections(operation, giving, day),
        book=book.of,
        notes=(*words.notes(), *loads.notes(), *_pallet_note(legs.values())),
        capabilities=capabilities_of(asking, there),
        agreed=agreed,
    )
    return OpenSituation(
        situation,
        {str(line.pk): _taker(line) for line in asking},
        {str(line.pk): _giver(line) for line in giving},
        legs,
        words,
        entries,
        loads,
        {party.code: party.name for line in giving for party in (line.donor, line.origin) if party},
        book.number,
        {str(line.pk): grams_of(line.item) for line in giving},
    )


def _taker(line: RequestLine) -> Named:
    return Named(
        line=line.pk,
        name=f"{line.request.reference}/{line.position}",
        party=line.request.recipient.name,
        item=line.item.name,
        unit=line.item.unit,
    )


def _giver(line: OfferLine) -> Named:
    return Named(
        line=line.pk,
        name=f"{line.offer.reference}/{line.position}",
        party=line.donor.name,
        item=line.item.name,
        unit=line.item.unit,
    )


def _consents(operation: Operation, day: date) -> dict[str, ConsentState]:
    """Tell how far each nation of origin is: the latest word on any of its goods counts.

    Each allocation is asked for by itself when it is agreed; a consent that holds for one says what
    is to be expected of the next.
    """
    found: dict[str, ConsentState] = {}
    for consent in Consent.objects.filter(operation=operation).order_by("recorded_at", "id"):
        if consent.stage in {"refused", "revoked"}:
            found[consent.origin_id] = ConsentState.REFUSED
        elif consent.stage == "granted" and (consent.valid_until or day) >= day:
            found[consent.origin_id] = ConsentState.EXPECTED
    return found


def _pallet_note(legs: Iterable[TransportLeg]) -> tuple[str, ...]:
    if all(leg.room_mp is None for leg in legs):
        return ()
    return ("A pallet is counted as 800 kg or 1.2 m3, whichever is reached first.",)


def _entry(line: RequestLine, entries: dict[str, str], words: PlaceWords) -> str:
    """Where a line names no place at all, its goods go to where they enter the nation."""
    return words.read(entries.get(line.request.recipient_id, "")) if not line.place else ""


def _need(line: RequestLine, amount: int, place: str) -> Need:
    return Need(
        id=str(line.pk),
        item=line.item_id,
        amount=amount,
        priority=line.urgency,
        needed_by=line.needed_by,
        recipient=line.request.recipient.name,
        label=f"{line.item.name} ({line.request.reference}/{line.position})",
        place=place,
    )


def _asked(line: RequestLine, substitutes: dict[str, Fraction]) -> Asked:
    return Asked(
        item=line.item_id,
        recipient=line.request.recipient_id,
        name=line.request.recipient.name,
        substitutes=substitutes if line.substitutes_welcome else {},
        needed_by=line.needed_by,
        place=line.place,
        use=line.use,
    )


def _offer(line: OfferLine, amount: int, kept: int, place: str, load: Load) -> Offer:
    return Offer(
        id=str(line.pk),
        donor=line.donor.name,
        item=line.item_id,
        amount=amount,
        ready=line.available_from,
        until=line.available_until,
        lot=line.lot,
        label=f"{line.item.name} of {line.donor.name}",
        load=load,
        place=place,
        # A mark and no figure: others read the problem.
        held_back=int(kept > 0),
        rate=Rate(amount=line.rate, days=DAYS[Per(line.per)]) if line.rate and line.per else None,
    )


def _objections(
    operation: Operation, giving: list[OfferLine], day: date
) -> dict[tuple[str, str], Refusal]:
    """Ask the rules once for each donor and item."""
    found: dict[tuple[str, str], Refusal] = {}
    for line in giving:
        key = (line.donor_id, line.item_id)
        if key not in found and line.donor.gives_only_reviewed:
            giver = giver_on(line.donor, body=operation.body_id, day=day)
            refusal = mandate_forbids(giver, thing(line.item))
            if refusal is not None:
                found[key] = refusal
    return found
