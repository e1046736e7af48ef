"""A signed count is corrected beside it: nothing is lost, and the receipt stays as signed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.actions import requests
from muster.actions.corrections import OUTCOMES, correct_receipt
from muster.core.accounts import AccountKind
from muster.core.actors import Actor, Role
from muster.core.refusals import (
    ActsForAnother,
    AmountTooLarge,
    CountDoesNotAddUp,
    DatesOutOfOrder,
    InTheFuture,
    NotFound,
    NothingToCorrect,
    ReasonMissing,
    Refusal,
    WrongStage,
)
from muster.queries.balances import balance, balances
from muster.queries.corrections import Correction, Moved, corrections
from muster.queries.totals import Moment
from muster.queries.verification import verify
from muster.records.models import Consignment, ReceiptLine, Transfer
from tests import make

COUNTED = (50, 4, 6, 0)
LATER = make.NOW + timedelta(days=2)


def received(w: make.World, amount: str = "60", *, more: str = "100") -> Consignment:
    """Of sixty dispatched fifty are good, four damaged and six missing."""
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w, more), amount))
    make.signed(w, box, damaged=4, missing=6)
    return box


def correct(
    w: make.World,
    box: Consignment,
    good: int,
    damaged: int,
    missing: int,
    *,
    rejected: int | None = None,
    actor: Actor | None = None,
    reason: str = "found on unpacking",
    **more: object,
) -> None:
    correct_receipt(
        act=make.act(actor or w.recipient, reason=reason, now=LATER),
        manifest_line=box.lines.get().pk,
        good=good,
        damaged=damaged,
        missing=missing,
        rejected=rejected,
        **more,  # type: ignore[arg-type]
    )


def outcomes(box: Consignment) -> tuple[int, ...]:
    line = box.lines.get().pk
    held = balances(OUTCOMES, [line])
    return tuple(held.get((line, kind), 0) for kind in OUTCOMES)


def listed(w: make.World) -> tuple[Correction, ...]:
    return corrections(w.operation, w.coordinator, LATER.date())


@pytest.mark.usefixtures("records")
def test_found_later_is_good_later_and_the_receipt_stays_as_signed() -> None:
    w = make.world()
    box = received(w)
    correct(w, box, 55, 4, 1)
    assert outcomes(box) == (55, 4, 1, 0)
    line = ReceiptLine.objects.get(receipt__consignment=box)
    assert (line.good, line.damaged, line.missing, line.rejected) == COUNTED
    row = make.row(w)
    assert (row.received, row.fell_short, row.remaining) == (55, 5, 45)
    then = make.row(w, moment=Moment(known=make.NOW))
    assert (then.received, then.fell_short, then.remaining) == (50, 10, 50)
    assert verify().differences == ()


@pytest.mark.usefixtures("records")
def test_each_transfer_of_a_correction_points_to_what_it_corrects() -> None:
    w = make.world()
    box = received(w)
    correct(w, box, 55, 4, 1)
    correct(w, box, 45, 14, 1)
    made = Transfer.objects.filter(recorded_at=LATER, corrects__isnull=False)
    assert made.count() >= 4
    for transfer in made.select_related("corrects"):
        assert transfer.corrects is not None
        assert transfer.corrects.to_account_id == transfer.from_account_id
        assert transfer.corrects.item_id == transfer.item_id
    assert not Transfer.objects.filter(recorded_at=LATER, corrects__isnull=True).exists()


@pytest.mark.usefixtures("records")
def test_the_difference_each_correction_made_can_be_listed() -> None:
    w = make.world()
    box = received(w)
    correct(w, box, 55, 4, 1, happened_at=make.NOW + timedelta(days=1))
    correct(w, box, 45, 14, 1, reason="mould")
    first, second = listed(w)
    assert first.moved == (Moved(amount=5, before="missing", after="good"),)
    assert (first.received, first.why, first.by) == (5, "found on unpacking", w.recipient.name)
    assert (first.happened_at, first.recorded_at) == (make.NOW + timedelta(days=1), LATER)
    assert second.moved == (Moved(amount=10, before="good", after="damaged"),)
    assert (second.received, second.why, second.reference) == (-10, "mould", box.reference)
    assert make.row(w).received == 50 + first.received + second.received
    stranger = make.person(Role.DONOR, "FRA")
    assert corrections(w.operation, stranger, LATER.date()) == ()


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("counts", "refusal"),
    [
        ((51, 4, 6), CountDoesNotAddUp),
        ((61, -1, 0), CountDoesNotAddUp),
        ((10**30, 60 - 10**30, 0), CountDoesNotAddUp),
        ((60, 0, 1), CountDoesNotAddUp),
        ((50, 4, 6), NothingToCorrect),
    ],
)
def test_a_correction_that_does_not_add_up_or_says_nothing_new_is_refused(
    counts: tuple[int, int, int], refusal: type[Refusal]
) -> None:
    w = make.world()
    box = received(w)
    with pytest.raises(refusal):
        correct(w, box, *counts)
    assert outcomes(box) == COUNTED
    assert listed(w) == ()


@pytest.mark.usefixtures("records")
def test_the_recipient_alone_corrects_and_says_why_and_since_when() -> None:
    w = make.world()
    box = received(w)
    for actor in (w.donor, w.coordinator):
        with pytest.raises(ActsForAnother):
            correct(w, box, 60, 0, 0, actor=actor)
    with pytest.raises(NotFound):
        correct(w, box, 60, 0, 0, actor=make.person(Role.RECIPIENT, "MDA"))
    with pytest.raises(ReasonMissing):
        correct(w, box, 60, 0, 0, reason=" ")
    with pytest.raises(InTheFuture):
        correct(w, box, 60, 0, 0, happened_at=LATER + timedelta(seconds=1))
    with pytest.raises(DatesOutOfOrder):
        correct(w, box, 60, 0, 0, happened_at=make.NOW - timedelta(seconds=1))
    assert outcomes(box) == COUNTED


@pytest.mark.usefixtures("records")
def test_what_is_not_signed_for_is_not_corrected() -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "5"))
    with pytest.raises(WrongStage):
        correct(w, box, 4, 1, 0)


@pytest.mark.usefixtures("records")
def test_what_is_found_when_the_need_is_promised_to_others_is_received_all_the_same() -> None:
    w = make.world()
    taking = make.asked(w, "60")
    box = make.handed_over(w, make.agreed(w, make.offered(w), taking, "60"))
    make.signed(w, box, missing=10)
    make.agreed(w, make.offered(w), taking, "10")
    correct(w, box, 60, 0, 0)
    row = make.row(w)
    assert (row.asked, row.over_accepted, row.allocated) == (60, 10, 70)
    assert (row.received, row.remaining) == (60, 0)
    assert verify().differences == ()


@pytest.mark.usefixtures("records")
def test_of_a_withdrawn_request_a_correction_asks_nothing_again() -> None:
    w = make.world()
    taking = make.asked(w)
    box = make.handed_over(w, make.agreed(w, make.offered(w), taking, "60"))
    make.signed(w, box, missing=10)
    requests.withdraw_request(act=make.act(w.recipient, reason="x"), request=taking.request_id)
    for missing in (20, 0, 60, 10):
        correct(w, box, 60 - missing, 0, missing)
        row = make.row(w)
        assert (row.asked, row.over_accepted) == (60 - missing, 0)
        assert (row.received, row.remaining) == (60 - missing, 0)
    assert verify().differences == ()


@pytest.mark.usefixtures("records")
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cuts=st.lists(
        st.lists(st.integers(0, 30), min_size=3, max_size=3).map(sorted),
        min_size=1,
        max_size=5,
    )
)
def test_however_often_a_substitute_is_corrected_nothing_is_lost_or_made(
    cuts: list[list[int]],
) -> None:
    """Two medium blankets do the work of one: of an odd count the half meets nothing."""
    w = make.world()
    giving = make.offered(w, "30", item="SHL-BLK-WMT")
    box = make.handed_over(w, make.agreed(w, giving, make.asked(w, "20", item="SHL-BLK-WOL"), "30"))
    make.signed(w, box, damaged=7)
    for first, second, third in cuts:
        good, damaged, missing, rejected = first, second - first, third - second, 30 - third
        if outcomes(box) != (good, damaged, missing, rejected):
            correct(w, box, good, damaged, missing, rejected=rejected)
        assert outcomes(box) == (good, damaged, missing, rejected)
        row = make.row(w)
        assert (row.received, row.fell_short) == (good // 2, 15 - good // 2)
        assert (row.remaining, row.over_accepted) == (20 - good // 2, 0)
        assert 11 + sum(each.received for each in listed(w)) == row.received
    assert verify().differences == ()


@pytest.mark.usefixtures("committed")
def test_two_corrections_at_once_wait_for_each_other() -> None:
    w = make.world_apart()
    box = received(w)

    def one(missing: int) -> None:
        try:
            correct(w, box, 60 - missing, 0, missing)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(10, 18)))
    good, damaged, missing, rejected = outcomes(box)
    assert (good + missing, damaged, rejected) == (60, 0, 0)
    assert make.row(w).received == good == 50 + sum(each.received for each in listed(w))
    assert len(listed(w)) == 8
    assert verify().differences == ()


def extra_of(box: Consignment) -> int:
    return balance(AccountKind.EXTRA, box.lines.get().pk)


@pytest.mark.usefixtures("records")
def test_what_came_beyond_the_manifest_is_corrected_down_and_up_and_meets_no_need() -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    make.signed(w, box, missing=6, extra=5)
    before = make.row(w)
    for extra in (2, 9, 0, 4):
        correct(w, box, 54, 0, 6, extra=extra)
        assert (extra_of(box), outcomes(box)) == (extra, (54, 0, 6, 0))
    assert make.row(w) == before
    assert ReceiptLine.objects.get(receipt__consignment=box).extra == 5
    moved = [each.moved for each in listed(w)]
    assert moved == [
        (Moved(amount=3, before="extra", after="uncounted"),),
        (Moved(amount=7, before="uncounted", after="extra"),),
        (Moved(amount=9, before="extra", after="uncounted"),),
        (Moved(amount=4, before="uncounted", after="extra"),),
    ]
    assert not Transfer.objects.filter(recorded_at=LATER, corrects__isnull=True).exists()
    assert verify().differences == ()


@pytest.mark.usefixtures("records")
def test_what_nobody_counted_as_extra_is_counted_in_beside_what_else_is_corrected() -> None:
    w = make.world()
    box = received(w)
    correct(w, box, 55, 4, 1, extra=3)
    correct(w, box, 40, 10, 10)
    assert (extra_of(box), outcomes(box)) == (3, (40, 10, 10, 0))
    correct(w, box, 60, 0, 0, extra=0)
    assert (extra_of(box), outcomes(box)) == (0, (60, 0, 0, 0))
    assert make.row(w).received == 60
    with pytest.raises(NothingToCorrect):
        correct(w, box, 60, 0, 0, extra=0)
    for extra, refusal in ((-1, CountDoesNotAddUp), (10**30, AmountTooLarge)):
        with pytest.raises(refusal):
            correct(w, box, 60, 0, 0, extra=extra)
    assert verify().differences == ()


@pytest.mark.usefixtures("records")
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    first=st.integers(0, 9),
    steps=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=6),
)
def test_however_often_it_is_corrected_no_transfer_is_corrected_beyond_its_amount(
    first: int, steps: list[tuple[int, int]]
) -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "30"))
    make.signed(w, box, extra=first)
    for extra, good in steps:
        if (extra_of(box), outcomes(box)[0]) != (extra, good):
            correct(w, box, good, 0, 30 - good, extra=extra)
        assert (extra_of(box), outcomes(box)[0]) == (extra, good)
        assert make.row(w).received == good
    assert first + sum(
        part.amount * ((part.after == "extra") - (part.before == "extra"))
        for each in listed(w)
        for part in each.moved
    ) == extra_of(box)
    assert verify().differences == ()
