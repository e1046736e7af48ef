"""The whole ledger re-added from its transfers: is a single unit unaccounted for?

Transfers are added up for some thousand accounts at a time, through the indexes on both their ends,
so that neither the database nor this process holds more for a longer ledger.  What a check finds is
counted in the database; only the first differences are listed here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from muster.core.stages import PAPERWORK, Subject
from muster.queries.recounting import Difference, Tally, compare_totals


@dataclass(frozen=True, slots=True)
class Verification:
    """What was re-added, and what differs.

    Args:
        transfers: how many were re-added.
        accounts: how many were compared with them.
        differences: the first that were found, at most LISTED.
        found: how many there are.
        unaccounted: the units unaccounted for, over all of them.
    """

    transfers: int
    accounts: int
    differences: tuple[Difference, ...]
    found: int
    unaccounted: int


# What a check selects is kept by the database, counted there, and listed from its beginning.
_COUNTED = """
WITH differing (what, stored, counted) AS MATERIALIZED ({check})
SELECT count(*), sum(abs(stored - counted)),
       (SELECT array_agg(ARRAY[what, stored::text, counted::text])
        FROM (SELECT * FROM differing LIMIT %s) AS first)
FROM differing
"""

# A record stands where its last event led it.  The tables are those of core/stages.py.
_STAGES = " UNION ALL ".join(
    f"""
    SELECT '{subject}', record.id, record.stage, coalesce(last.after, '')
    FROM {subject} AS record LEFT JOIN (
        SELECT DISTINCT ON (subject_id) subject_id, after FROM stage_event
        WHERE subject = '{subject}' ORDER BY subject_id, number DESC
    ) AS last ON last.subject_id = record.id
    WHERE record.stage <> coalesce(last.after, '')
    """  # noqa: S608 - our own words
    for subject in Subject
)

# Of each record, what was told late was not before what had been told: as actions/staging.py asks.
_LATE = " UNION ALL ".join(
    f"""
    SELECT told.subject, told.subject_id, told.event, told.happened_at
    FROM (
        SELECT subject, subject_id, event, happened_at, recorded_at,
               max(happened_at)
                   FILTER (WHERE event <> ALL (ARRAY{sorted(PAPERWORK[subject])}::text[])) OVER (
                       PARTITION BY subject_id ORDER BY number
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far
        FROM stage_event WHERE subject = '{subject}'
    ) AS told
    WHERE told.happened_at < told.recorded_at AND told.happened_at < told.so_far
    """  # noqa: S608 - our own words
    for subject in Subject
)

# Each check selects rows of (what, stored, counted) where the two differ.
_CHECKS = {
    "every item: what came in is somewhere or went out by name": """
        SELECT 'item ' || item_id, sum(amount_in), sum(amount_out)
        FROM account GROUP BY item_id HAVING sum(amount_in) <> sum(amount_out)
    """,
    "no account below nothing": """
        SELECT 'account ' || id || ' (' || kind || ')', amount_out, amount_in
        FROM account
        WHERE amount_out > amount_in AND kind NOT IN
            ('supply_source', 'extra_source', 'unsolicited_source', 'need_source', 'need_over')
    """,
    "offers: what each line says against what it brought in": """
        WITH adopted AS (
            SELECT taker.owner_id AS line, sum(transfer.amount) AS units
            FROM account AS giver
            JOIN transfer ON transfer.from_account_id = giver.id
            JOIN account AS taker ON taker.id = transfer.to_account_id
            WHERE giver.kind = 'quarantine' AND taker.kind = 'available'
            GROUP BY taker.owner_id
        )
        SELECT 'offer line ' || offer_line.id, offer_line.amount, brought.units
        FROM offer_line LEFT JOIN account
            ON account.owner_id = offer_line.id AND account.kind = 'supply_source'
        LEFT JOIN adopted ON adopted.line = offer_line.id
        CROSS JOIN LATERAL (
            SELECT coalesce(account.amount_out, 0) + coalesce(adopted.units, 0) AS units
        ) AS brought
        WHERE offer_line.stage NOT IN ('', 'draft') AND offer_line.amount <> brought.units
    """,
    "allocations: what each says against what it reserved": """
        SELECT 'allocation ' || allocation.id, allocation.amount, coalesce(account.amount_in, 0)
        FROM allocation LEFT JOIN account
            ON account.owner_id = allocation.id AND account.kind = 'reserved'
        WHERE allocation.amount <> coalesce(account.amount_in, 0)
    """,
    "receipts: what each counted against what the ledger holds": """
        SELECT 'manifest line ' || receipt_line.manifest_line_id || ', ' || side.kind,
               side.stored, coalesce(account.amount_in, 0)
        FROM receipt_line CROSS JOIN LATERAL (VALUES
            ('handed_over', receipt_line.dispatched),
            ('damaged', receipt_line.damaged), ('missing', receipt_line.missing),
            ('rejected', receipt_line.rejected), ('extra', receipt_line.extra)
        ) AS side (kind, stored)
        LEFT JOIN account ON account.owner_id = receipt_line.manifest_line_id
            AND account.kind = side.kind
        WHERE side.stored > coalesce(account.amount_in, 0)
    """,
    "receipts: what became of each counted line against what was dispatched": """
        SELECT 'manifest line ' || receipt_line.manifest_line_id, receipt_line.dispatched,
               coalesce(sum(account.amount_in - account.amount_out), 0)
        FROM receipt_line LEFT JOIN account
            ON account.owner_id = receipt_line.manifest_line_id
            AND account.kind IN ('good', 'damaged', 'missing', 'rejected')
        GROUP BY receipt_line.id
        HAVING receipt_line.dispatched
            <> coalesce(sum(account.amount_in - account.amount_out), 0)
    """,
    "corrections: no transfer is corrected beyond its amount": """
        SELECT 'transfer ' || transfer.id, transfer.amount, sum(correction.amount)
        FROM transfer JOIN transfer AS correction ON correction.corrects_id = transfer.id
            AND correction.from_account_id = transfer.to_account_id
        GROUP BY transfer.id HAVING sum(correction.amount) > transfer.amount
    """,
    "corrections: each takes from where the corrected transfer led, or counts in what is extra": """
        SELECT 'transfer ' || correction.id, correction.amount, 0
        FROM transfer AS correction
        JOIN transfer ON transfer.id = correction.corrects_id
        JOIN account AS giver ON giver.id = correction.from_account_id
        WHERE correction.from_account_id <> transfer.to_account_id
            AND giver.kind <> 'extra_source'
    """,
    "both sides: what is good against what the need has received": """
        WITH supply AS (
            SELECT allocation.request_line_id AS line,
                   sum(div((account.amount_in - account.amount_out)::numeric
                       * allocation.covers, allocation.amount)) AS units
            FROM account
            JOIN manifest_line ON manifest_line.id = account.owner_id
            JOIN allocation ON allocation.id = manifest_line.allocation_id
            WHERE account.kind = 'good'
            GROUP BY allocation.request_line_id
        ), need AS (
            SELECT owner_id AS line, sum(amount_in - amount_out) AS units
            FROM account WHERE kind = 'need_received' GROUP BY owner_id
        )
        SELECT 'request line ' || coalesce(supply.line, need.line),
               coalesce(need.units, 0), coalesce(supply.units, 0)
        FROM supply FULL JOIN need ON need.line = supply.line
        WHERE coalesce(need.units, 0) <> coalesce(supply.units, 0)
    """,
    "both sides: what moves to a need against what the need waits for": """
        WITH supply AS (
            SELECT allocation.request_line_id AS line,
                   sum(((account.amount_in - account.amount_out)::numeric
                       * allocation.covers / allocation.amount)) AS units
            FROM account
            LEFT JOIN manifest_line ON manifest_line.id = account.owner_id
            JOIN allocation
                ON allocation.id = coalesce(manifest_line.allocation_id, account.owner_id)
            WHERE account.kind IN ('allocated', 'packed', 'in_transit', 'at_hub', 'handed_over')
            GROUP BY allocation.request_line_id
        ), need AS (
            SELECT owner_id AS line, sum(amount_in - amount_out) AS units
            FROM account WHERE kind IN ('need_promised', 'need_moving') GROUP BY owner_id
        )
        SELECT 'request line ' || coalesce(supply.line, need.line),
               coalesce(need.units, 0), coalesce(supply.units, 0)
        FROM supply FULL JOIN need ON need.line = supply.line
        WHERE coalesce(need.units, 0) <> coalesce(supply.units, 0)
    """,
    "caps: each account against what its kind says": """
        SELECT 'cap of account ' || account.id || ' (' || account.kind || ')', account.cap,
               coalesce(ledger_kind.cap, -1)
        FROM account LEFT JOIN ledger_kind ON ledger_kind.kind = account.kind
        WHERE account.cap IS DISTINCT FROM ledger_kind.cap
    """,
    "stages: where each record stands against where its last event led": f"""
        SELECT format('%%s %%s stands in "%%s", its last event led to "%%s"',
                      subject, id, stage, led_to), 1, 0
        FROM ({_STAGES}) AS astray (subject, id, stage, led_to)
    """,  # noqa: S608 - our own words
    "dates: what was told late against what had happened before": f"""
        SELECT format('%%s %%s, "%%s" at %%s: before what had happened to it',
                      subject, id, event, happened_at), 1, 0
        FROM ({_LATE}) AS early (subject, id, event, happened_at)
    """,  # noqa: S608 - our own words
    "acts: each transfer is of one that is in the journal": """
        SELECT 'transfers of act ' || act_id || ', which is not in the journal', count(*), 0
        FROM transfer
        WHERE NOT EXISTS (SELECT FROM journal_entry WHERE journal_entry.id = transfer.act_id)
        GROUP BY act_id
    """,
}


def verify(
    progress: Callable[[str], None] = lambda _: None,
    read: Callable[[int, int], None] = lambda _read, _of: None,
) -> Verification:
    """Re-add the whole ledger and compare it with everything that rests on it.

    It is read as it stands at one moment, whatever is posted meanwhile; nothing is locked.  The
    time is that of reading each transfer twice; the memory does not grow with their number.

    Args:
        progress: told the name of each check as it begins.
        read: told how many transfers are re-added so far, of how many.
    """
    tally = Tally()
    with _one_moment(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM transfer")
        [transfers] = cursor.fetchone()
        progress("running totals against transfers")
        accounts = compare_totals(cursor, tally, transfers, read)
        for name, check in _CHECKS.items():
            progress(name)
            cursor.execute(_COUNTED.format(check=check), [tally.room])
            tally.add(*cursor.fetchone())
    return Verification(transfers, accounts, tuple(tally.listed), tally.found, tally.units)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it stands now; inside a transaction of the caller's, as that sees it."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first link of a chain of the journal that does not hold.

    Args:
        chain: the operation's id, or "site".
        link: its place in the chain, from 1; beyond any, of a line that has none.
        line: the id of the line that stands there; nothing where lines are missing at the end.
        what: what is wrong, in one sentence.
    """

    chain: str
    link: int
    line: str
    what: str


# Each line is compared with a hash made anew and with the link before it, each chain's end with its
# head.  The links are read once, in the order of their chains.  A line without a link is one that
# waits for it, or one whose link was taken away.
BROKEN_LINKS = """
WITH read AS (
    SELECT linked.entry_id AS id, linked.chain, linked.link, linked.hash, linked.previous_hash,
           journal_hash(line, linked.chain, linked.link, linked.previous_hash) AS anew,
           lag(linked.hash, 1, ''::bytea) OVER chained AS hash_before,
           lag(linked.link, 1, 0::bigint) OVER chained AS link_before
    FROM journal_link AS linked LEFT JOIN journal_entry AS line ON line.id = linked.entry_id
    WINDOW chained AS (PARTITION BY linked.chain ORDER BY linked.link)
), broken AS (
    SELECT chain, link, id::text AS line, CASE
        WHEN link <> link_before + 1 THEN 'Lines before it are missing.'
        WHEN previous_hash <> hash_before THEN 'It does not follow the line before it.'
        ELSE 'It does not say what it said when it was written.'
    END AS what
    FROM read
    WHERE link <> link_before + 1 OR previous_hash <> hash_before OR hash IS DISTINCT FROM anew
    UNION ALL
    SELECT coalesce(head.chain, last.chain), coalesce(last.link, 0) + 1, '', CASE
        WHEN coalesce(last.link, 0) < head.length THEN 'Lines at the end are missing.'
        ELSE 'The chain ends otherwise than its head says.'
    END
    FROM journal_chain AS head
    FULL JOIN (
        SELECT DISTINCT ON (chain) chain, link, hash FROM journal_link ORDER BY chain, link DESC
    ) AS last ON last.chain = head.chain
    WHERE coalesce(last.link, 0) IS DISTINCT FROM head.length
        OR coalesce(last.hash, '') IS DISTINCT FROM head.head
    UNION ALL
    SELECT coalesce(line.operation_id::text, 'site'), 9223372036854775807, line.id::text,
           'It is in no chain, and does not wait for one.'
    FROM journal_entry AS line
    WHERE NOT EXISTS (SELECT FROM journal_link WHERE entry_id = line.id)
        AND NOT EXISTS (SELECT FROM journal_waiting WHERE entry_id = line.id)
)
SELECT DISTINCT ON (chain) chain, link, line, what FROM broken ORDER BY chain, link
"""


def verify_journal() -> tuple[BrokenLink, ...]:
    """Follow every chain of the journal from its first line to its head; name the first breaks.

    Lines that were written while their chain was in other hands are linked first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT link_journals()")
        cursor.execute(BROKEN_LINKS)
        return tuple(BrokenLink(*row) for row in cursor.fetchall())
