"""Two sites speak in messages: what one asks, offers and promises, the other understands."""

from datetime import date

import pytest

from muster.actions import allocations, consignments, journeys, offers, requests
from muster.actions.requests import LineAsked
from muster.core.refusals import (
    ActsForAnother,
    ItemMismatch,
    MessageUnclear,
    ReasonMissing,
    RoleMissing,
)
from muster.queries.amounts import Typed
from muster.queries.messages import MessageSeen
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    ImportBatch,
    Item,
    OfferLine,
    RequestLine,
)
from tests import make
from tests.make import HUB, NOW, TENT, act, world
from tests.make_messages import (
    answer_to,
    answered,
    made,
    message,
    taken,
    two,
    without_preceding,
    written,
)

pytestmark = pytest.mark.usefixtures("records")

KINDS = ["450", "up to 450", "at least 12", "10 to 20", "about 30"]


@pytest.mark.parametrize("amount", KINDS)
def test_a_request_is_the_same_on_the_site_that_receives_it(amount: str) -> None:
    t = two(amount)
    here, there = t.asked, t.need
    assert there.item_id == here.item_id
    assert (there.quantity_kind, there.low, there.high) == (here.quantity_kind, here.low, here.high)
    assert there.request.recipient_id == here.request.recipient_id
    assert there.request.asked_on == NOW.date()
    assert not ImportBatch.objects.exists()


def test_every_part_of_a_line_travels() -> None:
    a, b = world(), world()
    request = requests.draft_request(
        act=act(a.recipient),
        operation=a.operation.pk,
        recipient="UKR",
        reference="R-1",
        title="Winter",
        asked_on=date(2023, 4, 1),
        lines=[
            LineAsked(
                item=TENT,
                quantity=Typed("7"),
                urgency=1,
                needed_by=date(2023, 5, 1),
                place="Lviv",
                description="for families",
            )
        ],
    )
    requests.submit_request(act=act(a.recipient), request=request.pk)
    said = taken(b, b.recipient, written(request.pk, a.recipient))
    line = RequestLine.objects.get(request_id=made(said))
    assert (line.urgency, line.needed_by, line.place) == (1, date(2023, 5, 1), "Lviv")
    assert "for families" in line.description
    assert line.request.title == "Winter"
    assert line.request.stage == "submitted"


def test_an_offer_goes_back_and_answers_the_need_of_the_site_that_asked() -> None:
    t = two()
    back = written(answered(t).pk, t.b.donor)
    response = message(back)
    assert response.kind == "ResponseToRequestResource"
    assert response.preceding_id == f"urn:uuid:{t.asked.request_id}"
    said = taken(t.a, t.a.donor, back)
    line = OfferLine.objects.get(offer_id=made(said))
    assert (line.answers_id, line.amount, line.donor_id) == (t.asked.pk, 40, "DEU")


@pytest.mark.parametrize("amount", [*KINDS, "10 per week"])
def test_what_is_offered_is_stated_and_counted_the_same_on_both_sites(amount: str) -> None:
    here, there = world(), world()
    until = date(2023, 3, 31)
    given = make.offered(here, amount, available_until=until)
    said = taken(there, there.donor, written(given.offer_id, here.donor))
    line = OfferLine.objects.get(offer_id=made(said))
    assert (line.quantity_kind, line.amount) == (given.quantity_kind, given.amount)
    assert (line.rate, line.per) == (given.rate, given.per)
    assert (line.available_from, line.available_until) == (given.available_from, until)


def test_a_requisition_a_commitment_and_its_release_travel_too() -> None:
    t = two()
    offer = answered(t)
    here = taken(t.a, t.a.donor, written(offer.pk, t.b.donor))
    line = OfferLine.objects.get(offer_id=made(here))
    proposal = make.proposed(t.a, line, t.asked, "30")
    order = written(proposal.pk, t.a.coordinator)
    assert message(order).kind == "RequisitionResource"
    with pytest.raises(RoleMissing):
        taken(t.b, t.b.donor, order)
    there = taken(t.b, t.b.coordinator, order)
    promised = Allocation.objects.get(pk=made(there))
    assert (promised.amount, promised.request_line_id) == (30, t.need.pk)
    allocations.confirm_allocation(act=act(t.b.donor), allocation=promised.pk)
    allocations.accept_allocation(act=act(t.b.recipient), allocation=promised.pk)
    commit = written(promised.pk, t.b.donor)
    assert message(commit).kind == "CommitResource"
    taken(t.a, t.a.donor, commit)
    proposal.refresh_from_db()
    assert proposal.stage == "confirmed"
    allocations.cancel_allocation(act=act(t.b.donor, reason="burnt"), allocation=promised.pk)
    release = written(promised.pk, t.b.donor)
    assert message(release).kind == "ReleaseResource"


def test_a_commitment_of_another_amount_is_refused() -> None:
    t = two()
    here = taken(t.a, t.a.donor, written(answered(t).pk, t.b.donor))
    line = OfferLine.objects.get(offer_id=made(here))
    order = written(make.proposed(t.a, line, t.asked, "30").pk, t.a.coordinator)
    there = taken(t.b, t.b.coordinator, order)
    for verb, who in (
        (allocations.confirm_allocation, t.b.donor),
        (allocations.accept_allocation, t.b.recipient),
    ):
        verb(act=act(who), allocation=made(there))
    commit = written(made(there), t.b.donor)
    with pytest.raises(MessageUnclear, match="commits 20 of the 30"):
        taken(t.a, t.a.donor, commit.replace(b">30<", b">20<"))


def test_a_decline_is_recorded_with_its_reason() -> None:
    t = two()
    here = taken(t.a, t.a.donor, written(answered(t).pk, t.b.donor))
    line = OfferLine.objects.get(offer_id=made(here))
    proposal = make.proposed(t.a, line, t.asked, "30")
    there = taken(t.b, t.b.coordinator, written(proposal.pk, t.a.coordinator))
    allocations.decline_allocation(
        act=act(t.b.donor, reason="None in stock"), allocation=made(there)
    )
    no = written(made(there), t.b.donor)
    with pytest.raises(ReasonMissing):
        taken(t.a, t.a.donor, no.replace(b"None in stock", b" "))
    said = taken(t.a, t.a.donor, no)
    proposal.refresh_from_db()
    assert proposal.stage == "cancelled"
    assert "None in stock" in said.said


def test_a_need_that_a_donor_declines_is_noted_and_changes_nothing() -> None:
    w = world()
    asked = make.asked(w)
    said = taken(w, w.donor, answer_to(asked, "Decline", reason="All of ours are in use"))
    [entry] = said.entries
    assert entry.said == "declined: All of ours are in use"
    assert not OfferLine.objects.filter(operation=w.operation).exists()


def test_an_answer_without_a_resource_is_about_the_item_that_was_asked() -> None:
    w = world()
    asked = make.asked(w)
    said = taken(w, w.donor, answer_to(asked, "Provisional", amount="25", reason="if it rains"))
    line = OfferLine.objects.get(offer_id=made(said))
    assert (line.item_id, line.amount, line.answers_id) == (TENT, 25, asked.pk)
    assert said.entries[0].said == "provisional: if it rains"


def test_an_offer_that_the_centre_declines_is_declined_where_it_came_from() -> None:
    t = two()
    offer = answered(t)
    here = taken(t.a, t.a.donor, written(offer.pk, t.b.donor))
    line = OfferLine.objects.get(offer_id=made(here))
    offers.decline_offer(act=act(t.a.coordinator, reason="duplicate"), line=line.pk)
    no = written(line.offer_id, t.a.coordinator)
    taken(t.b, t.b.coordinator, no)
    assert offer.lines.get().stage == "declined"


def test_an_update_takes_the_place_of_the_request_it_names() -> None:
    t = two()
    requests.clarify_line(act=act(t.a.recipient), line=t.asked.pk, quantity=Typed("150"))
    data = written(t.asked.request_id, t.a.recipient)
    assert message(data).recall is not None
    said = taken(t.b, t.b.recipient, data)
    later = AssistanceRequest.objects.get(pk=made(said))
    assert later.supersedes_id == t.there.pk
    assert later.lines.get().low == 150
    requests.clarify_line(act=act(t.a.recipient), line=t.asked.pk, quantity=Typed("160"))
    again = taken(t.b, t.b.recipient, written(t.asked.request_id, t.a.recipient))
    assert AssistanceRequest.objects.get(pk=made(again)).supersedes_id == later.pk
    requests.withdraw_request(act=act(t.a.recipient, reason="over"), request=t.asked.request_id)
    taken(t.b, t.b.recipient, written(t.asked.request_id, t.a.recipient))
    there = AssistanceRequest.objects.filter(operation=t.b.operation)
    assert {request.stage for request in there} == {"withdrawn"}


def test_an_update_of_a_request_that_still_waits_takes_its_place_in_the_import() -> None:
    a, b = world(), world()
    asked = make.asked(a)
    data = written(asked.request_id, a.recipient)
    strange = data.replace(TENT.encode(), b"X-1").replace(asked.item.name.encode(), b"Quuxogram")
    assert taken(b, b.recipient, strange).waits_in is not None
    requests.clarify_line(act=act(a.recipient), line=asked.pk, quantity=Typed("150"))
    said = taken(b, b.recipient, written(asked.request_id, a.recipient))
    assert AssistanceRequest.objects.get(pk=made(said)).lines.get().low == 150
    assert ImportBatch.objects.get(operation=b.operation).stage == "discarded"


def test_a_cancel_withdraws_with_the_reason_of_the_message() -> None:
    t = two()
    requests.withdraw_request(act=act(t.a.recipient, reason="peace"), request=t.asked.request_id)
    data = written(t.asked.request_id, t.a.recipient)
    with pytest.raises(ActsForAnother):
        taken(t.b, t.b.donor, data)
    taken(t.b, t.b.recipient, data)
    t.there.refresh_from_db()
    assert t.there.stage == "withdrawn"


def test_an_offer_that_is_taken_back_or_made_smaller_is_so_on_both_sites() -> None:
    t = two()
    offer = answered(t)
    here = taken(t.a, t.a.donor, written(offer.pk, t.b.donor))
    first = OfferLine.objects.get(offer_id=made(here))
    line = offer.lines.get()
    offers.withdraw_offer(act=act(t.b.donor), line=line.pk, amount=Typed("15"))
    smaller = taken(t.a, t.a.donor, written(offer.pk, t.b.donor))
    first.refresh_from_db()
    assert first.stage == "withdrawn"
    assert OfferLine.objects.get(offer_id=made(smaller)).amount == 25
    offers.withdraw_offer(act=act(t.b.donor, reason="needed at home"), line=line.pk)
    assert message(written(offer.pk, t.b.donor)).recall is not None


def test_a_consignment_is_followed_by_its_reports() -> None:
    w, there = world(), world()
    allocation = make.agreed(w, make.offered(w), make.asked(w), "10")
    box = make.shipped(w, allocation)
    twin = make.shipped(there, make.agreed(there, make.offered(there), make.asked(there), "10"))
    for each, whose in ((box, w), (twin, there)):
        consignments.lock_manifest(act=act(whose.donor), consignment=each.pk)
    reference = (box.reference.encode(), twin.reference.encode())

    def told() -> MessageSeen:
        data = written(box.pk, w.donor).replace(*reference)
        return taken(there, there.donor, without_preceding(data))

    assert told().said.startswith("Kept")
    consignments.dispatch(act=act(w.donor), consignment=box.pk)
    told()
    twin.refresh_from_db()
    assert twin.stage == "dispatched"
    journeys.report_on_the_way(act=act(w.donor), consignment=box.pk, event="reach_hub", place=HUB)
    told()
    twin.refresh_from_db()
    assert twin.stage == "at_hub"
    journeys.hand_over(act=act(w.donor), consignment=box.pk, place=make.PLACE)
    told()
    twin.refresh_from_db()
    assert twin.stage == "handed_over"
    make.signed(w, box, rejected=10)
    assert message(written(box.pk, w.donor)).kind == "RequestReturn"


def test_a_requisition_of_another_item_is_refused() -> None:
    t = two()
    here = taken(t.a, t.a.donor, written(answered(t).pk, t.b.donor))
    line = OfferLine.objects.get(offer_id=made(here))
    order = written(make.proposed(t.a, line, t.asked, "30").pk, t.a.coordinator)
    other = Item.objects.exclude(pk=TENT).order_by("pk").first()
    assert other is not None
    with pytest.raises(ItemMismatch):
        taken(t.b, t.b.coordinator, order.replace(TENT.encode(), other.pk.encode()))
