"""The objectives as HiGHS sees them: a gain to maximise, and rows that keep what was reached.

Each level knows its exact value for whole steps; what HiGHS says in floats is only believed as a
bound, moved outwards.
"""

from collections import defaultdict
from collections.abc import Mapping
from math import floor
from typing import Protocol

import numpy as np

from muster.core.matching import step_of
from muster.core.planning.objectives import MILLION, Objective
from muster.core.planning.problem import Problem
from muster.solving.arrays import Arrays, Ints
from muster.solving.model import Model, plain_bound

# How far a bound in floats is trusted: it is moved outwards by this share before it is rounded.
BOUND_SLACK = 1e-9

# An answer this close to the best is taken for it, where a gain is no whole number.
_CLOSE = 1e-5


class Level(Protocol):
    """One objective of one model; its gains are larger where a plan is better."""

    within: float

    def gain(self) -> tuple[Ints | None, Mapping[int, float]]:
        """Give what one step of each pair gains (None: nothing), and one of each own column."""
        ...

    def reached(self, steps: Ints) -> int:
        """Count exactly what so many steps reach."""
        ...

    def bound(self, limit: float) -> int:
        """Round what HiGHS cannot pass outwards to a whole value."""
        ...

    def keep(self, reached: int) -> None:
        """Demand from now on that so much is reached."""
        ...

    def added(self, steps: Ints) -> list[float]:
        """Give the values of the level's own columns for so many steps, in the order of adding."""
        ...


class Sum:
    """A level that is a sum of whole gains over the pairs' steps."""

    within = 0.999

    def __init__(self, model: Model, gains: Ints) -> None:
        self.model = model
        self.divisor = int(np.gcd.reduce(gains)) or 1
        self.unit = gains // self.divisor
        self.plain: int | None = plain_bound(model.block, self.unit)

    def gain(self) -> tuple[Ints | None, Mapping[int, float]]:
        """Give the gains in their largest common unit."""
        return self.unit, {}

    def reached(self, steps: Ints) -> int:
        """Add the gains up in unlimited whole numbers."""
        return self.divisor * dot(self.unit, steps)

    def bound(self, limit: float) -> int:
        """Round to what a sum of whole units can be."""
        bound = outwards(limit)
        return self.divisor * (bound if self.plain is None else min(bound, self.plain))

    def keep(self, reached: int) -> None:
        """Keep the sum by a row."""
        values = {int(at): float(self.unit[at]) for at in np.flatnonzero(self.unit)}
        self.model.add_row(values, lower=reached // self.divisor)

    def added(self, steps: Ints) -> list[float]:  # noqa: ARG002 - as in all levels
        """Give nothing: there are no own columns."""
        return []


class WithSets(Sum):
    """Units met on time, and the worth of complete sets: one whole column for each package."""

    def __init__(self, model: Model, gains: Ints, arrays: Arrays, columns: Ints) -> None:
        super().__init__(model, gains)
        self.plain = None
        self.packages = arrays.problem.packages
        need_at = {need.id: at for at, need in enumerate(arrays.needs)}
        need, late = arrays.need[columns], arrays.late[columns]
        self.covered = arrays.covered[columns]
        worths = [package.worth for package in self.packages]
        self.divisor = int(np.gcd.reduce([self.divisor, *worths])) or 1
        self.unit = gains // self.divisor
        self.parts = [
            [
                (np.flatnonzero((need == need_at[part.need]) & ~late), part.each, part.there)
                for part in package.parts
            ]
            for package in self.packages
        ]
        self.own: dict[int, float] = {}
        for package, parts in zip(self.packages, self.parts, strict=True):
            at = model.add_column(float(package.sets), whole=True)
            self.own[at] = float(package.worth // self.divisor)
            for mine, each, there in parts:
                values = {int(x): float(self.covered[x]) for x in mine}
                model.add_row({**values, at: -float(each)}, lower=-float(there))

    def gain(self) -> tuple[Ints | None, Mapping[int, float]]:
        """Give the gains of the pairs and of the sets."""
        return self.unit, self.own

    def reached(self, steps: Ints) -> int:
        """Add the worth of the sets that these steps complete."""
        worth = zip(self.packages, self._sets(steps), strict=True)
        return super().reached(steps) + sum(package.worth * sets for package, sets in worth)

    def keep(self, reached: int) -> None:
        """Keep the sum of both."""
        values = {int(at): float(self.unit[at]) for at in np.flatnonzero(self.unit)}
        self.model.add_row({**values, **self.own}, lower=reached // self.divisor)

    def added(self, steps: Ints) -> list[float]:
        """Give the complete sets."""
        return [float(sets) for sets in self._sets(steps)]

    def _sets(self, steps: Ints) -> list[int]:
        return [
            min(
                package.sets,
                *(
                    (there + dot(self.covered[mine], steps[mine])) // each
                    for mine, each, there in parts
                ),
            )
            for package, parts in zip(self.packages, self.parts, strict=True)
        ]


class Fairness:
    """The smallest share met, in millionths, as a column that no recipient's share is below."""

    within = _CLOSE

    def __init__(self, model: Model, arrays: Arrays, columns: Ints) -> None:
        self.model = model
        asked: defaultdict[str, int] = defaultdict(int)
        for need in arrays.needs:
            asked[need.recipient] += arrays.problem.weight_of(need) * need.amount
        whose = np.array([arrays.needs[at].recipient for at in arrays.need[columns]])
        worth = (arrays.weight * arrays.covered)[columns]
        self.rows = [
            (np.flatnonzero(whose == recipient), asked[recipient])
            for recipient in sorted(_able(arrays.problem))
            if asked[recipient]
        ]
        self.worth = worth
        self.at = model.add_column(float(MILLION))
        for mine, whole in self.rows:
            values = {int(x): MILLION * int(worth[x]) / whole for x in mine}
            model.add_row({**values, self.at: -1.0}, lower=0.0)

    def gain(self) -> tuple[Ints | None, Mapping[int, float]]:
        """Raise the smallest share."""
        return None, {self.at: 1.0}

    def reached(self, steps: Ints) -> int:
        """Give the smallest share in whole millionths."""
        return min(
            (MILLION * dot(self.worth[mine], steps[mine]) // whole for mine, whole in self.rows),
            default=MILLION,
        )

    def bound(self, limit: float) -> int:
        """Round outwards, and no further than all."""
        return min(MILLION, floor(limit + 1e-4))

    def keep(self, reached: int) -> None:
        """Demand so much for each recipient, in whole units."""
        for mine, whole in self.rows:
            divisor = int(np.gcd.reduce(self.worth[mine])) or 1
            lower = -(-reached * whole // (MILLION * divisor))
            values = {int(x): float(self.worth[x] // divisor) for x in mine}
            if lower:
                self.model.add_row(values, lower=float(lower))

    def added(self, steps: Ints) -> list[float]:
        """Give the smallest share."""
        shares = (dot(self.worth[mine], steps[mine]) / whole for mine, whole in self.rows)
        return [MILLION * min(shares, default=1.0)]


class Burden:
    """The largest distance of a donor from its agreed share, as a column that none passes."""

    within = 0.999

    def __init__(self, model: Model, arrays: Arrays, columns: Ints) -> None:
        self.model = model
        shares = arrays.problem.objectives.share_of
        whole = sum(shares.values())
        value = {offer.id: offer.value for offer in arrays.offers}
        lines = [arrays.offers[at] for at in arrays.offer[columns]]
        part = [value[line.id] if line.donor in shares else 0 for line in lines]
        worth = np.array(part, dtype=np.int64) * arrays.offered[columns]
        donors = np.array([line.donor for line in lines])
        # What one step of each pair adds to (part x all shares - share x all parts), by donor.
        self.rows = [
            worth * (whole * (donors == donor) - share) for donor, share in sorted(shares.items())
        ]
        largest = max((int(np.abs(row).max(initial=0)) for row in self.rows), default=1)
        self.scale = float(max(1, largest))
        self.at = model.add_column(float("inf"))
        for row in self.rows:
            for sign in (-1, 1):
                values = {int(x): sign * int(row[x]) / self.scale for x in np.flatnonzero(row)}
                model.add_row({**values, self.at: 1.0}, lower=0.0)

    def gain(self) -> tuple[Ints | None, Mapping[int, float]]:
        """Lower the largest distance."""
        return None, {self.at: -self.scale}

    def reached(self, steps: Ints) -> int:
        """Give the largest distance, negative because less is better."""
        return -max(abs(dot(row, steps)) for row in self.rows)

    def bound(self, limit: float) -> int:
        """Round outwards, and no further than none."""
        return min(0, outwards(limit))

    def keep(self, reached: int) -> None:
        """Demand that no donor is further away."""
        for row in self.rows:
            for sign in (-1, 1):
                values = {int(x): sign * int(row[x]) / self.scale for x in np.flatnonzero(row)}
                if values:
                    self.model.add_row(values, lower=reached / self.scale)

    def added(self, steps: Ints) -> list[float]:
        """Give the largest distance in the column's unit."""
        return [-self.reached(steps) / self.scale]


class Agreed:
    """Units agreed that stay: one column for each pair that has some."""

    within = 0.999

    def __init__(self, model: Model, arrays: Arrays, columns: Ints) -> None:
        self.model = model
        self.pairs = [
            (number, arrays.pairs[at].agreed, int(arrays.offered[at]))
            for number, at in enumerate(columns)
            if arrays.pairs[at].agreed
        ]
        self.own: dict[int, float] = {}
        for number, agreed, offered in self.pairs:
            at = model.add_column(float(agreed))
            self.own[at] = 1.0
            model.add_row({number: float(offered), at: -1.0}, lower=0.0)

    def gain(self) -> tuple[Ints | None, Mapping[int, float]]:
        """Raise what stays."""
        return None, self.own

    def reached(self, steps: Ints) -> int:
        """Count what stays."""
        return sum(min(agreed, offered * int(steps[at])) for at, agreed, offered in self.pairs)

    def bound(self, limit: float) -> int:
        """Round outwards."""
        return outwards(limit)

    def keep(self, reached: int) -> None:
        """Demand that so much stays."""
        if self.own:
            self.model.add_row(self.own, lower=float(reached))

    def added(self, steps: Ints) -> list[float]:
        """Give what stays of each pair."""
        return [float(min(agreed, offered * int(steps[at]))) for at, agreed, offered in self.pairs]


class Assignments:
    """The number of movements: one yes-or-no column for each pair."""

    within = 0.999

    def __init__(self, model: Model, most: Ints) -> None:
        self.model = model
        self.own: dict[int, float] = {}
        for number, limit in enumerate(most.tolist()):
            at = model.add_column(1.0, whole=True)
            self.own[at] = -1.0
            model.add_row({number: -1.0 / limit, at: 1.0}, lower=0.0)

    def gain(self) -> tuple[Ints | None, Mapping[int, float]]:
        """Lower the number."""
        return None, self.own

    def reached(self, steps: Ints) -> int:
        """Count them, negative because fewer are better."""
        return -int(np.count_nonzero(steps))

    def bound(self, limit: float) -> int:
        """Round outwards."""
        return min(0, outwards(limit))

    def keep(self, reached: int) -> None:
        """Demand no more of them."""
        if self.own:
            self.model.add_row(self.own, lower=float(reached))

    def added(self, steps: Ints) -> list[float]:
        """Say which pairs are used."""
        return [float(step > 0) for step in steps.tolist()]


def level_of(objective: Objective, model: Model, arrays: Arrays, columns: Ints) -> Level:
    """Add what an objective needs to the model of these pairs."""
    match objective:
        case Objective.FAIRNESS:
            return Fairness(model, arrays, columns)
        case Objective.BURDEN:
            return Burden(model, arrays, columns)
        case Objective.AGREED:
            return Agreed(model, arrays, columns)
        case Objective.ASSIGNMENTS:
            return Assignments(model, arrays.most[columns])
        case Objective.ON_TIME if arrays.problem.packages:
            return WithSets(model, arrays.gains(objective)[columns], arrays, columns)
        case _:
            return Sum(model, arrays.gains(objective)[columns])


def outwards(limit: float) -> int:
    """Round a bound in floats to the next whole number that it surely does not pass."""
    return floor(limit + BOUND_SLACK * abs(limit) + 1e-6)


def dot(left: Ints, right: Ints) -> int:
    """Multiply and add in unlimited whole numbers."""
    return sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))


def _able(problem: Problem) -> set[str]:
    """Name the recipients that can be served at all: by one whole step of one offer."""
    offers = {offer.id: offer for offer in problem.offers}
    needs = {need.id: need for need in problem.needs}
    able = set()
    for pair in problem.open_pairs:
        offer, need = offers[pair.offer], needs[pair.need]
        step = step_of(pair.ratio, offer.lot)
        if step.offered <= offer.amount and step.covered <= need.amount:
            able.add(need.recipient)
    return able
