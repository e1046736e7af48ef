"""Whether a condition is true of many cases, by numpy: the same answers as `judging.py` gives.

What rests on one side alone is worked out over the distinct values of that side, then over its
rows, and only then looked up for each case; what is the same for all rows is never looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from muster.core.rulebook.columns import Cases, Column
from muster.core.rulebook.facts import FACTS, Value
from muster.core.rulebook.judging import ORDERS, Answer, answer
from muster.core.rulebook.language import (
    Atom,
    Both,
    Choice,
    Compared,
    Expression,
    Fact,
    Not,
    facts_of,
    operands,
)

Flags = npt.NDArray[np.bool_]
EVERY_CASE = "every case"
NO_SIDE = "no side"
_ONE_CASE: Flags = np.ones(1, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a condition, in as few rows as it needs.

    Args:
        side: whose rows these are; EVERY_CASE, or NO_SIDE where one row answers for all.
        true: where it is true.
        unknown: where it is not known; None where it always is.
    """

    side: str
    true: Flags
    unknown: Flags | None = None

    def of(self, cases: Cases, case: int) -> Answer:
        """Give the answer of one case."""
        row = case if self.side == EVERY_CASE else 0
        if self.side not in {EVERY_CASE, NO_SIDE}:
            row = int(cases.rows[self.side][case])
        if self.unknown is not None and self.unknown[row]:
            return None
        return bool(self.true[row])


def answers(tree: Expression, cases: Cases) -> Answers:
    """Say of which cases a condition is true, and of which it is not known."""
    found = cases.worked.get(tree)
    if found is None:
        found = cases.worked[tree] = _work(tree, cases)
    return found


def over_cases(found: Answers, cases: Cases) -> Answers:
    """Look the answers up for every case."""
    if found.side == EVERY_CASE:
        return found
    if found.side == NO_SIDE:
        spread = [
            None if flags is None else np.full(cases.length, flags[0])
            for flags in (found.true, found.unknown)
        ]
    else:
        rows = cases.rows[found.side]
        spread = [
            None if flags is None else flags.take(rows) for flags in (found.true, found.unknown)
        ]
    true, unknown = spread
    assert true is not None  # noqa: S101 - of the two, only what is unknown may be left out
    return Answers(EVERY_CASE, true, unknown)


def combined(every: bool, parts: Sequence[Answers], cases: Cases) -> Answers:  # noqa: FBT001 - && or ||
    """Combine answers by && or by ||: those of one side first, and among its rows alone."""
    by_side: dict[str, list[Answers]] = {}
    for part in parts:
        by_side.setdefault(part.side, []).append(part)
    merged = [_tidy(_merge(every, some)) for some in by_side.values()]
    deciding = [part for part in merged if part.side == NO_SIDE]
    others = [part for part in merged if part.side != NO_SIDE]
    settled = _merge(every, deciding) if deciding else None
    if settled is not None and settled.unknown is None:
        if bool(settled.true[0]) != every or not others:
            return settled
    elif settled is not None:
        others.append(settled)
    if len(others) == 1:
        return others[0]
    return _tidy(_merge(every, [over_cases(part, cases) for part in others]))


def _work(tree: Expression, cases: Cases) -> Answers:
    match tree:
        case Not(part):
            found = answers(part, cases)
            true = ~found.true
            if found.unknown is not None:
                true &= ~found.unknown
            return Answers(found.side, true, found.unknown)
        case Both(every, parts):
            return combined(every, [answers(part, cases) for part in parts], cases)
        case Choice(condition, then, otherwise):
            return _choice(
                answers(condition, cases), answers(then, cases), answers(otherwise, cases), cases
            )
        case _:
            return _tidy(_atom(tree, cases))


def _merge(every: bool, parts: Sequence[Answers]) -> Answers:  # noqa: FBT001 - && or ||
    """Combine answers of the same rows."""
    if len(parts) == 1:
        return parts[0]
    side = parts[0].side
    if all(part.unknown is None for part in parts):
        join = np.logical_and if every else np.logical_or
        return Answers(side, reduce(join, [part.true for part in parts]))
    holds = [part.true for part in parts]
    fails = [_false(part) for part in parts]
    if every:
        true, false = reduce(np.logical_and, holds), reduce(np.logical_or, fails)
    else:
        true, false = reduce(np.logical_or, holds), reduce(np.logical_and, fails)
    return Answers(side, true, ~(true | false))


def _false(part: Answers) -> Flags:
    return ~part.true if part.unknown is None else ~(part.true | part.unknown)


def _tidy(found: Answers) -> Answers:
    """Forget what is unknown where nothing is, and the rows where all are alike."""
    unknown = found.unknown
    if unknown is not None and not unknown.any():
        unknown = None
    if unknown is None and found.side != NO_SIDE and found.true.size:
        if not found.true.any():
            return Answers(NO_SIDE, ~_ONE_CASE)
        if found.side != EVERY_CASE and found.true.all():
            return Answers(NO_SIDE, _ONE_CASE)
    return Answers(found.side, found.true, unknown)


def _choice(condition: Answers, then: Answers, otherwise: Answers, cases: Cases) -> Answers:
    if len({condition.side, then.side, otherwise.side}) > 1:
        condition, then, otherwise = (
            over_cases(each, cases) for each in (condition, then, otherwise)
        )
    unknown = np.where(condition.true, _unknown(then), _unknown(otherwise)) | _unknown(condition)
    true = np.where(condition.true, then.true, otherwise.true) & ~unknown
    return _tidy(Answers(condition.side, true, unknown))


def _unknown(part: Answers) -> Flags:
    return np.zeros_like(part.true) if part.unknown is None else part.unknown


def _atom(atom: Atom, cases: Cases) -> Answers:
    names = facts_of(atom)
    sides = {FACTS[name].side for name in names}
    if not names:
        return _row(answer(atom, {}))
    if len(names) == 1:
        return _of_one_fact(atom, names[0], cases)
    found = _of_two_facts(atom, cases, whole=len(sides) > 1)
    return Answers(EVERY_CASE if len(sides) > 1 else sides.pop(), *found)


def _row(found: Answer) -> Answers:
    unknown = np.array([True]) if found is None else None
    return Answers(NO_SIDE, np.array([found is True]), unknown)


def _of_one_fact(atom: Atom, name: str, cases: Cases) -> Answers:
    """Ask each distinct value of the fact once, as of one case, and look the rows up."""
    column = _column(name, cases)
    said = [answer(atom, {name: value}) for value in column.values]
    true = np.array([each is True for each in said], dtype=np.bool_)[column.codes]
    if None not in said:
        return Answers(FACTS[name].side, true)
    unknown = np.array([each is None for each in said], dtype=np.bool_)[column.codes]
    return Answers(FACTS[name].side, true, unknown)


def _column(name: str, cases: Cases) -> Column:
    return cases.tables[FACTS[name].side].columns[name]


@dataclass(frozen=True, slots=True)
class _Places:
    """The distinct values of a fact, and for each row which one it has."""

    values: Sequence[Value]
    rows: npt.NDArray[np.intp]
    may_be_missing: bool


def _places(name: str, cases: Cases, *, whole: bool) -> _Places:
    column = _column(name, cases)
    rows = column.codes[cases.rows[FACTS[name].side]] if whole else column.codes
    return _Places(column.values, rows, FACTS[name].may_be_missing)


def _of_two_facts(atom: Atom, cases: Cases, *, whole: bool) -> tuple[Flags, Flags | None]:
    """Ask each pair of distinct values once, and look the pairs up."""
    first, second = (side.name for side in operands(atom) if isinstance(side, Fact))
    left, right = (_places(name, cases, whole=whole) for name in (first, second))
    if isinstance(atom, Compared) and len(left.values) * len(right.values) > _MOST_PAIRS:
        return _compared(atom, left, right)
    said = [
        [answer(atom, {first: one, second: other}) for other in right.values] for one in left.values
    ]
    true = np.array([[each is True for each in row] for row in said], dtype=np.bool_)
    unknown = np.array([[each is None for each in row] for row in said], dtype=np.bool_)
    spread = unknown[left.rows, right.rows] if unknown.any() else None
    return true[left.rows, right.rows], spread


_MOST_PAIRS = 20_000


def _compared(atom: Compared, left: _Places, right: _Places) -> tuple[Flags, Flags | None]:
    """Compare many distinct values by their place in the order of all of them."""
    known: list[Any] = sorted({v for v in (*left.values, *right.values) if v is not None})
    places = {value: place for place, value in enumerate(known)}
    ours, theirs = (
        np.array([places.get(value, -1) for value in side.values], dtype=np.intp)[side.rows]
        for side in (left, right)
    )
    true: Flags = ORDERS[atom.sign](ours, theirs)
    unknown = np.zeros_like(true)
    for found, side in ((ours, left), (theirs, right)):
        if atom.sign not in {"==", "!="} or side.may_be_missing:
            unknown |= found < 0
    return (true & ~unknown, unknown) if unknown.any() else (true, None)
