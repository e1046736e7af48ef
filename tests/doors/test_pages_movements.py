"""The pages of allocations, consignments, receipts, arrivals, plans and reports."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import reverse

from muster.actions import allocations, plans, reports
from muster.core.actors import Actor, Role
from muster.core.sitreps.text import as_text
from muster.queries.plan_contents import of_record
from muster.queries.reports import document_of
from muster.records.models import (
    Allocation,
    Consent,
    Consignment,
    Item,
    JournalEntry,
    Receipt,
    SavedPlan,
    SituationReport,
    UnsolicitedArrival,
    User,
)
from tests import make
from tests.make import HUB, NOW, TENT, World, act


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=NOW.isoformat()):
        yield


def client_of(actor: Actor) -> Client:
    client = Client(SERVER_NAME="localhost")
    user = User.objects.get(pk=str(actor.user_id))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def content_of(answer: HttpResponseBase) -> str:
    return bytes(getattr(answer, "content", b"")).decode()


def words(answer: HttpResponseBase) -> str:
    """The words of a page, without tags and with single spaces."""
    plain = re.sub(r"<[^>]+>", " ", content_of(answer)).replace("\xa0", " ")
    return " ".join(plain.replace("&#34;", '"').replace("&#39;", "'").split())


def verbs_on(answer: HttpResponseBase) -> set[str]:
    """What the buttons of a page would do."""
    text = content_of(answer)
    return set(re.findall(r'name="verb" value="([a-z_]+)"', text))


def an_allocation(w: World, *, amount: str = "40", **offer: object) -> Allocation:
    return make.proposed(w, make.offered(w, **offer), make.asked(w), amount)  # type: ignore[arg-type]


def an_agreed_one(w: World, amount: str = "40") -> Allocation:
    return make.agreed(w, make.offered(w), make.asked(w), amount)


# Allocations and consents


@pytest.mark.usefixtures("records")
def test_an_allocation_is_agreed_by_one_button_of_each_side() -> None:
    w = make.world()
    allocation = an_allocation(w)
    address = reverse("allocation", kwargs={"allocation_id": allocation.pk})
    for actor, verb in ((w.donor, "confirm"), (w.recipient, "accept")):
        answer = client_of(actor).post(address, {"verb": verb, "key": str(uuid4())})
        assert (answer.status_code, answer["Location"]) == (303, address)
    allocation.refresh_from_db()
    assert allocation.stage == "agreed"


@pytest.mark.usefixtures("records")
def test_a_double_click_confirms_once_and_is_told_so_both_times() -> None:
    w = make.world()
    allocation = an_allocation(w)
    address = reverse("allocation", kwargs={"allocation_id": allocation.pk})
    sent = {"verb": "confirm", "key": str(uuid4())}
    answers = [client_of(w.donor).post(address, sent).status_code for _ in range(2)]
    assert answers == [303, 303]
    done = JournalEntry.objects.filter(verb="confirm an allocation for the donor")
    assert done.filter(subject_id=str(allocation.pk)).count() == 1


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("reached", ["proposed", "confirmed", "agreed"])
def test_a_button_is_shown_to_exactly_those_whose_click_is_not_refused(reached: str) -> None:
    w = make.world()
    allocation = an_allocation(w)
    if reached != "proposed":
        allocations.confirm_allocation(act=act(w.donor), allocation=allocation.pk)
    if reached == "agreed":
        allocations.accept_allocation(act=act(w.recipient), allocation=allocation.pk)
    address = reverse("allocation", kwargs={"allocation_id": allocation.pk})
    people = [w.coordinator, w.donor, w.recipient, make.person(Role.LOGISTICS, "EADRCC")]
    people.append(make.person(Role.DONOR, "NOR"))
    for actor in people:
        client = client_of(actor)
        shown = verbs_on(client.get(address))
        granted = set()
        for verb in ("confirm", "accept", "decline", "cancel"):
            sent = {"verb": verb, "key": str(uuid4()), "reason": "for the test"}
            with transaction.atomic():
                if client.post(address, sent).status_code == 303:
                    granted.add(verb)
                transaction.set_rollback(True)
        # Who may decline is shown that alone, though cancelling would do the same.
        assert shown == granted - ({"cancel"} if "decline" in granted else set()), actor.name


@pytest.mark.usefixtures("records")
def test_declining_without_a_reason_changes_nothing_and_says_why() -> None:
    w = make.world()
    allocation = an_allocation(w)
    address = reverse("allocation", kwargs={"allocation_id": allocation.pk})
    answer = client_of(w.donor).post(address, {"verb": "decline", "key": str(uuid4())})
    assert answer.status_code == 422
    assert "Say why" in words(answer)
    allocation.refresh_from_db()
    assert allocation.stage == "proposed"


@pytest.mark.usefixtures("records")
def test_an_unknown_button_is_refused_and_is_no_server_error() -> None:
    w = make.world()
    allocation = an_allocation(w)
    address = reverse("allocation", kwargs={"allocation_id": allocation.pk})
    assert client_of(w.donor).post(address, {"verb": "explode"}).status_code == 404


@pytest.mark.usefixtures("records")
def test_the_nation_of_origin_answers_on_its_own_page_and_nobody_else_can() -> None:
    w = make.world()
    allocation = make.agreed(w, make.offered(w, origin="ESP"), make.asked(w), "40")
    consent = Consent.objects.get(allocation=allocation)
    address = reverse("consent", kwargs={"consent_id": consent.pk})
    sent = {"verb": "grant", "conditions": "no onward transfer", "valid_until": "2023-06-01"}
    assert "grant" not in verbs_on(client_of(w.donor).get(address))
    assert client_of(w.donor).post(address, sent).status_code == 403
    assert client_of(make.person(Role.DONOR, "ESP")).post(address, sent).status_code == 303
    consent.refresh_from_db()
    assert (consent.stage, consent.conditions) == ("granted", "no onward transfer")
    assert "1 Jun 2023" in words(client_of(w.recipient).get(address))


# Consignments


@pytest.mark.usefixtures("records")
def test_a_consignment_is_planned_packed_locked_sent_and_handed_over_by_its_pages() -> None:
    w = make.world()
    allocation = an_agreed_one(w)
    donor = client_of(w.donor)
    new = reverse("consignment_new", kwargs={"code": w.operation.code})
    planned = donor.post(
        new, {"reference": "C-1", "donor": "DEU", "consignee": "UKR", "from_place": HUB}
    )
    address = planned["Location"]
    steps: list[dict[str, str]] = [
        {"verb": "pack", "allocation": str(allocation.pk), "amount": "40", "gross_kg": "2200.5"},
        {"verb": "lock"},
        {"verb": "dispatch", "happened_at": "2023-04-20T09:00", "place": HUB},
        {"verb": "report", "event": "cross_border", "place": "BCP-KORCZOWA"},
        {"verb": "hand_over", "place": make.PLACE},
    ]
    for step in steps:
        assert donor.post(address, {"key": str(uuid4()), **step}).status_code == 303, step
    box = Consignment.objects.get(reference="C-1", operation=w.operation)
    assert box.stage == "handed_over"
    page = words(donor.get(address))
    assert "20 Apr 2023, 09:00 UTC" in page
    assert "2,200.5 kg" in page


@pytest.mark.usefixtures("records")
def test_only_the_events_that_are_possible_in_a_stage_are_offered() -> None:
    w = make.world()
    box = make.sent(w, an_agreed_one(w))
    page = client_of(w.donor).get(reverse("consignment", kwargs={"consignment_id": box.pk}))
    offered = set(re.findall(r'<option value="([a-z_]+)"', page.content.decode()))
    assert offered == {"reach_hub", "cross_border", "divert", "arrive"}


@pytest.mark.usefixtures("records")
def test_a_weight_that_one_line_does_not_state_makes_the_total_unknown() -> None:
    w = make.world()
    box = make.shipped(w, an_agreed_one(w), "10")
    page = words(client_of(w.donor).get(reverse("consignment", kwargs={"consignment_id": box.pk})))
    assert "Gross weight in all unknown: 1 line does not state it" in page


@pytest.mark.usefixtures("records")
def test_another_nation_sees_neither_the_consignment_nor_that_there_is_one() -> None:
    w = make.world()
    box = make.sent(w, an_agreed_one(w))
    stranger = client_of(make.person(Role.DONOR, "NOR"))
    address = reverse("consignment", kwargs={"consignment_id": box.pk})
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"verb": "hand_over", "place": HUB}).status_code == 404
    listed = stranger.get(reverse("consignments", kwargs={"code": w.operation.code}))
    assert box.reference not in words(listed)


@pytest.mark.usefixtures("records")
def test_too_few_serial_numbers_are_refused_and_what_was_typed_is_kept() -> None:
    w = make.world()
    tracked = Item.objects.filter(serial_tracked=True).order_by("code")[0].code
    giving, taking = make.offered(w, "9", item=tracked), make.asked(w, "9", item=tracked)
    allocation = make.agreed(w, giving, taking, "3")
    box = Consignment.objects.get(pk=_empty_box(w))
    answer = client_of(w.donor).post(
        reverse("consignment", kwargs={"consignment_id": box.pk}),
        {
            "verb": "pack",
            "allocation": str(allocation.pk),
            "amount": "3",
            "serials": "SN-1\r\nSN-2",
            "lot": "LOT-9",
        },
    )
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "serials_missing" in text
    assert "SN-2" in text
    assert "LOT-9" in text


def _empty_box(w: World) -> str:
    new = reverse("consignment_new", kwargs={"code": w.operation.code})
    sent = {"reference": f"C-{uuid4().hex[:8]}", "donor": "DEU", "consignee": "UKR"}
    planned = client_of(w.donor).post(new, sent)
    return str(planned["Location"].rsplit("/", 1)[1])


# Receipts


def counted(**numbers: int) -> dict[str, str]:
    return {f"{name}-1": str(number) for name, number in numbers.items()}


@pytest.mark.usefixtures("records")
def test_the_receipt_form_begins_with_everything_good() -> None:
    w = make.world()
    box = make.handed_over(w, an_agreed_one(w))
    page = client_of(w.recipient).get(reverse("receipt_new", kwargs={"consignment_id": box.pk}))
    typed = dict(re.findall(r'name="([a-z]+-1)" value="(\d+)"', page.content.decode()))
    assert typed == counted(good=40, damaged=0, missing=0, rejected=0, extra=0)


@pytest.mark.usefixtures("records")
def test_a_count_that_does_not_add_up_is_not_signed_and_keeps_what_was_typed() -> None:
    w = make.world()
    box = make.handed_over(w, an_agreed_one(w))
    address = reverse("receipt_new", kwargs={"consignment_id": box.pk})
    answer = client_of(w.recipient).post(address, {**counted(good=31, damaged=2), "sign": "1"})
    assert answer.status_code == 422
    assert "counted 33 of 40: 7 too few." in words(answer)
    assert 'name="good-1" value="31"' in answer.content.decode()
    assert not Receipt.objects.filter(consignment=box).exists()


@pytest.mark.usefixtures("records")
def test_adding_up_signs_nothing() -> None:
    w = make.world()
    box = make.handed_over(w, an_agreed_one(w))
    address = reverse("receipt_new", kwargs={"consignment_id": box.pk})
    answer = client_of(w.recipient).post(address, {**counted(good=40), "add_up": "1"})
    assert answer.status_code == 200
    assert "counted 40 of 40." in words(answer)
    assert not Receipt.objects.filter(consignment=box).exists()


@pytest.mark.usefixtures("records")
def test_a_signed_count_shows_what_differs_from_the_manifest() -> None:
    w = make.world()
    box = make.handed_over(w, an_agreed_one(w))
    recipient = client_of(w.recipient)
    address = reverse("receipt_new", kwargs={"consignment_id": box.pk})
    sent = {**counted(good=37, damaged=2, missing=1, extra=5), "sign": "1", "key": str(uuid4())}
    signed = recipient.post(address, sent)
    assert signed.status_code == 303
    page = words(recipient.get(signed["Location"]))
    assert "37 in good order, 2 damaged, 1 missing, 5 beyond the manifest." in page
    assert recipient.post(address, sent)["Location"] == signed["Location"]


@pytest.mark.usefixtures("records")
def test_a_donor_cannot_sign_for_what_it_sent() -> None:
    w = make.world()
    box = make.handed_over(w, an_agreed_one(w))
    address = reverse("receipt_new", kwargs={"consignment_id": box.pk})
    answer = client_of(w.donor).post(address, {**counted(good=40), "sign": "1"})
    assert answer.status_code == 403
    assert not Receipt.objects.filter(consignment=box).exists()


# Arrivals


@pytest.mark.usefixtures("records")
def test_an_arrival_is_reported_and_settled_with_a_reason() -> None:
    w = make.world()
    logistics = client_of(make.person(Role.LOGISTICS, "EADRCC"))
    new = reverse("arrival_new", kwargs={"code": w.operation.code})
    sent = {"reference": "U-1", "item": TENT, "amount": "12", "sender": "A charity", "place": HUB}
    assert logistics.post(new, {**sent, "arrived_on": "12.04.2023"}).status_code == 422
    address = logistics.post(new, {**sent, "arrived_on": "2023-04-12"})["Location"]
    assert logistics.post(address, {"event": "return"}).status_code == 422
    why = {"event": "return", "reason": "not needed"}
    assert client_of(w.donor).get(address).status_code == 404
    assert client_of(w.recipient).post(address, why).status_code == 403
    assert logistics.post(address, why).status_code == 303
    assert UnsolicitedArrival.objects.get(operation=w.operation).stage == "returned"


# Plans


@pytest.mark.usefixtures("records")
def test_a_greedy_plan_is_never_called_optimal() -> None:
    w = make.world()
    make.offered(w, "60")
    make.asked(w)
    coordinator = client_of(w.coordinator)
    address = reverse("plans", kwargs={"code": w.operation.code})
    made = coordinator.post(address, {"method": "greedy", "key": str(uuid4())})
    page = words(coordinator.get(made["Location"]))
    assert "nothing is proved about how good it is" in page
    assert "Optimal" not in page
    assert "40 pieces unmet" in page


@pytest.mark.usefixtures("records")
def test_only_the_chosen_movements_of_a_plan_become_proposals() -> None:
    w = make.world()
    for _ in range(2):
        make.offered(w, "60")
        make.asked(w, "60")
    plan = plans.make_plan(act=act(w.coordinator), operation=w.operation.pk, seconds=5)
    address = reverse("plan", kwargs={"plan_id": plan.pk})
    coordinator = client_of(w.coordinator)
    assert coordinator.post(address, {"verb": "some"}).status_code == 422
    assert not Allocation.objects.filter(operation=w.operation).exists()
    key = of_record(SavedPlan.objects.get(pk=plan.pk)).moves[0].key
    assert coordinator.post(address, {"verb": "some", "moves": key}).status_code == 303
    assert Allocation.objects.filter(operation=w.operation).count() == 1
    assert "took up 1 of its movements" in words(coordinator.get(address))


# Reports


@pytest.mark.usefixtures("records")
def test_the_originator_is_told_that_another_approves_and_cannot_do_it() -> None:
    w = make.world()
    originator = client_of(w.coordinator)
    new = reverse("report_new", kwargs={"code": w.operation.code})
    address = originator.post(new, {"precedence": "PRIORITY", "needs": "Fuel.\r\n\r\nDrivers."})[
        "Location"
    ]
    originator.post(address, {"verb": "submit"})
    page = originator.get(address)
    assert "approve" not in verbs_on(page)
    assert "another coordinator approves it" in words(page)
    assert originator.post(address, {"verb": "approve"}).status_code == 403
    second = client_of(make.person(Role.COORDINATOR, "EADRCC"))
    for verb in ("approve", "release"):
        assert verb in verbs_on(second.get(address))
        assert second.post(address, {"verb": verb}).status_code == 303
    # From its release on the nations see it, and not before.
    assert client_of(w.donor).get(address).status_code == 200


@pytest.mark.usefixtures("records")
def test_the_downloaded_text_is_the_report_s_own_plain_text() -> None:
    w = make.world()
    report = reports.draft_report(act=act(w.coordinator), operation=w.operation.pk)
    address = reverse("report_text", kwargs={"report_id": report.pk})
    answer = client_of(w.coordinator).get(address)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    kept = SituationReport.objects.get(pk=report.pk)
    assert answer.content.decode() == as_text(document_of(kept))
    assert client_of(w.donor).get(address).status_code == 404
