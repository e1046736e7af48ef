"""From values to documents: what is written is in the standard's order and namespaces.

Nothing is judged here: a message that was read with faults is passed on with them.  Whoever makes
a message of their own asks `faults_of` before it is sent.
"""

from typing import Final

from lxml import etree

from muster.core.envelopes import Distribution, XmlPart
from muster.core.exchange import Issue
from muster.core.messages import Message, Tree
from muster.core.refusals import TextUnstorable
from muster.formats.edxl.judging import Judge
from muster.formats.edxl.reading import receive
from muster.formats.edxl.shapes import (
    DE,
    DISTRIBUTION,
    MESSAGES,
    MSG,
    RM,
    Part,
    Shape,
)
from muster.formats.edxl.structure import namespaces
from muster.formats.edxl.trees import add_tree

_STEP: Final = "  "
_PREFIXES: Final = {"rmsg": MSG, "rm": RM} | {
    name: namespaces()[name] for name in ("xpil", "xal", "geo", "gml")
}
_ENVELOPE_PREFIXES: Final = {"de": DE, **_PREFIXES}


def write(content: Message | Distribution) -> bytes:
    """Write a message or an envelope as a document in UTF-8, indented.

    Raises:
        TextUnstorable: a text holds a character that XML cannot hold.
    """
    if isinstance(content, Distribution):
        root = etree.Element(f"{{{DE}}}EDXLDistribution", nsmap=_ENVELOPE_PREFIXES)
        shape = DISTRIBUTION
    else:
        root = etree.Element(f"{{{MSG}}}{content.kind}", nsmap=_PREFIXES)
        shape = MESSAGES[content.kind]
    try:
        _fill(root, content, shape, "\n")
    except ValueError as error:
        raise TextUnstorable from error
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def faults_of(content: Message | Distribution, *, judge: Judge | None = None) -> tuple[Issue, ...]:
    """Judge what would be written, as a receiver would: structure, then rules.

    Raises:
        TextUnstorable: a text holds a character that XML cannot hold.
    """
    return receive(write(content), judge=judge).issues


def _fill(element: "etree._Element", value: object, shape: Shape, margin: str) -> None:
    """Write the parts of a value into its element, each on a line of its own."""
    for part in shape.parts:
        for one in _values(value, part):
            _add(element, one, part, shape, margin + _STEP)
    for extension in getattr(value, "extensions", ()):
        add_tree(element, extension)
    _indent(element, margin)


def _values(value: object, part: Part) -> tuple[object, ...]:
    """Give what stands in a field: nothing, one, or many."""
    if not part.field:
        # MessageContentType says again what the message's own element is called.
        return (str(getattr(value, "kind")),)  # noqa: B009 - the only shape with it is a message's
    found = getattr(value, part.field)
    if part.many:
        return tuple(found)
    return () if found is None else (found,)


def _add(parent: "etree._Element", value: object, part: Part, shape: Shape, margin: str) -> None:
    name = f"{{{shape.namespace}}}{part.element}"
    if isinstance(value, Tree):
        add_tree(parent, value, name)
        return
    element = etree.SubElement(parent, name)
    if isinstance(value, XmlPart):
        _fill_part(element, value, margin)
    elif isinstance(part.kind, Shape):
        _fill(element, value, part.kind, margin)
    else:
        element.text = str(value)


def _fill_part(element: "etree._Element", part: XmlPart, margin: str) -> None:
    for name, value in part.attributes:
        element.set(name, value)
    for one in part.messages:
        if isinstance(one, Tree):
            add_tree(element, one)
            continue
        inside = etree.SubElement(element, f"{{{MSG}}}{one.kind}", nsmap=_PREFIXES)
        _fill(inside, one, MESSAGES[one.kind], margin + _STEP)
    _indent(element, margin)


def _indent(element: "etree._Element", margin: str) -> None:
    """Put each child on a line; only where an element holds no text of its own."""
    if len(element):
        element.text = margin + _STEP
        for child in element:
            child.tail = margin + _STEP
        element[-1].tail = margin
