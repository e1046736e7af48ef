"""How fast descriptions are matched to the catalogue, against a bare cdist of the same sizes.

    python benchmarks/matching.py [descriptions]

Descriptions are made from the catalogue's own names: words dropped, doubled, misspelt and put in
another order, with details around them, so that few are found as they are written.  The bare
comparison is `rapidfuzz.process.cdist` with its usual scorer over all names, in blocks, one
worker; it gives a likeness for each pair and no choice.  Both run on one core, in one run.
"""

import csv
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from rapidfuzz import process

import muster.records
from muster.core.intake.items import Entry, Index

_REFERENCE = Path(muster.records.__file__).parent / "reference"
_BLOCK = 2000
_DETAILS = (
    *("urgent", "new", "with accessories", "for the region", "in boxes", "(second batch)"),
    *("grade A", "from stock", "as agreed", "2 pallets", "complete", "ready for transport"),
)


def main() -> None:
    """Print both times and their ratio."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    entries = _entries()
    names = [name for entry in entries for name in (entry.name, *entry.aliases)]
    texts = _descriptions(names, wanted)
    begun = time.perf_counter()
    index = Index(entries)
    made = time.perf_counter()
    index.match(texts)
    matched = time.perf_counter()
    for start in range(0, len(texts), _BLOCK):
        process.cdist(texts[start : start + _BLOCK], names, dtype=np.uint8, workers=1)
    bare = time.perf_counter() - matched
    ours = matched - made
    print(f"{len(texts)} descriptions, {len(entries)} items, {len(names)} names")
    print(f"index made        {made - begun:8.2f} s")
    print(f"matched           {ours:8.2f} s  ({len(texts) / ours:,.0f} a second)")
    print(f"bare cdist        {bare:8.2f} s")
    print(f"ratio             {ours / bare:8.2f}   (at most 2 is promised)")


def _entries() -> list[Entry]:
    aliases: dict[str, list[str]] = defaultdict(list)
    with (_REFERENCE / "aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            aliases[row["item"]].append(row["text"])
    with (_REFERENCE / "items.csv").open(encoding="utf-8", newline="") as file:
        return [
            Entry(code=row["code"], name=row["name"], aliases=tuple(aliases[row["code"]]))
            for row in csv.DictReader(file)
        ]


def _descriptions(names: list[str], wanted: int) -> list[str]:
    chance = random.Random(20231123)
    made: dict[str, None] = {}
    while len(made) < wanted:
        words = chance.choice(names).split()
        if len(words) > 2 and chance.random() < 0.3:
            words.pop(chance.randrange(len(words)))
        if chance.random() < 0.3:
            chance.shuffle(words)
        if chance.random() < 0.3:
            at = chance.randrange(len(words))
            letter = chance.randrange(len(words[at]))
            words[at] = words[at][:letter] + words[at][letter + 1 :]
        if chance.random() < 0.7:
            words.append(chance.choice(_DETAILS))
        made[" ".join(word for word in words if word)] = None
    return list(made)


if __name__ == "__main__":
    main()
