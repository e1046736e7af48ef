"""`muster net`: how goods can move in an operation, written down by logistics."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import click

from muster.actions import transport as acting
from muster.actions.clock import now
from muster.cli.acting import DAY, Row, acts, say_rows
from muster.cli.files import bytes_of
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.core.planning.transport import MODES, LegTold
from muster.core.refusals import FileTooLarge, NotFound
from muster.formats.transport import read_legs, write_legs
from muster.queries.operations import find_operation
from muster.queries.transport import legs_of, told_of
from muster.records.models import Operation, TransportLeg

_MOST_BYTES = 2_000_000
# The word for the corridors that all operations share, where an operation's code would stand.
_SHARED = "shared"


class Number(click.ParamType[Decimal]):
    """A plain decimal number, such as 12000 or 12.5."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Read the number."""
        text = str(value)
        if not text.removeprefix("-").replace(".", "", 1).isdecimal() or not text.isascii():
            self.fail(f'"{text}" is no plain number such as 12000 or 12.5', param, ctx)
        return Decimal(text)


NUMBER = Number()


@click.group()
def net() -> None:
    """The transport net: legs, their room in each week, and when they are closed.

    OPERATION is a code, or the word "shared" for the corridors of all operations.
    """


@net.command("list")
@click.argument("operation")
@format_option
@user_option
def list_legs(operation: str, form: str, user: str | None) -> None:
    """List the legs that the goods of an OPERATION may take: its own, and the shared ones."""
    actor, day = reader(user), now().date()
    found = find_operation(operation, actor, day)
    say_rows([_row(leg) for leg in legs_of(found, actor, day)], form)


@net.command("export")
@click.argument("operation")
@user_option
def export_legs(operation: str, user: str | None) -> None:
    """Print the legs of an OPERATION as the table that `net import` reads."""
    actor, day = reader(user), now().date()
    found = find_operation(operation, actor, day)
    legs = legs_of(found, actor, day)
    click.echo(write_legs(told_of(leg) for leg in legs), nl=False)


@net.command("import")
@click.argument("operation")
@click.argument("file")
@acts
def import_legs(*, act: Act, operation: str, file: str) -> TransportLeg:
    """Write down all legs of a CSV FILE (or - for the standard input): all of them, or none."""
    data = bytes_of(file, most=_MOST_BYTES)
    if len(data) > _MOST_BYTES:
        raise FileTooLarge(size=f"{len(data):,}", most=f"{_MOST_BYTES:,}")
    return acting.put_legs(act=act, operation=_operation(act, operation), legs=read_legs(data))


@net.command("put")
@click.argument("operation")
@click.argument("code")
@click.option("--from", "start", required=True, help="The code of the place it leaves from.")
@click.option("--to", "end", required=True, help="The code of the place it leads to.")
@click.option("--mode", type=click.Choice(list(MODES)), required=True)
@click.option("--days", type=int, required=True, help="From departure to arrival.")
@click.option("--kg", type=NUMBER, help="What it carries in each week; not limited if not said.")
@click.option("--m3", type=NUMBER, help="Likewise in cubic metres.")
@click.option("--pallets", type=NUMBER, help="Likewise in pallets.")
@click.option("--cost", type=NUMBER, help="Of carrying a tonne.")
@click.option("--currency", default="", help="Of the cost, such as EUR.")
@click.option("--gauge-break", is_flag=True, help="Goods change between gauges on it.")
@click.option("--label", default="", help="What people call it.")
@acts
def put_leg(*, act: Act, operation: str, **told: Any) -> TransportLeg:  # noqa: ANN401 - the options above
    """Write a leg of an OPERATION down under a CODE; one of that code is replaced."""
    legs = [LegTold(**told)]
    return acting.put_legs(act=act, operation=_operation(act, operation), legs=legs)


@net.command("close")
@click.argument("operation")
@click.argument("code")
@click.option("--first", type=DAY, required=True, help="The first day without departures.")
@click.option("--last", type=DAY, required=True, help="The last one.")
@acts
def close_leg(*, act: Act, operation: str, code: str, first: date, last: date) -> TransportLeg:
    """Let nothing depart on the leg CODE from one day to another; --reason says why."""
    leg = _leg(act, operation, code)
    return acting.close_leg(act=act, leg=leg, first=first, last=last, why=act.reason)


@net.command("open")
@click.argument("operation")
@click.argument("code")
@click.option("--from", "day", type=DAY, help="From this day on; today if not said.")
@acts
def open_leg(*, act: Act, operation: str, code: str, day: date | None) -> TransportLeg:
    """Let goods depart on the leg CODE again."""
    return acting.open_leg(act=act, leg=_leg(act, operation, code), day=day or act.now.date())


@net.command("end")
@click.argument("operation")
@click.argument("code")
@acts
def end_leg(*, act: Act, operation: str, code: str) -> TransportLeg:
    """Take the leg CODE out of the net, with --reason."""
    return acting.end_leg(act=act, leg=_leg(act, operation, code))


def _operation(act: Act, code: str) -> UUID | None:
    return None if code == _SHARED else find_operation(code, act.actor, act.now.date()).pk


def _leg(act: Act, operation: str, code: str) -> UUID:
    """Find a leg in force by its code.

    Raises:
        NotFound: there is none.
    """
    its: Operation | None = None
    if operation != _SHARED:
        its = find_operation(operation, act.actor, act.now.date())
    found = TransportLeg.objects.filter(operation=its, code=code, ended_at__isnull=True).first()
    if found is None:
        raise NotFound(what="leg", name=code)
    return found.pk


def _row(leg: TransportLeg) -> Row:
    return {
        "code": leg.code,
        "label": leg.label,
        "from": leg.start_id,
        "to": leg.end_id,
        "mode": leg.mode,
        "days": leg.days,
        "kg": leg.kg,
        "m3": leg.m3,
        "pallets": leg.pallets,
        "cost": leg.cost,
        "currency": leg.currency,
        "gauge_break": leg.gauge_break,
        "closed": "; ".join(str(closure) for closure in leg.closures.all()),
        "shared": leg.operation_id is None,
    }
