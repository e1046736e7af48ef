"""A plan in a minute: by need, by donor, by leg and week, by the reason for what stays unmet."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from muster.queries.plan_contents import AskedFor, Move, ShownPlan
from muster.queries.plan_loads import LegLoad
from muster.records.models import Place

_G_PER_T = 1_000_000
_ML_PER_M3 = 1_000_000
_FULL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedMet:
    """What a plan does for one need, in units of the item asked for."""

    asked: AskedFor
    on_time: int
    late: int

    @property
    def open(self) -> int:
        """What stays unmet."""
        return self.asked.amount - self.on_time - self.late


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorGives:
    """What a plan takes from one donor."""

    donor: str
    moves: int
    needs: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotUse:
    """What a leg carries in one week; `percent` is of the fuller measure, None: no limit."""

    tonnes: Decimal
    room_t: Decimal | None
    m3: Decimal
    room_m3: Decimal | None
    percent: int | None
    at_least: bool = False
    """Whether goods of a weight that is not known depart too; they are not in the tonnes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegUse:
    """One leg through the weeks of a plan; a week in which nothing departs on it is None."""

    leg: str
    name: str
    mode: str
    start: str
    end: str
    gauge_break: bool
    tonnes: Decimal
    weeks: tuple[SlotUse | None, ...]

    @property
    def percent(self) -> int | None:
        """How full its fullest week is; None where no limit is known."""
        known = (week.percent for week in self.weeks if week is not None)
        return max((each for each in known if each is not None), default=None)

    @property
    def full(self) -> bool:
        """Whether a week of it is used up."""
        return (self.percent or 0) >= _FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """One reason, and the needs that it holds for."""

    code: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The first figures of a plan: counts of needs, never sums over different items."""

    needs: int
    in_full: int
    in_part: int
    nothing: int
    late: int
    moves: int
    donors: int
    fullest: LegUse | None
    fullest_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigures:
    """All that the page of a plan shows besides its movements."""

    headline: Headline
    needs: tuple[NeedMet, ...]
    donors: tuple[DonorGives, ...]
    weeks: tuple[date, ...]
    legs: tuple[LegUse, ...]
    reasons: tuple[WhyNot, ...]


def figures_of(plan: ShownPlan) -> PlanFigures:
    """Count a plan's figures from its rows."""
    needs = _needs(plan)
    weeks = tuple(sorted({load.first_day for load in plan.carried}))
    legs = _legs(plan.carried, weeks)
    return PlanFigures(
        headline=_headline(plan, needs, legs),
        needs=needs,
        donors=_donors(plan.moves),
        weeks=weeks,
        legs=legs,
        reasons=_reasons(plan),
    )


def spots_of(plan: ShownPlan) -> dict[str, Place]:
    """Find the places that a plan's goods pass, by their codes."""
    codes = {code for load in plan.carried for code in (load.start, load.end)}
    return {place.code: place for place in Place.objects.filter(pk__in=codes)}


def _needs(plan: ShownPlan) -> tuple[NeedMet, ...]:
    on_time: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for move in plan.moves:
        (late if move.late else on_time)[move.need] += move.covers
    met = (
        NeedMet(asked=asked, on_time=on_time[asked.need], late=late[asked.need])
        for asked in plan.asked
    )
    return tuple(sorted(met, key=lambda need: (need.asked.urgency, need.asked.line)))


def _headline(plan: ShownPlan, needs: tuple[NeedMet, ...], legs: tuple[LegUse, ...]) -> Headline:
    full = {leg.leg: leg.percent or 0 for leg in legs}
    fullest = max(legs, key=lambda leg: (full[leg.leg], leg.leg), default=None)
    return Headline(
        needs=len(needs),
        in_full=sum(need.open == 0 for need in needs),
        in_part=sum(0 < need.open < need.asked.amount for need in needs),
        nothing=sum(need.open == need.asked.amount for need in needs),
        late=sum(need.late > 0 for need in needs),
        moves=len(plan.moves),
        donors=len({move.donor for move in plan.moves}),
        fullest=fullest,
        fullest_percent=full[fullest.leg] if fullest else 0,
    )


def _donors(moves: Iterable[Move]) -> tuple[DonorGives, ...]:
    by_donor: defaultdict[str, list[Move]] = defaultdict(list)
    for move in moves:
        by_donor[move.donor].append(move)
    return tuple(
        DonorGives(
            donor=donor,
            moves=len(theirs),
            needs=len({move.need for move in theirs}),
            items=tuple(sorted({move.offered_item for move in theirs})),
        )
        for donor, theirs in sorted(by_donor.items())
    )


def _legs(carried: Iterable[LegLoad], weeks: tuple[date, ...]) -> tuple[LegUse, ...]:
    """Lay out the legs, crossings first, then those that carry the most."""
    by_leg: defaultdict[str, dict[date, LegLoad]] = defaultdict(dict)
    for load in carried:
        by_leg[load.leg][load.first_day] = load
    found = []
    for code, loads in by_leg.items():
        first = next(iter(loads.values()))
        tonnes = Decimal(sum(load.grams for load in loads.values())) / _G_PER_T
        found.append(
            LegUse(
                leg=code,
                name=first.name,
                mode=first.mode,
                start=first.start,
                end=first.end,
                gauge_break=first.gauge_break,
                tonnes=tonnes,
                weeks=tuple(_slot(loads[week]) if week in loads else None for week in weeks),
            )
        )
    return tuple(sorted(found, key=lambda leg: (leg.mode != "crossing", -leg.tonnes, leg.leg)))


def _slot(load: LegLoad) -> SlotUse:
    shares = [
        # Rounded up, so that a leg with a kilogram to spare is not called empty of it.
        -(-taken * _FULL // room) if room else _FULL
        for taken, room in ((load.grams, load.room_g), (load.millilitres, load.room_ml))
        if room is not None and (room or taken)
    ]
    return SlotUse(
        tonnes=Decimal(load.grams) / _G_PER_T,
        room_t=None if load.room_g is None else Decimal(load.room_g) / _G_PER_T,
        m3=Decimal(load.millilitres) / _ML_PER_M3,
        room_m3=None if load.room_ml is None else Decimal(load.room_ml) / _ML_PER_M3,
        percent=max(shares, default=None),
        at_least=load.at_least,
    )


def _reasons(plan: ShownPlan) -> tuple[WhyNot, ...]:
    by_code: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for need in plan.unmet:
        for code in need.codes:
            by_code[code][need.line] = None
    found = [WhyNot(code=code, lines=tuple(lines)) for code, lines in by_code.items()]
    return tuple(sorted(found, key=lambda why: (-len(why.lines), why.code)))
