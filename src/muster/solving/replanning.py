"""Planned again after a change: from the last prices and the last plan on.

Only what is around the change is planned anew (see `nearby`), and the proved gap says what that
leaves open.  Where it is too much, or much has changed, everything is planned anew, from the last
prices on.  Where needs alone have other values, pairs, offers and net are not read again.
"""

from dataclasses import dataclass

import numpy as np

from muster.core.planning.net import Measure, Net
from muster.core.planning.plans import NO_PRICES, Plan
from muster.core.planning.problem import Problem
from muster.core.planning.soundness import require_sound, require_sound_needs
from muster.solving import structured
from muster.solving.arrays import Arrays
from muster.solving.filling import Marks
from muster.solving.leaving import prices_in
from muster.solving.prices import Priced
from muster.solving.structured import Level, Memory

# Where more than this share of the pairs is touched, everything is planned anew.
_FEW = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The plan to begin with.

    Args:
        problem: what it was made for.
        plan: the plan itself, with the prices that it leaves.
        memory: what its method left in this process; what is kept elsewhere has none, and then the
            pairs are read again.
    """

    problem: Problem
    plan: Plan
    memory: Memory | None = None


def replanned(
    problem: Problem, last: Last, *, seconds: float = 30, gap: float = structured.GAP_NEAR
) -> tuple[Plan, Memory | None]:
    """Plan again, whatever changed: needs, offers, pairs, net, or nothing.

    Args:
        problem: quickest where it was made by `Problem.with_needs` of the last one.
        last: the last plan.
        seconds: as for `structured.solve`.
        gap: the share that may stay open when only what is around the change is planned anew.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: as for `structured.solve`.
    """
    memory = last.memory
    if memory is not None and _is_near(problem, memory.arrays.problem):
        require_sound_needs(problem)
        arrays = memory.arrays.with_needs(problem)
        columns = _changed_needs(arrays, memory.arrays.problem)[arrays.need]
    else:
        require_sound(problem)
        if not structured.is_priced(problem) or last.plan.prices == NO_PRICES:
            return structured.remembered(problem, seconds=seconds)
        arrays = Arrays.of(problem)
        memory = _recalled(arrays, last.plan)
        columns = _changed(arrays, last)
    if columns.sum() <= _FEW * len(columns):
        near = structured.from_near(arrays, memory, columns, gap=gap)
        if near is not None:
            return near
    again = min(gap, structured.GAP_AGAIN)
    return structured.from_arrays(arrays, memory, seconds=seconds, gap=again)


def resumed(problem: Problem, *, seconds: float = 30, begin: Plan) -> Plan:
    """Go on with a plan of this very problem: from its prices on, and not from nothing.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: as for `structured.solve`.
    """
    if not structured.is_priced(problem) or begin.prices == NO_PRICES:
        return structured.solve(problem, seconds=seconds)
    require_sound(problem)
    arrays = Arrays.of(problem)
    return structured.from_arrays(arrays, _recalled(arrays, begin), seconds=seconds)[0]


def _changed_needs(arrays: Arrays, last: Problem) -> Marks:
    """Mark the needs that are new or have other values."""
    before = {need.id: need for need in last.needs}
    others = [(need, before.get(need.id)) for need in arrays.needs]
    return np.array([need is not was and need != was for need, was in others], dtype=np.bool_)


def _changed(arrays: Arrays, last: Last) -> Marks:
    """Mark the pairs that are new or have other values, or whose offer, need or room has.

    Where something was taken away, what shares its other side is marked.
    """
    problem, before = arrays.problem, last.problem
    needs = _changed_needs(arrays, before)
    known = {offer.id: offer for offer in before.offers}
    offers = np.array([offer != known.get(offer.id) for offer in arrays.offers], dtype=np.bool_)
    pairs = {pair.key: pair for pair in before.pairs}
    new = np.array([pair != pairs.pop(pair.key, None) for pair in arrays.pairs], dtype=np.bool_)
    # What is left was taken away: its offer and need are free for others now.
    gone_needs, gone_offers = {key[0] for key in pairs}, {key[1] for key in pairs}
    needs |= np.array([need.id in gone_needs for need in arrays.needs], dtype=np.bool_)
    offers |= np.array([offer.id in gone_offers for offer in arrays.offers], dtype=np.bool_)
    columns: Marks = new | needs[arrays.need] | offers[arrays.offer]
    if problem.weights != before.weights:
        return np.ones_like(columns)
    return columns if problem.net == before.net else columns | _other_room(arrays, before.net)


def _other_room(arrays: Arrays, last: Net) -> Marks:
    """Mark the pairs that take of room that is other than it was."""
    net, split = arrays.problem.net, len(arrays.offers) + len(arrays.needs)
    same = net.period == last.period and net.start == last.start
    rows = np.zeros(len(arrays.limits), dtype=np.bool_)
    for at, (leg, period) in enumerate(arrays.slots):
        known = same and leg in last.by_id
        was = last.by_id[leg].room_in(period) if known else None
        if was != net.by_id[leg].room_in(period):
            rows[split + at * len(Measure) : split + (at + 1) * len(Measure)] = True
    return np.asarray((rows[arrays.rows] & (arrays.coefficients > 0)).any(axis=1))


def _recalled(arrays: Arrays, plan: Plan) -> Memory:
    """Put what a kept plan says into the arrays of another problem."""
    steps = np.clip(arrays.steps_of(plan), 0, arrays.most)
    columns = np.arange(len(steps))
    found = Priced(
        prices=prices_in(arrays, plan.prices),
        steps=steps.astype(np.float64),
        bound=np.inf,
        gap=np.inf,
        rounds=0,
    )
    level = Level(steps=steps, bound=0, found=found, columns=columns)
    return Memory(arrays=arrays, first=level, steps=steps, rows=())


def _is_near(problem: Problem, last: Problem) -> bool:
    """Tell whether the two differ in the values of needs alone."""
    same = (
        len(problem.needs) == len(last.needs)
        and problem.pairs is last.pairs
        and problem.offers is last.offers
        and problem.net is last.net
        and problem.day == last.day
        and problem.objectives == last.objectives
        and problem.weights == last.weights
        and problem.forbidden is last.forbidden
        and problem.columns.plain
        and not problem.packages
    )
    return same and all(
        need is was or (need.id == was.id and need.place == was.place)
        for need, was in zip(problem.needs, last.needs, strict=True)
    )
