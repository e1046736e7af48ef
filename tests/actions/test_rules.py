"""Rules are written by one, approved by another, and hold at every step from then on."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.actions import consents, consignments, offers, plans, proposals, rules
from muster.core.actors import Role
from muster.core.refusals import (
    CodeNotPlain,
    ConsentMissing,
    NotReviewedNonLethal,
    ReasonMissing,
    RoleMissing,
)
from muster.core.rulebook.refusals import (
    RuleBookChanged,
    RuleForbids,
    RuleLoops,
    RuleNeedsReview,
    RuleNotKnown,
    RuleOwnApproval,
    RuleStands,
    RuleUnreadable,
)
from muster.queries.amounts import Typed
from muster.queries.planning import open_problem
from muster.queries.rules import book_now, case_of, line_facts, need_facts, packed_facts
from muster.records.models import Allocation, Consent, DispatchDecision, RuleVersion
from muster.records.statements import rows
from tests import make
from tests.make_rules import in_force, second, written

pytestmark = pytest.mark.usefixtures("records")

TENTS = f'item.code == "{make.TENT}"'


def test_a_rule_counts_only_when_another_than_its_author_has_approved_it() -> None:
    w = make.world()
    rule = written(w, TENTS)
    assert make.offered(w).rules == []
    with pytest.raises(RuleOwnApproval):
        rules.approve_rule(act=make.act(w.coordinator), code=rule.code)
    rules.approve_rule(act=make.act(second()), code=rule.code)
    with pytest.raises(RuleForbids) as refused:
        make.offered(w)
    assert refused.value.details["rule"] == rule.code
    assert refused.value.at == "lines.1.item"


def test_a_rule_is_written_by_coordinators_alone() -> None:
    w = make.world()
    with pytest.raises(RoleMissing):
        rules.approve_rule(act=make.act(w.donor), code="MANDATE")
    with pytest.raises(RoleMissing):
        rules.retire_rule(act=make.act(w.donor, reason="no"), code="MANDATE")


@pytest.mark.parametrize(
    ("expression", "refusal"),
    [
        ("item.code ==", RuleUnreadable),
        ("offer.only_for.exists(x, true)", RuleLoops),
        ('item.colour == "green"', RuleUnreadable),
    ],
)
def test_what_cannot_be_read_or_loops_never_comes_into_the_book(
    expression: str, refusal: type[Exception]
) -> None:
    w = make.world()
    before = RuleVersion.objects.count()
    with pytest.raises(refusal):
        written(w, expression)
    assert RuleVersion.objects.count() == before


def test_a_code_is_plain() -> None:
    with pytest.raises(CodeNotPlain):
        written(make.world(), TENTS, code="no arms")


def test_every_change_gives_the_book_its_next_version() -> None:
    w = make.world()
    before = book_now()
    rule = in_force(w, TENTS)
    between = book_now()
    rules.retire_rule(act=make.act(w.coordinator, reason="over"), code=rule.code)
    assert before.number < between.number < book_now().number


def test_a_retired_rule_stands_no_longer_and_takes_a_reason() -> None:
    w = make.world()
    rule = in_force(w, TENTS)
    with pytest.raises(ReasonMissing):
        rules.retire_rule(act=make.act(w.coordinator), code=rule.code)
    # The offer of a test is of 1 February; a rule that ends then is not in force on that day.
    since = date(2023, 2, 1)
    rules.retire_rule(act=make.act(w.coordinator, reason="over"), code=rule.code, since=since)
    assert make.offered(w).rules == []
    with pytest.raises(RuleStands):
        rules.approve_rule(act=make.act(second()), code=rule.code)


def test_the_next_version_takes_the_earlier_ones_place_from_its_first_day() -> None:
    w = make.world()
    rule = in_force(w, TENTS)
    in_force(w, "false", code=rule.code, since=date(2023, 2, 1))
    assert make.offered(w).rules == []
    with pytest.raises(RuleForbids):
        offers.make_offer(
            act=make.act(w.donor),
            operation=w.operation.pk,
            donor="DEU",
            reference="the day before",
            title="The day before",
            offered_on=date(2023, 1, 31),
            lines=[offers.LineOffered(item=make.TENT, quantity=Typed("1"))],
        )


def test_a_rule_of_one_step_is_asked_at_that_step_alone() -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    in_force(w, TENTS, steps=["allocation"])
    assert make.offered(w).rules == []
    with pytest.raises(RuleForbids):
        make.proposed(w, giving, taking, "10")
    assert not Allocation.objects.filter(operation=w.operation).exists()


def test_the_planner_leaves_out_what_a_rule_forbids_and_says_which() -> None:
    w = make.world()
    make.offered(w)
    make.asked(w)
    rule = in_force(w, f'{TENTS} && recipient.code == "UKR"', steps=["plan"])
    problem = open_problem(w.operation, w.coordinator, day=make.NOW.date()).problem
    assert problem.pairs == ()
    [forbidden] = problem.forbidden
    assert rule.code in forbidden.sentence


def test_a_plan_made_under_an_older_book_is_judged_again_move_by_move() -> None:
    w = make.world()
    make.offered(w)
    make.asked(w)
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, method="greedy")
    before = book_now().number
    rule = in_force(w, TENTS)
    with pytest.raises(RuleBookChanged) as refused:
        plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk)
    assert refused.value.details["before"] == before
    assert refused.value.details["now"] == book_now().number
    assert rule.code in refused.value.sentence
    assert not Allocation.objects.filter(operation=w.operation).exists()


def test_a_plan_whose_moves_the_new_book_lets_pass_is_taken_up() -> None:
    w = make.world()
    make.offered(w)
    make.asked(w)
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, method="greedy")
    in_force(w, "item.consent_prone && item.serial_tracked")
    plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk)
    assert Allocation.objects.get(operation=w.operation).rule_book == book_now().number


def test_many_pairs_are_judged_as_one_is() -> None:
    w = make.world()
    rule = in_force(w, "item.serial_tracked", steps=["allocation"], effect="consent",
                    consent_of="NOR")  # fmt: skip
    pairs = [(make.offered(w), make.asked(w)) for _ in range(20)]
    wishes = [
        proposals.Wish(
            name=str(at), offer_line=giving.pk, request_line=taking.pk, amount=Typed("10")
        )
        for at, (giving, taking) in enumerate(pairs)
    ]
    proposals.propose_many(make.act(w.coordinator), wishes)
    many = Allocation.objects.filter(operation=w.operation)
    alone = make.proposed(w, *pairs[0], "1")
    assert {tuple(each.rules or ()) for each in many} == {tuple(alone.rules or ())}
    in_force(w, TENTS, steps=["allocation"])
    more = [
        proposals.Wish(name=f"x{at}", offer_line=g.pk, request_line=t.pk, amount=Typed("1"))
        for at, (g, t) in enumerate(pairs)
    ]
    with pytest.raises(RuleForbids):
        proposals.propose_many(make.act(w.coordinator), more)
    assert rule.pk


def test_a_gift_that_wants_a_review_waits_until_a_person_lets_it_pass() -> None:
    w = make.world()
    rule = in_force(w, TENTS, "review")
    giving, taking = make.offered(w), make.asked(w)
    assert giving.rules == [rule.pk]
    with pytest.raises(RuleNeedsReview):
        make.proposed(w, giving, taking, "10")
    _reviewed(w, rule, passes=True)
    assert make.proposed(w, giving, taking, "10").rules == [rule.pk]
    _reviewed(w, rule, passes=False)
    with pytest.raises(RuleNeedsReview):
        make.proposed(w, giving, taking, "10")


def _reviewed(w: make.World, rule: RuleVersion, *, passes: bool) -> None:
    rules.review_gift(
        act=make.act(w.coordinator, reason="looked at"),
        rule=rule.code,
        operation=w.operation.pk,
        donor="DEU",
        item=make.TENT,
        recipient="UKR",
        passes=passes,
    )


def test_what_cannot_be_judged_is_blocked_and_never_guessed() -> None:
    w = make.world()
    in_force(w, 'offer.origin.startsWith("X")')
    giving, taking = make.offered(w), make.asked(w)
    with pytest.raises(RuleNotKnown) as refused:
        make.proposed(w, giving, taking, "10")
    assert "offer.origin" in refused.value.sentence


def test_an_exception_of_higher_precedence_lifts_a_rule_and_one_of_the_same_does_not() -> None:
    w = make.world()
    in_force(w, TENTS, precedence=5)
    in_force(w, TENTS, "allow", precedence=5)
    with pytest.raises(RuleForbids):
        make.offered(w)
    in_force(w, TENTS, "allow", precedence=6)
    assert len(make.offered(w).rules or []) == 3


def test_no_exception_lifts_the_mandate_that_the_system_itself_holds() -> None:
    w = make.world(donor="NATO")
    in_force(w, "true", "allow", precedence=1_000)
    with pytest.raises(NotReviewedNonLethal):
        make.offered(w, item=_item("unreviewed"))
    with pytest.raises(NotReviewedNonLethal):
        make.offered(w, item=_item("lethal"))
    assert make.offered(w, item=_item("non_lethal")).pk


def _item(lethality: str) -> str:
    [[code], *_] = rows(
        "SELECT code FROM item WHERE lethality = %s AND unit = 'H87' ORDER BY code LIMIT 1",
        [lethality],
    )
    return str(code)


def test_a_rule_asks_for_a_consent_that_dispatch_waits_for() -> None:
    w = make.world()
    in_force(w, TENTS, "consent", consent_of="NOR")
    promised = make.agreed(w, make.offered(w), make.asked(w), "10")
    consent = Consent.objects.get(allocation=promised)
    assert consent.origin_id == "NOR"
    box = make.shipped(w, promised)
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(ConsentMissing):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    origin = make.person(Role.DONOR, "NOR")
    consents.grant_consent(act=make.act(origin), consent=consent.pk)
    consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    assert DispatchDecision.objects.get(consignment=box).rule_book == book_now().number


def test_shelf_life_is_judged_on_the_day_of_dispatch() -> None:
    w = make.world()
    in_force(w, "goods.days_left != null && goods.days_left < 60", steps=["dispatch"])
    promised = make.agreed(w, make.offered(w), make.asked(w), "20")
    for days, stands in ((59, True), (60, False)):
        box = make.planned_box(w)
        consignments.pack(
            act=make.act(w.donor),
            consignment=box.pk,
            allocation=promised.pk,
            amount=Typed("5"),
            expires_on=make.NOW.date() + timedelta(days=days),
        )
        consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
        if stands:
            with pytest.raises(RuleForbids):
                consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
        else:
            consignments.dispatch(act=make.act(w.donor), consignment=box.pk)


def test_the_database_tells_the_same_facts_as_the_pages_do() -> None:
    w = make.world()
    giving = make.offered(w, origin="NOR", only_for=("UKR",), not_for=("MDA",), place="Kiel")
    taking = make.asked(w, use="medical", place="Rzeszów-Jasionka airport")
    day = make.NOW.date()
    [[sides]] = rows("SELECT rule_sides(%s, %s, %s)", [[giving.pk], [taking.pk], day])
    told: dict[str, object] = {"day": day, **packed_facts()}
    for side in ("donor", "item", "recipient", "request", "offer", "operation"):
        [facts] = sides[side].values()
        told |= {n: frozenset(v) if isinstance(v, list) else v for n, v in facts.items()}
    assert told == case_of(
        need_facts(taking),
        line_facts(giving),
        donor=giving.donor,
        item=giving.item,
        recipient=taking.request.recipient,
        operation=w.operation,
        day=day,
    )


def test_a_proposal_takes_no_trip_of_its_own_for_a_rule_book_that_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    make.proposed(w, giving, taking, "1")

    def refuse(*_: object) -> None:
        pytest.fail("the book was asked for apart")

    monkeypatch.setattr("muster.queries.rules.rows", refuse)
    with CaptureQueriesContext(connection) as asked:
        make.proposed(w, giving, taking, "1")
    assert not [query for query in asked if "rule_" in query["sql"]]
