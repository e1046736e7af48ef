"""The recipient's count: it adds up, it is signed once, and what differs opens a case."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.actions import receipts
from muster.actions.receipts import Count
from muster.core.actors import Role
from muster.core.refusals import (
    ActsForAnother,
    AmountTooLarge,
    CountDoesNotAddUp,
    CountMissing,
    InTheFuture,
    NotFound,
    Refusal,
    WrongStage,
)
from muster.queries.balances import balance
from muster.queries.verification import verify
from muster.records.models import Consignment, Discrepancy, Receipt
from tests import make

pytestmark = pytest.mark.usefixtures("records")


def handed_over(amount: str = "60") -> tuple[make.World, Consignment]:
    w = make.world()
    return w, make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), amount))


def sign(w: make.World, box: Consignment, *counts: Count, **more: object) -> Receipt:
    return receipts.sign_receipt(
        act=make.act(w.recipient),
        consignment=box.pk,
        counts=counts,
        **more,  # type: ignore[arg-type]
    )


def count(box: Consignment, **counts: int) -> Count:
    return Count(manifest_line=box.lines.get().pk, **counts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "refusal"),
    [
        ({"good": 59}, CountDoesNotAddUp),
        ({"good": 61}, CountDoesNotAddUp),
        ({"good": 61, "damaged": -1}, CountDoesNotAddUp),
        ({"good": 10**30, "damaged": 60 - 10**30}, CountDoesNotAddUp),
        ({"good": 60, "extra": -1}, CountDoesNotAddUp),
        ({"good": 60, "extra": 10**30}, AmountTooLarge),
    ],
)
def test_a_count_that_does_not_add_up_is_refused(
    counts: dict[str, int], refusal: type[Refusal]
) -> None:
    w, box = handed_over()
    with pytest.raises(refusal):
        sign(w, box, count(box, **counts))
    assert not Receipt.objects.filter(consignment=box).exists()


def test_every_line_is_counted_once_and_no_other() -> None:
    w, box = handed_over()
    _, other = handed_over()
    with pytest.raises(CountMissing):
        sign(w, box)
    with pytest.raises(CountMissing):
        sign(w, box, count(box, good=60), count(other, good=60))
    with pytest.raises(CountDoesNotAddUp):
        sign(w, box, count(box, good=60), count(box, good=60))


def test_only_the_consignee_signs() -> None:
    w, box = handed_over()
    for actor in (w.donor, w.coordinator):
        with pytest.raises(ActsForAnother):
            receipts.sign_receipt(
                act=make.act(actor), consignment=box.pk, counts=[count(box, good=60)]
            )
    with pytest.raises(NotFound):
        receipts.sign_receipt(
            act=make.act(make.person(Role.RECIPIENT, "MDA")),
            consignment=box.pk,
            counts=[count(box, good=60)],
        )


def test_what_is_not_handed_over_or_is_signed_already_is_not_signed() -> None:
    w, box = handed_over()
    sign(w, box, count(box, good=60))
    with pytest.raises(WrongStage):
        sign(w, box, count(box, good=60))
    moving = make.sent(w, make.agreed(w, make.offered(w), make.asked(w), "5"))
    with pytest.raises(WrongStage):
        sign(w, moving, count(moving, good=5))


def test_nothing_is_signed_in_the_future() -> None:
    w, box = handed_over()
    with pytest.raises(InTheFuture):
        sign(w, box, count(box, good=60), happened_at=make.NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("counts", "stage", "cases"),
    [
        ({"good": 60}, "accepted", 0),
        ({"good": 60, "extra": 3}, "accepted_with_discrepancy", 1),
        ({"good": 50, "damaged": 10}, "accepted_with_discrepancy", 1),
        ({"good": 0, "missing": 60}, "accepted_with_discrepancy", 1),
        ({"good": 0, "rejected": 60}, "refused", 1),
    ],
)
def test_the_count_says_how_the_consignment_ends_and_a_difference_opens_a_case(
    counts: dict[str, int], stage: str, cases: int
) -> None:
    w, box = handed_over()
    receipt = sign(w, box, count(box, **counts))
    assert Consignment.objects.get(pk=box.pk).stage == stage
    assert Discrepancy.objects.filter(receipt_line__receipt=receipt).count() == cases
    row = make.row(w)
    good = counts["good"]
    assert (row.received, row.fell_short, row.remaining) == (good, 60 - good, 100 - good)
    assert balance("extra", box.lines.get().pk) == counts.get("extra", 0)  # type: ignore[arg-type]
    assert verify().differences == ()


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    parts=st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any), extra=st.integers(0, 3)
)
def test_whatever_is_counted_nothing_of_a_substitute_is_lost_or_made(
    parts: list[int], extra: int
) -> None:
    """Two medium blankets do the work of one: of an odd count the half meets nothing."""
    w = make.world()
    amount = 2 * sum(parts)
    giving, taking = (
        make.offered(w, str(amount), item="SHL-BLK-WMT"),
        make.asked(w, str(amount), item="SHL-BLK-WOL"),
    )
    box = make.handed_over(w, make.agreed(w, giving, taking, str(amount)))
    good, damaged, missing = parts[0] * 2 - (parts[0] > 0), parts[1], parts[2]
    rejected = amount - good - damaged - missing
    sign(
        w,
        box,
        count(box, good=good, damaged=damaged, missing=missing, rejected=rejected, extra=extra),
    )
    row = make.row(w)
    assert row.received == good // 2
    assert row.received + row.fell_short == row.dispatched == amount // 2
    assert row.asked is not None
    assert row.remaining == row.asked - row.allocated + row.fell_short
    assert verify().differences == ()
