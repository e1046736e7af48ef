"""What a need is for is stated or not known, and rules judge by it at every step."""

import pytest
from django.db import IntegrityError, transaction

from muster.actions import consignments, imports, plans, rules
from muster.core.refusals import ChoiceUnknown
from muster.core.rulebook.refusals import RuleForbids, RuleNotKnown
from muster.core.uses import MEANINGS, Use, find_use
from muster.queries.planning import open_problem
from muster.records.models import Allocation, RequestLine
from muster.records.statements import rows
from tests import make
from tests.make_lists import dropped, line
from tests.make_messages import taken, written
from tests.make_rules import in_force

pytestmark = pytest.mark.usefixtures("records")

NO_COMBAT = 'request.use == "military_operations"'
HEAD = "Item code;Item;Quantity;Country;Place;Intended use\n"


def test_every_use_has_a_meaning_and_is_read_as_people_write_it() -> None:
    assert set(MEANINGS) == set(Use)
    for use in Use:
        assert find_use(use.label.title()) == find_use(use.value) == use.value
    assert find_use("  ") == find_use("not stated") == ""
    assert find_use("peace") is None


def test_a_use_that_is_not_of_the_vocabulary_is_refused_with_its_line() -> None:
    w = make.world()
    with pytest.raises(ChoiceUnknown) as refused:
        make.asked(w, use="combat")
    assert refused.value.at == "lines.1.use"
    assert "military_operations" in refused.value.sentence
    assert not RequestLine.objects.filter(operation=w.operation).exists()


def test_the_database_stores_no_other_use() -> None:
    need = make.asked(make.world(), use="medical")
    with pytest.raises(IntegrityError, match="request_line_use_known"), transaction.atomic():
        rows(
            "INSERT INTO request_line SELECT (jsonb_populate_record(each, jsonb_build_object("
            "'id', gen_random_uuid(), 'position', 2, 'use', 'combat'))).* "
            "FROM request_line AS each WHERE id = %s RETURNING 1",
            [need.pk],
        )


def test_a_rule_on_the_use_lets_one_pass_forbids_another_and_blocks_what_is_not_stated() -> None:
    w = make.world()
    in_force(w, NO_COMBAT, steps=["plan", "allocation"])
    giving = make.offered(w)
    needs = {use: make.asked(w, use=use) for use in ("medical", "military_operations", "")}
    assert make.proposed(w, giving, needs["medical"], "1").rules == []
    with pytest.raises(RuleForbids):
        make.proposed(w, giving, needs["military_operations"], "1")
    with pytest.raises(RuleNotKnown) as refused:
        make.proposed(w, giving, needs[""], "1")
    assert "request.use is not known" in refused.value.sentence
    problem = open_problem(w.operation, w.coordinator, day=make.NOW.date()).problem
    assert {pair.need for pair in problem.pairs} == {str(needs["medical"].pk)}
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, method="greedy")
    plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk)
    made = Allocation.objects.filter(operation=w.operation)
    assert {each.request_line.use for each in made} == {"medical"}


def test_a_person_lets_pass_what_cannot_be_judged() -> None:
    w = make.world()
    rule = in_force(w, NO_COMBAT, steps=["allocation"])
    giving, taking = make.offered(w), make.asked(w)
    rules.review_gift(
        act=make.act(w.coordinator, reason="the recipient has written what for"),
        rule=rule.code, operation=w.operation.pk, donor="DEU", item=make.TENT, recipient="UKR",
        passes=True,
    )  # fmt: skip
    assert make.proposed(w, giving, taking, "1").rules == [rule.pk]


def test_an_offer_is_judged_by_the_use_of_the_need_that_it_answers() -> None:
    w = make.world()
    rule = in_force(w, NO_COMBAT, steps=["offer"])
    need = make.asked(w, use="military_operations")
    with pytest.raises(RuleForbids):
        make.offered(w, answers=need.pk)
    # What answers nothing yet is noted, and judged when it is known for what.
    assert make.offered(w).rules == [rule.pk]


def test_the_use_is_judged_once_more_at_dispatch() -> None:
    w = make.world()
    promised = make.agreed(w, make.offered(w), make.asked(w, use="military_operations"), "10")
    box = make.shipped(w, promised)
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    in_force(w, NO_COMBAT, steps=["dispatch"])
    with pytest.raises(RuleForbids):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)


@pytest.mark.parametrize(
    ("place", "refusal"),
    [("hub-rzeszow", None), ("Adana hub", RuleForbids), ("by the old mill", RuleNotKnown)],
)
def test_a_rule_on_the_territory_goes_by_the_register_of_places(
    place: str, refusal: type[Exception] | None
) -> None:
    w = make.world()
    in_force(w, 'request.territory == "TUR"', steps=["allocation"])
    giving, taking = make.offered(w), make.asked(w, place=place)
    if refusal is None:
        assert make.proposed(w, giving, taking, "1").pk
    else:
        with pytest.raises(refusal):
            make.proposed(w, giving, taking, "1")


def test_a_list_states_uses_and_what_is_no_use_is_asked() -> None:
    w = make.world()
    text = f"{HEAD}{make.TENT};Family tents;7;Ukraine;Lviv;Civil protection\n"
    batch = dropped(w, f"{text}{make.TENT};Family tents;5;Ukraine;Lviv;the harvest\n")
    assert {issue.code for issue in line(batch, 1).issues} == set()
    assert "use_unknown" in {issue.code for issue in line(batch, 2).issues}
    imports.commit_import(act=make.act(w.coordinator), batch=batch.pk, leave_out=True)
    [stored] = RequestLine.objects.filter(operation=w.operation)
    assert stored.use == "civil_protection"


def test_a_message_carries_the_use_there_and_back() -> None:
    there, here = make.world(), make.world()
    need = make.asked(there, "7", use="mine_action")
    sent = written(need.request_id, there.coordinator)
    assert b"AnticipatedFunction>mine action<" in sent
    taken(here, here.coordinator, sent)
    [received] = RequestLine.objects.filter(operation=here.operation)
    assert received.use == "mine_action"
