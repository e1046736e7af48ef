"""What the commands have in common that do something or list something."""

import functools
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from math import isnan
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from django.db import models

from muster.actions.clock import now
from muster.cli.saying import act_as, format_option, reader, say_json, say_table, user_option
from muster.core.moments import parse_date, read_moment
from muster.core.refusals import Refusal
from muster.core.stages import shown
from muster.queries.journal import history
from muster.queries.listing import MOST_LISTED, page_of
from muster.queries.visibility import find, visible
from muster.records.models import Consent, OfferLine, Operation, RequestLine
from muster.records.models.record import Record

Row = dict[str, object]
_Command = Callable[..., Any]


class LinesUnreadable(Refusal, field="lines"):
    """The lines in {file} cannot be read: {why}."""


class Day(click.ParamType[date]):
    """A day, written as 2023-04-20; one that cannot be read is refused as at every door."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day."""
        del ctx
        return parse_date(str(value), at=param.name if param else None)


class Moment(click.ParamType[datetime]):
    """A moment with its zone, such as 2023-04-20T09:00Z."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the moment."""
        del ctx
        return read_moment(str(value), at=param.name if param else None)


class Seconds(click.FloatRange):
    """So many seconds, at least a tenth of one; what is no number ("nan") is refused too."""

    def __init__(self, most: float) -> None:
        super().__init__(0.1, most)

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the number; no limit is passed by what is none, so that is looked at by itself."""
        seconds: float = super().convert(value, param, ctx)
        if isnan(seconds):
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        return seconds


DAY = Day()
MOMENT = Moment()

amount_options = (
    click.option("--amount", required=True, help="How much, as people write it: 1200, 1 200."),
    click.option("--unit", default="", help="A unit or a pack of the item; its own if not said."),
)
happened_option = click.option(
    "--happened-at", type=MOMENT, help="When it was true, such as 2023-04-20T09:00Z; now if not."
)


def with_amount(command: _Command) -> _Command:
    """Give a command the options --amount and --unit."""
    for option in reversed(amount_options):
        command = option(command)
    return command


def acts(command: _Command) -> _Command:
    """Make a command an act: it gets `act`, returns the record, and what came of it is said."""

    @click.option("--key", type=click.UUID, help="Your own key: a retry is answered, not repeated.")
    @click.option("--reason", default="", help="Why; some acts demand it.")
    @format_option
    @user_option
    @functools.wraps(command)
    def run(*, user: str | None, key: UUID | None, reason: str, form: str, **given: object) -> None:
        record = command(act=act_as(user, key=key, reason=reason), **given)
        _say_done(record, form)

    return run


def lists(command: _Command) -> _Command:
    """Give a listing its OPERATION and its options, and the records on behalf of whoever asks."""

    @click.argument("operation")
    @click.option("--stage", help="Only those in this stage.")
    @click.option("--limit", type=click.IntRange(1, MOST_LISTED), default=MOST_LISTED)
    @click.option("--after", help="The place where the page before ended.")
    @format_option
    @user_option
    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 - the options above, as click passes them
        command(**given)

    return run


def say_list(
    model: type[Record],
    row: Callable[[Any], Row],
    *,
    operation: str,
    user: str | None,
    form: str,
    stage: str | None,
    limit: int,
    after: str | None,
    related: Sequence[str] = (),
    order: Sequence[str] = ("recorded_at", "id"),
) -> None:
    """List records of an operation, in the order in which they were recorded."""
    actor, day = reader(user), now().date()
    found = find(Operation, operation, actor, day, by="code")
    records = visible(model, actor, day).select_related(*related)
    wanted: Row = {"operation": found} if stage is None else {"operation": found, "stage": stage}
    page = page_of(records.filter(**wanted), order=order, after=after, limit=limit)
    say_rows([row(record) for record in page.items], form)
    if page.next is not None:
        click.echo(f"There are more: --after {page.next}", err=True)


def say_rows(rows: Sequence[Mapping[str, object]], form: str) -> None:
    """Print rows as a table under their keys, or as JSON."""
    if form == "json":
        say_json(rows)
    elif not rows:
        click.echo("There is nothing to list.")
    else:
        heads = [key.replace("_", " ").capitalize() for key in rows[0]]
        say_table(heads, [tuple(row.values()) for row in rows])


def say_record(facts: Row, parts: Mapping[str, Sequence[Row]], form: str) -> None:
    """Print a record with its parts, each a table of its own."""
    if form == "json":
        say_json({**facts, **parts})
        return
    width = max(len(key) for key in facts)
    for key, value in facts.items():
        click.echo(f"{key.replace('_', ' ').capitalize().ljust(width)}  {_plain(value)}")
    for name, rows in parts.items():
        if rows:
            click.echo(f"\n{name.replace('_', ' ').capitalize()}")
            say_rows(rows, "text")


def happenings(subject: UUID) -> list[Row]:
    """List the dated events of a record that the caller may see."""
    return [
        {
            "event": event.event,
            "stage": event.after,
            "happened_at": event.happened_at,
            "place": event.place,
            "by": event.by,
            "note": event.note,
        }
        for event in history(subject)
    ]


def read_lines(file: str) -> list[dict[str, Any]]:
    """Read lines from a JSON file, or from the standard input where the name is a dash.

    Raises:
        LinesUnreadable: it is not a JSON list of objects.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        lines = json.loads(text)
    except (OSError, ValueError) as error:
        raise LinesUnreadable(file=file, why=str(error).rstrip(".")) from error
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise LinesUnreadable(file=file, why="it is not a list of objects")
    return lines


def read_mapping(file: str | None) -> dict[str, str]:
    """Read a JSON object of texts; no file is an empty one.

    Raises:
        LinesUnreadable: it is not a JSON object of texts.
    """
    if file is None:
        return {}
    try:
        found = json.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise LinesUnreadable(file=file, why=str(error).rstrip(".")) from error
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise LinesUnreadable(file=file, why="it is not an object of texts")
    return found


def refuse_keys(file: str, line: Mapping[str, object], known: Sequence[str]) -> None:
    """Refuse a line with a key that means nothing, so that no word is lost in silence.

    Raises:
        LinesUnreadable: it has one.
    """
    for key in line:
        if key not in known:
            why = f'"{key}" is not one of {", ".join(known)}'
            raise LinesUnreadable(file=file, why=why)


def _say_done(record: models.Model, form: str) -> None:
    stage = getattr(record, "stage", "")
    what, name = str(record._meta.verbose_name), _name(record)
    if form == "json":
        say_json({"id": record.pk, "what": what, "name": name, "stage": stage})
        return
    now_is = f", now {shown(stage)}" if stage else ""
    click.echo(f"{what.capitalize()} {name}{now_is} ({record.pk}).")


def _name(record: models.Model) -> str:
    """Name a record as people do: a line by its reference and position."""
    match record:
        case RequestLine():
            return f"{record.request.reference}/{record.position}"
        case OfferLine():
            return f"{record.offer.reference}/{record.position}"
        case Consent():
            return f"of {record.origin_id} to {record.allocation}"
        case _:
            return str(record)


def _plain(value: object) -> str:
    return "-" if value in (None, "") else str(value)
