"""Bulk work: a plan taken up, a long manifest received, and postings against COPY; one run.

    python benchmarks/bulk.py [--allocations 100000] [--lines 10000] [--postings 100000]

Each figure is a ratio to COPY, in the same run, of as many rows of the same widths into bare copies
of the tables with the same indexes; and the longest that another client, who proposes a single
allocation of another offer every 50 ms, had to wait meanwhile.
"""

import argparse
import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from opened import opened

from muster.server.embedded.cluster import OWNER, Cluster

if TYPE_CHECKING:
    from muster.records.models import Consignment
    from tests.make import World

_BARE = """
DROP TABLE IF EXISTS bare_transfer, bare_allocation;
CREATE TABLE bare_transfer (LIKE transfer INCLUDING ALL);
CREATE TABLE bare_allocation (LIKE allocation INCLUDING ALL);
"""


def main() -> None:
    """Measure, and print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--allocations", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--postings", type=int, default=100_000)
    options = parser.parse_args()
    with opened() as cluster:
        from tests import make

        make.install()
        postings(cluster, options.postings)
        plan(cluster, options.allocations)
        manifest(options.lines)


def postings(cluster: Cluster, count: int) -> None:
    """Post transfers between the accounts of many offers, twenty thousand at a call."""
    from django.db import transaction

    from muster.actions.journal import action
    from muster.actions.posting import At, Posting, post
    from muster.core.accounts import AccountKind as K
    from muster.core.actors import Act
    from muster.records.models import Operation
    from tests import make

    w = make.world()
    lines = [make.offered(w, "100000000") for _ in range(100)]

    @action("post for a benchmark")
    def post_many(*, act: Act, rows: int) -> Operation:
        for begin in range(0, rows, 20_000):
            moved = [
                Posting(line.item_id, 1, At(K.AVAILABLE, line.pk), At(K.WITHDRAWN, line.pk))
                for line in (lines[n % 100] for n in range(begin, min(rows, begin + 20_000)))
            ]
            post(act, moved, happened_at=act.now)
        return w.operation

    with transaction.atomic():
        post_many(act=make.act(w.coordinator), rows=1000)
    took = _timed(lambda: post_many(act=make.act(w.coordinator), rows=count))
    bare = _copy(cluster, "transfer", count)
    print(f"posting {count:,} transfers: {count / took:,.0f}/s, {bare / took:.2f} of COPY")


def plan(cluster: Cluster, count: int) -> None:
    """Take up a plan of so many allocations, while others go on proposing."""
    from muster.actions.plans import accept_plan
    from muster.core.actors import CENTRE
    from muster.records.models import SavedPlan
    from tests import make

    w = make.world()
    lines = [(make.offered(w, "100000000"), make.asked(w, "100000000")) for _ in range(300)]
    moves = [
        {
            "key": f"{n}",
            "offer_line": str(lines[n % 300][0].pk),
            "request_line": str(lines[n // 300 % 300][1].pk),
            "donor": "Germany",
            "offered_item": "tent",
            "offered_unit": "pieces",
            "line": "1",
            "asked_item": "tent",
            "amount": 1,
            "covers": 1,
            "arrives": "2023-05-01",
            "late": False,
        }
        for n in range(count)
    ]
    kept = SavedPlan.objects.create(
        id=uuid4(),
        act_id=uuid4(),
        recorded_at=make.NOW,
        audiences=[CENTRE],
        operation=w.operation,
        method="greedy",
        outcome="feasible",
        plan={
            "status": "feasible",
            "method": "greedy",
            "day": "2023-04-20",
            "notes": [],
            "scores": [],
            "moves": moves,
            "unmet": [],
        },
    )
    with _another_at_work(make.world()) as waits:
        took = _timed(lambda: accept_plan(act=make.act(w.coordinator), plan=kept.pk))
    bare = _copy(cluster, "transfer", 2 * count) + _copy(cluster, "allocation", count)
    print(
        f"a plan of {count:,} allocations taken up: {took:.1f} s, {bare / took:.2f} of COPY of its"
        f" rows; another waited {max(waits):.2f} s at most, and in the middle"
        f" {sorted(waits)[len(waits) // 2]:.3f} s"
    )


def manifest(count: int) -> None:
    """Dispatch, hand over and sign for a consignment of so many lines."""
    from muster.actions import consignments, journeys, receipts
    from tests import make

    w = make.world()
    box = _packed(w, count)
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    consignments.clear_consignment(act=make.act(w.donor), consignment=box.pk)
    sent = _timed(lambda: consignments.dispatch(act=make.act(w.donor), consignment=box.pk))
    journeys.hand_over(act=make.act(w.donor), consignment=box.pk, place=make.PLACE)
    counts = [
        receipts.Count(manifest_line=line.pk, good=1, damaged=1)
        if line.position % 10 == 0
        else receipts.Count(manifest_line=line.pk, good=2)
        for line in box.lines.all()
    ]
    with _another_at_work(make.world()) as waits:
        took = _timed(
            lambda: receipts.sign_receipt(
                act=make.act(w.recipient), consignment=box.pk, counts=counts
            )
        )
    print(
        f"a manifest of {count:,} lines: dispatched in {sent:.1f} s, received in {took:.1f} s;"
        f" another waited {max(waits, default=0):.2f} s at most"
    )


def _packed(w: "World", count: int) -> "Consignment":
    """Pack so many lines by the statement, as `pack` does one by one."""
    from muster.actions.consignments import plan_consignment
    from muster.actions.journal import action
    from muster.actions.posting import At, Posting, post
    from muster.core.accounts import AccountKind as K
    from muster.core.actors import Act
    from muster.records.models import Consignment, ManifestLine
    from tests import make

    goods = make.agreed(w, make.offered(w, "1000000"), make.asked(w, "1000000"), "1000000")
    box = plan_consignment(
        act=make.act(w.donor),
        operation=w.operation.pk,
        donor=w.donor_code,
        reference=f"C-{uuid4().hex[:6]}",
        consignee=w.recipient_code,
    )

    @action("pack for a benchmark")
    def pack_many(*, act: Act) -> Consignment:
        lines = [
            ManifestLine(
                id=uuid4(),
                act_id=act.id,
                recorded_at=act.now,
                audiences=box.audiences,
                consignment=box,
                allocation=goods,
                item_id=goods.item_id,
                position=number + 1,
                amount=2,
                typed_amount="2",
                typed_unit=goods.item.unit,
            )
            for number in range(count)
        ]
        ManifestLine.objects.bulk_create(lines, batch_size=1_000)
        moved = [
            Posting(line.item_id, 2, At(K.ALLOCATED, goods.pk), At(K.PACKED, line.pk))
            for line in lines
        ]
        post(act, moved, happened_at=act.now)
        return box

    return pack_many(act=make.act(w.donor))


def _timed(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def _copy(cluster: Cluster, table: str, count: int) -> float:
    """Copy rows of that table into a bare one with the same indexes; return the seconds."""
    with psycopg.connect(**cluster.conninfo("bench", OWNER)) as connection:
        connection.execute(_BARE)
        some = connection.execute(f"SELECT * FROM {table} LIMIT 1000")  # noqa: S608 - our own words
        names = [column.name for column in some.description or ()]
        rows = some.fetchall()
        begun = time.monotonic()
        with connection.cursor().copy(f"COPY bare_{table} FROM STDIN") as copy:
            for number in range(count):
                copy.write_row(_another(names, rows[number % len(rows)], number))
        connection.commit()
        return time.monotonic() - begun


def _another(names: list[str], row: tuple[object, ...], number: int) -> list[object]:
    """Make a row that no unique index knows."""
    fresh = {"id": number + 1 if isinstance(row[0], int) else uuid4(), "act_id": uuid4()}
    return [fresh.get(name, value) for name, value in zip(names, row, strict=True)]


@contextlib.contextmanager
def _another_at_work(w: object) -> Iterator[list[float]]:
    """Let another client propose single allocations of its own offer; give how long each took."""
    from muster.actions.proposals import propose_allocation
    from muster.queries.amounts import Typed
    from tests import make

    giving, taking = make.offered(w, "100000000"), make.asked(w, "100000000")
    waits: list[float] = []
    stop = threading.Event()

    def work() -> None:
        from django.db import connections

        while not stop.wait(0.05):
            waits.append(
                _timed(
                    lambda: propose_allocation(
                        act=make.act(make.coordinator(), now=datetime.now(UTC)),
                        offer_line=giving.pk,
                        request_line=taking.pk,
                        amount=Typed("1"),
                    )
                )
            )
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()


if __name__ == "__main__":
    main()
