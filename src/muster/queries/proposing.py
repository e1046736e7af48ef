"""What a proposal rests on, read in one trip; core/proposing.py judges it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

from muster.core.actors import NATIONS, Act
from muster.core.proposing import Giving, Taking
from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.rules import Giver, Thing
from muster.records.models.catalogue import Lethality
from muster.records.statements import Statement, array, text_array


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one proposal rests on, by the names that records/sql/proposal_facts.sql gives it.

    The words are those of a refusal, and of packs; they are read when something is refused without.
    """

    sees_giving: bool
    sees_taking: bool
    operation_id: str
    its_operation_id: str
    item: str
    unit: str
    lethality: str
    stage: str
    lot: int
    answers: bool
    caveat: str
    only_for: list[str]
    not_for: list[str]
    audiences: list[str]
    donor: str
    gives_only_reviewed: bool
    asked: str
    its_audiences: list[str]
    its_stage: str
    recipient: str
    substitutes_welcome: bool
    quantity_kind: str
    low: int | None
    high: int | None
    per: str
    numerator: int | None
    denominator: int | None
    operation: str = ""
    its_operation: str = ""
    item_name: str = ""
    asked_name: str = ""
    donor_name: str = ""
    recipient_name: str = ""
    packs: list[str] = field(default_factory=list)
    holds: list[int] = field(default_factory=list)


def asking(act: Act, offers: Sequence[UUID], needs: Sequence[UUID], *, held: bool) -> Statement:
    """Ask in one trip what pairs rest on, and in its first row what the rules may ask.

    Args:
        act: whose; the day is that of the act.
        offers: the offer line of each pair.
        needs: the request line of each pair.
        held: hold them for the decision, until the act is over.
    """
    day = act.now.date()
    return _FACTS, [
        array(offers),
        array(needs),
        text_array(tuple(sorted(act.actor.audiences(day)))),
        day,
        held,
    ]


_FACTS = """
SELECT facts, sides
FROM proposals_rest_on(%s::uuid[], %s::uuid[], %s::text[], %s::date, %s::boolean)
"""


def giving_of(facts: Facts) -> Giving:
    """See the offer line as a proposal does."""
    return Giving(
        operation=facts.operation or facts.operation_id,
        item=facts.item,
        stage=facts.stage,
        donor=facts.donor,
        giver=Giver(
            name=facts.donor_name,
            gives_only_reviewed=facts.gives_only_reviewed,
        ),
        thing=Thing(
            name=facts.item_name,
            non_lethal=facts.lethality == Lethality.NON_LETHAL,
            verdict=str(Lethality(facts.lethality).label),
        ),
        lot=facts.lot,
        caveat=facts.caveat,
        only_for=facts.only_for,
        not_for=facts.not_for,
        seen_by_nations=NATIONS in facts.audiences,
    )


def taking_of(facts: Facts) -> Taking:
    """See the request line as a proposal does."""
    per = Per(facts.per) if facts.per else None
    asked = Quantity(QuantityKind(facts.quantity_kind), facts.low, facts.high, per)
    return Taking(
        operation=facts.its_operation or facts.its_operation_id,
        item=facts.asked,
        item_name=facts.asked_name,
        stage=facts.its_stage,
        recipient=facts.recipient,
        recipient_name=facts.recipient_name,
        substitutes_welcome=facts.substitutes_welcome,
        is_stated=asked.cap is not None,
        seen_by_nations=NATIONS in facts.its_audiences,
    )


def ratio_of(facts: Facts) -> Fraction | None:
    """Say how many units of what is offered stand for one that is asked; None if none do."""
    if facts.item == facts.asked:
        return Fraction(1)
    if facts.numerator is None or facts.denominator is None:
        return None
    return Fraction(facts.numerator, facts.denominator)
