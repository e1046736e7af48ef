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
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.plans import Objective, Plan
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.reasons import explain
from muster.solving import greedy, highs
from muster.solving.arrays import NO_LIMIT, Arrays

DAY = date(2023, 4, 20)


def generated(
    *, needs: int, offers: int, ratios: bool, seed: int, shared: bool = True
) -> Problem:
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
    return Problem(
        day=DAY, needs=tuple(asked), offers=tuple(given), pairs=tuple(pairs), net=net
    )


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


def raw(arrays: Arrays) -> float:
    """Solve the first level's linear programme alone and return its value."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its own stub lacks it
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
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
