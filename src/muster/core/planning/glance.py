"""The judge's first look: all rows of a plan at once, in whole numbers of arrays.

It only tells plans in which nothing at all is odd.  Whatever else there is, or could be, is left to
the judge, who goes row by row, says what is wrong, and is the measure for what is written here.
"""

from collections.abc import Iterable
from itertools import repeat
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from muster.core.planning.columns import ALWAYS
from muster.core.planning.objectives import DEFAULT_ORDER, Objective
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Problem
from muster.core.planning.walks import ODD

Ints = NDArray[np.int64]

# No sum or product may come near to where whole numbers of 64 bits end.
_LARGEST = 2**62


class _Odd(Exception):  # noqa: N818 - it is no error, and never leaves this module
    """Something is odd, or is left to the judge."""


def glanced(problem: Problem, plan: Plan) -> dict[Objective, int] | None:
    """Count what a plan reaches, if nothing in its rows is odd; None where the judge must look.

    Plans with consents, rates, packages or other objectives than usual are always for the judge.
    """
    usual = problem.objectives.order == DEFAULT_ORDER and not problem.packages
    if not usual or problem.consents or any(offer.rate for offer in problem.offers):
        return None
    if not plan.assignments:
        return dict.fromkeys(DEFAULT_ORDER, 0)
    try:
        return _Rows(problem, plan.assignments).counted()
    except _Odd:
        return None


def _require(fine: object) -> None:
    if not fine:
        raise _Odd


class _Rows:
    """The rows of a plan as columns, checked from left to right."""

    def __init__(self, problem: Problem, rows: tuple[Assignment, ...]) -> None:
        self.problem, self.columns, self.rows = problem, problem.columns, rows
        amount, covers = [row.amount for row in rows], [row.covers for row in rows]
        _require(set(map(type, amount)) | set(map(type, covers)) == {int})
        _require(min(amount) > 0 and min(covers) > 0)
        self.total = max(sum(amount), sum(covers))
        _require(self.total < _LARGEST)
        self.amount, self.covers = _ints(amount), _ints(covers)
        self.need = _found({each.id: at for at, each in enumerate(problem.needs)}, rows, "need")
        self.offer = _found({each.id: at for at, each in enumerate(problem.offers)}, rows, "offer")
        self.pair = self._pairs()

    def counted(self) -> dict[Objective, int]:
        """Check everything, and count.

        Raises:
            _Odd: something is odd.
        """
        late = self._days()
        self._amounts()
        self._sums()
        self._ways()
        needs, weigh = self.problem.needs, self.problem.weights
        weights = [weigh[n.priority - 1] if n.weight is None else n.weight for n in needs]
        days = self.columns.arrives[self.pair] - self.problem.day.toordinal()
        _require(self.total * max(weights) * max(1, int(days.max())) < _LARGEST)
        worth = _ints(weights)[self.need] * self.covers
        return {
            Objective.ON_TIME: int(worth[~late].sum()),
            Objective.LATE: int(worth[late].sum()),
            Objective.WAITING: int((worth * days).sum()),
            Objective.ASSIGNMENTS: len(self.rows),
        }

    def _pairs(self) -> Ints:
        """Find the pair that each row uses; each at most once."""
        columns, offers = self.columns, len(self.problem.offers)
        routes = columns.routes
        _require(len(columns.need) and len(self.problem.needs) * offers * len(routes) < _LARGEST)

        # An offer that no pair has is none of a pair's.
        _require(self.offer.max() <= columns.offer.max())
        known, order = columns.by_code
        wanted = columns.coded(self.need, self.offer, _found(routes, self.rows, "route"))
        at = np.searchsorted(known, wanted)
        _require(at.max() < len(order))
        pair: Ints = order[at]
        _require((known[at] == wanted).all())
        _require(len(np.unique(wanted)) == len(wanted))
        return pair

    def _days(self) -> NDArray[np.bool_]:
        """Check arrivals and marks of lateness; give the marks."""
        arrives = self.columns.arrives[self.pair]
        _require((arrives == _ints(row.arrives.toordinal() for row in self.rows)).all())
        last = _ints(
            each.needed_by.toordinal() if each.needed_by else ALWAYS for each in self.problem.needs
        )
        late = arrives > last[self.need]
        _require(late.tolist() == [row.late for row in self.rows])
        return late

    def _amounts(self) -> None:
        """Check ratios, lots and what goes at once at the fewest."""
        ratios, of_pair = self.columns.ratios, self.columns.ratio[self.pair]
        above = [ratio.numerator for ratio in ratios]
        below = [ratio.denominator for ratio in ratios]
        _require(self.total * max(*above, *below) < _LARGEST)
        _require((self.amount * _ints(below)[of_pair] == self.covers * _ints(above)[of_pair]).all())
        given = self.problem.stock
        _require(max(given.lot.max(), given.least.max(), given.amount.max()) < _LARGEST)
        _require((self.amount % given.lot[self.offer] == 0).all())
        _require((self.amount >= given.least[self.offer]).all())

    def _sums(self) -> None:
        """Check that no offer gives and no need takes too much, or less than is of use."""
        needs, given = self.problem.needs, self.problem.stock
        _require(max(max(each.amount, each.least) for each in needs) < _LARGEST)
        out = _added(self.offer, self.amount, len(given.amount))
        into = _added(self.need, self.covers, len(needs))
        _require((out <= given.amount).all())
        _require((into <= _ints(each.amount for each in needs)).all())
        _require(((into == 0) | (into >= _ints(each.least for each in needs))).all())

    def _ways(self) -> None:
        """Walk every way that is used, and add up what each leg carries in each period."""
        way, walks = self.columns.way[self.pair], self.problem.walks
        ends = walks.ends[way]
        _require((ends != ODD).all() and (ends <= self.columns.arrives[self.pair]).all())
        loads = self.problem.stock.load
        _require(self.total * max(1, int(loads.max())) < _LARGEST)
        carried = np.zeros((len(self.columns.ways), loads.shape[1]), dtype=np.int64)
        np.add.at(carried, way, loads[self.offer] * self.amount[:, None])
        taken = np.zeros_like(walks.room)
        for hop in range(walks.slots.shape[1]):
            np.add.at(taken, walks.slots[:, hop], carried)
        _require((taken <= walks.room).all())


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _added(at: Ints, amounts: Ints, count: int) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, at, amounts)
    return total


def _found(known: dict[str, int], rows: tuple[Assignment, ...], name: str) -> Ints:
    """Find what each row names."""
    at = _ints(map(known.get, map(attrgetter(name), rows), repeat(-1)))
    _require(at.min() >= 0)
    return at
