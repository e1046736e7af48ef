"""Stages move by dated events, and by nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError

from muster.core.actors import Act
from muster.core.refusals import InTheFuture, TooEarly, WrongStage
from muster.core.stages import PAPERWORK, Subject, next_stage, shown
from muster.queries.visibility import find
from muster.records.constraints import refusal_behind
from muster.records.models.record import StagedRecord
from muster.records.statements import rows

_S = TypeVar("_S", bound=StagedRecord)

_INSERT = """
INSERT INTO stage_event (id, subject, subject_id, event, before, after, happened_at, recorded_at,
                         place_id, note, act_id)
SELECT id, %s, subject_id, %s, %s, %s, %s, %s, %s, %s, %s
FROM unnest(%s::uuid[], %s::uuid[]) AS told (id, subject_id)
"""
# What was later than the moment in the lives of records; what is done on paper has no moment.
_LATER = """
SELECT subject_id, event, happened_at FROM stage_event
WHERE subject = %s AND subject_id = ANY(%s) AND happened_at > %s AND event <> ALL(%s)
    AND (%s::text[] IS NULL OR after = ANY(%s))
ORDER BY happened_at DESC, number DESC LIMIT 1
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
        TooEarly: it is said to have happened before what happened to the record so far.
    """
    move_all(act, [record], event, happened_at=happened_at, place=place, note=note)


def move_all(
    act: Act,
    records: Sequence[StagedRecord],
    event: str,
    *,
    happened_at: datetime | None = None,
    place: str | None = None,
    note: str = "",
) -> None:
    """Record the same event in the lives of records of one kind that are all in the same stage.

    Raises:
        WrongStage, InTheFuture, TooEarly: as `move`, for the first of them.
    """
    first = records[0]
    happened_at = moment_of(act, event, happened_at)
    subject = Subject(first._meta.db_table)
    after = next_stage(subject, event, first.stage)
    if after is None:
        raise _wrong_stage(first, event)
    if happened_at < act.now:
        demand_not_before(records, event, happened_at)
    ids = [event_id(act, record, event) for record in records]
    told = (subject.value, event, first.stage, after, happened_at, act.now, place, note, act.id)
    try:
        rows(_INSERT, [*told, ids, [record.pk for record in records]])
    except IntegrityError as error:
        refusal = refusal_behind(
            error, what=str(first), stage=f"no longer {shown(first.stage)}", event=done(event)
        )
        raise refusal or error from error
    for record in records:
        record.stage = after


def moment_of(act: Act, event: str, happened_at: datetime | None) -> datetime:
    """Say when an event happened: as it is told, or now.

    Raises:
        InTheFuture: it is said to have happened later than now.
    """
    if happened_at is not None and happened_at > act.now:
        raise InTheFuture(what=event, moment=happened_at.isoformat(), now=act.now.isoformat())
    return happened_at or act.now


def demand_not_before(
    rests_on: Sequence[StagedRecord],
    event: str,
    happened_at: datetime,
    *,
    what: StagedRecord | None = None,
    stages: Sequence[str] | None = None,
) -> None:
    """Refuse a moment that is before something that it rests on had happened.

    What is told as it happens needs no such question: nothing has happened later than now.

    Args:
        rests_on: records of one kind, whose lives must have come so far by then.
        event: what is said to have happened at the moment.
        happened_at: the moment.
        what: to which record it happened; the first that it rests on, if not said.
        stages: only the events that led to one of these count; all, if not said.

    Raises:
        TooEarly: at least one event in their lives was later.
    """
    if not rests_on:
        return
    subject = Subject(rests_on[0]._meta.db_table)
    wanted = list(stages) if stages is not None else None
    keys = [record.pk for record in rests_on]
    later = rows(_LATER, [subject, keys, happened_at, [*PAPERWORK[subject]], wanted, wanted])
    for key, its_event, since in later:
        about = next(record for record in rests_on if record.pk == key)
        raise TooEarly(
            what=str(what or about),
            event=done(event),
            moment=happened_at.isoformat(),
            because=f"{'it' if what in (None, about) else about} was {done(its_event)}",
            since=since.isoformat(),
        )


def event_id(act: Act, record: StagedRecord, event: str) -> UUID:
    """Derive the id of an event of this act in the life of a record, from the stage it is in."""
    return act.part_id(f"{record.pk} {event} {record.stage}")


def done(event: str) -> str:
    """Write an event as what is done to the record, for a sentence."""
    if event in _PARTICIPLES:
        return _PARTICIPLES[event]
    return event.replace("_", " ") + ("d" if event.endswith("e") else "ed")


def _wrong_stage(record: StagedRecord, event: str) -> WrongStage:
    return WrongStage(what=str(record), stage=shown(record.stage) or "new", event=done(event))


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
    "keep": "kept",
    "read": "read",
    "commit": "committed",
    "undo": "undone",
    "dispatch": "dispatched",
    "report": "reported",
    "return": "returned",
    "cross_border": "taken across a border",
    "reach_hub": "taken into a hub",
    "leave_hub": "taken out of a hub",
    "accept_with_discrepancy": "accepted with a discrepancy",
    "resolve": "resolved",
}
