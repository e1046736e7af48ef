"""Scenarios: what-ifs that are kept, shared and planned in; and two plans side by side."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from muster.actions import scenarios as actions
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import NO_REASON, Answer, Day, Input, Whole, Why, Yes
from muster.core.planning.scenarios import Change, What
from muster.queries.comparisons import Compared, comparison
from muster.queries.scenarios import changes_of, scenarios_of
from muster.queries.visibility import find
from muster.records.models import Scenario

router = Router(tags=["scenarios"])


class ChangeAnswer(Answer):
    """One thing that would be otherwise, as a sentence; the fields are those of the input."""

    what: What
    subject: str
    said: str


class ScenarioAnswer(Answer):
    """A scenario as it stands."""

    id: UUID
    operation: str
    name: str
    note: str
    changes: list[ChangeAnswer]
    recorded_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_operation(scenario: Scenario) -> str:
        """Give the code alone."""
        return scenario.operation.code

    @staticmethod
    def resolve_changes(scenario: Scenario) -> tuple[Change, ...]:
        """Read them back."""
        return changes_of(scenario)


class ChangeInput(Input):
    """One thing that would be otherwise; which fields count is said in the reference."""

    what: What
    subject: str
    first: Day | None = None
    last: Day | None = None
    days: Whole | None = None
    amount: Whole | None = None
    priority: Whole | None = None
    kg: Whole | None = None
    m3: Whole | None = None
    party: str = ""
    place: str = ""


class ScenarioInput(Why):
    """A scenario: its name, what is otherwise, and whether logistics see it too."""

    name: str
    changes: list[ChangeInput]
    note: str = ""
    with_logistics: Yes = False

    def told(self) -> list[Change]:
        """Give the changes as the actions take them."""
        return [Change(**change.model_dump()) for change in self.changes]


class GainAnswer(Answer):
    """What a need gets in the first plan and in the second."""

    line: str
    item: str
    recipient: str
    before: int
    after: int
    before_on_time: int
    after_on_time: int


class ShiftAnswer(Answer):
    """What goes from a donor to a need in the first plan and in the second."""

    line: str
    donor: str
    item: str
    before: int
    after: int
    before_there: date | None
    after_there: date | None


class ComparedAnswer(Answer):
    """Two plans side by side; what is the same in both is only counted."""

    gains: list[GainAnswer]
    losses: list[GainAnswer]
    shifts: list[ShiftAnswer]
    same: int


@router.get("/operations/{code}/scenarios", response=list[ScenarioAnswer])
def list_scenarios(request: HttpRequest, code: str) -> list[Scenario]:
    """List an operation's scenarios that you may see, by name."""
    asked = asking(request)
    return list(scenarios_of(operation_of(request, code), asked.actor, asked.day))


@router.post("/operations/{code}/scenarios", response={201: ScenarioAnswer})
def keep_scenario(request: HttpRequest, code: str, body: ScenarioInput) -> Status[Scenario]:
    """Keep a scenario; nothing of the operation is touched by it."""
    operation = operation_of(request, code).pk
    kept = actions.keep_scenario(
        act=act_of(request, body.reason),
        operation=operation,
        name=body.name,
        changes=body.told(),
        note=body.note,
        with_logistics=body.with_logistics,
    )
    return Status(201, kept)


@router.get("/scenarios/{scenario}", response=ScenarioAnswer)
def show_scenario(request: HttpRequest, scenario: UUID) -> Scenario:
    """Show a scenario with what would be otherwise in it."""
    asked = asking(request)
    return find(Scenario, scenario, asked.actor, asked.day)


@router.post("/scenarios/{scenario}", response=ScenarioAnswer)
def change_scenario(request: HttpRequest, scenario: UUID, body: ScenarioInput) -> Scenario:
    """Say a scenario anew; plans made in it before stay as they were."""
    return actions.change_scenario(
        act=act_of(request, body.reason),
        scenario=scenario,
        name=body.name,
        changes=body.told(),
        note=body.note,
        with_logistics=body.with_logistics,
    )


@router.post("/scenarios/{scenario}/end", response=ScenarioAnswer)
def end_scenario(request: HttpRequest, scenario: UUID, body: Why = NO_REASON) -> Scenario:
    """Put a scenario aside; plans made in it stay to be read."""
    return actions.end_scenario(act=act_of(request, body.reason), scenario=scenario)


@router.get("/plans/{plan}/compare/{other}", response=ComparedAnswer)
def compare_plans(request: HttpRequest, plan: UUID, other: UUID) -> Compared:
    """Hold a plan against another: what moved, who gains, who loses."""
    asked = asking(request)
    return comparison(plan, other, asked.actor, asked.day)
