"""`muster offers`: what donors will give, and the answer to it."""

from datetime import date
from typing import Any
from uuid import UUID

import click

from muster.actions import offers as acting
from muster.actions.arrivals import adopt_arrival
from muster.actions.clock import now
from muster.actions.offers import LineOffered
from muster.cli.acting import (
    DAY,
    Row,
    acts,
    happenings,
    lists,
    read_lines,
    refuse_keys,
    say_list,
    say_record,
)
from muster.cli.saying import format_option, reader, user_option
from muster.core.accounts import AccountKind
from muster.core.actors import Act
from muster.core.moments import parse_date
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.naming import is_id, named, offer_line_named, request_line_named
from muster.queries.visibility import find, visible
from muster.records.models import Offer, OfferLine, Operation, UnsolicitedArrival

_LINE_KEYS = (
    *("item", "amount", "unit", "description", "answers", "available_from", "available_until"),
    *("place", "lot", "caveat", "origin"),
)


@click.group()
def offers() -> None:
    """List, show and answer offers.  OFFER is a reference or an id, LINE is REFERENCE/position."""


@offers.command("list")
@lists
def list_offers(**given: Any) -> None:  # noqa: ANN401 - the options of `lists`
    """List the lines offered in an OPERATION."""
    order = ("recorded_at", "offer_id", "position")
    say_list(OfferLine, _row, related=("offer", "item", "donor"), order=order, **given)


@offers.command()
@click.argument("offer")
@format_option
@user_option
def show(offer: str, form: str, user: str | None) -> None:
    """Show an OFFER with its lines, or one LINE of an offer with what happened to it."""
    actor, day = reader(user), now().date()
    if not is_id(offer) and not visible(Offer, actor, day).filter(reference=offer).exists():
        line = offer_line_named(offer, actor, day)
        say_record(_row(line), {"history": happenings(line.pk)}, form)
        return
    found = named(Offer, offer, actor, day)
    lines = found.lines.select_related("offer", "item").order_by("position")
    facts: Row = {
        "reference": found.reference,
        "title": found.title,
        "donor": found.donor_id,
        "standing": found.donor_standing,
        "offered_on": found.offered_on,
        "restricted": found.restricted,
        "source": found.source,
        "invented": found.invented,
        "id": found.pk,
    }
    say_record(facts, {"lines": [_row(line) for line in lines]}, form)


@offers.command()
@click.argument("operation")
@click.option("--donor", required=True, help="The code of the party that gives.")
@click.option("--reference", required=True)
@click.option("--title", default="", help="The item's name if not said.")
@click.option("--offered-on", type=DAY, help="Today if not said.")
@click.option("--restricted", is_flag=True, help="Seen by donor, recipient and centre alone.")
@click.option("--item", help="The item's code, for an offer of one line.")
@click.option("--amount", default="")
@click.option("--unit", default="")
@click.option("--answers", metavar="LINE", help="The request line it answers.")
@click.option("--available-from", type=DAY)
@click.option("--available-until", type=DAY)
@click.option("--caveat", default="")
@click.option("--origin", help="The nation whose consent the transfer needs.")
@click.option("--lines", metavar="FILE", help="A JSON list of lines instead; - is standard input.")
@acts
def make(
    *,
    act: Act,
    operation: str,
    donor: str,
    reference: str,
    title: str,
    offered_on: date | None,
    restricted: bool,
    item: str | None,
    amount: str,
    unit: str,
    answers: str | None,
    available_from: date | None,
    available_until: date | None,
    caveat: str,
    origin: str | None,
    lines: str | None,
) -> Offer:
    """Offer goods in an OPERATION, as the donor's own point of contact."""
    given = [_line(act, lines, line) for line in read_lines(lines)] if lines else []
    if item is not None:
        given.append(
            LineOffered(
                item=item,
                quantity=Typed(amount, unit),
                answers=_answered(act, answers),
                available_from=available_from,
                available_until=available_until,
                caveat=caveat,
                origin=origin,
            )
        )
    return acting.make_offer(
        act=act,
        operation=find(Operation, operation, act.actor, act.now.date(), by="code").pk,
        donor=donor,
        reference=reference,
        title=title or reference,
        offered_on=offered_on or act.now.date(),
        lines=given,
        restricted=restricted,
    )


@offers.command()
@click.argument("line")
@acts
def review(*, act: Act, line: str) -> OfferLine:
    """Take an offered LINE under review."""
    return acting.review_offer(act=act, line=_found(act, line))


@offers.command()
@click.argument("line")
@click.option("--request-line", metavar="LINE", help="The request line; none if not said.")
@acts
def match(*, act: Act, line: str, request_line: str | None) -> OfferLine:
    """Say which request line an offered LINE answers."""
    need = _answered(act, request_line)
    return acting.match_offer(act=act, line=_found(act, line), request_line=need)


@offers.command()
@click.argument("line")
@click.option("--amount", help="Only so much of it; all if not said.")
@click.option("--unit", default="")
@acts
def accept(*, act: Act, line: str, amount: str | None, unit: str) -> OfferLine:
    """Accept an offered LINE, in whole or in part."""
    taken = Typed(amount, unit) if amount is not None else None
    return acting.accept_offer(act=act, line=_found(act, line), amount=taken)


@offers.command()
@click.argument("line")
@acts
def defer(*, act: Act, line: str) -> OfferLine:
    """Put an offered LINE off, with --reason."""
    return acting.defer_offer(act=act, line=_found(act, line))


@offers.command()
@click.argument("line")
@acts
def decline(*, act: Act, line: str) -> OfferLine:
    """Decline an offered LINE, with --reason: not required, unsuitable, duplicate."""
    return acting.decline_offer(act=act, line=_found(act, line))


@offers.command()
@click.argument("line")
@click.option("--amount", help="Only so much of it; all that is left if not said.")
@click.option("--unit", default="")
@acts
def withdraw(*, act: Act, line: str, amount: str | None, unit: str) -> OfferLine:
    """Take back what is left of an offered LINE, or a part of it."""
    less = Typed(amount, unit) if amount is not None else None
    return acting.withdraw_offer(act=act, line=_found(act, line), amount=less)


@offers.command()
@click.argument("arrival")
@click.option("--donor", required=True, help="The code of the party whose offer it becomes.")
@click.option("--reference", default="", help="The offer's reference; the arrival's if not said.")
@click.option("--answers", metavar="LINE", help="The request line it answers; none if not said.")
@acts
def adopt(*, act: Act, arrival: str, donor: str, reference: str, answers: str | None) -> OfferLine:
    """Make an ARRIVAL in quarantine a donor's offer, by its word, with --reason."""
    return adopt_arrival(
        act=act,
        arrival=named(UnsolicitedArrival, arrival, act.actor, act.now.date()).pk,
        donor=donor,
        reference=reference,
        answers=_answered(act, answers),
    )


def _found(act: Act, name: str) -> UUID:
    return offer_line_named(name, act.actor, act.now.date()).pk


def _answered(act: Act, name: str | None) -> UUID | None:
    return None if name is None else request_line_named(name, act.actor, act.now.date()).pk


def _row(line: OfferLine) -> Row:
    return {
        "line": f"{line.offer.reference}/{line.position}",
        "donor": line.donor_id,
        "item": line.item_id,
        "name": line.item.name,
        "typed": f"{line.typed_amount} {line.typed_unit}",
        "rate": f"{line.rate} per {line.per}" if line.per else "",
        "offered": line.amount,
        "left": balance(AccountKind.AVAILABLE, line.pk),
        "unit": line.item.unit,
        "stage": line.stage,
        "available_from": line.available_from,
        "available_until": line.available_until,
        "caveat": line.caveat,
        "invented": line.invented,
        "id": line.pk,
    }


def _line(act: Act, file: str, line: dict[str, Any]) -> LineOffered:
    refuse_keys(file, line, _LINE_KEYS)
    days = {
        key: parse_date(str(line[key]), at=key) if line.get(key) else None
        for key in ("available_from", "available_until")
    }
    return LineOffered(
        item=str(line.get("item", "")),
        quantity=Typed(str(line.get("amount", "")), str(line.get("unit", ""))),
        description=str(line.get("description", "")),
        answers=_answered(act, line.get("answers")),
        place=str(line.get("place", "")),
        lot=int(line.get("lot", 1)),
        caveat=str(line.get("caveat", "")),
        origin=line.get("origin"),
        available_from=days["available_from"],
        available_until=days["available_until"],
    )
