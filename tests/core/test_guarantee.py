"""What each kind of operation asks of whom, without a database."""

from datetime import date, timedelta

import pytest

from muster.core.guarantee import (
    POLICIES,
    AnswerSaysBoth,
    AnswerSaysNothing,
    Duty,
    IsAMember,
    MayNotInvoke,
    Named,
    NotAMember,
    affected_forbids,
    answer_forbids,
    invoker_forbids,
)

DAY = date(2023, 4, 20)
POLAND = Named("POL", "Poland", "member")
UKRAINE = Named("UKR", "Ukraine", "partner")
SWEDEN = Named("SWE", "Sweden", "invitee")
BODY = Named("NATO", "NATO", None)


def test_every_kind_of_operation_has_one_row_and_a_clock() -> None:
    kinds = {"consultation", "defence", "resilience", "support", "disaster", "exercise"}
    assert set(POLICIES) == kinds
    assert all(row.answer_within > timedelta() for row in POLICIES.values())
    assert all(row.kind == kind for kind, row in POLICIES.items())


def test_members_are_bound_in_collective_defence_and_in_support_nobody_is() -> None:
    assert POLICIES["defence"].duty_of("member") is Duty.BOUND
    assert POLICIES["support"].duty_of("member") is Duty.ASKED
    assert POLICIES["resilience"].duty_of("member") is Duty.ASKED


@pytest.mark.parametrize("standing", ["invitee", "partner", "observer", "aspirant"])
def test_who_is_no_member_is_informed_of_collective_defence_and_not_bound(standing: str) -> None:
    assert POLICIES["defence"].duty_of(standing) is Duty.INFORMED


@pytest.mark.parametrize("standing", ["suspended", "withdrawn"])
def test_who_is_out_is_no_part_of_any_case(standing: str) -> None:
    assert {row.duty_of(standing) for row in POLICIES.values()} == {None}


@pytest.mark.parametrize("party", [UKRAINE, SWEDEN, Named("XYZ", "Nowhere", None)])
@pytest.mark.parametrize("kind", ["defence", "consultation", "resilience"])
def test_the_guarantee_is_for_members_alone(party: Named, kind: str) -> None:
    refusal = affected_forbids(POLICIES[kind], party, body="NATO", day=DAY)
    assert isinstance(refusal, NotAMember)
    assert party.name in refusal.sentence
    assert "support" in refusal.sentence


def test_support_is_for_partners_and_not_for_members() -> None:
    assert affected_forbids(POLICIES["support"], UKRAINE, body="NATO", day=DAY) is None
    refusal = affected_forbids(POLICIES["support"], POLAND, body="NATO", day=DAY)
    assert isinstance(refusal, IsAMember)


@pytest.mark.parametrize(
    ("kind", "invoker", "may"),
    [
        ("consultation", POLAND, True),
        ("consultation", SWEDEN, False),
        ("defence", POLAND, False),
        ("defence", BODY, True),
        ("defence", Named("EST", "Estonia", "member"), True),
        ("resilience", BODY, False),
        ("support", BODY, True),
        ("support", POLAND, False),
    ],
)
def test_a_case_is_invoked_by_those_whom_its_kind_names(
    kind: str,
    invoker: Named,
    may: bool,  # noqa: FBT001 - pytest gives it by name
) -> None:
    refusal = invoker_forbids(POLICIES[kind], invoker, affected=["EST"], body="NATO")
    assert (refusal is None) is may
    assert refusal is None or isinstance(refusal, MayNotInvoke)


def test_an_answer_gives_something_or_nothing_further_and_never_both_or_neither() -> None:
    assert answer_forbids(gives="two frigates", offers=[], nothing_further=False) is None
    assert answer_forbids(gives="", offers=["O-1"], nothing_further=False) is None
    assert answer_forbids(gives="", offers=[], nothing_further=True) is None
    assert isinstance(answer_forbids(gives="", offers=[], nothing_further=False), AnswerSaysNothing)
    assert isinstance(answer_forbids(gives="x", offers=[], nothing_further=True), AnswerSaysBoth)
