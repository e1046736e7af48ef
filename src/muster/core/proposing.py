"""May a part of this offer be promised to this need, and how much of the need does it cover?

The facts are those of one offer line and one request line on the day of the act.  The planner asks
`matching.fit` before; here is what an allocation itself demands, whoever proposes it.
"""

from dataclasses import dataclass
from fractions import Fraction

from muster.core.actors import CENTRE, LOGISTICS, NATIONS, party_audience
from muster.core.matching import step_of
from muster.core.refusals import (
    ItemMismatch,
    NotWholeSteps,
    OperationMismatch,
    QuantityUnknown,
    Refusal,
    WrongStage,
)
from muster.core.rules import Giver, Thing, caveat_forbids, mandate_forbids
from muster.core.stages import OFFER_STAGES_OPEN, REQUEST_STAGES_OPEN, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """An offer line, as far as a proposal rests on it; `lot` is in units of its item."""

    operation: str
    item: str
    stage: str
    donor: str
    giver: Giver
    thing: Thing
    lot: int
    caveat: str
    only_for: list[str]
    not_for: list[str]
    seen_by_nations: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A request line, as far as a proposal rests on it.

    Args:
        is_stated: whether the recipient has said, by its latest word, how much may be promised.
    """

    operation: str
    item: str
    item_name: str
    stage: str
    recipient: str
    recipient_name: str
    substitutes_welcome: bool
    is_stated: bool
    seen_by_nations: bool


def covered(giving: Giving, taking: Taking, amount: int, *, ratio: Fraction | None) -> int:
    """Convert an amount offered into the units of the need it stands for, in whole steps only.

    Args:
        giving: the offer line.
        taking: the request line.
        amount: in smallest units of the offered item.
        ratio: units of the offered item that stand for one unit asked; None if none do.

    Raises:
        OperationMismatch, ItemMismatch, NotWholeSteps: the offer cannot serve the need so.
    """
    if giving.operation != taking.operation:
        raise OperationMismatch(offer=giving.operation, request=taking.operation)
    is_substitute = giving.item != taking.item
    if ratio is None or (is_substitute and not taking.substitutes_welcome):
        raise ItemMismatch(offered=giving.thing.name, asked=taking.item_name)
    step = step_of(ratio, giving.lot)
    if amount % step.offered:
        raise NotWholeSteps(amount=amount, item=giving.thing.name, step=step.offered)
    return amount // step.offered * step.covered


def proposal_forbids(giving: Giving, taking: Taking) -> Refusal | None:
    """Say what keeps the offer from being promised to the need: a stage, a rule, a caveat."""
    if giving.stage not in OFFER_STAGES_OPEN:
        return WrongStage(what="The offer", stage=shown(giving.stage), event="allocated")
    if taking.stage not in REQUEST_STAGES_OPEN:
        return WrongStage(what="The request", stage=shown(taking.stage), event="promised anything")
    if not taking.is_stated:
        return QuantityUnknown(what=taking.item_name, party=taking.recipient_name)
    return mandate_forbids(giving.giver, giving.thing) or caveat_forbids(
        giving.giver.name,
        giving.caveat,
        only_for=giving.only_for,
        not_for=giving.not_for,
        recipient=taking.recipient,
    )


def audiences_of(giving: Giving, taking: Taking) -> list[str]:
    """List who sees an allocation: both parties, the centre; all nations if they see both lines."""
    parties = (giving.donor, taking.recipient)
    seen = [CENTRE, LOGISTICS, *(party_audience(code) for code in parties)]
    both = giving.seen_by_nations and taking.seen_by_nations
    return [*seen, NATIONS] if both else seen
