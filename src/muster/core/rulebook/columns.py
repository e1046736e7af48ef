"""Many cases at once: a table for each side, and for each case the row of each table.

A nation that gives a thousand times stands once in the table of donors, so what a rule says of the
donor alone is worked out once and looked up a thousand times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from muster.core.rulebook.facts import FACTS, SIDES, Case, Value

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of one side: the distinct values, and for each row which one it has."""

    values: tuple[Value, ...]
    codes: Rows


@dataclass(frozen=True, slots=True)
class Table:
    """The facts of one side, by name, in rows."""

    length: int
    columns: Mapping[str, Column]


@dataclass(slots=True)
class Cases:
    """Many cases.

    Args:
        length: how many.
        tables: the facts of each side.
        rows: for each side, the row of its table that belongs to each case.
    """

    length: int
    tables: Mapping[str, Table]
    rows: Mapping[str, Rows]
    worked: dict[Any, Any] = field(default_factory=dict)
    """What was worked out of these cases before, by the part of a rule (see `arrays.py`)."""

    def one(self, case: int) -> Case:
        """Give one of the cases by itself."""
        found: dict[str, Value] = {}
        for side, table in self.tables.items():
            row = self.rows[side][case]
            for name, column in table.columns.items():
                found[name] = column.values[column.codes[row]]
        return found


def table(facts: Sequence[Mapping[str, Value]], names: Sequence[str]) -> Table:
    """Lay the facts of one side out in columns, a row for each."""
    return Table(len(facts), {name: _column([row.get(name) for row in facts]) for name in names})


def cases_of(cases: Sequence[Case]) -> Cases:
    """Lay cases out by their sides; what is alike on one side stands there once."""
    tables: dict[str, Table] = {}
    rows: dict[str, Rows] = {}
    for side in SIDES:
        names = tuple(name for name, kind in FACTS.items() if kind.side == side)
        seen: dict[tuple[Value, ...], int] = {}
        places = [
            seen.setdefault(tuple(case.get(name) for name in names), len(seen)) for case in cases
        ]
        tables[side] = table([dict(zip(names, row, strict=True)) for row in seen], names)
        rows[side] = np.array(places, dtype=np.intp)
    return Cases(len(cases), tables, rows)


def _column(values: Sequence[Value]) -> Column:
    seen: dict[tuple[type, Value], int] = {}
    codes = [seen.setdefault((type(value), value), len(seen)) for value in values]
    return Column(tuple(value for _, value in seen), np.array(codes, dtype=np.intp))
