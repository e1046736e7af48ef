"""The pairs of a problem as columns, read once: for whoever looks at all of them at a time.

A large problem has millions of pairs, and few of them are odd.  With columns the plain ones are
told from the odd ones at once, and only the odd ones are looked at row by row.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import count as counting
from itertools import repeat
from math import prod
from operator import attrgetter
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from muster.core.planning.net import Hop, Net, arrival, hop_faults

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
Thing = TypeVar("Thing", bound=Hashable)

# Stands for a day that is not given, as the first and as the last there is.
NEVER, ALWAYS = 0, 10**7

# No number made of several may come near to where whole numbers of 64 bits end.
_LARGEST = 2**62


class Line(Protocol):
    """What is read of a need; the problem's own class has it, and stands above this module."""

    @property
    def id(self) -> str:
        """Unique among its kind."""
        ...

    @property
    def place(self) -> str:
        """Where the goods are or go."""
        ...


class Giving(Line, Protocol):
    """What is read of an offer."""

    @property
    def ready(self) -> date | None:
        """The first day on which the goods can leave."""
        ...

    @property
    def until(self) -> date | None:
        """The last."""
        ...


class Pairing(Protocol):
    """What is read of a pair."""

    @property
    def offer(self) -> str:
        """The offer's id."""
        ...

    @property
    def need(self) -> str:
        """The need's id."""
        ...

    @property
    def arrives(self) -> date:
        """The day of arrival."""
        ...

    @property
    def ratio(self) -> Fraction:
        """Units offered for one unit asked."""
        ...

    @property
    def route(self) -> str:
        """Which way."""
        ...

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The departures."""
        ...

    @property
    def departs(self) -> date | None:
        """The day on which the goods leave."""
        ...

    @property
    def consent(self) -> str:
        """The consent that is needed."""
        ...

    @property
    def agreed(self) -> int:
        """Units that are agreed."""
        ...


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the pairs say, one entry for each, in the order of the problem's pairs.

    Args:
        need: the index of the need, in the order of the problem's needs; -1 where there is none.
        offer: likewise of the offer.
        arrives: the day of arrival, as its ordinal.
        ratio: the index of the ratio in `ratios`.
        ratios: every ratio that occurs.
        way: the index of the hops in `ways`.
        ways: every chain of hops that occurs; the first is the empty one.
        route: the rank of the route's name in `routes`.
        routes: every name of a route, with its rank among all.
        order: the pairs sorted by the ids of need and offer and by route.
        plain: whether no pair names a day of departure, a consent or an amount agreed.
    """

    need: Ints
    offer: Ints
    arrives: Ints
    ratio: Ints
    ratios: tuple[Fraction, ...]
    way: Ints
    ways: tuple[tuple[Hop, ...], ...]
    route: Ints
    routes: dict[str, int]
    order: Ints
    plain: bool

    @cached_property
    def twice(self) -> bool:
        """Whether two pairs have the same need, offer and route."""
        key = np.stack((self.need, self.offer, self.route))[:, self.order]
        return bool((key[:, 1:] == key[:, :-1]).all(axis=0).any())

    @cached_property
    def by_code(self) -> tuple[Ints, Ints]:
        """One number for each pair, rising, and which pair it is; see `coded`."""
        codes = self.coded(self.need, self.offer, self.route)
        order = np.argsort(codes, kind="stable")
        return codes[order], order

    def coded(self, need: Ints, offer: Ints, route: Ints) -> Ints:
        """Give one number for a need, an offer and a route; the caller sees that it can be one."""
        code: Ints = (need * (int(self.offer.max()) + 1) + offer) * len(self.routes) + route
        return code


def columns_of(
    needs: Sequence[Line], offers: Sequence[Giving], pairs: Sequence[Pairing]
) -> Columns:
    """Read the pairs; each attribute of all of them at once, which is quicker than row by row."""
    need_at = {need.id: at for at, need in enumerate(needs)}
    offer_at = {offer.id: at for at, offer in enumerate(offers)}
    need = _found(need_at, map(attrgetter("need"), pairs), len(pairs))
    offer = _found(offer_at, map(attrgetter("offer"), pairs), len(pairs))
    number, names = _numbered(map(attrgetter("route"), pairs), len(pairs))
    routes = {name: rank for rank, name in enumerate(sorted(names))}
    route = _ints(map(routes.__getitem__, names))[number]
    ratio, ratios = _distinct(list(map(attrgetter("ratio"), pairs)), ())
    way, ways = _distinct(list(map(attrgetter("hops"), pairs)), ((),))
    odd = (any(map(attrgetter(name), pairs)) for name in ("departs", "consent", "agreed"))
    return Columns(
        need=need,
        offer=offer,
        arrives=_ints(map(date.toordinal, map(attrgetter("arrives"), pairs))),
        ratio=ratio,
        ratios=ratios,
        way=way,
        ways=ways,
        route=route,
        routes=routes,
        order=_sorted(ranked(needs)[need], ranked(offers)[offer], route),
        plain=not any(odd),
    )


def _sorted(need: Ints, offer: Ints, route: Ints) -> Ints:
    """Give the order of the pairs by the ranks of need, offer and route, from -1 up."""
    spans = [int(each.max(initial=0)) + 2 for each in (need, offer, route)]
    if prod(spans) >= _LARGEST:
        return np.lexsort((route, offer, need))
    code = ((need + 1) * spans[1] + offer + 1) * spans[2] + route
    return np.argsort(code, kind="stable")


def ranked(rows: Sequence[Line]) -> Ints:
    """Give the place of each row when they are sorted by id; one more entry stands for none."""
    ids = [row.id for row in rows]
    ranks = np.zeros(len(ids) + 1, dtype=np.int64)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    ranks[-1] = -1
    return ranks


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _found(known: dict[str, int], names: Iterable[str], count: int) -> Ints:
    """Find where each name is; -1 where it is not known."""
    return np.fromiter(map(known.get, names, repeat(-1)), dtype=np.int64, count=count)


def _numbered(values: Iterable[Thing], count: int) -> tuple[Ints, list[Thing]]:
    """Number the distinct values as they come."""
    known: defaultdict[Thing, int] = defaultdict(counting().__next__)
    number = np.fromiter(map(known.__getitem__, values), dtype=np.int64, count=count)
    return number, list(known)


def _distinct(values: list[Thing], first: tuple[Thing, ...]) -> tuple[Ints, tuple[Thing, ...]]:
    """Number the distinct values.  The same object is the same value, and is compared but once."""
    known = {value: at for at, value in enumerate(first)}
    number, _ = _numbered(map(id, values), len(values))
    begins = np.flatnonzero(np.diff(np.maximum.accumulate(number), prepend=-1))
    of_object = [known.setdefault(values[at], len(known)) for at in begins.tolist()]
    return _ints(of_object)[number], tuple(known)


def pairs_are_plain(
    columns: Columns, needs: Sequence[Line], offers: Sequence[Giving], net: Net, day: int
) -> bool:
    """Tell whether nothing at all is wrong with any pair; where unsure, the answer is no.

    Args:
        columns: of the pairs.
        needs: of the problem.
        offers: of the problem.
        net: of the problem.
        day: the day of the plan, as its ordinal.
    """
    if not len(columns.need):
        return True
    if not columns.plain or columns.twice or min(columns.need.min(), columns.offer.min()) < 0:
        return False
    ready = _ints(each.ready.toordinal() if each.ready else day for each in offers)
    until = _ints(each.until.toordinal() if each.until else ALWAYS for each in offers)
    positive = np.array([ratio.numerator > 0 for ratio in columns.ratios])
    # An offer that does not say when it is ready cannot end before that.
    stated = np.array([each.ready is not None for each in offers])
    fine = (~stated | (ready <= until))[columns.offer] & positive[columns.ratio]
    fine &= columns.arrives >= np.maximum(ready, day)[columns.offer]
    return bool(fine.all()) and _ways_are_plain(columns, needs, offers, net, (ready, until))


def _ways_are_plain(
    columns: Columns,
    needs: Sequence[Line],
    offers: Sequence[Giving],
    net: Net,
    span: tuple[Ints, Ints],
) -> bool:
    """Tell whether every way is sound by itself and fits the lines at its two ends."""
    ways, (ready, until) = columns.ways[1:], span
    if any(next(hop_faults(net, hops), None) for hops in ways):
        return False
    places: dict[str, int] = {"": 0}

    def coded(names: Iterable[str]) -> Ints:
        return _ints(places.setdefault(name, len(places)) for name in names)

    start = coded(["", *(net.by_id[hops[0].leg].start for hops in ways)])[columns.way]
    end = coded(["", *(net.by_id[hops[-1].leg].end for hops in ways)])[columns.way]
    at, to = coded(each.place for each in offers), coded(each.place for each in needs)
    at, to = at[columns.offer], to[columns.need]
    leaves = _ints([NEVER, *(hops[0].departs.toordinal() for hops in ways)])[columns.way]
    there = _ints([NEVER, *(arrival(net, hops).toordinal() for hops in ways)])[columns.way]
    fine = (at == 0) | (at == start)
    fine &= (to == 0) | (to == end)
    stated = np.array([each.ready is not None for each in offers])[columns.offer]
    fine &= ~stated | (leaves >= ready[columns.offer])
    fine &= (leaves <= until[columns.offer]) & (columns.arrives >= there)
    return bool((fine | (columns.way == 0)).all())
