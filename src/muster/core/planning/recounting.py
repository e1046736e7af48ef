"""Every objective, counted from the rows of a problem and a plan alone, in whole numbers."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import floor

from muster.core.planning.objectives import MILLION, Objective
from muster.core.planning.plans import Assignment
from muster.core.planning.problem import Problem, step_for


def recounted(problem: Problem, rows: Iterable[Assignment]) -> dict[Objective, int]:
    """Count what the rows reach on each objective of the problem."""
    rows = tuple(rows)
    counted = _by_unit(problem, rows)
    order = problem.objectives.order
    if Objective.FAIRNESS in order:
        counted[Objective.FAIRNESS] = _smallest_share(problem, rows)
    if Objective.BURDEN in order:
        counted[Objective.BURDEN] = _furthest_from_share(problem, rows)
    if Objective.COST in order:
        counted[Objective.COST] = _cost(problem, rows)
    if Objective.AGREED in order:
        amounts = {row.key: row.amount for row in rows}
        counted[Objective.AGREED] = sum(
            min(pair.agreed, amounts.get(pair.key, 0)) for pair in problem.pairs
        )
    return {objective: counted[objective] for objective in order}


def sets_complete(problem: Problem, rows: Iterable[Assignment]) -> dict[str, int]:
    """Count for each package the sets that are complete on time."""
    on_time: Counter[str] = Counter()
    for row in rows:
        if not row.late:
            on_time[row.need] += row.covers
    return {
        package.id: min(
            package.sets,
            *((part.there + on_time[part.need]) // part.each for part in package.parts),
        )
        for package in problem.packages
    }


def shares_met(problem: Problem, rows: Iterable[Assignment]) -> dict[str, Fraction]:
    """Tell for each recipient that can be served at all the weighted share of its needs met."""
    weight = {
        need.id: problem.weights[need.priority - 1] if need.weight is None else need.weight
        for need in problem.needs
    }
    whose = {need.id: need.recipient for need in problem.needs}
    amounts = {need.id: need.amount for need in problem.needs}
    asked: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for need in problem.needs:
        asked[need.recipient] += weight[need.id] * need.amount
    for row in rows:
        met[whose[row.need]] += weight[row.need] * row.covers
    offers = {offer.id: offer for offer in problem.offers}
    able = {
        whose[pair.need]
        for pair in problem.open_pairs
        if step_for(offers[pair.offer], pair).most(
            left=offers[pair.offer].amount, still_open=amounts[pair.need]
        )
    }
    return {each: Fraction(met[each], asked[each]) for each in sorted(able) if asked[each]}


def parts_given(problem: Problem, rows: Iterable[Assignment]) -> dict[str, int]:
    """Tell for each donor with an agreed share what its goods count for in the burden."""
    lines = {offer.id: offer for offer in problem.offers}
    given = dict.fromkeys((donor for donor, _ in problem.objectives.shares), 0)
    for row in rows:
        line = lines[row.offer]
        if line.donor in given:
            given[line.donor] += line.value * row.amount
    return given


def _by_unit(problem: Problem, rows: tuple[Assignment, ...]) -> Counter[Objective]:
    """Count what is a plain sum over units or rows."""
    needs = {need.id: need for need in problem.needs}
    counted: Counter[Objective] = Counter()
    for row in rows:
        need = needs[row.need]
        each = problem.weights[need.priority - 1] if need.weight is None else need.weight
        worth = each * row.covers
        counted[Objective.LATE if row.late else Objective.ON_TIME] += worth
        counted[Objective.WAITING] += worth * (row.arrives - problem.day).days
        counted[Objective.ASSIGNMENTS] += 1
        if need.needed_by is not None and row.arrives > need.needed_by:
            counted[Objective.LATENESS] += worth * (row.arrives - need.needed_by).days
    complete = sets_complete(problem, rows)
    counted[Objective.ON_TIME] += sum(
        package.worth * complete[package.id] for package in problem.packages
    )
    return counted


def _smallest_share(problem: Problem, rows: tuple[Assignment, ...]) -> int:
    """Give the smallest share met in millionths; a whole one where nobody can be served."""
    shares = shares_met(problem, rows).values()
    return floor(MILLION * min(shares, default=Fraction(1)))


def _furthest_from_share(problem: Problem, rows: tuple[Assignment, ...]) -> int:
    given, shares = parts_given(problem, rows), problem.objectives.shares
    parts, whole = sum(given.values()), sum(share for _, share in shares)
    return max(abs(given[donor] * whole - share * parts) for donor, share in shares)


def _cost(problem: Problem, rows: tuple[Assignment, ...]) -> int:
    legs = {leg.id: leg.cost for leg in problem.net.legs}
    grams = {offer.id: offer.load.grams for offer in problem.offers}
    over = {pair.key: pair.hops for pair in problem.pairs}
    return sum(
        legs[hop.leg] * grams[row.offer] * row.amount for row in rows for hop in over[row.key]
    )
