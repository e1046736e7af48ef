"""How a description of a thing is taken apart before two of them are compared.

A description becomes words without endings ("blankets", "Decken" and "ковдри" lose theirs) and
measures ("155 mm", "30 kVA", "4 x 6 m") in one base unit per dimension.  Words agree or not;
measures of one dimension that differ mean another thing, however alike the words are.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Wording:
    """A description, taken apart.

    `words` holds each word's stem with its weight: 1 where it names the thing, less where it only
    describes it (after "for" or "with", or in brackets).  `measures` holds, by dimension, the
    values in base units: millimetres, millilitres, grams, volt-amperes and so on.
    """

    words: Mapping[str, float]
    stems: tuple[str, ...]
    """The stems in their order, without the measures; a "+" stands where what describes begins."""
    measures: Mapping[str, tuple[float, ...]]
    compact: str
    """The stems in their order, run together: "pick-up", "pick up" and "pickup" are one."""
    bag: str
    """The stems and measures in alphabetical order: "jackets, winter" is "winter jackets"."""


def normalised(text: str) -> str:
    """Write a description so that spelling, case, accents and spacing no longer matter.

    >>> normalised("155mm Artillery-Shells")
    '155 mm artillery shells'
    """
    folded = _fold(text)
    folded = _NOT_STATED.sub("", folded)
    folded = _LETTER_THEN_NUMBER.sub(r"\1\2", folded)
    folded = _GROUPED.sub("", folded)
    folded = _DECIMAL_COMMA.sub(".", folded)
    folded = _TIMES.sub(" x ", folded)
    folded = _NUMBER_THEN_LETTER.sub(r"\1 \2", folded)
    return " ".join(_TOKEN.findall(folded))


def wording(text: str) -> Wording:
    """Take a description apart into stems and measures."""
    words: dict[str, float] = {}
    measures: dict[str, set[float]] = {}
    order: list[str] = []
    stems: list[str] = []
    for part, weight in _parts(text):
        if weight == _AFTER_A_PREPOSITION:
            # A tent with a heater is no tent heater.
            order.append("+")
            stems.append("+")
        tokens = normalised(part).split()
        for at, (dimension, value) in _measures(tokens):
            measures.setdefault(dimension, set()).add(value)
            order.append(f"{value:g}{dimension}")
            tokens[at] = ""
        for stem in _stems(tokens):
            order.append(stem)
            stems.append(stem)
            words[stem] = max(words.get(stem, 0.0), weight)
    return Wording(
        words=words,
        stems=tuple(stems),
        measures={name: tuple(sorted(values)) for name, values in measures.items()},
        compact="".join(order),
        bag=" ".join(sorted(set(order))),
    )


def _fold(text: str) -> str:
    """Put into lower case without accents; letters that have no accent to lose are spelled."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_BEFORE_CASE)
    folded = text.casefold().translate(_SPELLED)
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _parts(text: str) -> Iterator[tuple[str, float]]:
    """Cut a description where what follows only describes what went before."""
    plain = _BRACKETED.sub(" ", text)
    head, *tails = _DESCRIBING.split(plain)
    first, *further = head.split(", ")
    if not first.strip():
        yield plain, 1.0
    else:
        yield first, 1.0
        for part in further:
            yield part, _AFTER_A_COMMA
        for part in tails:
            yield part, _AFTER_A_PREPOSITION
    for part in _BRACKETED.findall(text):
        yield part, _IN_BRACKETS


_AFTER_A_COMMA = 0.7
_AFTER_A_PREPOSITION = 0.4
_IN_BRACKETS = 0.45


def _measures(tokens: list[str]) -> list[tuple[int, tuple[str, float]]]:
    """Find numbers with a unit; "1.9 to 30 kW" and "4 x 6 m" give the unit to both numbers."""
    found: list[tuple[int, tuple[str, float]]] = []
    unit: str | None = None
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token[0].isdigit():
            if unit is None and at > 0 and not tokens[at - 1][0].isdigit():
                # A number that belongs to a word is part of the name: "Leopard 2", "type 2".
                tokens[at - 1] += f"#{token.lstrip('0') or '0'}"
                tokens[at] = "-"
            elif unit is not None:
                dimension, factor = _UNITS[unit]
                found.append((at, (dimension, round(float(token) * factor, 3))))
                tokens[at] = "-"
        elif token in _UNITS and at > 0 and _can_be_counted(tokens, at):
            unit = token
            tokens[at] = "-"
        elif token not in _BETWEEN:
            unit = None
    return found


def _can_be_counted(tokens: list[str], at: int) -> bool:
    return tokens[at - 1][0].isdigit()


def _stems(tokens: list[str]) -> Iterator[str]:
    for token in tokens:
        if token.strip("-") and token not in _EMPTY:
            word, mark, number = token.partition("#")
            if word and word not in _EMPTY:
                yield _stem(word) + mark + number
            elif number:
                yield number


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """Take the ending off a word, roughly and alike in several languages.

    It need not give a word; it must only give the same for the forms of one word.
    """
    word = _SAME_WORD.get(word, word)
    if word[0] > "\u0370":
        return _CYRILLIC_ENDING.sub("", word) if len(word) >= _LONG else word
    word = _AMERICAN.sub(_british, word)
    if len(word) < _LONG or word[-1].isdigit():
        return word.removesuffix("s") if len(word) == _LONG - 1 and word[-2] != "s" else word
    for ending, instead in _LATIN_ENDINGS:
        if word.endswith(ending):
            return word[: -len(ending)] + instead
    return word


def _british(match: re.Match[str]) -> str:
    return _AMERICAN_FORMS[match[0]]


_LONG = 5
_BEFORE_CASE = str.maketrans({"\u0130": "i", "\u0131": "i"})
_SPELLED = str.maketrans(
    {
        "\u0142": "l",
        "\u00f8": "o",
        "\u0153": "oe",
        "\u00e6": "ae",
        "\u0111": "d",
        "\u00d7": " x ",
        "\u00b3": "3",
        "\u00b2": "2",
        "\u0456": "\u0438",
        "\u0457": "\u0438",
        "\u0491": "\u0433",
        **dict.fromkeys("'\u2019\u02bc`\u00b4\u2018", ""),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", " "),
        '"': " inch ",
    }
)
_NOT_STATED = re.compile(
    r",? \b(?:kind|size|class|power|capacity|voltage|calibre|flow|case|height|subject)"
    r" not stated\b"
)
# T-72, F-16 and COVID-19 are names: their number is no amount.
_LETTER_THEN_NUMBER = re.compile(r"\b([^\W\d_]{1,5})-(\d+[a-z]?\d*)\b")
_GROUPED = re.compile(r"(?<=\d)[, \u00a0\u202f](?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_TIMES = re.compile(r"(?<=\d)\s?(?:mm|cm|m)?\s?[x\u0445*]\s?(?=\d)")
_NUMBER_THEN_LETTER = re.compile(r"(?<![^\W\d_])(?<![\d.])(\d+(?:\.\d+)?)([^\W\d_])")
_TOKEN = re.compile(r"\d+(?:\.\d+)?(?![^\W_])|[^\W_]+|%")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_DESCRIBING = re.compile(
    r"\s(?:for|with|to be|suitable|incl\.?|including|pour|avec|f\u00fcr|mit|f\u00fcr die|dla|"
    r"\u0434\u043b\u044f|i\u00e7in)\s",
    re.IGNORECASE,
)
_BETWEEN = frozenset(
    {"to", "x", "by", "bis", "do", "a", "and", "or", "\u0434\u043e", "-", "\u0445"}
)
_EMPTY_WORDS = (
    "a an the of and or in on at de des du la le les d l et und der die das den dem von zu ve i "
    "oraz z ze w na do \u0437 \u0438\u0437 \u0442\u0430 \u0438 \u0432 \u0443 \u043d\u0430 "
    "up approximately about over pcs pc piece pieces each kind type typ x"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
_UNITS: Final[dict[str, tuple[str, float]]] = {
    **dict.fromkeys(("mm", "\u043c\u043c", "millimetre", "millimeter"), ("mm", 1.0)),
    **dict.fromkeys(("cm", "\u0441\u043c"), ("mm", 10.0)),
    **dict.fromkeys(("m", "\u043c", "metre", "metres", "meter", "meters"), ("mm", 1000.0)),
    **dict.fromkeys(("ft", "foot", "feet"), ("mm", 304.8)),
    **dict.fromkeys(("inch", "inches", "zoll"), ("mm", 25.4)),
    **dict.fromkeys(("km", "\u043a\u043c"), ("mm", 1e6)),
    **dict.fromkeys(("m2", "sqm", "mm2"), ("m2", 1.0)),
    **dict.fromkeys(("m3", "cbm", "\u043c3"), ("ml", 1e6)),
    **dict.fromkeys(
        ("l", "\u043b", "lt", "ltr", "litre", "litres", "liter", "liters", "litrelik"), ("ml", 1e3)
    ),
    **dict.fromkeys(("ml", "\u043c\u043b"), ("ml", 1.0)),
    **dict.fromkeys(("g", "\u0433", "gr", "gram", "grams"), ("g", 1.0)),
    **dict.fromkeys(("kg", "\u043a\u0433", "kilogram", "kilograms", "kilo"), ("g", 1e3)),
    **dict.fromkeys(("t", "\u0442", "tonne", "tonnes", "ton", "tons"), ("g", 1e6)),
    **dict.fromkeys(("mg", "\u043c\u0433"), ("g", 1e-3)),
    **dict.fromkeys(("va",), ("va", 1.0)),
    **dict.fromkeys(("kva", "\u043a\u0432\u0430"), ("va", 1e3)),
    **dict.fromkeys(("mva", "\u043c\u0432\u0430"), ("va", 1e6)),
    **dict.fromkeys(("w", "watt", "watts", "\u0432\u0442"), ("w", 1.0)),
    **dict.fromkeys(("kw", "\u043a\u0432\u0442", "kilowatt", "kilowatts"), ("w", 1e3)),
    **dict.fromkeys(("mw", "\u043c\u0432\u0442"), ("w", 1e6)),
    **dict.fromkeys(("hp", "ps", "\u043a\u0441"), ("w", 745.7)),
    **dict.fromkeys(("wh",), ("wh", 1.0)),
    **dict.fromkeys(("kwh", "\u043a\u0432\u0442\u0433\u043e\u0434"), ("wh", 1e3)),
    **dict.fromkeys(("mah",), ("mah", 1.0)),
    **dict.fromkeys(("ah",), ("mah", 1e3)),
    **dict.fromkeys(("kv", "\u043a\u0432"), ("v", 1e3)),
    **dict.fromkeys(("v", "\u0432", "volt"), ("v", 1.0)),
    "%": ("%", 1.0),
    **dict.fromkeys(("iu", "miu"), ("iu", 1.0)),
    **dict.fromkeys(
        (
            "person",
            "persons",
            "people",
            "personen",
            "personnes",
            "kisi",
            "osob",
            "\u043e\u0441\u0438\u0431",
        ),
        ("person", 1.0),
    ),
}
_SAME_WORD = {
    **dict.fromkeys(("ii",), "2"),
    **dict.fromkeys(("iii",), "3"),
    **dict.fromkeys(("iv",), "4"),
    "lorry": "truck",
    "lorries": "truck",
    "gasoline": "petrol",
    "genset": "generator",
    "gensets": "generator",
    "feet": "foot",
    "knives": "knife",
    "torches": "torch",
    "lkws": "lkw",
    "tires": "tyre",
    "tire": "tyre",
    "children": "child",
    "childrens": "child",
}
_AMERICAN = re.compile(
    r"armor|defense|color|anesth|hemost|hemodial|aluminum|fiber|meter|iz(?=e|ed|ing|ation|er)|pediatr"
)
_AMERICAN_FORMS = {
    "armor": "armour",
    "defense": "defence",
    "color": "colour",
    "anesth": "anaesth",
    "hemost": "haemost",
    "hemodial": "haemodial",
    "aluminum": "aluminium",
    "fiber": "fibre",
    "meter": "metre",
    "iz": "is",
    "pediatr": "paediatr",
}
# The first that fits is taken off; the longer come first.
_LATIN_ENDINGS: tuple[tuple[str, str], ...] = (
    ("leri", ""),
    ("lari", ""),
    ("ies", ""),
    ("ches", "ch"),
    ("shes", "sh"),
    ("sses", "ss"),
    ("ler", ""),
    ("lar", ""),
    ("eaux", "eau"),
    ("ss", "ss"),
    ("es", ""),
    ("en", ""),
    ("e", ""),
    ("s", ""),
    ("y", ""),
    ("i", ""),
    ("eau", "eau"),
    ("u", ""),
)
_CYRILLIC_ENDING = re.compile(
    r"(?:\u043e\u0432\u0438\u0445|\u0430\u043c\u0438|\u044f\u043c\u0438|\u043e\u0433\u043e|\u043e\u043c\u0443"
    r"|\u0438\u0432|\u0435\u0438|\u0430\u0445|\u044f\u0445|\u0430\u043c|\u044f\u043c|\u043e\u044e|\u0435\u044e"
    r"|\u0438\u0445|\u0438\u0438|\u043e\u0438|[\u0430\u044f\u0438\u0443\u044e\u0435\u043e\u044c])$"
)
