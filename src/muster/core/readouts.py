"""The readout of a meeting: sentences made from facts, and sums that may be made.

What is summed is of one currency and one method; two are never added, whoever asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from muster.core.money import Money
from muster.core.pledges import METHODS, Form
from muster.core.refusals import Kind, Refusal


class CurrenciesMixed(Refusal, kind=Kind.CONFLICT, field="total_in"):
    """A total in {wanted} would add {found}; each currency and method has a sum of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line that was announced, as the readout tells it."""

    donors: tuple[str, ...]
    joint: str
    form: Form
    what: str
    said: str
    years: str
    currency: str
    amount: Decimal | None
    counts: bool
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadoutFacts:
    """What a readout is made from.

    Args:
        marks: what is from memory, in words, for the reader to know.
        invented: whether any of it was made up by a scenario.
    """

    series: str
    number: int
    held_on: date
    place: str
    mode: str
    chairs: tuple[str, ...]
    attendance: str
    operation: str
    lines: tuple[Said, ...]
    remarks: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of one currency by one method."""

    money: Money
    method: str
    lines: int


def sums_of(lines: Sequence[Said]) -> tuple[Sum, ...]:
    """Sum what counts, each currency and method apart."""
    groups: dict[tuple[str, Form], list[Decimal]] = {}
    for line in lines:
        if line.counts and line.form is not Form.GOODS and line.amount is not None:
            groups.setdefault((line.currency, line.form), []).append(line.amount)
    return tuple(
        Sum(Money(currency, sum(amounts, Decimal(0))), METHODS[form], len(amounts))
        for (currency, form), amounts in sorted(groups.items())
    )


def total_of(lines: Sequence[Said], currency: str) -> Sum:
    """Give the one total that was asked for.

    Raises:
        CurrenciesMixed: there is money of another currency, or by another method, beside it.
    """
    found = sums_of(lines)
    if len(found) != 1 or found[0].money.currency != currency:
        named = " and ".join(f"{each.money.currency} ({each.method})" for each in found)
        raise CurrenciesMixed(wanted=currency, found=named or "nothing of it")
    return found[0]


def compose_readout(facts: ReadoutFacts, *, total_in: str = "") -> tuple[str, ...]:
    """Write the paragraphs of a readout.

    Args:
        facts: what it is made from.
        total_in: the currency of one total, where one was asked for.

    Raises:
        CurrenciesMixed: one total would add two currencies or two methods.
    """
    paragraphs = [_opening(facts)]
    paragraphs += [_announcement(line) for line in facts.lines]
    if not facts.lines:
        paragraphs.append("Nothing was announced.")
    if total_in:
        paragraphs.append(f"In all: {_summed(total_of(facts.lines, total_in))}.")
    else:
        sums = [_summed(each) for each in sums_of(facts.lines)]
        if sums:
            paragraphs.append("Sums, each of one currency and method: " + "; ".join(sums) + ".")
    left_out = [line.reference for line in facts.lines if not line.counts]
    if left_out:
        paragraphs.append(
            "Told here and counted elsewhere, so in no sum: " + ", ".join(left_out) + "."
        )
    paragraphs += facts.remarks
    paragraphs.append("Announcements are pledges; what is allocated and received is told apart.")
    if facts.marks:
        paragraphs.append("From memory, not read in a source: " + ", ".join(facts.marks) + ".")
    if facts.invented:
        paragraphs.append("Some of this was made up for the demonstration.")
    return tuple(paragraphs)


def _opening(facts: ReadoutFacts) -> str:
    where = {"virtual": "online"}.get(
        facts.mode, facts.place and f"{_preposition(facts.place)} {facts.place}"
    )
    if facts.mode == "virtual" and facts.place:
        where = f"online, {facts.place}"
    chaired = f", chaired by {' and '.join(facts.chairs)}" if facts.chairs else ""
    attended = f" Attendance: {facts.attendance}." if facts.attendance else ""
    held = f"{facts.held_on.day} {facts.held_on:%B %Y}"
    return (
        f"The {facts.series} held its meeting {facts.number} on {held}"
        f"{f' {where}' if where else ''}{chaired}, on {facts.operation}.{attended}"
    )


def _preposition(place: str) -> str:
    """A base is a place one is at; a town one is in."""
    return "at" if place.endswith(("Base", "headquarters")) else "in"


def _announcement(line: Said) -> str:
    who = " and ".join(line.donors)
    stated = line.said if line.said != "not stated" else ""
    what = {
        Form.GOODS: f"{stated} of {line.what}" if stated else f"{line.what}, number not stated",
        Form.MONEY: stated if line.what == "money" else f"{stated} for {line.what}",
        Form.WORTH: f"goods worth {stated}",
    }[line.form]
    years = f", for {line.years}" if line.years else ""
    joint = f" ({line.joint})" if line.joint else ""
    return f"{who} announced {what}{years}{joint} [{line.reference}]."


def _summed(each: Sum) -> str:
    lines = "1 line" if each.lines == 1 else f"{each.lines} lines"
    return f"{each.money.text} ({each.method}; {lines})"
