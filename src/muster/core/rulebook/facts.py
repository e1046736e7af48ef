"""What a rule may speak of: the facts of a case, each with its type and its meaning.

A case is one gift on one day: who gives, what, to whom, for what, in which operation.  A fact that
may be unknown is null then, and a rule that needs it and does not ask for null says "not known".
Where "none" and "not known" would be mixed up so, the fact is missing instead: whatever compares it
says "not known", and only has() asks whether it is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from muster.core.uses import Use

Value = str | bool | int | date | frozenset[str] | None


class Type(StrEnum):
    """The types of facts and of constants."""

    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole number"
    DAY = "day"
    TEXTS = "list of texts"
    NULL = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """One fact that rules may use.

    Args:
        name: as it is written in a rule: donor.kind.
        type: of its values.
        means: what it is, in words.
        nullable: whether it may be unknown.
        among: all values there are, where they are few and known; else empty.
        may_be_missing: whether it is missing where it is unknown, as a key of a map is in CEL, so
            that no comparison takes it for something else.
    """

    name: str
    type: Type
    means: str
    nullable: bool = False
    among: tuple[str, ...] = ()
    may_be_missing: bool = False

    @property
    def side(self) -> str:
        """Whose fact it is: that of one of the SIDES."""
        return self.name.partition(".")[0]


_STANDINGS = ("aspirant", "invitee", "member", "partner", "observer", "suspended", "withdrawn")
_PARTIES = ("alliance", "centre", "union", "nation", "agency", "group", "fund")
_T, _F, _W = Type.TEXT, Type.FLAG, Type.WHOLE

_LISTED = (
    FactKind(name="donor.code", type=_T, means="the donor's code in the register, such as NOR"),
    FactKind(name="donor.kind", type=_T, means="what the donor is", among=_PARTIES),
    FactKind(
        name="donor.standing",
        type=_T,
        means="what the donor is, on the day, to the body that leads the operation; null = nothing",
        nullable=True,
        among=_STANDINGS,
    ),
    FactKind(
        name="donor.part_of_body",
        type=_F,
        means="whether the donor is that body itself or an agency of it",
    ),
    FactKind(
        name="donor.gives_only_reviewed",
        type=_F,
        means="whether the donor's own policy is to give only what is reviewed as non-lethal",
    ),
    FactKind(name="item.code", type=_T, means="the item's code in the catalogue"),
    FactKind(name="item.category", type=_T, means="its category in the catalogue"),
    FactKind(name="item.relief_category", type=_T, means="its sector of relief; empty = none"),
    FactKind(
        name="item.support_category", type=_T, means="its field of military support; empty = none"
    ),
    FactKind(
        name="item.lethality",
        type=_T,
        means="the verdict of its latest review",
        among=("unreviewed", "non_lethal", "lethal"),
    ),
    FactKind(name="item.serial_tracked", type=_F, means="whether each one is known by its number"),
    FactKind(name="item.expires", type=_F, means="whether it has a last day of use"),
    FactKind(
        name="item.consent_prone",
        type=_F,
        means="whether nations of origin usually keep a say in who gets it",
    ),
    FactKind(name="item.hazard", type=_T, means="its class as a dangerous good; empty = none"),
    FactKind(name="item.hs_code", type=_T, means="its code in the customs tariff; empty = unknown"),
    FactKind(name="recipient.code", type=_T, means="the recipient's code in the register"),
    FactKind(name="recipient.kind", type=_T, means="what the recipient is", among=_PARTIES),
    FactKind(
        name="recipient.standing",
        type=_T,
        means="what the recipient is, on the day, to that body; null = nothing",
        nullable=True,
        among=_STANDINGS,
    ),
    FactKind(
        name="request.use",
        type=_T,
        means="what the recipient says it is for; missing = not stated, or not known yet for whom",
        nullable=True,
        may_be_missing=True,
        among=tuple(use.value for use in Use),
    ),
    FactKind(
        name="request.territory",
        type=_T,
        means="the country, such as UKR, of the place that the request names; missing = none is "
        "named, or it is not in the register of places",
        nullable=True,
        may_be_missing=True,
    ),
    FactKind(
        name="offer.origin",
        type=_T,
        means="the nation of origin that the offer names; null = none is named",
        nullable=True,
    ),
    FactKind(name="offer.place", type=_T, means="where the goods are; empty = not said"),
    FactKind(name="offer.only_for", type=Type.TEXTS, means="the only recipients its donor allows"),
    FactKind(name="offer.not_for", type=Type.TEXTS, means="the recipients its donor rules out"),
    FactKind(
        name="goods.days_left",
        type=_W,
        means="days from the day of dispatch to the last day of use of what is packed; null = "
        "nothing is packed yet, or it has no last day",
        nullable=True,
    ),
    FactKind(
        name="journey.territories",
        type=Type.TEXTS,
        means="the countries on the way of the consignment, first and last included; missing = the "
        "way is not said",
        nullable=True,
        may_be_missing=True,
    ),
    FactKind(name="operation.code", type=_T, means="the operation's code"),
    FactKind(
        name="operation.kind",
        type=_T,
        means="the kind of operation, such as disaster, support, defence or exercise",
    ),
    FactKind(name="operation.body", type=_T, means="the code of the body that leads it"),
    FactKind(
        name="day",
        type=Type.DAY,
        means='the day of the record, compared with timestamp("2023-04-20T00:00:00Z")',
    ),
)
FACTS: Mapping[str, FactKind] = {kind.name: kind for kind in _LISTED}
"""Every fact there is, by its name."""

SIDES = (
    *("donor", "item", "recipient", "request", "offer", "goods", "journey", "operation", "day"),
)

Case = Mapping[str, Value]
"""The facts of one case, by name; what is not there is unknown."""
