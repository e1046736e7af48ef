"""What a plan is measured by, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Objective(StrEnum):
    """One measure of a plan; in a problem's order a later one never costs an earlier one.

    ON_TIME: units of need met by their deadline, each times what one counts for, and the worth of
        every set of a package that is complete on time; more is better.
    LATE: units of need met after their deadline, weighted likewise; more is better.
    WAITING: days from the plan's day to the arrival of each unit met, weighted likewise; less is
        better.  For one need a day of lateness is a day of waiting.
    LATENESS: days after the deadline of each unit that is met late, weighted likewise; less is
        better.
    FAIRNESS: the smallest share met of any recipient that can be served at all, late or not,
        weighted likewise, in millionths; more is better.
    BURDEN: how far the donor furthest from its agreed share is away from it; less is better.  A
        donor's part is what its goods count for (`Offer.value`).  The distance is |part x all
        shares - share x all parts|, so that it is whole.
    AGREED: units already agreed and open to release that stay as they are; more is better.
    ASSIGNMENTS: how many separate movements the plan has; less is better.
    COST: what carrying costs: grams times each leg's cost of a tonne, so in millionths; less is
        better.
    """

    ON_TIME = "on_time"
    LATE = "late"
    WAITING = "waiting"
    LATENESS = "lateness"
    FAIRNESS = "fairness"
    BURDEN = "burden"
    AGREED = "agreed"
    ASSIGNMENTS = "assignments"
    COST = "cost"

    @property
    def more_is_better(self) -> bool:
        """Tell whether this objective is to be raised; otherwise it is to be lowered."""
        return self in _RAISED


_RAISED = frozenset({Objective.ON_TIME, Objective.LATE, Objective.FAIRNESS, Objective.AGREED})

# The order of a problem that names none.
DEFAULT_ORDER = (Objective.ON_TIME, Objective.LATE, Objective.WAITING, Objective.ASSIGNMENTS)

# The levels of the default order that an exact method must prove before it says "optimal".
PROVED_LEVELS = DEFAULT_ORDER[:-1]

# Parts of a whole in which shares are counted.
MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Objectives:
    """The objectives of a problem.

    Args:
        order: each at most once, the one that counts most first.
        shares: for BURDEN, each donor with its agreed share, in whole parts of any size; donors
            that are not named carry nothing that is compared.
    """

    order: tuple[Objective, ...] = DEFAULT_ORDER
    shares: tuple[tuple[str, int], ...] = ()

    @property
    def levels(self) -> tuple[Objective, ...]:
        """Those that must be proved before a plan is called optimal.

        The number of assignments, where it comes last, is kept low by best effort.
        """
        order = self.order
        return order[:-1] if order and order[-1] is Objective.ASSIGNMENTS else order

    @property
    def share_of(self) -> Mapping[str, int]:
        """The agreed share of each donor."""
        return dict(self.shares)
