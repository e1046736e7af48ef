"""The pages of the catalogue: other words, kits and categories, in a browser too."""

from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from muster.core.actors import Actor, Role
from muster.queries import catalogue
from muster.queries.operations import item_choices, item_code
from tests import make
from tests.doors.browser import PHONE, WIDE, chromium, opened
from tests.doors.test_pages_movements import client_of
from tests.doors.test_pages_movements_browser import served

ITEM = "WSH-SOP-100"


@pytest.fixture
def keeper(records: None) -> Client:
    return client_of(make.person(Role.LOGISTICS, "EADRCC"))


def text_of(client: Client, name: str, query: dict[str, str] | None = None, **where: str) -> str:
    address = reverse(name, kwargs=where) + (f"?{urlencode(query)}" if query else "")
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_is_searched_by_other_words_and_by_category(keeper: Client) -> None:
    found = text_of(keeper, "items", {"q": "Wolldecken"})
    assert "wool blanket, high thermal" in found
    assert "1 of 1 item" in found
    assert "SHL-TNT-FAM" not in text_of(keeper, "items", {"relief": "wash"})
    assert "Patriot" in text_of(keeper, "items", {"support": "air defence"})


def test_an_item_shows_what_else_it_is_called_and_what_is_in_it(keeper: Client) -> None:
    page = text_of(keeper, "item", code="SHL-KIT-TOL")
    for words in ("shelter toolkit", "hammer, claw", "shelter kit, with tarpaulins and tools"):
        assert words in page
    assert "What is in it" not in text_of(keeper, "item", code="SHL-TNT-FAM")


def test_words_are_added_refused_and_taken_away_on_the_page(keeper: Client) -> None:
    address = reverse("item_alias", kwargs={"code": ITEM})
    words = {"key": str(uuid4()), "text": "hotel soap in paper", "language": "en"}
    assert keeper.post(address, words).status_code == 302
    assert "hotel soap in paper" in text_of(keeper, "item", code=ITEM)
    refused = keeper.post(address, {"key": str(uuid4()), "text": "Wolldecken"})
    assert refused.status_code == 409
    assert "SHL-BLK-WOL" in refused.content.decode()
    alias = catalogue.item_page(ITEM).aliases
    mine = next(words for words in alias if words.confirmed_by)
    ending = reverse("item_alias_end", kwargs={"code": ITEM, "alias": mine.id})
    assert keeper.post(ending, {"key": str(uuid4())}).status_code == 302
    assert catalogue.meant_by("hotel soap in paper") is None


@pytest.mark.usefixtures("records")
def test_a_donor_sees_the_words_and_cannot_add_any() -> None:
    donor = client_of(make.person(Role.DONOR, "DEU"))
    page = text_of(donor, "item", code=ITEM)
    assert "Handseife" in page
    assert "Add the words" not in page
    sent = {"key": str(uuid4()), "text": "some soap"}
    assert donor.post(reverse("item_alias", kwargs={"code": ITEM}), sent).status_code == 403


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    "typed",
    [
        "Wolldecken",
        "wool blankets",
        "SHL-BLK-WOL",
        "\u0432\u043e\u0432\u043d\u044f\u043d\u0456 \u043a\u043e\u0432\u0434\u0440\u0438",
    ],
)
def test_a_form_takes_other_words_for_an_item(typed: str) -> None:
    assert item_code(typed, item_choices()) == "SHL-BLK-WOL"


@pytest.mark.usefixtures("committed")
def test_no_page_is_wider_than_a_phone_and_axe_finds_nothing() -> None:
    w = make.world_apart()
    looks: list[tuple[str, dict[str, str], Actor]] = [
        ("items", {}, w.coordinator),
        ("item", {"code": "SHL-KIT-TOL"}, w.coordinator),
        ("item", {"code": "AMM-155-HE"}, w.donor),
        ("item_new", {}, w.coordinator),
        ("arrival_new", {"code": w.operation.code}, w.coordinator),
    ]
    sessions = [client_of(actor).cookies["muster_session"].value for _, _, actor in looks]
    found = []
    with served() as site, chromium() as browser:
        for width in (PHONE, WIDE):
            for (name, where, _), session in zip(looks, sessions, strict=True):
                address = site + reverse(name, kwargs=where)
                cookies = {"muster_session": session}
                with opened(browser, address, width=width, cookies=cookies) as seen:
                    found += [f"{name} {width}: {said}" for said in seen.violations()]
                    found += [f"{name} {width}: {said}" for said in seen.complaints]
                    found += [f"{name} {width}: spills"] if seen.spills() else []
    assert found == []
