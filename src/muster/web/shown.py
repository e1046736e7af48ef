"""How values are shown to people: numbers, moments, ages, stages and bars.

Pure functions.  Templates reach them as filters and globals (see `muster.web.jinja`), and no
template computes anything itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid5

from muster.core import moments, stages
from muster.core.quantities.amounts import Quantity, QuantityKind
from muster.core.quantities.units import MEASURES

# A number keeps its unit on the same line.
_NO_BREAK = "\N{NO-BREAK SPACE}"
_DASH = "\N{EN DASH}"
# The word for one of a unit, by the word for many.
_ONE = {measure.plural: measure.singular for measure in MEASURES.values()}
# The names are ours: strftime would follow the locale of the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Level = Literal["fresh", "due", "late"]
Look = Literal["draft", "waiting", "agreed", "moving", "done", "stopped", "problem"]
Part = Literal["received", "dispatched", "allocated", "offered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry of the navigation, a breadcrumb or a row of tabs."""

    label: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in, in the words that the page header shows."""

    name: str
    role: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every page shows around its content."""

    marking: str = "UNCLASSIFIED data only"
    navigation: tuple[Link, ...] = ()
    signed_in: SignedIn | None = None
    stage_clock: datetime | None = None
    """The moment at which a demo scenario's clock stands; None where the clock is the real one."""
    contains_invented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One stretch of a line's bar; `start` and `width` are shares of the whole, in percent."""

    part: Part
    amount: int
    start: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A line's progress, ready to be drawn."""

    segments: tuple[Segment, ...]
    asked_at: float | None
    """Where the mark for "asked" stands, in percent; None if it is the bar's end or not known."""
    sentence: str


def grouped(number: int | None) -> str:
    """Write a whole number with commas between thousands: 12345 is 12,345; None is a dash."""
    return _DASH if number is None else f"{number:,}".replace("-", "\N{MINUS SIGN}")


def amount(number: int | None, unit: str) -> str:
    """Write a number with its unit, held together: 12,300 pieces."""
    if number is None:
        return "not stated"
    return f"{grouped(number)}{_NO_BREAK}{_ONE.get(unit, unit) if number == 1 else unit}"


def measured(value: Decimal | None) -> str:
    """Write a weight or a volume without the zeros at its end: 1,250.5; None is a dash."""
    if value is None:
        return _DASH
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tonnes(value: Decimal) -> str:
    """Write a weight or a volume to three figures at most: 1,250, 12.5, 0.034."""
    if not value:
        return "0"
    places = max(0, 2 - value.adjusted())
    return measured(round(value, places)) if places else f"{value:,.0f}"


def quantity(stated: Quantity, unit: str) -> str:
    """Write a quantity as it was meant: up to 31 vehicles, 20,000 litres per week."""
    if stated.kind is QuantityKind.UNKNOWN:
        return "quantity not stated"
    rate = f" per {stated.per}" if stated.per else ""
    return f"{stated.text.removesuffix(rate)}{_NO_BREAK}{unit}{rate}"


def day(moment: date) -> str:
    """Write a date that cannot be read in two ways: 20 Apr 2023."""
    return _NO_BREAK.join((str(moment.day), _MONTHS[moment.month - 1], str(moment.year)))


def clock(moment: datetime) -> str:
    """Write a moment in UTC: 20 Apr 2023, 09:00 UTC."""
    utc = moments.utc(moment)
    return f"{day(utc)}, {utc:%H:%M}{_NO_BREAK}UTC"


def dtg(moment: datetime) -> str:
    """Write a moment as a date-time group that is not broken over lines: 200900Z APR 23."""
    return moments.dtg(moment).replace(" ", _NO_BREAK)


def age(since: datetime, now: datetime) -> str:
    """Write how long ago something was, in its largest whole unit: 12 d, 5 h, 20 min.

    A moment in the future is no age; it is shown as 0 min, since clocks of two machines differ.
    """
    minutes = max(now - since, timedelta()) // timedelta(minutes=1)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes}{_NO_BREAK}min"
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004 - two days
        return f"{hours}{_NO_BREAK}h"
    return f"{grouped(hours // 24)}{_NO_BREAK}d"


def age_level(since: datetime, now: datetime, due_days: int = 7, late_days: int = 14) -> Level:
    """Say how urgent a wait has become; the bounds are the first day of the next level."""
    waited = now - since
    if waited >= timedelta(days=late_days):
        return "late"
    return "due" if waited >= timedelta(days=due_days) else "fresh"


# Every stage that is shown, with the look that tells it apart by shape, colour and word.
_LOOKS: dict[Look, str] = {
    "draft": "draft planned kept proposed monitoring not_required reported announced asks",
    "waiting": "submitted offered read question circulated under_review requested"
    " consents_pending deferred open quarantined partly_offered partly_met partly_received"
    " quantity_unknown invoked waiting asked provisional",
    "agreed": "validated accepted ready part_accepted agreed allocated partly_allocated"
    " fully_allocated confirmed granted approved cleared committed adopted established"
    " partly_committed",
    "moving": "in_preparation packed dispatched at_hub border_crossed arrived redirected diverted"
    " returning partly_delivered partly_disbursed",
    "done": "met received delivered handed_over closed released disbursed resolved answered"
    " nothing_further",
    "stopped": "withdrawn rejected cancelled declined lapsed expired superseded suspended closing"
    " returned disposed recalled reduced discarded undone out silent",
    "problem": "refused revoked lost accepted_with_discrepancy error overdue",
}
_LOOK_OF: dict[str, Look] = {
    stage: look for look, stages in _LOOKS.items() for stage in stages.split()
}


def stage_look(stage: str) -> Look:
    """Tell which look a stage has.

    Raises:
        KeyError: the stage has no look yet; give it one in `_LOOKS`.
    """
    return _LOOK_OF[stage]


def worded(token: str) -> str:
    """Write a token of the code as words: part_accepted is "part accepted"."""
    return stages.shown(token)


def unit_word(unit: str) -> str:
    """Write a unit's code as people say it: H87 is "pieces"; a pack's word stays as it is."""
    return MEASURES[unit].plural if unit in MEASURES else unit


def form_key(key: UUID, name: str) -> UUID:
    """Derive the key of one of several forms on a page, so that two of them are two acts."""
    return uuid5(key, name)


def progress_bar(
    *,
    asked: int | None,
    offered: int,
    allocated: int,
    dispatched: int,
    received: int,
    unit: str,
) -> Bar:
    """Lay out a line's bar from its cumulative figures.

    Each later figure is part of the earlier one, so a segment is what has come so far and no
    further.  What was offered or promised beyond the asked amount lies behind a mark.
    """
    reached: Sequence[tuple[Part, int]] = (
        ("received", received),
        ("dispatched", dispatched),
        ("allocated", allocated),
        ("offered", offered),
    )
    whole = max(asked or 0, *(figure for _, figure in reached), 1)
    segments: list[Segment] = []
    done = 0
    for part, figure in reached:
        if figure > done:
            start, width = _share(done, whole), _share(figure - done, whole)
            segments.append(Segment(part=part, amount=figure - done, start=start, width=width))
            done = figure
    mark = _share(asked, whole) if asked is not None and asked < whole else None
    return Bar(segments=tuple(segments), asked_at=mark, sentence=_spoken(asked, reached, unit))


def link_with(query: str, **changes: str | None) -> str:
    """Change a page's query string: the given keys are set, or dropped when None."""
    kept = [(key, value) for key, value in parse_qsl(query) if key not in changes]
    added = [(key, value) for key, value in changes.items() if value is not None]
    return "?" + urlencode(kept + added)


def sorted_by(query: str, key: str, sort: str) -> str:
    """Give the link of a column's header: sort by it, or turn the order round.

    The keyset of the page is dropped, since it belongs to the old order.
    """
    turned = f"-{key}" if sort == key else key
    return link_with(query, sort=turned, after=None, before=None)


def _share(amount_: int, whole: int) -> float:
    return round(100 * amount_ / whole, 3)


def _spoken(asked: int | None, reached: Sequence[tuple[Part, int]], unit: str) -> str:
    """Say in words what the bar draws, for those who do not see it."""
    figures = ", ".join(f"{part} {grouped(figure)}" for part, figure in reversed(reached))
    of = "Quantity asked is not stated" if asked is None else f"Asked {grouped(asked)} {unit}"
    return f"{of}: {figures}."
