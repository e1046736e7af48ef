"""What the standards say of a message's structure, and a schema made from it.

The facts (which element, how often, in which order, of which type, with which words) are in
messages.csv, schedules.csv and types.toml beside this file.  Here they become schema documents of
our own, which libxml2 compiles and judges by; see docs/reference/formats/edxl-rm.md for what they
do not cover.  The texts of OASIS's schemas are not carried.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from muster.core.messages import MessageKind

SIMPLE: Final = {
    "text": "xs:string",
    "moment": "xs:dateTime",
    "number": "xs:double",
    "whole": "xs:integer",
    "positive": "xs:positiveInteger",
    "name": "xs:NCName",
    "name-token": "xs:NMTOKEN",
    "address-of": "xs:anyURI",
    "base64": "xs:base64Binary",
    "id": "xs:ID",
}
"""Types of text in words of our own, and what XML Schema calls them."""

_TIMES: Final = {"1": (1, "1"), "?": (0, "1"), "*": (0, "unbounded"), "+": (1, "unbounded")}


@cache
def facts() -> Mapping[str, Any]:
    """Read types.toml."""
    return tomllib.loads(_data("types.toml"))


@cache
def namespaces() -> Mapping[str, str]:
    """Give the namespace of each prefix that the facts use."""
    return dict(facts()["namespaces"])


@cache
def schema_documents() -> Mapping[str, str]:
    """Make one schema document for each namespace, by its prefix."""
    return {prefix: _document(prefix) for prefix in namespaces()}


def schedules_of(kind: MessageKind) -> tuple[str, ...]:
    """List the schedules that a kind of message allows."""
    return tuple(row["schedule"] for row in _table("schedules.csv") if row[kind])


def elements_of(kind: MessageKind) -> Mapping[str, str]:
    """Give the path of each element of a kind of message, and how often it may stand there."""
    return {row["element"]: row[kind] for row in rows_of(kind)}


def rows_of(kind: MessageKind) -> tuple[Mapping[str, str], ...]:
    """Give the rows of messages.csv that a kind of message has, in the standard's order."""
    return tuple(row for row in _table("messages.csv") if row[kind])


def _data(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _table(name: str) -> tuple[Mapping[str, str], ...]:
    return tuple(csv.DictReader(_data(name).splitlines()))


def _document(prefix: str) -> str:
    """Write the schema document of one namespace."""
    known = namespaces()
    declared = " ".join(f"xmlns:{name}={quoteattr(uri)}" for name, uri in known.items())
    imports = "".join(
        f'<xs:import namespace={quoteattr(uri)} schemaLocation="{name}"/>'
        for name, uri in known.items()
        if name != prefix
    )
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {declared} '
        f'targetNamespace={quoteattr(known[prefix])} elementFormDefault="qualified">'
        f"{imports}{''.join(_definitions(prefix))}</xs:schema>"
    )


def _definitions(prefix: str) -> Iterable[str]:
    """Write whatever a namespace defines: words, lists, types, elements and attributes."""
    known = facts()
    for name, words in known["words"].items():
        if words["in"] == prefix:
            base = SIMPLE[words.get("base", "text")]
            yield f'<xs:simpleType name="{name}">{_words(words["of"], base)}</xs:simpleType>'
    for name, listed in known["lists"].items():
        if listed["in"] == prefix:
            of = SIMPLE[listed["of"]]
            yield f'<xs:simpleType name="{name}"><xs:list itemType="{of}"/></xs:simpleType>'
    for name, rule in known["types"].items():
        if rule["in"] == prefix:
            yield _type(name, rule)
    for name, kind in known["elements"].get(prefix, {}).items():
        yield f'<xs:element name="{name}" type="{_named(kind)}"/>'
    if prefix == "gml":
        yield '<xs:attribute name="id" type="xs:ID"/>'
    if prefix == "msg":
        yield from (_message(kind) for kind in MessageKind)


def _words(words: Iterable[str], base: str) -> str:
    listed = "".join(f"<xs:enumeration value={quoteattr(word)}/>" for word in words)
    return f'<xs:restriction base="{base}">{listed}</xs:restriction>'


def _named(kind: str) -> str:
    """Give the name by which a schema document refers to a type."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    known = facts()
    places = known["types"].get(kind) or known["words"].get(kind) or known["lists"][kind]
    return f"{places['in']}:{kind}"


def _type(name: str, rule: Mapping[str, Any]) -> str:
    attributes = "".join(_attributes(rule.get("attributes", ())))
    if "text" in rule:
        base = _named(rule["text"])
        inner = f'<xs:extension base="{base}">{attributes}</xs:extension>'
        simple = f"<xs:simpleContent>{inner}</xs:simpleContent>"
        return f'<xs:complexType name="{name}">{simple}</xs:complexType>'
    mixed = ' mixed="true"' if rule.get("mixed") else ""
    group = "choice" if rule.get("either") else "sequence"
    held = _held(rule["holds"])
    return (
        f'<xs:complexType name="{name}"{mixed}><xs:{group}>{held}</xs:{group}>'
        f"{attributes}</xs:complexType>"
    )


def _held(lines: Iterable[str]) -> str:
    """Write the elements of a type; neighbours marked "|" are a choice of one."""
    written: list[str] = []
    choice: list[str] = []
    for line in lines:
        if line.endswith(" |"):
            choice.append(_element(line.removesuffix(" |")))
            continue
        if choice:
            written.append(f"<xs:choice>{''.join(choice)}</xs:choice>")
            choice = []
        written.append(_element(line))
    return "".join(written)


def _element(line: str) -> str:
    parts = line.split()
    times = parts.pop() if parts[-1] in _TIMES else "1"
    least, most = _TIMES[times]
    often = f'minOccurs="{least}" maxOccurs="{most}"'
    if parts[0].startswith("any/"):
        _, where, how = parts[0].split("/")
        return f'<xs:any namespace="{where}" processContents="{how}" {often}/>'
    if len(parts) == 1:
        return f'<xs:element ref="{parts[0]}" {often}/>'
    return f'<xs:element name="{parts[0]}" type="{_named(parts[1])}" {often}/>'


def _attributes(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        first, *rest = line.split()
        if first.startswith("@"):
            yield from _attributes(facts()["shared"][first[1:]])
        elif first.startswith("any/"):
            _, where, how = first.split("/")
            yield f'<xs:anyAttribute namespace="{where}" processContents="{how}"/>'
        elif not rest:
            yield f'<xs:attribute ref="{first}"/>'
        else:
            use = "optional" if rest[-1] == "?" else "required"
            yield f'<xs:attribute name="{first}" type="{_named(rest[0])}" use="{use}"/>'


def _message(kind: MessageKind) -> str:
    """Write the element of one kind of message, from its column in messages.csv."""
    inside = f"<xs:complexType>{_below('', kind)}</xs:complexType>"
    return f'<xs:element name="{kind}">{inside}</xs:element>'


def _below(path: str, kind: MessageKind) -> str:
    """Write what a kind of message holds under a path, as a sequence."""
    inside = [row for row in rows_of(kind) if row["element"].rpartition("/")[0] == path]
    return f"<xs:sequence>{''.join(_row(row, kind) for row in inside)}</xs:sequence>"


def _row(row: Mapping[str, str], kind: MessageKind) -> str:
    path = row["element"]
    least, most = _TIMES[row[kind]]
    opening = f'<xs:element name="{path.rpartition("/")[2]}" minOccurs="{least}" maxOccurs="{most}"'
    # In RequestResource, Funding has elements of the message's own namespace; elsewhere it is the
    # shared type.  So an element with rows of its own below it goes before the type's name.
    if any(other.startswith(f"{path}/") for other in elements_of(kind)):
        return f"{opening}><xs:complexType>{_below(path, kind)}</xs:complexType></xs:element>"
    if row["type"] in {"kind", "schedule"}:
        words = [str(kind)] if row["type"] == "kind" else schedules_of(kind)
        return f"{opening}><xs:simpleType>{_words(words, 'xs:string')}</xs:simpleType></xs:element>"
    return f'{opening} type="{_named(row["type"])}"/>'
