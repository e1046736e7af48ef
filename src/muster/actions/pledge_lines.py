"""The lines of a pledge as they are written: goods, money, goods by their worth; year by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from muster.core.actors import Act
from muster.core.money import read_money
from muster.core.pledge_entry import Heard
from muster.core.pledge_years import years_in
from muster.core.pledges import Event, Form, PledgeOfNothing
from muster.core.quantities.amounts import Quantity, QuantityKind
from muster.core.quantities.entry import parse_quantity
from muster.core.refusals import AmountNotPositive, Refusal
from muster.core.rules import mandate_forbids
from muster.queries.amounts import Typed, stated
from muster.queries.pledge_entry import OWN_WORDS
from muster.queries.register import find_item, giver_on, thing
from muster.records.models import Item, Party, Pledge, PledgeEvent, PledgeLine


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePledged:
    """One thing or sum announced, as it was said.

    Args:
        form: goods, money, or goods by their worth alone.
        quantity: how much; of money the sum, whose currency may stand in it.
        item: the catalogue's code; nothing where the announcement names no item that is in it.
        description: what was named, in its own words.
        currency: of money, where the sum does not say it.
        years: "2025", "2025-2027", or nothing where none was stated.
        each_year: whether the quantity is that of each of the years: each is a tranche of its own.
    """

    quantity: Typed
    form: Form = Form.GOODS
    item: str = ""
    description: str = ""
    currency: str = ""
    years: str = ""
    each_year: bool = False


def line_heard(heard: Heard, item: str) -> LinePledged:
    """Make the line that the action takes of one that was heard."""
    return LinePledged(
        form=heard.form,
        quantity=Typed(heard.amount, heard.unit),
        item="" if item == OWN_WORDS else item,
        description=heard.what,
        years=heard.years,
        each_year=heard.each_year,
    )


def write_lines(
    act: Act, pledge: Pledge, givers: Sequence[Party], lines: Sequence[LinePledged]
) -> list[PledgeLine]:
    """Write the lines of a pledge, each with the event that announces it.

    Raises:
        PledgeOfNothing: there is no line, or a line of nothing.
        others: a line cannot be read; the refusal says which.
    """
    if not lines:
        raise PledgeOfNothing
    made: list[PledgeLine] = []
    for number, line in enumerate(lines, start=1):
        try:
            made += _tranches(act, pledge, givers, line, begin=len(made))
        except Refusal as refused:
            raise refused.in_line(number) from None
    PledgeLine.objects.bulk_create(made)
    PledgeEvent.objects.bulk_create(
        PledgeEvent(
            id=act.part_id(f"announced {line.position}"),
            line=line,
            event=Event.ANNOUNCE.value,
            amount=line.amount,
            happened_on=pledge.announced_on,
            recorded_at=act.now,
            source=pledge.source,
            act_id=act.id,
        )
        for line in made
    )
    return made


def _tranches(
    act: Act, pledge: Pledge, givers: Sequence[Party], line: LinePledged, *, begin: int
) -> list[PledgeLine]:
    """Make the line, or one for each year where the quantity is that of each."""
    years = years_in(line.years)
    what = _goods(pledge, givers, line) if line.form is Form.GOODS else _money(line)
    spans: list[tuple[int | None, int | None]] = [years or (None, None)]
    if years and line.each_year:
        spans = [(year, year) for year in range(years[0], years[1] + 1)]
    return [
        PledgeLine(
            id=act.part_id(f"line {begin + place}"),
            act_id=act.id,
            recorded_at=act.now,
            audiences=pledge.audiences,
            operation_id=pledge.operation_id,
            pledge=pledge,
            position=begin + place,
            announced_on=pledge.announced_on,
            form=line.form.value,
            description=line.description.strip(),
            typed_amount=line.quantity.amount,
            typed_unit=line.quantity.unit,
            year_from=first,
            year_until=last,
            source=pledge.source,
            invented=pledge.invented,
            **what,
        )
        for place, (first, last) in enumerate(spans, start=1)
    ]


def _money(line: LinePledged) -> dict[str, object]:
    if not line.quantity.amount.strip():
        raise PledgeOfNothing
    money = read_money(line.quantity.amount, line.currency or line.quantity.unit)
    return {"currency": money.currency, "amount": money.amount}


def _goods(pledge: Pledge, givers: Sequence[Party], line: LinePledged) -> dict[str, object]:
    if not line.item and not line.description.strip():
        raise PledgeOfNothing
    if line.quantity.amount.strip() in {"0", "none", "nothing"}:
        raise PledgeOfNothing
    item = find_item(line.item) if line.item else None
    if item is not None:
        _demand_mandate(pledge, givers, item)
        quantity = stated(line.quantity, item)
    else:
        unit = line.quantity.unit or None
        quantity = parse_quantity(line.quantity.amount, "H87", unit=unit, item=line.description)
    return {"item": item, **columns_of(quantity)}


def columns_of(quantity: Quantity) -> dict[str, object]:
    """Give a quantity as the columns of a line; a rate comes to no amount by itself."""
    most = quantity.cap
    if most is not None and most <= 0:
        raise AmountNotPositive(amount=most)
    return {
        "quantity_kind": quantity.kind.value,
        "low": quantity.low,
        "high": quantity.high,
        "per": quantity.per.value if quantity.per else "",
        "amount": None if most is None or quantity.kind is QuantityKind.RATE else Decimal(most),
    }


def _demand_mandate(pledge: Pledge, givers: Sequence[Party], item: Item) -> None:
    """The organisation does not even announce what it may not give."""
    for giver in givers:
        as_giver = giver_on(giver, body=pledge.operation.body_id, day=pledge.announced_on)
        refusal = mandate_forbids(as_giver, thing(item))
        if refusal is not None:
            raise refusal
