"""`muster journal`: who did what, when, through which door."""

import click

from muster.actions.clock import now
from muster.cli.acting import say_rows
from muster.cli.saying import as_json, format_option, reader, user_option
from muster.queries.journal import entries, exported
from muster.queries.visibility import find
from muster.records.models import Operation


@click.command()
@click.option("--operation", help="Only this operation's.")
@click.option("--subject", metavar="ID", help="Only what was done to this record.")
@click.option("--before", type=int, help="Only lines with a smaller number.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--export", is_flag=True, help="Whole lines as JSON, one each, oldest first.")
@format_option
@user_option
def journal(
    *,
    export: bool,
    operation: str | None,
    subject: str | None,
    before: int | None,
    limit: int,
    form: str,
    user: str | None,
) -> None:
    """List what was done, newest first."""
    actor, day = reader(user), now().date()
    found = find(Operation, operation, actor, day, by="code").pk if operation else None
    if export:
        for whole in exported(actor, day, operation=found):
            click.echo(as_json(whole))
        return
    lines = entries(actor, day, operation=found, subject=subject, before=before, limit=limit)
    rows: list[dict[str, object]] = [
        {
            "number": line.number,
            "recorded_at": line.recorded_at,
            "who": line.user_name,
            "role": line.role,
            "for": line.for_party,
            "verb": line.verb,
            "subject": line.subject,
            "subject_id": line.subject_id,
            "door": line.door,
            "reason": line.reason,
            "key": line.pk,
        }
        for line in lines
    ]
    if form == "text":
        shown = ("number", "recorded_at", "who", "role", "for", "verb", "door", "reason")
        rows = [{key: row[key] for key in shown} for row in rows]
    say_rows(rows, form)
