"""The plan: which amount of which offer goes to which need, and what is claimed of it.

A plan is a proposal.  People commit it, line by line or whole, through the same actions and rules
as any allocation.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from muster.core.planning.objectives import Objective


class Status(StrEnum):
    """What is proved about a plan; every plan that exists is feasible.

    OPTIMAL: no plan does better on any of the problem's levels, taken in order.
    BOUNDED: a bound on the first level is proved, and the plan does not reach all the bounds.
    FEASIBLE: nothing is proved about how good it is.
    """

    OPTIMAL = "optimal"
    BOUNDED = "bounded"
    FEASIBLE = "feasible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One movement of the plan.

    Args:
        offer: the offer's id.
        need: the need's id.
        amount: units of the offered item.
        covers: units of the item asked for that this stands for.
        arrives: the day of arrival.
        late: whether that is after the need's deadline.
        route: which way the goods go; as in the pair.
    """

    offer: str
    need: str
    amount: int
    covers: int
    arrives: date
    late: bool = False
    route: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Which pair it uses: need, offer, route."""
        return self.need, self.offer, self.route


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a plan reaches on one objective.

    Args:
        objective: which one.
        value: what the plan reaches; see `Objective` for the unit.
        bound: what no plan can pass that does no worse than this one on the levels before; None
            when nothing is proved.
    """

    objective: Objective
    value: int
    bound: int | None = None

    @property
    def proved(self) -> bool:
        """Tell whether no plan does better on this level."""
        return self.bound == self.value

    @property
    def gap(self) -> Fraction | None:
        """The proved share by which a better plan could differ at most; None when unproved."""
        if self.bound is None:
            return None
        return Fraction(abs(self.bound - self.value), max(1, abs(self.bound)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is claimed of a plan.

    Args:
        status: what is proved.
        method: the name of the method that made it.
        scores: one score for each objective of the problem, in its order.
        notes: sentences a reader must know, such as that another method had to step in.
    """

    status: Status
    method: str
    scores: tuple[Score, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What one more unit of a row would add to the first level, by the method that priced them.

    Prices prove a bound whatever they are, and a search that begins at good ones is short: they are
    what a plan leaves for the next one.  Each is counted in whole millionths of a millionth; rows
    whose price is 0 are left out.

    Args:
        offers: the offer's id, and the price of one unit of it.
        needs: the need's id, and the price of one unit that is asked.
        room: leg, period, number of the measure, and the price of one small unit of room.
    """

    offers: tuple[tuple[str, int], ...] = ()
    needs: tuple[tuple[str, int], ...] = ()
    room: tuple[tuple[str, int, int, int], ...] = ()


NO_PRICES = Prices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A proposal: the assignments in the order of need, offer, route, and the claims on them.

    Args:
        assignments: the movements.
        outcome: what is claimed of them.
        prices: what planning again can begin with; none where the method has none.  Two plans with
            the same movements and claims are the same plan whatever they leave.
    """

    assignments: tuple[Assignment, ...]
    outcome: Outcome
    prices: Prices = field(default=NO_PRICES, compare=False)
