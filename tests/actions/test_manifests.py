"""Before a consignment leaves: who signs for it, and a packing list that is opened again."""

import pytest

from muster.actions import consignments
from muster.core.actors import Role
from muster.core.refusals import (
    ActsForAnother,
    ConsigneeMissing,
    NotARecipient,
    NotFound,
    NotYours,
    PartyUnknown,
    ReasonMissing,
    Refusal,
    WrongStage,
)
from muster.queries.amounts import Typed
from muster.queries.visibility import visible
from muster.records.models import Allocation, Consignment, ManifestLine, OperationRecipient
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def unnamed(w: make.World) -> tuple[Consignment, Allocation]:
    """A consignment for nobody yet, with a part of an agreed allocation in it."""
    goods = make.agreed(w, make.offered(w), make.asked(w), "60")
    box = consignments.plan_consignment(
        act=make.act(w.donor), operation=w.operation.pk, donor=w.donor_code, reference="BOX"
    )
    pack(w, box, goods)
    return box, goods


def pack(w: make.World, box: Consignment, goods: Allocation) -> None:
    consignments.pack(
        act=make.act(w.donor), consignment=box.pk, allocation=goods.pk, amount=Typed("20")
    )


def name(w: make.World, box: Consignment, consignee: str) -> Consignment:
    return consignments.name_consignee(
        act=make.act(w.donor), consignment=box.pk, consignee=consignee
    )


@pytest.mark.parametrize("is_cleared", [False, True])
def test_a_consignment_leaves_once_its_consignee_is_named(*, is_cleared: bool) -> None:
    w = make.world()
    box, _ = unnamed(w)
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    if is_cleared:
        consignments.clear_consignment(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(ConsigneeMissing):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    name(w, box, "UKR")
    consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    assert make.row(w).dispatched == 20


def test_a_consignee_sees_what_it_will_sign_for_from_the_moment_it_is_named() -> None:
    w = make.world()
    box, _ = unnamed(w)
    assert not visible(Consignment, w.recipient, DAY).filter(pk=box.pk).exists()
    name(w, box, "UKR")
    assert visible(Consignment, w.recipient, DAY).filter(pk=box.pk).exists()
    assert visible(ManifestLine, w.recipient, DAY).filter(consignment=box).exists()
    again = name(w, box, "UKR")
    assert len(again.audiences) == len(set(again.audiences))


@pytest.mark.parametrize(
    ("consignee", "refusal"),
    [("NOBODY", PartyUnknown), ("POL", NotARecipient), ("MDA", NotYours)],
)
def test_a_consignee_is_a_recipient_to_whom_all_of_it_was_promised(
    consignee: str, refusal: type[Refusal]
) -> None:
    w = make.world()
    OperationRecipient.objects.create(operation=w.operation, party_id="MDA")
    box, _ = unnamed(w)
    with pytest.raises(refusal):
        name(w, box, consignee)
    assert Consignment.objects.get(pk=box.pk).consignee_id is None


def test_strangers_name_no_consignee_and_open_no_manifest() -> None:
    w = make.world()
    box, _ = unnamed(w)
    name(w, box, "UKR")
    stranger = make.person(Role.DONOR, "FRA")
    for actor, refusal in ((w.recipient, ActsForAnother), (stranger, NotFound)):
        act = make.act(actor, reason="x")
        with pytest.raises(refusal):
            consignments.name_consignee(act=act, consignment=box.pk, consignee="UKR")
        with pytest.raises(refusal):
            consignments.unlock_manifest(act=act, consignment=box.pk)


def test_a_consignment_with_its_papers_or_on_its_way_gets_no_other_consignee() -> None:
    w = make.world()
    box, _ = unnamed(w)
    name(w, box, "UKR")
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    consignments.clear_consignment(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(WrongStage):
        name(w, box, "UKR")
    consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(WrongStage):
        name(w, box, "UKR")


def test_a_manifest_that_is_opened_again_takes_more_and_the_reason_is_kept() -> None:
    w = make.world()
    box, goods = unnamed(w)
    with pytest.raises(WrongStage):
        consignments.unlock_manifest(act=make.act(w.donor, reason="x"), consignment=box.pk)
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(WrongStage):
        pack(w, box, goods)
    with pytest.raises(ReasonMissing):
        consignments.unlock_manifest(act=make.act(w.donor), consignment=box.pk)
    why = make.act(w.donor, reason="twenty more came")
    assert consignments.unlock_manifest(act=why, consignment=box.pk).stage == "planned"
    pack(w, box, goods)
    assert box.lines.count() == 2
