"""Prices for what is shared, by a first-order method, and the bound that any prices prove.

The linear programme here is: maximise `gain @ x` under `rows <= limits` and `0 <= x <= most`.  For
any prices of its rows that are not negative, weak duality gives a bound:

    prices @ limits + sum over columns of most * max(0, gain - prices of the rows it counts in)

so a bound needs no trust in the method that found the prices, nor in floats: the prices are rounded
to whole multiples of a small fraction and the sum is formed in whole numbers.

The prices are found by the primal-dual hybrid gradient method (Chambolle and Pock, 2011) with
diagonal steps (Pock and Chambolle, 2011), averaging and restarts (Applegate et al., PDLP, 2021).
One round is two passes over the matrix, so its cost grows with the size and no faster.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from muster.solving.arrays import NO_LIMIT, Ints

Floats = NDArray[np.float64]

# After so many rounds the prices are judged, and the search may restart or end.
_ROUNDS_BETWEEN = 40

# Less than this is no movement, and says nothing about the balance of prices and steps.
_STILL = 1e-9


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
        total = _dot(whole[paid], self.limits[paid]) + _dot(slack[over], self.most[over])
        # Floor: the true best is a whole number.
        return total >> shift

    def _shift(self, prices: Floats) -> int:
        """Choose how many binary places prices keep, so that no whole number overflows."""
        terms = np.abs(self.gain) + (prices[self.rows] * self.coefficients).sum(axis=1)
        largest = max(1.0, float(terms.max(initial=0)), float(prices.max(initial=0)))
        return int(max(0, min(30, 60 - np.ceil(np.log2(largest)))))


@dataclass(slots=True)
class Priced:
    """What the search for prices came to.

    Args:
        prices: those of the best bound.
        steps: a fractional plan that keeps every row, the best one seen.
        bound: the best bound, in floats; `Programme.bound` proves one.
        value: what `steps` reaches.
    """

    prices: Floats
    steps: Floats
    bound: float
    value: float

    @property
    def gap(self) -> float:
        """The share of the bound that is open between the two."""
        return (self.bound - self.value) / max(1.0, abs(self.bound))


def priced(programme: Programme, *, gap: float, rounds: int, begin: Floats | None = None) -> Priced:
    """Search for prices until bound and fractional plan are this near, or the rounds are over.

    The number of rounds, and no clock, ends it, so that the same input gives the same prices.

    Args:
        programme: what to price.
        gap: the share of the bound at which it is good enough.
        rounds: how many rounds at most.
        begin: prices of an earlier search over the same rows.
    """
    search = _Search(programme, begin)
    done = 0
    while done < rounds:
        search.run(_ROUNDS_BETWEEN)
        done += _ROUNDS_BETWEEN
        search.judge()
        if search.best.gap <= gap:
            break
    return search.best


def weighed(programme: Programme, steps: Floats, prices: Floats) -> Priced:
    """Weigh steps and prices from elsewhere: the steps are shrunk until every row keeps its limit.

    Args:
        programme: what they are for.
        steps: any steps, one for each column.
        prices: one for each row, 0 or more.
    """
    search = _Search(programme, None)
    steps = np.clip(steps, 0, programme.most)
    search._weigh(steps / search.wide, prices * search.tall / search.top)
    return search.best


class _Search:
    """The state of the method, in units in which each row and each column is about 1."""

    def __init__(self, programme: Programme, begin: Floats | None) -> None:
        self.programme = programme
        bound = programme.limits < NO_LIMIT
        rows, count = programme.rows, len(programme.limits)
        values = programme.coefficients * bound[rows]
        # One array for each place in a column: sums over a short axis are slow.
        self.rows, self.count = [np.ascontiguousarray(each) for each in rows.T], count
        self.most = programme.most.astype(np.float64)
        # A column is measured in what it can do at most, a row in its limit or the most it can get.
        self.wide = np.maximum(self.most, 1)
        peak = np.zeros(count)
        np.maximum.at(peak, rows, values * self.wide[:, None])
        self.tall = np.where(peak > 0, peak, 1.0)
        scaled = values * self.wide[:, None] / self.tall[rows]
        self.values = [np.ascontiguousarray(each) for each in scaled.T]
        self.limits = np.where(bound, programme.limits, 0) / self.tall
        self.top = float(np.abs(programme.gain * self.wide).max(initial=1)) or 1.0
        self.gain = programme.gain * self.wide / self.top
        self.ceiling = self.most / self.wide
        column, row = scaled.sum(axis=1), self._sums(np.ones(len(self.most)))
        self.tau = 1 / np.maximum(column, 1e-9)
        self.sigma = np.where(row > 0, 1 / np.maximum(row, 1e-9), 0)
        self.x = np.zeros(len(self.most))
        self.y = np.zeros(count) if begin is None else begin * self.tall / self.top
        self.weight = 0.03
        self.best = Priced(np.zeros(count), np.zeros(len(self.most)), np.inf, -np.inf)
        self.last_gap = np.inf
        self.from_x, self.from_y = self.x.copy(), self.y.copy()
        self._forget()

    def run(self, rounds: int) -> None:
        """Go on for so many rounds from where it stands."""
        tau, sigma = self.tau / self.weight, self.sigma * self.weight
        for _ in range(rounds):
            x = self.x + tau * self._slack(self.y)
            np.clip(x, 0, self.ceiling, out=x)
            over = self._sums(2 * x - self.x) - self.limits
            self.y = np.maximum(0, self.y + sigma * over)
            self.x = x
            self.sum_x += x
            self.sum_y += self.y
            self.summed += 1

    def judge(self) -> None:
        """Keep what is best, and restart from the average or the present, whichever is nearer."""
        mean_x, mean_y = self.sum_x / self.summed, self.sum_y / self.summed
        present, mean = self._weigh(self.x, self.y), self._weigh(mean_x, mean_y)
        gap = min(present, mean)
        if gap <= 0.5 * self.last_gap or self.summed >= 10 * _ROUNDS_BETWEEN:
            if mean < present:
                self.x, self.y = mean_x, mean_y
            self._reweigh()
            self.last_gap = gap
            self.from_x, self.from_y = self.x.copy(), self.y.copy()
            self._forget()

    def _weigh(self, x: Floats, y: Floats) -> float:
        """Measure the gap of a pair, and keep its halves where they are the best so far."""
        slack = self._slack(y)
        bound = float(y @ self.limits + np.maximum(slack, 0) @ self.ceiling)
        over = np.where(self.limits > 0, self._sums(x) / np.maximum(self.limits, 1e-12), 1)
        worst = np.ones_like(x)
        for rows, values in zip(self.rows, self.values, strict=True):
            np.maximum(worst, np.where(values > 0, over[rows], 1), out=worst)
        kept = x / worst
        value = float(self.gain @ kept)
        if bound * self.top < self.best.bound:
            self.best.bound, self.best.prices = bound * self.top, y * self.top / self.tall
        if value * self.top > self.best.value:
            self.best.value, self.best.steps = value * self.top, kept * self.wide
        return bound - value

    def _reweigh(self) -> None:
        """Balance how fast prices and steps move, by how far each moved since the last restart."""
        moved_x = float(np.sqrt(((self.x - self.from_x) ** 2 / self.tau).sum()))
        moved_y = float(np.sqrt(((self.y - self.from_y) ** 2 * _inverse(self.sigma)).sum()))
        if min(moved_x, moved_y) > _STILL:
            self.weight = float(np.exp(0.5 * np.log(moved_y / moved_x) + 0.5 * np.log(self.weight)))

    def _forget(self) -> None:
        self.sum_x, self.sum_y, self.summed = np.zeros_like(self.x), np.zeros_like(self.y), 0

    def _slack(self, y: Floats) -> Floats:
        """Give what each column gains beyond the price of what it takes."""
        slack = self.gain.copy()
        for rows, values in zip(self.rows, self.values, strict=True):
            slack -= y[rows] * values
        return slack

    def _sums(self, x: Floats) -> Floats:
        """Add up every row."""
        total = np.zeros(self.count)
        for rows, values in zip(self.rows, self.values, strict=True):
            total += np.bincount(rows, weights=values * x, minlength=self.count)
        return total


def _inverse(steps: Floats) -> Floats:
    return np.where(steps > 0, 1 / np.maximum(steps, 1e-12), 0)


def _dot(left: Ints, right: Ints) -> int:
    """Multiply and add in unlimited whole numbers."""
    return sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))
