"""The lines of an import, written to their table in one COPY whatever their number."""

import gc
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Final
from uuid import UUID

from django.db import connection, models
from psycopg.copy import QueuedLibpqWriter

from muster.core.intake.drafts import Data, draft_data, issue_data
from muster.core.intake.settled import Candidate, Choice, Settled
from muster.core.quantities.amounts import Quantity

_COLUMNS: Final = (
    *("batch_id", "number", "place", "text", "item_text", "item", "confidence"),
    *("quantity_kind", "low", "high", "per", "typed_amount", "typed_unit", "party", "status"),
    *("draft", "verdict", "decision", "candidates", "issues"),
)
_COPY: Final = f"COPY import_line ({', '.join(_COLUMNS)}) FROM STDIN"
_NOTHING: Final = Choice()


def store_lines(batch: UUID, lines: Iterable[tuple[Settled, Choice]]) -> None:
    """Write settled lines with what was decided of them."""
    head = str(batch)
    # All is written out first: settling asks the database, which listens to one thing at a time.
    copy_texts(["".join([line_text(head, settled, choice) for settled, choice in lines])])


def copy_texts(texts: Iterable[str]) -> None:
    """Send rows as `line_text` writes them; they are written on while the database takes them in.

    Nothing may ask the database while they are written.
    """
    with connection.cursor() as cursor:
        # The look at whose lines came keeps all of them: in memory, while there is room.
        cursor.execute(f"SET LOCAL work_mem = '{_ROOM}'")
        writer = QueuedLibpqWriter(cursor.cursor)
        with cursor.copy(_COPY, writer=writer) as copy:
            for text in texts:
                copy.write(text)
        cursor.execute("SET LOCAL work_mem TO DEFAULT")


_ROOM: Final = "96MB"


@contextmanager
def unswept() -> Iterator[None]:
    """Look for no rings of dead objects while many lines are read: there are none among them.

    Each look goes through every line that is there, so that a long list would take twice its time.
    """
    sweeps = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sweeps:
            gc.enable()


def line_text(batch: str, line: Settled, choice: Choice = _NOTHING) -> str:
    """Write one row as COPY reads it: cells between tabs, a backslash before what ends one."""
    draft, quantity = line.draft, line.quantity
    cells = (
        batch,
        str(draft.number),
        cell_text(draft.place.text),
        cell_text(draft.text),
        cell_text(draft.item_text),
        cell_text(line.item),
        repr(line.confidence),
        amount_cells(quantity, line.typed_amount),
        cell_text(line.typed_unit),
        cell_text(line.party),
        draft.status.value,
        json_text(draft_data(draft)),
        line.verdict.value,
        NULL if choice == _NOTHING else json_text(_choice(choice)),
        json_text([_candidate(each) for each in line.candidates]) if line.candidates else NULL,
        json_text([issue_data(issue) for issue in line.issues]) if line.issues else NULL,
    )
    return "\t".join(cells) + "\n"


def amount_cells(quantity: Quantity, typed: str) -> str:
    """Write the cells of an amount: kind, low, high, per, and how it is typed."""
    low = NULL if quantity.low is None else str(quantity.low)
    high = NULL if quantity.high is None else str(quantity.high)
    per = quantity.per.value if quantity.per else ""
    return f"{quantity.kind.value}\t{low}\t{high}\t{per}\t{cell_text(typed)}"


NULL: Final = "\\N"
# The database keeps no zero byte and no half of a surrogate pair; the original bytes have them.
_HALVES: Final = str.maketrans({chr(half): "\ufffd" for half in range(0xD800, 0xE000)})
_ESCAPES: Final = _HALVES | str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\ufffd"}
)
# What COPY would take for an end, or the database does not keep.
_PLAIN: Final = re.compile("[\\\\\t\n\r\0\ud800-\udfff]")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def cell_text(text: str) -> str:
    """Write a text as a cell."""
    return text if _PLAIN.search(text) is None else text.translate(_ESCAPES)


def cell_texts(texts: list[str]) -> list[str]:
    """Write texts as cells; one look at all of them finds that most need nothing."""
    return texts if _PLAIN.search("".join(texts)) is None else list(map(cell_text, texts))


def json_text(value: object) -> str:
    """Write a value as JSON in a cell."""
    written = _encode(value)
    if "\\u0000" in written:
        written = _encode(_storable(value))
    # JSON has no bare tabs or ends of lines, so COPY wants its backslashes doubled and no more.
    written = written.replace("\\", "\\\\")
    return written if written.isascii() else written.translate(_HALVES)


def _storable(value: object) -> object:
    """Write a zero byte, which the database does not keep, as the sign of what is unreadable."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, Mapping):
        return {str(_storable(key)): _storable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(part) for part in value]
    return value


def _candidate(candidate: Candidate) -> list[object]:
    return [candidate.code, candidate.confidence, candidate.why]


def _choice(choice: Choice) -> Data:
    return {f.name: getattr(choice, f.name) for f in fields(choice) if getattr(choice, f.name)}


def copy_records(model: type[models.Model], records: Iterable[models.Model]) -> None:
    """Write records in one COPY, whatever their number."""
    names = [each.attname for each in model._meta.concrete_fields]
    columns = ", ".join(str(each.column) for each in model._meta.concrete_fields)
    statement = f"COPY {model._meta.db_table} ({columns}) FROM STDIN"
    # All is made first: the database listens to one thing at a time.
    rows = [[getattr(record, name) for name in names] for record in records]
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)
