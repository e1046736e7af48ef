"""The waterfall of 100,000 pledges in a short ledger and in one ten times as long.

    python benchmarks/waterfall.py [--pledges 100000]

Half of the pledges are goods that became an offer line, was allocated, packed, sent and signed for;
the other half is money, committed and paid in part.  The pledges are the same in both ledgers; the
rest of the longer one belongs to other operations.  Two processes ask the same of the two ledgers,
in turns, so that what else the machine does slows both.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.long_ledgers import Site, copied, lengthen, site

# The statements are made of constants of this file.
# ruff: noqa: S608

ROUNDS = 12
SHORT, LONG = 100_000, 1_000_000


def pledge(ours: Site, pledges: int) -> None:
    """Announce one pledge of goods and one of money by the real actions, and copy them by SQL."""
    from django.db import connections

    from muster.actions import pledge_links
    from muster.actions import pledges as verbs
    from muster.queries.amounts import Typed
    from muster.records.models import Operation
    from tests import make
    from tests.make_pledges import goods, line_of, money, pledged

    operation = Operation.objects.get(code=ours.operation)
    w = make.World(
        operation,
        make.coordinator(),
        make.person(make.Role.DONOR, "DEU"),
        make.person(make.Role.RECIPIENT, "UKR"),
    )
    tents, sum_of_money = line_of(pledged(w, goods("100"))), line_of(pledged(w, money("EUR 500")))
    giving, taking = make.offered(w, "100"), make.asked(w, "100")
    pledge_links.specify_pledge(act=make.act(w.donor), line=tents.pk, offer_line=giving.pk)
    allocation = make.agreed(w, giving, taking, "60")
    box = make.handed_over(w, allocation, "40")
    make.signed(w, box, damaged=2)
    verbs.disburse_pledge(act=make.act(w.donor), line=sum_of_money.pk, amount=Typed("200"))
    templates = {
        "tents": tents.pk,
        "money": sum_of_money.pk,
        "giving": giving.pk,
        "allocation": allocation.pk,
        "manifest_line": box.lines.get().pk,
        "half": pledges // 2,
    }
    connections.close_all()
    with psycopg.connect(ours.admin) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in _COPIES.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode(), templates if "%(" in statement else None)


def _copied(table: str, key: str, *changes: str) -> str:
    """Write a statement that copies one row for each of the ids, with some columns changed."""
    changed = ", ".join(("'id', made." + key, *changes))
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(kept, jsonb_build_object({changed}))).*"
        f" FROM {table} AS kept, made"
    )


_COPIES = f"""
CREATE TEMP TABLE made AS
SELECT number, gen_random_uuid() AS pledge, gen_random_uuid() AS line,
       gen_random_uuid() AS pledge_of_money, gen_random_uuid() AS line_of_money,
       gen_random_uuid() AS offer_line, gen_random_uuid() AS allocation,
       gen_random_uuid() AS manifest_line, gen_random_uuid() AS use
FROM generate_series(1, %(half)s::int) AS number;
{_copied("pledge", "pledge", "'reference', 'G-' || number")}
WHERE kept.id = (SELECT pledge_id FROM pledge_line WHERE id = %(tents)s);
{_copied("pledge", "pledge_of_money", "'reference', 'M-' || number")}
WHERE kept.id = (SELECT pledge_id FROM pledge_line WHERE id = %(money)s);
{_copied("pledge_line", "line", "'pledge_id', made.pledge")} WHERE kept.id = %(tents)s;
{_copied("pledge_line", "line_of_money", "'pledge_id', made.pledge_of_money")}
WHERE kept.id = %(money)s;
{_copied("offer_line", "offer_line", "'position', number + 1")} WHERE kept.id = %(giving)s;
{_copied("allocation", "allocation", "'offer_line_id', made.offer_line")}
WHERE kept.id = %(allocation)s;
{
    _copied(
        "manifest_line",
        "manifest_line",
        "'allocation_id', made.allocation",
        "'position', number + 1",
    )
} WHERE kept.id = %(manifest_line)s;
{_copied("pledge_use", "use", "'line_id', made.line", "'offer_line_id', made.offer_line")}
WHERE kept.line_id = %(tents)s;
INSERT INTO account SELECT (jsonb_populate_record(kept, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('account', 'id')), 'owner_id', made.allocation,
    'allocation_id', made.allocation))).*
FROM account AS kept, made WHERE kept.owner_id = %(allocation)s;
INSERT INTO account SELECT (jsonb_populate_record(kept, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('account', 'id')), 'owner_id', made.manifest_line,
    'manifest_line_id', made.manifest_line))).*
FROM account AS kept, made WHERE kept.owner_id = %(manifest_line)s
"""


def asker(ours: Site, questioner: Connection) -> None:
    """Answer with the milliseconds that the waterfall took, and what it said."""
    os.environ["MUSTER_APP_DSN"] = ours.app
    import django

    django.setup()
    from muster.queries.waterfall import STAGES, waterfall
    from muster.records.models import Operation
    from tests import make

    operation = Operation.objects.get(code=ours.operation)
    actor, day = make.coordinator(), make.NOW.date()
    while questioner.recv():
        begun = time.perf_counter()
        found = waterfall(actor, day, operation=operation)
        taken = (time.perf_counter() - begun) * 1000
        said = [(bar.key, bar.lines, *(int(bar.figure(s)) for s in STAGES)) for bar in found.bars]
        questioner.send((taken, said))


def compare(short: Site, long: Site, lengths: tuple[int, int]) -> None:
    """Ask both in turns, and print the medians, their ratio and the figures."""
    context = multiprocessing.get_context("spawn")
    ends = []
    for ours in (short, long):
        here, there = context.Pipe()
        context.Process(target=asker, args=(ours, there), daemon=True).start()
        there.close()
        ends.append(here)
    taken: list[list[float]] = [[], []]
    said: list[object] = [None, None]
    for _ in range(ROUNDS):
        for place, end in enumerate(ends):
            end.send("again")
            milliseconds, said[place] = end.recv()
            taken[place].append(milliseconds)
    first, second = (statistics.median(times[2:]) for times in taken)
    print(f"{lengths[0]:,} transfers: {first:,.0f} ms; {lengths[1]:,} transfers: {second:,.0f} ms")
    print(f"ratio {second / first:.2f}")
    for bar in said[0]:  # type: ignore[attr-defined]
        print("  ", *bar)
    if said[0] != said[1]:
        raise SystemExit("The two ledgers do not say the same.")
    for end in ends:
        end.send("")


def main() -> None:
    """Make both ledgers, announce, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pledges", type=int, default=100_000)
    pledges = parser.parse_args().pledges
    with site() as ours:
        pledge(ours, pledges)
        short = lengthen(ours, SHORT)
        other = copied(ours)
        long = lengthen(other, LONG)
        print(f"{pledges:,} pledges", flush=True)
        compare(ours, other, (short, long))


if __name__ == "__main__":
    main()
