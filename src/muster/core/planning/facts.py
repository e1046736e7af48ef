"""What a problem and a plan say, ready to be looked up when reasons are asked for."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np

from muster.core.matching import Step, step_of
from muster.core.planning.net import Measure, Slot
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Forbidden, Offer, Pair, Problem

# How many names a sentence lists before it only counts the rest; the reason's rows have them all.
_NAMED = 3
_LATE_ASKED: Final = frozenset({Objective.LATE, Objective.FAIRNESS})


class Facts:
    """The rows of the problem and the plan, ready to be looked up; built once for all needs.

    Args:
        pairs: those of each need that may be planned.
        waiting: those of each need that lack a consent.
        carried: what each leg carries in each period, by measure.
        fillers: whose goods that is.
        leaving: what leaves of an offer with a rate in each span.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.needs = {need.id: need for need in problem.needs}
        self.offers = {offer.id: offer for offer in problem.offers}
        self.pairs: defaultdict[str, list[Pair]] = defaultdict(list)
        self.forbidden: defaultdict[str, list[Forbidden]] = defaultdict(list)
        self.of_item: defaultdict[str, list[Offer]] = defaultdict(list)
        self.users: defaultdict[str, list[Assignment]] = defaultdict(list)
        self.brought: defaultdict[str, int] = defaultdict(int)
        self.left = {offer.id: offer.amount for offer in problem.offers}
        self.waiting: defaultdict[str, list[Pair]] = defaultdict(list)
        # The problem holds its pairs and ratios, so no other ones can come to their addresses.
        self._steps: dict[int, Step] = {}
        self._kinds: dict[tuple[int, int], Step] = {}
        self._sort(problem)
        for row in sorted(problem.forbidden, key=lambda row: (row.offer, row.code, row.sentence)):
            self.forbidden[row.need].append(row)
        for offer in sorted(problem.offers, key=lambda offer: offer.id):
            self.of_item[offer.item].append(offer)
        self.net = problem.net
        self.carried: dict[Slot, tuple[int, ...]] = {}
        self.fillers: defaultdict[Slot, list[str]] = defaultdict(list)
        self.leaving: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.used = {use.key for use in plan.assignments}
        self._slots: dict[int, list[Slot]] = {}
        self._limits: dict[Slot, tuple[tuple[int, int], ...]] = {}
        self._free: dict[Slot, tuple[tuple[int, int], ...]] = {}
        # Whether anything asks for what is late.
        self.late_is_asked = not _LATE_ASKED.isdisjoint(problem.objectives.order)
        self._full: dict[tuple[Slot, int], str] = {}
        self._filling: dict[Slot, tuple[str, ...]] = {}
        rated = any(offer.rate for offer in problem.offers)
        moved = problem.net.legs or rated
        for use in plan.assignments:
            if moved:
                self._carry(use)
            self.users[use.offer].append(use)
            self.brought[use.need] += use.covers
            self.left[use.offer] -= use.amount

    def _sort(self, problem: Problem) -> None:
        """Put the pairs to their needs, in the order of offers and routes."""
        columns = problem.columns
        ordered = list(map(problem.pairs.__getitem__, columns.order.tolist()))
        if not columns.plain:
            for pair in ordered:
                waits = pair.consent and not problem.may_move(pair)
                (self.waiting if waits else self.pairs)[pair.need].append(pair)
            return
        changes = np.flatnonzero(np.diff(columns.need[columns.order])) + 1
        for start, end in pairwise([0, *changes.tolist(), len(ordered)] if ordered else []):
            self.pairs[ordered[start].need] = ordered[start:end]

    def open_of(self, need: str) -> int:
        """Count what the plan leaves open of a need."""
        return self.needs[need].amount - self.brought[need]

    def begun(self, pair: Pair) -> bool:
        """Tell whether anything goes by a pair."""
        return pair.key in self.used

    def step(self, pair: Pair) -> Step:
        """Give the smallest movement by a pair of this problem."""
        found = self._steps.get(id(pair))
        if found is None:
            kind = id(pair.ratio), self.offers[pair.offer].lot
            if kind not in self._kinds:
                self._kinds[kind] = step_of(pair.ratio, kind[1])
            found = self._steps[id(pair)] = self._kinds[kind]
        return found

    def slots(self, pair: Pair) -> list[Slot]:
        """Give the legs and periods that a pair takes room of, once for the same hops."""
        found = self._slots.get(id(pair.hops))
        if found is None:
            found = self._slots[id(pair.hops)] = self.net.slots(pair.hops)
        return found

    def limits(self, slot: Slot) -> tuple[tuple[int, int], ...]:
        """Give the limits of a leg in a period that there are, each with its measure's number."""
        found = self._limits.get(slot)
        if found is None:
            room = self.net.by_id[slot[0]].room_in(slot[1]).limits
            found = self._limits[slot] = tuple(
                (at, limit) for at, limit in enumerate(room) if limit is not None
            )
        return found

    def free(self, slot: Slot) -> tuple[tuple[int, int], ...]:
        """Give the room that the plan leaves on a leg in a period, by the measure's number."""
        found = self._free.get(slot)
        if found is None:
            carried = self.carried.get(slot, (0, 0, 0))
            found = self._free[slot] = tuple(
                (at, limit - carried[at]) for at, limit in self.limits(slot)
            )
        return found

    def filling(self, slot: Slot) -> tuple[str, ...]:
        """Name the needs whose goods fill a leg in a period, each once."""
        found = self._filling.get(slot)
        if found is None:
            found = self._filling[slot] = unique(self.fillers[slot])
        return found

    def fullness(self, slot: Slot, at: int) -> str:
        """Say how full a leg is in a period, by the measure of this number; put in words once."""
        found = self._full.get((slot, at))
        if found is None:
            leg, period = self.net.by_id[slot[0]], slot[1]
            measure = tuple(Measure)[at]
            limit, taken = leg.room_in(period).limits[at], self.carried.get(slot, (0, 0, 0))[at]
            found = self._full[slot, at] = (
                f"{leg.name} in the period from {self.net.first_day(period)}: it has room for "
                f"{(limit or 0) / measure.unit:g} {measure}, {taken / measure.unit:g} are taken"
            )
        return found

    def way_of(self, use: Assignment) -> Pair | None:
        """Find the pair by which an assignment goes."""
        for ways in (self.pairs[use.need], self.waiting[use.need]):
            for each in ways:
                if each.offer == use.offer and each.route == use.route:
                    return each
        return None

    def _carry(self, use: Assignment) -> None:
        offer = self.offers[use.offer]
        pair = self.way_of(use)
        if pair is None:
            return
        if offer.rate:
            self.leaving[offer.id, self.problem.span_of(offer, pair)] += use.amount
        for slot in self.slots(pair):
            had = self.carried.get(slot, (0, 0, 0))
            loads = self.offers[use.offer].load.amounts
            self.fillers[slot].append(use.need)
            self.carried[slot] = tuple(
                taken + load * use.amount for taken, load in zip(had, loads, strict=True)
            )


def unique(ids: Iterable[str]) -> tuple[str, ...]:
    """Keep each id once, in the order of its first appearance."""
    return tuple(dict.fromkeys(ids))


def named(names: Iterable[str]) -> str:
    """List the first few names and count the rest."""
    every = list(dict.fromkeys(names))
    rest = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
