"""Issues of the rows of a table, each with what was expected and what was found."""

from datetime import date
from decimal import Decimal

from muster.core.exchange import Issue, Place, Weight
from muster.core.intake.dates import DayRead


def heading_repeated(at: Place, found: str) -> Issue:
    """The table's headings stand in the row once more."""
    return Issue(
        code="heading_repeated",
        weight=Weight.NOTE,
        place=at,
        found=found[:200],
        sentence="The headings stand here again; the row is no line.",
    )


def remark_passed_over(at: Place, found: str) -> Issue:
    """The row is a footnote or another remark."""
    return Issue(
        code="remark_passed_over",
        weight=Weight.NOTE,
        place=at,
        found=found[:200],
        sentence="This row is a remark and no line.",
    )


def total_passed_over(at: Place, found: str) -> Issue:
    """The row is a total."""
    return Issue(
        code="total_passed_over",
        weight=Weight.NOTE,
        place=at,
        found=found[:200],
        sentence="This row is a total and no line.",
    )


def total_differs(at: Place, found: Decimal, sums: set[Decimal]) -> Issue:
    """The total is not the sum of what stands above it."""
    return Issue(
        code="total_differs",
        weight=Weight.QUESTION,
        place=at,
        expected=" or ".join(f"{each:f}" for each in sorted(sums)),
        found=f"{found:f}",
        sentence="The total is not the sum of the lines above it; one of them is wrong.",
    )


def row_ragged(at: Place, headings: int, cells: int) -> Issue:
    """The row has more cells than the table has headings."""
    return Issue(
        code="row_ragged",
        weight=Weight.QUESTION,
        place=at,
        expected=f"{headings} cells",
        found=f"{cells} cells",
        sentence=(
            "This row has more cells than there are headings, so its amount may stand in a wrong"
            " column: a text or a number with the separator in it needs quotation marks."
        ),
    )


def item_missing(at: Place, found: str) -> Issue:
    """The row has cells, but none that names an item."""
    return Issue(
        code="item_missing",
        weight=Weight.ERROR,
        place=at,
        expected="the name of an item",
        found=found[:200],
        sentence="This row does not say what is needed or given.",
    )


def quantity_guessed(at: Place, found: str, heading: str = "") -> Issue:
    """The amount stands in a column that was taken for amounts by its cells alone."""
    under = f' under "{heading[:60]}"' if heading else ""
    return Issue(
        code="quantity_guessed",
        weight=Weight.QUESTION,
        place=at,
        expected="a heading that names the amounts",
        found=found[:60],
        sentence=(
            f'"{found[:60]}"{under} may be the amount or something else; say what its column means.'
        ),
        readings=(found[:60], "not an amount"),
    )


def status_unknown(at: Place, text: str) -> Issue:
    """The state is in words that are not known."""
    return Issue(
        code="status_unknown",
        weight=Weight.NOTE,
        place=at,
        expected="a state such as requested, offered, sent or delivered",
        found=text[:60],
        sentence=f'The state "{text[:60]}" is not known; the line takes that of the list.',
    )


def party_carried_down(at: Place, party: str) -> Issue:
    """The party stands in a row above."""
    return Issue(
        code="party_carried_down",
        weight=Weight.NOTE,
        place=at,
        sentence=f'The cell is blank; the line takes "{party}" from the row above.',
    )


def date_before_creation(at: Place, read: DayRead, made: DayRead) -> Issue:
    """A day that cannot come before the line was made does."""
    same = read.day == made.day
    found, first = (f"{each.day} {each.clock}" if same else f"{each.day}" for each in (read, made))
    return Issue(
        code="date_before_creation",
        weight=Weight.QUESTION,
        place=at,
        expected=f"{first} or later",
        found=found,
        sentence=f"{found} comes before {first}, when the line was made.",
    )


def period_reversed(at: Place, end: date, start: date) -> Issue:
    """A period ends before it begins."""
    return Issue(
        code="period_reversed",
        weight=Weight.QUESTION,
        place=at,
        expected=f"{start} or later",
        found=f"{end}",
        sentence=f"The period ends on {end}, before it begins on {start}.",
    )
