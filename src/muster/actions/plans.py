"""Plan verbs: make a proposal, and take it up as proposed allocations."""

from uuid import UUID

from muster.actions.journal import action
from muster.actions.proposals import Wish, propose_many
from muster.core.actors import CENTRE, Act, Role
from muster.core.planning.reasons import explain
from muster.core.refusals import KeyReused, NotFound
from muster.queries.amounts import Typed
from muster.queries.planning import open_problem
from muster.queries.plans import as_data, of_record
from muster.queries.visibility import find
from muster.records.models import Operation, SavedPlan
from muster.solving.registry import DEFAULT_METHOD, solve


def make_plan(
    *, act: Act, operation: UUID, method: str = DEFAULT_METHOD, seconds: float = 30
) -> SavedPlan:
    """Plan what may go where, and keep the proposal; nothing is promised by it.

    The solving itself runs outside any transaction, so that nobody waits for it.

    Args:
        act: the deed; the same key answers with the plan that was made before.
        operation: which one.
        method: the planning method, by name.
        seconds: how long it may look for a better plan.

    Raises:
        RoleMissing: the actor is neither a coordinator, nor of logistics, nor an analyst.
        PlanMethodUnknown: there is no such method.
        ProblemFaulty: what is stored contradicts itself.
        KeyReused: the key made a plan of another operation.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)
    earlier = SavedPlan.objects.filter(pk=act.part_id("plan")).first()
    if earlier is not None:
        if earlier.operation_id != operation:
            raise KeyReused(key=act.id, verb="keep a plan")
        return earlier
    found = find(Operation, operation, act.actor, act.now.date())
    opened = open_problem(found, act.actor, day=act.now.date())
    plan = solve(opened.problem, method=method, seconds=seconds)
    data = as_data(opened, plan, explain(opened.problem, plan))
    return _save_plan(act=act, operation=operation, method=plan.outcome.method, plan=data)


@action("keep a plan")
def _save_plan(*, act: Act, operation: UUID, method: str, plan: dict[str, object]) -> SavedPlan:
    act.must_be(Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)
    return SavedPlan.objects.create(
        id=act.part_id("plan"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE],
        operation_id=operation,
        method=method,
        outcome=str(plan["status"]),
        plan=plan,
    )


@action("take up a plan")
def accept_plan(*, act: Act, plan: UUID, only: frozenset[str] | None = None) -> SavedPlan:
    """Propose every allocation of a plan, or the chosen ones: all or none.

    Each goes through the same rules as one made by hand; donor and recipient still confirm.

    Args:
        act: the deed.
        plan: which plan.
        only: the keys of the moves to take up (`Move.key`); all of them if not given.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NotFound: a chosen move is not of this plan.
        NotEnoughOffered, MoreThanAsked, WrongStage ...: something has changed since; plan again.
    """
    act.must_be(Role.COORDINATOR)
    found = find(SavedPlan, plan, act.actor, act.now.date())
    moves = of_record(found).moves
    unknown = (only or frozenset()) - {move.key for move in moves}
    if unknown:
        raise NotFound(what="move of this plan", name=min(unknown))
    wishes = [
        Wish(
            name=move.key,
            offer_line=move.offer_line,
            request_line=move.request_line,
            amount=Typed(str(move.amount)),
        )
        for move in moves
        if only is None or move.key in only
    ]
    propose_many(act, wishes)
    return found
