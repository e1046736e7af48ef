"""Many at once, over real HTTP against the real server: nothing is promised, packed or done twice.

The cases are those in which the field's other systems were seen to break: 8 donors to one need,
8 packers from one stock, 40 withdrawals of one unit, and the same with 32 clients.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from muster.actions import consignments, offers, requests
from muster.actions.offers import LineOffered
from muster.actions.requests import LineAsked
from muster.core.accounts import AccountKind as K
from muster.core.actors import Role
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.verification import verify
from muster.records.models import Allocation, JournalEntry, OfferLine, Place, RequestLine
from tests import make
from tests.doors.asking import ROOT, token_of

pytestmark = pytest.mark.usefixtures("committed")
CLIENTS = pytest.mark.parametrize("clients", [8, 32])


@dataclass(frozen=True)
class Call:
    """One request to be sent."""

    token: str
    path: str
    body: dict[str, Any]
    key: UUID


@dataclass(frozen=True)
class Server:
    """The web server of this run."""

    port: int

    def at_once(self, calls: Sequence[Call]) -> list[tuple[int, Any]]:
        """Send all calls at the same moment, each over a connection of its own."""
        ready = threading.Barrier(len(calls))

        def send(call: Call) -> tuple[int, Any]:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.connect()
            ready.wait()
            connection.request(
                "POST",
                ROOT + call.path,
                json.dumps(call.body),
                {
                    "Authorization": f"Bearer {call.token}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": str(call.key),
                },
            )
            answer = connection.getresponse()
            body = json.loads(answer.read())
            connection.close()
            return answer.status, body

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(send, calls))


@pytest.fixture(scope="module")
def server(tables: None) -> Iterator[Server]:
    """The program's own web server, with the settings of this run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "muster.server.children", "web", "127.0.0.1", str(port), "1"],
        stdin=subprocess.PIPE,
        env=dict(os.environ),
    )
    try:
        _wait_until_it_answers(port, process)
        yield Server(port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        if process.stdin is not None:
            process.stdin.close()


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert process.poll() is None, "the web server has stopped"
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", f"{ROOT}/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the web server does not answer")


def _outcomes(answers: list[tuple[int, Any]]) -> Counter[str]:
    """Count what was answered: "ok", or the code of the no.  A server error fails at once."""
    assert all(status < 500 for status, _ in answers), answers
    return Counter("ok" if status < 300 else body["error"]["code"] for status, body in answers)


def _one(n: int, code: str) -> Counter[str]:
    return Counter({"ok": 1, code: n - 1})


def _needs(w: make.World, amount: str, number: int) -> list[RequestLine]:
    """Ask for so much, so many times, in one circulated request."""
    one = LineAsked(item=make.TENT, quantity=Typed(amount))
    request = requests.draft_request(
        act=make.act(w.recipient),
        operation=w.operation.pk,
        recipient="UKR",
        reference=f"R-{uuid4().hex[:8]}",
        title="Many needs",
        asked_on=date(2023, 1, 10),
        lines=[one] * number,
    )
    requests.submit_request(act=make.act(w.recipient), request=request.pk)
    requests.validate_request(act=make.act(w.recipient), request=request.pk)
    requests.circulate_request(act=make.act(w.coordinator), request=request.pk)
    return list(request.lines.all())


def _offers(w: make.World, amount: str, number: int) -> list[OfferLine]:
    """Offer so much, as so many donors' lines; eight nations take turns."""
    donors = ["DEU", "FRA", "POL", "NOR", "ITA", "ESP", "NLD", "DNK"]
    one = LineOffered(item=make.TENT, quantity=Typed(amount))
    made: list[OfferLine] = []
    for code in donors:
        offer = offers.make_offer(
            act=make.act(make.person(Role.DONOR, code)),
            operation=w.operation.pk,
            donor=code,
            reference=f"O-{uuid4().hex[:8]}",
            title="One of many",
            offered_on=date(2023, 2, 1),
            lines=[one] * (number // len(donors)),
        )
        made += offer.lines.all()
    return made


@CLIENTS
def test_the_last_ten_of_ten_go_to_one_of_many_proposals(server: Server, clients: int) -> None:
    w = make.world()
    giving = make.offered(w, "10")
    needs = _needs(w, "10", clients)
    token = token_of(w.coordinator)
    bodies = [
        {"offer_line": str(giving.pk), "request_line": str(need.pk), "amount": 10} for need in needs
    ]
    answers = server.at_once([Call(token, "/allocations", body, uuid4()) for body in bodies])
    assert _outcomes(answers) == _one(clients, "not_enough_offered")
    assert balance(K.AVAILABLE, giving.pk) == 0
    assert verify().differences == ()


@CLIENTS
def test_a_need_of_a_hundred_takes_a_hundred_from_one_of_many_donors(
    server: Server, clients: int
) -> None:
    w = make.world()
    need = make.asked(w, "100")
    lines = _offers(w, "100", clients)
    token = token_of(w.coordinator)
    bodies = [
        {"offer_line": str(line.pk), "request_line": str(need.pk), "amount": "100"}
        for line in lines
    ]
    answers = server.at_once([Call(token, "/allocations", body, uuid4()) for body in bodies])
    assert _outcomes(answers) == _one(clients, "more_than_asked")
    assert balance(K.NEED_OPEN, need.pk) == 0
    assert verify().differences == ()


def test_forty_withdrawals_of_one_from_a_hundred_leave_sixty(server: Server) -> None:
    w = make.world()
    line = make.offered(w, "100")
    token = token_of(w.donor)
    path = f"/offer-lines/{line.pk}/withdraw"
    answers = server.at_once([Call(token, path, {"amount": 1}, uuid4()) for _ in range(40)])
    assert _outcomes(answers) == Counter(ok=40)
    assert balance(K.AVAILABLE, line.pk) == 60
    assert JournalEntry.objects.filter(subject_id=str(line.pk)).count() == 40
    assert verify().differences == ()


@CLIENTS
def test_withdrawing_a_hundred_from_ten_takes_nothing(server: Server, clients: int) -> None:
    w = make.world()
    line = make.offered(w, "10")
    token = token_of(w.donor)
    path = f"/offer-lines/{line.pk}/withdraw"
    answers = server.at_once([Call(token, path, {"amount": 100}, uuid4()) for _ in range(clients)])
    assert _outcomes(answers) == Counter(not_enough_offered=clients)
    assert balance(K.AVAILABLE, line.pk) == 10


def _packing(w: make.World, stock: str, clients: int) -> tuple[Allocation, list[Call]]:
    """Prepare so many consignments, and the packing of ten into each."""
    allocation = make.agreed(w, make.offered(w, stock), make.asked(w, stock), stock)
    token = token_of(w.donor)
    calls = []
    for _ in range(clients):
        box = consignments.plan_consignment(
            act=make.act(w.donor),
            operation=w.operation.pk,
            donor="DEU",
            reference=f"C-{uuid4().hex[:8]}",
            consignee="UKR",
        )
        body = {"allocation": str(allocation.pk), "amount": 10}
        calls.append(Call(token, f"/consignments/{box.pk}/lines", body, uuid4()))
    return allocation, calls


def test_eight_packers_of_ten_leave_twenty_of_a_hundred(server: Server) -> None:
    w = make.world()
    allocation, calls = _packing(w, "100", 8)
    assert _outcomes(server.at_once(calls)) == Counter(ok=8)
    assert balance(K.ALLOCATED, allocation.pk) == 20
    assert verify().differences == ()


@CLIENTS
def test_many_packers_of_the_last_ten_pack_them_once(server: Server, clients: int) -> None:
    w = make.world()
    allocation, calls = _packing(w, "10", clients)
    assert _outcomes(server.at_once(calls)) == _one(clients, "not_enough_there")
    assert balance(K.ALLOCATED, allocation.pk) == 0
    assert verify().differences == ()


@CLIENTS
def test_the_same_key_many_times_at_once_is_one_act_and_one_answer(
    server: Server, clients: int
) -> None:
    w = make.world()
    giving, need = make.offered(w, "100"), make.asked(w, "100")
    body = {"offer_line": str(giving.pk), "request_line": str(need.pk), "amount": "10"}
    call = Call(token_of(w.coordinator), "/allocations", body, uuid4())
    answers = server.at_once([call] * clients)
    assert _outcomes(answers) == Counter(ok=clients)
    assert len({json.dumps(said, sort_keys=True) for _, said in answers}) == 1
    assert Allocation.objects.filter(offer_line=giving).count() == 1
    assert balance(K.AVAILABLE, giving.pk) == 90


@CLIENTS
def test_confirming_accepting_and_cancelling_at_once_end_in_one_stage(
    server: Server, clients: int
) -> None:
    w = make.world()
    giving, need = make.offered(w, "100"), make.asked(w, "100")
    allocation = make.proposed(w, giving, need, "60")
    donor, recipient, centre = map(token_of, (w.donor, w.recipient, w.coordinator))
    ways = [(donor, "confirm"), (recipient, "accept"), (centre, "cancel"), (donor, "decline")]
    calls = [
        Call(token, f"/allocations/{allocation.pk}/{verb}", {"reason": "a race"}, uuid4())
        for token, verb in ways
        for _ in range(clients // 4)
    ]
    outcomes = _outcomes(server.at_once(calls))
    assert set(outcomes) <= {"ok", "wrong_stage"}, outcomes
    allocation.refresh_from_db()
    left = 100 if allocation.stage == "cancelled" else 40
    assert balance(K.AVAILABLE, giving.pk) == balance(K.NEED_OPEN, need.pk) == left
    assert verify().differences == ()


@CLIENTS
def test_crossing_allocations_wait_for_each_other_and_all_end(server: Server, clients: int) -> None:
    w = make.world()
    first, second = make.offered(w, "1000"), make.offered(w, "1000")
    one, other = make.asked(w, "1000"), make.asked(w, "1000")
    pairs = [(first, one), (second, other), (first, other), (second, one)]
    token = token_of(w.coordinator)
    calls = [
        Call(
            token,
            "/allocations",
            {"offer_line": str(giving.pk), "request_line": str(need.pk), "amount": 1},
            uuid4(),
        )
        for giving, need in pairs * (clients // 4)
    ]
    assert _outcomes(server.at_once(calls)) == Counter(ok=clients)
    assert balance(K.AVAILABLE, first.pk) == 1000 - clients // 2
    assert verify().differences == ()


@CLIENTS
def test_two_offers_of_one_reference_are_one_offer(server: Server, clients: int) -> None:
    w = make.world()
    body = {
        "donor": "DEU",
        "reference": "THE-SAME",
        "title": "Tents",
        "offered_on": "2023-02-01",
        "lines": [{"item": make.TENT, "amount": 1}],
    }
    path = f"/operations/{w.operation.code}/offers"
    calls = [Call(token_of(w.donor), path, body, uuid4()) for _ in range(clients)]
    assert _outcomes(server.at_once(calls)) == _one(clients, "duplicate_reference")


def test_one_signature_of_eight_counts(server: Server) -> None:
    w = make.world()
    allocation, calls = _packing(w, "10", 1)
    ((_, line),) = server.at_once(calls)
    box = calls[0].path.removesuffix("/lines")
    donor, recipient = token_of(w.donor), token_of(w.recipient)
    for verb, body in (("lock", {}), ("dispatch", {}), ("hand-over", {"place": _a_place()})):
        assert _outcomes(server.at_once([Call(donor, f"{box}/{verb}", body, uuid4())])) == Counter(
            ok=1
        )
    count = {"counts": [{"manifest_line": line["id"], "good": 10}]}
    signing = [Call(recipient, f"{box}/receipt", count, uuid4()) for _ in range(8)]
    outcomes = _outcomes(server.at_once(signing))
    assert outcomes["ok"] == 1
    assert set(outcomes) <= {"ok", "already_received", "wrong_stage"}
    assert balance(K.ALLOCATED, allocation.pk) == 0
    assert verify().differences == ()


def _a_place() -> str:
    code = Place.objects.values_list("code", flat=True).first()
    assert code is not None
    return code


def test_two_reports_at_once_have_two_numbers_in_a_row(server: Server) -> None:
    w = make.world()
    other = make.person(Role.COORDINATOR, "EADRCC")
    path = f"/operations/{w.operation.code}/reports"
    calls = [
        Call(token_of(who), path, {}, uuid4()) for who in (w.coordinator, other) for _ in range(4)
    ]
    answers = server.at_once(calls)
    assert _outcomes(answers) == Counter(ok=8)
    numbers = sorted(said["message_number"] for _, said in answers)
    serials = [int(number.rsplit(")", 1)[-1]) for number in numbers]
    assert serials == list(range(serials[0], serials[0] + 8))
