"""What changed between two reports, found by difference of their figures."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from muster.core.sitreps import wording
from muster.core.sitreps.facts import DonorEntry, Facts, LineFigure, Measure

_MEASURES = (
    Measure.ASKED,
    Measure.OFFERED,
    Measure.ALLOCATED,
    Measure.DISPATCHED,
    Measure.RECEIVED,
    Measure.REMAINING,
)
_Key = TypeVar("_Key", bound=Hashable)
_Thing = TypeVar("_Thing")


def changes(facts: Facts, previous: Facts) -> tuple[str, ...]:
    """Say each difference between two reports in one sentence; empty where there is none.

    Amounts are written `received 0 -> 95`, always before and after.
    """
    return (
        *_written("Situation", facts.situation, previous.situation),
        *_written("Further needs", facts.needs, previous.needs),
        *_written("Points of entry", facts.points_of_entry, previous.points_of_entry),
        *_lines(facts, previous),
        *_donors(facts, previous),
        *_discrepancies(facts, previous),
        *_arrivals(facts, previous),
    )


def _written(name: str, now: Sequence[str], before: Sequence[str]) -> list[str]:
    """Count the paragraphs that came and went; their words are marked where they stand."""
    lines_now = Counter(wording.one_line(text) for text in now)
    lines_before = Counter(wording.one_line(text) for text in before)
    came = (lines_now - lines_before).total()
    went = (lines_before - lines_now).total()
    parts = [f"{came} new"] if came else []
    parts += [f"{went} no longer given"] if went else []
    return [f"{name}: paragraphs {', '.join(parts)}."] if parts else []


def _lines(facts: Facts, previous: Facts) -> list[str]:
    now = {figure.line: figure for figure in facts.lines}
    before = {figure.line: figure for figure in previous.lines}
    came, went, stayed = _compared(now, before)
    said = [f"New line: {wording.movement(line)}" for line in came]
    for line, old in stayed:
        if differences := _line_differences(line, old):
            name = wording.one_line(line.item)
            said.append(f"{name} (line {wording.one_line(line.line)}): {', '.join(differences)}.")
    said += [
        f"{wording.one_line(line.item)} (line {wording.one_line(line.line)}) is no longer listed."
        for line in went
    ]
    return said


def _line_differences(line: LineFigure, old: LineFigure) -> list[str]:
    parts = []
    for measure in _MEASURES:
        now, before = getattr(line, measure.value), getattr(old, measure.value)
        if now != before:
            parts.append(f"{measure.value} {_amount(before)} -> {_amount(now)}")
    if line.over_accepted != old.over_accepted:
        parts.append(
            "accepted beyond what was asked "
            f"{_amount(old.over_accepted)} -> {_amount(line.over_accepted)}"
        )
    for name, words, earlier in (
        ("wording of the request", line.asked_text, old.asked_text),
        ("item", line.item, old.item),
        ("unit", line.unit, old.unit),
        ("request", line.request, old.request),
    ):
        if wording.one_line(words) != wording.one_line(earlier):
            parts.append(f'{name} "{wording.one_line(earlier)}" -> "{wording.one_line(words)}"')
    return parts


def _donors(facts: Facts, previous: Facts) -> list[str]:
    now = {donor.nation: donor for donor in facts.donors}
    before = {donor.nation: donor for donor in previous.donors}
    came, went, stayed = _compared(now, before)
    said = [f"New donor: {wording.gift(donor)}" for donor in came]
    for donor, old in stayed:
        if differences := _entry_differences(donor.entries, old.entries):
            said.append(f"{wording.one_line(donor.nation)}: {'; '.join(differences)}.")
    said += [f"{wording.one_line(donor.nation)} is no longer listed." for donor in went]
    return said


def _entry_differences(now: Sequence[DonorEntry], before: Sequence[DonorEntry]) -> list[str]:
    amounts, earlier = _by_item(now), _by_item(before)
    return [
        f"{wording.one_line(item)}, {stage} {_amount(earlier.get(key, 0))} -> "
        f"{_amount(amounts.get(key, 0))} {wording.one_line(unit)}"
        for key in dict.fromkeys((*amounts, *earlier))
        for item, unit, stage in [key]
        if amounts.get(key, 0) != earlier.get(key, 0)
    ]


def _by_item(entries: Sequence[DonorEntry]) -> dict[tuple[str, str, str], int]:
    """Add up the amounts of each item, unit and stage, in the order of first appearance."""
    sums: dict[tuple[str, str, str], int] = {}
    for entry in entries:
        key = (entry.item, entry.unit, entry.stage.value)
        sums[key] = sums.get(key, 0) + entry.amount
    return sums


def _discrepancies(facts: Facts, previous: Facts) -> list[str]:
    now = {case.reference: case for case in facts.discrepancies}
    before = {case.reference: case for case in previous.discrepancies}
    came, went, stayed = _compared(now, before)
    said = [f"New. {wording.discrepancy(case)}" for case in came]
    said += [f"Changed. {wording.discrepancy(case)}" for case, old in stayed if case != old]
    said += [f"Discrepancy {wording.one_line(case.reference)} is no longer open." for case in went]
    return said


def _arrivals(facts: Facts, previous: Facts) -> list[str]:
    now = {goods.reference: goods for goods in facts.arrivals}
    before = {goods.reference: goods for goods in previous.arrivals}
    came, went, stayed = _compared(now, before)
    said = [f"New. {wording.arrival(goods)}" for goods in came]
    said += [f"Changed. {wording.arrival(goods)}" for goods, old in stayed if goods != old]
    said += [
        f"Unsolicited arrival {wording.one_line(goods.reference)} is no longer listed."
        for goods in went
    ]
    return said


def _compared(
    now: Mapping[_Key, _Thing], before: Mapping[_Key, _Thing]
) -> tuple[list[_Thing], list[_Thing], list[tuple[_Thing, _Thing]]]:
    """Part two reports' things into those that came, those that went, and pairs of both."""
    came = [thing for key, thing in now.items() if key not in before]
    went = [thing for key, thing in before.items() if key not in now]
    stayed = [(thing, before[key]) for key, thing in now.items() if key in before]
    return came, went, stayed


def _amount(amount: int | None) -> str:
    return "not known" if amount is None else wording.figure(amount)
