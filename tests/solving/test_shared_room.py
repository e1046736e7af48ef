"""The methods where transport is shared and small amounts are of no use, against brute force."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.planning.causes import ReasonCode
from muster.core.planning.judge import FaultCode, faults
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Plan, Score, Status
from muster.core.planning.problem import Need, Offer, Pair, Problem, is_late, step_for
from muster.core.planning.reasons import explain
from muster.solving import greedy, highs, registry, structured
from muster.solving.arrays import Arrays
from muster.solving.filling import plain
from muster.solving.highs import tightened
from muster.solving.prices import Programme, exact_dot
from muster.solving.rooms import NO_LIMIT

DAY = date(2023, 4, 20)
WEEK = timedelta(days=7)
RATIOS = (Fraction(1), Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3, 2))
Reached = tuple[int, int, int]


def by_prices(problem: Problem, *, seconds: float = 30) -> Plan:
    """The structured method with nothing handed to HiGHS whole."""
    return structured.solve(problem, seconds=seconds, few=0)


METHODS: dict[str, Callable[..., Plan]] = {**registry.METHODS, "by prices": by_prices}


@st.composite
def shipped(draw: st.DrawFn) -> Problem:
    """Draw a problem with one or two legs, small enough to enumerate."""
    few = st.integers(0, 5)
    limit = st.none() | st.integers(0, 12)
    legs = tuple(
        Leg(
            id=f"leg{at}",
            start="here",
            end="there",
            days=draw(st.integers(0, 3)),
            room=Room(grams=draw(limit), millilitres=draw(limit), millipallets=draw(limit)),
        )
        for at in range(draw(st.integers(1, 2)))
    )
    needs = tuple(
        Need(
            id=f"n{at}",
            item="a",
            amount=draw(few),
            priority=draw(st.integers(1, 3)),
            needed_by=draw(st.none() | st.integers(0, 9).map(lambda d: DAY + timedelta(days=d))),
            least=draw(st.sampled_from((0, 0, 2, 3))),
        )
        for at in range(draw(st.integers(1, 3)))
    )
    offers = tuple(
        Offer(
            id=f"o{at}",
            donor=f"donor {at}",
            item="a",
            amount=draw(few),
            lot=draw(st.sampled_from((1, 1, 2))),
            least=draw(st.sampled_from((0, 0, 2, 3))),
            load=Load(grams=draw(st.integers(0, 4)), millilitres=draw(st.integers(0, 4))),
        )
        for at in range(draw(st.integers(1, 3)))
    )
    pairs = []
    for offer, need, leg, week in product(offers, needs, legs, range(2)):
        if draw(st.booleans()):
            departs = DAY + week * WEEK
            pairs.append(
                Pair(
                    offer=offer.id,
                    need=need.id,
                    arrives=departs + timedelta(days=leg.days),
                    ratio=draw(st.sampled_from(RATIOS)),
                    route=f"{leg.id} {week}",
                    hops=(Hop(leg.id, departs),),
                )
            )
    net = Net(legs=legs, start=DAY)
    return Problem(day=DAY, needs=needs, offers=offers, pairs=tuple(pairs[:5]), net=net)


def every_plan(problem: Problem) -> Iterator[Reached]:
    """Try every whole plan and give what each reaches: on time, late and minus waiting."""
    needs = {need.id: need for need in problem.needs}
    offers = {offer.id: offer for offer in problem.offers}
    steps = [step_for(offers[pair.offer], pair) for pair in problem.pairs]
    for counts in product(*(range(5 // step.offered + 1) for step in steps)):
        if plan := _weighed(problem, needs, offers, [*zip(problem.pairs, steps, counts)]):  # noqa: B905
            yield plan


def _weighed(
    problem: Problem,
    needs: dict[str, Need],
    offers: dict[str, Offer],
    rows: list[tuple],  # type: ignore[type-arg]
) -> Reached | None:
    out: Counter[str] = Counter()
    into: Counter[str] = Counter()
    carried: Counter[tuple[str, int, int]] = Counter()
    on_time = late = waiting = 0
    for pair, step, count in rows:
        need, offer = needs[pair.need], offers[pair.offer]
        amount, covers = count * step.offered, count * step.covered
        if 0 < amount < offer.least:
            return None
        out[pair.offer] += amount
        into[pair.need] += covers
        for hop in pair.hops:
            for kind, load in enumerate(offer.load.amounts):
                carried[hop.leg, (hop.departs - DAY).days // 7, kind] += load * amount
        worth = problem.weights[need.priority - 1] * covers
        if is_late(need, pair.arrives):
            late += worth
        else:
            on_time += worth
        waiting += worth * (pair.arrives - DAY).days
    fits = all(out[each] <= offers[each].amount for each in out)
    fits &= all(n.least <= into[each] <= n.amount for each, n in needs.items() if into[each])
    for (leg, _, kind), amount in carried.items():
        limit = problem.net.by_id[leg].room.limits[kind]
        fits &= limit is None or amount <= limit
    return (on_time, late, -waiting) if fits else None


def reached(plan: Plan) -> Reached:
    value = {score.objective: score.value for score in plan.outcome.scores}
    return value[Objective.ON_TIME], value[Objective.LATE], -value[Objective.WAITING]


@settings(deadline=None, max_examples=200)
@given(shipped())
def test_the_exact_plan_is_the_best_of_all_that_keep_the_room(problem: Problem) -> None:
    plan = highs.solve(problem)
    assert faults(problem, plan) == ()
    assert plan.outcome.status is Status.OPTIMAL
    assert reached(plan) == max(every_plan(problem))


@settings(deadline=None, max_examples=200)
@given(shipped())
def test_prices_prove_bounds_that_no_plan_passes_and_plans_lie_in_their_order(
    problem: Problem,
) -> None:
    plan = by_prices(problem)
    assert faults(problem, plan) == ()
    plans = list(every_plan(problem))
    on_time, late, *_ = plan.outcome.scores
    assert on_time.bound is not None
    assert late.bound is not None
    assert max(plans)[0] <= on_time.bound
    # The second bound is for all plans that do no worse on the first level.
    assert max(each[1] for each in plans if each[0] >= on_time.value) <= late.bound
    assert reached(greedy.solve(problem))[:2] <= reached(plan)[:2] <= max(plans)[:2]


@settings(deadline=None)
@given(shipped(), st.randoms(use_true_random=False), st.sampled_from(sorted(METHODS)))
def test_shuffled_rows_give_the_same_plan(
    problem: Problem, chance: random.Random, method: str
) -> None:
    other = replace(
        problem,
        needs=tuple(chance.sample(problem.needs, len(problem.needs))),
        offers=tuple(chance.sample(problem.offers, len(problem.offers))),
        pairs=tuple(chance.sample(problem.pairs, len(problem.pairs))),
        net=replace(problem.net, legs=problem.net.legs[::-1]),
    )
    assert METHODS[method](other) == METHODS[method](problem)


@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, 2**32),
    st.lists(st.floats(-5, 500) | st.just(float("nan")), min_size=7, max_size=7),
)
def test_any_prices_at_all_prove_a_bound_that_a_plan_in_hand_does_not_pass(
    seed: int, prices: list[float]
) -> None:
    chance = np.random.default_rng(seed)
    most = chance.integers(0, 9, 12)
    rows = np.column_stack((chance.integers(0, 3, 12), chance.integers(3, 6, 12)))
    coefficients = chance.integers(0, 5, (12, 2))
    used = np.zeros(7, dtype=np.int64)
    np.add.at(used, rows, coefficients * most[:, None])
    used[6] = NO_LIMIT
    gain = chance.integers(-9, 9, 12)
    programme = Programme(gain=gain, rows=rows, coefficients=coefficients, limits=used, most=most)
    assert programme.bound(np.array(prices)) >= max(0, int(gain @ most))


@settings(deadline=None, max_examples=200)
@given(shipped(), st.sampled_from(("greedy", "exact")))
def test_every_need_left_open_has_a_reason_and_none_is_that_goods_were_overlooked(
    problem: Problem, method: str
) -> None:
    plan = METHODS[method](problem)
    for unmet in explain(problem, plan):
        assert unmet.reasons
        codes = {reason.code for reason in unmet.reasons}
        assert ReasonCode.LEFT_UNUSED not in codes
        if ReasonCode.TOO_FEW in codes:
            assert any(offer.least for offer in problem.offers) or any(
                need.least and need.id == unmet.need for need in problem.needs
            )


def crossing(*, needs: int, grams: int, ratio: Fraction = Fraction(1)) -> Problem:
    """Many needs, an offer for each, and one crossing with room for `grams` a week for all."""
    leg = Leg(id="bridge", start="west", end="east", days=1, room=Room(grams=grams))
    asked = tuple(
        Need(id=f"n{at:03}", item="a", amount=10, priority=at % 3 + 1, needed_by=DAY + 2 * WEEK)
        for at in range(needs)
    )
    offers = tuple(
        Offer(id=f"o{at:03}", donor="d", item="a", amount=10**9, load=Load(grams=3))
        for at in range(needs)
    )
    pairs = tuple(
        Pair(
            offer=offer.id,
            need=need.id,
            arrives=DAY + week * WEEK + timedelta(days=1),
            route=str(week),
            ratio=ratio,
            hops=(Hop("bridge", DAY + week * WEEK),),
        )
        for need, offer in zip(asked, offers, strict=True)
        for week in range(3)
    )
    return Problem(
        day=DAY, needs=asked, offers=offers, pairs=pairs, net=Net(legs=(leg,), start=DAY)
    )


@pytest.mark.parametrize("method", sorted(METHODS))
def test_one_crossing_for_all_serves_the_urgent_first(method: str) -> None:
    # Two weeks are in time: 200 units fit; the ten urgent needs take half of them.
    problem = crossing(needs=30, grams=300)
    plan = METHODS[method](problem)
    assert faults(problem, plan) == ()
    assert reached(plan)[0] == 100 * 100 + 10 * 100
    assert reached(plan)[1] == 100


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("ratio", [Fraction(1, 10**6), Fraction(10**6), Fraction(999_983, 999_979)])
def test_huge_ratios_keep_the_judge_content(method: str, ratio: Fraction) -> None:
    problem = crossing(needs=6, grams=10**9, ratio=ratio)
    assert faults(problem, METHODS[method](problem)) == ()


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_crossing_without_room_lets_nothing_through_and_the_reason_names_it(method: str) -> None:
    problem = crossing(needs=3, grams=2)
    plan = METHODS[method](problem)
    assert plan.assignments == ()
    reasons = [r for unmet in explain(problem, plan) for r in unmet.reasons]
    full = [r for r in reasons if r.code is ReasonCode.NO_ROOM]
    assert len(full) == 9  # three needs, and three weeks each
    assert "bridge" in full[0].sentence
    assert "2023-04-20" in full[0].sentence


def test_generated_sizes_are_planned_within_the_gap_that_is_claimed() -> None:
    chance = random.Random(7)  # noqa: S311 - seeded, to be the same in each run
    problem = crossing(needs=60, grams=700)
    loads = [Load(grams=chance.randint(1, 9)) for _ in problem.offers]
    offers = tuple(replace(o, load=load) for o, load in zip(problem.offers, loads, strict=True))
    problem = replace(problem, offers=offers)
    best, priced = highs.solve(problem), by_prices(problem)
    assert best.outcome.status is Status.OPTIMAL
    first = priced.outcome.scores[0]
    assert first.bound is not None
    assert first.value <= reached(best)[0] <= first.bound
    assert first.gap is not None
    assert first.gap < Fraction(1, 50)


def test_a_wrong_plan_over_the_crossing_is_caught() -> None:
    problem = crossing(needs=30, grams=300)
    plan = highs.solve(problem)
    tight = replace(
        problem,
        net=replace(problem.net, legs=(replace(problem.net.legs[0], room=Room(grams=299)),)),
    )
    closed = replace(
        problem,
        net=replace(problem.net, legs=(replace(problem.net.legs[0], closed=((DAY, DAY),)),)),
    )
    slow = replace(problem, net=replace(problem.net, legs=(replace(problem.net.legs[0], days=5),)))
    picky = replace(problem, needs=tuple(replace(need, least=10**6) for need in problem.needs))
    lumpy = replace(problem, offers=tuple(replace(each, least=11) for each in problem.offers))
    for changed, code in (
        (tight, FaultCode.OVER_ROOM),
        (closed, FaultCode.WAY),
        (slow, FaultCode.WAY),
        (picky, FaultCode.TOO_FEW),
        (lumpy, FaultCode.TOO_FEW),
    ):
        assert code in {fault.code for fault in faults(changed, plan)}


def test_arrays_count_a_shared_leg_in_every_measure_it_limits() -> None:
    arrays = Arrays.of(crossing(needs=2, grams=300))
    assert arrays.rows.shape == (6, 3)
    assert (arrays.coefficients[:, 2] == 3).all()
    assert sorted(arrays.limits[arrays.rows[:, 2]].tolist()) == [300] * 6


@settings(deadline=None, max_examples=200)
@given(shipped())
def test_the_greedy_plan_on_arrays_is_the_greedy_plan(problem: Problem) -> None:
    arrays = Arrays.of(problem)
    if len(arrays.pairs):
        assert (plain(arrays) == arrays.steps_of(greedy.solve(problem))).all()


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 2**61), st.integers(0, 2**53)), max_size=9))
def test_large_whole_numbers_are_multiplied_and_added_without_overflow(
    rows: list[tuple[int, int]],
) -> None:
    left, right = (np.array([row[at] for row in rows], dtype=np.int64) for at in (0, 1))
    assert exact_dot(left, right) == sum(one * other for one, other in rows)


def test_the_exact_method_keeps_what_was_proved_for_the_plan_it_began_with() -> None:
    problem = crossing(needs=30, grams=300)
    begun = structured.solve(problem, seconds=20)
    assert begun.outcome.scores[0].bound is not None
    plan = highs.solve(problem, seconds=0, begin=lambda: begun)
    assert plan.outcome.scores[0].bound == begun.outcome.scores[0].bound
    assert highs.solve(problem, seconds=0).outcome.scores[0].bound is None


def test_a_bound_is_taken_over_until_a_level_on_which_the_new_plan_does_worse() -> None:
    on_time, late, waiting = Objective.ON_TIME, Objective.LATE, Objective.WAITING
    begun = (
        Score(objective=on_time, value=8, bound=9),
        Score(objective=late, value=5, bound=7),
        Score(objective=waiting, value=4, bound=1),
    )
    better = {on_time: 9, late: 4, waiting: 0}
    assert tightened({on_time: 20, late: 6}, begun, better) == {on_time: 9, late: 6}
    worse = {on_time: 7, late: 5, waiting: 4}
    assert tightened({waiting: 3}, begun, worse) == {on_time: 9, waiting: 3}
    equal = {on_time: 8, late: 5, waiting: 4}
    assert tightened({waiting: 3}, begun, equal) == {on_time: 9, late: 7, waiting: 3}
