"""What it would displace, what more would let through, what it would take: by brute force."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings

from muster.core.matching import MisfitCode
from muster.core.planning.around import around
from muster.core.planning.changes import (
    Consented,
    Earlier,
    Freed,
    Lifted,
    MoreRoom,
    Released,
    changed,
)
from muster.core.planning.facts import Facts
from muster.core.planning.judge import faults
from muster.core.planning.near import part_of
from muster.core.planning.net import Hop, Leg, Load, Measure, Net, Room
from muster.core.planning.objectives import Objective, Objectives
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.pricing import price_of, prices, tight_room
from muster.core.planning.problem import Forbidden, Need, Offer, Pair, Problem
from muster.core.planning.recounting import recounted
from muster.core.planning.remedies import remedies
from muster.core.planning.soundness import require_sound
from muster.core.planning.terms import Consent, ConsentState
from muster.core.planning.turning import turned
from muster.solving import greedy, highs, registry
from muster.solving.duals import room_prices
from tests.solving.test_whole_problem import claimed, every_plan, whole_problems

DAY = date(2026, 3, 2)
LATER = DAY + timedelta(days=10)
NEED = Need(id="n", item="tent", amount=10, priority=2, recipient="R", needed_by=LATER)
RIVAL = Need(id="rival", item="tent", amount=10, recipient="Q", needed_by=LATER)
OFFER = Offer(id="o", donor="D", item="tent", amount=10)
PAIR = Pair(offer="o", need="n", arrives=DAY + timedelta(days=2))
CONTEST = Problem(
    day=DAY, needs=(NEED, RIVAL), offers=(OFFER,), pairs=(PAIR, replace(PAIR, need="rival"))
)
GATE = Leg(id="gate", start="a", end="b", room=Room(grams=4000), label="the gate")
CROSSING = Problem(
    day=DAY,
    needs=(NEED,),
    offers=(replace(OFFER, load=Load(grams=1000)),),
    pairs=(replace(PAIR, hops=(Hop("gate", DAY),)),),
    net=Net(legs=(GATE,), start=DAY),
)
SHUT = Problem(
    day=DAY,
    needs=(NEED,),
    offers=(OFFER,),
    pairs=(replace(PAIR, consent="c"),),
    consents=(Consent(id="c", by="Origin", label="tents"),),
)


def as_before(problem: Problem) -> Problem:
    return replace(problem, objectives=Objectives())


def met(rows: tuple[Assignment, ...], need: str) -> int:
    return sum(row.covers for row in rows if row.need == need)


def values(problem: Problem, plan: Plan) -> tuple[int, int]:
    found = recounted(as_before(problem), plan.assignments)
    return found[Objective.ON_TIME], found[Objective.LATE]


def test_what_a_step_would_displace_is_named_with_what_it_costs() -> None:
    found = turned(CONTEST, registry.solve(CONTEST), "n", registry.solve)
    assert found.units == 1
    assert found.proved
    assert found.difference.less == (("rival", 1),)
    assert found.difference.on_time == 10 - 100
    assert found.sentence == (
        "1 more for n would take 1 of rival (class 1); weighted, 90 lost in all."
    )


def test_goods_are_turned_round_through_a_chain_of_offers() -> None:
    # The rival can be served from E as well, so that only the last in the chain loses.
    last = Need(id="last", item="tent", amount=10, priority=3, recipient="S", needed_by=LATER)
    heavy = replace(NEED, priority=1)
    other = Offer(id="e", donor="E", item="tent", amount=10)
    problem = Problem(
        day=DAY,
        needs=(heavy, replace(RIVAL, priority=2), last),
        offers=(OFFER, other),
        pairs=(
            PAIR,
            replace(PAIR, need="rival"),
            replace(PAIR, need="rival", offer="e"),
            replace(PAIR, need="last", offer="e"),
        ),
    )
    plan = registry.solve(problem)
    found = turned(problem, plan, "last", registry.solve)
    assert met(plan.assignments, "last") == 0
    assert found.difference.less == (("rival", 1),)
    crowded = replace(problem, needs=(replace(heavy, priority=3), *problem.needs[1:]))
    found = turned(crowded, registry.solve(crowded), "n", registry.solve)
    assert found.units == 1
    assert len(found.difference.less) == 1


@settings(max_examples=60, deadline=None)
@given(problem=whole_problems())
def test_turning_goods_round_loses_at_least_as_much_and_no_turning_costs_others_less(
    problem: Problem,
) -> None:
    problem = replace(as_before(problem), packages=())
    plan = highs.solve(problem)
    everything = list(every_plan(problem))
    for need in problem.needs:
        had = met(plan.assignments, need.id)
        if had == need.amount:
            continue
        found = turned(problem, plan, need.id, registry.solve)
        assert (found.difference.on_time, found.difference.late) <= (0, 0)
        assert bool(found.units) == any(met(rows, need.id) > had for rows in everything)
        if found.units:
            part = around(problem, [need.id])
            inside = {each.id for each in part.needs}
            assert others_on_time(part, found.rows, need.id) == max(
                others_on_time(part, tuple(row for row in rows if row.need in inside), need.id)
                for rows in everything
                if met(rows, need.id) == had + found.units
            )


def others_on_time(problem: Problem, rows: tuple[Assignment, ...], need: str) -> int:
    rest = tuple(row for row in rows if row.need != need)
    return recounted(problem, rest)[Objective.ON_TIME]


@settings(max_examples=60, deadline=None)
@given(problem=whole_problems())
def test_the_price_of_a_change_is_what_planning_again_gains(problem: Problem) -> None:
    problem = as_before(problem)
    plan = highs.solve(problem)
    wider = list(tight_room(Facts(problem, plan)))
    for change in (Consented("c2"), *wider):
        found = price_of(problem, plan, change, registry.solve)
        again = change.applied(problem)
        gained = values(again, highs.solve(again))
        had = values(problem, plan)
        assert (found.difference.on_time, found.difference.late) == (
            gained[0] - had[0],
            gained[1] - had[1],
        )


def test_prices_say_to_whom_and_the_linear_programme_agrees() -> None:
    plan = registry.solve(CROSSING)
    (price,) = prices(CROSSING, plan, registry.solve, guess=room_prices).found
    assert price.change == MoreRoom("gate", 0, Measure.KG, 1000)
    assert price.difference.more == (("n", 1),)
    assert price.each == 10
    assert price.sentence == (
        f"If the gate carries 1 kg more in the period from {DAY}, it would let through 1 of n "
        f"(class 2)."
    )
    dual = room_prices(CROSSING)["gate", 0, Measure.KG]
    assert dual * 1000 == pytest.approx(float(price.each), rel=0.05)


def test_a_consent_has_a_price() -> None:
    (price,) = prices(SHUT, registry.solve(SHUT), registry.solve).found
    assert price.each == 100
    assert prices(SHUT, registry.solve(SHUT), registry.solve, need="n").of == 1
    assert prices(SHUT, registry.solve(SHUT), registry.solve, need="another").of == 0
    assert price.sentence == (
        "If the consent of Origin (tents) is given, it would let through 10 of n (class 2)."
    )


READY = DAY + timedelta(days=20)
LATE = replace(
    CONTEST,
    needs=(NEED,),
    offers=(replace(OFFER, ready=READY),),
    pairs=(replace(PAIR, arrives=READY + timedelta(days=2)),),
)
BARRED = Forbidden(
    offer="o", need="n", code=MisfitCode.CAVEAT, by="D", sentence="Not for R.", pair=PAIR
)
ALONE = replace(CONTEST, needs=(NEED,), pairs=(PAIR,))
AGREED = replace(
    CONTEST,
    needs=(replace(NEED, priority=1), replace(RIVAL, priority=2)),
    pairs=(PAIR, replace(PAIR, need="rival", agreed=10)),
    objectives=Objectives(order=(Objective.AGREED, Objective.ON_TIME)),
)


@pytest.mark.parametrize(
    ("problem", "change"),
    [
        (SHUT, Consented("c")),
        (CROSSING, MoreRoom("gate", 0, Measure.KG, 6000)),
        (LATE, Earlier("o", 12)),
        (
            replace(
                CONTEST,
                needs=(NEED,),
                pairs=(PAIR,),
                offers=(replace(OFFER, amount=4, held_back=8),),
            ),
            Released("o", 6),
        ),
        (replace(ALONE, pairs=(), forbidden=(BARRED,)), Lifted("o", "n")),
        (AGREED, Freed("o", "rival")),
    ],
    ids=lambda each: type(each).__name__ if not isinstance(each, Problem) else "",
)
def test_the_one_change_that_meets_a_need_is_found(problem: Problem, change: object) -> None:
    found = remedies(problem, registry.solve(problem), "n", registry.solve)
    assert [each.changes for each in found.found] == [(change,)]
    assert found.complete
    assert found.sentence.startswith("n would be met in full and on time if ")


def test_two_changes_are_told_where_neither_alone_is_enough() -> None:
    problem = replace(
        CROSSING, pairs=(replace(CROSSING.pairs[0], consent="c"),), consents=SHUT.consents
    )
    found = remedies(problem, registry.solve(problem), "n", registry.solve)
    assert [each.changes for each in found.found] == [
        (Consented("c"), MoreRoom("gate", 0, Measure.KG, 6000))
    ]


def test_what_nothing_at_hand_can_meet_is_said_so() -> None:
    plan = registry.solve(CONTEST)
    assert remedies(CONTEST, plan, "n", registry.solve).sentence == (
        "Nothing at hand would bring more to n: no offer is left to open."
    )
    small = replace(SHUT, offers=(replace(OFFER, amount=3),))
    found = remedies(small, registry.solve(small), "n", registry.solve)
    assert found.sentence == "Even if all 1 changes at hand came true, n would get 3 of 10 on time."


@settings(max_examples=60, deadline=None)
@given(problem=whole_problems())
def test_remedies_meet_the_need_and_none_has_a_change_too_many(problem: Problem) -> None:
    offers = tuple(replace(each, held_back=2) for each in problem.offers)
    problem = replace(as_before(problem), offers=offers)
    plan = highs.solve(problem)
    need = problem.needs[0]
    for each in remedies(problem, plan, need.id, registry.solve).found:
        for left_out in (None, *each.changes):
            kept = tuple(change for change in each.changes if change != left_out)
            again = changed(problem, kept)
            require_sound(again)
            assert can_be_met(again, need) is (left_out is None)


def can_be_met(problem: Problem, need: Need) -> bool:
    """Look through all plans for one that is best on time and meets the need."""
    plans = [
        (recounted(problem, rows)[Objective.ON_TIME], met(in_time(rows), need.id))
        for rows in every_plan(problem)
    ]
    best = max(value for value, _ in plans)
    return any(value == best and on_time >= need.amount for value, on_time in plans)


def in_time(rows: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    return tuple(row for row in rows if not row.late)


@settings(max_examples=60, deadline=None)
@given(problem=whole_problems())
def test_a_part_is_planned_as_it_is_in_the_whole(problem: Problem) -> None:
    problem = as_before(problem)
    assume(problem.needs)
    part = around(problem, [problem.needs[0].id])
    whole = highs.solve(problem)
    inside = {need.id for need in part.needs}
    rows = tuple(row for row in whole.assignments if row.need in inside)
    assert values(part, highs.solve(part)) == (
        recounted(part, rows)[Objective.ON_TIME],
        recounted(part, rows)[Objective.LATE],
    )
    assert ConsentState.AWAITED in {each.state for each in part.consents}


def test_a_need_that_an_equal_plan_meets_takes_no_change() -> None:
    equal = replace(CONTEST, needs=(replace(NEED, priority=1), RIVAL))
    plan = registry.solve(equal)
    unmet = next(need.id for need in equal.needs if not met(plan.assignments, need.id))
    found = remedies(equal, plan, unmet, registry.solve)
    assert found.sentence == f"{unmet} can be met in full and on time with nothing changed."


@pytest.mark.parametrize(("grams", "shared"), [(4000, True), (20_000, False)])
def test_a_part_holds_all_that_share_room_which_could_run_out(*, grams: int, shared: bool) -> None:
    problem = replace(
        CROSSING,
        needs=(NEED, RIVAL),
        offers=(*CROSSING.offers, replace(CROSSING.offers[0], id="e")),
        pairs=(CROSSING.pairs[0], replace(CROSSING.pairs[0], offer="e", need="rival")),
        net=Net(legs=(replace(GATE, room=Room(grams=grams)),), start=DAY),
    )
    assert (RIVAL in around(problem, ["n"]).needs) is shared


@settings(max_examples=60, deadline=None)
@given(problem=whole_problems())
def test_a_plan_of_what_is_near_is_a_plan_of_the_whole_with_what_is_held(problem: Problem) -> None:
    problem = as_before(problem)
    rows = greedy.solve(problem).assignments
    near = part_of(problem, rows, [problem.needs[0].id], whole=0, free=2)
    free = {need.id for need in near.problem.needs}
    held = tuple(row for row in rows if row.need not in free)
    require_sound(near.problem)
    found = registry.solve(near.problem)
    together = claimed(problem, (*held, *found.assignments))
    assert faults(problem, together) == ()
    assert values(problem, together) >= values(problem, claimed(problem, rows))
