"""Kept plans: listed, and shown beside what became of them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.core.actors import Actor, Role
from muster.queries.hand import METHOD
from muster.queries.journal import entries
from muster.queries.listing import Page, page_of
from muster.queries.plan_contents import ShownPlan, of_record
from muster.queries.rules import book_now
from muster.queries.visibility import find, visible
from muster.records.models import JournalEntry, Operation, SavedPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """A kept plan with what became of it.

    Args:
        record: the record itself.
        plan: what it says.
        rival: the latest plan of the operation that another method made, if there is one.
        taken_up: the journal's lines on who took up which of its moves, newest first.
        takes_up: whether the actor may take it up.
        rule_book: the version of the rule book now.
    """

    record: SavedPlan
    plan: ShownPlan
    rival: "tuple[SavedPlan, ShownPlan] | None"
    taken_up: tuple[JournalEntry, ...]
    takes_up: bool
    rule_book: int = 0


def plans_of(
    operation: Operation, actor: Actor, *, day: date, after: str | None = None
) -> Page[SavedPlan]:
    """List the plans of an operation, newest first.

    Raises:
        PlaceUnreadable: `after` is not where a page before ended.
    """
    found = visible(SavedPlan, actor, day).filter(operation=operation)
    found = found.select_related("scenario").defer("problem")
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
        rule_book=book_now().number,
    )


def title_of(plan: ShownPlan) -> str:
    """Say what a plan is called."""
    return "Plan made by hand" if plan.method == METHOD else f"Plan by the {plan.method} method"


def may_plan(actor: Actor, day: date) -> bool:
    """Say whether the actor may make plans."""
    return any(actor.has(role, day) for role in (Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST))
