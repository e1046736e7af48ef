"""`muster rules`: who may give what to whom, why, and what a new rule would have stopped."""

from datetime import date
from typing import Any

import click

from muster.actions import rules as acting
from muster.actions.clock import now
from muster.cli.acting import DAY, Row, acts, say_record, say_rows
from muster.cli.saying import format_option, reader, say_json, user_option
from muster.core.actors import Act
from muster.core.rulebook.book import Step
from muster.core.rulebook.findings import Finding
from muster.queries import rule_book
from muster.queries.rule_effects import effects_of
from muster.queries.rules import book_now, rule_of
from muster.queries.visibility import find
from muster.records.models import Operation, RuleReview, RuleVersion


@click.group()
def rules() -> None:
    """Who may give what to whom, for which operation, on which day, and why."""


@rules.command("list")
@click.option("--on", type=DAY, help="Only the rules in force on that day.")
@click.option("--authority", default="", help="Only the rules of this authority.")
@click.option("--text", default="", help="Only the rules with these words.")
@format_option
def list_rules(on: date | None, authority: str, text: str, form: str) -> None:
    """List the rules of the book, and those that are not in it yet or any more."""
    found = rule_book.listed(on=on, authority=authority, text=text, today=now().date())
    rows = [_row(row) for row in found]
    if form == "json":
        say_json({"rule_book": book_now().number, "rules": rows})
        return
    short = ("rule", "version", "state", "effect", "authority", "since", "ends", "title")
    say_rows([{key: row[key] for key in short} for row in rows], "text")
    click.echo(f"Version {book_now().number} of the rule book.", err=True)


@rules.command()
@click.argument("rule")
@format_option
@user_option
def show(rule: str, form: str, user: str | None) -> None:
    """Show a RULE: its versions, its changes, and the decisions that rest on it."""
    found = rule_book.shown_rule(rule, reader(user), now().date())
    facts = _row(found.rows[0])
    if facts["invented"]:
        facts["note"] = "Made up, to show how such a rule is written."
    parts: dict[str, list[Row]] = {
        "versions": [_row(row) for row in found.rows],
        "changes": [
            {
                "number": change.number,
                "version": change.version.version,
                "change": change.kind,
                "by": change.by.name if change.by else "Muster",
                "day": change.day,
                "reason": change.reason,
            }
            for change in found.changes
        ],
        "resting": [
            {
                "kind": each.kind,
                "name": each.name,
                "operation": each.operation,
                "rule_book": each.rule_book,
                "id": each.id,
            }
            for each in found.resting
        ],
        "findings": [_finding(each) for each in found.findings],
    }
    if form == "text":
        short = ("version", "state", "effect", "since", "ends", "expression")
        parts["versions"] = [{key: row[key] for key in short} for row in parts["versions"]]
    say_record(facts, parts, form)


@rules.command()
@click.option("--donor", required=True, help="Who would give: a code, such as NATO.")
@click.option("--item", required=True, help="What: a code of the catalogue.")
@click.option("--recipient", required=True, help="To whom: a code, such as UKR.")
@click.option("--operation", required=True, help="In which operation, by its code.")
@click.option("--on", type=DAY, help="On which day; today if not said.")
@click.option("--origin", default="", help="The nation of origin that the offer names.")
@click.option("--use", default="", help="What it would be for, as `muster requests uses` lists.")
@click.option("--territory", default="", help="The country of the place that the request names.")
@click.option("--through", multiple=True, help="A country on the way; first and last included.")
@click.option("--step", type=click.Choice([step.value for step in Step]), help="At one step only.")
@click.option("--days-left", type=int, help="Days to the goods' last day of use.")
@format_option
@user_option
def explain(
    *,
    on: date | None,
    step: str | None,
    form: str,
    user: str | None,
    **gift: Any,  # noqa: ANN401 - the options above, as click passes them
) -> None:
    """Say whether a gift is allowed, and what each rule says of it."""
    today = now().date()
    found = rule_book.explain(
        reader(user), day=on or today, today=today, step=Step(step) if step else None, **gift
    )
    if form == "json":
        say_json(found)
        return
    click.echo(f"{found.verdict.capitalize()}. {found.sentence}\n{found.policy.sentence}\n")
    short = ("rule", "version", "says", "sentence")
    say_rows([{key: getattr(each, key) for key in short} for each in found.rules], "text")


@rules.command()
@click.argument("rule")
@click.option("--title", required=True)
@click.option("--sentence", required=True, help="What a person reads when it speaks.")
@click.option("--expression", required=True, help="When it speaks, in CEL.")
@click.option("--effect", required=True, help="forbid, review, consent or allow.")
@click.option("--authority", required=True, help="Whose rule it is.")
@click.option("--citation", default="", help="The text it rests on.")
@click.option("--source", default="", help="Where that text stands.")
@click.option("--since", type=DAY, required=True, help="The first day in force.")
@click.option("--until", type=DAY, help="The first day no longer in force.")
@click.option("--step", "steps", multiple=True, help="Where it is asked; everywhere if not said.")
@click.option("--operation", help="Only in this operation, by its code.")
@click.option("--precedence", type=int, default=0, show_default=True)
@click.option("--consent-of", default="", help="Whose consent: origin, or a party's code.")
@acts
def add(
    *,
    act: Act,
    rule: str,
    steps: tuple[str, ...],
    **given: Any,  # noqa: ANN401 - the options above, as click passes them
) -> RuleVersion:
    """Write a RULE, or its next version; it counts once another person has approved it."""
    code = given.pop("operation")
    day = act.now.date()
    limited = find(Operation, str(code), act.actor, day, by="code").pk if code else None
    return acting.add_rule(
        act=act, code=rule, steps=steps or tuple(Step), operation=limited, **given
    )


@rules.command()
@click.argument("rule")
@click.option("--version", type=int, help="The latest if not said.")
@acts
def approve(*, act: Act, rule: str, version: int | None) -> RuleVersion:
    """Put a RULE into the book, as another than its author."""
    return acting.approve_rule(act=act, code=rule, version=version)


@rules.command()
@click.argument("rule")
@click.option("--since", type=DAY, help="The first day no longer in force; today if not said.")
@acts
def retire(*, act: Act, rule: str, since: date | None) -> RuleVersion:
    """Take a RULE out of the book, with the reason."""
    return acting.retire_rule(act=act, code=rule, since=since)


@rules.command()
@click.argument("rule")
@click.option("--operation", required=True)
@click.option("--donor", required=True)
@click.option("--item", required=True)
@click.option("--recipient", required=True)
@click.option("--pass/--stop", "passes", required=True, help="Whether the gift may go on.")
@acts
def review(
    *, act: Act, rule: str, operation: str, donor: str, item: str, recipient: str, passes: bool
) -> RuleReview:
    """Say, as a person, whether a gift that a RULE wants reviewed may go on, with the reason."""
    found = find(Operation, operation, act.actor, act.now.date(), by="code")
    return acting.review_gift(
        act=act,
        rule=rule,
        operation=found.pk,
        donor=donor,
        item=item,
        recipient=recipient,
        passes=passes,
    )


@rules.command()
@click.argument("rule")
@click.option("--version", type=int, help="The latest if not said.")
@format_option
@user_option
def simulate(rule: str, version: int | None, form: str, user: str | None) -> None:
    """List what a RULE, in the book or not, would have stopped had it always been in force."""
    found = rule_of(acting.find_version(rule, version))
    effects = effects_of(found, reader(user), day=now().date())
    findings = [_finding(each) for each in rule_book.findings_of_draft(found)]
    if form == "json":
        say_json({"effects": effects, "findings": findings})
        return
    parts: dict[str, list[Row]] = {
        "counts": [
            {
                "kind": each.kind,
                "asked": each.asked,
                "stopped": each.stopped,
                "not_known": each.unknown,
                "still_open": each.still_open,
            }
            for each in effects.counts
        ],
        "met": [
            {
                "kind": each.kind,
                "name": each.name,
                "day": each.day,
                "donor": each.donor,
                "item": each.item,
                "recipient": each.recipient,
                "stage": each.stage,
                "known": each.known,
            }
            for each in effects.met
        ],
        "findings": findings,
    }
    say_record({"rule": effects.rule, "effect": effects.effect}, parts, "text")
    if effects.left_out:
        click.echo(f"{effects.left_out:,} more are left out; JSON has the counts.", err=True)


@rules.command()
@format_option
def check(form: str) -> None:
    """List the rules of the book that contradict each other, add nothing, or never speak."""
    say_rows([_finding(each) for each in rule_book.findings_now()], form)


def _row(row: rule_book.RuleRow) -> Row:
    record = row.record
    return {
        "rule": record.code,
        "version": record.version,
        "state": row.state,
        "title": record.title,
        "sentence": record.sentence,
        "effect": record.effect,
        "consent_of": record.consent_of,
        "expression": record.expression,
        "steps": ", ".join(record.steps),
        "operation": record.operation.code if record.operation else "",
        "precedence": record.precedence,
        "authority": record.authority,
        "citation": record.citation,
        "source": record.source,
        "since": record.since,
        "ends": row.ends,
        "invented": record.invented,
    }


def _finding(found: Finding) -> Row:
    return {
        "finding": found.kind.value,
        "rules": ", ".join(found.rules),
        "sentence": found.sentence,
        "example": ", ".join(f"{k} = {v}" for k, v in (found.example or {}).items()),
    }
