"""What a plan is asked for: how it is wanted, the problem now, and the plan it goes on from."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from muster.core.actors import Actor
from muster.core.planning.choosing import Wanted, objectives_named
from muster.core.planning.objectives import Objectives
from muster.core.planning.plans import Plan
from muster.core.planning.reasons import explain
from muster.core.planning.sharing import with_shares
from muster.core.refusals import NotFound
from muster.queries.hand import hand_rows
from muster.queries.plan_contents import ShownPlan, contents_of
from muster.queries.plan_questions import whole
from muster.queries.planning import OpenProblem
from muster.queries.scenarios import changes_of, situation_in
from muster.queries.shares import shares_of
from muster.queries.visibility import find
from muster.records.models import Operation, SavedPlan, Scenario
from muster.solving.again import planned_again
from muster.solving.registry import solve
from muster.solving.replanning import Last

_R = TypeVar("_R", Scenario, SavedPlan)

_AFRESH = (
    "It is made afresh: what is agreed or proposed and not packed counts as open and free. "
    "It is there to be compared; to take it up, cancel what it would replace first."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A plan that is asked for.

    Args:
        wanted: how, with what an earlier plan says filled in.
        opened: the problem, with names.
        scenario: the what-if it is made in, if it is made in one.
        last: the earlier plan and its problem, if it goes on from one.
        before: that plan's key.
    """

    wanted: Wanted
    opened: OpenProblem
    scenario: Scenario | None = None
    last: Last | None = None
    before: UUID | None = None

    def planned(self) -> Plan:
        """Make the plan at once.

        Raises:
            PlanMethodUnknown: there is no such method.
            ProblemFaulty: what is stored contradicts itself.
        """
        problem, wanted = self.opened.problem, self.wanted
        if self.last is None:
            return solve(problem, method=wanted.method, seconds=wanted.seconds)
        return planned_again(problem, self.last, method=wanted.method, seconds=wanted.seconds)

    def shown(self, plan: Plan) -> ShownPlan:
        """Say in names what a plan of it says."""
        changes = changes_of(self.scenario) if self.scenario else ()
        return contents_of(
            self.opened,
            plan,
            explain(self.opened.problem, plan),
            scenario=self.scenario.name if self.scenario else "",
            changes=[change.said for change in changes],
            before=self.before,
        )


def plan_asked(operation: Operation, wanted: Wanted, actor: Actor, day: date) -> Asked:
    """Put together what a plan is asked for.

    Where it goes on from an earlier plan, it is made in the same scenario and by the same order of
    objectives, unless others are named.

    Raises:
        ChoiceUnknown, ObjectiveTwice: there is no such order.
        NoSharesAgreed: the burden is to be shared, and no shares are agreed.
        NotFound: there is no such scenario, or plan, of the operation.
        ProblemNotKept: the earlier plan is of before its problem was kept.
    """
    order = objectives_named(wanted.objectives)
    last = None
    scenario = _of(Scenario, wanted.scenario, operation, actor, day)
    before = _of(SavedPlan, wanted.again_from, operation, actor, day)
    if before is not None:
        problem, plan = whole(before)
        last = Last(problem=problem, plan=plan)
        scenario = scenario or before.scenario
        order = order if wanted.objectives else Objectives(order=problem.objectives.order)
    agreed = [(each.party.name, each.percent) for each in shares_of(operation, actor, day)]
    order = with_shares(order, agreed)
    changes = changes_of(scenario) if scenario else ()
    back = hand_rows(operation, actor, day) if wanted.afresh else ()
    opened = situation_in(operation, actor, day=day, changes=changes, given_back=back)
    if back:
        opened = opened.noted(_AFRESH)
    return Asked(
        wanted=wanted,
        opened=opened.in_order(order).problem(),
        scenario=scenario,
        last=last,
        before=before.pk if before else None,
    )


def _of(
    model: type[_R], key: UUID | str, operation: Operation, actor: Actor, day: date
) -> _R | None:
    """Find a record of the operation; None where none is named."""
    if not key:
        return None
    found = find(model, key, actor, day)
    if found.operation_id != operation.pk:
        what = str(model._meta.verbose_name)
        raise NotFound(what=what, name=key, at="scenario" if model is Scenario else "again_from")
    return found
