"""The report as a plain text message: 78 columns, 56 lines a page, the marking on each page."""

import textwrap
from collections.abc import Sequence

from muster.core.moments import dtg, long_moment
from muster.core.sitreps.document import Document, Mark, Paragraph, Section
from muster.core.sitreps.facts import Header
from muster.core.sitreps.wording import one_line

WIDTH = 78
PAGE_LINES = 56
_BODY_LINES = PAGE_LINES - 4  # the marking and a blank line, above and below
_LABEL = 15
_UNMARKED = "  "
_MARKED = "| "


def as_text(document: Document) -> str:
    """Write the report as plain text.

    Each page but the last is 56 lines long, begins with the marking and the message number, and
    ends with the marking and the page's number.  Paragraphs that are new or changed since the
    last report have a bar in the left margin.  A sign is taken to be one column wide.
    """
    # The number of pages stands on the first page, and its digits do not change the line breaks.
    pages = len(_paged(_blocks(document, pages=0)))
    bodies = _paged(_blocks(document, pages=pages))
    header = document.facts.header
    lines = [
        line
        for at, body in enumerate(bodies, start=1)
        for line in _page(header, body, at, last=at == pages)
    ]
    return "\n".join(line.replace("\u00a0", " ").rstrip() for line in lines) + "\n"


def _page(header: Header, body: Sequence[str], at: int, *, last: bool) -> list[str]:
    marking, number = one_line(header.marking), one_line(header.message_number)
    filling = [] if last else [""] * (_BODY_LINES - len(body))
    head = _cut(f"{marking}   {number}")
    return [head, "", *body, *filling, "", _cut(f"{marking}  -{at}-")]


def _paged(blocks: Sequence[Sequence[str]]) -> list[list[str]]:
    """Lay blocks on pages; only a block that is longer than a page is broken."""
    pages: list[list[str]] = [[]]
    for block in blocks:
        if len(pages[-1]) + len(block) > _BODY_LINES and pages[-1]:
            pages.append([])
        for line in block:
            if len(pages[-1]) == _BODY_LINES:
                pages.append([])
            if pages[-1] or line:  # no page begins with a blank line
                pages[-1].append(line)
    return pages


def _blocks(document: Document, *, pages: int) -> list[list[str]]:
    blocks = [_title(document), _head(document.facts.header, pages)]
    for section in document.sections:
        blocks += _section(section)
    return blocks


def _title(document: Document) -> list[str]:
    header = document.facts.header
    legend = (
        "(First report: nothing is marked)"
        if document.since is None
        else "(Latest update has a bar | in the left margin)"
    )
    return [
        line
        for text in (
            one_line(header.centre).upper(),
            f"SITUATION REPORT No. {header.number}",
            one_line(header.title).upper(),
            legend,
        )
        for line in _wrapped(text)
    ]


def _head(header: Header, pages: int) -> list[str]:
    fields = [
        ("Message No.", header.message_number),
        ("Dtg", f"{dtg(header.dtg)} ({long_moment(header.dtg)})"),
        ("From", header.from_),
        ("To", header.to),
        ("Precedence", header.precedence.value),
        ("Originator", header.originator),
        ("Approved by", header.approver or "not yet approved"),
        *(("Reference", reference) for reference in header.references),
    ]
    lines = [""]
    for name, value in fields:
        lines += _wrapped(one_line(value), first=f"{name:<{_LABEL}}: ", rest=" " * (_LABEL + 2))
    return [*lines, f"This report consists of: - {pages} - pages"]


def _section(section: Section) -> list[list[str]]:
    """Keep the heading, its introduction and the first paragraph together."""
    heading = _wrapped(
        f"{section.heading}:", first=f"{_UNMARKED}{section.number}. ", rest=_UNMARKED + "   "
    )
    intro = _wrapped(section.intro, first=_UNMARKED + "   ") if section.intro else []
    paragraphs = [_paragraph(paragraph) for paragraph in section.paragraphs]
    first = paragraphs[0] if paragraphs else []
    return [["", *heading, *intro, *first], *paragraphs[1:]]


def _paragraph(paragraph: Paragraph) -> list[str]:
    margin = _UNMARKED if paragraph.mark is Mark.NONE else _MARKED
    number = f"   {paragraph.number}. "
    return _wrapped(paragraph.text, first=margin + number, rest=margin + " " * len(number))


def _wrapped(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."
