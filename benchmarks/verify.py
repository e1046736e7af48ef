"""The recount of ledgers of growing length: is its time linear, and its memory constant?

    python benchmarks/verify.py [--big]

Each length is verified by a process of its own, whose greatest memory is reported beside that of
the database's process which serves it.  The time is the processor time of both, so that what else
the machine does weighs little.  `--big` goes on to 10 million transfers.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import time
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.long_ledgers import Site, lengthen, site

LENGTHS = (200_000, 1_000_000)
BIG = 10_000_000


def recount(app: str, answer: Connection) -> None:
    """Verify; tell the database's process first, then the seconds, what was found, the KiB used."""
    os.environ["MUSTER_APP_DSN"] = app
    import django

    django.setup()
    from django.db import connection

    from muster.queries.verification import verify

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        answer.send(cursor.fetchone()[0])
        # Whatever the database does, this one process of its does, so that all of it is counted.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    begun = time.process_time()
    found = verify()
    seconds = time.process_time() - begun
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer.send((seconds, found.transfers, found.found, used))
    answer.recv()  # the database's process lives as long as this one


def _used(process: int) -> float:
    """Read how many seconds a process has been running on a processor."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def measured(ours: Site) -> tuple[float, int, int, int, int]:
    """Give processor seconds, transfers, differences, KiB of client, most KiB of the database."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=recount, args=(ours.app, there))
    process.start()
    # Were ours left open, a process that fails would be waited for without end.
    there.close()
    backend, most = here.recv(), 0
    begun = _used(backend)
    while not here.poll(0.02):
        status = Path(f"/proc/{backend}/status").read_text(encoding="ascii")
        own = next(line for line in status.splitlines() if line.startswith("RssAnon"))
        most = max(most, int(own.split()[1]))
    seconds, transfers, differences, used = here.recv()
    seconds += _used(backend) - begun
    here.send(None)
    process.join()
    return seconds, transfers, differences, used, most


def main() -> None:
    """Lengthen one ledger step by step, and verify it at each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--big", action="store_true")
    options = parser.parse_args()
    rows = []
    with site() as ours:
        for length in (*LENGTHS, *((BIG,) if options.big else ())):
            begun = time.monotonic()
            lengthen(ours, length)
            made = time.monotonic() - begun
            measured(ours)  # once, so that all are measured with what fits in memory there
            row = measured(ours)
            rows.append(row)
            seconds, transfers, differences, used, most = row
            print(
                f"{transfers:>11,} transfers: {seconds:7.2f} s, {seconds / transfers * 1e6:5.2f} us"
                f" each, client {used / 1024:.0f} MiB, database {most / 1024:.0f} MiB,"
                f" {differences} differences (made in {made:.0f} s)",
                flush=True,
            )
    for shorter, longer in pairwise(rows):
        print(
            f"{longer[1] / shorter[1]:.1f} times the transfers: {longer[0] / shorter[0]:.1f} times"
            f" the time, {longer[3] / shorter[3]:.2f} of the client's memory,"
            f" {longer[4] / shorter[4]:.2f} of the database's"
        )


if __name__ == "__main__":
    main()
