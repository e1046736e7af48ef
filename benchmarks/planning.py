"""How fast and how good are the planning methods beside HiGHS and PuLP, in one run?

    python benchmarks/planning.py [--sizes S SM M L] [--ratios] [--alone] [--seed 1]
                                  [--patience 120] [--only structured] [--plot growth.svg]

`raw` is HiGHS on ready arrays, nothing read back or checked, the first level alone: its linear
programme by simplex and by interior point without crossover, and the same in whole numbers until
0.1 % is open.  `PuLP+CBC` builds and solves that linear programme, from ready arrays too.  Each is
stopped after `--patience` seconds.  The methods go from `Problem` to checked `Plan`, the judge
included; what they read of a problem once is thrown away before each.

Seconds are those of the processor, children included, because the machine may be shared; all but
the stress run on one core.  `gap` is what the method proves on the first level.  Compiling is done
before, on a small problem.  The growth exponent is the slope of log time over log of needs.
"""

import argparse
import math
import random
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF
from typing import TypeVar

import highspy
import numpy as np
from growth import drawn

from muster.core.planning.judge import faults
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.reasons import explain
from muster.core.planning.stress import Futures
from muster.solving import registry, structured
from muster.solving.arrays import Arrays
from muster.solving.replanning import Last, replanned
from muster.solving.rooms import NO_LIMIT
from muster.solving.stress import stressed

DAY = date(2023, 4, 20)
SIZES = {"XS": (200, 600), "S": (1_000, 3_000), "SM": (3_000, 10_000), "M": (10_000, 30_000)} | {
    "L": (100_000, 300_000)
}
Found = TypeVar("Found")


def generated(*, needs: int, offers: int, ratios: bool, seed: int, shared: bool = True) -> Problem:
    """Draw a problem: Zipf-distributed items, substitutes, caveats, and lanes of shared room.

    A third of the needs takes a substitute.  A need looks at seven offers of each item: its
    caveats bar the rest.  Each pair may depart in up to three periods, on the lane from the donor's
    region to the recipient's; a lane has room in kg, m3 and pallets in each week, together about
    two thirds of what would be wanted on it.

    Args:
        needs: how many needs.
        offers: how many offers.
        ratios: whether substitutes stand for one another at ratios other than 1.
        seed: the same seed draws the same problem.
        shared: whether there is a net at all.
    """
    chance = random.Random(seed)
    items = [f"item-{at:03}" for at in range(max(2, needs // 5))]
    zipf = [1 / (at + 1) for at in range(len(items))]
    loads = [
        Load(
            grams=1000 * chance.choice((1, 3, 10, 40, 200)),
            millilitres=10_000 * chance.choice((1, 1, 2, 10, 100)),
            millipallets=chance.choice((5, 10, 50, 200)),
        )
        for _ in items
    ]
    of_item = dict(zip(items, loads, strict=True))
    lanes = max(1, round(48 * (needs / 1000) ** 0.75))
    given = [
        Offer(
            id=f"o{at:06}",
            donor=f"donor {at % 32}",
            item=item,
            amount=chance.randint(1, 200),
            ready=DAY + timedelta(days=chance.randint(0, 40)),
            load=of_item[item],
        )
        for at, item in enumerate(chance.choices(items, zipf, k=offers))
    ]
    asked = [
        Need(
            id=f"n{at:06}",
            item=item,
            amount=chance.randint(1, 900),
            priority=chance.randint(1, 3),
            needed_by=DAY + timedelta(days=chance.randint(5, 60)),
        )
        for at, item in enumerate(chance.choices(items, zipf, k=needs))
    ]
    lead = [chance.randint(1, 12) for _ in range(lanes)]
    by_item: dict[str, list[Offer]] = {}
    for offer in given:
        by_item.setdefault(offer.item, []).append(offer)
    pairs = []
    wishes: dict[tuple[int, int], list[int]] = {}
    ways: dict[tuple[int, date], tuple[Hop, ...]] = {}
    for at, need in enumerate(asked):
        wanted = {need.item: Fraction(1)}
        if chance.random() < 0.33:
            other = Fraction(chance.choice((1, 2, 3)), chance.choice((1, 1, 2, 10)))
            wanted.setdefault(chance.choice(items), other if ratios else Fraction(1))
        for item, ratio in wanted.items():
            found = by_item.get(item, [])
            for offer in chance.sample(found, min(7, len(found))):
                lane = (int(offer.id[1:]) * 31 + at * 7) % lanes
                for later in range(3 if shared else 1):
                    departs = (offer.ready or DAY) + timedelta(days=7 * later)
                    hops = ways.setdefault((lane, departs), (Hop(f"lane-{lane:04}", departs),))
                    week = (departs - DAY).days // 7
                    most = min(offer.amount, int(need.amount * ratio)) // 3
                    wish = wishes.setdefault((lane, week), [0, 0, 0])
                    for kind, load in enumerate(offer.load.amounts):
                        wish[kind] += load * most
                    pairs.append(
                        Pair(
                            offer=offer.id,
                            need=need.id,
                            arrives=departs + timedelta(days=lead[lane]),
                            ratio=ratio,
                            route=f"{lane} {departs}" if shared else "",
                            hops=hops if shared else (),
                        )
                    )
    net = _lanes(wishes, lead) if shared else Net()
    return Problem(day=DAY, needs=tuple(asked), offers=tuple(given), pairs=tuple(pairs), net=net)


def _lanes(wishes: dict[tuple[int, int], list[int]], lead: list[int]) -> Net:
    """Give each lane a room in every week, in proportion to what would be wanted on it."""
    legs = []
    for lane, days in enumerate(lead):
        of_lane = [wish for (which, _), wish in wishes.items() if which == lane]
        share = [
            max(1000, sum(wish[kind] for wish in of_lane) // max(1, len(of_lane)) * 2 // 9)
            for kind in range(3)
        ]
        room = Room(grams=share[0], millilitres=share[1], millipallets=share[2])
        legs.append(
            Leg(id=f"lane-{lane:04}", start=f"a{lane}", end=f"b{lane}", days=days, room=room)
        )
    return Net(legs=tuple(legs), start=DAY)


def loaded(arrays: Arrays, *, whole: bool = False) -> highspy.Highs:
    """Hand the first level's programme to HiGHS."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its own stub lacks it
    for option, setting in (("output_flag", False), ("threads", 1)):
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
    solver.run()
    # Without crossover the interior point method answers "unknown", with a value good enough here.
    done = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown)
    if solver.getModelStatus() not in done:
        return None
    return float(solver.getInfo().objective_function_value)


def raw_whole(arrays: Arrays, *, patience: float) -> float | None:
    """Solve the first level in whole numbers by HiGHS until 0.1 % is open; the gap it ends with."""
    solver = loaded(arrays, whole=True)
    for option, setting in (("time_limit", patience), ("mip_rel_gap", 1e-3)):
        solver.setOptionValue(option, setting)
    solver.run()
    return float(solver.getInfo().mip_gap)


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


def checked(problem: Problem, plan: Plan) -> Plan:
    """Let the judge check the plan, as every door does."""
    found = faults(problem, plan)
    if found:
        raise AssertionError(found[0].sentence)
    return plan


def spent() -> float:
    """Give the seconds of the processor so far, of this process and its ended children."""
    mine, theirs = (resource.getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def timed(act: Callable[[], Found]) -> tuple[float, Found]:
    """Do it once, and give the seconds of the processor with what came of it."""
    begun = spent()
    found = act()
    return spent() - begun, found


def measured(problem: Problem, *, patience: float, only: list[str]) -> dict[str, float]:
    """Run everything on one problem, print it, and give the seconds by name."""
    spans: dict[str, float] = {}
    print(f"  {len(problem.pairs)} pairs", flush=True)
    if not only:
        spans |= _others(Arrays.of(problem), patience)
    base, plans = min(spans.values(), default=0.0), dict[str, Plan]()
    for name, solve in registry.METHODS.items():
        if only and name not in only:
            continue
        # What was read of the pairs before is no advantage.
        fresh = replace(problem)
        run_one = partial(solve, fresh, seconds=patience)
        spans[name], plans[name] = timed(lambda f=fresh, run=run_one: checked(f, run()))  # type: ignore[misc]
        _tell(name, plans[name], spans[name], base)
    bounds = [p.outcome.scores[0].bound for p in plans.values()]
    best = min((bound for bound in bounds if bound is not None), default=0)
    for name, plan in plans.items():
        span, unmet = timed(lambda plan=plan: explain(problem, plan))  # type: ignore[misc]
        share = plan.outcome.scores[0].value / max(1, best)
        print(f"  {name:14} {share:8.4%} of best; {len(unmet)} needs' reasons in {span:.2f} s")
    if structured.NAME in plans:
        _again(problem, plans[structured.NAME], spans[structured.NAME])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory so far {peak:.0f} MB", flush=True)
    return spans


def _others(arrays: Arrays, patience: float) -> dict[str, float]:
    """Run what is not ours, on ready arrays."""
    spans: dict[str, float] = {}
    print(f"  {len(arrays.limits) - 1} rows")
    runs: dict[str, Callable[[], float | None]] = {
        "raw simplex": partial(raw, arrays, by="simplex", patience=patience),
        "raw ipm": partial(raw, arrays, by="ipm", patience=patience),
        "PuLP+CBC": partial(by_pulp, arrays, patience=patience),
    }
    for name, run in runs.items():
        spans[name], value = timed(run)
        told = "no answer in that time" if value is None else f"value {value:.0f}"
        print(f"  {name:14} {spans[name]:8.2f} s          {told}", flush=True)
    span, gap = timed(partial(raw_whole, arrays, patience=patience))
    print(f"  raw whole      {span:8.2f} s          gap {gap:.3%}", flush=True)
    return spans


def _again(problem: Problem, plan: Plan, first: float) -> None:
    """Change one need in a hundred and plan again; then draw futures of the plan."""
    chance = random.Random(7)
    made, memory = structured.remembered(problem)
    last = Last(problem=problem, plan=made, memory=memory)
    few = chance.sample(problem.needs, max(1, len(problem.needs) // 100))
    changed = problem.with_needs(
        [replace(n, amount=chance.randint(1, 900), priority=chance.randint(1, 3)) for n in few]
    )
    span, (again, _) = timed(lambda: replanned(changed, last))
    more, _ = timed(lambda: checked(changed, again))
    gap = float(again.outcome.scores[0].gap or 0)
    print(f"  planned again  {span + more:8.2f} s {(span + more) / first:7.2f} of first, {gap:.3%}")
    begun = time.perf_counter()
    stress, _ = timed(lambda: stressed(problem, plan, Futures()))
    wall = time.perf_counter() - begun
    print(f"  10,000 futures {stress:8.2f} s on all cores together, {wall:.2f} s by the clock")


def _tell(name: str, plan: Plan, span: float, base: float) -> None:
    levels = [
        f"{s.objective} {s.value}" + ("" if s.gap is None else f" (gap {float(s.gap):.3%})")
        for s in plan.outcome.scores
    ]
    ratio = span / base if base else 0
    status = plan.outcome.status
    print(f"  {name:14} {span:8.2f} s {ratio:7.2f} {status}: {', '.join(levels)}", flush=True)


def main() -> None:
    """Draw problems of each size, run everything on them, and print the ratios and the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=list(SIZES), default=["S"])
    parser.add_argument("--patience", type=float, default=120)
    parser.add_argument("--ratios", action="store_true", help="substitutes at ratios other than 1")
    parser.add_argument("--alone", action="store_true", help="no transport net")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[], help="these methods and nothing else")
    parser.add_argument("--plot", type=Path, help="draw time over size into this SVG")
    args = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    for size in args.sizes:
        needs, offers = SIZES[size]
        print(f"{size}: {needs} needs, {offers} offers", flush=True)
        problem = generated(
            needs=needs, offers=offers, ratios=args.ratios, seed=args.seed, shared=not args.alone
        )
        if not found:
            structured.solve(generated(needs=200, offers=600, ratios=True, seed=1), few=0)
        found[size] = measured(problem, patience=args.patience, only=args.only)
    if len(args.sizes) > 1:
        first, last = args.sizes[0], args.sizes[-1]
        wider = math.log(SIZES[last][0] / SIZES[first][0])
        for name, span in found[last].items():
            print(f"growth of {name}: n^{math.log(span / found[first][name]) / wider:.2f}")
    if args.plot:
        needs = {size: SIZES[size][0] for size in found}
        args.plot.write_text(drawn(found, needs, structured.NAME), encoding="utf-8")


if __name__ == "__main__":
    main()
