"""The judge's first look and the first look over pairs, against the look at every row by itself."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.planning.columns import pairs_are_plain
from muster.core.planning.glance import glanced
from muster.core.planning.judge import faults, judged
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.soundness import _faults_of_pairs
from muster.solving import greedy

DAY = date(2023, 4, 20)
few = st.integers(0, 6)
days = st.integers(-1, 9).map(lambda more: DAY + timedelta(days=more))


@st.composite
def anything(draw: st.DrawFn) -> Problem:
    """Draw a problem that is sound about every second time."""
    odd = draw(st.booleans())
    legs = tuple(
        Leg(
            id=f"leg{at}",
            start=draw(st.sampled_from(("w", "m"))) if odd else "wm"[at],
            end=draw(st.sampled_from(("m", "e"))) if odd else "me"[at],
            days=draw(st.integers(0, 2)),
            cost=1,
            room=Room(grams=draw(st.none() | st.integers(0, 15))),
            closed=((DAY, DAY + timedelta(days=1)),) if odd and draw(st.booleans()) else (),
        )
        for at in range(2)
    )
    needs = tuple(
        Need(
            id=f"n{at}",
            item="a",
            amount=draw(few),
            priority=draw(st.integers(1, 3)),
            needed_by=draw(st.none() | days),
            least=draw(st.sampled_from((0, 0, 2))),
            place=draw(st.sampled_from(("", "e", "m"))) if odd else "",
        )
        for at in range(2)
    )
    offers = tuple(
        Offer(
            id=f"o{at}",
            donor="d",
            item="a",
            amount=draw(few),
            ready=draw(st.none() | days) if odd else None,
            until=draw(st.none() | days) if odd else None,
            lot=draw(st.sampled_from((1, 1, 2))),
            least=draw(st.sampled_from((0, 0, 2))),
            load=Load(grams=draw(st.integers(0, 3))),
            place=draw(st.sampled_from(("", "w"))) if odd else "",
        )
        for at in range(2)
    )
    ratios = (Fraction(1), Fraction(2), Fraction(3, 2), *([Fraction(0)] if odd else []))
    ways = (
        (),
        (Hop("leg0", DAY),),
        (Hop("leg0", DAY), Hop("leg1", DAY + timedelta(days=2))),
        *([(Hop("leg1", DAY + timedelta(days=3)),), (Hop("none", DAY),)] if odd else []),
    )
    ends = ("n0", "n1", *(["n9"] if odd else []))
    pairs = tuple(
        Pair(
            offer=draw(st.sampled_from(("o0", "o1", *(["o9"] if odd else [])))),
            need=draw(st.sampled_from(ends)),
            arrives=draw(days) if odd else DAY + timedelta(days=draw(st.integers(4, 9))),
            ratio=draw(st.sampled_from(ratios)),
            route=draw(st.sampled_from("xyz")) if odd else str(at),
            hops=draw(st.sampled_from(ways)),
        )
        for at in range(draw(st.integers(0, 5)))
    )
    net = Net(legs=legs, start=DAY)
    return Problem(day=DAY, needs=needs, offers=offers, pairs=pairs, net=net)


@settings(deadline=None, max_examples=500)
@given(anything())
def test_pairs_are_called_plain_exactly_when_no_fault_is_told_of_one(problem: Problem) -> None:
    plain = pairs_are_plain(
        problem.columns, problem.needs, problem.offers, problem.net, DAY.toordinal()
    )
    assert plain == (not list(_faults_of_pairs(problem)))


@st.composite
def planned(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """Draw a sound problem with its greedy plan, of which one row may be falsified."""
    problem = draw(anything().filter(lambda each: not list(_faults_of_pairs(each))))
    plan = greedy.solve(problem)
    rows = list(plan.assignments)
    if rows and draw(st.booleans()):
        at = draw(st.integers(0, len(rows) - 1))
        rows[at] = draw(falsified(rows[at]))
    if rows and draw(st.integers(0, 9)) == 0:
        rows.append(rows[0])
    return problem, replace(plan, assignments=tuple(rows))


def falsified(row: Assignment) -> st.SearchStrategy[Assignment]:
    return st.one_of(
        st.integers(-1, 9).map(lambda amount: replace(row, amount=amount)),
        st.integers(-1, 9).map(lambda covers: replace(row, covers=covers)),
        st.integers(1, 9).map(lambda more: replace(row, amount=more, covers=more)),
        days.map(lambda day: replace(row, arrives=day)),
        st.just(replace(row, late=not row.late)),
        st.sampled_from(("n0", "n1", "n9")).map(lambda need: replace(row, need=need)),
        st.sampled_from(("o0", "o1", "o9")).map(lambda offer: replace(row, offer=offer)),
        st.sampled_from("0123").map(lambda route: replace(row, route=route)),
        st.just(replace(row, amount=1.5)),  # type: ignore[arg-type]
    )


@settings(deadline=None, max_examples=1000)
@given(planned())
def test_the_first_look_passes_a_plan_exactly_when_the_judge_finds_no_fault_in_its_rows(
    drawn: tuple[Problem, Plan],
) -> None:
    problem, plan = drawn
    assert faults(problem, plan) == judged(problem, plan)
    odd_rows = {fault.code for fault in judged(problem, plan)} - {"score", "bound", "status"}
    assert (glanced(problem, plan) is None) == bool(odd_rows)


def test_amounts_too_large_for_arrays_are_left_to_the_judge() -> None:
    need = Need(id="n", item="a", amount=2**70)
    offer = Offer(id="o", donor="d", item="a", amount=2**70)
    pair = Pair(offer="o", need="n", arrives=DAY)
    problem = Problem(day=DAY, needs=(need,), offers=(offer,), pairs=(pair,))
    plan = greedy.solve(problem)
    assert plan.assignments[0].amount == 2**70
    assert glanced(problem, plan) is None
    assert faults(problem, plan) == ()
