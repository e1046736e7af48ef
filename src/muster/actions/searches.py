"""Long searches for plans: told as they go, stopped by whoever may plan; the best found is kept."""

from uuid import UUID

from muster.actions.journal import action
from muster.core.actors import Act, Role
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem
from muster.core.refusals import NotFound
from muster.queries.visibility import find
from muster.records.models import Operation, PlanSearch
from muster.solving.replanning import Last
from muster.solving.searching import Found, searched


def search(
    *,
    act: Act,
    operation: Operation,
    problem: Problem,
    method: str,
    seconds: float,
    last: Last | None = None,
) -> Plan:
    """Search for a plan, writing down how far it has come; outside of any transaction.

    An earlier plan of the very same problem is gone on with, as after a search that was stopped.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        PlanMethodUnknown: there is no such method.
    """
    told, _ = PlanSearch.objects.get_or_create(
        key=act.id,
        defaults={
            "operation": operation,
            "method": method,
            "seconds": seconds,
            "began_at": act.now,
        },
    )
    row = PlanSearch.objects.filter(pk=told.pk)
    best = None
    for found in searched(
        problem,
        method=method,
        seconds=seconds,
        stopped=lambda: row.filter(stop_asked=True).exists(),
        last=last,
    ):
        best = found.best
        row.update(spent=found.spent, rounds=found.rounds, **_scores(found))
    row.update(ended=True)
    if best is None:
        raise AssertionError
    return best


@action("stop a search for a plan")
def stop_search(*, act: Act, search: UUID) -> PlanSearch:
    """Stop a search; the best that it has found so far is kept as the plan.

    Raises:
        RoleMissing: the actor is neither a coordinator, nor of logistics, nor an analyst.
        NotFound: there is no such search in an operation that the actor may see.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)
    found = PlanSearch.objects.filter(pk=search).first()
    if found is None:
        raise NotFound(what="search", name=search)
    find(Operation, found.operation_id, act.actor, act.now.date())
    found.stop_asked = True
    found.save(update_fields=["stop_asked"])
    return found


def _scores(found: Found) -> dict[str, int | None]:
    first = found.best.outcome.scores[0]
    return {"value": first.value, "bound": first.bound}
