"""All that a problem can hold, against brute force: rates, consents, packages, shares, release."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.planning.judge import faults
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.objectives import Objective, Objectives
from muster.core.planning.plans import Assignment, Outcome, Plan, Score, Status
from muster.core.planning.problem import Need, Offer, Pair, Problem, is_late, step_for
from muster.core.planning.recounting import recounted
from muster.core.planning.terms import Consent, ConsentState, Package, Part, Rate
from muster.solving import greedy, highs, registry, structured

DAY = date(2026, 3, 2)
ASKS = (Objective.ON_TIME, Objective.LATE, Objective.FAIRNESS, Objective.AGREED)
CONSENTS = (
    Consent(id="c0", by="Origin", state=ConsentState.GRANTED),
    Consent(id="c1", by="Origin", state=ConsentState.EXPECTED),
    Consent(id="c2", by="Origin", state=ConsentState.AWAITED),
)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


@st.composite
def orders(draw: st.DrawFn) -> Objectives:
    first = draw(st.sampled_from(ASKS))
    rest = draw(st.permutations([each for each in Objective if each is not first]))
    order = (first, *rest[: draw(st.integers(0, 5))])
    return Objectives(order=order, shares=(("donor 0", 2), ("donor 1", 1)))


@st.composite
def whole_problems(draw: st.DrawFn) -> Problem:
    """Draw a problem with all that it can hold, small enough to enumerate."""
    needs = tuple(
        Need(
            id=f"n{at}",
            item="x",
            amount=draw(st.integers(1, 4)),
            priority=draw(st.integers(1, 3)),
            needed_by=draw(st.sampled_from((None, days(3), days(6)))),
            recipient=f"recipient {at % 2}",
            least=draw(st.sampled_from((0, 0, 2))),
            weight=draw(st.sampled_from((None, None, 3))),
        )
        for at in range(draw(st.integers(1, 3)))
    )
    offers = tuple(
        Offer(
            id=f"o{at}",
            donor=f"donor {at % 2}",
            item="x",
            amount=draw(st.integers(1, 4)),
            rate=draw(st.sampled_from((None, Rate(amount=2, days=2)))),
            value=draw(st.integers(0, 3)),
            load=Load(grams=draw(st.integers(0, 2))),
            least=draw(st.sampled_from((0, 0, 2))),
        )
        for at in range(draw(st.integers(1, 3)))
    )
    room = Room(grams=draw(st.integers(1, 6)))
    legs = (
        Leg(id="road", start="a", end="b", days=1, cost=2, room=room),
        Leg(id="air", start="a", end="b", cost=9, special=((0, Room(grams=2)),)),
    )
    net = Net(legs=legs, start=DAY, period=4)
    pairs = [
        pair
        for offer, need in product(offers, needs)
        if (pair := draw(_pair(offer, need, net))) is not None
    ][:5]
    parts = (Part("n0", 2, draw(st.integers(0, 2))), Part(needs[-1].id, 1, draw(st.integers(0, 2))))
    packages = draw(
        st.sampled_from(((), (Package(id="p", parts=parts, sets=2, worth=70),)))
        if len(needs) > 1
        else st.just(())
    )
    return Problem(
        day=DAY,
        needs=needs,
        offers=offers,
        pairs=tuple(_agreed_once(pairs)),
        net=net,
        objectives=draw(orders()),
        consents=CONSENTS,
        packages=packages,
    )


@st.composite
def _pair(draw: st.DrawFn, offer: Offer, need: Need, net: Net) -> Pair | None:
    departs = days(draw(st.integers(0, 5)))
    leg = draw(st.sampled_from((None, *net.legs)))
    if draw(st.integers(0, 3)) == 0:
        return None
    return Pair(
        offer=offer.id,
        need=need.id,
        arrives=departs + timedelta(days=1),
        ratio=draw(st.sampled_from((Fraction(1), Fraction(1), Fraction(2), Fraction(1, 2)))),
        hops=(Hop(leg.id, departs),) if leg else (),
        departs=None if leg else departs,
        consent=draw(st.sampled_from(("", "", "c0", "c1", "c2"))),
        agreed=draw(st.sampled_from((0, 0, 1, 2))),
    )


def _agreed_once(pairs: list[Pair]) -> Iterator[Pair]:
    """Keep what is agreed to one pair, so that it surely fits both lines."""
    seen = False
    for pair in pairs:
        kept = 0 if seen or pair.ratio != 1 else min(1, pair.agreed)
        seen = seen or bool(kept)
        yield replace(pair, agreed=kept)


def every_plan(problem: Problem) -> Iterator[tuple[Assignment, ...]]:
    """List the rows of every plan that the judge lets pass."""
    needs = {need.id: need for need in problem.needs}
    offers = {offer.id: offer for offer in problem.offers}
    ranges = []
    for pair in problem.pairs:
        step = step_for(offers[pair.offer], pair)
        most = step.most(left=offers[pair.offer].amount, still_open=needs[pair.need].amount)
        ranges.append(range(most + 1))
    for counts in product(*ranges):
        rows = []
        for pair, count in zip(problem.pairs, counts, strict=True):
            if count:
                step = step_for(offers[pair.offer], pair)
                rows.append(
                    Assignment(
                        offer=pair.offer,
                        need=pair.need,
                        amount=count * step.offered,
                        covers=count * step.covered,
                        arrives=pair.arrives,
                        late=is_late(needs[pair.need], pair.arrives),
                        route=pair.route,
                    )
                )
        plan = claimed(problem, tuple(rows))
        if not faults(problem, plan):
            yield plan.assignments


def claimed(problem: Problem, rows: tuple[Assignment, ...]) -> Plan:
    scores = tuple(
        Score(objective=each, value=value) for each, value in recounted(problem, rows).items()
    )
    return Plan(
        assignments=rows, outcome=Outcome(status=Status.FEASIBLE, method="hand", scores=scores)
    )


def ranked(problem: Problem, rows: tuple[Assignment, ...]) -> list[int]:
    """Give the values of the levels, each so that more is better."""
    values = recounted(problem, rows)
    return [
        values[each] if each.more_is_better else -values[each] for each in problem.objectives.levels
    ]


@settings(max_examples=150, deadline=None)
@given(problem=whole_problems())
def test_the_exact_method_is_never_beaten_by_any_plan_of_a_whole_problem(problem: Problem) -> None:
    best = max(ranked(problem, rows) for rows in every_plan(problem))
    plan = highs.solve(problem)
    assert faults(problem, plan) == ()
    assert ranked(problem, plan.assignments) == best
    assert plan.outcome.status is Status.OPTIMAL
    assert "greedy" not in plan.outcome.method


@settings(max_examples=60, deadline=None)
@given(problem=whole_problems())
def test_greedy_and_structured_pass_the_judge_on_whole_problems(problem: Problem) -> None:
    assert faults(problem, greedy.solve(problem)) == ()
    assert faults(problem, structured.solve(problem)) == ()


@settings(max_examples=40, deadline=None)
@given(problem=whole_problems(), chance=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_of_a_whole_problem_changes_no_plan(
    problem: Problem, chance: object
) -> None:
    def shuffled(rows: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(chance.sample(rows, len(rows)))  # type: ignore[attr-defined]

    other = replace(
        problem,
        needs=shuffled(problem.needs),
        offers=shuffled(problem.offers),
        pairs=shuffled(problem.pairs),
        consents=shuffled(problem.consents),
        packages=shuffled(problem.packages),
    )
    for method in registry.METHODS:
        assert registry.solve(other, method=method) == registry.solve(problem, method=method)
