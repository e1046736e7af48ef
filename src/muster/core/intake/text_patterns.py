"""Patterns by which a document is told apart: dates, labels, totals, sources."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from muster.core.exchange import (
    Issue,
    Place,
    Status,
    Weight,
)
from muster.core.intake.blocks import Block
from muster.core.intake.dates import read_day
from muster.core.intake.mention_patterns import MONTHS
from muster.core.intake.mentions import Role, find_mentions
from muster.core.intake.nations import find_nation, find_nations
from muster.core.intake.segments import Segment
from muster.core.intake.sentences import read_label, read_said
from muster.core.intake.things import is_sentence

MOST_BEFORE = 3


MOST_BARE = 12


MOST_OF_MONEY = 6


DATES: Final = frozenset(
    {
        "date",
        "datum",
        "dtg",
        "date of report",
        "date of the report",
        "as of",
        "as at",
        "stand",
        "sent",
    }
    | {"gesendet", "дата", "tarih"}
)


TITLES: Final = frozenset({"subject", "subj", "re", "betreff", "objet", "тема", "konu"})


ASKING: Final = frozenset(
    {"requesting", "requesting nation", "requesting country", "requesting party", "requested by"}
    | {"requester", "affected country", "affected nation", "recipient"}
)


GIVING: Final = frozenset(
    {"donor", "donor country", "donor nation", "offered by", "donated by", "from country"}
)


_MONTH = rf"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}|{MONTHS})\.?"


DAY: Final = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.?(?: de)? {_MONTH},?(?: de)? \d{{4}}"
    rf"|{_MONTH} \d{{1,2}},? \d{{4}}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4}",
    re.IGNORECASE,
)


DELIVERIES: Final = re.compile(r"\bdeliver(?:y|ies)\b|\blieferungen\b", re.IGNORECASE)


AS_OF: Final = re.compile(
    rf"\b(?:as of|as at|stand(?: vom)?|status(?: as of)?|situation (?:on|at|au|du)|état au"
    rf"|станом на"
    r"|stan na(?: dzień)?|stav k(?:e dni)?|situación al|a fecha(?: de)?|situazione al|situatie per"
    r"|la data de|(?:last |latest )?updated?(?: on)?|mise? à jour (?:le|du)|aktualisiert(?: am)?"
    rf"|оновлено|dated|report date)[: ]{{1,3}}(?P<day>{DAY.pattern})",
    re.IGNORECASE,
)


HEAD_DAY: Final = re.compile(
    r"\s*(?:[^\W\d_][\w .'-]{2,30},\s)?(?:[^\W\d_]{2,4}day,?\s)?"
    rf"(?P<day>{DAY.pattern})\s?(?:$|[.:]\s|-\s|\()",
    re.IGNORECASE,
)
"""The day at the head of a report: "KYIV, 3 March 2022 - ...", or a line of its own."""


OPENING_DAY: Final = re.compile(
    rf"\s*(?:on|am|le|el|il|em|op|dne|dnia|у|в)?\s?(?:[^\W\d_]{{2,5}}day,?\s)?(?P<day>{DAY.pattern})"
    r"(?![^\W_])",
    re.IGNORECASE,
)


TOTAL: Final = re.compile(
    r"[\W_]*(?:grand |sub-?|overall )?(?:totals?|sum|summe"
    r"|gesamt|insgesamt|somme|усього|всього|разом|toplam)\b"
    r"(?!\s(?:of\s)?\d[\d ,.]*\s[^\W\d_]{3})",
    re.IGNORECASE,
)


ARROW: Final = re.compile(r"[^\W\d_)]\s(?:->|=>|→)\s[^\W\d_]")


LEADS: Final = re.compile(r"(?:->|=>|→)\s[^,;]{0,40}?\d")


NATION_LABEL: Final = re.compile(
    r"[^\W\d_a-z][\w ]{2,30}\s(?:offers|offered|sent|sends|provides|donated)\b"
)


LABEL: Final = re.compile(
    r"\s*(?P<label>(?:\([^()]{0,200}\)|https?://\S{1,120}|[^:;()]){2,120}?):\s+(?=\S)"
)


TOTALLED: Final = re.compile(
    r"\b(?:in total(?!,? [\w ]{2,30} (?:plans|will)\b)|so far(?! [A-Z])|altogether|to date"
    r"|since the (?:beginning"
    r"|start)|insgesamt|au total|усього|toplam)\b",
    re.IGNORECASE,
)


SUM: Final = re.compile(
    r"\s*(?:an? )?(?:(?:financial |cash |monetary )?(?:contribution|donation|grant|support)s? of )?"
    r"(?:up to |about |approx\.? |approximately |some |over |nearly |an? "
    r"|another )?(?:[A-Z]{3}\b|[€$£]|\d)",
    re.IGNORECASE,
)


ADDS: Final = re.compile(r"(?:for|with|without|in|of|für|pour|для)\s|[^\W_]+$", re.IGNORECASE)


_DASHED: Final = re.compile(r"\s*(?P<label>[^:;,()\d-]{2,50}?)\s-\s+(?=\S)")


DATE_ONLY: Final = re.compile(
    rf"(?:\d{{1,2}}\s{_MONTH}|{DAY.pattern})(?:\s\d{{4}})?", re.IGNORECASE
)


ADDRESS: Final = re.compile(
    r"https?://[^\s)]+|\bwww\.[^\s)]+|\b(?:[\w-]{1,40}\.){1,4}[a-z]{2,6}/[\w/.-]{2,300}"
)


SOURCE_BRACKET: Final = re.compile(
    r"(?P<before>(?:^|[;:])\s{2,})\((?P<inner>[^()]{20,800})\)(?=\s*(?:$|;))"
)


LIST_BRACKET: Final = re.compile(
    r"(?<=[^\W\d_])\s\((?P<inner>\d[^()]{0,200}[^\W\d_]\s?(?:,|and|und|et)\s\d[^()]{3,200})\)"
)
"""Things that a bracket lists: "shelter items (50 tents, 100 blankets and 20 stoves)"."""


INCLUDES: Final = re.compile(
    r"\b(?:includ(?:es?|ed|ing)|compris\w{1,3}|contains?|consists? of|umfasst|as follows|following"
    r"(?: \w+)?)(?: also)?$",
    re.IGNORECASE,
)


DATELINE: Final = re.compile(
    r"\s*(?:date \d{4}-\d\d(?:-\d\d)?\s)?[^\W\d_a-zа-яіїєґ]{3,}[^.;()]{0,40}?\([^()\d]{2,24}\)\s-\s"
    r"(?=[\"']?[^\W\d_a-zа-яіїєґ])"
)
"""Where and by whom a report was filed: "LONDON, March 15 (Reuters) - "."""


REQUEST_FROM: Final = re.compile(
    r"\brequest(?:s|ed)?(?: for [\w ]{3,40})? (?:from|by) (?:the )?(?:government of )?",
    re.IGNORECASE,
)


NEAR = 4


CENTRES: Final = frozenset({"EADRCC", "ERCC", "UCPM", "NATO", "EU", "OCHA", "UN", "NATO, EADRCC"})


AFTER_COMMA: Final = re.compile(r",\s(?!\d)")


VAGUE_AMOUNT: Final = re.compile(
    r"\b(?:several|many|numerous|dozens|tens of|hundreds"
    r"|thousands|millions|a number of|number of|various"
    r"|quantit(?:y|ies) of|mehrere|plusieurs|кілька|десятки|тисячі)\b",
    re.IGNORECASE,
)


GOODS: Final = re.compile(
    r"(?:supplies|equipment|tents?|shelters?|blankets|food|water|medicines?|teams?|hospitals?"
    r"|generators?"
    r"|vehicles?|ambulances?|aircraft|helicopters?|ammunition|clothing|kits?|beds?|mattresses"
    r"|heaters?"
    r"|pumps?|stoves|goods|materials?|rations|fuel|masks|gloves|ventilators?|units?|systems?|boats?"
    r"|capacities|modules?|carriers?|missiles?|tanks?|guns?|howitzers?|drones?|rockets?|shells?|rounds?"
    r"|weapons?|launchers?|radars?|rifles?|mortars?|trucks?|vests?|helmets?|uniforms?|transformers?"
    r"|cables?)$",
    re.IGNORECASE,
)


def is_heading(block: Block) -> bool:  # noqa: PLR0911 - cases, read from the top
    """Say whether a block speaks for the lines below it."""
    text = block.text.strip()
    words = text.split()
    if text.endswith(":"):
        return True
    if len(words) > MOST_BARE or text.endswith((".", ";", ",")):
        return False
    if find_nation(re.sub(r"\(.*?\)", " ", text)) is not None:
        return True
    if any(m.role is Role.FREE and not m.is_word for m in find_mentions(text)):
        return False
    label = read_label(text)
    is_numbered = block.marker.rstrip(".)").replace(".", "").isdigit()
    if text.isupper() and len(text) > _SHORTEST_TITLE and (is_numbered or not block.marker):
        return True
    if is_numbered and ":" not in text:
        return label.is_known and not is_sentence(text)
    return (
        not block.marker
        and ":" not in text
        and label.is_known
        and len(words) <= _MOST_OF_HEADING
        and not label.party
    )


_CHANGE: Final = re.compile(r"(?:updated?|additional|new|revised|corrected)", re.IGNORECASE)
_SHORTEST_TITLE = 3
_MOST_OF_HEADING = 6
_A_LIST = 2


def is_section_label(words: str, rest: str) -> bool:
    """Say whether a label names a section of things, and not the one thing whose amount follows."""
    if DATE_ONLY.fullmatch(words.strip()):
        return True
    if _CHANGE.fullmatch(words.strip()):
        return False
    found = [m for m in find_mentions(rest[:400]) if m.role is Role.FREE and not m.is_word]
    if not found:
        return rest.count(",") >= _A_LIST
    first = found[0]
    named = re.match(r"\s?(?:of\s)?[^\W\d_]{3}", rest[first.end :])
    return (first.start <= _A_LIST and named is not None and first.unit is None) or len(
        found
    ) > _A_LIST


def lists_things(text: str) -> bool:
    """Say whether bare words parted by commas are things of their own in this block."""
    return LABEL.match(text) is not None or read_said(text).has_verb


def told_at_end(text: str, segments: Sequence[Segment]) -> bool:
    """Say whether the verb of a sentence comes last: "40 tents and 90 beds have been sent"."""
    for position, segment in enumerate(segments):
        if position and segment.begins_sentence:
            return False
        said = read_said(text[segment.start : segment.end])
        if position and said.comes_first and said.status in _GIVEN:
            return True
        if position and said.has_verb:
            return False
    return False


_GIVEN: Final = frozenset(Status) - {Status.UNSTATED}


def is_weaker(party: str, other: str) -> bool:
    """Say whether a party is only a channel, and the other one a country."""
    first, second = find_nation(party), find_nation(other)
    return (
        first is not None
        and first.name in CENTRES | {"rescEU"}
        and second is not None
        and bool(second.iso3)
    )


def dash_label(text: str) -> re.Match[str] | None:
    """Find a nation before a dash: "UK - 550 tents"."""
    match = _DASHED.match(text)
    return match if match and find_nation(match["label"]) is not None else None


def blanks(match: re.Match[str]) -> str:
    """Give as many blanks as a match is long."""
    return " " * len(match[0])


def parted(match: re.Match[str]) -> str:
    """Give what a bracket lists as things of their own."""
    before = match.string[max(0, match.start() - _SAME_CLAUSE) : match.start()]
    if re.search(r"\d[^.;:]*$", before) or re.search(r"\d\s(?:for|per|of|x|à)\s", match["inner"]):
        return match[0]
    return f" ;{match['inner']};"


_SAME_CLAUSE = 60


def unwrapped(match: re.Match[str]) -> str:
    """Give what stands in the brackets behind a source, with blanks for the brackets."""
    return f"{match['before']} {match['inner']} "


def without_nations(text: str) -> str:
    """Cut off "to Ukraine" or "for Türkiye" behind a thing."""
    for each in find_nations(text):
        cut = re.search(
            r",?\s(?:to|for|in|für|nach|pour|à|для|до)\s(?:the\s)?$", text[: each.start]
        )
        if cut is not None and cut.start() > 0:
            return text[: cut.start()]
    return text


def opening_day(text: str, day_first: bool | None) -> date | None:  # noqa: FBT001 - as day_in
    """Find the day with which a sentence begins: "On 3 March 2022 Portugal delivered ..."."""
    match = OPENING_DAY.match(text)
    return read_day(match["day"], day_first).day if match else None


def day_in(text: str, day_first: bool | None) -> date | None:  # noqa: FBT001 - None is a third state
    """Find the day that a text names."""
    match = DAY.search(text)
    return read_day(match[0], day_first).day if match else read_day(text.strip(), day_first).day


NO_LINES: Final = Issue(
    code="text_without_lines",
    weight=Weight.NOTE,
    place=Place(line=1),
    sentence="No line of a request or an offer was found in this text.",
)


def long(number: int) -> Issue:
    """Build the issue of a line that was not read."""
    return Issue(
        code="line_too_long",
        weight=Weight.QUESTION,
        place=Place(line=number),
        expected="a line of at most 5,000 characters",
        sentence="This line is too long to be part of a list; it was not read.",
    )


def total(block: Block) -> Issue:
    """Build the issue of a total."""
    return Issue(
        code="total_not_counted",
        weight=Weight.NOTE,
        place=Place(line=block.line, start=block.start, end=block.start + len(block.text)),
        found=block.text[:80],
        sentence="This is a total of other lines; it is not a line of its own.",
    )


def may_be_total(place: Place, words: str) -> Issue:
    """Build the question whether an amount sums up others."""
    return Issue(
        code="line_may_be_total",
        weight=Weight.QUESTION,
        place=place,
        found=" ".join(words.split())[:80],
        sentence='It is said "in total" or "so far" and may hold other lines; does it count?',
        readings=("it counts", "it is a total"),
    )


def part(place: Place, parent: str) -> Issue:
    """Build the issue of an amount that another line holds."""
    return Issue(
        code="part_of_line",
        weight=Weight.NOTE,
        place=place,
        found=parent,
        sentence=f"This amount is part of line {parent}; both together would count twice.",
    )
