"""A hundred thousand clean rows of .xlsx from file to stored lines, and to records, as ratios.

    python benchmarks/importing.py [--rows 100000]

The limit beside it is python-calamine on the same bytes: it gives cells and understands nothing.
Times are those of the clock, of one run each, on a database of this benchmark's own that does not
wait for its disk.
"""

import argparse
import io
import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import python_calamine

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from opened import opened


def workbook(rows: int, codes: list[tuple[str, str]], party: str) -> bytes:
    """Build a clean list: items by code, whole amounts, one party."""
    chance = random.Random(4)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Needs")
    sheet.append(["Item code", "Item", "Quantity", "Country", "Place", "Needed by"])
    for _ in range(rows):
        code, name = chance.choice(codes)
        last = date(2023, 12, 1) + timedelta(days=chance.randrange(60))
        sheet.append([code, name, chance.randint(1, 5000), party, "Lviv", last])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def timed(name: str, run: Callable[[], object], limit: float | None = None) -> float:
    """Run it once and print the seconds, and how many times the limit they are."""
    begun = time.perf_counter()
    run()
    taken = time.perf_counter() - begun
    ratio = "" if limit is None else f"   {taken / limit:6.2f} times"
    print(f"{name:36}{taken:7.2f} s{ratio}")
    return taken


def bare(data: bytes) -> object:
    """Read the cells and nothing more."""
    return python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def main() -> None:
    """Print what each step takes."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=100_000)
    rows = options.parse_args().rows
    with opened(durable=False):
        from tests import make

        make.install()
        measure(rows)


def measure(rows: int) -> None:
    """Import one list as requests and one as offers."""
    from muster.actions import imports, intake, requests
    from muster.core.exchange import Hints
    from muster.formats.registry import read
    from muster.records.models import AssistanceRequest, ImportBatch, Item, OfferLine, RequestLine
    from tests import make

    w = make.world()
    codes = list(Item.objects.filter(countable=True).values_list("code", "name"))
    needs, gifts = workbook(rows, codes, "Ukraine"), workbook(rows, codes, "Germany")
    limit = min(timed("calamine alone", lambda: bare(needs)) for _ in range(3))
    timed("file to draft lines", lambda: read(needs, Hints(name="needs.xlsx")), limit)

    def taken(data: bytes, purpose: str) -> ImportBatch:
        return intake.read_list(
            act=make.act(w.coordinator),
            operation=w.operation.pk,
            purpose=purpose,
            name="needs.xlsx",
            data=data,
        )

    kept: list[ImportBatch] = []

    def took(name: str, run: Callable[[], object]) -> None:
        timed(name, run, limit)

    took("file to stored lines", lambda: kept.append(taken(needs, "requests")))
    took("the same again", lambda: kept.append(taken(needs, "requests")))
    deed = make.act(w.coordinator)
    took("stored lines to requests", lambda: imports.commit_import(act=deed, batch=kept[1].pk))
    assert RequestLine.objects.filter(operation=w.operation).count() == rows  # noqa: S101 - as above
    whole = AssistanceRequest.objects.get(operation=w.operation)
    vouched = make.act(w.recipient)
    took(
        "requests to needs in the ledger",
        lambda: requests.validate_request(act=vouched, request=whole.pk),
    )
    took("a file of gifts to stored lines", lambda: kept.append(taken(gifts, "offers")))
    given = make.act(w.coordinator)
    took(
        "stored lines to offers in the ledger",
        lambda: imports.commit_import(act=given, batch=kept[2].pk),
    )
    assert OfferLine.objects.filter(operation=w.operation).count() == rows  # noqa: S101 - as above
    undoing = make.act(w.coordinator, reason="the benchmark is over")
    took("offers undone", lambda: imports.undo_import(act=undoing, batch=kept[2].pk))


if __name__ == "__main__":
    main()
