"""Asking for long work: it is queued here and done by a worker, on behalf of whoever asked."""

from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app

from muster.core.actors import Act, Role
from muster.core.refusals import PlanMethodUnknown
from muster.queries.jobs import PLAN_TASK, job_of_key
from muster.queries.visibility import find
from muster.records.models import Operation
from muster.solving.registry import METHODS


def ask_for_plan(*, act: Act, operation: UUID, method: str, seconds: float) -> int:
    """Queue the making of a plan, and return the job's number; the same key queues it once.

    What can be refused at once is refused here, so that nobody waits for a no.

    Raises:
        RoleMissing: the actor is neither a coordinator, nor of logistics, nor an analyst.
        NotFound: there is no such operation that the actor may see.
        PlanMethodUnknown: there is no such method.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)
    found = find(Operation, operation, act.actor, act.now.date())
    if method not in METHODS:
        raise PlanMethodUnknown(method=method, known=", ".join(METHODS))
    with transaction.atomic():
        # Whoever asks under the same key right now is waited for.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(act.id)])
        earlier = job_of_key(act.id)
        if earlier is not None:
            return earlier
        return app.configure_task(PLAN_TASK, allow_unknown=True).defer(
            key=str(act.id),
            user=str(act.actor.user_id),
            reason=act.reason,
            operation=str(found.pk),
            method=method,
            seconds=seconds,
        )
