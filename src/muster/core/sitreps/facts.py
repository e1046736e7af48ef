"""What a situation report is made from: the header, the figures and the words, as of one moment.

Every amount is a whole number of the item's smallest unit, which stands beside it.  The measures
are cumulative: what was dispatched is still counted as allocated and as offered.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from muster.core.moments import utc
from muster.core.refusals import OwnReport, Refusal


class MessageNumberUnreadable(Refusal, field="message_number"):
    """The message number "{text}" cannot be read; write it as OPS(CENTRE)(2023)0020."""


class Precedence(StrEnum):
    """How fast a message is to be handled, slowest first."""

    ROUTINE = "ROUTINE"
    PRIORITY = "PRIORITY"
    IMMEDIATE = "IMMEDIATE"
    FLASH = "FLASH"


class Measure(StrEnum):
    """What a figure counts."""

    ASKED = "asked"
    OFFERED = "offered"
    ALLOCATED = "allocated"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    REMAINING = "remaining"


class Stage(StrEnum):
    """How far a donor's gift has come; the values are those of `Measure`."""

    OFFERED = "offered"
    ALLOCATED = "allocated"
    DISPATCHED = "dispatched"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNumber:
    """One number of a centre's yearly series, which runs over all operations and exercises."""

    centre: str
    year: int
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The head of the message.

    `number` counts the reports of one operation, `message_number` all messages of a year.  The
    approver is None while the report waits for approval.

    Raises:
        OwnReport: the report would be approved by its originator.
        ValueError: the date-time group has no zone, or the number is below 1.
    """

    message_number: str
    number: int
    centre: str
    title: str
    marking: str
    precedence: Precedence
    dtg: datetime
    from_: str
    to: str
    originator: str
    approver: str | None
    references: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        utc(self.dtg)
        if self.number < 1:
            raise ValueError(f"reports are numbered from 1, not {self.number}")
        if self.approver is not None and self.approver == self.originator:
            raise OwnReport(name=self.originator)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigure:
    """One request line with its amounts.

    `asked_text` is the request's own wording ("tens of thousands"); `asked` and `remaining` are
    None where it states no number.  `over_accepted` is what the recipient accepted beyond `asked`.
    """

    line: str
    request: str
    item: str
    unit: str
    asked_text: str
    asked: int | None
    offered: int
    allocated: int
    dispatched: int
    received: int
    remaining: int | None
    over_accepted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorEntry:
    """An amount of one item that has come as far as one stage."""

    item: str
    amount: int
    unit: str
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorFigure:
    """What one nation or organisation offered or provided."""

    nation: str
    entries: tuple[DonorEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """A manifest line whose receipt differs from it: good + damaged + missing + rejected = sent."""

    reference: str
    item: str
    unit: str
    dispatched: int
    good: int
    damaged: int
    missing: int
    rejected: int
    extra: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsolicitedArrival:
    """Goods that came without being asked for; `stage` is reported, quarantined, adopted ..."""

    reference: str
    description: str
    place: str
    arrived: date | None
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What one measure counts, in one sentence."""

    measure: Measure
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that one report says, as of one moment.

    `situation`, `needs` and `points_of_entry` are paragraphs as their author wrote them.

    Raises:
        ValueError: `as_of` has no zone, a line, nation or reference stands twice, or a measure
            has no definition.
    """

    header: Header
    as_of: datetime
    situation: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    points_of_entry: tuple[str, ...] = ()
    lines: tuple[LineFigure, ...] = ()
    donors: tuple[DonorFigure, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    arrivals: tuple[UnsolicitedArrival, ...] = ()
    definitions: tuple[Definition, ...]

    def __post_init__(self) -> None:
        utc(self.as_of)
        _all_different("lines", [figure.line for figure in self.lines])
        _all_different("donors", [figure.nation for figure in self.donors])
        _all_different("discrepancies", [case.reference for case in self.discrepancies])
        _all_different("arrivals", [arrival.reference for arrival in self.arrivals])
        measures = [definition.measure for definition in self.definitions]
        _all_different("definitions", [str(measure) for measure in measures])
        if lacking := set(Measure) - set(measures):
            raise ValueError(f"no definition of {', '.join(sorted(lacking))}")


DEFINITIONS = (
    Definition(
        measure=Measure.ASKED,
        sentence=(
            "the quantity of the request line in the version now in force, "
            "in the unit that stands beside it."
        ),
    ),
    Definition(
        measure=Measure.OFFERED,
        sentence=(
            "what donors have specifically offered for the line and not withdrawn, whether or not "
            "it was allocated since. Pledges are not counted."
        ),
    ),
    Definition(
        measure=Measure.ALLOCATED,
        sentence=(
            "what was promised to the line, confirmed by the donor and accepted by the recipient, "
            "and not released since; it includes what was dispatched and received."
        ),
    ),
    Definition(
        measure=Measure.DISPATCHED,
        sentence=(
            "what has left on a locked manifest; it includes what was received. "
            "It does not mean that anything has arrived."
        ),
    ),
    Definition(
        measure=Measure.RECEIVED,
        sentence=(
            "what the recipient has counted as good and signed for. "
            "Damaged, missing and rejected goods are not counted."
        ),
    ),
    Definition(
        measure=Measure.REMAINING,
        sentence=(
            "asked, and accepted beyond that, less allocated, plus what was dispatched and did not "
            "arrive in good order; not known where the request states no number."
        ),
    ),
)

_NUMBER = re.compile(r"OPS\(([^()]+)\)\((\d{4})\)(\d{4,})", re.ASCII)


def message_number(centre: str, year: int, serial: int) -> str:
    """Write a message number, such as `OPS(CENTRE)(2023)0020`.

    Raises:
        ValueError: the centre is empty or holds brackets, the year has not four digits, or the
            serial is below 1.
    """
    text = f"OPS({centre})({year}){serial:04}"
    if serial < 1 or _NUMBER.fullmatch(text) is None or centre != " ".join(centre.split()):
        raise ValueError(f"not a message number: {text}")
    return text


def read_message_number(text: str) -> MessageNumber:
    """Read a message number that `message_number` wrote; spaces around it do not matter.

    Raises:
        MessageNumberUnreadable: it is written otherwise.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise MessageNumberUnreadable(text=text)
    number = MessageNumber(centre=found[1], year=int(found[2]), serial=int(found[3]))
    try:
        written = message_number(number.centre, number.year, number.serial)
    except ValueError as fault:
        raise MessageNumberUnreadable(text=text) from fault
    if written != text.strip():
        raise MessageNumberUnreadable(text=text)
    return number


def _all_different(what: str, keys: list[str]) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"{what} stand twice in one report: {', '.join(twice)}")
