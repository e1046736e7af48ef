"""EDXL-RM messages read and validated, against a bare parse and schema, in one run, as ratios.

    python benchmarks/edxl.py [--schemas FOLDER] [--seconds 2]

FOLDER holds OASIS's schemas (edxl-rm-1.0/*.xsd and edxl-de-1.0/*.xsd).  With it, both sides judge
by those; without it, both judge by the schema that Muster makes from its own facts.  The bare side
is `lxml.etree.fromstring` and `XMLSchema.validate`: it ends with a valid tree.  Muster's side ends
with the message as a value, judged by the rules beyond the schema as well, its guards included.
The two take turns of a tenth of a second, so that a slow moment of the machine slows both.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from muster.formats.edxl.judging import Judge
from muster.formats.edxl.reading import receive
from muster.formats.edxl.writing import write
from tests.formats.edxl_examples import REQUEST

TARGET = 0.5
SLICE = 0.1


def main() -> None:
    """Measure messages of one and of twenty entries, and print one line of JSON for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--schemas", type=Path)
    parser.add_argument("--seconds", type=float, default=2.0)
    chosen = parser.parse_args()
    judge = Judge.of_folder(chosen.schemas) if chosen.schemas else Judge.own()
    for entries, document in (("1", REQUEST), ("20", _long())):
        ratios, rate = _turns(document, judge, chosen.seconds)
        ratio = statistics.median(ratios)
        print(
            json.dumps(
                {
                    "benchmark": f"edxl read and validate, {entries} entries",
                    "schema": "OASIS" if chosen.schemas else "own facts",
                    "messages_per_second": round(rate),
                    "ratio_to_bare_parse_and_schema": round(ratio, 3),
                    "target": TARGET,
                    "met": ratio >= TARGET,
                }
            )
        )


def _long() -> bytes:
    """Make the example's message with twenty entries."""
    message = receive(REQUEST).messages[0]
    first = message.entries[0]
    entries = tuple(replace(first, element_id=str(number)) for number in range(20))
    return write(replace(message, entries=entries))


def _turns(document: bytes, judge: Judge, seconds: float) -> tuple[list[float], float]:
    """Let the two sides take turns; the ratio of each turn, and Muster's median rate."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    schema = judge.schema

    def bare() -> None:
        if not schema.validate(etree.fromstring(document, parser)):
            raise SystemExit("the example is not valid")

    def muster() -> None:
        if receive(document, judge=judge).fails:
            raise SystemExit("the example is refused")

    ratios: list[float] = []
    rates: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(ratios) < 3:
        limit, ours = _rate(bare), _rate(muster)
        ratios.append(ours / limit)
        rates.append(ours)
    return ratios, statistics.median(rates)


def _rate(deed: Callable[[], None]) -> float:
    """Count how often something is done in a second of the process's own time."""
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < SLICE:
        for _ in range(50):
            deed()
        done += 50
    return done / spent


if __name__ == "__main__":
    main()
