"""What a condition says of a case is what CEL says of it, for one case and for many."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import cel
import celpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.rulebook.arrays import answers
from muster.core.rulebook.book import VERDICTS, Effect, Rule, judge, judge_many
from muster.core.rulebook.columns import cases_of
from muster.core.rulebook.facts import FACTS, Case, Value
from muster.core.rulebook.judging import Answer, answer
from muster.core.rulebook.reading import read
from tests.core.rulebook.drawn import cases, expressions


def _plain(value: Value) -> object:
    match value:
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case frozenset():
            return sorted(value)
    return value


def _nested(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in case.items():
        side, dot, fact = name.partition(".")
        if dot and value is None and FACTS[name].may_be_missing:
            found.setdefault(side, {})
        elif dot:
            found.setdefault(side, {})[fact] = _plain(value)
        else:
            found[side] = _plain(value)
    return found


def _by_rust(text: str, case: Case) -> Answer:
    try:
        found = cel.evaluate(text, _nested(case))
    except (TypeError, RuntimeError, KeyError):
        return None  # its words for what CEL calls an error: an operation on null, or a key missing
    return bool(found)


def _by_celpy(text: str, case: Case) -> Answer | str:
    environment = celpy.Environment()
    activation: dict[str, Any] = {}
    for name, value in _nested(case).items():
        if isinstance(value, Mapping):
            activation[name] = celpy.json_to_cel(dict(value))
        else:
            activation[name] = celpy.celtypes.TimestampType(value.isoformat())
    try:
        found = environment.program(environment.compile(text)).evaluate(activation)
    except celpy.CELEvalError as error:
        # cel-python 0.5 has no == between null and a number or a flag, which CEL has.
        return "no equality" if "relation_eq" in str(error) or "_ne" in str(error) else None
    return bool(found)


@settings(max_examples=300, deadline=None)
@given(expressions, cases)
def test_one_case_is_judged_as_another_implementation_of_cel_does(text: str, case: Case) -> None:
    ours = answer(read(text).tree, case)
    assert ours == _by_rust(text, case)


@pytest.mark.filterwarnings("ignore:The recursion limit")
@settings(max_examples=80, deadline=None)
@given(expressions, cases)
def test_one_case_is_judged_as_the_parsers_own_evaluator_does(text: str, case: Case) -> None:
    theirs = _by_celpy(text, case)
    assert theirs in {answer(read(text).tree, case), "no equality"}


@settings(max_examples=200, deadline=None)
@given(expressions, st.lists(cases, min_size=1, max_size=12))
def test_many_cases_are_judged_as_each_of_them_alone(text: str, several: list[Case]) -> None:
    tree = read(text).tree
    laid_out = cases_of(several)
    found = answers(tree, laid_out)
    alone = [answer(tree, case) for case in several]
    assert [found.of(laid_out, at) for at in range(len(several))] == alone


def test_what_is_missing_is_taken_for_nothing_else() -> None:
    for text in ('request.use == "medical"', 'request.use != "medical"', 'request.use in ["x"]',
                 '"BLR" in journey.territories', "request.territory == donor.code"):  # fmt: skip
        assert answer(read(text).tree, {"donor.code": "NOR"}) is None, text
    assert answer(read("has(request.use)").tree, {}) is False
    assert answer(read('!has(request.use) || request.use == "medical"').tree, {}) is True


def test_many_values_that_are_missing_are_taken_for_nothing_else() -> None:
    # More distinct pairs than are asked one by one.
    several: list[Case] = [
        {"donor.code": f"D{at}", "request.territory": f"D{at // 2}" if at % 3 else None}
        for at in range(400)
    ]
    laid_out = cases_of(several)
    for sign in ("==", "!=", "<"):
        tree = read(f"donor.code {sign} request.territory").tree
        found = answers(tree, laid_out)
        assert [found.of(laid_out, at) for at in range(400)] == [answer(tree, c) for c in several]


_rules = st.lists(
    st.builds(
        lambda text, effect, height: (text, effect, height),
        expressions,
        st.sampled_from(list(Effect)),
        st.integers(0, 2),
    ),
    max_size=5,
)


@settings(max_examples=120, deadline=None)
@given(_rules, st.lists(cases, min_size=1, max_size=8))
def test_a_book_says_of_many_cases_what_it_says_of_each(
    drawn: list[tuple[str, Effect, int]], several: list[Case]
) -> None:
    rules = [
        _rule(number, text, effect, precedence)
        for number, (text, effect, precedence) in enumerate(drawn)
    ]
    laid_out = cases_of(several)
    many = judge_many(rules, laid_out)
    for at, case in enumerate(several):
        alone = judge(rules, case)
        assert many.of(at) == alone
        assert VERDICTS[many.codes[at]] is alone.verdict


def _rule(number: int, text: str, effect: Effect, precedence: int) -> Rule:
    return Rule(
        key=number,
        code=f"R-{number}",
        version=1,
        condition=read(text),
        effect=effect,
        sentence="Drawn.",
        precedence=precedence,
    )
