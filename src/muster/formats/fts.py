"""Flows of the UN's Financial Tracking Service (FTS) as JSON: pledges, commitments and payments.

The shape is that of https://api.hpc.tools/v1/public/fts/flow: `data.flows[]`.  Money that is passed
on is a flow of its own there, below the flow it comes from; `muster.formats.fts_families` says
which of them count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from muster.core.exchange import DraftLine, Hints, Issue, Place, Reading, Status, Weight
from muster.formats.decoding import decode
from muster.formats.delimited import read_text
from muster.formats.fts_families import settle
from muster.formats.fts_flows import read_flow
from muster.formats.fts_tables import is_flow_table, read_flow_rows
from muster.formats.guards import too_large
from muster.formats.money import clean, issue
from muster.formats.strict_json import parsed

_MARKS: Final = (b'"sourceObjects"', b'"destinationObjects"', b'"amountUSD"')


@dataclass(frozen=True, slots=True)
class FtsFlows:
    """The format "fts", a value for the registry."""

    name: str = "fts"
    title: str = "UN FTS flows (JSON, or a table of HDX)"

    def claims(self, data: bytes, name: str) -> float:
        """Say from 0 to 1 how surely these bytes are flows of the FTS."""
        if is_flow_table(data):
            return 0.97
        start = data[:65_536].replace(b"\x00", b"")
        if not start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"{", b"[")):
            return 0.0
        marks = sum(mark in start for mark in _MARKS)
        if marks:
            return min(1.0, 0.6 + 0.2 * marks)
        if b'"flows"' in start:
            return 0.6
        return 0.1 if name.lower().endswith(".json") else 0.0

    def read(self, data: bytes, hints: Hints) -> Reading:  # noqa: ARG002 - the file says it all
        """Read flows; every fault is an issue at its path, such as data.flows[3].amountUSD."""
        if is_flow_table(data):
            return self._read_table(data)
        document, faults = parsed(data)
        if faults:
            return Reading(format=self.name, issues=tuple(faults), title=self.title)
        path, flows = _flows(document, faults)
        read = [read_flow(each, number, f"{path}[{number}]") for number, each in enumerate(flows)]
        lines, noted = settle(read)
        faults += noted
        faults += _of_the_whole(document, lines)
        numbered = (replace(line, number=n) for n, line in enumerate(lines, 1))
        return Reading(
            format=self.name, lines=tuple(numbered), issues=tuple(faults), title=self.title
        )

    def _read_table(self, data: bytes) -> Reading:
        """Read a table of the Humanitarian Data Exchange, one flow in a row."""
        large = too_large(data)
        if large is not None:
            return Reading(format=self.name, issues=(large,), title=self.title)
        decoded = decode(data)
        rows, faults = read_text(decoded.text)
        lines, noted = settle(read_flow_rows(rows))
        numbered = (replace(line, number=n) for n, line in enumerate(lines, 1))
        return Reading(
            format=self.name,
            lines=tuple(numbered),
            issues=(*decoded.issues, *faults, *noted),
            title=self.title,
        )


FTS: Final = FtsFlows()


def _flows(document: object, faults: list[Issue]) -> tuple[str, Sequence[object]]:
    """Find the list of flows: data.flows, flows, data, or the document itself."""
    data = document.get("data") if isinstance(document, dict) else None
    places: tuple[tuple[str, object], ...] = (
        ("data.flows", data.get("flows") if isinstance(data, dict) else None),
        ("flows", document.get("flows") if isinstance(document, dict) else None),
        ("data", data),
        ("", document),
    )
    for path, value in places:
        if isinstance(value, list):
            return path, value
    said = _said_instead(document)
    faults.append(
        issue(
            "fts_no_flows",
            Weight.ERROR,
            Place(path="data.flows"),
            f"There is no list of flows in this document{said}.",
            expected="a list at data.flows",
            found=type(document).__name__,
        )
    )
    return "", ()


def _said_instead(document: object) -> str:
    message = document.get("message") if isinstance(document, dict) else None
    return f'; the service says "{clean(message[:200])}"' if isinstance(message, str) else ""


def _of_the_whole(document: object, lines: Sequence[DraftLine]) -> list[Issue]:
    """Say what is missing: further pages, and a total of the service that is not met."""
    if not isinstance(document, dict):
        return []
    faults = []
    meta = document.get("meta")
    if isinstance(meta, dict) and isinstance(meta.get("nextLink"), str):
        sentence = "This is one page of several; the next is at the address shown."
        place = Place(path="meta.nextLink")
        faults.append(issue("fts_more_pages", Weight.NOTE, place, sentence, found=meta["nextLink"]))
    data = document.get("data")
    incoming = data.get("incoming") if isinstance(data, dict) else None
    if isinstance(incoming, dict):
        faults += _of_the_total(incoming, lines)
    return faults


def _of_the_total(incoming: Mapping[str, object], lines: Sequence[DraftLine]) -> list[Issue]:
    """Compare with the service's own total where the file holds every flow of it."""
    total, count = incoming.get("fundingTotal"), incoming.get("flowCount")
    here = [line for line in lines if line.extra.get("boundary") == "incoming"]
    if not isinstance(total, Decimal) or not isinstance(count, Decimal) or len(here) != count:
        return []
    funded = (line for line in here if line.status in (Status.COMMITTED, Status.DELIVERED))
    counted = sum(
        (Decimal(line.extra.get("amount_usd", "0")) for line in funded if not line.part_of),
        Decimal(0),
    )
    if abs(counted - total) <= Decimal(len(here)):
        return []
    return [
        issue(
            "fts_total_differs",
            Weight.NOTE,
            Place(path="data.incoming.fundingTotal"),
            f"The flows that count come to {counted:,} dollars, the service's total to {total:,}.",
            expected=f"{total:f}",
            found=f"{counted:f}",
        )
    ]
