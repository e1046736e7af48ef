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

from muster.actions.progress import tell
from muster.core.intake.drafts import Data, draft_data, issue_data
from muster.core.intake.settled import Candidate, Choice, Settled

_COLUMNS: Final = (
    *("batch_id", "number", "place", "text", "item_text", "draft", "decision", "verdict"),
    *("item", "confidence", "candidates", "quantity_kind", "low", "high", "per"),
    *("typed_amount", "typed_unit", "party", "status", "issues"),
)
_COPY: Final = f"COPY import_line ({', '.join(_COLUMNS)}) FROM STDIN"
_NOTHING: Final = Choice()
_AT_ONCE: Final = 200  # rows that are sent together


def store_lines(
    batch: UUID, lines: Iterable[tuple[Settled, Choice]], *, whole: int | None = None
) -> int:
    """Write settled lines with what was decided of them; say how many there were."""
    count = 0
    head = str(batch)
    chunks: list[str] = []
    waiting: list[str] = []
    # All is written out first: settling asks the database, which listens to one thing at a time.
    for settled, choice in lines:
        waiting.append(_row(head, settled, choice))
        count += 1
        if len(waiting) == _AT_ONCE:
            tell(count, whole)
            chunks.append("".join(waiting))
            waiting.clear()
    chunks.append("".join(waiting))
    tell(count, whole)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for chunk in chunks:
            copy.write(chunk)
    return count


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


def _row(batch: str, line: Settled, choice: Choice) -> str:
    """Write one row as COPY reads it: cells between tabs, a backslash before what ends one."""
    draft, quantity = line.draft, line.quantity
    cells = (
        batch,
        str(draft.number),
        _text(draft.place.text),
        _text(draft.text),
        _text(draft.item_text),
        _json(draft_data(draft)),
        _NULL if choice == _NOTHING else _json(_choice(choice)),
        line.verdict.value,
        _text(line.item),
        repr(line.confidence),
        _json([_candidate(each) for each in line.candidates]) if line.candidates else _NULL,
        quantity.kind.value,
        _NULL if quantity.low is None else str(quantity.low),
        _NULL if quantity.high is None else str(quantity.high),
        quantity.per.value if quantity.per else "",
        _text(line.typed_amount),
        _text(line.typed_unit),
        _text(line.party),
        draft.status.value,
        _json([issue_data(issue) for issue in line.issues]) if line.issues else _NULL,
    )
    return "\t".join(cells) + "\n"


_NULL: Final = "\\N"
# The database keeps no zero byte and no half of a surrogate pair; the original bytes have them.
_HALVES: Final = str.maketrans({chr(half): "\ufffd" for half in range(0xD800, 0xE000)})
_ESCAPES: Final = _HALVES | str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\ufffd"}
)
# What COPY would take for an end, or the database does not keep.
_PLAIN: Final = re.compile("[\\\\\t\n\r\0\ud800-\udfff]")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _text(text: str) -> str:
    return text if _PLAIN.search(text) is None else text.translate(_ESCAPES)


def _json(value: object) -> str:
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
