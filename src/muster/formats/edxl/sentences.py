"""What libxml2 says of a document that is not valid, in plain sentences with their place."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from muster.core.exchange import Issue, Place
from muster.formats.edxl.faults import fault
from muster.formats.edxl.places import local_of, place_at

MOST_ISSUES: Final = 200
"""How many faults of a document are listed."""

_NAME: Final = re.compile(r"\{[^}']*\}")
_SUBJECT: Final = re.compile(r"^Element '[^']*'(?:, attribute '[^']*')?: (?:\[[^]]*\] )?")
_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\( (?P<names>.*) \)")
_SET: Final = re.compile(r"not an element of the set \{(?P<words>.*)\}", re.DOTALL)
_ATOMIC: Final = re.compile(
    r"'(?P<found>.*)' is not a valid value of the "
    r"(?:local )?(?:atomic|list|union) type(?: '(?P<type>[^']*)')?",
    re.DOTALL,
)
_TYPES: Final = {
    "dateTime": "a date and time such as 2023-04-20T09:00:00Z",
    "double": "a number such as 1200 or 2.5",
    "anyURI": "an address (URI)",
    "integer": "a whole number",
    "positiveInteger": "a whole number from 1",
    "base64Binary": "bytes in base 64",
    "DateTimeType": "a date and time such as 2023-04-20T09:00:00Z",
    "ValueListURNType": "an address (URI)",
}


def issues_of(entries: "Sequence[etree._LogEntry]", root: "etree._Element") -> list[Issue]:
    """Turn a log into issues; libxml2 often says one thing twice, once less plainly."""
    issues: list[Issue] = []
    seen: set[str] = set()
    prefixes = _prefixes(root)
    for entry in entries:
        path: str = getattr(entry, "path", None) or ""
        if path in seen and "valid value" in entry.message:
            continue
        seen.add(path)
        if len(issues) == MOST_ISSUES:
            break
        issues.append(_issue(entry.message, _place(root, path, prefixes, entry.line)))
    return issues


def _prefixes(root: "etree._Element") -> dict[str, str]:
    """Collect the prefixes by which the log names elements."""
    known: dict[str, str] = {}
    for element in root.iter():
        if element.prefix is not None:
            known[element.prefix] = str(element.tag)[1:].partition("}")[0]
    return known


def _place(
    root: "etree._Element", path: str, prefixes: Mapping[str, str], line: int | None
) -> Place:
    """Find the element that the log speaks of."""
    try:
        found: object = root.getroottree().xpath(path, namespaces=prefixes)
    except etree.XPathError:
        found = None
    if isinstance(found, list) and found and isinstance(found[0], etree._Element):
        return place_at(found[0])
    return Place(line=line, path=local_of(root))


def _issue(message: str, place: Place) -> Issue:
    """Find the sentence for what libxml2 says; what has none is passed on as it is."""
    name = place.path.rpartition("/")[2]
    said = _SUBJECT.sub("", _NAME.sub("", message))
    if (words := _SET.search(said)) is not None:
        found = said.partition("The value '")[2].partition("' is not")[0]
        expected = words["words"].replace("'", "")
        sentence = f'"{found}" is not a word that {name} may be; it is one of {expected}.'
        return fault("edxl_word_unknown", place, sentence, expected, found)
    if (atomic := _ATOMIC.search(said)) is not None:
        expected = _TYPES.get((atomic["type"] or "").rpartition(":")[2], "another kind of value")
        found = atomic["found"]
        sentence = f'{name} is "{found}"; expected is {expected}.'
        return fault("edxl_value_unreadable", place, sentence, expected, found)
    wanted = _EXPECTED.search(said)
    expected = wanted["names"] if wanted else ""
    code, found, sentence = _structural(said, name, expected)
    return fault(code, place, sentence, expected, found)


def _structural(said: str, name: str, expected: str) -> tuple[str, str, str]:
    """Give code, what was found, and sentence for a fault of structure."""
    if "Missing child element" in said:
        return "edxl_element_missing", "", f"{name} is incomplete: next in it must be {expected}."
    if "This element is not expected" in said:
        hint = f"Expected here is {expected}." if expected else "Nothing more may stand here."
        why = "it is unknown here, out of order, or one too many"
        return "edxl_element_unexpected", name, f"{name} may not stand here: {why}. {hint}"
    if "Character content" in said:
        sentence = f"{name} holds text between its elements; it may hold elements alone."
        return "edxl_text_unexpected", "text", sentence
    if "attribute" in said:
        sentence = f"An attribute of {name} is not as it must be: {said}"
        return "edxl_attribute_unexpected", "", sentence
    return "edxl_not_valid", "", f"{name} is not as the standard wants it: {said}"
