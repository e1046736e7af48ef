"""Elements that are carried whole, as values and back: addresses, geometries, extensions."""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from muster.core.messages import Tree

_PREFIX: Final = re.compile(r"([A-Za-z_][\w.-]*):")


def tree_of(element: "etree._Element", *, tail: bool = False) -> Tree:
    """Turn an element and all below it into a value; the text after it is kept if asked."""
    values: dict[str, object] = {"name": element.tag}
    text, attributes = element.text, element.items()
    if text:
        values["text"] = text
    if attributes:
        values["attributes"] = tuple(attributes)
    if attributes or (text and ":" in text):
        spoken = [text or "", *(str(value) for _, value in attributes)]
        values["prefixes"] = _prefixes(element, spoken)
    if len(element):
        values["children"] = tuple([tree_of(child, tail=True) for child in element])
    if tail and element.tail:
        values["tail"] = element.tail
    # What is missing is the class's default; muster.core.messages says why not Tree(**values).
    made = object.__new__(Tree)
    object.__setattr__(made, "__dict__", values)
    return made


def add_tree(parent: "etree._Element", tree: Tree, name: str | None = None) -> None:
    """Write a tree as the last child of an element, under another name if one is given.

    Raises:
        ValueError: a text or name holds a character that XML cannot hold.
    """
    # libxml2 keeps the prefixes that a value speaks of, if they are declared where it stands.
    element = etree.SubElement(parent, name or tree.name, nsmap=dict(tree.prefixes) or None)
    for attribute, value in tree.attributes:
        element.set(attribute, value)
    if tree.text:
        element.text = tree.text
    for child in tree.children:
        add_tree(element, child)
    if tree.tail:
        element.tail = tree.tail


def _prefixes(element: "etree._Element", values: list[str]) -> tuple[tuple[str, str], ...]:
    """Find the declared prefixes that texts speak of: a QName in a value means its namespace."""
    if not any(":" in value for value in values):
        return ()
    spoken = {match[1] for value in values for match in _PREFIX.finditer(value)}
    declared: Mapping[str | None, str] = element.nsmap
    return tuple(sorted((name, declared[name]) for name in spoken if name in declared))
