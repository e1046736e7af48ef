"""Asking for long work: it is queued here and done by a worker, on behalf of whoever asked."""

from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from muster.actions.operations import demand_running
from muster.core.actors import Act, Role
from muster.core.planning.choosing import EVERYTHING, Choice, Wanted, objectives_named
from muster.core.refusals import PlanMethodUnknown
from muster.queries.jobs import COMMIT_TASK, PLAN_TASK, READ_TASK, TAKE_UP_TASK, job_of_key
from muster.queries.plan_contents import of_record
from muster.queries.visibility import find
from muster.records.models import ImportBatch, Operation, SavedPlan, Scenario
from muster.solving.registry import METHODS


def ask_for_plan(*, act: Act, operation: UUID, wanted: Wanted) -> int:
    """Queue the making of a plan, and return the job's number; the same key queues it once.

    What can be refused at once is refused here, so that nobody waits for a no.

    Raises:
        RoleMissing: the actor is neither a coordinator, nor of logistics, nor an analyst.
        NotFound: there is no such operation, or scenario of it, that the actor may see.
        WrongStage: the operation is closed.
        PlanMethodUnknown, ChoiceUnknown, ObjectiveTwice: there is no such method or order.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "planned")
    if wanted.method not in METHODS:
        raise PlanMethodUnknown(method=wanted.method, known=", ".join(METHODS))
    objectives_named(wanted.objectives)
    if wanted.scenario:
        find(Scenario, wanted.scenario, act.actor, act.now.date())
    if wanted.again_from:
        find(SavedPlan, wanted.again_from, act.actor, act.now.date())
    objectives: list[JSONValue] = [*wanted.objectives]
    return _queued(
        act,
        PLAN_TASK,
        operation=str(found.pk),
        method=wanted.method,
        seconds=wanted.seconds,
        objectives=objectives,
        scenario=wanted.scenario,
        afresh=wanted.afresh,
        again_from=wanted.again_from,
    )


def ask_for_taking_up(*, act: Act, plan: UUID, choice: Choice = EVERYTHING) -> int:
    """Queue the taking up of a plan, and return the job's number; the same key queues it once.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NotFound: there is no such plan that the actor may see, or no such move of it.
        NothingChosen: no move is chosen.
    """
    act.must_be(Role.COORDINATOR)
    found = find(SavedPlan, plan, act.actor, act.now.date())
    chosen: list[JSONValue] | None = None
    if choice != EVERYTHING:
        chosen = [*sorted(move.key for move in choice.among(of_record(found).moves))]
    return _queued(act, TAKE_UP_TASK, plan=str(found.pk), only=chosen)


def ask_for_reading(*, act: Act, batch: UUID) -> int:
    """Queue the reading of a kept list, and return the job's number; the same key queues it once.

    Raises:
        NotFound: there is no such list that the actor may see.
    """
    found = find(ImportBatch, batch, act.actor, act.now.date())
    return _queued(act, READ_TASK, batch=str(found.pk))


def ask_for_commit(*, act: Act, batch: UUID, leave_out: bool = False) -> int:
    """Queue the storing of a list, and return the job's number; the same key queues it once.

    Raises:
        NotFound: there is no such list that the actor may see.
    """
    found = find(ImportBatch, batch, act.actor, act.now.date())
    return _queued(act, COMMIT_TASK, batch=str(found.pk), leave_out=leave_out)


def _queued(act: Act, task: str, **arguments: JSONValue) -> int:
    """Queue a job under the act's key, unless it is queued already."""
    who = str(act.user_id)
    with transaction.atomic():
        # Whoever asks under the same key right now is waited for.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(act.id)])
        earlier = job_of_key(act.id)
        if earlier is not None:
            return earlier
        return app.configure_task(task, allow_unknown=True).defer(
            key=str(act.id), user=who, reason=act.reason, **arguments
        )
