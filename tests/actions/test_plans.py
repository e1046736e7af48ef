"""A plan promises nothing; taken up, it goes through the same rules as a hand's work."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import OperationalError, transaction

from muster.actions import offers, plans, proposals
from muster.actions.posting import At
from muster.core.actors import Role
from muster.core.planning.choosing import NothingChosen
from muster.core.refusals import KeyReused, NotEnoughOffered, NotFound, Refusal, RoleMissing
from muster.queries.plan_contents import of_record
from muster.queries.verification import verify
from muster.records.models import Allocation, SavedPlan
from tests import make
from tests.make_rules import in_force

pytestmark = pytest.mark.usefixtures("records")


def planned(w: make.World) -> SavedPlan:
    return plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, method="greedy")


def two_needs() -> make.World:
    w = make.world()
    make.offered(w, "50")
    make.offered(w, "50")
    make.asked(w, "60")
    make.asked(w, "40")
    return w


def test_a_plan_promises_nothing_until_it_is_taken_up() -> None:
    w = two_needs()
    plan = planned(w)
    assert not Allocation.objects.filter(operation=w.operation).exists()
    plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk)
    found = Allocation.objects.filter(operation=w.operation)
    assert sum(each.covers for each in found) == 100
    assert {each.stage for each in found} == {"proposed"}
    assert verify().differences == ()


def test_a_plan_that_no_longer_fits_is_taken_up_not_even_in_part() -> None:
    w = two_needs()
    plan = planned(w)
    line = w.operation.offer_lines.first()
    assert line is not None
    offers.withdraw_offer(act=make.act(w.donor), line=line.pk)
    with pytest.raises(Refusal):
        plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk)
    assert not Allocation.objects.filter(operation=w.operation).exists()
    assert NotEnoughOffered.code == "not_enough_offered"


def test_a_rule_approved_while_a_plan_is_taken_up_has_it_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = two_needs()
    made = planned(w)
    was = proposals.make_accounts

    def approved_meanwhile(accounts: Sequence[tuple[At, str]]) -> None:
        was(accounts)
        in_force(w, 'item.code == "NOTHING-OF-THE-KIND"')

    monkeypatch.setattr(proposals, "make_accounts", approved_meanwhile)
    with pytest.raises(OperationalError) as again, transaction.atomic():
        plans.accept_plan(act=make.act(w.coordinator), plan=made.pk)
    assert getattr(again.value.__cause__, "sqlstate", None) == "40001"


def test_chosen_moves_alone_are_taken_up_and_unknown_ones_refused() -> None:
    w = two_needs()
    plan = planned(w)
    move = of_record(plan).moves[0]
    with pytest.raises(NotFound):
        plans.accept_plan(
            act=make.act(w.coordinator), plan=plan.pk, only=frozenset({move.key, "no such"})
        )
    plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk, only=frozenset({move.key}))
    assert Allocation.objects.get(operation=w.operation).amount == move.amount


def test_a_plan_is_taken_up_by_nation_or_by_item_and_what_it_does_not_have_is_refused() -> None:
    w, other = two_needs(), make.world(donor="POL")
    make.offered(replace(other, operation=w.operation), "7", item="SHL-BLK-WOL")
    make.asked(w, "7", item="SHL-BLK-WOL")
    plan = planned(w)
    for wrong in ({"donors": frozenset({"Atlantis"})}, {"items": frozenset({"moon rock"})}):
        with pytest.raises(NotFound):
            plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk, **wrong)
    another = next(each for each in of_record(plan).moves if each.donor != "Poland")
    with pytest.raises(NothingChosen):
        plans.accept_plan(
            act=make.act(w.coordinator),
            plan=plan.pk,
            donors=frozenset({"Poland"}),
            items=frozenset({another.offered_item}),
        )
    plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk, donors=frozenset({"Poland"}))
    assert {each.donor_id for each in Allocation.objects.filter(operation=w.operation)} == {"POL"}


def test_a_retry_gives_the_same_plan_and_a_key_plans_one_operation() -> None:
    w, other = two_needs(), two_needs()
    act = make.act(w.coordinator)
    first = plans.make_plan(act=act, operation=w.operation.pk, method="greedy")
    assert plans.make_plan(act=act, operation=w.operation.pk, method="greedy") == first
    with pytest.raises(KeyReused):
        plans.make_plan(act=act, operation=other.operation.pk, method="greedy")


def test_donors_and_recipients_neither_plan_nor_take_plans_up() -> None:
    w = two_needs()
    plan = planned(w)
    for actor in (w.donor, w.recipient):
        with pytest.raises(RoleMissing):
            plans.make_plan(act=make.act(actor), operation=w.operation.pk, method="greedy")
    for actor in (w.donor, make.person(Role.ANALYST, "EADRCC")):
        with pytest.raises(RoleMissing):
            plans.accept_plan(act=make.act(actor), plan=plan.pk)
