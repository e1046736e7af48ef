"""Single allocations through the action against a bare SQL client, in one run, as ratios.

    python benchmarks/ledger.py [--clients 8] [--seconds 4]

The limit beside each figure is a client that does the same statements by hand on tables of the
same shape: lock the four accounts, insert two transfers, add the totals, commit.  Both run with
full durability, in turns, with the same number of client processes.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from muster.server.embedded.cluster import APP, OWNER, start

_BARE = """
CREATE TABLE bare_account (
    id bigint PRIMARY KEY, item text NOT NULL,
    amount_in bigint NOT NULL, amount_out bigint NOT NULL,
    CHECK (amount_out <= amount_in OR id % 2 = 0), UNIQUE (id, item)
);
CREATE TABLE bare_transfer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, act uuid NOT NULL, position int NOT NULL,
    item text NOT NULL, from_account bigint NOT NULL, to_account bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0), happened_at timestamptz, recorded_at timestamptz,
    UNIQUE (act, position),
    FOREIGN KEY (from_account, item) REFERENCES bare_account (id, item),
    FOREIGN KEY (to_account, item) REFERENCES bare_account (id, item)
);
CREATE INDEX ON bare_transfer (from_account);
CREATE INDEX ON bare_transfer (to_account);
INSERT INTO bare_account SELECT n, 'x', 1000000000, 0 FROM generate_series(1, 4000) AS n;
GRANT SELECT, INSERT, UPDATE ON bare_account, bare_transfer TO muster_app;
"""


def bare_client(dsn: dict[str, str], hot: int | None, seconds: float, number: int) -> int:
    """Do by hand what an allocation comes to; return how many were done."""
    from uuid import uuid4

    done = 0
    with psycopg.connect(**dsn) as connection:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            first = (hot if hot is not None else (number * 400 + done % 100) * 1) * 4 % 3996 + 1
            accounts = [first, first + 1, first + 2, first + 3]
            key = uuid4()
            connection.execute(
                "SELECT FROM bare_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                [accounts],
            )
            connection.execute(
                "INSERT INTO bare_transfer (act, position, item, from_account, to_account, amount,"
                " happened_at, recorded_at) VALUES (%s, 1, 'x', %s, %s, 1, now(), now()),"
                " (%s, 2, 'x', %s, %s, 1, now(), now())",
                [key, accounts[0], accounts[1], key, accounts[2], accounts[3]],
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
    from uuid import UUID

    from muster.actions.allocations import propose_allocation
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
    with context.Pool(options.clients) as pool:
        # Every process imports what it needs before the clock starts.
        pool.starmap(client, [(first, hot, 0.2, n) for n in range(options.clients)])
        begun = time.monotonic()
        done = pool.starmap(
            client, [(first, hot, options.seconds, n) for n in range(options.clients)]
        )
        return sum(done) / (time.monotonic() - begun)


def main() -> None:
    """Measure both, in turns, and print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="muster-benchmark-"))
    cluster = start(home)
    try:
        with psycopg.connect(**cluster.conninfo("postgres", OWNER), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        os.environ["MUSTER_APP_DSN"] = json.dumps(cluster.conninfo("bench", APP))
        os.environ["MUSTER_OWNER_DSN"] = json.dumps(cluster.conninfo("bench", OWNER))
        os.environ["DJANGO_SETTINGS_MODULE"] = "muster.server.settings"
        import django

        django.setup()
        from muster.server.django_start import migrate

        migrate()
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
    finally:
        cluster.release()
        shutil.rmtree(home)


def _world() -> list[tuple[str, str]]:
    """Make a hundred offers and needs that have enough for the whole run."""
    from tests import make

    make.install()
    w = make.world()
    found = [
        (str(make.offered(w, "100000000").pk), str(make.asked(w, "100000000").pk))
        for _ in range(100)
    ]
    from django.db import connections

    connections.close_all()
    return found


if __name__ == "__main__":
    main()
