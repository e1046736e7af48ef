"""What has become of pledged goods by now: allocated, dispatched, received, by the ledger."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import connection

from muster.core.actors import Actor

BECAME: Final = """
used AS MATERIALIZED (
    SELECT used.id, used.line_id, used.numerator, used.denominator, used.offer_line_id
    FROM pledge_use AS used
    WHERE used.undone_at IS NULL AND used.line_id {among}
    ORDER BY used.offer_line_id
),
promise AS MATERIALIZED (
    SELECT used.id AS use, kept.id
    FROM used CROSS JOIN LATERAL (
        SELECT allocation.id
        FROM allocation JOIN offer_line ON offer_line.id = allocation.offer_line_id
        WHERE allocation.offer_line_id = used.offer_line_id
            AND allocation.audiences && {seen}::text[] AND offer_line.audiences && {seen}::text[]
        OFFSET 0
    ) AS kept
    ORDER BY kept.id
),
owner AS MATERIALIZED (
    SELECT use, id FROM promise
    UNION ALL
    (SELECT promise.use, packed.id
     FROM promise CROSS JOIN LATERAL (
         SELECT manifest_line.id FROM manifest_line WHERE allocation_id = promise.id OFFSET 0
     ) AS packed
     ORDER BY packed.id)
),
units AS (
    SELECT owner.use, sum(held.promised) AS promised, sum(held.sent) AS sent, sum(held.good) AS good
    FROM owner CROSS JOIN LATERAL (
        SELECT sum(amount_in - amount_out) AS promised,
               sum(amount_in - amount_out) FILTER (WHERE kind NOT IN ('allocated', 'packed'))
                   AS sent,
               sum(amount_in - amount_out) FILTER (WHERE kind = 'good') AS good
        FROM account
        WHERE owner_id = owner.id
            AND kind IN ('allocated', 'packed', 'in_transit', 'at_hub', 'handed_over', 'good',
                         'damaged', 'missing', 'rejected', 'lost')
    ) AS held
    GROUP BY owner.use
),
became AS (
    SELECT line_id, sum(floor(coalesce(promised, 0) * denominator / numerator)) AS promised,
           sum(floor(coalesce(sent, 0) * denominator / numerator)) AS sent,
           sum(floor(coalesce(good, 0) * denominator / numerator)) AS good
    FROM used JOIN units ON units.use = used.id
    GROUP BY line_id
)
"""
"""Common table expressions, of which the last has a row for each line of which anything became.

From the offer lines by index to their allocations and manifests, and from there to the running
totals of their accounts: however long the ledger is, only these are read.  Each step asks its index
in the order of its keys, so that neighbours lie on one page; asked at random, the index of a ledger
ten times as long takes half as long again.  `OFFSET 0` keeps each step a look-up, where the planner
would rather read whole tables that happen to be short.

`{among}` says which lines are meant, `{seen}` is the place of the asker's audiences.
"""

_ROWS: Final = "WITH {became} SELECT line_id, promised, sent, good FROM became"
_OF_LINES: Final = _ROWS.format(became=BECAME.format(among="= ANY(%(lines)s)", seen="%(seen)s"))


def became_of(
    lines: Sequence[UUID], actor: Actor, day: date
) -> dict[UUID, tuple[Decimal, Decimal, Decimal]]:
    """Say what became of lines of goods: units allocated, dispatched and received, by the ledger.

    What the actor may not see counts nowhere; a line of which nothing became is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_LINES, {"seen": sorted(actor.audiences(day)), "lines": list(lines)})
        return {line: (a, d, r) for line, a, d, r in cursor.fetchall()}
