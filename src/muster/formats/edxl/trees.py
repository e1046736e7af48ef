"""Elements that are carried whole, as values and back: addresses, geometries, extensions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import Any, Final

from lxml import etree

from muster.core.messages import Tree

Walk = Iterator["etree._Element"]
"""All elements of a document in its order: whoever reads one takes what is below it from here.

One walk takes about half the time of beginning anew at the children of every element.
"""

_PREFIX: Final = re.compile(r"([A-Za-z_][\w.-]*):")


def walk_below(element: "etree._Element") -> Walk:
    """Walk through what is below an element, in the order of the document."""
    walk = element.iter()
    next(walk)
    return walk


def pass_over(element: "etree._Element", walk: Walk) -> None:
    """Take what is below an element out of a walk, unread."""
    if len(element):
        for _ in element.iterdescendants():
            next(walk)


@cache
def twin_of(value: type) -> Any:  # noqa: ANN401 - a class that is made here
    """Make a class with the same slots as a frozen dataclass, whose fields can be set.

    The constructor of a frozen dataclass takes several times as long as setting slots.  So a value
    is made as its twin, and when it is whole, its class is set to the frozen one, for good.
    """
    slots = tuple(one.name for one in fields(value))
    return type(f"{value.__name__}InTheMaking", (), {"__slots__": slots})


def tree_of(element: "etree._Element", walk: Walk, *, tail: bool = False) -> Tree:
    """Turn an element and all below it into a value; the text after it is kept if asked."""
    made = twin_of(Tree)()
    text, attributes, below = element.text or "", element.items(), len(element)
    made.name, made.text, made.attributes = element.tag, text, tuple(attributes)
    made.children = tuple([tree_of(one, walk, tail=True) for one in islice(walk, below)])
    made.tail = (element.tail or "") if tail else ""
    spoken = [text, *(str(value) for _, value in attributes)]
    made.prefixes = _prefixes(element, spoken) if attributes or ":" in text else ()
    made.__class__ = Tree
    tree: Tree = made
    return tree


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
