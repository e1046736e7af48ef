"""What changes for a body when a party joins or leaves it: borders, people, means, shares.

Every figure keeps its method.  Where several methods measure one border, all are given, and the
range they span; none of them is picked in silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from muster.core.refusals import Kind, Refusal

RATIO_PLACES = Decimal("0.001")
SHARE_PLACES = Decimal("0.0001")
ROUNDING = (
    "Ratios are rounded half up to three decimals, shares to four decimals of a percent; "
    "rounded shares may miss 100 by their last digit."
)
FACTBOOK = "factbook"
METHODS: Mapping[str, str] = {
    FACTBOOK: "lengths as the CIA World Factbook gives them for each country",
    "natural_earth_10m": "sum of the shared lines of Natural Earth at 1:10,000,000 on WGS 84; "
    "drawn lines leave out bends, so they come out shorter",
}


class Way(StrEnum):
    """Whether a party comes or goes."""

    JOINS = "joins"
    LEAVES = "leaves"


class NotABody(Refusal, kind=Kind.CONFLICT, field="body"):
    """{body} is no body that others belong to: nobody has a standing in it."""


class CannotLeave(Refusal, kind=Kind.CONFLICT, field="way"):
    """{party} is no member of {body} on {day}, so it cannot leave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """The length of a land border by one method, as given for the first of the two countries."""

    country: str
    neighbour: str
    km: Decimal
    method: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A border before and after, as somebody stated it."""

    neighbour: str
    before_km: Decimal
    after_km: Decimal
    method: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberBorder:
    """One member's part of a border; `other_km` is the neighbour's own figure where it differs."""

    code: str
    km: Decimal
    other_km: Decimal | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderSum:
    """A body's border with a neighbour before and after, by one method."""

    method: str
    how: str
    before_km: Decimal
    after_km: Decimal
    difference_km: Decimal
    ratio: Decimal | None
    """After divided by before; None where there was no border before."""
    members: tuple[MemberBorder, ...]
    """The parts of the larger of the two, member by member; none where only totals are stated."""
    sources: tuple[str, ...]
    checked: str
    missing: tuple[str, ...] = ()
    """Members whose border another method has and this one has not: the sum is too short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The least and the most that the methods give; those that miss a part are left out."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourEffect:
    """What becomes of the border with one neighbour, by every method there is."""

    neighbour: str
    name: str
    sums: tuple[BorderSum, ...]
    before_km: Between
    after_km: Between
    ratio: Between | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A country's figure of a year."""

    amount: Decimal
    year: int
    source: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A sum over the members before and after; `missing` are members without a figure."""

    measure: str
    before: Decimal
    after: Decimal
    difference: Decimal
    ratio: Decimal | None
    years: str
    sources: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A member's share of a total in percent, before and after; None where it is no member."""

    code: str
    amount: Decimal
    year: int
    before: Decimal | None
    after: Decimal | None
    difference: Decimal | None


def ratio_of(before: Decimal, after: Decimal) -> Decimal | None:
    """Divide after by before, to three decimals."""
    return (after / before).quantize(RATIO_PLACES, ROUND_HALF_UP) if before else None


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """Give a part of a whole in percent, to four decimals."""
    if not whole:
        return Decimal(0)
    return (100 * part / whole).quantize(SHARE_PLACES, ROUND_HALF_UP)


def border_effects(
    before: frozenset[str],
    after: frozenset[str],
    *,
    borders: Sequence[Border],
    stated: Sequence[Stated],
    names: Mapping[str, str],
) -> tuple[NeighbourEffect, ...]:
    """Compare a body's land borders with each outside neighbour, those that change first.

    Args:
        before: the countries of the members before.
        after: the countries of the members after.
        borders: every length that is known of a border of one of them.
        stated: totals that others stated.
        names: what the countries are called.
    """
    lengths = _lengths(borders)
    effects = []
    for neighbour in _outside(before, after, lengths):
        sums = [
            replace(
                _sum(method, neighbour, before, after, lengths[method]),
                missing=_missing(neighbour, before | after, lengths, method),
            )
            for method in sorted(lengths, key=lambda name: (name != FACTBOOK, name))
            if _touched(neighbour, before | after, lengths[method])
        ]
        sums += [_as_sum(said) for said in stated if said.neighbour == neighbour]
        effects.append(_effect(neighbour, names.get(neighbour, neighbour), sums))
    return tuple(sorted(effects, key=_by_change))


def total_of(
    measure: str,
    before: Iterable[str],
    after: Iterable[str],
    figures: Mapping[str, Figure],
) -> Total:
    """Add a measure up over the members before and after."""
    first, then = set(before), set(after)
    known = [figures[code] for code in sorted(first | then) if code in figures]
    was = sum((figures[code].amount for code in first if code in figures), Decimal(0))
    is_now = sum((figures[code].amount for code in then if code in figures), Decimal(0))
    years = sorted({figure.year for figure in known})
    return Total(
        measure=measure,
        before=was,
        after=is_now,
        difference=is_now - was,
        ratio=ratio_of(was, is_now),
        years=f"{years[0]}-{years[-1]}" if len(years) > 1 else "".join(map(str, years)),
        sources=tuple(sorted({figure.source for figure in known})),
        missing=tuple(sorted(code for code in first | then if code not in figures)),
    )


def shares_of(
    before: Iterable[str], after: Iterable[str], figures: Mapping[str, Figure]
) -> tuple[Share, ...]:
    """Give every member's share of the total before and after, the largest first."""
    first, then = set(before), set(after)
    was = sum((figures[code].amount for code in first if code in figures), Decimal(0))
    is_now = sum((figures[code].amount for code in then if code in figures), Decimal(0))
    shares = []
    for code in sorted(first | then):
        if code not in figures:
            continue
        amount = figures[code].amount
        old = share_of(amount, was) if code in first else None
        new = share_of(amount, is_now) if code in then else None
        change = None if old is None or new is None else new - old
        shares.append(
            Share(
                code=code,
                amount=amount,
                year=figures[code].year,
                before=old,
                after=new,
                difference=change,
            )
        )
    return tuple(sorted(shares, key=lambda share: (-share.amount, share.code)))


_Lengths = Mapping[str, Mapping[tuple[str, str], Border]]


def _lengths(borders: Sequence[Border]) -> _Lengths:
    found: dict[str, dict[tuple[str, str], Border]] = {}
    for border in borders:
        found.setdefault(border.method, {})[border.country, border.neighbour] = border
    return found


def _outside(before: frozenset[str], after: frozenset[str], lengths: _Lengths) -> list[str]:
    """List the countries that border on a member and are outside, before or after."""
    inside = before & after
    found = set()
    for pairs in lengths.values():
        for country, neighbour in pairs:
            found |= {neighbour} if country in before | after else set()
            found |= {country} if neighbour in before | after else set()
    return sorted(found - inside)


def _touched(
    neighbour: str, members: frozenset[str], pairs: Mapping[tuple[str, str], Border]
) -> bool:
    return any((m, neighbour) in pairs or (neighbour, m) in pairs for m in members)


def _parts(
    neighbour: str, members: frozenset[str], pairs: Mapping[tuple[str, str], Border]
) -> tuple[MemberBorder, ...]:
    """Give each member's part: its own figure where there is one, else its neighbour's."""
    if neighbour in members:
        return ()
    parts = []
    for code in sorted(members):
        own, other = pairs.get((code, neighbour)), pairs.get((neighbour, code))
        if (used := own or other) is not None:
            differs = own is not None and other is not None and own.km != other.km
            parts.append(
                MemberBorder(
                    code=code,
                    km=used.km,
                    other_km=other.km if differs and other else None,
                    source=used.source,
                )
            )
    return tuple(parts)


def _missing(
    neighbour: str, members: frozenset[str], lengths: _Lengths, method: str
) -> tuple[str, ...]:
    """Name the members whose border with a neighbour has a length by another method alone."""
    bordering = {
        code
        for pairs in lengths.values()
        for code in members - {neighbour}
        if _touched(neighbour, frozenset({code}), pairs)
    }
    own = lengths[method]
    return tuple(
        sorted(code for code in bordering if not _touched(neighbour, frozenset({code}), own))
    )


def _sum(
    method: str,
    neighbour: str,
    before: frozenset[str],
    after: frozenset[str],
    pairs: Mapping[tuple[str, str], Border],
) -> BorderSum:
    was, is_now = _parts(neighbour, before, pairs), _parts(neighbour, after, pairs)
    first = sum((part.km for part in was), Decimal(0))
    then = sum((part.km for part in is_now), Decimal(0))
    shown = is_now if then >= first else was
    checked = {border.checked for pair, border in pairs.items() if neighbour in pair}
    return BorderSum(
        method=method,
        how=METHODS.get(method, method),
        before_km=first,
        after_km=then,
        difference_km=then - first,
        ratio=ratio_of(first, then),
        members=shown,
        sources=tuple(sorted({part.source for part in shown})),
        checked=", ".join(sorted(checked)),
    )


def _as_sum(said: Stated) -> BorderSum:
    return BorderSum(
        method="stated",
        how=said.method,
        before_km=said.before_km,
        after_km=said.after_km,
        difference_km=said.after_km - said.before_km,
        ratio=ratio_of(said.before_km, said.after_km),
        members=(),
        sources=(said.source,),
        checked=said.checked,
    )


def _effect(neighbour: str, name: str, sums: Sequence[BorderSum]) -> NeighbourEffect:
    # A sum that lacks a part is no smaller border: it says nothing about the range.
    whole = [each for each in sums if not each.missing] or sums
    ratios = [each.ratio for each in whole if each.ratio is not None]
    return NeighbourEffect(
        neighbour=neighbour,
        name=name,
        sums=tuple(sums),
        before_km=_between([km for each in whole for km in (each.before_km, *_others(each, 0))]),
        after_km=_between([km for each in whole for km in (each.after_km, *_others(each, 1))]),
        ratio=_between(ratios) if ratios else None,
    )


def _others(each: BorderSum, end: int) -> list[Decimal]:
    """Give the sum with the neighbours' own figures, where those differ and all parts count."""
    total = each.after_km if end else each.before_km
    parts = sum((part.km for part in each.members), Decimal(0))
    if parts != total or not each.members:
        return []
    return [sum((part.other_km or part.km for part in each.members), Decimal(0))]


def _between(values: Sequence[Decimal]) -> Between:
    return Between(low=min(values), high=max(values))


def _by_change(effect: NeighbourEffect) -> tuple[Decimal, str]:
    return (-max(abs(each.difference_km) for each in effect.sums), effect.name)
