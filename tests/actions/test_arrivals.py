"""Goods that nobody asked for are counted, and kept apart until someone decides."""

from datetime import timedelta
from uuid import uuid4

import pytest

from muster.actions import arrivals
from muster.actions.register import add_party
from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor, Role
from muster.core.refusals import (
    AmountNotPositive,
    InTheFuture,
    ItemMismatch,
    ItemUnknown,
    NoStanding,
    NotFound,
    NotReviewedNonLethal,
    PartyUnknown,
    ReasonMissing,
    Refusal,
    RoleMissing,
    TextMissing,
    WrongStage,
)
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.journal import history
from muster.queries.totals import Moment
from muster.queries.verification import verify
from muster.queries.visibility import visible
from muster.records.models import Offer, OfferLine, UnsolicitedArrival
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def arrived(w: make.World, actor: Actor | None = None, **changes: object) -> UnsolicitedArrival:
    inputs: dict[str, object] = {
        "operation": w.operation.pk,
        "reference": f"A-{uuid4().hex[:8]}",
        "item": make.TENT,
        "amount": Typed("40"),
        "sender": "someone",
        "place": make.HUB,
        "arrived_on": DAY,
    } | changes
    return arrivals.report_arrival(act=make.act(actor or w.recipient), **inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"operation": uuid4()}, NotFound),
        ({"item": "NO-SUCH"}, ItemUnknown),
        ({"amount": Typed("0")}, AmountNotPositive),
        ({"place": "NOWHERE"}, NotFound),
        ({"reference": " "}, TextMissing),
        ({"arrived_on": DAY + timedelta(days=1)}, InTheFuture),
    ],
)
def test_an_arrival_that_cannot_be_is_refused(
    changes: dict[str, object], refusal: type[Refusal]
) -> None:
    w = make.world()
    with pytest.raises(refusal):
        arrived(w, **changes)  # type: ignore[arg-type]
    make.settled()


def test_who_handles_goods_or_receives_them_here_reports_them() -> None:
    w = make.world()
    for actor in (w.recipient, w.coordinator, make.person(Role.LOGISTICS, "EADRCC")):
        assert arrived(w, actor).stage == "quarantined"
    for actor in (w.donor, make.person(Role.RECIPIENT, "MDA"), make.person(Role.ANALYST, "EADRCC")):
        with pytest.raises(RoleMissing):
            arrived(w, actor)


def test_what_arrived_is_counted_apart_and_in_the_order_it_happened() -> None:
    w = make.world()
    arrival = arrived(w)
    assert balance("quarantine", arrival.pk) == 40  # type: ignore[arg-type]
    assert [each.event for each in history(arrival.pk)] == ["report", "quarantine"]
    assert verify().differences == ()


@pytest.mark.parametrize(
    ("event", "kind"), [("redirect", "redirected"), ("return", "returned"), ("dispose", "disposed")]
)
def test_an_arrival_is_settled_once_with_a_reason(event: str, kind: str) -> None:
    w = make.world()
    arrival = arrived(w)
    with pytest.raises(ReasonMissing):
        arrivals.settle_arrival(act=make.act(w.coordinator), arrival=arrival.pk, event=event)
    with pytest.raises(RoleMissing):
        arrivals.settle_arrival(
            act=make.act(w.recipient, reason="x"), arrival=arrival.pk, event=event
        )
    why = make.act(w.coordinator, reason="not needed")
    arrivals.settle_arrival(act=why, arrival=arrival.pk, event=event)
    assert (balance("quarantine", arrival.pk), balance(kind, arrival.pk)) == (0, 40)  # type: ignore[arg-type]
    with pytest.raises(WrongStage):
        arrivals.settle_arrival(
            act=make.act(w.coordinator, reason="again"), arrival=arrival.pk, event=event
        )


def adopt(
    w: make.World, arrival: UnsolicitedArrival, *, reason: str = "by letter", **changes: object
) -> OfferLine:
    inputs: dict[str, object] = {"donor": w.donor_code} | changes
    return arrivals.adopt_arrival(
        act=make.act(w.coordinator, reason=reason),
        arrival=arrival.pk,
        **inputs,  # type: ignore[arg-type]
    )


def test_what_a_donor_owns_up_to_is_an_offer_like_any_other() -> None:
    w = make.world()
    need, arrival = make.asked(w, "60"), arrived(w)
    line = adopt(w, arrival, answers=need.pk)
    assert (line.stage, line.amount, line.donor_id) == ("offered", 40, "DEU")
    assert (balance(K.QUARANTINE, arrival.pk), balance(K.AVAILABLE, line.pk)) == (0, 40)
    assert (line.offer.reference, line.place) == (arrival.reference, make.HUB)
    assert make.row(w).offered == 40
    make.signed(w, make.handed_over(w, make.agreed(w, line, need, "40")))
    row = make.row(w)
    assert (row.offered, row.allocated, row.received) == (40, 40, 40)
    assert verify().differences == ()
    assert UnsolicitedArrival.objects.get(pk=arrival.pk).stage == "adopted"
    with pytest.raises(WrongStage):
        adopt(w, arrival)


def test_the_board_of_the_past_does_not_know_of_an_adoption_yet() -> None:
    w = make.world()
    need, arrival = make.asked(w, "60"), arrived(w)
    later = make.NOW + timedelta(days=1)
    arrivals.adopt_arrival(
        act=make.act(w.coordinator, reason="by letter", now=later),
        arrival=arrival.pk,
        donor="DEU",
        answers=need.pk,
    )
    assert make.row(w).offered == 40
    for moment in (Moment(known=make.NOW), Moment(happened=make.NOW)):
        assert make.row(w, moment=moment).offered == 0


def test_a_coordinator_adopts_with_the_donors_word_for_a_donor_who_may_give() -> None:
    w = make.world()
    stranger = add_party(
        act=make.act(w.coordinator), code="STRANGER", name="A stranger", kind="nation"
    )
    arrival, truck = arrived(w), arrived(w, item="VEH-TRK-008", amount=Typed("2"))
    with pytest.raises(ReasonMissing):
        adopt(w, arrival, reason=" ")
    with pytest.raises(NoStanding):
        adopt(w, arrival, donor=stranger.pk)
    with pytest.raises(PartyUnknown):
        adopt(w, arrival, donor="NOWHERE")
    with pytest.raises(ItemMismatch):
        adopt(w, truck, answers=make.asked(w).pk)
    for actor in (w.donor, make.person(Role.LOGISTICS, "EADRCC")):
        with pytest.raises(RoleMissing):
            arrivals.adopt_arrival(
                act=make.act(actor, reason="ours"), arrival=arrival.pk, donor="DEU"
            )
    assert balance(K.QUARANTINE, arrival.pk) == 40
    assert not Offer.objects.filter(operation=w.operation).exists()


def test_the_organisation_adopts_only_what_is_reviewed_as_non_lethal() -> None:
    w = make.world()
    arrival = arrived(w, item="WPN-HOW-155")
    with pytest.raises(NotReviewedNonLethal):
        adopt(w, arrival, donor="NATO")
    assert balance(K.QUARANTINE, arrival.pk) == 40


def test_what_is_adopted_is_not_returned() -> None:
    w = make.world()
    arrival = arrived(w)
    adopt(w, arrival)
    with pytest.raises(WrongStage):
        arrivals.settle_arrival(
            act=make.act(w.coordinator, reason="x"), arrival=arrival.pk, event="return"
        )


@pytest.mark.parametrize("event", ["adopt", "eat", "quarantine", ""])
def test_there_are_only_so_many_ways_to_settle_it(event: str) -> None:
    w = make.world()
    arrival = arrived(w)
    with pytest.raises(WrongStage):
        arrivals.settle_arrival(
            act=make.act(w.coordinator, reason="x"), arrival=arrival.pk, event=event
        )


def test_another_nation_does_not_see_what_lies_at_a_hub() -> None:
    w = make.world()
    arrival = arrived(w)
    nation = make.person(Role.DONOR, "FRA")
    assert not visible(UnsolicitedArrival, nation, DAY).filter(pk=arrival.pk).exists()
