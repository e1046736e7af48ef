"""Allocating: what two sides agree, and what nobody can promise twice."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from muster.actions import allocations, catalogue, offers, proposals, requests
from muster.actions.proposals import PROPOSAL_STANDS
from muster.actions.requests import LineAsked, circulate_request
from muster.core.actors import ANYONE, Role
from muster.core.refusals import (
    ActsForAnother,
    AmountFractional,
    AmountNotPositive,
    CaveatForbids,
    InTheFuture,
    ItemMismatch,
    MoreThanAsked,
    NotEnoughOffered,
    NotFound,
    NotReviewedNonLethal,
    NotWholeSteps,
    OperationMismatch,
    ReasonMissing,
    RoleMissing,
    SignInNeeded,
    WrongStage,
)
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.board import board
from muster.queries.verification import verify
from muster.queries.visibility import visible
from muster.records.models import Allocation
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def test_an_allocation_counts_only_once_both_sides_agree() -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    make.proposed(w, giving, taking, "40")
    assert board(w.operation, w.coordinator, day=DAY)[0].allocated == 0
    make.agreed(w, giving, taking, "60")
    assert board(w.operation, w.coordinator, day=DAY)[0].allocated == 60


def test_an_offer_cannot_be_promised_beyond_what_it_holds() -> None:
    w = make.world()
    giving, taking = make.offered(w, "50"), make.asked(w)
    make.proposed(w, giving, taking, "50")
    with pytest.raises(NotEnoughOffered):
        make.proposed(w, giving, taking, "1")


def test_a_need_cannot_be_promised_more_than_it_asks() -> None:
    w = make.world()
    giving, taking = make.offered(w, "500"), make.asked(w)
    with pytest.raises(MoreThanAsked):
        make.proposed(w, giving, taking, "500")
    assert verify().unaccounted == 0


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [("0", AmountNotPositive), ("-50", AmountNotPositive), ("0.5", AmountFractional)],
)
def test_nothing_and_less_is_not_promised(amount: str, refusal: type[Exception]) -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    with pytest.raises(refusal):
        make.proposed(w, giving, taking, amount)


def test_only_the_centre_proposes() -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    for actor in (w.donor, w.recipient, make.person(Role.LOGISTICS, "EADRCC")):
        with pytest.raises(RoleMissing):
            make.proposed(make.World(w.operation, actor, w.donor, w.recipient), giving, taking, "1")
    with pytest.raises(SignInNeeded):
        make.proposed(make.World(w.operation, ANYONE, w.donor, w.recipient), giving, taking, "1")


def test_each_side_says_yes_for_itself_alone() -> None:
    w = make.world()
    proposal = make.proposed(w, make.offered(w), make.asked(w), "10")
    for actor in (w.coordinator, w.recipient, make.person(Role.DONOR, "FRA")):
        with pytest.raises(ActsForAnother):
            allocations.confirm_allocation(act=make.act(actor), allocation=proposal.pk)
    for actor in (w.coordinator, w.donor, make.person(Role.RECIPIENT, "MDA")):
        with pytest.raises(ActsForAnother):
            allocations.accept_allocation(act=make.act(actor), allocation=proposal.pk)


def test_nobody_says_yes_twice() -> None:
    w = make.world()
    proposal = make.proposed(w, make.offered(w), make.asked(w), "10")
    allocations.confirm_allocation(act=make.act(w.donor), allocation=proposal.pk)
    with pytest.raises(WrongStage):
        allocations.confirm_allocation(act=make.act(w.donor), allocation=proposal.pk)
    assert make.row(w).allocated == 0


def test_a_promise_is_not_agreed_in_the_future() -> None:
    w = make.world()
    proposal = make.proposed(w, make.offered(w), make.asked(w), "10")
    with pytest.raises(InTheFuture):
        allocations.confirm_allocation(
            act=make.act(w.donor),
            allocation=proposal.pk,
            happened_at=make.NOW + timedelta(seconds=1),
        )


def test_a_cancelled_promise_returns_to_the_offer_and_to_the_need() -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    promised = make.agreed(w, giving, taking, "60")
    with pytest.raises(ReasonMissing):
        allocations.cancel_allocation(act=make.act(w.donor), allocation=promised.pk)
    allocations.cancel_allocation(act=make.act(w.donor, reason="no"), allocation=promised.pk)
    row = make.row(w)
    assert (row.allocated, row.remaining, row.fell_short) == (0, 100, 0)
    assert balance("available", giving.pk) == 100  # type: ignore[arg-type]
    with pytest.raises(WrongStage):
        allocations.cancel_allocation(act=make.act(w.donor, reason="x"), allocation=promised.pk)
    assert verify().differences == ()


def test_others_do_not_cancel_and_the_centre_does_not_decline() -> None:
    w = make.world()
    promised = make.agreed(w, make.offered(w), make.asked(w), "60")
    proposal = make.proposed(w, make.offered(w), make.asked(w), "10")
    stranger = make.act(make.person(Role.DONOR, "FRA"), reason="x")
    with pytest.raises(ActsForAnother):
        allocations.cancel_allocation(act=stranger, allocation=promised.pk)
    with pytest.raises(ActsForAnother):
        allocations.decline_allocation(
            act=make.act(w.coordinator, reason="x"), allocation=proposal.pk
        )


def test_once_a_part_is_packed_a_cancellation_releases_the_rest() -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    promised = make.agreed(w, giving, taking, "60")
    make.shipped(w, promised, "20")
    done = allocations.cancel_allocation(
        act=make.act(w.coordinator, reason="enough"), allocation=promised.pk
    )
    assert done.stage == "closed"
    row = make.row(w)
    assert (row.allocated, row.remaining) == (20, 80)
    assert verify().differences == ()


def test_an_agreed_promise_neither_lapses_nor_is_declined_though_a_part_is_packed() -> None:
    w = make.world()
    promised = make.agreed(w, make.offered(w), make.asked(w), "60")
    make.shipped(w, promised, "20")
    later = make.NOW + PROPOSAL_STANDS + timedelta(days=1)
    with pytest.raises(WrongStage):
        allocations.lapse_allocation(act=make.act(ANYONE, now=later), allocation=promised.pk)
    with pytest.raises(WrongStage):
        allocations.decline_allocation(act=make.act(w.donor, reason="no"), allocation=promised.pk)
    assert make.row(w).allocated == 60


def test_a_proposal_lapses_after_its_time_and_not_before() -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    proposal = make.proposed(w, giving, taking, "60")
    with pytest.raises(WrongStage):
        allocations.lapse_allocation(act=make.act(ANYONE), allocation=proposal.pk)
    later = make.NOW + PROPOSAL_STANDS
    allocations.lapse_allocation(act=make.act(ANYONE, now=later), allocation=proposal.pk)
    assert Allocation.objects.get(pk=proposal.pk).stage == "expired"
    assert balance("available", giving.pk) == 100  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        allocations.lapse_allocation(act=make.act(ANYONE, now=later), allocation=uuid4())


def test_tents_do_not_stand_in_for_blankets_nor_one_operation_for_another() -> None:
    w = make.world()
    with pytest.raises(ItemMismatch):
        make.proposed(w, make.offered(w), make.asked(w, item="SHL-BLK-WOL"), "10")
    with pytest.raises(OperationMismatch):
        make.proposed(w, make.offered(w), make.asked(make.world()), "10")


def test_two_of_a_lesser_substitute_stand_for_one_and_no_half_is_promised() -> None:
    w = make.world()
    giving, taking = make.offered(w, "100", item="SHL-BLK-WMT"), make.asked(w, item="SHL-BLK-WOL")
    with pytest.raises(NotWholeSteps):
        make.proposed(w, giving, taking, "41")
    promised = make.agreed(w, giving, taking, "40")
    assert (promised.amount, promised.covers) == (40, 20)
    row = make.row(w)
    assert (row.allocated, row.remaining, row.offered) == (20, 80, 50)
    assert verify().differences == ()


def test_substitutes_are_not_sent_to_who_does_not_want_them() -> None:
    w = make.world()
    request = requests.draft_request(
        act=make.act(w.recipient),
        operation=w.operation.pk,
        recipient="UKR",
        reference="STRICT",
        title="Blankets",
        asked_on=date(2023, 1, 1),
        lines=[LineAsked(item="SHL-BLK-WOL", quantity=Typed("100"), substitutes_welcome=False)],
    )
    requests.submit_request(act=make.act(w.recipient), request=request.pk)
    requests.validate_request(act=make.act(w.recipient), request=request.pk)
    with pytest.raises(ItemMismatch):
        make.proposed(w, make.offered(w, item="SHL-BLK-THM"), request.lines.get(), "10")


def test_a_donors_lots_are_not_broken() -> None:
    w = make.world()
    giving, taking = make.offered(w, "100", lot=12), make.asked(w)
    with pytest.raises(NotWholeSteps):
        make.proposed(w, giving, taking, "30")
    assert make.proposed(w, giving, taking, "36").covers == 36


def test_a_pack_is_so_many_and_not_one() -> None:
    w = make.world()
    gloves = "MED-GLV-EXM"
    giving = make.offered(w, "10", unit="box", item=gloves)
    taking = make.asked(w, "1000", item=gloves)
    assert giving.amount == 1000
    promised = proposals.propose_allocation(
        act=make.act(w.coordinator),
        offer_line=giving.pk,
        request_line=taking.pk,
        amount=Typed("10", "box"),
    )
    assert (promised.amount, promised.covers) == (1000, 1000)
    assert make.row(w).proposed == 1000


def test_a_caveat_keeps_goods_from_whom_the_donor_does_not_mean() -> None:
    w = make.world()
    taking = make.asked(w)
    for caveat in ({"only_for": ("MDA",)}, {"not_for": ("UKR",)}):
        giving = make.offered(w, caveat="not for this one", **caveat)  # type: ignore[arg-type]
        with pytest.raises(CaveatForbids):
            make.proposed(w, giving, taking, "1")
    make.proposed(w, make.offered(w, only_for=("UKR",)), taking, "1")


def test_what_is_reviewed_as_lethal_since_is_not_promised_by_the_organisation() -> None:
    w = make.world(donor="NATO")
    giving, taking = make.offered(w, item="GEN-DSL-003"), make.asked(w, item="GEN-DSL-003")
    make.proposed(w, giving, taking, "1")
    catalogue.review_item(
        act=make.act(w.coordinator, reason="new facts"), item="GEN-DSL-003", verdict="unreviewed"
    )
    with pytest.raises(NotReviewedNonLethal):
        make.proposed(w, giving, taking, "1")


def test_a_promise_of_a_restricted_offer_or_an_uncirculated_request_is_not_the_nations() -> None:
    w = make.world()
    nation = make.person(Role.DONOR, "FRA")
    early = make.asked(w, circulated=False)
    promised = make.agreed(w, make.offered(w), early, "10")
    assert not visible(Allocation, nation, DAY).filter(pk=promised.pk).exists()
    circulate_request(act=make.act(w.coordinator), request=early.request_id)
    assert visible(Allocation, nation, DAY).filter(pk=promised.pk).exists()
    for actor in (w.donor, w.recipient, make.person(Role.LOGISTICS, "EADRCC")):
        assert visible(Allocation, actor, DAY).filter(pk=promised.pk).exists()


def test_a_proposal_past_its_time_is_agreed_to_by_nobody() -> None:
    w = make.world()
    proposal = make.proposed(w, make.offered(w), make.asked(w), "60")
    late, last = make.NOW + PROPOSAL_STANDS, make.NOW + PROPOSAL_STANDS - timedelta(seconds=1)
    allocations.confirm_allocation(act=make.act(w.donor, now=last), allocation=proposal.pk)
    with pytest.raises(WrongStage, match="past its time"):
        allocations.accept_allocation(act=make.act(w.recipient, now=late), allocation=proposal.pk)
    assert Allocation.objects.get(pk=proposal.pk).stage == "confirmed"
    assert make.row(w).allocated == 0


def test_nobody_agrees_to_a_proposal_once_its_request_is_withdrawn() -> None:
    w = make.world()
    taking = make.asked(w)
    proposal = make.proposed(w, make.offered(w), taking, "60")
    requests.withdraw_request(
        act=make.act(w.recipient, reason="not needed"), request=taking.request_id
    )
    for actor, verb in (
        (w.donor, allocations.confirm_allocation),
        (w.recipient, allocations.accept_allocation),
    ):
        with pytest.raises(WrongStage, match="withdrawn"):
            verb(act=make.act(actor), allocation=proposal.pk)
    assert Allocation.objects.get(pk=proposal.pk).stage == "proposed"


def test_nobody_agrees_to_a_proposal_once_its_offer_is_withdrawn() -> None:
    w = make.world()
    giving = make.offered(w)
    proposal = make.proposed(w, giving, make.asked(w), "60")
    offers.withdraw_offer(act=make.act(w.donor, reason="needed at home"), line=giving.pk)
    with pytest.raises(WrongStage, match="withdrawn"):
        allocations.accept_allocation(act=make.act(w.recipient), allocation=proposal.pk)
    assert Allocation.objects.get(pk=proposal.pk).stage == "proposed"
