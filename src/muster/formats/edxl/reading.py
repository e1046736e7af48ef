"""From elements to values: messages and envelopes, read whole, extensions and all.

Reading is generous where judging is strict: what the table of shapes does not know is kept as an
extension of the value that holds it, so that a message that is passed on loses nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from lxml import etree

from muster.core.envelopes import Distribution
from muster.core.exchange import Issue, Weight
from muster.core.messages import Message, MessageKind, Tree
from muster.formats import xml
from muster.formats.edxl.faults import fault
from muster.formats.edxl.judging import Judge
from muster.formats.edxl.places import local_of, place_at
from muster.formats.edxl.readers import KINDS, reader_of
from muster.formats.edxl.rules import broken_rules
from muster.formats.edxl.sentences import MOST_ISSUES
from muster.formats.edxl.shapes import DE, DISTRIBUTION, MESSAGES, MSG, RM
from muster.formats.edxl.trees import twin_of, walk_below

_ENVELOPE: Final = f"{{{DE}}}EDXLDistribution"
_EMBEDDED: Final = f"{{{DE}}}contentObject/{{{DE}}}xmlContent/{{{DE}}}embeddedXMLContent/*"
_NAMES: Final = frozenset(map(str, MessageKind))
_ROOTS: Final = {name.lower(): name for name in (*_NAMES, "EDXLDistribution")}


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
    kind = KINDS.get(root.tag)
    if kind is None and root.tag != _ENVELOPE:
        return Received(None, (_stranger(root),))
    faults = (judge or Judge.own()).faults(root)
    read = reader_of(DISTRIBUTION if kind is None else MESSAGES[kind], not faults)
    content: Message | Distribution = read(root, walk_below(root))
    if isinstance(content, Message):
        return _received(content, faults + broken_rules(content, root), root)
    return _received(content, faults + _inside(root, content), root)


def _received(
    content: Message | Distribution, issues: tuple[Issue, ...], root: "etree._Element"
) -> Received:
    made = twin_of(Received)()
    made.content, made.issues, made.root = content, issues, root
    made.__class__ = Received
    received: Received = made
    return received


def _inside(root: "etree._Element", distribution: Distribution) -> tuple[Issue, ...]:
    """Judge by the rules whatever messages an envelope holds, where they stand."""
    issues: list[Issue] = []
    embedded = _embedded(root)
    # An envelope that is not valid may hold parts that are not read as such: then fewer are paired.
    for message, element in zip(distribution.messages, embedded, strict=False):
        issues += broken_rules(message, element)
    read = set(embedded)
    hidden = (one for one in root.iter(*map(str, KINDS)) if one not in read)
    issues += map(_hidden, islice(hidden, MOST_ISSUES))
    carried = ", ".join(islice(_carried(distribution), MOST_ISSUES))
    if carried:
        sentence = f"The envelope holds more, which is kept and not read: {carried}."
        issues.append(_note("edxl_content_carried", root, sentence))
    for child in root.iterfind(_EMBEDDED):
        ours = str(child.tag).startswith((f"{{{MSG}}}", f"{{{RM}}}"))
        if str(child.tag) not in KINDS and (ours or local_of(child) in _NAMES):
            issues.append(_stranger(child))
    return tuple(issues)


def _embedded(root: "etree._Element") -> "tuple[etree._Element, ...]":
    return tuple(child for child in root.iterfind(_EMBEDDED) if str(child.tag) in KINDS)


def _hidden(element: "etree._Element") -> Issue:
    """Say of a message that it is not read where it stands."""
    above = element.getparent()
    sentence = (
        f"{local_of(element)} stands in {'' if above is None else local_of(above)} and is carried, "
        "not read: messages are read that stand right in embeddedXMLContent."
    )
    return _note("edxl_message_hidden", element, sentence)


def _note(code: str, element: "etree._Element", sentence: str) -> Issue:
    return Issue(code=code, weight=Weight.NOTE, place=place_at(element), sentence=sentence)


def _carried(envelope: Distribution) -> Iterator[str]:
    """Name what an envelope holds beside messages: files, other XML, extensions."""
    for content in envelope.contents:
        if content.other is not None:
            about = (content.description or "").strip()
            yield content.other.mime_type.strip() + (f" ({about})" if about else "")
        parts = (*content.xml.keys, *content.xml.embedded) if content.xml is not None else ()
        inside = [one for part in parts for one in part.messages]
        trees = [one for one in inside if isinstance(one, Tree)]
        yield from (tree.local for tree in (*trees, *content.extensions))


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
    meant = _ROOTS.get(name.lower(), "")
    hint = f" Capitals matter: {meant} is." if meant else ""
    return fault(
        "edxl_message_unknown",
        place,
        f"{name} is neither a message of EDXL-RM 1.0 nor an envelope of EDXL-DE 1.0.{hint}",
        expected=meant or "EDXLDistribution or one of the 16 messages of EDXL-RM 1.0",
        found=name,
    )
