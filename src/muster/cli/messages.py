"""`muster messages`: receive messages of EDXL-RM, write records as messages, list what came."""

from collections.abc import Sequence
from uuid import UUID

import click

from muster.actions.clock import now
from muster.actions.messages import MOST_BYTES, rehearse, take_message
from muster.cli.acting import say_rows
from muster.cli.files import bytes_of
from muster.cli.saying import act_as, format_option, reader, say_json, user_option
from muster.core.exchange import Issue
from muster.core.exchanging import MessageFaulty
from muster.queries import messages as asked
from muster.queries.import_answers import issue_answer
from muster.queries.messages import MessageSeen
from muster.queries.visibility import find
from muster.records.models import Operation


@click.group()
def messages() -> None:
    """Receive and write messages of EDXL-RM 1.0, alone or in an EDXL-DE envelope."""


@messages.command()
@click.argument("file")
@click.option("--operation", required=True, help="The code of the operation it belongs to.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it; store nothing.")
@click.option("--key", type=click.UUID, help="Your own key: a retry is answered, not repeated.")
@format_option
@user_option
def receive(
    *, file: str, operation: str, dry_run: bool, key: UUID | None, form: str, user: str | None
) -> None:
    """Receive the message or envelope in FILE (or - for the standard input)."""
    data = bytes_of(file, most=MOST_BYTES)
    act = act_as(user, key=key)
    belongs = find(Operation, operation, act.actor, act.now.date(), by="code").pk
    try:
        if dry_run:
            said = rehearse(act=act, operation=belongs, data=data)
        else:
            said = asked.together(take_message(act=act, operation=belongs, data=data))
    except MessageFaulty as refusal:
        _say_faults(refusal, form)
        raise
    _say(said, form)
    for issue in asked.noted(data):
        click.echo(_line(issue), err=True)
    if dry_run and form == "text":
        click.echo("A dry run: nothing was stored.")


@messages.command()
@click.argument("record", type=click.UUID)
@click.option("--envelope", is_flag=True, help="Put it into an envelope of EDXL-DE 1.0.")
@user_option
def write(*, record: UUID, envelope: bool, user: str | None) -> None:
    """Write a RECORD (the id of a request, offer, allocation or consignment) as its message.

    Of a message that was received, its acknowledgement is written.
    """
    data = asked.document(record, reader(user), now().date(), envelope=envelope)
    click.echo(data.decode(), nl=False)


@messages.command("list")
@click.argument("operation")
@click.option("--after", help="The place where the page before ended.")
@format_option
@user_option
def list_messages(*, operation: str, after: str | None, form: str, user: str | None) -> None:
    """List the messages that an OPERATION received, newest first."""
    actor, day = reader(user), now().date()
    found = find(Operation, operation, actor, day, by="code")
    page = asked.received(found, actor, day=day, after=after)
    rows = [asked.seen(row) for row in page.items]
    if form == "json":
        say_json(rows)
        return
    say_rows(
        [
            {"id": row.id, "kind": row.kind, "message": row.message_id, "what came of it": row.said}
            for row in rows
        ],
        form,
    )
    if page.next is not None:
        click.echo(f"There are more: --after {page.next}", err=True)


def _say(said: Sequence[MessageSeen], form: str) -> None:
    if form == "json":
        say_json(said)
        return
    for one in said:
        click.echo(f"{one.kind} {one.message_id}: {one.said} ({one.id})")
        for entry in one.entries:
            if entry.said:
                click.echo(f"  entry {entry.element_id}: {entry.said}")


def _say_faults(refusal: MessageFaulty, form: str) -> None:
    """List every fault with its place, before the refusal is said."""
    if form == "json":
        say_json({"issues": [issue_answer(issue) for issue in refusal.issues]})
        return
    for issue in refusal.issues:
        click.echo(_line(issue))


def _line(issue: Issue) -> str:
    place = issue.place.text or "its beginning"
    return f"{place}: {issue.weight}: {issue.sentence} [{issue.code}]"
