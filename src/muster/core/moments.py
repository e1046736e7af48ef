"""Dates and moments as messages write them and as people type them.

A message's moment is a date-time group in UTC, to the minute: `200900Z APR 23`.  A moment without
a zone is never guessed at: code that passes one has a bug, a person who types one is asked.
"""

import re
from datetime import UTC, date, datetime

from muster.core.refusals import DateUnreadable, Refusal

# Spelled out here, because strftime writes the months of the machine's language.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_CENTURY = 2000
_GROUP = re.compile(r"(\d{2})(\d{2})(\d{2})Z ?([A-Z]{3}) ?(\d{2})", re.ASCII)
_LONG = re.compile(r"(\d{1,2}) ([A-Z]+) (\d{4}), (\d{2}):(\d{2}) UTC", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


class MomentUnreadable(Refusal, field="moment"):
    """The moment "{text}" cannot be read; write it as 2023-04-20T09:00Z or 200900Z APR 23."""


def utc(moment: datetime) -> datetime:
    """Turn a moment of any zone into the same moment in UTC.

    Raises:
        ValueError: the moment has no zone, so that nobody can say when it was.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"a moment needs its zone: {moment.isoformat()}")
    return moment.astimezone(UTC)


def dtg(moment: datetime) -> str:
    """Write the date-time group of a moment, such as `200900Z APR 23`; seconds are dropped.

    Raises:
        ValueError: the moment has no zone, or lies outside the years 2000 to 2099, which are all
            that two digits can tell apart.
    """
    at = utc(moment)
    if not _CENTURY <= at.year < _CENTURY + 100:
        raise ValueError(f"a date-time group cannot tell the century of {at.isoformat()}")
    month = _MONTHS[at.month - 1][:3].upper()
    return f"{at.day:02}{at.hour:02}{at.minute:02}Z {month} {at.year % 100:02}"


def long_moment(moment: datetime) -> str:
    """Write a moment in words, such as `20 April 2023, 09:00 UTC`; seconds are dropped.

    Raises:
        ValueError: the moment has no zone.
    """
    at = utc(moment)
    return f"{long_date(at.date())}, {at.hour:02}:{at.minute:02} UTC"


def long_date(day: date) -> str:
    """Write a day in words, such as `20 April 2023`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04}"


def read_moment(text: str, *, at: str | None = None) -> datetime:
    """Read a moment: a date-time group, the long form, or ISO 8601 with its zone.

    Args:
        text: what a person or a message wrote.
        at: the name of the input, for the refusal.

    Returns:
        The moment in UTC.

    Raises:
        MomentUnreadable: it is none of the three, names no zone, or is no day of the calendar.
    """
    plain = " ".join(text.split()).upper()
    try:
        if found := _GROUP.fullmatch(plain):
            day, hour, minute, month, year = found.groups()
            return _moment(_CENTURY + int(year), _month(month, short=True), day, hour, minute)
        if found := _LONG.fullmatch(plain):
            day, month, year, hour, minute = found.groups()
            return _moment(int(year), _month(month, short=False), day, hour, minute)
        if _ISO_MOMENT.fullmatch(plain):
            return utc(datetime.fromisoformat(plain))
    except (ValueError, OverflowError) as fault:
        raise MomentUnreadable(text=text, at=at) from fault
    raise MomentUnreadable(text=text, at=at)


def parse_date(text: str, *, at: str | None = None) -> date:
    """Read a day written as `2023-04-20`, and in no other way.

    Args:
        text: what a person or a file wrote.
        at: the name of the input, for the refusal.

    Raises:
        DateUnreadable: it is written otherwise (20/04/2023 and 04/20/2023 could be any day), or
            there is no such day.
    """
    plain = text.strip()
    if not _ISO_DATE.fullmatch(plain):
        raise DateUnreadable(text=text, at=at)
    try:
        return date.fromisoformat(plain)
    except ValueError as fault:
        raise DateUnreadable(text=text, at=at) from fault


def _month(name: str, *, short: bool) -> int:
    names = [month[:3].upper() if short else month.upper() for month in _MONTHS]
    return names.index(name) + 1  # a ValueError of index is a month that there is not


def _moment(year: int, month: int, day: str, hour: str, minute: str) -> datetime:
    return datetime(year, month, int(day), int(hour), int(minute), tzinfo=UTC)
