"""The board of one operation, and a balance, in a short ledger and in one ten times as long.

    python benchmarks/board.py [--big] [--plans]

The operation is the same in both: thirty needs; but a tenth of all transfers is of one of its own
manifest lines.  Two processes ask the same of the two ledgers, in turns, so that what else the
machine does slows both.  `--big` compares 1 million with 10 million transfers instead of 0.3 with 3
million.  `--plans` shows how the database finds what each statement asks of the longer one.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.long_ledgers import Site, copied, lengthen, site

ROUNDS = 100


def questions(ours: Site) -> dict[str, Callable[[], object]]:
    """List what is asked, each by name."""
    from muster.core.accounts import AccountKind
    from muster.queries.balances import balance
    from muster.queries.board import board
    from muster.queries.totals import Moment
    from muster.records.models import Operation
    from tests import make

    operation = Operation.objects.get(code=ours.operation)
    actor, day = make.coordinator(), make.NOW.date()
    then = Moment(known=make.NOW)
    return {
        "the board now": lambda: board(operation, actor, day=day),
        "a balance": lambda: balance(AccountKind.NEED_OPEN, UUID(ours.need)),
        "the board of then": lambda: board(operation, actor, day=day, moment=then),
    }


def asker(ours: Site, questioner: Connection) -> None:
    """Answer with the milliseconds that a question took, until there are no more."""
    os.environ["MUSTER_APP_DSN"] = ours.app
    import django

    django.setup()
    asked = questions(ours)
    while name := questioner.recv():
        begun = time.perf_counter()
        asked[name]()
        questioner.send((time.perf_counter() - begun) * 1000)


def compare(short: Site, long: Site) -> None:
    """Ask both in turns, and print the medians and their ratio."""
    context = multiprocessing.get_context("spawn")
    ends = []
    for ours in (short, long):
        here, there = context.Pipe()
        context.Process(target=asker, args=(ours, there), daemon=True).start()
        # Were ours left open, a process that fails would be waited for without end.
        there.close()
        ends.append(here)
    for name in questions(short):
        taken: list[list[float]] = [[], []]
        for _ in range(ROUNDS):
            for times, end in zip(taken, ends, strict=True):
                end.send(name)
                times.append(end.recv())
        first, second = (statistics.median(times[5:]) for times in taken)
        print(f"{name}: {first:.2f} ms and {second:.2f} ms, ratio {second / first:.2f}", flush=True)
    for end in ends:
        end.send("")


def show_plans(name: str, question: Callable[[], object]) -> None:
    """Print how the database found what the question's statements ask for."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        question()
    for statement in asked.captured_queries:
        print(f"\n{name}: {statement['sql'][:300]}")
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement['sql']}")
            print("\n".join(f"    {line}" for (line,) in cursor.fetchall()))


def main() -> None:
    """Ask the same of both ledgers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--big", action="store_true")
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    length = 1_000_000 if options.big else 300_000
    with site() as short:
        shorter = lengthen(short, length)
        long = copied(short)
        longer = lengthen(long, 10 * length)
        print(f"{shorter:,} and {longer:,} transfers", flush=True)
        compare(short, long)
        if options.plans:
            for name, question in questions(short).items():
                show_plans(name, question)


if __name__ == "__main__":
    main()
