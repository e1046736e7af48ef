"""Is each reason true?  Mend what it names, plan again, and the need gets more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.matching import MisfitCode
from muster.core.planning.causes import Reason, ReasonCode
from muster.core.planning.judge import faults
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.objectives import Objective, Objectives
from muster.core.planning.plans import Status
from muster.core.planning.problem import Forbidden, Need, Offer, Pair, Problem, is_late
from muster.core.planning.reasons import explain
from muster.core.planning.terms import Consent, ConsentState, Package, Part, Rate
from muster.solving import highs, registry
from muster.solving.arrays import Arrays
from muster.solving.blocks import blocks_of
from muster.solving.model import Model
from tests.solving.test_whole_problem import whole_problems

DAY = date(2026, 3, 2)
LATER = DAY + timedelta(days=10)
NEED = Need(id="n", item="tent", amount=10, recipient="R", needed_by=LATER)
RIVAL = Need(id="rival", item="tent", amount=10, priority=1, recipient="Q", needed_by=LATER)
OFFER = Offer(id="o", donor="D", item="tent", amount=10)
PAIR = Pair(offer="o", need="n", arrives=DAY + timedelta(days=2))
LEG = Leg(id="gate", start="a", end="b", room=Room(grams=4), label="the gate")
PLAIN = Problem(day=DAY, needs=(NEED,), offers=(OFFER,), pairs=(PAIR,))
HOP = replace(PAIR, hops=(Hop("gate", DAY),))
BARRED = Forbidden(offer="o", need="n", code=MisfitCode.CAVEAT, by="D", sentence="Not for R.")


def with_(problem: Problem, **rows: object) -> Problem:
    return replace(problem, **rows)  # type: ignore[arg-type]


def offer(**fields: object) -> Callable[[Problem], Problem]:
    """Mend the offer."""
    return lambda problem: with_(
        problem,
        offers=tuple(
            replace(each, **fields) if each.id == "o" else each  # type: ignore[arg-type]
            for each in problem.offers
        ),
    )


LOW = with_(
    PLAIN,
    needs=(replace(NEED, priority=2), RIVAL),
    pairs=(PAIR, replace(PAIR, need="rival")),
)
SET = with_(
    PLAIN,
    needs=(
        replace(NEED, weight=1),
        replace(RIVAL, id="shells", item="shells", amount=10, weight=1),
        replace(RIVAL, priority=3),
    ),
    pairs=(PAIR, replace(PAIR, need="rival")),
    weights=(100, 10, 5),
    packages=(Package(id="p", parts=(Part("n"), Part("shells")), sets=10, worth=1000),),
)
ADDED = Offer(id="more", donor="E", item="tent", amount=10)

CASES: dict[ReasonCode, tuple[Problem, Callable[[Problem], Problem]]] = {
    ReasonCode.NOBODY_OFFERS: (
        with_(PLAIN, offers=(), pairs=()),
        lambda p: with_(p, offers=(OFFER,), pairs=(PAIR,)),
    ),
    ReasonCode.NOTHING_LEFT: (offer(amount=0)(PLAIN), offer(amount=5)),
    ReasonCode.NO_WAY: (with_(PLAIN, pairs=()), lambda p: with_(p, pairs=(PAIR,))),
    ReasonCode.FORBIDDEN: (
        with_(PLAIN, pairs=(), forbidden=(BARRED,)),
        lambda p: with_(p, pairs=(PAIR,), forbidden=()),
    ),
    ReasonCode.TOO_LITTLE_OFFERED: (offer(amount=4)(PLAIN), offer(amount=6)),
    ReasonCode.OUTRANKED: (LOW, lambda p: with_(p, needs=p.needs[:1], pairs=p.pairs[:1])),
    ReasonCode.LOT_TOO_LARGE: (offer(lot=20, amount=20)(PLAIN), offer(lot=10)),
    ReasonCode.REMAINDER: (offer(lot=4, amount=6)(PLAIN), offer(amount=8)),
    ReasonCode.NO_ROOM: (
        offer(load=Load(grams=1))(with_(PLAIN, pairs=(HOP,), net=Net(legs=(LEG,)))),
        lambda p: with_(p, net=Net(legs=(replace(LEG, room=Room(grams=5)),))),
    ),
    ReasonCode.TOO_FEW: (offer(least=12, amount=12)(PLAIN), offer(least=10)),
    ReasonCode.NO_CONSENT: (
        with_(
            PLAIN,
            pairs=(replace(PAIR, consent="c"),),
            consents=(Consent(id="c", by="Origin"),),
        ),
        lambda p: with_(p, consents=(replace(p.consents[0], state=ConsentState.GRANTED),)),
    ),
    ReasonCode.HELD_BACK: (offer(amount=4, held_back=6)(PLAIN), offer(amount=10, held_back=0)),
    ReasonCode.RATE: (offer(rate=Rate(amount=3))(PLAIN), offer(rate=Rate(amount=4))),
    ReasonCode.INCOMPLETE: (
        SET,
        lambda p: with_(
            p,
            offers=(*p.offers, replace(ADDED, item="shells")),
            pairs=(*p.pairs, replace(PAIR, need="shells", offer="more")),
        ),
    ),
}


def brought(problem: Problem, need: str) -> int:
    plan = registry.solve(problem)
    assert plan.outcome.status is Status.OPTIMAL
    return sum(row.covers for row in plan.assignments if row.need == need)


def reasons(problem: Problem, need: str = "n") -> tuple[Reason, ...]:
    unmet = {each.need: each for each in explain(problem, registry.solve(problem))}
    return unmet[need].reasons


@pytest.mark.parametrize("code", CASES, ids=str)
def test_mending_what_a_reason_names_brings_the_need_more(code: ReasonCode) -> None:
    problem, mend = CASES[code]
    assert code in {reason.code for reason in reasons(problem)}
    assert brought(mend(problem), "n") > brought(problem, "n")


@pytest.mark.parametrize("code", [ReasonCode.SHARED, ReasonCode.TAKEN_BY_LOWER], ids=str)
def test_who_has_the_goods_is_told_by_class(code: ReasonCode) -> None:
    rank = {ReasonCode.SHARED: 2, ReasonCode.TAKEN_BY_LOWER: 3}[code]
    # Twice as many of the other's units are met by each of the goods, so the goods go there.
    rival = replace(RIVAL, priority=rank, amount=200)
    for_rival = replace(PAIR, need="rival", ratio=Fraction(1, 20))
    problem = with_(PLAIN, needs=(replace(NEED, priority=2), rival), pairs=(PAIR, for_rival))
    found = next(reason for reason in reasons(problem) if reason.code is code)
    assert found.needs == ("rival",)
    alone = with_(problem, pairs=(PAIR,))
    assert brought(alone, "n") > brought(problem, "n")


def test_goods_that_are_late_because_a_leg_is_closed_name_the_leg_and_its_period() -> None:
    shut = replace(LEG, closed=((DAY, DAY + timedelta(days=20)),))
    opens = DAY + timedelta(days=21)
    late = replace(PAIR, arrives=opens, hops=(Hop("gate", opens),))
    problem = with_(PLAIN, pairs=(late,), net=Net(legs=(shut,), start=DAY))
    problem = with_(problem, objectives=Objectives(order=(Objective.ON_TIME,)))
    found = next(r for r in reasons(problem) if r.code is ReasonCode.NOT_IN_TIME)
    assert (found.leg, found.period) == ("gate", 3)
    assert f"the gate is closed until {opens}" in found.sentence


def test_late_goods_stay_where_no_objective_asks_for_them() -> None:
    late = replace(PAIR, arrives=LATER + timedelta(days=1))
    problem = with_(PLAIN, pairs=(late,), objectives=Objectives(order=(Objective.ON_TIME,)))
    assert ReasonCode.NOT_ASKED in {reason.code for reason in reasons(problem)}
    asked = with_(problem, objectives=Objectives())
    assert brought(asked, "n") > brought(problem, "n")


def test_goods_that_stay_for_the_sake_of_an_earlier_objective_say_which() -> None:
    # Each gives a half: D gives no more than E, who has 3.
    problem = with_(
        PLAIN,
        offers=(OFFER, replace(ADDED, amount=3)),
        pairs=(PAIR, replace(PAIR, offer="more")),
        objectives=Objectives(
            order=(Objective.AGREED, Objective.BURDEN, Objective.ON_TIME),
            shares=(("D", 1), ("E", 1)),
        ),
    )
    found = next(r for r in reasons(problem) if r.code is ReasonCode.COSTS_EARLIER)
    assert '"burden" worse' in found.sentence
    assert brought(problem, "n") == 6


def test_a_missing_consent_says_whose_it_is_and_which_rule_asks_for_it() -> None:
    problem, _ = CASES[ReasonCode.NO_CONSENT]
    consent = Consent(id="c", by="Origin", label="tents", rule="transfer-7/2026")
    (found,) = reasons(with_(problem, consents=(consent,)))
    assert (found.by, found.consent) == ("Origin", "c")
    assert found.sentence == (
        "tent of D may serve only with the consent of Origin (tents), and that is awaited. "
        "Rule transfer-7/2026 asks for it."
    )


@settings(max_examples=150, deadline=None)
@given(problem=whole_problems())
def test_every_unmet_need_has_a_reason_and_no_optimal_plan_leaves_usable_goods(
    problem: Problem,
) -> None:
    plan = highs.solve(problem)
    assert not faults(problem, plan)
    for unmet in explain(problem, plan):
        codes = {reason.code for reason in unmet.reasons}
        assert codes
        assert ReasonCode.LEFT_UNUSED not in codes


@st.composite
def contests(draw: st.DrawFn) -> Problem:
    """Draw needs that all want the same few offers, some in time and some late."""
    needs = tuple(
        Need(
            id=f"n{at}",
            item="x",
            amount=draw(st.integers(1, 6)),
            priority=draw(st.integers(1, 3)),
            needed_by=DAY + timedelta(days=draw(st.integers(2, 6))),
        )
        for at in range(draw(st.integers(2, 4)))
    )
    offers = tuple(
        Offer(id=f"o{at}", donor="D", item="x", amount=draw(st.integers(1, 6)))
        for at in range(draw(st.integers(1, 3)))
    )
    pairs = tuple(
        Pair(offer=o.id, need=n.id, arrives=DAY + timedelta(days=draw(st.integers(1, 7))))
        for o, n in product(offers, needs)
    )
    return Problem(day=DAY, needs=needs, offers=offers, pairs=pairs)


@settings(max_examples=100, deadline=None)
@given(problem=contests())
def test_what_uses_an_offer_up_is_worth_at_least_as_much_by_the_prices_of_the_linear_programme(
    problem: Problem,
) -> None:
    arrays = Arrays.of(problem)
    gains = arrays.gains(Objective.ON_TIME)
    price: dict[str, float] = {}
    for block in blocks_of(arrays):
        model = Model(block, whole=False)
        assert model.best(gains[block.columns].astype(float), 10) is not None
        rows = model.prices()[block.rows[:, 0]]
        price |= {
            arrays.offers[at].id: found
            for at, found in zip(arrays.offer[block.columns], rows, strict=True)
        }
    needs = {need.id: need for need in problem.needs}
    in_time = {
        (pair.offer, pair.need)
        for pair in problem.pairs
        if not is_late(needs[pair.need], pair.arrives)
    }
    used_up = {ReasonCode.OUTRANKED, ReasonCode.SHARED, ReasonCode.TAKEN_BY_LOWER}
    for unmet in explain(problem, highs.solve(problem)):
        for reason in unmet.reasons:
            for offer_id in reason.offers if reason.code in used_up else ():
                if (offer_id, unmet.need) in in_time:
                    worth = problem.weight_of(needs[unmet.need])
                    assert price[offer_id] >= worth - 1e-6
