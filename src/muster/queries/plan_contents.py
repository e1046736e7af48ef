"""What a plan says, with the names that people know things by: written when kept, and read."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from muster.core.planning.causes import Reason, Unmet
from muster.core.planning.keeping import as_plain, from_plain
from muster.core.planning.packages import Member
from muster.core.planning.plans import Assignment, Plan, Prices
from muster.core.planning.problem import Pair, Problem
from muster.core.quantities.units import find_measure
from muster.queries.plan_loads import LegLoad, Unweighed, carried, unweighed
from muster.queries.planning import OpenProblem
from muster.records.models import Party, SavedPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHop:
    """One departure on the way, with the leg's name."""

    leg: str
    name: str
    start: str
    end: str
    departs: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One proposed movement, in smallest units of the offered item and of the item asked for.

    `request_line` and `offer_line` are None for what only a scenario knows.
    """

    key: str
    offer_line: UUID | None
    request_line: UUID | None
    donor: str
    offered_item: str
    offered_unit: str
    line: str
    asked_item: str
    amount: int
    covers: int
    arrives: date
    late: bool
    recipient: str = ""
    need: str = ""
    offer: str = ""
    route: str = ""
    hops: tuple[ShownHop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNeed:
    """What the plan leaves unmet of one need, and why."""

    request_line: UUID | None
    line: str
    item: str
    unit: str
    amount: int
    reasons: tuple[str, ...]
    codes: tuple[str, ...]
    need: str = ""
    subjects: tuple[str, ...] = ()
    """What stands in the way, a leg's name or whose word it is; empty texts where nothing is named,
    and none at all in plans from before they were kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """One need that the plan was made for, met or not."""

    need: str
    line: str
    item: str
    unit: str
    recipient: str
    urgency: int
    amount: int
    needed_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLacking:
    """One part of a package, in units of the item: in a set, and short of all sets wanted."""

    line: str
    item: str
    unit: str
    each: int
    lacks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPackage:
    """A package: the sets asked for, complete already, and complete with the plan as well."""

    name: str
    wanted: int
    before: int
    complete: int
    parts: tuple[PartLacking, ...]

    @property
    def lacking(self) -> tuple[PartLacking, ...]:
        """The parts that keep it from being complete."""
        return tuple(part for part in self.parts if part.lacks)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanScore:
    """What the plan reaches on one objective, and the proved bound, if there is one."""

    objective: str
    value: int
    bound: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlan:
    """A plan with everything that a person needs to judge it."""

    status: str
    method: str
    day: date
    scores: tuple[PlanScore, ...]
    notes: tuple[str, ...]
    moves: tuple[Move, ...]
    unmet: tuple[OpenNeed, ...]
    assumptions: tuple[str, ...] = ()
    asked: tuple[AskedFor, ...] = ()
    carried: tuple[LegLoad, ...] = ()
    scenario: str = ""
    changes: tuple[str, ...] = ()
    rule_book: int | None = None
    """The version of the rule book it was made under; None in plans from before there was one."""
    packages: tuple[ShownPackage, ...] = ()
    before: UUID | None = None
    """The plan that it was made again from, if it was."""
    unweighed: tuple[Unweighed, ...] = ()
    """What a person has to weigh before the loads of legs can be believed."""


def contents_of(
    opened: OpenProblem,
    plan: Plan,
    unmet: Sequence[Unmet],
    *,
    scenario: str = "",
    changes: Sequence[str] = (),
    before: UUID | None = None,
) -> ShownPlan:
    """Say what a plan says, in names."""
    pairs = {pair.key: pair for pair in opened.problem.pairs}
    names = _party_names(unmet)
    return ShownPlan(
        status=plan.outcome.status.value,
        method=plan.outcome.method,
        day=opened.problem.day,
        scores=tuple(
            PlanScore(objective=s.objective.value, value=s.value, bound=s.bound)
            for s in plan.outcome.scores
        ),
        notes=plan.outcome.notes,
        moves=tuple(_move(opened, row, pairs[row.key]) for row in plan.assignments),
        unmet=tuple(_unmet(opened, row, names) for row in sorted(unmet, key=_most_urgent(opened))),
        assumptions=opened.notes,
        asked=tuple(_asked(opened, need.id) for need in opened.problem.needs),
        carried=carried(opened, plan),
        scenario=scenario,
        changes=tuple(changes),
        rule_book=opened.rule_book,
        packages=tuple(_packages(opened, plan)),
        before=before,
        unweighed=tuple(unweighed(opened, plan)),
    )


def as_data(shown: ShownPlan, plan: Plan) -> dict[str, Any]:
    """Write a plan as data that can be kept, with the prices that it leaves for the next one."""
    data: dict[str, Any] = as_plain(shown)
    return data | {"prices": as_plain(plan.prices)}


def of_record(record: SavedPlan) -> ShownPlan:
    """Read a kept plan back."""
    return from_plain(ShownPlan, record.plan)


def prices_kept(record: SavedPlan) -> Prices:
    """Read back the prices that a plan left; none where it is of before they were kept."""
    return from_plain(Prices, (record.plan or {}).get("prices", {}))


def problem_kept(record: SavedPlan) -> Problem | None:
    """Read back the problem that a plan answers; None for a plan of before they were kept."""
    return None if record.problem is None else from_plain(Problem, record.problem)


def move_key(row: Assignment) -> str:
    """Name a movement within its plan; two ways of one offer to one need are two movements."""
    return " ".join(part for part in (row.need, row.offer, row.route) if part)


def _move(opened: OpenProblem, row: Assignment, pair: Pair) -> Move:
    giving, taking = opened.giving(row.offer), opened.taking(row.need)
    return Move(
        key=move_key(row),
        offer_line=giving.line,
        request_line=taking.line,
        donor=giving.party,
        offered_item=giving.item,
        offered_unit=find_measure(giving.unit).plural,
        line=taking.name,
        asked_item=taking.item,
        amount=row.amount,
        covers=row.covers,
        arrives=row.arrives,
        late=row.late,
        recipient=taking.party,
        need=row.need,
        offer=row.offer,
        route=row.route,
        hops=tuple(_hop(opened, hop.leg, hop.departs) for hop in pair.hops),
    )


def _hop(opened: OpenProblem, code: str, departs: date) -> ShownHop:
    leg = opened.problem.net.by_id[code]
    return ShownHop(leg=code, name=leg.name, start=leg.start, end=leg.end, departs=departs)


def _most_urgent(opened: OpenProblem) -> Callable[[Unmet], tuple[int, str]]:
    return lambda row: (opened.needs_by_id[row.need].priority, opened.taking(row.need).name)


def _party_names(unmet: Sequence[Unmet]) -> dict[str, str]:
    """Name the parties whose word stands in the way."""
    codes = {reason.by for row in unmet for reason in row.reasons if reason.by}
    return dict(Party.objects.filter(pk__in=codes).values_list("pk", "name"))


def _unmet(opened: OpenProblem, row: Unmet, names: dict[str, str]) -> OpenNeed:
    taking = opened.taking(row.need)
    return OpenNeed(
        request_line=taking.line,
        line=taking.name,
        item=taking.item,
        unit=find_measure(taking.unit).plural,
        amount=row.amount,
        reasons=tuple(reason.sentence for reason in row.reasons),
        codes=tuple(reason.code.value for reason in row.reasons),
        need=row.need,
        subjects=tuple(_subject(opened, reason, names) for reason in row.reasons),
    )


MANDATE = "the mandate"
"""What stands in the way where neither a party nor a rule of the book does."""


def _subject(opened: OpenProblem, reason: Reason, names: dict[str, str]) -> str:
    """Name what stands in the way: a leg, whose word or which rule it is, a package, the donors."""
    if reason.leg:
        return opened.problem.net.by_id[reason.leg].name
    if reason.by:
        return f"rule {reason.by}" if reason.version else names.get(reason.by, MANDATE)
    whole = next((each for each in opened.problem.packages if each.id == reason.package), None)
    if whole:
        return whole.name
    return ", ".join(sorted({opened.giving(offer).party for offer in reason.offers}))


def _asked(opened: OpenProblem, key: str) -> AskedFor:
    taking = opened.taking(key)
    need = opened.needs_by_id[key]
    return AskedFor(
        need=key,
        line=taking.name,
        item=taking.item,
        unit=find_measure(taking.unit).plural,
        recipient=taking.party,
        urgency=need.priority,
        amount=need.amount,
        needed_by=need.needed_by,
    )


def _packages(opened: OpenProblem, plan: Plan) -> Iterator[ShownPackage]:
    """Say of each package how many of its sets the plan completes in time, and what they lack."""
    still_open = {need.id: need.amount for need in opened.problem.needs}
    brought: Counter[str] = Counter()
    for row in plan.assignments:
        if not row.late:
            brought[row.need] += row.covers
    for whole in opened.capabilities:
        wanted = whole.wanted(still_open)
        if wanted:
            parts = tuple(_part(opened, each, wanted, brought[each.line]) for each in whole.members)
            sets = ((each.there + brought[each.line]) // each.each for each in whole.members)
            yield ShownPackage(
                name=whole.label,
                wanted=wanted,
                before=min(wanted, whole.there()),
                complete=min(wanted, *sets),
                parts=parts,
            )


def _part(opened: OpenProblem, member: Member, wanted: int, brought: int) -> PartLacking:
    taking = opened.taking(member.line)
    return PartLacking(
        line=taking.name,
        item=taking.item,
        unit=find_measure(taking.unit).plural,
        each=member.each,
        lacks=max(0, wanted * member.each - member.there - brought),
    )
