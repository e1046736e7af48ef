"""Whether a condition is true of one case: true, false, or not known.

The three answers are those of CEL: to compare what is null is "not known", and && and || give an
answer wherever one of their parts decides it.  `arrays.py` says the same of many cases at once.
"""

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from muster.core.rulebook.facts import FACTS, Case, Value
from muster.core.rulebook.language import (
    Both,
    Choice,
    Compared,
    Constant,
    Expression,
    Fact,
    Flagged,
    Known,
    Listed,
    Not,
    Operand,
    Texted,
    Within,
    operands,
)

Answer = bool | None
"""True, false, or None where a fact that it needs is not known."""

ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
TESTS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
}


def answer(tree: Expression, case: Case) -> Answer:  # noqa: PLR0911 - one for each kind of node
    """Say whether a condition is true of a case."""
    match tree:
        case Not(part):
            found = answer(part, case)
            return None if found is None else not found
        case Both(every, parts):
            return _both(every, [answer(part, case) for part in parts])
        case Choice(condition, then, otherwise):
            found = answer(condition, case)
            if found is None:
                return None
            return answer(then if found else otherwise, case)
        case Flagged(operand):
            value = _value(operand, case)
            return value if isinstance(value, bool) else None
        case Known(operand):
            return case.get(operand.name) is not None
        case _ if any(_is_missing(side, case) for side in operands(tree)):
            return None
        case _:
            return _found(tree, case)


def _found(atom: Compared | Within | Texted, case: Case) -> Answer:
    """Compare two values that are there, or null."""
    left = _value(atom.left, case)
    match atom:
        case Compared(sign, _, right):
            return _compared(sign, left, _value(right, case))
        case Within(_, right):
            return _within(left, right, case)
        case Texted(test, _, right):
            return _texted(test, left, _value(right, case))


def _both(every: bool, answers: list[Answer]) -> Answer:  # noqa: FBT001 - && or ||
    if (not every) in answers:
        return not every
    return None if None in answers else every


def _is_missing(operand: Operand | Listed, case: Case) -> bool:
    if not isinstance(operand, Fact) or not FACTS[operand.name].may_be_missing:
        return False
    return case.get(operand.name) is None


def _compared(sign: str, left: Value, right: Value) -> Answer:
    if sign in {"==", "!="}:
        return bool(ORDERS[sign](left, right))
    if left is None or right is None:
        return None
    return bool(ORDERS[sign](left, right))


def _within(left: Value, right: "Listed | Operand", case: Case) -> Answer:
    if isinstance(right, Listed):
        return left in right.values
    listed = _value(right, case)
    return left in listed if isinstance(listed, frozenset) else None


def _texted(test: str, left: Value, right: Value) -> Answer:
    if isinstance(left, str) and isinstance(right, str):
        return TESTS[test](left, right)
    return None


def _value(operand: "Operand | Listed", case: Case) -> Value:
    if isinstance(operand, Constant):
        return operand.value
    if isinstance(operand, Listed):
        return None
    return case.get(operand.name)
