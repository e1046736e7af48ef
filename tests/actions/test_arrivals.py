"""Goods that nobody asked for are counted, and kept apart until someone decides."""

from datetime import timedelta
from uuid import uuid4

import pytest

from muster.actions import arrivals
from muster.core.actors import Actor, Role
from muster.core.refusals import (
    AmountNotPositive,
    InTheFuture,
    ItemUnknown,
    NotFound,
    ReasonMissing,
    Refusal,
    RoleMissing,
    TextMissing,
    WrongStage,
)
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.journal import history
from muster.queries.verification import verify
from muster.queries.visibility import visible
from muster.records.models import UnsolicitedArrival
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def arrived(w: make.World, actor: Actor | None = None, **changes: object) -> UnsolicitedArrival:
    inputs: dict[str, object] = {
        "operation": w.operation.pk,
        "reference": f"A-{uuid4().hex[:8]}",
        "item": make.TENT,
        "amount": Typed("40"),
        "sender": "someone",
        "place": make.HUB,
        "arrived_on": DAY,
    } | changes
    return arrivals.report_arrival(act=make.act(actor or w.recipient), **inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"operation": uuid4()}, NotFound),
        ({"item": "NO-SUCH"}, ItemUnknown),
        ({"amount": Typed("0")}, AmountNotPositive),
        ({"place": "NOWHERE"}, NotFound),
        ({"reference": " "}, TextMissing),
        ({"arrived_on": DAY + timedelta(days=1)}, InTheFuture),
    ],
)
def test_an_arrival_that_cannot_be_is_refused(
    changes: dict[str, object], refusal: type[Refusal]
) -> None:
    w = make.world()
    with pytest.raises(refusal):
        arrived(w, **changes)  # type: ignore[arg-type]
    make.settled()


def test_who_handles_goods_or_receives_them_here_reports_them() -> None:
    w = make.world()
    for actor in (w.recipient, w.coordinator, make.person(Role.LOGISTICS, "EADRCC")):
        assert arrived(w, actor).stage == "quarantined"
    for actor in (w.donor, make.person(Role.RECIPIENT, "MDA"), make.person(Role.ANALYST, "EADRCC")):
        with pytest.raises(RoleMissing):
            arrived(w, actor)


def test_what_arrived_is_counted_apart_and_in_the_order_it_happened() -> None:
    w = make.world()
    arrival = arrived(w)
    assert balance("quarantine", arrival.pk) == 40  # type: ignore[arg-type]
    assert [each.event for each in history(arrival.pk)] == ["report", "quarantine"]
    assert verify().differences == ()


@pytest.mark.parametrize(
    ("event", "kind"), [("redirect", "redirected"), ("return", "returned"), ("dispose", "disposed")]
)
def test_an_arrival_is_settled_once_with_a_reason(event: str, kind: str) -> None:
    w = make.world()
    arrival = arrived(w)
    with pytest.raises(ReasonMissing):
        arrivals.settle_arrival(act=make.act(w.coordinator), arrival=arrival.pk, event=event)
    with pytest.raises(RoleMissing):
        arrivals.settle_arrival(
            act=make.act(w.recipient, reason="x"), arrival=arrival.pk, event=event
        )
    why = make.act(w.coordinator, reason="not needed")
    arrivals.settle_arrival(act=why, arrival=arrival.pk, event=event)
    assert (balance("quarantine", arrival.pk), balance(kind, arrival.pk)) == (0, 40)  # type: ignore[arg-type]
    with pytest.raises(WrongStage):
        arrivals.settle_arrival(
            act=make.act(w.coordinator, reason="again"), arrival=arrival.pk, event=event
        )


@pytest.mark.parametrize("event", ["adopt", "eat", "quarantine", ""])
def test_there_are_only_so_many_ways_to_settle_it(event: str) -> None:
    w = make.world()
    arrival = arrived(w)
    with pytest.raises(WrongStage):
        arrivals.settle_arrival(
            act=make.act(w.coordinator, reason="x"), arrival=arrival.pk, event=event
        )


def test_another_nation_does_not_see_what_lies_at_a_hub() -> None:
    w = make.world()
    arrival = arrived(w)
    nation = make.person(Role.DONOR, "FRA")
    assert not visible(UnsolicitedArrival, nation, DAY).filter(pk=arrival.pk).exists()
