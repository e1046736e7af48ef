"""The pages of movements in a real browser: on a phone, on a wide screen, and while typing."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import override_settings
from django.urls import reverse

from muster.actions import arrivals, consents, plans, reports
from muster.core.actors import Actor, Role
from muster.queries.amounts import Typed
from muster.records.models import Consent
from tests import make
from tests.doors.browser import PHONE, WIDE, chromium, opened
from tests.doors.test_pages_movements import an_agreed_one, client_of
from tests.make import HUB, NOW, TENT, World, act


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=NOW.isoformat()):
        yield


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing: pytest shows what matters."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the site in this process, on a port of its own."""
    server: WSGIServer = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)

    def serve() -> None:
        try:
            server.serve_forever()
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Looked:
    """A page, and who looks at it."""

    actor: Actor
    name: str
    where: Mapping[str, object]


def everything(w: World) -> list[Looked]:
    """One page of every kind, each with something on it."""
    of = {"code": w.operation.code}
    allocation = make.agreed(w, make.offered(w, origin="ESP"), make.asked(w), "40")
    consent = Consent.objects.get(allocation=allocation)
    planned = make.shipped(w, allocation, "10")
    consents.grant_consent(act=act(make.person(Role.DONOR, "ESP")), consent=consent.pk)
    arrived = make.handed_over(w, allocation, "20")
    receipt = make.signed(w, make.handed_over(w, allocation, "5"), damaged=1)
    proposal = make.proposed(w, make.offered(w), make.asked(w), "10")
    plan = plans.make_plan(act=act(w.coordinator), operation=w.operation.pk, seconds=5)
    report = reports.draft_report(act=act(w.coordinator), operation=w.operation.pk, needs="Fuel.")
    arrival = arrivals.report_arrival(
        act=act(w.coordinator),
        operation=w.operation.pk,
        reference="U-2",
        item=TENT,
        amount=Typed("12"),
        sender="A charity",
        place=HUB,
        arrived_on=NOW.date(),
    )
    return [
        Looked(w.coordinator, "allocations", of),
        Looked(w.donor, "allocation", {"allocation_id": proposal.pk}),
        Looked(w.donor, "consent", {"consent_id": consent.pk}),
        Looked(w.donor, "consignments", of),
        Looked(w.donor, "consignment_new", of),
        Looked(w.donor, "consignment", {"consignment_id": planned.pk}),
        Looked(w.donor, "consignment", {"consignment_id": arrived.pk}),
        Looked(w.recipient, "receipt_new", {"consignment_id": arrived.pk}),
        Looked(w.recipient, "receipt", {"receipt_id": receipt.pk}),
        Looked(w.coordinator, "arrivals", of),
        Looked(w.coordinator, "arrival_new", of),
        Looked(w.coordinator, "arrival", {"arrival_id": arrival.pk}),
        Looked(w.coordinator, "plans", of),
        Looked(w.coordinator, "plan", {"plan_id": plan.pk}),
        Looked(w.coordinator, "reports", of),
        Looked(w.coordinator, "report_new", of),
        Looked(w.coordinator, "report", {"report_id": report.pk}),
    ]


@pytest.mark.usefixtures("committed")
def test_no_page_is_wider_than_a_phone_and_axe_finds_nothing() -> None:
    w = make.world()
    pages = everything(w)
    # The browser runs a loop of its own, in which Django would refuse to ask the database.
    cookies = {
        look.actor.user_id: client_of(look.actor).cookies["muster_session"].value for look in pages
    }
    found = []
    with served() as site, chromium() as browser:
        for width in (PHONE, WIDE):
            for look in pages:
                address = site + reverse(look.name, kwargs=dict(look.where))
                session = {"muster_session": cookies[look.actor.user_id]}
                with opened(browser, address, width=width, cookies=session) as seen:
                    wrong = [*seen.violations(), *seen.complaints]
                    found += [f"{look.name} at {width}: {each}" for each in wrong]
                    if seen.spills():
                        found.append(f"{look.name} at {width}: wider than the window")
    assert found == []


@pytest.mark.usefixtures("committed")
def test_the_sums_of_a_receipt_follow_what_is_typed_without_a_reload() -> None:
    w = make.world()
    box = make.handed_over(w, an_agreed_one(w))
    session = {"muster_session": client_of(w.recipient).cookies["muster_session"].value}
    with served() as site, chromium() as browser:
        address = site + reverse("receipt_new", kwargs={"consignment_id": box.pk})
        with opened(browser, address, width=PHONE, cookies=session) as seen:
            seen.page.fill("#field-good-1", "38")
            seen.page.wait_for_selector("text=counted 38 of 40: 2 too few.")
            assert seen.page.input_value("#field-good-1") == "38"
            assert seen.complaints == []
