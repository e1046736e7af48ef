"""Plain text: .txt files, text that was pasted, and e-mails (.eml) with their text or HTML body."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Final

from lxml import etree, html

from muster.core.exchange import Hints, Issue, Place, Reading, Weight
from muster.core.intake.texts import read_text
from muster.formats.decoding import decode

MOST_BYTES: Final = 50_000_000
"""A longer text is no list that people wrote; it is refused before it is decoded."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The format of running text; the last to claim, for every text can be read as one."""

    name: str = "text"
    title: str = "Text: e-mails, reports, pasted lists"

    def claims(self, data: bytes, name: str) -> float:
        """Say how surely these bytes are text; an e-mail is known by its header."""
        start = data[:_LOOK]
        if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
            return 0.0
        if name.lower().endswith(".eml") or _EMAIL.match(start):
            return 0.9
        if name.lower().endswith((".txt", ".text", ".md")) or not name:
            return 0.6
        # Letters of any encoding have no control characters among them.
        is_wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
        return 0.4 if start.strip() and (is_wide or not _CONTROL.search(start)) else 0.0

    def read(self, data: bytes, hints: Hints) -> Reading:
        """Read a text whole; never raises for what is in it."""
        if len(data) > MOST_BYTES:
            return Reading(format=self.name, issues=(_too_large(len(data)),))
        if _EMAIL.match(data[:_LOOK]) or hints.name.lower().endswith(".eml"):
            return self._read_email(data, hints)
        decoded = decode(data)
        text, issues = decoded.text, decoded.issues
        if _HTML.match(text[:_LOOK]):
            text = html_text(text)
        reading = read_text(text, hints, name=self.name)
        return replace(reading, issues=(*issues, *reading.issues))

    def _read_email(self, data: bytes, hints: Hints) -> Reading:
        text, issues = email_text(data)
        reading = read_text(text, hints, name=self.name)
        return replace(reading, issues=(*issues, *reading.issues))


PLAIN: Final = Plain()


def email_text(data: bytes) -> tuple[str, tuple[Issue, ...]]:
    """Give an e-mail as text: its header fields, an empty line, its body.

    The plain body is taken where there is one, else the HTML one; attachments are named, not read.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    issues: list[Issue] = []
    plain: list[str] = []
    marked_up: list[str] = []
    for part in message.walk():
        if part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        kind, attached = part.get_content_type(), part.get_filename()
        if attached or not kind.startswith("text/"):
            issues.append(_attached(attached or kind))
            continue
        decoded = _body(part)
        issues += decoded[1]
        (marked_up if kind == "text/html" else plain).append(decoded[0])
    body = "\n".join(plain) if any(text.strip() for text in plain) else ""
    body = body or "\n".join(html_text(text) for text in marked_up)
    header = "".join(f"{name}: {value}\n" for name, value in _fields(message))
    return f"{header}\n{body}", tuple(issues)


def html_text(text: str) -> str:
    """Give the words of an HTML page, a line for each paragraph, item and row of a table."""
    # The encoding is what it is given in here, whatever the page says of itself.
    parser = html.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, encoding="utf-8"
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return re.sub(r"<[^<>]{0,2000}>", " ", text)
    words = "".join(_words(root))
    lines = (" ".join(line.split()) for line in words.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip(" |") for line in lines))


_LOOK = 4_096
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_EMAIL: Final = re.compile(
    rb"(?:[A-Za-z][\w-]{1,40}:[^\r\n]{0,998}\r?\n(?:[ \t][^\r\n]{0,998}\r?\n){0,40}){1,40}?"
    rb"(?:MIME-Version|Message-ID|Received|Content-Type|Return-Path):",
    re.IGNORECASE,
)
_HTML: Final = re.compile(r"\s*<(?:!doctype html|html|head|body|table|div|p)\b", re.IGNORECASE)
_LINES: Final = frozenset(
    {
        "p",
        "div",
        "br",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "table",
        "hr",
        "pre",
    }
    | {"blockquote", "section", "article", "header", "footer", "dt", "dd"}
)
_UNREAD: Final = frozenset({"script", "style", "head", "title", "template", "noscript"})
_SHOWN_FIELDS: Final = ("From", "To", "Subject", "Date")


def _words(root: etree._Element) -> Iterator[str]:
    """Walk the page without recursion, for pages are nested as deeply as somebody likes."""
    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            skipped += tag in _UNREAD
            if skipped:
                continue
            yield "\n- " if tag == "li" else "\n" if tag in _LINES else ""
            yield from _flat(element.text)
        else:
            if not skipped:
                yield " | " if tag in {"td", "th"} else "\n" if tag in _LINES else ""
            skipped -= tag in _UNREAD
            if not skipped:
                yield from _flat(element.tail)


def _flat(text: str | None) -> Iterator[str]:
    """Line breaks inside a paragraph of HTML mean nothing."""
    if text:
        yield re.sub(r"\s+", " ", text)


def _body(part: EmailMessage) -> tuple[str, tuple[Issue, ...]]:
    """Decode one part by the encoding it states, or by looking where that is wrong."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset("utf-8")), ()
    except (LookupError, UnicodeDecodeError):
        decoded = decode(data)
        return decoded.text, decoded.issues


def _fields(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for name in _SHOWN_FIELDS:
        value = " ".join(str(message.get(name, "")).split())
        if name == "Date" and value:
            try:
                value = parsedate_to_datetime(value).date().isoformat()
            except ValueError:
                continue
        if value:
            yield name, value


def _attached(name: str) -> Issue:
    return Issue(
        code="attachment_not_read",
        weight=Weight.NOTE,
        place=Place(path="attachment"),
        found=name[:80],
        sentence="The e-mail has an attachment; it was not read. Import it as a file of its own.",
    )


def _too_large(size: int) -> Issue:
    return Issue(
        code="text_too_large",
        weight=Weight.ERROR,
        place=Place(line=1),
        expected=f"at most {MOST_BYTES:,} bytes",
        found=f"{size:,} bytes",
        sentence="The text is too large to be read.",
    )
