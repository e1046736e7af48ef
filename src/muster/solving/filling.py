"""From any steps to a whole plan that keeps every row: take away, fill up, exchange."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from muster.solving.arrays import Arrays, Ints
from muster.solving.rooms import NO_LIMIT

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

# The passes of exchanges: how many columns a chain adds to at most, and the share of its gain that
# prices must promise for a column to be begun at.  With few columns, patience costs little.
PASSES = ((1, 0.2), (3, 0.1))
_PATIENT = ((1, 0.05), (3, 0.05), (3, 0.02), (6, 0.02))
_FEW = 30_000

# How often a pass begins at one column.
_TRIES = 16


def room_left(arrays: Arrays, steps: Ints) -> Ints:
    """Give what the steps leave of every row's limit; the last row has no limit."""
    left, used = arrays.limits, np.flatnonzero(steps)
    kernels().taken(used, arrays.rows, arrays.coefficients, left, steps)
    return left


def repaired(arrays: Arrays, steps: Ints, order: Ints, *, anew: bool = False) -> Ints:
    """Keep what is of use of the steps, and add every whole step that still fits.

    Args:
        arrays: the problem.
        steps: whole steps of each pair that keep every row's limit; leasts may be broken.
        order: the pairs that may be added to, the most wanted first.
        anew: whether what is added to a pair must reach its least by itself.
    """
    most = arrays.most
    steps = np.where(steps >= arrays.least, steps, 0)
    barred = np.zeros(len(arrays.needs), dtype=np.bool_)
    while True:
        left, open_to = room_left(arrays, steps), order[~barred[arrays.need[order]]]
        kernels().filled(
            open_to, arrays.rows, arrays.coefficients, left, steps, most, arrays.least, anew
        )
        split = len(arrays.offers)
        brought = arrays.open - left[split : split + len(arrays.open)]
        short = (brought > 0) & (brought < arrays.useful)
        if not short.any():
            return steps
        barred |= short
        steps = np.where(short[arrays.need], 0, steps)


def plain(arrays: Arrays) -> Ints:
    """Make the greedy plan on arrays: the same as `greedy.solve`, whose order this is."""
    by = np.array(
        [each.needed_by.toordinal() if each.needed_by else NO_LIMIT for each in arrays.needs],
        dtype=np.int64,
    )
    priority = np.array([each.priority for each in arrays.needs], dtype=np.int64)
    # Pairs are sorted by need, offer and route, needs by id: a stable sort decides ties by them.
    order = np.lexsort(
        (arrays.days, arrays.need, by[arrays.need], priority[arrays.need], arrays.late)
    )
    return repaired(arrays, np.zeros_like(arrays.most), order, anew=True)


@dataclass(frozen=True, kw_only=True)
class Rounding:
    """One level to be made whole: its columns, and what prices say of them.

    Args:
        arrays: the problem.
        gain: what one step of each pair adds to the level.
        columns: the pairs that gain something and can move.
        prices: of each row.
    """

    arrays: Arrays
    gain: Ints
    columns: Ints
    prices: Floats

    @cached_property
    def slack(self) -> Floats:
        """What a step of each of the columns gains beyond the price of what it takes."""
        rows, counts = self.arrays.rows[self.columns], self.arrays.coefficients[self.columns]
        slack: Floats = self.gain[self.columns] - (self.prices[rows] * counts).sum(axis=1)
        return slack

    @cached_property
    def order(self) -> Ints:
        """The columns, those that gain most beside their gain first."""
        by = np.argsort(-self.slack / self.gain[self.columns], kind="stable")
        order: Ints = self.columns[by]
        return order

    def whole(self, fractional: Floats, held: Ints, *, enough: int = NO_LIMIT) -> Ints:
        """Add the whole part of a fractional plan to what is held, and make the best of the rest.

        Args:
            fractional: steps of each of the columns; limits may be broken by a little.
            held: whole steps of each pair that keep every row.
            enough: as for `improved`.
        """
        arrays, steps = self.arrays, held.copy()
        cut = np.floor(fractional + 1e-6).astype(np.int64)
        steps[self.columns] += np.clip(cut, 0, arrays.most[self.columns] - held[self.columns])
        left = room_left(arrays, steps)
        # What is held gains nothing here and is never taken away.
        kernels().trimmed(self.order[::-1], arrays.rows, arrays.coefficients, left, steps)
        return self.improved(repaired(arrays, steps, self.order), enough=enough)

    def improved(self, steps: Ints, *, enough: int = NO_LIMIT) -> Ints:
        """Exchange along chains until that wins little, or this much is gained; then fill up."""
        passes = PASSES if len(self.columns) > _FEW else _PATIENT
        steps = self._chains.exchanged(steps, self.order, passes, enough=enough)
        return repaired(self.arrays, steps, self.order)

    @cached_property
    def _chains(self) -> "Chains":
        mine, slack = np.zeros(len(self.gain), dtype=np.bool_), np.zeros(len(self.gain))
        mine[self.columns], slack[self.columns] = True, self.slack
        return Chains(
            arrays=self.arrays, gain=self.gain, slack=slack, prices=self.prices, within=mine
        )


@dataclass(frozen=True, kw_only=True)
class Chains:
    """Exchanges along chains: add here, take away what is in the way, fill what that frees.

    Args:
        arrays: the problem.
        gain: what one step of each pair adds to the level.
        slack: what a step of each pair gains beyond the price of what it takes.
        prices: of each row.
        within: the pairs that an exchange may change, but for those with a least, or of a need
            with one.
    """

    arrays: Arrays
    gain: Ints
    slack: Floats
    prices: Floats
    within: Marks

    def exchanged(
        self, steps: Ints, order: Ints, passes: Iterable[tuple[int, float]], *, enough: int
    ) -> Ints:
        """Better a plan.

        Args:
            steps: whole steps of each pair that keep every row.
            order: the pairs to begin at.
            passes: how many columns a chain adds to at most, and the share of its gain that prices
                must promise for a pair to be begun at.
            enough: once the plan gains this much, it is good enough.
        """
        arrays, steps = self.arrays, steps.copy()
        left, reached = room_left(arrays, steps), int(self.gain @ steps)
        most = np.where(self._movable, arrays.most, 0)
        prices = np.where(arrays.limits < NO_LIMIT, self.prices, 0)
        begun = order[self._movable[order]]
        for depth, promise in passes:
            reached += kernels().exchanged(
                begun,
                arrays.rows,
                arrays.coefficients,
                self.gain,
                self.slack,
                prices,
                left,
                steps,
                most,
                *self._users,
                depth,
                promise,
                _TRIES,
                enough - reached,
            )
        return steps

    @cached_property
    def _movable(self) -> Marks:
        arrays = self.arrays
        movable: Marks = self.within & (arrays.least <= 1) & (arrays.useful <= 1)[arrays.need]
        return movable

    @cached_property
    def _users(self) -> tuple[Ints, Ints]:
        """Give where the users of each row begin, and the users, row after row."""
        starts, users = users_of(self.arrays, np.flatnonzero(self._movable))
        return starts, users


def users_of(arrays: Arrays, columns: Ints) -> tuple[Ints, Ints]:
    """Give those of the columns that count in each row, row after row, and where each begins."""
    rows, used = arrays.rows[columns], arrays.coefficients[columns] > 0
    users, of_row = np.broadcast_to(columns[:, None], rows.shape)[used], rows[used]
    starts = np.zeros(len(arrays.limits) + 1, dtype=np.int64)
    np.cumsum(np.bincount(of_row, minlength=len(arrays.limits)), out=starts[1:])
    return starts, users[np.argsort(of_row, kind="stable")]


def fitting(arrays: Arrays, left: Ints) -> Ints:
    """Count the steps of each pair that fit what is left, were it alone."""
    counts = arrays.coefficients
    fits = np.where(counts > 0, left[arrays.rows] // np.maximum(counts, 1), NO_LIMIT)
    fewest: Ints = fits.min(axis=1, initial=NO_LIMIT)
    return fewest


def kernels() -> ModuleType:
    """Load the compiled exchanges, when they are first needed."""
    from muster.solving import exchanges

    return exchanges
