"""Cases of the guarantee: invoked, asked of all at once, answered, established, ended."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from muster.actions import guarantee, offers, operations, requests
from muster.actions.offers import LineOffered
from muster.actions.operations import Helped
from muster.actions.requests import LineAsked
from muster.core import guarantee as rules
from muster.core import refusals
from muster.core.actors import Actor, Role
from muster.core.guarantee import Duty
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.guarantee import case_shown, owed_by, reminders
from muster.queries.register import standings_on
from muster.records.models import GuaranteeAnswer, GuaranteeCase, Operation
from tests.make import NOW, TENT, act, coordinator, person
from tests.make_guarantee import TODAY, answered, invoked, row, shown

pytestmark = pytest.mark.usefixtures("records")


def test_a_collective_defence_asks_every_member_of_that_day_at_once_but_the_one_attacked() -> None:
    case = invoked()
    members = {each.code for each in standings_on(TODAY, body="NATO", kind="member")}
    assert len(members) == 31
    bound = set(case.duties.filter(duty=Duty.BOUND).values_list("party_id", flat=True))
    assert bound == members - {"EST"}
    assert row(case, "EST").state == "asks"
    assert row(case, "SWE").duty is Duty.INFORMED
    assert row(case, "UKR").duty is Duty.INFORMED
    assert (shown(case).owing, shown(case).answered) == (30, 0)


def test_membership_is_judged_on_the_day_of_the_invocation() -> None:
    before = invoked(invoked_on=date(2023, 4, 3))
    assert row(before, "FIN").duty is Duty.INFORMED
    on_the_day = invoked(invoked_on=date(2023, 4, 4))
    assert row(on_the_day, "FIN").duty is Duty.BOUND


def test_in_2001_the_eighteen_others_owed_an_answer_and_the_case_stood_from_2_october() -> None:
    case = invoked(
        affected=[Helped("USA")],
        invoked_by="NATO",
        invoked_on=date(2001, 9, 12),
        words="If it is determined that this attack was directed from abroad, Article 5 covers it.",
        source="https://www.nato.int/docu/pr/2001/p01-124e.htm",
    )
    assert case.stage == "invoked"
    assert shown(case).owing == 18
    guarantee.establish(
        act=act(coordinator()),
        case=case.pk,
        decided_on=date(2001, 10, 2),
        reference="Statement by the Secretary General, 2 October 2001",
    )
    assert shown(case).case.stage == "established"
    assert [each.event for each in shown(case).events] == ["invoke", "establish"]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"affected": [Helped("UKR")], "invoked_by": "NATO"}, rules.NotAMember),
        ({"affected": [Helped("SWE")], "invoked_by": "SWE"}, rules.NotAMember),
        ({"kind": "support"}, rules.IsAMember),
        ({"invoked_by": "POL"}, rules.MayNotInvoke),
        ({"invoked_on": TODAY + timedelta(days=1)}, refusals.InTheFuture),
        ({"words": " "}, refusals.TextMissing),
        ({"source": ""}, refusals.TextMissing),
        ({"affected": []}, refusals.TextMissing),
        ({"kind": "war"}, refusals.ChoiceUnknown),
        ({"plays": "support"}, refusals.ChoiceUnknown),
        ({"code": "no code"}, refusals.CodeNotPlain),
        ({"affected": [Helped("EST"), Helped("EST")]}, refusals.DuplicateReference),
        ({"body": "NOWHERE"}, refusals.PartyUnknown),
    ],
)
def test_what_cannot_be_invoked_is_refused_and_nothing_is_left(
    more: dict[str, Any], refusal: type[Refusal]
) -> None:
    before = Operation.objects.count(), GuaranteeCase.objects.count()
    with pytest.raises(refusal), transaction.atomic():
        invoked(**more)
    assert (Operation.objects.count(), GuaranteeCase.objects.count()) == before


def test_a_member_invokes_by_its_own_people_and_a_stranger_does_not() -> None:
    own = person(Role.RECIPIENT, "EST")
    assert invoked(own, source="").invoked_by_id == "EST"
    with pytest.raises(refusals.ActsForAnother):
        invoked(person(Role.DONOR, "DEU"))


@pytest.mark.parametrize("kind", ["consultation", "defence", "resilience"])
def test_a_case_is_invoked_and_not_opened_as_an_operation(kind: str) -> None:
    with pytest.raises(rules.NotInvoked):
        operations.open_operation(
            act=act(coordinator()),
            code="G-DOOR",
            name="By the other door",
            kind=kind,
            body="NATO",
            recipients=[Helped("EST")],
            began_on=TODAY,
        )


def test_a_consultation_leads_to_collective_defence_and_the_two_are_linked() -> None:
    talks = invoked(kind="consultation", invoked_by="POL", words="Estonia is threatened.")
    case = invoked(follows=talks.pk)
    assert case.follows == talks
    assert shown(talks).led_to == (case,)
    with pytest.raises(rules.DoesNotFollow):
        invoked(kind="consultation", follows=case.pk)


def test_an_exercise_plays_a_case_by_that_case_s_policy_and_is_marked() -> None:
    case = invoked(kind="exercise", plays="defence", words="EXERCISE")
    assert shown(case).is_exercise
    assert shown(case).owing == 30
    with pytest.raises(rules.NotAMember):
        invoked(kind="exercise", plays="defence", affected=[Helped("UKR")], invoked_by="NATO")


def test_an_answer_holds_until_a_later_one_takes_its_place_and_both_are_kept() -> None:
    case, german = invoked(), person(Role.DONOR, "DEU")
    answered(case, german, "DEU")
    assert row(case, "DEU").state == "answered"
    answered(case, german, "DEU", gives="", nothing_further=True, words="No more than that.")
    now = row(case, "DEU")
    assert now.state == "nothing_further"
    assert [each.words for each in now.answers] == ["No more than that.", "We stand by Estonia."]
    assert shown(case).answered == 1


def test_an_answer_names_its_own_offers_and_no_others() -> None:
    case, german, french = invoked(), person(Role.DONOR, "DEU"), person(Role.DONOR, "FRA")
    offers.make_offer(
        act=act(german),
        operation=case.operation_id,
        donor="DEU",
        reference="DEU-1",
        title="Tents",
        offered_on=TODAY,
        lines=[LineOffered(item=TENT, quantity=Typed("10"))],
    )
    answered(case, german, "DEU", gives="", offers=["DEU-1"])
    answer = row(case, "DEU").answer
    assert answer is not None
    assert [reference for _, reference in answer.offers] == ["DEU-1"]
    with pytest.raises(refusals.NotFound):
        answered(case, french, "FRA", offers=["DEU-1"])


@pytest.mark.parametrize(
    ("party", "more", "refusal"),
    [
        ("EST", {}, rules.OwesNoAnswer),
        ("UNHCR", {}, rules.NotAsked),
        ("XXX", {}, refusals.PartyUnknown),
        ("DEU", {"gives": ""}, rules.AnswerSaysNothing),
        ("DEU", {"nothing_further": True}, rules.AnswerSaysBoth),
        ("DEU", {"words": ""}, refusals.TextMissing),
        ("DEU", {"source": ""}, refusals.TextMissing),
        ("DEU", {"answered_on": TODAY - timedelta(days=1)}, refusals.DatesOutOfOrder),
        ("DEU", {"answered_on": TODAY + timedelta(days=1)}, refusals.InTheFuture),
        ("DEU", {"offers": ["NONE"]}, refusals.NotFound),
    ],
)
def test_what_is_no_answer_is_refused(
    party: str, more: dict[str, Any], refusal: type[Refusal]
) -> None:
    case = invoked()
    with pytest.raises(refusal):
        answered(case, coordinator(), party, **({"source": "a letter"} | more))
    assert not GuaranteeAnswer.objects.filter(asked__case=case).exists()


def test_nobody_answers_for_another_nation() -> None:
    with pytest.raises(refusals.ActsForAnother):
        answered(invoked(), person(Role.DONOR, "FRA"), "DEU")


def test_an_answer_is_overdue_when_its_clock_has_run_out_and_the_reminder_says_so() -> None:
    german = person(Role.DONOR, "DEU")
    case = invoked()
    assert row(case, "DEU", later=timedelta(days=3)).state == "waiting"
    late = row(case, "DEU", later=timedelta(days=4))
    assert (late.state, late.late) == ("overdue", timedelta(days=1))
    answered(case, german, "DEU")
    left = reminders(shown(case, later=timedelta(days=4)), TODAY)
    assert len(left) == 29
    assert "DEU" not in {each.party for each in left}
    assert all(each.overdue for each in left)


def test_a_decision_can_give_the_answers_a_later_day() -> None:
    case = invoked()
    guarantee.establish(
        act=act(coordinator()),
        case=case.pk,
        decided_on=TODAY,
        reference="C-M(2023)1",
        due_at=NOW + timedelta(days=10),
    )
    assert row(case, "DEU", later=timedelta(days=9)).state == "waiting"
    with pytest.raises(refusals.WrongStage):
        guarantee.establish(
            act=act(coordinator()), case=case.pk, decided_on=TODAY, reference="again"
        )


def test_only_collective_defence_takes_a_decision_of_the_body() -> None:
    case = invoked(kind="consultation")
    with pytest.raises(rules.NothingToDecide):
        guarantee.establish(act=act(coordinator()), case=case.pk, decided_on=TODAY, reference="x")


def test_a_case_withdrawn_stays_on_record_and_takes_no_more_answers() -> None:
    case, german = invoked(), person(Role.DONOR, "DEU")
    answered(case, german, "DEU")
    guarantee.withdraw(act=act(coordinator(), reason="It was an accident."), case=case.pk)
    seen = shown(case)
    assert (seen.case.stage, seen.operation.stage) == ("withdrawn", "closing")
    assert row(case, "DEU").state == "answered"
    assert row(case, "FRA").state == "silent"
    with pytest.raises(refusals.WrongStage):
        answered(case, german, "DEU")
    with pytest.raises(refusals.WrongStage):
        guarantee.close(act=act(coordinator(), reason="again"), case=case.pk)


def test_a_case_is_not_ended_without_a_reason() -> None:
    with pytest.raises(refusals.ReasonMissing):
        guarantee.close(act=act(coordinator()), case=invoked().pk)


def _asked_by(case: GuaranteeCase, actor: Actor, party: str) -> None:
    requests.draft_request(
        act=act(actor),
        operation=case.operation_id,
        recipient=party,
        reference=f"R-{uuid4().hex[:6]}",
        title="Tents",
        asked_on=TODAY,
        lines=[LineAsked(item=TENT, quantity=Typed("10"))],
    )


def test_requests_come_from_the_member_attacked_alone() -> None:
    case = invoked()
    _asked_by(case, person(Role.RECIPIENT, "EST"), "EST")
    for actor in (person(Role.RECIPIENT, "LVA"), coordinator()):
        with pytest.raises(rules.OnlyTheAffectedAsks) as refused:
            _asked_by(case, actor, "LVA")
        assert "Estonia" in refused.value.sentence
    assert len(shown(case).requests) == 1


def test_the_organisation_gives_nothing_in_a_consultation() -> None:
    case = invoked(kind="consultation")
    with pytest.raises(rules.NothingIsGiven):
        offers.make_offer(
            act=act(person(Role.DONOR, "NATO")),
            operation=case.operation_id,
            donor="NATO",
            reference="N-1",
            title="Tents",
            offered_on=TODAY,
            lines=[LineOffered(item=TENT, quantity=Typed("10"))],
        )


def test_a_member_finds_the_answer_that_it_owes_until_it_has_given_it() -> None:
    german = person(Role.DONOR, "DEU")
    case = invoked()
    assert case in [each.case for each in owed_by(german, NOW)]
    answered(case, german, "DEU")
    assert case not in [each.case for each in owed_by(german, NOW)]


def test_a_retry_under_the_same_key_opens_no_second_case() -> None:
    wish: dict[str, Any] = {
        "act": act(coordinator()),
        "code": "G-RETRY",
        "name": "Once",
        "kind": "defence",
        "affected": [Helped("EST")],
        "invoked_by": "EST",
        "invoked_on": TODAY,
        "words": "An armed attack.",
        "source": "letter",
    }
    assert guarantee.invoke(**wish) == guarantee.invoke(**wish)
    assert GuaranteeCase.objects.filter(operation__code="G-RETRY").count() == 1


def test_the_grid_of_a_case_costs_the_same_statements_however_many_have_answered() -> None:
    case = invoked()
    before = _statements(case)
    for code in ("DEU", "FRA", "POL"):
        answered(case, person(Role.DONOR, code), code)
    assert _statements(case) == before


def _statements(case: GuaranteeCase) -> int:
    fresh, reader = GuaranteeCase.objects.get(pk=case.pk), coordinator()
    with CaptureQueriesContext(connection) as ran:
        case_shown(fresh, reader, NOW)
    return len(ran)


@pytest.mark.parametrize("events", [["wind_down"], ["wind_down", "close"]])
def test_a_case_ends_with_its_operation_and_nobody_owes_an_answer_in_it_any_more(
    events: list[str],
) -> None:
    case = invoked()
    norway = person(Role.DONOR, "NOR")
    assert case.pk in {each.case.pk for each in owed_by(norway, NOW)}
    for event in events:
        operations.move_operation(
            act=act(coordinator(), reason="it is over"), operation=case.operation_id, event=event
        )
    case.refresh_from_db()
    assert case.stage == "closed"
    assert case.pk not in {each.case.pk for each in owed_by(norway, NOW)}
    assert [each.event for each in shown(case).events] == ["invoke", "close"]


def test_an_operation_that_is_suspended_keeps_its_case() -> None:
    case = invoked()
    operations.move_operation(
        act=act(coordinator(), reason="for a week"), operation=case.operation_id, event="suspend"
    )
    case.refresh_from_db()
    assert case.stage == "invoked"


def test_in_an_exercise_the_organisation_gives_by_the_kind_that_is_played() -> None:
    alliance = person(Role.DONOR, "NATO")
    for plays, refusal in (("consultation", rules.NothingIsGiven), ("defence", None)):
        case = invoked(kind="exercise", plays=plays)
        offer: dict[str, Any] = {
            "operation": case.operation_id,
            "donor": "NATO",
            "reference": "O/1",
            "title": "Tents",
            "offered_on": TODAY,
            "lines": [LineOffered(item=TENT, quantity=Typed("1"))],
        }
        if refusal is None:
            assert offers.make_offer(act=act(alliance), **offer).pk
        else:
            with pytest.raises(refusal):
                offers.make_offer(act=act(alliance), **offer)
