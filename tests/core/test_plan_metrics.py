"""The numbers about a plan, on a case counted by hand."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings

from muster.core.planning.metrics import DEFINITIONS, metrics
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.objectives import Objective, Objectives
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.terms import Package, Part
from muster.solving import registry
from tests.solving.test_whole_problem import whole_problems

DAY = date(2026, 3, 2)
SOON, LATE = DAY + timedelta(days=2), DAY + timedelta(days=8)
BY_GATE = (Hop("gate", DAY),)
CASE = Problem(
    day=DAY,
    needs=(
        Need(id="guns", item="gun", amount=4, recipient="R", needed_by=LATE),
        Need(id="shells", item="shell", amount=40, priority=2, recipient="Q", needed_by=SOON),
    ),
    offers=(
        Offer(id="g", donor="D", item="gun", amount=4, load=Load(grams=3)),
        Offer(id="s", donor="E", item="shell", amount=30, load=Load(grams=1)),
    ),
    pairs=(
        Pair(offer="g", need="guns", arrives=SOON, hops=BY_GATE, agreed=1),
        Pair(offer="s", need="shells", arrives=SOON, hops=BY_GATE),
        Pair(offer="s", need="shells", arrives=LATE, route="slow"),
    ),
    net=Net(legs=(Leg(id="gate", start="a", end="b", room=Room(grams=32), cost=2),), start=DAY),
    packages=(Package(id="battery", parts=(Part("guns"), Part("shells", 10)), sets=4, worth=50),),
    objectives=Objectives(order=tuple(Objective), shares=(("D", 1), ("E", 1))),
)


def test_a_plan_is_counted_as_by_hand() -> None:
    plan = registry.solve(CASE)
    # All guns go by the gate (12 grams) with 20 shells (20 grams); 10 shells come late.
    got = {(each.of, each.kind): each.value for each in metrics(CASE, plan)}
    expected = {
        ("", "objective on_time"): 4 * 100 + 20 * 10 + 2 * 50,
        ("", "objective late"): 10 * 10,
        ("", "objective lateness"): 10 * 10 * 6,
        ("", "objective fairness"): 750_000,
        ("", "objective burden"): abs(4 * 2 - 34),
        ("", "objective cost"): 2 * 32,
        ("", "asked"): 44,
        ("", "met"): 34,
        ("", "met late"): 10,
        ("", "unmet"): 10,
        ("", "weighted share met"): Fraction(700, 800),
        ("", "needs fully met"): 1,
        ("", "needs partly met"): 1,
        ("", "needs unmet"): 0,
        ("", "movements"): 3,
        ("", "mean days to arrival"): Fraction(24 * 2 + 10 * 8, 34),
        ("", "largest days late"): 6,
        ("", "grams"): 42,
        ("", "gram-legs"): 32,
        ("", "smallest share of a recipient"): Fraction(3, 4),
        ("", "inequality among recipients"): Fraction(1, 14),
        ("", "agreed kept"): 1,
        ("class 2", "share met on time"): Fraction(1, 2),
        ("recipient R", "share met"): 1,
        ("donor E", "share given"): 1,
        ("donor D", "agreed part of the burden"): 17,
        ("package battery", "sets complete"): 2,
        ("leg gate, period 0, kg", "carried"): 32,
        ("leg gate, period 0, kg", "share of room"): 1,
    }
    assert {key: got[key] for key in expected} == expected


@settings(max_examples=40, deadline=None)
@given(problem=whole_problems())
def test_every_number_has_a_definition_and_none_is_told_twice(problem: Problem) -> None:
    found = metrics(problem, registry.solve(problem))
    assert all(each.definition == DEFINITIONS[each.kind] for each in found)
    assert len({(each.of, each.kind) for each in found}) == len(found)
    shares = [each.value for each in found if each.kind.startswith("share")]
    assert all(0 <= share <= 1 for share in shares)
