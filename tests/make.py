"""Builders: a small world of parties, people and records, made through the real actions."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from django.db import connection

from muster.actions import (
    allocations,
    consignments,
    journeys,
    offers,
    operations,
    proposals,
    receipts,
    register,
    requests,
    setup,
)
from muster.actions.offers import LineOffered
from muster.actions.operations import Helped
from muster.actions.requests import LineAsked
from muster.core.actors import Act, Actor, Role
from muster.queries.amounts import Typed
from muster.queries.board import BoardLine, board
from muster.queries.register import actor_named, actor_of
from muster.queries.totals import Moment
from muster.records.models import (
    Allocation,
    Consignment,
    OfferLine,
    Operation,
    Receipt,
    RequestLine,
)

NOW = datetime(2023, 4, 20, 9, tzinfo=UTC)
TENT = "SHL-TNT-FAM"
PLACE = "HUB-LVIV"
HUB = "HUB-RZESZOW"
SINCE = date(2020, 1, 1)
_numbers = itertools.count(1)


def act(actor: Actor, *, reason: str = "", now: datetime = NOW) -> Act:
    """Make an act with a key of its own."""
    return Act(uuid4(), actor, now, "test", reason)


def install() -> None:
    """Load the facts that ship with Muster, and the first coordinator."""
    setup.load_reference(act=act(setup.INSTALLER))
    setup.add_first_coordinator(
        act=act(setup.INSTALLER), username="anna", name="Anna", party="EADRCC", since=SINCE
    )


def coordinator() -> Actor:
    """The first coordinator."""
    found = actor_named("anna")
    assert found is not None
    return found


def person(role: Role, party: str) -> Actor:
    """A new person with one role for one party."""
    name = f"{role}-{party}-{next(_numbers)}-{uuid4().hex[:6]}"
    user = register.add_user(act=act(coordinator()), username=name.lower(), name=name)
    register.grant_role(act=act(coordinator()), user=user.pk, role=role, party=party, since=SINCE)
    return actor_of(user.pk)


@dataclass(frozen=True)
class World:
    """An open operation for Ukraine, with its people."""

    operation: Operation
    coordinator: Actor
    donor: Actor
    recipient: Actor
    donor_code: str = "DEU"
    recipient_code: str = "UKR"


def world(*, donor: str = "DEU", recipient: str = "UKR") -> World:
    """Open an operation of its own, with a coordinator, a donor and a recipient."""
    operation = operations.open_operation(
        act=act(coordinator()),
        code=f"T-{uuid4().hex[:10].upper()}",
        name="Test operation",
        kind="support",
        body="NATO",
        recipients=[Helped(recipient)],
        began_on=date(2022, 2, 15),
    )
    return World(
        operation,
        coordinator(),
        person(Role.DONOR, donor),
        person(Role.RECIPIENT, recipient),
        donor,
        recipient,
    )


def world_apart() -> World:
    """A world of parties that other tests leave alone, for what is committed and stays."""
    return world(donor="NLD", recipient="MDA")


def asked(
    w: World,
    amount: str = "100",
    *,
    unit: str = "",
    item: str = TENT,
    circulated: bool = True,
    **more: object,
) -> RequestLine:
    """A validated (and circulated) request of one line."""
    request = requests.draft_request(
        act=act(w.recipient),
        operation=w.operation.pk,
        recipient=w.recipient_code,
        reference=f"R-{uuid4().hex[:8]}",
        title="Test request",
        asked_on=date(2023, 1, 10),
        lines=[LineAsked(item=item, quantity=Typed(amount, unit), **more)],  # type: ignore[arg-type]
    )
    requests.submit_request(act=act(w.recipient), request=request.pk)
    requests.validate_request(act=act(w.recipient), request=request.pk)
    if circulated:
        requests.circulate_request(act=act(w.coordinator), request=request.pk)
    return request.lines.get()


def offered(
    w: World, amount: str = "100", *, unit: str = "", item: str = TENT, **more: object
) -> OfferLine:
    """An offer of one line by the world's donor."""
    offer = offers.make_offer(
        act=act(w.donor),
        operation=w.operation.pk,
        donor=w.donor_code,
        reference=f"O-{uuid4().hex[:8]}",
        title="Test offer",
        offered_on=date(2023, 2, 1),
        lines=[LineOffered(item=item, quantity=Typed(amount, unit), **more)],  # type: ignore[arg-type]
    )
    return offer.lines.get()


def proposed(w: World, giving: OfferLine, taking: RequestLine, amount: str) -> Allocation:
    """A proposal by the coordinator."""
    return proposals.propose_allocation(
        act=act(w.coordinator),
        offer_line=giving.pk,
        request_line=taking.pk,
        amount=Typed(amount),
    )


def agreed(w: World, giving: OfferLine, taking: RequestLine, amount: str) -> Allocation:
    """An allocation that donor and recipient have both confirmed."""
    allocation = proposed(w, giving, taking, amount)
    allocations.confirm_allocation(act=act(w.donor), allocation=allocation.pk)
    return allocations.accept_allocation(act=act(w.recipient), allocation=allocation.pk)


def planned_box(w: World) -> Consignment:
    """A planned consignment with nothing in it."""
    return consignments.plan_consignment(
        act=act(w.donor),
        operation=w.operation.pk,
        donor=w.donor_code,
        reference=f"C-{uuid4().hex[:8]}",
        consignee=w.recipient_code,
    )


def shipped(w: World, allocation: Allocation, amount: str | None = None) -> Consignment:
    """A planned consignment with one line of an agreed allocation, the whole of it if not said."""
    box = planned_box(w)
    consignments.pack(
        act=act(w.donor),
        consignment=box.pk,
        allocation=allocation.pk,
        amount=Typed(amount or str(allocation.amount)),
    )
    return box


def sent(w: World, allocation: Allocation, amount: str | None = None) -> Consignment:
    """A dispatched consignment with one line."""
    box = shipped(w, allocation, amount)
    consignments.lock_manifest(act=act(w.donor), consignment=box.pk)
    return consignments.dispatch(act=act(w.donor), consignment=box.pk)


def handed_over(w: World, allocation: Allocation, amount: str | None = None) -> Consignment:
    """A consignment that the consignee has, and has not counted yet."""
    box = sent(w, allocation, amount)
    return journeys.hand_over(act=act(w.donor), consignment=box.pk, place=PLACE)


def signed(
    w: World,
    box: Consignment,
    *,
    damaged: int = 0,
    missing: int = 0,
    rejected: int = 0,
    extra: int = 0,
) -> Receipt:
    """The recipient's receipt of a one-line consignment; the rest is good."""
    line = box.lines.get()
    count = receipts.Count(
        manifest_line=line.pk,
        good=line.amount - damaged - missing - rejected,
        damaged=damaged,
        missing=missing,
        rejected=rejected,
        extra=extra,
    )
    return receipts.sign_receipt(act=act(w.recipient), consignment=box.pk, counts=[count])


def row(w: World, actor: Actor | None = None, *, moment: Moment | None = None) -> BoardLine:
    """The only line of the world's board, as the actor (the coordinator) sees it."""
    [line] = board(w.operation, actor or w.coordinator, day=NOW.date(), moment=moment or Moment())
    return line


def settled() -> None:
    """Have the database check now what it would check at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
