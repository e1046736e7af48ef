"""A kept plan, as people read it: the moves, the scores, and what stays unmet with the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from muster.core.actors import Actor, Role
from muster.core.planning.causes import Unmet
from muster.core.planning.plans import Assignment, Plan
from muster.core.quantities.units import find_measure
from muster.queries.journal import entries
from muster.queries.listing import Page, page_of
from muster.queries.planning import OpenProblem
from muster.queries.visibility import find, visible
from muster.records.models import JournalEntry, Operation, SavedPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One proposed movement, in smallest units of the offered item and of the item asked for."""

    key: str
    offer_line: UUID
    request_line: UUID
    donor: str
    offered_item: str
    offered_unit: str
    line: str
    asked_item: str
    amount: int
    covers: int
    arrives: date
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNeed:
    """What the plan leaves unmet of one need, and why."""

    request_line: UUID
    line: str
    item: str
    unit: str
    amount: int
    reasons: tuple[str, ...]
    codes: tuple[str, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """A kept plan with what became of it.

    Args:
        record: the record itself.
        plan: what it says.
        rival: the latest plan of the operation that another method made, if there is one.
        taken_up: the journal's lines on who took up which of its moves, newest first.
        takes_up: whether the actor may take it up.
    """

    record: SavedPlan
    plan: ShownPlan
    rival: "tuple[SavedPlan, ShownPlan] | None"
    taken_up: tuple[JournalEntry, ...]
    takes_up: bool


def plans_of(
    operation: Operation, actor: Actor, *, day: date, after: str | None = None
) -> Page[SavedPlan]:
    """List the plans of an operation, newest first.

    Raises:
        PlaceUnreadable: `after` is not where a page before ended.
    """
    found = visible(SavedPlan, actor, day).filter(operation=operation)
    return page_of(found, order=("-recorded_at", "-id"), after=after, limit=20)


def kept_plan(plan: UUID, actor: Actor, day: date) -> KeptPlan:
    """Show one kept plan, beside the latest one that another method made.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    record = find(SavedPlan, plan, actor, day)
    others = visible(SavedPlan, actor, day).filter(operation_id=record.operation_id)
    rival = others.exclude(method=record.method).order_by("-recorded_at", "-id").first()
    return KeptPlan(
        record=record,
        plan=of_record(record),
        rival=(rival, of_record(rival)) if rival else None,
        taken_up=tuple(
            line for line in entries(actor, day, subject=plan) if line.verb == "take up a plan"
        ),
        takes_up=actor.has(Role.COORDINATOR, day),
    )


def may_plan(actor: Actor, day: date) -> bool:
    """Say whether the actor may make plans."""
    return any(actor.has(role, day) for role in (Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST))


def as_data(opened: OpenProblem, plan: Plan, unmet: Sequence[Unmet]) -> dict[str, Any]:
    """Write a plan as data that can be kept."""
    return {
        "status": plan.outcome.status.value,
        "method": plan.outcome.method,
        "day": opened.problem.day.isoformat(),
        "notes": list(plan.outcome.notes),
        "scores": [
            {"objective": s.objective.value, "value": s.value, "bound": s.bound}
            for s in plan.outcome.scores
        ],
        "moves": [_move(opened, row.offer, row.need) | _amounts(row) for row in plan.assignments],
        "unmet": [_unmet(opened, row) for row in unmet],
    }


def of_record(record: SavedPlan) -> ShownPlan:
    """Read a kept plan back."""
    data: dict[str, Any] = record.plan or {}
    return ShownPlan(
        status=data["status"],
        method=data["method"],
        day=date.fromisoformat(data["day"]),
        scores=tuple(PlanScore(**row) for row in data["scores"]),
        notes=tuple(data["notes"]),
        moves=tuple(
            Move(
                **{
                    **row,
                    "offer_line": UUID(row["offer_line"]),
                    "request_line": UUID(row["request_line"]),
                    "arrives": date.fromisoformat(row["arrives"]),
                }
            )
            for row in data["moves"]
        ),
        unmet=tuple(
            OpenNeed(
                **{
                    **row,
                    "request_line": UUID(row["request_line"]),
                    "reasons": tuple(row["reasons"]),
                    "codes": tuple(row["codes"]),
                }
            )
            for row in data["unmet"]
        ),
    )


def _move(opened: OpenProblem, offer: str, need: str) -> dict[str, Any]:
    giving, taking = opened.offers[offer], opened.needs[need]
    return {
        "key": f"{need} {offer}",
        "offer_line": offer,
        "request_line": need,
        "donor": giving.donor.name,
        "offered_item": giving.item.name,
        "offered_unit": find_measure(giving.item.unit).plural,
        "line": f"{taking.request.reference}/{taking.position}",
        "asked_item": taking.item.name,
    }


def _amounts(row: Assignment) -> dict[str, Any]:
    return {
        "amount": row.amount,
        "covers": row.covers,
        "arrives": row.arrives.isoformat(),
        "late": row.late,
    }


def _unmet(opened: OpenProblem, row: Unmet) -> dict[str, Any]:
    taking = opened.needs[row.need]
    return {
        "request_line": row.need,
        "line": f"{taking.request.reference}/{taking.position}",
        "item": taking.item.name,
        "unit": find_measure(taking.item.unit).plural,
        "amount": row.amount,
        "reasons": [reason.sentence for reason in row.reasons],
        "codes": [reason.code.value for reason in row.reasons],
    }
