"""What requests ask for, as the ledger counts it: counted, said anew, taken back, superseded."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max, Q

from muster.actions.dating import demand_never_short
from muster.actions.posting import At, Posting, post
from muster.actions.staging import move
from muster.core.accounts import AccountKind as K
from muster.core.actors import Act
from muster.core.quantities.amounts import Quantity
from muster.core.refusals import TooEarly
from muster.queries.amounts import latest_words, quantity_of
from muster.queries.balances import balance
from muster.queries.versions import carried
from muster.records.models import Account, AssistanceRequest, RequestLine, Transfer


def count_needs(act: Act, lines: Sequence[RequestLine], *, happened_at: datetime) -> None:
    """Let the needs of lines count, by the recipient's latest word on each; all in one posting."""
    words = latest_words(line.pk for line in lines)
    kept = carried(lines[0].request) if lines else {}
    asked = ((line, quantity_of(words.get(line.pk) or line).cap) for line in lines)
    post(
        act,
        [_asked(line, cap - kept.get(line.pk, 0)) for line, cap in asked if cap is not None],
        happened_at=happened_at,
    )


def ask_otherwise(act: Act, line: RequestLine, after: Quantity, happened_at: datetime) -> None:
    """Post the difference between what is asked by the ledger and by the recipient's new word.

    What was asked less since counts: the ledger is compared, not the earlier word.
    """
    before = -balance(K.NEED_SOURCE, line.pk) - balance(K.NEED_WITHDRAWN, line.pk)
    kept = carried(line.request).get(line.pk, 0)
    change = (after.cap or 0) - kept - before
    if change > 0:
        post(act, [_asked(line, change)], happened_at=happened_at)
    elif change < 0:
        at = At(K.NEED_OPEN, line.pk), At(K.NEED_WITHDRAWN, line.pk)
        post(act, [Posting(line.item_id, -change, *at)], happened_at=happened_at)
        demand_never_short(
            act, K.NEED_OPEN, [line.pk], happened_at, what=_called(line), event="clarified"
        )


def demand_last_words(
    act: Act, lines: Sequence[RequestLine], happened_at: datetime | None, *, event: str
) -> None:
    """Refuse a moment before the recipient's last word on how much it asks.

    Raises:
        TooEarly: a word, or asking for less, was later; or the line counts only since later.
    """
    if happened_at is None or happened_at >= act.now:
        return
    for line in lines:
        asked = Q(from_account__kind__in=[K.NEED_SOURCE, K.NEED_WITHDRAWN]) & Q(
            from_account__owner_id=line.pk
        )
        less = Q(to_account__kind=K.NEED_WITHDRAWN, to_account__owner_id=line.pk)
        said = line.clarifications.aggregate(last=Max("happened_at"))["last"]
        moved = Transfer.objects.filter(asked | less).aggregate(last=Max("happened_at"))["last"]
        last = max(filter(None, (said, moved)), default=happened_at)
        if last > happened_at:
            raise TooEarly(
                what=_called(line),
                event=event,
                moment=happened_at.isoformat(),
                because="the last word on how much it asks was said",
                since=last.isoformat(),
            )


def take_back_open_needs(
    act: Act, request: AssistanceRequest, *, happened_at: datetime | None = None
) -> None:
    """Ask no longer for what nobody has promised yet."""
    open_needs = Account.objects.filter(
        kind=K.NEED_OPEN, request_line__request=request, amount_in__gt=F("amount_out")
    )
    post(
        act,
        [
            Posting(
                account.item_id,
                account.amount_in - account.amount_out,
                At(K.NEED_OPEN, account.owner_id),
                At(K.NEED_WITHDRAWN, account.owner_id),
            )
            for account in open_needs
        ],
        happened_at=happened_at or act.now,
    )


def supersede(act: Act, earlier: AssistanceRequest, happened_at: datetime | None) -> None:
    """End the version before: what it has open counts there no more, what is promised stays."""
    move(act, earlier, "supersede", happened_at=happened_at)
    take_back_open_needs(act, earlier, happened_at=happened_at)
    lines = list(earlier.lines.values_list("pk", flat=True))
    demand_never_short(act, K.NEED_OPEN, lines, happened_at, what=str(earlier), event="superseded")


def _asked(line: RequestLine, amount: int) -> Posting:
    at = At(K.NEED_SOURCE, line.pk), At(K.NEED_OPEN, line.pk)
    return Posting(line.item_id, amount, *at)


def _called(line: RequestLine) -> str:
    return f"{line.request.reference}/{line.position}"
