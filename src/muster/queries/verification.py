"""The whole ledger re-added from its transfers: is a single unit unaccounted for?"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection


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


@dataclass(frozen=True, slots=True)
class Verification:
    """What was re-added, and every difference that was found."""

    transfers: int
    accounts: int
    differences: tuple[Difference, ...]

    @property
    def unaccounted(self) -> int:
        """The units unaccounted for, over all differences."""
        return sum(difference.units for difference in self.differences)


# Each check selects rows of (what, stored, counted) where the two differ.
_CHECKS = {
    "running totals against transfers": """
        SELECT 'account ' || account.id || ' (' || account.kind || '), ' || side.name,
               side.stored, side.counted
        FROM account LEFT JOIN (
            SELECT account_id, sum(came)::bigint AS came, sum(went)::bigint AS went FROM (
                SELECT to_account_id AS account_id, amount AS came, 0 AS went FROM transfer
                UNION ALL
                SELECT from_account_id, 0, amount FROM transfer
            ) AS sides GROUP BY account_id
        ) AS moved ON moved.account_id = account.id
        CROSS JOIN LATERAL (VALUES
            ('in', account.amount_in, coalesce(moved.came, 0)),
            ('out', account.amount_out, coalesce(moved.went, 0))
        ) AS side (name, stored, counted)
        WHERE side.stored <> side.counted
    """,
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
            SELECT taker.owner_id AS line, sum(transfer.amount)::bigint AS units
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
               coalesce(sum(account.amount_in - account.amount_out), 0)::bigint
        FROM receipt_line LEFT JOIN account
            ON account.owner_id = receipt_line.manifest_line_id
            AND account.kind IN ('good', 'damaged', 'missing', 'rejected')
        GROUP BY receipt_line.id
        HAVING receipt_line.dispatched
            <> coalesce(sum(account.amount_in - account.amount_out), 0)
    """,
    "corrections: no transfer is corrected beyond its amount": """
        SELECT 'transfer ' || transfer.id, transfer.amount, sum(correction.amount)::bigint
        FROM transfer JOIN transfer AS correction ON correction.corrects_id = transfer.id
        GROUP BY transfer.id HAVING sum(correction.amount) > transfer.amount
    """,
    "both sides: what is good against what the need has received": """
        WITH supply AS (
            SELECT allocation.request_line_id AS line,
                   sum(div((account.amount_in - account.amount_out)::numeric
                       * allocation.covers, allocation.amount))::bigint AS units
            FROM account
            JOIN manifest_line ON manifest_line.id = account.owner_id
            JOIN allocation ON allocation.id = manifest_line.allocation_id
            WHERE account.kind = 'good'
            GROUP BY allocation.request_line_id
        ), need AS (
            SELECT owner_id AS line, sum(amount_in - amount_out)::bigint AS units
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
                       * allocation.covers / allocation.amount))::bigint AS units
            FROM account
            LEFT JOIN manifest_line ON manifest_line.id = account.owner_id
            JOIN allocation
                ON allocation.id = coalesce(manifest_line.allocation_id, account.owner_id)
            WHERE account.kind IN ('allocated', 'packed', 'in_transit', 'at_hub', 'handed_over')
            GROUP BY allocation.request_line_id
        ), need AS (
            SELECT owner_id AS line, sum(amount_in - amount_out)::bigint AS units
            FROM account WHERE kind IN ('need_promised', 'need_moving') GROUP BY owner_id
        )
        SELECT 'request line ' || coalesce(supply.line, need.line),
               coalesce(need.units, 0), coalesce(supply.units, 0)
        FROM supply FULL JOIN need ON need.line = supply.line
        WHERE coalesce(need.units, 0) <> coalesce(supply.units, 0)
    """,
}


def verify(progress: Callable[[str], None] = lambda _: None) -> Verification:
    """Re-add the whole ledger and compare it with everything that rests on it.

    Args:
        progress: told the name of each check as it begins.
    """
    found: list[Difference] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM transfer), (SELECT count(*) FROM account)")
        transfers, accounts = cursor.fetchone()
        for name, check in _CHECKS.items():
            progress(name)
            cursor.execute(check)
            found += [Difference(*row) for row in cursor.fetchall()]
    return Verification(transfers, accounts, tuple(found))


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first link of a chain of the journal that does not hold.

    Args:
        chain: the operation's id, or "site".
        link: its place in the chain, from 1.
        line: the id of the line that stands there; nothing where lines are missing at the end.
        what: what is wrong, in one sentence.
    """

    chain: str
    link: int
    line: str
    what: str


# Each line is compared with a hash made anew and with the line before it, each chain's end with its
# head.  The lines are read once, in the order of their chains.
BROKEN_LINKS = """
WITH read AS (
    SELECT line.id, line.chain, line.link, line.hash, line.previous_hash,
           journal_hash(line) AS anew,
           lag(line.hash, 1, ''::bytea) OVER chained AS hash_before,
           lag(line.link, 1, 0::bigint) OVER chained AS link_before
    FROM journal_entry AS line
    WINDOW chained AS (PARTITION BY line.chain ORDER BY line.link)
), broken AS (
    SELECT chain, link, id::text AS line, CASE
        WHEN link <> link_before + 1 THEN 'Lines before it are missing.'
        WHEN previous_hash <> hash_before THEN 'It does not follow the line before it.'
        ELSE 'It does not say what it said when it was written.'
    END AS what
    FROM read
    WHERE link <> link_before + 1 OR previous_hash <> hash_before OR hash <> anew
    UNION ALL
    SELECT head.chain, coalesce(last.link, 0) + 1, '', 'Lines at the end are missing.'
    FROM journal_chain AS head
    LEFT JOIN LATERAL (
        SELECT link, hash FROM journal_entry WHERE chain = head.chain ORDER BY link DESC LIMIT 1
    ) AS last ON true
    WHERE coalesce(last.link, 0) < head.length
)
SELECT DISTINCT ON (chain) chain, link, line, what FROM broken ORDER BY chain, link
"""


def verify_journal() -> tuple[BrokenLink, ...]:
    """Follow every chain of the journal from its first line to its head; name the first breaks."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN_LINKS)
        return tuple(BrokenLink(*row) for row in cursor.fetchall())
