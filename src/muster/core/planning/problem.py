"""The planning problem: who needs what, who gives what, and which of it may go where.

All amounts are whole numbers of an item's smallest unit.  What is already agreed has been taken off
both sides before.  Ids are unique within their kind; the order of the rows means nothing, and no
method may let it change a plan.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise

from muster.core.matching import Asked, Given, Misfit, MisfitCode, Step, fit, step_of
from muster.core.planning.net import Hop, Load, Net, arrival, hop_faults, net_faults
from muster.core.refusals import ProblemFaulty, Refusal

# What one unit met counts for, by priority class: class 1 (life-saving) first.
DEFAULT_WEIGHTS = (100, 10, 1)

# Goods that take no room, and a world without legs: as it was before there was a net.
NO_LOAD = Load()
NO_NET = Net()

# How many faults a refusal lists before it only counts the rest.
_LISTED = 5


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
    """

    offer: str
    need: str
    arrives: date
    ratio: Fraction = Fraction(1)
    route: str = ""
    hops: tuple[Hop, ...] = ()

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
    """

    offer: str
    need: str
    code: MisfitCode
    by: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
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
    """

    day: date
    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    pairs: tuple[Pair, ...]
    forbidden: tuple[Forbidden, ...] = ()
    weights: tuple[int, ...] = DEFAULT_WEIGHTS
    net: Net = NO_NET


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
) -> Problem:
    """Build the problem by matching every need with the offers of its item and its substitutes.

    Args:
        day: the day on which the plan is made.
        asked: each need with its request line.
        given: each offer with its offer line.
        lead_days: days from departure to arrival.
        objection: the refusal of a rule on who may give what to whom, or None.
        weights: as in `Problem`.
    """
    by_item: dict[str, list[tuple[Offer, Given]]] = {}
    for offer, line in given:
        by_item.setdefault(line.item, []).append((offer, line))
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
                    forbidden.append(
                        Forbidden(
                            offer=offer.id,
                            need=need.id,
                            code=found.code,
                            by=found.by,
                            sentence=found.sentence,
                        )
                    )
                else:
                    pairs.append(
                        Pair(
                            offer=offer.id,
                            need=need.id,
                            arrives=found.arrives,
                            ratio=found.ratio,
                        )
                    )
    return Problem(
        day=day,
        needs=tuple(need for need, _ in asked),
        offers=tuple(offer for offer, _ in given),
        pairs=tuple(pairs),
        forbidden=tuple(forbidden),
        weights=weights,
    )


def require_sound(problem: Problem) -> None:
    """Refuse a problem that contradicts itself.

    Raises:
        ProblemFaulty: with a sentence for each of the first few faults, and the count of the rest.
    """
    faults = [
        *_weight_faults(problem),
        *net_faults(problem.net),
        *_need_faults(problem),
        *_offer_faults(problem),
        *_pair_faults(problem),
        *_forbidden_faults(problem),
        *_hop_faults(problem),
    ]
    if faults:
        rest = len(faults) - _LISTED
        more = [f"And {rest} more faults."] if rest > 0 else []
        raise ProblemFaulty(faults=" ".join([*faults[:_LISTED], *more]))


def _twice(keys: Iterable[object]) -> list[object]:
    """List the keys that occur more than once, each once, in a fixed order."""
    return [key for key, group in groupby(sorted(keys, key=repr)) if len(list(group)) > 1]


def _weight_faults(problem: Problem) -> Iterator[str]:
    weights = problem.weights
    if not weights:
        yield "There are no weights: at least one priority class is needed."
    if any(weight <= 0 for weight in weights):
        yield f"The weights of the priority classes must be more than zero: {weights}."
    if any(low > high for high, low in pairwise(weights)):
        yield f"A lower priority class must not weigh more than a higher one: {weights}."


def _need_faults(problem: Problem) -> Iterator[str]:
    for key in _twice(need.id for need in problem.needs):
        yield f"The need {key} is there more than once."
    classes = len(problem.weights)
    for need in problem.needs:
        if need.amount < 0:
            yield f"The need {need.id} has a negative amount ({need.amount})."
        if need.least < 0:
            yield f"The need {need.id} is of no use below {need.least}, a negative amount."
        if not 1 <= need.priority <= classes:
            yield (
                f"The need {need.id} has priority {need.priority}; the classes are 1 to {classes}."
            )
        if need.earliest and need.needed_by and need.earliest > need.needed_by:
            yield (
                f"The need {need.id} can be met from {need.earliest} only, "
                f"after its own deadline {need.needed_by}."
            )


def _offer_faults(problem: Problem) -> Iterator[str]:
    for key in _twice(offer.id for offer in problem.offers):
        yield f"The offer {key} is there more than once."
    for offer in problem.offers:
        if offer.amount < 0:
            yield f"The offer {offer.id} has a negative amount ({offer.amount})."
        if offer.least < 0:
            yield f"The offer {offer.id} goes from {offer.least} up, a negative amount."
        if min(offer.load.amounts) < 0:
            yield f"The offer {offer.id} has a negative weight, volume or pallet share."
        if offer.lot < 1:
            yield f"The offer {offer.id} has lots of {offer.lot}; a lot is at least 1."


def _pair_faults(problem: Problem) -> Iterator[str]:
    needs = {need.id for need in problem.needs}
    offers = {offer.id: offer for offer in problem.offers}
    seen: set[tuple[str, str, str]] = set()
    for pair in problem.pairs:
        place = f"The pair of offer {pair.offer} and need {pair.need}"
        if pair.key in seen:
            yield f"{place} is there more than once for the same route."
        seen.add(pair.key)
        if pair.need not in needs:
            yield f"{place} names a need that is not there."
        offer = offers.get(pair.offer)
        if offer is None:
            yield f"{place} names an offer that is not there."
        elif offer.ready and offer.until and offer.ready > offer.until:
            yield f"{place} is allowed, but the offer ends ({offer.until}) before it is ready."
        elif pair.arrives < (offer.ready or problem.day):
            yield f"{place} arrives on {pair.arrives}, before the goods are ready."
        if pair.arrives < problem.day:
            yield f"{place} arrives on {pair.arrives}, before the plan is made ({problem.day})."
        if pair.ratio.numerator <= 0:
            yield f"{place} has the ratio {pair.ratio}; it must be more than zero."


def _hop_faults(problem: Problem) -> Iterator[str]:
    """Check the ways of the pairs: each chain by itself once, then its ends."""
    net = problem.net
    offers = {offer.id: offer for offer in problem.offers}
    needs = {need.id: need for need in problem.needs}
    told: dict[tuple[Hop, ...], list[str]] = {}
    for pair in problem.pairs:
        hops = pair.hops
        if not hops:
            continue
        if hops not in told:
            told[hops] = list(hop_faults(net, hops))
        wrong = told[hops] or list(_end_faults(net, pair, offers.get(pair.offer), needs))
        for each in wrong:
            yield f"On the way of offer {pair.offer} to need {pair.need}, {each}."


def _end_faults(
    net: Net, pair: Pair, offer: Offer | None, needs: Mapping[str, Need]
) -> Iterator[str]:
    """Check that a way begins and ends where and when the two lines say."""
    first, last = net.by_id[pair.hops[0].leg], net.by_id[pair.hops[-1].leg]
    need, departs = needs.get(pair.need), pair.hops[0].departs
    if pair.arrives < arrival(net, pair.hops):
        yield f"the goods are there on {arrival(net, pair.hops)}, and not on {pair.arrives}"
    if offer and offer.place and offer.place != first.start:
        yield f"the goods are at {offer.place}, and not at {first.start}"
    if need and need.place and need.place != last.end:
        yield f"they are needed at {need.place}, and not at {last.end}"
    if offer and offer.ready and departs < offer.ready:
        yield f"they leave on {departs}, before they are ready ({offer.ready})"
    if offer and offer.until and departs > offer.until:
        yield f"they leave on {departs}, after the offer has ended ({offer.until})"


def _forbidden_faults(problem: Problem) -> Iterator[str]:
    needs = {need.id for need in problem.needs}
    offers = {offer.id for offer in problem.offers}
    allowed = {(pair.offer, pair.need) for pair in problem.pairs} if problem.forbidden else set()
    for row in problem.forbidden:
        place = f"The forbidden pair of offer {row.offer} and need {row.need}"
        if row.need not in needs or row.offer not in offers:
            yield f"{place} names something that is not there."
        if (row.offer, row.need) in allowed:
            yield f"{place} is also listed as allowed."
