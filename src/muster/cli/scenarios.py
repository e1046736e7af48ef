"""`muster scenario`: what would be otherwise, kept under a name, to plan in."""

import json
from datetime import date
from typing import Any

import click

from muster.actions import scenarios as acting
from muster.actions.clock import now
from muster.cli.acting import LinesUnreadable, Row, acts, read_lines, refuse_keys, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.core.moments import parse_date
from muster.core.planning.scenarios import Change, What
from muster.core.refusals import ChoiceUnknown
from muster.queries.operations import find_operation
from muster.queries.scenarios import changes_of, scenario_named, scenarios_of
from muster.records.models import Scenario

_KEYS = (
    *("what", "subject", "first", "last", "days", "amount", "priority", "kg", "m3"),
    *("party", "place"),
)
_WHOLE = ("days", "amount", "priority", "kg", "m3")


@click.group()
def scenario() -> None:
    """What-ifs: lists of changes that are kept, shared and planned in; nothing is touched."""


@scenario.command("list")
@click.argument("operation")
@format_option
@user_option
def list_scenarios(operation: str, form: str, user: str | None) -> None:
    """List the scenarios of an OPERATION."""
    actor, day = reader(user), now().date()
    found = scenarios_of(find_operation(operation, actor, day), actor, day)
    say_rows([_row(each) for each in found], form)


@scenario.command("keep")
@click.argument("operation")
@click.argument("name")
@click.option("--changes", required=True, help="A JSON file of changes, or - for the input.")
@click.option("--note", default="", help="What it is for.")
@click.option("--with-logistics", is_flag=True, help="Share it with logistics.")
@acts
def keep(
    *, act: Act, operation: str, name: str, changes: str, note: str, with_logistics: bool
) -> Scenario:
    """Keep a scenario of an OPERATION under a NAME; one of that name is said anew."""
    found = find_operation(operation, act.actor, act.now.date())
    told = _read(changes)
    kept = [s for s in scenarios_of(found, act.actor, act.now.date()) if s.name == name]
    if kept:
        return acting.change_scenario(
            act=act,
            scenario=kept[0].pk,
            name=name,
            changes=told,
            note=note,
            with_logistics=with_logistics,
        )
    return acting.keep_scenario(
        act=act,
        operation=found.pk,
        name=name,
        changes=told,
        note=note,
        with_logistics=with_logistics,
    )


@scenario.command("end")
@click.argument("operation")
@click.argument("name")
@acts
def end(*, act: Act, operation: str, name: str) -> Scenario:
    """Put the scenario NAME of an OPERATION aside; plans made in it stay to be read."""
    day = act.now.date()
    found = scenario_named(find_operation(operation, act.actor, day), name, act.actor, day)
    return acting.end_scenario(act=act, scenario=found.pk)


def _read(file: str) -> list[Change]:
    lines = read_lines(file)
    for line in lines:
        refuse_keys(file, line, _KEYS)
    return [_change(file, line) for line in lines]


def _change(file: str, line: dict[str, Any]) -> Change:
    what = str(line.get("what", ""))
    if what not in set(What):
        raise ChoiceUnknown(at="what", given=what[:40], known=", ".join(What))
    for name in _WHOLE:
        value = line.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            why = f'"{name}" is {json.dumps(value)}, and no whole number'
            raise LinesUnreadable(file=file, why=why)
    return Change(
        what=What(what),
        subject=str(line.get("subject", "")),
        first=_day(line.get("first")),
        last=_day(line.get("last")),
        party=str(line.get("party", "")),
        place=str(line.get("place", "")),
        days=line.get("days"),
        amount=line.get("amount"),
        priority=line.get("priority"),
        kg=line.get("kg"),
        m3=line.get("m3"),
    )


def _day(value: object) -> date | None:
    return None if value is None else parse_date(str(value))


def _row(each: Scenario) -> Row:
    return {
        "name": each.name,
        "changes": " ".join(change.said for change in changes_of(each)),
        "note": each.note,
        "by": each.user.name,
        "id": each.pk,
    }
