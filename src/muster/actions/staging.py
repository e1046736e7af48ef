"""Stages move by dated events, and by nothing else."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, connection

from muster.core.actors import Act
from muster.core.refusals import InTheFuture, WrongStage
from muster.core.stages import Subject, next_stage, shown
from muster.queries.visibility import find
from muster.records.constraints import refusal_behind
from muster.records.models.record import StagedRecord

_S = TypeVar("_S", bound=StagedRecord)

_INSERT = """
INSERT INTO stage_event (id, subject, subject_id, event, before, after, happened_at, recorded_at,
                         place_id, note, act_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def held(model: type[_S], key: UUID | str, act: Act) -> _S:
    """Find a record in order to change it: wait for whoever is changing it, and see it after them.

    A decision on its stage then stands until the act is over.  Where several are held, it is in the
    order offer line, consignment, request, allocation, consent.

    Raises:
        NotFound: there is none that the actor may see.
    """
    found = find(model, key, act.actor, act.now.date())
    hold(found)
    return found


def hold(record: StagedRecord) -> None:
    """Wait for whoever is changing this record, and read it again as they left it."""
    latest = type(record)._default_manager.select_for_update(no_key=True)
    record.refresh_from_db(from_queryset=latest)


def move(
    act: Act,
    record: StagedRecord,
    event: str,
    *,
    happened_at: datetime | None = None,
    place: str | None = None,
    note: str = "",
) -> None:
    """Record an event in the life of a record, which moves its stage.

    Args:
        act: the deed this is part of.
        record: whose life it is.
        event: what happened, in the words of core/stages.py.
        happened_at: when it was true; now, if not said.
        place: the code of the place where it happened, if it has one.
        note: anything worth keeping beside it.

    Raises:
        WrongStage: the event does not lead from the stage the record is in.
        InTheFuture: it is said to have happened later than now.
    """
    happened_at = happened_at or act.now
    if happened_at > act.now:
        raise InTheFuture(what=f"{event}", moment=happened_at.isoformat(), now=act.now.isoformat())
    subject = Subject(record._meta.db_table)
    after = next_stage(subject, event, record.stage)
    if after is None:
        raise _wrong_stage(record, event)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT,
                [
                    act.part_id(f"{record.pk} {event} {record.stage}"),
                    *(subject.value, record.pk, event, record.stage, after),
                    *(happened_at, act.now, place, note, act.id),
                ],
            )
    except IntegrityError as error:
        refusal = refusal_behind(
            error, what=str(record), stage=f"no longer {shown(record.stage)}", event=_done(event)
        )
        raise refusal or error from error
    record.stage = after


def _wrong_stage(record: StagedRecord, event: str) -> WrongStage:
    return WrongStage(what=str(record), stage=shown(record.stage) or "new", event=_done(event))


_PARTICIPLES = {
    "submit": "submitted",
    "withdraw": "withdrawn",
    "clear": "cleared",
    "send_back": "sent back",
    "hand_over": "handed over",
    "lose": "reported lost",
    "accept_in_part": "accepted in part",
    "wind_down": "wound down",
    "confirm": "confirmed",
    "review": "reviewed",
    "offer": "offered",
    "open": "opened",
    "defer": "deferred",
    "plan": "planned",
    "lock": "locked",
    "reject": "rejected",
    "grant": "granted",
    "draft": "drafted",
    "dispatch": "dispatched",
    "report": "reported",
    "return": "returned",
    "cross_border": "taken across a border",
    "reach_hub": "taken into a hub",
    "leave_hub": "taken out of a hub",
    "accept_with_discrepancy": "accepted with a discrepancy",
}


def _done(event: str) -> str:
    """Write an event as what is done to the record, for a sentence."""
    if event in _PARTICIPLES:
        return _PARTICIPLES[event]
    return event.replace("_", " ") + ("d" if event.endswith("e") else "ed")
