"""Why is this need not met?  Reasons found by test on the problem and the plan, true ones only.

Each reason is a fact that can be looked up in the problem's rows and the plan's rows.  Together
they account for every offer of the right kind: each of them was used up, is out of reach of whole
steps, is forbidden, or cannot get there.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import groupby, islice
from operator import attrgetter

from muster.core.matching import Step
from muster.core.planning.barred import no_consent, not_allowed
from muster.core.planning.causes import Reason, ReasonCode, Unmet
from muster.core.planning.collecting import collecting_later
from muster.core.planning.facts import Facts, named, unique
from muster.core.planning.net import Hop
from muster.core.planning.obstacles import (
    Full,
    in_words,
    left_unused,
    obstacles,
    others_have_a_step,
    remainder,
)
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Need, Pair, Problem, is_late

# Of an item that many offer, so many offers without a way are named; to name all of them for all
# needs of the item would cost the product of the two.
_STRANDED = 50


def explain(problem: Problem, plan: Plan) -> tuple[Unmet, ...]:
    """Say for each need that is not fully met what stays open and why, in the order of need ids.

    The plan must have passed the judge.
    """
    with collecting_later():
        return _explained(Facts(problem, plan))


def _explained(facts: Facts) -> tuple[Unmet, ...]:
    """Go through all needs; the facts are gone before the collector of circles looks at them."""
    return tuple(
        Unmet(need=need.id, amount=still_open, reasons=tuple(_reasons(facts, need)))
        for need in sorted(facts.problem.needs, key=lambda need: need.id)
        if (still_open := facts.open_of(need.id)) > 0
    )


def _reasons(facts: Facts, need: Need) -> Iterator[Reason]:
    """Find every reason that holds for one need, the plainest first."""
    pairs, waiting = facts.sorted_out(need.id)
    forbidden = facts.forbidden[need.id]
    # What holds for an offer at a ratio holds whichever way it goes, and is looked at once.
    by_kind: dict[tuple[str, int], Pair] = {}
    for pair in pairs:
        by_kind.setdefault((pair.offer, id(pair.ratio)), pair)
    kinds = list(by_kind.values())
    linked = {pair.offer for pair in (*kinds, *waiting)}
    linked |= {row.offer for row in forbidden}
    of_item = facts.of_item[need.item]
    without = (offer for offer in of_item if offer.id not in linked)
    stranded = list(islice(without, _STRANDED + 1))
    if not linked and not stranded:
        yield Reason(
            code=ReasonCode.NOBODY_OFFERS,
            sentence="Nobody offers it, nor a listed substitute for it.",
        )
        return
    free = [pair for pair in kinds if facts.offers[pair.offer].amount > 0]
    spent = [pair for pair in free if facts.left[pair.offer] < facts.step(pair).offered]
    yield from _nothing_left(facts, kinds)
    scarce = list(_too_little(facts, need, free))
    yield from scarce
    yield from _used_by_others(facts, need, [p for p in spent if others_have_a_step(facts, p)])
    yield from _used_by_itself(facts, need, spent)
    left = [pair for pair in pairs if facts.left[pair.offer] > 0]
    yield from _not_in_time(facts, need, left, waiting)
    yield from _held_back(facts, kinds)
    yield from _incomplete(facts, need)
    yield from _all_in_the_way(facts, need, pairs, scarce=bool(scarce))
    yield from no_consent(facts, need, pairs, waiting)
    yield from not_allowed(facts, need, forbidden)
    if stranded:
        told_of = stranded[:_STRANDED]
        names = named(offer.name for offer in told_of)
        others = ", and by others" if len(stranded) > _STRANDED else ""
        yield Reason(
            code=ReasonCode.NO_WAY,
            sentence=(
                f"It is offered ({names}{others}), and no way from there to the need is known."
            ),
            offers=tuple(offer.id for offer in told_of),
        )


def _all_in_the_way(
    facts: Facts, need: Need, pairs: list[Pair], *, scarce: bool
) -> Iterator[Reason]:
    """Tell what stops each offer; what is said in the same words of several is said once of all.

    Several ways from one offer often fail alike, and so do offers of one name.

    Args:
        facts: what the problem and the plan say.
        need: the need that is not met in full.
        pairs: its pairs that may be planned, offer by offer.
        scarce: whether too little is offered; then it matters what else stops an offer that goes
            to the need as a whole.
    """
    told: dict[tuple[ReasonCode, str], Reason] = {}
    for offer_id, ways in groupby(pairs, key=attrgetter("offer")):
        users, reserve = facts.users[offer_id], facts.offers[offer_id].held_back
        all_here = not facts.left[offer_id] and all(use.need == need.id for use in users)
        if not facts.offers[offer_id].amount or (all_here and not scarce and not reserve):
            continue
        for reason in _in_the_way(facts, need, list(ways)):
            key = reason.code, reason.sentence
            before = told.setdefault(key, reason)
            if before is not reason and not set(reason.offers) <= set(before.offers):
                told[key] = replace(before, offers=(*before.offers, *reason.offers))
    yield from told.values()


def _in_the_way(facts: Facts, need: Need, ways: list[Pair]) -> Iterator[Reason]:
    """Tell of each way of one offer that has goods left what stops it first.

    Where that is not the whole of it on any way, all is told of the way that has least in it: with
    the reasons of an offer mended, all of them, a step more of it can go.
    """
    offer = facts.offers[ways[0].offer]
    left = facts.left[offer.id]
    whole, least, looked = False, list[Reason | Full](), set[int]()
    for pair in ways:
        step = facts.step(pair).offered
        spent = left < step
        if spent:
            # That others use it up is told already.
            if whole:
                continue
            if step not in looked:
                looked.add(step)
                yield from remainder(facts, pair)
        found = obstacles(facts, need, pair)
        whole = whole or len(found) + spent < 2  # noqa: PLR2004 - one thing is the whole of it
        if not spent:
            yield in_words(facts, found[0]) if found else left_unused(facts, pair)
        if not least or len(found) < len(least):
            least = found
    if not whole:
        yield from (in_words(facts, each) for each in least)


def _nothing_left(facts: Facts, pairs: list[Pair]) -> Iterator[Reason]:
    """Name the offers of which nothing was free before the plan began."""
    empty = unique(pair.offer for pair in pairs if facts.offers[pair.offer].amount == 0)
    if empty:
        names = named(facts.offers[offer].name for offer in empty)
        yield Reason(
            code=ReasonCode.NOTHING_LEFT,
            sentence=f"Of what was offered nothing is left: {names}.",
            offers=empty,
        )


def _too_little(facts: Facts, need: Need, usable: list[Pair]) -> Iterator[Reason]:
    """Test whether all usable offers together, given to this need alone, would cover it."""
    most: dict[str, int] = {}
    steps: dict[str, Step] = {}
    for pair in usable:
        offer, step = facts.offers[pair.offer], facts.step(pair)
        before = steps.setdefault(offer.id, step)
        if step == before:
            covers = step.covered * (offer.amount // step.offered)
        else:
            # At several ratios, what the best of them would cover were there no steps.
            covers = max(each.covered * offer.amount // each.offered for each in (before, step))
        most[offer.id] = max(most.get(offer.id, 0), covers)
    total = sum(most.values())
    if most and total < need.amount:
        yield Reason(
            code=ReasonCode.TOO_LITTLE_OFFERED,
            sentence=(
                f"All that is offered and may serve covers at most {total} "
                f"of the {need.amount} open."
            ),
            offers=tuple(most),
        )


def _used_by_others(facts: Facts, need: Need, gone: list[Pair]) -> Iterator[Reason]:
    """Name the other needs that use up the offers which may serve this one, class by class."""
    spent = unique(pair.offer for pair in gone)
    others: dict[ReasonCode, list[Assignment]] = {}
    for use in (use for offer in spent for use in facts.users[offer] if use.need != need.id):
        others.setdefault(_standing(facts, need, use), []).append(use)
    told = {
        ReasonCode.OUTRANKED: "needs of higher priority",
        ReasonCode.SHARED: "other needs of the same priority",
        ReasonCode.TAKEN_BY_LOWER: "needs of lower priority",
    }
    for code, whom in told.items():
        if uses := others.get(code, []):
            offers = unique(use.offer for use in uses)
            needs = unique(use.need for use in uses)
            what = named(facts.offers[offer].name for offer in offers)
            names = named(facts.needs[other].name for other in needs)
            yield Reason(
                code=code,
                sentence=f"Used up by {whom} ({names}): {what}.",
                offers=offers,
                needs=needs,
            )


def _used_by_itself(facts: Facts, need: Need, gone: list[Pair]) -> Iterator[Reason]:
    """Name the offers that all go to this need already, where another way would cover more."""
    for pair in gone:
        offer, uses = facts.offers[pair.offer], facts.users[pair.offer]
        step, brought = facts.step(pair), sum(use.covers for use in uses)
        if {use.need for use in uses} == {need.id} and step.covered * (
            offer.amount // step.offered
        ) > brought:
            yield Reason(
                code=ReasonCode.TOO_LITTLE_OFFERED,
                sentence=(
                    f"{offer.name} goes to it already and covers {brought} by the ways it goes; "
                    f"by another way it would cover more."
                ),
                offers=(offer.id,),
            )


def _standing(facts: Facts, need: Need, use: Assignment) -> ReasonCode:
    """Say how the user of an offer ranks beside this need."""
    other = facts.needs[use.need].priority
    if other == need.priority:
        return ReasonCode.SHARED
    return ReasonCode.OUTRANKED if other < need.priority else ReasonCode.TAKEN_BY_LOWER


def _not_in_time(
    facts: Facts, need: Need, usable: list[Pair], waiting: list[Pair]
) -> Iterator[Reason]:
    """Name the offers from which every known way arrives late.

    Args:
        facts: what the problem and the plan say.
        need: the need that is not met in full.
        usable: the pairs whose offers have goods left.
        waiting: the ways that lack a consent; one that is in time is no late one.
    """
    if need.needed_by is None:
        return
    late = [pair for pair in usable if is_late(need, pair.arrives)]
    if not late:
        return
    every = (*usable, *waiting)
    on_time = {pair.offer for pair in every if not is_late(need, pair.arrives)}
    offers = unique(pair.offer for pair in late if pair.offer not in on_time)
    if not offers:
        return
    names = named(facts.offers[offer].name for offer in offers)
    first = min((pair for pair in late if pair.offer in offers), key=lambda pair: pair.arrives)
    leg, period, why = _delay(facts, first)
    yield Reason(
        code=ReasonCode.NOT_IN_TIME,
        sentence=(
            f"Every way from {names} arrives after {need.needed_by}, the first on "
            f"{first.arrives}{why}."
        ),
        offers=offers,
        leg=leg,
        period=period,
    )


def _delay(facts: Facts, pair: Pair) -> tuple[str, int | None, str]:
    """Say on which leg of a way the goods lose most time, waiting or under way."""
    offer, net = facts.offers[pair.offer], facts.net
    there = max(facts.problem.day, offer.ready or facts.problem.day)
    spent: list[tuple[int, Hop, str]] = []
    for hop in pair.hops:
        leg = net.by_id[hop.leg]
        waits = (hop.departs - there).days
        told = f"they wait {waits} days for {leg.name} and travel {leg.days} on it"
        if waits and leg.opens(there) == hop.departs:
            told = f"{leg.name} is closed until {hop.departs}"
        elif not waits:
            told = f"{leg.name} takes {leg.days} days"
        spent.append((waits + leg.days, hop, told))
        there = hop.departs + timedelta(days=leg.days)
    if not spent:
        return "", None, ""
    _, hop, told = max(spent, key=lambda each: each[0])
    return hop.leg, net.period_of(hop.departs), f": {told}"


def _held_back(facts: Facts, pairs: list[Pair]) -> Iterator[Reason]:
    """Name the offers that are used up and of which the donor keeps a reserve."""
    for offer_id in unique(pair.offer for pair in pairs):
        offer = facts.offers[offer_id]
        if not offer.held_back:
            continue
        steps = [facts.step(pair).offered for pair in pairs if pair.offer == offer_id]
        # A reserve that is too small for a step keeps nothing from anybody.
        if facts.left[offer_id] < min(steps) <= facts.left[offer_id] + offer.held_back:
            yield Reason(
                code=ReasonCode.HELD_BACK,
                # No figure: whoever reads a plan may not know a nation's reserve.
                sentence=f"A part of {offer.name} is held back as reserve by {offer.donor}.",
                offers=(offer_id,),
            )


def _incomplete(facts: Facts, need: Need) -> Iterator[Reason]:
    """Name the packages of which more of this need would complete no set."""
    for package in facts.problem.packages:
        others = [part for part in package.parts if part.need != need.id]
        if len(others) == len(package.parts):
            continue
        mine = next(part for part in package.parts if part.need == need.id)
        # Counted with what is late too: then it is surely not this need that is short.
        sets = (mine.there + facts.brought[need.id]) // mine.each
        short = [
            part.need
            for part in others
            if (part.there + facts.brought[part.need]) // part.each <= sets
        ]
        if short and sets < package.sets:
            names = named(facts.needs[other].name for other in short)
            yield Reason(
                code=ReasonCode.INCOMPLETE,
                sentence=(
                    f"More of it would complete no set of {package.name}, because {names} is short "
                    f"as well."
                ),
                needs=tuple(short),
                package=package.id,
            )
