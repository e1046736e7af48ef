"""`muster guarantee`: cases that ask everyone at once, and who has answered with what."""

from datetime import date, datetime

import click

from muster.actions import answers as answering
from muster.actions import guarantee as acting
from muster.actions.clock import now
from muster.actions.operations import Helped
from muster.cli.acting import DAY, MOMENT, Row, acts, say_record, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.core.guarantee import POLICIES, Policy
from muster.queries.guarantee import (
    Asked,
    CaseShown,
    Reminder,
    case_rows,
    case_shown,
    find_case,
    reminders,
)
from muster.records.models import GuaranteeAnswer, GuaranteeCase


@click.group()
def guarantee() -> None:
    """Invoke, show and answer cases of the guarantee.  CASE is the code of its operation."""


@guarantee.command()
@format_option
def policies(form: str) -> None:
    """List what each kind of operation asks of whom."""
    say_rows([_policy(policy) for policy in POLICIES.values()], form)


@guarantee.command("list")
@format_option
@user_option
def list_cases(form: str, user: str | None) -> None:
    """List the cases, the latest invoked first."""
    rows: list[Row] = [
        {
            "case": row.code,
            "kind": row.kind,
            "plays": row.plays,
            "stage": row.stage,
            "affected": row.affected,
            "invoked_on": row.invoked_on,
            "due_at": row.due_at,
            "owing": row.bound + row.asked,
            "answered": row.answered,
            "overdue": row.overdue,
        }
        for row in case_rows(reader(user), now())
    ]
    say_rows(rows, form)


@guarantee.command()
@click.argument("case")
@format_option
@user_option
def show(case: str, form: str, user: str | None) -> None:
    """Show a CASE: who is asked for what, who has answered with what, and who has not."""
    shown = _shown(case, user)
    answers = [row for row in shown.grid if row.answers]
    parts: dict[str, list[Row]] = {
        "parties": [_asked(row) for row in shown.grid],
        "answers": [_said(row) for row in answers],
        "requests": [
            {"reference": each.reference, "recipient": each.recipient_id, "stage": each.stage}
            for each in shown.requests
        ],
        "history": [
            {
                "event": each.event,
                "stage": each.after,
                "happened_at": each.happened_at,
                "by": each.by,
                "note": each.note,
            }
            for each in shown.events
        ],
    }
    say_record(_facts(shown), parts, form)


@guarantee.command("reminders")
@click.argument("case")
@format_option
@user_option
def list_reminders(case: str, form: str, user: str | None) -> None:
    """List who has not answered in a CASE, and through whom to remind it."""
    found = reminders(_shown(case, user), now().date())
    say_rows([_reminder(each) for each in found], form)


@guarantee.command()
@click.argument("code")
@click.option("--kind", required=True, help="consultation, defence, resilience, support ...")
@click.option("--plays", default="", help="Of an exercise: the kind of case that it plays.")
@click.option("--name", required=True, help="What people call it.")
@click.option("--affected", required=True, multiple=True, help="A party it is about; repeat it.")
@click.option("--invoked-by", required=True, help="The code of who invokes it.")
@click.option("--invoked-on", type=DAY, help="Today if not said.")
@click.option("--words", required=True, help="The words used.")
@click.option("--basis", default="", help="The article; that of its kind if not said.")
@click.option("--body", default="NATO", show_default=True, help="Whose members owe an answer.")
@click.option("--follows", metavar="CASE", help="The consultation that led to it.")
@click.option("--due-at", type=MOMENT, help="When answers are due; by its kind if not said.")
@click.option("--source", default="", help="Where the words are found.")
@acts
def invoke(
    *,
    act: Act,
    code: str,
    kind: str,
    plays: str,
    name: str,
    affected: tuple[str, ...],
    invoked_by: str,
    invoked_on: date | None,
    words: str,
    basis: str,
    body: str,
    follows: str | None,
    due_at: datetime | None,
    source: str,
) -> GuaranteeCase:
    """Invoke a case under a CODE: everyone of that day is asked at once."""
    return acting.invoke(
        act=act,
        code=code,
        name=name,
        kind=kind,
        plays=plays,
        affected=[Helped(each) for each in affected],
        invoked_by=invoked_by,
        invoked_on=invoked_on or act.now.date(),
        words=words,
        basis=basis,
        body=body,
        follows=_found(act, follows).pk if follows else None,
        due_at=due_at,
        source=source,
    )


@guarantee.command()
@click.argument("case")
@click.option("--party", required=True, help="The code of who answers.")
@click.option("--words", required=True, help="The words used.")
@click.option("--gives", default="", help="What it gives, in words.")
@click.option("--offer", "offers", multiple=True, help="The reference of its offer; repeat it.")
@click.option("--nothing-further", is_flag=True, help="It gives nothing, or nothing more.")
@click.option("--answered-on", type=DAY, help="Today if not said.")
@click.option("--source", default="", help="Where the words are found.")
@acts
def answer(
    *,
    act: Act,
    case: str,
    party: str,
    words: str,
    gives: str,
    offers: tuple[str, ...],
    nothing_further: bool,
    answered_on: date | None,
    source: str,
) -> GuaranteeAnswer:
    """Answer in a CASE for a party; the latest answer holds, and earlier ones are kept."""
    return answering.answer(
        act=act,
        case=_found(act, case).pk,
        party=party,
        words=words,
        gives=gives,
        offers=offers,
        nothing_further=nothing_further,
        answered_on=answered_on,
        source=source,
    )


@guarantee.command()
@click.argument("case")
@click.option("--decided-on", type=DAY, help="Today if not said.")
@click.option("--reference", required=True, help="The decision's reference.")
@click.option("--words", default="", help="The words used.")
@click.option("--due-at", type=MOMENT, help="When answers are due by the decision.")
@click.option("--source", default="", help="Where the words are found.")
@acts
def establish(
    *,
    act: Act,
    case: str,
    decided_on: date | None,
    reference: str,
    words: str,
    due_at: datetime | None,
    source: str,
) -> GuaranteeCase:
    """Record the body's decision, by consensus, that a CASE stands."""
    return acting.establish(
        act=act,
        case=_found(act, case).pk,
        decided_on=decided_on or act.now.date(),
        reference=reference,
        words=words,
        due_at=due_at,
        source=source,
    )


@guarantee.command()
@click.argument("case")
@acts
def withdraw(*, act: Act, case: str) -> GuaranteeCase:
    """Take the invocation of a CASE back, with --reason; it stays on record."""
    return acting.withdraw(act=act, case=_found(act, case).pk)


@guarantee.command()
@click.argument("case")
@acts
def close(*, act: Act, case: str) -> GuaranteeCase:
    """Close a CASE, with --reason."""
    return acting.close(act=act, case=_found(act, case).pk)


def _found(act: Act, case: str) -> GuaranteeCase:
    return find_case(case, act.actor, act.now.date())


def _shown(case: str, user: str | None) -> CaseShown:
    actor, moment = reader(user), now()
    return case_shown(find_case(case, actor, moment.date()), actor, moment)


def _policy(policy: Policy) -> Row:
    return {
        "kind": policy.kind,
        "for": policy.affected,
        "invoked_by": ", ".join(sorted(policy.invokers)),
        "bound": ", ".join(sorted(policy.bound)) or "nobody",
        "asked": ", ".join(sorted(policy.asked)),
        "owes": policy.owes,
        "organisation_gives": policy.mandate,
        "hours": int(policy.answer_within.total_seconds() // 3600),
        "decided_by_body": "yes" if policy.decided else "no",
        "basis": policy.basis,
    }


def _facts(shown: CaseShown) -> Row:
    case = shown.case
    decision = getattr(case, "decision", None)
    return {
        "case": shown.operation.code,
        "name": shown.operation.name,
        "kind": shown.operation.kind,
        "plays": case.plays,
        "stage": case.stage,
        "affected": ", ".join(row.party for row in shown.affected),
        "invoked_by": case.invoked_by_id,
        "invoked_on": case.invoked_on,
        "basis": case.basis,
        "words": case.words,
        "source": case.source,
        "decision": f"{decision.reference}, {decision.decided_on}" if decision else "",
        "due_at": shown.due_at,
        "owing": shown.owing,
        "answered": shown.answered,
        "overdue": shown.count("overdue"),
        "follows": case.follows.operation.code if case.follows else "",
        "led_to": ", ".join(each.operation.code for each in shown.led_to),
    }


def _asked(row: Asked) -> Row:
    return {
        "party": row.party,
        "name": row.name,
        "standing": row.standing,
        "duty": row.duty,
        "state": row.state.replace("_", " "),
        "late_hours": int(row.late.total_seconds() // 3600),
    }


def _said(row: Asked) -> Row:
    said = row.answers[0]
    return {
        "party": row.party,
        "answered_on": said.answered_on,
        "words": said.words,
        "gives": "nothing further" if said.nothing_further else said.gives,
        "offers": ", ".join(reference for _, reference in said.offers),
        "earlier": len(row.answers) - 1,
        "source": said.source,
    }


def _reminder(each: Reminder) -> Row:
    return {
        "party": each.party,
        "name": each.name,
        "duty": each.duty,
        "due_at": each.due_at,
        "overdue": "yes" if each.overdue else "no",
        "through": ", ".join(each.contacts),
    }
