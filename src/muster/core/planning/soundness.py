"""Is a problem sound?  One that contradicts itself is refused, with a sentence for each fault."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from math import ceil

from muster.core.planning.columns import pairs_are_plain
from muster.core.planning.net import Hop, Net, arrival, hop_faults, net_faults
from muster.core.planning.objectives import Objective
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.refusals import ProblemFaulty

# How many faults a refusal lists before it only counts the rest.
_LISTED = 5


def require_sound(problem: Problem) -> None:
    """Refuse a problem that contradicts itself.

    Raises:
        ProblemFaulty: with a sentence for each of the first few faults, and the count of the rest.
    """
    faults = [
        *_weight_faults(problem),
        *_objective_faults(problem),
        *net_faults(problem.net),
        *_need_faults(problem),
        *_offer_faults(problem),
        *(() if _plain(problem) else _faults_of_pairs(problem)),
        *_forbidden_faults(problem),
        *_package_faults(problem),
        *(
            f"The consent {key} is there more than once."
            for key in _twice(consent.id for consent in problem.consents)
        ),
    ]
    if faults:
        rest = len(faults) - _LISTED
        more = [f"And {rest} more faults."] if rest > 0 else []
        raise ProblemFaulty(faults=" ".join([*faults[:_LISTED], *more]))


def require_sound_needs(problem: Problem) -> None:
    """Refuse a problem whose needs contradict themselves, where all else is known to be sound.

    Args:
        problem: differs from a sound one in the values of its needs alone, and not in their ids
            and places; nothing is agreed.

    Raises:
        ProblemFaulty: as for `require_sound`.
    """
    if next(_need_faults(problem), None):
        require_sound(problem)


def _plain(problem: Problem) -> bool:
    """Tell at one look over all pairs whether none of them needs to be looked at by itself."""
    day = problem.day.toordinal()
    columns, net = problem.columns, problem.net
    return pairs_are_plain(columns, problem.needs, problem.offers, net, day)


def _faults_of_pairs(problem: Problem) -> Iterator[str]:
    yield from _pair_faults(problem)
    yield from _hop_faults(problem)
    yield from _consent_faults(problem)
    yield from _agreed_faults(problem)


def _twice(keys: Iterable[object]) -> list[object]:
    """List the keys that occur more than once, each once, in a fixed order."""
    keys = list(keys)
    if len(set(keys)) == len(keys):
        return []
    return [key for key, group in groupby(sorted(keys, key=repr)) if len(list(group)) > 1]


def _weight_faults(problem: Problem) -> Iterator[str]:
    weights = problem.weights
    if not weights:
        yield "There are no weights: at least one priority class is needed."
    if any(weight <= 0 for weight in weights):
        yield f"The weights of the priority classes must be more than zero: {weights}."
    if any(low > high for high, low in pairwise(weights)):
        yield f"A lower priority class must not weigh more than a higher one: {weights}."


def _objective_faults(problem: Problem) -> Iterator[str]:
    order, shares = problem.objectives.order, problem.objectives.shares
    if not order:
        yield "There are no objectives: at least one is needed."
    elif not order[0].more_is_better:
        yield (
            f"The first objective must be one that asks for something to be done, and "
            f"{order[0].value} alone is best met by doing nothing."
        )
    for key in _twice(each.value for each in order):
        yield f"The objective {key} is there more than once."
    if Objective.BURDEN in order and not sum(share for _, share in shares):
        yield "The burden is to be shared as agreed, and no agreed shares are given."
    for key in _twice(donor for donor, _ in shares):
        yield f"The agreed share of {key} is there more than once."
    for donor, share in shares:
        if share < 0:
            yield f"The agreed share of {donor} is negative ({share})."


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
        if need.weight is not None and need.weight < 1:
            yield f"The need {need.id} has the weight {need.weight}; a weight is at least 1."
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

        if offer.held_back < 0:
            yield f"The offer {offer.id} holds back a negative amount ({offer.held_back})."
        if offer.value < 0:
            yield f"The offer {offer.id} has a negative value ({offer.value})."
        if offer.rate and (offer.rate.amount < 0 or offer.rate.days < 1):
            yield (
                f"The offer {offer.id} gives {offer.rate.amount} in {offer.rate.days} days; a rate "
                f"is 0 or more in 1 day or more."
            )


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
        if pair.departs and offer:
            yield from _departure_faults(problem, offer, pair)
        if pair.arrives < problem.day:
            yield f"{place} arrives on {pair.arrives}, before the plan is made ({problem.day})."
        if pair.ratio.numerator <= 0:
            yield f"{place} has the ratio {pair.ratio}; it must be more than zero."


def _departure_faults(problem: Problem, offer: Offer, pair: Pair) -> Iterator[str]:
    place = f"The pair of offer {pair.offer} and need {pair.need}"
    if pair.departs and pair.departs < (offer.ready or problem.day):
        yield f"{place} leaves on {pair.departs}, before the goods are ready."
    if pair.departs and pair.departs > pair.arrives:
        yield f"{place} arrives on {pair.arrives}, before it leaves ({pair.departs})."


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


def _consent_faults(problem: Problem) -> Iterator[str]:
    for pair in problem.pairs:
        if pair.consent and pair.consent not in problem.consent_of:
            yield (
                f"The pair of offer {pair.offer} and need {pair.need} names a consent "
                f"that is not there ({pair.consent})."
            )


def _package_faults(problem: Problem) -> Iterator[str]:
    needs = {need.id for need in problem.needs}
    for key in _twice(package.id for package in problem.packages):
        yield f"The package {key} is there more than once."
    for package in problem.packages:
        place = f"The package {package.id}"
        if not package.parts:
            yield f"{place} has no parts."
        if package.sets < 0 or package.worth < 0:
            yield f"{place} has a negative number of sets, or a negative worth."
        for key in _twice(part.need for part in package.parts):
            yield f"{place} has the need {key} in it more than once."
        for part in package.parts:
            if part.need not in needs:
                yield f"{place} names a need that is not there ({part.need})."
            if part.each < 1:
                yield f"{place} has {part.each} of the need {part.need} in a set; 1 is the least."
            if part.there < 0:
                yield f"{place} has a negative amount of the need {part.need} there ({part.there})."


def _agreed_faults(problem: Problem) -> Iterator[str]:
    """Check that what is agreed and may be released is part of both lines' amounts."""
    given: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for pair in problem.pairs:
        if pair.agreed < 0:
            yield (
                f"The pair of offer {pair.offer} and need {pair.need} has a negative amount "
                f"agreed ({pair.agreed})."
            )
        if pair.agreed > 0 and pair.ratio > 0:
            given[pair.offer] += pair.agreed
            taken[pair.need] += ceil(pair.agreed / pair.ratio)
    for offer in problem.offers:
        if given[offer.id] > max(0, offer.amount):
            yield f"Of the offer {offer.id} {given[offer.id]} are agreed, and {offer.amount} there."
    for need in problem.needs:
        if taken[need.id] > max(0, need.amount):
            yield f"Of the need {need.id} {taken[need.id]} are agreed, and {need.amount} asked."
