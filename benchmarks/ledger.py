"""Single allocations through the action against a bare SQL client, in one run, as ratios.

    python benchmarks/ledger.py [--clients 8] [--seconds 4]

The limit beside each figure is a client that does the same statements by hand on tables of the
same shape: lock the four accounts, insert the allocation and its two transfers, add the totals,
commit.  Both run with full durability, in turns, with the same number of client processes.
"""

import argparse
import functools
import multiprocessing
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from opened import opened

from muster.server.embedded.cluster import APP, OWNER

_BARE = """
CREATE TABLE bare_account (LIKE account INCLUDING ALL);
CREATE TABLE bare_transfer (LIKE transfer INCLUDING ALL);
CREATE TABLE bare_allocation (LIKE allocation INCLUDING ALL);
ALTER TABLE bare_transfer
    ADD FOREIGN KEY (from_account_id, item_id) REFERENCES bare_account (id, item_id),
    ADD FOREIGN KEY (to_account_id, item_id) REFERENCES bare_account (id, item_id);
INSERT INTO bare_account (id, kind, item_id, owner_id, amount_in, amount_out, cap)
    OVERRIDING SYSTEM VALUE
    SELECT n, (ARRAY['available', 'reserved', 'need_open', 'need_reserved'])[n % 4 + 1],
        'x', gen_random_uuid(), 1000000000, 0, 3
    FROM generate_series(1, 4000) AS n;
GRANT SELECT, INSERT, UPDATE ON bare_account, bare_transfer, bare_allocation TO muster_app;
"""

_BARE_ALLOCATION = """
INSERT INTO bare_allocation (
    id, marking, audiences, recorded_at, act_id, invented, source, stage, amount, covers,
    typed_amount, typed_unit, expires_at, donor_id, item_id, offer_line_id, operation_id,
    recipient_id, request_line_id)
VALUES (%s, 'unclassified', %s, now(), %s, false, '', 'proposed', 1, 1, '1', 'H87', now(),
    'DEU', 'x', %s, %s, 'UKR', %s)
"""
_BARE_TRANSFERS = """
INSERT INTO bare_transfer (act_id, position, item_id, from_account_id, to_account_id, amount,
                           happened_at, recorded_at)
VALUES (%s, 1, 'x', %s, %s, 1, now(), now()), (%s, 2, 'x', %s, %s, 1, now(), now())
"""


def bare_client(dsn: dict[str, str], hot: int | None, seconds: float, number: int) -> int:
    """Do by hand what an allocation comes to; return how many were done.

    The statements are those of the issue: lock, two inserts, totals; the tables have the columns,
    indexes and checks of the real ones, and no rules, events, journal or retries.
    """
    done, operation = 0, uuid4()
    audiences = ["centre", "logistics", "party:DEU", "party:UKR", "nations"]
    lines = [uuid4() for _ in range(1000)]
    with psycopg.connect(**dsn) as connection:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pair = hot if hot is not None else (number * 100 + done % 100) % 999
            first = pair * 4 + 1
            accounts = [first, first + 1, first + 2, first + 3]
            key = uuid4()
            connection.execute(
                "SELECT FROM bare_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                [accounts],
            )
            connection.execute(
                _BARE_ALLOCATION, [uuid4(), audiences, key, lines[pair], operation, lines[pair]]
            )
            connection.execute(
                _BARE_TRANSFERS, [key, accounts[0], accounts[1], key, accounts[2], accounts[3]]
            )
            connection.execute(
                "UPDATE bare_account SET amount_out = amount_out + 1 WHERE id = ANY(%s)",
                [[accounts[0], accounts[2]]],
            )
            connection.execute(
                "UPDATE bare_account SET amount_in = amount_in + 1 WHERE id = ANY(%s)",
                [[accounts[1], accounts[3]]],
            )
            connection.commit()
            done += 1
    return done


def action_client(
    pairs: list[tuple[str, str]], hot: int | None, seconds: float, number: int
) -> int:
    """Propose allocations through the action; return how many were done."""
    import django

    django.setup()
    from muster.actions.proposals import propose_allocation
    from muster.queries.amounts import Typed
    from tests import make

    actor, done = make.coordinator(), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        giving, taking = pairs[hot if hot is not None else (number + done * 8) % len(pairs)]
        propose_allocation(
            act=make.act(actor),
            offer_line=UUID(giving),
            request_line=UUID(taking),
            amount=Typed("1"),
        )
        done += 1
    return done


def rate(
    client: Callable[..., int], first: object, hot: int | None, options: argparse.Namespace
) -> float:
    """Run the clients at once and return how many acts they did a second, together."""
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(options.clients + 1), context.Queue()
    clients = [
        context.Process(
            target=_client,
            kwargs={
                "work": functools.partial(client, first, hot),
                "seconds": options.seconds,
                "number": number,
                "ready": ready,
                "results": results,
            },
        )
        for number in range(options.clients)
    ]
    for each in clients:
        each.start()
    ready.wait()
    begun = time.monotonic()
    done = sum(results.get() for _ in clients)
    lasted = time.monotonic() - begun
    for each in clients:
        each.join()
    return done / lasted


def _client(
    *,
    work: Callable[[float, int], int],
    seconds: float,
    number: int,
    ready: threading.Barrier,
    results: "multiprocessing.Queue[int]",
) -> None:
    """Import, connect and warm up; then wait for all others, so that none counts its start."""
    work(0.5, number)
    ready.wait()
    results.put(work(seconds, number))


def main() -> None:
    """Measure both, in turns, and print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with opened() as cluster:
        with psycopg.connect(**cluster.conninfo("bench", OWNER)) as connection:
            connection.execute(_BARE)
        pairs = _world()
        dsn = cluster.conninfo("bench", APP)
        for name, hot in (("spread over many offers", None), ("one hot offer", 0)):
            ratios, rates = [], []
            for _ in range(options.rounds):
                bare = rate(bare_client, dsn, hot, options)
                action = rate(action_client, pairs, hot, options)
                ratios.append(action / bare)
                rates.append((action, bare))
            shown = ", ".join(f"{action:.0f}/s against {bare:.0f}/s" for action, bare in rates)
            print(f"{name}, {options.clients} clients: ratio {statistics.median(ratios):.2f}")
            print(f"    {shown}")


def _world() -> list[tuple[str, str]]:
    """Make a hundred offers and needs that have enough for the whole run."""
    from muster.actions.proposals import propose_allocation
    from muster.queries.amounts import Typed
    from tests import make

    make.install()
    w = make.world()
    found = [
        (str(make.offered(w, "100000000").pk), str(make.asked(w, "100000000").pk))
        for _ in range(100)
    ]
    # A ledger that has been in use: its tables have statistics, as they have after a day.
    actor = make.coordinator()
    for number in range(2_000):
        giving, taking = found[number % len(found)]
        propose_allocation(
            act=make.act(actor),
            offer_line=UUID(giving),
            request_line=UUID(taking),
            amount=Typed("1"),
        )
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    connections.close_all()
    return found


if __name__ == "__main__":
    main()
