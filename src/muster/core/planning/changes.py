"""What could be otherwise: single changes to a problem, each with its sentence.

A change gives a new problem; the one it is made from stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from muster.core.planning.net import Leg, Measure, Room, ways
from muster.core.planning.problem import Offer, Pair, Problem
from muster.core.planning.terms import ConsentState


@dataclass(frozen=True, slots=True)
class Consented:
    """A consent is given."""

    consent: str

    def applied(self, problem: Problem) -> Problem:
        """Give the problem with the consent granted."""
        consents = tuple(
            replace(each, state=ConsentState.GRANTED) if each.id == self.consent else each
            for each in problem.consents
        )
        return replace(problem, consents=consents)

    def sentence(self, problem: Problem) -> str:
        """Say it for a person."""
        return f"{problem.consent_of[self.consent].name} is given"


@dataclass(frozen=True, slots=True)
class MoreRoom:
    """A leg carries more in one period."""

    leg: str
    period: int
    measure: Measure
    extra: int

    def applied(self, problem: Problem) -> Problem:
        """Give the problem with the wider leg."""
        legs = tuple(
            replace(each, special=self._special(problem, each)) if each.id == self.leg else each
            for each in problem.net.legs
        )
        return replace(problem, net=replace(problem.net, legs=legs))

    def sentence(self, problem: Problem) -> str:
        """Say it for a person."""
        return (
            f"{problem.net.by_id[self.leg].name} carries {self.extra / self.measure.unit:g} "
            f"{self.measure} more in the period from {problem.net.first_day(self.period)}"
        )

    def _special(self, problem: Problem, leg: Leg) -> tuple[tuple[int, Room], ...]:
        """Give the leg's special rooms with this period's widened."""
        others = tuple(each for each in leg.special if each[0] != self.period)
        limits = list(problem.net.by_id[self.leg].room_in(self.period).limits)
        at = list(Measure).index(self.measure)
        limit = limits[at]
        limits[at] = None if limit is None else limit + self.extra
        room = Room(grams=limits[0], millilitres=limits[1], millipallets=limits[2])
        return (*others, (self.period, room))


@dataclass(frozen=True, slots=True)
class Earlier:
    """The goods of an offer are ready so many days earlier."""

    offer: str
    days: int

    def applied(self, problem: Problem) -> Problem:
        """Give the problem with the goods ready sooner, and the ways that this opens."""
        offers = {offer.id: offer for offer in problem.offers}
        sooner = replace(offers[self.offer], ready=self._ready(problem))
        pairs: dict[tuple[str, str, str], Pair] = {pair.key: pair for pair in problem.pairs}
        for pair in problem.pairs:
            if pair.offer == self.offer:
                for new in self._moved(problem, pair, sooner):
                    pairs.setdefault(new.key, new) if pair.hops else pairs.update({new.key: new})
        kept = tuple(sooner if each.id == self.offer else each for each in problem.offers)
        return replace(problem, offers=kept, pairs=tuple(pairs.values()))

    def sentence(self, problem: Problem) -> str:
        """Say it for a person."""
        name = next(offer.name for offer in problem.offers if offer.id == self.offer)
        return f"{name} is ready on {self._ready(problem)}, {self.days} days earlier"

    def _ready(self, problem: Problem) -> date:
        offer = next(offer for offer in problem.offers if offer.id == self.offer)
        return (offer.ready or problem.day) - timedelta(days=self.days)

    def _moved(self, problem: Problem, pair: Pair, sooner: Offer) -> Iterator[Pair]:
        """Give the pair as it is then: moved as a whole, or by the ways from the new day on."""
        need = next(need for need in problem.needs if need.id == pair.need)
        earliest, net = need.earliest or date.min, problem.net
        if not pair.hops:
            less = timedelta(days=self.days)
            departs = pair.departs and pair.departs - less
            yield replace(pair, arrives=max(pair.arrives - less, earliest), departs=departs)
            return
        start, end = net.by_id[pair.hops[0].leg].start, net.by_id[pair.hops[-1].leg].end
        ready = sooner.ready or problem.day
        for way in ways(net, start=start, end=end, ready=ready, until=sooner.until):
            arrives = max(way.arrives, earliest)
            yield replace(pair, arrives=arrives, route=way.route, hops=way.hops, agreed=0)


@dataclass(frozen=True, slots=True)
class Released:
    """A donor gives of what it holds back."""

    offer: str
    units: int

    def applied(self, problem: Problem) -> Problem:
        """Give the problem with the smaller reserve."""
        offers = tuple(
            replace(each, amount=each.amount + self.units, held_back=each.held_back - self.units)
            if each.id == self.offer
            else each
            for each in problem.offers
        )
        return replace(problem, offers=offers)

    def sentence(self, problem: Problem) -> str:
        """Say it for a person."""
        offer = next(offer for offer in problem.offers if offer.id == self.offer)
        return f"{offer.donor} gives {self.units} of {offer.name} from its reserve"


@dataclass(frozen=True, slots=True)
class Lifted:
    """A rule or a caveat no longer forbids an offer for a need."""

    offer: str
    need: str

    def applied(self, problem: Problem) -> Problem:
        """Give the problem with the pair allowed."""
        rows = [row for row in problem.forbidden if self._is_it(row.offer, row.need)]
        pairs = tuple(row.pair for row in rows[:1] if row.pair is not None)
        rest = tuple(row for row in problem.forbidden if not self._is_it(row.offer, row.need))
        return replace(problem, pairs=(*problem.pairs, *pairs), forbidden=rest)

    def sentence(self, problem: Problem) -> str:
        """Say it for a person."""
        row = next(row for row in problem.forbidden if self._is_it(row.offer, row.need))
        names = {offer.id: offer.name for offer in problem.offers}
        return f"{names[self.offer]} is allowed ({row.by} lifts what forbids it)"

    def _is_it(self, offer: str, need: str) -> bool:
        return (offer, need) == (self.offer, self.need)


@dataclass(frozen=True, slots=True)
class Freed:
    """What is agreed by a pair need not stay."""

    offer: str
    need: str
    route: str = ""

    def applied(self, problem: Problem) -> Problem:
        """Give the problem in which nothing is lost by moving it."""
        key = (self.need, self.offer, self.route)
        pairs = (replace(pair, agreed=0) if pair.key == key else pair for pair in problem.pairs)
        return replace(problem, pairs=tuple(pairs))

    def sentence(self, problem: Problem) -> str:
        """Say it for a person."""
        offers = {offer.id: offer.name for offer in problem.offers}
        needs = {need.id: need.name for need in problem.needs}
        return f"what is agreed of {offers[self.offer]} for {needs[self.need]} is let go"


Change = Consented | MoreRoom | Earlier | Released | Lifted | Freed


def changed(problem: Problem, changes: tuple[Change, ...]) -> Problem:
    """Apply changes one after the other."""
    for change in changes:
        problem = change.applied(problem)
    return problem
