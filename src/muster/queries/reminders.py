"""Reminders of pledges, as they wait for those who announced them."""

from datetime import date

from django.db.models import F

from muster.core.actors import Actor, Role
from muster.queries.home import SHOWN
from muster.queries.home import donor_piles as others
from muster.queries.visibility import visible
from muster.queries.waiting import About, Pile, Waiting
from muster.records.models import PledgeReminder


def donor_piles(actor: Actor, day: date) -> tuple[Pile, ...]:
    """What waits for a donor, with what it is reminded of."""
    first, *rest = others(actor, day)
    return (first, reminders(actor, day), *rest)


def reminders(actor: Actor, day: date) -> Pile:
    """What the centre reminded of, until something is told of that pledge."""
    own = actor.parties(Role.DONOR, day)
    waiting = visible(PledgeReminder, actor, day).filter(party__in=own)
    waiting = waiting.exclude(pledge__lines__events__recorded_at__gt=F("recorded_at"))
    found = waiting.select_related("pledge", "operation").order_by("recorded_at", "pk")
    rows = tuple(
        Waiting(
            about=About.PLEDGE,
            key=each.pledge_id,
            operation=each.operation.code,
            what=each.text,
            note=each.pledge.reference,
            since=each.recorded_at,
            on=each.answer_by,
        )
        for each in found[:SHOWN]
    )
    return Pile("reminders", found.count(), rows)
