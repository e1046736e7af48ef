"""What would it take to meet a need?  The smallest sets of changes that do, by planning again.

Candidates are the changes that lie at hand: a missing consent, room on a leg that is full, goods
ready earlier, a part of a reserve, something agreed let go, a rule or caveat lifted.  Sets of them
are tried in the order of their effort, and a set is told when a best plan by the problem's own
objectives meets the need; then no set that contains it is tried.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from types import MappingProxyType

from muster.core.planning.around import around
from muster.core.planning.changes import (
    Change,
    Consented,
    Earlier,
    Freed,
    Lifted,
    MoreRoom,
    Released,
    changed,
)
from muster.core.planning.near import part_of
from muster.core.planning.net import Measure
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.pricing import Tight
from muster.core.planning.problem import Need, Offer, Pair, Problem, is_late, step_for
from muster.core.planning.turning import NEARBY, OutOfTimeError, Planner

# What one change of each kind is counted at, where nothing else is said.
EFFORTS: Mapping[type, int] = MappingProxyType(
    {Consented: 2, Released: 3, Earlier: 4, Freed: 5, MoreRoom: 6, Lifted: 7}
)

# How many changes a set has at most, and how many sets are tried.
_TOGETHER = 3
TRIED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A set of changes that would meet a need.

    Args:
        changes: all of them are needed.
        effort: what they are counted at together.
        sentence: the same for a person.
    """

    changes: tuple[Change, ...]
    effort: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """What would meet a need.

    Args:
        need: the need's id.
        found: sets of changes, the least effort first; none contains another.
        complete: whether all sets of so many changes were tried.
        at_best: units that the need would get on time if all candidates came true at once; None
            where the time was too short to find that out.
        sentence: what can be said in short.
        tried: how many sets were tried.
        of: how many sets there are.
    """

    need: str
    found: tuple[Remedy, ...]
    complete: bool
    at_best: int | None
    sentence: str
    tried: int = 0
    of: int = 0


def remedies(
    problem: Problem,
    plan: Plan,
    need_id: str,
    solve: Planner,
    *,
    efforts: Mapping[type, int] = EFFORTS,
    tried: int = TRIED,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Remedies:
    """Find the smallest sets of changes after which a plan meets a need in full and on time.

    Args:
        problem: a sound problem.
        plan: a plan of it that has passed the judge; what it carries is what is full.
        need_id: which need.
        solve: the method to plan again with; where its time is over, what was found is given.
        efforts: what one change of each kind is counted at.
        tried: how many sets are tried at most.
        told: is told after each set how many are done, and of how many.
    """
    need = next(need for need in problem.needs if need.id == need_id)
    near = part_of(problem, plan.assignments, [need_id])
    rows, nearby = plan.assignments, ""
    if not near.whole:
        problem, rows, nearby = near.problem, near.rows, NEARBY
    search = _Search(problem, need, list(_candidates(problem, rows, need)), solve)
    try:
        if search.met(()) >= need.amount:
            unchanged = f"{need.name} can be met in full and on time with nothing changed."
            return Remedies(
                need=need_id, found=(), complete=True, at_best=need.amount, sentence=unchanged
            )
        search.at_best = search.met(tuple(search.candidates))
        if search.at_best >= need.amount:
            search.go_through(efforts, tried, told)
    except OutOfTimeError:
        search.in_time = False
    return Remedies(
        need=need_id,
        found=tuple(search.found),
        complete=search.tried == search.of and search.in_time,
        at_best=search.at_best,
        sentence=search.sentence() + nearby,
        tried=search.tried,
        of=search.of,
    )


class _Search:
    """What has been tried so far to meet one need.

    Args:
        found: the sets that meet it.
        tried: how many sets were tried, or need not be, since they hold one that does.
        of: how many sets there are.
        at_best: what all changes together bring it on time; None before that is known.
        proved: whether each plan behind `at_best` is proved to be the best.
        in_time: whether it came to an end before the time was over.
    """

    def __init__(
        self, problem: Problem, need: Need, candidates: list[Change], solve: Planner
    ) -> None:
        self.problem, self.need, self.candidates, self.solve = problem, need, candidates, solve
        part = around(changed(problem, tuple(candidates)), [need.id])
        self.inside = {each.id for each in part.needs}
        self.found: list[Remedy] = []
        self.tried = self.of = 0
        self.at_best: int | None = None
        self.proved = self.in_time = True

    def met(self, changes: tuple[Change, ...]) -> int:
        """Count what a plan after these changes brings the need on time.

        Raises:
            OutOfTimeError: the planner's time is over.
        """
        part = around(changed(self.problem, changes), self.inside)
        again = self.solve(_leaning(part, self.need))
        self.proved = again.outcome.scores[0].proved
        rows = [row for row in again.assignments if row.need == self.need.id]
        return sum(row.covers for row in rows if not row.late)

    def go_through(
        self, efforts: Mapping[type, int], most: int, told: Callable[[int, int], None]
    ) -> None:
        """Try sets in the order of their effort, and keep those that meet the need.

        Raises:
            OutOfTimeError: the planner's time is over; what was found is kept.
        """
        sets = _sets(self.candidates, efforts)
        self.of = len(sets)
        for changes in sets[:most]:
            if not any(set(each.changes) <= set(changes) for each in self.found):
                self._try(changes, efforts)
            self.tried += 1
            told(self.tried, min(self.of, most))

    def _try(self, changes: tuple[Change, ...], efforts: Mapping[type, int]) -> None:
        if self.met(changes) < self.need.amount:
            return
        effort = sum(efforts[type(change)] for change in changes)
        told = " and ".join(change.sentence(self.problem) for change in changes)
        told = f"{self.need.name} would be met in full and on time if {told}."
        self.found.append(Remedy(changes=changes, effort=effort, sentence=told))

    def sentence(self) -> str:
        """Say in short what was found."""
        need, count = self.need, len(self.candidates)
        if self.found:
            return self.found[0].sentence
        if not count:
            return f"Nothing at hand would bring more to {need.name}: no offer is left to open."
        if self.at_best is None:
            return f"The time was too short to find what would meet {need.name}."
        if self.at_best < need.amount:
            hedge = "" if self.proved else ", as far as was found in the time"
            return (
                f"Even if all {count} changes at hand came true, {need.name} would get "
                f"{self.at_best} of {need.amount} on time{hedge}."
            )
        return (
            f"None of the {self.tried} sets tried, of up to {_TOGETHER} changes each, meets "
            f"{need.name}; all {count} changes at hand would."
        )


def _leaning(problem: Problem, need: Need) -> Problem:
    """Prefer, among plans that are equal on time, one that brings the need more.

    All weights are multiplied by more than the need asks for, and its own is then raised by 1.
    """
    times = need.amount + 1
    needs = tuple(
        replace(each, weight=times * problem.weight_of(each) + (each.id == need.id))
        for each in problem.needs
    )
    packages = tuple(replace(each, worth=times * each.worth) for each in problem.packages)
    return replace(problem, needs=needs, packages=packages)


def _sets(candidates: list[Change], efforts: Mapping[type, int]) -> list[tuple[Change, ...]]:
    """List the sets of few candidates, the least effort first; a smaller one before its like."""
    sets = [
        changes
        for count in range(1, _TOGETHER + 1)
        for changes in combinations(candidates, count)
        if len({_what(change) for change in changes}) == count
    ]
    return sorted(sets, key=lambda each: sum(efforts[type(change)] for change in each))


def _what(change: Change) -> tuple[str, ...]:
    """Tell what a change is about; a set has one change at most of each thing."""
    if isinstance(change, MoreRoom):
        return "room", change.leg, str(change.period), change.measure
    return type(change).__name__, str(change)


def _candidates(problem: Problem, rows: tuple[Assignment, ...], need: Need) -> Iterator[Change]:
    """List the changes at hand for one need."""
    offers = {offer.id: offer for offer in problem.offers}
    pairs = [pair for pair in problem.pairs if pair.need == need.id]
    lifted = [row for row in problem.forbidden if row.need == need.id and row.pair is not None]
    pairs += [row.pair for row in lifted if row.pair is not None]
    brought = sum(row.covers for row in rows if row.need == need.id and not row.late)
    still_open = need.amount - brought
    for consent in sorted({pair.consent for pair in pairs if not problem.may_move(pair)}):
        yield Consented(consent)
    for row in sorted(lifted, key=lambda row: row.offer):
        yield Lifted(row.offer, need.id)
    for offer_id in sorted({pair.offer for pair in pairs}):
        offer = offers[offer_id]
        mine = [pair for pair in pairs if pair.offer == offer_id]
        if offer.held_back:
            step = max(step_for(offer, pair).offered for pair in mine)
            units = max(-(-still_open * pair.ratio // 1) for pair in mine)
            yield Released(offer_id, min(offer.held_back, -(-int(units) // step) * step))
        days = _days_short(problem, need, offer, mine)
        if days:
            yield Earlier(offer_id, days)
    used = {pair.offer for pair in pairs}
    for pair in sorted(problem.pairs, key=lambda pair: pair.key):
        if pair.agreed and pair.offer in used and pair.need != need.id:
            yield Freed(pair.offer, pair.need, pair.route)
    yield from _room(problem, rows, (need, still_open), pairs)


def _days_short(problem: Problem, need: Need, offer: Offer, pairs: list[Pair]) -> int:
    """Count by how many days an offer would have to be ready earlier; 0 where that is no help."""
    if any(not is_late(need, pair.arrives) for pair in pairs) or need.needed_by is None:
        return 0
    could = ((offer.ready or problem.day) - problem.day).days
    first = min(pair.arrives for pair in pairs)
    days = (first - need.needed_by) // timedelta(days=1)
    return days if days <= could else 0


def _room(
    problem: Problem, rows: tuple[Assignment, ...], wanted: tuple[Need, int], pairs: list[Pair]
) -> Iterator[MoreRoom]:
    """For each leg that the pairs would overfill, ask for room for the need, and for all."""
    need, still_open = wanted
    offers = {offer.id: offer for offer in problem.offers}
    full = _carried(problem, rows)
    short: dict[Tight, int] = {}
    for pair in pairs:
        if is_late(need, pair.arrives):
            continue
        step = step_for(offers[pair.offer], pair)
        amount = -(-still_open // step.covered) * step.offered
        for key, load in _taken(problem, offers[pair.offer], pair, amount).items():
            limit = _limit(problem, key)
            if limit is not None and full[key] + load > limit:
                short[key] = max(short.get(key, 0), full[key] + load - limit)
    everybody = _wanted(problem, rows)
    for key, extra in sorted(short.items()):
        leg, period, measure = key
        yield MoreRoom(leg=leg, period=period, measure=measure, extra=extra)
        if everybody[key] > extra:
            # Others may come first into what is added; so much is enough for all that are open.
            yield MoreRoom(leg=leg, period=period, measure=measure, extra=everybody[key])


def _carried(problem: Problem, rows: tuple[Assignment, ...]) -> Counter[Tight]:
    """Count what the plan carries on each leg in each period."""
    offers = {offer.id: offer for offer in problem.offers}
    over = {pair.key: pair for pair in problem.pairs}
    carried: Counter[Tight] = Counter()
    for row in rows:
        carried.update(_taken(problem, offers[row.offer], over[row.key], row.amount))
    return carried


def _wanted(problem: Problem, rows: tuple[Assignment, ...]) -> Counter[Tight]:
    """Count what all that is open would take of each leg, were it all to go there."""
    offers = {offer.id: offer for offer in problem.offers}
    still_open = {need.id: need.amount for need in problem.needs}
    for row in rows:
        still_open[row.need] -= row.covers
    wanted: Counter[Tight] = Counter()
    for pair in problem.open_pairs:
        offer = offers[pair.offer]
        step = step_for(offer, pair)
        amount = min(-(-still_open[pair.need] // step.covered) * step.offered, offer.amount)
        wanted.update(_taken(problem, offer, pair, amount))
    return wanted


def _taken(problem: Problem, offer: Offer, pair: Pair, amount: int) -> dict[Tight, int]:
    """Count what so much of an offer takes of each leg of a pair's way."""
    return {
        (*slot, measure): load * amount
        for slot in problem.net.slots(pair.hops)
        for measure, load in zip(Measure, offer.load.amounts, strict=True)
    }


def _limit(problem: Problem, key: Tight) -> int | None:
    leg, period, measure = key
    return problem.net.by_id[leg].room_in(period).limits[list(Measure).index(measure)]
