"""What a file or a message says, as values: drafts of lines, each with its place and its doubts.

A format reads bytes into a `Reading` and never sees the database; what is read is compared with the
catalogue and with what is on record elsewhere.  Errors are values with their place, all at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

from muster.core.quantities.amounts import Per, QuantityKind


class Weight(StrEnum):
    """What an issue means for its line."""

    ERROR = "error"
    """The line cannot be stored as it is."""
    QUESTION = "question"
    """It can be read in more than one way; a person decides."""
    NOTE = "note"
    """It was read, and something about it should be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in a file: a cell, a span of text, or a path in a tree.

    Rows and lines count from 1; `start` and `end` count characters of the decoded text from 0.
    """

    sheet: str = ""
    row: int | None = None
    column: str = ""
    """The letter of the column, as spreadsheets show it."""
    line: int | None = None
    start: int | None = None
    end: int | None = None
    path: str = ""

    @property
    def text(self) -> str:
        """Say it as a person would look for it: "sheet Needs, B7" or "line 5, characters 12-40"."""
        if self.path:
            return self.path if self.line is None else f"{self.path} (line {self.line})"
        if self.row is not None:
            cell = f"{self.column}{self.row}" if self.column else f"row {self.row}"
            return f"sheet {self.sheet}, {cell}" if self.sheet else cell
        if self.line is not None:
            span = "" if self.start is None else f", characters {self.start}-{self.end}"
            return f"line {self.line}{span}"
        return self.sheet and f"sheet {self.sheet}"


NOWHERE: Final = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something to know, to decide or to mend, where it stands."""

    code: str
    """Stable, such as quantity_ambiguous; docs/reference/import-issues.md lists each."""
    weight: Weight
    place: Place
    expected: str = ""
    found: str = ""
    sentence: str
    readings: tuple[str, ...] = ()
    """The ways to read it, side by side, where it is a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A quantity as stated: ends in the unit that was written, before any item is known.

    EXACT has low == high; BOUND has one end alone, or both equal for "about"; RATE has `per`.
    A kind that stays open between readings is UNKNOWN and its issue carries the readings.
    """

    kind: QuantityKind = QuantityKind.UNKNOWN
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    """The unit's code of UN/ECE Recommendation 20, or the pack's word ("box"); empty if unsaid."""
    unit_text: str = ""
    per: Per | None = None


class Status(StrEnum):
    """What a line says about its need or gift."""

    REQUESTED = "requested"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PLEDGED = "pledged"
    COMMITTED = "committed"
    PREPARING = "preparing"
    SENT = "sent"
    DELIVERED = "delivered"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNSTATED = "unstated"


class Change(StrEnum):
    """How a line stands to an earlier one of the same thing."""

    NONE = "none"
    ADDITIONAL = "additional"
    """It comes on top of what was said before."""
    UPDATED = "updated"
    """It takes the place of what was said before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One line as read: what, how much, whose, in which state, and where it stands."""

    number: int
    """From 1, in the order of the file."""
    place: Place
    text: str
    """The words or cells it was read from, whole."""
    item_text: str
    """The words that name the thing, without number and unit."""
    quantity: Stated = field(default_factory=Stated)
    party_text: str = ""
    """Who asks or gives, as written or as the heading above says."""
    status: Status = Status.UNSTATED
    change: Change = Change.NONE
    item_code: str = ""
    """A code that the file itself gives."""
    reference: str = ""
    """The file's own name for the line."""
    part_of: str = ""
    """The reference of the line whose amount holds this one's already; it is shown, not counted."""
    place_text: str = ""
    """Where to, or where from, as written."""
    use_text: str = ""
    """What it is for, as written."""
    needed_from: date | None = None
    needed_by: date | None = None
    stated_on: date | None = None
    value: Decimal | None = None
    currency: str = ""
    note: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    """What else the file says of it, by heading; kept and carried."""
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that was recognised, or that a person has said."""

    sheet: str
    letter: str
    heading: str
    means: str
    """A field's name as in DraftLine ("item_text", "quantity"), or "" for one that is only kept."""
    confidence: float
    """From 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything a file says, and everything that is wrong with it."""

    format: str
    lines: Sequence[DraftLine] = ()
    columns: tuple[Column, ...] = ()
    issues: tuple[Issue, ...] = ()
    """Of the file as a whole; those of a line are in the line."""
    stated_on: date | None = None
    party_text: str = ""
    """Whose list it is, where it says so."""
    title: str = ""

    @property
    def fails(self) -> bool:
        """Say whether something keeps the file as a whole from being read."""
        return any(issue.weight is Weight.ERROR for issue in self.issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a person has said about a file beforehand."""

    name: str = ""
    """The file's name; its ending is a hint, never a proof."""
    columns: Sequence[Column] = ()
    """Columns as corrected or remembered; they go before what is recognised."""
    convention: str = ""
    """point_decimal or comma_decimal, if a person has said so."""
    day_first: bool | None = None
    status: Status = Status.UNSTATED
    """What lines are where the file does not say: an import as requests says REQUESTED."""


class Format(Protocol):
    """One format of the world: a value behind the registry, in a file of its own."""

    @property
    def name(self) -> str:
        """The word for it on a command line and in an answer, such as csv."""
        ...

    @property
    def title(self) -> str:
        """The words for it on a page."""
        ...

    def claims(self, data: bytes, name: str) -> float:
        """Say from 0 to 1 how surely these bytes are of this format, by a look at their start."""
        ...

    def read(self, data: bytes, hints: Hints) -> Reading:
        """Read them whole; never raises for what is in them, every fault is an issue."""
        ...
