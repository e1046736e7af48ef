"""Are the reasons the whole of it?  On drawn operations, each offer's are mended and it is tried.

The rest of the plan is held.  What the reasons of one offer name is changed in the problem, nothing
else, and a best plan is made of it: the need must then get more of that very offer.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from muster.core.matching import MisfitCode
from muster.core.planning.causes import Reason, ReasonCode
from muster.core.planning.judge import faults
from muster.core.planning.net import Leg, Load, Net, Room, Slot, ways
from muster.core.planning.plans import Assignment, Plan, Status
from muster.core.planning.problem import Forbidden, Need, Offer, Pair, Problem
from muster.core.planning.reasons import explain
from muster.core.planning.soundness import require_sound
from muster.core.planning.terms import Consent, ConsentState, Rate
from muster.solving import registry

DAY = date(2026, 3, 2)
USED = {ReasonCode.OUTRANKED, ReasonCode.SHARED, ReasonCode.TAKEN_BY_LOWER}
MORE = {ReasonCode.NOTHING_LEFT, ReasonCode.TOO_LITTLE_OFFERED, ReasonCode.REMAINDER}
CONSENTS = (Consent(id="awaited", by="O"), Consent(id="there", by="O", state=ConsentState.GRANTED))
RATIOS = (Fraction(2), Fraction(1, 2), Fraction(3, 2))
ENOUGH = 1000
# What these name cannot be mended by changing a number: there is nothing, or no known way.
NOT_TRIED = {ReasonCode.NOTHING_LEFT, ReasonCode.NO_WAY}


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def drawn(chance: Random) -> Problem:
    """Draw an operation of a few needs and offers, two starts, two ways, and little room."""
    needs = tuple(_need(chance, at) for at in range(chance.randint(2, 5)))
    offers = tuple(_offer(chance, at) for at in range(chance.randint(2, 5)))
    shut = ((days(0), days(chance.randint(1, 4))),)
    legs = (
        Leg(id="am", start="a", end="m", days=1, room=_room(chance)),
        Leg(id="bm", start="b", end="m", days=2, room=_room(chance)),
        Leg(id="mz", start="m", end="z", days=1, room=_room(chance), closed=shut),
        Leg(id="bz", start="b", end="z", days=6, room=_room(chance)),
    )
    net = Net(legs=legs, start=DAY)
    pairs, forbidden = list[Pair](), list[Forbidden]()
    for offer, need in product(offers, needs):
        same = offer.item == need.item
        if chance.random() > (0.9 if same else 0.4):
            continue
        ratio = Fraction(1) if same else chance.choice(RATIOS)
        consent = chance.choice(("", "", "", "awaited", "there"))
        found = [
            Pair(
                offer=offer.id,
                need=need.id,
                arrives=way.arrives,
                ratio=ratio,
                route=way.route,
                hops=way.hops,
                consent=consent,
            )
            for way in ways(
                net, start=offer.place, end="z", ready=offer.ready or DAY, periods=2, paths=2
            )
        ]
        if chance.random() < 0.15:
            barred = Forbidden(
                offer=offer.id,
                need=need.id,
                code=MisfitCode.CAVEAT,
                by=offer.donor,
                sentence="Not for this one.",
                pair=replace(found[0], consent=""),
            )
            forbidden.append(barred)
        else:
            pairs += found
    return Problem(
        day=DAY,
        needs=needs,
        offers=offers,
        pairs=tuple(pairs),
        forbidden=tuple(forbidden),
        net=net,
        consents=CONSENTS,
    )


def _need(chance: Random, at: int) -> Need:
    amount = chance.randint(1, 9)
    return Need(
        id=f"n{at}",
        item=chance.choice("xy"),
        amount=amount,
        priority=chance.randint(1, 3),
        needed_by=chance.choice((None, days(chance.randint(3, 12)))),
        least=min(amount, chance.choice((0, 0, 0, 3))),
        place="z",
    )


def _offer(chance: Random, at: int) -> Offer:
    return Offer(
        id=f"o{at}",
        donor=f"D{at % 3}",
        item=chance.choice("xy"),
        amount=chance.choice((0, 1, 3, 5, 8, 12)),
        ready=days(chance.randint(0, 5)),
        lot=chance.choice((1, 1, 1, 2, 5)),
        least=chance.choice((0, 0, 4)),
        load=Load(grams=chance.randint(0, 3), millilitres=chance.randint(0, 2)),
        rate=chance.choice((None, None, None, Rate(amount=chance.randint(0, 6), days=3))),
        held_back=chance.choice((0, 0, 3)),
        place=chance.choice("ab"),
    )


def _room(chance: Random) -> Room:
    return Room(grams=chance.choice((None, 3, 6, 10)), millilitres=chance.choice((None, 2, 8)))


def mended(problem: Problem, plan: Plan, need: Need, offer: Offer, why: list[Reason]) -> Problem:
    """Give the problem of this need and this offer alone, the rest held, and these reasons gone."""
    codes = {reason.code for reason in why}
    freed = {
        (offer_id, other)
        for reason in why
        if reason.code in USED
        for offer_id, other in product(reason.offers, reason.needs)
    }
    held = [
        row
        for row in plan.assignments
        if (row.offer, row.need) not in freed and (row.offer, row.need) != (offer.id, need.id)
    ]
    left = offer.amount - sum(row.amount for row in held if row.offer == offer.id)
    still_open = need.amount - sum(row.covers for row in held if row.need == need.id)
    least = need.least - (need.amount - still_open)
    large = ReasonCode.LOT_TOO_LARGE in codes
    left += ENOUGH if codes & MORE or large else 0
    left += offer.held_back if ReasonCode.HELD_BACK in codes else 0
    few, slow = ReasonCode.TOO_FEW in codes, ReasonCode.RATE in codes
    consents = {reason.consent for reason in why}
    pairs = [pair for pair in problem.pairs if (pair.offer, pair.need) == (offer.id, need.id)]
    if ReasonCode.FORBIDDEN in codes:
        rows = [row for row in problem.forbidden if (row.offer, row.need) == (offer.id, need.id)]
        pairs += [row.pair for row in rows if row.pair is not None]
    return replace(
        problem,
        needs=(
            replace(
                need,
                amount=still_open + (ENOUGH if large else 0),
                least=0 if few else max(0, least),
            ),
        ),
        offers=(
            replace(
                offer,
                amount=left,
                least=0 if few else offer.least,
                rate=None if slow else offer.rate,
            ),
        ),
        pairs=tuple(pairs),
        forbidden=(),
        net=_held(problem, held, {(r.leg, r.period) for r in why if r.code is ReasonCode.NO_ROOM}),
        consents=tuple(
            replace(each, state=ConsentState.GRANTED) if each.id in consents else each
            for each in problem.consents
        ),
    )


def _held(problem: Problem, held: list[Assignment], wide: set[tuple[str, int | None]]) -> Net:
    """Give the net with the room left beside the rows held, and these legs without limit."""
    offers = {offer.id: offer for offer in problem.offers}
    pairs = {pair.key: pair for pair in problem.pairs}
    taken: Counter[tuple[Slot, int]] = Counter()
    for row in held:
        for slot in problem.net.slots(pairs[row.key].hops):
            for at, load in enumerate(offers[row.offer].load.amounts):
                taken[slot, at] += load * row.amount
    legs = []
    for leg in problem.net.legs:
        special = []
        for period in range(6):
            limits = leg.room.limits
            left = [
                None if limit is None else limit - taken[(leg.id, period), at]
                for at, limit in enumerate(limits)
            ]
            room = Room(grams=left[0], millilitres=left[1])
            special.append((period, Room() if (leg.id, period) in wide else room))
        legs.append(replace(leg, special=tuple(special)))
    return replace(problem.net, legs=tuple(legs))


def brought(problem: Problem) -> int:
    """Count what a best plan brings, by the judge's leave, in time and late."""
    require_sound(problem)
    plan = registry.solve(problem)
    assert faults(problem, plan) == ()
    assert plan.outcome.status is Status.OPTIMAL
    return sum(row.covers for row in plan.assignments)


def alone(reason: Reason) -> bool:
    """Tell whether it is said that nothing would come yet if this alone were mended."""
    return "nothing would come yet" in reason.sentence


def surely(reason: Reason) -> bool:
    """Tell whether it is said so of all ways together."""
    return "nothing would come yet: " in reason.sentence


def served(problem: Problem, plan: Plan, need: Need, offer: Offer, why: list[Reason]) -> bool:
    """Tell whether the need gets more of an offer where these reasons are mended."""
    now = sum(
        row.covers for row in plan.assignments if (row.offer, row.need) == (offer.id, need.id)
    )
    return brought(mended(problem, plan, need, offer, why)) > now


@pytest.mark.parametrize("seed", range(200))
def test_with_the_reasons_of_an_offer_mended_the_need_gets_more_of_it(seed: int) -> None:
    problem = drawn(Random(seed))  # noqa: S311 - draws operations, no secrets
    require_sound(problem)
    plan = registry.solve(problem)
    needs = {need.id: need for need in problem.needs}
    for unmet in explain(problem, plan):
        need = needs[unmet.need]
        for offer in problem.offers:
            why = [reason for reason in unmet.reasons if offer.id in reason.offers]
            if not why or {reason.code for reason in why} & NOT_TRIED:
                continue
            if any(alone(reason) for reason in why):
                # Then it is true that with this alone mended nothing comes.
                why = [reason for reason in why if surely(reason)]
                # What others have of a rate is not held here, so it is not asked there.
                assert offer.rate or not served(problem, plan, need, offer, why)
            elif not any(each.code is ReasonCode.NO_CONSENT for each in why):
                assert served(problem, plan, need, offer, why)


@pytest.mark.parametrize("seed", range(200))
def test_a_consent_that_is_said_to_be_all_that_is_missing_is_all(seed: int) -> None:
    problem = drawn(Random(seed))  # noqa: S311 - draws operations, no secrets
    plan = registry.solve(problem)
    needs = {need.id: need for need in problem.needs}
    offers = {offer.id: offer for offer in problem.offers}
    for unmet in explain(problem, plan):
        for reason in unmet.reasons:
            if reason.code is ReasonCode.NO_CONSENT and not alone(reason):
                assert any(
                    served(problem, plan, needs[unmet.need], offers[each], [reason])
                    for each in reason.offers
                )
