"""Who may do and see what, on which day."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.actors import (
    ANYONE,
    CIRCULATION,
    NATIONS,
    PUBLIC,
    Act,
    Actor,
    Grant,
    Role,
    party_audience,
)
from muster.core.refusals import ActsForAnother, ReasonMissing, RoleMissing, SignInNeeded

NOW = datetime(2023, 4, 20, 9, tzinfo=UTC)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def act(*grants: Grant, user: bool = True) -> Act:
    return Act(uuid4(), Actor("Ada", uuid4() if user else None, grants), NOW, "test")


@given(since=DAYS, length=st.integers(1, 1000), day=DAYS)
def test_a_role_is_held_from_its_first_day_until_the_day_before_its_end(
    since: date, length: int, day: date
) -> None:
    until = since + timedelta(days=length)
    grant = Grant(Role.DONOR, "DEU", since, until)
    assert grant.holds_on(day) == (since <= day <= until - timedelta(days=1))


@given(roles=st.sets(st.sampled_from(list(Role))), day=DAYS)
def test_more_roles_never_show_less(roles: set[Role], day: date) -> None:
    grants = tuple(Grant(role, "DEU", date(2019, 1, 1)) for role in sorted(roles))
    whole = Actor("Ada", uuid4(), grants).audiences(day)
    for grant in grants:
        assert Actor("Ada", uuid4(), (grant,)).audiences(day) <= whole
    assert PUBLIC in whole


def test_nobody_in_particular_sees_what_is_public_and_nothing_else() -> None:
    assert ANYONE.audiences(NOW.date()) == {PUBLIC}


def test_the_circulation_list_sees_what_all_nations_see_and_no_partys_own() -> None:
    seen = CIRCULATION.audiences(NOW.date())
    assert {PUBLIC, NATIONS} <= seen
    assert seen - {PUBLIC, NATIONS} == {party_audience("")}


def test_a_role_for_one_party_is_none_for_another() -> None:
    german = act(Grant(Role.DONOR, "DEU", date(2020, 1, 1)))
    german.must_act_for(Role.DONOR, "DEU")
    with pytest.raises(ActsForAnother):
        german.must_act_for(Role.DONOR, "FRA")
    with pytest.raises(ActsForAnother):
        german.must_act_for(Role.RECIPIENT, "DEU")
    with pytest.raises(RoleMissing):
        german.must_be(Role.COORDINATOR, Role.ANALYST)


def test_a_role_that_is_over_or_to_come_is_none() -> None:
    today = NOW.date()
    for grant in (
        Grant(Role.COORDINATOR, "EADRCC", date(2020, 1, 1), today),
        Grant(Role.COORDINATOR, "EADRCC", today + timedelta(days=1)),
    ):
        with pytest.raises(RoleMissing):
            act(grant).must_be(Role.COORDINATOR)


def test_who_is_not_signed_in_is_asked_to() -> None:
    for demand in (
        lambda a: a.must_be(Role.COORDINATOR),
        lambda a: a.must_act_for(Role.DONOR, "DEU"),
        lambda a: a.must_act_for_or_be(Role.DONOR, "DEU", Role.COORDINATOR),
    ):
        with pytest.raises(SignInNeeded):
            demand(act(user=False))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_blanks_are_no_reason(reason: str) -> None:
    with pytest.raises(ReasonMissing):
        Act(uuid4(), ANYONE, NOW, "test", reason).must_say_why("this")


def test_parts_of_an_act_have_keys_that_follow_from_its_own() -> None:
    one = act()
    assert one.part("a").id == one.part("a").id != one.part("b").id
    assert one.part_id("a") == one.part("a").id
