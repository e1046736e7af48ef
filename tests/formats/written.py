"""Lists written for these tests, with what a careful person reads in them line by line.

A case is a heading "=== name", the list, "---", and one line for each that is to be read: item;
quantity; unit; party; status; "part" where another line holds it.  A quantity is 12, <=12, >=12,
~12, 10-12, 12/week or ?, and "or" stands between readings that are both careful.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from muster.core.exchange import DraftLine, Hints, Reading, Stated
from muster.core.intake.nations import find_nation
from muster.core.quantities.amounts import QuantityKind
from muster.formats.registry import read

FOLDER = Path(__file__).parent / "labels"
ALIKE = 85


@dataclass(frozen=True)
class Expected:
    item: str
    quantities: tuple[str, ...]
    unit: str
    party: str
    status: str
    is_part: bool


@dataclass(frozen=True)
class Case:
    name: str
    body: str
    lines: tuple[Expected, ...]

    def reading(self, ending: str) -> Reading:
        return read(self.body.encode(), Hints(name=f"list{ending}"))


def cases(name: str) -> list[Case]:
    found = []
    for part in re.split(r"^=== ", (FOLDER / name).read_text(encoding="utf-8"), flags=re.MULTILINE)[
        1:
    ]:
        title, _, rest = part.partition("\n")
        body, _, lines = rest.partition("\n---\n")
        found.append(
            Case(title, body, tuple(_expected(line) for line in lines.split("\n") if line))
        )
    return found


def _expected(line: str) -> Expected:
    item, amounts, unit, party, status, part = (*(w.strip() for w in line.split(";")), "")[:6]
    return Expected(item, tuple(amounts.split(" or ")), unit, party, status, bool(part))


def said(stated: Stated) -> str:
    """Write a quantity as the cases do."""
    low, high = (
        None if end is None else f"{end.normalize():f}" for end in (stated.low, stated.high)
    )
    if stated.kind is QuantityKind.UNKNOWN:
        return "?"
    if stated.kind is QuantityKind.RATE:
        return f"{low or high}/{stated.per}"
    if low is None or high is None:
        return f"<={high}" if low is None else f">={low}"
    if low != high:
        return f"{low}-{high}"
    return low if stated.kind is QuantityKind.EXACT else f"~{low}"


def is_alike(item: str, other: str) -> bool:
    words = [re.sub(r"[,;:().]", " ", text.lower()) for text in (item, other)]
    return fuzz.token_set_ratio(*words) >= ALIKE


def is_read(expected: Expected, line: DraftLine) -> bool:
    nation = find_nation(line.party_text)
    return (
        is_alike(expected.item, line.item_text)
        and said(line.quantity) in expected.quantities
        and expected.is_part is bool(line.part_of)
        and (expected.unit, expected.party, expected.status)
        == (line.quantity.unit, nation.name if nation else line.party_text, line.status.value)
    )


def compared(case: Case, ending: str) -> tuple[list[Expected], list[DraftLine]]:
    """Give what was not read, and what was read but is not there."""
    missing, extra = list(case.lines), []
    for line in case.reading(ending).lines:
        match = next((each for each in missing if is_read(each, line)), None)
        if match is None:
            extra.append(line)
        else:
            missing.remove(match)
    return missing, extra
