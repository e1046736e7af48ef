"""The recount of the accounts: some thousand at a time, through the indexes on a transfer's ends.

Neither the database nor this process holds more for a longer ledger.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

# Of a ledger that is wrong all over, this many differences are listed; all are counted.
LISTED = 1_000
# So many accounts are compared at a time.
_ACCOUNTS_AT_A_TIME = 20_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is stored, and what a recount gives instead, in smallest units."""

    what: str
    stored: int
    counted: int

    @property
    def units(self) -> int:
        """How many units are unaccounted for here."""
        return abs(self.stored - self.counted)


# The totals of some accounts, stored and counted.  Each transfer is read at both its ends.
_TOTALS = """
WITH came AS (
    SELECT to_account_id AS id, sum(amount) AS units, count(*) AS read,
           min(item_id COLLATE "C") AS item, max(item_id COLLATE "C") AS other_item
    FROM transfer WHERE to_account_id > %(after)s AND to_account_id <= %(last)s
    GROUP BY to_account_id
), went AS (
    SELECT from_account_id AS id, sum(amount) AS units, count(*) AS read,
           min(item_id COLLATE "C") AS item, max(item_id COLLATE "C") AS other_item,
           bool_or(happened_at < recorded_at) AS was_told_late
    FROM transfer WHERE from_account_id > %(after)s AND from_account_id <= %(last)s
    GROUP BY from_account_id
), compared AS MATERIALIZED (
    SELECT account.id, account.kind, account.amount_in, account.amount_out,
           coalesce(came.units, 0) AS came, coalesce(went.units, 0) AS went,
           coalesce(came.read, 0) AS read_in, coalesce(went.read, 0) AS read_out,
           went.was_told_late AND account.cap <> 0 AS was_told_late,
           least(came.item, went.item) < account.item_id COLLATE "C"
               OR greatest(came.other_item, went.other_item) > account.item_id COLLATE "C"
               AS is_mixed
    FROM account LEFT JOIN came ON came.id = account.id LEFT JOIN went ON went.id = account.id
    WHERE account.id > %(after)s AND account.id <= %(last)s
), differing AS MATERIALIZED (
    SELECT 'account ' || id || ' (' || kind || '), ' || side.name AS what,
           side.stored, side.counted
    FROM compared CROSS JOIN LATERAL (
        VALUES ('in', amount_in, came), ('out', amount_out, went)
    ) AS side (name, stored, counted)
    WHERE side.stored <> side.counted
    UNION ALL
    SELECT 'account ' || id || ' (' || kind || ') holds one item, other items moved', 1, 0
    FROM compared WHERE is_mixed
)
SELECT (SELECT array_agg(id) FROM compared WHERE was_told_late),
       (SELECT count(*) FROM compared), (SELECT coalesce(sum(read_in), 0) FROM compared),
       (SELECT coalesce(sum(read_out), 0) FROM compared),
       (SELECT count(*) FROM differing), (SELECT sum(abs(stored - counted)) FROM differing),
       (SELECT array_agg(ARRAY[what, stored::text, counted::text])
        FROM (SELECT * FROM differing LIMIT %(listed)s) AS first)
"""
_LAST_OF_THE_NEXT = """
SELECT max(id) FROM (
    SELECT id FROM account WHERE id > %s ORDER BY id LIMIT %s
) AS next
"""


# Nothing left an account before it was there: each account from which something left by a word that
# came later, added up along the dates of its transfers.  What happened at one moment is added up
# together.  What was told as it happened is left alone: of acts that race, the one that waited may
# carry a clock that is a little behind.
_DATES = """
WITH moved AS (
    SELECT to_account_id AS id, happened_at, amount, false AS was_told_late
    FROM transfer WHERE to_account_id = ANY(%(accounts)s)
    UNION ALL
    SELECT from_account_id, happened_at, -amount, happened_at < recorded_at
    FROM transfer WHERE from_account_id = ANY(%(accounts)s)
), running AS (
    SELECT id, happened_at, sum(sum(amount)) OVER along AS held,
           bool_or(bool_or(was_told_late)) OVER along AS was_told_late
    FROM moved GROUP BY id, happened_at
    WINDOW along AS (PARTITION BY id ORDER BY happened_at)
), differing AS MATERIALIZED (
    SELECT DISTINCT ON (id) id, happened_at, held FROM running
    WHERE held < 0 AND was_told_late ORDER BY id, happened_at
)
SELECT (SELECT count(*) FROM differing), (SELECT -sum(held) FROM differing),
       (SELECT array_agg(ARRAY['account ' || account.id || ' (' || account.kind || ') on '
            || to_char(happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC',
            '0', held::text])
        FROM (SELECT * FROM differing LIMIT %(listed)s) AS first JOIN account USING (id))
"""


class Tally:
    """What was found so far: the first differences, and how many units in how many."""

    def __init__(self) -> None:
        self.listed: list[Difference] = []
        self.found = 0
        self.units = 0

    @property
    def room(self) -> int:
        """How many more may be listed."""
        return LISTED - len(self.listed)

    def add(self, found: int, units: int | None, first: list[list[str]] | None) -> None:
        """Count in what one statement found."""
        self.found += found
        self.units += int(units or 0)
        self.listed += [
            Difference(what, int(stored), int(counted)) for what, stored, counted in first or []
        ]


def compare_totals(
    cursor: CursorWrapper, tally: Tally, transfers: int, read: Callable[[int, int], None]
) -> int:
    """Compare the totals of all accounts with their transfers, and each with its own dates.

    Args:
        cursor: a transaction's that sees one moment.
        tally: takes what differs.
        transfers: how many there are.
        read: told how many were read so far, of how many.

    Returns:
        How many accounts there are.
    """
    accounts = read_in = read_out = after = 0
    while True:
        cursor.execute(_LAST_OF_THE_NEXT, [after, _ACCOUNTS_AT_A_TIME])
        [last] = cursor.fetchone()
        if last is None:
            break
        bounds = {"after": after, "last": last, "listed": tally.room}
        cursor.execute(_TOTALS, bounds)
        told_late, compared, came, went, *differing = cursor.fetchone()
        tally.add(*differing)
        if told_late:
            cursor.execute(_DATES, {"accounts": told_late, "listed": tally.room})
            tally.add(*cursor.fetchone())
        accounts, read_in, read_out = accounts + compared, read_in + came, read_out + went
        after = last
        read(int(read_in + read_out) // 2, transfers)
    for side, found in (("to", read_in), ("from", read_out)):
        if found != transfers:
            what = f"transfers {side} accounts that there are"
            tally.add(1, abs(transfers - found), [[what, str(transfers), str(found)]])
    return accounts
