"""Races at the API and at the web's forms at once, over real HTTP against the real server.

Half of each crowd are programs with tokens, half are people who press buttons.  Whatever they do
at one moment: no server error, one winner where there can be one, not a unit unaccounted for.

`MUSTER_RACES=100` runs every race with a hundred clients, and prints how long they waited.
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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client

from muster.actions import allocations, arrivals, plans, proposals, requests
from muster.actions.requests import LineAsked
from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.plan_contents import of_record
from muster.queries.verification import verify, verify_journal
from muster.records.models import (
    Account,
    Allocation,
    Consignment,
    Discrepancy,
    JournalEntry,
    OfferLine,
    RequestLine,
    UnsolicitedArrival,
)
from tests import make
from tests.doors.asking import ROOT, token_of, user_of

pytestmark = pytest.mark.usefixtures("committed")
LARGEST = int(os.environ.get("MUSTER_RACES", "0"))
CROWDS = pytest.mark.parametrize("crowd", [LARGEST] if LARGEST else [8, 32])
_PATIENCE_S = 180
_CSRF = "a" * 32


@dataclass(frozen=True)
class Call:
    """One press of a button or one call of a program: who, where, with what, under which key."""

    path: str
    who: dict[str, str]
    body: bytes
    is_page: bool


@dataclass
class Outcomes:
    """What a crowd was told: "ok", the code of a program's no, or "page" and a page's status."""

    told: Counter[str] = field(default_factory=Counter)
    waits_s: list[float] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many were told that it is done."""
        return self.told["ok"]


def by_program(actor: Actor, path: str, body: object, key: UUID | None = None) -> Call:
    """Call the API."""
    who = {
        "Authorization": f"Bearer {_token(actor)}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(key or uuid4()),
    }
    return Call(ROOT + path, who, json.dumps(body).encode(), is_page=False)


def by_hand(actor: Actor, path: str, form: dict[str, str], key: UUID | None = None) -> Call:
    """Press a button of a page."""
    who = {
        "Cookie": f"muster_session={_session(actor)}; csrftoken={_CSRF}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    fields = {**form, "key": str(key or uuid4()), "csrfmiddlewaretoken": _CSRF}
    return Call(path, who, urlencode(fields).encode(), is_page=True)


@cache
def _token(actor: Actor) -> str:
    return token_of(actor)


@cache
def _session(actor: Actor) -> str:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(actor), backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["muster_session"].value


@dataclass(frozen=True)
class Server:
    """The web server of this run."""

    port: int

    def at_once(
        self, calls: Sequence[Call], *, beside: Sequence[Callable[[], object]] = ()
    ) -> Outcomes:
        """Send all at one moment, each over a connection of its own; check the books after."""
        ready = threading.Barrier(len(calls) + len(beside))

        def run(act: Callable[[], object]) -> None:
            ready.wait()
            try:
                act()
            except Refusal as refusal:
                outcomes.told[refusal.code] += 1
            finally:
                connections.close_all()

        outcomes = Outcomes()
        with ThreadPoolExecutor(len(calls) + len(beside)) as pool:
            others = [pool.submit(run, act) for act in beside]
            answers = list(pool.map(lambda call: self._sent(call, ready), calls))
            for other in others:
                other.result()
        for call, (status, body, waited) in zip(calls, answers, strict=True):
            assert status < 500, (status, body)
            outcomes.waits_s.append(waited)
            outcomes.bodies.append(body)
            if status < 400:
                outcomes.told["ok"] += 1
            elif call.is_page:
                outcomes.told[f"page {status}"] += 1
            else:
                outcomes.told[json.loads(body)["error"]["code"]] += 1
        assert verify().differences == ()
        if LARGEST:
            waits = sorted(outcomes.waits_s)
            half, last = waits[len(waits) // 2], waits[-1]
            said = f"{len(calls)} clients were told {dict(outcomes.told)}"
            sys.stderr.write(f"\n  {said}; half waited {half:.2f} s, the last {last:.2f} s\n")
        return outcomes

    def _sent(self, call: Call, ready: threading.Barrier) -> tuple[int, str, float]:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=_PATIENCE_S)
        connection.connect()
        ready.wait()
        began = time.monotonic()
        connection.request("POST", call.path, call.body, call.who)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body, time.monotonic() - began


@pytest.fixture(scope="module")
def server(tables: None) -> Iterator[Server]:
    """The program's own web server, with the settings of this run."""
    del tables
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "muster.server.children", "web", "127.0.0.1", str(port), "1"],
        stdin=subprocess.PIPE,
        env=dict(os.environ),
    )
    try:
        end = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None, "the web server has stopped"
            assert time.monotonic() < end, "the web server does not answer"
            time.sleep(0.1)
        yield Server(port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        if process.stdin is not None:
            process.stdin.close()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port)
    try:
        connection.request("GET", f"{ROOT}/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def mixed(crowd: int, program: Callable[[], Call], hand: Callable[[], Call]) -> list[Call]:
    """As many programs as people."""
    return [(program if n % 2 else hand)() for n in range(crowd)]


def proposed(w: make.World, giving: OfferLine, taking: RequestLine) -> Allocation:
    """A proposal of sixty that stands today, by the server's own clock."""
    return proposals.propose_allocation(
        act=make.act(w.coordinator),
        offer_line=giving.pk,
        request_line=taking.pk,
        amount=Typed("60"),
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )


def held(kind: K, owner: Any) -> int:  # noqa: ANN401 - any record that owns accounts
    return balance(kind, owner.pk)


@CROWDS
def test_a_double_click_on_accept_is_one_yes(server: Server, crowd: int) -> None:
    w = make.world()
    goods = proposed(w, make.offered(w), make.asked(w))
    key, path = uuid4(), f"/allocations/{goods.pk}"
    calls = [by_hand(w.recipient, path, {"verb": "accept"}, key) for _ in range(crowd)]
    outcomes = server.at_once(calls)
    assert outcomes.told == {"ok": crowd}
    assert JournalEntry.objects.filter(subject_id=str(goods.pk), pk=key).count() == 1
    goods.refresh_from_db()
    assert goods.stage == "accepted"


@CROWDS
def test_of_many_who_say_yes_for_the_recipient_one_does(server: Server, crowd: int) -> None:
    w = make.world()
    goods = proposed(w, make.offered(w), make.asked(w))
    path = f"/allocations/{goods.pk}"
    outcomes = server.at_once(
        mixed(
            crowd,
            lambda: by_program(w.recipient, f"{path}/accept", {}),
            lambda: by_hand(w.recipient, path, {"verb": "accept"}),
        )
    )
    assert outcomes.done == 1
    assert set(outcomes.told) <= {"ok", "wrong_stage", "page 409"}


@CROWDS
def test_programs_and_coordinators_cannot_both_take_the_last(server: Server, crowd: int) -> None:
    w = make.world()
    giving, need = make.offered(w, "10"), make.asked(w, "1000")
    body = {"offer_line": str(giving.pk), "request_line": str(need.pk), "amount": 10}
    form = {"verb": "propose", "propose-offer": str(giving.pk), "propose-amount": "10"}
    page = f"/operations/{w.operation.code}/lines/{need.pk}"
    outcomes = server.at_once(
        mixed(
            crowd,
            lambda: by_program(w.coordinator, "/allocations", body),
            lambda: by_hand(w.coordinator, page, form),
        )
    )
    assert outcomes.told == Counter(
        {"ok": 1, "not_enough_offered": outcomes.told["not_enough_offered"]}
        | {"page 409": outcomes.told["page 409"]}
    )
    assert held(K.AVAILABLE, giving) == 0


@CROWDS
def test_confirming_against_withdrawing_the_offer_loses_no_unit(server: Server, crowd: int) -> None:
    w = make.world()
    giving, need = make.offered(w, "100"), make.asked(w, "100")
    goods = proposed(w, giving, need)
    withdraw = f"/offer-lines/{giving.pk}/withdraw"
    outcomes = server.at_once(
        mixed(
            crowd,
            lambda: by_program(w.donor, withdraw, {"reason": "a race"}),
            lambda: by_hand(w.donor, f"/allocations/{goods.pk}", {"verb": "confirm"}),
        )
    )
    assert set(outcomes.told) <= {"ok", "wrong_stage", "page 409"}
    goods.refresh_from_db()
    # The withdrawal always comes through; the yes only if it was first.
    assert outcomes.done == (2 if goods.stage == "confirmed" else 1)
    kinds = (K.AVAILABLE, K.WITHDRAWN)
    assert [held(kind, giving) for kind in kinds] == [0, 40]
    assert held(K.RESERVED, goods) == 60


@CROWDS
def test_a_receipt_is_signed_once_by_whatever_door(server: Server, crowd: int) -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    line = box.lines.get()
    count = {"counts": [{"manifest_line": str(line.pk), "good": 58, "damaged": 2}]}
    path = f"/consignments/{box.pk}/receipt"
    outcomes = server.at_once(
        mixed(
            crowd,
            lambda: by_program(w.recipient, path, count),
            lambda: by_hand(w.recipient, path, {"good-1": "58", "damaged-1": "2"}),
        )
    )
    assert outcomes.done == 1
    assert set(outcomes.told) <= {"ok", "wrong_stage", "already_received", "page 409"}
    assert (held(K.GOOD, line), held(K.DAMAGED, line)) == (58, 2)


@CROWDS
def test_many_corrections_of_one_count_leave_one_of_them_true(server: Server, crowd: int) -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    receipt = make.signed(w, box, missing=60)
    line = box.lines.get()
    numbers = iter(range(1000))

    def by_api() -> Call:
        good = next(numbers) % 60 + 1
        body = {"good": good, "damaged": 0, "missing": 60 - good, "reason": "found"}
        return by_program(w.recipient, f"/manifest-lines/{line.pk}/correct", body)

    def by_page() -> Call:
        good = next(numbers) % 60 + 1
        form = {"good": good, "damaged": 0, "missing": 60 - good, "reason": "found"}
        fields = {f"correct-1-{name}": str(value) for name, value in form.items()}
        page = f"/receipts/{receipt.pk}"
        return by_hand(w.recipient, page, {"verb": "correct-1", **fields})

    outcomes = server.at_once(mixed(crowd, by_api, by_page))
    assert set(outcomes.told) <= {"ok", "nothing_to_correct", "page 409"}
    assert outcomes.done >= 1
    assert held(K.GOOD, line) + held(K.MISSING, line) == 60
    assert held(K.NEED_RECEIVED, line.allocation.request_line) == held(K.GOOD, line)


@CROWDS
def test_an_arrival_is_adopted_or_returned_and_not_both(server: Server, crowd: int) -> None:
    w = make.world()
    arrival = arrivals.report_arrival(
        act=make.act(w.coordinator),
        operation=w.operation.pk,
        reference=f"A-{uuid4().hex[:8]}",
        item=make.TENT,
        amount=Typed("7"),
        sender="A village",
        place=make.PLACE,
        arrived_on=make.NOW.date(),
    )
    path = f"/arrivals/{arrival.pk}"
    outcomes = server.at_once(
        mixed(
            crowd,
            lambda: by_program(
                w.coordinator,
                f"{path}/adopt",
                {"donor": "DEU", "reference": f"AD-{uuid4().hex[:8]}", "reason": "useful"},
            ),
            lambda: by_hand(w.coordinator, path, {"event": "return", "reason": "not needed"}),
        )
    )
    assert outcomes.done == 1
    arrival = UnsolicitedArrival.objects.get(pk=arrival.pk)
    units = {"adopted": K.AVAILABLE, "returned": K.RETURNED}[arrival.stage]
    accounts = (
        Account.objects.filter(kind=units, item_id=make.TENT).filter(
            offer_line__operation=w.operation
        )
        if units == K.AVAILABLE
        else Account.objects.filter(kind=units, arrival=arrival)
    )
    assert sum(account.amount_in - account.amount_out for account in accounts) == 7
    assert held(K.QUARANTINE, arrival) == 0


def test_a_proposal_lapses_or_is_agreed_to_and_not_both(server: Server) -> None:
    """Just as its time is over, the jobs let it lapse while the recipient says yes."""
    w = make.world()
    for _ in range(3):
        giving, need = make.offered(w, "100"), make.asked(w, "100")
        now = datetime.now(UTC)
        goods = proposals.propose_allocation(
            act=make.act(w.coordinator, now=now),
            offer_line=giving.pk,
            request_line=need.pk,
            amount=Typed("60"),
            expires_at=now + timedelta(seconds=1),
        )
        confirming = make.act(w.donor, now=datetime.now(UTC))
        allocations.confirm_allocation(act=confirming, allocation=goods.pk)
        time.sleep(max(0.0, (now + timedelta(seconds=0.97) - datetime.now(UTC)).total_seconds()))

        def lapse(goods: Allocation = goods) -> None:
            time.sleep(0.03)
            act = make.act(w.coordinator, now=datetime.now(UTC))
            allocations.lapse_allocation(act=act, allocation=goods.pk)

        path = f"/allocations/{goods.pk}"
        calls = [
            by_hand(w.recipient, path, {"verb": "accept"}),
            by_program(w.recipient, f"{path}/accept", {}),
        ]
        outcomes = server.at_once(calls, beside=[lapse, lapse])
        assert set(outcomes.told) <= {"ok", "wrong_stage", "page 409"}
        goods.refresh_from_db()
        assert goods.stage in {"agreed", "expired", "confirmed"}
        left = 100 if goods.stage == "expired" else 40
        assert held(K.AVAILABLE, giving) == held(K.NEED_OPEN, need) == left
        assert outcomes.done == (1 if goods.stage == "agreed" else 0)


@CROWDS
def test_the_last_is_packed_once_by_whatever_door(server: Server, crowd: int) -> None:
    w = make.world()
    goods = make.agreed(w, make.offered(w, "10"), make.asked(w, "10"), "10")
    one = make.agreed(w, make.offered(w, "1"), make.asked(w, "1"), "1")
    box: Consignment = make.shipped(w, one)
    form = {"verb": "pack", "allocation": str(goods.pk), "amount": "10"}
    outcomes = server.at_once(
        mixed(
            crowd,
            lambda: by_program(
                w.donor,
                f"/consignments/{box.pk}/lines",
                {"allocation": str(goods.pk), "amount": 10},
            ),
            lambda: by_hand(w.donor, f"/consignments/{box.pk}", form),
        )
    )
    assert outcomes.done == 1
    assert set(outcomes.told) <= {"ok", "not_enough_there", "page 409"}
    assert box.lines.count() == 2
    assert held(K.ALLOCATED, goods) == 0


@CROWDS
def test_one_key_with_two_contents_is_one_act(server: Server, crowd: int) -> None:
    w = make.world()
    giving, need = make.offered(w, "1000"), make.asked(w, "1000")
    key = uuid4()
    bodies = [
        {"offer_line": str(giving.pk), "request_line": str(need.pk), "amount": amount}
        for amount in (10, 20)
    ]
    calls = [by_program(w.coordinator, "/allocations", bodies[n % 2], key) for n in range(crowd)]
    outcomes = server.at_once(calls)
    assert outcomes.told == {"ok": crowd // 2, "key_reused": crowd // 2}
    assert held(K.AVAILABLE, giving) in {980, 990}
    said = {body for body in outcomes.bodies if "error" not in body}
    assert len(said) == 1


@CROWDS
def test_a_plan_is_taken_up_once(server: Server, crowd: int) -> None:
    w = make.world()
    for amount in ("100", "60"):
        make.offered(w, amount)
        make.asked(w, amount)
    plan = plans.make_plan(
        act=make.act(w.coordinator), operation=w.operation.pk, method="greedy", seconds=5
    )
    moves = of_record(plan).moves
    assert len(moves) >= 2
    outcomes = server.at_once(
        mixed(
            crowd,
            lambda: by_program(w.coordinator, f"/plans/{plan.pk}/accept", {}),
            lambda: by_hand(w.coordinator, f"/plans/{plan.pk}", {"verb": "all"}),
        )
    )
    assert outcomes.done == 1
    assert set(outcomes.told) <= {"ok", "not_enough_offered", "more_than_asked", "page 409"}
    made = Allocation.objects.filter(operation=w.operation)
    assert made.count() == len(moves)
    assert sum(each.amount for each in made) == 160


@CROWDS
def test_proposals_while_an_update_takes_the_place_of_the_request(
    server: Server, crowd: int
) -> None:
    w = make.world()
    first, giving = make.asked(w, "100"), make.offered(w, "100000")
    update = requests.draft_request(
        act=make.act(w.recipient),
        operation=w.operation.pk,
        recipient="UKR",
        reference=f"U-{uuid4().hex[:8]}",
        title="Update",
        asked_on=make.NOW.date(),
        lines=[LineAsked(item=make.TENT, quantity=Typed("120"))],
        supersedes=first.request_id,
    )
    requests.submit_request(act=make.act(w.recipient), request=update.pk)
    body = {"offer_line": str(giving.pk), "request_line": str(first.pk), "amount": 1}
    calls = [by_program(w.coordinator, "/allocations", body) for _ in range(crowd - 2)]
    calls += [
        by_hand(w.recipient, f"/requests/{update.pk}", {"verb": "validate"}) for _ in range(2)
    ]
    outcomes = server.at_once(calls[::-1])
    assert set(outcomes.told) <= {"ok", "wrong_stage", "page 409"}
    rows = {line.id: line for line in _board(w)}
    old, new = rows[first.pk], rows[update.lines.get().pk]
    assert (old.asked or 0) + (new.asked or 0) == 120
    assert old.asked == old.proposed == outcomes.done - 1


def _board(w: make.World) -> Any:  # noqa: ANN401 - the board's lines
    from muster.queries.board import board

    return board(w.operation, w.coordinator, day=make.NOW.date())


@CROWDS
def test_a_discrepancy_is_resolved_once(server: Server, crowd: int) -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    receipt = make.signed(w, box, missing=5)
    case = Discrepancy.objects.get(receipt_line__receipt=receipt)
    form = {"verb": "resolve-1", "resolve-1-reason": "paid for"}
    outcomes = server.at_once(
        mixed(
            crowd,
            lambda: by_program(
                w.coordinator, f"/discrepancies/{case.pk}/resolve", {"reason": "paid for"}
            ),
            lambda: by_hand(w.recipient, f"/receipts/{receipt.pk}", form),
        )
    )
    assert outcomes.done == 1
    assert set(outcomes.told) <= {"ok", "wrong_stage", "page 409"}


@CROWDS
def test_a_hot_offer_stays_right_while_others_work_elsewhere(server: Server, crowd: int) -> None:
    """Everybody wants the one offer; a few work in another operation meanwhile, and all get on."""
    w, elsewhere = make.world(), make.world()
    hot, need = make.offered(w, str(crowd // 2)), make.asked(w, "100000")
    wanted = {"offer_line": str(hot.pk), "request_line": str(need.pk), "amount": 1}
    calls = [by_program(w.coordinator, "/allocations", wanted) for _ in range(crowd)]
    quiet = []
    for _ in range(max(2, crowd // 8)):
        giving, taking = make.offered(elsewhere), make.asked(elsewhere)
        body = {"offer_line": str(giving.pk), "request_line": str(taking.pk), "amount": 1}
        quiet.append(by_program(elsewhere.coordinator, "/allocations", body))
    outcomes = server.at_once([*calls, *quiet])
    assert outcomes.told == {
        "ok": crowd // 2 + len(quiet),
        "not_enough_offered": crowd - crowd // 2,
    }
    assert held(K.AVAILABLE, hot) == 0
    assert Allocation.objects.filter(operation=elsewhere.operation).count() == len(quiet)


def test_after_all_races_the_journal_holds() -> None:
    assert verify_journal() == ()
