"""A reader of EDXL as plain as can be: no speed, no code made from the table, nothing left out."""

from typing import Any

from lxml import etree

from muster.core.envelopes import Distribution, XmlPart
from muster.core.messages import Message, MessageKind, Tree
from muster.formats.edxl.shapes import (
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
from muster.formats.edxl.trees import tree_of, walk_below

_KINDS = {f"{{{MSG}}}{kind}": kind for kind in MessageKind}


def plainly_read(root: "etree._Element") -> Message | Distribution:
    """Read a message or an envelope, valid or not."""
    kind = _KINDS.get(str(root.tag))
    content: Message | Distribution = _value(root, MESSAGES[kind] if kind else DISTRIBUTION)
    return content


def _value(element: "etree._Element", shape: Shape) -> Any:  # noqa: ANN401 - of any shape
    given: dict[str, Any] = {}
    many: dict[str, list[Any]] = {"extensions": []}
    for child in element:
        part = _part(child, shape)
        if part is None or (not part.many and part.field in given):
            many["extensions"].append(_tree(child))
        elif part.many:
            many.setdefault(part.field, []).append(_part_value(child, part))
        elif part.field:
            given[part.field] = _part_value(child, part)
    lists = {field: tuple(values) for field, values in many.items()}
    return shape.of(**{**shape.required, **shape.preset, **given, **lists})


def _part(child: "etree._Element", shape: Shape) -> Part | None:
    space, _, name = str(child.tag)[1:].partition("}")
    spaces = {MSG, RM} if shape.namespace in {MSG, RM} else {shape.namespace}
    return next((p for p in shape.parts if p.element == name and space in spaces), None)


def _part_value(child: "etree._Element", part: Part) -> Any:  # noqa: ANN401 - of any part
    text = child.text or ""
    if isinstance(part.kind, Shape):
        return _value(child, part.kind)
    if isinstance(part.kind, Words):
        return part.kind.known.get(text.strip(), text)
    if part.kind is TREE:
        return _tree(child)
    if part.kind is PART:
        inside = [
            _value(one, MESSAGES[_KINDS[str(one.tag)]]) if str(one.tag) in _KINDS else _tree(one)
            for one in child
        ]
        return XmlPart(tuple(inside), tuple(child.items()))
    return text


def _tree(element: "etree._Element") -> Tree:
    return tree_of(element, walk_below(element))
