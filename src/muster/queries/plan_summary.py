"""A plan in a minute: what is met, what is not and why in counts, and what would help most."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from muster.core.planning.causes import ReasonCode
from muster.queries.plan_contents import AskedFor, OpenNeed, ShownPlan
from muster.queries.plan_figures import NeedMet, PlanFigures

URGENCIES = (1, 2, 3)
_PERCENT, _FINEST = 100, Decimal("0.001")


class Missing(StrEnum):
    """What is missing where a need stays unmet, each the answer to several reasons."""

    GOODS = "goods"
    ROOM = "room"
    CONSENT = "consent"
    PERMISSION = "permission"
    WAY = "way"
    TIME = "time"
    LOTS = "lots"
    RESERVE = "reserve"
    RATE = "rate"


_MISSING = {
    ReasonCode.NOBODY_OFFERS: Missing.GOODS,
    ReasonCode.NOTHING_LEFT: Missing.GOODS,
    ReasonCode.TOO_LITTLE_OFFERED: Missing.GOODS,
    ReasonCode.OUTRANKED: Missing.GOODS,
    ReasonCode.SHARED: Missing.GOODS,
    ReasonCode.TAKEN_BY_LOWER: Missing.GOODS,
    ReasonCode.NO_ROOM: Missing.ROOM,
    ReasonCode.NO_CONSENT: Missing.CONSENT,
    ReasonCode.FORBIDDEN: Missing.PERMISSION,
    ReasonCode.NO_WAY: Missing.WAY,
    ReasonCode.NOT_IN_TIME: Missing.TIME,
    ReasonCode.LOT_TOO_LARGE: Missing.LOTS,
    ReasonCode.REMAINDER: Missing.LOTS,
    ReasonCode.TOO_FEW: Missing.LOTS,
    ReasonCode.HELD_BACK: Missing.RESERVE,
    ReasonCode.RATE: Missing.RATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMet:
    """Needs of one urgency, counted: as a whole, in full, in part, not at all, partly late."""

    urgency: int
    needs: int
    in_full: int
    in_part: int
    nothing: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A reason, and how many needs of each urgency it holds for."""

    code: str
    needs: int
    by_urgency: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Something that is missing, and the needs that it is missing to.

    Args:
        missing: what kind of thing.
        subject: which item, leg, nation, rule or donor.
        by_urgency: how many needs of each urgency.
        lines: what people call the needs.
        amount: for goods, the units of the item that stay unmet; None otherwise.
        unit: of these.
    """

    missing: Missing
    subject: str
    by_urgency: tuple[int, ...]
    lines: tuple[str, ...]
    amount: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """The first look at a plan.

    Args:
        gap: how much of its first score is missing at most to the best plan, in percent, rounded
            up; None where nothing is proved.
        classes: what is met, by urgency.
        causes: why the rest is not, the reason of most needs first.
        helps: what is missing, what is missing to the most urgent needs first.
    """

    gap: Decimal | None
    classes: tuple[ClassMet, ...]
    causes: tuple[Cause, ...]
    helps: tuple[Help, ...]


def summary_of(plan: ShownPlan, figures: PlanFigures) -> PlanSummary:
    """Count a plan's summary from its rows; the same rows give the same order."""
    urgency = {each.line: each.urgency for each in plan.asked}
    return PlanSummary(
        gap=_gap(plan),
        classes=tuple(_classes(figures.needs)),
        causes=tuple(
            Cause(
                code=why.code,
                needs=len(why.lines),
                by_urgency=_by_urgency(urgency.get(line, URGENCIES[-1]) for line in why.lines),
            )
            for why in figures.reasons
        ),
        helps=_helps(plan),
    )


def _gap(plan: ShownPlan) -> Decimal | None:
    score = plan.scores[0] if plan.scores else None
    if score is None or score.bound is None:
        return None
    missing = Decimal(abs(score.bound - score.value) * _PERCENT) / max(1, abs(score.value))
    return missing.quantize(_FINEST, ROUND_CEILING)


def _classes(needs: Iterable[NeedMet]) -> Iterator[ClassMet]:
    for urgency in URGENCIES:
        of_class = [need for need in needs if need.asked.urgency == urgency]
        if of_class:
            yield ClassMet(
                urgency=urgency,
                needs=len(of_class),
                in_full=sum(need.open == 0 for need in of_class),
                in_part=sum(0 < need.open < need.asked.amount for need in of_class),
                nothing=sum(need.open == need.asked.amount for need in of_class),
                late=sum(need.late > 0 for need in of_class),
            )


def _helps(plan: ShownPlan) -> tuple[Help, ...]:
    """Gather what is missing to several needs; what is missing to the most urgent comes first."""
    asked = {each.need: each for each in plan.asked}
    found: defaultdict[tuple[Missing, str], dict[str, OpenNeed]] = defaultdict(dict)
    for need in plan.unmet:
        for key in _missing_to(need):
            found[key][need.need or need.line] = need
    helps = [_help(key, list(needs.values()), asked) for key, needs in found.items()]
    return tuple(
        sorted(helps, key=lambda each: (*(-n for n in each.by_urgency), each.missing, each.subject))
    )


def _missing_to(need: OpenNeed) -> Iterator[tuple[Missing, str]]:
    # Plans from before subjects were kept name nothing but the item.
    subjects = need.subjects or ("",) * len(need.codes)
    for code, subject in zip(need.codes, subjects, strict=True):
        missing = _MISSING.get(ReasonCode(code))
        if missing in {Missing.GOODS, Missing.WAY}:
            yield missing, need.item
        elif missing:
            yield missing, subject


def _help(key: tuple[Missing, str], needs: list[OpenNeed], asked: dict[str, AskedFor]) -> Help:
    missing, subject = key
    goods = missing is Missing.GOODS
    return Help(
        missing=missing,
        subject=subject,
        by_urgency=_by_urgency(
            asked[need.need].urgency if need.need in asked else URGENCIES[-1] for need in needs
        ),
        lines=tuple(need.line for need in needs),
        amount=sum(need.amount for need in needs) if goods else None,
        unit=needs[0].unit if goods else "",
    )


def _by_urgency(urgencies: Iterable[int]) -> tuple[int, ...]:
    counted = Counter(urgencies)
    return tuple(counted[urgency] for urgency in URGENCIES)
