"""The code lists of IATI that say what a line is, whose it is and whether it still stands.

Source: https://iatistandard.org/en/iati-standard/203/codelists/ (embedded lists, which the standard
itself fixes).  Lists that only describe (sectors, aid types, finance types) are carried and not
judged.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from muster.core.exchange import Issue, Place, Weight
from muster.formats.money import issue


class _List(NamedTuple):
    element: str
    attribute: str
    what: str
    codes: frozenset[str]


_ORGANISATIONS: Final = frozenset(
    {
        *("10", "11", "15", "21", "22", "23", "24", "30", "40"),
        *("60", "70", "71", "72", "73", "80", "90"),
    }
)
_LISTS: Final = (
    _List("reporting-org", "type", "type of organisation", _ORGANISATIONS),
    _List("participating-org", "role", "role of an organisation", frozenset("1234")),
    _List("activity-status", "code", "status of an activity", frozenset("123456")),
    _List("activity-date", "type", "type of an activity's date", frozenset("1234")),
    _List("related-activity", "type", "relation of activities", frozenset("12345")),
)
_ENDED: Final = {"5": "cancelled", "6": "suspended"}


def code_faults(element: "etree._Element", path: str) -> Iterator[Issue]:
    """Note the codes of an activity that are in none of the lists that carry meaning here."""
    for known in _LISTS:
        alike = [each for each in element if _name(each) == known.element]
        for number, each in enumerate(alike, 1):
            code = str(each.get(known.attribute, "")).strip()
            if code and code not in known.codes:
                at = _place(each, f"{path}/{known.element}[{number}]/@{known.attribute}")
                yield issue(
                    "iati_code_unknown",
                    Weight.NOTE,
                    at,
                    f"This is no {known.what} of IATI.",
                    expected=", ".join(sorted(known.codes, key=int)),
                    found=code,
                )


def ended(element: "etree._Element", path: str) -> Issue | None:
    """Ask about the lines of an activity that is cancelled or suspended by its own word."""
    for each in element:
        code = str(each.get("code", "")).strip() if _name(each) == "activity-status" else ""
        if code in _ENDED:
            return issue(
                "iati_activity_ended",
                Weight.QUESTION,
                _place(each, f"{path}/activity-status[1]/@code"),
                f"The activity is {_ENDED[code]}; say whether this still stands.",
                found=code,
            )
    return None


def _name(element: "etree._Element") -> str:
    return str(element.tag).rpartition("}")[2]


def _place(element: "etree._Element", path: str) -> Place:
    line: object = element.sourceline
    return Place(path=path, line=line if isinstance(line, int) else None)
