"""May this offer line serve this request line, and if not, why?"""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.matching import Asked, Caveat, Fit, Given, Misfit, MisfitCode, fit, step_of
from muster.core.refusals import NotReviewedNonLethal

DAY = date(2023, 4, 20)
ASKED = Asked(
    item="generator",
    recipient="UA",
    substitutes={"small generator": Fraction(2)},
    needed_by=DAY + timedelta(days=10),
)
GIVEN = Given(item="generator", donor="Germany")

ratios = st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50)


@given(ratios, st.integers(1, 60))
def test_a_step_is_whole_on_both_sides_and_in_whole_lots(ratio: Fraction, lot: int) -> None:
    step = step_of(ratio, lot)
    assert Fraction(step.offered, step.covered) == ratio
    assert step.offered % lot == 0


@given(st.fractions(min_value=Fraction(1, 9), max_value=9, max_denominator=9), st.integers(1, 9))
def test_nothing_smaller_than_a_step_is_whole(ratio: Fraction, lot: int) -> None:
    step = step_of(ratio, lot)
    smaller = range(lot, step.offered, lot)
    assert all((amount / ratio).denominator > 1 for amount in smaller)


@given(ratios, st.integers(1, 9), st.integers(0, 500), st.integers(0, 500))
def test_the_most_steps_fit_and_one_more_does_not(
    ratio: Fraction, lot: int, left: int, still_open: int
) -> None:
    step = step_of(ratio, lot)
    most = step.most(left=left, still_open=still_open)
    assert most * step.offered <= left
    assert most * step.covered <= still_open
    over = (most + 1) * step.offered > left or (most + 1) * step.covered > still_open
    assert over


def test_the_same_item_fits_one_for_one() -> None:
    found = fit(ASKED, GIVEN, day=DAY, lead_days=4)
    arrives = DAY + timedelta(days=4)
    assert found == Fit(ratio=Fraction(1), departs=DAY, arrives=arrives)


def test_a_substitute_fits_at_its_ratio_and_not_the_other_way_round() -> None:
    small = replace(GIVEN, item="small generator")
    found = fit(ASKED, small, day=DAY)
    assert isinstance(found, Fit)
    assert found.ratio == 2
    turned = fit(replace(ASKED, item="small generator", substitutes={}), GIVEN, day=DAY)
    assert isinstance(turned, Misfit)
    assert turned.code is MisfitCode.OTHER_ITEM


def test_goods_wait_until_the_recipient_can_take_them() -> None:
    asked = replace(ASKED, earliest=DAY + timedelta(days=8))
    found = fit(asked, GIVEN, day=DAY, lead_days=3)
    assert isinstance(found, Fit)
    assert (found.departs, found.arrives) == (DAY + timedelta(days=5), DAY + timedelta(days=8))


@given(st.integers(0, 30), st.integers(0, 30), st.booleans())
def test_late_goods_fit_only_where_they_still_serve(
    ready: int,
    lead: int,
    late_serves: bool,  # noqa: FBT001
) -> None:
    line = replace(GIVEN, available_from=DAY + timedelta(days=ready))
    found = fit(replace(ASKED, late_serves=late_serves), line, day=DAY, lead_days=lead)
    late = max(0, ready + lead - 10)
    if late and not late_serves:
        assert isinstance(found, Misfit)
        assert found.code is MisfitCode.TOO_LATE
    else:
        assert isinstance(found, Fit)
        assert found.days_late == late


def test_a_caveat_without_words_makes_a_whole_sentence_in_names() -> None:
    line = replace(
        GIVEN, donor="DEU", name="Germany", caveats=(Caveat(text="", only_for=frozenset({"MDA"})),)
    )
    found = fit(replace(ASKED, recipient="UKR", name="Ukraine"), line, day=DAY)
    assert isinstance(found, Misfit)
    assert found.sentence == "Germany does not allow it for Ukraine."
    said = replace(line, caveats=(Caveat(text="Only for training.", only_for=frozenset({"MDA"})),))
    found = fit(replace(ASKED, recipient="UKR"), said, day=DAY)
    assert isinstance(found, Misfit)
    assert found.sentence == "Germany does not allow it for UKR: Only for training."


def test_an_offer_that_ends_before_the_goods_can_leave_does_not_fit() -> None:
    line = replace(GIVEN, available_until=DAY - timedelta(days=1))
    found = fit(ASKED, line, day=DAY)
    assert isinstance(found, Misfit)
    assert found.code is MisfitCode.EXPIRED
    assert found.sentence == (
        "The offer of Germany ends on 2023-04-19, before the goods could leave on 2023-04-20."
    )
    last_day = fit(ASKED, replace(line, available_until=DAY), day=DAY)
    assert isinstance(last_day, Fit)


@pytest.mark.parametrize(
    ("caveat", "forbids"),
    [
        (Caveat(text="x", only_for=frozenset({"TR"})), True),
        (Caveat(text="x", only_for=frozenset({"UA"})), False),
        (Caveat(text="x", not_for=frozenset({"UA"})), True),
        (Caveat(text="x", not_for=frozenset({"TR"})), False),
        (Caveat(text="x", only_for=frozenset()), True),
        (Caveat(text="x"), False),
    ],
)
def test_a_caveat_forbids_whom_it_names(caveat: Caveat, forbids: bool) -> None:  # noqa: FBT001
    found = fit(ASKED, replace(GIVEN, caveats=(caveat,)), day=DAY)
    assert isinstance(found, Misfit) is forbids


def test_a_caveat_that_only_a_person_can_judge_is_handed_on() -> None:
    line = replace(GIVEN, caveats=(Caveat(text="return after use"),))
    found = fit(ASKED, line, day=DAY)
    assert isinstance(found, Fit)
    assert found.caveats == ("return after use",)


def test_the_objection_of_a_rule_is_given_in_its_own_words() -> None:
    no = NotReviewedNonLethal(donor="The alliance", item="rifle", verdict="unreviewed")
    found = fit(ASKED, GIVEN, day=DAY, objection=no)
    assert isinstance(found, Misfit)
    assert (found.code, found.by, found.sentence) == (MisfitCode.RULE, no.code, no.sentence)
