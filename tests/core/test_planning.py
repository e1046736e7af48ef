"""The problem's own check, the building of problems, and the judge against tampering."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from muster.core.matching import Asked, Caveat, Given, MisfitCode
from muster.core.planning.judge import FaultCode, faults
from muster.core.planning.plans import (
    Assignment,
    Objective,
    Outcome,
    Plan,
    Score,
    Status,
)
from muster.core.planning.problem import (
    Forbidden,
    Need,
    Offer,
    Pair,
    PlanTooLarge,
    Problem,
    matched,
)
from muster.core.planning.soundness import require_sound
from muster.core.refusals import ProblemFaulty

DAY = date(2023, 4, 20)
SOON, LATER = DAY + timedelta(days=2), DAY + timedelta(days=9)

# 10 boxes of ten stand for 100 kits; lots of 2 boxes; the radios come late.
PROBLEM = Problem(
    day=DAY,
    needs=(
        Need(id="kits", item="kit", amount=100, priority=1, needed_by=SOON),
        Need(id="radios", item="radio", amount=5, priority=2, needed_by=SOON),
    ),
    offers=(
        Offer(id="boxes", donor="Norway", item="box", amount=10, lot=2),
        Offer(id="sets", donor="Spain", item="radio", amount=9),
    ),
    pairs=(
        Pair(offer="boxes", need="kits", arrives=SOON, ratio=Fraction(1, 10)),
        Pair(offer="sets", need="radios", arrives=LATER),
    ),
)
BOXES = Assignment(offer="boxes", need="kits", amount=8, covers=80, arrives=SOON)
SETS = Assignment(offer="sets", need="radios", amount=5, covers=5, arrives=LATER, late=True)
SCORES = (
    Score(objective=Objective.ON_TIME, value=8000),
    Score(objective=Objective.LATE, value=50),
    Score(objective=Objective.WAITING, value=8000 * 2 + 50 * 9),
    Score(objective=Objective.ASSIGNMENTS, value=2),
)
PLAN = Plan(
    assignments=(BOXES, SETS),
    outcome=Outcome(status=Status.FEASIBLE, method="by hand", scores=SCORES),
)


def with_rows(*rows: Assignment) -> Plan:
    return replace(PLAN, assignments=rows)


def with_scores(*scores: Score, status: Status = Status.FEASIBLE) -> Plan:
    return replace(PLAN, outcome=replace(PLAN.outcome, scores=scores, status=status))


def test_a_sound_plan_made_by_hand_has_no_fault() -> None:
    require_sound(PROBLEM)
    assert faults(PROBLEM, PLAN) == ()


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (with_rows(replace(BOXES, amount=8.0), SETS), FaultCode.NOT_WHOLE),  # type: ignore[arg-type]
        (with_rows(replace(SETS, covers=True, amount=True)), FaultCode.NOT_WHOLE),
        (with_rows(replace(BOXES, amount=0, covers=0)), FaultCode.NOT_POSITIVE),
        (with_rows(replace(SETS, amount=-1, covers=-1)), FaultCode.NOT_POSITIVE),
        (with_rows(replace(SETS, offer="ghost")), FaultCode.UNKNOWN),
        (with_rows(replace(SETS, need="ghost")), FaultCode.UNKNOWN),
        (with_rows(replace(SETS, need="kits")), FaultCode.NOT_ALLOWED),
        (with_rows(replace(SETS, route="by sea")), FaultCode.NOT_ALLOWED),
        (with_rows(BOXES, replace(SETS, amount=2, covers=2), SETS), FaultCode.TWICE),
        (with_rows(replace(BOXES, covers=81), SETS), FaultCode.RATIO),
        (with_rows(replace(BOXES, amount=7, covers=70), SETS), FaultCode.LOT),
        (with_rows(BOXES, replace(SETS, arrives=SOON)), FaultCode.ARRIVAL),
        (with_rows(BOXES, replace(SETS, late=False)), FaultCode.LATE_MARK),
        (with_rows(replace(BOXES, late=True), SETS), FaultCode.LATE_MARK),
        (with_rows(replace(BOXES, amount=12, covers=120)), FaultCode.OVER_OFFER),
        (with_rows(BOXES, replace(SETS, amount=6, covers=6)), FaultCode.OVER_NEED),
        (with_rows(BOXES), FaultCode.SCORE),
        (with_scores(), FaultCode.SCORE),
        (with_scores(replace(SCORES[0], value=8001), *SCORES[1:]), FaultCode.SCORE),
        (with_scores(replace(SCORES[0], bound=7999), *SCORES[1:]), FaultCode.BOUND),
        (
            with_scores(
                *(replace(s, bound=s.value) for s in SCORES[:2]),
                replace(SCORES[2], bound=SCORES[2].value + 1),
                SCORES[3],
                status=Status.BOUNDED,
            ),
            FaultCode.BOUND,
        ),
        (
            with_scores(SCORES[0], replace(SCORES[1], bound=50), *SCORES[2:]),
            FaultCode.BOUND,
        ),
        (with_scores(*SCORES, status=Status.OPTIMAL), FaultCode.STATUS),
        (with_scores(*SCORES, status=Status.BOUNDED), FaultCode.STATUS),
        (with_scores(*(replace(s, bound=s.value) for s in SCORES)), FaultCode.STATUS),
    ],
)
def test_the_judge_sees_each_kind_of_tampering(plan: Plan, code: FaultCode) -> None:
    assert code in {fault.code for fault in faults(PROBLEM, plan)}


def test_a_fault_is_a_sentence_that_names_its_place() -> None:
    (fault, *_) = faults(PROBLEM, with_rows(replace(BOXES, covers=81)))
    assert fault.sentence == (
        "In the plan at boxes to kits: 8 does not stand for 81 at the ratio 1/10."
    )


def _need(**changes: object) -> Problem:
    return replace(PROBLEM, needs=(replace(PROBLEM.needs[0], **changes), PROBLEM.needs[1]))  # type: ignore[arg-type]


def _offer(**changes: object) -> Problem:
    return replace(PROBLEM, offers=(replace(PROBLEM.offers[0], **changes), PROBLEM.offers[1]))  # type: ignore[arg-type]


def _pair(**changes: object) -> Problem:
    return replace(PROBLEM, pairs=(replace(PROBLEM.pairs[0], **changes), PROBLEM.pairs[1]))  # type: ignore[arg-type]


def _forbidden(offer: str, need: str) -> Problem:
    row = Forbidden(offer=offer, need=need, code=MisfitCode.RULE, by="rule", sentence="No.")
    return replace(PROBLEM, forbidden=(row,))


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (_need(amount=-1), "The need kits has a negative amount"),
        (_need(id="radios"), "The need radios is there more than once"),
        (_need(priority=4), "has priority 4; the classes are 1 to 3"),
        (_need(priority=0), "has priority 0"),
        (_need(earliest=LATER), "after its own deadline"),
        (_offer(amount=-1), "The offer boxes has a negative amount"),
        (_offer(id="sets"), "The offer sets is there more than once"),
        (_offer(lot=0), "a lot is at least 1"),
        (_offer(ready=SOON, until=DAY), "before it is ready"),
        (_offer(ready=LATER), "before the goods are ready"),
        (_pair(need="ghost"), "names a need that is not there"),
        (_pair(offer="ghost"), "names an offer that is not there"),
        (_pair(arrives=DAY - timedelta(days=1)), "before the plan is made"),
        (_pair(ratio=Fraction(0)), "must be more than zero"),
        (replace(PROBLEM, pairs=PROBLEM.pairs * 2), "more than once for the same route"),
        (_forbidden("boxes", "ghost"), "names something that is not there"),
        (_forbidden("boxes", "kits"), "also listed as allowed"),
        (replace(PROBLEM, weights=()), "There are no weights"),
        (replace(PROBLEM, weights=(10, 0, 0)), "more than zero"),
        (replace(PROBLEM, weights=(1, 10, 100)), "must not weigh more"),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused_with_a_sentence(
    problem: Problem, told: str
) -> None:
    with pytest.raises(ProblemFaulty, match=told):
        require_sound(problem)


def test_many_faults_are_counted_not_all_listed() -> None:
    needs = tuple(Need(id=f"n{at}", item="x", amount=-1) for at in range(9))
    with pytest.raises(ProblemFaulty, match="And 4 more faults"):
        require_sound(replace(PROBLEM, needs=needs, pairs=()))


def test_a_gap_is_the_share_of_the_bound_that_is_open() -> None:
    assert Score(objective=Objective.ON_TIME, value=90, bound=100).gap == Fraction(1, 10)
    assert Score(objective=Objective.ON_TIME, value=90).gap is None


Line = tuple[Offer, Given]


def _line(name: str, item: str, **changes: object) -> Line:
    given = Given(item=item, donor=name, **changes)  # type: ignore[arg-type]
    return Offer(id=name, donor=name, item=item, amount=5), given


@pytest.mark.parametrize("turned", [False, True])
def test_matching_links_items_and_substitutes_and_keeps_what_forbids(turned: bool) -> None:  # noqa: FBT001
    need = Need(id="n", item="tent", amount=5, needed_by=SOON)
    asked = Asked(item="tent", recipient="UA", substitutes={"small": Fraction(2)}, needed_by=SOON)
    closed = Caveat(text="for TR only", only_for=frozenset({"TR"}))
    lines = [_line("A", "tent"), _line("B", "small"), _line("C", "rifle"), _line("D", "tent")]
    lines[3] = _line("D", "tent", caveats=(closed,))
    lead: Callable[[Asked, Given], int] = lambda _asked, _given: 3  # noqa: E731
    problem = matched(
        day=DAY,
        asked=[(need, asked)],
        given=lines[::-1] if turned else lines,
        lead_days=lead,
        objection=lambda _asked, _given: None,
    )
    require_sound(problem)
    assert {(p.offer, p.ratio, p.arrives) for p in problem.pairs} == {
        ("A", Fraction(1), DAY + timedelta(days=3)),
        ("B", Fraction(2), DAY + timedelta(days=3)),
    }
    assert [(row.offer, row.code, row.by) for row in problem.forbidden] == [
        ("D", MisfitCode.CAVEAT, "D")
    ]


def test_more_pairs_than_can_be_planned_are_refused_before_they_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("muster.core.planning.problem.MOST_MATCHES", 7)
    asked = Asked(item="tent", recipient="UA", substitutes={"small": Fraction(2)}, needed_by=None)
    needs = [(Need(id=f"n{at}", item="tent", amount=5), asked) for at in range(4)]
    lines = [_line("A", "tent"), _line("B", "small"), _line("C", "rifle")]

    def plan(count: int) -> Problem:
        return matched(
            day=DAY,
            asked=needs[:count],
            given=lines,
            lead_days=lambda _asked, _given: 3,
            objection=lambda _asked, _given: None,
        )

    assert len(plan(3).pairs) == 6
    with pytest.raises(PlanTooLarge, match="4 needs and 3 offers make 8 pairs, and 7 can be"):
        plan(4)
