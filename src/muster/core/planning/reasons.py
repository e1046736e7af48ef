"""Why is this need not met?  Reasons found by test on the problem and the plan, true ones only.

Each reason is a fact that can be looked up in the problem's rows and the plan's rows.  Together
they account for every offer of the right kind: each of them was used up, is out of reach of whole
steps, is forbidden, or cannot get there.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from muster.core.planning.causes import Reason, ReasonCode, Unmet
from muster.core.planning.collecting import collecting_later
from muster.core.planning.facts import Facts, named, unique
from muster.core.planning.net import Hop
from muster.core.planning.obstacles import no_room_without, obstacle
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
        facts = Facts(problem, plan)
        return tuple(
            Unmet(need=need.id, amount=still_open, reasons=tuple(_reasons(facts, need)))
            for need in sorted(problem.needs, key=lambda need: need.id)
            if (still_open := need.amount - facts.brought[need.id]) > 0
        )


def _reasons(facts: Facts, need: Need) -> Iterator[Reason]:
    """Find every reason that holds for one need, the plainest first."""
    pairs, forbidden = facts.pairs[need.id], facts.forbidden[need.id]
    # What holds for an offer at a ratio holds whichever way it goes, and is looked at once.
    by_kind: dict[tuple[str, int], Pair] = {}
    for pair in pairs:
        by_kind.setdefault((pair.offer, id(pair.ratio)), pair)
    kinds = list(by_kind.values())
    linked = {pair.offer for pair in (*kinds, *facts.waiting[need.id])}
    linked |= {row.offer for row in forbidden}
    without = (offer for offer in facts.of_item[need.item] if offer.id not in linked)
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
    yield from _too_little(facts, need, free)
    yield from _used_by_others(facts, need, spent)
    yield from _used_by_itself(facts, need, spent)
    yield from _not_in_time(facts, need, [p for p in pairs if facts.left[p.offer] > 0])
    yield from _held_back(facts, kinds)
    yield from _incomplete(facts, need)
    told: set[tuple[ReasonCode, str]] = set()
    gone = {(pair.offer, id(pair.ratio)) for pair in spent}
    for pair in pairs:
        kind = pair.offer, id(pair.ratio)
        if not facts.offers[pair.offer].amount or (kind in gone and pair is not by_kind[kind]):
            continue
        reason = obstacle(facts, need, pair)
        # Several ways from one offer often fail alike; once is enough.
        if reason is not None and (reason.code, reason.sentence) not in told:
            told.add((reason.code, reason.sentence))
            yield reason
    yield from _no_consent(facts, need)
    for row in forbidden:
        yield Reason(
            code=ReasonCode.FORBIDDEN,
            sentence=f"{facts.offers[row.offer].name} may not serve: {row.sentence}",
            offers=(row.offer,),
            by=row.by,
            version=row.version,
        )
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
    for pair in usable:
        offer = facts.offers[pair.offer]
        step = facts.step(pair)
        covers = step.covered * (offer.amount // step.offered)
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
            if code is ReasonCode.TAKEN_BY_LOWER:
                yield from _no_way_anyway(facts, need, offers)


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


def _no_way_anyway(facts: Facts, need: Need, offers: tuple[str, ...]) -> Iterator[Reason]:
    """Name the room that would be missing even if what others take of these offers stayed there.

    Goods that less urgent needs have, and that this one could not get in any case, are often taken
    by a way that takes no room.
    """
    for offer in offers:
        ways = [pair for pair in facts.pairs[need.id] if pair.offer == offer]
        found = [no_room_without(facts, pair) for pair in ways]
        if all(found):
            yield from (reason for reason in found if reason is not None)


def _standing(facts: Facts, need: Need, use: Assignment) -> ReasonCode:
    """Say how the user of an offer ranks beside this need."""
    other = facts.needs[use.need].priority
    if other == need.priority:
        return ReasonCode.SHARED
    return ReasonCode.OUTRANKED if other < need.priority else ReasonCode.TAKEN_BY_LOWER


def _not_in_time(facts: Facts, need: Need, usable: list[Pair]) -> Iterator[Reason]:
    """Name the offers from which every known way arrives late; `usable` have goods left."""
    if need.needed_by is None:
        return
    late = [pair for pair in usable if is_late(need, pair.arrives)]
    on_time = {pair.offer for pair in usable if not is_late(need, pair.arrives)}
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
        if facts.left[offer_id] < min(steps):
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


def _no_consent(facts: Facts, need: Need) -> Iterator[Reason]:
    """Name the consents that are missing, whose they are, and the offers that wait for them."""
    waiting = facts.waiting[need.id]
    for consent_id in unique(pair.consent for pair in waiting):
        consent = facts.problem.consent_of[consent_id]
        offers = unique(pair.offer for pair in waiting if pair.consent == consent_id)
        names = named(facts.offers[offer].name for offer in offers)
        asks = f" Rule {consent.rule} asks for it." if consent.rule else ""
        yield Reason(
            code=ReasonCode.NO_CONSENT,
            sentence=(
                f"{names} may serve only with {consent.name}, and that is {consent.state}.{asks}"
            ),
            offers=offers,
            by=consent.by,
            consent=consent_id,
        )
