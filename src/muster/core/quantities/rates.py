"""What an offered quantity comes to in all, over the days that it is available."""

from datetime import date
from typing import Final

from muster.core.quantities.amounts import MOST_STORED, Per, Quantity, QuantityKind
from muster.core.refusals import AmountTooLarge, AmountUnreadable, QuantityUnknown

DAYS: Final = {Per.DAY: 1, Per.WEEK: 7, Per.MONTH: 30}
"""How many days a rate is counted over."""


def in_all(
    quantity: Quantity, *, begins: date, until: date | None, item: str, said: str = ""
) -> int:
    """Give the whole amount that is offered, in smallest units of the item.

    A bound counts by its end; a rate by the whole days, weeks or months from its first day to its
    last, both included.

    Args:
        quantity: what was stated.
        begins: the first day.
        until: the last day, if one is said.
        item: the item's name, for the sentence of a refusal.
        said: the quantity as it was typed, for the same.

    Raises:
        AmountUnreadable: no amount was stated.
        QuantityUnknown: a rate has no end, or does not run for once its time.
        AmountTooLarge: it comes to more than is stored.
    """
    if quantity.kind is QuantityKind.UNKNOWN:
        raise AmountUnreadable(text=said or "not stated")
    amount = quantity.high or quantity.low or 0
    if quantity.per is None:
        return amount
    if until is None:
        raise QuantityUnknown(what=f"A rate of {item} without an end", party="the donor")
    whole = amount * (((until - begins).days + 1) // DAYS[quantity.per])
    if whole > MOST_STORED:
        raise AmountTooLarge(amount=whole, most=MOST_STORED)
    if whole <= 0:
        raise QuantityUnknown(what=f"A rate over less than one {quantity.per}", party="the donor")
    return whole
