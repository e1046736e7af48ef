"""May this offer line serve this request line, and if not, why?

The answer to one pair of lines is a `Fit` (with the ratio between the two items and the days) or a
`Misfit` (with a reason code, whose rule it is, and a sentence).  Nothing here knows what is left of
either line; that is the ledger's business and the planner's.

The rounding rule.  A ratio says how many units of the offered item stand for one unit of the item
asked for: 2 when two small tents stand for one large one, 1/10 when one box holds ten pieces.
Goods move in whole steps: the smallest amount of the offered item that is a whole number of the
donor's lots and that stands for a whole number of units asked.  Nothing is ever rounded up or down;
what is less than a step stays open on one side and unused on the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import lcm

from muster.core.refusals import Refusal


class MisfitCode(StrEnum):
    """Why an offer line may not serve a request line."""

    OTHER_ITEM = "other_item"
    TOO_LATE = "too_late"
    EXPIRED = "expired"
    CAVEAT = "caveat"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """A condition that a donor attached to an offer.

    A caveat with neither `only_for` nor `not_for` cannot be judged by a program: it never forbids,
    and is handed on in `Fit.caveats` for a person to read.

    Args:
        text: the donor's words.
        only_for: the recipients that alone may get the goods, or None for no such limit.
        not_for: the recipients that may not get them.
    """

    text: str
    only_for: frozenset[str] | None = None
    not_for: frozenset[str] = frozenset()

    def forbids(self, recipient: str) -> bool:
        """Tell whether the goods may not go to this recipient."""
        barred = recipient in self.not_for
        return barred or (self.only_for is not None and recipient not in self.only_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request line asks for, as far as an offer must fit it.

    Args:
        item: the catalogue's code of the item.
        recipient: the party that asks.
        substitutes: other items that will do, each with its ratio: units of the substitute that
            stand for one unit of `item`.
        needed_by: the last day on which an arrival is on time, or None for no deadline.
        earliest: the first day on which the recipient can take the goods, or None.
        late_serves: whether goods after `needed_by` are still of use.
        place: where the goods are to arrive.
        use: what it is for, by the words of core/uses.py; empty for not stated.
        name: what people call the party; its code where nothing is said.
    """

    item: str
    recipient: str
    substitutes: Mapping[str, Fraction] = field(default_factory=dict)
    needed_by: date | None = None
    earliest: date | None = None
    late_serves: bool = True
    place: str = ""
    use: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an offer line gives, as far as it must fit a request.

    Args:
        item: the catalogue's code of the item.
        donor: the party that gives.
        available_from: the first day on which the goods can leave, or None for at once.
        available_until: the last day on which they can leave, or None for no end.
        caveats: the donor's conditions.
        place: where the goods are.
        origin: the nation of origin that the donor names; empty for none.
        name: what people call the party; its code where nothing is said.
    """

    item: str
    donor: str
    available_from: date | None = None
    available_until: date | None = None
    caveats: tuple[Caveat, ...] = ()
    place: str = ""
    origin: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The offer line may serve the request line.

    Args:
        ratio: units of the offered item that stand for one unit asked.
        departs: the earliest day on which the goods leave.
        arrives: the day on which they then arrive.
        days_late: how many days after the deadline that is; 0 means on time.
        caveats: conditions that only a person can judge, in the donor's words.
    """

    ratio: Fraction
    departs: date
    arrives: date
    days_late: int = 0
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """The offer line may not serve the request line.

    Args:
        code: the reason.
        by: whose rule, caveat or date it is: the donor, the recipient, or the code of a rule.
        sentence: the reason, for a person.
        ratio: the ratio the two items would have, or None when they are not alike.
        version: which version of the rule, where it is a rule that has versions.
    """

    code: MisfitCode
    by: str
    sentence: str
    ratio: Fraction | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """The smallest movement from an offer to a need that leaves both sides whole.

    Args:
        offered: units of the offered item in one step.
        covered: units of the item asked for that one step stands for.
    """

    offered: int
    covered: int

    def most(self, *, left: int, still_open: int) -> int:
        """Count the whole steps that fit both what is left of the offer and what is open."""
        return min(left // self.offered, still_open // self.covered)


# Almost all steps are this one.
_ONE_FOR_ONE = Step(1, 1)


def step_of(ratio: Fraction, lot: int = 1) -> Step:
    """Derive the step from the ratio and the donor's lot (in units of the offered item).

    With ratio 3/2 and lots of 4, twelve units are the least that is whole lots and whole cover:
    Step(12, 8).
    """
    if lot == 1 and ratio.numerator == 1 and ratio.denominator == 1:
        return _ONE_FOR_ONE
    offered = lcm(ratio.numerator, lot)
    return Step(offered, offered // ratio.numerator * ratio.denominator)


def fit(
    asked: Asked,
    given: Given,
    *,
    day: date,
    lead_days: int = 0,
    objection: Refusal | None = None,
) -> Fit | Misfit:
    """Say whether an offer line may serve a request line, and if not, why.

    Reasons are looked for in this order and the first is returned: the item, a rule, the donor's
    caveats, the offer's end, the deadline.

    Args:
        asked: the request line.
        given: the offer line.
        day: the day from which the goods may move; nothing leaves before it.
        lead_days: days from departure to arrival.
        objection: the refusal of a rule on who may give what to whom, if there is one.
    """
    ratio = _ratio(asked, given)
    if ratio is None:
        return Misfit(
            code=MisfitCode.OTHER_ITEM,
            by=asked.recipient,
            sentence=f"{given.item} is not {asked.item} and not a listed substitute for it.",
        )
    if objection is not None:
        rule, version = (objection.details.get(name, "") for name in ("rule", "version"))
        return Misfit(
            code=MisfitCode.RULE,
            by=str(rule) or objection.code,
            version=str(version),
            sentence=objection.sentence,
            ratio=ratio,
        )
    for caveat in given.caveats:
        if caveat.forbids(asked.recipient):
            return Misfit(
                code=MisfitCode.CAVEAT,
                by=given.donor,
                sentence=_not_allowed(asked, given, caveat),
                ratio=ratio,
            )
    return _in_time(asked, given, ratio, day=day, lead=timedelta(days=lead_days))


def _not_allowed(asked: Asked, given: Given, caveat: Caveat) -> str:
    donor, recipient = given.name or given.donor, asked.name or asked.recipient
    words = caveat.text.strip().rstrip(".")
    return f"{donor} does not allow it for {recipient}" + (f": {words}." if words else ".")


def _ratio(asked: Asked, given: Given) -> Fraction | None:
    """Find the ratio between the items; an item always stands for itself, one for one."""
    if given.item == asked.item:
        return Fraction(1)
    return asked.substitutes.get(given.item)


def _in_time(
    asked: Asked, given: Given, ratio: Fraction, *, day: date, lead: timedelta
) -> Fit | Misfit:
    """Check the days: leave while the offer stands, arrive when the recipient can take it."""
    departs = max(day, given.available_from or day)
    if asked.earliest is not None:
        # Goods wait with the donor rather than at a closed door.
        departs = max(departs, asked.earliest - lead)
    if given.available_until is not None and departs > given.available_until:
        return Misfit(
            code=MisfitCode.EXPIRED,
            by=given.donor,
            sentence=(
                f"The offer of {given.name or given.donor} ends on {given.available_until}, "
                f"before the goods could leave on {departs}."
            ),
            ratio=ratio,
        )
    arrives = departs + lead
    late = max(0, (arrives - asked.needed_by).days) if asked.needed_by is not None else 0
    if late and not asked.late_serves:
        return Misfit(
            code=MisfitCode.TOO_LATE,
            by=asked.recipient,
            sentence=(
                f"It would arrive on {arrives}, after the last day on which it is of use "
                f"({asked.needed_by})."
            ),
            ratio=ratio,
        )
    told = tuple(c.text for c in given.caveats if c.only_for is None and not c.not_for)
    return Fit(ratio=ratio, departs=departs, arrives=arrives, days_late=late, caveats=told)
