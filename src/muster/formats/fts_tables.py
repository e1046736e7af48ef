"""Flows of the FTS as the tables that the Humanitarian Data Exchange offers for each country.

A table such as fts_incoming_funding_pse.csv has one flow in a row, under the names that the service
itself gives its fields and a row of HXL tags; https://data.humdata.org/dataset/fts-requirements-and-
funding-data-for-occupied-palestinian-territory is one.  Each row is read as the flow that it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final

from muster.core.exchange import Issue, Place
from muster.core.intake.grids import Cell, letter, shown
from muster.core.intake.tags import is_tag_row
from muster.formats.fts_families import Flow
from muster.formats.fts_flows import read_flow

_START: Final = 4096
_NAMES: Final = (b"amountUSD", b"srcOrganization", b"destOrganization")
_NUMBERS: Final = frozenset({"amountUSD", "originalAmount", "exchangeRate", "versionId"})
_OBJECTS: Final = {
    "Organization": ("srcOrganization", "destOrganization"),
    "Location": ("srcLocations", "destLocations"),
    "Plan": ("srcPlan", "destPlan"),
    "GlobalCluster": ("srcGlobalClusters", "destGlobalClusters"),
    "Project": ("srcProject", "destProject"),
    "Emergency": ("srcEmergency", "destEmergency"),
}


def is_flow_table(data: bytes) -> bool:
    """Say whether bytes begin as such a table does."""
    head = data[:_START].partition(b"\n")[0]
    return all(name in head for name in _NAMES)


def read_flow_rows(rows: Sequence[Sequence[Cell]]) -> list[Flow]:
    """Read the rows below the headings, each as one flow; places are cells."""
    if not rows:
        return []
    headings = [shown(cell).strip() for cell in rows[0]]
    columns = {name: number for number, name in reversed(list(enumerate(headings))) if name}
    flows: list[Flow] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell != "" for cell in row) or is_tag_row(row):
            continue
        fields = {
            name: " ".join(shown(row[column]).split())
            for name, column in columns.items()
            if column < len(row) and row[column] != ""
        }
        flow = read_flow(_as_served(fields), len(flows), f"row {number}")
        flows.append(_in_cells(flow, number, columns))
    return flows


def _as_served(fields: Mapping[str, str]) -> dict[str, object]:
    """Write a row as the service's own answer has it."""
    flow: dict[str, object] = {
        name: _number(text) if name in _NUMBERS else text for name, text in fields.items()
    }
    for side, end in (("sourceObjects", 0), ("destinationObjects", 1)):
        flow[side] = [
            {"type": kind, "name": fields[names[end]]}
            for kind, names in _OBJECTS.items()
            if names[end] in fields
        ]
    return flow


def _number(text: str) -> Decimal | str:
    """Read a number as the service writes it; what is none stays text and is judged as such."""
    try:
        return Decimal(text) if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text) else text
    except InvalidOperation:
        return text


def _in_cells(flow: Flow, row: int, columns: Mapping[str, int]) -> Flow:
    def placed(issue: Issue) -> Issue:
        name = re.split(r"[.\[]", issue.place.path.partition(".")[2] or "")[0]
        column = columns.get(name, columns.get("amountUSD", 0))
        return replace(issue, place=Place(row=row, column=letter(column)))

    line = flow.line
    at = Place(row=row, column=letter(columns.get("description", 0)))
    issues = tuple(placed(issue) for issue in line.issues)
    return replace(flow, line=replace(line, place=at, issues=issues))
