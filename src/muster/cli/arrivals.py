"""The part of `muster consignments` about goods that nobody asked for."""

from datetime import date
from typing import Any

import click

from muster.actions import arrivals as arriving
from muster.cli.acting import DAY, Row, acts, lists, say_list, with_amount
from muster.core.actors import Act
from muster.queries.amounts import Typed
from muster.queries.naming import named
from muster.queries.visibility import find
from muster.records.models import Operation, UnsolicitedArrival


@click.command("arrivals")
@lists
def list_arrivals(**given: Any) -> None:  # noqa: ANN401 - the options of `lists`
    """List the goods that arrived in an OPERATION and that nobody asked for."""
    say_list(UnsolicitedArrival, _arrival_row, related=("item",), **given)


@click.command("report-arrival")
@click.argument("operation")
@click.option("--reference", required=True)
@click.option("--item", required=True)
@with_amount
@click.option("--sender", required=True)
@click.option("--place", required=True)
@click.option("--arrived-on", type=DAY, help="Today if not said.")
@click.option("--description", default="")
@acts
def report_arrival(
    *,
    act: Act,
    operation: str,
    reference: str,
    item: str,
    amount: str,
    unit: str,
    sender: str,
    place: str,
    arrived_on: date | None,
    description: str,
) -> UnsolicitedArrival:
    """Report goods that nobody asked for; they are kept apart in quarantine."""
    return arriving.report_arrival(
        act=act,
        operation=find(Operation, operation, act.actor, act.now.date(), by="code").pk,
        reference=reference,
        item=item,
        amount=Typed(amount, unit),
        sender=sender,
        place=place,
        arrived_on=arrived_on or act.now.date(),
        description=description,
    )


@click.command("settle-arrival")
@click.argument("arrival")
@click.argument("event", type=click.Choice(["redirect", "return", "dispose"]))
@acts
def settle_arrival(*, act: Act, arrival: str, event: str) -> UnsolicitedArrival:
    """Redirect, return or dispose of an ARRIVAL (a reference or an id), with --reason."""
    found = named(UnsolicitedArrival, arrival, act.actor, act.now.date())
    return arriving.settle_arrival(act=act, arrival=found.pk, event=event)


def _arrival_row(arrival: UnsolicitedArrival) -> Row:
    return {
        "reference": arrival.reference,
        "item": arrival.item.name,
        "amount": arrival.amount,
        "typed": f"{arrival.typed_amount} {arrival.typed_unit}",
        "sender": arrival.sender,
        "place": arrival.place_id,
        "arrived_on": arrival.arrived_on,
        "stage": arrival.stage,
        "id": arrival.pk,
    }
