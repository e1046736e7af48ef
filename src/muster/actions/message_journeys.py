"""Reports on deployment: where a consignment is, by the verbs of its journey."""

from datetime import datetime
from typing import Final

from muster.actions import consignments, journeys
from muster.actions.message_cases import Case, Outcome
from muster.core.exchanging import STAGES
from muster.core.messages import ResourceEntry, Schedule, ScheduleKind, moment_of
from muster.core.stages import shown
from muster.records.models import Consignment, Place

# A stage of Muster's own list, and the event that leads there; the others are no events of a
# journey, or are the consignee's own.
_EVENTS: Final = {
    "dispatched": "dispatch",
    "at_hub": "reach_hub",
    "border_crossed": "cross_border",
    "diverted": "divert",
    "arrived": "arrive",
    "handed_over": "hand_over",
    "lost": "lose",
    "cancelled": "cancel",
}
_WHERE: Final = {
    "dispatch": (ScheduleKind.ACTUAL_DEPARTURE, ScheduleKind.CURRENT),
    "arrive": (ScheduleKind.ACTUAL_ARRIVAL, ScheduleKind.CURRENT),
    "hand_over": (ScheduleKind.CURRENT, ScheduleKind.ACTUAL_ARRIVAL),
}


def report_status(case: Case) -> Outcome:
    """Record what a report says of a consignment, which its OrderID names by the reference."""
    box = case.consignment()
    if box is None:
        return Outcome(said="Kept. No OrderID in it names a consignment of this operation.")
    said = {_said(entry) for entry in case.message.entries}
    if len(said) > 1:
        raise case.unclear("its entries say different things of one consignment")
    [event] = said
    if not event:
        return Outcome(said=f"Kept. It tells nothing new of {box.reference}.")
    first = case.message.entries[0]
    schedule = _schedule(first, event)
    _act(case, box, event, schedule)
    box.refresh_from_db()
    return Outcome(said=f"The consignment {box.reference} is {shown(box.stage)}.")


def _said(entry: ResourceEntry) -> str:
    """Say which event an entry tells of: by Muster's own list of stages, else by what is actual."""
    status = entry.resource.status if entry.resource is not None else None
    deployment = status.deployment if status is not None else None
    if deployment is not None and deployment.urn.strip() == STAGES:
        return _EVENTS.get(deployment.values[0].strip() if deployment.values else "", "")
    kinds = {schedule.kind for schedule in entry.schedules}
    if ScheduleKind.ACTUAL_ARRIVAL in kinds:
        return "arrive"
    return "dispatch" if ScheduleKind.ACTUAL_DEPARTURE in kinds else ""


def _schedule(entry: ResourceEntry, event: str) -> Schedule | None:
    wanted = _WHERE.get(event, (ScheduleKind.CURRENT,))
    found = (one for kind in wanted for one in entry.schedules if one.kind == kind)
    return next(found, None)


def _act(case: Case, box: Consignment, event: str, schedule: Schedule | None) -> None:
    when = _when(case, schedule)
    why = case.message.description or f"the message {case.message.message_id} says so"
    act = case.part(event, why)
    match event:
        case "cancel":
            consignments.cancel_consignment(act=act, consignment=box.pk)
        case "lose":
            journeys.lose_consignment(act=act, consignment=box.pk, happened_at=when)
        case "dispatch":
            place = _place(case, schedule) if _named(schedule) else None
            consignments.dispatch(act=act, consignment=box.pk, happened_at=when, place=place)
        case "hand_over":
            journeys.hand_over(
                act=act, consignment=box.pk, place=_place(case, schedule), happened_at=when
            )
        case _:
            journeys.report_on_the_way(
                act=act,
                consignment=box.pk,
                event=event,
                place=_place(case, schedule),
                happened_at=when,
            )


def _when(case: Case, schedule: Schedule | None) -> datetime | None:
    if schedule is None or schedule.moment is None:
        return None
    moment = moment_of(schedule.moment)
    if moment is None or moment.tzinfo is None:
        raise case.unclear(f"the moment {schedule.moment.strip()} of {schedule.kind} has no zone")
    return moment


def _named(schedule: Schedule | None) -> str:
    where = schedule.location if schedule is not None else None
    return where.words if where is not None else ""


def _place(case: Case, schedule: Schedule | None) -> str:
    """Find the code of a place by its code or name.

    Raises:
        MessageUnclear: no place is named, or none or several of that name are in the register.
    """
    name = _named(schedule)
    if not name:
        raise case.unclear("it does not say where; a place of the register is needed")
    by_code = Place.objects.filter(pk=name).first()
    if by_code is not None:
        return by_code.pk
    alike = list(Place.objects.filter(name__iexact=name)[:2])
    if len(alike) != 1:
        raise case.unclear(f'"{name}" is not one place of the register, by its code or name')
    return alike[0].pk
