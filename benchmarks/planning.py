"""How fast and how good are the planning methods beside HiGHS and PuLP, in one run?

    python benchmarks/planning.py [--sizes S SM M L] [--ratios] [--alone] [--seed 1]
                                  [--patience 40] [--only structured] [--plot growth.svg]

`raw` is HiGHS on ready arrays, nothing read back or checked, the first level alone: its linear
programme by simplex and by interior point without crossover, with as many threads as there are
cores; and the same in whole numbers until no more is open than the structured plan left open, which
is the comparison at the same proved gap.  `PuLP+CBC` builds and solves that linear programme, from
ready arrays too.  Each is stopped after `--patience` seconds.  The methods go from `Problem` to
checked `Plan`, the judge included; what they read of a problem once is thrown away before each.

The first seconds are those of the processor, children included, because the machine may be shared;
then come those by the clock, which a user waits.  `gap` is what the method proves on the first
level.  Compiling is done before, on a small problem.  The growth exponent is the slope of log time
over log of needs.  At S, a variant without a net is planned as well: its best whole plan can be
proved, so exact is held against HiGHS on arrays, both to the end.
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
from typing import NamedTuple, TypeVar

from growth import drawn
from others import by_pulp, raw, raw_whole, unthreaded

from muster.core.planning.judge import faults
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.reasons import explain
from muster.core.planning.stress import Futures
from muster.solving import registry, structured
from muster.solving.arrays import Arrays
from muster.solving.replanning import Last, replanned
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


class Span(NamedTuple):
    """How long something took: seconds of the processor, and seconds by the clock."""

    worked: float
    waited: float

    def over(self, other: "Span") -> str:
        """Tell how many times as long the other took."""
        return f"{other.worked / self.worked:.1f} ({other.waited / self.waited:.1f} by the clock)"

    def __str__(self) -> str:
        return f"{self.worked:8.2f} s {self.waited:8.2f} s"


def timed(act: Callable[[], Found]) -> tuple[Span, Found]:
    """Do it once, and give how long that took with what came of it."""
    begun, at = spent(), time.perf_counter()
    found = act()
    return Span(spent() - begun, time.perf_counter() - at), found


def measured(problem: Problem, *, patience: float, only: list[str]) -> dict[str, float]:
    """Run everything on one problem, print it, and give the processor's seconds by name."""
    spans, plans = dict[str, Span](), dict[str, Plan]()
    print(f"  {len(problem.pairs)} pairs; {'processor':>17} {'clock':>10}", flush=True)
    for name, solve in registry.METHODS.items():
        if only and name not in only:
            continue
        # What was read of the pairs before is no advantage.
        fresh = replace(problem)
        unthreaded()
        run_one = partial(solve, fresh, seconds=patience)
        spans[name], plans[name] = timed(lambda f=fresh, run=run_one: checked(f, run()))  # type: ignore[misc]
        _tell(name, plans[name], spans[name])
    bounds = [p.outcome.scores[0].bound for p in plans.values()]
    best = min((bound for bound in bounds if bound is not None), default=0)
    for name, plan in plans.items():
        span, unmet = timed(lambda plan=plan: explain(problem, plan))  # type: ignore[misc]
        share = plan.outcome.scores[0].value / max(1, best)
        told = f"{len(unmet)} needs' reasons in {span.worked:.2f} s"
        print(f"  {name:14} {share:8.4%} of best; {told}")
    if structured.NAME in plans:
        _again(problem, plans[structured.NAME], spans[structured.NAME])
        if not only:
            ours = spans[structured.NAME], float(plans[structured.NAME].outcome.scores[0].gap or 0)
            spans |= _others(Arrays.of(problem), patience, *ours)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory so far {peak:.0f} MB", flush=True)
    return {name: span.worked for name, span in spans.items()}


def _others(arrays: Arrays, patience: float, ours: Span, gap: float) -> dict[str, Span]:
    """Run what is not ours, on ready arrays, and say how many times as long as ours it took."""
    spans: dict[str, Span] = {}
    print(f"  {len(arrays.limits) - 1} rows; how many times as long as structured:")
    runs: dict[str, Callable[[], float | None]] = {
        "raw simplex": partial(raw, arrays, by="simplex", patience=patience),
        "raw ipm": partial(raw, arrays, by="ipm", patience=patience),
        "PuLP+CBC": partial(by_pulp, arrays, patience=patience),
    }
    for name, run in runs.items():
        spans[name], value = timed(run)
        told = "no answer in that time" if value is None else f"value {value:.0f}"
        print(f"  {name:14} {spans[name]} {ours.over(spans[name])}; {told}", flush=True)
    span, (left, _) = timed(partial(raw_whole, arrays, gap=gap, patience=patience))
    reached = "the same gap" if left <= gap else f"still {left:.3%} open, ours {gap:.3%}"
    print(f"  raw whole      {span} {ours.over(span)}; {reached}", flush=True)
    return spans


def proved(problem: Problem, patience: float) -> None:
    """Hold exact against HiGHS on arrays where the best whole plan can be proved."""
    fresh = replace(problem)
    unthreaded()
    span, plan = timed(lambda: checked(fresh, registry.solve(fresh, seconds=patience)))
    arrays = Arrays.of(problem)
    alone, value = timed(partial(raw, arrays, by="simplex", patience=patience))
    whole, (left, best) = timed(partial(raw_whole, arrays, gap=0.0, patience=patience))
    score = plan.outcome.scores[0]
    told = "proved" if score.proved else "not proved"
    print(f"  without a net: exact {span}, {score.value} {told}; all levels {plan.outcome.status}")
    print(f"    linear programme by HiGHS {alone}, value {value}; exact {alone.over(span)} times")
    print(f"    in whole numbers {whole}, value {best:.0f}, {left:.3%} open", flush=True)
    print(f"    exact {whole.over(span)} times", flush=True)


def _again(problem: Problem, plan: Plan, first: Span) -> None:
    """Change one need in a hundred and plan again; then draw futures of the plan."""
    chance = random.Random(7)
    unthreaded()
    made, memory = structured.remembered(problem)
    last = Last(problem=problem, plan=made, memory=memory)
    few = chance.sample(problem.needs, max(1, len(problem.needs) // 100))
    changed = problem.with_needs(
        [replace(n, amount=chance.randint(1, 900), priority=chance.randint(1, 3)) for n in few]
    )
    span, again = timed(lambda: checked(changed, replanned(changed, last)[0]))
    gap = float(again.outcome.scores[0].gap or 0)
    share = f"{span.worked / first.worked:.2f} ({span.waited / first.waited:.2f} by the clock)"
    print(f"  planned again  {span} {share} of the first, {gap:.3%}")
    anew = partial(replanned, changed, last, gap=structured.GAP)
    span, (again, _) = timed(anew)
    gap = float(again.outcome.scores[0].gap or 0)
    share = f"{span.worked / first.worked:.2f} ({span.waited / first.waited:.2f} by the clock)"
    print(f"  ... all anew   {span} {share} of the first, {gap:.3%}")
    stress, _ = timed(lambda: stressed(problem, plan, Futures()))
    print(f"  10,000 futures {stress} on all cores together")


def _tell(name: str, plan: Plan, span: Span) -> None:
    levels = [
        f"{s.objective} {s.value}" + ("" if s.gap is None else f" (gap {float(s.gap):.3%})")
        for s in plan.outcome.scores
    ]
    print(f"  {name:14} {span} {plan.outcome.status}: {', '.join(levels)}", flush=True)


def main() -> None:
    """Draw problems of each size, run everything on them, and print the ratios and the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=list(SIZES), default=["S"])
    parser.add_argument("--patience", type=float, default=40)
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
        if size == "S" and not args.only:
            drawn_alone = generated(
                needs=needs, offers=offers, ratios=False, seed=args.seed, shared=False
            )
            proved(drawn_alone, args.patience)
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
