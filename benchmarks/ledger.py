"""Single allocations through the action against a bare SQL client, in one run, as ratios.

    python benchmarks/ledger.py [--clients 8] [--seconds 1] [--rounds 12]

The limit beside each figure is a client that does the same statements by hand on tables of the
same shape: lock the four accounts, insert the allocation and its two transfers, add the totals,
commit.  Both run with full durability and with the same number of client processes, which stay
connected and take turns of a second or so, so that what else the machine does falls on both alike.
Beside the ratio of the rates, the median over the rounds, stands that of the processor time that an
act takes in its client and in the process of the database that serves it.
"""

import argparse
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
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


# Does one act with the pair of that number.
Work = Callable[[int], None]
PAIRS = 100


def bare_work(dsn: dict[str, str], _pairs: object) -> tuple[int, Work]:
    """Do by hand what an allocation comes to; give the process that serves it, and the work.

    The statements are those of the issue: lock, two inserts, totals; the tables have the columns,
    indexes and checks of the real ones, and no rules, events, journal or retries.
    """
    operation, lines = uuid4(), [uuid4() for _ in range(PAIRS)]
    audiences = ["centre", "logistics", "party:DEU", "party:UKR", "nations"]
    connection = psycopg.connect(**dsn)

    def work(pair: int) -> None:
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

    return connection.info.backend_pid, work


def action_work(_dsn: object, pairs: list[tuple[str, str]]) -> tuple[int, Work]:
    """Propose allocations through the action."""
    import django

    django.setup()
    from django.db import connection

    from muster.actions.proposals import propose_allocation
    from muster.queries.amounts import Typed
    from tests import make

    actor = make.coordinator()
    connection.ensure_connection()

    def work(pair: int) -> None:
        giving, taking = pairs[pair]
        propose_allocation(
            act=make.act(actor),
            offer_line=UUID(giving),
            request_line=UUID(taking),
            amount=Typed("1"),
        )

    return connection.connection.info.backend_pid, work


@dataclass(frozen=True, slots=True)
class Turn:
    """What clients did in one turn: acts a second, and seconds of processor time for one."""

    rate: float
    client: float
    database: float

    @property
    def cost(self) -> float:
        """Seconds of processor time for one act, in client and database."""
        return self.client + self.database


class Clients:
    """Client processes of one kind, which stay connected and work when they are told to."""

    def __init__(self, work: Callable[..., tuple[int, Work]], given: object, count: int) -> None:
        """Start them; each imports, connects and warms up before the first turn."""
        context = multiprocessing.get_context("spawn")
        self._ends: list[Connection] = []
        for number in range(count):
            ours, theirs = context.Pipe()
            context.Process(target=_client, args=(work, given, number, theirs), daemon=True).start()
            theirs.close()
            self._ends.append(ours)
        self._backends = [end.recv() for end in self._ends]

    def turn(self, seconds: float, *, hot: bool) -> Turn:
        """Let them work at once, each with pairs of its own or all with one."""
        used, begun = sum(map(_used, self._backends)), time.monotonic()
        for end in self._ends:
            end.send((seconds, hot))
        told = [end.recv() for end in self._ends]
        lasted = time.monotonic() - begun
        done = sum(number for number, _ in told)
        database = sum(map(_used, self._backends)) - used
        return Turn(done / lasted, sum(cpu for _, cpu in told) / done, database / done)

    def end(self) -> None:
        """Let them go."""
        for end in self._ends:
            end.send(None)


def _used(process: int) -> float:
    """Read how many seconds a process has been running on a processor."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def _client(
    kind: Callable[..., tuple[int, Work]],
    given: tuple[object, object],
    number: int,
    end: Connection,
) -> None:
    backend, work = kind(*given)
    own = _own(number)
    for _ in range(50):
        work(next(own))
    end.send(backend)
    while (told := end.recv()) is not None:
        seconds, hot = told
        done, used, until = 0, time.process_time(), time.monotonic() + seconds
        while time.monotonic() < until:
            work(0 if hot else next(own))
            done += 1
        end.send((done, time.process_time() - used))


def _own(number: int) -> Iterator[int]:
    """Go through the pairs, each client from another place."""
    at = number * 13
    while True:
        at += 1
        yield at % PAIRS


def main() -> None:
    """Measure both, in turns, and print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    with opened() as cluster:
        with psycopg.connect(**cluster.conninfo("bench", OWNER)) as connection:
            connection.execute(_BARE)
        given = (cluster.conninfo("bench", APP), _world())
        bare = Clients(bare_work, given, options.clients)
        action = Clients(action_work, given, options.clients)
        for name, hot in (("spread over many offers", False), ("one hot offer", True)):
            turns = [
                (action.turn(options.seconds, hot=hot), bare.turn(options.seconds, hot=hot))
                for _ in range(options.rounds)
            ]
            _tell(f"{name}, {options.clients} clients", turns)
        bare.end()
        action.end()


def _tell(name: str, turns: list[tuple[Turn, Turn]]) -> None:
    def middle(of: Callable[[Turn, Turn], float]) -> float:
        return statistics.median(of(action, bare) for action, bare in turns)

    print(f"{name}: ratio {middle(lambda action, bare: action.rate / bare.rate):.2f}")
    print(
        f"    {middle(lambda action, _: action.rate):.0f}/s against"
        f" {middle(lambda _, bare: bare.rate):.0f}/s; processor time of an act"
        f" {1e3 * middle(lambda action, _: action.client):.2f} ms in the client and"
        f" {1e3 * middle(lambda action, _: action.database):.2f} ms in the database against"
        f" {1e3 * middle(lambda _, bare: bare.client):.2f} and"
        f" {1e3 * middle(lambda _, bare: bare.database):.2f}:"
        f" {middle(lambda action, bare: bare.cost / action.cost):.2f}",
        flush=True,
    )


def _world() -> list[tuple[str, str]]:
    """Make a hundred offers and needs that have enough for the whole run."""
    from muster.actions.proposals import propose_allocation
    from muster.queries.amounts import Typed
    from tests import make

    make.install()
    w = make.world()
    found = [
        (str(make.offered(w, "100000000").pk), str(make.asked(w, "100000000").pk))
        for _ in range(PAIRS)
    ]
    # A ledger that has been in use: its tables have statistics, as they have after a day.
    actor = make.coordinator()
    for number in range(1_000):
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
