"""Prices of room from the linear programme: where it is worth looking for more of it."""

import numpy as np

from muster.core.planning.net import Measure
from muster.core.planning.objectives import Objective
from muster.core.planning.pricing import Tight
from muster.core.planning.problem import Problem
from muster.core.planning.soundness import require_sound
from muster.solving.arrays import Arrays
from muster.solving.prices import Programme, priced

# How near the prices come to the best, and after how many rounds that is given up.
_GAP = 1e-4
_ROUNDS = 4_000


def room_prices(problem: Problem) -> dict[Tight, float]:
    """Give what one more small unit of room would add to units met on time, weighted.

    They hold for fractions of units and for small changes, so they are a guess at what whole plans
    do, and say where to try.
    """
    require_sound(problem)
    arrays = Arrays.of(problem)
    # As if there were room without end: or else a pair's own limit would stand for the leg's.
    most = np.minimum(
        arrays.free[arrays.offer] // arrays.offered, arrays.open[arrays.need] // arrays.covered
    )
    gain = arrays.gains(Objective.ON_TIME)
    used = np.flatnonzero((gain > 0) & (most > 0))
    programme = Programme(
        gain=gain[used],
        rows=arrays.rows[used],
        coefficients=arrays.coefficients[used],
        limits=arrays.limits,
        most=most[used],
    )
    prices = priced(programme, gap=_GAP, rounds=_ROUNDS).prices
    first = len(arrays.offers) + len(arrays.needs)
    return {
        (leg, period, measure): price
        for at, (leg, period) in enumerate(arrays.slots)
        for kind, measure in enumerate(Measure)
        if (price := float(prices[first + len(Measure) * at + kind])) > 0
    }
