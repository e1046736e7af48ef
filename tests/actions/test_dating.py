"""Nothing is dated before what it rests on, so no board of a past moment shows the impossible."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from muster.actions import (
    allocations,
    consignments,
    journeys,
    offers,
    receipts,
    requests,
)
from muster.actions.receipts import Count
from muster.core.actors import Act, Actor
from muster.core.refusals import TooEarly
from muster.queries.amounts import Typed
from muster.queries.totals import Moment
from muster.records.models import Allocation, Consignment
from tests import make

pytestmark = pytest.mark.usefixtures("records")
NOW = make.NOW


def day(number: int) -> datetime:
    """So many days after everything that make builds."""
    return NOW + timedelta(days=number)


def act(actor: Actor, reason: str = "late") -> Act:
    return make.act(actor, reason=reason, now=day(30))


def agree(w: make.World, proposal: Allocation, number: int) -> Allocation:
    """Both say yes, told late, on a day before the proposal's time is over."""
    early = make.act(w.donor, now=day(10))
    allocations.confirm_allocation(act=early, allocation=proposal.pk, happened_at=day(number))
    early = make.act(w.recipient, now=day(10))
    return allocations.accept_allocation(act=early, allocation=proposal.pk, happened_at=day(number))


def packed(w: make.World, goods: Allocation, now: datetime) -> Consignment:
    box = consignments.plan_consignment(
        act=make.act(w.donor, now=now),
        operation=w.operation.pk,
        donor="DEU",
        reference="LATE",
        consignee="UKR",
    )
    about = {"consignment": box.pk, "allocation": goods.pk, "amount": Typed("60")}
    consignments.pack(act=make.act(w.donor, now=now), **about)  # type: ignore[arg-type]
    consignments.lock_manifest(act=make.act(w.donor, now=now), consignment=box.pk)
    return box


def test_the_whole_way_may_be_told_late_in_the_order_in_which_it_happened() -> None:
    w = make.world()
    goods = agree(w, make.proposed(w, make.offered(w), make.asked(w), "60"), 2)
    box = packed(w, goods, day(30))
    consignments.dispatch(act=act(w.donor), consignment=box.pk, happened_at=day(3))
    about = {"consignment": box.pk, "place": make.PLACE}
    journeys.hand_over(act=act(w.donor), **about, happened_at=day(4))  # type: ignore[arg-type]
    count = Count(manifest_line=box.lines.get().pk, good=60)
    receipts.sign_receipt(
        act=act(w.recipient), consignment=box.pk, counts=[count], happened_at=day(5)
    )
    shown = [make.row(w, moment=Moment(happened=day(n))) for n in range(7)]
    assert [line.allocated for line in shown] == [0, 0, 60, 60, 60, 60, 60]
    assert [line.dispatched for line in shown] == [0, 0, 0, 60, 60, 60, 60]
    assert [line.received for line in shown] == [0, 0, 0, 0, 0, 60, 60]


def test_no_step_is_dated_before_the_one_before_it() -> None:
    w = make.world()
    goods = agree(w, make.proposed(w, make.offered(w), make.asked(w), "60"), 2)
    box = packed(w, goods, day(30))
    with pytest.raises(TooEarly, match=r"dispatched at 2023-04-21.* only at 2023-04-22"):
        consignments.dispatch(act=act(w.donor), consignment=box.pk, happened_at=day(1))
    consignments.dispatch(act=act(w.donor), consignment=box.pk, happened_at=day(4))
    about = {"consignment": box.pk, "place": make.PLACE}
    with pytest.raises(TooEarly, match="it was dispatched only at 2023-04-24"):
        journeys.hand_over(act=act(w.donor), **about, happened_at=day(3))  # type: ignore[arg-type]
    journeys.hand_over(act=act(w.donor), **about, happened_at=day(5))  # type: ignore[arg-type]
    count = Count(manifest_line=box.lines.get().pk, good=60)
    with pytest.raises(TooEarly, match="it was handed over only at"), transaction.atomic():
        receipts.sign_receipt(
            act=act(w.recipient), consignment=box.pk, counts=[count], happened_at=day(4)
        )


def test_a_yes_is_not_dated_before_the_proposal() -> None:
    w = make.world()
    proposal = make.proposed(w, make.offered(w), make.asked(w), "60")
    with pytest.raises(TooEarly, match="it was proposed only at"):
        allocations.confirm_allocation(
            act=make.act(w.donor, now=day(1)),
            allocation=proposal.pk,
            happened_at=NOW - timedelta(seconds=1),
        )


def test_what_was_promised_that_day_was_not_declined_that_day() -> None:
    """The promise is over today; on the day in question it stood."""
    w = make.world()
    line, need = make.offered(w, "100"), make.asked(w, "100")
    proposal = make.proposed(w, line, need, "60")
    declining = make.act(w.recipient, reason="no need", now=day(3))
    allocations.decline_allocation(act=declining, allocation=proposal.pk)
    with (
        pytest.raises(TooEarly, match="as much was there only at 2023-04-23"),
        transaction.atomic(),
    ):
        offers.decline_offer(act=act(w.recipient), line=line.pk, happened_at=day(1))
    offers.decline_offer(act=act(w.recipient), line=line.pk, happened_at=day(3))
    assert make.row(w, moment=Moment(happened=day(2))).proposed == 60


def test_words_on_a_quantity_are_dated_in_the_order_in_which_they_are_said() -> None:
    w = make.world()
    need = make.asked(w, "100")

    def say(amount: str, number: int) -> None:
        requests.clarify_line(
            act=act(w.recipient), line=need.pk, quantity=Typed(amount), happened_at=day(number)
        )

    say("120", 5)
    with pytest.raises(TooEarly, match="the last word on how much it asks was said only at"):
        say("90", 4)
    with pytest.raises(TooEarly):
        say("90", -1)
    lessening = make.act(w.recipient, reason="enough", now=day(8))
    requests.ask_less(act=lessening, line=need.pk, amount=Typed("20"))
    with pytest.raises(TooEarly):
        say("90", 7)
    say("90", 8)
    asked = [make.row(w, moment=Moment(happened=day(n))).asked for n in (4, 5, 7, 8)]
    assert asked == [100, 120, 120, 90]


def test_a_need_that_was_promised_that_day_was_not_given_up_that_day() -> None:
    w = make.world()
    line, need = make.offered(w, "100"), make.asked(w, "100")
    proposal = make.proposed(w, line, need, "60")
    declining = make.act(w.recipient, reason="no need", now=day(3))
    allocations.decline_allocation(act=declining, allocation=proposal.pk)
    with pytest.raises(TooEarly), transaction.atomic():
        requests.clarify_line(
            act=act(w.recipient), line=need.pk, quantity=Typed("10"), happened_at=day(2)
        )
    requests.clarify_line(
        act=act(w.recipient), line=need.pk, quantity=Typed("60"), happened_at=day(2)
    )


def test_more_is_not_accepted_before_anything_is_asked() -> None:
    w = make.world()
    need = make.asked(w, "100")
    with pytest.raises(TooEarly, match="it was validated only at"):
        requests.accept_more(
            act=act(w.recipient), line=need.pk, amount=Typed("10"), happened_at=day(-1)
        )


def test_an_update_is_not_validated_before_a_word_on_it() -> None:
    w = make.world()
    draft = requests.draft_request(
        act=act(w.recipient),
        operation=w.operation.pk,
        recipient="UKR",
        reference="R-LATE",
        title="x",
        asked_on=NOW.date(),
        lines=[requests.LineAsked(item=make.TENT, quantity=Typed("10"))],
    )
    requests.submit_request(act=act(w.recipient), request=draft.pk)
    requests.clarify_line(
        act=act(w.recipient),
        line=draft.lines.get().pk,
        quantity=Typed("20"),
        happened_at=day(6),
    )
    with pytest.raises(TooEarly), transaction.atomic():
        requests.validate_request(act=act(w.recipient), request=draft.pk, happened_at=day(5))
    requests.validate_request(act=act(w.recipient), request=draft.pk, happened_at=day(6))
    assert make.row(w).asked == 20
