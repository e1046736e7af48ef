"""The problem as arrays, in one canonical order, and the way back to a plan.

Rows are sorted by id, so that the order in which they came cannot change a plan.  One column is one
pair; its variable is a count of whole steps, so that every whole value of it leaves whole amounts
on both sides.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from muster.core.matching import Step, step_of
from muster.core.planning.net import Hop, Measure, Slot
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Outcome, Plan, Score, Status
from muster.core.planning.problem import Need, Offer, Pair, Problem, is_late
from muster.core.planning.recounting import recounted

Ints = NDArray[np.int64]

# Above this, whole numbers stop being exact in the floats of a solver.
LARGEST_EXACT = 2**53

# Stands for "no limit" in a row; more than any sum that is exact, and far from overflowing.
NO_LIMIT = 2**60


class Unsolved(Exception):  # noqa: N818 - the registry answers it with another method
    """A method could not solve a sound problem; the message is a sentence that says why."""


@dataclass(frozen=True, kw_only=True)
class Arrays:
    """One problem, ready for arithmetic.

    Args:
        problem: what it was made from.
        needs: sorted by id; `open` has their amounts.
        offers: sorted by id; `free` has their amounts.
        pairs: those that may be planned, sorted by need, offer, route; all arrays below have one
            entry for each.
        need: index into `needs`.
        offer: index into `offers`.
        offered: units of the offered item in one step.
        covered: units of the item asked for that one step covers.
        weight: what one covered unit counts for.
        days: days from the plan's day to arrival.
        late: whether the arrival misses the need's deadline.
        slots: the legs and periods that any pair takes room of, sorted.
        room: small units of room in each slot and measure, shape (slots x 3); `NO_LIMIT` where
            there is none; then what may leave in each span of each offer with a rate.
        rows: the rows of `limits` that a pair's step counts in, shape (pairs, width): its offer,
            its need, then room; short ones are filled up with a last row that has no limit.
        coefficients: what one step counts there; 0 in what was filled up.
        least: the fewest steps of a pair that may go at once, if any go.
        useful: the fewest units of each need that are of use.
    """

    problem: Problem
    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    pairs: tuple[Pair, ...]
    open: Ints
    free: Ints
    need: Ints
    offer: Ints
    offered: Ints
    covered: Ints
    weight: Ints
    days: Ints
    late: NDArray[np.bool_]
    slots: tuple[Slot, ...]
    room: Ints
    rows: Ints
    coefficients: Ints
    least: Ints
    useful: Ints

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Sort the rows and lay them out.

        Raises:
            Unsolved: an objective could reach a value that floats do not hold exactly.
        """
        needs = tuple(sorted(problem.needs, key=lambda need: need.id))
        offers = tuple(sorted(problem.offers, key=lambda offer: offer.id))
        pairs = tuple(sorted(problem.open_pairs, key=lambda pair: pair.key))
        need_at = {need.id: at for at, need in enumerate(needs)}
        offer_at = {offer.id: at for at, offer in enumerate(offers)}
        by_need = [need_at[pair.need] for pair in pairs]
        by_offer = [offer_at[pair.offer] for pair in pairs]
        steps = _steps(pairs, [offers[at].lot for at in by_offer])
        start = problem.day.toordinal()
        days = [pair.arrives.toordinal() - start for pair in pairs]
        _require_exact(problem, steps, max(days, default=0))
        weigh = [problem.weight_of(need) for need in needs]
        weights = [weigh[at] for at in by_need]
        late = [is_late(needs[at], pair.arrives) for at, pair in zip(by_need, pairs, strict=True)]
        offered = np.array([step.offered for step in steps], dtype=np.int64)
        covered = np.array([step.covered for step in steps], dtype=np.int64)
        of_need, of_offer = np.array(by_need, dtype=np.int64), np.array(by_offer, dtype=np.int64)
        slots, room, used, loads = _with_rates(
            problem, offers, pairs, offered, _room(problem, offers, pairs, of_offer, offered)
        )
        least = np.array([offer.least for offer in offers], dtype=np.int64)
        split = len(offers) + len(needs)
        return cls(
            problem=problem,
            needs=needs,
            offers=offers,
            pairs=pairs,
            open=np.array([need.amount for need in needs], dtype=np.int64),
            free=np.array([offer.amount for offer in offers], dtype=np.int64),
            need=of_need,
            offer=of_offer,
            offered=offered,
            covered=covered,
            weight=np.array(weights, dtype=np.int64),
            days=np.array(days, dtype=np.int64),
            late=np.array(late, dtype=np.bool_),
            slots=slots,
            room=room,
            rows=np.column_stack((of_offer, of_need + len(offers), used + split)),
            coefficients=np.column_stack((offered, covered, loads)),
            least=np.maximum(-(-least[of_offer] // offered), 1),
            useful=np.array([need.least for need in needs], dtype=np.int64),
        )

    @property
    def limits(self) -> Ints:
        """The right-hand side of every row: offers, needs, room, and one row without a limit."""
        return np.concatenate((self.free, self.open, self.room, [NO_LIMIT]))

    @cached_property
    def most(self) -> Ints:
        """Count the steps that each pair could take at most, were it alone; 0 if too few to use."""
        limits, most = self.limits, np.full(len(self.pairs), NO_LIMIT)
        for at in range(self.rows.shape[1]):
            taken = self.coefficients[:, at]
            fits = limits[self.rows[:, at]] // np.maximum(taken, 1)
            most = np.where(taken > 0, np.minimum(most, fits), most)
        hopeless = (self.useful > self.open)[self.need]
        return np.where(hopeless | (most < self.least), 0, most)

    def gains(self, objective: Objective) -> Ints:
        """Give what one step of each pair adds to an objective, negative where less is better."""
        worth: Ints = self.weight * self.covered
        match objective:
            case Objective.ON_TIME:
                return np.where(self.late, 0, worth)
            case Objective.LATE:
                return np.where(self.late, worth, 0)
            case Objective.WAITING:
                return -worth * self.days
            case Objective.LATENESS:
                return -worth * self.overdue
            case Objective.COST:
                return -self.cost
            case Objective.ASSIGNMENTS:
                return np.full_like(worth, -1)
            case _:
                raise Unsolved(f"The objective {objective} is not a sum over single movements.")

    @property
    def overdue(self) -> Ints:
        """Count the days that each pair arrives after the deadline."""
        due = [(need.needed_by or date.max).toordinal() for need in self.needs]
        arrives = self.days + self.problem.day.toordinal()
        late: Ints = np.maximum(arrives - np.array(due, dtype=np.int64)[self.need], 0)
        return late

    @property
    def cost(self) -> Ints:
        """Count what carrying one step of each pair costs, in millionths."""
        legs, offers = self.problem.net.by_id, self.problem.offers
        grams = {offer.id: offer.load.grams for offer in offers}
        each = [
            grams[pair.offer] * sum(legs[hop.leg].cost for hop in pair.hops) for pair in self.pairs
        ]
        return np.array(each, dtype=np.int64) * self.offered

    def values(self, steps: Ints) -> dict[Objective, int]:
        """Count what a plan of so many steps reaches on each objective."""
        worth = steps * self.weight * self.covered
        return {
            Objective.ON_TIME: int(worth[~self.late].sum()),
            Objective.LATE: int(worth[self.late].sum()),
            Objective.WAITING: int((worth * self.days).sum()),
            Objective.ASSIGNMENTS: int(np.count_nonzero(steps)),
        }

    def steps_of(self, plan: Plan) -> Ints:
        """Read back how many steps of each pair a plan has."""
        covers = {row.key: row.covers for row in plan.assignments}
        units = np.array([covers.get(pair.key, 0) for pair in self.pairs], dtype=np.int64)
        return units // self.covered

    def plan(
        self,
        steps: Ints,
        *,
        method: str,
        bounds: dict[Objective, int] | None = None,
        notes: tuple[str, ...] = (),
    ) -> Plan:
        """Turn so many steps of each pair into a plan, and state what is claimed of it.

        Args:
            steps: whole steps of each pair.
            method: the name of the method.
            bounds: the proved bound of each level, where there is one.
            notes: sentences a reader must know.
        """
        rows = tuple(self._assignment(int(at), int(steps[at])) for at in np.flatnonzero(steps))
        values, bounds = self.values(steps), bounds or {}
        order = self.problem.objectives.order
        if self.problem.packages or any(each not in values for each in order):
            values = recounted(self.problem, rows)
        scores = tuple(
            Score(objective=each, value=values[each], bound=bounds.get(each)) for each in order
        )
        levels = scores[: len(self.problem.objectives.levels)]
        outcome = Outcome(status=_status(levels), method=method, scores=scores, notes=notes)
        return Plan(assignments=rows, outcome=outcome)

    def _assignment(self, at: int, steps: int) -> Assignment:
        pair = self.pairs[at]
        return Assignment(
            offer=pair.offer,
            need=pair.need,
            route=pair.route,
            amount=steps * int(self.offered[at]),
            covers=steps * int(self.covered[at]),
            arrives=pair.arrives,
            late=bool(self.late[at]),
        )


def _status(levels: tuple[Score, ...]) -> Status:
    if all(score.proved for score in levels):
        return Status.OPTIMAL
    return Status.FEASIBLE if levels[0].bound is None else Status.BOUNDED


def _steps(pairs: tuple[Pair, ...], lots: list[int]) -> list[Step]:
    """Derive each pair's step; almost all are one for one, so that case is answered first."""
    one, same = Fraction(1), Step(1, 1)
    return [
        same if lot == 1 and (pair.ratio is one or pair.ratio == one) else step_of(pair.ratio, lot)
        for pair, lot in zip(pairs, lots, strict=True)
    ]


def _room(
    problem: Problem,
    offers: tuple[Offer, ...],
    pairs: tuple[Pair, ...],
    of_offer: Ints,
    offered: Ints,
) -> tuple[tuple[Slot, ...], Ints, Ints, Ints]:
    """Number the slots; give their room, and the rows and amounts that each pair's step takes.

    Many pairs go by the same way, so each way is looked up once.
    """
    if not any(pair.hops for pair in pairs):
        none = np.zeros((len(pairs), 0), dtype=np.int64)
        return (), np.zeros(0, dtype=np.int64), none, none
    net = problem.net
    ways: dict[tuple[Hop, ...], int] = {}
    by_way = np.array([ways.setdefault(pair.hops, len(ways)) for pair in pairs], dtype=np.int64)
    taken = [net.slots(way) for way in ways]
    slots = tuple(sorted({slot for each in taken for slot in each}))
    at = {slot: number for number, slot in enumerate(slots)}
    width = max(len(each) for each in taken)
    table = np.full((len(taken), width), len(slots), dtype=np.int64)
    for number, each in enumerate(taken):
        table[number, : len(each)] = [at[slot] for slot in each]
    limits = [net.by_id[leg].room_in(period).limits for leg, period in slots]
    room = np.array(
        [NO_LIMIT if limit is None else limit for each in limits for limit in each], dtype=np.int64
    )
    kinds = len(Measure)
    load = np.array([offer.load.amounts for offer in offers], dtype=np.int64)
    # Shape (pairs, width, measures); what is filled up, or has no limit, counts in the last row.
    rows = table[by_way][:, :, None] * kinds + np.arange(kinds)
    amounts = np.broadcast_to((load[of_offer] * offered[:, None])[:, None, :], rows.shape)
    bound = np.append(room, [NO_LIMIT] * kinds)[rows] < NO_LIMIT
    rows = np.where(bound, rows, len(room)).reshape(len(pairs), -1)
    amounts = np.where(bound, amounts, 0).reshape(len(pairs), -1)
    useful = (amounts > 0).any(axis=0)
    return slots, room, rows[:, useful], amounts[:, useful]


def _with_rates(
    problem: Problem,
    offers: tuple[Offer, ...],
    pairs: tuple[Pair, ...],
    offered: Ints,
    room: tuple[tuple[Slot, ...], Ints, Ints, Ints],
) -> tuple[tuple[Slot, ...], Ints, Ints, Ints]:
    """Add a row for each span of an offer with a rate: what leaves in it shares one limit."""
    rated = {offer.id: offer for offer in offers if offer.rate}
    if not rated:
        return room
    slots, limits, rows, loads = room
    spans = [
        (pair.offer, problem.span_of(rated[pair.offer], pair)) if pair.offer in rated else None
        for pair in pairs
    ]
    known = sorted({span for span in spans if span})
    at = {span: len(limits) + number for number, span in enumerate(known)}
    last = len(limits) + len(known)
    more = [rate.amount for offer, _ in known if (rate := rated[offer].rate)]
    rows = np.where(rows == len(limits), last, rows)
    column = np.array([at[span] if span else last for span in spans], dtype=np.int64)
    return (
        slots,
        np.concatenate((limits, np.array(more, dtype=np.int64))),
        np.column_stack((rows, column)),
        np.column_stack((loads, np.where(column < last, offered, 0))),
    )


def _require_exact(problem: Problem, steps: list[Step], days: int) -> None:
    """Bound every sum that any method forms, in unlimited whole numbers, before arrays hold it."""
    needed = sum(need.amount for need in problem.needs)
    given = sum(offer.amount for offer in problem.offers)
    step = max((max(each.offered, each.covered) for each in steps), default=1)
    weight = max([*problem.weights, *(need.weight or 0 for need in problem.needs)])
    worth = sum(package.worth * package.sets for package in problem.packages)
    whole = sum(share for _, share in problem.objectives.shares)
    value = max((offer.value for offer in problem.offers), default=0)
    toll = sum(leg.cost for leg in problem.net.legs)
    heaviest = max((max(offer.load.amounts) for offer in problem.offers), default=0)
    rooms = [room for leg in problem.net.legs for room in (leg.room, *(r for _, r in leg.special))]
    limits = [limit or 0 for room in rooms for limit in room.limits]
    if (
        max(
            max(needed, given, step) * weight * max(1, days),
            max(given, step) * heaviest,
            max(limits, default=0),
            worth,
            max(given, step) * value * whole,
            max(given, step) * heaviest * toll,
        )
        > LARGEST_EXACT
    ):
        raise Unsolved("Its amounts are too large to be exact in the floats of a solver.")
