"""A site whose ledger is as long as one likes, made by SQL in minutes, with totals that add up.

One operation is lived through the real actions and is the one that is measured.  The rest fills
other operations: thousands of promises that are packed, sent and carried from hub to hub.  A tenth
of the transfers is of one single manifest line of the measured operation.  Triggers are off while
it is written, so it says nothing about how fast transfers are posted.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from opened import opened

from muster.server.embedded.cluster import ADMIN, Cluster

# In one block: so many promises of one offer to one need, each carried so often to a hub and on.
PROMISES, TRIPS = 1_000, 6
PER_BLOCK = 2 + PROMISES * (7 + 2 * TRIPS)
# The part of all transfers that is of one line of a manifest.
HOT = 0.1


@dataclass(frozen=True, slots=True)
class Site:
    """A site on a running server, and what is asked about on it.

    `admin` is its address for the role that may switch triggers off, `app` what the program takes.
    """

    admin: str
    app: str
    operation: str
    need: str
    hot_line: str
    filled: str

    def transfers(self) -> int:
        """Count the transfers."""
        with psycopg.connect(self.admin) as connection:
            row = connection.execute("SELECT count(*) FROM transfer").fetchone()
            return int(row[0]) if row else 0


@contextmanager
def site() -> Iterator[Site]:
    """Start a server of its own with an operation of thirty needs on it; all of it goes again."""
    with opened(durable=False) as cluster:
        yield _lived(cluster)


def copied(ours: Site) -> Site:
    """Copy a site, as it is now, to another database of the same server."""
    from django.db import connections

    connections.close_all()
    with psycopg.connect(ours.admin.replace("/bench?", "/postgres?"), autocommit=True) as server:
        server.execute("CREATE DATABASE bench_long TEMPLATE bench STRATEGY file_copy")
    return replace(
        ours,
        admin=ours.admin.replace("/bench?", "/bench_long?"),
        app=json.dumps({**json.loads(ours.app), "dbname": "bench_long"}),
    )


def _lived(cluster: Cluster) -> Site:
    """Live the measured operation, and make the one that is filled."""
    from django.db import connections

    from tests import make

    make.install()
    w = make.world()
    for number in range(30):
        taking = make.asked(w, "100")
        promise = make.agreed(w, make.offered(w, "100", answers=taking.pk), taking, "60")
        box = make.handed_over(w, promise, "40")
        make.signed(w, box, damaged=number % 4, missing=number % 3)
    hot = make.sent(w, make.agreed(w, make.offered(w, "50"), taking, "10"))
    filled = make.world()
    make.asked(filled)
    make.offered(filled)
    connections.close_all()
    return Site(
        admin=cluster.dsn("bench", ADMIN),
        app=os.environ["MUSTER_APP_DSN"],
        operation=w.operation.code,
        need=str(taking.pk),
        hot_line=str(hot.lines.get().pk),
        filled=str(filled.operation.pk),
    )


def lengthen(site: Site, transfers: int) -> int:
    """Add filled blocks until there are about so many transfers; say how many there are."""
    with psycopg.connect(site.admin) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        while (missing := transfers - site.transfers()) > PER_BLOCK // 2:
            for _ in range(max(1, min(20, missing // PER_BLOCK))):
                _add_block(connection, site)
            connection.commit()
    with psycopg.connect(site.admin, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return site.transfers()


def _add_block(connection: psycopg.Connection, site: Site) -> None:
    hot_trips = int(PER_BLOCK * HOT / (1 - HOT) / 2)
    names = {
        "promises": PROMISES,
        "trips": TRIPS,
        "hot": hot_trips,
        "hot_line": site.hot_line,
        "filled": site.filled,
    }
    for statement in _BLOCK.split(";\n"):
        if statement.strip():
            connection.execute(statement.encode(), names if "%(" in statement else None)


# One act, one offer line, one request line; ids follow from the number of the block.
_BLOCK = """
DROP TABLE IF EXISTS block;
CREATE TEMP TABLE block AS
SELECT gen_random_uuid() AS act, gen_random_uuid() AS offer_line, gen_random_uuid() AS need,
       (SELECT coalesce(max(id), 0) FROM account) AS accounts, line.operation_id,
       line.id AS like_offer_line, asked.id AS like_need, line.item_id, clock_timestamp() AS at,
       (SELECT min(code) FROM place) AS hub
FROM offer_line AS line JOIN request_line AS asked USING (operation_id)
WHERE operation_id = %(filled)s::uuid LIMIT 1;
INSERT INTO journal_entry (id, verb, subject, subject_id, operation_id, user_name, role, for_party,
                           door, reason, content, digest, recorded_at, marking, audiences)
SELECT act, 'fill', 'operation', operation_id::text, operation_id, 'benchmark', '', '', 'benchmark',
       '', '{}', '', at, 'unclassified', ARRAY['centre']
FROM block;
DROP TABLE IF EXISTS copied;
CREATE TEMP TABLE copied AS
SELECT offer_line.* FROM offer_line, block WHERE offer_line.id = like_offer_line;
UPDATE copied SET id = block.offer_line, amount = %(promises)s * 10, stage = '', answers_id = NULL,
    position = (SELECT max(position) + 1 FROM offer_line WHERE offer_id = copied.offer_id)
FROM block;
INSERT INTO offer_line SELECT * FROM copied;
DROP TABLE copied;
CREATE TEMP TABLE copied AS
SELECT request_line.* FROM request_line, block WHERE request_line.id = like_need;
UPDATE copied SET id = block.need, low = %(promises)s * 10, high = %(promises)s * 10,
    position = (SELECT max(position) + 1 FROM request_line WHERE request_id = copied.request_id)
FROM block;
INSERT INTO request_line SELECT * FROM copied;
DROP TABLE IF EXISTS promise;
CREATE TEMP TABLE promise AS
SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS line, accounts + 10 + n * 5 AS account
FROM block, generate_series(0, %(promises)s - 1) AS n;
INSERT INTO allocation (id, marking, audiences, recorded_at, act_id, invented, source, stage,
                        operation_id, offer_line_id, request_line_id, item_id, donor_id,
                        recipient_id, amount, covers, typed_amount, typed_unit)
SELECT promise.id, 'unclassified', ARRAY['centre'], at, act, false, '', '', operation_id,
       offer_line, need, item_id, 'DEU', 'UKR', 10, 10, '10', ''
FROM promise, block;
INSERT INTO manifest_line (id, marking, audiences, recorded_at, act_id, invented, source,
                           consignment_id, allocation_id, item_id, position, amount, typed_amount,
                           typed_unit, lot)
SELECT promise.line, 'unclassified', ARRAY['centre'], at, act, false, '',
       (SELECT id FROM consignment ORDER BY recorded_at LIMIT 1), promise.id, item_id,
       account::int, 10, '10', '', ''
FROM promise, block;
INSERT INTO account (id, kind, item_id, owner_id, offer_line_id, request_line_id, allocation_id,
                     manifest_line_id, place_id, amount_in, amount_out, cap)
SELECT accounts + side.at, side.kind, item_id,
       CASE WHEN side.supply THEN offer_line ELSE need END,
       CASE WHEN side.supply THEN offer_line END, CASE WHEN side.supply THEN NULL ELSE need END,
       NULL, NULL, NULL, side.came * 10 * %(promises)s, side.went * 10 * %(promises)s,
       (SELECT cap FROM ledger_kind WHERE ledger_kind.kind = side.kind)
FROM block, (VALUES
    (1, 'supply_source', true, 0, 1), (2, 'available', true, 1, 1),
    (3, 'need_source', false, 0, 1), (4, 'need_open', false, 1, 1),
    (5, 'need_reserved', false, 1, 1), (6, 'need_promised', false, 1, 1),
    (7, 'need_moving', false, 1, 0)
) AS side (at, kind, supply, came, went)
UNION ALL
SELECT account + side.at, side.kind, item_id,
       CASE WHEN side.packed THEN promise.line ELSE promise.id END, NULL, NULL,
       CASE WHEN side.packed THEN NULL ELSE promise.id END,
       CASE WHEN side.packed THEN promise.line END,
       CASE WHEN side.kind = 'at_hub' THEN hub END, side.came * 10, side.went * 10,
       (SELECT cap FROM ledger_kind WHERE ledger_kind.kind = side.kind)
FROM block, promise, (VALUES
    (0, 'reserved', false, 1, 1), (1, 'allocated', false, 1, 1), (2, 'packed', true, 1, 1),
    (3, 'in_transit', true, 1 + %(trips)s, %(trips)s), (4, 'at_hub', true, %(trips)s, %(trips)s)
) AS side (at, kind, packed, came, went);
INSERT INTO transfer (act_id, position, item_id, from_account_id, to_account_id, amount,
                      happened_at, recorded_at)
SELECT act, row_number() OVER (ORDER BY step, n), item_id, giver, taker, units, at, at
FROM block, LATERAL (
    SELECT 0 AS step, 0 AS n, accounts + 1 AS giver, accounts + 2 AS taker,
           10 * %(promises)s AS units
    UNION ALL SELECT 0, 1, accounts + 3, accounts + 4, 10 * %(promises)s
    UNION ALL
    SELECT move.step, n, CASE WHEN move.need_from > 0 THEN accounts + move.need_from
                              WHEN move.giver < 0 THEN accounts + 2 ELSE account + move.giver END,
           CASE WHEN move.need_from > 0 THEN accounts + move.need_from + 1
                ELSE account + move.taker END, 10
    FROM promise, (
        SELECT * FROM (VALUES
            (1, -1, 0, 0), (2, 0, 0, 4), (3, 0, 1, 0), (4, 0, 0, 5), (5, 1, 2, 0), (6, 2, 3, 0),
            (7, 0, 0, 6)
        ) AS first (step, giver, taker, need_from)
        UNION ALL SELECT 8 + 2 * trip, 3, 4, 0 FROM generate_series(1, %(trips)s) AS trip
        UNION ALL SELECT 9 + 2 * trip, 4, 3, 0 FROM generate_series(1, %(trips)s) AS trip
    ) AS move
) AS moved;
SELECT setval(pg_get_serial_sequence('account', 'id'), (SELECT max(id) FROM account));
INSERT INTO account (kind, item_id, owner_id, manifest_line_id, place_id, amount_in, amount_out)
SELECT 'at_hub', item_id, %(hot_line)s::uuid, %(hot_line)s::uuid, hub, 0, 0 FROM block
ON CONFLICT DO NOTHING;
INSERT INTO transfer (act_id, position, item_id, from_account_id, to_account_id, amount,
                      happened_at, recorded_at)
SELECT act, 1000000 + 2 * n + way, block.item_id, CASE way WHEN 0 THEN road.id ELSE hub.id END,
       CASE way WHEN 0 THEN hub.id ELSE road.id END, 10, at, at
FROM block, generate_series(1, %(hot)s) AS n, generate_series(0, 1) AS way,
     (SELECT id FROM account WHERE owner_id = %(hot_line)s::uuid AND kind = 'in_transit') AS road,
     (SELECT id FROM account WHERE owner_id = %(hot_line)s::uuid AND kind = 'at_hub') AS hub;
UPDATE account SET amount_in = amount_in + 10 * %(hot)s, amount_out = amount_out + 10 * %(hot)s
WHERE owner_id = %(hot_line)s::uuid AND kind IN ('in_transit', 'at_hub')
"""
