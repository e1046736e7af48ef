"""The plan and the situation reports of the story."""

from collections import Counter
from datetime import datetime, timedelta

from muster.actions import plans, reports
from muster.cli.story.people import FIRST, SECOND
from muster.cli.story.scenario import Scenario, Table
from muster.cli.story.telling import TIMES, Step, Story
from muster.queries.plan_contents import ShownPlan, of_record

_PLANNED_BEFORE_CLOCK = timedelta(hours=1)
_SECONDS = 5.0
_SHOWN = 6


def steps(story: Story, scenario: Scenario) -> list[Step]:
    """List the reports of a scenario, and the plan of what is open when it ends."""
    at = scenario.clock - _PLANNED_BEFORE_CLOCK
    listed = [
        Step(at, lambda: _plan(story, scenario, "greedy", at)),
        Step(at, lambda: _plan(story, scenario, "exact", at)),
    ]
    for table in scenario.all("reports"):
        listed += _reported(story, scenario, table)
    return listed


def _plan(story: Story, scenario: Scenario, method: str, at: datetime) -> None:
    kept = plans.make_plan(
        act=story.act(FIRST, f"plan {scenario.code} {method}", at),
        operation=story.ids[scenario.code],
        method=method,
        seconds=_SECONDS,
    )
    plan = of_record(kept)
    story.teller.step(
        at,
        "plan",
        f"{scenario.code}, {plan.method}: {plan.status}; a proposal of {len(plan.moves)} moves; "
        f"{len(plan.unmet)} needs stay open",
    )
    if method == "exact":
        _tell_plan(story, plan)


def _tell_plan(story: Story, plan: ShownPlan) -> None:
    indent = " " * 14
    for move in plan.moves:
        late = ", late" if move.late else ""
        what = f"{move.amount:,} {TIMES} {move.offered_item} from {move.donor} for {move.line}"
        story.teller.line(f"{indent}{what}, there on {move.arrives}{late}")
    causes = Counter(need.reasons[0] for need in plan.unmet if need.reasons)
    for need in plan.unmet[:_SHOWN]:
        why = need.reasons[0] if need.reasons else ""
        story.teller.line(f"{indent}unmet {need.line}: {need.amount:,} {TIMES} {need.item}. {why}")
    if len(plan.unmet) > _SHOWN:
        more = len(plan.unmet) - _SHOWN
        story.teller.line(
            f"{indent}and {more} more, for {len(causes)} reasons; see the plan's page"
        )


def _reported(story: Story, scenario: Scenario, table: Table) -> list[Step]:
    key = table["key"]

    def draft() -> None:
        report = reports.draft_report(
            act=story.act(FIRST, f"draft {key}", table["drafted_at"]),
            operation=story.ids[scenario.code],
            precedence=table["precedence"],
            needs=table.get("needs", ""),
        )
        story.ids[key] = report.pk

    def submit() -> None:
        act = story.act(FIRST, f"submit {key}", table["submitted_at"])
        reports.submit_report(act=act, report=story.ids[key])

    def approve() -> None:
        act = story.act(SECOND, f"approve {key}", table["approved_at"])
        reports.approve_report(act=act, report=story.ids[key])

    def release() -> None:
        at = table["released_at"]
        act = story.act(SECOND, f"release {key}", at)
        report = reports.release_report(act=act, report=story.ids[key])
        who = f"written by {FIRST.name}, approved by {SECOND.name}"
        text = f"{report.message_number}: situation report {report.number} of {scenario.code}"
        story.teller.step(at, "report", f"{text}, {who}")

    moments = {"drafted_at": draft, "submitted_at": submit, "approved_at": approve}
    listed = [Step(table[moment], do) for moment, do in moments.items()]
    return [*listed, Step(table["released_at"], release)]
