"""A scenario says one thing of each matter, and changes nothing but what it says."""

from dataclasses import replace
from datetime import date

import pytest

from muster.core.matching import Asked, Given
from muster.core.planning.comparing import compared
from muster.core.planning.net import Leg, Net, Room
from muster.core.planning.plans import Assignment
from muster.core.planning.problem import Need, Offer
from muster.core.planning.scenarios import (
    Change,
    DelayUnlikely,
    ScenarioContradicts,
    ScenarioEmpty,
    What,
    changed,
    require_consistent,
    without_effect,
)
from muster.core.planning.situation import Situation, problem_of
from muster.core.refusals import (
    AmountNotPositive,
    ChoiceUnknown,
    DatesOutOfOrder,
    Refusal,
    TextMissing,
)
from muster.solving.registry import solve

DAY = date(2023, 4, 20)
LEG = Leg(id="X", start="A", end="B", mode="crossing", days=1, room=Room(grams=100))
SITUATION = Situation(
    day=DAY,
    asked=(
        (
            Need(id="n", item="tent", amount=50, priority=2, needed_by=date(2023, 5, 1), place="B"),
            Asked(item="tent", recipient="UKR", needed_by=date(2023, 5, 1)),
        ),
    ),
    given=(
        (
            Offer(id="o", donor="Norway", item="tent", amount=50, place="A"),
            Given(item="tent", donor="NOR"),
        ),
    ),
    net=Net(legs=(LEG,)),
    origins={"o": "SWE"},
)
CLOSED = Change(what=What.LEG_CLOSED, subject="X", first=DAY, last=date(2023, 5, 20))


def met(situation: Situation) -> tuple[int, int]:
    """What the best plan brings in time, and late."""
    plan = solve(problem_of(situation))
    on_time = sum(row.covers for row in plan.assignments if not row.late)
    return on_time, sum(row.covers for row in plan.assignments) - on_time


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (CLOSED, (0, 50)),
        (Change(what=What.DONOR_LATE, subject="NOR", days=20), (0, 50)),
        (Change(what=What.OFFER_LATE, subject="o", days=5), (50, 0)),
        (Change(what=What.CONSENT_REFUSED, subject="SWE"), (0, 0)),
        (Change(what=What.CONSENT_GIVEN, subject="SWE"), (50, 0)),
        (Change(what=What.OFFER_AMOUNT, subject="o", amount=7), (7, 0)),
        (Change(what=What.NEED_AMOUNT, subject="n", amount=9), (9, 0)),
        (Change(what=What.LEG_ROOM, subject="X", kg=0), (50, 0)),
    ],
)
def test_a_plan_is_made_as_if_it_were_so(change: Change, result: tuple[int, int]) -> None:
    assert met(SITUATION) == (50, 0)
    assert met(changed(SITUATION, [change])) == result
    assert met(SITUATION) == (50, 0)


def test_a_need_of_another_class_counts_as_that() -> None:
    urgent = changed(SITUATION, [Change(what=What.NEED_PRIORITY, subject="n", priority=1)])
    assert urgent.asked[0][0].priority == 1


def test_a_change_of_what_is_gone_is_told_as_without_effect() -> None:
    gone = Change(what=What.OFFER_LATE, subject="gone", days=1, said="The old offer is late.")
    assert list(without_effect(SITUATION, [gone, CLOSED])) == ["The old offer is late."]
    assert changed(SITUATION, [gone]) == SITUATION


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ([], ScenarioEmpty),
        ([replace(CLOSED, subject="")], TextMissing),
        ([replace(CLOSED, last=None)], TextMissing),
        ([replace(CLOSED, last=date(2023, 4, 1))], DatesOutOfOrder),
        ([Change(what=What.DONOR_LATE, subject="NOR")], DelayUnlikely),
        ([Change(what=What.DONOR_LATE, subject="NOR", days=-3)], DelayUnlikely),
        ([Change(what=What.NEED_AMOUNT, subject="n", amount=-1)], AmountNotPositive),
        ([Change(what=What.LEG_ROOM, subject="X", kg=-1)], AmountNotPositive),
        ([Change(what=What.NEED_PRIORITY, subject="n", priority=4)], ChoiceUnknown),
        ([Change(what=What.NEED_ADDED, subject="tent", amount=0, party="UKR")], AmountNotPositive),
        ([Change(what=What.NEED_ADDED, subject="tent", amount=5)], TextMissing),
        (
            [
                Change(what=What.CONSENT_GIVEN, subject="SWE"),
                Change(what=What.CONSENT_REFUSED, subject="SWE"),
            ],
            ScenarioContradicts,
        ),
        ([CLOSED, CLOSED], ScenarioContradicts),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(
    changes: list[Change], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        require_consistent(changes)


def test_two_closures_of_one_leg_on_other_days_are_no_contradiction() -> None:
    later = replace(CLOSED, first=date(2023, 6, 1), last=date(2023, 6, 2))
    require_consistent([CLOSED, later])


def row(need: str, offer: str, covers: int, *, late: bool = False) -> Assignment:
    return Assignment(offer=offer, need=need, amount=covers, covers=covers, arrives=DAY, late=late)


def test_who_gains_gets_more_in_time_or_as_much_in_time_and_more_in_all() -> None:
    before = [row("a", "1", 5), row("b", "1", 5), row("c", "2", 4, late=True), row("d", "3", 1)]
    after = [row("a", "1", 3), row("b", "1", 7), row("c", "2", 4), row("d", "3", 1)]
    found = compared(before, after)
    assert [gain.need for gain in found.gains] == ["b", "c"]
    assert [gain.need for gain in found.losses] == ["a"]
    assert [(s.need, s.before, s.after) for s in found.shifts] == [("a", 5, 3), ("b", 5, 7)]
    assert found.same == 2


def test_what_comes_later_is_moved_though_it_is_as_much() -> None:
    later = replace(row("a", "1", 5), arrives=date(2023, 5, 9))
    [shift] = compared([row("a", "1", 5)], [later]).shifts
    assert (shift.before_there, shift.after_there) == (DAY, date(2023, 5, 9))
