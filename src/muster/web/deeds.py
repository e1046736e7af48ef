"""What the forms of several areas share: reading a field, and going on after a deed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from muster.core.moments import parse_date, read_moment
from muster.core.quantities.entry import parse_amount
from muster.core.quantities.units import find_measure, units_for
from muster.core.refusals import Kind, NotFound, Refusal
from muster.queries.amounts import packs_of
from muster.queries.consignments import places
from muster.queries.listing import PlaceUnreadable
from muster.queries.totals import NOW, Moment
from muster.records.models import Item
from muster.web.answers import STATUS, errors_of, show, tell

_V = TypeVar("_V")


class NumberUnreadable(Refusal):
    """The number "{text}" cannot be read; write it in digits with a point, such as 12.5."""


class NoSuchButton(Refusal, kind=Kind.NOT_FOUND):
    """This page has no button "{verb}"."""


class SeeOther(HttpResponseRedirect):
    """The answer to a deed that was done: go and look at the record."""

    status_code = 303


def done(request: HttpRequest, sentence: str, name: str, **where: object) -> HttpResponse:
    """Say what was done, on the page of that name."""
    tell(request, sentence)
    return SeeOther(reverse(name, kwargs=where))


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    refusal: Refusal | None = None,
) -> HttpResponse:
    """Show a page with forms; after a refusal with its sentence, its status and what was typed."""
    everything = {
        **context,
        # What was not typed is the empty text, so that a template may ask for any field.
        "values": defaultdict(str, request.POST.dict()),
        "errors": errors_of(refusal) if refusal else {},
    }
    return show(request, template, everything, status=STATUS[refusal.kind] if refusal else 200)


def verb_in(request: HttpRequest, verbs: Mapping[str, _V]) -> _V:
    """Find what the pressed button stands for.

    Raises:
        NoSuchButton: it is none of this page's.
    """
    verb = text_in(request, "verb")
    if verb not in verbs:
        raise NoSuchButton(verb=verb[:40])
    return verbs[verb]


def text_in(request: HttpRequest, name: str) -> str:
    """Read a field of text, without the spaces around it."""
    # PostgreSQL stores no zero byte, and no keyboard types one.
    return request.POST.get(name, "").replace("\0", "").strip()


def place_in(request: HttpRequest) -> int:
    """Read behind which line a page of lines begins, out of the address; 0 is the beginning.

    Raises:
        PlaceUnreadable: it is no number of a line.
    """
    place = position_of(request.GET.get("after", "0"))
    if place is None:
        raise PlaceUnreadable
    return place


def position_of(text: str) -> int | None:
    """Read the position of a line; None where it is none that a line can have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


_MOST_DIGITS = 9


def id_in(request: HttpRequest, name: str) -> UUID:
    """Read a hidden field that names a record.

    Raises:
        NotFound: it names none.
    """
    try:
        return UUID(text_in(request, name))
    except ValueError as error:
        raise NotFound(what=name, name=text_in(request, name)[:40]) from error


def day_in(request: HttpRequest, name: str) -> date | None:
    """Read a field of a day; None where it is left empty.

    Raises:
        DateUnreadable: it is no day.
    """
    text = text_in(request, name)
    return parse_date(text, at=name) if text else None


def moment_in(request: HttpRequest, name: str) -> datetime | None:
    """Read a field of a day and a time, which is UTC by its label; None where it is left empty.

    Raises:
        MomentUnreadable: it is no moment.
    """
    text = text_in(request, name)
    return read_moment(f"{text}Z", at=name) if text else None


def moment_asked(request: HttpRequest) -> Moment:
    """Read as of when a page is asked for: the end of a day, known then or true then.

    Raises:
        DateUnreadable: it is no day.
    """
    text = request.GET.get("on", "").strip()
    if not text:
        return NOW
    end = datetime.combine(parse_date(text, at="on"), time.max, UTC)
    return Moment(happened=end) if request.GET.get("sense") == "true" else Moment(known=end)


def decimal_in(request: HttpRequest, name: str) -> Decimal | None:
    """Read a field of a weight or a volume; None where it is left empty, which means unknown.

    Raises:
        NumberUnreadable: it is no number of at most three decimals.
    """
    text = text_in(request, name)
    if not text:
        return None
    whole, _, part = text.partition(".")
    plain = whole.isascii() and whole.isdigit() and len(whole) <= _WHOLE_DIGITS
    if not plain or (part and not (part.isascii() and part.isdigit() and len(part) <= _DECIMALS)):
        raise NumberUnreadable(at=name, text=text[:40])
    return Decimal(text.rstrip("."))


def count_in(request: HttpRequest, name: str, item_unit: str) -> int | None:
    """Read a field of a count, in the item's smallest unit; None where it is left empty.

    Raises:
        AmountUnreadable, AmountAmbiguous, AmountFractional ...: it is no whole amount.
    """
    text = text_in(request, name)
    if not text:
        return None
    if set(text) == {"0"}:
        return 0
    try:
        return parse_amount(text, item_unit)
    except Refusal as refusal:
        refusal.at = name
        raise


def unit_options(item: Item) -> list[tuple[str, str]]:
    """List what an amount of an item may be typed in, as the choices of a select."""
    packs = {pack.name: pack.holds for pack in packs_of(item)}
    smallest = find_measure(item.unit)
    own = [(item.unit, smallest.plural)]
    others = [code for code in units_for(item.unit, packs_of(item)) if code != item.unit]
    return own + [
        (code, f"{code} of {packs[code]:,}" if code in packs else find_measure(code).plural)
        for code in others
    ]


def place_options() -> list[tuple[str, str]]:
    """List the places of the register, as the choices of a select."""
    return [(place.code, place.name) for place in places()]


def key_in(request: HttpRequest, name: str) -> UUID | None:
    """Read a record's key from the query string; None where there is none."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def known(choice: str, among: Iterable[str]) -> tuple[str, ...]:
    """Give a choice of a filter as a tuple of one, or of none if it is not among the possible."""
    return (choice,) if choice in set(among) else ()


_WHOLE_DIGITS = 11
_DECIMALS = 3
