"""Prices and a fractional plan by HiGHS' interior point method, without the way to a vertex.

The way to a vertex (crossover) costs more than all the rest, and nothing here needs a vertex: the
bound is added up from the prices in whole numbers, and the plan is made whole afterwards.
"""

import highspy
import numpy as np

from muster.solving.arrays import NO_LIMIT
from muster.solving.prices import Priced, Programme, weighed

# Nearer than this to the optimum is below what whole steps lose.
_TOLERANCE = 1e-5

# HiGHS stops after so many steps rather than after a time, so that it stops at the same prices.
_STEPS = 60


def interior(programme: Programme, *, seconds: float) -> Priced | None:
    """Find prices and a fractional plan; None where HiGHS has none in the time.

    Args:
        programme: what to price; it must have a column.
        seconds: after this it gives up.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its own stub lacks it
    for option, setting in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("solver", "ipm"),
        ("run_crossover", "off"),
        ("ipm_optimality_tolerance", _TOLERANCE),
        ("ipm_iteration_limit", _STEPS),
        ("time_limit", max(0.0, seconds)),
    ):
        solver.setOptionValue(option, setting)
    count, used = len(programme.gain), programme.coefficients > 0
    used &= (programme.limits < NO_LIMIT)[programme.rows]
    scale = np.ones(len(programme.limits))
    np.maximum.at(scale, programme.rows[used], programme.coefficients[used].astype(np.float64))
    limits = np.where(programme.limits < NO_LIMIT, programme.limits / scale, highspy.kHighsInf)
    solver.passModel(
        count,
        len(limits),
        int(used.sum()),
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        -programme.gain.astype(np.float64),
        np.zeros(count),
        programme.most.astype(np.float64),
        np.full(len(limits), -highspy.kHighsInf),
        limits,
        np.concatenate(([0], np.cumsum(used.sum(axis=1))[:-1])).astype(np.int32),
        programme.rows[used].astype(np.int32),
        (programme.coefficients / scale[programme.rows])[used],
        np.zeros(count, dtype=np.int32),
    )
    solver.run()
    solution = solver.getSolution()
    if not solution.value_valid or not solution.dual_valid:
        return None
    prices = np.maximum(0, -np.array(solution.row_dual)) / scale
    return weighed(programme, np.array(solution.col_value), prices)
