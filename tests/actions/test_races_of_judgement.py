"""What an act rests on is what it finds after its wait, not what stood when it was asked for."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from muster.actions import allocations, duplicates, imports, offers, proposals, reserves
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.verification import verify
from muster.records.models import Allocation, OfferLine, RequestLine, RuleChange
from tests import make
from tests.actions.test_races import at_once, propose
from tests.make_lists import GIFTS, stored
from tests.make_rules import in_force

pytestmark = pytest.mark.usefixtures("committed")


def waits_for_a_lock(how_many: int) -> bool:
    with connection.cursor() as cursor:
        # What others do is remembered until the transaction is over, unless it is asked for anew.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0] >= how_many)


def after_a_wait(
    line: OfferLine, calls: Sequence[Callable[[], object]], meanwhile: Callable[[], object]
) -> list[str]:
    """Hold an offer line until all calls wait for it; do something; let go; how the calls ended."""
    outcomes: list[str] = []

    def run(call: Callable[[], object]) -> None:
        try:
            call()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    pause = threading.Event()
    with transaction.atomic():
        OfferLine.objects.select_for_update().get(pk=line.pk)
        for thread in threads:
            thread.start()
        for _ in range(600):
            if waits_for_a_lock(len(calls)):
                break
            pause.wait(0.05)
        assert waits_for_a_lock(len(calls))
        other = threading.Thread(target=run, args=[meanwhile])
        other.start()
        other.join(timeout=60)
    for thread in threads:
        thread.join(timeout=60)
    assert outcomes[0] == "done", "what is done meanwhile waits for nobody"
    assert verify().differences == ()
    return outcomes[1:]


def test_a_rule_approved_while_a_proposal_waits_counts() -> None:
    w = make.world_apart()
    giving, taking = make.offered(w, "10"), make.asked(w, "10")
    ended = after_a_wait(
        giving,
        [propose(w, giving, taking, 5)],
        partial(in_force, w, f'item.code == "{giving.item_id}"'),
    )
    assert ended == ["rule_forbids"]
    assert balance("available", giving.pk) == 10


def test_the_book_that_is_kept_with_a_proposal_is_the_one_it_was_judged_by() -> None:
    w = make.world_apart()
    giving, taking = make.offered(w, "10"), make.asked(w, "10")
    ended = after_a_wait(
        giving,
        [propose(w, giving, taking, 5)],
        partial(in_force, w, 'item.code == "NOTHING-OF-THE-KIND"'),
    )
    assert ended == ["done"]
    made = Allocation.objects.get(offer_line=giving)
    now = RuleChange.objects.latest("number").number
    assert made.rule_book == now


def test_an_import_is_undone_or_built_on_and_not_both() -> None:
    for _ in range(4):
        w = make.world()
        batch = stored(w, GIFTS, purpose="offers")
        giving = OfferLine.objects.get(operation=w.operation, donor="DEU")
        taking = make.asked(w, "100")
        undo = partial(
            imports.undo_import,
            act=make.act(w.coordinator, reason="the wrong list"),
            batch=batch.pk,
        )
        ended = at_once([undo, *(propose(w, giving, taking, 1) for _ in range(6))])
        batch.refresh_from_db()
        made = Allocation.objects.filter(offer_line=giving).count()
        assert ended["done"] == made + (batch.stage == "undone")
        assert batch.stage == ("committed" if made else "undone")


def same(w: make.World, kept: UUID, other: UUID) -> Callable[[], object]:
    return partial(
        duplicates.decide_duplicate,
        act=make.act(w.coordinator, reason="the same letter, by two channels"),
        operation=w.operation.pk,
        kept=kept,
        other=other,
        same=True,
    )


@pytest.mark.parametrize("kind", ["needs", "gifts"])
def test_tellings_of_one_thing_are_decided_in_a_circle_and_one_of_them_counts(kind: str) -> None:
    w = make.world_apart()
    lines: list[RequestLine] | list[OfferLine]
    lines = (
        [make.asked(w) for _ in range(3)]
        if kind == "needs"
        else [make.offered(w) for _ in range(3)]
    )
    account = "need_open" if kind == "needs" else "available"
    circle = list(zip(lines, [*lines[1:], lines[0]], strict=True)) * 3
    ended = at_once([same(w, one.pk, other.pk) for one, other in circle])
    assert ended["done"] == 2
    assert sorted(balance(account, line.pk) for line in lines) == [0, 0, 100]


def test_a_line_is_counted_out_or_promised_and_not_both() -> None:
    for _ in range(4):
        w = make.world_apart()
        giving, taking, twin = make.offered(w), make.asked(w), make.asked(w)
        ended = at_once(
            [same(w, twin.pk, taking.pk), *(propose(w, giving, taking, 10) for _ in range(5))]
        )
        made = Allocation.objects.filter(request_line=taking).count()
        out = balance("need_withdrawn", taking.pk)
        assert (made == 0) == (out == 100)
        assert ended["done"] == made + (out == 100)


def test_a_floor_is_raised_while_all_is_promised_and_the_home_keeps_what_is_said() -> None:
    """Either a promise was first and stands, or the floor was and the promise is stopped."""
    w = make.world(donor="LUX", recipient="MDA")
    nation = w.donor_code
    reserves.keep_reserve(
        act=make.act(w.donor), party=nation, item=make.TENT, floor=Typed("0"), holds=Typed("1000")
    )
    givings = [make.offered(w, "100") for _ in range(6)]
    taking = make.asked(w, "1000")
    raised = partial(
        reserves.keep_reserve,
        act=make.act(w.donor),
        party=nation,
        item=make.TENT,
        floor=Typed("700"),
    )
    ended = at_once([raised, *(propose(w, giving, taking, 100) for giving in givings)])
    assert set(ended) <= {"done", "held_back"}
    promised = sum(a.amount for a in Allocation.objects.filter(request_line=taking))
    assert promised == 100 * (ended["done"] - 1)


def test_one_promise_is_agreed_to_by_both_while_its_offer_goes_and_no_unit_is_lost() -> None:
    w = make.world_apart()
    giving, taking = make.offered(w, "100"), make.asked(w, "100")
    made = make.proposed(w, giving, taking, "60")
    ended = at_once(
        [
            partial(allocations.confirm_allocation, act=make.act(w.donor), allocation=made.pk),
            partial(allocations.accept_allocation, act=make.act(w.recipient), allocation=made.pk),
            partial(
                offers.withdraw_offer, act=make.act(w.donor), line=giving.pk, amount=Typed("10")
            ),
            partial(
                proposals.propose_allocation,
                act=make.act(w.coordinator),
                offer_line=giving.pk,
                request_line=taking.pk,
                amount=Typed("40"),
            ),
        ]
    )
    assert ended["done"] >= 3
    held = ("available", "withdrawn")
    promised = [a.pk for a in Allocation.objects.filter(offer_line=giving)]
    rest = sum(balance(kind, giving.pk) for kind in held)
    assert rest + sum(balance("reserved", pk) + balance("allocated", pk) for pk in promised) == 100
