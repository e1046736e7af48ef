"""The pages of operations, requests and offers, asked as a browser without scripts asks them."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from muster.actions import requests
from muster.actions.requests import LineAsked
from muster.core.actors import Actor, Role
from muster.queries.amounts import Typed
from muster.queries.board import board
from muster.records.models import Allocation, AssistanceRequest, Offer, OfferLine, User
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the site's clock stand where the records' does."""
    monkeypatch.setattr(settings, "CLOCK", make.NOW.isoformat())


def signed_in(actor: Actor) -> Client:
    client = Client(SERVER_NAME="localhost")
    assert actor.user_id is not None
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def text_of(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def keys_in(page: str) -> list[str]:
    return re.findall(r'name="key" value="([^"]+)"', page)


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page_and_back() -> None:
    w = make.world()
    response = Client(SERVER_NAME="localhost").get(f"/operations/{w.operation.code}?sort=item")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in?next=%2Foperations%2F")


def test_every_page_opens_for_everyone_who_may_see_it() -> None:
    w = make.world()
    need, given = make.asked(w, "100"), make.offered(w, "60")
    make.agreed(w, given, need, "20")
    make.proposed(w, given, need, "10")
    pages = (
        *("/", "/operations", f"/operations/{w.operation.code}"),
        f"/operations/{w.operation.code}/lines/{need.pk}",
        *(f"/operations/{w.operation.code}/{name}" for name in ("requests", "requests/new")),
        *(f"/operations/{w.operation.code}/{name}" for name in ("offers", "offers/new")),
        f"/operations/{w.operation.code}/offers/new?answers={need.pk}",
        *(f"/requests/{need.request_id}", f"/offers/{given.offer_id}"),
    )
    for actor in (w.coordinator, w.donor, w.recipient):
        client = signed_in(actor)
        for page in pages:
            assert client.get(page).status_code == 200, page


def lines_of(**fields: str) -> dict[str, str]:
    """The fields of one line of the form for a request."""
    return {
        "item-1": "SHL-TNT-FAM",
        "amount-1": "120",
        "unit-1": "",
        "urgency-1": "1",
        "needed_by-1": "2023-06-01",
        "place-1": "Lviv",
        "description-1": "",
        "substitutes-1": "1",
        **fields,
    }


def head_of(w: make.World, **fields: str) -> dict[str, str]:
    code = w.recipient_code
    return {
        "recipient": code,
        "reference": "R/1",
        "title": "Shelter",
        "asked_on": "2023-04-01",
        **fields,
    }


def test_a_request_is_drafted_and_led_through_its_life_with_buttons_alone() -> None:
    w = make.world()
    here = f"/operations/{w.operation.code}/requests/new"
    recipient, centre = signed_in(w.recipient), signed_in(w.coordinator)
    sent = recipient.post(here, {**head_of(w), **lines_of(), "key": str(uuid4())})
    assert sent.status_code == 303
    assert "R/1 is drafted" in text_of(recipient.get(sent["Location"]))
    page = sent["Location"]
    for client, verb, stage in (
        (recipient, "submit", "submitted"),
        (recipient, "validate", "validated"),
        (centre, "circulate", "circulated"),
    ):
        assert f'value="{verb}"' in text_of(client.get(page))
        assert client.post(page, {"verb": verb, "key": str(uuid4())}).status_code == 303
        assert AssistanceRequest.objects.get(operation=w.operation).stage == stage
    assert [line.asked for line in board(w.operation, w.coordinator, day=DAY)] == [120]


def test_a_refused_line_is_marked_beside_its_own_field_and_keeps_what_was_typed() -> None:
    w = make.world()
    here = f"/operations/{w.operation.code}/requests/new"
    # The second line is left empty, so the third of the form is the second of the request.
    second = {"item-2": "", "amount-2": "", "unit-2": ""}
    third = {"item-3": "SHL-TNT-FAM", "amount-3": "-4", "unit-3": "", "urgency-3": "2"}
    answer = signed_in(w.recipient).post(here, {**head_of(w), **lines_of(), **second, **third})
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'id="error-amount-3"' in page
    assert 'name="amount-3" required' in page or 'id="field-amount-3"' in page
    assert 'value="-4"' in page
    assert 'value="Shelter"' in page
    assert not AssistanceRequest.objects.filter(operation=w.operation).exists()


def test_adding_and_taking_away_a_line_does_nothing_else() -> None:
    w = make.world()
    here = f"/operations/{w.operation.code}/requests/new"
    client = signed_in(w.recipient)
    page = text_of(client.post(here, {**head_of(w), **lines_of(), "do": "add"}))
    assert 'id="field-item-2"' in page
    assert 'value="120"' in page
    two = {**lines_of(), "item-2": "SHL-TNT-FAM", "amount-2": "7", "unit-2": ""}
    page = text_of(client.post(here, {**head_of(w), **two, "do": "remove-1"}))
    assert 'id="field-item-1"' not in page
    assert 'value="7"' in page
    assert not AssistanceRequest.objects.filter(operation=w.operation).exists()


def test_a_double_click_makes_one_offer() -> None:
    w = make.world()
    here = f"/operations/{w.operation.code}/offers/new"
    client = signed_in(w.donor)
    key = keys_in(text_of(client.get(here)))[0]
    form = {
        "donor": w.donor_code,
        "reference": "O/1",
        "title": "Tents",
        "offered_on": "2023-04-01",
        "item-1": "SHL-TNT-FAM",
        "amount-1": "10",
        "key": key,
    }
    first, second = client.post(here, form), client.post(here, form)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    assert Offer.objects.filter(operation=w.operation).count() == 1


def test_an_offer_for_another_nation_is_refused_with_the_sentence_of_every_door() -> None:
    w = make.world()
    here = f"/operations/{w.operation.code}/offers/new"
    form = {"donor": "FRA", "reference": "O/1", "title": "Tents", "item-1": "SHL-TNT-FAM"}
    answer = signed_in(w.donor).post(here, {**form, "amount-1": "10"})
    assert answer.status_code == 403
    assert "may not act as donor for FRA" in text_of(answer)


def test_an_offered_line_is_answered_only_by_whom_it_is_offered_to() -> None:
    w = make.world()
    given = make.offered(w, "60")
    page = f"/offers/{given.offer_id}"
    assert 'value="accept-1"' not in text_of(signed_in(w.donor).get(page))
    assert 'value="withdraw-1"' in text_of(signed_in(w.donor).get(page))
    client = signed_in(w.recipient)
    assert 'value="accept-1"' in text_of(client.get(page))
    form = {"verb": "decline-1", "decline-1-reason": "", "key": str(uuid4())}
    refused = client.post(page, form)
    assert refused.status_code == 422
    assert 'id="error-decline-1-reason"' in text_of(refused)
    assert client.post(page, {**form, "decline-1-reason": "A duplicate."}).status_code == 303
    assert OfferLine.objects.get(pk=given.pk).stage == "declined"


def test_a_part_of_an_offer_is_accepted_in_the_unit_that_was_chosen() -> None:
    w = make.world()
    given = make.offered(w, "60")
    form = {"verb": "accept-1", "accept-1-amount": "2", "accept-1-unit": "DZN", "key": str(uuid4())}
    assert signed_in(w.coordinator).post(f"/offers/{given.offer_id}", form).status_code == 303
    page = text_of(signed_in(w.donor).get(f"/offers/{given.offer_id}"))
    assert "part accepted" in page
    assert "not taken" in page.lower()


def test_the_recipient_speaks_on_the_page_of_its_need_and_the_centre_proposes_there() -> None:
    w = make.world()
    need, given = make.asked(w, "100"), make.offered(w, "300")
    page = f"/operations/{w.operation.code}/lines/{need.pk}"
    recipient, centre = signed_in(w.recipient), signed_in(w.coordinator)
    assert 'value="more"' not in text_of(centre.get(page))
    more = {
        "verb": "more",
        "more-amount": "50",
        "more-reason": "New arrivals.",
        "key": str(uuid4()),
    }
    assert recipient.post(page, more).status_code == 303
    assert "New arrivals." in text_of(recipient.get(page))
    form = {"verb": "propose", "propose-offer": str(given.pk), "key": str(uuid4())}
    refused = centre.post(page, {**form, "propose-amount": "151"})
    assert refused.status_code == 409
    assert 'id="error-propose-amount"' in text_of(refused)
    assert centre.post(page, {**form, "propose-amount": "150"}).status_code == 303
    assert Allocation.objects.get(request_line=need).amount == 150


def test_the_pages_of_the_board_show_every_line_once_in_every_order() -> None:
    w = make.world()
    lines = [LineAsked(item=make.TENT, quantity=Typed(str(1 + n % 7))) for n in range(60)]
    request = requests.draft_request(
        act=make.act(w.recipient),
        operation=w.operation.pk,
        recipient=w.recipient_code,
        reference="R/60",
        title="Sixty lines",
        asked_on=DAY,
        lines=lines,
    )
    requests.submit_request(act=make.act(w.recipient), request=request.pk)
    requests.validate_request(act=make.act(w.recipient), request=request.pk)
    whole = {str(line.id) for line in board(w.operation, w.coordinator, day=DAY)}
    client = signed_in(w.coordinator)
    for sort in ("", "asked", "-asked", "age", "-stage"):
        seen: list[str] = []
        query = f"?sort={sort}"
        while query:
            page = text_of(client.get(f"/operations/{w.operation.code}{query}"))
            seen += re.findall(r'/lines/([0-9a-f-]{36})"', page)
            following = re.search(r'href="([^"]*)" rel="next"', page)
            query = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(whole) == 60
        assert set(seen) == whole
    page = text_of(client.get(f"/operations/{w.operation.code}?after={seen[49]}&sort=-stage"))
    back = re.search(r'href="([^"]*)" rel="prev"', page)
    assert back is not None
    page = text_of(client.get(f"/operations/{w.operation.code}" + back[1].replace("&amp;", "&")))
    assert re.findall(r'/lines/([0-9a-f-]{36})"', page) == seen[:50]


def test_the_board_as_it_was_known_leaves_out_what_came_later() -> None:
    w = make.world()
    make.asked(w, "100")
    client = signed_in(w.coordinator)
    here = f"/operations/{w.operation.code}"
    assert "/lines/" in text_of(client.get(here))
    assert "/lines/" not in text_of(client.get(f"{here}?on=2023-04-19"))
    assert client.get(f"{here}?on=yesterday").status_code == 422


def test_a_restricted_offer_is_on_no_page_of_another_nation() -> None:
    w = make.world()
    need = make.asked(w, "100")
    given = make.offered(w, "60", answers=need.pk)
    Offer.objects.filter(pk=given.offer_id).update(audiences=["centre", "party:DEU", "party:UKR"])
    OfferLine.objects.filter(pk=given.pk).update(audiences=["centre", "party:DEU", "party:UKR"])
    other = signed_in(make.person(Role.DONOR, "FRA"))
    assert other.get(f"/offers/{given.offer_id}").status_code == 404
    for page in (
        f"/operations/{w.operation.code}/offers",
        f"/operations/{w.operation.code}/lines/{need.pk}",
    ):
        assert str(given.offer_id) not in text_of(other.get(page))
    assert str(given.offer_id) in text_of(
        signed_in(w.donor).get(f"/operations/{w.operation.code}/lines/{need.pk}")
    )
