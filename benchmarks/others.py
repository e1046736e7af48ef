"""What is not ours, on ready arrays and for the first level alone; `planning.py` runs it."""

import os

import highspy
import numpy as np

from muster.core.planning.objectives import Objective
from muster.solving.arrays import Arrays
from muster.solving.rooms import NO_LIMIT


def unthreaded() -> None:
    """End HiGHS' threads: it refuses to run with another number of them than the run before."""
    highspy.Highs.resetGlobalScheduler(True)


def loaded(arrays: Arrays, *, whole: bool = False) -> highspy.Highs:
    """Hand the first level's programme to HiGHS."""
    # What ran before, with one thread, would else keep HiGHS from beginning with more.
    highspy.Highs.resetGlobalScheduler(True)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its own stub lacks it
    for option, setting in (("output_flag", False), ("threads", os.cpu_count() or 1)):
        solver.setOptionValue(option, setting)
    gain = arrays.gains(Objective.ON_TIME)
    used = np.flatnonzero((gain > 0) & (arrays.most > 0))
    rows, values, limits = arrays.rows[used], arrays.coefficients[used], arrays.limits
    kept = values > 0
    count = len(used)
    solver.passModel(
        count,
        len(limits),
        int(kept.sum()),
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMaximize),
        0.0,
        gain[used].astype(np.float64),
        np.zeros(count),
        np.full(count, highspy.kHighsInf),
        np.full(len(limits), -highspy.kHighsInf),
        np.where(limits < NO_LIMIT, limits, highspy.kHighsInf).astype(np.float64),
        np.concatenate(([0], np.cumsum(kept.sum(axis=1))[:-1])).astype(np.int32),
        rows[kept].astype(np.int32),
        values[kept].astype(np.float64),
        np.full(count, int(whole), dtype=np.int32),
    )
    return solver


def raw(arrays: Arrays, *, by: str, patience: float) -> float | None:
    """Solve the first level's linear programme alone; its value, or None when time ran out."""
    solver = loaded(arrays)
    for option, setting in (("solver", by), ("run_crossover", "off"), ("time_limit", patience)):
        solver.setOptionValue(option, setting)
    if solver.run() is highspy.HighsStatus.kError:
        raise AssertionError("HiGHS did not run.")
    # Without crossover the interior point method answers "unknown", with a value good enough here.
    done = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown)
    if solver.getModelStatus() not in done:
        return None
    return float(solver.getInfo().objective_function_value)


def raw_whole(arrays: Arrays, *, gap: float, patience: float) -> tuple[float, float]:
    """Solve the first level in whole numbers by HiGHS until so much is open; gap and value then."""
    solver = loaded(arrays, whole=True)
    for option, setting in (("time_limit", patience), ("mip_rel_gap", gap)):
        solver.setOptionValue(option, setting)
    if solver.run() is highspy.HighsStatus.kError:
        raise AssertionError("HiGHS did not run.")
    info = solver.getInfo()
    return float(info.mip_gap), float(info.objective_function_value)


def by_pulp(arrays: Arrays, *, patience: float) -> float | None:
    """Build and solve the first level's linear programme by PuLP and CBC; its value."""
    import pulp

    gain = arrays.gains(Objective.ON_TIME)
    used = np.flatnonzero((gain > 0) & (arrays.most > 0)).tolist()
    model = pulp.LpProblem("plan", pulp.LpMaximize)
    steps = {at: pulp.LpVariable(f"x{at}", 0) for at in used}
    model += pulp.lpSum(int(gain[at]) * steps[at] for at in used)
    terms: dict[int, list[object]] = {}
    rows, values = arrays.rows.tolist(), arrays.coefficients.tolist()
    for at in used:
        for row, value in zip(rows[at], values[at], strict=True):
            if value:
                terms.setdefault(row, []).append(value * steps[at])
    limits = arrays.limits.tolist()
    for row, each in terms.items():
        if limits[row] < NO_LIMIT:
            model += pulp.lpSum(each) <= limits[row]
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=patience))
    return float(pulp.value(model.objective)) if model.status == 1 else None
