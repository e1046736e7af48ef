"""What is told late was possible then: units leave where they were at that moment, and ever since.

The totals of an account keep it from being overdrawn by what is known now.  They do not see the
order in which things happened, so what is dated back is added up once more along its own dates.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from muster.core.accounts import AccountKind
from muster.core.actors import Act
from muster.core.refusals import TooEarly
from muster.records.statements import rows

# The moment from which each of some accounts never held less than nothing again, where it did so
# at or after a moment.  What happened at one moment is added up together.
_SHORT = """
WITH moved AS (
    SELECT account.id, transfer.happened_at, transfer.amount
    FROM account JOIN transfer ON transfer.to_account_id = account.id
    WHERE account.owner_id = ANY(%s) AND account.kind = %s
    UNION ALL
    SELECT account.id, transfer.happened_at, -transfer.amount
    FROM account JOIN transfer ON transfer.from_account_id = account.id
    WHERE account.owner_id = ANY(%s) AND account.kind = %s
), running AS (
    SELECT id, happened_at,
           sum(sum(amount)) OVER (PARTITION BY id ORDER BY happened_at) AS held,
           lead(happened_at) OVER (PARTITION BY id ORDER BY happened_at) AS until
    FROM moved GROUP BY id, happened_at
)
SELECT max(until) FROM running WHERE held < 0 AND happened_at >= %s
"""


def demand_never_short(
    act: Act,
    kind: AccountKind,
    owners: Iterable[UUID],
    happened_at: datetime | None,
    *,
    what: str,
    event: str,
) -> None:
    """Refuse what was posted, if by its date it took what was not there yet, or was gone by then.

    It is asked after the posting, when the accounts are locked; an act of now costs nothing.

    Args:
        act: the deed.
        kind: the kind of account that the units left.
        owners: whose.
        happened_at: the moment they are said to have left; now, if not said.
        what: the record, for the sentence.
        event: what is said to have happened to it, for the sentence.

    Raises:
        TooEarly: at that moment, or at one since, there would have been less than nothing.
    """
    if happened_at is None or happened_at >= act.now:
        return
    of = [list(owners), kind.value]
    [[since]] = rows(_SHORT, [*of, *of, happened_at])
    if since is not None:
        raise TooEarly(
            what=what,
            event=event,
            moment=happened_at.isoformat(),
            because="as much was there",
            since=since.isoformat(),
        )
