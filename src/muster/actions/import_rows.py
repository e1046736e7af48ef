"""All lines of a file, settled and written: plain rows by their columns, all others singly."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from muster.actions.import_lines import (
    NULL,
    amount_cells,
    cell_text,
    cell_texts,
    copy_texts,
    json_text,
    line_text,
)
from muster.actions.progress import parts, tell
from muster.core.exchange import Change, DraftLine, Status
from muster.core.intake.drafts import stated_data
from muster.core.intake.plain_rows import Lines, PlainRows
from muster.core.intake.settled import Choice, Facts, Verdict
from muster.core.intake.settling import settle
from muster.core.intake.settling_rows import Counted, Held, RowsSettler, SettledRows

Decided = Mapping[tuple[int, str], Choice]
"""What was decided of lines, by their number and text."""

_AS_READ: Final = Choice()
_AT_ONCE: Final = 1_000  # lines that are sent together


def store_reading(batch: UUID, lines: Sequence[DraftLine], facts: Facts, decided: Decided) -> None:
    """Settle the lines of a file and write them, with what was decided of them before."""
    whole, head = len(lines), str(batch)
    settler = RowsSettler(facts)
    by_columns = isinstance(lines, Lines) and settler.serves and not decided
    found: list[PlainRows | _Rows | str] = []
    done = 0
    # What asks the database is settled first: it listens to one thing at a time.  The rows of which
    # everything is known by then are settled while it takes in those before them.
    for part in lines.parts if by_columns and isinstance(lines, Lines) else (lines,):
        if by_columns and isinstance(part, PlainRows):
            found.append(part if settler.learn(part) else _rows(head, part, settler))
        else:
            found += [_singly(head, some, facts, decided) for some in parts(part, _AT_ONCE)]
        done += len(part)
        tell(done, whole)
    writer = _RowWriter(head)
    copy_texts(
        each
        if isinstance(each, str)
        else writer.text(
            _Rows(settler.settle_clean(each), {}) if isinstance(each, PlainRows) else each
        )
        for each in found
    )
    tell(whole, whole)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Settled rows, with the finished text of each that is not clean."""

    settled: SettledRows
    singly: Mapping[int, str]


def _rows(head: str, rows: PlainRows, settler: RowsSettler) -> _Rows:
    settled = settler.settle(rows)
    singly = {n: line_text(head, settle(rows[n], settler.facts)) for n in settled.unclean}
    return _Rows(settled, singly)


def _singly(head: str, lines: Sequence[DraftLine], facts: Facts, decided: Decided) -> str:
    texts = []
    for draft in lines:
        choice = decided.get((draft.number, draft.text), _AS_READ)
        texts.append(line_text(head, settle(draft, facts, choice), choice))
    return "".join(texts)


_Key = TypeVar("_Key")


class _Written(dict[_Key, str]):
    """Each different thing written once."""

    def __init__(self, write: Callable[[_Key], str]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, key: _Key) -> str:
        text = self[key] = self.write(key)
        return text

    def all(self, keys: Iterable[_Key]) -> list[str]:
        """Write each of a column."""
        return list(map(self.__getitem__, keys))


class _RowWriter:
    """Writes clean rows as `line_text` writes a line, each different thing once."""

    def __init__(self, head: str) -> None:
        self.head = head
        self._cells: _Written[str | None] = _Written(_cell)
        self._items: _Written[Held | None] = _Written(_item_cells)
        self._amounts: _Written[Counted | None] = _Written(_amount)
        self._stated: _Written[Counted | None] = _Written(_stated)
        self._statuses: _Written[Status] = _Written(lambda status: status.value)
        self._words = {name: _Written(_word(name)) for name in _WORDS}
        self._days = {name: _Written(_day(name)) for name in _DAYS}
        self._changes: _Written[Change] = _Written(_change)
        self._values: _Written[Decimal | None] = _Written(_value)

    def text(self, rows: _Rows) -> str:
        """Write rows, with the text of each that is not clean in its place."""
        settled, plain = rows.settled, rows.settled.rows
        head, many = self.head, len(plain)
        sheet, column = json_text(plain.sheet), plain.column
        place = cell_text(f"sheet {plain.sheet}, {column}") if plain.sheet else column
        texts = [
            f"{head}\t{number}\t{place}{row}\t{text}\t{words}\t{item}\t{amount}\t{unit}\t{party}"
            f'\t{status}\t{{"place":[{sheet},{row},"{column}"]{said},"quantity":{stated}}}{_CLEAN}'
            for number, row, text, words, item, amount, unit, party, status, said, stated in zip(
                range(plain.number, plain.number + many),
                range(plain.row, plain.row + many),
                cell_texts(plain.texts),
                cell_texts(plain.items),
                self._items.all(settled.items),
                self._amounts.all(settled.amounts),
                self._cells.all(settled.units),
                self._cells.all(settled.parties),
                self._statuses.all(plain.statuses),
                self._said(plain),
                self._stated.all(settled.amounts),
                strict=True,
            )
        ]
        for number, text in rows.singly.items():
            texts[number] = text
        return "".join(texts)

    def _said(self, rows: PlainRows) -> Iterable[str]:
        """Write what else the draft of each row says, in JSON."""
        fields = [
            self._words[name].all(getattr(rows, column))
            for name, column in _WORDS.items()
            if any(getattr(rows, column))
        ]
        if any(change is not Change.NONE for change in rows.changes):
            fields.append(self._changes.all(rows.changes))
        fields += [
            self._days[name].all(getattr(rows, name)) for name in _DAYS if any(getattr(rows, name))
        ]
        if any(value is not None for value in rows.values):
            fields.append(self._values.all(rows.values))
        if any(rows.extras):
            fields.append(
                [f',"extra":{json_text(dict(each))}' if each else "" for each in rows.extras]
            )
        return map("".join, zip(*fields, strict=True)) if fields else [""] * len(rows)


_CLEAN: Final = f"\t{Verdict.READY.value}\t{NULL}\t{NULL}\t{NULL}\n"
_DAYS: Final = ("needed_from", "needed_by", "stated_on")
_WORDS: Final = {
    "party_text": "parties",
    "item_code": "codes",
    "reference": "references",
    "place_text": "place_texts",
    "use_text": "use_texts",
    "currency": "currencies",
    "note": "notes",
}
"""The words of a draft, by the column of plain rows that holds each."""


def _cell(text: str | None) -> str:
    return cell_text(text or "")


def _item_cells(held: Held | None) -> str:
    return "" if held is None else f"{cell_text(held.code)}\t{held.confidence!r}"


def _amount(counted: Counted | None) -> str:
    return "" if counted is None else amount_cells(counted.quantity, counted.typed)


def _stated(counted: Counted | None) -> str:
    return "" if counted is None else json_text(stated_data(counted.stated))


def _word(name: str) -> Callable[[str], str]:
    return lambda word: f',"{name}":{json_text(word)}' if word else ""


def _day(name: str) -> Callable[[date | None], str]:
    return lambda day: "" if day is None else f',"{name}":"{day.isoformat()}"'


def _change(change: Change) -> str:
    return "" if change is Change.NONE else f',"change":"{change.value}"'


def _value(value: Decimal | None) -> str:
    return "" if value is None else f',"value":"{value}"'
