"""What came into and went out of accounts: now, or as of an earlier moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to when: what was known then (`known`), what had happened then (`happened`)."""

    known: datetime | None = None
    happened: datetime | None = None


NOW = Moment()


_NOW_TOTALS = """
SELECT owner_id, kind, sum(amount_in)::bigint, sum(amount_out)::bigint FROM account
WHERE owner_id = ANY(%s) GROUP BY owner_id, kind
"""
_PAST_TOTALS = """
SELECT account.owner_id, account.kind, sum(side.came)::bigint, sum(side.went)::bigint
FROM account JOIN LATERAL (
    SELECT amount AS came, 0 AS went FROM transfer
    WHERE to_account_id = account.id
        AND recorded_at <= coalesce(%s::timestamptz, 'infinity')
        AND happened_at <= coalesce(%s::timestamptz, 'infinity')
    UNION ALL
    SELECT 0, amount FROM transfer
    WHERE from_account_id = account.id
        AND recorded_at <= coalesce(%s::timestamptz, 'infinity')
        AND happened_at <= coalesce(%s::timestamptz, 'infinity')
) AS side ON true
WHERE account.owner_id = ANY(%s) GROUP BY account.owner_id, account.kind
"""


Totals = dict[UUID, dict[str, tuple[int, int]]]
"""What came into and went out of each kind of account of each owner."""


def totals_of(owners: list[UUID], moment: Moment) -> Totals:
    """Give what came into and went out of each kind of account of each owner."""
    with connection.cursor() as cursor:
        if moment == NOW:
            cursor.execute(_NOW_TOTALS, [owners])
        else:
            bounds = [moment.known, moment.happened] * 2
            cursor.execute(_PAST_TOTALS, [*bounds, owners])
        totals: Totals = {}
        for owner, kind, came, went in cursor.fetchall():
            totals.setdefault(owner, {})[kind] = (came, went)
    return totals
