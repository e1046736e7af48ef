"""The pages of sign-in, register, people, catalogue and journal, through Django's own client."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from muster.actions import register as verbs
from muster.actions.setup import set_password
from muster.core.actors import Actor, Role
from muster.queries import catalogue
from muster.queries.register import actor_named
from muster.records.models import ApiToken, Item, JournalEntry, Party, Standing, User
from muster.web.catalogue import mass
from tests.make import (
    NOW,
    TENT,
    act,
    agreed,
    asked,
    coordinator,
    offered,
    person,
    shipped,
    world,
)

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=NOW.isoformat()):
        yield


def user_of(actor: Actor) -> User:
    assert actor.user_id is not None
    return User.objects.get(pk=actor.user_id)


def client_of(actor: Actor) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(actor), backend="django.contrib.auth.backends.ModelBackend")
    return client


def stranger() -> Client:
    return Client(SERVER_NAME="localhost")


class Answered(Protocol):
    @property
    def content(self) -> bytes: ...


def text_of(answer: Answered) -> str:
    """The words of a page, without tags and with single spaces."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " ")
    return " ".join(plain.replace("&#34;", '"').replace("&#39;", "'").split())


def a_donor() -> Actor:
    return person(Role.DONOR, "DEU")


# Sign-in


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer() -> None:
    donor = a_donor()
    username = user_of(donor).username
    set_password(username=username, password="right horse")
    answers = [
        stranger().post("/sign-in", {"username": name, "password": "wrong"})
        for name in (username, "nobody-of-this-name")
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert "The user name or the password is not right." in text_of(answer)


def test_the_right_password_signs_in_under_a_new_session_and_goes_to_the_page_that_was_asked() -> (
    None
):
    donor = a_donor()
    username = user_of(donor).username
    set_password(username=username, password="right horse")
    client = stranger()
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    answer = client.post(
        "/sign-in?next=/catalogue",
        {"username": username, "password": "right horse", "next": "/catalogue"},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/catalogue")
    assert client.session.session_key != before
    assert donor.name in text_of(client.get("/register"))


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_no_link_leads_from_the_sign_in_to_another_site(elsewhere: str) -> None:
    answer = client_of(a_donor()).get("/sign-in", {"next": elsewhere})
    assert answer["Location"] == reverse("home")


def test_a_sample_log_in_signs_in_in_the_demo_and_nowhere_else() -> None:
    username = user_of(a_donor()).username
    client = stranger()
    assert username not in client.get("/sign-in").content.decode()
    refused = client.post("/sign-in", {"sample": username})
    assert refused.status_code == 404
    assert "_auth_user_id" not in client.session
    with override_settings(SITE_NAME="demo"):
        assert username in client.get("/sign-in").content.decode()
        assert client.post("/sign-in", {"sample": username}).status_code == 302
    assert "_auth_user_id" in client.session


def test_whoever_may_no_longer_sign_in_is_no_sample_either() -> None:
    donor = a_donor()
    username = user_of(donor).username
    User.objects.filter(username=username).update(is_active=False)
    with override_settings(SITE_NAME="demo"):
        assert stranger().post("/sign-in", {"sample": username}).status_code == 404


def test_signing_out_ends_the_session_and_takes_a_form() -> None:
    client = client_of(a_donor())
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/register").status_code == 302


def test_the_sign_in_says_that_only_unclassified_data_is_held() -> None:
    assert "unclassified data only" in text_of(stranger().get("/sign-in"))


# Errors


def test_an_address_that_leads_nowhere_is_answered_with_a_page_under_the_policy() -> None:
    answer = stranger().get("/no/such/page")
    assert answer.status_code == 404
    assert "There is no page at this address." in text_of(answer)
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_a_form_without_its_token_is_refused_with_a_sentence() -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = client.post("/sign-in", {"username": "anna", "password": "x"})
    assert answer.status_code == 403
    assert "not sent from this site" in text_of(answer)


# Register


@pytest.mark.parametrize(
    ("day", "members", "finland"),
    [("2023-04-03", 30, False), ("2023-04-04", 31, True), ("2023-04-20", 31, True)],
)
def test_finland_is_a_member_from_4_april_2023_and_not_a_day_sooner(
    day: str, members: int, *, finland: bool
) -> None:
    page = text_of(client_of(a_donor()).get("/register", {"on": day, "body": "NATO"}))
    assert f"Members {members}" in page
    assert ("Finland FIN member 4 Apr 2023" in page) is finland


def test_a_day_that_cannot_be_read_is_refused_beside_its_field() -> None:
    answer = client_of(a_donor()).get("/register", {"on": "20/04/2023"})
    assert answer.status_code == 422
    assert "write it as 2023-04-20" in text_of(answer)


def test_a_partys_page_shows_only_requests_and_offers_that_one_may_see() -> None:
    w = world()
    hidden = asked(w, circulated=False).request
    shown_to_all = asked(w).request
    theirs = text_of(client_of(w.recipient).get("/register/party/UKR"))
    others = text_of(client_of(w.donor).get("/register/party/UKR"))
    assert hidden.reference in theirs
    assert hidden.reference not in others
    assert shown_to_all.reference in others
    offer = offered(w).offer
    assert offer.reference in text_of(client_of(w.coordinator).get("/register/party/DEU"))


def test_a_standing_is_recorded_once_and_an_overlapping_one_is_refused() -> None:
    client, code = client_of(coordinator()), f"X{uuid4().hex[:6].upper()}"
    added = client.post(
        "/register/new", {"code": code, "name": f"Testland {code}", "kind": "nation"}
    )
    assert added.status_code == 302
    form = {"body": "NATO", "kind": "partner", "since": "2020-01-01", "source": "a test"}
    assert client.post(f"/register/party/{code}/standings", form).status_code == 302
    again = client.post(f"/register/party/{code}/standings", {**form, "since": "2021-01-01"})
    assert again.status_code == 409
    assert "end the earlier one first" in text_of(again)
    assert Standing.objects.filter(party_id=code).count() == 1


def test_a_standing_that_is_ended_makes_room_for_the_next_on_that_very_day() -> None:
    client, code = client_of(coordinator()), f"X{uuid4().hex[:6].upper()}"
    client.post("/register/new", {"code": code, "name": f"Testland {code}", "kind": "nation"})
    address = f"/register/party/{code}/standings"
    invitee = {"body": "NATO", "kind": "invitee", "since": "2022-07-05"}
    member = {"body": "NATO", "kind": "member", "since": "2023-04-04"}
    client.post(address, invitee)
    assert client.post(address, member).status_code == 409
    assert client.post(f"{address}/end", {"body": "NATO", "until": "2022-01-01"}).status_code == 422
    assert client.post(f"{address}/end", {"body": "NATO", "until": "2023-04-04"}).status_code == 302
    assert client.post(address, member).status_code == 302
    page = text_of(client.get(f"/register/party/{code}"))
    assert "5 Jul 2022 until 4 Apr 2023" in page
    assert client.post(f"{address}/end", {"body": "EU", "until": "2023-04-04"}).status_code == 404


def test_a_donor_adds_no_party_and_records_no_standing() -> None:
    client, before = client_of(a_donor()), Party.objects.count()
    answer = client.post("/register/new", {"code": "ZZZ", "name": "Z", "kind": "nation"})
    assert answer.status_code == 403
    assert "it takes the role of coordinator" in text_of(answer)
    form = {"body": "NATO", "kind": "member", "since": "2020-01-01"}
    assert client.post("/register/party/UKR/standings", form).status_code == 403
    assert Party.objects.count() == before


def test_a_donor_sees_the_people_of_their_own_party_alone() -> None:
    donor, colleague, other = a_donor(), a_donor(), person(Role.DONOR, "NOR")
    page = text_of(client_of(donor).get("/register/people"))
    assert colleague.name in page
    assert other.name not in page
    client = client_of(donor)
    assert client.get(f"/register/people/{other.user_id}").status_code == 404
    assert other.name in text_of(client_of(coordinator()).get("/register/people"))


def test_a_new_person_is_given_a_role_that_ends_after_it_begins() -> None:
    client, username = client_of(coordinator()), f"new-{uuid4().hex[:8]}"
    client.post("/register/people", {"username": username, "name": "New Person"})
    address = f"/register/people/{User.objects.get(username=username).pk}/roles"
    form = {"role": "donor", "party": "NOR", "since": "2023-01-01", "until": "2022-01-01"}
    assert client.post(address, form).status_code == 422
    assert client.post(address, {**form, "until": ""}).status_code == 302
    assert client.post(address, {**form, "role": "king", "until": ""}).status_code == 422
    made = actor_named(username)
    assert made is not None
    assert made.parties(Role.DONOR, NOW.date()) == ("NOR",)


def test_the_secret_of_a_token_is_shown_once_and_never_again() -> None:
    donor = a_donor()
    client, form = client_of(donor), {"name": "export", "key": str(uuid4())}
    page = client.post("/account", form).content.decode()
    found = re.search(r'<code class="secret">([^<]+)</code>', page)
    assert found is not None
    secret = found[1]
    token = ApiToken.objects.get(user=user_of(donor))
    assert bytes(token.digest) == verbs.token_digest(secret)
    assert secret not in client.get("/account").content.decode()
    assert client.post("/account", form).status_code == 409
    assert ApiToken.objects.filter(user=user_of(donor)).count() == 1


# Catalogue


@given(grams=st.integers(min_value=1, max_value=10**12))
def test_a_mass_reads_back_as_the_same_grams(grams: int) -> None:
    number, unit = mass(grams).split()
    assert Decimal(number.replace(",", "")) * {"g": 1, "kg": 1000}[unit] == grams


def test_an_unknown_mass_is_said_and_is_never_zero() -> None:
    unknown = Item.objects.filter(mass_g__isnull=True).first()
    assert unknown is not None
    page = text_of(client_of(a_donor()).get(f"/catalogue/item/{unknown.code}"))
    assert re.search(r"Mass of one \w+ not known", page)


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_paging_through_the_catalogue_meets_each_item_once_in_order(limit: int) -> None:
    seen: list[str] = []
    after: str | None = None
    while True:
        page = catalogue.items(after=after, limit=limit)
        seen += [item.code for item in page.items]
        after = page.next_after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == page.total == Item.objects.count()


def test_the_search_finds_words_in_any_case_and_order_within_a_category() -> None:
    page = text_of(client_of(a_donor()).get("/catalogue", {"q": "TENT family"}))
    assert TENT in page
    page = text_of(client_of(a_donor()).get("/catalogue", {"q": "tent", "category": "medical"}))
    assert TENT not in page


def test_a_pack_is_explained_in_the_smallest_unit() -> None:
    page = text_of(client_of(a_donor()).get("/catalogue/item/MED-GLV-EXM"))
    assert "10 \N{MULTIPLICATION SIGN} box of 100 = means 1,000" in page


def test_a_review_by_a_coordinator_takes_effect_and_a_donor_cannot_give_one() -> None:
    client, code = client_of(coordinator()), f"TST-{uuid4().hex[:6].upper()}"
    form = {"code": code, "name": f"thing {code}", "category": "shelter", "unit": "H87"}
    assert client.post("/catalogue/new", form).status_code == 302
    address = f"/catalogue/item/{code}/reviews"
    verdict = {"verdict": "non_lethal", "reason": "It is a test."}
    assert client_of(a_donor()).post(address, verdict).status_code == 403
    assert Item.objects.get(pk=code).lethality == "unreviewed"
    assert client.post(address, {**verdict, "reason": " "}).status_code == 422
    assert client.post(address, verdict).status_code == 302
    page = text_of(client.get(f"/catalogue/item/{code}"))
    assert "reviewed as non-lethal" in page
    assert "It is a test." in page


def test_an_item_with_a_unit_that_there_is_not_is_refused() -> None:
    form = {"code": "TST-UNIT", "name": "thing", "category": "shelter", "unit": "heap"}
    assert client_of(coordinator()).post("/catalogue/new", form).status_code == 422
    assert not Item.objects.filter(pk="TST-UNIT").exists()


# Journal


def test_the_journal_shows_a_donor_nothing_that_is_the_centres_alone() -> None:
    w = world()
    mine = offered(w).offer
    hidden = asked(w, circulated=False).request
    for address in ("/journal", f"/operations/{w.operation.code}/journal"):
        donors = text_of(client_of(w.donor).get(address))
        assert mine.reference in donors
        assert hidden.reference not in donors
        assert hidden.reference in text_of(client_of(w.coordinator).get(address))


def test_the_journal_of_a_record_says_who_did_what_for_whom_and_links_to_it() -> None:
    w = world()
    offer = offered(w).offer
    answer = client_of(w.donor).get(f"/journal/offer/{offer.pk}")
    assert f"{w.donor.name} donor for DEU" in text_of(answer)
    assert reverse("offer", kwargs={"offer_id": offer.pk}) in answer.content.decode()


def test_the_digest_of_a_token_is_not_shown_in_the_journal() -> None:
    donor = a_donor()
    verbs.issue_token(act=act(donor), name="export")
    digest = JournalEntry.objects.get(verb="issue an access token", user=user_of(donor))
    page = client_of(coordinator()).get("/journal").content.decode()
    assert "Issue an access token" in page
    assert digest.content["digest"] not in page


def test_packing_is_in_the_journal_of_its_operation() -> None:
    w = world()
    shipped(w, agreed(w, offered(w), asked(w), "10"))
    page = text_of(client_of(w.coordinator).get(f"/operations/{w.operation.code}/journal"))
    assert "manifest line" in page


def test_paging_through_the_journal_meets_each_line_once() -> None:
    w = world()
    for _ in range(20):
        asked(w)
    client, seen = client_of(w.coordinator), []
    address = f"/operations/{w.operation.code}/journal"
    query = ""
    while True:
        page = client.get(address + query).content.decode()
        seen += re.findall(r'data-label="No.">([\d,]+)', page)
        following = re.search(r'href="(\?[^"]*before=\d+)" rel="next"', page)
        if following is None:
            break
        query = following[1]
    assert len(seen) == len(set(seen))
    assert len(seen) == JournalEntry.objects.filter(operation=w.operation).count()
