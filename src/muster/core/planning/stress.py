"""How a plan would stand up: futures in which things go wrong, and what is still met on time.

A future is drawn by chances that are stated and can be changed.  The plan is not made again in it:
an assignment keeps its way, waits where it must, and what arrives after its need's deadline is lost
to the count of what is met on time.  A future has four kinds of trouble:

- an offer is ready some days late, and all that it sends is as many days late;
- a leg is closed in a period, and what was to depart on it waits for its next open period;
- a consent is refused, and what hangs on it does not go;
- a need grows, and what is brought is a smaller share of it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from muster.core.planning.problem import Problem
from muster.core.refusals import Refusal

_PERCENT = re.compile(r"\d{1,3}(\.\d{1,4})?")
_ALL = 100


class StressFaulty(Refusal):
    """These futures cannot be drawn: {faults} Nothing was counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How likely each trouble is, from 0 to 1, and how bad.

    Args:
        offer_late: that an offer is late.
        late_days: the most days that it is late, any number from 1 up being as likely.
        leg_closed: that a leg is closed, for each period by itself.
        consent_refused: that a consent is refused which is not there yet and is counted on.
        need_surges: that a need grows.
        surge_percent: by how much it grows at most, any percentage from 1 up being as likely.
        offers: other chances for single offers, by id.
        legs: other chances for single legs, by id.
        consents: other chances for single consents, by id.
    """

    offer_late: float = 0.15
    late_days: int = 14
    leg_closed: float = 0.03
    consent_refused: float = 0.1
    need_surges: float = 0.1
    surge_percent: int = 50
    offers: Mapping[str, float] = field(default_factory=dict)
    legs: Mapping[str, float] = field(default_factory=dict)
    consents: Mapping[str, float] = field(default_factory=dict)


class OwnChanceUnclear(Refusal, field="own"):
    """The chance "{text}" is not clear; write a name and per cent up to 100: X-MEDYKA=20."""


class NothingOfThatName(Refusal, field="own"):
    """The plan knows no leg, no donor and no consent by the name {name}."""


def with_own(chances: Chances, problem: Problem, texts: Iterable[str]) -> Chances:
    """Give single legs, donors and consents chances of their own, as they are typed: NAME=20.

    A leg is named by its code, a consent by its id, a donor by its name: all its offers are meant.

    Raises:
        OwnChanceUnclear: a text is no name with a number of per cent.
        NothingOfThatName: the problem has nothing of the name.
    """
    offers, legs = dict(chances.offers), dict(chances.legs)
    consents = dict(chances.consents)
    for text in texts:
        name, _, percent = (part.strip() for part in text.strip().rstrip("%").rpartition("="))
        if not _PERCENT.fullmatch(percent) or float(percent) > _ALL:
            raise OwnChanceUnclear(text=text.strip()[:60])
        chance = float(percent) / _ALL
        mine = [offer.id for offer in problem.offers if name in {offer.id, offer.donor}]
        if name in problem.net.by_id:
            legs[name] = chance
        elif name in problem.consent_of:
            consents[name] = chance
        elif mine:
            offers.update(dict.fromkeys(mine, chance))
        else:
            raise NothingOfThatName(name=name[:60])
    return replace(chances, offers=offers, legs=legs, consents=consents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Futures:
    """Which futures to draw: the same seed draws the same ones, on any number of cores.

    Args:
        count: how many; 1 or more.
        seed: any whole number, 0 or more.
        chances: how likely each trouble is.
    """

    count: int = 10_000
    seed: int = 0
    chances: Chances = field(default_factory=Chances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What is met on time of one priority class, over all futures, in units of need.

    Args:
        priority: the class.
        asked: what is open of it, before any need grows.
        planned: what the plan meets on time when nothing goes wrong.
        mean: what is met on time, on average, rounded to the nearest unit.
        percentiles: what is met in the worst future, at 5, 25, 50, 75 and 95 per cent, and at best.
        shares: the same seven as shares of what is asked in that future, in thousandths.
    """

    priority: int
    asked: int
    planned: int
    mean: int
    percentiles: tuple[int, int, int, int, int, int, int]
    shares: tuple[int, int, int, int, int, int, int]


class Trouble(StrEnum):
    """What can go wrong with a thing that a plan hangs on."""

    OFFER_LATE = "offer_late"
    LEG_CLOSED = "leg_closed"
    CONSENT_REFUSED = "consent_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinge:
    """A thing that much of the plan hangs on.

    Args:
        trouble: what goes wrong with it.
        id: the offer's, leg's or consent's id.
        name: what a person calls it.
        futures: in how many futures it went wrong; a leg, while something was to depart on it.
        lost: what was then lost, on average: units of need, each times the weight of its class,
            of the assignments that pass by it and were late or did not go.
        total: the same, over all futures drawn, those where it went well included.
    """

    trouble: Trouble
    id: str
    name: str
    futures: int
    lost: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StressOutcome:
    """How a plan stood up.

    Args:
        futures: what was drawn.
        spreads: for each priority class in which something is asked, highest first.
        hinges: what the plan hangs on, the greatest `total` first; what lost nothing is left out.
        unhurt: in how many futures all that is planned on time came on time.
    """

    futures: Futures
    spreads: tuple[Spread, ...]
    hinges: tuple[Hinge, ...]
    unhurt: int


def require_drawable(problem: Problem, futures: Futures) -> None:
    """Refuse chances that are none, and names of what is not there.

    Raises:
        StressFaulty: with a sentence for each fault.
    """
    chances, faults = futures.chances, list[str]()
    if futures.count < 1:
        faults.append(f"At least 1 future must be drawn, not {futures.count}.")
    if futures.seed < 0:
        faults.append(f"The seed must be 0 or more, not {futures.seed}.")
    named = {
        "that an offer is late": chances.offer_late,
        "that a leg is closed": chances.leg_closed,
        "that a consent is refused": chances.consent_refused,
        "that a need grows": chances.need_surges,
        **{f"of the offer {key}": each for key, each in chances.offers.items()},
        **{f"of the leg {key}": each for key, each in chances.legs.items()},
        **{f"of the consent {key}": each for key, each in chances.consents.items()},
    }
    for name, chance in named.items():
        if not 0 <= chance <= 1:
            faults.append(f"The chance {name} must be between 0 and 1, not {chance}.")
    if chances.late_days < 1 or chances.surge_percent < 1:
        faults.append("The most days late and the most per cent of growth must be 1 or more.")
    known = {
        "offer": (chances.offers, {offer.id for offer in problem.offers}),
        "leg": (chances.legs, {leg.id for leg in problem.net.legs}),
        "consent": (chances.consents, set(problem.consent_of)),
    }
    for kind, (given, ids) in known.items():
        faults += [f"There is no {kind} {key}." for key in sorted(set(given) - ids)]
    if faults:
        raise StressFaulty(faults=" ".join(faults))
