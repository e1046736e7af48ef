"""The design: its gallery in a real browser, and the functions that word what is shown."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from playwright.sync_api import Browser

from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.stages import LIFECYCLES
from muster.records.models import Standing
from muster.web import shown
from muster.web.gallery import sample
from muster.web.jinja import environment
from tests.doors.browser import PHONE, POLICY, WIDE, Opened, Scheme, chromium, opened

WEB = Path(str(files("muster.web")))
NOW = datetime(2023, 4, 20, 9, tzinfo=UTC)
amounts = st.integers(min_value=0, max_value=10**12)


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the gallery, as the pages' own environment renders it, from a folder."""
    folder = tmp_path_factory.mktemp("gallery")
    htmx = Path(str(files("django_htmx"))) / "static" / "django_htmx"
    made = environment(loader=jinja2.FileSystemLoader(WEB / "templates"))
    (folder / "assets").mkdir()
    for name in ("muster.css", "components.css", "print.css", "muster.js", "favicon.svg"):
        (folder / "assets" / name).symlink_to(WEB / "static" / name)
    (folder / "assets" / "django_htmx").symlink_to(htmx)
    made.globals["static"] = lambda name: f"assets/{name}"
    made.globals["url"] = lambda name, **_: f"#{name}"
    text = made.get_template("gallery.html").render(**sample(), csrf_input=Markup(""))
    (folder / "index.html").write_text(text, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(params=[(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")])
def page(request: pytest.FixtureRequest, browser: Browser, gallery: str) -> Iterator[Opened]:
    width, scheme = request.param
    with opened(browser, gallery, width=width, scheme=scheme) as seen:
        yield seen


def test_the_gallery_has_no_violation_of_accessibility(page: Opened) -> None:
    assert page.violations() == []


def test_the_gallery_breaks_no_content_security_policy_and_raises_no_error(page: Opened) -> None:
    assert page.complaints == []


def test_the_gallery_is_never_wider_than_its_window(page: Opened) -> None:
    assert not page.spills()


def test_the_policy_of_these_tests_would_report_an_inline_style(
    browser: Browser, gallery: str
) -> None:
    with opened(browser, gallery) as seen:
        seen.page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">')"
        )
        assert "Content Security Policy" in " ".join(seen.complaints)


def test_an_open_menu_and_an_open_question_on_a_phone_have_no_violation(
    browser: Browser, gallery: str
) -> None:
    with opened(browser, gallery, width=PHONE) as seen:
        navigation = seen.page.get_by_role("navigation", name="Main")
        assert not navigation.is_visible()
        seen.page.get_by_role("button", name="Menu").click()
        seen.page.locator("summary").first.click()
        assert navigation.is_visible()
        assert seen.page.get_by_role("button", name="Withdraw", exact=True).is_visible()
        assert seen.violations() == []
        assert not seen.spills()


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_the_chosen_colours_outlast_a_reload(
    browser: Browser, gallery: str, system: Scheme, chosen: str
) -> None:
    with opened(browser, gallery, scheme=system) as seen:
        ground = "getComputedStyle(document.body).backgroundColor"
        before = seen.page.evaluate(ground)
        switch = seen.page.locator("[data-theme-switch]").first
        while switch.inner_text() != f"Colours: {chosen}":
            switch.click()
        seen.page.reload()
        assert seen.page.evaluate("document.documentElement.dataset.theme") == chosen
        assert seen.page.evaluate(ground) != before


def test_the_first_stop_of_the_keyboard_skips_to_the_content(
    browser: Browser, gallery: str
) -> None:
    with opened(browser, gallery) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "main"


def test_on_a_phone_the_first_column_stands_still_while_the_rest_scrolls(
    browser: Browser, gallery: str
) -> None:
    with opened(browser, gallery, width=PHONE) as seen:
        region = seen.page.locator(".table-scroll").first
        head = region.locator("tbody th").first
        before = head.bounding_box()
        region.evaluate("region => region.scrollLeft = 300")
        assert region.evaluate("region => region.scrollLeft") == 300
        assert head.bounding_box() == before


def test_the_dark_colours_are_the_same_for_a_dark_system_and_a_dark_choice() -> None:
    css = (WEB / "static" / "muster.css").read_text(encoding="utf-8")
    blocks = re.findall(r"\{\s*(color-scheme: dark;[^}]*)\}", css)
    system, chosen = (block.split() for block in blocks)
    assert system == chosen


def test_no_table_has_the_name_of_the_section_around_it() -> None:
    named = 0
    for template in (WEB / "templates").rglob("*.html"):
        text = template.read_text("utf-8")
        sections, tables = (
            set(re.findall(rf'{macro}\("([^"]+)"', text))
            for macro in (r"records\.section", r"tables\.data_table")
        )
        named += bool(sections and tables)
        assert not sections & tables, template.name
    assert named


def test_no_template_carries_an_inline_style_or_script() -> None:
    for path in (WEB / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", text), path.name


@given(amounts)
def test_a_grouped_number_reads_back_as_itself(number: int) -> None:
    text = shown.grouped(number)
    assert int(text.replace(",", "")) == number
    assert re.fullmatch(r"\d{1,3}(,\d{3})*", text)


@given(st.none() | amounts, st.tuples(amounts, amounts, amounts, amounts))
def test_a_bar_never_leaves_its_frame_and_its_segments_do_not_overlap(
    asked: int | None, figures: tuple[int, int, int, int]
) -> None:
    received, dispatched, allocated, offered = sorted(figures)
    bar = shown.progress_bar(
        asked=asked,
        offered=offered,
        allocated=allocated,
        dispatched=dispatched,
        received=received,
        unit="pieces",
    )
    assert sum(segment.amount for segment in bar.segments) == offered
    for drawn in bar.segments:
        assert 0 <= drawn.start <= drawn.start + drawn.width <= 100.01
    for one, other in pairwise(bar.segments):
        assert one.start + one.width == pytest.approx(other.start, abs=0.01)
    assert (bar.asked_at is not None) == (asked is not None and asked < max(offered, 1))


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000)))
def test_a_longer_wait_is_never_less_urgent(waited: timedelta) -> None:
    order = ("fresh", "due", "late")
    now, later = (shown.age_level(NOW - past, NOW) for past in (waited, waited + timedelta(days=1)))
    assert order.index(now) <= order.index(later)


@pytest.mark.parametrize(
    ("waited", "text"),
    [
        (timedelta(minutes=-5), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(days=12, hours=23), "12 d"),
    ],
)
def test_an_age_is_told_in_whole_units_that_have_passed(waited: timedelta, text: str) -> None:
    assert shown.age(NOW - waited, NOW).replace("\xa0", " ") == text


def test_a_date_time_group_is_in_utc_whatever_the_zone_of_the_moment() -> None:
    kyiv = datetime.fromisoformat("2023-04-20T01:30:00+03:00")
    assert shown.dtg(kyiv).replace("\xa0", " ") == "192230Z APR 23"


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        (Quantity.exactly(12300), "12,300 pieces"),
        (Quantity.up_to(31), "up to 31 pieces"),
        (Quantity.between(30, 31), "30 to 31 pieces"),
        (Quantity(QuantityKind.RATE, 20000, 20000, Per.WEEK), "20,000 pieces per week"),
        (Quantity.unknown(), "quantity not stated"),
    ],
)
def test_a_quantity_is_worded_as_it_was_meant(stated: Quantity, text: str) -> None:
    assert shown.quantity(stated, "pieces").replace("\xa0", " ") == text


def test_every_stage_of_every_lifecycle_has_a_look() -> None:
    stages = {step.after for steps in LIFECYCLES.values() for step in steps}
    sprite = (WEB / "templates/components/sprite.svg").read_text(encoding="utf-8")
    for stage in stages:
        assert f'id="look-{shown.stage_look(stage)}"' in sprite


def test_every_kind_of_standing_has_a_look() -> None:
    made = environment(loader=jinja2.FileSystemLoader(WEB / "templates"))
    parts = made.get_template("register/parts.html").module
    for kind in Standing.Kind:
        assert kind in parts.standing(kind.value)


def test_sorting_by_a_column_twice_turns_the_order_and_leaves_the_filters() -> None:
    first = shown.sorted_by("q=bags&after=99", "asked", "item")
    assert first == "?q=bags&sort=asked"
    assert shown.sorted_by(first[1:], "asked", "asked") == "?q=bags&sort=-asked"
