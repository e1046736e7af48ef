"""From figures to the numbered sections of a situation report.

The order of the sections is that of published reports: situation, further needs, points of entry,
assistance nation by nation; then movements and receipts, what changed, and the definitions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muster.core.moments import dtg, long_moment
from muster.core.sitreps import wording
from muster.core.sitreps.changes import changes
from muster.core.sitreps.document import Document, Mark, Paragraph, Section
from muster.core.sitreps.facts import Facts

_NOTHING_NEEDED = "No further needs are stated."
_NOTHING_CHANGED = "Nothing has changed since the last report."
_FIRST = "This is the first report of the operation; there is none to compare it with."


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence, and the thing it is about; what a person wrote is about nothing but itself."""

    text: str
    about: tuple[str, ...] | None = None


def compose(facts: Facts, previous: Facts | None) -> Document:
    """Write the report, marking every paragraph that the previous report did not have like this.

    Both reports are worded by the same code, so that a change of wording marks nothing.

    Args:
        facts: what is to be reported.
        previous: the facts of the operation's last report, None for its first.

    Raises:
        ValueError: the previous report has no lower number, or is of a later moment.
    """
    if previous is not None:
        _check_order(facts, previous)
    sections = [
        _section(number, heading, intro(facts), write(facts), write(previous) if previous else None)
        for number, (heading, intro, write) in enumerate(_STANDING, start=1)
    ]
    sections.append(_changes_section(len(sections) + 1, facts, previous))
    sections.append(_definitions_section(len(sections) + 1, facts))
    since = previous.header.message_number if previous else None
    return Document(facts=facts, since=since, sections=tuple(sections))


def _check_order(facts: Facts, previous: Facts) -> None:
    if previous.header.number >= facts.header.number:
        raise ValueError(
            f"report {facts.header.number} does not follow report {previous.header.number}"
        )
    if previous.as_of > facts.as_of:
        raise ValueError(f"the previous report is of a later moment: {previous.as_of.isoformat()}")


def _section(
    number: int,
    heading: str,
    intro: str,
    now: Sequence[_Statement],
    before: Sequence[_Statement] | None,
) -> Section:
    paragraphs = tuple(
        Paragraph(number=f"{number}.{at}", text=statement.text, mark=_mark(statement, before))
        for at, statement in enumerate(now, start=1)
    )
    return Section(number=number, heading=heading, intro=intro, paragraphs=paragraphs)


def _mark(statement: _Statement, before: Sequence[_Statement] | None) -> Mark:
    if before is None or statement.text in {other.text for other in before}:
        return Mark.NONE
    known = {other.about for other in before if other.about is not None}
    return Mark.CHANGED if statement.about in known else Mark.NEW


def _situation(facts: Facts) -> list[_Statement]:
    return _words(facts.situation) or [_Statement("No update of the situation was received.")]


def _needs(facts: Facts) -> list[_Statement]:
    said = _words(facts.needs)
    said += [
        _Statement(wording.need(line), ("line", line.line))
        for line in facts.lines
        if line.remaining is None or line.remaining > 0
    ]
    met = [wording.one_line(line.line) for line in facts.lines if line.remaining == 0]
    if met:
        said.append(_Statement(f"Nothing more is needed for: {', '.join(met)}.", ("met",)))
    return said or [_Statement(_NOTHING_NEEDED)]


def _points_of_entry(facts: Facts) -> list[_Statement]:
    return _words(facts.points_of_entry) or [_Statement("None has been named.")]


def _assistance(facts: Facts) -> list[_Statement]:
    said = [_Statement(wording.gift(donor), ("donor", donor.nation)) for donor in facts.donors]
    return said or [_Statement("No assistance has been offered.")]


def _movements(facts: Facts) -> list[_Statement]:
    said = [_Statement(wording.movement(line), ("line", line.line)) for line in facts.lines]
    said += [
        _Statement(wording.discrepancy(case), ("discrepancy", case.reference))
        for case in facts.discrepancies
    ]
    if not facts.discrepancies:
        said.append(_Statement("No discrepancy is open.", ("discrepancies",)))
    said += [
        _Statement(wording.arrival(goods), ("arrival", goods.reference)) for goods in facts.arrivals
    ]
    if not facts.arrivals:
        said.append(_Statement("No unsolicited goods are reported.", ("arrivals",)))
    return said


def _words(texts: Sequence[str]) -> list[_Statement]:
    return [_Statement(text) for text in map(wording.one_line, texts) if text]


def _no_intro(_: Facts) -> str:
    return ""


def _moment_of(facts: Facts) -> str:
    return f"As of {long_moment(facts.as_of)} ({dtg(facts.as_of)}); measures: section 7."


def _moment_and_silence(facts: Facts) -> str:
    return f"{_moment_of(facts)} Routes and times of movements are not given."


# The sections that stand in every report, and are worded from its facts alone.
_STANDING: tuple[
    tuple[str, Callable[[Facts], str], Callable[[Facts], Sequence[_Statement]]], ...
] = (
    ("Situation", _no_intro, _situation),
    ("Further needs for international assistance", _moment_of, _needs),
    ("Points of entry", _no_intro, _points_of_entry),
    ("Assistance offered or provided", _moment_of, _assistance),
    ("Movements and receipts", _moment_and_silence, _movements),
)


def _changes_section(number: int, facts: Facts, previous: Facts | None) -> Section:
    if previous is None:
        intro, said = "", [_FIRST]
    else:
        head = previous.header
        intro = (
            f"Compared with report No. {head.number}, {wording.one_line(head.message_number)}, "
            f"figures as of {long_moment(previous.as_of)}. Amounts are written before -> after."
        )
        said = list(changes(facts, previous)) or [_NOTHING_CHANGED]
    statements = [_Statement(text) for text in said]
    return _section(number, "Changes since the last report", intro, statements, None)


def _definitions_section(number: int, facts: Facts) -> Section:
    statements = [
        _Statement(
            f"{definition.measure.value.capitalize()}: {wording.one_line(definition.sentence)}"
        )
        for definition in facts.definitions
    ]
    return _section(number, "Definitions", "", statements, None)
