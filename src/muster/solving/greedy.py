"""The plain baseline: need by need, by priority and deadline, each from what arrives first.

It proves nothing.  It leaves no whole step undone that could still be done (but for needs that
could not get as much as is of use to them), it answers in the time of one sort, it takes amounts of
any size, and every other method is measured against it.
"""

from collections import defaultdict
from datetime import date

from muster.core.planning.net import Hop, Slot
from muster.core.planning.plans import Assignment, Objective, Outcome, Plan, Score, Status
from muster.core.planning.problem import (
    Need,
    Offer,
    Pair,
    Problem,
    is_late,
    require_sound,
    step_for,
)

NAME = "greedy"


def solve(problem: Problem, *, seconds: float = 30) -> Plan:  # noqa: ARG001 - nothing to stop
    """Make a plan in two rounds: first all that arrives on time, then all that arrives late.

    Args:
        problem: any sound problem.
        seconds: not used; it is there so that all methods are called alike.

    Raises:
        ProblemFaulty: the problem contradicts itself.
    """
    require_sound(problem)
    rows = sorted(_assignments(problem), key=lambda row: row.key)
    values = _values(problem, rows)
    scores = tuple(Score(objective=each, value=values[each]) for each in Objective)
    outcome = Outcome(status=Status.FEASIBLE, method=NAME, scores=scores)
    return Plan(assignments=tuple(rows), outcome=outcome)


class _Left:
    """What is left of the offers, the needs and the legs' room."""

    def __init__(self, problem: Problem) -> None:
        self.net = problem.net
        self.free = {offer.id: offer.amount for offer in problem.offers}
        self.still_open = {need.id: need.amount for need in problem.needs}
        self.room: dict[Slot, list[int | None]] = {}
        self.slots: dict[tuple[Hop, ...], list[Slot]] = {}

    def steps(self, offer: Offer, pair: Pair) -> int:
        """Count the whole steps that still fit by this pair."""
        if not self.free[offer.id] or not self.still_open[pair.need]:
            return 0
        step = step_for(offer, pair)
        steps = step.most(left=self.free[offer.id], still_open=self.still_open[pair.need])
        for limits in self._limits(pair) if steps else ():
            for limit, load in zip(limits, offer.load.amounts, strict=True):
                if load and limit is not None:
                    steps = min(steps, limit // (load * step.offered))
        return steps if steps * step.offered >= offer.least else 0

    def take(self, offer: Offer, pair: Pair, *, amount: int, covers: int) -> None:
        """Use it up; negative amounts give it back."""
        self.free[offer.id] -= amount
        self.still_open[pair.need] -= covers
        for limits in self._limits(pair):
            for kind, load in enumerate(offer.load.amounts):
                limit = limits[kind]
                if limit is not None:
                    limits[kind] = limit - load * amount

    def _limits(self, pair: Pair) -> list[list[int | None]]:
        """Give what is left of the room on each leg of the pair's way, each slot once."""
        if not pair.hops:
            return []
        if pair.hops not in self.slots:
            self.slots[pair.hops] = self.net.slots(pair.hops)
            for leg, period in self.slots[pair.hops]:
                whole = self.net.by_id[leg].room.limits
                self.room.setdefault((leg, period), list(whole))
        return [self.room[slot] for slot in self.slots[pair.hops]]


def _assignments(problem: Problem) -> list[Assignment]:
    """Fill the needs; take back what is too little to be of use, and fill the others again."""
    offers = {offer.id: offer for offer in problem.offers}
    by_key = {pair.key: pair for pair in problem.pairs}
    left = _Left(problem)
    pairs: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in sorted(problem.pairs, key=lambda pair: (pair.arrives, pair.key)):
        pairs[pair.need].append(pair)
    rows: dict[tuple[str, str, str], Assignment] = {}
    needs = sorted(problem.needs, key=_urgency)
    while True:
        _fill(left, needs, pairs, offers, rows)
        short = {
            need.id for need in needs if 0 < need.amount - left.still_open[need.id] < need.least
        }
        if not short:
            return list(rows.values())
        for row in [row for row in rows.values() if row.need in short]:
            back = by_key[row.key]
            left.take(offers[row.offer], back, amount=-row.amount, covers=-row.covers)
            del rows[row.key]
        needs = [need for need in needs if need.id not in short]


def _fill(
    left: _Left,
    needs: list[Need],
    pairs: dict[str, list[Pair]],
    offers: dict[str, Offer],
    rows: dict[tuple[str, str, str], Assignment],
) -> None:
    """Give each need in turn as many whole steps as its pairs allow, the earliest arrival first."""
    for late in (False, True):
        for need in needs:
            for pair in pairs.get(need.id, ()):
                if is_late(need, pair.arrives) is not late:
                    continue
                offer = offers[pair.offer]
                steps = left.steps(offer, pair)
                if steps:
                    step, had = step_for(offer, pair), rows.get(pair.key)
                    amount, covers = steps * step.offered, steps * step.covered
                    left.take(offer, pair, amount=amount, covers=covers)
                    rows[pair.key] = Assignment(
                        offer=pair.offer,
                        need=need.id,
                        route=pair.route,
                        amount=amount + (had.amount if had else 0),
                        covers=covers + (had.covers if had else 0),
                        arrives=pair.arrives,
                        late=late,
                    )


def _urgency(need: Need) -> tuple[int, date, str]:
    """Order needs by priority, then deadline; ids decide ties, so that order of rows does not."""
    return need.priority, need.needed_by or date.max, need.id


def _values(problem: Problem, rows: list[Assignment]) -> dict[Objective, int]:
    """Count what the rows reach on each objective."""
    weight = {need.id: problem.weights[need.priority - 1] for need in problem.needs}
    worth = [(row, weight[row.need] * row.covers) for row in rows]
    return {
        Objective.ON_TIME: sum(units for row, units in worth if not row.late),
        Objective.LATE: sum(units for row, units in worth if row.late),
        Objective.WAITING: sum(units * (row.arrives - problem.day).days for row, units in worth),
        Objective.ASSIGNMENTS: len(rows),
    }
