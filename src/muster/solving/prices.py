"""Prices for what is shared, by a first-order method, and the bound that any prices prove.

The linear programme here is: maximise `gain @ x` under `rows <= limits` and `0 <= x <= most`.  For
any prices of its rows that are not negative, weak duality gives a bound:

    prices @ limits + sum over columns of most * max(0, gain - prices of the rows it counts in)

so a bound needs no trust in the method that found the prices, nor in floats: the prices are rounded
to whole multiples of a small fraction and the sum is formed in whole numbers.

The prices are found by the primal-dual hybrid gradient method (Chambolle and Pock, 2011) with
diagonal steps (Pock and Chambolle, 2011), each step carried on beyond itself, averaging and
restarts (Applegate et al., PDLP, 2021).  One round is one pass over the matrix in a compiled
kernel, so its cost grows with the size and no faster.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from muster.solving.arrays import Ints
from muster.solving.rooms import NO_LIMIT
from muster.solving.scaled import Matrix, Pace, Standing
from muster.solving.together import Together, kernels

Floats = NDArray[np.float64]

# After so many rounds the prices are judged, and the search may restart or end.
_ROUNDS_BETWEEN = 40

# Less than this is no movement, and says nothing about the balance of prices and steps.
_STILL = 1e-9

# How far a step is carried on beyond itself; the method converges below 2.
_BEYOND = 1.9

# The balance of prices and steps at the start, in scaled units; measured on problems of all sizes.
_BALANCE = 0.5

# Whole numbers are multiplied in digits of so many bits; 2^22 products of two are still exact.
_DIGIT = 20

# A column without steps is left out of a round where it costs so much more than it gains, as a
# share of its gain; where more than such a share of them is hopeful, all are taken.
_NEARLY = 0.05
_MOST = 0.8

# What is over a row's limit counts so many times its price against a fractional plan.
_OVER = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A linear programme over columns that each count in a few rows.

    Args:
        gain: what one step of each column adds; may be negative.
        rows: the rows that a column counts in, shape (columns, width); the last row has no limit.
        coefficients: how much it counts there, 0 or more, same shape.
        limits: the most that each row may sum to, 0 or more.
        most: the most steps of each column.
    """

    gain: Ints
    rows: Ints
    coefficients: Ints
    limits: Ints
    most: Ints

    def bound(self, prices: Floats) -> int:
        """Add up what no plan can pass, exactly, from prices that need not be good.

        Args:
            prices: one for each row; what is negative or not finite counts as 0.
        """
        usable = np.where(np.isfinite(prices) & (self.limits < NO_LIMIT), prices, 0).clip(0)
        shift = self._shift(usable)
        whole = np.rint(usable * 2.0**shift).astype(np.int64)
        scaled_gain = self.gain * 2**shift
        slack = scaled_gain - (whole[self.rows] * self.coefficients).sum(axis=1)
        over = slack > 0
        paid = whole > 0
        total = exact_dot(whole[paid], self.limits[paid]) + exact_dot(slack[over], self.most[over])
        # Floor: the true best is a whole number.
        return total >> shift

    def _shift(self, prices: Floats) -> int:
        """Choose how many binary places prices keep, so that no whole number overflows."""
        # A quick look first: seldom is anything near to where whole numbers end.
        quick = float(prices.max(initial=0)) * max(1, int(self.coefficients.max(initial=0)))
        quick = quick * self.rows.shape[1] + float(np.abs(self.gain).max(initial=1))
        if quick < 2.0**30:
            return 30
        terms = np.abs(self.gain) + (prices[self.rows] * self.coefficients).sum(axis=1)
        largest = max(1.0, float(terms.max(initial=0)), float(prices.max(initial=0)))
        return int(max(0, min(30, 60 - np.ceil(np.log2(largest)))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What the search for prices came to.

    Args:
        prices: those of the best bound.
        steps: a fractional plan of about the same worth; it may be over some limits by a little.
        bound: the best bound, in floats; `Programme.bound` proves one.
        gap: the share of the bound by which the fractional plan may fall short of it.
        rounds: how many rounds that took.
    """

    prices: Floats
    steps: Floats
    bound: float
    gap: float
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a search begins: what an earlier one over the same rows and columns came to."""

    prices: Floats
    steps: Floats


def priced(
    programme: Programme,
    *,
    gap: float,
    rounds: int,
    begin: Start | None = None,
    cores: int | None = None,
) -> Priced:
    """Search for prices until bound and fractional plan are this near, or the rounds are over.

    The number of rounds, and no clock, ends it, so that the same input gives the same prices.

    Args:
        programme: what to price; it may have no column.
        gap: the share of the bound at which it is good enough.
        rounds: how many rounds at most.
        begin: where to begin, if not at nothing.
        cores: how many threads share a round; as many as there are cores if not given.  The prices
            are the same ones.
    """
    if not len(programme.gain):
        none = np.zeros(0)
        return Priced(
            prices=np.zeros(len(programme.limits)), steps=none, bound=0.0, gap=0.0, rounds=0
        )
    with Together(cores) as together:
        search = _Search(programme, begin, together)
        done = 0
        while done < rounds and search.gap > gap:
            search.run(_ROUNDS_BETWEEN)
            done += _ROUNDS_BETWEEN
            search.judge()
        return search.found(done)


class _Search:
    """The state of the method, in units in which each row and each column is about 1.

    A round is over the hopeful columns alone: those that have steps, or could soon have some.  All
    are judged, so the bound is one for all of them.
    """

    def __init__(self, programme: Programme, begin: Start | None, together: Together) -> None:
        self.programme, self.together = programme, together
        self.wide = programme.most.astype(np.float64)
        rows, values = _binding(programme)
        # Only rows that some column could overfill have a price; they are numbered anew.
        self.kept, numbers = np.unique(rows, return_inverse=True)
        of_columns: NDArray[np.int32] = numbers.reshape(rows.shape).astype(np.int32)
        scaled = values * self.wide[:, None]
        peak = np.zeros(len(self.kept))
        np.maximum.at(peak, of_columns, scaled)
        self.tall = np.where(peak > 0, peak, 1.0)
        shares = np.ascontiguousarray((scaled / self.tall[of_columns]).astype(np.float32))
        limits = np.where(peak > 0, programme.limits[self.kept], 0)
        self.limits = limits / self.tall
        gain = programme.gain * self.wide
        self.top = float(np.abs(gain).max()) or 1.0
        self.matrix = Matrix(of_columns, shares, gain / self.top)
        column = shares.sum(axis=1)
        row = np.bincount(of_columns.ravel(), shares.ravel(), minlength=len(self.kept))
        self.tau = 1 / np.maximum(column, 1e-3)
        self.sigma = np.where(row > 0, 1 / np.maximum(row, 1e-9), 0)
        self.x, self.y = np.zeros(len(gain)), np.zeros(len(self.kept))
        if begin is not None:
            self.x = np.clip(begin.steps / np.maximum(self.wide, 1), 0.0, 1.0)
            self.y = begin.prices[self.kept] * self.tall / self.top
        self.weight = _BALANCE
        self.bound, self.prices, self.steps = np.inf, self.y, self.x
        self.gap = self.last_gap = np.inf
        self._restart(self.x, self.y)
        self._look(None if begin is None else self.y)

    def run(self, rounds: int) -> None:
        """Go on for so many rounds from where it stands."""
        at, tau = Standing(self.x, self.y, self.taken, self.sum_x, self.sum_y), self.tau
        if self.columns is not None:
            tau, sums = tau[self.columns], self.sum_x[self.columns]
            at = at._replace(steps=self.x[self.columns], sum_steps=sums)
        pace = Pace(tau, self.sigma, self.weight, _BEYOND, self.limits)
        self.together.run(rounds, pace, self.part, at)
        if self.columns is not None:
            self.x[self.columns], self.sum_x[self.columns] = at.steps, at.sum_steps
        self.summed += rounds

    def judge(self) -> None:
        """Keep what is best, and restart from the average or the present, whichever is nearer."""
        now = np.clip(self.x, 0.0, 1.0), np.maximum(self.y, 0.0)
        mean = self.sum_x / self.summed, self.sum_y / self.summed
        mean = np.clip(mean[0], 0.0, 1.0), np.maximum(mean[1], 0.0)
        of_now, of_mean = self._weigh(*now), self._weigh(*mean)
        nearest = min(of_now, of_mean)
        if nearest <= 0.5 * self.last_gap or self.summed >= 10 * _ROUNDS_BETWEEN:
            x, y = mean if of_mean < of_now else (self.x, self.y)
            self._reweigh(x, y)
            self.last_gap = nearest
            self._restart(x, y)
        self._look(mean[1])

    def _look(self, prices: Floats | None) -> None:
        """Choose the columns that the next rounds are over, by these prices; all if there are none.

        What the others have is too little to count, and is dropped.
        """
        self.columns, self.part = None, self.matrix
        if prices is None:
            return
        hopeful = kernels().hopeful(self.matrix, prices, self.x, _NEARLY)
        if hopeful.mean() < _MOST:
            self.x[~hopeful] = 0.0
            self.columns = np.flatnonzero(hopeful)
            self.part = self.matrix.of(self.columns)
        steps = self.x if self.columns is None else self.x[self.columns]
        self.taken = kernels().taken_by(self.part, steps, len(self.limits))

    def found(self, rounds: int) -> Priced:
        """Turn what is best back into the units of the programme."""
        prices = np.zeros(len(self.programme.limits))
        prices[self.kept] = self.prices * self.top / self.tall
        return Priced(
            prices=prices,
            steps=self.steps * self.wide,
            bound=self.bound * self.top,
            gap=self.gap,
            rounds=rounds,
        )

    def _weigh(self, x: Floats, y: Floats) -> float:
        """Measure the gap of a pair, and keep its halves where they are the best so far."""
        bound, value, over = kernels().weighed(self.matrix, self.limits, x, y)
        gap: float = (bound - value + _OVER * over) / max(bound, 1e-12)
        if bound < self.bound:
            self.bound, self.prices = bound, y.copy()
        if gap < self.gap:
            self.gap, self.steps = gap, x.copy()
        return gap

    def _reweigh(self, x: Floats, y: Floats) -> None:
        """Balance how fast prices and steps move, by how far each moved since the last restart."""
        moved_x = float(np.sqrt(((x - self.from_x) ** 2 / self.tau).sum()))
        moved_y = float(np.sqrt(((y - self.from_y) ** 2 * _inverse(self.sigma)).sum()))
        if min(moved_x, moved_y) > _STILL:
            self.weight = float(np.exp(0.5 * np.log(moved_y / moved_x) + 0.5 * np.log(self.weight)))

    def _restart(self, x: Floats, y: Floats) -> None:
        """Begin to average anew from here."""
        self.x, self.y, self.from_x, self.from_y = x.copy(), y.copy(), x.copy(), y.copy()
        self.taken = kernels().taken_by(self.matrix, self.x, len(self.limits))
        self.sum_x, self.sum_y, self.summed = np.zeros_like(self.x), np.zeros_like(self.y), 0


def _binding(programme: Programme) -> tuple[Ints, Floats]:
    """Give each column the rows that could run out, as narrow as that can be."""
    rows = programme.rows
    values = np.where(programme.limits[rows] < NO_LIMIT, programme.coefficients, 0)
    wanted = np.bincount(
        rows.ravel(),
        (values * programme.most[:, None].astype(np.float64)).ravel(),
        minlength=len(programme.limits),
    )
    values = np.where((wanted > programme.limits)[rows], values, 0)
    order = np.argsort(values == 0, axis=1, kind="stable")
    width = max(1, int((values > 0).sum(axis=1).max(initial=0)))
    order = order[:, :width]
    rows, values = (
        np.take_along_axis(rows, order, axis=1),
        np.take_along_axis(values, order, axis=1),
    )
    return np.where(values > 0, rows, rows[:, :1]), values.astype(np.float64)


def _inverse(steps: Floats) -> Floats:
    return np.where(steps > 0, 1 / np.maximum(steps, 1e-12), 0)


def exact_dot(left: Ints, right: Ints) -> int:
    """Multiply and add without overflow: both are cut into digits of 20 bits, for all at once."""
    digits = range(0, 64, _DIGIT)
    lefts = [(left >> at) & (2**_DIGIT - 1) for at in digits]
    rights = [(right >> at) & (2**_DIGIT - 1) for at in digits]
    return sum(
        int(one @ other) << _DIGIT * (i + j)
        for i, one in enumerate(lefts)
        for j, other in enumerate(rights)
    )
