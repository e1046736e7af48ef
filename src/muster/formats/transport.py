"""Legs of a transport net as a text table: one leg in each row, all faults with their places.

The columns are those of `COLUMNS`, in any order; those after `days` may be left out.  Closed days
are written as 2023-04-01/2023-04-10, several with a semicolon between them.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from muster.core.moments import parse_date
from muster.core.planning.transport import Closure, LegTold, NetFileFaulty, leg_forbids
from muster.core.refusals import Refusal
from muster.formats.decoding import decode

COLUMNS: Final = (
    *("code", "from", "to", "mode", "days", "kg", "m3", "pallets"),
    *("cost", "currency", "gauge_break", "closed", "label"),
)
_DEMANDED: Final = COLUMNS[:5]
_YES: Final[Mapping[str, bool]] = {"": False, "no": False, "yes": True}
_PLAIN: Final = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
MOST_LEGS: Final = 5_000


def read_legs(data: bytes) -> tuple[LegTold, ...]:
    """Read a table of legs.

    Raises:
        NetFileFaulty: with the row and the column of each fault.
    """
    reader = csv.DictReader(decode(data).text.splitlines())
    heads = [(head or "").strip().lower() for head in reader.fieldnames or ()]
    missing = [name for name in _DEMANDED if name not in heads]
    unknown = [name for name in heads if name not in COLUMNS]
    faults = [f"The column {name} is missing." for name in missing]
    faults += [f'The column "{name}" is not known; use {", ".join(COLUMNS)}.' for name in unknown]
    if faults:
        raise NetFileFaulty(faults)
    reader.fieldnames = heads
    rows = [_Row(number, row) for number, row in enumerate(reader, start=2)]
    legs = [leg for row in rows if (leg := row.leg()) is not None]
    faults = [fault for row in rows for fault in row.faults]
    faults += _twice(legs)
    if not rows:
        faults = ["It has no rows under its head."]
    if len(rows) > MOST_LEGS:
        faults = [f"It has {len(rows)} rows; {MOST_LEGS} are read at once."]
    if faults:
        raise NetFileFaulty(faults)
    return tuple(legs)


def write_legs(legs: Iterator[LegTold]) -> str:
    """Write legs as such a table."""
    lines = [",".join(COLUMNS)]
    for leg in legs:
        closed = "; ".join(f"{closure.first}/{closure.last}" for closure in leg.closures)
        cells = (
            *(leg.code, leg.start, leg.end, leg.mode, leg.days, leg.kg, leg.m3, leg.pallets),
            *(leg.cost, leg.currency, "yes" if leg.gauge_break else "", closed, leg.label),
        )
        lines.append(",".join(_cell(cell) for cell in cells))
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
    # A sheet would run a text that begins so as a formula.
    if text[:1] in {"=", "+", "@"}:
        text = f"'{text}"
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if set(text) & {",", '"', "\n"} else text


def _twice(legs: list[LegTold]) -> Iterator[str]:
    seen: set[str] = set()
    for leg in legs:
        if leg.code in seen:
            yield f"The code {leg.code} is there more than once."
        seen.add(leg.code)


@dataclass
class _Row:
    """One row, and what is wrong with it."""

    number: int
    cells: Mapping[str | None, object]
    faults: list[str] = field(default_factory=list)

    def leg(self) -> LegTold | None:
        """Read the row; None if something is wrong with it."""
        if None in self.cells:
            self._fault("", "it has more cells than there are columns")
        told = LegTold(
            code=self._text("code"),
            start=self._text("from"),
            end=self._text("to"),
            mode=self._text("mode").lower(),
            days=self._days(),
            kg=self._number("kg"),
            m3=self._number("m3"),
            pallets=self._number("pallets"),
            cost=self._number("cost"),
            currency=self._text("currency"),
            gauge_break=self._yes("gauge_break"),
            closures=self._closures(),
            label=self._text("label"),
        )
        if not self.faults and (refusal := leg_forbids(told)):
            self._fault(refusal.at or "", refusal.sentence.rstrip("."))
        return None if self.faults else told

    def _text(self, column: str) -> str:
        return str(self.cells.get(column) or "").strip()

    def _number(self, column: str) -> Decimal | None:
        text = self._text(column)
        if not text:
            return None
        # "1,200" could be one or a thousand; nobody is to guess.
        if _PLAIN.fullmatch(text) is None:
            self._fault(column, f'"{text[:40]}" is no plain number such as 12000 or 12.5')
            return None
        return Decimal(text)

    def _days(self) -> int:
        text = self._text("days")
        if text.isascii() and text.removeprefix("-").isdigit() and len(text) <= len("-365"):
            return int(text)
        self._fault("days", f'"{text[:40]}" is no whole number of days')
        return 0

    def _yes(self, column: str) -> bool:
        text = self._text(column).lower()
        if text not in _YES:
            self._fault(column, f'"{text[:40]}" is neither yes nor no')
        return _YES.get(text, False)

    def _closures(self) -> tuple[Closure, ...]:
        parts = [part.strip() for part in self._text("closed").split(";") if part.strip()]
        found = [self._closure(part) for part in parts]
        return tuple(closure for closure in found if closure is not None)

    def _closure(self, text: str) -> Closure | None:
        first, _, last = text.partition("/")
        try:
            return Closure(first=_day(first), last=_day(last or first))
        except Refusal as refusal:
            self._fault("closed", refusal.sentence.rstrip("."))
            return None

    def _fault(self, column: str, told: str) -> None:
        where = f"Row {self.number}, {column}" if column else f"Row {self.number}"
        self.faults.append(f"{where}: {told}.")


def _day(text: str) -> date:
    return parse_date(text.strip())
