"""`muster plan`: a proposal of what may go where, with what stays unmet and why."""

from uuid import UUID

import click

from muster.actions import plans as acting
from muster.actions.clock import now
from muster.cli.acting import say_rows
from muster.cli.saying import act_as, format_option, reader, say_json, user_option
from muster.core.planning.reasons import explain
from muster.queries.plan_contents import ShownPlan, contents_of, of_record
from muster.queries.planning import open_problem
from muster.queries.visibility import find
from muster.records.models import Operation
from muster.solving.registry import DEFAULT_METHOD, METHODS, solve


@click.command()
@click.argument("operation")
@click.option("--method", type=click.Choice(list(METHODS)), default=DEFAULT_METHOD)
@click.option("--seconds", type=click.FloatRange(0.1, 600), default=10.0, show_default=True)
@click.option("--keep", is_flag=True, help="Keep the proposal, so that others can read it.")
@click.option("--take-up", is_flag=True, help="Keep it and propose all its allocations.")
@click.option("--key", type=click.UUID, help="Your own key: a retry is answered, not repeated.")
@format_option
@user_option
def plan(
    operation: str,
    method: str,
    seconds: float,
    form: str,
    user: str | None,
    *,
    keep: bool,
    take_up: bool,
    key: UUID | None,
) -> None:
    """Plan what is open in an OPERATION; it is a proposal, and nothing is promised by it."""
    if keep or take_up:
        act = act_as(user, key=key)
        found = find(Operation, operation, act.actor, act.now.date(), by="code")
        kept = acting.make_plan(act=act, operation=found.pk, method=method, seconds=seconds)
        if take_up:
            acting.accept_plan(act=act.part("take up"), plan=kept.pk)
        identity, shown = kept.pk, of_record(kept)
    else:
        identity, shown = None, _unkept(operation, method, seconds, user)
    if form == "json":
        say_json({"operation": operation, "id": identity, "plan": shown})
    else:
        _say_plan(shown, taken_up=take_up)


def _unkept(operation: str, method: str, seconds: float, user: str | None) -> ShownPlan:
    """Make a plan and keep it nowhere."""
    actor, day = reader(user), now().date()
    found = find(Operation, operation, actor, day, by="code")
    opened = open_problem(found, actor, day=day)
    made = solve(opened.problem, method=method, seconds=seconds)
    return contents_of(opened, made, explain(opened.problem, made))


def _say_plan(shown: ShownPlan, *, taken_up: bool) -> None:
    done = "taken up" if taken_up else "a proposal"
    click.echo(f"Method {shown.method}, {shown.status}, as of {shown.day}: {done}.")
    for note in shown.notes:
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
