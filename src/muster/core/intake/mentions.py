"""Every number in a running text, and whether it can be an amount of something at all.

A number inside a name (2A6, FFP2, COVID-19), a size (155 mm, 1.9 kW), a date, a time, a telephone
number, a reference or a sum of money is never an amount of goods.  What is left may be one.

The time is linear in the text: every pattern looks at a bounded stretch around one number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from muster.core.intake.measures import (
    CALIBRES,
    SINGULAR,
    STUFFS,
    THINGS,
    is_capacity,
    is_part_of_name,
    noun_after,
)
from muster.core.intake.mention_patterns import (
    ADJECTIVE,
    AFTER,
    AND,
    ANY,
    ARTICLES,
    BETWEEN,
    CALIBRE,
    CURRENCIES,
    DIMENSION,
    GLUED,
    JOIN,
    LITERAL_X,
    LONGEST,
    MONEY_AFTER,
    MONEY_BEFORE,
    MONEY_SCALES,
    OF,
    ORDINAL,
    PREFIX,
    QUALIFIER,
    QUALIFIER_WORDS,
    SAME,
    SAME_WORD,
    SCALE,
    SCALED_MONEY,
    TIMES,
    TOKEN,
    UNIT_AFTER,
    VAGUE_ARTICLE,
    WHEELS,
    YEAR_BEFORE,
)
from muster.core.intake.number_words import word_value
from muster.core.intake.scales import read_scale
from muster.core.intake.unit_words import Sort, UnitWord, find_unit
from muster.core.intake.vague_words import readings_of
from muster.core.quantities.numbers import Convention, Reading, read_number


class Role(Enum):
    """What a number is in its text."""

    FREE = "free"
    """It may be an amount."""
    SIZE = "size"
    """It says how big, how long or for how many a thing is."""
    NAME = "name"
    """It belongs to a name, a date, a reference, a telephone number."""
    MONEY = "money"
    DOUBT = "doubt"
    """It may be an amount or a size: "20 kg blankets"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One number, with the words that qualify it and its unit."""

    role: Role
    start: int
    """Of the words before it that belong to it ("up to"), else of its digits."""
    digits: int
    """Where its digits or its number word begin."""
    end: int
    """Past its scale, its unit and the "of" after them."""
    number_end: int
    """Past its scale, before its unit."""
    written: str = ""
    """The expression in the words that `read_number` knows."""
    unit: UnitWord | None = None
    unit_text: str = ""
    takes_of: bool = False
    """Whether "of" followed the unit."""
    currency: str = ""
    is_word: bool = False
    """Written as a word: "one", "a"."""
    is_rough: bool = False
    """Said only roughly: "quelques", "une dizaine de"."""
    readings: tuple[str, ...] = ()
    """What a rough amount may mean, where it names a number at all."""

    def reading(self, convention: Convention | None) -> Reading:
        """Read the number; ambiguous where the convention does not settle it."""
        return _read(self.written, convention)


def level(text: str) -> str:
    """Write one kind of space, dash and apostrophe, character for character."""
    return text.translate(SAME)


@lru_cache(maxsize=256)
def find_mentions(text: str) -> tuple[Mention, ...]:
    """List the numbers of a levelled text in order, ranges and their qualifiers as one."""
    return tuple(_mentions(text)) if ANY.search(text) else ()


@lru_cache(maxsize=20_000)
def _read(written: str, convention: Convention | None) -> Reading:
    return read_number(written, convention=convention)


def _mentions(text: str) -> Iterator[Mention]:
    """Walk the numbers; a second number that a range took up is not met again."""
    past = 0
    for match in TOKEN.finditer(text):
        if match.start() < past:
            continue
        for mention in _mention(text, match):
            past = mention.end
            yield mention


def _mention(text: str, match: re.Match[str]) -> Iterator[Mention]:
    """Judge one token."""
    kind, start, end = match.lastgroup, match.start(), match.end()
    if kind == "name":
        yield from _in_name(text, match[0], start, end)
    elif kind == "number" and end - start <= LONGEST:
        yield from _number(text, start, start, end, match[0])
    elif kind == "vague":
        yield from _rough(text, start, end)
    elif kind == "word":
        yield from _word(text, start, end, match[0])
    else:
        yield _plain(Role.NAME, start, end)


def _rough(text: str, start: int, end: int) -> Iterator[Mention]:
    """Judge "quelques" or "une dizaine de": an amount of what is named behind it."""
    before = text[max(0, start - 28) : start]
    qualifier = QUALIFIER.search(before)
    word = QUALIFIER_WORDS[qualifier.lastgroup or ""] if qualifier else ""
    starts = start - len(before) + qualifier.start() if qualifier and word else start
    words = text[start:end]
    rough = Mention(
        role=Role.FREE, start=starts, digits=start, end=end, number_end=end,
        written=f"{word}{' '.join(words.split())}", is_rough=True,
        readings=readings_of(words, word),
    )  # fmt: skip
    match = UNIT_AFTER.match(text, end)
    unit = find_unit(match["unit"].rstrip(".")) if match else None
    if match and unit and unit.sort in (Sort.COUNT, Sort.PACK, Sort.MEASURE):
        of = OF.match(text, match.end())
        rough = replace(
            rough, unit=unit, unit_text=match["unit"], end=of.end() if of else match.end(),
            takes_of=of is not None,
        )  # fmt: skip
    yield rough


def _plain(role: Role, start: int, end: int, **more: object) -> Mention:
    return Mention(role=role, start=start, digits=start, end=end, number_end=end, **more)  # type: ignore[arg-type]


def _in_name(text: str, name: str, start: int, end: int) -> Iterator[Mention]:
    """Tell x4, EUR500 and Blankets-500 from M142 and COVID-19."""
    letters = re.match(r"[^\W\d_]+", name)
    prefix = letters[0] if letters else ""
    digits = name[len(prefix) :]
    if prefix in {"x", "X", "\u00d7"} and digits.isdecimal():
        yield from _number(text, start, start + 1, end, digits)
    elif prefix in CURRENCIES or MONEY_BEFORE.fullmatch(prefix):
        scale = read_scale(text, end)
        yield _plain(Role.MONEY, start, scale.end, written=digits + scale.word, currency=prefix)
    elif digits.startswith("-") and digits[1:].isdecimal() and re.fullmatch(r".[a-z]{3,}s", prefix):
        yield _plain(Role.DOUBT, start + len(prefix), end, written=digits[1:])
    else:
        yield _plain(Role.NAME, start, end)


def _word(text: str, start: int, end: int, words: str) -> Iterator[Mention]:
    """Judge a number word: an article counts as one where a thing follows."""
    value = word_value(words)
    if value is None or VAGUE_ARTICLE.match(text, start):
        return
    if words.casefold() in ARTICLES:
        if (
            re.match(r"\s(?:[^\W\d_]{2}|\dx\d|(?-i:[A-Z])-?\d)", text[end : end + 4])
            and words != "A"
        ):
            yield Mention(
                role=Role.FREE, start=start, digits=start, end=end, number_end=end, written="1",
                is_word=True,
            )  # fmt: skip
        return
    if ADJECTIVE.match(text, end) or re.match(
        r"\s(?:of (?:the|its|their)|another)\b", text[end : end + 12]
    ):
        yield _plain(Role.SIZE, start, end)
        return
    for mention in _number(text, start, start, end, f"{value:f}"):
        yield replace(mention, is_word=True)


def _number(text: str, start: int, digits: int, end: int, token: str) -> Iterator[Mention]:
    """Judge a numeral by what stands directly around it."""
    before = text[max(0, digits - 28) : digits]
    role = _role_by_shape(text, digits, end, token, before)
    if role is not None:
        wheels = WHEELS.match(text, end) if role is Role.NAME else None
        yield _plain(role, start, max(wheels.end() if wheels else 0, _past_letters(text, end)))
        return
    currency = MONEY_BEFORE.search(before)
    scale = read_scale(text, end, money=currency is not None)
    joined = JOIN.match(text, scale.end)
    if joined is None and BETWEEN.search(before):
        joined = AND.match(text, scale.end)
    second = ""
    if joined and _joins(token, joined):
        join = " - " if joined["join"] not in {"/", "or"} else " or "
        scale_two = read_scale(text, joined.end(), money=currency is not None)
        second, end_of_number = f"{join}{joined['second']}{scale_two.word}", scale_two.end
    else:
        end_of_number = scale.end
    after = AFTER.match(text, end_of_number)
    written = f"{token}{scale.word}{second}"
    money_after = None if currency else MONEY_AFTER.match(text, end_of_number)
    if money := currency or money_after:
        code = money["code"]
        if scaled := SCALED_MONEY.fullmatch(code):
            code, written = scaled["code"], f"{written} {MONEY_SCALES[scaled['scale']]}"
        starts = digits - len(before) + currency.start() if currency else start
        yield Mention(
            role=Role.MONEY, start=starts, digits=digits, number_end=end_of_number,
            end=money_after.end() if money_after else end_of_number,
            written=written, currency=CURRENCIES.get(code, code if len(code) == _CODE else ""),
        )  # fmt: skip
        return
    qualifier = QUALIFIER.search(before)
    if qualifier and qualifier.lastgroup == "between" and not second:
        qualifier = None
    word = QUALIFIER_WORDS[qualifier.lastgroup or ""] if qualifier else ""
    tail = ""
    if after:
        tail = " or less" if after["upper"] else " or more"
        end_of_number = after.end()
    starts = digits - len(before) + qualifier.start() if qualifier else start
    free = Mention(
        role=Role.FREE, start=starts, digits=digits, end=end_of_number, number_end=end_of_number,
        written=f"{word}{written}{tail}",
    )  # fmt: skip
    yield from _with_unit(text, free, token)


def _joins(token: str, joined: re.Match[str]) -> bool:
    """Say whether two numbers are a range, and not a numbering or a pair of years."""
    first, second = re.sub(r"\D", "", token), re.sub(r"\D", "", joined["second"])
    if (
        len(first) == _YEAR
        and first[:2] in {"19", "20"}
        and joined["join"] in "-/"
        and len(second) in {2, 4}
    ):
        return False
    return bool(second) and not second.startswith("00")


_MOST_WHEELS = 2
_YEAR = 4
_CODE = 3


def _past_letters(text: str, end: int) -> int:
    """Go past the letters and digits that belong to the same word."""
    match = SAME_WORD.match(text, end)
    return match.end() if match else end


def _role_by_shape(text: str, digits: int, end: int, token: str, before: str) -> Role | None:
    """Judge what is glued to a numeral: letters, a hyphen, a slash, a word that numbers things."""
    role: Role | None = None
    following = text[end : end + 1]
    is_numbered = PREFIX.search(before) is not None and not before.endswith(":")
    is_year = re.fullmatch(r"(?:19|20)\d\d", token) and YEAR_BEFORE.search(before)
    if is_numbered or (WHEELS.match(text, end) and len(token) <= _MOST_WHEELS):
        role = Role.NAME
    elif (
        DIMENSION.match(text, end)
        or ("." in token and CALIBRE.match(text, end))
        or ADJECTIVE.match(text, end)
    ):
        role = Role.SIZE
    elif ORDINAL.match(text, end) and following != ".":
        role = Role.NAME
    elif following == '"' and '"' not in text[:digits]:
        role = Role.SIZE
    elif following.isalpha() and not LITERAL_X.match(text, end):
        glued = GLUED.match(text, end)
        word = glued[0] if glued else ""
        if (
            find_unit(word) is None
            and not SCALE.fullmatch(word)
            and not MONEY_AFTER.fullmatch(word)
        ):
            role = Role.NAME
    elif is_year or (before.endswith("-") and before[-2:-1].isalnum()):
        role = Role.NAME
    return role


def _with_unit(text: str, free: Mention, token: str) -> Iterator[Mention]:
    """Add the unit after a number, and judge by it whether the number counts or sizes."""
    times = TIMES.match(text, free.number_end)
    if times:
        yield replace(free, end=times.end())
        return
    match = UNIT_AFTER.match(text, free.number_end)
    word = match["unit"] if match else ""
    unit = find_unit(word.replace(" ", "_")) or find_unit(word.rstrip(".").replace(" ", "_"))
    if match is None or unit is None:
        yield free
        return
    of = OF.match(text, match.end())
    if unit.code == "kit" and of is not None and of[0].strip().casefold() == "de":
        yield free  # "500 kits de higiene" are hygiene kits.
        return
    found = replace(
        free,
        unit=unit,
        unit_text=word,
        end=of.end() if of else match.end(),
        takes_of=of is not None,
    )
    if unit.sort is Sort.MEASURE:
        yield replace(found, role=_role_of_measure(text, found, word, takes_of=of is not None))
    elif unit.sort is Sort.SIZE:
        yield from _size(found, token, word)
    elif is_capacity(unit, word, noun_after(text, match.end())):
        yield replace(found, role=Role.DOUBT)
    elif of is None and noun_after(text, match.end()) and is_part_of_name(unit, word):
        # "500 box cutters" are no boxes, "10 kit bags" no kits, and "50 family tents" no families.
        yield free
    else:
        yield found


def _size(found: Mention, token: str, word: str) -> Iterator[Mention]:
    """Judge a number before mm or kW; "36 122 mm rockets" are 36 of them."""
    first, _, last = token.rpartition(" ")
    if not first or last.startswith("0"):
        yield replace(found, role=Role.SIZE)
    elif word.casefold() == "mm" and last in CALIBRES:
        middle = found.digits + len(first)
        qualifier = found.written[: found.written.index(token)]
        yield replace(
            found, unit=None, unit_text="", takes_of=False, end=middle, number_end=middle,
            written=qualifier + first,
        )  # fmt: skip
        yield Mention(
            role=Role.SIZE, start=middle + 1, digits=middle + 1, end=found.end,
            number_end=found.number_end,
        )  # fmt: skip
    else:
        yield replace(found, role=Role.DOUBT)


_MOST_OF_SIZE = 4
"""Characters; "88.728 litre" is no size of one thing, in whatever language."""


def _role_of_measure(text: str, found: Mention, word: str, *, takes_of: bool) -> Role:
    """Judge a number before litres, kilograms, metres: an amount of a stuff, or a thing's size."""
    nouns = noun_after(text, found.end)
    if takes_of or not nouns:
        return Role.FREE
    head = nouns[-1]
    if " " in text[found.digits : found.number_end] and word.casefold() in SINGULAR:
        return Role.DOUBT
    if (word.casefold() in SINGULAR and len(found.written) <= _MOST_OF_SIZE) or THINGS.search(head):
        # "5 ton un" may be flour, and "5 ton cranes" are cranes.
        is_stuff = word.casefold() == "ton" and not (head.endswith("s") or THINGS.search(head))
        return Role.DOUBT if is_stuff else Role.SIZE
    if STUFFS.search(head) or not head.endswith("s"):
        return Role.DOUBT if word == "m" and not STUFFS.search(head) else Role.FREE
    return Role.DOUBT
