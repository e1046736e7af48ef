"""What a part of a page asked for and was refused is seen, in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Page

from tests import make
from tests.doors.browser import chromium, opened
from tests.doors.test_pages_movements import client_of
from tests.doors.test_pages_movements_browser import served
from tests.make_pledges import meeting

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=make.NOW.isoformat()):
        yield


@contextmanager
def in_the_room() -> Iterator[Page]:
    w = make.world()
    room = reverse("meeting", kwargs={"meeting_id": meeting(w).pk})
    session = {"muster_session": client_of(w.coordinator).cookies["muster_session"].value}
    with (
        served() as site,
        chromium() as browser,
        opened(browser, site + room, cookies=session) as seen,
    ):
        yield seen.page


def announced(page: Page, lines: str) -> None:
    page.fill("#field-donors", "DEU")
    page.fill("#field-lines", lines)
    page.click("button >> text='Enter it'")


def test_a_refusal_of_what_a_part_of_the_page_sent_is_read_at_once_and_nothing_typed_is_lost() -> (
    None
):
    with in_the_room() as page:
        announced(page, "EUR 5 million USD 3 million")
        page.wait_for_selector("[role=alert] >> text=is not clear")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        assert page.input_value("#field-lines") == "EUR 5 million USD 3 million"
        assert page.get_attribute("#field-lines", "aria-invalid") == "true"
        announced(page, "EUR 5 million")
        page.wait_for_selector("[role=status] >> text=is entered.")


def test_an_answer_that_has_nothing_for_its_place_takes_the_window() -> None:
    with in_the_room() as page:
        page.context.clear_cookies()
        announced(page, "EUR 5 million")
        page.wait_for_selector("h1 >> text=The form is too old")
