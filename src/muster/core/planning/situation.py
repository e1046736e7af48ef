"""What is open, what is free and how goods can move, before it is decided which may serve which.

A scenario changes a situation, and never a problem: every rule is then asked again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from muster.core.matching import Asked, Given
from muster.core.planning.net import Net
from muster.core.planning.objectives import Objectives
from muster.core.planning.packages import LOOSE, Capability, with_packages
from muster.core.planning.problem import (
    AS_BEFORE,
    DEFAULT_WEIGHTS,
    NO_NET,
    Need,
    Offer,
    Pair,
    Problem,
    matched,
)
from muster.core.planning.routing import routed
from muster.core.planning.terms import Consent, ConsentState
from muster.core.refusals import Refusal

LEAD_DAYS = 7
"""Days from door to door, where the net does not know one of the two places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that a problem is made of.

    Args:
        day: the day on which it is so.
        asked: each need with its request line.
        given: each offer with its offer line.
        net: how goods can move.
        objections: the refusal of a rule on who may give what, by donor and item.
        book: what the rule book has against an offer line for a request line.
        weights: as in `Problem`.
        origins: the party whose consent each offer needs, by the offer's id; others need none.
        consents: how far each such party's consent is, where that is known.
        objectives: what counts, in which order.
        notes: what was assumed, in sentences.
        capabilities: lines that belong together.
        agreed: units of each offer that are agreed for a need and open to release; they are part of
            what is open and free.
    """

    day: date
    asked: tuple[tuple[Need, Asked], ...] = ()
    given: tuple[tuple[Offer, Given], ...] = ()
    net: Net = NO_NET
    objections: Mapping[tuple[str, str], Refusal] = field(default_factory=dict)
    book: Callable[[Asked, Given], Refusal | None] = lambda _asked, _given: None
    weights: tuple[int, ...] = DEFAULT_WEIGHTS
    origins: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, ConsentState] = field(default_factory=dict)
    objectives: Objectives = AS_BEFORE
    notes: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    agreed: Mapping[tuple[str, str], int] = field(default_factory=dict)


def problem_of(situation: Situation) -> Problem:
    """Match needs with offers, and give each match its ways over the net."""
    objections, book = situation.objections, situation.book
    problem = matched(
        day=situation.day,
        asked=situation.asked,
        given=situation.given,
        lead_days=lambda _asked, _given: LEAD_DAYS,
        objection=lambda asked, given: (
            objections.get((given.donor, given.item)) or book(asked, given)
        ),
        weights=situation.weights,
    )
    problem = _with_consents(situation, replace(problem, objectives=situation.objectives))
    problem = with_packages(problem, situation.capabilities)
    if situation.net.legs:
        problem = routed(problem, situation.net)
    return _with_agreed(problem, situation.agreed)


def _with_agreed(problem: Problem, agreed: Mapping[tuple[str, str], int]) -> Problem:
    """Say what of each pair is agreed: by the way on which it arrives first."""
    if not agreed:
        return problem
    first: dict[tuple[str, str], Pair] = {}
    for pair in sorted(problem.open_pairs, key=lambda pair: (pair.arrives, pair.key)):
        first.setdefault((pair.offer, pair.need), pair)
    amounts = {first[key].key: amount for key, amount in agreed.items() if key in first}
    pairs = tuple(replace(pair, agreed=amounts.get(pair.key, 0)) for pair in problem.pairs)
    return replace(problem, pairs=pairs)


def _with_consents(situation: Situation, problem: Problem) -> Problem:
    """Say which pairs wait for whose consent; one that nobody has refused is counted on."""
    origins = situation.origins
    if not origins:
        return problem
    pairs = tuple(
        replace(pair, consent=origins[pair.offer]) if pair.offer in origins else pair
        for pair in problem.pairs
    )
    consents = tuple(
        Consent(
            id=origin,
            by=origin,
            state=situation.consents.get(origin, ConsentState.EXPECTED),
            label="its goods that others give",
        )
        for origin in sorted(set(origins.values()))
    )
    return replace(problem, pairs=pairs, consents=consents)


def transport_notes(situation: Situation) -> tuple[str, ...]:
    """Say which needs and offers the net does not reach, and how these are counted."""
    if not situation.net.legs:
        told = f"No transport net is written down: everything is counted at {LEAD_DAYS} days from "
        return (f"{told}door to door, and no crossing can run full.",)
    nowhere = sum(not offer.place for offer, _ in situation.given)
    unplaced = sum(not need.place for need, _ in situation.asked)
    found = []
    if nowhere:
        found.append(
            f"{nowhere} of {len(situation.given)} offers are at places that the net does not "
            f"know; they are counted at {LEAD_DAYS} days and take no room."
        )
    if unplaced:
        found.append(
            f"{unplaced} of {len(situation.asked)} needs name no place that the net knows; "
            f"goods for them are counted at {LEAD_DAYS} days and take no room."
        )
    return tuple(found)


def package_notes(problem: Problem) -> tuple[str, ...]:
    """Say which sets are planned as packages, and how that counts."""
    return tuple(
        f"{package.name}: {package.sets} sets are still to be completed. A set counts when it is "
        f"complete in time; a part by itself counts one in {LOOSE} of its units."
        for package in problem.packages
    )


def noted(situation: Situation, *sentences: str) -> Situation:
    """Add sentences on what was assumed."""
    return replace(situation, notes=(*situation.notes, *sentences))
