"""`muster import`: a list becomes requests or offers, whole or not at all; or is taken back."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

import click

from muster.actions.clock import now
from muster.actions.columns import column_data, column_named
from muster.actions.imports import commit_import, undo_import
from muster.actions.intake import MOST_BYTES, original_of, read_list
from muster.cli.acting import acts, read_mapping, say_rows
from muster.cli.files import bytes_of
from muster.cli.saying import act_as, format_option, reader, say_json, user_option
from muster.core.actors import Act
from muster.core.exchange import Weight
from muster.core.intake.settled import Purpose
from muster.core.refusals import FileUnreadable
from muster.queries import intake as asked
from muster.queries.import_answers import as_answer, pair_answer
from muster.queries.intake import DryRun, LineSeen, Preview
from muster.queries.visibility import find
from muster.records.models import ImportBatch, Operation


class _FileFirst(click.Group):
    """A group whose first word may be a file, which is then read."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take whatever is no command of the group for a file to read."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["file", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_FileFirst, name="import")
def import_() -> None:
    """Import a FILE (or - for pasted text): `muster import FILE --operation X --as requests`."""


@import_.command("file")
@click.argument("file")
@click.option("--operation", required=True, help="The code of the operation.")
@click.option(
    "--as",
    "purpose",
    type=click.Choice([purpose.value for purpose in Purpose]),
    required=True,
    help="What the lines become.",
)
@click.option("--sender", default="", help="Whose list it is; its columns are remembered for it.")
@click.option("--party", default="", help="Whose lines they are, where the list does not say.")
@click.option(
    "--mapping",
    metavar="FILE",
    help='What columns mean: JSON such as {"Bedarf": "item_text", "D": "quantity"}.',
)
@click.option("--convention", type=click.Choice(["point_decimal", "comma_decimal"]), default=None)
@click.option("--day-first/--month-first", default=None, help="How 03/04 is meant.")
@click.option("--dry-run", is_flag=True, help="Read and show; store nothing.")
@click.option("--leave-out", is_flag=True, help="Lines with open questions stay out.")
@click.option("--key", type=click.UUID, help="Your own key: a retry is answered, not repeated.")
@format_option
@user_option
def import_file(
    *,
    file: str,
    operation: str,
    purpose: str,
    sender: str,
    party: str,
    mapping: str | None,
    convention: str | None,
    day_first: bool | None,
    dry_run: bool,
    leave_out: bool,
    key: UUID | None,
    form: str,
    user: str | None,
) -> None:
    """Read a FILE and store its lines as one; without --dry-run it takes a --user."""
    data = bytes_of(file, most=MOST_BYTES)
    columns = [column_named(name, means) for name, means in read_mapping(mapping).items()]
    name = "pasted text" if file == "-" else Path(file).name
    if dry_run:
        batch = ImportBatch(
            id=uuid4(),
            operation=find(Operation, operation, reader(user), now().date(), by="code"),
            recorded_at=now(),
            purpose=purpose,
            sender=sender,
            party=party,
            file_name=name,
            hints={
                "columns": [column_data(each) for each in columns],
                "convention": convention or "",
                "day_first": day_first,
            },
        )
        original_of(data)
        run = asked.dry_run(batch, data, reader(user), now().date())
        _say_dry(run, form)
        if run.seen.fails:
            raise _unread(run.seen)
        return
    act = act_as(user, key=key)
    batch = read_list(
        act=act,
        operation=find(Operation, operation, act.actor, act.now.date(), by="code").pk,
        purpose=purpose,
        name=name,
        data=data,
        sender=sender,
        party=party,
        columns=columns,
        convention=convention or "",
        day_first=day_first,
    )
    seen = asked.preview(batch.pk, act.actor, act.now.date())
    if (seen.tally.open and not leave_out) or seen.fails:
        _say_read(act, seen, form)
    stored = commit_import(act=act.part("commit"), batch=batch.pk, leave_out=leave_out)
    _say_stored(stored, seen, form)


@import_.command("list")
@click.argument("operation")
@format_option
@user_option
def list_imports(operation: str, form: str, user: str | None) -> None:
    """List the imports of an OPERATION, newest first."""
    actor, day = reader(user), now().date()
    found = find(Operation, operation, actor, day, by="code")
    page = asked.imports_of(found, actor, day=day)
    say_rows([_row(batch) for batch in page.items], form)


@import_.command()
@click.argument("batch", type=click.UUID)
@format_option
@user_option
def show(batch: UUID, form: str, user: str | None) -> None:
    """Show an import (BATCH is its id) with every line, issue and likely duplicate."""
    actor, day = reader(user), now().date()
    seen = asked.preview(batch, actor, day)
    lines = asked.lines_seen(seen.batch)
    pairs = asked.duplicates_of(seen.batch, actor, day)
    if form == "json":
        say_json({**_row(seen.batch), **as_answer(seen, lines, pairs)})
    else:
        _say_text(seen, lines, [pair_answer(pair) for pair in pairs])


@import_.command()
@click.argument("batch", type=click.UUID)
@click.option("--leave-out", is_flag=True, help="Lines with open questions stay out.")
@acts
def commit(*, act: Act, batch: UUID, leave_out: bool) -> ImportBatch:
    """Store a list that was read (BATCH is its id), whole or not at all."""
    return commit_import(act=act, batch=batch, leave_out=leave_out)


@import_.command()
@click.argument("batch", type=click.UUID)
@acts
def undo(*, act: Act, batch: UUID) -> ImportBatch:
    """Take an import back (BATCH is its id), as long as nothing stands on it; say --reason."""
    return undo_import(act=act, batch=batch)


def _unread(seen: Preview) -> FileUnreadable:
    """Make the refusal of a file that could not be read as a whole."""
    why = next(issue.sentence for issue in seen.issues if issue.weight is Weight.ERROR)
    return FileUnreadable(name=seen.batch.file_name, why=why.rstrip("."))


def _row(batch: ImportBatch) -> dict[str, object]:
    return {
        "id": batch.pk,
        "file": batch.file_name,
        "as": batch.purpose,
        "stage": batch.stage,
        "format": batch.format,
        "sender": batch.sender,
        "by": batch.user.name,
        "recorded_at": batch.recorded_at,
        "sha256": batch.original_id,
    }


def _say_dry(run: DryRun, form: str) -> None:
    if form == "json":
        say_json(as_answer(run.seen, run.lines, run.pairs))
    else:
        _say_text(run.seen, run.lines, [pair_answer(pair) for pair in run.pairs])
        click.echo("\nA dry run: nothing was stored.")


def _say_read(act: Act, seen: Preview, form: str) -> None:
    """Show a list that cannot be stored yet, before the refusal says so."""
    lines = asked.lines_seen(seen.batch)
    pairs = asked.duplicates_of(seen.batch, act.actor, act.now.date())
    if form == "json":
        say_json({**_row(seen.batch), **as_answer(seen, lines, pairs)})
        return
    _say_text(seen, lines, [pair_answer(pair) for pair in pairs])
    click.echo(f"\nIt is kept as {seen.batch.pk}: settle it on its page, or use --leave-out.")


def _say_stored(batch: ImportBatch, seen: Preview, form: str) -> None:
    if form == "json":
        say_json({**_row(batch), "stored": seen.tally.ready, "stay_out": seen.tally.open})
        return
    left = f"; {seen.tally.open:,} stay out" if seen.tally.open else ""
    click.echo(f"Stored {seen.tally.ready:,} lines of {batch.file_name}{left} ({batch.pk}).")


def _say_text(seen: Preview, lines: Sequence[LineSeen], pairs: Sequence[dict[str, object]]) -> None:
    tally = seen.tally
    click.echo(
        f"{seen.batch.file_name}: {tally.lines:,} lines; {tally.ready:,} ready, "
        f"{tally.question:,} with questions, {tally.error:,} with errors, {tally.out:,} left out."
    )
    for issue in seen.issues:
        click.echo(f"{issue.weight}: {issue.sentence} [{issue.code}] {issue.place.text}".rstrip())
    click.echo("")
    say_rows(
        [
            {
                "place": line.place,
                "text": _short(line.text),
                "item": line.item or None,
                "sure": f"{line.confidence:.0%}",
                "quantity": line.quantity.text,
                "unit": line.unit or line.typed_unit or None,
                "party": line.party or None,
                "status": line.status,
                "stands": line.verdict.value,
            }
            for line in lines
        ],
        "text",
    )
    asks = [(line.place, issue) for line in lines for issue in line.issues]
    if asks:
        click.echo("\nIssues")
        for place, issue in asks:
            readings = f" ({' | '.join(issue.readings)})" if issue.readings else ""
            click.echo(f"{place}: {issue.weight}: {issue.sentence}{readings} [{issue.code}]")
    if pairs:
        click.echo("\nMaybe the same")
        for pair in pairs:
            click.echo(f"{pair['score']}: {pair['sentence']}")


_WIDE = 60


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _WIDE else f"{plain[:_WIDE]}..."
