"""A hundred thousand clean rows of .xlsx from file to draft lines, as a ratio.

    python benchmarks/intake.py [--rows 100000] [--rounds 5]

The limit beside it is the fastest reader there is for Python, python-calamine, on the same bytes
and in turns with ours; it gives cells and understands nothing.  Times are of the processor, so
that what else the machine does counts less.
"""

import argparse
import gc
import io
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import python_calamine

from muster.core.exchange import Hints
from muster.formats.registry import read

_HEADINGS = ("No", "Item code", "Item description", "Quantity", "Unit", "Requesting country")
_MORE = ("Priority", "Needed by")
_ITEMS = (
    "Blanket, medium thermal",
    "Tent, family, 16 m2",
    "Jerrycan, 10 l",
    "Generator, diesel, 30 kVA",
)
_UNITS = ("pieces", "kg", "sets", "boxes")
_NATIONS = ("Ukraine", "Moldova", "T\u00fcrkiye")


def make(rows: int) -> bytes:
    """Build a list of requests as a workbook."""
    chance = random.Random(4)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Needs")
    sheet.append([*_HEADINGS, *_MORE])
    for number in range(rows):
        sheet.append(
            [
                number + 1,
                f"IT{chance.randrange(3000):05}",
                f"{chance.choice(_ITEMS)}, type {chance.randrange(5000)}",
                chance.randint(1, 5000),
                chance.choice(_UNITS),
                chance.choice(_NATIONS),
                "High",
                date(2026, 12, 1) + timedelta(days=chance.randrange(60)),
            ]
        )
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def timed(run: Callable[[], object]) -> float:
    """Return the processor's seconds that a call takes."""
    gc.collect()
    begun = time.process_time()
    kept = run()
    taken = time.process_time() - begun
    del kept
    return taken


def bare(data: bytes) -> object:
    """Read the cells and nothing more."""
    return python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def main() -> None:
    """Print the medians of both, and their ratio."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    data = make(asked.rows)
    reading = read(data, Hints(name="needs.xlsx"))
    doubts = sum(len(line.issues) for line in reading.lines)
    assert len(reading.lines) == asked.rows  # noqa: S101 - a benchmark of a wrong answer is none
    ours, limit = [], []
    for _ in range(asked.rounds):
        limit.append(timed(lambda: bare(data)))
        ours.append(timed(lambda: read(data, Hints(name="needs.xlsx"))))
    fast, own = statistics.median(limit), statistics.median(ours)
    print(f"{asked.rows:,} rows, {len(data) / 1e6:.1f} MB of .xlsx, {doubts} doubts")
    print(f"calamine alone       {fast:6.2f} s")
    print(f"file to draft lines  {own:6.2f} s   {own / fast:5.2f} times")


if __name__ == "__main__":
    main()
