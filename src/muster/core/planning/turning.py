"""What would it displace to bring a need one more step?  Found by planning again.

The need is given so much weight that nothing outweighs it, and no more than one step beyond what it
has.  All else is planned by the problem's own weights, as close to the old plan as that allows.
The difference is what the step costs; where the old plan is the best, it is never a gain.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from muster.core.planning.facts import named
from muster.core.planning.near import Part, part_of
from muster.core.planning.objectives import Objective, Objectives
from muster.core.planning.plans import Assignment, Plan, Status
from muster.core.planning.problem import Need, Problem, is_late, step_for
from muster.core.planning.recounting import recounted

# A method with its checks: from a problem to a judged plan.
Planner = Callable[[Problem], Plan]

# Said where only what is near was set free.
NEARBY = " Only what is near was set free for this; a plan made anew may do better."


class OutOfTimeError(Exception):
    """A planner's time for all that was asked is over; what was found before it still holds."""


# What is compared: units met, on time and late.
MET = (Objective.ON_TIME, Objective.LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a plan brings more and less than another.

    Args:
        more: the needs that get more, each with the units.
        less: the needs that get less, each with the units.
        on_time: by how much the units met on time change, weighted, with complete sets.
        late: by how much the units met late change, weighted.
    """

    more: tuple[tuple[str, int], ...] = ()
    less: tuple[tuple[str, int], ...] = ()
    on_time: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What one more step for a need would displace.

    Args:
        need: the need's id.
        units: how many more units it would get; 0 where no plan brings it one more step.
        difference: against the plan asked about; what the need itself gets is part of it.
        proved: whether it is proved that no other turning costs less.
        rows: the plan in which it gets them, as far as it could touch the need.
        sentence: the same for a person.
    """

    need: str
    units: int
    difference: Difference
    proved: bool
    rows: tuple[Assignment, ...]
    sentence: str


def turned(problem: Problem, plan: Plan, need_id: str, solve: Planner) -> Turned:
    """Find what it would displace to bring a need one more step.

    Args:
        problem: a sound problem.
        plan: a plan of it that has passed the judge.
        need_id: a need of which something is open.
        solve: the method to plan again with; where its time is over, the answer says so.
    """
    try:
        return _turned(problem, plan, need_id, solve)
    except OutOfTimeError:
        name = next(need.name for need in problem.needs if need.id == need_id)
        return Turned(
            need=need_id,
            units=0,
            difference=Difference(),
            proved=False,
            rows=(),
            sentence=f"The time was too short to say what one more step for {name} would displace.",
        )


def _turned(problem: Problem, plan: Plan, need_id: str, solve: Planner) -> Turned:
    around_it = part_of(problem, plan.assignments, [need_id])
    part, proved = replace(around_it.problem, objectives=met_first(problem)), around_it.whole
    rows = compared_with(problem, plan, replace(around_it, problem=part), solve)
    need = next(need for need in part.needs if need.id == need_id)
    had = sum(row.covers for row in rows if row.need == need_id)
    for more in _sizes(part, need, had):
        again = solve(kept_close(_favoured(part, need, had + more), rows))
        new = tuple(_truly_late(need, row) for row in again.assignments)
        proved = proved and again.outcome.scores[0].proved
        found = difference(part, rows, new)
        units = dict(found.more).get(need_id, 0)
        if units:
            told = _sentence(part, need, found, units) + ("" if around_it.whole else NEARBY)
            return Turned(
                need=need_id,
                units=units,
                difference=found,
                proved=proved,
                rows=new,
                sentence=told,
            )
    return Turned(
        need=need_id,
        units=0,
        difference=Difference(),
        proved=proved,
        rows=rows,
        sentence=f"No plan brings one more step to {need.name}, whoever goes without."
        + ("" if around_it.whole else NEARBY),
    )


def compared_with(
    problem: Problem, plan: Plan, part: Part, solve: Planner
) -> tuple[Assignment, ...]:
    """Give the rows that a change is measured from.

    Those of the plan, where it is the best there is.  Otherwise the part is planned again first:
    what a better plan would bring anyway is no merit of a change.
    """
    if plan.outcome.status is Status.OPTIMAL and problem.objectives.order[:2] == MET:
        return part.rows
    return solve(kept_close(part.problem, part.rows)).assignments


def difference(
    problem: Problem, before: Iterable[Assignment], after: Iterable[Assignment]
) -> Difference:
    """Compare what two plans of one problem bring to each need."""
    before, after = tuple(before), tuple(after)
    change: Counter[str] = Counter()
    for row in after:
        change[row.need] += row.covers
    for row in before:
        change[row.need] -= row.covers
    counted = replace(problem, objectives=replace(problem.objectives, order=MET))
    old, new = recounted(counted, before), recounted(counted, after)
    return Difference(
        more=tuple((need, units) for need, units in sorted(change.items()) if units > 0),
        less=tuple((need, -units) for need, units in sorted(change.items()) if units < 0),
        on_time=new[Objective.ON_TIME] - old[Objective.ON_TIME],
        late=new[Objective.LATE] - old[Objective.LATE],
    )


def kept_close(problem: Problem, rows: Iterable[Assignment]) -> Problem:
    """Ask for a plan that, where nothing before it is lost, moves what these rows move."""
    amounts = {row.key: row.amount for row in rows}
    pairs = tuple(replace(pair, agreed=amounts.get(pair.key, 0)) for pair in problem.pairs)
    order = tuple(each for each in problem.objectives.order if each is not Objective.AGREED)
    objectives = replace(problem.objectives, order=(*order, Objective.AGREED))
    return replace(problem, pairs=pairs, objectives=objectives)


def units_told(problem: Problem, units: Iterable[tuple[str, int]]) -> str:
    """Write amounts with the names of their needs."""
    names = {need.id: f"{need.name} (class {need.priority})" for need in problem.needs}
    return named(f"{count} of {names[need]}" for need, count in units)


def met_first(problem: Problem) -> Objectives:
    """Keep what is said of units met; days, movements and cost are no matter here."""
    order = tuple(each for each in problem.objectives.order if each in MET)
    first = order if Objective.ON_TIME in order else MET
    return replace(problem.objectives, order=tuple(sorted(first, key=MET.index)))


def _sizes(problem: Problem, need: Need, had: int) -> list[int]:
    """Give the sizes of one more step, the smallest first; as a last resort, all that is open."""
    offers = {offer.id: offer for offer in problem.offers}
    fewest = need.least if not had else 1
    sizes = set()
    for pair in problem.open_pairs:
        if pair.need == need.id:
            offer = offers[pair.offer]
            step = step_for(offer, pair)
            sizes.add(step.covered * max(1, -(-fewest // step.covered)))
            sizes.add(step.covered * max(1, -(-offer.least // step.offered)))
    sizes.add(need.amount - had)
    return sorted(size for size in sizes if had + size <= need.amount)


def _favoured(problem: Problem, need: Need, amount: int) -> Problem:
    """Give a need more weight than all others have together, late or not, up to so much."""
    others = sum(
        problem.weight_of(each) * each.amount for each in problem.needs if each.id != need.id
    )
    worth = sum(package.worth * package.sets for package in problem.packages)
    heavy = replace(need, amount=amount, weight=1 + others + worth, needed_by=None)
    needs = tuple(heavy if each.id == need.id else each for each in problem.needs)
    return replace(problem, needs=needs)


def _truly_late(need: Need, row: Assignment) -> Assignment:
    """Mark as late what is late by the need's own deadline."""
    return replace(row, late=is_late(need, row.arrives)) if row.need == need.id else row


def _sentence(problem: Problem, need: Need, found: Difference, units: int) -> str:
    if not found.less:
        return f"{units} more could go to {need.name} at nobody's cost: a better plan exists."
    lost = units_told(problem, found.less)
    if found.on_time or found.late:
        change = found.on_time or found.late
        verdict = f"{abs(change)} {'lost' if change < 0 else 'gained'}"
    else:
        verdict = "nothing gained"
    return f"{units} more for {need.name} would take {lost}; weighted, {verdict} in all."
