"""What waits for whom: nothing is missed, and nothing of another's is shown."""

import pytest

from muster.actions import allocations, offers, requests
from muster.core.actors import Role
from muster.queries.amounts import Typed
from muster.queries.home import (
    Pile,
    coordinator_piles,
    donor_piles,
    logistics_piles,
    recipient_piles,
)
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def keys(piles: tuple[Pile, ...], name: str) -> set[object]:
    return {row.key for pile in piles if pile.name == name for row in pile.rows}


def test_a_proposal_waits_only_for_those_who_have_not_said_yes() -> None:
    w = make.world()
    allocation = make.proposed(w, make.offered(w), make.asked(w), "40")
    assert allocation.pk in keys(donor_piles(w.donor, DAY), "to_confirm")
    assert allocation.pk in keys(recipient_piles(w.recipient, DAY), "to_accept")
    allocations.confirm_allocation(act=make.act(w.donor), allocation=allocation.pk)
    assert allocation.pk not in keys(donor_piles(w.donor, DAY), "to_confirm")
    assert allocation.pk in keys(recipient_piles(w.recipient, DAY), "to_accept")
    assert allocation.pk in keys(coordinator_piles(w.coordinator, DAY), "proposals")


def test_an_agreed_allocation_waits_to_be_packed_until_all_of_it_is() -> None:
    w = make.world()
    allocation = make.agreed(w, make.offered(w), make.asked(w), "40")
    planner = make.person(Role.LOGISTICS, "EADRCC")
    assert allocation.pk in keys(logistics_piles(planner, DAY), "to_pack_up")
    make.shipped(w, allocation, "15")
    assert allocation.pk in keys(logistics_piles(planner, DAY), "to_pack_up")
    make.shipped(w, allocation, "25")
    assert allocation.pk not in keys(logistics_piles(planner, DAY), "to_pack_up")


def test_what_is_handed_over_waits_for_the_signature_of_its_consignee_alone() -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "40"))
    assert box.pk in keys(recipient_piles(w.recipient, DAY), "to_sign")
    assert box.pk not in keys(recipient_piles(make.person(Role.RECIPIENT, "TUR"), DAY), "to_sign")
    make.signed(w, box)
    assert box.pk not in keys(recipient_piles(w.recipient, DAY), "to_sign")


def test_a_need_is_uncovered_until_someone_offers_for_it() -> None:
    w = make.world()
    need = make.asked(w)
    pile = next(pile for pile in donor_piles(w.donor, DAY) if pile.name == "uncovered")
    make.offered(w, answers=need.pk)
    after = next(pile for pile in donor_piles(w.donor, DAY) if pile.name == "uncovered")
    assert after.count == pile.count - 1
    assert need.pk not in {row.key for row in after.rows}


def test_an_offer_waits_for_an_answer_with_its_age_until_it_has_one() -> None:
    w = make.world()
    given = make.offered(w)
    rows = [
        row
        for pile in recipient_piles(w.recipient, DAY)
        if pile.name == "offers_to_answer"
        for row in pile.rows
        if row.key == given.offer_id
    ]
    assert [row.since for row in rows] == [make.NOW]
    offers.accept_offer(act=make.act(w.recipient), line=given.pk)
    assert given.offer_id not in keys(recipient_piles(w.recipient, DAY), "offers_to_answer")


def test_a_question_waits_until_the_recipient_has_clarified() -> None:
    w = make.world()
    request = requests.draft_request(
        act=make.act(w.recipient),
        operation=w.operation.pk,
        recipient=w.recipient_code,
        reference="R/Q",
        title="Masks",
        asked_on=DAY,
        lines=[
            requests.LineAsked(
                item=make.TENT, quantity=Typed("not stated"), question="How many are needed?"
            )
        ],
    )
    line = request.lines.get()
    assert line.pk in keys(recipient_piles(w.recipient, DAY), "questions")
    requests.clarify_line(act=make.act(w.recipient), line=line.pk, quantity=Typed("70"))
    assert line.pk not in keys(recipient_piles(w.recipient, DAY), "questions")


def test_another_nations_restricted_offer_is_in_no_pile() -> None:
    w = make.world()
    given = make.offered(w)
    type(given).objects.filter(pk=given.pk).update(audiences=["centre", "party:DEU"])
    for piles in (
        recipient_piles(w.recipient, DAY),
        donor_piles(make.person(Role.DONOR, "FRA"), DAY),
    ):
        assert given.offer_id not in {row.key for pile in piles for row in pile.rows}
