"""What was typed, and what it means in an item's smallest unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol
from uuid import UUID

from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.quantities.entry import parse_amount, parse_quantity
from muster.core.quantities.units import Pack
from muster.records.models import Clarification, Item, RequestLine, Substitute


@dataclass(frozen=True, slots=True)
class Typed:
    """An amount or a quantity as a person typed it, with the unit or the pack it was typed in."""

    amount: str
    unit: str = ""


def packs_of(item: Item) -> tuple[Pack, ...]:
    """List the packs an item comes in."""
    return tuple(Pack(pack.name, pack.holds) for pack in item.packs.all())


def exact(typed: Typed, item: Item) -> int:
    """Read one exact amount in the item's smallest unit; raises the refusals of parse_amount."""
    return parse_amount(
        typed.amount, item.unit, unit=typed.unit or None, packs=packs_of(item), item=item.name
    )


def stated(typed: Typed, item: Item) -> Quantity:
    """Read a stated quantity; raises the refusals of parse_quantity."""
    return parse_quantity(
        typed.amount, item.unit, unit=typed.unit or None, packs=packs_of(item), item=item.name
    )


class Stated(Protocol):
    """What keeps a quantity as it is stored."""

    @property
    def quantity_kind(self) -> str:
        """The name of a kind of quantity."""

    @property
    def low(self) -> int | None:
        """Its least amount, in smallest units."""

    @property
    def high(self) -> int | None:
        """Its greatest amount, in smallest units."""

    @property
    def per(self) -> str:
        """The span that a rate is counted in, or nothing."""


def quantity_of(line: Stated) -> Quantity:
    """Read a stored quantity back."""
    per = Per(line.per) if line.per else None
    return Quantity(QuantityKind(line.quantity_kind), line.low, line.high, per)


def asked_now(line: RequestLine) -> Quantity:
    """Say what a line asks for, by the recipient's latest word."""
    return quantity_of(latest_words([line.pk]).get(line.pk) or line)


def latest_words(lines: Iterable[UUID]) -> dict[UUID, Clarification]:
    """Find the recipient's latest word on each line; a line with none is left out.

    The latest is the last that arrived: an act that waited may carry an earlier clock.
    """
    said = Clarification.objects.filter(line__in=list(lines)).order_by("line", "-number")
    return {word.line_id: word for word in said.distinct("line")}


def ratio_between(asked: str, offered: str) -> Fraction | None:
    """Say how many units of the offered item stand for one unit asked, or None if none do."""
    if asked == offered:
        return Fraction(1)
    found = Substitute.objects.filter(item_id=asked, substitute_id=offered).first()
    return Fraction(found.numerator, found.denominator) if found else None


def substitute_ratios() -> dict[str, dict[str, Fraction]]:
    """List every substitute at once: by the item asked, then by the item that stands in for it.

    The ratios are those of `ratio_between`, for whoever compares many lines; an item itself, which
    always stands one for one, is not listed.
    """
    listed: dict[str, dict[str, Fraction]] = {}
    for row in Substitute.objects.all():
        ratio = Fraction(row.numerator, row.denominator)
        listed.setdefault(row.item_id, {})[row.substitute_id] = ratio
    return listed
