"""The transport net of an operation: the shared corridors and its own legs."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from muster.core.actors import Actor, Role
from muster.core.planning.net import Net
from muster.core.planning.transport import Closure, LegTold, together
from muster.queries.visibility import visible
from muster.records.models import Operation, TransportLeg

PERIOD_DAYS = 7


def legs_in_force(operation: Operation | None) -> tuple[TransportLeg, ...]:
    """List the legs of an operation that are in force, or the shared ones; whoever asks."""
    found = TransportLeg.objects.filter(operation=operation, ended_at__isnull=True)
    return tuple(found.order_by("code").prefetch_related("closures").select_related("operation"))


def legs_of(operation: Operation, actor: Actor, day: date) -> tuple[TransportLeg, ...]:
    """List the legs in force that an operation's goods may take: its own, and the shared ones.

    Of a shared leg and an operation's own with one code, the operation's own holds.
    """
    seen = visible(TransportLeg, actor, day).filter(
        Q(operation=operation) | Q(operation=None), ended_at__isnull=True
    )
    found = seen.select_related("start", "end", "operation").prefetch_related("closures")
    own_last = sorted(found, key=lambda leg: leg.operation_id is not None)
    by_code = {leg.code: leg for leg in own_last}
    return tuple(by_code[code] for code in sorted(by_code))


def history_of(leg: TransportLeg, actor: Actor, day: date) -> tuple[TransportLeg, ...]:
    """List all versions of a leg, the latest first."""
    found = visible(TransportLeg, actor, day).filter(operation=leg.operation_id, code=leg.code)
    return tuple(found.order_by("-recorded_at", "-id").prefetch_related("closures"))


def may_write_net(actor: Actor, day: date) -> bool:
    """Say whether the actor may change the net."""
    return any(actor.has(role, day) for role in (Role.LOGISTICS, Role.COORDINATOR))


def net_of(legs: Iterable[TransportLeg]) -> Net:
    """See legs as the planner does, in periods of weeks that begin on Mondays."""
    return Net(legs=together((told_of(leg).leg() for leg in legs), ()), period=PERIOD_DAYS)


def told_of(leg: TransportLeg) -> LegTold:
    """Read a leg back as somebody wrote it down."""
    closures = sorted(leg.closures.all(), key=lambda closure: (closure.first, closure.last))
    return LegTold(
        code=leg.code,
        start=leg.start_id,
        end=leg.end_id,
        mode=leg.mode,
        days=leg.days,
        kg=leg.kg,
        m3=leg.m3,
        pallets=leg.pallets,
        cost=leg.cost,
        currency=leg.currency,
        gauge_break=leg.gauge_break,
        closures=tuple(Closure(first=c.first, last=c.last, why=c.why) for c in closures),
        label=leg.label,
    )
