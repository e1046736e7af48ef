"""From elements to values: messages and envelopes, read whole, extensions and all.

Reading is generous where judging is strict: what the table of shapes does not know is kept as an
extension of the value that holds it, so that a message that is passed on loses nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any, Final

from lxml import etree

from muster.core.envelopes import Distribution, XmlPart
from muster.core.exchange import Issue, Weight
from muster.core.messages import Message, MessageKind, Tree
from muster.formats import xml
from muster.formats.edxl.faults import fault
from muster.formats.edxl.judging import Judge
from muster.formats.edxl.places import local_of, place_at
from muster.formats.edxl.rules import broken_rules
from muster.formats.edxl.shapes import (
    DE,
    DISTRIBUTION,
    MESSAGES,
    MSG,
    PART,
    RM,
    TREE,
    Part,
    Shape,
    Words,
)
from muster.formats.edxl.trees import Walk, pass_over, tree_of, walk_below

_Read = Callable[["etree._Element", Walk], Any]
_Slot = tuple[str, _Read, bool, bool]
"""The field, how its value is read, whether that is a mere text, and whether there are many."""
_ENVELOPE: Final = f"{{{DE}}}EDXLDistribution"
_EMBEDDED: Final = f"{{{DE}}}contentObject/{{{DE}}}xmlContent/{{{DE}}}embeddedXMLContent/*"
_NAMES: Final = frozenset(map(str, MessageKind))
_KINDS: Final = {f"{{{MSG}}}{kind}": kind for kind in MessageKind}


@dataclass(frozen=True, slots=True)
class Received:
    """What came in: a message or an envelope, and whatever is wrong with it.

    `content` is None where the document is neither.  Where an issue is an error, the content is
    there to be looked at and passed back, not to be acted on.
    """

    content: Message | Distribution | None
    issues: tuple[Issue, ...] = ()
    root: "etree._Element | None" = field(default=None, compare=False, repr=False)
    """What it was read from, to say where things stand."""

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages in it, in the order of the document."""
        if isinstance(self.content, Message):
            return (self.content,)
        return self.content.messages if self.content is not None else ()

    @property
    def elements(self) -> "tuple[etree._Element, ...]":
        """The elements of those messages, in the same order."""
        if self.root is None or isinstance(self.content, Message):
            return () if self.root is None else (self.root,)
        return _embedded(self.root)

    @property
    def fails(self) -> bool:
        """Say whether something keeps it from being acted on."""
        return any(issue.weight is Weight.ERROR for issue in self.issues)


def receive(data: bytes, *, judge: Judge | None = None, most: int = xml.MOST_BYTES) -> Received:
    """Read and judge a message or an envelope: first the structure, then the rules.

    Args:
        data: the document.
        judge: whose schema decides; the program's own facts if none is given.
        most: the greatest size in bytes.
    """
    root = xml.parse(data, most=most)
    if isinstance(root, Issue):
        return Received(None, (root,))
    tag = root.tag
    kind = _KINDS.get(str(tag))
    if kind is None and tag != _ENVELOPE:
        return Received(None, (_stranger(root),))
    content: Message | Distribution
    if kind is not None:
        content = read_message(root, kind)
        issues = (judge or Judge.own()).faults(root) + broken_rules(content, root)
        return Received(content, issues, root)
    content = read_distribution(root)
    issues = (judge or Judge.own()).faults(root) + _inside(root, content)
    return Received(content, issues, root)


def read_message(element: "etree._Element", kind: MessageKind) -> Message:
    """Read the element of a message, judged or not."""
    message: Message = _reader(MESSAGES[kind])(element, walk_below(element))
    return message


def read_distribution(element: "etree._Element") -> Distribution:
    """Read the element of an envelope, judged or not."""
    distribution: Distribution = _reader(DISTRIBUTION)(element, walk_below(element))
    return distribution


def _inside(root: "etree._Element", distribution: Distribution) -> tuple[Issue, ...]:
    """Judge by the rules whatever messages an envelope holds, where they stand."""
    issues: list[Issue] = []
    # An envelope that is not valid may hold parts that are not read as such: then fewer are paired.
    for message, element in zip(distribution.messages, _embedded(root), strict=False):
        issues += broken_rules(message, element)
    for child in root.iterfind(_EMBEDDED):
        ours = str(child.tag).startswith((f"{{{MSG}}}", f"{{{RM}}}"))
        if str(child.tag) not in _KINDS and (ours or local_of(child) in _NAMES):
            issues.append(_stranger(child))
    return tuple(issues)


def _embedded(root: "etree._Element") -> "tuple[etree._Element, ...]":
    return tuple(child for child in root.iterfind(_EMBEDDED) if str(child.tag) in _KINDS)


def _stranger(element: "etree._Element") -> Issue:
    """Say what a document is that is neither a message nor an envelope."""
    namespace, _, name = str(element.tag).rpartition("}")
    namespace = namespace.removeprefix("{")
    place = place_at(element)
    if name in _NAMES or name == "EDXLDistribution":
        right = DE if name == "EDXLDistribution" else MSG
        return fault(
            "edxl_namespace_wrong",
            place,
            f"{name} stands in the namespace {namespace or '(none)'}; expected is {right}.",
            expected=right,
            found=namespace or "no namespace",
        )
    return fault(
        "edxl_message_unknown",
        place,
        f"{name} is neither a message of EDXL-RM 1.0 nor an envelope of EDXL-DE 1.0.",
        expected="EDXLDistribution or one of the 16 messages of EDXL-RM 1.0",
        found=name,
    )


@cache
def _reader(shape: Shape) -> _Read:
    """Make the function that reads one shape; the loop in it runs for every element."""
    of: Any = shape.of
    preset, required = dict(shape.preset), tuple(shape.required.items())
    listed = ("extensions", *{part.field for part in shape.parts if part.many})
    find, new = _slots(shape).get, of.__new__

    def read(element: "etree._Element", walk: Walk) -> object:
        made = new(of)
        # Filled past the constructor, which is slow: what is missing is the class's default.
        values: dict[str, Any] = made.__dict__
        values.update(preset)
        grown = False
        for child in islice(walk, len(element)):
            name, convert, is_text, many = find(child.tag, _EXTENSION)
            if not many and name in values:
                name, convert, is_text, many = _EXTENSION
            value = (child.text or "") if is_text and not len(child) else convert(child, walk)
            if not many:
                values[name] = value
            elif name in values:
                values[name].append(value)
            elif name:
                values[name], grown = [value], True
        if grown:
            _close(values, listed)
        for name, nothing in required:
            if name not in values:
                values[name] = nothing
        return made

    return read


def _close(values: dict[str, Any], listed: tuple[str, ...]) -> None:
    """Make the lists of a value that is read its tuples."""
    for name in listed:
        if name in values:
            values[name] = tuple(values[name])


# What no slot takes is kept as it is; so is the second of what can be there once.
_EXTENSION: Final[_Slot] = ("extensions", tree_of, False, True)


def _slots(shape: Shape) -> dict[object, _Slot]:
    """Say for each element of a shape where its value goes, in either namespace of EDXL-RM."""
    # Many senders mix the two namespaces up; the judge refuses it, and the value is still read.
    spaces = (MSG, RM) if shape.namespace in {MSG, RM} else (shape.namespace,)
    slots: dict[object, _Slot] = {}
    for part in shape.parts:
        convert = _convert(part)
        # MessageContentType has no field: the message's own element says the same.
        slot = (part.field, convert, convert is _text, part.many or not part.field)
        slots |= {f"{{{space}}}{part.element}": slot for space in spaces}
    return slots


def _convert(part: Part) -> _Read:
    """Say how an element becomes a value."""
    kind = part.kind
    if isinstance(kind, Shape):
        return _reader(kind)
    if isinstance(kind, Words):
        return _word(kind.known)
    if kind is TREE:
        return tree_of
    return _part if kind is PART else _text


def _text(element: "etree._Element", walk: Walk) -> str:
    """Read the text of an element; elements in it have no place there, and the judge says so."""
    pass_over(element, walk)
    return element.text or ""


def _word(known: Mapping[str, StrEnum]) -> _Read:
    """Make the function that reads one of some words; another word is kept as written."""
    find = known.get

    def read(element: "etree._Element", walk: Walk) -> str:
        text = _text(element, walk)
        return find(text.strip(), text)

    return read


def _part(element: "etree._Element", walk: Walk) -> XmlPart:
    """Read what is embedded: messages that are known, and trees that are carried."""
    inside: list[Message | Tree] = []
    for child in islice(walk, len(element)):
        kind = _KINDS.get(str(child.tag))
        read = tree_of if kind is None else _reader(MESSAGES[kind])
        inside.append(read(child, walk))
    attributes = tuple((str(name), str(value)) for name, value in element.attrib.items())
    return XmlPart(tuple(inside), attributes)
