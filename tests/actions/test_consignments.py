"""From packing to the hand-over: what may leave, and where every unit is on the way."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from muster.actions import catalogue, consignments, journeys
from muster.core.actors import Actor, Role
from muster.core.refusals import (
    ActsForAnother,
    AmountNotPositive,
    AmountTooLarge,
    ConsigneeMissing,
    DatesOutOfOrder,
    DuplicateReference,
    InTheFuture,
    ManifestEmpty,
    NotEnoughThere,
    NotFound,
    NotReviewedNonLethal,
    NotYours,
    OperationMismatch,
    PartyUnknown,
    ReasonMissing,
    Refusal,
    SerialsMissing,
    SerialTwice,
    WrongStage,
)
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.verification import verify
from muster.queries.visibility import visible
from muster.records.models import Account, Allocation, Consignment, JournalEntry, ManifestLine
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def promised(w: make.World, amount: str = "60", **offer: object) -> Allocation:
    item = str(offer.get("item", make.TENT))
    return make.agreed(w, make.offered(w, "100", **offer), make.asked(w, "100", item=item), amount)  # type: ignore[arg-type]


def planned(w: make.World, actor: Actor | None = None, **changes: object) -> Consignment:
    inputs: dict[str, object] = {
        "operation": w.operation.pk,
        "donor": w.donor_code,
        "reference": f"C-{uuid4().hex[:8]}",
        "consignee": w.recipient_code,
    } | changes
    return consignments.plan_consignment(act=make.act(actor or w.donor), **inputs)  # type: ignore[arg-type]


def pack(w: make.World, box: Consignment, goods: Allocation, amount: str, **more: object) -> None:
    consignments.pack(
        act=make.act(w.donor),
        consignment=box.pk,
        allocation=goods.pk,
        amount=Typed(amount),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"operation": uuid4()}, NotFound),
        ({"consignee": "NOBODY"}, PartyUnknown),
        ({"from_place": "NOWHERE"}, NotFound),
        ({"to_place": "NOWHERE"}, NotFound),
        ({"leaves_on": date(2023, 3, 2), "due_on": date(2023, 3, 1)}, DatesOutOfOrder),
        ({"donor": "FRA"}, ActsForAnother),
    ],
)
def test_a_consignment_that_cannot_be_is_refused(
    changes: dict[str, object], refusal: type[Refusal]
) -> None:
    w = make.world()
    with pytest.raises(refusal):
        planned(w, **changes)  # type: ignore[arg-type]
    make.settled()


def test_a_coordinator_cannot_plan_for_a_donor_that_is_not_there() -> None:
    w = make.world()
    with pytest.raises(PartyUnknown):
        planned(w, w.coordinator, donor="NOBODY")
    make.settled()


def test_a_reference_is_used_once_in_an_operation() -> None:
    w = make.world()
    planned(w, reference="BOX-1")
    with pytest.raises(DuplicateReference, match="BOX-1"):
        planned(w, reference="BOX-1")


def test_more_than_is_promised_is_not_packed() -> None:
    w = make.world()
    goods, box = promised(w, "60"), planned(w)
    pack(w, box, goods, "50")
    with pytest.raises(NotEnoughThere):
        pack(w, box, goods, "50")
    assert balance("allocated", goods.pk) == 10  # type: ignore[arg-type]


def test_only_what_is_agreed_of_this_donor_for_this_consignee_is_packed() -> None:
    w, other = make.world(), make.world(donor="FRA")
    proposal = make.proposed(w, make.offered(w), make.asked(w), "10")
    with pytest.raises(WrongStage):
        pack(w, planned(w), proposal, "10")
    with pytest.raises(OperationMismatch):
        pack(w, planned(w), promised(other), "10")
    french = make.World(w.operation, w.coordinator, other.donor, w.recipient, "FRA")
    with pytest.raises(NotYours):
        pack(w, planned(w), promised(french), "10")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"pieces": 0}, AmountNotPositive),
        ({"pieces": -1}, AmountNotPositive),
        ({"pieces": 10**12}, AmountTooLarge),
        ({"gross_kg": Decimal("-0.1")}, AmountNotPositive),
        ({"gross_kg": Decimal("1e30")}, AmountTooLarge),
        ({"volume_m3": Decimal("NaN")}, AmountTooLarge),
    ],
)
def test_impossible_weights_and_pieces_are_refused(
    more: dict[str, object], refusal: type[Refusal]
) -> None:
    w = make.world()
    goods, box = promised(w), planned(w)
    with pytest.raises(refusal):
        pack(w, box, goods, "10", **more)


def test_a_tracked_thing_travels_with_its_number_and_each_number_once() -> None:
    w = make.world()
    item = "MED-VNT-001"
    goods, box = promised(w, "4", item=item), planned(w)
    with pytest.raises(SerialsMissing):
        pack(w, box, goods, "2", serials=["A-1"])
    with pytest.raises(SerialsMissing):
        pack(w, box, goods, "2", serials=["A-1", "  "])
    with pytest.raises(SerialTwice, match="A-1"):
        pack(w, box, goods, "2", serials=["A-1", "A-1"])
    pack(w, box, goods, "2", serials=["A-1", "A-2"])
    with pytest.raises(SerialTwice):
        pack(w, box, goods, "1", serials=["A-2"])
    consignments.cancel_consignment(act=make.act(w.donor, reason="no"), consignment=box.pk)
    pack(w, planned(w), goods, "1", serials=["A-2"])


def test_a_locked_manifest_takes_nothing_more_and_an_empty_one_is_not_locked() -> None:
    w = make.world()
    goods, box = promised(w), planned(w)
    with pytest.raises(ManifestEmpty):
        consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(WrongStage):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    pack(w, box, goods, "10")
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(WrongStage):
        pack(w, box, goods, "10")


def test_nothing_leaves_without_a_consignee() -> None:
    w = make.world()
    box = planned(w, consignee=None)
    pack(w, box, promised(w), "10")
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(ConsigneeMissing):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)


def test_a_review_between_the_offer_and_the_dispatch_stops_the_organisations_goods() -> None:
    w = make.world(donor="NATO")
    goods = promised(w, "5", item="GEN-DSL-003")
    box = make.shipped(w, goods)
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    review = make.act(w.coordinator, reason="new facts")
    catalogue.review_item(act=review, item="GEN-DSL-003", verdict="lethal")
    with pytest.raises(NotReviewedNonLethal):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    again = make.act(w.coordinator, reason="a mistake")
    catalogue.review_item(act=again, item="GEN-DSL-003", verdict="non_lethal")
    consignments.dispatch(act=make.act(w.donor), consignment=box.pk)


@pytest.mark.parametrize("field", ["happened_at"])
def test_goods_do_not_leave_in_the_future(field: str) -> None:
    w = make.world()
    box = make.shipped(w, promised(w))
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    later = {field: make.NOW + timedelta(seconds=1)}
    with pytest.raises(InTheFuture):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk, **later)  # type: ignore[arg-type]


def test_a_place_that_is_not_there_is_refused_wherever_it_is_typed() -> None:
    w = make.world()
    box = make.shipped(w, promised(w))
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(NotFound, match="NOWHERE"):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk, place="NOWHERE")
    consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    for event in ("reach_hub", "cross_border"):
        with pytest.raises(NotFound, match="NOWHERE"):
            report(w, box, event, "NOWHERE")
    with pytest.raises(NotFound, match="NOWHERE"):
        journeys.hand_over(act=make.act(w.donor), consignment=box.pk, place="NOWHERE")
    make.settled()


def report(w: make.World, box: Consignment, event: str, place: str) -> None:
    journeys.report_on_the_way(act=make.act(w.donor), consignment=box.pk, event=event, place=place)


def test_goods_are_found_at_each_hub_in_turn_though_the_clock_stands_still() -> None:
    w = make.world()
    box = make.sent(w, promised(w))
    line = box.lines.get()
    for hub in ("HUB-RZESZOW", "HUB-LVIV", "HUB-SUCEAVA", "HUB-RZESZOW", "HUB-ADANA"):
        report(w, box, "reach_hub", hub)
        at = Account.objects.get(owner_id=line.pk, kind="at_hub", place_id=hub)
        assert at.amount_in - at.amount_out == 60
        report(w, box, "leave_hub", hub)
        assert balance("in_transit", line.pk) == 60  # type: ignore[arg-type]
        assert balance("at_hub", line.pk) == 0  # type: ignore[arg-type]
    report(w, box, "reach_hub", "HUB-LVIV")
    journeys.hand_over(act=make.act(w.donor), consignment=box.pk, place="HUB-LVIV")
    assert balance("handed_over", line.pk) == 60  # type: ignore[arg-type]
    assert make.row(w).dispatched == 60
    assert verify().differences == ()


@pytest.mark.parametrize("event", ["dispatch", "accept", "explode", "lose", ""])
def test_only_what_happens_on_the_way_is_reported_there(event: str) -> None:
    w = make.world()
    box = make.sent(w, promised(w))
    with pytest.raises(WrongStage):
        report(w, box, event, make.HUB)


def test_a_lost_consignment_opens_the_need_again() -> None:
    w = make.world()
    box = make.sent(w, promised(w))
    report(w, box, "reach_hub", make.HUB)
    with pytest.raises(ReasonMissing):
        journeys.lose_consignment(act=make.act(w.donor), consignment=box.pk)
    journeys.lose_consignment(act=make.act(w.donor, reason="fire"), consignment=box.pk)
    row = make.row(w)
    assert (row.dispatched, row.received, row.fell_short, row.remaining) == (60, 0, 60, 100)
    assert balance("lost", box.lines.get().pk) == 60  # type: ignore[arg-type]
    with pytest.raises(WrongStage):
        journeys.hand_over(act=make.act(w.donor), consignment=box.pk, place=make.PLACE)
    assert verify().differences == ()


def test_a_cancelled_consignment_gives_back_and_one_that_left_is_not_cancelled() -> None:
    w = make.world()
    goods = promised(w)
    box = make.shipped(w, goods)
    consignments.cancel_consignment(act=make.act(w.donor, reason="no"), consignment=box.pk)
    assert balance("allocated", goods.pk) == 60  # type: ignore[arg-type]
    gone = make.sent(w, goods)
    with pytest.raises(WrongStage):
        consignments.cancel_consignment(act=make.act(w.donor, reason="no"), consignment=gone.pk)


@pytest.mark.parametrize(
    ("role", "party", "refusal"),
    [
        (Role.DONOR, "FRA", NotFound),
        (Role.RECIPIENT, "MDA", NotFound),
        (Role.RECIPIENT, "UKR", ActsForAnother),
        (Role.ANALYST, "EADRCC", ActsForAnother),
    ],
)
def test_who_may_not_move_a_consignment_is_refused_and_another_nation_does_not_see_it(
    role: Role, party: str, refusal: type[Refusal]
) -> None:
    w = make.world()
    actor = make.person(role, party)
    box = make.shipped(w, promised(w))
    with pytest.raises(refusal):
        consignments.lock_manifest(act=make.act(actor), consignment=box.pk)


def test_movements_are_in_nothing_that_another_nation_reads() -> None:
    w = make.world()
    box = make.sent(w, promised(w))
    report(w, box, "reach_hub", make.HUB)
    nation = make.person(Role.DONOR, "FRA")
    for model in (Consignment, ManifestLine):
        assert not visible(model, nation, DAY).filter(pk__in=[box.pk, *pks(box)]).exists()
    told = visible(JournalEntry, nation, DAY).filter(operation=w.operation)
    assert not told.filter(subject__in=["consignment", "manifest_line"]).exists()
    assert visible(Consignment, make.person(Role.LOGISTICS, "EADRCC"), DAY).filter(pk=box.pk)


def pks(box: Consignment) -> list[object]:
    return list(box.lines.values_list("pk", flat=True))
