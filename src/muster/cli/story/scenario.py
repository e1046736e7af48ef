"""The scenario's files, read as tables; what their keys mean is in cli/scenario/README.md."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

# A table of the scenario: published facts, and what fills the gaps between them.
Table = Mapping[str, Any]

_FOLDER = Path(__file__).parent.parent / "scenario"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is told of one operation.

    Args:
        operation: the operation's own table, or None where it exists already.
        code: the operation's code.
        clock: the moment at which this part of the scenario stands.
        tables: everything else in the file.
    """

    operation: Table | None
    code: str
    clock: datetime
    tables: Table

    def all(self, kind: str) -> list[Table]:
        """List the tables of a kind: requests, offers, allocations, consignments ..."""
        listed: list[Table] = self.tables.get(kind, [])
        return listed

    def request_line(self, key: str) -> Table:
        """Find a request line by its key; raises KeyError if the scenario has none."""
        for request in self.all("requests"):
            for line in request["lines"]:
                if line["key"] == key:
                    found: Table = line
                    return found
        raise KeyError(key)


def main_job() -> tuple[Scenario, ...]:
    """Read the operations of the main job, which end at the demo's clock."""
    return _read("support_to_ukraine"), _read("turkiye_earthquake")


def exercise() -> Scenario:
    """Read the exercise of the guarantee, which is invented throughout and counts for nothing."""
    return _read("exercise_guarantee")


def later() -> Scenario:
    """Read the request of 2024, which lies after the demo's clock."""
    return _read("ukraine_2024_request")


def _read(name: str) -> Scenario:
    tables = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    operation = tables.get("operation")
    return Scenario(
        operation=operation,
        code=operation["code"] if operation else tables["operation_code"],
        clock=tables["clock"],
        tables=tables,
    )
