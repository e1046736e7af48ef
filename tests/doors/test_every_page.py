"""Every page, for every role, in a real browser at the width of a desk and of a phone.

A page that is added without an example here fails the first test.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page

from muster.actions import (
    arrivals,
    intake,
    plans,
    readouts,
    reports,
    reserves,
    scenarios,
    transport,
)
from muster.actions.enquiries import ask
from muster.core.actors import CENTRE, Actor, Role, party_audience
from muster.core.planning.scenarios import Change, What
from muster.core.planning.transport import Closure, LegTold
from muster.queries.amounts import Typed
from muster.records.models import Consent, ReceivedMessage, TransportLeg, User
from muster.records.models.record import Record
from muster.web.urls import urlpatterns
from tests import make_messages, make_pledges
from tests.doors.browser import PHONE, WIDE, Opened, chromium
from tests.make import (
    HUB,
    NOW,
    PLACE,
    TENT,
    World,
    act,
    agreed,
    asked,
    handed_over,
    offered,
    person,
    proposed,
    signed,
    world,
)
from tests.make_guarantee import answered, invoked

# Addresses that take a form and have no page of their own.
FORMS = frozenset(
    {
        "import_line",
        "sign_out",
        "standing_record",
        "standing_end",
        "accession_step",
        "burden_import",
        "role_grant",
        "item_review",
        "item_alias",
        "item_measures",
        "item_alias_end",
        "rule_approve",
        "rule_retire",
    }
)
# What is text and no page.
PLAIN = frozenset(
    {
        "report_text",
        "burden_csv",
        "import_original",
        "message_original",
        "message_acknowledgement",
        "net_table",
        "plan_sheet",
        "waterfall_table",
    }
)

_OF_A_MEETING = (
    *("meeting", "meeting_agenda", "meeting_follow_up", "meeting_readouts", "meeting_correct"),
)

Arguments = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A served site with one record of each kind, and who walks through it."""

    address: str
    people: dict[Role, Actor]
    sessions: dict[Role, str]
    examples: dict[str, Arguments]
    # What is shown to some alone: the page's name, and the record that decides.
    guarded: dict[str, Record] = field(default_factory=dict)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def _consented(w: World) -> Consent:
    """An allocation of goods that come from a third nation, which is asked."""
    allocation = agreed(w, offered(w, "5", origin="NOR"), asked(w, "5"), "5")
    return Consent.objects.get(allocation=allocation)


def _leg(w: World) -> TransportLeg:
    """A leg that has room for half of what is offered in a week, and is closed for some days."""
    told = LegTold(
        code="RZE-LVIV",
        start=HUB,
        end=PLACE,
        mode="road",
        days=1,
        kg=Decimal(2_000),
        closures=(Closure(first=date(2023, 5, 1), last=date(2023, 5, 3), why="a holiday"),),
    )
    return transport.put_legs(act=act(w.coordinator), operation=w.operation.pk, legs=[told])


def _made() -> tuple[dict[str, Arguments], dict[str, Record], dict[Role, Actor]]:
    """One record of each kind, and the arguments that lead to their pages."""
    w = world()
    giving, taking = offered(w, place=HUB), asked(w, place=PLACE)
    leg = _leg(w)
    allocation = agreed(w, giving, taking, "40")
    waiting = proposed(w, giving, taking, "10")
    box = handed_over(w, allocation, "20")
    receipt = signed(w, handed_over(w, allocation, "10"), damaged=2)
    arrival = arrivals.report_arrival(
        act=act(w.coordinator),
        operation=w.operation.pk,
        reference="U-1",
        item=TENT,
        amount=Typed("7"),
        sender="A village",
        place=PLACE,
        arrived_on=date(2023, 4, 1),
    )
    imagined = scenarios.keep_scenario(
        act=act(w.coordinator),
        operation=w.operation.pk,
        name="The road is closed",
        changes=[
            Change(
                what=What.LEG_CLOSED,
                subject="RZE-LVIV",
                first=date(2023, 4, 20),
                last=date(2023, 5, 20),
            )
        ],
    )
    plan = plans.make_plan(act=act(w.coordinator), operation=w.operation.pk, method="greedy")
    report = reports.draft_report(act=act(w.coordinator), operation=w.operation.pk)
    consent = _consented(w)
    taken = intake.read_list(
        act=act(w.coordinator),
        operation=w.operation.pk,
        purpose="requests",
        name="needs.csv",
        data=b"Item,Quantity,Unit\nFamily tents,1375,\nQuuxograms,1.200,kg\nBlankets,up to 70,\n",
        sender="A ministry",
    )
    question = ask(
        act=act(w.donor),
        operation=w.operation.pk,
        kind="return",
        words="Please send them back.",
        about=allocation.pk,
    )
    there = world()
    document = make_messages.written(asked(there).request_id, there.recipient)
    told = ReceivedMessage.objects.get(pk=make_messages.taken(w, w.recipient, document).id)
    case = invoked()
    answered(case, person(Role.DONOR, "FRA"), "FRA")
    kept = {"holds": Typed("900"), "floor": Typed("800"), "party": w.donor_code}
    for item in ("SHL-BLK-WOL", "SHL-BLK-WMT", "SHL-BLK-WMT"):
        reserves.keep_reserve(act=act(w.donor), item=item, **kept)
    held = make_pledges.meeting(w)
    announced = make_pledges.pledged(
        w, make_pledges.goods("90"), make_pledges.money(), meeting=held.pk
    )
    said = readouts.draft_readout(act=act(w.coordinator), meeting=held.pk)
    records: dict[str, tuple[str, Record]] = {
        **dict.fromkeys(_OF_A_MEETING, ("meeting_id", held)),
        "readout": ("readout_id", said),
        "pledge": ("pledge_id", announced),
        "request": ("request_id", taking.request),
        "offer": ("offer_id", giving.offer),
        "allocation": ("allocation_id", waiting),
        "consent": ("consent_id", consent),
        "consignment": ("consignment_id", box),
        "receipt_new": ("consignment_id", box),
        "receipt": ("receipt_id", receipt),
        "arrival": ("arrival_id", arrival),
        "plan": ("plan_id", plan),
        "report": ("report_id", report),
        "report_text": ("report_id", report),
        "import": ("batch_id", taken),
        "import_original": ("batch_id", taken),
        "enquiry": ("enquiry_id", question),
        "scenario": ("scenario_id", imagined),
        "message": ("message_id", told),
        "message_original": ("message_id", told),
        "message_acknowledgement": ("message_id", told),
    }
    guarded = {name: record for name, (_, record) in records.items()} | {
        "leg": leg,
        "plan_stress": plan,
        "plan_need": plan,
        "plan_prices": plan,
        "plan_part": plan,
        "plan_paper": plan,
        "plan_sheet": plan,
    }
    for _, record in records.values():
        record.refresh_from_db()  # its audiences have grown since it was made
    in_operation = (
        "operation requests request_new offers offer_new allocations consignments consignment_new"
        " arrivals arrival_new plans reports report_new operation_journal imports duplicates"
        " messages enquiries net net_table waterfall waterfall_table scenarios plans_compare shares"
    )
    whole = (
        "home operations register party_new people account items item_new journal gallery sign_in"
        " guarantee guarantee_new reserves meetings coalitions rules rule_new rules_try"
        " effect burden burden_csv yardsticks"
    )
    people = {
        Role.COORDINATOR: w.coordinator,
        Role.DONOR: w.donor,
        Role.RECIPIENT: w.recipient,
        Role.LOGISTICS: person(Role.LOGISTICS, "EADRCC"),
        Role.ANALYST: person(Role.ANALYST, "EADRCC"),
    }
    examples: dict[str, Arguments] = {
        **{name: {} for name in whole.split()},
        **{name: {"code": w.operation.code} for name in in_operation.split()},
        **{name: {key: record.pk} for name, (key, record) in records.items()},
        "plan_stress": {"plan_id": plan.pk},
        "plan_need": {"plan_id": plan.pk, "need_id": str(taking.pk)},
        "plan_prices": {"plan_id": plan.pk},
        "plan_part": {"plan_id": plan.pk, "key": "crossings"},
        "plan_paper": {"plan_id": plan.pk},
        "plan_sheet": {"plan_id": plan.pk},
        "leg": {"code": w.operation.code, "leg_id": leg.pk},
        "request_line": {"code": w.operation.code, "line_id": taking.pk},
        "guarantee_case": {"code": case.operation.code},
        "guarantee_answer": {"code": case.operation.code},
        "coalition": {"code": "COAL-LEO"},
        "party": {"code": "UKR"},
        "rule": {"code": "MANDATE"},
        "party_timeline": {"code": "NATO"},
        "person": {"person_id": w.donor.user_id},
        "item": {"code": TENT},
        "record_journal": {"subject": "offer", "record": giving.offer.pk},
    }
    return examples, guarded, people


@pytest.fixture(scope="module")
def site(tables: None) -> Iterator[Site]:
    """Serve the site as it is served, on tables of this run."""
    with override_settings(CLOCK=NOW.isoformat()):
        examples, guarded, people = _made()
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.set_app(get_wsgi_application())
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        address = f"http://127.0.0.1:{server.server_port}"
        yield Site(
            address=address,
            people=people,
            # Made here, because Django asks nothing of the database beside a running browser.
            sessions={role: session_of(actor) for role, actor in people.items()},
            examples=examples,
            guarded=guarded,
        )
        server.shutdown()
        serving.join()
        server.server_close()


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as started:
        yield started


# The shapes that axe has judged already: the same page of another role is often the same.
_JUDGED: set[tuple[str, int, str]] = set()
_SHAPE = """() => [...new Set([...document.querySelectorAll('body *')].map(
    part => part.tagName + '.' + part.className + (part.getAttribute('aria-label') || '')
))].sort().join(' ')"""


def session_of(actor: Actor) -> str:
    """Sign a person in, and give the key of the session."""
    assert actor.user_id is not None
    user = User.objects.get(pk=actor.user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key is not None
    return session.session_key


def window(
    browser: Browser, site: Site, width: int, role: Role | None = None
) -> tuple[Page, Opened]:
    """Open an empty window, signed in in a role or as nobody."""
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    if role is not None:
        name, key = settings.SESSION_COOKIE_NAME, site.sessions[role]
        context.add_cookies([{"name": name, "value": key, "url": site.address}])
    seen = Opened(page=context.new_page())

    def keep(message: ConsoleMessage) -> None:
        # The browser says itself that a page has the status of a refusal.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            seen.complaints.append(message.text)

    seen.page.on("console", keep)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    return seen.page, seen


def faults(seen: Opened, name: str, width: int) -> Iterator[str]:
    """Look at the open page as a person, a keyboard and axe do."""
    page = seen.page
    yield from seen.complaints
    seen.complaints.clear()
    if seen.spills():
        yield "it is wider than its window"
    if not page.title().removesuffix("Muster").strip(" ·"):
        yield "it has no title of its own"
    if page.locator("h1").count() != 1:
        yield f"it has {page.locator('h1').count()} first headings"
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "skip":
        yield "the keyboard's first stop is not the link to the content"
    shape = (name, width, page.evaluate(_SHAPE))
    if shape not in _JUDGED:
        _JUDGED.add(shape)
        yield from seen.violations()


def expected(site: Site, name: str, actor: Actor) -> set[int]:
    """Say which statuses are right: a hidden record is not found; some forms are refused."""
    record, groups = site.guarded.get(name), actor.audiences(NOW.date())
    if record is not None and not groups & set(record.audiences):
        return {404}
    if name == "person":  # the example is a donor's; the centre and colleagues see them
        return {200} if groups & {CENTRE, party_audience("DEU")} else {404}
    if actor.has(Role.COORDINATOR, NOW.date()):
        return {200, 403} if name == "receipt_new" else {200}
    return {200, 403} if name.endswith("_new") else {200}


def test_every_address_has_an_example(site: Site) -> None:
    names = {pattern.name for pattern in urlpatterns}
    assert names == set(site.examples) | FORMS


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("role", list(Role))
def test_every_page_is_sound_for_every_role(
    browser: Browser, site: Site, role: Role, width: int
) -> None:
    actor = site.people[role]
    page, seen = window(browser, site, width, role)
    found = []
    for name, arguments in site.examples.items():
        address = site.address + reverse(name, kwargs=arguments)
        right = expected(site, name, actor)
        if name in PLAIN:
            status = page.context.request.get(address).status
        else:
            answer = page.goto(address)
            status = answer.status if answer else 0
            found += [f"{name}: {fault}" for fault in faults(seen, name, width)]
        if status not in right:
            found.append(f"{name}: status {status}, and {right} is right")
    page.context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_pages_before_sign_in_are_sound_and_every_other_one_asks_to_sign_in(
    browser: Browser, site: Site, width: int
) -> None:
    page, seen = window(browser, site, width)
    found = []
    for name, arguments in site.examples.items():
        answer = page.context.request.get(
            site.address + reverse(name, kwargs=arguments), max_redirects=0
        )
        if answer.status != 302 and name != "sign_in":
            found.append(f"{name} is open to strangers")
    page.goto(site.address + reverse("items") + "?q=tent")
    page.wait_for_url("**/sign-in?next=%2Fcatalogue%3Fq%3Dtent")
    found += [f"sign-in: {fault}" for fault in faults(seen, "sign_in", width)]
    with override_settings(SITE_NAME="demo"):
        page.goto(site.address + reverse("sign_in"))
        found += [f"demo's sign-in: {fault}" for fault in faults(seen, "demo", width)]
    page.goto(site.address + "/no/such/page")
    found += [f"404: {fault}" for fault in faults(seen, "no page", width)]
    page.context.close()
    assert not found, "\n".join(found)
