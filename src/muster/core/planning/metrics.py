"""What a plan comes to, in numbers: whole, by class, recipient, donor, package, leg and period.

Every number is exact: a whole number or a fraction, counted from the rows.  `DEFINITIONS` says what
each kind of number is.  Units of different items are added up only where the definition says so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from muster.core.planning.net import Measure, Slot
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Need, Pair, Problem
from muster.core.planning.recounting import parts_given, recounted, sets_complete, shares_met

_OBJECTIVES: Mapping[Objective, str] = MappingProxyType(
    {
        Objective.ON_TIME: "Units met on time x weight, and the worth of sets complete on time.",
        Objective.LATE: "Units met late x weight.",
        Objective.WAITING: "Units met x weight x days from the plan's day to arrival.",
        Objective.LATENESS: "Units met late x weight x days after the deadline.",
        Objective.FAIRNESS: "The smallest weighted share met of any recipient that can be served, "
        "in whole millionths.",
        Objective.BURDEN: "The largest |part of a donor x all shares - its share x all parts|.",
        Objective.AGREED: "Units agreed and open to release that stay as they are.",
        Objective.ASSIGNMENTS: "Assignments: one offer to one need by one way.",
        Objective.COST: "Grams carried x the cost of a tonne on each leg, so in millionths.",
    }
)

DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        **{f"objective {each.value}": told for each, told in _OBJECTIVES.items()},
        "asked": "Units open before the plan, all items together.",
        "met": "Units of need that the plan meets, on time or late.",
        "met on time": "Units of need that the plan meets by their deadline.",
        "met late": "Units of need that the plan meets after their deadline.",
        "unmet": "Units of need that stay open.",
        "share met": "Units met, as a share of units asked.",
        "share met on time": "Units met on time, as a share of units asked.",
        "weighted share met": "Units met x weight, as a share of units asked x weight.",
        "needs": "Needs that ask for more than nothing.",
        "needs fully met": "Needs of which nothing stays open.",
        "needs partly met": "Needs of which something is met and something stays open.",
        "needs unmet": "Needs of which nothing is met.",
        "offered": "Units free before the plan, all items together.",
        "given": "Units of offers that the plan uses.",
        "share given": "Units given, as a share of units offered.",
        "movements": "Assignments: one offer to one need by one way.",
        "donors": "Donors of which the plan uses something.",
        "recipients": "Recipients to which the plan brings something.",
        "mean days to arrival": "Days from the plan's day to arrival, averaged over units met.",
        "last arrival": "Days from the plan's day to the last arrival.",
        "mean days late": "Days after the deadline, averaged over units met late.",
        "largest days late": "The most days that anything arrives after its deadline.",
        "grams": "Grams that leave their donors.",
        "gram-legs": "Grams carried, counted once for each leg that they pass.",
        "smallest share of a recipient": "The smallest weighted share met of any recipient that "
        "can be served.",
        "largest share of a recipient": "The largest such share.",
        "inequality among recipients": "The Gini coefficient of these shares: 0 where all are "
        "equal.",
        "agreed kept": "Units agreed and open to release that stay as they are.",
        "agreed released": "Units agreed and open to release that the plan moves away.",
        "sets complete": "Sets of the package that are complete on time.",
        "sets wanted": "Sets of the package that are asked for.",
        "part of the burden": "What the donor's goods count for.",
        "agreed part of the burden": "The donor's agreed share of what all donors with a share "
        "give.",
        "room": "What the leg can carry in the period, in small units of the measure.",
        "carried": "What the leg carries in the period, in small units of the measure.",
        "share of room": "What the leg carries, as a share of its room.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number about a plan.

    Args:
        kind: what it is; its definition is `DEFINITIONS[kind]`.
        of: what it is about: empty for the whole plan, or such as "class 1", "recipient X",
            "donor D", "package P", "leg L, period 3, kg".
        value: the number.
    """

    kind: str
    value: Fraction
    of: str = ""

    @property
    def definition(self) -> str:
        """Say what the number is."""
        return DEFINITIONS[self.kind]


def metrics(problem: Problem, plan: Plan) -> tuple[Metric, ...]:
    """Count everything; the plan must have passed the judge."""
    rows = plan.assignments
    return (
        *_objectives(problem, rows),
        *_met(problem, "", problem.needs, rows),
        *_whole(problem, rows),
        *_days(problem, rows),
        *_fairness(problem, rows),
        *_by_class(problem, rows),
        *_by_recipient(problem, rows),
        *_by_donor(problem, rows),
        *_packages(problem, rows),
        *_legs(problem, rows),
    )


def _metric(kind: str, value: int | Fraction, of: str = "") -> Metric:
    return Metric(kind=kind, value=Fraction(value), of=of)


def _share(part: int | Fraction, whole: int | Fraction) -> Fraction:
    """Give a share; the whole of nothing is met."""
    return Fraction(part) / whole if whole else Fraction(1)


def _objectives(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    for objective, value in recounted(problem, rows).items():
        yield _metric(f"objective {objective.value}", value)


def _met(
    problem: Problem, of: str, needs: tuple[Need, ...], rows: tuple[Assignment, ...]
) -> Iterator[Metric]:
    """Count what these needs ask and get."""
    ids = {need.id for need in needs}
    got: Counter[str] = Counter()
    late = 0
    for row in rows:
        if row.need in ids:
            got[row.need] += row.covers
            late += row.covers * row.late
    asked, met = sum(need.amount for need in needs), sum(got.values())
    heavy = sum(problem.weight_of(need) * need.amount for need in needs)
    full = sum(0 < need.amount == got[need.id] for need in needs)
    none = sum(need.amount > 0 == got[need.id] for need in needs)
    some = sum(need.amount > 0 for need in needs)
    yield _metric("asked", asked, of)
    yield _metric("met", met, of)
    yield _metric("met on time", met - late, of)
    yield _metric("met late", late, of)
    yield _metric("unmet", asked - met, of)
    yield _metric("share met", _share(met, asked), of)
    yield _metric("share met on time", _share(met - late, asked), of)
    weighted = sum(problem.weight_of(need) * got[need.id] for need in needs)
    yield _metric("weighted share met", _share(weighted, heavy), of)
    yield _metric("needs", some, of)
    yield _metric("needs fully met", full, of)
    yield _metric("needs partly met", some - full - none, of)
    yield _metric("needs unmet", none, of)


def _whole(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    offers = {offer.id: offer for offer in problem.offers}
    whose = {need.id: need.recipient for need in problem.needs}
    hops = {pair.key: len(pair.hops) for pair in problem.pairs}
    agreed = {pair.key: pair.agreed for pair in problem.pairs if pair.agreed}
    amounts = {row.key: row.amount for row in rows}
    grams = [(row, offers[row.offer].load.grams * row.amount) for row in rows]
    offered, given = sum(offer.amount for offer in problem.offers), sum(amounts.values())
    kept = sum(min(units, amounts.get(key, 0)) for key, units in agreed.items())
    yield _metric("offered", offered)
    yield _metric("given", given)
    yield _metric("share given", _share(given, offered))
    yield _metric("movements", len(rows))
    yield _metric("donors", len({offers[row.offer].donor for row in rows}))
    yield _metric("recipients", len({whose[row.need] for row in rows}))
    yield _metric("grams", sum(weight for _, weight in grams))
    yield _metric("gram-legs", sum(weight * hops[row.key] for row, weight in grams))
    yield _metric("agreed kept", kept)
    yield _metric("agreed released", sum(agreed.values()) - kept)


def _days(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    due = {need.id: need.needed_by for need in problem.needs}
    waits = [(row.covers, (row.arrives - problem.day).days) for row in rows]
    delays = [
        (row.covers, (row.arrives - day).days)
        for row in rows
        if row.late and (day := due[row.need]) is not None
    ]
    for kind, last, days in (
        ("mean days to arrival", "last arrival", waits),
        ("mean days late", "largest days late", delays),
    ):
        units = sum(covers for covers, _ in days)
        total = sum(covers * count for covers, count in days)
        yield _metric(kind, Fraction(total, units) if units else 0)
        yield _metric(last, max((count for _, count in days), default=0))


def _fairness(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    shares = sorted(shares_met(problem, rows).values())
    count, whole = len(shares), sum(shares)
    yield _metric("smallest share of a recipient", shares[0] if shares else 1)
    yield _metric("largest share of a recipient", shares[-1] if shares else 1)
    ranked = sum((2 * at - count - 1) * share for at, share in enumerate(shares, start=1))
    yield _metric("inequality among recipients", ranked / (count * whole) if whole else 0)


def _by_class(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    for rank in range(1, len(problem.weights) + 1):
        needs = tuple(need for need in problem.needs if need.priority == rank)
        if needs:
            yield from _met(problem, f"class {rank}", needs, rows)


def _by_recipient(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    for recipient in sorted({need.recipient for need in problem.needs}):
        needs = tuple(need for need in problem.needs if need.recipient == recipient)
        yield from _met(problem, f"recipient {recipient}", needs, rows)


def _by_donor(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    whose = {offer.id: offer.donor for offer in problem.offers}
    offered: Counter[str] = Counter()
    given: Counter[str] = Counter()
    moves: Counter[str] = Counter()
    for offer in problem.offers:
        offered[offer.donor] += offer.amount
    for row in rows:
        given[whose[row.offer]] += row.amount
        moves[whose[row.offer]] += 1
    parts, shares = parts_given(problem, rows), problem.objectives.share_of
    whole = sum(shares.values())
    for donor in sorted(offered):
        of = f"donor {donor}"
        yield _metric("offered", offered[donor], of)
        yield _metric("given", given[donor], of)
        yield _metric("share given", _share(given[donor], offered[donor]), of)
        yield _metric("movements", moves[donor], of)
        if donor in parts:
            due = Fraction(shares[donor] * sum(parts.values()), whole) if whole else 0
            yield _metric("part of the burden", parts[donor], of)
            yield _metric("agreed part of the burden", due, of)


def _packages(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    complete = sets_complete(problem, rows)
    for package in sorted(problem.packages, key=lambda package: package.id):
        yield _metric("sets complete", complete[package.id], f"package {package.name}")
        yield _metric("sets wanted", package.sets, f"package {package.name}")


def _legs(problem: Problem, rows: tuple[Assignment, ...]) -> Iterator[Metric]:
    """Count what each leg carries in each period in which anything could depart on it."""
    net = problem.net
    pairs: dict[tuple[str, str, str], Pair] = {pair.key: pair for pair in problem.pairs}
    loads = {offer.id: offer.load.amounts for offer in problem.offers}
    carried: Counter[tuple[Slot, int]] = Counter()
    slots = {slot for pair in problem.pairs for slot in net.slots(pair.hops)}
    for row in rows:
        for slot in net.slots(pairs[row.key].hops):
            for kind, load in enumerate(loads[row.offer]):
                carried[slot, kind] += load * row.amount
    for leg, period in sorted(slots):
        limits = net.by_id[leg].room_in(period).limits
        for kind, measure in enumerate(Measure):
            taken, limit = carried[(leg, period), kind], limits[kind]
            label = net.by_id[leg].label
            of = f"leg {leg}{label and f' ({label})'}, period {period}, {measure.value}"
            if taken or limit is not None:
                yield _metric("carried", taken, of)
            if limit is not None:
                yield _metric("room", limit, of)
                yield _metric("share of room", _share(taken, limit), of)
