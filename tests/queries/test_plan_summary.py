"""The first look at a plan: its counts, its gap, and what would help most."""

from dataclasses import replace
from decimal import Decimal

import pytest

from muster.core.planning.causes import ReasonCode
from muster.queries.plan_contents import AskedFor, OpenNeed, PlanScore, ShownPlan
from muster.queries.plan_figures import figures_of
from muster.queries.plan_summary import Missing, PlanSummary, summary_of
from tests.queries.test_plan_figures import DAY, asked, move


def still_open(
    need: str, amount: int, *why: tuple[str, str], item: str = "tent", told: bool = True
) -> OpenNeed:
    return OpenNeed(
        request_line=None,
        line=f"R/{need}",
        item=item,
        unit="pieces",
        amount=amount,
        reasons=tuple(code for code, _ in why),
        codes=tuple(code for code, _ in why),
        need=need,
        subjects=tuple(subject for _, subject in why) if told else (),
    )


def plan_of(needs: tuple[AskedFor, ...], unmet: tuple[OpenNeed, ...]) -> ShownPlan:
    return ShownPlan(
        status="bounded",
        method="structured",
        day=DAY,
        scores=(),
        notes=(),
        moves=(move("a", 6), move("a", 3, late=True)),
        unmet=unmet,
        asked=needs,
    )


def seen(plan: ShownPlan) -> PlanSummary:
    return summary_of(plan, figures_of(plan))


NEEDS = (asked("a", 10, urgency=1), asked("b", 5), asked("c", 7), asked("d", 9))
ROOM = ("no_room", "Crossing X")


def test_needs_are_counted_by_urgency_and_a_class_without_needs_is_left_out() -> None:
    classes = seen(plan_of(NEEDS, ())).classes
    assert [(c.urgency, c.needs, c.in_full, c.in_part, c.nothing, c.late) for c in classes] == [
        (1, 1, 0, 1, 0, 1),
        (2, 3, 0, 0, 3, 0),
    ]


def test_what_one_life_saving_need_lacks_comes_before_what_three_urgent_ones_lack() -> None:
    unmet = (
        still_open("b", 5, ROOM),
        still_open("c", 7, ROOM, ("no_room", "Crossing X")),
        still_open("d", 9, ROOM),
        still_open("a", 1, ("no_consent", "Norway")),
    )
    first, second = seen(plan_of(NEEDS, unmet)).helps
    assert (first.missing, first.subject, first.by_urgency) == (
        Missing.CONSENT,
        "Norway",
        (1, 0, 0),
    )
    assert (second.missing, second.subject, second.by_urgency) == (
        Missing.ROOM,
        "Crossing X",
        (0, 3, 0),
    )


def test_goods_that_are_missing_are_added_up_by_item_whatever_the_reason() -> None:
    unmet = (
        still_open("b", 5, ("nobody_offers", "")),
        still_open("c", 7, ("too_little_offered", "Norway"), ("outranked", "Norway")),
        still_open("d", 9, ("nobody_offers", ""), item="boat"),
    )
    tents, boats = sorted(seen(plan_of(NEEDS, unmet)).helps, key=lambda each: -len(each.lines))
    assert (tents.subject, tents.amount, tents.lines) == ("tent", 12, ("R/b", "R/c"))
    assert (boats.subject, boats.amount) == ("boat", 9)


def test_every_reason_says_what_is_missing_or_that_nothing_from_outside_is() -> None:
    silent = {
        ReasonCode.LEFT_UNUSED,
        ReasonCode.INCOMPLETE,
        ReasonCode.NOT_ASKED,
        ReasonCode.COSTS_EARLIER,
    }
    for code in ReasonCode:
        helps = seen(plan_of(NEEDS, (still_open("a", 1, (code.value, "X")),))).helps
        assert (helps == ()) == (code in silent), code


def test_a_plan_from_before_subjects_were_kept_is_summed_up_all_the_same() -> None:
    [only] = seen(plan_of(NEEDS, (still_open("a", 1, ROOM, told=False),))).helps
    assert (only.missing, only.subject) == (Missing.ROOM, "")


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [
        (1_000, 1_001, Decimal("0.100")),
        (3_000_000, 3_000_001, Decimal("0.001")),
        (7, 7, Decimal(0)),
        (0, 5, Decimal(500)),
        (7, None, None),
    ],
)
def test_a_gap_is_rounded_up_and_never_told_where_nothing_is_proved(
    value: int, bound: int | None, gap: Decimal | None
) -> None:
    score = PlanScore(objective="on_time", value=value, bound=bound)
    assert seen(replace(plan_of(NEEDS, ()), scores=(score,))).gap == gap
