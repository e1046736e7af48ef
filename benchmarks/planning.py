"""How fast are the planning methods beside raw HiGHS on ready arrays, all in one run?

    python benchmarks/planning.py [--needs 1000] [--offers 3000] [--ratios] [--seed 1]

Each figure is the best of three, and a ratio to `raw`: the first level alone, from ready arrays,
one HiGHS run, nothing read back or checked.  `exact` is everything from `Problem` to checked
`Plan`: three proved levels, the search for fewer assignments, and the judge.
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import highspy
import numpy as np

from muster.core.planning.judge import faults
from muster.core.planning.plans import Objective, Plan
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.reasons import explain
from muster.solving import greedy, highs
from muster.solving.arrays import Arrays

DAY = date(2023, 4, 20)


def generated(*, needs: int, offers: int, ratios: bool, seed: int) -> Problem:
    """Draw a problem: Zipf-distributed items, a substitute for a third of the needs, caveats.

    Args:
        needs: how many needs.
        offers: how many offers.
        ratios: whether substitutes stand for one another at ratios other than 1.
        seed: the same seed draws the same problem.
    """
    chance = random.Random(seed)
    items = [f"item-{at:03}" for at in range(max(2, needs // 5))]
    zipf = [1 / (at + 1) for at in range(len(items))]
    given = [
        Offer(
            id=f"o{at:06}",
            donor=f"donor {at % 32}",
            item=item,
            amount=chance.randint(1, 200),
            ready=DAY + timedelta(days=chance.randint(0, 40)),
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
    by_item: dict[str, list[Offer]] = {}
    for offer in given:
        by_item.setdefault(offer.item, []).append(offer)
    pairs = []
    for need in asked:
        wanted = {need.item: Fraction(1)}
        if chance.random() < 0.33:
            other = Fraction(chance.choice((1, 2, 3)), chance.choice((1, 1, 2, 10)))
            wanted.setdefault(chance.choice(items), other if ratios else Fraction(1))
        for item, ratio in wanted.items():
            found = by_item.get(item, [])
            # A need looks at a score of offers at most: the rest are barred by their caveats.
            for offer in chance.sample(found, min(20, len(found))):
                lead = timedelta(days=chance.randint(1, 25))
                arrives = (offer.ready or DAY) + lead
                pairs.append(Pair(offer=offer.id, need=need.id, arrives=arrives, ratio=ratio))
    return Problem(day=DAY, needs=tuple(asked), offers=tuple(given), pairs=tuple(pairs))


def raw(arrays: Arrays) -> float:
    """Solve the first level's linear programme alone and return its value."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its own stub lacks it
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    count, split = len(arrays.pairs), len(arrays.offers)
    limits = np.concatenate((arrays.free, arrays.open)).astype(np.float64)
    rows = np.column_stack((arrays.offer, arrays.need + split)).astype(np.int32).ravel()
    values = np.column_stack((arrays.offered, arrays.covered)).astype(np.float64).ravel()
    solver.passModel(
        count,
        len(limits),
        2 * count,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMaximize),
        0.0,
        arrays.gains(Objective.ON_TIME).astype(np.float64),
        np.zeros(count),
        np.full(count, highspy.kHighsInf),
        np.full(len(limits), -highspy.kHighsInf),
        limits,
        np.arange(0, 2 * count, 2, dtype=np.int32),
        rows,
        values,
        np.zeros(count, dtype=np.int32),
    )
    solver.run()
    return float(solver.getInfo().objective_function_value)


def checked(problem: Problem, plan: Plan) -> Plan:
    """Let the judge check the plan, as every door does."""
    found = faults(problem, plan)
    if found:
        raise AssertionError(found[0].sentence)
    return plan


def best_of(act: Callable[[], object], times: int = 3) -> float:
    """Give the shortest time in seconds."""
    spans = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        spans.append(time.perf_counter() - begun)
    return min(spans)


def main() -> None:
    """Draw one problem, run everything on it, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=1000)
    parser.add_argument("--offers", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--ratios", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    problem = generated(needs=args.needs, offers=args.offers, ratios=args.ratios, seed=args.seed)
    print(f"{args.needs} needs, {args.offers} offers, {len(problem.pairs)} pairs")
    arrays = Arrays.of(problem)
    base = best_of(lambda: raw(arrays))
    print(f"raw      {base:8.3f} s    1.0   level 1 as a linear programme: {raw(arrays):.1f}")
    for name, solve in (("greedy", greedy.solve), ("exact", highs.solve)):
        plans: list[Plan] = []

        def run(solve: Callable[..., Plan] = solve, plans: list[Plan] = plans) -> None:
            plans.append(checked(problem, solve(problem, seconds=args.seconds)))

        span = best_of(run)
        outcome = plans[-1].outcome
        scores = ", ".join(f"{s.objective} {s.value} (bound {s.bound})" for s in outcome.scores)
        print(f"{name:8} {span:8.3f} s {span / base:6.1f}   {outcome.status}: {scores}")
        told = best_of(lambda plans=plans: explain(problem, plans[-1]))  # type: ignore[misc]
        print(f"  reasons {told:7.3f} s {told / base:6.1f}")


if __name__ == "__main__":
    main()
