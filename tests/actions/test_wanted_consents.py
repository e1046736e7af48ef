"""A consent that a later rule wants is asked for, or is said to be unasked where it is missing."""

from datetime import timedelta

import pytest

from muster.actions import allocations, consents, consignments
from muster.cli.allocations import allocations as commands
from muster.core.actors import Actor, Role
from muster.core.refusals import ActsForAnother, ConsentMissing, RoleMissing
from muster.core.rulebook.refusals import ConsentNotAsked, NothingToAsk
from muster.queries.consents import unasked_of
from muster.queries.home import coordinator_piles, donor_piles
from muster.queries.waiting import Pile
from muster.records.models import Allocation, Consent, Consignment
from tests import make
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run
from tests.make_rules import in_force

pytestmark = pytest.mark.usefixtures("records")

TENTS = f'item.code == "{make.TENT}"'
LATER = make.NOW + timedelta(days=3)


def _promised(w: make.World, amount: str = "10") -> Allocation:
    return make.agreed(w, make.offered(w), make.asked(w), amount)


def _norway() -> Actor:
    return make.person(Role.DONOR, "NOR")


def _pile(piles: tuple[Pile, ...], name: str) -> Pile:
    return next(pile for pile in piles if pile.name == name)


def _packed(w: make.World, promised: Allocation) -> Consignment:
    box = make.shipped(w, promised)
    return consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)


def test_a_rule_that_takes_force_asks_for_what_is_promised_already_and_has_not_left() -> None:
    w = make.world()
    waiting, gone = _promised(w), _promised(w)
    box = _packed(w, waiting)
    make.sent(w, gone)
    in_force(w, TENTS, "consent", consent_of="NOR")
    [consent] = Consent.objects.filter(operation=w.operation)
    assert (consent.allocation_id, consent.origin_id, consent.stage) == (
        waiting.pk, "NOR", "requested",
    )  # fmt: skip
    norway = _norway()
    shown = _pile(donor_piles(norway, make.NOW.date()), "consents_asked")
    assert consent.pk in {row.key for row in shown.rows} or shown.count > len(shown.rows)
    with pytest.raises(ConsentMissing):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    consents.grant_consent(act=make.act(norway), consent=consent.pk)
    assert consignments.dispatch(act=make.act(w.donor), consignment=box.pk).stage == "dispatched"


def test_a_rule_that_comes_between_a_proposal_and_its_yes_is_asked_for_with_the_yes() -> None:
    w = make.world()
    proposed = make.proposed(w, make.offered(w), make.asked(w), "10")
    in_force(w, TENTS, "consent", consent_of="NOR")
    assert not Consent.objects.filter(allocation=proposed).exists()
    allocations.confirm_allocation(act=make.act(w.donor), allocation=proposed.pk)
    allocations.accept_allocation(act=make.act(w.recipient), allocation=proposed.pk)
    assert Consent.objects.get(allocation=proposed).origin_id == "NOR"


def _unasked(w: make.World) -> Allocation:
    """Goods that were agreed after a rule was approved and before its first day."""
    in_force(w, TENTS, "consent", consent_of="NOR", since=LATER.date())
    promised = _promised(w)
    assert not Consent.objects.filter(allocation=promised).exists()
    return promised


def test_what_nobody_asked_for_is_said_at_dispatch_and_to_the_coordinator_and_then_asked() -> None:
    w = make.world()
    promised = _unasked(w)
    box = _packed(w, promised)
    assert promised.pk not in {goods.pk for goods, _ in unasked_of(w.coordinator, make.NOW.date())}
    act = make.act(w.donor, now=LATER)
    with pytest.raises(ConsentNotAsked) as refused:
        consignments.dispatch(act=act, consignment=box.pk)
    assert str(promised.pk) in refused.value.sentence
    assert f"in force since {LATER.date()}" in refused.value.sentence
    assert promised.pk in {goods.pk for goods, _ in unasked_of(w.coordinator, LATER.date())}
    assert _pile(coordinator_piles(w.coordinator, LATER.date()), "consents_unasked").count >= 1
    consents.ask_for_unasked(act=make.act(w.coordinator, now=LATER), allocation=promised.pk)
    assert promised.pk not in {goods.pk for goods, _ in unasked_of(w.coordinator, LATER.date())}
    consent = Consent.objects.get(allocation=promised)
    consents.grant_consent(act=make.act(_norway(), now=LATER), consent=consent.pk)
    consignments.dispatch(act=make.act(w.donor, now=LATER), consignment=box.pk)


def test_only_the_donor_and_a_coordinator_ask() -> None:
    w = make.world()
    promised = _unasked(w)
    for other in (w.recipient, _norway()):
        with pytest.raises((RoleMissing, ActsForAnother)):
            consents.ask_for_unasked(act=make.act(other, now=LATER), allocation=promised.pk)
    assert not Consent.objects.filter(allocation=promised).exists()


def test_where_nothing_is_to_be_asked_it_is_refused_at_the_doors() -> None:
    w = make.world()
    promised = _promised(w)
    said = Asker.of(w.donor).post(f"/allocations/{promised.pk}/ask-consents", {})
    assert (said.status, said.code) == (409, "nothing_to_ask")
    with pytest.raises(NothingToAsk):
        run(commands, "ask-consents", str(promised.pk), f"--user={user_of(w.donor).username}")
    assert not Consent.objects.filter(allocation=promised).exists()
