"""Proposing allocations: one, or as many as a plan has, by the same rules and the same writing.

All facts are read at once and all rows are written at once, so that a hundred thousand proposals
take few statements, and one takes few trips.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from django.db import IntegrityError

from muster.actions.journal import action
from muster.actions.posting import At, Posting, as_json, demand_all, refusal_of
from muster.actions.staging import event_id
from muster.core.accounts import AccountKind as K
from muster.core.actors import NATIONS, Act, Role
from muster.core.proposing import Giving, Taking, audiences_of, covered, proposal_forbids
from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.quantities.entry import parse_amount
from muster.core.quantities.units import Pack
from muster.core.refusals import InTheFuture, NotFound
from muster.core.rules import Giver, Thing
from muster.queries.amounts import Typed
from muster.records.models import Allocation
from muster.records.models.catalogue import Lethality
from muster.records.statements import rows

# A proposal that nobody answers returns its quantity after this time.
PROPOSAL_STANDS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A part of an offer for a need; `amount` is in the offered item's unit or pack."""

    name: str = "allocation"
    """Its name within the act, once; the allocation's id follows from it."""
    offer_line: UUID
    request_line: UUID
    amount: Typed


@action("propose an allocation")
def propose_allocation(
    *,
    act: Act,
    offer_line: UUID,
    request_line: UUID,
    amount: Typed,
    expires_at: datetime | None = None,
    invented: bool = False,
    happened_at: datetime | None = None,
) -> Allocation:
    """Reserve a part of an offer for a need, until donor and recipient have both said yes.

    `amount` is in the offered item's unit or pack.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: the offer or the request is not open.
        OperationMismatch, ItemMismatch, NotWholeSteps: the offer cannot serve the need so.
        NotReviewedNonLethal, CaveatForbids: a rule or the donor forbids it.
        QuantityUnknown: the recipient has not said how much it needs.
        NotEnoughOffered: the offer has less left.
        MoreThanAsked: the need has less open.
    """
    wish = Wish(offer_line=offer_line, request_line=request_line, amount=amount)
    [allocation] = propose(
        act, [wish], expires_at=expires_at, invented=invented, happened_at=happened_at
    )
    return allocation


def propose(
    act: Act,
    wishes: Sequence[Wish],
    *,
    expires_at: datetime | None = None,
    invented: bool = False,
    happened_at: datetime | None = None,
) -> list[Allocation]:
    """Propose them all, or none: the first that cannot be is the refusal.

    Raises:
        Refusal: those of `propose_allocation`.
    """
    act.must_be(Role.COORDINATOR)
    happened_at = happened_at or act.now
    if happened_at > act.now:
        moment = happened_at.isoformat()
        raise InTheFuture(what="propose", moment=moment, now=act.now.isoformat())
    drafts = [
        _judge(act, wish, facts) for wish, facts in zip(wishes, _facts(act, wishes), strict=True)
    ]
    made = [draft.allocation for draft in drafts]
    for allocation in made:
        allocation.expires_at = expires_at or act.now + PROPOSAL_STANDS
        allocation.invented = invented
    postings = [posting for draft in drafts for posting in _postings(draft)]
    try:
        [[written]] = rows(
            "SELECT write_proposals(%s, %s, %s, %s, %s, %s)",
            [
                *(act.id, happened_at, act.now),
                json.dumps([_row(allocation) for allocation in made]),
                [event_id(act, each, "propose") for each in made],
                as_json(postings),
            ],
        )
    except IntegrityError as error:
        raise refusal_of(act, postings, happened_at, error) or error from error
    demand_all(written, postings)
    for allocation in made:
        allocation.stage = "proposed"
    return made


@dataclass(frozen=True, slots=True)
class _Draft:
    """An allocation that may be made, with the item that its need asks for."""

    allocation: Allocation
    asked: str


def _postings(draft: _Draft) -> tuple[Posting, Posting]:
    """Reserve at the offer and at the need together, so that both sides always agree."""
    made = draft.allocation
    supply = At(K.AVAILABLE, made.offer_line_id), At(K.RESERVED, made.pk)
    need = At(K.NEED_OPEN, made.request_line_id), At(K.NEED_RESERVED, made.request_line_id)
    return (
        Posting(made.item_id, made.amount, *supply),
        Posting(draft.asked, made.covers, *need),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What a proposal rests on, by the names that records/sql/proposals.sql gives it."""

    sees_giving: bool
    sees_taking: bool
    operation_id: str
    item: str
    stage: str
    donor: str
    lot: int
    caveat: str
    only_for: list[str]
    not_for: list[str]
    audiences: list[str]
    item_name: str
    unit: str
    lethality: str
    packs: list[str]
    holds: list[int]
    donor_name: str
    gives_only_reviewed: bool
    is_of_body: bool | None
    standing: str | None
    operation: str
    its_operation: str
    asked: str
    asked_name: str
    substitutes_welcome: bool
    its_audiences: list[str]
    its_stage: str
    recipient: str
    recipient_name: str
    quantity_kind: str
    low: int | None
    high: int | None
    per: str
    numerator: int | None
    denominator: int | None


def _facts(act: Act, wishes: Sequence[Wish]) -> list[_Facts]:
    day = act.now.date()
    seen = sorted(act.actor.audiences(day))
    pairs = [w.offer_line for w in wishes], [w.request_line for w in wishes]
    found = rows("SELECT proposal_facts(%s, %s, %s, %s)", [*pairs, seen, day])
    return [_Facts(**facts) for (facts,) in found]


def _giving(facts: _Facts) -> Giving:
    return Giving(
        operation=facts.operation,
        item=facts.item,
        stage=facts.stage,
        donor=facts.donor,
        giver=Giver(
            name=facts.donor_name,
            gives_only_reviewed=facts.gives_only_reviewed,
            standing=facts.standing,
            part_of_body=bool(facts.is_of_body),
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


def _taking(facts: _Facts) -> Taking:
    per = Per(facts.per) if facts.per else None
    asked = Quantity(QuantityKind(facts.quantity_kind), facts.low, facts.high, per)
    return Taking(
        operation=facts.its_operation,
        item=facts.asked,
        item_name=facts.asked_name,
        stage=facts.its_stage,
        recipient=facts.recipient,
        recipient_name=facts.recipient_name,
        substitutes_welcome=facts.substitutes_welcome,
        is_stated=asked.cap is not None,
        seen_by_nations=NATIONS in facts.its_audiences,
    )


def _ratio(facts: _Facts) -> Fraction | None:
    if facts.item == facts.asked:
        return Fraction(1)
    if facts.numerator is None or facts.denominator is None:
        return None
    return Fraction(facts.numerator, facts.denominator)


def _judge(act: Act, wish: Wish, facts: _Facts) -> _Draft:
    """Judge one wish by its facts, and draft the record of it."""
    if not facts.sees_giving:
        raise NotFound(what="offer line", name=wish.offer_line)
    if not facts.sees_taking:
        raise NotFound(what="request line", name=wish.request_line)
    giving, taking = _giving(facts), _taking(facts)
    amount = parse_amount(
        wish.amount.amount,
        facts.unit,
        unit=wish.amount.unit or None,
        packs=[Pack(*pack) for pack in zip(facts.packs, facts.holds, strict=True)],
        item=facts.item_name,
    )
    covers = covered(giving, taking, amount, ratio=_ratio(facts))
    refusal = proposal_forbids(giving, taking)
    if refusal is not None:
        raise refusal
    allocation = Allocation(
        id=act.part_id(wish.name),
        act_id=act.id,
        recorded_at=act.now,
        audiences=audiences_of(giving, taking),
        operation_id=UUID(facts.operation_id),
        offer_line_id=wish.offer_line,
        request_line_id=wish.request_line,
        item_id=facts.item,
        donor_id=facts.donor,
        recipient_id=facts.recipient,
        amount=amount,
        covers=covers,
        typed_amount=wish.amount.amount,
        typed_unit=wish.amount.unit or facts.unit,
    )
    return _Draft(allocation, facts.asked)


_COLUMNS = tuple(field.attname for field in Allocation._meta.concrete_fields)


def _row(allocation: Allocation) -> dict[str, object]:
    """Lay out a new allocation by the columns of its table."""
    return {name: _plain(getattr(allocation, name)) for name in _COLUMNS}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | list | None) else str(value)
