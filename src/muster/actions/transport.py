"""Verbs of the transport net: write legs down, close one for some days, open it again, end it."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from muster.actions.journal import action
from muster.actions.operations import demand_running
from muster.core.actors import CENTRE, LOGISTICS, Act, Role
from muster.core.planning.net import Net
from muster.core.planning.transport import (
    Closure,
    LegTold,
    closed_on,
    leg_forbids,
    opened_from,
    require_sound_net,
    together,
)
from muster.core.refusals import NotFound, Refusal, TextMissing, WrongStage
from muster.queries.register import find_place
from muster.queries.transport import legs_in_force, told_of
from muster.queries.visibility import find
from muster.records.models import LegClosure, Operation, TransportLeg


@action("write legs of the transport net down")
def put_legs(
    *, act: Act, operation: UUID | None, legs: Sequence[LegTold], invented: bool = False
) -> TransportLeg:
    """Add legs, or put new versions in the place of those with the same codes: all or none.

    Args:
        act: the deed.
        operation: whose net; None for the corridors that all operations share.
        legs: one at least.
        invented: whether a scenario made them up.

    Raises:
        RoleMissing: the actor is neither of logistics nor a coordinator.
        WrongStage: the operation is closed.
        NotFound: there is no such operation or place.
        LegOntoItself, RoomNegative, DaysUnlikely, CostWrong, CodeNotPlain ...: a leg is wrong.
        NetContradicts: the net as a whole would be.
    """
    act.must_be(Role.LOGISTICS, Role.COORDINATOR)
    its = _running(act, operation)
    if not legs:
        raise TextMissing(at="legs", what="The list of legs")
    for position, told in enumerate(legs, start=1):
        _demand_sound(told, position if len(legs) > 1 else 0)
    return _replace(act, its, legs, invented=invented)


@action("close a leg")
def close_leg(*, act: Act, leg: UUID, first: date, last: date, why: str = "") -> TransportLeg:
    """Let nothing depart on a leg on some days, both included.

    Raises:
        RoleMissing: the actor is neither of logistics nor a coordinator.
        DatesOutOfOrder: the last day is before the first.
        WrongStage: the leg has been changed or ended since.
    """
    found = _in_force(act, leg, "closed")
    told = closed_on(told_of(found), Closure(first=first, last=last, why=why.strip()))
    _demand_sound(told)
    return _replace(act, found.operation, [told], invented=found.invented)


@action("open a leg again")
def open_leg(*, act: Act, leg: UUID, day: date) -> TransportLeg:
    """Let goods depart on a leg from a day on.

    Raises:
        RoleMissing: the actor is neither of logistics nor a coordinator.
        WrongStage: the leg has been changed or ended since.
    """
    found = _in_force(act, leg, "opened")
    told = opened_from(told_of(found), day)
    return _replace(act, found.operation, [told], invented=found.invented)


@action("end a leg")
def end_leg(*, act: Act, leg: UUID) -> TransportLeg:
    """Take a leg out of the net; what was planned over it stays to be read.

    Raises:
        RoleMissing: the actor is neither of logistics nor a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: the leg has been changed or ended since.
    """
    found = _in_force(act, leg, "ended")
    act.must_say_why("the end of a leg")
    found.ended_at = act.now
    found.save(update_fields=["ended_at"])
    return found


def _running(act: Act, operation: UUID | None) -> Operation | None:
    if operation is None:
        return None
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "given another transport net")
    return found


def _in_force(act: Act, leg: UUID, event: str) -> TransportLeg:
    act.must_be(Role.LOGISTICS, Role.COORDINATOR)
    _hold_net()
    found = find(TransportLeg, leg, act.actor, act.now.date())
    if found.ended_at is not None:
        raise WrongStage(what=f"The leg {found}", stage="changed or ended", event=event)
    if found.operation is not None:
        demand_running(found.operation, "given another transport net")
    return found


def _demand_sound(told: LegTold, position: int = 0) -> None:
    refusal = leg_forbids(told) or _place_forbids(told)
    if refusal is not None:
        raise refusal.in_line(position) if position else refusal


def _place_forbids(told: LegTold) -> Refusal | None:
    try:
        find_place(told.start, at="start")
        find_place(told.end, at="end")
    except NotFound as refusal:
        return refusal
    return None


def _replace(
    act: Act, operation: Operation | None, legs: Iterable[LegTold], *, invented: bool
) -> TransportLeg:
    """Write the new versions, after the net that they would make has been judged."""
    _hold_net()
    new = {told.code: told for told in legs}
    standing = {leg.code: leg for leg in legs_in_force(operation)}
    _demand_sound_nets(operation, new, standing)
    for code in new.keys() & standing.keys():
        standing[code].ended_at = act.now
        standing[code].save(update_fields=["ended_at"])
    made = [_written(act, operation, told, invented=invented) for told in new.values()]
    return made[0]


def _demand_sound_nets(
    operation: Operation | None, new: dict[str, LegTold], standing: dict[str, TransportLeg]
) -> None:
    """Judge every net that the new legs would be part of."""
    changed = {code: told_of(leg).leg() for code, leg in standing.items()} | {
        code: told.leg() for code, told in new.items()
    }
    if operation is not None:
        shared = [told_of(leg).leg() for leg in legs_in_force(None)]
        require_sound_net(Net(legs=together(shared, changed.values())))
        return
    require_sound_net(Net(legs=together(changed.values(), ())))
    for other in Operation.objects.filter(legs__ended_at__isnull=True).distinct():
        own = [told_of(leg).leg() for leg in legs_in_force(other)]
        require_sound_net(Net(legs=together(changed.values(), own)))


def _written(
    act: Act, operation: Operation | None, told: LegTold, *, invented: bool
) -> TransportLeg:
    leg = TransportLeg.objects.create(
        id=act.part_id(f"leg {told.code}"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, LOGISTICS],
        operation=operation,
        code=told.code,
        label=told.label,
        start_id=told.start,
        end_id=told.end,
        mode=told.mode,
        gauge_break=told.gauge_break,
        days=told.days,
        cost=told.cost,
        currency=told.currency,
        room_g=told.room.grams,
        room_ml=told.room.millilitres,
        room_mp=told.room.millipallets,
        invented=invented,
    )
    LegClosure.objects.bulk_create(
        LegClosure(leg=leg, first=closure.first, last=closure.last, why=closure.why)
        for closure in told.closures
    )
    return leg


def _hold_net() -> None:
    """Let one person at a time change the net: two halves of a circle are not written at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('transport net', 2))")
