"""The published shares of a union or a fund: who carries which part, in percent."""

import re
from dataclasses import dataclass
from decimal import Decimal

from muster.formats.burden_sheets import Fault, Sheet, TableFaulty, Where, sheets_of

COLUMNS = ("party", "share")
_CALLED = {"country": "party", "donor": "party", "member": "party", "percent": "share"}
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,10})?")
_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRead:
    """One row: a party and its part in percent."""

    where: Where
    party: str
    percent: Decimal


def read_shares(data: bytes, file: str = "") -> tuple[ShareRead, ...]:
    """Read a table of shares.

    Raises:
        TableFaulty: with every fault and its place.
    """
    sheet = sheets_of(data, file)[0]
    names = tuple(_CALLED.get(name, name) for name in sheet.names)
    _judge_heads(sheet, names)
    faults: list[Fault] = []
    rows = []
    for line in sheet.lines:
        if not any(text.strip() for text in line.texts):
            continue
        where = sheet.where(line.number, names)
        if len(line.texts) != len(names):
            why = f"{len(line.texts)} cells under {len(names)} headings"
            faults.append(where.fault("row", why))
            continue
        cells = dict(zip(names, line.texts, strict=True))
        party, share = cells["party"].strip(), cells["share"].strip().removesuffix("%").strip()
        if not party:
            faults.append(where.fault("party", "it is empty"))
        if not _NUMBER.fullmatch(share) or not 0 < Decimal(share) <= _WHOLE:
            why = f'"{share[:40]}" is no percentage above 0 and up to 100, such as 23.58'
            faults.append(where.fault("share", why))
            continue
        rows.append(ShareRead(where=where, party=party, percent=Decimal(share)))
    if not faults and not rows:
        faults.append(Fault(2, "rows", "there are none under the headings", file=file))
    if faults:
        raise TableFaulty(faults)
    return tuple(rows)


def _judge_heads(sheet: Sheet, names: tuple[str, ...]) -> None:
    where = sheet.where(sheet.head, names)
    faults = [where.fault(name, "no such column") for name in COLUMNS if name not in names]
    faults += [
        where.fault(name or "a heading", f"not known here; the columns are {', '.join(COLUMNS)}")
        for name in names
        if name not in COLUMNS
    ]
    faults += [where.fault(name, "twice") for name in sorted(set(names)) if names.count(name) > 1]
    if faults:
        raise TableFaulty(faults)
