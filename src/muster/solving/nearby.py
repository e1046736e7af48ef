"""A plan that was good is made good again around what has changed; all else stays as it was.

1. Prices of the rows around the change are found again, those of all others stand.  Any prices
   prove a bound, so the bound is as sound as that of a plan made from nothing.
2. What no longer fits is taken away, what is free is filled, and chains of exchanges begin at the
   columns around the change; they may end anywhere.
3. What is late keeps its place where it still fits, and is filled up around the change.

A change is felt far away through shared room, and nothing is done about that here: some tenths of a
percent are lost, and the proved gap says how many.
"""

from dataclasses import dataclass

import numpy as np

from muster.core.planning.objectives import Objective
from muster.solving.arrays import Arrays, Ints
from muster.solving.filling import PASSES, Chains, Marks, kernels, repaired, room_left
from muster.solving.prices import Floats, Programme, Start, priced
from muster.solving.rooms import NO_LIMIT

# What the prices around the change may leave open of their own part, and after how many rounds.
_OF_PRICES = 4e-4
_ROUNDS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What has changed, in the arrays as they are now.

    Args:
        arrays: the problem as it is now.
        steps: those of the last plan, of all levels, for the pairs that are there now.
        prices: those of the last plan; of rows that are new, 0.
        columns: the pairs that are new or count otherwise, or whose rows have another limit.
    """

    arrays: Arrays
    steps: Ints
    prices: Floats
    columns: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """What came of it: steps of all levels, the prices, and what no plan can pass on time."""

    steps: Ints
    prices: Floats
    bound: int


def around(change: Change) -> Nearby:
    """Plan again around a change."""
    arrays, gain = change.arrays, change.arrays.gains(Objective.ON_TIME)
    live = (gain > 0) & (arrays.most > 0)
    near = _widened(arrays, live & change.columns, live, change.prices)
    prices = _priced_near(change, gain, live, near)
    slack = gain - (prices[arrays.rows] * arrays.coefficients).sum(axis=1)
    steps = _on_time(change, gain, slack, prices, live)
    steps = _late(change, steps)
    used = np.flatnonzero(live)
    bound = Programme(
        gain=gain[used],
        rows=arrays.rows[used],
        coefficients=arrays.coefficients[used],
        limits=arrays.limits,
        most=arrays.most[used],
    ).bound(prices)
    return Nearby(steps=steps, prices=prices, bound=bound)


def _widened(arrays: Arrays, seeds: Marks, live: Marks, prices: Floats) -> Marks:
    """Take the columns of all needs that could use the priced offers of the seeds."""
    offers, needs = np.zeros(len(arrays.offers), np.bool_), np.zeros(len(arrays.needs), np.bool_)
    offers[arrays.offer[seeds]] = True
    offers &= prices[: len(offers)] > 0
    needs[arrays.need[seeds]] = True
    needs[arrays.need[offers[arrays.offer] & live]] = True
    return needs[arrays.need] & live


def _priced_near(change: Change, gain: Ints, live: Marks, near: Marks) -> Floats:
    """Find the prices of the offers and needs around the change, while those of room stand."""
    arrays, prices, rooms = (
        change.arrays,
        change.prices.copy(),
        len(change.arrays.offers) + len(change.arrays.needs),
    )
    found = np.zeros(len(prices), np.bool_)
    found[arrays.rows[near, :2]] = True
    # Room that is new, or has another limit, has all its users among the changed columns.
    found[rooms:] = (prices[rooms:] == 0) & np.isin(
        np.arange(rooms, len(prices)), arrays.rows[change.columns, 2:]
    )
    columns = np.flatnonzero(live & (found[arrays.rows] & (arrays.coefficients > 0)).any(axis=1))
    if not len(columns):
        return prices
    rows, counts = arrays.rows[columns], arrays.coefficients[columns]
    standing = np.where(found, 0.0, prices)
    paid = (standing[rows] * counts).sum(axis=1)
    part = Programme(
        gain=gain[columns] - paid,
        rows=rows,
        coefficients=np.where(found[rows], counts, 0),
        limits=arrays.limits,
        most=arrays.most[columns],
    )
    begin = Start(
        prices=np.where(found, prices, 0.0),
        steps=np.minimum(change.steps, arrays.most)[columns].astype(np.float64),
    )
    new = priced(part, gap=_OF_PRICES, rounds=_ROUNDS, begin=begin).prices
    prices[found] = new[found]
    return prices


def _on_time(change: Change, gain: Ints, slack: Floats, prices: Floats, live: Marks) -> Ints:
    """Mend the first level around the change."""
    arrays = change.arrays
    before = np.where(gain > 0, change.steps, 0)
    steps = _trimmed(arrays, np.minimum(before, arrays.most), slack / np.maximum(gain, 1))
    loose = change.columns | (steps != before)
    rows = np.zeros(len(arrays.limits), np.bool_)
    rows[arrays.rows[loose, :2]] = True
    near = np.flatnonzero(live & rows[arrays.rows[:, :2]].any(axis=1))
    order = near[np.argsort(-slack[near] / gain[near], kind="stable")]
    steps = repaired(arrays, steps, order)
    within = live & (steps > 0)
    within[near] = True
    chains = Chains(arrays=arrays, gain=gain, slack=slack, prices=prices, within=within)
    steps = chains.exchanged(steps, order, PASSES, enough=NO_LIMIT)
    return repaired(arrays, steps, order)


def _late(change: Change, on_time: Ints) -> Ints:
    """Put back what was late where it still fits, and fill up."""
    arrays, gain = change.arrays, change.arrays.gains(Objective.LATE)
    kept = on_time + np.where(gain > 0, np.minimum(change.steps, arrays.most), 0)
    worth = np.where(gain > 0, gain.astype(np.float64), np.inf)
    steps = _trimmed(arrays, kept, worth)
    loose = change.columns | (steps != change.steps)
    rows = np.zeros(len(arrays.limits), np.bool_)
    rows[arrays.rows[loose, :2]] = True
    near = (gain > 0) & (arrays.most > 0) & rows[arrays.rows[:, :2]].any(axis=1)
    order = np.flatnonzero(near)
    return repaired(arrays, steps, order[np.argsort(-gain[order], kind="stable")])


def _trimmed(arrays: Arrays, steps: Ints, worth: Floats) -> Ints:
    """Take steps away until no row is over its limit, those of the least worth first."""
    left, steps = room_left(arrays, steps), steps.copy()
    over = left < 0
    if not over.any():
        return steps
    used = np.flatnonzero((steps > 0) & np.isfinite(worth))
    used = used[over[arrays.rows[used]].any(axis=1)]
    order = used[np.argsort(worth[used], kind="stable")]
    kernels().trimmed(order, arrays.rows, arrays.coefficients, left, steps)
    return steps
