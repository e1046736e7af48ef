"""Contradictions and shadows are proved over every case, or not claimed."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.rulebook.book import Effect, Rule, Step
from muster.core.rulebook.facts import Case
from muster.core.rulebook.findings import FindingKind, findings_among, findings_of
from muster.core.rulebook.judging import answer
from muster.core.rulebook.reading import read
from tests.core.rulebook.drawn import cases, expressions


def rule(code: str, text: str, effect: Effect = Effect.FORBID, **more: object) -> Rule:
    return Rule(
        key=1, code=code, version=1, condition=read(text), effect=effect, sentence="x", **more
    )  # type: ignore[arg-type]


ARMS = 'item.lethality == "lethal"'


def kinds(*rules: Rule) -> list[FindingKind]:
    return [found.kind for found in findings_among(rules)]


@pytest.mark.parametrize(
    "text",
    [
        'item.lethality == "lethal" && item.lethality == "non_lethal"',
        'donor.kind == "person"',
        "goods.days_left != null && goods.days_left < 5 && goods.days_left > 4",
        'item.code.startsWith("AMM") && item.code == "GEN"',
        'donor.code == recipient.code && donor.code == "NOR" && recipient.code == "DEU"',
        '"UKR" in offer.not_for && !("UKR" in offer.not_for)',
        'day < timestamp("2023-01-01T00:00:00Z") && day > timestamp("2023-01-01T00:00:00Z")',
    ],
)
def test_a_rule_that_can_never_speak_is_pointed_out(text: str) -> None:
    assert kinds(rule("A", text)) == [FindingKind.NEVER]


@pytest.mark.parametrize(
    "text",
    [
        "goods.days_left < 5 && goods.days_left > 3",
        'item.code.startsWith("AMM") && item.code != "AMM"',
        "donor.code == recipient.code && recipient.code != offer.origin",
        "donor.kind == item.category",
    ],
)
def test_a_rule_that_can_speak_is_not(text: str) -> None:
    assert kinds(rule("A", text)) == []


def test_a_narrower_rule_beside_a_wider_one_as_strict_is_shadowed() -> None:
    wide, narrow = rule("WIDE", ARMS), rule("NARROW", f'{ARMS} && recipient.code == "UKR"')
    [found] = findings_among([wide, narrow])
    assert found.kind is FindingKind.SHADOWED
    assert found.rules == ("NARROW", "WIDE")


@pytest.mark.parametrize(
    "more",
    [
        {"effect": Effect.REVIEW},
        {"steps": frozenset({Step.OFFER})},
        {"operation": "X"},
        {"since": date(2024, 1, 1)},
        {"until": date(2024, 1, 1)},
        {"precedence": -1},
    ],
)
def test_a_wider_rule_that_is_milder_or_asked_less_shadows_nothing(more: dict[str, object]) -> None:
    wide = rule("WIDE", ARMS, **more)  # type: ignore[arg-type]
    narrow = rule("NARROW", f'{ARMS} && recipient.code == "UKR"')
    assert FindingKind.SHADOWED not in [
        f.kind for f in findings_among([wide, narrow]) if f.rules[0] == "NARROW"
    ]


def test_an_exception_of_the_same_precedence_contradicts_and_an_example_says_where() -> None:
    forbids = rule("NO", ARMS)
    allows = rule("YES", 'recipient.code == "UKR"', Effect.ALLOW)
    [found] = findings_of(allows, [forbids])
    assert found.kind is FindingKind.CONTRADICTION
    assert found.example == {"item.lethality": "lethal", "recipient.code": "UKR"}


def test_an_exception_of_higher_precedence_is_no_contradiction() -> None:
    allows = rule("YES", 'recipient.code == "UKR"', Effect.ALLOW, precedence=1)
    assert findings_of(allows, [rule("NO", ARMS)]) == []


def test_exceptions_that_lift_nothing_or_everything_are_pointed_out() -> None:
    low = rule("LOW", f'{ARMS} && recipient.code == "UKR"', Effect.ALLOW, precedence=-1)
    high = rule("HIGH", 'item.lethality != "non_lethal"', Effect.ALLOW, precedence=1)
    forbids = rule("NO", ARMS)
    assert kinds(forbids, low) == [FindingKind.IDLE]
    assert kinds(forbids, high) == [FindingKind.LIFTED]


@pytest.mark.parametrize(
    "text", ['item.code.contains("X")', 'item.code < "X"', "recipient.code in offer.not_for"]
)
def test_what_cannot_be_listed_is_not_shown_and_never_guessed(text: str) -> None:
    assert kinds(rule("A", text), rule("B", ARMS)) == [FindingKind.NOT_SHOWN]


def test_rules_that_are_never_asked_of_one_case_are_not_compared() -> None:
    before = rule("A", ARMS, until=date(2023, 1, 1))
    after = rule("B", ARMS, since=date(2023, 1, 1))
    assert kinds(before, after) == []


@settings(max_examples=100, deadline=None)
@given(expressions, expressions, st.lists(cases, min_size=5, max_size=20))
def test_no_case_belies_what_is_found(one: str, two: str, several: list[Case]) -> None:
    first, second = rule("A", one), rule("B", two)
    for found in findings_among([first, second]):
        named = {"A": first, "B": second}
        for case in several:
            said = [answer(named[code].condition.tree, case) for code in found.rules]
            if found.kind is FindingKind.NEVER:
                assert said == [False]
            if found.kind is FindingKind.SHADOWED:
                assert said[0] is False or said[1] is True
