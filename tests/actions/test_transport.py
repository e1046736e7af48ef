"""The transport net of an operation: written down by logistics, in versions, and used by plans."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from muster.actions import operations, plans, transport
from muster.core.actors import Role
from muster.core.planning.transport import LegOntoItself, LegTold, NetContradicts, RoomNegative
from muster.core.refusals import NotFound, ReasonMissing, Refusal, RoleMissing, WrongStage
from muster.queries.plan_contents import of_record, problem_kept
from muster.queries.planning import open_problem
from muster.queries.transport import legs_of
from muster.records.constraints import broken_constraint
from muster.records.models import Allocation, Item, LegClosure, TransportLeg
from tests import make

pytestmark = pytest.mark.usefixtures("records")

DAY = make.NOW.date()


def leg(code: str = "RZE-LVIV", **more: object) -> LegTold:
    fields: dict[str, Any] = {"start": make.HUB, "end": make.PLACE, "mode": "road", "days": 2}
    return LegTold(code=code, **{**fields, **more})


def put(w: make.World, *legs: LegTold, shared: bool = False) -> TransportLeg:
    operation = None if shared else w.operation.pk
    return transport.put_legs(act=make.act(w.coordinator), operation=operation, legs=list(legs))


def codes(w: make.World) -> dict[str, TransportLeg]:
    return {leg.code: leg for leg in legs_of(w.operation, w.coordinator, DAY)}


def test_a_changed_leg_is_a_new_version_and_the_one_before_stays() -> None:
    w = make.world()
    first = put(w, leg(days=2))
    put(w, leg(days=5))
    assert codes(w)["RZE-LVIV"].days == 5
    first.refresh_from_db()
    assert (first.days, first.ended_at) == (2, make.NOW)


def test_an_operations_own_leg_takes_the_place_of_the_shared_one_of_its_code() -> None:
    w, other = make.world(), make.world()
    put(w, leg(days=3), shared=True)
    put(w, leg(days=1))
    assert codes(w)["RZE-LVIV"].days == 1
    assert codes(other)["RZE-LVIV"].days == 3


def test_only_logistics_and_coordinators_write_the_net_and_nations_do_not_see_it() -> None:
    w = make.world()
    mover = make.person(Role.LOGISTICS, "EADRCC")
    transport.put_legs(act=make.act(mover), operation=w.operation.pk, legs=[leg()])
    for actor in (w.donor, w.recipient, make.person(Role.ANALYST, "EADRCC")):
        with pytest.raises(RoleMissing):
            transport.put_legs(act=make.act(actor), operation=w.operation.pk, legs=[leg()])
    assert legs_of(w.operation, w.donor, DAY) == ()
    assert len(legs_of(w.operation, mover, DAY)) == 1


def test_wrong_legs_are_refused_all_together_and_the_line_is_named() -> None:
    w = make.world()
    with pytest.raises(RoomNegative) as caught:
        put(w, leg("A"), leg("B", kg=Decimal(-1)))
    assert caught.value.at == "lines.2.kg"
    with pytest.raises(LegOntoItself):
        put(w, leg(end=make.HUB))
    with pytest.raises(NotFound):
        put(w, leg(end="NOWHERE"))
    assert codes(w) == {}


def test_a_circle_of_free_legs_is_refused_however_it_would_come_about() -> None:
    w = make.world()
    back = leg("BACK", start=make.PLACE, end=make.HUB, days=0)
    put(w, leg(days=0), shared=True)
    with pytest.raises(NetContradicts):
        put(w, back)
    put(w, leg(days=1))  # of its own, so that there is no circle for this operation
    put(w, back)
    other = make.world()
    with pytest.raises(NetContradicts):
        put(other, back)
    ours = codes(w)["RZE-LVIV"]
    assert ours.operation_id == w.operation.pk


def test_a_closed_operation_gets_no_leg() -> None:
    w = make.world()
    for event in ("wind_down", "close"):
        operations.move_operation(
            act=make.act(w.coordinator, reason="done"), operation=w.operation.pk, event=event
        )
    with pytest.raises(WrongStage):
        put(w, leg())


def test_a_leg_is_closed_for_days_opened_again_and_ended_with_a_reason() -> None:
    w = make.world()
    first = put(w, leg())
    shut = transport.close_leg(
        act=make.act(w.coordinator), leg=first.pk, first=DAY, last=DAY + timedelta(9), why="ice"
    )
    assert [str(each) for each in shut.closures.all()] == [f"{DAY} to {DAY + timedelta(9)}"]
    with pytest.raises(WrongStage):  # the version that was closed is not in force any more
        transport.open_leg(act=make.act(w.coordinator), leg=first.pk, day=DAY)
    again = transport.open_leg(act=make.act(w.coordinator), leg=shut.pk, day=DAY + timedelta(2))
    assert [each.last for each in again.closures.all()] == [DAY + timedelta(1)]
    with pytest.raises(Refusal, match="must not be later"):
        transport.close_leg(
            act=make.act(w.coordinator), leg=again.pk, first=DAY, last=DAY - timedelta(1)
        )
    with pytest.raises(ReasonMissing):
        transport.end_leg(act=make.act(w.coordinator), leg=again.pk)
    transport.end_leg(act=make.act(w.coordinator, reason="the bridge is gone"), leg=again.pk)
    assert codes(w) == {}


_INSERT = """
INSERT INTO transport_leg (id, marking, audiences, recorded_at, act_id, invented, source, code,
    label, start_id, end_id, mode, gauge_break, days, cost, currency, room_g)
SELECT gen_random_uuid(), 'unclassified', '{centre}', now(), gen_random_uuid(), false, '',
    coalesce(%(code)s, 'X'), '', 'HUB-RZESZOW', coalesce(%(end)s, 'HUB-LVIV'), 'road', false,
    coalesce(%(days)s, 1), %(cost)s, coalesce(%(currency)s, ''), %(grams)s
"""


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"end": "HUB-RZESZOW"}, "leg_not_onto_itself"),
        ({"days": -1}, "leg_days_likely"),
        ({"grams": -1}, "leg_room_not_negative"),
        ({"cost": 5}, "leg_cost_with_its_currency"),
        ({"code": "a b"}, "leg_code_plain"),
    ],
)
def test_the_database_refuses_a_wrong_leg_whoever_writes_it(
    values: dict[str, object], constraint: str
) -> None:
    names = ("code", "end", "days", "cost", "currency", "grams")
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            cursor.execute(_INSERT, dict.fromkeys(names) | values)
        assert broken_constraint(caught.value) == constraint


def test_the_database_keeps_one_version_in_force_and_never_alters_one() -> None:
    w = make.world()
    put(w, leg(), shared=True)
    put(w, leg(days=4), shared=True)
    again = dict.fromkeys(("end", "days", "cost", "currency", "grams")) | {"code": "RZE-LVIV"}
    closure = """INSERT INTO leg_closure (leg_id, first, last, why)
        SELECT id, '2023-02-02', '2023-02-01', '' FROM transport_leg LIMIT 1"""
    revive = "UPDATE transport_leg SET ended_at = NULL WHERE ended_at IS NOT NULL"
    attacks: list[tuple[str, dict[str, object], str]] = [
        (_INSERT, again, "leg_in_force_once"),
        (revive, {}, "history_is_permanent"),
        (closure, {}, "leg_closure_dates_in_order"),
    ]
    for statement, values, constraint in attacks:
        with connection.cursor() as cursor:
            with pytest.raises(IntegrityError) as caught, transaction.atomic():
                cursor.execute(statement, values)
            assert broken_constraint(caught.value) == constraint
    assert not LegClosure.objects.exists()
    for attack in (
        "UPDATE transport_leg SET days = 9",
        "DELETE FROM transport_leg",
        "UPDATE leg_closure SET last = first",
    ):
        with connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(attack)


def test_a_plan_goes_over_the_net_and_a_full_leg_is_the_reason_why_not() -> None:
    w = make.world()
    weight = Item.objects.get(pk=make.TENT).mass_g
    assert weight
    make.offered(w, "100", place="Rzeszow")  # as people write it: only one place of the net
    make.asked(w, "100", place=make.PLACE)
    # Room for 30 tents in each of the three weeks that are looked at.
    put(w, leg(kg=Decimal(weight * 30) / 1_000))
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, seconds=5)
    shown = of_record(plan)
    assert sum(move.covers for move in shown.moves) == 90
    assert len({move.key for move in shown.moves}) == len(shown.moves) == 3
    assert {hop.leg for move in shown.moves for hop in move.hops} == {"RZE-LVIV"}
    assert "no_room" in shown.unmet[0].codes
    assert [load.grams for load in shown.carried] == [weight * 30] * 3
    assert any("Rzeszow hub" in note for note in shown.assumptions)
    plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk)
    assert Allocation.objects.filter(operation=w.operation).count() == 3


def test_without_a_net_the_plan_says_that_it_counts_seven_days() -> None:
    w = make.world()
    make.offered(w, "10")
    make.asked(w, "10")
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, method="greedy")
    shown = of_record(plan)
    assert shown.moves[0].arrives == DAY + timedelta(7)
    assert "7 days" in shown.assumptions[0]


def test_the_problem_of_a_plan_is_kept_with_it_and_read_back_the_same() -> None:
    w = make.world()
    put(w, leg(kg=Decimal(500)))
    make.offered(w, "100", place="HUB-RZESZOW", not_for=["TUR"])
    make.asked(w, "100", place="Lviv hub", needed_by=date(2023, 5, 5))
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, method="greedy")
    opened = open_problem(w.operation, w.coordinator, day=DAY)
    assert opened.problem.net.legs
    assert problem_kept(plan) == opened.problem


def test_a_place_that_could_be_two_is_asked_and_not_guessed() -> None:
    w = make.world()
    put(w, leg(), leg("AIR", start="AIR-EPRZ"))
    make.offered(w, "10", place="Rzeszow")
    make.asked(w, "10", place=make.PLACE)
    opened = open_problem(w.operation, w.coordinator, day=DAY)
    assert [offer.place for offer in opened.problem.offers] == [""]
    assert any("could be" in note for note in opened.notes)
