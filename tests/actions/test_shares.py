"""Agreed shares: recorded with their source, never altered, and kept to by plans that are asked."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from muster.actions import plans, shares
from muster.cli.plans import plan as plan_commands
from muster.core.planning.objectives import Objective
from muster.core.planning.sharing import (
    NoSharesAgreed,
    SharesOverWhole,
    ShareTwice,
    ShareUnclear,
)
from muster.core.refusals import PartyUnknown, Refusal, RoleMissing, TextMissing
from muster.queries.plan_contents import of_record, problem_kept
from muster.queries.shares import earlier_shares, shares_of
from muster.records.models import AgreedShare, User
from tests import make
from tests.doors.asking import Asker
from tests.doors.commanding import run

pytestmark = pytest.mark.usefixtures("records")

DAY = date(2023, 4, 18)


def agree(w: make.World, *said: tuple[str, str], source: str = "Letter of the chair") -> None:
    shares.agree_shares(
        act=make.act(w.coordinator),
        operation=w.operation.pk,
        shares=[(party, Decimal(percent)) for party, percent in said],
        agreed_on=DAY,
        source=source,
    )


def two_donors() -> make.World:
    """Each of two donors could give all of what is asked."""
    w, other = make.world(), make.world(donor="POL")
    for world in (w, replace(other, operation=w.operation)):
        make.offered(world, "100")
    make.asked(w, "80")
    return w


def given(w: make.World, *objectives: str) -> dict[str, int]:
    plan = plans.make_plan(
        act=make.act(w.coordinator), operation=w.operation.pk, seconds=60, objectives=objectives
    )
    together: dict[str, int] = {}
    for move in of_record(plan).moves:
        together[move.donor] = together.get(move.donor, 0) + move.amount
    return together


def test_a_plan_that_is_asked_to_keeps_donors_to_what_they_agreed() -> None:
    w = two_donors()
    agree(w, ("DEU", "75"), ("POL", "25"))
    assert given(w, "on_time", "burden") == {"Germany": 60, "Poland": 20}
    agree(w, ("DEU", "10"), ("POL", "90"))
    assert given(w, "on_time", "burden") == {"Germany": 8, "Poland": 72}


def test_the_problem_of_such_a_plan_counts_by_weight_and_says_so() -> None:
    w = two_donors()
    agree(w, ("DEU", "12.5"), ("POL", "25"))
    plan = plans.make_plan(
        act=make.act(w.coordinator),
        operation=w.operation.pk,
        seconds=60,
        objectives=("on_time", "burden"),
    )
    kept = problem_kept(plan)
    assert kept is not None
    assert kept.objectives.order == (Objective.ON_TIME, Objective.BURDEN)
    assert kept.objectives.share_of == {"Germany": 1250, "Poland": 2500}
    assert {offer.value for offer in kept.offers} == {55}  # kilograms of a tent
    assert any("counted by weight" in sentence for sentence in of_record(plan).assumptions)
    again = plans.make_plan(
        act=make.act(w.coordinator), operation=w.operation.pk, seconds=60, again_from=plan.pk
    )
    assert of_record(again).scores[1].objective == "burden"


def test_without_agreed_shares_the_burden_is_refused_at_every_door() -> None:
    w = two_donors()
    with pytest.raises(NoSharesAgreed):
        given(w, "on_time", "burden")
    agree(w, ("DEU", "75"))
    agree(w)  # nothing is agreed any longer
    body = {"objectives": ["on_time", "burden"]}
    said = Asker.of(w.coordinator).post(f"/operations/{w.operation.code}/plans", body)
    assert (said.status, said.code) == (409, "no_shares_agreed")
    with pytest.raises(NoSharesAgreed):
        run(plan_commands, w.operation.code, "--objective", "on_time", "--objective", "burden")


def test_a_later_word_takes_the_place_of_the_earlier_one_which_stays_to_be_read() -> None:
    w = make.world()
    agree(w, ("DEU", "75"), ("POL", "25"))
    agree(w, ("DEU", "50"), source="The second letter")
    day = make.NOW.date()
    assert [(s.party_id, s.percent) for s in shares_of(w.operation, w.donor, day)] == [
        ("DEU", Decimal(50))
    ]
    before = {(s.party_id, s.percent) for s in earlier_shares(w.operation, w.donor, day)}
    assert before == {("DEU", Decimal(75)), ("POL", Decimal(25))}


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ([("DEU", "0")], ShareUnclear),
        ([("DEU", "-5")], ShareUnclear),
        ([("DEU", "100.01")], ShareUnclear),
        ([("DEU", "33.333")], ShareUnclear),
        ([("DEU", "NaN")], ShareUnclear),
        ([("DEU", "40"), ("DEU", "20")], ShareTwice),
        ([("DEU", "60"), ("POL", "40.5")], SharesOverWhole),
        ([("Atlantis", "10")], PartyUnknown),
    ],
)
def test_shares_that_are_no_parts_of_one_whole_are_refused_and_change_nothing(
    said: list[tuple[str, str]], refusal: type[Refusal]
) -> None:
    w = make.world()
    agree(w, ("DEU", "75"))
    with pytest.raises(refusal):
        agree(w, *said)
    assert AgreedShare.objects.get(operation=w.operation).superseded_at is None


def test_shares_are_recorded_by_a_coordinator_alone_and_with_a_source() -> None:
    w = make.world()
    with pytest.raises(TextMissing):
        agree(w, ("DEU", "75"), source=" ")
    with pytest.raises(RoleMissing):
        shares.agree_shares(
            act=make.act(w.donor),
            operation=w.operation.pk,
            shares=[("DEU", Decimal(10))],
            agreed_on=DAY,
            source="Mine",
        )


def test_shares_are_recorded_and_listed_alike_at_every_door() -> None:
    w = make.world()
    code = w.operation.code
    asker = Asker.of(w.coordinator)
    body = {"shares": [{"party": "DEU", "percent": "40"}], "agreed_on": "2023-04-18", "source": "A"}
    assert asker.post(f"/operations/{code}/shares", body).status == 200
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=w.coordinator.user_id))
    typed = {"shares": "DEU 30 %\nPOL=12.5\n", "agreed_on": "2023-04-18", "source": "B"}
    answer = client.post(f"/operations/{code}/shares", {**typed, "key": str(uuid4())})
    assert answer.status_code == 303
    listed = asker.get(f"/operations/{code}/shares").body
    assert [(each["party_id"], each["percent"]) for each in listed] == [
        ("DEU", "30.00"),
        ("POL", "12.50"),
    ]
    wrong = client.post(
        f"/operations/{code}/shares", {**typed, "shares": "DEU much", "key": uuid4()}
    )
    assert wrong.status_code == 422
    agreed = ("agree-shares", code, "--agreed-on", "2023-04-19", "--source", "C", "--user", "anna")
    run(plan_commands, *agreed, "--share", "NOR=5")
    assert "NOR" in run(plan_commands, "shares", code).stdout
    with pytest.raises(ShareUnclear):
        run(plan_commands, *agreed, "--share", "NOR")
