"""The part of a problem around some of its needs: all that could touch them, and nothing else.

What lies outside shares no offer, no need, no room that could run out and no package with the part,
so a plan of the part can be judged by itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment
from muster.core.planning.problem import Problem, step_for

_Holds = Callable[[str, str], bool]

# These compare everything with everything.
_TYING = frozenset({Objective.FAIRNESS, Objective.BURDEN})


def around(problem: Problem, needs: Iterable[str]) -> Problem:
    """Give the smallest part that holds these needs and can be planned by itself."""
    if _TYING.intersection(problem.objectives.order):
        return problem
    joined = _Joined()
    for pair in problem.pairs:
        joined.join(("need", pair.need), ("offer", pair.offer))
    for row in problem.forbidden:
        if row.pair is not None:
            joined.join(("need", row.need), ("offer", row.offer))
    for package in problem.packages:
        for part in package.parts:
            joined.join(("need", part.need), ("need", package.parts[0].need))
    for key, slot in _shared(problem):
        joined.join(("need", key[0]), slot)
    inside = {joined.root(("need", need)) for need in needs}

    def holds(kind: str, each: str) -> bool:
        return joined.root((kind, each)) in inside

    return replace(
        problem,
        needs=tuple(need for need in problem.needs if holds("need", need.id)),
        offers=tuple(offer for offer in problem.offers if holds("offer", offer.id)),
        pairs=tuple(pair for pair in problem.pairs if holds("need", pair.need)),
        forbidden=tuple(row for row in problem.forbidden if _both(holds, row.offer, row.need)),
        packages=tuple(each for each in problem.packages if holds("need", each.parts[0].need)),
    )


def rows_in(part: Problem, rows: Iterable[Assignment]) -> tuple[Assignment, ...]:
    """Give the rows of a plan that lie in a part."""
    needs = {need.id for need in part.needs}
    return tuple(row for row in rows if row.need in needs)


def _both(holds: _Holds, offer: str, need: str) -> bool:
    return holds("offer", offer) and holds("need", need)


def _shared(problem: Problem) -> Iterable[tuple[tuple[str, str, str], tuple[str, str]]]:
    """Give the pairs that take room which all together could use up, with that room's name."""
    offers = {offer.id: offer for offer in problem.offers}
    needs = {need.id: need for need in problem.needs}
    wanted: defaultdict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    takers: defaultdict[tuple[str, int], list[tuple[str, str, str]]] = defaultdict(list)
    for pair in problem.pairs:
        offer = offers[pair.offer]
        step = step_for(offer, pair)
        most = step.most(left=offer.amount + offer.held_back, still_open=needs[pair.need].amount)
        for slot in problem.net.slots(pair.hops):
            takers[slot].append(pair.key)
            for kind, load in enumerate(offer.load.amounts):
                wanted[slot][kind] += load * most * step.offered
    for slot, loads in wanted.items():
        limits = problem.net.by_id[slot[0]].room_in(slot[1]).limits
        if any(
            limit is not None and load > limit for limit, load in zip(limits, loads, strict=True)
        ):
            for key in takers[slot]:
                yield key, ("slot", f"{slot[0]} {slot[1]}")


class _Joined:
    """Which things hang together: each points towards the root of its set."""

    def __init__(self) -> None:
        self.up: dict[tuple[str, str], tuple[str, str]] = {}

    def root(self, each: tuple[str, str]) -> tuple[str, str]:
        """Give the root of the set that a thing is in, and shorten the way to it."""
        root = each
        while (above := self.up.get(root, root)) != root:
            root = above
        while each != root:
            self.up[each], each = root, self.up.get(each, root)
        return root

    def join(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        """Make one set of two."""
        self.up[self.root(one)] = self.root(other)
