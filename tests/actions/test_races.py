"""Many at once, each on a connection of their own, with real commits.

Whatever comes out is a result or a refusal, never an error; and the ledger adds up after it.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connections, models

from muster.actions import (
    allocations,
    consents,
    consignments,
    offers,
    proposals,
    receipts,
    reports,
    requests,
)
from muster.core.actors import Act, Role
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed, asked_now
from muster.queries.balances import balance
from muster.queries.verification import verify
from muster.records.models import (
    Account,
    Allocation,
    Consignment,
    JournalEntry,
    MessageNumber,
    OfferLine,
    SituationReport,
)
from tests import make

pytestmark = pytest.mark.usefixtures("committed")
CROWDS = [8, 32]


def at_once(calls: Sequence[Callable[[], object]]) -> Counter[str]:
    """Start all at the same moment; count successes as "done" and refusals by their codes."""
    gate = threading.Barrier(len(calls), timeout=60)
    outcomes: list[str] = []
    errors: list[BaseException] = []

    def run(call: Callable[[], object]) -> None:
        try:
            # Connect first, so that all begin together.
            connections["default"].ensure_connection()
            gate.wait()
            call()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        except BaseException as error:  # noqa: BLE001 - an error of a thread is the test's finding
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert errors == []
    assert len(outcomes) == len(calls)
    assert verify().differences == ()
    return Counter(outcomes)


def held(kind: str, owner: models.Model) -> int:
    return balance(kind, owner.pk)  # type: ignore[arg-type]


def propose(w: make.World, giving: OfferLine, taking: object, amount: int) -> Callable[[], object]:
    return partial(
        proposals.propose_allocation,
        act=make.act(w.coordinator),
        offer_line=giving.pk,
        request_line=taking.pk,  # type: ignore[attr-defined]
        amount=Typed(str(amount)),
    )


@pytest.mark.parametrize("crowd", CROWDS)
def test_two_coordinators_cannot_both_take_the_last(crowd: int) -> None:
    w = make.world_apart()
    giving, taking = make.offered(w, "10"), make.asked(w, "1000")
    outcomes = at_once([propose(w, giving, taking, 10) for _ in range(crowd)])
    assert outcomes == {"done": 1, "not_enough_offered": crowd - 1}
    assert held("available", giving) == 0


@pytest.mark.parametrize("crowd", CROWDS)
def test_a_need_of_100_takes_100_of_many_donors_of_100(crowd: int) -> None:
    w = make.world_apart()
    taking = make.asked(w, "100")
    givings = [make.offered(w, "100") for _ in range(crowd)]
    outcomes = at_once([propose(w, giving, taking, 100) for giving in givings])
    assert outcomes == {"done": 1, "more_than_asked": crowd - 1}
    row = make.row(w)
    assert (row.proposed, row.remaining) == (100, 100)


def test_40_withdrawals_of_one_leave_60_of_100() -> None:
    w = make.world_apart()
    giving = make.offered(w, "100")
    one = Typed("1")
    outcomes = at_once(
        [
            partial(offers.withdraw_offer, act=make.act(w.donor), line=giving.pk, amount=one)
            for _ in range(40)
        ]
    )
    assert outcomes == {"done": 40}
    assert (held("available", giving), held("withdrawn", giving)) == (60, 40)


@pytest.mark.parametrize("crowd", CROWDS)
def test_packers_pack_no_more_than_is_promised(crowd: int) -> None:
    """Lines of ten from a stock of a hundred, and as many from a stock of ten."""
    w = make.world_apart()
    for stock in (100, 10):
        promised = make.agreed(w, make.offered(w, "100"), make.asked(w, "100"), str(stock))
        boxes = [make.shipped(w, made, "1") for made in [_one(w)]] * crowd
        outcomes = at_once(
            [
                partial(
                    consignments.pack,
                    act=make.act(w.donor),
                    consignment=box.pk,
                    allocation=promised.pk,
                    amount=Typed("10"),
                )
                for box in boxes
            ]
        )
        fit = min(crowd, stock // 10)
        assert outcomes == Counter({"done": fit, "not_enough_there": crowd - fit})
        assert held("allocated", promised) == stock - 10 * fit
        positions = list(boxes[0].lines.order_by("position").values_list("position", flat=True))
        assert positions == list(range(1, fit + 2))


def _one(w: make.World) -> Allocation:
    return make.agreed(w, make.offered(w, "1"), make.asked(w, "1"), "1")


@pytest.mark.parametrize("crowd", CROWDS)
def test_the_same_key_at_once_is_done_once_and_answered_alike(crowd: int) -> None:
    w = make.world_apart()
    giving, taking = make.offered(w, "100"), make.asked(w, "100")
    act = make.act(w.coordinator)
    found: list[object] = []

    def call() -> None:
        found.append(
            proposals.propose_allocation(
                act=Act(act.id, act.actor, act.now, act.door),
                offer_line=giving.pk,
                request_line=taking.pk,
                amount=Typed("10"),
            )
        )

    assert at_once([call] * crowd) == {"done": crowd}
    assert len({record.pk for record in found}) == 1  # type: ignore[attr-defined]
    assert held("available", giving) == 90
    assert JournalEntry.objects.filter(pk=act.id).count() == 1


def test_the_same_key_for_two_acts_at_once_is_one_act_and_one_refusal() -> None:
    w = make.world_apart()
    giving, taking = make.offered(w, "100"), make.asked(w, "100")
    act = make.act(w.coordinator)
    calls = [
        partial(
            proposals.propose_allocation,
            act=Act(act.id, act.actor, act.now, act.door),
            offer_line=giving.pk,
            request_line=taking.pk,
            amount=Typed(str(amount)),
        )
        for amount in (10, 20)
    ]
    assert at_once(calls) == {"done": 1, "key_reused": 1}


def test_donor_and_recipient_saying_yes_at_once_agree() -> None:
    w = make.world_apart()
    giving, taking = make.offered(w, "100"), make.asked(w, "100")
    for _ in range(5):
        proposal = make.proposed(w, giving, taking, "10")
        outcomes = at_once(
            [
                partial(
                    allocations.confirm_allocation, act=make.act(w.donor), allocation=proposal.pk
                ),
                partial(
                    allocations.accept_allocation, act=make.act(w.recipient), allocation=proposal.pk
                ),
            ]
        )
        assert outcomes == {"done": 2}
        assert Allocation.objects.get(pk=proposal.pk).stage == "agreed"
    assert make.row(w).allocated == 50


def test_yes_and_no_at_once_leave_one_answer() -> None:
    w = make.world_apart()
    giving, taking = make.offered(w, "100"), make.asked(w, "100")
    proposal = make.proposed(w, giving, taking, "10")
    allocations.confirm_allocation(act=make.act(w.donor), allocation=proposal.pk)
    yes = partial(allocations.accept_allocation, act=make.act(w.recipient), allocation=proposal.pk)
    no = partial(
        allocations.decline_allocation,
        act=make.act(w.recipient, reason="not required"),
        allocation=proposal.pk,
    )
    assert at_once([yes, no]) == {"done": 1, "wrong_stage": 1}
    stage = Allocation.objects.get(pk=proposal.pk).stage
    expected = {"agreed": (10, 90), "cancelled": (0, 100)}[stage]
    assert (make.row(w).allocated, make.row(w).remaining) == expected


def test_two_approvals_at_once_are_one() -> None:
    w = make.world_apart()
    report = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    reports.submit_report(act=make.act(w.coordinator), report=report.pk)
    approvers = [make.person(Role.COORDINATOR, "EADRCC") for _ in range(4)]
    outcomes = at_once(
        [
            partial(reports.approve_report, act=make.act(approver), report=report.pk)
            for approver in approvers
        ]
    )
    assert outcomes == {"done": 1, "wrong_stage": 3}


@pytest.mark.parametrize("crowd", CROWDS)
def test_crossing_promises_wait_for_each_other_and_do_not_deadlock(crowd: int) -> None:
    w = make.world_apart()
    givings = [make.offered(w, "1000") for _ in range(4)]
    takings = [make.asked(w, "1000") for _ in range(4)]
    calls = [
        propose(w, givings[n % 4], takings[(n * (1 if n % 2 else 3)) % 4], 7) for n in range(crowd)
    ]
    assert at_once(calls) == {"done": crowd}
    assert sum(1000 - held("available", giving) for giving in givings) == 7 * crowd


@pytest.mark.parametrize("year", [2031])
def test_drafters_at_once_get_every_number_of_the_year_once(year: int) -> None:
    now = datetime(year, 5, 1, tzinfo=UTC)
    worlds = [make.world_apart() for _ in range(2)]
    calls = [
        partial(
            reports.draft_report,
            act=make.act(worlds[n % 2].coordinator, now=now),
            operation=worlds[n % 2].operation.pk,
        )
        for n in range(16)
    ]
    assert at_once(calls) == {"done": 16}
    serials = MessageNumber.objects.filter(year=year).order_by("serial")
    assert list(serials.values_list("serial", flat=True)) == list(range(1, 17))
    for w in worlds:
        numbers = SituationReport.objects.filter(operation=w.operation).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, 9))


@pytest.mark.parametrize("crowd", CROWDS)
def test_a_consignment_is_signed_for_once_however_many_sign(crowd: int) -> None:
    w = make.world_apart()
    promised = make.agreed(w, make.offered(w), make.asked(w), "60")
    box = make.handed_over(w, promised)
    line = box.lines.get()
    count = receipts.Count(manifest_line=line.pk, good=58, damaged=2)
    outcomes = at_once(
        [
            partial(
                receipts.sign_receipt,
                act=make.act(w.recipient),
                consignment=box.pk,
                counts=[count],
            )
            for _ in range(crowd)
        ]
    )
    assert outcomes == {"done": 1, "wrong_stage": crowd - 1}
    assert make.row(w).received == 58


def test_a_consignment_is_cancelled_or_dispatched_and_not_both() -> None:
    w = make.world_apart()
    for _ in range(4):
        promised = make.agreed(w, make.offered(w), make.asked(w), "60")
        box = make.shipped(w, promised)
        consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
        cancel = make.act(w.donor, reason="no truck")
        outcomes = at_once(
            [
                partial(consignments.cancel_consignment, act=cancel, consignment=box.pk),
                partial(consignments.dispatch, act=make.act(w.donor), consignment=box.pk),
            ]
        )
        assert outcomes == {"done": 1, "wrong_stage": 1}
        gone = Consignment.objects.get(pk=box.pk).stage == "dispatched"
        assert held("allocated", promised) == (0 if gone else 60)


def test_a_promise_is_cancelled_while_it_is_packed_and_every_unit_is_somewhere() -> None:
    w = make.world_apart()
    for _ in range(4):
        giving = make.offered(w, "60")
        promised = make.agreed(w, giving, make.asked(w), "60")
        box = make.shipped(w, _one(w))
        outcomes = at_once(
            [
                partial(
                    allocations.cancel_allocation,
                    act=make.act(w.donor, reason="no"),
                    allocation=promised.pk,
                ),
                partial(
                    consignments.pack,
                    act=make.act(w.donor),
                    consignment=box.pk,
                    allocation=promised.pk,
                    amount=Typed("20"),
                ),
            ]
        )
        packed = box.lines.count() == 2
        assert outcomes == ({"done": 2} if packed else {"done": 1, "wrong_stage": 1})
        assert held("available", giving) == (40 if packed else 60)


def test_nothing_gets_onto_a_manifest_while_it_is_locked_and_dispatched() -> None:
    w = make.world_apart()
    for _ in range(4):
        box, promised = make.shipped(w, _one(w)), _one(w)
        packing = partial(
            consignments.pack,
            act=make.act(w.donor),
            consignment=box.pk,
            allocation=promised.pk,
            amount=Typed("1"),
        )

        def go(box: Consignment = box) -> None:
            consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
            consignments.dispatch(act=make.act(w.donor), consignment=box.pk)

        outcomes = at_once([packing, go])
        assert outcomes["done"] >= 1
        lines = list(box.lines.all())
        assert [held("in_transit", line) for line in lines] == [1] * len(lines)


def test_an_offer_is_accepted_in_part_while_it_is_proposed_and_nothing_is_taken_twice() -> None:
    w = make.world_apart()
    taking = make.asked(w, "1000")
    for _ in range(4):
        giving = make.offered(w, "100")
        at_once(
            [
                partial(
                    offers.accept_offer,
                    act=make.act(w.recipient),
                    line=giving.pk,
                    amount=Typed("30"),
                ),
                propose(w, giving, taking, 60),
            ]
        )
        whole = sum(held(kind, giving) for kind in ("available", "not_taken"))
        reserved = sum(
            came - went
            for came, went in Account.objects.filter(
                kind="reserved", allocation__offer_line=giving
            ).values_list("amount_in", "amount_out")
        )
        assert whole + reserved == 100


def test_a_need_shrinks_while_it_is_proposed_to_and_is_never_overdrawn() -> None:
    w = make.world_apart()
    for _ in range(4):
        giving, taking = make.offered(w, "100"), make.asked(w, "100")
        outcomes = at_once(
            [
                partial(
                    requests.clarify_line,
                    act=make.act(w.recipient),
                    line=taking.pk,
                    quantity=Typed("50"),
                ),
                propose(w, giving, taking, 80),
            ]
        )
        assert outcomes == {"done": 1, "more_than_asked": 1}


def test_words_on_one_quantity_at_once_leave_the_ledger_at_the_last_of_them() -> None:
    w = make.world_apart()
    taking = make.asked(w, "100")
    calls = [
        partial(
            requests.clarify_line,
            act=make.act(w.recipient),
            line=taking.pk,
            quantity=Typed(str(amount)),
        )
        for amount in (40, 50, 60, 70, 110, 120, 130, 140)
    ]
    assert at_once(calls) == {"done": 8}
    assert make.row(w).asked == make.row(w).remaining == asked_now(taking).cap


def test_a_request_is_withdrawn_while_it_is_proposed_to_and_nothing_stays_open() -> None:
    w = make.world_apart()
    for _ in range(4):
        giving, taking = make.offered(w, "100"), make.asked(w, "100")
        at_once(
            [
                partial(
                    requests.withdraw_request,
                    act=make.act(w.recipient, reason="no need"),
                    request=taking.request_id,
                ),
                propose(w, giving, taking, 80),
                propose(w, giving, taking, 10),
            ]
        )
        assert held("need_open", taking) == 0


def test_an_offer_is_withdrawn_while_it_is_proposed_and_what_is_left_goes() -> None:
    w = make.world_apart()
    taking = make.asked(w, "1000")
    for _ in range(4):
        giving = make.offered(w, "100")
        outcomes = at_once(
            [
                partial(offers.withdraw_offer, act=make.act(w.donor), line=giving.pk),
                propose(w, giving, taking, 80),
            ]
        )
        assert outcomes in ({"done": 2}, {"done": 1, "wrong_stage": 1})
        assert held("available", giving) == 0


def test_goods_do_not_leave_after_the_consent_to_them_is_revoked() -> None:
    w = make.world_apart()
    origin = make.person(Role.DONOR, "USA")
    for _ in range(4):
        promised = make.agreed(w, make.offered(w, origin="USA"), make.asked(w), "10")
        consent = promised.consents.get()
        consents.grant_consent(act=make.act(origin), consent=consent.pk)
        box = make.shipped(w, promised)
        consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
        outcomes = at_once(
            [
                partial(
                    consents.revoke_consent,
                    act=make.act(origin, reason="changed our mind"),
                    consent=consent.pk,
                ),
                partial(consignments.dispatch, act=make.act(w.donor), consignment=box.pk),
            ]
        )
        assert outcomes in ({"done": 2}, {"done": 1, "consent_missing": 1})
        if outcomes == {"done": 2}:
            left = JournalEntry.objects.get(verb="dispatch a consignment", subject_id=str(box.pk))
            ended = JournalEntry.objects.get(verb="revoke consent", subject_id=str(consent.pk))
            assert left.number < ended.number
