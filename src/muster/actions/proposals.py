"""Proposing allocations: one, or as many as a plan has, by the same rules and the same writing.

All facts are read at once and all rows are written at once, so that a hundred thousand proposals
take few statements, and one takes few trips.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError
from psycopg.errors import SerializationFailure

from muster.actions.dating import demand_never_short
from muster.actions.journal import action, read_first, write_last
from muster.actions.judging import demand_pairs
from muster.actions.posting import At, Laid, Posting, laid_out, make_accounts, refusal_of
from muster.actions.progress import parts, tell
from muster.actions.staging import event_id, moment_of
from muster.core.accounts import AccountKind as K
from muster.core.actors import Act, Role
from muster.core.proposing import audiences_of, covered, proposal_forbids
from muster.core.quantities.entry import parse_amount
from muster.core.quantities.units import Pack
from muster.core.refusals import NotFound, Refusal
from muster.core.stages import OFFER_STAGES_OPEN, REQUEST_STAGES_OPEN
from muster.queries.amounts import Typed
from muster.queries.proposing import Facts, asking, giving_of, ratio_of, taking_of
from muster.queries.rule_cases import Gift
from muster.queries.rules import book_now
from muster.records.models import Allocation
from muster.records.statements import Statement, array, rows

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


def _rests_on(*, act: Act, offer_line: UUID, request_line: UUID, **_more: object) -> Statement:
    return asking(act, [offer_line], [request_line], held=True)


@action("propose an allocation", asks=_rests_on)
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
        RuleForbids, RuleNeedsReview, RuleNotKnown: a rule of the book stands against it.
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
    """Propose them all, or none, in one trip: the first that cannot be is the refusal.

    Raises:
        Refusal: those of `propose_allocation`.
    """
    act.must_be(Role.COORDINATOR)
    happened_at = moment_of(act, "propose", happened_at)
    drafts = _drafts(act, wishes, held=True)
    made = [draft.allocation for draft in drafts]
    for allocation in made:
        allocation.expires_at = expires_at or act.now + PROPOSAL_STANDS
        allocation.invented = invented
    postings = [posting for draft in drafts for posting in _postings(draft)]
    answering = [wish for wish, draft in zip(wishes, drafts, strict=True) if not draft.answers]
    records, moves = _records(act, made, happened_at), laid_out(act, postings, happened_at)[3:]
    is_late = happened_at < act.now
    write_last(
        _WRITE,
        [*records, *map(array, _pairs(answering)), *moves],
        lambda error: refusal_of(act, postings, happened_at, error),
        at_once=is_late,
    )
    if is_late:
        given, asked = _pairs(wishes)
        for kind, owners in ((K.AVAILABLE, given), (K.NEED_OPEN, asked)):
            demand_never_short(
                act, kind, owners, happened_at, what="The allocation", event="proposed"
            )
    for allocation in made:
        allocation.stage = "proposed"
    return made


_WRITE = "SELECT write_proposals(" + ", ".join(["%s"] * 16) + ")"

_WRITE_RECORDS = "SELECT write_allocations(" + ", ".join(["%s"] * 6) + ")"

# So many are judged and written at a time, and so many reserved: an account that many of them share
# is written once for each of these.
_AT_ONCE = 2_000
_RESERVED_AT_ONCE = 20_000


def propose_many(act: Act, wishes: Sequence[Wish]) -> None:
    """Propose them all, or none, however many: told as progress, and holding others up late.

    Everything is judged and the records are written before anything is held, and the postings are
    laid out; then offers and requests are held, what has changed meanwhile is judged again, and the
    units are reserved.

    Raises:
        Refusal: those of `propose_allocation`, of the first that cannot be.
    """
    act.must_be(Role.COORDINATOR)
    if not wishes:
        return
    drafts: list[_Draft] = []
    for some in parts(wishes, _AT_ONCE):
        judged = _drafts(act, some, held=False)
        made = [draft.allocation for draft in judged]
        for allocation in made:
            allocation.expires_at = act.now + PROPOSAL_STANDS
        rows(_WRITE_RECORDS, _records(act, made, act.now))
        make_accounts([(At(K.RESERVED, each.pk), each.item_id) for each in made])
        drafts += judged
        tell(len(drafts) // 2, len(wishes))
    laid = [_laid(act, several) for several in parts(drafts, _RESERVED_AT_ONCE)]
    given, needs = map(array, _pairs(wishes))
    rows("SELECT hold_for_proposals(%s::uuid[], %s::uuid[])", [given, needs])
    _demand_unchanged(act, wishes, drafts)
    rows("SELECT answer_needs(%s::uuid[], %s::uuid[])", [given, needs])
    reserved = len(drafts)
    for each in laid:
        each.post()
        reserved += len(each.postings) // 2
        tell(reserved // 2, len(wishes))


def _laid(act: Act, drafts: "Sequence[_Draft]") -> Laid:
    postings = [posting for draft in drafts for posting in _postings(draft)]
    return Laid(act, postings, act.now, laid_out(act, postings, act.now))


def _demand_unchanged(act: Act, wishes: Sequence[Wish], drafts: "Sequence[_Draft]") -> None:
    """Judge again, now that they are held, those whose offer or request is no longer open.

    Where the rule book is another by now, the whole act is tried again, by the new one.
    """
    book = book_now().number
    if any(draft.allocation.rule_book != book for draft in drafts):
        raise OperationalError from SerializationFailure("the rule book has changed meanwhile")
    ended = rows(_ENDED, [*_pairs(wishes), list(OFFER_STAGES_OPEN), list(REQUEST_STAGES_OPEN)])
    if ended:
        _drafts(act, [wishes[number - 1] for (number,) in ended], held=False)


_ENDED = """
SELECT wish.number
FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS wish (offer_line, request_line, number)
JOIN offer_line ON offer_line.id = wish.offer_line
JOIN request_line ON request_line.id = wish.request_line
JOIN assistance_request ON assistance_request.id = request_line.request_id
WHERE NOT offer_line.stage = ANY (%s) OR NOT assistance_request.stage = ANY (%s)
ORDER BY wish.number
"""


def _drafts(act: Act, wishes: Sequence[Wish], *, held: bool) -> "list[_Draft]":
    facts, sides = _facts(act, wishes, held=held)
    drafts = [_judge(act, wish, its) for wish, its in zip(wishes, facts, strict=True)]
    if sides is not None:
        gifts = [_gift(wish, its) for wish, its in zip(wishes, facts, strict=True)]
        found = demand_pairs(sides, gifts, day=act.now.date())
        for draft, spoken in zip(drafts, found.rules, strict=True):
            draft.allocation.rule_book, draft.allocation.rules = found.book, spoken
    return drafts


def _gift(wish: Wish, facts: Facts) -> Gift:
    return Gift(
        operation=facts.operation_id,
        donor=facts.donor,
        item=facts.item,
        recipient=facts.recipient,
        request=str(wish.request_line),
        offer=str(wish.offer_line),
    )


def _pairs(wishes: Sequence[Wish]) -> tuple[list[UUID], list[UUID]]:
    return [wish.offer_line for wish in wishes], [wish.request_line for wish in wishes]


def _records(act: Act, made: Sequence[Allocation], happened_at: datetime) -> list[object]:
    """Lay out new allocations and their events, as records/sql/proposals.sql takes them."""
    written = json.dumps([_row(allocation) for allocation in made], default=str)
    ids = array(each.pk for each in made)
    events = array(event_id(act, each, "propose") for each in made)
    return [act.id, happened_at, act.now, written, ids, events]


@dataclass(frozen=True, slots=True)
class _Draft:
    """An allocation that may be made, the item its need asks for, and whether its offer had one."""

    allocation: Allocation
    asked: str
    answers: bool


def _postings(draft: _Draft) -> tuple[Posting, Posting]:
    """Reserve at the offer and at the need together, so that both sides always agree."""
    made = draft.allocation
    supply = At(K.AVAILABLE, made.offer_line_id), At(K.RESERVED, made.pk)
    need = At(K.NEED_OPEN, made.request_line_id), At(K.NEED_RESERVED, made.request_line_id)
    return (
        Posting(made.item_id, made.amount, *supply),
        Posting(draft.asked, made.covers, *need),
    )


def _facts(
    act: Act, wishes: Sequence[Wish], *, held: bool
) -> tuple[list[Facts], Mapping[str, Any] | None]:
    """Read what the wishes rest on, and what the rules may ask of them."""
    found = read_first(asking(act, *_pairs(wishes), held=held))
    return [Facts(**facts) for facts, _ in found], found[0][1] if found else None


def _judge(act: Act, wish: Wish, facts: Facts) -> _Draft:
    """Judge one wish by its facts, and draft the record of it; in words, if it may be refused."""
    if not facts.sees_giving:
        raise NotFound(what="offer line", name=wish.offer_line)
    if not facts.sees_taking:
        raise NotFound(what="request line", name=wish.request_line)
    try:
        return _draft(act, wish, facts)
    except Refusal:
        [[words]] = rows("SELECT proposal_words(%s, %s)", [wish.offer_line, wish.request_line])
        return _draft(act, wish, replace(facts, **words))


def _draft(act: Act, wish: Wish, facts: Facts) -> _Draft:
    giving, taking = giving_of(facts), taking_of(facts)
    amount = parse_amount(
        wish.amount.amount,
        facts.unit,
        unit=wish.amount.unit or None,
        packs=[Pack(*pack) for pack in zip(facts.packs, facts.holds, strict=True)],
        item=facts.item_name,
    )
    covers = covered(giving, taking, amount, ratio=ratio_of(facts))
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
    return _Draft(allocation, facts.asked, facts.answers)


_COLUMNS = tuple(field.attname for field in Allocation._meta.concrete_fields)


def _row(allocation: Allocation) -> dict[str, object]:
    """Lay out a new allocation by the columns of its table."""
    said = vars(allocation)
    return {name: said[name] for name in _COLUMNS}
