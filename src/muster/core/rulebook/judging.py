"""Whether a condition is true of one case: true, false, or not known.

The three answers are those of CEL: to compare what is null is "not known", and && and || give an
answer wherever one of their parts decides it.  `arrays.py` says the same of many cases at once.
"""

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from muster.core.rulebook.facts import Case, Value
from muster.core.rulebook.language import (
    Both,
    Choice,
    Compared,
    Constant,
    Expression,
    Flagged,
    Listed,
    Not,
    Operand,
    Texted,
    Within,
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
        case Compared(sign, left, right):
            return _compared(sign, _value(left, case), _value(right, case))
        case Within(left, right):
            return _within(_value(left, case), right, case)
        case Texted(test, left, right):
            return _texted(test, _value(left, case), _value(right, case))


def _both(every: bool, answers: list[Answer]) -> Answer:  # noqa: FBT001 - && or ||
    if (not every) in answers:
        return not every
    return None if None in answers else every


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
