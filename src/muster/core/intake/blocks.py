"""A document cut into blocks: a row, a field, or lines that belong together.

A block is a slice of the document, so that every character of it keeps its place: a line break
inside is only read as a space.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Final

from muster.core.intake.aligned import Line, Span, aligned
from muster.core.intake.bound_words import ABOUT, LOWER, UPPER
from muster.core.intake.mentions import level
from muster.core.intake.nations import find_nations


class Shape(Enum):
    """How a block is written."""

    TEXT = "text"
    ROW = "row"
    """Cells side by side."""
    FIELD = "field"
    """A header field: "From: ..."."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a row, with its place in the document."""

    text: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines that belong together."""

    shape: Shape
    start: int
    """Of its text in the document, behind bullet and indent."""
    text: str
    """Levelled, as long as the document's own characters."""
    line: int
    """The first line, from 1."""
    indent: int
    marker: str = ""
    """A bullet or number before it: "-", "3.", "4.1."."""
    cells: tuple[Cell, ...] = ()
    name: str = ""
    """Of a field, in lower case."""
    may_be_numbered: bool = False
    """Whether its first figures may be no part of its amount: "1 500 blankets" in a list."""

    @property
    def is_listed(self) -> bool:
        """Whether a bullet or a number says that it is one of several."""
        return bool(self.marker)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    text: str


LONGEST_LINE: Final = 5_000
"""Characters; what is longer is no line of a list that anybody wrote."""


def cut_blocks(text: str) -> Iterator[Block]:
    """Cut a decoded document into blocks, in order; page headers and rules are left out."""
    hangs = len(_HANGING.findall(text[:_MOST_LOOKED_AT])) >= _HABIT
    open_block: Block | None = None
    last = ""
    numbered = find_numbering(text)
    columns = aligned([Line(line.number, line.text) for line in _lines(text)])
    for line in _lines(text):
        spans = columns.get(line.number)
        block = _block(line, is_numbered=numbered.get(line.number))
        block = block if spans is None else _aligned_row(line, spans)
        if block is None:
            if open_block is not None:
                yield open_block
            open_block = None
            continue
        if open_block is not None and _goes_on(open_block, last, block, hangs=hangs):
            open_block = _joined(text, open_block, line)
        else:
            if open_block is not None:
                yield open_block
            open_block = block
        last = line.text
    if open_block is not None:
        yield open_block


def too_long_lines(text: str) -> tuple[int, ...]:
    """List the numbers of lines that are too long to be read."""
    return tuple(line.number for line in _lines(text) if len(line.text) > LONGEST_LINE)


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for number, raw in enumerate(text.splitlines(keepends=True), start=1):
        # Tabs part cells; they are kept apart from the spaces that they are read as elsewhere.
        text = level(raw.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029").replace("\t", _TAB))
        yield _Line(number, start, text)
        start += len(raw)


_TAB = "\x1f"
_NOTHING: Final = re.compile(
    r"\s*(?:#.*|[-=_*~.\s]{3,}|\|?(?:\s?:?-{2,}:?\s?\|)+[\s:-]*|https?://\S+|-\s?\d{1,3}\s?-"
    r"|page \d+(?: of \d+)?|\[\.\.\.\]|>+)?\s*"
    r"|\s*NON ?- ?CLASSIFIED\b.*|\s*\(?https?://\S+\)?\s*",
    re.IGNORECASE,
)
_MARKER: Final = re.compile(
    r"(?P<marker>[*\u2022\u00b7\u25aa\u25cf\u25e6\u2023\u27a2\u2713\u25ba\u00a7\uf0b7>\u2190-\u21ff\u2600-\u27bf\U0001f300-\U0001faff\ufe0f]+\s*|-\s+|--\s+|o\s+(?=\S)"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}(?:\.\s+|\)\s+|\s+(?=[^\W\d_a-z\u0430-\u044f]))|\d{1,3}[.)]\s+|\(\d{1,2}\)\s+(?=[^\W\d_]{3})"
    r"|\(?[a-z][.)]\s+|\(?[ivx]{1,5}[.)]\s+)"
)
_FIELDS: Final = (
    r"from|to|cc|bcc|subject|subj|re|betreff|objet|date"
    r"|datum|dtg|date of (?:the )?report|as of|as at"
    r"|stand|sent|message n\S{0,3}|message number|precedence|originator|approved by|references?"
    r"|tel|phone|fax|e-?mail|contact|poc|classification"
    r"|distribution|this report consists of|channel"
    r"|format|source|sources|link|url|place of hand-over"
    r"|point of entry|requesting(?: (?:nation|country"
    r"|party))?|requested by|requester|affected (?:country|nation)|country|nation|recipient"
    r"|donor(?: (?:country|nation))?|offered by|donated by|from country|valid until|glide|reply-to"
    r"|mime-version|content-type|content-transfer-encoding|message-id|von|an|gesendet|\u0434\u0430\u0442\u0430"
    r"|\u0432\u0456\u0434|\u043a\u043e\u043c\u0443|\u0442\u0435\u043c\u0430|kimden|kime|konu|tarih"
)
_FIELD: Final = re.compile(
    rf"\s*(?P<name>{_FIELDS})\s{{0,30}}[.:]*:\s*(?P<value>.*)", re.IGNORECASE
)
_GAP: Final = re.compile(r"\x1f+|\s{3,}|\s{2,}(?=[\d~(])|(?<=[\d)])\s{2,}")
_LEADER: Final = re.compile(r"(?<=[^\s.])\s?(?:\.{4,}|(?:\s\.){3,}|\u2026{2,}|_{4,})\s?(?=[^\s.])")
"""Dots that lead from a name to its amount: "Insulin ........ 120,000"."""
_NAME_AND_AMOUNT = 2
_MOST_CELLS = 8
_AMOUNT_CELL: Final = re.compile(
    r"(?:up to|about|approx\.?|max\.?|min\.?|ca\.?|over|at least|nearly|~|>|<)?\s?\d[\d ,.']{0,20}"
    r"(?:\s?(?:-|to)\s?\d[\d ,.']{0,20})?\s?[^\W\d_]{0,12}\.?\s*(?:\(.*\))?",
    re.IGNORECASE,
)


def _block(line: _Line, *, is_numbered: bool | None) -> Block | None:
    """Judge one line alone; None where nothing is to be read in it."""
    text = line.text
    if len(text) > LONGEST_LINE or _NOTHING.fullmatch(text[:400]):
        return None
    stripped = text.strip()
    indent = len(text) - len(text.lstrip())
    field = _FIELD.match(text)
    if field is not None:
        return Block(
            shape=Shape.FIELD, start=line.start + field.start("value"), text=field["value"],
            line=line.number, indent=indent, name=" ".join(field["name"].lower().split()),
        )  # fmt: skip
    marker = (_BARE_NUMBER if is_numbered else _MARKER).match(text, indent)
    begins = marker.end() if marker else indent
    start, body = line.start + begins, text[begins:].rstrip()
    cells = _cells(body, start)
    body = body.replace(_TAB, " ")
    return Block(
        shape=Shape.ROW if cells else Shape.TEXT, start=start, text=body or stripped,
        line=line.number, indent=indent, cells=cells,
        marker=marker["marker"].strip() if marker else "", may_be_numbered=is_numbered is False,
    )  # fmt: skip


def _aligned_row(line: _Line, spans: tuple[Span, ...]) -> Block:
    """Make a row of the cells that stand under a header's words."""
    begin = len(line.text) - len(line.text.lstrip())
    cells = tuple(Cell(text=line.text[a:b], start=line.start + a) for a, b in spans)
    # "Mask type 2 500": with one space between columns the 2 may end the name.
    is_open = any(
        b == c - 1 and _SPACED.fullmatch(line.text[c:d]) for (_, b), (c, d) in pairwise(spans)
    )
    return Block(
        shape=Shape.ROW, start=line.start + begin, text=line.text.strip(), line=line.number,
        indent=begin, cells=cells, may_be_numbered=is_open,
    )  # fmt: skip


_SPACED: Final = re.compile(r"\d{1,3}(?: \d{3})+")


_BARE_NUMBER: Final = re.compile(r"(?P<marker>\d{1,3})[\s|\x1f]\s*(?=\S)")
_NUMBERED: Final = re.compile(r"\s*(?P<number>[1-9]\d{0,2})[ \t\u00a0]+(?=[^\s])(?P<rest>.*)")
_GROUP_NEXT: Final = re.compile(r"\d{3}(?!\d)")
_SURE = 3
"""Rows in a row whose first numbers count 1, 2, 3: nobody gives amounts by chance like that."""


def find_numbering(text: str) -> dict[int, bool]:
    """Say which lines a list numbers without a mark, by their number; False where it stays open.

    "1 500 blankets", "2 300 tents", "3 40 stoves": the first numbers count the rows.  Of two such
    rows that could both be thousands nobody can tell.
    """
    found: dict[int, bool] = {}
    run: list[tuple[int, bool]] = []
    for line in _lines(text):
        if not line.text.strip():
            continue
        match = _NUMBERED.match(line.text)
        if (
            match
            and int(match["number"]) == len(run) + 1
            and "|" not in line.text
            and (_TAB not in line.text)
        ):
            run.append((line.number, _GROUP_NEXT.match(match["rest"]) is not None))
            continue
        found |= _settle_run(run)
        first = match is not None and match["number"] == "1" and "|" not in line.text
        run = (
            [(line.number, _GROUP_NEXT.match(match["rest"]) is not None)]
            if match and first and _TAB not in line.text
            else []
        )
    return found | _settle_run(run)


def _settle_run(run: list[tuple[int, bool]]) -> dict[int, bool]:
    """Judge rows whose first numbers count up from one."""
    if len(run) <= 1:
        return {}
    looks_grouped = all(grouped for _, grouped in run)
    sure = len(run) > _SURE or (len(run) == _SURE and not looks_grouped)
    if not sure and not any(grouped for _, grouped in run):
        # "1 generator" and "2 tents" are amounts.
        return {}
    return {number: sure for number, grouped in run if sure or grouped}


def _cells(text: str, start: int) -> tuple[Cell, ...]:
    """Cut a line into cells where bars, tabs or wide gaps stand between an item and its amount."""
    if "|" in text:
        cells = _split(text, start, re.compile(r"\|"))
        return cells if len(cells) > 1 else ()
    if _LEADER.search(text) is not None:
        cells = _split(text, start, _LEADER)
        return cells if len(cells) == _NAME_AND_AMOUNT else ()
    if "  " not in text.replace(_TAB, "  "):
        return ()
    cells = _split(text, start, _GAP)
    amounts = [cell for cell in cells if _AMOUNT_CELL.fullmatch(cell.text)]
    if len(cells) > 1 and len(amounts) == 1 and len(cells) <= _MOST_CELLS:
        return cells
    if _TAB in text and len(cells) > 1:
        return cells
    return ()


def _split(text: str, start: int, pattern: re.Pattern[str]) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    past = 0
    for match in (*pattern.finditer(text), None):
        end = match.start() if match else len(text)
        piece = text[past:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            cells.append(Cell(text=piece.strip(), start=start + past + lead))
        past = match.end() if match else end
    return tuple(cells)


_JOINS: Final = re.compile(
    r"(?:[,;(/&+|-]|\b(?:and|or|of|the|with|for|to|und|et|ou|oder|mit|de|plus|including|\u0442\u0430|\u0456|\u0437|ve))$",
    re.IGNORECASE,
)
# A document that indents the lines that carry on needs no other sign of them.
_HANGING: Final = re.compile(r"\S {0,3}\n {1,8}[^\W_]")
_HABIT = 2
_WIDEST = 110
"""Characters; nobody breaks lines by hand beyond that, so a longer line ends where it ends."""
_PROSE = 8
_MOST_LOOKED_AT = 50_000
_STARTS_ANEW: Final = re.compile(r"[^\W\d_a-z][^:;,.]{1,40}(?::\s|\s->\s)")
_NAME_FIRST: Final = re.compile(r"(?P<name>[^\W\d_a-z][^:;,\d]{1,40}?)\s{0,2}(?::|\s-)\s")
_WRAPPED = 58
"""Characters; a shorter line that ends without a mark was not broken by an editor."""
_MOST_OPEN = 4_000


def _goes_on(  # noqa: PLR0911 - cases, read from the top
    before: Block, last: str, block: Block, *, hangs: bool
) -> bool:
    """Say whether a line carries on the block above it.

    Args:
        before: the block so far.
        last: its last line.
        block: the line.
        hangs: whether the document indents lines that carry on.
    """
    if block.marker or block.shape is Shape.FIELD or len(before.text) > _MOST_OPEN:
        return False
    if "|" in (last.strip(), block.text.strip()):
        # A page's table as text has a bar on a line of its own between cells.
        starts_row = "|" in block.text and block.text.strip() != "|"
        return not starts_row and before.shape is not Shape.FIELD
    if before.shape is Shape.FIELD:
        return block.indent > before.indent + _FIELD_INDENT and bool(before.text)
    if "|" in last or "|" in block.text:
        return _row_goes_on(before, last.rstrip(), block)
    if Shape.ROW in (before.shape, block.shape) or _starts_anew(block.text):
        return False
    end, is_deeper = last.rstrip(), block.indent > before.indent
    if end.endswith((":", ".")):
        is_inner = not end.endswith(":") or ";" in before.text
        return is_deeper and block.text[:1].islower() and is_inner
    return _is_open(before, end, block) or _is_wrapped(before, end, block, hangs=hangs)


def _starts_anew(text: str) -> bool:
    """Say whether a line begins with who or what it tells of: "Japan - 5 tonnes of ..."."""
    if _STARTS_ANEW.match(text) is not None:
        return True
    name = _NAME_FIRST.match(text)
    if name is None:
        return False
    found = find_nations(name["name"])
    return len(found) == 1 and (not found[0].start or found[0].end == name.end("name"))


def _row_goes_on(before: Block, end: str, block: Block) -> bool:
    """Say whether a line carries on one with bars, or the other way round."""
    text = block.text
    if "|" not in end:
        return before.shape is Shape.TEXT and end.endswith(",")
    is_remark = block.indent > 0 and "|" not in text and text.startswith("(")
    return end.endswith("|") or is_remark or ("|" in text and _rowless(before))


def _is_open(before: Block, end: str, block: Block) -> bool:
    """Say whether a block cannot end where it ends: an open bracket, a comma, an "and"."""
    opened, is_deeper = before.text[-400:], block.indent > before.indent
    return (
        opened.count("(") > opened.count(")")
        or (block.text.startswith("(") and is_deeper)
        or _JOINS.search(end) is not None
    )


def _is_wrapped(before: Block, end: str, block: Block, *, hangs: bool) -> bool:
    """Say whether an editor broke the line, and not its author."""
    text, is_deeper = block.text, block.indent > before.indent
    if text[:1].isupper() and text.endswith(":") and len(text.split()) <= _MOST_OF_LABEL:
        return False
    is_long = len(end) >= _WRAPPED
    if not is_long and _AMOUNT_FIRST.match(text):
        return False
    if text[:1].islower() and (is_long or end[-1:].isdigit() or is_deeper):
        return True
    if text[:1].isupper() and not is_deeper and (hangs or len(end) > _WIDEST):
        return False
    if _NEW_SENTENCE.match(text) and find_nations(text[:_NAME])[:1]:
        return False
    return is_long and len(end.split()) >= _PROSE


_AMOUNT_FIRST: Final = re.compile(rf"(?:{UPPER}|{LOWER}|{ABOUT})\s{{1,2}}\d", re.IGNORECASE)
_FIELD_INDENT = 3
_MOST_OF_LABEL = 4
_NAME = 40
_NEW_SENTENCE: Final = re.compile(
    r"[^\W\d_a-z][\w ]{1,30}\s(?:has|have|had|will|sent"
    r"|sends|offer(?:s|ed)|pledge[sd]|donate[sd]|is|are"
    r"|deliver(?:s|ed)|request(?:s|ed)|provide[sd]|dispatched|announced)\s"
)


def _rowless(block: Block) -> bool:
    """Say whether bars in a block part whole phrases, not columns."""
    whole = [cell for cell in block.cells if re.search(r"\d[^\n]{0,80}?[^\W\d_]{3}", cell.text)]
    return len(whole) > 1


def _joined(text: str, block: Block, line: _Line) -> Block:
    """Let a block reach to the end of a further line."""
    end = line.start + len(line.text.rstrip())
    joined = level(text[block.start : end])
    cells = _split(joined, block.start, re.compile(r"\|")) if "|" in joined else ()
    return Block(
        shape=Shape.ROW if cells else block.shape, start=block.start, text=joined, line=block.line,
        indent=block.indent, marker=block.marker, cells=cells, name=block.name,
    )  # fmt: skip
