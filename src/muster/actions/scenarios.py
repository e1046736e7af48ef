"""Scenario verbs: keep a what-if under a name, change it, share it, put it aside."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from muster.actions.journal import action
from muster.actions.operations import demand_running
from muster.core.actors import CENTRE, LOGISTICS, Act, Role
from muster.core.planning.scenarios import Change, require_consistent
from muster.core.refusals import NotFound, Refusal, TextMissing
from muster.queries.planning import open_situation
from muster.queries.scenarios import changes_data, choices_of, said_of
from muster.queries.visibility import find
from muster.records.models import Operation, Scenario

_ROLES = (Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)


@action("keep a scenario")
def keep_scenario(
    *,
    act: Act,
    operation: UUID,
    name: str,
    changes: Sequence[Change],
    note: str = "",
    with_logistics: bool = False,
) -> Scenario:
    """Keep a what-if under a name; nothing of the operation is touched by it.

    Args:
        act: the deed.
        operation: whose.
        name: once in the operation.
        changes: what is otherwise; one at least.
        note: what it is for.
        with_logistics: whether logistics see it too; whoever keeps it does in any case.

    Raises:
        RoleMissing: the actor is neither a coordinator, nor of logistics, nor an analyst.
        WrongStage: the operation is closed.
        ScenarioEmpty, ScenarioContradicts, DatesOutOfOrder ...: the changes make no sense.
        NotFound: a change is about something that is not there.
        DuplicateReference: the name is taken.
    """
    act.must_be(*_ROLES)
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "given another scenario")
    told = _told(act, found, changes)
    return Scenario.objects.create(
        id=act.part_id("scenario"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=_audiences(act, with_logistics=with_logistics),
        operation=found,
        user_id=act.user_id,
        name=_name(name),
        note=note.strip(),
        changes=changes_data(told),
    )


@action("change a scenario")
def change_scenario(
    *,
    act: Act,
    scenario: UUID,
    name: str,
    changes: Sequence[Change],
    note: str = "",
    with_logistics: bool = False,
) -> Scenario:
    """Say a scenario anew; plans made in it before keep what it said then.

    Raises:
        Refusal: those of `keep_scenario`.
        NotFound: there is no such scenario, or it was put aside.
    """
    act.must_be(*_ROLES)
    found = _kept(act, scenario)
    demand_running(found.operation, "given another scenario")
    found.changes = changes_data(_told(act, found.operation, changes))
    found.name, found.note = _name(name), note.strip()
    found.audiences = _audiences(act, with_logistics=with_logistics)
    found.save(update_fields=["name", "note", "changes", "audiences"])
    return found


@action("put a scenario aside")
def end_scenario(*, act: Act, scenario: UUID) -> Scenario:
    """Take a scenario off the list; plans made in it stay to be read.

    Raises:
        RoleMissing: the actor is neither a coordinator, nor of logistics, nor an analyst.
        NotFound: there is no such scenario, or it was put aside before.
    """
    act.must_be(*_ROLES)
    found = _kept(act, scenario)
    found.ended_at = act.now
    found.save(update_fields=["ended_at"])
    return found


def _kept(act: Act, scenario: UUID) -> Scenario:
    found = find(Scenario, scenario, act.actor, act.now.date())
    if found.ended_at is not None:
        raise NotFound(what="scenario", name=found.name)
    return found


def _told(act: Act, operation: Operation, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Check the changes, and write each as a sentence."""
    require_consistent(changes)
    choices = choices_of(open_situation(operation, act.actor, day=act.now.date()))
    told = []
    for position, change in enumerate(changes, start=1):
        try:
            told.append(replace(change, said=said_of(change, choices)))
        except Refusal as refusal:
            raise refusal.in_line(position) from None
    return tuple(told)


def _name(name: str) -> str:
    if not name.strip():
        raise TextMissing(at="name", what="the name of the scenario")
    return name.strip()


def _audiences(act: Act, *, with_logistics: bool) -> list[str]:
    # What logistics keep is made of what they see, and they see it again.
    theirs = CENTRE not in act.actor.audiences(act.now.date())
    return [CENTRE, LOGISTICS] if with_logistics or theirs else [CENTRE]
