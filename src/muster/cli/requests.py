"""`muster requests`: what recipients ask for."""

from datetime import date, datetime
from typing import Any

import click

from muster.actions import requests as acting
from muster.actions.clock import now
from muster.actions.requests import LineAsked
from muster.cli.acting import (
    DAY,
    Row,
    acts,
    happened_option,
    happenings,
    lists,
    read_lines,
    refuse_keys,
    say_list,
    say_record,
    say_rows,
    with_amount,
)
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.core.moments import parse_date
from muster.core.uses import MEANINGS
from muster.queries.amounts import Typed, asked_now
from muster.queries.naming import named, request_line_named
from muster.queries.visibility import find
from muster.records.models import AssistanceRequest, Operation, RequestLine

_LINE_KEYS = (
    *("item", "amount", "unit", "description", "urgency", "needed_by", "place", "use"),
    "question",
)


@click.group()
def requests() -> None:
    """List, show and move requests: REQUEST is a reference or an id, LINE a REFERENCE/position."""


@requests.command("list")
@lists
def list_requests(**given: Any) -> None:  # noqa: ANN401 - the options of `lists`
    """List the requests of an OPERATION."""
    say_list(AssistanceRequest, _row, related=("recipient",), **given)


@requests.command()
@click.argument("request")
@format_option
@user_option
def show(request: str, form: str, user: str | None) -> None:
    """Show a REQUEST with its lines and what happened to it."""
    found = named(AssistanceRequest, request, reader(user), now().date())
    lines = found.lines.select_related("item").order_by("position")
    parts = {"lines": [_line_row(line) for line in lines], "history": happenings(found.pk)}
    say_record({**_row(found), "channel": found.channel, "source": found.source}, parts, form)


@requests.command()
@format_option
def uses(form: str) -> None:
    """List the intended uses that a line of a request can state."""
    say_rows([{"use": use.value, "means": means} for use, means in MEANINGS.items()], form)


@requests.command()
@click.argument("operation")
@click.option("--recipient", required=True, help="The code of the nation that asks.")
@click.option("--reference", required=True)
@click.option("--title", required=True)
@click.option("--asked-on", type=DAY, help="Today if not said.")
@click.option("--channel", default="")
@click.option("--item", help="The item's code, for a request of one line.")
@click.option("--amount", default="", help='As people write it: 1200, "up to 450 000", "30-31".')
@click.option("--unit", default="")
@click.option("--urgency", type=int, default=2, help="1 life-saving, 2 urgent, 3 routine.")
@click.option("--needed-by", type=DAY)
@click.option("--place", default="", help="Where the goods are to arrive.")
@click.option("--use", default="", help="What it is for, as `muster requests uses` lists them.")
@click.option("--lines", metavar="FILE", help="A JSON list of lines instead; - is standard input.")
@acts
def draft(
    *,
    act: Act,
    operation: str,
    recipient: str,
    reference: str,
    title: str,
    asked_on: date | None,
    channel: str,
    item: str | None,
    amount: str,
    unit: str,
    urgency: int,
    needed_by: date | None,
    place: str,
    use: str,
    lines: str | None,
) -> AssistanceRequest:
    """Write down what a recipient asks for in an OPERATION."""
    asked = [_line(lines, line) for line in read_lines(lines)] if lines else []
    if item is not None:
        one = LineAsked(
            item=item,
            quantity=Typed(amount, unit),
            urgency=urgency,
            needed_by=needed_by,
            place=place,
            use=use,
        )
        asked.append(one)
    return acting.draft_request(
        act=act,
        operation=find(Operation, operation, act.actor, act.now.date(), by="code").pk,
        recipient=recipient,
        reference=reference,
        title=title,
        asked_on=asked_on or act.now.date(),
        channel=channel,
        lines=asked,
    )


@requests.command()
@click.argument("request")
@acts
def submit(*, act: Act, request: str) -> AssistanceRequest:
    """Hand a REQUEST in to the centre."""
    return acting.submit_request(act=act, request=_found(act, request).pk)


@requests.command()
@click.argument("request")
@happened_option
@acts
def validate(*, act: Act, request: str, happened_at: datetime | None) -> AssistanceRequest:
    """Vouch for a REQUEST as an authority of the recipient; from now on its needs count."""
    found = _found(act, request)
    return acting.validate_request(act=act, request=found.pk, happened_at=happened_at)


@requests.command()
@click.argument("request")
@happened_option
@acts
def circulate(*, act: Act, request: str, happened_at: datetime | None) -> AssistanceRequest:
    """Pass a validated REQUEST to all members and partners."""
    found = _found(act, request)
    return acting.circulate_request(act=act, request=found.pk, happened_at=happened_at)


@requests.command()
@click.argument("request")
@acts
def reject(*, act: Act, request: str) -> AssistanceRequest:
    """Turn a REQUEST down, with --reason."""
    return acting.reject_request(act=act, request=_found(act, request).pk)


@requests.command()
@click.argument("request")
@acts
def withdraw(*, act: Act, request: str) -> AssistanceRequest:
    """Take a REQUEST back, with --reason; what is promised stays promised."""
    return acting.withdraw_request(act=act, request=_found(act, request).pk)


@requests.command()
@click.argument("line")
@with_amount
@happened_option
@acts
def clarify(
    *, act: Act, line: str, amount: str, unit: str, happened_at: datetime | None
) -> RequestLine:
    """Record the recipient's later word on how much a LINE asks for."""
    return acting.clarify_line(
        act=act, line=_line_found(act, line), quantity=Typed(amount, unit), happened_at=happened_at
    )


@requests.command("accept-more")
@click.argument("line")
@with_amount
@acts
def accept_more(*, act: Act, line: str, amount: str, unit: str) -> RequestLine:
    """Let so much more be promised to a LINE than was asked, with --reason."""
    return acting.accept_more(act=act, line=_line_found(act, line), amount=Typed(amount, unit))


@requests.command("ask-less")
@click.argument("line")
@with_amount
@acts
def ask_less(*, act: Act, line: str, amount: str, unit: str) -> RequestLine:
    """Take back a part of what a LINE asks for, with --reason."""
    return acting.ask_less(act=act, line=_line_found(act, line), amount=Typed(amount, unit))


def _found(act: Act, name: str) -> AssistanceRequest:
    return named(AssistanceRequest, name, act.actor, act.now.date())


def _line_found(act: Act, name: str) -> Any:  # noqa: ANN401 - an id
    return request_line_named(name, act.actor, act.now.date()).pk


def _row(request: AssistanceRequest) -> Row:
    return {
        "reference": request.reference,
        "title": request.title,
        "recipient": request.recipient_id,
        "stage": request.stage,
        "asked_on": request.asked_on,
        "lines": request.lines.count(),
        "invented": request.invented,
        "id": request.pk,
    }


def _line_row(line: RequestLine) -> Row:
    return {
        "line": f"{line.request.reference}/{line.position}",
        "item": line.item_id,
        "name": line.description or line.item.name,
        "asked": asked_now(line).text,
        "unit": line.item.unit,
        "typed_first": f"{line.typed_amount} {line.typed_unit}",
        "urgency": line.urgency,
        "needed_by": line.needed_by,
        "place": line.place,
        "use": line.use,
        "question": line.question,
        "id": line.pk,
    }


def _line(file: str, line: dict[str, Any]) -> LineAsked:
    refuse_keys(file, line, _LINE_KEYS)
    needed_by = line.get("needed_by")
    return LineAsked(
        item=str(line.get("item", "")),
        quantity=Typed(str(line.get("amount", "")), str(line.get("unit", ""))),
        description=str(line.get("description", "")),
        urgency=int(line.get("urgency", 2)),
        needed_by=parse_date(str(needed_by), at="needed_by") if needed_by else None,
        place=str(line.get("place", "")),
        use=str(line.get("use", "")),
        question=str(line.get("question", "")),
    )
