"""Plans: proposals of what may go where, made at once or by a job."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from muster.actions import plans as actions
from muster.actions.background import ask_for_plan, ask_for_taking_up
from muster.actions.searches import stop_search
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import NO_REASON, Answer, PageAnswer, Paging, Why, Yes, paged
from muster.core.planning.choosing import Choice, Wanted
from muster.queries.jobs import JobState, job_state
from muster.queries.plan_contents import ShownPlan, of_record
from muster.queries.visibility import find, visible
from muster.records.models import SavedPlan
from muster.solving.registry import DEFAULT_METHOD

router = Router(tags=["plans"])


class HopAnswer(Answer):
    """One departure on the way."""

    leg: str
    name: str
    start: str
    end: str
    departs: date


class MoveAnswer(Answer):
    """One proposed movement, in smallest units of the offered item and of the item asked for."""

    key: str
    offer_line: UUID | None
    request_line: UUID | None
    donor: str
    offered_item: str
    offered_unit: str
    line: str
    asked_item: str
    amount: int
    covers: int
    arrives: date
    late: bool
    recipient: str
    route: str
    hops: list[HopAnswer]


class LegLoadAnswer(Answer):
    """What the plan carries on a leg in one period; a room of null is not limited, or not known."""

    leg: str
    name: str
    mode: str
    start: str
    end: str
    gauge_break: bool
    first_day: date
    grams: int
    millilitres: int
    room_g: int | None
    room_ml: int | None


class OpenNeedAnswer(Answer):
    """What the plan leaves unmet, and why."""

    request_line: UUID | None
    line: str
    item: str
    unit: str
    amount: int
    reasons: list[str]
    codes: list[str]


class PartLackingAnswer(Answer):
    """One part of a package: units in one set, and units short of all sets."""

    line: str
    item: str
    unit: str
    each: int
    lacks: int


class PackageAnswer(Answer):
    """A package: the sets asked for, complete already, and complete in time with the plan."""

    name: str
    wanted: int
    before: int
    complete: int
    parts: list[PartLackingAnswer]


class ScoreAnswer(Answer):
    """What the plan reaches on one objective, and the proved bound, if there is one."""

    objective: str
    value: int
    bound: int | None


class ShownPlanAnswer(Answer):
    """What is proposed, and what is claimed of it."""

    status: str
    method: str
    day: date
    scores: list[ScoreAnswer]
    notes: list[str]
    moves: list[MoveAnswer]
    unmet: list[OpenNeedAnswer]
    assumptions: list[str]
    carried: list[LegLoadAnswer]
    scenario: str
    changes: list[str]
    packages: list[PackageAnswer]
    before: UUID | None


class PlanAnswer(Answer):
    """A kept plan; nothing is promised by it."""

    id: UUID
    operation: str = Field(alias="operation.code")
    method: str
    outcome: str
    recorded_at: datetime


class WholePlanAnswer(PlanAnswer):
    """A kept plan with everything that a person needs to judge it."""

    plan: ShownPlanAnswer

    @staticmethod
    def resolve_plan(record: SavedPlan) -> ShownPlan:
        """Read it back."""
        return of_record(record)


class PlanInput(Why):
    """How to plan: the method, and for how long it may look for something better."""

    method: str = DEFAULT_METHOD
    seconds: Annotated[float, Field(gt=0, le=3600)] = 30
    objectives: tuple[str, ...] = ()
    scenario: UUID | None = None
    afresh: Yes = False
    again_from: UUID | None = None


class TakeUpInput(Why):
    """Which moves to take up: by key, by donor, by recipient, by offered item; all if not said."""

    only: list[str] | None = None
    donors: list[str] | None = None
    recipients: list[str] | None = None
    items: list[str] | None = None

    def choice(self) -> Choice:
        """Give it as the actions take it."""
        return Choice(
            keys=_set(self.only),
            donors=_set(self.donors),
            recipients=_set(self.recipients),
            items=_set(self.items),
        )


def _set(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


class StepAnswer(Answer):
    """Something that happened to a job."""

    event: str
    at: datetime | None


class SearchAnswer(Answer):
    """How far a search for a plan has come: value and proved bound of the first objective."""

    method: str
    seconds: float
    spent: float
    rounds: int
    value: int | None
    bound: int | None
    stop_asked: bool
    ended: bool


class JobAnswer(Answer):
    """How far a job has come; `plan` is its result, or `batch` is the import it works on."""

    id: int
    what: str
    state: str
    attempts: int
    steps: list[StepAnswer]
    plan: UUID | None
    batch: UUID | None
    lines_done: int
    lines: int | None
    refusal: str
    search: SearchAnswer | None


_AS_USUAL = PlanInput()
_EVERY_MOVE = TakeUpInput()


@router.get("/operations/{code}/plans", response=PageAnswer[PlanAnswer])
def list_plans(request: HttpRequest, code: str, paging: Query[Paging]) -> dict[str, object]:
    """List an operation's plans that you may see, oldest first."""
    asked = asking(request)
    found = visible(SavedPlan, asked.actor, asked.day).filter(operation=operation_of(request, code))
    return paged(found.select_related("operation"), paging)


@router.post("/operations/{code}/plans", response={201: WholePlanAnswer, 202: JobAnswer})
def make_plan(
    request: HttpRequest, code: str, body: PlanInput = _AS_USUAL, *, background: bool = False
) -> Status[SavedPlan] | Status[JobState]:
    """Plan what may go where; with `background=true` a job does it, and is answered at once."""
    operation = operation_of(request, code).pk
    act = act_of(request, body.reason)
    if background:
        number = ask_for_plan(
            act=act,
            operation=operation,
            wanted=Wanted(
                method=body.method,
                seconds=body.seconds,
                objectives=body.objectives,
                scenario=str(body.scenario or ""),
                afresh=body.afresh,
                again_from=str(body.again_from or ""),
            ),
        )
        return Status(202, job_state(number, act.actor, act.now.date()))
    made = actions.make_plan(
        act=act,
        operation=operation,
        method=body.method,
        seconds=body.seconds,
        objectives=body.objectives,
        scenario=body.scenario,
        afresh=body.afresh,
        again_from=body.again_from,
    )
    return Status(201, made)


@router.post("/operations/{code}/plans/by-hand", response={201: WholePlanAnswer})
def keep_hand_plan(request: HttpRequest, code: str, body: Why = NO_REASON) -> Status[SavedPlan]:
    """Keep what hands have agreed, and not packed yet, as a plan to hold others against."""
    operation = operation_of(request, code).pk
    act = act_of(request, body.reason)
    return Status(201, actions.keep_hand_plan(act=act, operation=operation))


@router.get("/plans/{plan}", response=WholePlanAnswer)
def show_plan(request: HttpRequest, plan: UUID) -> SavedPlan:
    """Show a plan with its moves, its scores, and what stays unmet and why."""
    asked = asking(request)
    return find(SavedPlan, plan, asked.actor, asked.day)


@router.post("/plans/{plan}/accept", response={200: PlanAnswer, 202: JobAnswer})
def accept_plan(
    request: HttpRequest, plan: UUID, body: TakeUpInput = _EVERY_MOVE, *, background: bool = False
) -> Status[SavedPlan] | Status[JobState]:
    """Propose every allocation of a plan, or the chosen ones: all or none.

    With `background=true` a job does it, and is answered at once.
    """
    choice = body.choice()
    act = act_of(request, body.reason)
    if background:
        number = ask_for_taking_up(act=act, plan=plan, choice=choice)
        return Status(202, job_state(number, act.actor, act.now.date()))
    taken = actions.accept_plan(
        act=act,
        plan=plan,
        only=choice.keys,
        donors=choice.donors,
        recipients=choice.recipients,
        items=choice.items,
    )
    return Status(200, taken)


@router.post("/jobs/{number}/stop", response=JobAnswer)
def stop_job(request: HttpRequest, number: int) -> JobState:
    """Stop the search of a job that makes a plan; the best found so far is kept as the plan."""
    act = act_of(request)
    day = act.now.date()
    running = job_state(number, act.actor, day).search
    stop_search(act=act, search=running.key if running else act.id)
    return job_state(number, act.actor, day)


@router.get("/jobs/{number}", response=JobAnswer)
def show_job(request: HttpRequest, number: int) -> JobState:
    """Say how far a job has come, to whoever asked for it and to the centre."""
    asked = asking(request)
    return job_state(number, asked.actor, asked.day)
