"""Readers of elements, compiled from the table of shapes: what a person would write for speed.

shapes.py alone says which element fills which field.  From each shape the source of a function is
written, and compiled when it is first needed: a loop over the children with a branch for each
part, and the value at its end.  `source_of` shows it.

There are two readers of each shape.  One takes any document: what the table does not know is kept
as an extension of the value that holds it, so that a message that is passed on loses nothing.  The
other reads what a judge has found valid, and does not look at what follows from that: where but
one element can stand its name is not asked for, and no text has elements in it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import islice
from typing import Any, Final

from lxml import etree

from muster.core.envelopes import XmlPart
from muster.core.messages import Message, MessageKind, Tree
from muster.formats.edxl.shapes import MESSAGES, MSG, PART, RM, TREE, Part, Shape, Words
from muster.formats.edxl.trees import Walk, pass_over, tree_of, twin_of

Reader = Callable[["etree._Element", Walk], Any]
"""Makes a value from an element, and takes what is below that element out of the walk."""

KINDS: Final[Mapping[object, MessageKind]] = {f"{{{MSG}}}{kind}": kind for kind in MessageKind}
"""The kind of message that an element is, by its tag."""

_UNSAID: Final = ""
"""The field of MessageContentType, which stands in every message and says again what it is."""


@cache
def reader_of(shape: Shape, valid: bool) -> Reader:  # noqa: FBT001 - a cache is faster so
    """Make the reader of a shape, for valid documents or for any."""
    scope: dict[str, Any] = {
        "Twin": twin_of(shape.of),
        "Value": shape.of,
        "given": dict(shape.preset) | dict(shape.required),
        "text_of": _text_of,
        "tree_of": tree_of,
        "part_of": _part_of(valid=valid),
    }
    for part in shape.parts:
        if isinstance(part.kind, Shape):
            scope[f"read_{part.field}"] = reader_of(part.kind, valid)
        elif isinstance(part.kind, Words):
            scope[f"known_{part.field}"] = _Known(part.kind.known)
    # The source is made from the table alone: nothing of a document is ever in it.
    exec(source_of(shape, valid=valid), scope)  # noqa: S102
    reader: Reader = scope["read"]
    return reader


def source_of(shape: Shape, *, valid: bool) -> str:
    """Write the reader of a shape."""
    return "\n".join(["def read(element, walk):", *_Source(shape, valid).lines()])


class _Known(dict[str, str]):
    """Words that are known; another one is kept as written."""

    def __missing__(self, text: str) -> str:
        return self.get(text.strip(), text)


@dataclass(frozen=True)
class _Source:
    """The lines of one reader, from the top."""

    shape: Shape
    valid: bool

    def lines(self) -> Iterator[str]:
        """Write what is in the function."""
        sure = self._sure()
        after = self.shape.parts[len(sure) :]
        # The only part that is left need not be looked for, nor the second of the last of many.
        rest = [part for part in after[-1:] if self._is_closed and (part.many or len(after) == 1)]
        names = [part.field for part in after if part.field]
        if not self._is_closed:
            names.append("extensions")
        yield f"    {' = '.join(names)} = None" if names else "    pass"
        for part in sure:
            value = self._value(part, "next(walk)")
            yield f"    {part.field} = {value}" if part.field else "    next(walk)"
        yield f"    left = len(element) - {len(sure)}"
        if len(after) > len(rest):
            yield from self._loop(self._branches(after, rest))
        for part in rest:
            yield from self._loop(self._keep(part))
        yield from self._close()

    @property
    def _is_closed(self) -> bool:
        """Say whether there are no strangers: only EDXL-DE has room for them in what is valid."""
        return self.valid and self.shape.namespace in {MSG, RM}

    def _sure(self) -> Sequence[Part]:
        """List the parts with which a valid element begins, whatever else it holds."""
        if not self.valid:
            return ()
        needed = {*self.shape.required, _UNSAID}
        begins: list[Part] = []
        for part in self.shape.parts:
            if part.many or part.field not in needed:
                break
            begins.append(part)
        return begins

    def _loop(self, inside: Iterable[str]) -> Iterator[str]:
        """Write a loop over the children that are left."""
        yield "    if left:"
        yield "        for child in walk:"
        yield from (f"            {line}" for line in inside)
        yield "            left -= 1"
        yield "            if not left:"
        yield "                break"

    def _branches(self, parts: Sequence[Part], rest: Sequence[Part]) -> Iterator[str]:
        """Write a branch for each part, and one for strangers if there can be any."""
        # Those of which there can be many come first: there may be thousands of them.
        parts = sorted(parts, key=lambda part: not part.many)
        yield "tag = child.tag"
        for part in parts:
            is_last = self._is_closed and part is parts[-1]
            yield (
                "else:" if is_last else f"{'if' if part is parts[0] else 'elif'} {self._is(part)}:"
            )
            yield from (f"    {line}" for line in self._keep(part))
            if part in rest:
                # Whatever comes after the first of these is one as well.
                yield "    left -= 1"
                yield "    break"
        if not self._is_closed:
            yield "else:"
            yield "    extensions = extensions or []"
            yield "    extensions.append(tree_of(child, walk))"

    def _is(self, part: Part) -> str:
        """Write the condition under which a child is a part; a second of what is once is none."""
        space = self.shape.namespace
        # Many senders mix the two namespaces up; the judge refuses it, and the value is still read.
        spaces = {MSG, RM} if space in {MSG, RM} and not self.valid else {space}
        tags = " or ".join(f"tag == {f'{{{one}}}{part.element}'!r}" for one in sorted(spaces))
        is_free = part.many or self.valid or not part.field
        return tags if is_free else f"({tags}) and {part.field} is None"

    def _keep(self, part: Part) -> Iterator[str]:
        """Write what is done with a child that is a part."""
        value = self._value(part, "child")
        if part.many:
            yield f"if {part.field} is None:"
            yield f"    {part.field} = []"
            yield f"{part.field}.append({value})"
        else:
            yield f"{part.field} = {value}" if part.field else value

    def _value(self, part: Part, child: str) -> str:
        """Write how a value is made of a child."""
        text = f'{child}.text or ""' if self.valid else f"text_of({child}, walk)"
        if isinstance(part.kind, Shape):
            return f"read_{part.field}({child}, walk)"
        if isinstance(part.kind, Words):
            return f"known_{part.field}[{text}]"
        special = {TREE: f"tree_of({child}, walk)", PART: f"part_of({child}, walk)"}
        return special.get(part.kind, text)

    def _close(self) -> Iterator[str]:
        """Write the end, where a value is made of what was found."""
        parts = {part.field: part for part in self.shape.parts}
        sure = [part.field for part in self._sure()]
        yield "    made = Twin()"
        for field in (one.name for one in fields(self.shape.of)):
            part = parts.get(field)
            if field == "extensions" and self._is_closed:
                value = "()"
            elif field == "extensions" or (part is not None and part.many):
                value = f"() if {field} is None else tuple({field})"
            elif part is None:
                value = f"given[{field!r}]"
            elif field in self.shape.required and field not in sure:
                value = f"given[{field!r}] if {field} is None else {field}"
            else:
                value = field
            yield f"    made.{field} = {value}"
        yield "    made.__class__ = Value"
        yield "    return made"


def _text_of(element: "etree._Element", walk: Walk) -> str:
    """Read the text of an element; elements in it have no place there, and the judge says so."""
    pass_over(element, walk)
    return element.text or ""


def _part_of(*, valid: bool) -> Reader:
    """Make the reader of what is embedded: messages that are known, and trees that are carried."""

    def read(element: "etree._Element", walk: Walk) -> XmlPart:
        inside: list[Message | Tree] = []
        for child in islice(walk, len(element)):
            kind = KINDS.get(child.tag)
            known = tree_of if kind is None else reader_of(MESSAGES[kind], valid)
            inside.append(known(child, walk))
        attributes = tuple((str(name), str(value)) for name, value in element.attrib.items())
        return XmlPart(tuple(inside), attributes)

    return read
