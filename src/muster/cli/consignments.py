"""`muster consignments`: what travels, where it is, and the recipient's count."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import click

from muster.actions import consignments as acting
from muster.actions import journeys, receipts
from muster.actions.clock import now
from muster.actions.receipts import Count
from muster.actions.ways import say_way
from muster.cli.acting import (
    DAY,
    Row,
    acts,
    happened_option,
    happenings,
    lists,
    say_list,
    say_record,
    with_amount,
)
from muster.cli.arrivals import list_arrivals, report_arrival, settle_arrival
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.queries.amounts import Typed
from muster.queries.naming import named
from muster.queries.visibility import find
from muster.records.models import (
    Allocation,
    Consignment,
    ManifestLine,
    Operation,
    Receipt,
    ReceiptLine,
)

_ARRIVALS = (list_arrivals, report_arrival, settle_arrival)
_EVENTS = ("reach_hub", "leave_hub", "cross_border", "divert", "arrive")


@click.group()
def consignments() -> None:
    """List, show and move consignments.  CONSIGNMENT is a reference or an id."""


for _command in _ARRIVALS:
    consignments.add_command(_command)


@consignments.command("list")
@lists
def list_consignments(**given: Any) -> None:  # noqa: ANN401 - the options of `lists`
    """List the consignments of an OPERATION."""
    say_list(Consignment, _row, **given)


@consignments.command()
@click.argument("consignment")
@format_option
@user_option
def show(consignment: str, form: str, user: str | None) -> None:
    """Show a CONSIGNMENT with its manifest, its way and its receipt."""
    found = named(Consignment, consignment, reader(user), now().date())
    lines = found.lines.select_related("item").order_by("position")
    counts = ReceiptLine.objects.filter(receipt__consignment=found)
    parts: dict[str, list[Row]] = {
        "way": [{"place": code} for code in found.way],
        "manifest": [_line_row(line) for line in lines],
        "receipt": [_count_row(c) for c in counts.order_by("manifest_line__position")],
        "history": happenings(found.pk),
    }
    say_record({**_row(found), "mode": found.mode, "carrier": found.carrier}, parts, form)


@consignments.command()
@click.argument("operation")
@click.option("--donor", required=True, help="The code of the party that sends it.")
@click.option("--reference", required=True)
@click.option("--consignee", help="The code of who signs for it.")
@click.option("--carrier", default="")
@click.option("--mode", default="", help="road, rail, air, sea ...")
@click.option("--from", "from_place", metavar="PLACE")
@click.option("--to", "to_place", metavar="PLACE")
@click.option("--leaves-on", type=DAY)
@click.option("--due-on", type=DAY)
@acts
def plan(
    *,
    act: Act,
    operation: str,
    donor: str,
    reference: str,
    consignee: str | None,
    carrier: str,
    mode: str,
    from_place: str | None,
    to_place: str | None,
    leaves_on: date | None,
    due_on: date | None,
) -> Consignment:
    """Plan what will travel together in an OPERATION."""
    return acting.plan_consignment(
        act=act,
        operation=find(Operation, operation, act.actor, act.now.date(), by="code").pk,
        donor=donor,
        reference=reference,
        consignee=consignee,
        carrier=carrier,
        mode=mode,
        from_place=from_place,
        to_place=to_place,
        leaves_on=leaves_on,
        due_on=due_on,
    )


@consignments.command()
@click.argument("consignment")
@click.argument("places", nargs=-1, required=True)
@acts
def way(*, act: Act, consignment: str, places: tuple[str, ...]) -> Consignment:
    """Say through which PLACES (codes, first to last) a CONSIGNMENT will go, before it leaves."""
    return say_way(act=act, consignment=_found(act, consignment), places=places)


@consignments.command("name-consignee")
@click.argument("consignment")
@click.argument("consignee")
@acts
def name_consignee(*, act: Act, consignment: str, consignee: str) -> Consignment:
    """Name the CONSIGNEE (a party's code) who signs for a CONSIGNMENT."""
    found = _found(act, consignment)
    return acting.name_consignee(act=act, consignment=found, consignee=consignee)


@consignments.command()
@click.argument("consignment")
@click.argument("allocation")
@with_amount
@click.option("--serial", "serials", multiple=True, help="A serial number; repeat it.")
@click.option("--pieces", type=int, help="Packages, pallets or crates.")
@click.option("--gross-kg", type=str)
@click.option("--lot", default="")
@click.option("--expires-on", type=DAY)
@acts
def pack(
    *,
    act: Act,
    consignment: str,
    allocation: str,
    amount: str,
    unit: str,
    serials: tuple[str, ...],
    pieces: int | None,
    gross_kg: str | None,
    lot: str,
    expires_on: date | None,
) -> ManifestLine:
    """Put a part of an ALLOCATION (an id) on the manifest of a CONSIGNMENT."""
    return acting.pack(
        act=act,
        consignment=_found(act, consignment),
        allocation=find(Allocation, allocation, act.actor, act.now.date()).pk,
        amount=Typed(amount, unit),
        serials=serials,
        pieces=pieces,
        gross_kg=_kilograms(gross_kg),
        lot=lot,
        expires_on=expires_on,
    )


@consignments.command()
@click.argument("consignment")
@acts
def lock(*, act: Act, consignment: str) -> Consignment:
    """Close the packing list."""
    return acting.lock_manifest(act=act, consignment=_found(act, consignment))


@consignments.command()
@click.argument("consignment")
@acts
def unlock(*, act: Act, consignment: str) -> Consignment:
    """Open a closed packing list again, with --reason."""
    return acting.unlock_manifest(act=act, consignment=_found(act, consignment))


@consignments.command()
@click.argument("consignment")
@happened_option
@acts
def clear(*, act: Act, consignment: str, happened_at: datetime | None) -> Consignment:
    """Record that the papers for the journey are in order."""
    found = _found(act, consignment)
    return acting.clear_consignment(act=act, consignment=found, happened_at=happened_at)


@consignments.command()
@click.argument("consignment")
@click.option("--place")
@happened_option
@acts
def dispatch(
    *, act: Act, consignment: str, place: str | None, happened_at: datetime | None
) -> Consignment:
    """Send a CONSIGNMENT off."""
    found = _found(act, consignment)
    return acting.dispatch(act=act, consignment=found, place=place, happened_at=happened_at)


@consignments.command()
@click.argument("consignment")
@click.argument("event", type=click.Choice(_EVENTS))
@click.option("--place", required=True)
@click.option("--note", default="")
@happened_option
@acts
def event(
    *,
    act: Act,
    consignment: str,
    event: str,
    place: str,
    note: str,
    happened_at: datetime | None,
) -> Consignment:
    """Record where a CONSIGNMENT is."""
    return journeys.report_on_the_way(
        act=act,
        consignment=_found(act, consignment),
        event=event,
        place=place,
        note=note,
        happened_at=happened_at,
    )


@consignments.command("hand-over")
@click.argument("consignment")
@click.option("--place", required=True)
@happened_option
@acts
def hand_over(
    *, act: Act, consignment: str, place: str, happened_at: datetime | None
) -> Consignment:
    """Record that the consignee has the goods."""
    found = _found(act, consignment)
    return journeys.hand_over(act=act, consignment=found, place=place, happened_at=happened_at)


@consignments.command()
@click.argument("consignment")
@click.option(
    "--count",
    "counts",
    multiple=True,
    nargs=6,
    type=int,
    metavar="LINE GOOD DAMAGED MISSING REJECTED EXTRA",
    help="The count of one line of the manifest, in smallest units; repeat it for each line.",
)
@click.option("--place", default="")
@click.option("--remarks", default="")
@happened_option
@acts
def receive(
    *,
    act: Act,
    consignment: str,
    counts: tuple[tuple[int, int, int, int, int, int], ...],
    place: str,
    remarks: str,
    happened_at: datetime | None,
) -> Receipt:
    """Count a CONSIGNMENT and sign for it; a discrepancy opens by itself."""
    found = named(Consignment, consignment, act.actor, act.now.date())
    lines = {line.position: line.pk for line in found.lines.all()}
    return receipts.sign_receipt(
        act=act,
        consignment=found.pk,
        # A position that is not on the manifest is refused by the action, under the act's own id.
        counts=[
            Count(
                manifest_line=lines.get(position, act.id),
                good=good,
                damaged=damaged,
                missing=missing,
                rejected=rejected,
                extra=extra,
            )
            for position, good, damaged, missing, rejected, extra in counts
        ],
        place=place,
        remarks=remarks,
        happened_at=happened_at,
    )


@consignments.command()
@click.argument("consignment")
@happened_option
@acts
def lose(*, act: Act, consignment: str, happened_at: datetime | None) -> Consignment:
    """Record that a CONSIGNMENT is lost on the way, with --reason."""
    found = _found(act, consignment)
    return journeys.lose_consignment(act=act, consignment=found, happened_at=happened_at)


@consignments.command()
@click.argument("consignment")
@acts
def cancel(*, act: Act, consignment: str) -> Consignment:
    """Give a CONSIGNMENT up before it leaves, with --reason."""
    return acting.cancel_consignment(act=act, consignment=_found(act, consignment))


def _found(act: Act, name: str) -> UUID:
    return named(Consignment, name, act.actor, act.now.date()).pk


def _kilograms(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except ArithmeticError as error:
        raise click.BadParameter("write it as 1200.5", param_hint="--gross-kg") from error


def _row(consignment: Consignment) -> Row:
    return {
        "reference": consignment.reference,
        "donor": consignment.donor_id,
        "consignee": consignment.consignee_id,
        "stage": consignment.stage,
        "from": consignment.from_place_id,
        "to": consignment.to_place_id,
        "leaves_on": consignment.leaves_on,
        "due_on": consignment.due_on,
        "invented": consignment.invented,
        "id": consignment.pk,
    }


def _line_row(line: ManifestLine) -> Row:
    return {
        "line": line.position,
        "item": line.item.name,
        "amount": line.amount,
        "unit": line.item.unit,
        "pieces": line.pieces,
        "lot": line.lot,
        "expires_on": line.expires_on,
        "serials": line.serials.count(),
    }


def _count_row(count: ReceiptLine) -> Row:
    return {
        "line": count.manifest_line.position,
        "dispatched": count.dispatched,
        "good": count.good,
        "damaged": count.damaged,
        "missing": count.missing,
        "rejected": count.rejected,
        "extra": count.extra,
        "remarks": count.remarks,
    }
