"""The methods against brute force, the judge, shuffling, and the data behind each reason."""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.matching import MisfitCode, Step
from muster.core.planning.causes import Reason, ReasonCode, Unmet
from muster.core.planning.judge import FaultCode, faults
from muster.core.planning.objectives import PROVED_LEVELS, Objective
from muster.core.planning.plans import Plan, Status
from muster.core.planning.problem import Forbidden, Need, Offer, Pair, Problem, is_late, step_for
from muster.core.planning.reasons import explain
from muster.core.refusals import PlanMethodUnknown, ProblemFaulty
from muster.solving import greedy, highs, registry
from muster.solving.arrays import Arrays
from muster.solving.blocks import blocks_of
from muster.solving.model import Model

DAY = date(2023, 4, 20)
RATIOS = (Fraction(1), Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3, 2), Fraction(1, 3))
Row = TypeVar("Row")


@st.composite
def problems(draw: st.DrawFn, *, plain: bool = False) -> Problem:
    """Draw a problem small enough to enumerate; a plain one has ratios and lots of 1 alone."""
    few = st.integers(0, 5)
    needs = [
        Need(
            id=f"n{at}",
            item=draw(st.sampled_from("ab")),
            amount=draw(few),
            priority=draw(st.integers(1, 3)),
            needed_by=draw(st.none() | st.integers(0, 6).map(lambda d: DAY + timedelta(days=d))),
        )
        for at in range(draw(st.integers(1, 3)))
    ]
    offers = [
        Offer(
            id=f"o{at}",
            donor=f"donor {at}",
            item=draw(st.sampled_from("ab")),
            amount=draw(few),
            lot=1 if plain else draw(st.sampled_from((1, 1, 1, 2))),
        )
        for at in range(draw(st.integers(0, 3)))
    ]
    pairs, forbidden = [], []
    for offer, need in product(offers, needs):
        kind = draw(st.sampled_from(("pair", "pair", "forbidden", "nothing")))
        if kind == "pair":
            arrives = DAY + timedelta(days=draw(st.integers(0, 9)))
            ratio = Fraction(1) if plain else draw(st.sampled_from(RATIOS))
            pairs.append(Pair(offer=offer.id, need=need.id, arrives=arrives, ratio=ratio))
        if kind == "forbidden":
            row = Forbidden(
                offer=offer.id,
                need=need.id,
                code=MisfitCode.CAVEAT,
                by=offer.donor,
                sentence="Not for them.",
            )
            forbidden.append(row)
    return Problem(
        day=DAY,
        needs=tuple(needs),
        offers=tuple(offers),
        pairs=tuple(pairs[:5]),
        forbidden=tuple(forbidden),
    )


def brute_force(problem: Problem) -> tuple[int, int, int]:
    """Try every whole plan; the best on time, late and minus waiting, in strict order."""
    needs = {need.id: need for need in problem.needs}
    offers = {offer.id: offer for offer in problem.offers}
    steps = [step_for(offers[pair.offer], pair) for pair in problem.pairs]
    ranges = [range(6 // step.offered + 1) for step in steps]
    best = (0, 0, 0)
    for counts in product(*ranges):
        out: Counter[str] = Counter()
        into: Counter[str] = Counter()
        on_time = late = waiting = 0
        for pair, step, count in zip(problem.pairs, steps, counts, strict=True):
            need = needs[pair.need]
            out[pair.offer] += count * step.offered
            into[pair.need] += count * step.covered
            worth = problem.weights[need.priority - 1] * count * step.covered
            if need.needed_by and pair.arrives > need.needed_by:
                late += worth
            else:
                on_time += worth
            waiting += worth * (pair.arrives - DAY).days
        fits = all(out[each] <= offers[each].amount for each in out)
        if fits and all(into[each] <= needs[each].amount for each in into):
            best = max(best, (on_time, late, -waiting))
    return best


def reached(plan: Plan) -> tuple[int, int, int]:
    """The plan's claims in the form of `brute_force`."""
    value = {score.objective: score.value for score in plan.outcome.scores}
    return value[Objective.ON_TIME], value[Objective.LATE], -value[Objective.WAITING]


@settings(deadline=None, max_examples=150)
@given(problems())
def test_the_exact_plan_is_the_best_of_all_whole_plans(problem: Problem) -> None:
    plan = highs.solve(problem)
    assert faults(problem, plan) == ()
    assert plan.outcome.status is Status.OPTIMAL
    assert reached(plan) == brute_force(problem)


@settings(deadline=None)
@given(problems(plain=True))
def test_a_plain_problem_is_proved_best_by_whole_duals(problem: Problem) -> None:
    plan = highs.solve(problem)
    assert all(s.proved for s in plan.outcome.scores if s.objective in PROVED_LEVELS)
    assert reached(plan) == brute_force(problem)


@settings(deadline=None)
@given(problems())
def test_greedy_is_sound_and_never_passes_the_exact_plan_nor_claims_a_proof(
    problem: Problem,
) -> None:
    plan = greedy.solve(problem)
    assert faults(problem, plan) == ()
    assert plan.outcome.status is Status.FEASIBLE
    assert reached(plan) <= brute_force(problem)


@settings(deadline=None)
@given(problems(), st.randoms(use_true_random=False), st.sampled_from(sorted(registry.METHODS)))
def test_the_order_of_rows_does_not_change_the_plan(
    problem: Problem, chance: random.Random, method: str
) -> None:
    def shuffled(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(chance.sample(rows, len(rows)))

    other = replace(
        problem,
        needs=shuffled(problem.needs),
        offers=shuffled(problem.offers),
        pairs=shuffled(problem.pairs),
        forbidden=shuffled(problem.forbidden),
    )
    plan = registry.solve(problem, method=method)
    assert registry.solve(other, method=method) == plan
    assert explain(other, plan) == explain(problem, plan)


@settings(deadline=None, max_examples=300)
@given(problems(), st.sampled_from(sorted(registry.METHODS)))
def test_every_reason_is_true_of_the_data(problem: Problem, method: str) -> None:
    plan = registry.solve(problem, method=method)
    covered: Counter[str] = Counter()
    for row in plan.assignments:
        covered[row.need] += row.covers
    unmet = explain(problem, plan)
    still_open = {
        need.id: need.amount - covered[need.id]
        for need in problem.needs
        if need.amount > covered[need.id]
    }
    assert {each.need: each.amount for each in unmet} == still_open
    for each in unmet:
        assert each.reasons
        for reason in each.reasons:
            assert is_true(problem, plan, each, reason), reason


def is_true(  # noqa: C901, PLR0911, PLR0912 - one short case for each reason code
    problem: Problem, plan: Plan, unmet: Unmet, reason: Reason
) -> bool:
    """Look the reason up in the rows, each code in its own way."""
    need = next(need for need in problem.needs if need.id == unmet.need)
    offers = {offer.id: offer for offer in problem.offers}
    pairs = {pair.offer: pair for pair in problem.pairs if pair.need == need.id}
    barred = {row.offer: row for row in problem.forbidden if row.need == need.id}
    left = {
        each: offer.amount - sum(row.amount for row in plan.assignments if row.offer == each)
        for each, offer in offers.items()
    }
    steps: dict[str, Step] = {each: step_for(offers[each], pair) for each, pair in pairs.items()}
    ranks = {other.id: other.priority - need.priority for other in problem.needs}

    def used_up_by(fits: Callable[[int], bool]) -> bool:
        links = {(row.offer, row.need) for row in plan.assignments}
        spent = all(left[each] < steps[each].offered for each in reason.offers)
        named = all(any((o, n) in links for o in reason.offers) for n in reason.needs)
        apart = need.id not in reason.needs and bool(reason.needs)
        return spent and named and apart and all(fits(ranks[n]) for n in reason.needs)

    match reason.code:
        case ReasonCode.NOBODY_OFFERS:
            same = any(offer.item == need.item for offer in problem.offers)
            return not pairs and not barred and not same
        case ReasonCode.NOTHING_LEFT:
            return all(each in pairs and offers[each].amount == 0 for each in reason.offers)
        case ReasonCode.NO_WAY:
            return all(
                offers[each].item == need.item and each not in pairs and each not in barred
                for each in reason.offers
            )
        case ReasonCode.FORBIDDEN:
            row = barred[reason.offers[0]]
            return reason.by == row.by and row.sentence in reason.sentence
        case ReasonCode.TOO_LITTLE_OFFERED:
            most = sum(
                offers[each].amount // step.offered * step.covered for each, step in steps.items()
            )
            return most < need.amount and f"at most {most} " in reason.sentence
        case ReasonCode.OUTRANKED:
            return used_up_by(lambda rank: rank < 0)
        case ReasonCode.SHARED:
            return used_up_by(lambda rank: rank == 0)
        case ReasonCode.TAKEN_BY_LOWER:
            return used_up_by(lambda rank: rank > 0)
        case ReasonCode.LOT_TOO_LARGE:
            step = steps[reason.offers[0]]
            return step.covered > unmet.amount or step.offered > offers[reason.offers[0]].amount
        case ReasonCode.REMAINDER:
            return 0 < left[reason.offers[0]] < steps[reason.offers[0]].offered
        case ReasonCode.NOT_IN_TIME:
            return all(
                is_late(need, pairs[each].arrives) and left[each] > 0 for each in reason.offers
            )
        case ReasonCode.NO_ROOM | ReasonCode.TOO_FEW:
            return False  # these problems have neither a net nor least amounts
        case ReasonCode.LEFT_UNUSED:
            return False  # neither method leaves a whole step undone


def contest() -> Problem:
    """Two needs want the ten tents of one donor; the second is the more urgent."""
    needs = (
        Need(id="later", item="tent", amount=10, priority=3, needed_by=DAY),
        Need(id="first", item="tent", amount=8, priority=1),
    )
    offers = (Offer(id="tents", donor="Norway", item="tent", amount=10),)
    pairs = tuple(Pair(offer="tents", need=need.id, arrives=DAY) for need in needs)
    return Problem(day=DAY, needs=needs, offers=offers, pairs=pairs)


@pytest.mark.parametrize("method", sorted(registry.METHODS))
def test_the_urgent_need_is_met_first_and_the_other_is_told_who_outranks_it(method: str) -> None:
    problem = contest()
    plan = registry.solve(problem, method=method)
    assert {row.need: row.covers for row in plan.assignments} == {"first": 8, "later": 2}
    (unmet,) = explain(problem, plan)
    outranked = next(r for r in unmet.reasons if r.code is ReasonCode.OUTRANKED)
    assert unmet.need == "later"
    assert unmet.amount == 8
    assert outranked.needs == ("first",)


def test_exact_beats_greedy_where_the_early_offer_should_be_kept_for_another() -> None:
    # Greedy gives the urgent need the only offer that the other can use.
    needs = (
        Need(id="a", item="tent", amount=5, priority=1),
        Need(id="b", item="tent", amount=5, priority=2),
    )
    offers = tuple(Offer(id=each, donor=each, item="tent", amount=5) for each in ("x", "y"))
    pairs = (
        Pair(offer="x", need="a", arrives=DAY),
        Pair(offer="y", need="a", arrives=DAY + timedelta(days=1)),
        Pair(offer="x", need="b", arrives=DAY),
    )
    problem = Problem(day=DAY, needs=needs, offers=offers, pairs=pairs)
    assert reached(greedy.solve(problem))[0] == 500
    assert reached(highs.solve(problem))[0] == 550


def test_a_need_that_can_never_get_enough_withholds_nothing_from_others() -> None:
    needs = (
        Need(id="a", item="tent", amount=2, least=3),
        Need(id="b", item="tent", amount=2, least=2),
    )
    offers = (Offer(id="x", donor="x", item="tent", amount=3),)
    pairs = tuple(Pair(offer="x", need=need.id, arrives=DAY) for need in needs)
    problem = Problem(day=DAY, needs=needs, offers=offers, pairs=pairs)
    (row,) = greedy.solve(problem).assignments
    assert (row.need, row.covers) == ("b", 2)


def test_without_time_a_problem_with_ratios_keeps_the_greedy_rows_unproved() -> None:
    problem = contest()
    first, second = problem.pairs
    rugged = replace(problem, pairs=(replace(first, ratio=Fraction(3, 2)), second))
    plan = registry.solve(rugged, seconds=0)
    assert plan.outcome.status is Status.FEASIBLE
    assert faults(rugged, plan) == ()
    assert plan.assignments == greedy.solve(rugged).assignments


def test_amounts_nine_orders_apart_are_planned_exactly() -> None:
    problem = contest()
    needs = (replace(problem.needs[0], amount=4 * 10**9), problem.needs[1])
    wide = replace(problem, needs=needs, offers=(replace(problem.offers[0], amount=3 * 10**9 + 7),))
    plan = registry.solve(wide)
    assert plan.outcome.status is Status.OPTIMAL
    assert sum(row.amount for row in plan.assignments) == 3 * 10**9 + 7


@pytest.mark.parametrize("method", sorted(registry.METHODS))
def test_an_empty_problem_has_an_empty_plan(method: str) -> None:
    plan = registry.solve(Problem(day=DAY, needs=(), offers=(), pairs=()), method=method)
    assert plan.assignments == ()


@pytest.mark.parametrize("method", sorted(registry.METHODS))
def test_no_method_accepts_a_problem_that_contradicts_itself(method: str) -> None:
    problem = contest()
    with pytest.raises(ProblemFaulty, match="there more than once"):
        registry.solve(replace(problem, needs=problem.needs * 2), method=method)


def test_an_unknown_method_is_refused_with_the_known_ones() -> None:
    with pytest.raises(PlanMethodUnknown, match="greedy, exact"):
        registry.solve(contest(), method="magic")


def test_a_plan_cut_short_that_leaves_goods_unused_is_told_so() -> None:
    problem = contest()
    plan = highs.solve(problem)
    cut = replace(plan, assignments=plan.assignments[:1])
    codes = {r.code for unmet in explain(problem, cut) for r in unmet.reasons}
    assert ReasonCode.LEFT_UNUSED in codes
    assert FaultCode.SCORE in {fault.code for fault in faults(problem, cut)}


def test_the_bound_of_an_earlier_level_is_never_claimed_for_a_level_that_had_no_time() -> None:
    first, second = contest().pairs
    rugged = replace(contest(), pairs=(replace(first, ratio=Fraction(3, 2)), second))
    (block,) = blocks_of(Arrays.of(rugged))
    solver = Model(block, whole=True)
    solver.best(block.most.astype(float), 5)
    assert solver.bound is not None
    solver.best(block.most.astype(float), 0)
    assert solver.bound is None


def test_of_an_item_that_very_many_offer_without_a_way_only_some_are_named() -> None:
    offers = tuple(Offer(id=f"o{at:03}", donor=f"d{at}", item="a", amount=1) for at in range(60))
    needs = (Need(id="n", item="a", amount=5),)
    problem = Problem(day=DAY, needs=needs, offers=offers, pairs=())
    [unmet] = explain(problem, greedy.solve(problem))
    [reason] = unmet.reasons
    assert reason.code is ReasonCode.NO_WAY
    assert len(reason.offers) == 50
    assert "and by others" in reason.sentence
    few = explain(replace(problem, offers=offers[:50]), greedy.solve(problem))[0].reasons[0]
    assert len(few.offers) == 50
    assert "others" not in few.sentence


def test_a_use_of_highs_with_other_threads_before_does_not_stop_the_planner() -> None:
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "import highspy\n"
        "other = highspy.Highs(); other.setOptionValue('output_flag', False)\n"
        "other.setOptionValue('threads', 2); other.addVar(0, 1); other.run()\n"
        "from tests.solving.test_methods import contest, registry\n"
        "outcome = registry.solve(contest(), method='exact').outcome\n"
        "assert outcome.method == 'exact', outcome\n"
        "assert outcome.scores[0].proved, outcome\n"
    )
    here = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=here
    )
    assert run.returncode == 0, run.stderr
