"""Lists, a page at a time: each page begins after the last record of the one before.

A page is found by its place in the order (keyset paging), never by counting rows from the start,
so the last page of a long list costs what the first one does, and new records shift nothing.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from muster.core.refusals import Refusal

_M = TypeVar("_M", bound=models.Model)

MOST_LISTED = 200


class PlaceUnreadable(Refusal, field="after"):
    """This is no place in the list; give the "next" of the page before, or nothing."""


@dataclass(frozen=True, slots=True)
class Page(Generic[_M]):
    """Some records of a list, and the place where the next page begins, if there is one."""

    items: tuple[_M, ...]
    next: str | None


def page_of(
    records: models.QuerySet[_M],
    *,
    order: Sequence[str] = ("recorded_at", "id"),
    after: str | None = None,
    limit: int = 50,
) -> Page[_M]:
    """Give one page of the records, in the order of the named fields; the last one is unique.

    Args:
        records: what is listed; already only what the actor may see.
        order: fields of the record itself, each ascending, or descending with a leading minus.
        after: the `next` of the page before.
        limit: how many at most.

    Raises:
        PlaceUnreadable: `after` is not a place that this list gave out.
    """
    if after is not None:
        values = _read_place(after, len(order))
        try:
            # Compiled here, so that a value of the wrong kind is refused and not met later.
            records = records.filter(_beyond(order, values))
            str(records.query)
        except (ValidationError, ValueError, TypeError, OverflowError) as error:
            raise PlaceUnreadable from error
    found = list(records.order_by(*order)[: limit + 1])
    items = tuple(found[:limit])
    return Page(items, _place(items[-1], order) if len(found) > limit else None)


@dataclass(frozen=True, slots=True)
class Lines(Generic[_M]):
    """Some lines of a record that numbers them, and where the pages beside this one begin.

    Args:
        items: the lines of the page.
        count: how many there are.
        first: which of them the first of the page is, counted from 1.
        preceding: the position behind which the page before begins, or None.
        following: the position behind which the next page begins, or None.
    """

    items: tuple[_M, ...]
    count: int
    first: int
    preceding: int | None
    following: int | None


def lines_of(records: models.QuerySet[_M], *, after: int, size: int) -> Lines[_M]:
    """Give a page of lines in the order of their `position`.

    Args:
        records: the lines; already only what the actor may see.
        after: the position of the last line of the page before; 0 for the first page.
        size: how many lines stand on a page.
    """
    found = list(records.filter(position__gt=after).order_by("position")[: size + 1])
    earlier = records.filter(position__lte=after).order_by("-position")
    before = list(earlier.values_list("position", flat=True)[size : size + 1])
    first = earlier.count() + 1
    return Lines(
        items=tuple(found[:size]),
        count=records.count(),
        first=first,
        preceding=None if first == 1 else (before or [0])[0],
        following=cast("Any", found[size - 1]).position if len(found) > size else None,
    )


def _beyond(order: Sequence[str], values: Sequence[str | int]) -> Q:
    """Write "(a, b) > (x, y)" so that each field may run in its own direction."""
    beyond = Q()
    equal = Q()
    for field, value in zip(order, values, strict=True):
        name = field.removeprefix("-")
        comparison = "lt" if field.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return beyond


def _place(record: models.Model, order: Sequence[str]) -> str:
    texts = [_plain(getattr(record, field.removeprefix("-"))) for field in order]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode()


def _plain(value: object) -> str | int:
    """Write a value so that it can be read back whole; JSON's usual encoder cuts microseconds."""
    if isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_place(text: str, length: int) -> list[str | int]:
    try:
        values = json.loads(base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise PlaceUnreadable from error
    plain = isinstance(values, list) and len(values) == length
    if not plain or any(type(v) not in (str, int) or "\0" in str(v) for v in values):
        raise PlaceUnreadable
    return list(values)
