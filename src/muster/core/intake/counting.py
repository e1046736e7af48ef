"""Amounts as they are typed, and as they are counted where nothing has to be converted."""

from decimal import Decimal

from muster.core.exchange import Stated
from muster.core.quantities.amounts import MOST_STORED, Quantity, QuantityKind


def typed(stated: Stated) -> str:
    """Write a stated quantity so that it can be read again by the rules for what is typed."""
    low, high = _digits(stated.low), _digits(stated.high)
    if stated.kind is QuantityKind.UNKNOWN or not (low or high):
        return "not stated"
    if not low:
        words = f"up to {high}"
    elif not high:
        words = f"at least {low}"
    elif low != high:
        words = f"{low} to {high}"
    else:
        words = f"about {low}" if stated.kind is QuantityKind.BOUND else low
    return words if stated.per is None else f"{words} per {stated.per}"


def counted_plainly(stated: Stated) -> tuple[Quantity, str] | None:
    """Take whole amounts as they stand, where they can be stored so."""
    if not all(end is None or _is_plain(end) for end in (stated.low, stated.high)):
        return None
    low, high = (None if end is None else int(end) for end in (stated.low, stated.high))
    try:
        return Quantity(stated.kind, low, high, stated.per), typed(stated)
    except ValueError:
        return None


def _is_plain(end: Decimal) -> bool:
    """Say whether an amount of smallest units can be stored as it stands."""
    return end.is_finite() and 0 < end <= MOST_STORED and end == int(end)


def _digits(number: Decimal | None) -> str:
    if number is None:
        return ""
    text = str(number)
    if text.isdigit():
        return text
    whole = number.to_integral_value() if number.is_finite() else number
    return f"{whole:f}" if whole == number else f"{number.normalize():f}"
