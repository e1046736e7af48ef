"""What a problem and a plan say, ready to be looked up when reasons are asked for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import add

import numpy as np

from muster.core.matching import Step, step_of
from muster.core.planning.columns import ranked
from muster.core.planning.net import Measure, Slot
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Forbidden, Offer, Pair, Problem

# How many names a sentence lists before it only counts the rest; the reason's rows have them all.
_NAMED = 3

# No number made of several may come near to where whole numbers of 64 bits end.
_LARGEST = 2**62


@dataclass(slots=True)
class Elsewhere:
    """What a plan leaves of an offer, and what others than one need get of it.

    Args:
        left: units that are left.
        free: units that are left or go elsewhere.
        freed: units that go elsewhere by each leg and period; None until it is asked.
    """

    left: int
    free: int
    freed: dict[Slot, int] | None = None


class Facts:
    """The rows of the problem and the plan, ready to be looked up; built once for all needs.

    Args:
        carried: what each leg carries in each period, by measure.
        fillers: whose goods that is.
        leaving: what leaves of an offer with a rate in each span.
        rated: whether any offer has a rate.
        late_asked: whether anything asks for late goods.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.needs = {need.id: need for need in problem.needs}
        self.offers = {offer.id: offer for offer in problem.offers}
        self.forbidden: defaultdict[str, list[Forbidden]] = defaultdict(list)
        self.of_item: defaultdict[str, list[Offer]] = defaultdict(list)
        self.users: defaultdict[str, list[Assignment]] = defaultdict(list)
        self.brought: defaultdict[str, int] = defaultdict(int)
        self.left = {offer.id: offer.amount for offer in problem.offers}
        # The problem holds its ratios and ways, so no other ones can come to their addresses.
        self._steps: defaultdict[int, dict[int, Step]] = defaultdict(dict)
        for row in sorted(problem.forbidden, key=lambda row: (row.offer, row.code, row.sentence)):
            self.forbidden[row.need].append(row)
        for offer in sorted(problem.offers, key=lambda offer: offer.id):
            self.of_item[offer.item].append(offer)
        self.net = problem.net
        self.carried: dict[Slot, tuple[int, ...]] = {}
        self.fillers: defaultdict[Slot, list[str]] = defaultdict(list)
        # What goes of each offer: to which need, how much, by which legs and periods.
        self._going: defaultdict[str, list[tuple[str, int, list[Slot]]]] = defaultdict(list)
        self.leaving: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.used = {use.key for use in plan.assignments}
        self._slots: dict[int, list[Slot]] = {}
        self._spare: dict[int, list[tuple[Slot, list[tuple[int, int]]]]] = {}
        self._full: dict[tuple[Slot, int], tuple[str, tuple[str, ...]]] = {}
        self._filling: dict[Slot, tuple[str, ...]] = {}
        # Of one need at a time: needs are asked about one after the other.
        self._elsewhere: dict[str, Elsewhere] = {}
        self._asked = ""
        columns = problem.columns
        self._order = columns.order
        ranks = ranked(problem.needs)
        sorted_needs = ranks[columns.need[self._order]]
        places = np.arange(len(problem.needs) + 1)
        self._begins = np.searchsorted(sorted_needs, places).tolist()
        self._rank = {need.id: int(ranks[at]) for at, need in enumerate(problem.needs)}
        self.rated = any(offer.rate for offer in problem.offers)
        asked = {Objective.LATE, Objective.FAIRNESS}
        self.late_asked = not asked.isdisjoint(problem.objectives.order)
        moved = problem.net.legs or self.rated
        self._by_key = self._ways_used() if moved else {}
        for use in plan.assignments:
            if moved:
                self._carry(use)
            self.users[use.offer].append(use)
            self.brought[use.need] += use.covers
            self.left[use.offer] -= use.amount

    def all_pairs(self, need: str) -> list[Pair]:
        """Give the pairs of a need by offer and route, those that wait for a consent too."""
        rank = self._rank[need]
        rows = self._order[self._begins[rank] : self._begins[rank + 1]].tolist()
        return [self.problem.pairs[at] for at in rows]

    def sorted_out(self, need: str) -> tuple[list[Pair], list[Pair]]:
        """Give the pairs of a need that may be planned, and those that lack a consent."""
        every = self.all_pairs(need)
        if not self.problem.consents:
            return every, []
        may_move = self.problem.may_move
        return [p for p in every if may_move(p)], [p for p in every if not may_move(p)]

    def open_of(self, need: str) -> int:
        """Count what the plan leaves open of a need."""
        return self.needs[need].amount - self.brought[need]

    def begun(self, pair: Pair) -> bool:
        """Tell whether anything goes by a pair."""
        return pair.key in self.used

    def step(self, pair: Pair) -> Step:
        """Give the smallest movement by a pair."""
        ratio, lot = pair.ratio, self.offers[pair.offer].lot
        steps = self._steps[lot]
        found = steps.get(id(ratio))
        if found is None:
            found = steps[id(ratio)] = step_of(ratio, lot)
        return found

    def elsewhere(self, pair: Pair) -> Elsewhere:
        """Tell what is left of an offer and what others get, once for all ways to a need."""
        if self._asked != pair.need:
            self._asked = pair.need
            self._elsewhere = {}
        found = self._elsewhere.get(pair.offer)
        if found is None:
            left = free = self.left[pair.offer]
            for use in self.users[pair.offer]:
                if use.need != pair.need:
                    free += use.amount
            found = self._elsewhere[pair.offer] = Elsewhere(left, free)
        return found

    def freed(self, pair: Pair) -> dict[Slot, int]:
        """Count the units of an offer that go to others by each leg and period, once likewise."""
        its = self.elsewhere(pair)
        if its.freed is None:
            its.freed = {}
            for need, amount, slots in self._going[pair.offer]:
                if need != pair.need:
                    for slot in slots:
                        its.freed[slot] = its.freed.get(slot, 0) + amount
        return its.freed

    def leaving_to(self, need: str, offer: Offer, span: int) -> int:
        """Count what leaves of an offer to one need in a span of its rate."""
        mine = [use for use in self.users[offer.id] if use.need == need]
        ways = ((use, self.way_of(use)) for use in mine)
        return sum(use.amount for use, way in ways if self.problem.span_of(offer, way) == span)

    def slots(self, pair: Pair) -> list[Slot]:
        """Give the legs and periods that a pair takes room of, once for the same hops."""
        found = self._slots.get(id(pair.hops))
        if found is None:
            found = self._slots[id(pair.hops)] = self.net.slots(pair.hops)
        return found

    def spare(self, pair: Pair) -> list[tuple[Slot, list[tuple[int, int]]]]:
        """Give what is left of each leg with a limit on a pair's way, each by its measure's number.

        Once for the same hops.
        """
        found = self._spare.get(id(pair.hops))
        if found is None:
            legs = [(slot, self._spare_of(slot)) for slot in self.slots(pair)]
            found = self._spare[id(pair.hops)] = [(slot, room) for slot, room in legs if room]
        return found

    def _spare_of(self, slot: Slot) -> list[tuple[int, int]]:
        limits = self.net.by_id[slot[0]].room_in(slot[1]).limits
        carried = self.carried.get(slot, (0, 0, 0))
        rows = enumerate(zip(limits, carried, strict=True))
        return [(at, limit - taken) for at, (limit, taken) in rows if limit is not None]

    def way_of(self, use: Assignment) -> Pair:
        """Give the pair by which an assignment goes; only where there is a net or a rate."""
        return self._by_key[use.key]

    def fullness(self, slot: Slot, at: int) -> tuple[str, tuple[str, ...]]:
        """Say how full a leg is in a period by the measure of this number, and whose goods fill it.

        Put in words once; each need is named once.
        """
        found = self._full.get((slot, at))
        if found is None:
            leg, period = self.net.by_id[slot[0]], slot[1]
            measure = tuple(Measure)[at]
            limit, taken = leg.room_in(period).limits[at], self.carried.get(slot, (0, 0, 0))[at]
            told = (
                f"{leg.name} in the period from {self.net.first_day(period)}: it has room for "
                f"{(limit or 0) / measure.unit:g} {measure}, {taken / measure.unit:g} are taken"
            )
            needs = self._filling.get(slot)
            if needs is None:
                needs = self._filling[slot] = unique(self.fillers[slot])
            found = self._full[slot, at] = told, needs
        return found

    def _ways_used(self) -> dict[tuple[str, str, str], Pair]:
        """Find the pair by which each assignment goes."""
        uses, columns, pairs = self.plan.assignments, self.problem.columns, self.problem.pairs
        sizes = len(self.needs) * len(self.offers) * len(columns.routes)
        if not uses or not pairs or sizes >= _LARGEST:
            return {pair.key: pair for pair in pairs if pair.key in self.used}
        needs = {need.id: at for at, need in enumerate(self.problem.needs)}
        offers = {offer.id: at for at, offer in enumerate(self.problem.offers)}
        rows = [
            (needs[use.need], offers[use.offer], columns.routes.get(use.route, 0)) for use in uses
        ]
        known, order = columns.by_code
        at = np.searchsorted(known, columns.coded(*np.array(rows, dtype=np.int64).T))
        found = (pairs[each] for each in order[np.minimum(at, len(order) - 1)].tolist())
        return {pair.key: pair for pair in found}

    def _carry(self, use: Assignment) -> None:
        offer = self.offers[use.offer]
        pair = self._by_key.get(use.key)
        if pair is None:
            return
        if offer.rate:
            self.leaving[offer.id, self.problem.span_of(offer, pair)] += use.amount
        loads = offer.load.amounts
        more = tuple(load * use.amount for load in loads)
        slots = self.slots(pair)
        self._going[use.offer].append((use.need, use.amount, slots))
        for slot in slots:
            had = self.carried.get(slot)
            self.fillers[slot].append(use.need)
            self.carried[slot] = more if had is None else tuple(map(add, had, more))


def unique(ids: Iterable[str]) -> tuple[str, ...]:
    """Keep each id once, in the order of its first appearance."""
    return tuple(dict.fromkeys(ids))


def named(names: Iterable[str]) -> str:
    """List the first few names and count the rest."""
    every = list(dict.fromkeys(names))
    rest = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
