"""Rules that contradict each other, that another makes idle, or that can never speak.

Two conditions are compared over every combination of values that they can tell apart: for each
fact, the values that one of them names, and one that none names.  That is a proof for all cases.
Where the values cannot be listed, or are too many, nothing is claimed: it is said to be not shown.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from muster.core.rulebook.arrays import Answers, Flags, answers, over_cases
from muster.core.rulebook.book import Effect, Rule
from muster.core.rulebook.columns import Cases, Column, Table
from muster.core.rulebook.facts import FACTS, Case, Type, Value
from muster.core.rulebook.language import (
    Atom,
    Compared,
    Constant,
    Expression,
    Fact,
    Flagged,
    Known,
    Listed,
    Texted,
    Within,
    atoms,
    facts_of,
    operands,
)

MOST_COMBINATIONS = 200_000
_MOST_MEMBERS = 6
_FRESH = "\N{REPLACEMENT CHARACTER}"
_STRENGTH = {Effect.CONSENT: 1, Effect.REVIEW: 2, Effect.FORBID: 3}


class FindingKind(StrEnum):
    """What is found of a rule, alone or beside another."""

    NEVER = "never speaks"
    SHADOWED = "shadowed"
    CONTRADICTION = "contradiction"
    IDLE = "idle exception"
    LIFTED = "wholly lifted"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about one rule, or about two.

    Args:
        kind: what it is.
        rules: the codes of the rules it is about.
        sentence: what a person reads.
        example: the facts of one case in which it shows; empty where it is of all cases.
    """

    kind: FindingKind
    rules: tuple[str, ...]
    sentence: str
    example: Case | None = None


class CannotList(Exception):  # noqa: N818 - an answer: the values cannot be listed
    """The values that a condition can tell apart cannot be listed."""


def findings_of(rule: Rule, others: Iterable[Rule]) -> list[Finding]:
    """Say what is to be pointed out of one rule beside others that are asked where it is."""
    alone = _alone(rule)
    if alone is not None:
        return [alone]
    found = (_beside(rule, other) for other in others if other.code != rule.code)
    return [each for each in found if each is not None]


def findings_among(rules: Sequence[Rule]) -> list[Finding]:
    """Say what is to be pointed out of a whole book, each pair once."""
    found: list[Finding] = []
    for place, rule in enumerate(rules):
        found += findings_of(rule, rules[:place])
    return found


def _alone(rule: Rule) -> Finding | None:
    try:
        cases = _combinations([rule.condition.tree])
    except CannotList:
        return None
    said = over_cases(answers(rule.condition.tree, cases), cases)
    if said.true.any() or said.unknown is not None:
        return None
    sentence = f"{rule.code} never speaks: its condition is false in every case."
    return Finding(kind=FindingKind.NEVER, rules=(rule.code,), sentence=sentence)


def _beside(rule: Rule, other: Rule) -> Finding | None:
    if not _meet(rule, other):
        return None
    try:
        cases = _combinations([rule.condition.tree, other.condition.tree])
    except CannotList as why:
        sentence = f"{rule.code} and {other.code}: not shown, as {why}."
        return Finding(kind=FindingKind.NOT_SHOWN, rules=(rule.code, other.code), sentence=sentence)
    mine = over_cases(answers(rule.condition.tree, cases), cases)
    theirs = over_cases(answers(other.condition.tree, cases), cases)
    for one, its, two, ours in ((rule, mine, other, theirs), (other, theirs, rule, mine)):
        found = _pointed_out(one, its, two, ours, cases)
        if found is not None:
            return found
    return None


def _meet(rule: Rule, other: Rule) -> bool:
    """Say whether the two are ever asked of one case."""
    apart = (rule.until is not None and rule.until <= other.since) or (
        other.until is not None and other.until <= rule.since
    )
    operations = {rule.operation, other.operation} - {""}
    return not apart and len(operations) < 2 and bool(rule.steps & other.steps)  # noqa: PLR2004


def _pointed_out(
    rule: Rule, its: Answers, other: Rule, theirs: Answers, cases: Cases
) -> Finding | None:
    """Look at the first of two rules in the light of the second."""
    if rule.effect is Effect.ALLOW:
        return None if other.effect is Effect.ALLOW else _exception(rule, its, other, theirs, cases)
    if other.effect is Effect.ALLOW:
        return None
    covered = not (_loud(its) & ~theirs.true).any()
    if not (covered and _is_as_strict(other, rule) and _is_asked_wherever(other, rule)):
        return None
    return Finding(
        kind=FindingKind.SHADOWED,
        rules=(rule.code, other.code),
        sentence=f"{rule.code} adds nothing to {other.code}: wherever it speaks, that one speaks "
        f"too, and is as strict.",
    )


def _exception(
    exception: Rule, its: Answers, other: Rule, theirs: Answers, cases: Cases
) -> Finding | None:
    both = its.true & theirs.true
    if not both.any():
        return None
    pair = (exception.code, other.code)
    example = _example(cases, both, (exception, other))
    if exception.precedence == other.precedence:
        return Finding(
            kind=FindingKind.CONTRADICTION,
            rules=pair,
            sentence=f"{exception.code} allows what {other.code} does not, with the same precedence"
            f" ({other.precedence}): the stricter stands. Give the exception a higher one, or drop "
            "it.",
            example=example,
        )
    if exception.precedence < other.precedence and not (its.true & ~theirs.true).any():
        return Finding(
            kind=FindingKind.IDLE,
            rules=pair,
            sentence=f"{exception.code} lifts nothing of {other.code}, whose precedence is higher "
            f"({other.precedence} over {exception.precedence}).",
            example=example,
        )
    wholly = exception.precedence > other.precedence and not (theirs.true & ~its.true).any()
    if wholly and _is_asked_wherever(exception, other):
        return Finding(
            kind=FindingKind.LIFTED,
            rules=pair,
            sentence=f"{exception.code} lifts {other.code} in every case in which it speaks.",
        )
    return None


def _loud(said: Answers) -> Flags:
    return said.true if said.unknown is None else said.true | said.unknown


def _is_as_strict(rule: Rule, other: Rule) -> bool:
    if rule.effect is Effect.CONSENT is other.effect and rule.consent_of != other.consent_of:
        return False
    stronger = _STRENGTH[rule.effect] >= _STRENGTH[other.effect]
    return stronger and rule.precedence >= other.precedence


def _is_asked_wherever(rule: Rule, other: Rule) -> bool:
    """Say whether the one is asked wherever and whenever the other is."""
    in_time = rule.since <= other.since and (
        rule.until is None or (other.until is not None and other.until <= rule.until)
    )
    return in_time and rule.operation in {"", other.operation} and rule.steps >= other.steps


def _example(cases: Cases, where: Flags, rules: Sequence[Rule]) -> Case:
    one = cases.one(int(np.flatnonzero(where)[0]))
    named = {name for rule in rules for name in rule.facts}
    return {name: _spoken(value) for name, value in one.items() if name in named}


def _spoken(value: Value) -> Value:
    """Write a value that no rule names as people would."""
    if isinstance(value, str) and _FRESH in value:
        return "any other" if value.startswith(_FRESH) else f"{value.partition(_FRESH)[0]}..."
    return value


def _combinations(trees: Sequence[Expression]) -> Cases:
    """List every combination of values that the conditions can tell apart.

    Raises:
        CannotList: there is no such list, or it is too long.
    """
    told = [atom for tree in trees for atom in atoms(tree)]
    names = list(dict.fromkeys(name for tree in trees for name in facts_of(tree)))
    values = {name: _values(name, told, _linked(name, told)) for name in names}
    length = math.prod(len(each) for each in values.values())
    if length > MOST_COMBINATIONS:
        why = f"{length:,} combinations are more than {MOST_COMBINATIONS:,}"
        raise CannotList(why)
    rows = np.array(list(itertools.product(*(range(len(each)) for each in values.values()))))
    tables: dict[str, dict[str, Column]] = {}
    for place, (name, each) in enumerate(values.items()):
        codes = rows[:, place] if names else np.zeros(1, dtype=np.intp)
        tables.setdefault(FACTS[name].side, {})[name] = Column(tuple(each), codes)
    every = np.arange(length)
    return Cases(
        length,
        {side: Table(length, columns) for side, columns in tables.items()},
        dict.fromkeys(tables, every),
    )


def _linked(name: str, told: Iterable[Atom]) -> set[str]:
    """Find the facts that are compared with this one, with each other, and so on."""
    pairs = [
        {side.name for side in operands(atom) if isinstance(side, Fact)}
        for atom in told
        if not isinstance(atom, Flagged | Known)
    ]
    found = {name}
    while True:
        more = {each for pair in pairs if pair & found for each in pair} - found
        if not more:
            return found
        found |= more


def _values(name: str, told: Sequence[Atom], linked: set[str]) -> list[Value]:
    kind = FACTS[name]
    near = [
        atom for atom in told if {s.name for s in operands(atom) if isinstance(s, Fact)} & linked
    ]
    match kind.type:
        case Type.FLAG:
            found: list[Value] = [False, True]
        case Type.WHOLE | Type.DAY:
            found = list(_around(near))
        case Type.TEXTS:
            found = list(_subsets(near))
        case _:
            found = list(kind.among) or list(_texts(near, linked))
    return [None, *found] if kind.nullable else found


def _texts(near: Sequence[Atom], linked: set[str]) -> Iterator[Value]:
    """Give the texts that the comparisons name, and as many others as stand beside each other."""
    named = dict.fromkeys(text for name in sorted(linked) for text in FACTS[name].among)
    begins: dict[str, None] = {"": None}
    for atom in near:
        constants = _constants(atom)
        if isinstance(atom, Texted):
            if atom.test != "startsWith" or not isinstance(atom.right, Constant):
                raise CannotList(f'"{atom.test}" tells apart more texts than can be listed')
            begins.update(dict.fromkeys(constants))
        elif isinstance(atom, Compared) and atom.sign not in {"==", "!="}:
            raise CannotList("texts are put in order")
        elif isinstance(atom, Within) and isinstance(atom.right, Fact):
            raise CannotList("a fact is looked for in a list of the case")
        named.update(dict.fromkeys(constants))
    yield from named
    for begin in begins:
        yield from (f"{begin}{_FRESH}{number}" for number in range(len(linked)))


def _constants(atom: Atom) -> Iterator[str]:
    for side in operands(atom):
        if isinstance(side, Constant) and isinstance(side.value, str):
            yield side.value
        elif isinstance(side, Listed):
            yield from (value for value in side.values if isinstance(value, str))


def _around(near: Sequence[Atom]) -> Iterator[Value]:
    """Give each number or day that is named, and those just before and after it."""
    whole: set[int] = {0}
    days: set[date] = set()
    for atom in near:
        for side in operands(atom):
            values = side.values if isinstance(side, Listed) else (getattr(side, "value", None),)
            for value in values:
                if isinstance(value, date):
                    days |= {value + timedelta(days=by) for by in (-1, 0, 1)}
                elif isinstance(value, int):
                    whole |= {value - 1, value, value + 1}
    yield from sorted(days)
    if not days:
        yield from sorted(whole)


def _subsets(near: Sequence[Atom]) -> Iterator[Value]:
    named: dict[str, None] = {}
    for atom in near:
        if isinstance(atom, Within) and isinstance(atom.left, Fact):
            raise CannotList("a fact is looked for in a list of the case")
        named.update(dict.fromkeys(_constants(atom)))
    if len(named) > _MOST_MEMBERS:
        raise CannotList(f"{len(named)} members of one list are asked about")
    for size in range(len(named) + 1):
        yield from (frozenset(some) for some in itertools.combinations(named, size))
