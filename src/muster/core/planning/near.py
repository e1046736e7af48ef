"""What is near some needs, with all else held where a plan has it.

A part that can be planned by itself may be the whole problem.  Then only what is nearest is set
free: the needs that use what these could use, offers before room, ring by ring until there are so
many pairs.  Offers and room are lessened by what the others use, so that any plan of what is near
is a plan of the whole together with what is held.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from muster.core.planning.around import around, rows_in
from muster.core.planning.net import Leg, Room, Slot
from muster.core.planning.plans import Assignment
from muster.core.planning.problem import Pair, Problem

# Up to so many pairs a part is planned whole; beyond, so many are set free.
WHOLE = 1_200
FREE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a problem that can be planned by itself.

    Args:
        problem: the part.
        rows: what the plan has in it.
        whole: whether it is all that could touch the needs, or only what is near.
    """

    problem: Problem
    rows: tuple[Assignment, ...]
    whole: bool


def part_of(
    problem: Problem,
    rows: Iterable[Assignment],
    needs: Iterable[str],
    *,
    whole: int = WHOLE,
    free: int = FREE,
) -> Part:
    """Give all that could touch these needs, or what is near them where that is too much.

    Args:
        problem: a sound problem.
        rows: what a plan of it has.
        needs: the needs it is about.
        whole: up to so many pairs all is given.
        free: how many pairs are set free otherwise, about.
    """
    wanted = sorted(needs)
    part = around(problem, wanted)
    inside = rows_in(part, rows)
    if len(part.pairs) <= whole:
        return Part(problem=part, rows=inside, whole=True)
    chosen = _nearest(part, inside, wanted, free)
    return Part(
        problem=_lessened(part, chosen, inside),
        rows=tuple(row for row in inside if row.need in chosen),
        whole=False,
    )


def _nearest(
    problem: Problem, rows: tuple[Assignment, ...], needs: list[str], free: int
) -> set[str]:
    """Choose needs ring by ring: those that use what the ones before could use."""
    pairs: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in problem.pairs:
        pairs[pair.need].append(pair)
    users, tied = _users(problem, rows), _tied(problem, rows)
    chosen: set[str] = set()
    ring, count = needs, 0
    while ring and count < free:
        added: list[Pair] = []
        for need in ring:
            if not chosen or (need not in chosen and count + len(pairs[need]) <= free):
                more = {need, *tied[need]} - chosen
                chosen |= more
                found = [pair for each in sorted(more) for pair in pairs[each]]
                count += len(found)
                added += found
        near: Counter[str] = Counter()
        for pair in added:
            # Who has the goods is nearer than who fills the way.
            near.update(dict.fromkeys(users[pair.offer], 100))
            for slot in problem.net.slots(pair.hops):
                near.update(users[slot])
        ring = sorted(near.keys() - chosen, key=lambda need: (-near[need], need))
    return chosen


def _users(problem: Problem, rows: tuple[Assignment, ...]) -> defaultdict[str | Slot, set[str]]:
    """Name the needs that use each offer, and each leg in each period."""
    by_key = {pair.key: pair for pair in problem.pairs}
    users: defaultdict[str | Slot, set[str]] = defaultdict(set)
    for row in rows:
        users[row.offer].add(row.need)
        for slot in problem.net.slots(by_key[row.key].hops):
            users[slot].add(row.need)
    return users


def _tied(problem: Problem, rows: tuple[Assignment, ...]) -> defaultdict[str, set[str]]:
    """Name the needs that must be free together: of one package, or fed by one rated offer."""
    tied: defaultdict[str, set[str]] = defaultdict(set)
    rated = {offer.id for offer in problem.offers if offer.rate}
    fed: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.offer in rated:
            fed[row.offer].add(row.need)
    for pair in problem.pairs:
        if pair.offer in rated:
            tied[pair.need] |= fed[pair.offer]
    for package in problem.packages:
        together = {part.need for part in package.parts}
        for need in together:
            tied[need] |= together
    return tied


def _lessened(problem: Problem, chosen: set[str], rows: tuple[Assignment, ...]) -> Problem:
    """Give the chosen needs, and of offers and room what the rows of the others leave."""
    used: Counter[str] = Counter()
    carried: defaultdict[Slot, list[int]] = defaultdict(lambda: [0, 0, 0])
    by_key = {pair.key: pair for pair in problem.pairs}
    loads = {offer.id: offer.load.amounts for offer in problem.offers}
    amounts = {row.key: row.amount for row in rows}
    for row in rows:
        if row.need in chosen:
            continue
        used[row.offer] += row.amount
        for slot in problem.net.slots(by_key[row.key].hops):
            for kind, load in enumerate(loads[row.offer]):
                carried[slot][kind] += load * row.amount
    pairs = tuple(
        replace(pair, agreed=min(pair.agreed, amounts.get(pair.key, 0)))
        for pair in problem.pairs
        if pair.need in chosen
    )
    forbidden = tuple(row for row in problem.forbidden if row.need in chosen)
    reached = {pair.offer for pair in pairs} | {row.offer for row in forbidden}
    return replace(
        problem,
        needs=tuple(need for need in problem.needs if need.id in chosen),
        offers=tuple(
            replace(offer, amount=offer.amount - used[offer.id])
            for offer in problem.offers
            if offer.id in reached
        ),
        pairs=pairs,
        forbidden=forbidden,
        packages=tuple(each for each in problem.packages if each.parts[0].need in chosen),
        net=replace(problem.net, legs=tuple(_narrowed(leg, carried) for leg in problem.net.legs)),
    )


def _narrowed(leg: Leg, carried: dict[Slot, list[int]]) -> Leg:
    special = dict(leg.special)
    for (leg_id, period), taken in carried.items():
        if leg_id == leg.id:
            limits = [
                None if limit is None else limit - less
                for limit, less in zip(leg.room_in(period).limits, taken, strict=True)
            ]
            special[period] = Room(grams=limits[0], millilitres=limits[1], millipallets=limits[2])
    return replace(leg, special=tuple(sorted(special.items(), key=lambda each: each[0])))
