"""Days as lists write them: read where they are certain, with their readings where not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from muster.core.intake.grids import Cell
from muster.core.intake.headings import plain


@dataclass(frozen=True, slots=True)
class DayRead:
    """What a cell says of a day.  `fault` is empty, or the code of the issue that it is."""

    day: date | None = None
    fault: str = ""
    readings: tuple[str, ...] = ()
    clock: str = ""
    """The time of day as written, with its zone; two are compared only where both have the same."""


def is_before(earlier: DayRead, later: DayRead) -> bool:
    """Say whether the first is surely before the second: by its day, else by its time of day."""
    if earlier.day is None or later.day is None or earlier.day != later.day:
        return earlier.day is not None and later.day is not None and earlier.day < later.day
    one, other = _CLOCK.fullmatch(earlier.clock), _CLOCK.fullmatch(later.clock)
    if one is None or other is None or one["zone"] != other["zone"]:
        return False
    # A program that has only the day writes midnight.
    return one["time"] < other["time"] and not re.fullmatch(r"[0:.]+", one["time"])


_CLOCK = re.compile(r"(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)\s*(?P<zone>\S*)")

BLANK: Final = DayRead()
EARLIEST: Final = date(1950, 1, 1)
LATEST: Final = date(2100, 1, 1)
"""Days outside are slips of the pen or of a program: year 1900, 9999, 0201."""


def day_order(cells: Iterable[Cell]) -> bool | None:
    """Find from a document's own days whether the day is written before the month.

    Returns:
        None where nothing proves it, or where both are proved.
    """
    proved: set[bool] = set()
    for cell in cells:
        match = _NUMBERS.match(cell.strip()) if isinstance(cell, str) else None
        if match is None or match["mark"] == ".":
            continue
        first, second = int(match["first"]), int(match["second"])
        if first > _MONTHS >= second:
            proved.add(True)
        elif second > _MONTHS >= first:
            proved.add(False)
    return next(iter(proved)) if len(proved) == 1 else None


def read_day(  # noqa: PLR0911 - one answer for each kind of cell
    cell: Cell,
    day_first: bool | None = None,  # noqa: FBT001 - None is the third state
) -> DayRead:
    """Read a day; never raises.

    Args:
        cell: a day, a moment, a text, or the serial number that a spreadsheet keeps for a day.
        day_first: what is known of the document's order of day and month.
    """
    if isinstance(cell, datetime):
        return replace(_in_time(cell.date()), clock=cell.time().isoformat())
    if isinstance(cell, date):
        return _in_time(cell)
    if isinstance(cell, bool):
        return DayRead(fault="date_kept_as_text")
    if isinstance(cell, (int, float)):
        return _serial(cell)
    if not isinstance(cell, str):
        return DayRead(fault="date_kept_as_text")
    text = cell.strip()
    if not text or plain(text) in _NO_DAY:
        return BLANK
    if len(text) > _LONGEST:
        return DayRead(fault="date_kept_as_text")
    return _from_text(text, day_first)


def _from_text(text: str, day_first: bool | None) -> DayRead:  # noqa: FBT001 - as read_day
    match = _ISO.match(text)
    if match is not None:
        read = _built(int(match[1]), int(match[2]), int(match[3]))
        return replace(read, clock=match[4].strip()) if match[4] else read
    match = _NUMBERS.match(text)
    if match is not None:
        return _by_numbers(match, day_first)
    if re.fullmatch(r"[0-9]{8}", text):
        return _built(int(text[:4]), int(text[4:6]), int(text[6:]))
    if re.fullmatch(r"[0-9]{5}(?:\.[0-9]+)?", text):
        return _serial(float(text))
    return _by_name(plain(text))


_LONGEST = 60
_MONTHS = 12
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ,](.*))?$")
_NUMBERS = re.compile(
    r"(?P<first>[0-9]{1,2})(?P<mark>[-/.])(?P<second>[0-9]{1,2})(?P=mark)"
    r"(?P<year>[0-9]{4}|[0-9]{2})(?:[T ,].*)?$"
)
_NO_DAY = frozenset(
    {
        "",
        "n a",
        "na",
        "tbd",
        "tbc",
        "unknown",
        "none",
        "null",
        "nan",
        "nat",
        "not stated",
        "not known",
    }
)
_SERIAL_DAY_0 = date(1899, 12, 30)
_FIRST_SERIAL = 32874  # 1990-01-01; less is a count, a year or a slip
_LAST_SERIAL = 73050  # 2099-12-31


def _serial(number: float) -> DayRead:
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return DayRead(fault="date_kept_as_text")
    day = _SERIAL_DAY_0 + timedelta(days=int(number))
    return DayRead(day, "date_from_serial")


def _by_numbers(match: re.Match[str], day_first: bool | None) -> DayRead:  # noqa: FBT001 - as read_day
    first, second = int(match["first"]), int(match["second"])
    year = int(match["year"])
    year += 2000 if len(match["year"]) == len("26") else 0
    # With dots the day goes first wherever dots are written; only slashes and dashes are unclear.
    if match["mark"] == "." or first == second:
        return _built(year, second, first)
    if first > _MONTHS:
        return _built(year, second, first)
    if second > _MONTHS:
        return _built(year, first, second)
    if day_first is not None:
        return _built(year, second, first) if day_first else _built(year, first, second)
    readings = (f"{year:04}-{second:02}-{first:02}", f"{year:04}-{first:02}-{second:02}")
    return DayRead(fault="date_ambiguous", readings=readings)


def _by_name(text: str) -> DayRead:
    """Read "12 March 2026", "March 12, 2026", "12-Mar-26"; a month without a day is no day."""
    words = re.findall(r"[0-9]+|[^\W\d_]+", text)
    months = [month for word in words if (month := _month(word))]
    numbers = [int(word) for word in words if word.isdigit() and len(word) <= len("2026")]
    years = [number for number in numbers if number > _DAYS]
    days = [number for number in numbers if number <= _DAYS]
    if len(months) != 1:
        only_year = not months and len(numbers) == 1 and EARLIEST.year <= numbers[0] < LATEST.year
        month_of_year = _MONTH_OF_YEAR.fullmatch(text) is not None
        return DayRead(fault="date_partial" if only_year or month_of_year else "date_kept_as_text")
    if len(years) == 1 and len(days) == 1 and years[0] >= 100:  # noqa: PLR2004 - three digits or more
        return _built(years[0], months[0], days[0])
    if (
        not years
        and len(days) == len("dy")
        and re.fullmatch(r"[0-9]{1,2} [^\W\d_]+ [0-9]{2}", text)
    ):
        return _built(2000 + days[1], months[0], days[0])
    if len(numbers) <= 1 and len(words) <= len(("month", "year")):
        return DayRead(fault="date_partial")
    return DayRead(fault="date_kept_as_text")


_DAYS = 31
_MONTH_OF_YEAR = re.compile(r"(?:[0-9]{4} [0-9]{1,2}|[0-9]{1,2} [0-9]{4})")


def _built(year: int, month: int, day: int) -> DayRead:
    try:
        return _in_time(date(year, month, day))
    except ValueError:
        return DayRead(fault="date_impossible")


def _in_time(day: date) -> DayRead:
    return DayRead(day) if EARLIEST <= day < LATEST else DayRead(fault="date_far")


_MONTH_NAMES = (
    (
        "january jan janvier janv januar jan enero ene січень січня січ ocak oca gennaio январь"
        " января"
        " stycznia janner ianuarie ledna janeiro januari"
    ),
    (
        "february feb fevrier fevr februar febrero лютий лютого лют subat sub febbraio февраль"
        " февраля lutego februarie unora fevereiro februari"
    ),
    (
        "march mar mars marz marzo березень березня бер mart март марта marca martie mrz marca"
        " brezna marco maart"
    ),
    (
        "april apr avril avr abril abr квітень квітня кві nisan nis aprile апрель апреля"
        " kwietnia dubna"
        " aprilie"
    ),
    "may mai mayo травень травня тра mayis maggio май мая maja kvetna maio mei",
    (
        "june jun juin juni junio червень червня чер haziran haz giugno июнь июня czerwca iunie"
        " cervna junho"
    ),
    (
        "july jul juillet juil juli julio липень липня лип temmuz tem luglio июль июля lipca"
        " iulie cervence julho"
    ),
    "august aug aout agosto ago серпень серпня сер agustos август августа sierpnia srpna augustus",
    (
        "september sep sept septembre septiembre вересень вересня вер eylul eyl settembre сентябрь"
        " сентября wrzesnia septembrie zari setembro"
    ),
    (
        "october oct octobre oktober okt octubre жовтень жовтня жов ekim eki ottobre октябрь"
        " октября pazdziernika octombrie rijna outubro"
    ),
    (
        "november nov novembre noviembre листопад листопада лис kasim kas ноябрь ноября listopada"
        " noiembrie listopadu novembro"
    ),
    (
        "december dec decembre dezember dez diciembre dic грудень грудня гру aralik ara dicembre"
        " декабрь декабря grudnia decembrie prosince dezembro"
    ),
)
_NAMED: Final = {
    plain(word): number
    for number, words in enumerate(_MONTH_NAMES, start=1)
    for word in words.split()
}


def _month(word: str) -> int:
    return _NAMED.get(word, 0)
