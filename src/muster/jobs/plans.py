"""Plans made and taken up in the background, on behalf of the person who asked."""

from uuid import UUID

from procrastinate.contrib.django import app

from muster.actions.clock import now
from muster.actions.plans import accept_plan, make_plan
from muster.actions.progress import telling
from muster.core.actors import Act
from muster.queries.jobs import PLAN_TASK, TAKE_UP_TASK
from muster.queries.register import actor_of


@app.task(name=PLAN_TASK)
def plan(
    *,
    key: str,
    user: str,
    reason: str,
    operation: str,
    method: str,
    seconds: float,
    objectives: list[str] | None = None,
    scenario: str = "",
    afresh: bool = False,
    again_from: str = "",
) -> None:
    """Make a plan, told as it goes.  Run twice, it makes one: the key is the caller's.

    Raises:
        Refusal: as make_plan does; the job has then failed, and nothing is changed.
    """
    act = Act(UUID(key), actor_of(UUID(user)), now(), "job", reason)
    with telling(act.id):
        make_plan(
            act=act,
            operation=UUID(operation),
            method=method,
            seconds=seconds,
            objectives=tuple(objectives or ()),
            scenario=UUID(scenario) if scenario else None,
            afresh=afresh,
            again_from=UUID(again_from) if again_from else None,
            long=True,
        )


@app.task(name=TAKE_UP_TASK)
def take_up(*, key: str, user: str, reason: str, plan: str, only: list[str] | None) -> None:
    """Take up a plan, whole or not at all, told as progress.  Run twice, it is taken up once.

    Raises:
        Refusal: as accept_plan does; the job has then failed, and nothing is changed.
    """
    act = Act(UUID(key), actor_of(UUID(user)), now(), "job", reason)
    with telling(act.id):
        chosen = None if only is None else frozenset(only)
        accept_plan(act=act, plan=UUID(plan), only=chosen)
