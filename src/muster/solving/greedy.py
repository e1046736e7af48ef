"""The plain baseline: need by need, by priority and deadline, each from what arrives first.

It proves nothing.  It leaves no whole step undone that could still be done (but for needs that
could not get as much as is of use to them), it answers in the time of one sort, it takes amounts of
any size, and every other method is measured against it.
"""

from collections import defaultdict
from datetime import date

from muster.core.planning.net import Hop, Slot
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Outcome, Plan, Score, Status
from muster.core.planning.problem import (
    Need,
    Offer,
    Pair,
    Problem,
    is_late,
    step_for,
)
from muster.core.planning.recounting import recounted
from muster.core.planning.soundness import require_sound

NAME = "greedy"


def solve(problem: Problem, *, seconds: float = 30) -> Plan:  # noqa: ARG001 - nothing to stop
    """Make a plan in two rounds: first all that arrives on time, then all that arrives late.

    What is agreed stays, whether it may be released or not; and the second round is left out where
    no objective asks for goods that are late.

    Args:
        problem: any sound problem.
        seconds: not used; it is there so that all methods are called alike.

    Raises:
        ProblemFaulty: the problem contradicts itself.
    """
    require_sound(problem)
    rows = sorted(_assignments(problem), key=lambda row: row.key)
    values = recounted(problem, rows)
    scores = tuple(Score(objective=each, value=value) for each, value in values.items())
    outcome = Outcome(status=Status.FEASIBLE, method=NAME, scores=scores)
    return Plan(assignments=tuple(rows), outcome=outcome)


class _Left:
    """What is left of the offers, the needs and the legs' room."""

    def __init__(self, problem: Problem) -> None:
        self.net = problem.net
        self.problem = problem
        self.free = {offer.id: offer.amount for offer in problem.offers}
        self.still_open = {need.id: need.amount for need in problem.needs}
        self.room: dict[Slot, list[int | None]] = {}
        self.slots: dict[tuple[Hop, ...], list[Slot]] = {}
        # What may still leave of an offer with a rate, by span.
        self.spans: dict[tuple[str, int], int] = {}

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
        if offer.rate:
            steps = min(steps, self._span(offer, pair)[1] // step.offered)
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

        if offer.rate:
            span, free = self._span(offer, pair)
            self.spans[span] = free - amount

    def _span(self, offer: Offer, pair: Pair) -> tuple[tuple[str, int], int]:
        """Name the span of the rate that a pair falls in, and what may still leave in it."""
        span = offer.id, self.problem.span_of(offer, pair)
        return span, self.spans.get(span, offer.rate.amount if offer.rate else 0)

    def _limits(self, pair: Pair) -> list[list[int | None]]:
        """Give what is left of the room on each leg of the pair's way, each slot once."""
        if not pair.hops:
            return []
        if pair.hops not in self.slots:
            self.slots[pair.hops] = self.net.slots(pair.hops)
            for leg, period in self.slots[pair.hops]:
                whole = self.net.by_id[leg].room_in(period).limits
                self.room.setdefault((leg, period), list(whole))
        return [self.room[slot] for slot in self.slots[pair.hops]]


def _assignments(problem: Problem) -> list[Assignment]:
    """Fill the needs; take back what is too little to be of use, and fill the others again."""
    filling = _Filling(problem)
    # What a need that can never get enough would take is not withheld from the others.
    needs = sorted((need for need in problem.needs if need.least <= need.amount), key=_urgency)
    filling.keep_agreed(needs)
    late = {Objective.LATE, Objective.FAIRNESS}.intersection(problem.objectives.order)
    while True:
        filling.fill(needs, late=False)
        if late:
            filling.fill(needs, late=True)
        short = {need.id for need in needs if 0 < filling.brought(need) < need.least}
        if not short:
            return list(filling.rows.values())
        filling.take_back(short)
        needs = [need for need in needs if need.id not in short]


class _Filling:
    """The plan as it grows."""

    def __init__(self, problem: Problem) -> None:
        self.offers = {offer.id: offer for offer in problem.offers}
        self.by_key = {pair.key: pair for pair in problem.open_pairs}
        self.left = _Left(problem)
        self.rows: dict[tuple[str, str, str], Assignment] = {}
        self.pairs: defaultdict[str, list[Pair]] = defaultdict(list)
        for pair in sorted(problem.open_pairs, key=lambda pair: (pair.arrives, pair.key)):
            self.pairs[pair.need].append(pair)

    def brought(self, need: Need) -> int:
        """Count what a need has so far."""
        return need.amount - self.left.still_open[need.id]

    def keep_agreed(self, needs: list[Need]) -> None:
        """Begin with what is agreed, as far as it is whole steps."""
        for need in needs:
            for pair in self.pairs.get(need.id, ()):
                if pair.agreed:
                    offer = self.offers[pair.offer]
                    step = step_for(offer, pair).offered
                    steps = min(self.left.steps(offer, pair), pair.agreed // step)
                    if steps * step >= offer.least:
                        self._move(need, pair, steps)

    def fill(self, needs: list[Need], *, late: bool) -> None:
        """Give each need as many whole steps as its pairs allow, the earliest arrival first."""
        for need in needs:
            for pair in self.pairs.get(need.id, ()):
                if is_late(need, pair.arrives) is late:
                    self._move(need, pair, self.left.steps(self.offers[pair.offer], pair))

    def take_back(self, needs: set[str]) -> None:
        """Undo all that goes to these needs."""
        for row in [row for row in self.rows.values() if row.need in needs]:
            offer, pair = self.offers[row.offer], self.by_key[row.key]
            self.left.take(offer, pair, amount=-row.amount, covers=-row.covers)
            del self.rows[row.key]

    def _move(self, need: Need, pair: Pair, steps: int) -> None:
        """Add so many steps to what goes by a pair."""
        if not steps:
            return
        offer, had = self.offers[pair.offer], self.rows.get(pair.key)
        step = step_for(offer, pair)
        amount, covers = steps * step.offered, steps * step.covered
        self.left.take(offer, pair, amount=amount, covers=covers)
        self.rows[pair.key] = Assignment(
            offer=pair.offer,
            need=need.id,
            route=pair.route,
            amount=amount + (had.amount if had else 0),
            covers=covers + (had.covers if had else 0),
            arrives=pair.arrives,
            late=is_late(need, pair.arrives),
        )


def _urgency(need: Need) -> tuple[int, date, str]:
    """Order needs by priority, then deadline; ids decide ties, so that order of rows does not."""
    return need.priority, need.needed_by or date.max, need.id
