"""The exact method for objectives that tie all movements together, or packages: one model for all.

The levels are solved one after the other.  What a level has reached is kept by rows, so a later one
never costs an earlier one.  A value is counted in whole numbers from the steps; a bound is HiGHS'
own, moved outwards.  Where the two differ, the levels after it are still looked at, and nothing is
claimed of them.
"""

import time
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Plan
from muster.solving import greedy
from muster.solving.arrays import Arrays, Ints, Unsolved
from muster.solving.blocks import Block, blocks_of
from muster.solving.levels import Level, level_of
from muster.solving.model import Model, holds

# Where fewer assignments come last, the search for them ends after so many nodes.
_TIDYING_NODES = 50

# What share of the time that is left a level may use, when others come after it.
_SHARE = 0.6


@dataclass(slots=True)
class _Search:
    """The model, its levels in order, the best steps so far, and the bounds that are proved."""

    block: Block
    model: Model
    levels: dict[Objective, Level]
    steps: Ints
    ends: float
    bounds: dict[Objective, int] = field(default_factory=dict)

    def values(self, steps: Ints, last: Objective) -> list[int]:
        """Count the levels up to one of them."""
        found = []
        for objective, level in self.levels.items():
            found.append(level.reached(steps))
            if objective is last:
                break
        return found

    def improve(self, objective: Objective, *, nodes: int | None = None) -> None:
        """Look for steps that are better on a level and no worse on those before it."""
        level, block = self.levels[objective], self.block
        of_pairs, added = level.gain()
        gain = np.zeros(len(block.columns)) if of_pairs is None else of_pairs.astype(np.float64)
        self.model.begin_at(
            self.steps, list(chain(*(each.added(self.steps) for each in self.levels.values())))
        )
        # A level may not use up the time of those after it.
        left = self.ends - time.monotonic()
        answer = self.model.best(
            gain,
            left if objective is list(self.levels)[-1] else left * _SHARE,
            nodes=nodes,
            added=added,
            within=level.within,
        )
        if answer is None or not holds(block, answer):
            return
        if self.values(answer, objective) > self.values(self.steps, objective):
            self.steps = answer

    def prove(self, objective: Objective) -> bool:
        """Note the bound of the last run, and tell whether the steps reach it."""
        limit, level = self.model.bound, self.levels[objective]
        reached = level.reached(self.steps)
        if limit is None or level.bound(limit) < reached:
            # No bound, or one that a plan in hand disproves: nothing is claimed.
            return False
        self.bounds[objective] = level.bound(limit)
        return self.bounds[objective] == reached


def planned(arrays: Arrays, *, seconds: float, method: str) -> Plan:
    """Make the best plan by the problem's own objectives, in the name of a method.

    Raises:
        Unsolved: the greedy plan to begin with is not one of whole steps.
    """
    problem = arrays.problem
    start = arrays.steps_of(greedy.solve(problem))
    parts = blocks_of(arrays, apart=False)
    if not parts:
        values = arrays.plan(start, method=method).outcome.scores
        nothing = {score.objective: score.value for score in values}
        return arrays.plan(start, method=method, bounds=nothing)
    (block,) = parts
    model = Model(block, whole=True)
    order = problem.objectives.order
    levels = {each: level_of(each, model, arrays, block.columns) for each in order}
    search = _Search(block, model, levels, start[block.columns], time.monotonic() + seconds)
    if not holds(block, search.steps):
        raise Unsolved("There is no plan to begin with.")
    _in_order(search, problem.objectives.levels, order)
    steps = np.zeros_like(start)
    steps[block.columns] = search.steps
    bounds = {each: _signed(each, bound) for each, bound in search.bounds.items()}
    return arrays.plan(steps, method=method, bounds=bounds)


def _in_order(search: _Search, levels: tuple[Objective, ...], order: tuple[Objective, ...]) -> None:
    """Go through the levels; bounds are noted for as long as all before are proved."""
    proved = True
    for objective in levels:
        search.improve(objective)
        proved = proved and search.prove(objective)
        search.levels[objective].keep(search.levels[objective].reached(search.steps))
    if order != levels:
        search.improve(order[-1], nodes=_TIDYING_NODES)


def _signed(objective: Objective, bound: int) -> int:
    return bound if objective.more_is_better else -bound
