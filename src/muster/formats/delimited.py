"""Text files of cells: CSV with any separator, encoding and quotation marks."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from muster.core.exchange import NOWHERE, Hints, Issue, Place, Reading, Weight
from muster.core.intake.grids import Cell, Grid
from muster.core.intake.tables import read_grids
from muster.formats import guards
from muster.formats.decoding import decode, repaired

SEPARATORS: Final = (",", ";", "\t", "|")
MOST_COLUMNS: Final = 16_384
MOST_ROWS: Final = 1_048_576
"""As many as a spreadsheet has; a longer file is a database."""
MOST_CELL: Final = 1_000_000
"""Characters in one cell; more means that a quotation mark was never closed."""


@dataclass(frozen=True, slots=True)
class Csv:
    """Comma-separated values, and all their kin."""

    name: str = "csv"
    title: str = "Text table (.csv, .tsv)"

    def claims(self, data: bytes, name: str) -> float:
        """Look for the same separator in line after line."""
        if not data.strip() or data[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"}:
            return 0.0
        lowered = name.lower()
        if lowered.endswith((".csv", ".tsv")):
            return 0.9
        head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
        if head[:1] in {b"<", b"{", b"["} or (
            lowered.endswith((".txt", ".eml")) and _is_prose(data)
        ):
            return 0.0
        text = decode(data[:_HEAD]).text
        if len(text.strip().splitlines()) == 1 and _SENTENCE.search(text):
            return 0.0
        _, share = find_separator(text)
        return 0.7 * share if share > _SURE else 0.0

    def read(self, data: bytes, hints: Hints) -> Reading:
        """Read the rows, however they are separated."""
        large = guards.too_large(data)
        if large is not None:
            return Reading(format=self.name, issues=(large,))
        decoded = decode(data)
        rows, issues = read_text(decoded.text)
        if any(issue.weight is Weight.ERROR for issue in issues):
            return Reading(format=self.name, issues=(*decoded.issues, *issues))
        rows = [[] if _RULE.fullmatch("".join(map(str, row))) else row for row in rows]
        grid = Grid(name="", rows=rows, issues=repaired(rows, ""), rows_may_shift=True)
        reading = read_grids([grid], hints, format_name=self.name)
        return replace(reading, issues=(*decoded.issues, *issues, *reading.issues))


CSV: Final = Csv()

_HEAD = 32 * 1024
_SENTENCE = re.compile(r"[,;:]\s+\S+\s+\S+")
"""Words between marks of a single line, which are then a sentence's: "tents; 40 beds a week"."""
_SURE = 0.6


def find_separator(text: str) -> tuple[str, float]:
    """Find what separates the cells of a text, and the share of its lines that agree on it.

    The cells must be as many in most lines, and more than one; where two marks do so, the one that
    cuts each line into more cells is meant, and a comma or a semicolon before a tab in a cell.
    """
    said = _SAID.match(text)
    if said is not None:
        return said[1], 1.0
    lines = _sample(text)
    best, found = (0.0, 0.0), ","
    for mark in SEPARATORS:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        wide = Counter(count for count in counts if count > 1)
        if not wide:
            continue
        width, agreeing = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
        share = agreeing / len(counts)
        # Decimal commas cut lines too, but not each of them alike.
        score = (share * (1 + min(width, 20) / 20), share)
        if score > best:
            best, found = score, mark
    return found, best[1]


def read_text(text: str) -> tuple[list[list[Cell]], list[Issue]]:
    """Cut a text into rows of cells; never raises."""
    separator, _ = find_separator(text)
    said = _SAID.match(text)
    if said is not None:
        text = text[said.end() :]
    quoted = '"' in text
    rows, fault = _rows(text, separator, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    issues: list[Issue] = []
    if fault is None and quoted:
        open_at = _never_closed(rows, separator)
        if open_at is not None:
            # A mark of inches (12") opens a quotation that swallows the rest of the file.
            rows, fault = _rows(text, separator, quoting=csv.QUOTE_NONE)
            rows = [[_bare(cell) for cell in row] for row in rows]
            issues.append(_unclosed(open_at))
    if fault is not None:
        return [], [fault]
    if '="' in text:
        rows = [[_unwrapped(cell) for cell in row] for row in rows]
    return cast("list[list[Cell]]", rows), issues


_RULE = re.compile(r"(?:\s*:?-{2,}:?\s*)+")
"""The rule under the headings of a table as Markdown writes it."""
_SAID = re.compile(r'\s*"?sep=([^\w\s]|\t)"?[^\n]*\n', re.IGNORECASE)
_WRAPPED = re.compile(r'="(.*)"')


def _sample(text: str) -> list[str]:
    lines = [line for line in text[:_HEAD].splitlines() if line.strip()]
    # The last line of the sample may be cut in two.
    return [line[:10_000] for line in (lines[:-1] if len(text) > _HEAD else lines)[:60]]


def _rows(text: str, separator: str, *, quoting: int) -> tuple[list[list[str]], Issue | None]:
    """Cut a text into rows, bounded in each direction."""
    csv.field_size_limit(MOST_CELL)
    rows: list[list[str]] = []
    lines = _lines(text)
    reader = csv.reader(lines, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                return [], _too_wide(len(rows) + 1, len(row))
            rows.append(row)
            if len(rows) > MOST_ROWS:
                return [], _too_long()
    except csv.Error as problem:
        return [], _not_cells(len(rows) + 1, str(problem))
    return rows, None


def _lines(text: str) -> Iterable[str]:
    """Give line after line with its end, also where lines end by a carriage return alone."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [f"{line}\n" for line in text.split("\n")]


def _never_closed(rows: Sequence[Sequence[str]], separator: str) -> int | None:
    """Find a cell that swallowed whole rows because its quotation was never closed."""
    width = max((len(row) for row in rows[:_LOOK]), default=0)
    for number, row in enumerate(rows):
        for cell in row:
            if "\n" not in cell:
                continue
            lines = cell.split("\n")
            if len(lines) > _MOST_LINES:
                return number + 1
            if width > 1 and any(line.count(separator) >= width - 1 for line in lines[1:]):
                return number + 1
    return None


_LOOK = 20
_MOST_LINES = 40


def _bare(cell: str) -> str:
    text = cell.strip()
    whole = len(text) > 1 and text[0] == text[-1] == '"'
    if whole:
        return text[1:-1].replace('""', '"')
    # The mark that was never closed stands before the cell's own text.
    return text[1:] if text.startswith('"') and text.count('"') == 1 else cell


def _unwrapped(cell: str) -> str:
    """Take ="0012", by which programs keep a code from becoming a number, for 0012."""
    match = _WRAPPED.fullmatch(cell.strip())
    return match[1] if match else cell


def _is_prose(data: bytes) -> bool:
    """Say whether a text file is sentences rather than cells: few tabs, semicolons and bars."""
    head = data[:_HEAD]
    lines = max(1, head.count(b"\n"))
    return all(head.count(mark) < lines * 0.8 for mark in (b"\t", b";", b"|"))


def _too_wide(row: int, columns: int) -> Issue:
    return Issue(
        code="too_many_columns",
        weight=Weight.ERROR,
        place=Place(row=row),
        expected=f"at most {MOST_COLUMNS:,} columns",
        found=f"{columns:,} columns",
        sentence="The file has more columns than any list; check what separates its cells.",
    )


def _too_long() -> Issue:
    return Issue(
        code="too_many_rows",
        weight=Weight.ERROR,
        place=NOWHERE,
        expected=f"at most {MOST_ROWS:,} rows",
        found="more",
        sentence="The file has more rows than any list; send it in parts.",
    )


def _not_cells(row: int, problem: str) -> Issue:
    return Issue(
        code="cells_unreadable",
        weight=Weight.ERROR,
        place=Place(row=row),
        expected="cells with a separator between them",
        found=problem[:120],
        sentence="From this row on the file cannot be cut into cells; check its quotation marks.",
    )


def _unclosed(row: int) -> Issue:
    return Issue(
        code="quotation_unclosed",
        weight=Weight.QUESTION,
        place=Place(row=row),
        expected="a closing quotation mark",
        sentence=(
            "A quotation mark opens here and closes far below or never; the file was read as if"
            " such"
            " marks meant nothing. Check the rows from here on."
        ),
    )
