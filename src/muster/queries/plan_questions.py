"""Questions to a kept plan: how it would stand up, and what it would take to meet a need."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from muster.core.actors import Actor
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Outcome, Plan, Score, Status
from muster.core.planning.problem import Problem
from muster.core.planning.remedies import Remedies, remedies
from muster.core.planning.stress import Chances, Futures, StressOutcome
from muster.core.planning.turning import Turned, turned
from muster.core.refusals import Kind, NotFound, Refusal
from muster.queries.naming import request_line_named
from muster.queries.plan_contents import OpenNeed, ShownPlan, of_record, problem_kept
from muster.queries.visibility import visible
from muster.records.models import SavedPlan
from muster.solving.registry import solve
from muster.solving.stress import stressed

MOST_FUTURES = 20_000
# How long one planning again may take, of the many that a question needs.
_AGAIN_S = 2.0
_SETS_TRIED = 20
_LOOKED_AT = 20


class ProblemNotKept(Refusal, kind=Kind.CONFLICT):
    """This plan was made before the problems of plans were kept; make a new one and ask that."""


class FuturesTooMany(Refusal, field="count"):
    """{count} futures are too many at once; up to {most} are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What is known of one need in a plan.

    Args:
        need: what stays open of it with the reasons; None where it is met in full.
        name: what people call it.
        takes: what would meet it; None where nothing is open.
        turned: what one more step for it would displace; likewise.
    """

    need: OpenNeed | None
    name: str
    takes: Remedies | None = None
    turned: Turned | None = None


def latest_with(need: str, actor: Actor, day: date) -> SavedPlan:
    """Find the latest kept plan that was made for a need, as things are.

    Args:
        need: REFERENCE/position, or the request line's id.
        actor: on whose behalf.
        day: today.

    Raises:
        NotFound: there is no such need, or no plan was made since it is there.
    """
    line = request_line_named(need, actor, day)
    kept = visible(SavedPlan, actor, day).filter(operation=line.operation_id, scenario=None)
    for record in kept.order_by("-recorded_at", "-id")[:_LOOKED_AT]:
        if any(each.need == str(line.pk) for each in of_record(record).asked):
            return record
    raise NotFound(what="plan that was made for", name=need)


def whole(record: SavedPlan) -> tuple[Problem, Plan]:
    """Read back the problem and the plan as they were.

    Raises:
        ProblemNotKept: the plan is of before they were kept.
    """
    problem = problem_kept(record)
    if problem is None:
        raise ProblemNotKept
    return problem, _plan(of_record(record))


def stress_of(record: SavedPlan, chances: Chances, *, count: int, seed: int = 0) -> StressOutcome:
    """Draw futures of a plan by these chances.

    Raises:
        ProblemNotKept: the plan is of before its problem was kept.
        FuturesTooMany: more are wanted than are drawn at once.
        StressFaulty: a chance is none, or names what is not there.
    """
    if count > MOST_FUTURES:
        raise FuturesTooMany(count=count, most=MOST_FUTURES)
    problem, plan = whole(record)
    futures = Futures(count=count, seed=seed, chances=chances)
    return stressed(problem, plan, futures)


def explained(record: SavedPlan, need: str) -> Explained:
    """Say why a need stays open, what it would take, and what one more step would displace.

    Args:
        record: the plan.
        need: the need's id, or REFERENCE/position.

    Raises:
        NotFound: the plan has no such need.
        ProblemNotKept: the plan is of before its problem was kept.
    """
    shown = of_record(record)
    asked = next((each for each in shown.asked if need in {each.need, each.line}), None)
    if asked is None:
        raise NotFound(what="need of this plan", name=need)
    name = f"{asked.item} ({asked.line})"
    still_open = next((each for each in shown.unmet if each.need == asked.need), None)
    if still_open is None:
        return Explained(need=None, name=name)
    problem, plan = whole(record)
    again = partial(solve, seconds=_AGAIN_S)
    return Explained(
        need=still_open,
        name=name,
        takes=remedies(problem, plan, asked.need, again, tried=_SETS_TRIED),
        turned=turned(problem, plan, asked.need, again),
    )


def _plan(shown: ShownPlan) -> Plan:
    return Plan(
        assignments=tuple(
            Assignment(
                offer=move.offer,
                need=move.need,
                amount=move.amount,
                covers=move.covers,
                arrives=move.arrives,
                late=move.late,
                route=move.route,
            )
            for move in shown.moves
        ),
        outcome=Outcome(
            status=Status(shown.status),
            method=shown.method,
            scores=tuple(
                Score(objective=Objective(each.objective), value=each.value, bound=each.bound)
                for each in shown.scores
            ),
            notes=shown.notes,
        ),
    )
