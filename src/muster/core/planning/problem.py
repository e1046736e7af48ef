"""The planning problem: who needs what, who gives what, and which of it may go where.

All amounts are whole numbers of an item's smallest unit.  What is already agreed has been taken off
both sides before.  Ids are unique within their kind; the order of the rows means nothing, and no
method may let it change a plan.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from muster.core.matching import Asked, Fit, Given, Misfit, MisfitCode, Step, fit, step_of
from muster.core.planning.columns import Columns, columns_of
from muster.core.planning.net import Hop, Load, Net
from muster.core.planning.objectives import Objectives
from muster.core.planning.terms import Consent, Package, Rate
from muster.core.planning.walks import Stock, Walks, stock_of, walked
from muster.core.refusals import Kind, Refusal

# What one unit met counts for, by priority class: class 1 (life-saving) first.
DEFAULT_WEIGHTS = (100, 10, 1)

# Goods that take no room, and a world without legs: as it was before there was a net.
NO_LOAD = Load()
NO_NET = Net()
AS_BEFORE = Objectives()

MOST_MATCHES = 5_000_000
"""How many pairs of a need and an offer of its item, or of a substitute, are planned at most."""

# In how many spans of a rate a departure is planned at most.
_SPANS = 53


class PlanTooLarge(Refusal, kind=Kind.CONFLICT):
    """{needs} needs and {offers} offers make {matches} pairs, and {most} can be planned: put lines that ask for the same into one, or plan them in two operations."""  # noqa: E501 - a refusal's sentence is one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is still open of one request line.

    Args:
        id: the request line's id.
        item: the code of the item asked for.
        amount: units of `item` still open; 0 or more.
        priority: the priority class, 1 (the highest) to the number of the problem's weights.
        needed_by: the last day on which an arrival is on time, or None for no deadline.
        earliest: the first day on which the recipient can take the goods, or None.
        recipient: the party that asks.
        label: what a person calls this need; the id when empty.
        least: fewer units than this are of no use; 0 where any amount is.
        place: where the goods are to arrive; only used with a net.
        weight: what one unit counts for instead of the weight of its class; 1 or more.  For parts
            of a package, of which most of the worth lies in complete sets.
    """

    id: str
    item: str
    amount: int
    priority: int = 1
    needed_by: date | None = None
    earliest: date | None = None
    recipient: str = ""
    label: str = ""
    least: int = 0
    place: str = ""
    weight: int | None = None

    @property
    def name(self) -> str:
        """What a person calls this need."""
        return self.label or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is still free of one offer line.

    Args:
        id: the offer line's id.
        donor: the party that gives, as a person reads it.
        item: the code of the item offered.
        amount: units of `item` still free; 0 or more.
        ready: the first day on which the goods can leave, or None for at once.
        until: the last day on which they can leave, or None for no end.
        lot: the donor gives whole multiples of this many units only; 1 or more.
        label: what a person calls this offer; donor and item when empty.
        least: the donor sends no fewer units than this at once; 0 where any amount goes.
        load: what one unit takes of a leg's room; only used with a net.
        place: where the goods are; only used with a net.
        rate: how fast the donor gives, or None where all that is ready can leave at once.
        held_back: units that the donor keeps as a reserve; not part of `amount`, and there to
            explain.
        value: what one unit counts for in the donor's part of the burden; 0 or more.
    """

    id: str
    donor: str
    item: str
    amount: int
    ready: date | None = None
    until: date | None = None
    lot: int = 1
    label: str = ""
    least: int = 0
    load: Load = NO_LOAD
    place: str = ""
    rate: Rate | None = None
    held_back: int = 0
    value: int = 1

    @property
    def name(self) -> str:
        """What a person calls this offer."""
        return self.label or f"{self.item} of {self.donor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An offer that may serve a need, by one route.

    Args:
        offer: the offer's id.
        need: the need's id.
        arrives: the day on which the goods arrive.
        ratio: units of the offered item that stand for one unit asked.
        route: which way the goods go, when there are several; the empty text otherwise.
        hops: the departures on the net's legs, in order; empty where transport is no matter.
        departs: the day on which the goods leave; if None the first hop's, or else the day on
            which they are ready.  Only used with a rate.
        consent: the id of the consent without which nothing moves by this pair, if there is one.
        agreed: units of the offered item that are agreed by this pair and open to release.  They
            are part of both lines' amounts.  What is agreed and stays whatever the plan is taken
            off both lines instead, and is in no pair.
    """

    offer: str
    need: str
    arrives: date
    ratio: Fraction = Fraction(1)
    route: str = ""
    hops: tuple[Hop, ...] = ()
    departs: date | None = None
    consent: str = ""
    agreed: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells this pair from all others: need, offer, route."""
        return self.need, self.offer, self.route


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """An offer that is of the right kind for a need, and still may not serve it.

    Args:
        offer: the offer's id.
        need: the need's id.
        code: the reason.
        by: whose rule, caveat or date forbids it.
        sentence: the reason, for a person.
        version: which version of the rule, where it is a rule.
        pair: the pair that it would be if only this did not forbid it, where that is known.
    """

    offer: str
    need: str
    code: MisfitCode
    by: str
    sentence: str
    version: str = ""
    pair: Pair | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that a planner may know.

    Args:
        day: the day on which the plan is made; waiting is counted from it.
        needs: what is open.
        offers: what is free.
        pairs: which offer may serve which need, each way once.
        forbidden: which offer of the right kind may not, and why; only used to explain.
        weights: what one unit met counts for, by priority class, highest class first; whole,
            positive, never rising.
        net: the legs that the pairs' hops depart on, with the room they share.
        objectives: what counts, in which order.
        consents: those that pairs name.
        packages: capabilities that are of use when they are complete.
    """

    day: date
    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    pairs: tuple[Pair, ...]
    forbidden: tuple[Forbidden, ...] = ()
    weights: tuple[int, ...] = DEFAULT_WEIGHTS
    net: Net = NO_NET
    objectives: Objectives = AS_BEFORE
    consents: tuple[Consent, ...] = ()
    packages: tuple[Package, ...] = ()

    @cached_property
    def consent_of(self) -> Mapping[str, Consent]:
        """The consents by their ids."""
        return {consent.id: consent for consent in self.consents}

    @cached_property
    def open_pairs(self) -> tuple[Pair, ...]:
        """The pairs that may be planned: those that wait for no consent."""
        if not self.consents:
            return self.pairs
        return tuple(pair for pair in self.pairs if self.may_move(pair))

    @cached_property
    def columns(self) -> Columns:
        """The pairs as columns."""
        return columns_of(self.needs, self.offers, self.pairs)

    @cached_property
    def stock(self) -> Stock:
        """The offers as columns."""
        return stock_of(self.offers)

    @cached_property
    def walks(self) -> Walks:
        """Every way of the pairs, walked from leg to leg."""
        return walked(self.columns.ways, self.net, self.day)

    def with_needs(self, needs: Sequence[Need]) -> "Problem":
        """Give the same problem with other values of some needs; all else is one and the same.

        What was read of the pairs is kept, so that planning again costs little.

        Args:
            needs: those that take the place of the need of the same id.
        """
        by_id = {need.id: need for need in needs}
        changed = replace(self, needs=tuple(by_id.pop(each.id, each) for each in self.needs))
        if by_id:
            raise ValueError(f"There is no need {min(by_id)} to be changed.")
        vars(changed)["columns"] = self.columns
        vars(changed)["stock"] = self.stock
        vars(changed)["walks"] = self.walks
        return changed

    def may_move(self, pair: Pair) -> bool:
        """Tell whether the consent that a pair needs is there, or counted on."""
        return not pair.consent or self.consent_of[pair.consent].state.opens

    def weight_of(self, need: Need) -> int:
        """Give what one unit of a need counts for."""
        return self.weights[need.priority - 1] if need.weight is None else need.weight

    def span_of(self, offer: Offer, pair: Pair) -> int:
        """Tell in which span of its rate the goods of an offer leave by a pair."""
        ready = offer.ready or self.day
        leaves = pair.hops[0].departs if pair.hops else pair.departs or ready
        return (leaves - ready).days // offer.rate.days if offer.rate else 0


def is_late(need: Need, arrives: date) -> bool:
    """Tell whether an arrival on this day misses the need's deadline."""
    return need.needed_by is not None and arrives > need.needed_by


def step_for(offer: Offer, pair: Pair) -> Step:
    """Give the smallest movement by this pair that leaves both sides whole."""
    return step_of(pair.ratio, offer.lot)


def matched(
    *,
    day: date,
    asked: Sequence[tuple[Need, Asked]],
    given: Sequence[tuple[Offer, Given]],
    lead_days: Callable[[Asked, Given], int],
    objection: Callable[[Asked, Given], Refusal | None],
    weights: tuple[int, ...] = DEFAULT_WEIGHTS,
    consent: Callable[[Asked, Given], str] | None = None,
    consents: tuple[Consent, ...] = (),
) -> Problem:
    """Build the problem by matching every need with the offers of its item and its substitutes.

    Args:
        day: the day on which the plan is made.
        asked: each need with its request line.
        given: each offer with its offer line.
        lead_days: days from departure to arrival.
        objection: the refusal of a rule on who may give what to whom, or None.
        weights: as in `Problem`.
        consent: the id of the consent that the goods need, or the empty text.
        consents: as in `Problem`.

    Raises:
        PlanTooLarge: more than MOST_MATCHES of needs and offers share an item.
    """
    by_item: dict[str, list[tuple[Offer, Given]]] = {}
    for offer, line in given:
        by_item.setdefault(line.item, []).append((offer, line))
    matches = sum(
        len(by_item.get(item, ())) for _, want in asked for item in {want.item, *want.substitutes}
    )
    if matches > MOST_MATCHES:
        raise PlanTooLarge(
            needs=f"{len(asked):,}",
            offers=f"{len(given):,}",
            matches=f"{matches:,}",
            most=f"{MOST_MATCHES:,}",
        )
    pairs: list[Pair] = []
    forbidden: list[Forbidden] = []
    for need, want in asked:
        for item in sorted({want.item, *want.substitutes}):
            for offer, line in by_item.get(item, ()):
                found = fit(
                    want,
                    line,
                    day=day,
                    lead_days=lead_days(want, line),
                    objection=objection(want, line),
                )
                if isinstance(found, Misfit):
                    lead = lead_days(want, line)
                    forbidden.append(_forbidden((need, want), (offer, line), found, day, lead))
                else:
                    needed = consent(want, line) if consent else ""
                    pairs += _spans(need, offer, want, found, needed)
    return Problem(
        day=day,
        needs=tuple(need for need, _ in asked),
        offers=tuple(offer for offer, _ in given),
        pairs=tuple(pairs),
        forbidden=tuple(forbidden),
        weights=weights,
        consents=consents,
    )


def _forbidden(
    asked: tuple[Need, Asked], given: tuple[Offer, Given], found: Misfit, day: date, lead: int
) -> Forbidden:
    """Write down what forbids an offer, and the pair it would be without a rule or a caveat."""
    (need, want), (offer, line) = asked, given
    pair = None
    if found.code in {MisfitCode.RULE, MisfitCode.CAVEAT}:
        free = fit(want, replace(line, caveats=()), day=day, lead_days=lead)
        if isinstance(free, Fit):
            pair = next(_spans(need, offer, want, free, ""))
    return Forbidden(
        offer=offer.id,
        need=need.id,
        code=found.code,
        by=found.by,
        sentence=found.sentence,
        version=found.version,
        pair=pair,
    )


def _spans(need: Need, offer: Offer, want: Asked, found: Fit, consent: str) -> Iterator[Pair]:
    """Give the pair, and for an offer with a rate one more for each later span until it is empty.

    A span after the end of the offer, or too late to be of use, is left out.
    """
    first = Pair(
        offer=offer.id,
        need=need.id,
        arrives=found.arrives,
        ratio=found.ratio,
        departs=found.departs if offer.rate else None,
        consent=consent,
    )
    yield first
    rate = offer.rate
    if rate is None or not rate.amount:
        return
    for span in range(1, min(_SPANS, -(-offer.amount // rate.amount))):
        later = timedelta(days=span * rate.days)
        departs, arrives = found.departs + later, found.arrives + later
        ended = offer.until is not None and departs > offer.until
        if ended or (is_late(need, arrives) and not want.late_serves):
            return
        route = f"leaves {departs.isoformat()}"
        yield replace(first, departs=departs, arrives=arrives, route=route)
