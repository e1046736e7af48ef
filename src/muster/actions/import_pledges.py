"""Pledges and commitments that come in as a list: one pledge for each donor and day of the list."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from muster.actions.pledge_lines import columns_of
from muster.actions.pledges import audiences_of_pledge
from muster.actions.ready_lines import Ready
from muster.core.actors import Act
from muster.core.exchange import Stated, Status
from muster.core.intake.drafts import stated_of
from muster.core.intake.settled import Facts, Purpose, Verdict
from muster.core.pledges import CurrencyUnclear, Event, Form, PartyRole, PledgeOfNothing, Share
from muster.core.quantities.amounts import MOST_STORED, Quantity, QuantityKind
from muster.core.refusals import AlreadyBuiltOn
from muster.queries.intake import line_key
from muster.records.models import (
    ImportBatch,
    Pledge,
    PledgeEvent,
    PledgeLine,
    PledgeParty,
    PledgeUse,
)

_CENT = Decimal("0.01")
# What a line says of itself, beyond that it was announced.
_COMMITTED = frozenset({Status.COMMITTED, Status.ACCEPTED, Status.PREPARING, Status.SENT})


def write_pledges(
    act: Act,
    batch: ImportBatch,
    facts: Facts,
    groups: Mapping[tuple[str, date], Sequence[Ready]],
) -> None:
    """Make one pledge for each donor and day, in the words of the list.

    Raises:
        PledgeOfNothing: a line is of no money, or of nothing that is named.
        CurrencyUnclear: a line is of money, and not of which.
    """
    del facts
    several = {party for party, _ in groups if sum(code == party for code, _ in groups) > 1}
    lines: list[PledgeLine] = []
    events: list[PledgeEvent] = []
    for (party, day), ready in groups.items():
        pledge = _pledge(act, batch, party, day, dated=party in several)
        for position, line in enumerate(ready, start=1):
            made = _line(act, batch, pledge, position, line)
            lines.append(made)
            events += _events(act, batch, made, line)
    PledgeLine.objects.bulk_create(lines, batch_size=1000)
    PledgeEvent.objects.bulk_create(events, batch_size=1000)


def take_pledges_back(act: Act, batch: ImportBatch, why: str) -> None:
    """Withdraw what an import announced, as long as nothing was built on it.

    Raises:
        AlreadyBuiltOn: a line has become an offer, or more was told of it since.
    """
    made = list(pledged_by(batch).select_for_update(no_key=True))
    keys = [line.pk for line in made]
    used = PledgeUse.objects.filter(line__in=keys, undone_at__isnull=True).first()
    if used is not None:
        raise AlreadyBuiltOn(what=f"the offer line {used.offer_line_id}")
    commits = {line.act_id for line in made}
    later = PledgeEvent.objects.filter(line__in=keys).exclude(act_id__in=commits).first()
    if later is not None:
        raise AlreadyBuiltOn(what=f"what was told of {later.line}")
    PledgeEvent.objects.bulk_create(
        PledgeEvent(
            id=act.part_id(f"{line.pk} back"),
            line=line,
            event=Event.WITHDRAW.value,
            # What was told to be paid stays told; the rest goes.
            amount=None if line.amount is None else line.amount - line.allocated,
            happened_on=act.now.date(),
            recorded_at=act.now,
            note=why,
            act_id=act.id,
        )
        for line in made
    )


def pledged_by(batch: ImportBatch) -> QuerySet[PledgeLine]:
    """Find the lines of pledges that an import has stored."""
    numbers = batch.lines.filter(verdict=Verdict.READY.value).values_list("number", flat=True)
    keys: list[UUID] = [line_key(batch.pk, number) for number in numbers]
    return PledgeLine.objects.filter(pk__in=keys).order_by("pk")


def _pledge(act: Act, batch: ImportBatch, party: str, day: date, *, dated: bool) -> Pledge:
    reference = f"IMP-{batch.pk.hex[:8].upper()}-{party}"
    pledge = Pledge.objects.create(
        id=act.part_id(f"{party} {day}"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=audiences_of_pledge(batch.operation, [Share(party, PartyRole.DONOR)]),
        operation=batch.operation,
        reference=f"{reference}-{day:%Y%m%d}" if dated else reference,
        announced_on=day,
        words=batch.title or batch.file_name,
        source=batch.file_name,
    )
    PledgeParty.objects.create(pledge=pledge, party_id=party, role=PartyRole.DONOR.value)
    return pledge


def _line(act: Act, batch: ImportBatch, pledge: Pledge, position: int, line: Ready) -> PledgeLine:
    form, what = _what(line)
    return PledgeLine(
        id=line_key(batch.pk, line.number),
        act_id=act.id,
        recorded_at=act.now,
        audiences=pledge.audiences,
        operation_id=batch.operation_id,
        pledge=pledge,
        position=position,
        announced_on=pledge.announced_on,
        form=form.value,
        description=line.item_text or line.draft.get("text", ""),
        typed_amount=line.typed_amount,
        typed_unit=line.typed_unit,
        source=f"{batch.file_name}, {line.place}",
        **what,
    )


def _what(line: Ready) -> tuple[Form, dict[str, object]]:
    """Tell goods by their number from money; of goods without a number the value is their worth."""
    value = line.draft.get("value")
    quantity = line.quantity if line.item else _in_own_words(stated_of(line.draft["quantity"]))
    if value is None or quantity.kind is not QuantityKind.UNKNOWN:
        if not line.item and not line.item_text:
            raise PledgeOfNothing().in_line(line.number)
        return Form.GOODS, {"item_id": line.item or None, **columns_of(quantity)}
    amount = Decimal(value).quantize(_CENT)
    if amount <= 0:
        raise PledgeOfNothing().in_line(line.number)
    currency = line.draft.get("currency", "")
    if not currency:
        raise CurrencyUnclear(text=value).in_line(line.number)
    form = Form.WORTH if line.item else Form.MONEY
    return form, {"currency": currency, "amount": amount}


def _in_own_words(stated: Stated) -> Quantity:
    """Read the quantity of what the catalogue does not have: in whole pieces, or not at all."""
    ends = [stated.low, stated.high]
    whole = all(end is None or (0 < end <= MOST_STORED and end == int(end)) for end in ends)
    if not whole or stated.unit or ends == [None, None]:
        return Quantity.unknown()
    low, high = (None if end is None else int(end) for end in ends)
    return Quantity(stated.kind, low, high, stated.per)


def _events(act: Act, batch: ImportBatch, made: PledgeLine, line: Ready) -> list[PledgeEvent]:
    """Announce the line; and tell what else the list says of it: committed, or paid."""
    told = [Event.ANNOUNCE]
    status = Status(line.status)
    money = made.form == Form.MONEY
    if money and status is Status.DELIVERED:
        told.append(Event.DISBURSE)
    elif batch.purpose == Purpose.COMMITMENTS or status in _COMMITTED | {Status.DELIVERED}:
        told.append(Event.COMMIT)
    return [
        PledgeEvent(
            id=act.part_id(f"{line.number} {event}"),
            line=made,
            event=event.value,
            amount=made.amount,
            happened_on=made.announced_on,
            recorded_at=act.now,
            source=made.source,
            act_id=act.id,
        )
        for event in told
    ]
