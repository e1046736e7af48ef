"""Questions to a kept plan: how it would stand up, and what it would take to meet a need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from muster.core.actors import Actor
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Outcome, Plan, Score, Status
from muster.core.planning.pricing import Prices, prices
from muster.core.planning.problem import Problem
from muster.core.planning.remedies import Remedies, remedies
from muster.core.planning.stress import Chances, Futures, StressOutcome, with_own
from muster.core.planning.turning import Turned, turned
from muster.core.refusals import Kind, NotFound, Refusal
from muster.queries.naming import request_line_named
from muster.queries.plan_contents import OpenNeed, ShownPlan, of_record, prices_kept, problem_kept
from muster.queries.visibility import visible
from muster.records.models import SavedPlan
from muster.solving.duals import room_prices
from muster.solving.patience import Patience
from muster.solving.stress import stressed

MOST_FUTURES = 20_000
# How long the plans that a question needs may be looked for in all, unless it is said otherwise.
ASKED_S = 10.0
MOST_S = 600.0
# Of that, how much goes to what one more step displaces, and then to prices, at most.
_PARTS = 4
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
        prices: what room or consents that could bring it more would let through; likewise.
    """

    need: OpenNeed | None
    name: str
    takes: Remedies | None = None
    turned: Turned | None = None
    prices: Prices | None = None


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
    return problem, replace(_plan(of_record(record)), prices=prices_kept(record))


def stress_of(
    record: SavedPlan, chances: Chances, *, count: int, seed: int = 0, own: Sequence[str] = ()
) -> StressOutcome:
    """Draw futures of a plan by these chances.

    Args:
        record: the plan.
        chances: how likely each trouble is.
        count: how many futures.
        seed: the same one draws the same futures.
        own: chances of single legs, donors and consents, as they are typed: NAME=20.

    Raises:
        OwnChanceUnclear, NothingOfThatName: one of those cannot be read.
        ProblemNotKept: the plan is of before its problem was kept.
        FuturesTooMany: more are wanted than are drawn at once.
        StressFaulty: a chance is none, or names what is not there.
    """
    if count > MOST_FUTURES:
        raise FuturesTooMany(count=count, most=MOST_FUTURES)
    problem, plan = whole(record)
    futures = Futures(count=count, seed=seed, chances=with_own(chances, problem, own))
    return stressed(problem, plan, futures)


def prices_of(record: SavedPlan, *, seconds: float = ASKED_S) -> Prices:
    """Find what one more unit of full room, or a missing consent, would let through, and to whom.

    Raises:
        ProblemNotKept: the plan is of before its problem was kept.
    """
    problem, plan = whole(record)
    return prices(problem, plan, Patience(seconds), guess=room_prices)


def explained(
    record: SavedPlan,
    need: str,
    *,
    seconds: float = ASKED_S,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Explained:
    """Say why a need stays open, what it would take, and what one more step would displace.

    Args:
        record: the plan.
        need: the need's id, or REFERENCE/position.
        seconds: how long it may take, about; what is found by then is given.
        told: is told after each set of changes how many are tried, and of how many.

    Raises:
        NotFound: the plan has no such need.
        ProblemNotKept: the plan is of before its problem was kept.
    """
    name, still_open = open_in(record, need)
    if still_open is None:
        return Explained(need=None, name=name)
    problem, plan = whole(record)
    key, part = still_open.need, seconds / _PARTS
    displaced = turned(problem, plan, key, Patience(part))
    priced = prices(problem, plan, Patience(part), need=key, guess=room_prices)
    takes = remedies(problem, plan, key, Patience(seconds - 2 * part), told=told)
    return Explained(need=still_open, name=name, takes=takes, turned=displaced, prices=priced)


def open_in(record: SavedPlan, need: str) -> tuple[str, OpenNeed | None]:
    """Give a need's name, and what stays open of it with the reasons, as the plan has them.

    Raises:
        NotFound: the plan has no such need.
    """
    shown = of_record(record)
    asked = next((each for each in shown.asked if need in {each.need, each.line}), None)
    if asked is None:
        raise NotFound(what="need of this plan", name=need)
    still_open = next((each for each in shown.unmet if each.need == asked.need), None)
    return f"{asked.item} ({asked.line})", still_open


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
