"""The sentences of single figures: one function for each kind of fact."""

from muster.core.moments import long_date
from muster.core.sitreps.facts import (
    Discrepancy,
    DonorEntry,
    DonorFigure,
    LineFigure,
    Stage,
    UnsolicitedArrival,
)

_NO_BREAK = "\u00a0"
_GROUPED_FROM = 10_000


def one_line(text: str) -> str:
    """Put a person's words on one line, without anything that cannot be printed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def figure(amount: int) -> str:
    """Write an amount so that no country misreads it: 1200, and 24 000 with no-break spaces."""
    return f"{amount:,}".replace(",", _NO_BREAK) if amount >= _GROUPED_FROM else str(amount)


def need(line: LineFigure) -> str:
    """Say what is still to be found for a request line."""
    if line.remaining is None:
        return (
            f"{_named(line)}: asked {_asked(line)}, allocated {_counted(line.allocated, line)}. "
            "What remains cannot be counted until the recipient states a number."
        )
    return (
        f"{_named(line)}: remaining {_counted(line.remaining, line)} of {_asked(line)} asked "
        f"(offered {figure(line.offered)}, allocated {figure(line.allocated)})."
    )


def movement(line: LineFigure) -> str:
    """Say how far a request line has come, in every measure."""
    remaining = "not known" if line.remaining is None else figure(line.remaining)
    sentence = (
        f"{_named(line)}: asked {_asked(line)}, offered {figure(line.offered)}, "
        f"allocated {figure(line.allocated)}, dispatched {figure(line.dispatched)}, "
        f"received {figure(line.received)}, remaining {remaining} (unit: {one_line(line.unit)})."
    )
    if line.over_accepted:
        sentence += (
            f" The recipient has accepted {_counted(line.over_accepted, line)} more than was asked."
        )
    return sentence


def gift(donor: DonorFigure) -> str:
    """Say what one donor offered or provided, in the order of the stages."""
    parts = []
    for stage in Stage:
        entries = [_entry(entry) for entry in donor.entries if entry.stage is stage]
        if entries:
            parts.append(f"{stage.value.capitalize()}: {'; '.join(entries)}.")
    return f"{one_line(donor.nation)}. {' '.join(parts) or 'Nothing is offered at present.'}"


def discrepancy(case: Discrepancy) -> str:
    """Say how a receipt differs from its manifest."""
    counts = {"damaged": case.damaged, "missing": case.missing, "rejected": case.rejected}
    wrong = [f"{figure(amount)} {name}" for name, amount in counts.items() if amount]
    if case.extra:
        wrong.append(f"{figure(case.extra)} more than the manifest lists")
    note = f" {one_line(case.note)}" if case.note.strip() else ""
    return (
        f"Discrepancy {one_line(case.reference)}: {one_line(case.item)}, dispatched "
        f"{figure(case.dispatched)}, counted good {figure(case.good)}, "
        f"{', '.join(wrong) or 'nothing else counted'} (unit: {one_line(case.unit)}).{note}"
    )


def arrival(goods: UnsolicitedArrival) -> str:
    """Say what came without being asked for."""
    day = "on a day not reported" if goods.arrived is None else f"on {long_date(goods.arrived)}"
    return (
        f"Unsolicited arrival {one_line(goods.reference)}: {one_line(goods.description)}, at "
        f"{one_line(goods.place)} {day}; {one_line(goods.stage)}. It is in none of the figures."
    )


def _named(line: LineFigure) -> str:
    return f"{one_line(line.item)} (line {one_line(line.line)}, {one_line(line.request)})"


def _counted(amount: int, line: LineFigure) -> str:
    return f"{figure(amount)} {one_line(line.unit)}"


def _asked(line: LineFigure) -> str:
    """Write the number, and the request's own words where they say something else."""
    words = one_line(line.asked_text)
    if line.asked is None:
        return f'"{words}", no number stated' if words else "without a number"
    number = figure(line.asked)
    if words in ("", str(line.asked), number.replace(_NO_BREAK, " ")):
        return number
    return f'{number} ("{words}")'


def _entry(entry: DonorEntry) -> str:
    return f"{one_line(entry.item)}, {figure(entry.amount)} {one_line(entry.unit)}"
