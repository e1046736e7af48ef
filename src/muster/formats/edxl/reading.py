"""From elements to values: messages and envelopes, read whole, extensions and all.

Reading is generous where judging is strict: what the table of shapes does not know is kept as an
extension of the value that holds it, so that a message that is passed on loses nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
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
from muster.formats.edxl.trees import tree_of

_Read = Callable[["etree._Element"], Any]
_Slot = tuple[str, _Read | None, bool]
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
    message: Message = _reader(MESSAGES[kind])(element)
    return message


def read_distribution(element: "etree._Element") -> Distribution:
    """Read the element of an envelope, judged or not."""
    distribution: Distribution = _reader(DISTRIBUTION)(element)
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
    preset, required = dict(shape.preset), shape.required
    needed = required.keys()
    find = _slots(shape).get
    new, fill = of.__new__, object.__setattr__

    def read(element: "etree._Element") -> object:
        values: dict[str, Any] = preset.copy() if preset else {}
        grown: list[str] | None = None
        for child in element:
            slot = find(child.tag, _EXTENSION)
            name, convert, many = slot
            if not many and name not in values:
                values[name] = (child.text or "") if convert is None else convert(child)
                continue
            if not many:
                name, convert, many = _EXTENSION
            value = (child.text or "") if convert is None else convert(child)
            if name in values:
                values[name].append(value)
            elif name:
                values[name] = [value]
                grown = [name] if grown is None else [*grown, name]
        for name in grown or ():
            values[name] = tuple(values[name])
        if needed and not needed <= values.keys():
            values = {**required, **values}
        # What is missing is the class's default; see muster.core.messages for why not of(**values).
        made = new(of)
        fill(made, "__dict__", values)
        return made

    return read


# What no slot takes is kept as it is; so is the second of what can be there once.
_EXTENSION: Final[_Slot] = ("extensions", tree_of, True)


def _slots(shape: Shape) -> dict[object, _Slot]:
    """Say for each element of a shape where its value goes, in either namespace of EDXL-RM."""
    # Many senders mix the two namespaces up; the judge refuses it, and the value is still read.
    spaces = (MSG, RM) if shape.namespace in {MSG, RM} else (shape.namespace,)
    slots: dict[object, _Slot] = {}
    for part in shape.parts:
        # MessageContentType has no field: the message's own element says the same.
        slot = (part.field, _convert(part), part.many or not part.field)
        slots |= {f"{{{space}}}{part.element}": slot for space in spaces}
    return slots


def _convert(part: Part) -> _Read | None:
    """Say how an element becomes a value; None is its text."""
    kind = part.kind
    if isinstance(kind, Shape):
        return _reader(kind)
    if isinstance(kind, Words):
        return partial(_word, kind.known)
    if kind is TREE:
        return tree_of
    return _part if kind is PART else None


def _word(known: Mapping[str, StrEnum], element: "etree._Element") -> str:
    """Read one of some words; another is kept as written."""
    text = element.text or ""
    return known.get(text.strip(), text)


def _part(element: "etree._Element") -> XmlPart:
    """Read what is embedded: messages that are known, and trees that are carried."""
    inside: list[Message | Tree] = []
    for child in element:
        kind = _KINDS.get(str(child.tag))
        inside.append(tree_of(child) if kind is None else read_message(child, kind))
    attributes = tuple((str(name), str(value)) for name, value in element.attrib.items())
    return XmlPart(tuple(inside), attributes)
