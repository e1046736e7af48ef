"""What a plan carries on each leg, and of which of it no weight is known."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from muster.core.planning.plans import Plan
from muster.core.quantities.units import find_measure
from muster.queries.planning import OpenProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class LegLoad:
    """What the plan carries on a leg in one period, beside the room there is; None: no limit."""

    leg: str
    name: str
    mode: str
    start: str
    end: str
    gauge_break: bool
    first_day: date
    grams: int
    millilitres: int
    room_g: int | None = None
    room_ml: int | None = None
    at_least: bool = False
    """Whether goods of a weight that is not known go over it too; they are not in the grams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unweighed:
    """An item that the plan moves over legs with a limit, and of which no weight is known."""

    item: str
    name: str
    unit: str
    amount: int


def unweighed(opened: OpenProblem, plan: Plan) -> Iterator[Unweighed]:
    """Name the moved items of which no weight is known, where a leg on their way has a limit."""
    pairs = {pair.key: pair for pair in opened.problem.pairs if pair.hops}
    items = {offer.id: offer.item for offer in opened.problem.offers}
    by_id = opened.problem.net.by_id
    amounts: Counter[str] = Counter()
    named: dict[str, str] = {}
    for row in plan.assignments:
        item, hops = items[row.offer], pairs[row.key].hops if row.key in pairs else ()
        limited = any(by_id[hop.leg].room.grams is not None for hop in hops)
        if item in opened.unweighed and limited:
            amounts[item] += row.amount
            named[item] = row.offer
    for item in sorted(amounts):
        giving = opened.giving(named[item])
        unit = find_measure(giving.unit).plural
        yield Unweighed(item=item, name=giving.item, unit=unit, amount=amounts[item])


def carried(opened: OpenProblem, plan: Plan) -> tuple[LegLoad, ...]:
    """Add up what each leg carries in each period."""
    problem = opened.problem
    net, pairs = problem.net, {pair.key: pair for pair in problem.pairs if pair.hops}
    loads = {offer.id: offer.load for offer in problem.offers}
    items = {offer.id: offer.item for offer in problem.offers}
    more: set[tuple[str, int]] = set()
    grams: Counter[tuple[str, int]] = Counter()
    millilitres: Counter[tuple[str, int]] = Counter()
    for row in plan.assignments:
        for slot in net.slots(pairs[row.key].hops) if row.key in pairs else ():
            grams[slot] += loads[row.offer].grams * row.amount
            if items[row.offer] in opened.unweighed:
                more.add(slot)
            millilitres[slot] += loads[row.offer].millilitres * row.amount
    return tuple(
        LegLoad(
            leg=code,
            name=net.by_id[code].name,
            mode=net.by_id[code].mode,
            start=net.by_id[code].start,
            end=net.by_id[code].end,
            gauge_break=code in opened.legs and opened.legs[code].gauge_break,
            first_day=net.first_day(period),
            grams=grams[code, period],
            millilitres=millilitres[code, period],
            room_g=net.by_id[code].room.grams,
            room_ml=net.by_id[code].room.millilitres,
            at_least=(code, period) in more,
        )
        for code, period in sorted(grams)
    )
