"""Questions to a plan that must end in time, and the reasons that other needs have the goods."""

from dataclasses import replace

import pytest

from muster.core.planning.causes import ReasonCode
from muster.core.planning.net import Net, Room
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.pricing import prices
from muster.core.planning.problem import Problem
from muster.core.planning.reasons import explain
from muster.core.planning.remedies import remedies
from muster.core.planning.turning import OutOfTimeError, turned
from muster.solving import registry
from muster.solving.patience import Patience
from tests.solving.test_asking_why import CROSSING, DAY, GATE, NEED, PAIR, RIVAL


class Tiring:
    """A planner whose time is over after so many plans."""

    def __init__(self, plans: int) -> None:
        self.left = plans

    def __call__(self, problem: Problem) -> Plan:
        if not self.left:
            raise OutOfTimeError
        self.left -= 1
        return registry.solve(problem)


TWO_WAYS = replace(
    CROSSING,
    offers=(replace(CROSSING.offers[0], amount=4, held_back=8),),
    net=Net(legs=(replace(GATE, room=Room(grams=9000)),), start=DAY),
)


@pytest.mark.parametrize("plans", range(8))
def test_what_is_found_before_the_time_is_over_is_told_and_nothing_is_made_up(plans: int) -> None:
    plan = registry.solve(TWO_WAYS)
    whole = remedies(TWO_WAYS, plan, "n", registry.solve)
    steps: list[tuple[int, int]] = []
    found = remedies(
        TWO_WAYS, plan, "n", Tiring(plans), told=lambda done, of: steps.append((done, of))
    )
    assert set(found.found) <= set(whole.found)
    assert found.complete == (found == whole)
    assert found.at_best == (None if plans < 2 else whole.at_best)
    assert steps == [(done, whole.of) for done in range(1, found.tried + 1)]
    if plans < 2:
        assert found.sentence == "The time was too short to find what would meet n."
    elif not found.found:
        assert "meets n" in found.sentence


def test_a_price_or_a_turning_without_time_says_so_and_claims_nothing() -> None:
    plan = registry.solve(CROSSING)
    found = prices(CROSSING, plan, Tiring(0))
    assert (found.found, found.tried, found.of) == ((), 0, 1)
    assert found.sentence.startswith("Tried: 0 of 1 single change")
    displaced = turned(CROSSING, plan, "n", Tiring(0))
    assert (displaced.units, displaced.proved) == (0, False)
    assert displaced.sentence == (
        "The time was too short to say what one more step for n would displace."
    )


def test_patience_ends_and_makes_no_more_plans_then() -> None:
    assert Patience(60)(CROSSING).assignments == registry.solve(CROSSING).assignments
    with pytest.raises(OutOfTimeError):
        Patience(0)(CROSSING)


def test_goods_that_a_lower_need_has_by_another_way_are_not_the_only_reason() -> None:
    """The gate is shut for the urgent need; that others have the goods changes nothing for it."""
    urgent, other = replace(NEED, priority=1), replace(RIVAL, priority=3)
    gate = replace(GATE, room=Room(grams=500))
    problem = replace(
        CROSSING,
        needs=(urgent, other),
        pairs=(CROSSING.pairs[0], replace(PAIR, need="rival")),
        net=Net(legs=(gate,), start=DAY),
    )
    plan = registry.solve(problem)
    [unmet] = [each for each in explain(problem, plan) if each.need == "n"]
    assert [reason.code for reason in unmet.reasons] == [
        ReasonCode.TAKEN_BY_LOWER,
        ReasonCode.NO_ROOM,
    ]
    assert unmet.reasons[1].sentence.startswith("Nor could tent of D pass the gate")
    # With room at the gate the goods would go there, and with some only it is no matter of room.
    wide = replace(problem, net=Net(legs=(replace(gate, room=Room(grams=4_000)),), start=DAY))
    held = Plan(
        assignments=(
            Assignment(offer="o", need="rival", amount=10, covers=10, arrives=PAIR.arrives),
        ),
        outcome=plan.outcome,
    )
    [unmet] = [each for each in explain(wide, held) if each.need == "n"]
    assert [reason.code for reason in unmet.reasons] == [ReasonCode.TAKEN_BY_LOWER]
