"""What an IATI activity is made of, versions 2.01 to 2.03, and a judge of it.

The rules say what the activity schema of https://iatistandard.org/en/iati-standard/203/schemas/
says of elements, their number, attributes and simple types; what a later version added is allowed
in the earlier ones too.  Code lists are not judged here.  Elements and attributes of other
namespaces may stand anywhere.

A line of `_RULES` is `element | attributes | children`.  `!` marks a required attribute; a child
stands once, or as `?`, `*` and `+` say; `:type` and `=type` give the type of an attribute and of
the text.  `parent/element` goes before `element`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml import etree

from muster.core.exchange import Issue, Place, Weight
from muster.formats.money import issue

_RULES: Final = """
iati-activity | last-updated-datetime:moment default-currency humanitarian:flag hierarchy:whole linked-data-uri budget-not-provided | iati-identifier reporting-org title description+ participating-org+ other-identifier* activity-status activity-date+ contact-info* activity-scope? recipient-country* recipient-region* location* sector* tag* country-budget-items? humanitarian-scope* policy-marker* collaboration-type? default-flow-type? default-finance-type? default-aid-type* default-tied-status? budget* planned-disbursement* capital-spend? transaction* document-link* related-activity* legacy-data* conditions? result* crs-add? fss?
iati-identifier | | =text
reporting-org | ref! type! secondary-reporter:flag | narrative+
title | | narrative+
description | | narrative+
iati-activity/description | type | narrative+
participating-org | ref type role! activity-id crs-channel-code | narrative*
other-identifier | ref! type! | owner-org?
owner-org | ref | narrative*
activity-status | code! |
activity-date | type! iso-date!:date | narrative*
contact-info | type | organisation? department? person-name? job-title? telephone* email* website* mailing-address*
organisation | | narrative+
department | | narrative+
person-name | | narrative+
job-title | | narrative+
mailing-address | | narrative+
telephone | | =text
email | | =text
website | | =text
activity-scope | code! |
recipient-country | code! percentage:decimal | narrative*
recipient-region | code! vocabulary vocabulary-uri percentage:decimal | narrative*
transaction/recipient-country | code! | narrative*
transaction/recipient-region | code! vocabulary vocabulary-uri | narrative*
location | ref | location-reach? location-id* name? description? activity-description? administrative* point? exactness? location-class? feature-designation?
location-reach | code! |
location-id | code! vocabulary! |
name | | narrative+
activity-description | | narrative+
administrative | code! vocabulary! level:natural |
point | srsName! | pos
pos | | =text
exactness | code! |
location-class | code! |
feature-designation | code! |
sector | vocabulary vocabulary-uri code! percentage:decimal | narrative*
transaction/sector | vocabulary vocabulary-uri code! | narrative*
tag | code! vocabulary! vocabulary-uri | narrative*
country-budget-items | vocabulary! | budget-item+
budget-item | code! percentage:decimal | description?
humanitarian-scope | type! vocabulary! vocabulary-uri code! | narrative*
policy-marker | vocabulary vocabulary-uri code! significance | narrative*
collaboration-type | code! |
default-flow-type | code! |
default-finance-type | code! |
default-aid-type | code! vocabulary |
default-tied-status | code! |
budget | type status | period-start period-end value
planned-disbursement | type | period-start period-end? value provider-org? receiver-org?
period-start | iso-date!:date |
period-end | iso-date!:date |
value | currency value-date!:date | =decimal
capital-spend | percentage!:decimal |
transaction | ref humanitarian:flag | transaction-type transaction-date value description? provider-org? receiver-org? disbursement-channel? sector* recipient-country? recipient-region? flow-type? finance-type? aid-type* tied-status?
transaction-type | code! |
transaction-date | iso-date!:date |
provider-org | ref provider-activity-id type | narrative*
receiver-org | ref receiver-activity-id type | narrative*
disbursement-channel | code! |
flow-type | code! |
finance-type | code! |
aid-type | code! vocabulary |
tied-status | code! |
document-link | url! format! | title description? category+ language* document-date?
category | code! |
language | code! |
document-date | iso-date!:date |
related-activity | ref! type! |
legacy-data | name! value! iati-equivalent |
conditions | attached!:flag | condition*
condition | type! | narrative+
result | type! aggregation-status:flag | title description? document-link* reference* indicator+
indicator | measure! ascending:flag aggregation-status:flag | title description? document-link* reference* baseline* period*
reference | vocabulary! code! vocabulary-uri indicator-uri |
baseline | iso-date:date year!:natural value | location* dimension* document-link* comment?
period | | period-start period-end target* actual*
target | value | location* dimension* comment? document-link*
actual | value | location* dimension* comment? document-link*
baseline/location | ref |
target/location | ref |
actual/location | ref |
dimension | name value |
comment | | narrative+
crs-add | | other-flags* loan-terms? loan-status? channel-code?
other-flags | code! significance!:flag |
loan-terms | rate-1:decimal rate-2:decimal | repayment-type? repayment-plan? commitment-date? repayment-first-date? repayment-final-date?
repayment-type | code! |
repayment-plan | code! |
commitment-date | iso-date!:date |
repayment-first-date | iso-date!:date |
repayment-final-date | iso-date!:date |
loan-status | year!:decimal currency value-date!:date | interest-received? principal-outstanding? principal-arrears? interest-arrears?
interest-received | | =decimal
principal-outstanding | | =decimal
principal-arrears | | =decimal
interest-arrears | | =decimal
channel-code | | =text
fss | extraction-date!:date priority:flag phaseout-year:decimal | forecast*
forecast | year!:decimal currency value-date:date | =decimal
narrative | | =text
"""  # noqa: E501 - one rule a line is read most easily

_OF_WHAT_IS_READ: Final = frozenset(
    {"iati-identifier", "reporting-org", "title", "related-activity", "transaction"}
)
_DECIMAL: Final = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")
_DATE: Final = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?\s*")
_MOMENT: Final = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?\s*"
)
_PATTERNS: Final = {
    "decimal": _DECIMAL,
    "date": _DATE,
    "moment": _MOMENT,
    "flag": re.compile(r"\s*(?:true|false|1|0)\s*"),
    "whole": re.compile(r"\s*[+-]?[0-9]{1,10}\s*"),
    "natural": re.compile(r"\s*\+?[0-9]{1,10}\s*"),
}
_EXPECTED: Final = {
    "decimal": "a decimal number such as 1250000.50",
    "date": "a date such as 2020-03-24",
    "moment": "a moment such as 2020-03-24T09:30:00Z",
    "flag": "true, false, 1 or 0",
    "whole": "a whole number",
    "natural": "a whole number of 0 or more",
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one element is made of; `most` is None where it may stand any number of times."""

    attributes: Mapping[str, str]
    required: frozenset[str]
    children: Mapping[str, tuple[int, int | None]]
    text: str


def structure_faults(activity: "etree._Element", place: str) -> Iterator[Issue]:
    """Judge one iati-activity against the rules.

    A fault of what the reader takes from it (identifier, reporting organisation, title, related
    activities, transactions, its own attributes) is an ERROR, one elsewhere a NOTE.
    """
    yield from _element_faults(activity, place, "iati-activity", reads=True, depth=0)


def is_moment(text: str) -> bool:
    """Say whether a text is a moment (dateTime) of XML Schema."""
    return _is("moment", text)


def is_decimal(text: str) -> bool:
    """Say whether a text is a decimal of XML Schema."""
    return _DECIMAL.fullmatch(text) is not None


def local_name(element: "etree._Element") -> str:
    """Give the name of an element of no namespace, else an empty text."""
    tag: object = element.tag
    return tag if isinstance(tag, str) and not tag.startswith("{") else ""


def _element_faults(
    element: "etree._Element", place: str, key: str, *, reads: bool, depth: int
) -> Iterator[Issue]:
    rule = _PARSED.get(key) or _PARSED.get(key.rpartition("/")[2])
    if rule is None:
        return
    yield from _attribute_faults(element, rule, place, reads=reads)
    yield from _text_faults(element, rule, place, reads=reads)
    yield from _child_faults(element, rule, place, reads=reads, depth=depth)


def _attribute_faults(
    element: "etree._Element", rule: _Rule, place: str, *, reads: bool
) -> Iterator[Issue]:
    for name in sorted(rule.required.difference(map(str, element.keys()))):
        sentence = f"{local_name(element)} lacks its attribute {name}."
        yield _fault("iati_attribute_missing", element, f"{place}/@{name}", sentence, reads=reads)
    for raw, written in element.items():
        name = str(raw)
        if name.startswith("{"):
            continue
        if name not in rule.attributes:
            sentence = f"{local_name(element)} has no attribute {name} in IATI."
            at = f"{place}/@{name}"
            yield _fault("iati_attribute_unknown", element, at, sentence, reads=reads)
        elif not _is(rule.attributes[name], str(written)):
            at, kind = f"{place}/@{name}", rule.attributes[name]
            yield _of_type(element, at, kind, str(written), reads=reads)


def _text_faults(
    element: "etree._Element", rule: _Rule, place: str, *, reads: bool
) -> Iterator[Issue]:
    if rule.text:
        written = element.text or ""
        if not _is(rule.text, written):
            yield _of_type(element, place, rule.text, written, reads=reads)
        return
    loose = [element.text, *(child.tail for child in element)]
    stray = next((text for text in loose if text and text.strip()), None)
    if stray is not None:
        sentence = f"Text stands in {local_name(element)}, where only elements may."
        yield _fault("iati_text_stray", element, place, sentence, reads=reads, found=stray.strip())


def _child_faults(
    element: "etree._Element", rule: _Rule, place: str, *, reads: bool, depth: int
) -> Iterator[Issue]:
    counts: dict[str, int] = {}
    order = list(rule.children)
    latest = 0
    for child in element:
        name = local_name(child)
        if not name:
            continue
        counts[name] = counts.get(name, 0) + 1
        at = f"{place}/{name}[{counts[name]}]"
        touches = reads and (depth > 0 or name in _OF_WHAT_IS_READ)
        if name not in rule.children:
            sentence = f"{local_name(element)} holds no element {name} in IATI."
            yield _fault("iati_element_unknown", child, at, sentence, reads=touches)
            continue
        if order.index(name) < latest:
            sentence = f"{name} stands too late in {local_name(element)}."
            yield _fault("iati_order", child, at, sentence, reads=False)
        latest = max(latest, order.index(name))
        key = f"{local_name(element)}/{name}"
        yield from _element_faults(child, at, key, reads=touches, depth=depth + 1)
    for name, (least, most) in rule.children.items():
        touches = reads and (depth > 0 or name in _OF_WHAT_IS_READ)
        yield from _count_faults(
            element, place, name, (counts.get(name, 0), least, most), reads=touches
        )


def _count_faults(
    element: "etree._Element",
    place: str,
    name: str,
    counts: tuple[int, int, int | None],
    *,
    reads: bool,
) -> Iterator[Issue]:
    count, least, most = counts
    at = f"{place}/{name}"
    if count < least:
        sentence = f"{local_name(element)} lacks {name}."
        yield _fault("iati_element_missing", element, at, sentence, reads=reads)
    elif most is not None and count > most:
        sentence = f"{name} stands {count} times in {local_name(element)}, and may once."
        yield _fault("iati_element_repeated", element, at, sentence, reads=reads)


def _is(kind: str, text: str) -> bool:
    pattern = _PATTERNS.get(kind)
    if pattern is None:
        return True
    match = pattern.fullmatch(text)
    return _is_day(match) if kind in {"date", "moment"} else match is not None


def _is_day(match: re.Match[str] | None) -> bool:
    if match is None:
        return False
    try:
        date.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def _of_type(element: "etree._Element", at: str, kind: str, found: str, *, reads: bool) -> Issue:
    sentence = f"The value is not {_EXPECTED[kind]}."
    return _fault(
        "iati_value", element, at, sentence, reads=reads, expected=_EXPECTED[kind], found=found
    )


def _fault(
    code: str,
    element: "etree._Element",
    at: str,
    sentence: str,
    *,
    reads: bool,
    expected: str = "",
    found: str = "",
) -> Issue:
    line: object = element.sourceline
    place = Place(path=at, line=line if isinstance(line, int) else None)
    weight = Weight.ERROR if reads else Weight.NOTE
    return issue(code, weight, place, sentence, expected=expected, found=found)


def _parsed() -> dict[str, _Rule]:
    rules = {}
    for line in _RULES.strip().splitlines():
        name, attributes, children = (part.strip() for part in line.split("|"))
        named = dict(_typed(word) for word in attributes.split())
        text = children[1:] if children.startswith("=") else ""
        rules[name] = _Rule(
            attributes={key.rstrip("!"): kind for key, kind in named.items()},
            required=frozenset(key.rstrip("!") for key in named if key.endswith("!")),
            children={} if text else dict(map(_counted, children.split())),
            text=text,
        )
    return rules


def _typed(word: str) -> tuple[str, str]:
    name, _, kind = word.partition(":")
    return name, kind or "text"


def _counted(word: str) -> tuple[str, tuple[int, int | None]]:
    ends: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
    if word[-1] in ends:
        return word[:-1], ends[word[-1]]
    return word, (1, 1)


_PARSED: Final = _parsed()
