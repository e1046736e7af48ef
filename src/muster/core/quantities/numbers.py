"""Numbers as people write them: read where they are certain, laid side by side where not.

`31.078` is thirty-one thousand in one report and thirty-one and a bit in another.  Nothing here
guesses between the two: a document's own evidence settles it (`detect_convention`), or a person.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from typing import Final

from muster.core.quantities.amounts import Per


class Convention(StrEnum):
    """Which mark a document writes before decimals; the other one then groups thousands."""

    POINT_DECIMAL = "point_decimal"
    COMMA_DECIMAL = "comma_decimal"
    MIXED = "mixed"
    """The document contradicts itself: it settles nothing."""


class ReadingKind(StrEnum):
    """How a text was understood."""

    EXACT = "exact"
    BOUND = "bound"
    RANGE = "range"
    RATE = "rate"
    UNKNOWN = "unknown"
    """It says that there is no number, or a vague one: "tens of thousands"."""
    AMBIGUOUS = "ambiguous"
    """It is one of `readings`; ask which."""
    UNREADABLE = "unreadable"
    """It is not one number, or one that is not understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text says.  Ends are as in Quantity, but may have decimals (4.7 t) or be zero."""

    kind: ReadingKind
    low: Decimal | None = None
    high: Decimal | None = None
    per: Per | None = None
    unit_text: str = ""
    """The words that followed the number: the unit, or what is counted."""
    readings: tuple["Reading", ...] = ()

    @property
    def text(self) -> str:
        """The reading in digits without grouping, so that it cannot be misread again."""
        if self.kind is ReadingKind.AMBIGUOUS:
            return " or ".join(reading.text for reading in self.readings)
        if self.low is None and self.high is None:
            return self.kind.value
        if self.low is None:
            amount = f"up to {self.high:f}"
        elif self.high is None:
            amount = f"at least {self.low:f}"
        elif self.low != self.high:
            amount = f"{self.low:f} to {self.high:f}"
        else:
            amount = ("about " if self.kind is ReadingKind.BOUND else "") + f"{self.low:f}"
        return amount if self.per is None else f"{amount} per {self.per}"


UNREADABLE: Final = Reading(kind=ReadingKind.UNREADABLE)

LONGEST: Final = 200
"""Characters; a longer text is prose, not a number."""


def read_number(text: str, *, convention: Convention | None = None) -> Reading:
    """Read one number as people write it; never guesses and never raises.

    Args:
        text: such as "16 700", "up to 450 000", "30-31", "4,7 million", "20,000 litres a week".
        convention: what the document around it was found to use; None or MIXED leave `31.078`
            ambiguous between 31078 and 31.078.
    """
    if len(text) > LONGEST:
        return UNREADABLE
    if text.isascii() and text.isdigit():  # what programs send, and most people: nothing to ask
        amount = Decimal(text)
        return Reading(kind=ReadingKind.EXACT, low=amount, high=amount)
    cleaned = _cleaned(text)
    if cleaned in _NOT_STATED:
        return Reading(kind=ReadingKind.UNKNOWN)
    settled = convention in (Convention.POINT_DECIMAL, Convention.COMMA_DECIMAL)
    tried = [convention] if settled else [Convention.POINT_DECIMAL, Convention.COMMA_DECIMAL]
    found: list[Reading] = []
    for each in tried:
        found += [reading for reading in _read(cleaned, each) if reading not in found]
    if not found:
        return Reading(kind=ReadingKind.UNKNOWN) if _is_vague(cleaned) else UNREADABLE
    if len(found) == 1:
        return found[0]
    return Reading(kind=ReadingKind.AMBIGUOUS, readings=tuple(found), unit_text=found[0].unit_text)


def detect_convention(texts: Iterable[str]) -> Convention | None:
    """Find the convention of a document from its own quantities.

    Evidence is what can be read in one way only: 1.234.567, 1,5, 12.50, 1,234.5.  `31.078` and
    `103,000` are none.  Pass quantities (a column's cells), not prose: a date such as 15.02 or a
    section number would count as evidence.

    Returns:
        None without evidence, MIXED where it contradicts itself.
    """
    seen: set[Convention] = set()
    for text in texts:
        # A longer text is skipped whole: cut short, 1,234 would prove 1,23.
        tokens = re.findall(_NUMERAL, _cleaned(text)) if len(text) <= LONGEST else []
        for token in tokens:
            evidence = _evidence(token)
            if evidence is not None:
                seen.add(evidence)
    if len(seen) > 1:
        return Convention.MIXED
    return next(iter(seen), None)


# One numeral: digits and their marks

_NUMERAL = r"[0-9](?:[0-9.,' ]*[0-9])?"


def _numeral(token: str, convention: Convention | None) -> Decimal | None:
    """Read one numeral; the convention decides only where both readings are possible."""
    marks = re.sub(r"[0-9]", "", token)
    if not marks:
        return Decimal(token)
    last = marks[-1]
    whole, _, part = token.rpartition(last)
    if set(marks) == {last}:
        grouped = _is_grouped(token, last)
        decimal = len(marks) == 1 and last in ".,"
        if grouped and not (decimal and last == _decimal_mark(convention)):
            return Decimal(token.replace(last, ""))
        return Decimal(f"{whole}.{part}") if decimal else None
    group = marks[0]
    if last in ".," and marks.count(last) == 1 and _is_grouped(whole, group):
        return Decimal(f"{whole.replace(group, '')}.{part}")
    return None


def _is_grouped(token: str, mark: str) -> bool:
    """Say whether a mark can separate thousands here: 1.234.567 but not 0.500 or 12.50."""
    return re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+", token) is not None


def _decimal_mark(convention: Convention | None) -> str:
    return "," if convention is Convention.COMMA_DECIMAL else "."


def _evidence(token: str) -> Convention | None:
    """Say which convention a numeral proves, if any."""
    marks = re.sub(r"[0-9]", "", token)
    last = marks[-1:]
    if last not in {".", ","} or _numeral(token, None) is None:
        return None
    by_point = _numeral(token, Convention.POINT_DECIMAL)
    by_comma = _numeral(token, Convention.COMMA_DECIMAL)
    if by_point != by_comma:
        return None
    groups = _is_grouped(token, last)
    return Convention.COMMA_DECIMAL if groups is (last == ".") else Convention.POINT_DECIMAL


# Words around a numeral

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u200a\u202f\u3000\t\r\n"), " ")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u02bc\u00b4`"), "'")
_SAME = _SPACES | _DASHES | _APOSTROPHES

_NOT_STATED = frozenset(
    {"", "-", "--", "?", "...", "n/a", "na", "tbc", "tbd", "unknown", "not stated", "not known"}
    | {"unspecified", "not specified", "to be confirmed", "to be determined", "no number"}
    | {"as required", "as needed", "as many as possible", "any", "any quantity"}
)

_WORDS = {
    "one": Decimal(1),
    "two": Decimal(2),
    "three": Decimal(3),
    "four": Decimal(4),
    "five": Decimal(5),
    "six": Decimal(6),
    "seven": Decimal(7),
    "eight": Decimal(8),
    "nine": Decimal(9),
    "ten": Decimal(10),
    "eleven": Decimal(11),
    "twelve": Decimal(12),
    "thirteen": Decimal(13),
    "fourteen": Decimal(14),
    "fifteen": Decimal(15),
    "sixteen": Decimal(16),
    "seventeen": Decimal(17),
    "eighteen": Decimal(18),
    "nineteen": Decimal(19),
    "twenty": Decimal(20),
}
_ARTICLES = {"a": Decimal(1), "an": Decimal(1)}

_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9}
_SHORT = {"k": 1_000, "tsd": 1_000, "mio": 10**6, "mln": 10**6, "bn": 10**9, "mrd": 10**9}
_SCALE = rf"(?:(?:{'|'.join(_SCALES)})s?|{'|'.join(_SHORT)})\b"
_MILLION_OR_METRE = 10**6
_UNROUNDED = Context(prec=10 * LONGEST)

_TERM = rf"(?:{_NUMERAL}|\b(?:{'|'.join(_WORDS | _ARTICLES)})\b)(?:\s*{_SCALE})*(?:\s*m\b)?"

_UPPER = (
    r"up to|at most|not? more than|maximum(?: of)?|max\.?|as many as|nearly|almost|under"
    r"|less than|fewer than|below|<=?|\u2264"
)
_LOWER = (
    r"at least|more than|over|above|minimum(?: of)?|min\.?|no fewer than|not less than"
    r"|no less than|>=?|\u2265"
)
_ABOUT = (
    r"approximately|approx\.?|about|around|roughly|circa|ca\.?|c\.|some|an estimated|estimated"
    r"|~|\u2248"
)
_AFTER_UPPER = r"or less|or fewer|at most|maximum|max\.?"
_AFTER_LOWER = r"\+|or more|and more|and above|at least|minimum|min\.?"

_PER = re.compile(r"(?:\s(?:per|a|every|each)\s|\s?/\s?)(day|week|month)\b")
_PER_LAST = re.compile(r"\s(daily|weekly|monthly)$")
_PER_NAMES = {"daily": Per.DAY, "weekly": Per.WEEK, "monthly": Per.MONTH}

_SENTENCE = re.compile(
    rf"(?:(?P<upper>{_UPPER})\s*|(?P<lower>{_LOWER})\s*|(?P<about>{_ABOUT})\s*"
    rf"|(?P<between>between|from)\s+)?(?P<first>{_TERM})"
    rf"(?:\s*(?P<join>-|to|and)\s*(?P<second>{_TERM}))?"
    rf"\s*(?:(?P<after_upper>{_AFTER_UPPER})|(?P<after_lower>{_AFTER_LOWER}))?(?P<rest>.*)"
)

_PUNCTUATION = frozenset(" .,:;()'\"/-")
_GOES_ON = re.compile(r"-|(?:to|and)\b")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_NUMBER_WORDS = re.compile(
    rf"\b(?:{'|'.join(_WORDS)}|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|quarter|zero"
    rf"|{'|'.join(_SCALES)}|{'|'.join(f'{name}s' for name in _SCALES)}|tens|percent|cent|per"
    r"|each|every|minus|plus|times|point|or|up to|more than|less than)\b"
)
_VAGUE = re.compile(
    r"(?:many|several|some|a few|few|a couple of|a number of|numerous|various|multiple|tens"
    r"|dozens|scores|hundreds|thousands|millions)\b"
    r"(?:(?: of)? (?:tens|dozens?|hundreds?|thousands?|millions?)\b)*(?P<rest>.*)"
)


def _cleaned(text: str) -> str:
    """Write one kind of space, dash and apostrophe, in lower case."""
    return " ".join(text.translate(_SAME).lower().split())


def _is_vague(text: str) -> bool:
    match = _VAGUE.fullmatch(re.sub(rf"^(?:{_UPPER}|{_LOWER}|{_ABOUT})\s+", "", text))
    match = match or _VAGUE.fullmatch(text)
    return match is not None and _is_plain(match["rest"])


def _is_plain(rest: str) -> bool:
    """Say whether the words after a number hold no further number or condition on it."""
    return (
        all(character.isalpha() or character in _PUNCTUATION for character in rest)
        and _GOES_ON.match(rest) is None
        and _ORDINAL.match(rest) is None
        and _NUMBER_WORDS.search(rest) is None
    )


def _read(text: str, convention: Convention | None) -> list[Reading]:
    """List the readings of a cleaned text under one convention; none where it is not a number."""
    text, per, is_clear = _without_per(text)
    match = _SENTENCE.fullmatch(text)
    if match is None or not is_clear or not _is_plain(match["rest"]):
        return []
    unit_text = match["rest"].strip(" .,:;()'\"/")
    found: list[Reading] = []
    for low, high in _ends(match, convention):
        is_exact = low is not None and low == high and match["about"] is None
        kind = ReadingKind.RANGE if match["second"] and low != high else ReadingKind.BOUND
        kind = ReadingKind.EXACT if is_exact else kind
        kind = ReadingKind.RATE if per is not None else kind
        found.append(Reading(kind=kind, low=low, high=high, per=per, unit_text=unit_text))
    return found


def _without_per(text: str) -> tuple[str, Per | None, bool]:
    """Take "per week" out of a text; the last value is false where it is said twice."""
    found = [Per(match[1]) for match in _PER.finditer(text)]
    found += [_PER_NAMES[match[1]] for match in _PER_LAST.finditer(text)]
    text = " ".join(_PER_LAST.sub("", _PER.sub(" ", text)).split())
    return text, next(iter(found), None), len(found) <= 1


def _ends(
    match: re.Match[str], convention: Convention | None
) -> list[tuple[Decimal | None, Decimal | None]]:
    """List the ends that a sentence can mean, in order."""
    is_upper = match["upper"] is not None or match["after_upper"] is not None
    is_lower = match["lower"] is not None or match["after_lower"] is not None
    is_range = match["second"] is not None
    if is_upper + is_lower + is_range > 1 or (match["between"] is not None) > is_range:
        return []
    if match["join"] == "and" and match["between"] != "between":
        return []
    if not is_range:
        values = _term(match["first"], convention)
        return [(None if is_upper else v, None if is_lower else v) for v in values]
    pairs: list[tuple[Decimal | None, Decimal | None]] = []
    for low in _first_of_range(match["first"], match["second"], convention):
        for high in _term(match["second"], convention):
            if low <= high and (low, high) not in pairs:
                pairs.append((low, high))
    return pairs


def _first_of_range(first: str, second: str, convention: Convention | None) -> list[Decimal]:
    """List what the first number of a range can mean: "2-3 million" may scale both numbers."""
    values = _term(first, convention)
    scale = re.search(rf"(?:\s*{_SCALE})+$", second)
    if scale is not None and re.search(rf"{_SCALE}$", first) is None:
        values += _term(first + scale[0], convention)
    return values


def _term(text: str, convention: Convention | None) -> list[Decimal]:
    """List what a numeral or number word with its scales can mean: "5 m" has two meanings."""
    match = re.match(rf"{_NUMERAL}|[a-z]+", text)
    if match is None:
        return []
    word, scales = match[0], re.findall(r"[a-z]+", text[match.end() :])
    value = (_WORDS | _ARTICLES).get(word)
    value = _numeral(word, convention) if value is None else value
    if value is None or (word in _ARTICLES and scales in ([], ["m"])):
        return []
    for scale in scales:
        name = scale if scale in _SCALES or scale in _SHORT else scale.removesuffix("s")
        value = value if name == "m" else _scaled(value, _SCALES.get(name) or _SHORT[name])
    return [value, _scaled(value, _MILLION_OR_METRE)] if "m" in scales else [value]


def _scaled(value: Decimal, scale: int) -> Decimal:
    """Multiply without rounding; 4.7 million is 4700000 and keeps no decimals of 4.7."""
    scaled = _UNROUNDED.multiply(value, scale)
    whole = scaled.to_integral_value()
    return whole if whole == scaled else scaled
