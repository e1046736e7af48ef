"""XML from strangers: parsed within limits; what is wrong is a value with its line.

No document type (so no entities, no external files), no network, no huge trees, encodings that an
ASCII reader can look into or UTF-16.  The size is capped before the parser sees a byte.
"""

import re
from typing import Final

from lxml import etree

from muster.core.exchange import Issue, Place, Weight

MOST_BYTES: Final = 8 * 1024 * 1024
"""The greatest document that is read, in bytes."""

_ASCII_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml\s(?>[^>]*?\?>))?"
    rb"(?>\s+|<!--(?>.*?-->)|<\?(?>.*?\?>))*+<(?P<what>!DOCTYPE|[^!?/\s])",
    re.DOTALL,
)
_PLAIN_START: Final = re.compile(
    rb"""(?:<\?xml version=["']1\.0["'] encoding=["'](?:utf|UTF)-8["']\?>\s*)?<[A-Za-z]"""
)
"""How nearly all documents begin: nothing at the start of these needs a closer look."""
_ENCODING: Final = re.compile(
    rb"""^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']"""
)
# Supersets of ASCII: a DOCTYPE cannot hide from a reader of bytes in them.
_KNOWN: Final = re.compile(
    rb"utf-?8|us-ascii|ascii|iso[-_]8859-\d+|latin-?1|windows-125\d", re.IGNORECASE
)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_LOCATIONS: Final = (f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation")
_LOCATED: Final = etree.XPath(
    "//*[@xsi:schemaLocation or @xsi:noNamespaceSchemaLocation]",
    namespaces={"xsi": _XSI[1:-1]},
)

_PARSER: Final = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def parse(data: bytes, *, most: int = MOST_BYTES) -> "etree._Element | Issue":
    """Parse a document; comments and processing instructions are left out.

    Returns its root, or the one issue for which it was not read: xml_too_large (`most` is in
    bytes), xml_empty, xml_encoding_unread, xml_document_type or xml_malformed.
    """
    is_plain = len(data) <= most and _PLAIN_START.match(data) is not None
    if not is_plain and (fault := _fault(data, most)) is not None:
        return fault
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        return _malformed(error)
    if b"chemaLocation" in data or (not is_plain and data.startswith(_UTF_16)):
        _forget_schema_locations(root, data.count(b"chemaLocation"))
    return root


def line_of(element: "etree._Element") -> int | None:
    """Give the line on which an element begins; past line 65,535 it may be inexact."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def _fault(data: bytes, most: int) -> Issue | None:
    """Say what can be seen to be wrong before anything is parsed."""
    if len(data) > most:
        return _issue(
            "xml_too_large",
            f"The document has {len(data):,} bytes; at most {most:,} are read.",
            expected=f"at most {most:,} bytes",
            found=f"{len(data):,} bytes",
        )
    if not data.strip(b"\x00 \t\r\n"):
        return _issue("xml_empty", "The document is empty.", expected="an XML document")
    if data.startswith(_UTF_16):
        return _hidden_fault(data)
    declared = _ENCODING.match(data)
    if declared is not None and _KNOWN.fullmatch(declared[1]) is None:
        name = declared[1].decode("ascii", "replace")
        return _issue(
            "xml_encoding_unread",
            f'The document says that its encoding is "{name}"; write it in UTF-8.',
            expected="UTF-8, UTF-16, ISO-8859 or windows-125x",
            found=name,
        )
    return _start_fault(_ASCII_START.match(data))


def _hidden_fault(data: bytes) -> Issue | None:
    """Look into UTF-16, whose bytes a reader of ASCII would read past."""
    big = data.startswith((b"\xfe\xff", b"\x00<"))
    text = data.decode("utf-16-be" if big else "utf-16-le", "replace").removeprefix("\ufeff")
    # Whatever the declaration says, the bytes are UTF-16; the parser judges the contradiction.
    return _start_fault(_ASCII_START.match(text.encode("utf-8")))


def _start_fault(start: re.Match[bytes] | None) -> Issue | None:
    if start is None:
        return _issue(
            "xml_malformed",
            "The document does not begin as XML does.",
            expected="an element",
            line=1,
        )
    if start["what"] == b"!DOCTYPE":
        return _issue(
            "xml_document_type",
            "The document declares a document type (DOCTYPE); such documents are not read.",
            expected="a document without DOCTYPE",
            found="DOCTYPE",
            line=start.string.count(b"\n", 0, start.end()) + 1,
        )
    return None


def _malformed(error: etree.XMLSyntaxError) -> Issue:
    line = error.lineno or 1
    said = (error.msg or "").partition(", line ")[0]
    return _issue(
        "xml_malformed",
        f"The document is not well-formed XML: {said} (line {line}).",
        expected="well-formed XML",
        found=said,
        line=line,
    )


def _forget_schema_locations(root: "etree._Element", count: int) -> None:
    """Take out hints where schemas lie: libxml2 would open those files while it validates.

    `count` is how often the word stands in the document: as a rule once, in the root.
    """
    forgotten = _forget(root)
    if forgotten == count:
        return
    found = _LOCATED(root)
    for element in found if isinstance(found, list) else ():
        if isinstance(element, etree._Element):
            _forget(element)


def _forget(element: "etree._Element") -> int:
    hints = [name for name in _LOCATIONS if element.get(name) is not None]
    for name in hints:
        del element.attrib[name]
    return len(hints)


def _issue(
    code: str, sentence: str, *, expected: str = "", found: str = "", line: int | None = None
) -> Issue:
    return Issue(
        code=code,
        weight=Weight.ERROR,
        place=Place(line=line),
        expected=expected,
        found=found,
        sentence=sentence,
    )
