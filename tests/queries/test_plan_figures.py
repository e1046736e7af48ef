"""What the page of a plan says is what the plan's rows say."""

from dataclasses import replace
from datetime import date

import pytest

from muster.queries.plan_contents import AskedFor, Move, OpenNeed, ShownPlan
from muster.queries.plan_figures import figures_of
from muster.queries.plan_loads import LegLoad

DAY = date(2023, 4, 17)


def asked(need: str, amount: int, urgency: int = 2) -> AskedFor:
    return AskedFor(
        need=need,
        line=f"R/{need}",
        item="tent",
        unit="pieces",
        recipient="Ukraine",
        urgency=urgency,
        amount=amount,
    )


def move(need: str, covers: int, *, donor: str = "Norway", late: bool = False) -> Move:
    return Move(
        key=f"{need} {donor} {late}",
        offer_line=None,
        request_line=None,
        donor=donor,
        offered_item="tent",
        offered_unit="pieces",
        line=f"R/{need}",
        asked_item="tent",
        amount=covers,
        covers=covers,
        arrives=DAY,
        late=late,
        need=need,
    )


LOAD = LegLoad(
    leg="X",
    name="Crossing X",
    mode="crossing",
    start="A",
    end="B",
    gauge_break=False,
    first_day=DAY,
    grams=9_000_000,
    millilitres=1_000_000,
    room_g=10_000_000,
)

PLAN = ShownPlan(
    status="optimal",
    method="exact",
    day=DAY,
    scores=(),
    notes=(),
    moves=(move("a", 6), move("a", 3, late=True), move("b", 5, donor="Poland")),
    unmet=(
        OpenNeed(
            request_line=None,
            line="R/a",
            item="tent",
            unit="pieces",
            amount=1,
            reasons=("x", "y"),
            codes=("no_room", "no_room"),
        ),
    ),
    asked=(asked("b", 5), asked("a", 10, urgency=1), asked("c", 7)),
    carried=(LOAD,),
)


def test_needs_are_counted_and_units_of_different_items_are_never_added() -> None:
    head = figures_of(PLAN).headline
    assert (head.needs, head.in_full, head.in_part, head.nothing, head.late) == (3, 1, 1, 1, 1)
    assert (head.moves, head.donors) == (3, 2)


def test_the_most_urgent_need_comes_first_and_says_what_is_late_and_open() -> None:
    first = figures_of(PLAN).needs[0]
    assert (first.asked.need, first.on_time, first.late, first.open) == ("a", 6, 3, 1)


def test_a_reason_names_each_need_once() -> None:
    [why] = figures_of(PLAN).reasons
    assert (why.code, why.lines) == ("no_room", ("R/a",))


@pytest.mark.parametrize(
    ("grams", "room_g", "percent"),
    [(9_000_000, 10_000_000, 90), (9_999_999, 10_000_000, 100), (5, None, None), (0, 0, None)],
)
def test_a_leg_is_as_full_as_its_fuller_measure(
    grams: int, room_g: int | None, percent: int | None
) -> None:
    load = replace(LOAD, grams=grams, room_g=room_g)
    [leg] = figures_of(replace(PLAN, carried=(load,))).legs
    assert leg.weeks[0] is not None
    assert leg.weeks[0].percent == percent


def test_crossings_come_before_roads_and_weeks_without_departures_are_shown_as_such() -> None:
    road = replace(LOAD, leg="A", mode="road", grams=10**9, first_day=date(2023, 4, 24))
    figures = figures_of(replace(PLAN, carried=(road, LOAD)))
    assert [leg.leg for leg in figures.legs] == ["X", "A"]
    assert [week is None for week in figures.legs[0].weeks] == [False, True]
