"""The reasons why a need can stay unmet."""

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a part of a need stays unmet.

    NOBODY_OFFERS: no offer is of the item or of a substitute.
    NOTHING_LEFT: offers may serve, and nothing was free of them before this plan.
    NO_WAY: an offer is of the very item, and the problem knows no way from it to the need.
    FORBIDDEN: a rule, a caveat or a date forbids the offer for this need.
    TOO_LITTLE_OFFERED: all that may serve would not cover the need, had nobody else asked.
    OUTRANKED: an offer is used up, in part by needs of a higher priority class.
    SHARED: an offer is used up, in part by other needs of the same class.
    TAKEN_BY_LOWER: an offer is used up, in part by needs of a lower class.
    LOT_TOO_LARGE: one whole step of the offer is more than is open, or more than is offered.
    REMAINDER: what is left of the offer is less than one whole step.
    NO_ROOM: goods are left, and a leg of the way has no room for one more step in that period.
    TOO_FEW: what could still go is less than the donor sends, or than is of use.
    NOT_IN_TIME: goods are left, and every way from there arrives after the deadline.
    LEFT_UNUSED: the plan leaves a usable offer unused; a better plan exists.
    NO_CONSENT: the offer may serve once a consent is there, and it is not, nor counted on.
    HELD_BACK: the offer is used up, and its donor keeps more of it as a reserve.
    RATE: goods are left, and no more of them can leave in that span of the donor's rate.
    INCOMPLETE: more of it would complete no set of its package, because other parts are short.
    NOT_ASKED: goods are left, and bringing them would better no objective.
    COSTS_EARLIER: goods are left, and bringing them costs an objective that comes first.
    """

    NOBODY_OFFERS = "nobody_offers"
    NOTHING_LEFT = "nothing_left"
    NO_WAY = "no_way"
    FORBIDDEN = "forbidden"
    TOO_LITTLE_OFFERED = "too_little_offered"
    OUTRANKED = "outranked"
    SHARED = "shared"
    TAKEN_BY_LOWER = "taken_by_lower"
    LOT_TOO_LARGE = "lot_too_large"
    REMAINDER = "remainder"
    NO_ROOM = "no_room"
    TOO_FEW = "too_few"
    NOT_IN_TIME = "not_in_time"
    LEFT_UNUSED = "left_unused"
    NO_CONSENT = "no_consent"
    HELD_BACK = "held_back"
    RATE = "rate"
    INCOMPLETE = "incomplete"
    NOT_ASKED = "not_asked"
    COSTS_EARLIER = "costs_earlier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason why a need is not fully met.

    Args:
        code: which reason.
        sentence: the same for a person.
        offers: the ids of the offers it is about.
        needs: the ids of the other needs it is about, where there are any.
        by: for FORBIDDEN, whose rule, caveat or date it is; for NO_CONSENT, whose consent;
            otherwise empty.
        version: for FORBIDDEN by a rule, which version of it, where it has versions.
        consent: for NO_CONSENT, the consent's id.
        leg: for NO_ROOM and NOT_IN_TIME, the id of the leg that stops the goods, where one does.
        period: in which period of the net it does.
        package: for INCOMPLETE, the package's id.
    """

    code: ReasonCode
    sentence: str
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    by: str = ""
    version: str = ""
    consent: str = ""
    leg: str = ""
    period: int | None = None
    package: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """What a plan leaves open of one need.

    Args:
        need: the need's id.
        amount: units of the item asked for that stay open; what is met late is met.
        reasons: at least one.
    """

    need: str
    amount: int
    reasons: tuple[Reason, ...]
