"""The stress of a plan: from its rows to arrays, many futures on many cores, and what came of them.

The futures are cut into parts of fixed size; each part is drawn by one thread, for the kernel lets
other threads run, or by one task of Ray where there is a cluster.  What a future holds depends on
its number alone, so neither the cores nor their order change the outcome.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem, is_late
from muster.core.planning.stress import (
    Futures,
    Hinge,
    Spread,
    StressOutcome,
    Trouble,
    require_drawable,
)
from muster.core.planning.terms import ConsentState

Ints = NDArray[np.int64]

# How many futures are drawn at a time.
_PART = 500

# How many periods after the last that the plan uses may be closed; after that a leg is open.
_BEYOND = 4

# Stands for "no deadline", in days.
_ENDLESS = 10**6

_AT = (0, 5, 25, 50, 75, 95, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What came of a part of the futures; see `fates.drawn`."""

    met: Ints
    asked: Ints
    lost: Ints
    failed: Ints
    hurt: Ints


def stressed(
    problem: Problem,
    plan: Plan,
    futures: Futures,
    *,
    cores: int | None = None,
    cluster: bool = False,
) -> StressOutcome:
    """Draw futures of a plan and say how much is met on time in them, and what that hangs on.

    Args:
        problem: what the plan was made for.
        plan: one that has passed the judge.
        futures: how many, with which seed and chances.
        cores: how many threads; as many as the machine has if not given.
        cluster: whether Ray draws them, on all its machines; it must be installed.

    Raises:
        StressFaulty: a chance is none, or names what is not there.
    """
    require_drawable(problem, futures)
    laid = _Laid(problem, plan, futures)
    parts = [(first, min(_PART, futures.count - first)) for first in range(0, futures.count, _PART)]
    if cluster:
        found = _over_cluster(laid, parts)
    else:
        with ThreadPoolExecutor(cores or os.cpu_count() or 1) as pool:
            found = list(pool.map(lambda part: laid.draw(*part), parts))
    return laid.outcome(found)


def has_cluster() -> bool:
    """Tell whether Ray is installed."""
    return find_spec("ray") is not None


def _over_cluster(laid: "_Laid", parts: list[tuple[int, int]]) -> list[_Drawn]:
    """Draw the parts as tasks of Ray, which are handed the plan once."""
    import ray  # type: ignore[import-not-found,unused-ignore]

    remote, shared = ray.remote(_part_of), ray.put(laid)
    return list(ray.get([remote.remote(shared, *part) for part in parts]))


def _part_of(laid: "_Laid", first: int, count: int) -> _Drawn:
    """Draw one part; Ray takes functions, and no methods."""
    return laid.draw(first, count)


class _Laid:
    """A plan and its chances as arrays."""

    def __init__(self, problem: Problem, plan: Plan, futures: Futures) -> None:
        self.futures, self.net = futures, problem.net
        self.needs = sorted(problem.needs, key=lambda need: need.id)
        self.offers = sorted(problem.offers, key=lambda offer: offer.id)
        self.legs = sorted(problem.net.legs, key=lambda leg: leg.id)
        # A consent that is there is there in every future.
        self.consents = sorted(
            (each for each in problem.consents if each.state is ConsentState.EXPECTED),
            key=lambda consent: consent.id,
        )
        need_at = {need.id: at for at, need in enumerate(self.needs)}
        offer_at = {offer.id: at for at, offer in enumerate(self.offers)}
        # What the plan brings late is late in every future.
        rows = [
            row
            for row in plan.assignments
            if not is_late(self.needs[need_at[row.need]], row.arrives)
        ]
        wanted = {row.key for row in rows}
        pairs = {pair.key: pair for pair in problem.pairs if pair.key in wanted}
        priority = [need.priority for need in self.needs]
        self.classes = sorted(set(priority))
        class_at = {each: at for at, each in enumerate(self.classes)}
        of_need = [need_at[row.need] for row in rows]
        by = [self.needs[at].needed_by for at in of_need]
        self.assignments = (
            _ints(offer_at[row.offer] for row in rows),
            _ints(of_need),
            _ints(row.covers for row in rows),
            _ints(
                problem.weights[priority[at] - 1] * row.covers
                for at, row in zip(of_need, rows, strict=True)
            ),
            _ints(
                _ENDLESS if last is None else (last - row.arrives).days
                for last, row in zip(by, rows, strict=True)
            ),
        )
        self.asking = (
            _ints(class_at[each] for each in priority),
            _ints(need.amount for need in self.needs),
            len(self.classes),
        )
        used = [self.net.slots(pairs[row.key].hops) for row in rows]
        self._lay_slots(used)
        consent_at = {consent.id: at for at, consent in enumerate(self.consents)}
        named = [consent_at.get(pairs[row.key].consent) for row in rows]
        hanging = [[] if at is None else [at] for at in named]
        slots = [[self.slot_at[slot] for slot in each] for each in used]
        self.passes = (*_ragged(slots), *_ragged(hanging))
        self._lay_chances()

    def _lay_slots(self, used: list[list[tuple[str, int]]]) -> None:
        """Number the periods of every leg that the plan uses, from its first one on."""
        spans: dict[str, tuple[int, int]] = {}
        for leg, period in chain.from_iterable(used):
            first, last = spans.get(leg, (period, period))
            spans[leg] = (min(first, period), max(last, period))
        slots = [
            (leg, period)
            for leg, (first, last) in sorted(spans.items())
            for period in range(first, last + _BEYOND)
        ]
        self.slot_at = {slot: at for at, slot in enumerate(slots)}
        leg_at = {leg.id: at for at, leg in enumerate(self.legs)}
        departs = set(chain.from_iterable(used))
        self.slots = (
            _ints(leg_at[leg] for leg, _ in slots),
            _ints(self.slot_at.get((leg, period + 1), -1) for leg, period in slots),
            _ints(slot in departs for slot in slots),
            self.net.period,
            len(self.legs),
        )

    def _lay_chances(self) -> None:
        """Give each offer, slot and consent its chance; an offer that sends nothing has none."""
        stated = self.futures.chances
        sends = set(self.assignments[0].tolist())
        self.chances = (
            np.array(
                [
                    stated.offers.get(offer.id, stated.offer_late) if at in sends else 0.0
                    for at, offer in enumerate(self.offers)
                ],
                dtype=np.float64,
            ),
            np.array(
                [stated.legs.get(leg, stated.leg_closed) for leg, _ in self.slot_at],
                dtype=np.float64,
            ),
            np.array(
                [stated.consents.get(each.id, stated.consent_refused) for each in self.consents],
                dtype=np.float64,
            ),
        )
        self.growing = (float(stated.need_surges), stated.surge_percent, stated.late_days)

    def draw(self, first: int, count: int) -> _Drawn:
        """Draw some of the futures."""
        from muster.solving import fates

        met, asked, lost, failed, hurt = fates.drawn(
            self.futures.seed,
            first,
            count,
            self.chances,
            self.growing,
            self.assignments,
            self.passes,
            self.asking,
            self.slots,
        )
        return _Drawn(met=met, asked=asked, lost=lost, failed=failed, hurt=hurt)

    def outcome(self, parts: list[_Drawn]) -> StressOutcome:
        """Put the parts together."""
        met = np.concatenate([part.met for part in parts])
        asked = np.concatenate([part.asked for part in parts])
        hurt = np.concatenate([part.hurt for part in parts])
        lost, failed = sum(part.lost for part in parts), sum(part.failed for part in parts)
        of_class = self.asking[0]
        planned = np.zeros(len(self.classes), dtype=np.int64)
        np.add.at(planned, of_class[self.assignments[1]], self.assignments[2])
        open_now = np.zeros(len(self.classes), dtype=np.int64)
        np.add.at(open_now, of_class, self.asking[1])
        spreads = tuple(
            Spread(
                priority=priority,
                asked=int(open_now[at]),
                planned=int(planned[at]),
                mean=_nearest(int(met[:, at].sum()), self.futures.count),
                percentiles=_percentiles(met[:, at]),
                shares=_percentiles(met[:, at] * 1000 // np.maximum(asked[:, at], 1)),
            )
            for at, priority in enumerate(self.classes)
            if open_now[at]
        )
        return StressOutcome(
            futures=self.futures,
            spreads=spreads,
            hinges=self._hinges(np.asarray(lost), np.asarray(failed)),
            unhurt=int((hurt == 0).sum()),
        )

    def _hinges(self, lost: Ints, failed: Ints) -> tuple[Hinge, ...]:
        things = [
            *((Trouble.OFFER_LATE, offer.id, offer.name) for offer in self.offers),
            *((Trouble.LEG_CLOSED, leg.id, leg.name) for leg in self.legs),
            *((Trouble.CONSENT_REFUSED, each.id, each.name) for each in self.consents),
        ]
        found = [
            Hinge(
                trouble=trouble,
                id=key,
                name=name,
                futures=int(times),
                lost=_nearest(int(total), int(times)),
                total=_nearest(int(total), self.futures.count),
            )
            for (trouble, key, name), total, times in zip(things, lost, failed, strict=True)
            if total
        ]
        return tuple(sorted(found, key=lambda each: (-each.total, each.trouble, each.id)))


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _ragged(rows: list[list[int]]) -> tuple[Ints, Ints]:
    """Lay rows of many lengths end to end, with where each begins."""
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    return starts, _ints(each for row in rows for each in row)


def _percentiles(values: Ints) -> tuple[int, int, int, int, int, int, int]:
    """Take whole values that were drawn, and none between them."""
    ordered = np.sort(values)
    last = len(ordered) - 1
    a, b, c, d, e, f, g = (int(ordered[last * at // 100]) for at in _AT)
    return a, b, c, d, e, f, g


def _nearest(total: int, count: int) -> int:
    """Divide to the nearest whole number."""
    return (2 * total + count) // (2 * count) if count else 0
