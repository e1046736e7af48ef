"""`muster plan`: a proposal of what may go where, with what stays unmet and why."""

from uuid import UUID

import click

from muster.actions import plans as acting
from muster.actions.clock import now
from muster.cli.acting import Row, Seconds, acts, say_rows
from muster.cli.plan_questions import QUESTIONS, kept_plan
from muster.cli.saying import act_as, format_option, reader, say_json, user_option
from muster.cli.shares import SHARES
from muster.core.actors import Act
from muster.core.planning.choosing import CHOOSABLE, Wanted
from muster.core.planning.comparing import compared
from muster.queries.operations import find_operation
from muster.queries.plan_asking import plan_asked
from muster.queries.plan_contents import ShownPackage, ShownPlan, of_record
from muster.queries.plans import plans_of
from muster.queries.scenarios import scenario_named
from muster.queries.visibility import find
from muster.records.models import SavedPlan
from muster.solving.registry import DEFAULT_METHOD, METHODS


class _OperationFirst(click.Group):
    """A group whose first word may be an operation, which is then planned."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take whatever is no command of the group for an operation to plan."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_OperationFirst)
def plan() -> None:
    """Plan what is open in an OPERATION; read, compare and take up the plans that are kept."""


for command in (*QUESTIONS, *SHARES):
    plan.add_command(command)


@plan.command("make")
@click.argument("operation")
@click.option("--method", type=click.Choice(list(METHODS)), default=DEFAULT_METHOD)
@click.option("--seconds", type=Seconds(3600), default=10.0, show_default=True)
@click.option(
    "--objective",
    "objectives",
    multiple=True,
    type=click.Choice([each.value for each in CHOOSABLE]),
    help="What counts; once for each, the most important first.",
)
@click.option("--scenario", default="", help="The name or the id of a scenario to plan in.")
@click.option("--afresh", is_flag=True, help="As if nothing unpacked were agreed yet.")
@click.option("--from", "again_from", default="", metavar="PLAN", help="Go on from a kept plan.")
@click.option("--keep", is_flag=True, help="Keep the proposal, so that others can read it.")
@click.option("--take-up", is_flag=True, help="Keep it and propose all its allocations.")
@click.option("--key", type=click.UUID, help="Your own key: a retry is answered, not repeated.")
@format_option
@user_option
def make(
    *,
    operation: str,
    method: str,
    seconds: float,
    objectives: tuple[str, ...],
    scenario: str,
    form: str,
    user: str | None,
    afresh: bool,
    again_from: str,
    keep: bool,
    take_up: bool,
    key: UUID | None,
) -> None:
    """Plan what is open in an OPERATION; it is a proposal, and nothing is promised by it."""
    actor, day = reader(user), now().date()
    found = find_operation(operation, actor, day)
    imagined = scenario_named(found, scenario, actor, day) if scenario else None
    before = kept_plan(again_from, user) if again_from else None
    if keep or take_up:
        act = act_as(user, key=key)
        kept = acting.make_plan(
            act=act,
            operation=found.pk,
            method=method,
            seconds=seconds,
            objectives=objectives,
            scenario=imagined.pk if imagined else None,
            afresh=afresh,
            again_from=before.pk if before else None,
        )
        if take_up:
            acting.accept_plan(act=act.part("take up"), plan=kept.pk)
        identity, shown = kept.pk, of_record(kept)
    else:
        wanted = Wanted(
            method=method,
            seconds=seconds,
            objectives=objectives,
            scenario=str(imagined.pk) if imagined else "",
            afresh=afresh,
            again_from=str(before.pk) if before else "",
        )
        asked = plan_asked(found, wanted, actor, day)
        identity, shown = None, asked.shown(asked.planned())
    if form == "json":
        say_json({"operation": operation, "id": identity, "plan": shown})
    else:
        _say_plan(shown, taken_up=take_up)
        if before:
            _say_moved(before, shown)


@plan.command("by-hand")
@click.argument("operation")
@acts
def by_hand(*, act: Act, operation: str) -> SavedPlan:
    """Keep what hands have agreed in an OPERATION, and not packed yet, as a plan to compare."""
    found = find_operation(operation, act.actor, act.now.date())
    return acting.keep_hand_plan(act=act, operation=found.pk)


@plan.command("list")
@click.argument("operation")
@format_option
@user_option
def list_plans(operation: str, form: str, user: str | None) -> None:
    """List the plans of an OPERATION that are kept, the newest first."""
    actor, day = reader(user), now().date()
    kept = plans_of(find_operation(operation, actor, day), actor, day=day).items
    say_rows([_row(each) for each in kept], form)


@plan.command("show")
@click.argument("kept", metavar="PLAN")
@format_option
@user_option
def show(kept: str, form: str, user: str | None) -> None:
    """Show a PLAN that is kept, by its id."""
    shown = of_record(kept_plan(kept, user))
    if form == "json":
        say_json({"id": kept, "plan": shown})
    else:
        _say_plan(shown, taken_up=False)


@plan.command("accept")
@click.argument("kept", metavar="PLAN")
@click.option("--move", "moves", multiple=True, help="Only this move, by its key.")
@click.option("--donor", "donors", multiple=True, help="Only what this party gives, by name.")
@click.option("--recipient", "recipients", multiple=True, help="Only what is for this party.")
@click.option("--item", "items", multiple=True, help="Only this offered item, by name.")
@acts
def accept(
    *,
    act: Act,
    kept: str,
    moves: tuple[str, ...],
    donors: tuple[str, ...],
    recipients: tuple[str, ...],
    items: tuple[str, ...],
) -> SavedPlan:
    """Propose the allocations of a PLAN, all or the chosen ones; donor and recipient confirm."""
    return acting.accept_plan(
        act=act,
        plan=find(SavedPlan, kept, act.actor, act.now.date()).pk,
        only=frozenset(moves) or None,
        donors=frozenset(donors) or None,
        recipients=frozenset(recipients) or None,
        items=frozenset(items) or None,
    )


def _row(kept: SavedPlan) -> Row:
    return {
        "made": kept.recorded_at,
        "method": kept.method,
        "outcome": kept.outcome,
        "scenario": kept.scenario.name if kept.scenario else "",
        "id": kept.pk,
    }


def _say_moved(before: SavedPlan, shown: ShownPlan) -> None:
    found = compared(of_record(before).moves, shown.moves)
    click.echo(
        f"\nAgainst the plan before: {found.same} movements the same, "
        f"{len(found.shifts)} otherwise; {len(found.gains)} needs gain, {len(found.losses)} lose."
    )


def _package_row(each: ShownPackage) -> Row:
    lacking = [f"{part.lacks:,} {part.unit} of {part.item}" for part in each.lacking]
    return {
        "package": each.name,
        "sets": each.wanted,
        "complete_before": each.before,
        "complete_with_it": each.complete,
        "lacks": "; ".join(lacking) or "nothing",
    }


def _say_plan(shown: ShownPlan, *, taken_up: bool) -> None:
    done = "taken up" if taken_up else "a proposal"
    click.echo(f"Method {shown.method}, {shown.status}, as of {shown.day}: {done}.")
    if shown.scenario:
        click.echo(f'In the scenario "{shown.scenario}": {" ".join(shown.changes)}')
    for note in (*shown.notes, *shown.assumptions):
        click.echo(note)
    click.echo("")
    say_rows(
        [
            {
                "line": move.line,
                "asked_item": move.asked_item,
                "donor": move.donor,
                "offered_item": move.offered_item,
                "amount": move.amount,
                "covers": move.covers,
                "arrives": move.arrives,
                "late": move.late,
            }
            for move in shown.moves
        ],
        "text",
    )
    if shown.packages:
        click.echo("\nPackages")
        say_rows([_package_row(each) for each in shown.packages], "text")
    click.echo("\nUnmet")
    say_rows(
        [
            {
                "line": need.line,
                "item": need.item,
                "amount": need.amount,
                "why": " ".join(need.reasons),
            }
            for need in shown.unmet
        ],
        "text",
    )
