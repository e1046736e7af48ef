"""The problem as arrays, in one canonical order, and the way back to a plan.

Rows are sorted by id, so that the order in which they came cannot change a plan.  One column is one
pair; its variable is a count of whole steps, so that every whole value of it leaves whole amounts
on both sides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from muster.core.matching import Step, step_of
from muster.core.planning.columns import Columns, ranked
from muster.core.planning.net import Slot
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Outcome, Plan, Score, Status
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.recounting import recounted
from muster.solving.rooms import NO_LIMIT, room_of, with_rates

Ints = NDArray[np.int64]

# Above this, whole numbers stop being exact in the floats of a solver.
LARGEST_EXACT = 2**53

_TOO_LARGE = "Its amounts are too large to be exact in the floats of a solver."


class Unsolved(Exception):  # noqa: N818 - the registry answers it with another method
    """A method could not solve a sound problem; the message is a sentence that says why."""


class Made(NamedTuple):
    """What an earlier plan over the same pairs had: steps, marks of lateness, and its movements."""

    steps: Ints
    late: NDArray[np.bool_]
    rows: tuple[Assignment, ...]


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
        columns, needs, offers = problem.columns, problem.needs, problem.offers
        order = columns.order
        if problem.consents:
            order = order[[problem.may_move(problem.pairs[at]) for at in order]]
        # By id, whatever order they came in.
        need_rank, offer_rank = ranked(needs), ranked(offers)
        needs = tuple(sorted(needs, key=lambda need: need.id))
        offers = tuple(sorted(offers, key=lambda offer: offer.id))
        pairs = tuple(map(problem.pairs.__getitem__, order.tolist()))
        of_need, of_offer = need_rank[columns.need[order]], offer_rank[columns.offer[order]]
        steps, which = _steps(columns, order, [offer.lot for offer in offers], of_offer)
        days = columns.arrives[order] - problem.day.toordinal()
        _require_exact(problem, steps, int(days.max(initial=0)))
        weights = _ints(problem.weight_of(need) for need in needs)
        offered = _ints(step.offered for step in steps)[which]
        covered = _ints(step.covered for step in steps)[which]
        slots, room, used, loads = with_rates(
            problem, offers, pairs, offered, room_of(problem, offers, order, of_offer, offered)
        )
        least = _ints(offer.least for offer in offers)
        split = len(offers) + len(needs)
        return cls(
            problem=problem,
            needs=needs,
            offers=offers,
            pairs=pairs,
            open=_ints(need.amount for need in needs),
            free=_ints(offer.amount for offer in offers),
            need=of_need,
            offer=of_offer,
            offered=offered,
            covered=covered,
            weight=weights[of_need],
            days=days,
            late=columns.arrives[order] > _last_days(needs)[of_need],
            slots=slots,
            room=room,
            rows=np.column_stack((of_offer, of_need + len(offers), used + split)),
            coefficients=np.column_stack((offered, covered, loads)),
            least=np.maximum(-(-least[of_offer] // offered), 1),
            useful=_ints(need.least for need in needs),
        )

    def with_needs(self, problem: Problem) -> Self:
        """Give the arrays of a problem that differs in its needs alone, and has the same ones.

        Raises:
            Unsolved: as for `of`.
        """
        needs = tuple(sorted(problem.needs, key=lambda need: need.id))
        # All that does not hang on needs was looked at when the arrays were made.
        most = max(int(self.offered.max(initial=1)), int(self.covered.max(initial=1)))
        most = max(most, int(self.free.sum()), sum(need.amount for need in needs))
        weight = max([*problem.weights, *(need.weight or 0 for need in needs)])
        if most * weight * max(1, int(self.days.max(initial=0))) > LARGEST_EXACT:
            raise Unsolved(_TOO_LARGE)
        weights = _ints(problem.weight_of(need) for need in needs)
        arrives = self.days + problem.day.toordinal()
        return replace(
            self,
            problem=problem,
            needs=needs,
            open=_ints(need.amount for need in needs),
            weight=weights[self.need],
            late=arrives > _last_days(needs)[self.need],
            useful=_ints(need.least for need in needs),
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
        arrives = self.days + self.problem.day.toordinal()
        late: Ints = np.maximum(arrives - _last_days(self.needs)[self.need], 0)
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
        last: Made | None = None,
    ) -> Plan:
        """Turn so many steps of each pair into a plan, and state what is claimed of it.

        Args:
            steps: whole steps of each pair.
            method: the name of the method.
            bounds: the proved bound of each level, where there is one.
            last: of the plan before; its movements that are the same need not be made again.
        """
        rows = self._assignments(steps, last)
        values, bounds = self.values(steps), bounds or {}
        order = self.problem.objectives.order
        if self.problem.packages or any(each not in values for each in order):
            values = recounted(self.problem, rows)
        scores = tuple(
            Score(objective=each, value=values[each], bound=bounds.get(each)) for each in order
        )
        levels = scores[: len(self.problem.objectives.levels)]
        outcome = Outcome(status=_status(levels), method=method, scores=scores)
        return Plan(assignments=rows, outcome=outcome)

    def _assignments(self, steps: Ints, last: Made | None) -> tuple[Assignment, ...]:
        used = np.flatnonzero(steps)
        rows: list[Assignment | None] = [None] * len(used)
        if last is not None and last.rows:
            same = (steps == last.steps) & (self.late == last.late)
            place = np.cumsum(last.steps > 0) - 1
            rows = [
                last.rows[at] if kept else None
                for at, kept in zip(place[used].tolist(), same[used].tolist(), strict=True)
            ]
        amounts, covers = ((steps * by)[used].tolist() for by in (self.offered, self.covered))
        late, pairs = self.late[used].tolist(), map(self.pairs.__getitem__, used.tolist())
        return tuple(
            row
            or Assignment(
                offer=pair.offer,
                need=pair.need,
                route=pair.route,
                amount=amount,
                covers=covered,
                arrives=pair.arrives,
                late=misses,
            )
            for row, pair, amount, covered, misses in zip(
                rows, pairs, amounts, covers, late, strict=True
            )
        )


def _status(levels: tuple[Score, ...]) -> Status:
    if all(score.proved for score in levels):
        return Status.OPTIMAL
    return Status.FEASIBLE if levels[0].bound is None else Status.BOUNDED


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _last_days(needs: tuple[Need, ...]) -> Ints:
    """Give the last day on which each need can be met on time, as an ordinal."""
    return _ints((need.needed_by or date.max).toordinal() for need in needs)


def _steps(columns: Columns, order: Ints, lots: list[int], offer: Ints) -> tuple[list[Step], Ints]:
    """Derive the step of each ratio with each lot it goes with, and say which each pair has."""
    known = {lot: at for at, lot in enumerate(sorted(set(lots)))}
    kinds = columns.ratio[order] * len(known) + _ints(known[lot] for lot in lots)[offer]
    found, which = np.unique(kinds, return_inverse=True)
    sizes = tuple(known)
    steps = [
        step_of(columns.ratios[kind // len(known)], sizes[kind % len(known)])
        for kind in found.tolist()
    ]
    return steps, which


def _require_exact(problem: Problem, steps: list[Step], days: int) -> None:
    """Bound every sum that any method forms, in unlimited whole numbers, before arrays hold it."""
    needed = sum(need.amount for need in problem.needs)
    given = sum(offer.amount for offer in problem.offers)
    step = max((max(each.offered, each.covered) for each in steps), default=1)
    weight = max([*problem.weights, *(need.weight or 0 for need in problem.needs)])
    worth = sum(package.worth * package.sets for package in problem.packages)
    whole = sum(share for _, share in problem.objectives.shares)
    value = max((offer.value for offer in problem.offers), default=0)
    costs = Objective.COST in problem.objectives.order
    toll = sum(leg.cost for leg in problem.net.legs) if costs else 0
    # Each offer by its own load: what is many is light, what is heavy is few.
    heaviest = max((max(offer.load.amounts) for offer in problem.offers), default=0)
    carried = sum(offer.amount * max(offer.load.amounts) for offer in problem.offers)
    grams = sum(offer.amount * offer.load.grams for offer in problem.offers)
    rooms = [room for leg in problem.net.legs for room in (leg.room, *(r for _, r in leg.special))]
    limits = [limit or 0 for room in rooms for limit in room.limits]
    if (
        max(
            max(needed, given, step) * weight * max(1, days),
            carried,
            step * heaviest,
            max(limits, default=0),
            worth,
            max(given, step) * value * whole,
            grams * toll,
            step * heaviest * toll,
        )
        > LARGEST_EXACT
    ):
        raise Unsolved(_TOO_LARGE)
