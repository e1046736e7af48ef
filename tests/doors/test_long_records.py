"""Requests and offers of very many lines are read a page at a time, and nothing of them is lost."""

import re
from datetime import date
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from muster.actions import offers, requests
from muster.actions.offers import LineOffered
from muster.actions.requests import LineAsked
from muster.queries import offers as offers_seen
from muster.queries import requests as requests_seen
from muster.queries.amounts import Typed
from muster.queries.board import board
from muster.records.models import AssistanceRequest, Offer
from tests import make
from tests.doors.test_pages_register import client_of

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be short, so that a record of a few lines is a long one."""
    monkeypatch.setattr(settings, "CLOCK", make.NOW.isoformat())
    monkeypatch.setattr(requests_seen, "LINES_PAGE", 3)
    monkeypatch.setattr(offers_seen, "OFFER_LINES_PAGE", 3)


def long_request(w: make.World, lines: int) -> AssistanceRequest:
    made = requests.draft_request(
        act=make.act(w.recipient),
        operation=w.operation.pk,
        recipient=w.recipient_code,
        reference=f"R-{uuid4().hex[:8]}",
        title="Long request",
        asked_on=date(2023, 1, 10),
        lines=[
            LineAsked(item=make.TENT, quantity=Typed(str(at)), urgency=3, place=f"<place {at}>")
            for at in range(1, lines + 1)
        ],
    )
    requests.submit_request(act=make.act(w.recipient), request=made.pk)
    requests.validate_request(act=make.act(w.recipient), request=made.pk)
    return requests.circulate_request(act=make.act(w.coordinator), request=made.pk)


def long_offer(w: make.World, lines: int) -> Offer:
    return offers.make_offer(
        act=make.act(w.donor),
        operation=w.operation.pk,
        donor=w.donor_code,
        reference=f"O-{uuid4().hex[:8]}",
        title="Long offer",
        offered_on=date(2023, 2, 1),
        lines=[LineOffered(item=make.TENT, quantity=Typed("5")) for _ in range(lines)],
    )


def walked(client: Client, start: str, which: str) -> list[list[str]]:
    """Follow the links of one direction from a page, and give what each page shows."""
    shown, address = [], start
    while address:
        page = client.get(address).content.decode()
        shown.append(sorted(set(re.findall(r"[Ll]ine (\d+):|place (\d+)&gt;", page))))
        found = re.search(rf'href="([^"]+)" rel="{which}"', page)
        address = found[1] if found else ""
    return [[one or other for one, other in each] for each in shown]


PAGES = [["1", "2", "3"], ["4", "5", "6"], ["7"]]


def test_the_lines_of_a_request_are_walked_there_and_back() -> None:
    w = make.world()
    made = long_request(w, 7)
    client, first = client_of(w.coordinator), f"/requests/{made.pk}"
    assert walked(client, first, "next") == PAGES
    assert walked(client, f"{first}?after=6", "prev") == PAGES[::-1]
    assert "Lines 4 to 6 of 7" in client.get(f"{first}?after=3").content.decode()
    assert "No more lines; there are 7" in client.get(f"{first}?after=9").content.decode()


def test_the_lines_of_an_offer_are_walked_there_and_back() -> None:
    w = make.world()
    made = long_offer(w, 7)
    client, first = client_of(w.coordinator), f"/offers/{made.pk}"
    assert walked(client, first, "next") == PAGES
    assert walked(client, f"{first}?after=6", "prev") == PAGES[::-1]


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9999999999", "²"])
def test_a_place_that_is_none_is_refused(after: str) -> None:
    w = make.world()
    answer = client_of(w.coordinator).get(f"/requests/{long_request(w, 1).pk}", {"after": after})
    assert answer.status_code == 422
    assert "This is no place in the list" in answer.content.decode()


def test_what_is_done_on_a_later_page_leads_back_to_its_line() -> None:
    w = make.world()
    made = long_offer(w, 7)
    client, here = client_of(w.coordinator), f"/offers/{made.pk}?after=3"
    page = client.get(here).content.decode()
    keys = re.findall(r'name="key" value="([^"]+)"', page)
    assert f'action="{here}"' in page
    answer = client.post(here, {"verb": "review-5", "key": keys[0]})
    assert answer.status_code == 303
    where = urlsplit(answer["Location"])
    assert (where.query, where.fragment) == ("after=3", "line-5")
    assert made.lines.get(position=5).stage == "under_review"
    refused = client.post(here, {"verb": "defer-5", "key": keys[0], "defer-5-reason": ""})
    assert "Line 5" in refused.content.decode()
    assert client.post(here, {"verb": "review-99", "key": keys[0]}).status_code == 404


def test_of_very_many_needs_a_form_lists_the_most_urgent_and_the_one_that_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(offers_seen, "MOST_LISTED", 2)
    w = make.world()
    many = long_request(w, 4)
    pressing = make.asked(w, "9", urgency=1)
    dear = many.lines.get(position=4)
    listed = offers_seen.needs_for(w.operation, make.TENT, w.coordinator, DAY, kept=dear.pk)
    assert {need.id for need in listed} == {pressing.pk, many.lines.get(position=1).pk, dear.pk}


def test_of_very_many_offers_a_need_lists_its_own_first_and_none_that_is_spent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = make.world()
    need = make.asked(w, "100")
    spent = make.offered(w, "10")
    offers.withdraw_offer(act=make.act(w.donor), line=spent.pk, amount=Typed("10"))
    one, own = make.offered(w, "10"), make.offered(w, "10", answers=need.pk)
    other = make.offered(w, "10")
    monkeypatch.setattr(requests_seen, "MOST_LISTED", 2)
    seen = requests_seen.need_shown(need.pk, w.coordinator, day=DAY)
    assert len(seen.fitting) == 2
    assert seen.fitting[0].id == own.pk
    assert seen.fitting[1].id in {one.pk, other.pk}


def test_a_few_lines_of_the_board_are_as_on_the_whole_board() -> None:
    w = make.world()
    many = long_request(w, 4)
    need, given = make.asked(w, "100"), make.offered(w, "60")
    make.agreed(w, given, need, "20")
    restricted = make.offered(w, "30", answers=need.pk)
    make.proposed(w, restricted, need, "5")
    for actor in (w.coordinator, w.donor, w.recipient):
        whole = board(w.operation, actor, day=DAY)
        wanted = {need.pk, many.lines.get(position=2).pk}
        few = board(w.operation, actor, day=DAY, only=wanted)
        assert few == tuple(line for line in whole if line.id in wanted)
        assert len(few) == 2
