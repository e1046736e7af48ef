"""A plan to be read in a minute: its summary, its parts, and all of it for paper."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client

from muster.actions import plans, transport
from muster.core.planning.transport import LegTold
from muster.queries.plan_contents import ShownPlan, of_record
from muster.records.models import SavedPlan, User
from muster.web.plan_figures import FEW, TITLES
from muster.web.scenarios import FIELDS
from tests import make
from tests.doors.browser import PHONE, WIDE, chromium, opened
from tests.doors.test_pages_movements_browser import served

MANY = 3 * FEW


def planned() -> tuple[make.World, SavedPlan]:
    """A plan of so many needs that its parts are cut on its page, all of them met in part."""
    w = make.world()
    for at in range(MANY):
        make.offered(w, "3")
        make.asked(w, "5", urgency=1 + at % 2)
    return w, plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, seconds=60)


def seen_as(w: make.World) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=w.coordinator.user_id))
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.usefixtures("records")
def test_the_page_of_a_plan_shows_few_rows_of_each_part_and_leads_to_all_of_them() -> None:
    w, plan = planned()
    client, here = seen_as(w), f"/plans/{plan.pk}"
    moves = of_record(plan).moves
    page = text(client, here)
    assert page.count('class="unmet"') == 1
    assert len(re.findall(r"</span> unmet", page)) == FEW
    assert f"Show all {len(of_record(plan).unmet)}" in page
    assert 'name="moves"' not in page  # what is not seen cannot be chosen
    assert f'{here}/parts/moves"' in page
    whole = text(client, f"{here}/parts/moves")
    assert whole.count('name="moves"') == len(moves)
    paper = text(client, f"{here}/paper")
    assert len(re.findall(r"</span> unmet", paper)) == len(of_record(plan).unmet)


@pytest.mark.usefixtures("records")
def test_a_reason_leads_to_the_needs_that_it_holds_for_and_to_no_others() -> None:
    w, plan = planned()
    client, unmet = seen_as(w), of_record(plan).unmet
    code = unmet[0].codes[0]
    held = [need.line for need in unmet if code in need.codes]
    assert f"/parts/unmet?reason={code}" in text(client, f"/plans/{plan.pk}")
    page = text(client, f"/plans/{plan.pk}/parts/unmet?reason={code}")
    assert len(re.findall(r"</span> unmet", page)) == len(held)
    none = text(client, f"/plans/{plan.pk}/parts/unmet?reason=no_room")
    assert not re.findall(r"</span> unmet", none)


@pytest.mark.usefixtures("records")
def test_a_part_that_there_is_not_and_a_place_that_is_no_number_are_refused() -> None:
    w, plan = planned()
    client = seen_as(w)
    assert client.get(f"/plans/{plan.pk}/parts/magic").status_code == 422
    assert client.get(f"/plans/{plan.pk}/parts/needs?from=-1").status_code == 422
    assert client.get(f"/plans/{plan.pk}/parts/needs?from=1e9").status_code == 422
    assert "Nothing." in text(client, f"/plans/{plan.pk}/parts/needs?from=999")
    for key in TITLES:
        assert TITLES[key] in text(client, f"/plans/{plan.pk}/parts/{key}")


@pytest.mark.usefixtures("records")
def test_a_refused_choice_of_movements_is_answered_where_they_can_be_chosen() -> None:
    w, plan = planned()
    client = seen_as(w)
    answer = client.post(f"/plans/{plan.pk}", {"verb": "some", "key": str(uuid4())})
    assert answer.status_code == 422
    assert answer.content.decode().count('name="moves"') == len(of_record(plan).moves)


@pytest.mark.usefixtures("records")
def test_every_sheet_bears_the_marking_and_the_plan_s_own_title() -> None:
    w, plan = planned()
    answer = seen_as(w).get(f"/plans/{plan.pk}/sheet.css")
    assert answer["Content-Type"].startswith("text/css")
    style = answer.content.decode()
    assert f"Plan by the exact method, {w.operation.code}" in style
    assert style.count('"') == 2
    donor = Client(SERVER_NAME="localhost")
    donor.force_login(User.objects.get(pk=w.donor.user_id))
    assert donor.get(f"/plans/{plan.pk}/sheet.css").status_code == 404
    assert donor.get(f"/plans/{plan.pk}/parts/needs").status_code == 404


@pytest.mark.usefixtures("committed")
def test_a_plan_is_two_windows_high_at_a_desk_and_opens_on_paper() -> None:
    w = make.world()
    for at in range(MANY):
        make.offered(w, "3")
        needed_by = make.NOW.date() + timedelta(days=30)
        make.asked(w, "5", urgency=1 + at % 2, needed_by=needed_by)
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, seconds=60)
    client = seen_as(w)
    session = {"muster_session": client.cookies["muster_session"].value}
    with served() as site, chromium() as browser:
        for width in (WIDE, PHONE):
            address = f"{site}/plans/{plan.pk}"
            with opened(browser, address, width=width, cookies=session) as seen:
                assert [*seen.violations(), *seen.complaints] == []
                assert not seen.spills()
                high = seen.page.evaluate("document.documentElement.scrollHeight")
                assert high <= (1_800 if width == WIDE else 3_600), high
                row = seen.page.locator("#needs tbody tr").first
                assert not row.is_visible()
                seen.page.emulate_media(media="print")
                assert row.is_visible()
                assert not seen.page.locator(".top").is_visible()
                seen.page.emulate_media(media="screen")
                seen.page.locator("#needs summary").click()
                assert row.is_visible()
                assert [*seen.violations(), *seen.complaints] == []


@pytest.mark.usefixtures("committed")
def test_the_form_of_a_change_shows_the_fields_of_its_kind_alone_and_without_a_script() -> None:
    w = make.world()
    make.offered(w, "3")
    make.asked(w, "5")
    session = seen_as(w).cookies["muster_session"].value
    with served() as site, chromium() as browser:
        context = browser.new_context(java_script_enabled=False)
        context.add_cookies([{"name": "muster_session", "value": session, "url": site}])
        page = context.new_page()
        page.goto(f"{site}/operations/{w.operation.code}/scenarios")
        for what, fields in FIELDS.items():
            page.select_option("[name=what]", what.value)
            shown = {
                name
                for name in {each for every in FIELDS.values() for each in every}
                if page.locator(f"[name={name}]").is_visible()
            }
            assert shown == set(fields), what
        # What was typed is still there after a refusal, and so are the fields of its kind.
        page.select_option("[name=what]", "donor_late")
        page.fill("[name=name]", "Late")
        page.fill("[name=days]", "4000")
        page.select_option("[name=donor]", index=1)
        page.click("text=Keep the scenario")
        assert page.locator(".error-summary").is_visible()
        assert page.input_value("[name=days]") == "4000"
        assert page.locator("[name=days]").is_visible()
        assert not page.locator("[name=leg]").is_visible()
        context.close()


@pytest.mark.usefixtures("records")
def test_a_plan_asks_what_goods_weigh_and_reckons_with_the_answer_the_next_time() -> None:
    w = make.world()
    leg = LegTold(
        code="RZE-LVIV", start=make.HUB, end=make.PLACE, mode="road", days=2, kg=Decimal(30_000)
    )
    transport.put_legs(act=make.act(w.coordinator), operation=w.operation.pk, legs=[leg])
    make.offered(w, "4", item="ENG-CRN-TRK", place=make.HUB)
    soon = make.NOW.date() + timedelta(days=3)
    make.asked(w, "4", item="ENG-CRN-TRK", place=make.PLACE, needed_by=soon)

    def made() -> tuple[ShownPlan, str]:
        plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, seconds=60)
        return of_record(plan), text(seen_as(w), f"/plans/{plan.pk}")

    before, page = made()
    assert [(each.item, each.amount) for each in before.unweighed] == [("ENG-CRN-TRK", 4)]
    assert "What do they weigh?" in page
    assert "at least" in page
    client = seen_as(w)
    address = "/catalogue/item/ENG-CRN-TRK/measures"
    typed = {"mass_kg": "0", "why": "A data sheet.", "key": str(uuid4())}
    assert client.post(address, typed).status_code == 422
    typed = {"mass_kg": "24000", "why": "A data sheet.", "key": str(uuid4())}
    assert client.post(address, typed).status_code == 302
    after, page = made()
    assert after.unweighed == ()
    assert "What do they weigh?" not in page
    assert sum(move.amount for move in after.moves if not move.late) == 1  # and no more has room
