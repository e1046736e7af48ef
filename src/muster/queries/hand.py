"""What hands have agreed and nobody has packed: the plan made by hand, to hold others against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.core.planning.judge import faults
from muster.core.planning.plans import Assignment, Outcome, Plan, Score, Status
from muster.core.planning.problem import Pair, Problem, is_late
from muster.core.planning.recounting import recounted
from muster.queries.balances import balances
from muster.queries.visibility import visible
from muster.records.models import Allocation, Operation

METHOD = "by hand"
# How many of the limits that it breaks are told before the rest is only counted.
_LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HandRow:
    """What of one allocation is not packed yet, in units of both items."""

    offer_line: UUID
    request_line: UUID
    amount: int
    covers: int


def hand_rows(operation: Operation, actor: Actor, day: date) -> tuple[HandRow, ...]:
    """List what is proposed or agreed in an operation and not packed."""
    found = list(
        visible(Allocation, actor, day)
        .filter(operation=operation, stage__in=("proposed", "confirmed", "accepted", "agreed"))
        .order_by("recorded_at", "id")
    )
    left: dict[UUID, int] = {}
    for (key, _), amount in balances([K.RESERVED, K.ALLOCATED], [a.pk for a in found]).items():
        left[key] = left.get(key, 0) + amount
    rows = []
    for each in found:
        amount = left.get(each.pk, 0)
        covers = Fraction(each.covers * amount, each.amount)
        # A part that stands for no whole number of units stays as it is.
        if amount > 0 and covers.denominator == 1:
            rows.append(
                HandRow(
                    offer_line=each.offer_line_id,
                    request_line=each.request_line_id,
                    amount=amount,
                    covers=int(covers),
                )
            )
    return tuple(rows)


def hand_plan(problem: Problem, rows: Sequence[HandRow]) -> Plan:
    """See what hands have agreed as a plan: each by the way on which it arrives first.

    Args:
        problem: one in which these rows are free and open again.
        rows: what is agreed.
    """
    pairs: dict[tuple[str, str], Pair] = {}
    for pair in sorted(problem.open_pairs, key=lambda pair: (pair.arrives, pair.key)):
        pairs.setdefault((pair.offer, pair.need), pair)
    needs = {need.id: need for need in problem.needs}
    together: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        key = (str(row.offer_line), str(row.request_line))
        amount, covers = together.get(key, (0, 0))
        together[key] = (amount + row.amount, covers + row.covers)
    assignments = tuple(
        Assignment(
            offer=offer,
            need=need,
            amount=amount,
            covers=covers,
            arrives=pairs[offer, need].arrives,
            late=is_late(needs[need], pairs[offer, need].arrives),
            route=pairs[offer, need].route,
        )
        for (offer, need), (amount, covers) in sorted(
            together.items(), key=lambda each: (each[0][1], each[0][0])
        )
        if (offer, need) in pairs
    )
    return _claimed(problem, assignments, len(together) - len(assignments))


def _claimed(problem: Problem, assignments: tuple[Assignment, ...], lost: int) -> Plan:
    counted = recounted(problem, assignments)
    scores = tuple(Score(objective=each, value=value) for each, value in counted.items())
    plan = Plan(
        assignments=assignments,
        outcome=Outcome(status=Status.FEASIBLE, method=METHOD, scores=scores),
    )
    broken = [fault.sentence for fault in faults(problem, plan)]
    notes = ["This is what is agreed or proposed and not packed yet, each by its fastest way."]
    if lost:
        notes.append(f"{lost} of it may not go by today's rules, or by no way, and is left out.")
    notes += broken[:_LISTED]
    if len(broken) > _LISTED:
        notes.append(f"And {len(broken) - _LISTED} more limits are not kept.")
    return Plan(
        assignments=assignments,
        outcome=Outcome(status=Status.FEASIBLE, method=METHOD, scores=scores, notes=tuple(notes)),
    )
