"""From pairs that only say who may serve whom, to pairs that go over the net's legs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from muster.core.planning.net import Net, Way, ways
from muster.core.planning.problem import Need, Offer, Pair, Problem


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
    known: dict[tuple[str, str, date, date | None], tuple[Way, ...]] = {}

    def found(offer: Offer, need: Need) -> tuple[Way, ...]:
        ready = max(problem.day, offer.ready or problem.day)
        key = (offer.place, need.place, ready, offer.until)
        if key not in known:
            known[key] = ways(
                net,
                start=offer.place,
                end=need.place,
                ready=ready,
                until=offer.until,
                periods=periods,
                paths=paths,
            )
        return known[key]

    def over_net() -> Iterator[Pair]:
        for pair in problem.pairs:
            offer, need = offers[pair.offer], needs[pair.need]
            if not offer.place or not need.place or pair.hops:
                yield pair
                continue
            for way in found(offer, need):
                # Goods that are there too soon wait until the recipient can take them.
                arrives = max(way.arrives, need.earliest or way.arrives)
                yield replace(pair, arrives=arrives, route=way.route, hops=way.hops)

    return replace(problem, pairs=tuple(over_net()), net=net)
