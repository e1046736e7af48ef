"""Duplicate verbs: a person says that two lines are one thing, or two; and takes that back."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from muster.actions.journal import action
from muster.actions.needs import count_needs
from muster.actions.posting import At, Posting, post
from muster.actions.staging import hold
from muster.core.accounts import AccountKind as K
from muster.core.actors import CENTRE, Act, Role
from muster.core.refusals import (
    DecidedAlready,
    KeptCountedOut,
    NotFound,
    OperationMismatch,
    StillPromised,
    WrongStage,
)
from muster.queries.balances import balance
from muster.queries.visibility import find, visible
from muster.records.models import (
    Allocation,
    DuplicateDecision,
    OfferLine,
    Operation,
    PledgeLine,
    RequestLine,
)

_Word = DuplicateDecision.Word


@action("decide on a duplicate")
def decide_duplicate(
    *, act: Act, operation: UUID, kept: UUID, other: UUID, same: bool
) -> DuplicateDecision:
    """Say whether two stored lines tell of one thing; of one thing, only the line `kept` counts.

    What is left of the other line leaves the count, by transfers with this reason, and comes back
    if the word is taken back.  A request that is not validated yet has nothing in the count: its
    line is passed over when it is validated.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: two lines are said to be one without a reason.
        NotFound: there is no such line that the actor may see.
        OperationMismatch: a line belongs to another operation.
        WrongStage: a need and a gift are said to be one, or a line with itself.
        StillPromised: a part of the other line is promised.
        DecidedAlready: there is a word on these two that stands.
        KeptCountedOut: the line to be kept is a duplicate of a third itself, so none would count.
    """
    act.must_be(Role.COORDINATOR)
    if same:
        act.must_say_why("counting a line out")
    found = find(Operation, operation, act.actor, act.now.date())
    # In one order, whichever is to be kept, so that two who decide do not wait for each other.
    stored = {key: _stored(act, key) for key in sorted({kept, other})}
    first, second = stored[kept], stored[other]
    for line in (first, second):
        if line.operation_id != found.pk:
            raise OperationMismatch(offer=found.code, request=line.operation_id)
    if type(first) is not type(second) or first.pk == second.pk:
        raise WrongStage(what="The first line", stage="no such line", event="taken for the second")
    for one, two in ((kept, other), (other, kept)):
        if DuplicateDecision.objects.filter(kept=one, other=two, undone_at__isnull=True).exists():
            raise DecidedAlready
    if same and _is_counted_out(kept):
        raise KeptCountedOut
    amount = _counted_out(act, second) if same else 0
    if not same:
        kept, other = sorted((kept, other))
    return DuplicateDecision.objects.create(
        id=act.part_id("decision"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE],
        operation=found,
        kept=kept,
        other=other,
        word=_Word.SAME if same else _Word.DISTINCT,
        reason=act.reason.strip(),
        amount=amount,
        user_id=act.user_id,
    )


@action("take a decision on a duplicate back")
def undo_duplicate(*, act: Act, decision: UUID) -> DuplicateDecision:
    """Take back what was said of two lines: what was counted out is counted again.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NotFound: there is no such decision.
        WrongStage: it was taken back before.
    """
    act.must_be(Role.COORDINATOR)
    found = find(DuplicateDecision, decision, act.actor, act.now.date())
    found.refresh_from_db(from_queryset=DuplicateDecision.objects.select_for_update())
    if found.undone_at is not None:
        raise WrongStage(what="The decision", stage="taken back", event="taken back again")
    if found.word == _Word.SAME:
        _count_again(act, found)
    found.undone_at = act.now
    found.undone_by_id = act.user_id
    found.save(update_fields=["undone_at", "undone_by"])
    return found


_Stored = RequestLine | OfferLine | PledgeLine


@dataclass(frozen=True, slots=True)
class _Side:
    """The accounts that a line's open amount is taken out of, and put into."""

    counted: K
    out: K


_NEED = _Side(K.NEED_OPEN, K.NEED_WITHDRAWN)
_GIFT = _Side(K.AVAILABLE, K.NOT_TAKEN)


def _stored(act: Act, key: UUID) -> _Stored:
    """Find a stored line of either kind, and hold its record.

    Raises:
        NotFound: there is none that the actor may see.
    """
    day = act.now.date()
    asked = visible(RequestLine, act.actor, day).filter(pk=key).first()
    if asked is not None:
        hold(asked.request)
        return asked
    given = visible(OfferLine, act.actor, day).filter(pk=key).first()
    if given is not None:
        hold(given)
        return given
    pledged = visible(PledgeLine, act.actor, day).filter(pk=key).first()
    if pledged is None:
        raise NotFound(what="stored line", name=key)
    pledged.refresh_from_db(from_queryset=PledgeLine.objects.select_for_update(no_key=True))
    return pledged


def _is_counted_out(line: UUID) -> bool:
    stands = DuplicateDecision.objects.filter(other=line, undone_at__isnull=True)
    return stands.filter(word=_Word.SAME).exists()


def _counted_out(act: Act, line: _Stored) -> int:
    """Take what is left of a line out of the count, and say how much that was.

    A pledge is in no account: it counts where nobody has said that it is a second telling.
    """
    if isinstance(line, PledgeLine):
        if line.uses.filter(undone_at__isnull=True).exists():
            raise StillPromised(what=_name(line))
        return 0
    side = _NEED if isinstance(line, RequestLine) else _GIFT
    left = balance(side.counted, line.pk)
    if _promised(line):
        raise StillPromised(what=_name(line))
    _post(act, line, left, side.counted, side.out)
    return left


def _promised(line: RequestLine | OfferLine) -> bool:
    of_line = Q(request_line=line.pk) if isinstance(line, RequestLine) else Q(offer_line=line.pk)
    return Allocation.objects.filter(of_line).exclude(stage__in=["cancelled", "expired"]).exists()


def _count_again(act: Act, decision: DuplicateDecision) -> None:
    line = _stored(act, decision.other)
    if isinstance(line, PledgeLine):
        return
    side = _NEED if isinstance(line, RequestLine) else _GIFT
    _post(act, line, decision.amount, side.out, side.counted)
    if decision.amount == 0 and isinstance(line, RequestLine):
        _ask_after_all(act, line)


def _ask_after_all(act: Act, line: RequestLine) -> None:
    """Count a line that was passed over when its request was validated in the meantime."""
    if line.request.stage in {"validated", "circulated"} and not balance(K.NEED_SOURCE, line.pk):
        count_needs(act, [line], happened_at=act.now)


def _post(act: Act, line: RequestLine | OfferLine, amount: int, before: K, after: K) -> None:
    at = At(before, line.pk), At(after, line.pk)
    post(act, [Posting(line.item_id, amount, *at)], happened_at=act.now)


def _name(line: _Stored) -> str:
    match line:
        case RequestLine():
            reference = line.request.reference
        case OfferLine():
            reference = line.offer.reference
        case PledgeLine():
            reference = line.pledge.reference
    return f"{reference}/{line.position}"
