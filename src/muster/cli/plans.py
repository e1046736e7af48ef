"""`muster plan`: a proposal of what may go where, with what stays unmet and why."""

from typing import Any
from uuid import UUID

import click

from muster.actions import plans as acting
from muster.actions.clock import now
from muster.cli.acting import Row, acts, say_rows
from muster.cli.saying import act_as, format_option, reader, say_json, user_option
from muster.core.actors import Act
from muster.core.planning.choosing import CHOOSABLE, objectives_named
from muster.core.planning.reasons import explain
from muster.core.planning.stress import Chances
from muster.queries.comparisons import Compared, Gained, comparison
from muster.queries.hand import hand_rows
from muster.queries.operations import find_operation
from muster.queries.plan_contents import ShownPlan, contents_of, of_record
from muster.queries.plan_questions import MOST_FUTURES, explained, latest_with, stress_of
from muster.queries.plans import plans_of
from muster.queries.scenarios import changes_of, scenario_named, situation_in
from muster.queries.visibility import find
from muster.records.models import Operation, SavedPlan, Scenario
from muster.solving.registry import DEFAULT_METHOD, METHODS, solve

# How many of the things that most hangs on are listed.
_HINGES = 20


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


@plan.command("make")
@click.argument("operation")
@click.option("--method", type=click.Choice(list(METHODS)), default=DEFAULT_METHOD)
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True)
@click.option(
    "--objective",
    "objectives",
    multiple=True,
    type=click.Choice([each.value for each in CHOOSABLE]),
    help="What counts; once for each, the most important first.",
)
@click.option("--scenario", default="", help="The name or the id of a scenario to plan in.")
@click.option("--afresh", is_flag=True, help="As if nothing unpacked were agreed yet.")
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
    keep: bool,
    take_up: bool,
    key: UUID | None,
) -> None:
    """Plan what is open in an OPERATION; it is a proposal, and nothing is promised by it."""
    actor, day = reader(user), now().date()
    found = find_operation(operation, actor, day)
    imagined = scenario_named(found, scenario, actor, day) if scenario else None
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
        )
        if take_up:
            acting.accept_plan(act=act.part("take up"), plan=kept.pk)
        identity, shown = kept.pk, of_record(kept)
    else:
        identity = None
        shown = _unkept(
            found=found,
            imagined=imagined,
            method=method,
            seconds=seconds,
            objectives=objectives,
            user=user,
            afresh=afresh,
        )
    if form == "json":
        say_json({"operation": operation, "id": identity, "plan": shown})
    else:
        _say_plan(shown, taken_up=take_up)


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
    shown = of_record(_kept(kept, user))
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


@plan.command("compare")
@click.argument("first")
@click.argument("second")
@format_option
@user_option
def compare(first: str, second: str, form: str, user: str | None) -> None:
    """Hold two plans against each other, by their ids: what moved, who gains, who loses."""
    one, other = _kept(first, user), _kept(second, user)
    found = comparison(one.pk, other.pk, reader(user), now().date())
    if form == "json":
        say_json(_compared(found))
        return
    say_rows([{"figure": w, "first": a, "second": b} for w, a, b in found.met], "text")
    for title, rows in (
        ("Who gains", [_gain(each) for each in found.gains]),
        ("Who loses", [_gain(each) for each in found.losses]),
        ("What moved", _compared(found)["moved"]),
    ):
        click.echo(f"\n{title}")
        say_rows(rows, "text")


@plan.command("explain")
@click.argument("need")
@click.option("--plan", "kept", help="In this kept plan; in the latest one if not said.")
@format_option
@user_option
def explain_need(need: str, kept: str | None, form: str, user: str | None) -> None:
    """Say why a NEED (REFERENCE/position) stays open, and what would meet it."""
    actor, day = reader(user), now().date()
    record = find(SavedPlan, kept, actor, day) if kept else latest_with(need, actor, day)
    seen = explained(record, need)
    if form == "json":
        say_json({"plan": record.pk, "need": seen})
        return
    click.echo(f"{seen.name}, in the plan {record.pk} of {record.recorded_at:%Y-%m-%d %H:%M}Z:")
    if seen.need is None or seen.takes is None or seen.turned is None:
        click.echo("The plan meets it in full.")
        return
    click.echo(f"{seen.need.amount:,} {seen.need.unit} stay open.")
    for reason in seen.need.reasons:
        click.echo(f"  {reason}")
    click.echo(seen.takes.sentence)
    for remedy in seen.takes.found:
        click.echo(f"  {remedy.sentence}")
    click.echo(seen.turned.sentence)


@plan.command("stress")
@click.argument("kept", metavar="PLAN")
@click.option("--count", type=click.IntRange(1, MOST_FUTURES), default=2_000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--offer-late", type=float, default=0.15, show_default=True, help="From 0 to 1.")
@click.option("--late-days", type=int, default=14, show_default=True, help="At most.")
@click.option("--leg-closed", type=float, default=0.03, show_default=True, help="In each week.")
@click.option("--consent-refused", type=float, default=0.1, show_default=True)
@click.option("--need-surges", type=float, default=0.1, show_default=True)
@click.option("--surge-percent", type=int, default=50, show_default=True, help="At most.")
@format_option
@user_option
def stress(
    *,
    kept: str,
    count: int,
    seed: int,
    form: str,
    user: str | None,
    **chances: Any,  # noqa: ANN401 - the options above
) -> None:
    """Draw futures of a PLAN by these chances: what is met in time, and on what most hangs."""
    found = stress_of(_kept(kept, user), Chances(**chances), count=count, seed=seed)
    if form == "json":
        say_json(found)
        return
    click.echo(f"{found.unhurt:,} of {count:,} futures hurt nothing that is planned in time.\n")
    names = ("worst", "p5", "p25", "middle", "p75", "p95", "best")
    say_rows(
        [
            {"class": each.priority, "asked": each.asked, "planned": each.planned}
            | dict(zip(names, each.percentiles, strict=True))
            for each in found.spreads
        ],
        "text",
    )
    click.echo("\nOn what most hangs")
    say_rows(
        [
            {"what": h.name, "trouble": h.trouble.value, "futures": h.futures, "lost": h.lost}
            for h in found.hinges[:_HINGES]
        ],
        "text",
    )


def _compared(found: Compared) -> dict[str, list[Row]]:
    return {
        "figures": [{"figure": w, "first": a, "second": b} for w, a, b in found.met],
        "gains": [_gain(each) for each in found.gains],
        "losses": [_gain(each) for each in found.losses],
        "moved": [
            {
                "line": each.line,
                "donor": each.donor,
                "item": each.item,
                "first": each.before,
                "second": each.after,
                "first_there": each.before_there,
                "second_there": each.after_there,
            }
            for each in found.shifts
        ],
    }


def _gain(each: Gained) -> Row:
    return {
        "line": each.line,
        "item": each.item,
        "first_in_time": each.before_on_time,
        "second_in_time": each.after_on_time,
        "first_in_all": each.before,
        "second_in_all": each.after,
    }


def _kept(key: str, user: str | None) -> SavedPlan:
    """Find a kept plan.

    Raises:
        NotFound: there is none, or the caller may not see it.
    """
    return find(SavedPlan, key, reader(user), now().date())


def _unkept(
    *,
    found: Operation,
    imagined: Scenario | None,
    method: str,
    seconds: float,
    objectives: tuple[str, ...],
    user: str | None,
    afresh: bool,
) -> ShownPlan:
    """Make a plan and keep it nowhere."""
    actor, day = reader(user), now().date()
    changes = changes_of(imagined) if imagined else ()
    order = objectives_named(objectives)
    back = hand_rows(found, actor, day) if afresh else ()
    opened = situation_in(found, actor, day=day, changes=changes, given_back=back)
    asked = opened.in_order(order).problem()
    made = solve(asked.problem, method=method, seconds=seconds)
    return contents_of(
        asked,
        made,
        explain(asked.problem, made),
        scenario=imagined.name if imagined else "",
        changes=[change.said for change in changes],
    )


def _row(kept: SavedPlan) -> Row:
    return {
        "made": kept.recorded_at,
        "method": kept.method,
        "outcome": kept.outcome,
        "scenario": kept.scenario.name if kept.scenario else "",
        "id": kept.pk,
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
