"""Why a document is not valid, all of it at once.

libxml2 stops at the first element that does not fit and looks no further among its neighbours.
Here the same facts say of every element which children are missing, unknown, too many or out of
order; a schema without order and number then judges the values that are left.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from lxml import etree

from muster.core.exchange import Issue
from muster.core.messages import MessageKind
from muster.formats.edxl.faults import fault
from muster.formats.edxl.places import place_at
from muster.formats.edxl.structure import (
    facts,
    namespaces,
    rows_of,
    schema_documents,
)

_TIMES: Final = {"1": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}
_LOOSE: Final = (
    (re.compile(r'(<xs:(?:element|any)\b[^>]*?) minOccurs="[^"]*" maxOccurs="[^"]*"'), r"\1"),
    (re.compile(r"<xs:(?:sequence|choice)>"), '<xs:choice minOccurs="0" maxOccurs="unbounded">'),
    (re.compile(r"</xs:(?:sequence|choice)>"), "</xs:choice>"),
)


@dataclass(frozen=True, slots=True)
class _Child:
    """One child that a model knows: its name, how often it stands there, and its own model."""

    name: str
    least: int
    most: int | None
    model: str


@dataclass(frozen=True, slots=True)
class _Model:
    """What may stand in an element, in this order; or one of it, where it is a choice."""

    children: tuple[_Child, ...]
    is_choice: bool = False
    takes_others: bool = False

    @property
    def order(self) -> Mapping[str, int]:
        """The place of each name."""
        return {child.name: place for place, child in enumerate(self.children)}


def loose_documents() -> Mapping[str, str]:
    """Make the schema documents again, without order and number: they judge values alone."""
    loose: dict[str, str] = {}
    for prefix, text in schema_documents().items():
        loose[prefix] = text
        for pattern, by in _LOOSE:
            loose[prefix] = pattern.sub(by, loose[prefix])
    return loose


def explain(root: "etree._Element", most: int) -> "tuple[list[Issue], etree._Element]":
    """List the faults of structure, one more than `most` of them at most.

    Gives as well a copy of the document without the elements that are unknown.
    """
    unknown: list[etree._Element] = []
    found = (
        issue for element, model in _modelled(root) for issue in _faults(element, model, unknown)
    )
    issues = list(islice(found, most + 1))
    copy = deepcopy(root)
    originals, copies = list(root.iter()), list(copy.iter())
    strange = {id(element) for element in unknown}
    for original, twin in zip(originals, copies, strict=True):
        above = twin.getparent()
        if id(original) in strange and above is not None:
            above.remove(twin)
    return issues, copy


def _modelled(root: "etree._Element") -> "Iterator[tuple[etree._Element, _Model]]":
    """Go through all elements that the facts have a model for, from the outside in."""
    waiting = [(root, _global(str(root.tag)))]
    while waiting:
        element, name = waiting.pop()
        model = _models().get(name)
        if model is None:
            continue
        yield element, model
        known = {child.name: child.model for child in model.children}
        inside = [
            (child, known.get(str(child.tag)) or _global(str(child.tag))) for child in element
        ]
        waiting += reversed(inside)


def _faults(
    element: "etree._Element", model: _Model, unknown: "list[etree._Element]"
) -> Iterator[Issue]:
    """Look at the children of one element."""
    name = _local(str(element.tag))
    order = model.order
    met: dict[str, list[etree._Element]] = {}
    furthest = 0
    for child in element:
        at = order.get(str(child.tag))
        if at is None:
            if not model.takes_others:
                unknown.append(child)
                yield _strange(child, name, model)
            continue
        met.setdefault(str(child.tag), []).append(child)
        if at < furthest and not model.is_choice:
            before = _local(model.children[furthest].name)
            sentence = (
                f"{_local(str(child.tag))} is out of order: in {name} it stands before {before}."
            )
            yield fault("edxl_element_misplaced", place_at(child), sentence)
        furthest = max(furthest, at)
    yield from _counts(element, name, model, met)
    if any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        sentence = f"{name} holds text between its elements; it may hold elements alone."
        yield fault("edxl_text_unexpected", place_at(element), sentence, "elements", "text")


def _counts(
    element: "etree._Element",
    name: str,
    model: _Model,
    met: "Mapping[str, list[etree._Element]]",
) -> Iterator[Issue]:
    """Say what is missing and what stands too often."""
    for child in model.children:
        found = met.get(child.name, [])
        local = _local(child.name)
        if child.most is not None and len(found) > child.most:
            sentence = f"{local} stands {len(found)} times in {name}; it may stand there once."
            place = place_at(found[child.most])
            yield fault("edxl_element_repeated", place, sentence, "1", str(len(found)))
        if len(found) < child.least and not model.is_choice:
            sentence = f"{local} is missing in {name}."
            yield fault("edxl_element_missing", place_at(element), sentence, local)
    if model.is_choice and len(met) != 1:
        names = ", ".join(_local(child.name) for child in model.children)
        found_names = ", ".join(map(_local, met))
        sentence = f"{name} holds {found_names or 'none'} of {names}; it holds one of them."
        yield fault("edxl_choice_broken", place_at(element), sentence, names, found_names)


def _strange(child: "etree._Element", name: str, model: _Model) -> Issue:
    """Say that an element is unknown, or known in another namespace."""
    local, place = _local(str(child.tag)), place_at(child)
    for known in model.children:
        if _local(known.name) == local:
            right, found = _namespace(known.name), _namespace(str(child.tag))
            sentence = f"{local} stands in the namespace {found or '(none)'}; expected is {right}."
            return fault("edxl_namespace_wrong", place, sentence, right, found)
    expected = ", ".join(_local(known.name) for known in model.children)
    sentence = f"{local} is unknown in {name}, which may hold {expected}."
    return fault("edxl_element_unknown", place, sentence, expected, local)


@cache
def _models() -> Mapping[str, _Model]:
    """Make the models of all types and of each part of each kind of message."""
    models: dict[str, _Model] = {}
    for name, rule in facts()["types"].items():
        if "text" in rule or rule.get("mixed"):
            continue
        lines = [line.split() for line in rule["holds"]]
        others = any(line[0].startswith("any/") for line in lines)
        # What is skipped is not looked into; what is laxly judged may be a message.
        if others and len(lines) == 1 and not lines[0][0].endswith("/lax"):
            continue
        held = [_held(line, rule["in"]) for line in lines if not line[0].startswith("any/")]
        models[name] = _Model(tuple(held), bool(rule.get("either")), others)
    for kind in MessageKind:
        _add_kind(models, kind)
    return models


def _held(line: list[str], prefix: str) -> _Child:
    """Read a line of `holds`: "name type times", "prefix:name times"."""
    parts = [part for part in line if part != "|"]
    times = parts.pop() if parts[-1] in _TIMES else "?" if "|" in line else "1"
    least, most = _TIMES[times]
    if ":" in parts[0]:
        prefix, local = parts[0].split(":")
        model = facts()["elements"][prefix][local]
    else:
        local, model = parts
    return _Child(f"{{{namespaces()[prefix]}}}{local}", least, most, model)


def _add_kind(models: dict[str, _Model], kind: MessageKind) -> None:
    """Add the models of a kind of message: one for each path that has others below it."""
    rows = rows_of(kind)
    above = {row["element"].rpartition("/")[0] for row in rows}
    for path in above:
        children: list[_Child] = []
        for row in rows:
            parent, _, local = row["element"].rpartition("/")
            if parent == path:
                own = row["element"] in above
                model = f"{kind}/{row['element']}" if own else row["type"]
                name = f"{{{namespaces()['msg']}}}{local}"
                children.append(_Child(name, *_TIMES[row[kind]], model))
        models[f"{kind}/{path}"] = _Model(tuple(children))


@cache
def _global(tag: str) -> str:
    """Name the model of an element that may stand by itself."""
    known = namespaces()
    local = _local(tag)
    if tag == f"{{{known['msg']}}}{local}":
        return f"{local}/"
    return "distribution" if tag == f"{{{known['de']}}}EDXLDistribution" else ""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _namespace(tag: str) -> str:
    return tag.rpartition("}")[0].removeprefix("{")
