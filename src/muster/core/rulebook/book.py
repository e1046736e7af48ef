"""The rule book: rules in force on a day, and what they say of one case or of many.

A rule forbids, wants the consent of a party, wants a person's review, or is an exception.  An
exception lifts what speaks with a lower precedence; nothing lifts what the system itself forbids
(`core/rules.py` and the database), for that is asked before the book is opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from muster.core.refusals import Refusal
from muster.core.rulebook.arrays import Answers, Flags, answers, combined, over_cases
from muster.core.rulebook.columns import Cases
from muster.core.rulebook.facts import FACTS, Case
from muster.core.rulebook.judging import Answer, answer
from muster.core.rulebook.language import Condition, facts_of
from muster.core.rulebook.refusals import RuleForbids, RuleNeedsReview, RuleNotKnown


class Effect(StrEnum):
    """What a rule does where its condition is true."""

    FORBID = "forbid"
    REVIEW = "review"
    CONSENT = "consent"
    ALLOW = "allow"


class Step(StrEnum):
    """Where a rule is asked."""

    OFFER = "offer"
    PLAN = "plan"
    ALLOCATION = "allocation"
    DISPATCH = "dispatch"


class Verdict(StrEnum):
    """What the book says of a case, from the mildest to the strictest."""

    ALLOWED = "allowed"
    CONSENT = "consent"
    REVIEW = "review"
    FORBIDDEN = "forbidden"


VERDICTS = tuple(Verdict)
ORIGIN = "origin"
"""Whose consent is wanted: that of the nation of origin which the offer names."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One version of a rule; a version is never changed.

    Args:
        key: what the records call this version.
        code: the rule's name, the same in all versions.
        version: counted from one.
        condition: when it speaks.
        effect: what it does then.
        sentence: what a person reads.
        authority: who made it.
        citation: the text it rests on.
        since: the first day in force.
        until: the first day no longer in force; None for no end.
        steps: where it is asked.
        operation: the one operation it is for; empty for all.
        precedence: an exception lifts what speaks with a lower one.
        consent_of: whose consent it wants: ORIGIN, or the code of a party.
    """

    key: int
    code: str
    version: int
    condition: Condition
    effect: Effect
    sentence: str
    authority: str = ""
    citation: str = ""
    since: date = date.min
    until: date | None = None
    steps: frozenset[Step] = frozenset(Step)
    operation: str = ""
    precedence: int = 0
    consent_of: str = ORIGIN

    def is_asked(self, day: date, step: Step | None, operation: str | None = None) -> bool:
        """Say whether it is in force on a day and asked at a step of an operation."""
        in_force = self.since <= day and (self.until is None or day < self.until)
        here = operation is None or self.operation in {"", operation}
        return in_force and here and (step is None or step in self.steps)

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Name the facts that it rests on."""
        return facts_of(self.condition.tree)


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule says of a case: its answer, and whether an exception lifts it."""

    rule: Rule
    answer: Answer
    lifted_by: Rule | None = None

    @property
    def stands(self) -> bool:
        """Whether it counts: it is true or not known, restricts, and is not lifted."""
        return self.rule.effect is not Effect.ALLOW and self.lifted_by is None and self.speaks

    @property
    def speaks(self) -> bool:
        """Whether it is true, or not known."""
        return self.answer is not False

    @property
    def verdict(self) -> Verdict:
        """What it asks for; what is not known is for a person to review."""
        if not self.stands:
            return Verdict.ALLOWED
        return Verdict.REVIEW if self.answer is None else _VERDICT_OF[self.rule.effect]


_VERDICT_OF = {
    Effect.FORBID: Verdict.FORBIDDEN,
    Effect.REVIEW: Verdict.REVIEW,
    Effect.CONSENT: Verdict.CONSENT,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the book says of one case, rule by rule."""

    said: tuple[Said, ...]

    @property
    def verdict(self) -> Verdict:
        """The strictest of what stands."""
        return max(
            (each.verdict for each in self.said), key=VERDICTS.index, default=Verdict.ALLOWED
        )

    @property
    def speaking(self) -> tuple[Said, ...]:
        """The rules that are true or not known, lifted or not."""
        return tuple(each for each in self.said if each.speaks)

    @property
    def consents(self) -> tuple[Said, ...]:
        """The rules that want a party's consent."""
        return tuple(each for each in self.said if each.verdict is Verdict.CONSENT)

    def refusal(self, *, reviewed: frozenset[str] = frozenset()) -> Refusal | None:
        """Give the refusal of the strictest rule, or None where the gift may go on.

        Args:
            reviewed: the codes of the rules whose review a person has done, and found well.
        """
        strict = [each for each in self.said if each.verdict is Verdict.FORBIDDEN]
        waiting = [
            each
            for each in self.said
            if each.verdict is Verdict.REVIEW and each.rule.code not in reviewed
        ]
        for each in (*strict, *waiting):
            return _refusal(each)
        return None

    def must_refuse(self) -> Refusal:
        """Give the refusal of what is known to be refused.

        Raises:
            LookupError: nothing stands against it.
        """
        found = self.refusal()
        if found is None:
            raise LookupError
        return found

    def sentence(self, book: int) -> str:
        """Say why, in a sentence that a person reads."""
        standing = [each for each in self.said if each.verdict is self.verdict and each.stands]
        told = "; ".join(_told(each) for each in standing)
        match self.verdict:
            case Verdict.ALLOWED if any(each.lifted_by for each in self.said):
                lifting = next(each.lifted_by for each in self.said if each.lifted_by)
                return (
                    f"Allowed by version {book} of the rule book: {_named(lifting)} lifts the rest."
                )
            case Verdict.ALLOWED:
                return f"Allowed by version {book} of the rule book: no rule stands against it."
            case Verdict.CONSENT:
                return f"Allowed with consent, by version {book} of the rule book: {told}"
            case Verdict.REVIEW:
                return f"For a person to review, by version {book} of the rule book: {told}"
            case Verdict.FORBIDDEN:
                return f"Forbidden by version {book} of the rule book: {told}"


def judge(rules: Sequence[Rule], case: Case) -> Judgement:
    """Say what rules say of one case."""
    found = [(rule, answer(rule.condition.tree, case)) for rule in rules]
    lifting = [rule for rule, said in found if rule.effect is Effect.ALLOW and said]
    highest = max(lifting, key=lambda rule: rule.precedence, default=None)
    return Judgement(tuple(Said(rule, said, _lifts(highest, rule)) for rule, said in found))


def _lifts(exception: Rule | None, rule: Rule) -> Rule | None:
    if exception is None or rule.effect is Effect.ALLOW:
        return None
    return exception if exception.precedence > rule.precedence else None


@dataclass(frozen=True, slots=True)
class Judgements:
    """What rules say of many cases."""

    cases: Cases
    rules: tuple[Rule, ...]
    found: tuple[Answers, ...]
    codes: npt.NDArray[np.int8]
    """The verdict on each case, as its place in VERDICTS."""

    def of(self, case: int) -> Judgement:
        """Give what the rules say of one of the cases."""
        pairs = [(r, f.of(self.cases, case)) for r, f in zip(self.rules, self.found, strict=True)]
        lifting = [rule for rule, said in pairs if rule.effect is Effect.ALLOW and said]
        highest = max(lifting, key=lambda rule: rule.precedence, default=None)
        return Judgement(tuple(Said(rule, said, _lifts(highest, rule)) for rule, said in pairs))

    def speaking(self) -> list[list[int]]:
        """List for each case the keys of the rules that are true or not known, in their order."""
        spoken: list[list[int]] = [[] for _ in range(self.cases.length)]
        for rule, found in zip(self.rules, self.found, strict=True):
            if not found.true.any() and found.unknown is None:
                continue
            told = over_cases(found, self.cases)
            loud = told.true if told.unknown is None else told.true | told.unknown
            for case in np.flatnonzero(loud).tolist():
                spoken[case].append(rule.key)
        return spoken


def judge_many(rules: Sequence[Rule], cases: Cases) -> Judgements:
    """Say what rules say of many cases: for each of them, what `judge` says of it alone."""
    found = [answers(rule.condition.tree, cases) for rule in rules]
    codes = np.zeros(cases.length, dtype=np.int8)
    unlifted = _unlifted(rules, found, cases)
    for verdict in (Verdict.CONSENT, Verdict.REVIEW, Verdict.FORBIDDEN):
        for precedence, free in unlifted.items():
            parts = list(_parts(rules, found, verdict, precedence))
            if not parts:
                continue
            hit = over_cases(combined(False, parts, cases), cases).true
            codes[hit if free is None else hit & free] = VERDICTS.index(verdict)
    return Judgements(cases, tuple(rules), tuple(found), codes)


def _parts(
    rules: Sequence[Rule], found: Sequence[Answers], verdict: Verdict, precedence: int
) -> "list[Answers]":
    """List where rules of one precedence ask for a verdict; what is not known asks for a review."""
    parts: list[Answers] = []
    for rule, said in zip(rules, found, strict=True):
        if rule.effect is Effect.ALLOW or rule.precedence != precedence:
            continue
        if _VERDICT_OF[rule.effect] is verdict:
            parts.append(Answers(said.side, said.true))
        if verdict is Verdict.REVIEW and said.unknown is not None:
            parts.append(Answers(said.side, said.unknown))
    return parts


def _unlifted(
    rules: Sequence[Rule], found: Sequence[Answers], cases: Cases
) -> dict[int, Flags | None]:
    """Find for each precedence the cases that no exception above it lifts; None means all."""
    lifting = [
        (rule.precedence, Answers(said.side, said.true))
        for rule, said in zip(rules, found, strict=True)
        if rule.effect is Effect.ALLOW
    ]
    free: dict[int, Flags | None] = {}
    for precedence in {rule.precedence for rule in rules if rule.effect is not Effect.ALLOW}:
        above = [said for height, said in lifting if height > precedence]
        free[precedence] = ~over_cases(combined(False, above, cases), cases).true if above else None
    return free


def _refusal(said: Said) -> Refusal:
    rule = said.rule
    if said.answer is None:
        return RuleNotKnown(
            rule=rule.code, version=rule.version, facts=" or ".join(_nullable(rule))
        )
    refusal = RuleForbids if rule.effect is Effect.FORBID else RuleNeedsReview
    return refusal(
        rule=rule.code,
        version=rule.version,
        authority=rule.authority or "no authority named",
        sentence=rule.sentence.rstrip("."),
    )


def _nullable(rule: Rule) -> list[str]:
    return [name for name in rule.facts if FACTS[name].nullable] or list(rule.facts)


def _told(said: Said) -> str:
    unknown = f" ({' or '.join(_nullable(said.rule))} is not known)" if said.answer is None else ""
    return f"{_named(said.rule)}: {said.rule.sentence}{unknown}"


def _named(rule: Rule) -> str:
    return f"{rule.code} version {rule.version}"
