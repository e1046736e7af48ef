"""The nation of origin has a say before its goods pass on."""

from datetime import date, timedelta

import pytest

from muster.actions import allocations, consents, consignments
from muster.core.actors import Actor, Role
from muster.core.refusals import (
    ActsForAnother,
    ConsentMissing,
    NotFound,
    ReasonMissing,
    WrongStage,
)
from muster.queries.visibility import visible
from muster.records.models import Consent, Consignment
from tests import make

pytestmark = pytest.mark.usefixtures("records")


def asked_for() -> tuple[make.World, Consent, Consignment, Actor]:
    """German tents of American origin, packed and locked, and an American to ask."""
    w = make.world()
    promised = make.agreed(w, make.offered(w, origin="USA"), make.asked(w), "10")
    box = make.shipped(w, promised)
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    return w, promised.consents.get(), box, make.person(Role.DONOR, "USA")


def leave(w: make.World, box: Consignment) -> None:
    consignments.dispatch(act=make.act(w.donor), consignment=box.pk)


def test_consent_is_asked_for_when_the_origin_is_another_nation() -> None:
    w, consent, _, _ = asked_for()
    assert (consent.origin_id, consent.stage) == ("USA", "requested")
    for origin in (None, "DEU"):
        promised = make.agreed(w, make.offered(w, origin=origin), make.asked(w), "10")
        assert not promised.consents.exists()


def test_nothing_leaves_while_consent_is_not_given() -> None:
    w, _, box, _ = asked_for()
    with pytest.raises(ConsentMissing):
        leave(w, box)
    assert Consignment.objects.get(pk=box.pk).stage == "packed"


def test_goods_leave_once_consent_is_given() -> None:
    w, consent, box, american = asked_for()
    consents.grant_consent(act=make.act(american), consent=consent.pk, conditions="no resale")
    leave(w, box)
    assert make.row(w).dispatched == 10


@pytest.mark.parametrize(("until", "leaves"), [(19, False), (20, True)])
def test_consent_counts_until_its_last_day(*, until: int, leaves: bool) -> None:
    w, consent, box, american = asked_for()
    day = date(2023, 4, until)
    consents.grant_consent(act=make.act(american), consent=consent.pk, valid_until=day)
    if leaves:
        leave(w, box)
    else:
        with pytest.raises(ConsentMissing):
            leave(w, box)


def test_a_refusal_and_a_revocation_stop_the_goods_and_say_why() -> None:
    w, consent, box, american = asked_for()
    with pytest.raises(ReasonMissing):
        consents.refuse_consent(act=make.act(american), consent=consent.pk)
    with pytest.raises(WrongStage):
        consents.revoke_consent(act=make.act(american, reason="x"), consent=consent.pk)
    consents.grant_consent(act=make.act(american), consent=consent.pk)
    with pytest.raises(WrongStage):
        consents.refuse_consent(act=make.act(american, reason="x"), consent=consent.pk)
    consents.revoke_consent(act=make.act(american, reason="changed"), consent=consent.pk)
    with pytest.raises(ConsentMissing):
        leave(w, box)


def test_only_the_origin_itself_consents() -> None:
    w, consent, _, _ = asked_for()
    for actor in (w.donor, w.recipient, w.coordinator):
        with pytest.raises(ActsForAnother):
            consents.grant_consent(act=make.act(actor), consent=consent.pk)
    with pytest.raises(NotFound):
        consents.grant_consent(act=make.act(make.person(Role.DONOR, "FRA")), consent=consent.pk)


def test_a_consent_is_seen_by_those_it_concerns_alone() -> None:
    w, consent, _, american = asked_for()
    day = make.NOW.date()
    for actor in (w.donor, w.recipient, w.coordinator, american):
        assert visible(Consent, actor, day).filter(pk=consent.pk).exists()
    for actor in (make.person(Role.DONOR, "FRA"), make.person(Role.LOGISTICS, "EADRCC")):
        assert not visible(Consent, actor, day).filter(pk=consent.pk).exists()


def test_after_a_refusal_the_origin_is_asked_again_and_may_let_the_goods_go() -> None:
    w, consent, box, american = asked_for()
    with pytest.raises(WrongStage):
        consents.ask_consent_again(act=make.act(w.donor), consent=consent.pk)
    consents.refuse_consent(act=make.act(american, reason="not now"), consent=consent.pk)
    for actor in (w.recipient, american):
        with pytest.raises(ActsForAnother):
            consents.ask_consent_again(act=make.act(actor), consent=consent.pk)
    consents.ask_consent_again(act=make.act(w.donor), consent=consent.pk)
    with pytest.raises(ConsentMissing):
        leave(w, box)
    consents.grant_consent(act=make.act(american), consent=consent.pk)
    leave(w, box)
    assert make.row(w).dispatched == 10


def test_a_consent_whose_last_day_is_over_is_asked_for_again_without_its_old_conditions() -> None:
    w, consent, _, american = asked_for()
    granted = date(2023, 4, 20)
    consents.grant_consent(
        act=make.act(american), consent=consent.pk, conditions="no resale", valid_until=granted
    )
    with pytest.raises(WrongStage):
        consents.ask_consent_again(act=make.act(w.coordinator), consent=consent.pk)
    tomorrow = make.act(w.coordinator, now=make.NOW + timedelta(days=1))
    asked = consents.ask_consent_again(act=tomorrow, consent=consent.pk)
    asked.refresh_from_db()
    assert (asked.stage, asked.conditions, asked.valid_until) == ("requested", "", None)


def test_nobody_is_asked_again_about_goods_that_are_promised_no_more() -> None:
    w, consent, box, american = asked_for()
    consents.refuse_consent(act=make.act(american, reason="no"), consent=consent.pk)
    consignments.cancel_consignment(act=make.act(w.donor, reason="refused"), consignment=box.pk)
    allocations.cancel_allocation(
        act=make.act(w.donor, reason="refused"), allocation=consent.allocation_id
    )
    with pytest.raises(WrongStage, match="cancelled"):
        consents.ask_consent_again(act=make.act(w.donor), consent=consent.pk)
