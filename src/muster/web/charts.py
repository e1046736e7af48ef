"""Charts laid out on the server: plain coordinates, which components/charts.html draws as SVG.

Every chart stands beside a table with the same figures, and has a sentence for those who do not
see it.  Lengths are of a drawing 640 wide; it shrinks with its window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH = 640
_LABEL = 150  # what the labels of rows take on the left
_VALUE = 80  # what the figures take on the right of the longest bar
_ROW, _SINGLE, _BAR = 44, 22, 14
_TOP, _BOTTOM, _HEIGHT = 10, 24, 200
_LEFT, _RIGHT = 44, 12
_FIGURES = 100  # what long figures take on the left of columns
_LANE = 34
_MOST_LABELS = 8
_WIDEST = 72  # of one column, so that a single month is no wall


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBar:
    """One row of a chart of pairs: two bars under each other, with their figures."""

    label: str
    y: int
    before: float
    after: float
    before_text: str
    after_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Before and after, row by row."""

    bars: tuple[PairBar, ...]
    height: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A label on an axis, at so many units from its beginning."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line in steps over time."""

    points: str
    years: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    height: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stretch of a lane, or one column."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Singles:
    """One bar for each row."""

    bars: tuple[Bar, ...]
    labels: tuple[str, ...]
    values: tuple[str, ...]
    height: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """What held when: one lane for each body."""

    names: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    years: tuple[Tick, ...]
    height: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One column for each period, up or down from zero."""

    bars: tuple[Bar, ...]
    labels: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    zero: float
    height: int
    sentence: str


def pairs(rows: Sequence[tuple[str, Decimal, Decimal]], *, unit: str) -> Pairs:
    """Lay out rows of (label, before, after)."""
    most = max((max(before, after) for _, before, after in rows), default=Decimal(0)) or Decimal(1)
    room = WIDTH - _LABEL - _VALUE
    bars = tuple(
        PairBar(
            label=label,
            y=place * _ROW,
            before=round(float(before / most) * room, 1),
            after=round(float(after / most) * room, 1),
            before_text=plain(before),
            after_text=plain(after),
        )
        for place, (label, before, after) in enumerate(rows)
    )
    said = "; ".join(f"{b.label}: {b.before_text} before, {b.after_text} after" for b in bars)
    return Pairs(bars=bars, height=max(len(bars), 1) * _ROW, sentence=f"In {unit}. {said}.")


def singles(rows: Sequence[tuple[str, Decimal]], *, unit: str) -> Singles:
    """Lay out rows of (label, amount); what is below zero has no bar, and its figure stands."""
    most = max((amount for _, amount in rows), default=Decimal(0))
    room = WIDTH - _LABEL - _VALUE
    bars = tuple(
        Bar(
            x=_LABEL,
            y=place * _SINGLE + 4,
            width=round(float(max(amount, Decimal(0)) / most) * room, 1) if most > 0 else 0,
            height=_BAR,
            kind="up",
            text=f"{label}: {plain(amount)}",
        )
        for place, (label, amount) in enumerate(rows)
    )
    return Singles(
        bars=bars,
        labels=tuple(label for label, _ in rows),
        values=tuple(plain(amount) for _, amount in rows),
        height=max(len(bars), 1) * _SINGLE,
        sentence=f"In {unit}. " + "; ".join(bar.text for bar in bars) + ".",
    )


def steps(points: Sequence[tuple[date, int]], *, until: date, what: str) -> Line:
    """Lay out a count that changes on days and holds in between."""
    first, last = points[0][0], max(until, points[-1][0])
    most = max(count for _, count in points)
    bottom = _TOP + _HEIGHT

    def across(day: date) -> float:
        return _across(day, first, last)

    def down(count: int) -> float:
        return round(bottom - count / most * _HEIGHT, 1)

    drawn, level = [f"{across(first)},{down(0)}"], 0
    for day, count in points:
        drawn += [f"{across(day)},{down(level)}", f"{across(day)},{down(count)}"]
        level = count
    drawn.append(f"{across(last)},{down(level)}")
    counts = sorted({0, most // 2, most})
    return Line(
        points=" ".join(drawn),
        years=_years(first, last),
        levels=tuple(Tick(at=down(count), text=str(count)) for count in counts),
        height=bottom + _BOTTOM,
        sentence=f"{what}: {points[0][1]} from {first}, {level} on {last}.",
    )


def lanes(spans: Sequence[tuple[str, str, date, date | None]], *, until: date) -> Lanes:
    """Lay out spans of (lane, kind, since, until), each lane in the order of its first span."""
    names = list(dict.fromkeys(lane for lane, *_ in spans))
    first = min(since for _, _, since, _ in spans)
    last = max([until, *(end for *_, end in spans if end is not None)])
    bars = []
    for lane, kind, since, end in spans:
        left, right = _across(since, first, last), _across(end or last, first, last)
        bars.append(
            Bar(
                x=left,
                y=names.index(lane) * _LANE + 16,
                width=max(round(right - left, 1), 2),
                height=_BAR,
                kind=kind,
                text=f"{kind} of {lane}, {since} until {end or 'this day'}",
            )
        )
    return Lanes(
        names=tuple(Tick(at=place * _LANE + 12, text=name) for place, name in enumerate(names)),
        bars=tuple(bars),
        years=_years(first, last),
        height=len(names) * _LANE + _BOTTOM,
        sentence="; ".join(bar.text for bar in bars) + ".",
    )


def columns(rows: Sequence[tuple[str, Decimal]], *, unit: str) -> Columns:
    """Lay out one column for each (period, amount)."""
    high = max((amount for _, amount in rows), default=Decimal(0))
    low = min((amount for _, amount in rows), default=Decimal(0))
    high, low = max(high, Decimal(0)), min(low, Decimal(0))
    span = (high - low) or Decimal(1)
    step = (WIDTH - _FIGURES - _RIGHT) / max(len(rows), 1)
    wide = min(step * 0.8, _WIDEST)
    zero = round(_TOP + float(high / span) * _HEIGHT, 1)
    bars, labels = [], []
    every = -(-len(rows) // _MOST_LABELS)
    for place, (period, amount) in enumerate(rows):
        tall = round(float(abs(amount) / span) * _HEIGHT, 1)
        middle = _FIGURES + place * step + step / 2
        bars.append(
            Bar(
                x=round(middle - wide / 2, 1),
                y=zero - tall if amount >= 0 else zero,
                width=round(wide, 1),
                height=tall,
                kind="down" if amount < 0 else "up",
                text=f"{period}: {plain(amount)}",
            )
        )
        if place % every == 0:
            labels.append(Tick(at=round(middle, 1), text=period))
    levels = {high, low, Decimal(0)}
    return Columns(
        bars=tuple(bars),
        labels=tuple(labels),
        levels=tuple(
            Tick(at=round(_TOP + float((high - level) / span) * _HEIGHT, 1), text=plain(level))
            for level in sorted(levels)
        ),
        zero=zero,
        height=_TOP + _HEIGHT + _BOTTOM,
        sentence=f"In {unit}. " + "; ".join(bar.text for bar in bars) + ".",
    )


def plain(value: Decimal | None) -> str:
    """Write a figure with commas, without the zeros at its end; none is a dash."""
    if value is None:
        return "\N{EN DASH}"
    text = f"{value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\N{MINUS SIGN}")


def _across(day: date, first: date, last: date) -> float:
    days = (last - first).days or 1
    return round(_LEFT + (day - first).days / days * (WIDTH - _LEFT - _RIGHT), 1)


def _years(first: date, last: date) -> tuple[Tick, ...]:
    """Name at most eight years, evenly apart."""
    span = last.year - first.year
    every = max(1, -(-span // _MOST_LABELS))
    years = range(first.year + 1, last.year + 1, every)
    return tuple(Tick(at=_across(date(year, 1, 1), first, last), text=str(year)) for year in years)
