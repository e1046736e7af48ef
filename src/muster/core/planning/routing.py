"""From pairs that only say who may serve whom, to pairs that go over the net's legs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from muster.core.planning.net import Net, Way, ways
from muster.core.planning.problem import Forbidden, Need, Offer, Pair, Problem

# How many periods ahead goods that come at a rate are planned at most.
_PERIODS = 53


def routed(problem: Problem, net: Net, *, periods: int = 3, paths: int = 3) -> Problem:
    """Give every pair whose two places are known its ways over the net.

    A pair of which a place is not known stays as it is, and takes no room.  A pair between known
    places without a way is dropped: the offer is then told as one that cannot get there.

    Args:
        problem: with pairs that have no hops yet.
        net: a sound net.
        periods: in how many periods a departure is looked for, from the day the goods are ready.
        paths: how many paths at most, those of the fewest days of travel.
    """
    needs = {need.id: need for need in problem.needs}
    offers = {offer.id: offer for offer in problem.offers}
    known: dict[tuple[str, str, date, date | None, int], tuple[Way, ...]] = {}

    def found(offer: Offer, need: Need) -> tuple[Way, ...]:
        ready = max(problem.day, offer.ready or problem.day)
        more = max(periods, _periods(offer, net))
        key = (offer.place, need.place, ready, offer.until, more)
        if key not in known:
            known[key] = ways(
                net,
                start=offer.place,
                end=need.place,
                ready=ready,
                until=offer.until,
                periods=more,
                paths=paths,
            )
        return known[key]

    def over_net() -> Iterator[Pair]:
        for pair in problem.pairs:
            offer, need = offers[pair.offer], needs[pair.need]
            if not offer.place or not need.place or pair.hops:
                yield pair
                continue
            if pair.route:
                # A later span of a rate: the ways of the first departure reach into it already.
                continue
            for way in found(offer, need):
                yield _by(pair, need, way)

    def would_be(row: Forbidden) -> Forbidden:
        offer, need = offers[row.offer], needs[row.need]
        if row.pair is None or not offer.place or not need.place:
            return row
        way = next(iter(found(offer, need)), None)
        return replace(row, pair=_by(row.pair, need, way) if way else None)

    forbidden = tuple(would_be(row) for row in problem.forbidden)
    return replace(problem, pairs=tuple(over_net()), forbidden=forbidden, net=net)


def _by(pair: Pair, need: Need, way: Way) -> Pair:
    # Goods that are there too soon wait until the recipient can take them.
    arrives = max(way.arrives, need.earliest or way.arrives)
    return replace(pair, arrives=arrives, route=way.route, hops=way.hops, departs=None)


def _periods(offer: Offer, net: Net) -> int:
    """Count the periods that pass until an offer that comes at a rate has all been given."""
    rate = offer.rate
    if rate is None or not rate.amount:
        return 1
    days = -(-offer.amount // rate.amount) * rate.days
    return min(_PERIODS, 1 + -(-days // net.period))
