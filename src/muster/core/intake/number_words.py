"""Numbers written as words: one to ninety-nine, hundreds, thousands, in the languages of lists."""

from decimal import Decimal
from typing import Final

_SMALL: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10, "elf": 11, "zwölf": 12, "ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "huit": 8, "neuf": 9, "dix": 10, "douze": 12,
    "один": 1, "одна": 1, "два": 2, "дві": 2, "три": 3, "чотири": 4, "шість": 6, "сім": 7,
    "вісім": 8, "десять": 10,
    "iki": 2, "üç": 3, "dört": 4, "beş": 5, "altı": 6, "yedi": 7, "sekiz": 8, "dokuz": 9,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_MORE: Final = {
    "п'ять": 5, "дев'ять": 9, "одинадцять": 11, "дванадцять": 12, "тринадцять": 13,
    "чотирнадцять": 14, "п'ятнадцять": 15, "шістнадцять": 16, "сімнадцять": 17, "вісімнадцять": 18,
    "дев'ятнадцять": 19, "двадцять": 20, "тридцять": 30, "сорок": 40, "п'ятдесят": 50,
    "dreizehn": 13, "fünfzehn": 15, "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50,
    "onze": 11, "quinze": 15, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50,
    "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
    "doce": 12, "quince": 15, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50,
    "quattro": 4, "cinque": 5, "dieci": 10, "venti": 20, "dwa": 2, "dwie": 2, "trzy": 3,
    "cztery": 4, "pięć": 5, "sześć": 6, "siedem": 7, "osiem": 8, "dziewięć": 9, "dziesięć": 10,
    "dwanaście": 12, "piętnaście": 15, "dwadzieścia": 20, "dva": 2, "dvě": 2, "tři": 3,
    "čtyři": 4, "pět": 5, "šest": 6, "sedm": 7, "osm": 8, "devět": 9, "deset": 10, "dvanáct": 12,
    "dvacet": 20, "quatro": 4, "oito": 8, "vinte": 20, "twee": 2, "drie": 3, "vijf": 5, "zes": 6,
    "zeven": 7, "negen": 9, "tien": 10, "twintig": 20, "yirmi": 20, "otuz": 30,
}  # fmt: skip
"""Numbers that stand alone: they join with no other word."""
_ALONE: Final = {word.casefold(): number for word, number in _MORE.items()}
OTHER_NUMBERS: Final = "|".join(_MORE)
"""Alternatives for a pattern: numbers in words beyond those of English."""
_TEN, _HUNDRED = 10, 100
_SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 10**6, "dozen": 12}

NUMBER_WORDS: Final = "|".join(
    sorted(
        (*_SMALL, *_TENS, *_SCALES, *_MORE, "half a million", "a", "an", "half"),
        key=len,
        reverse=True,
    )
)
"""Alternatives for a pattern; longest first."""


def word_value(text: str) -> Decimal | None:
    """Say what number words together mean, None where they are not one number.

    "A" and "an" count as one only before a hundred, a thousand, a million or a dozen, or alone.
    """
    if text.casefold() in _ALONE:
        return Decimal(_ALONE[text.casefold()])
    words = [word for word in text.casefold().replace("-", " ").split() if word != "and"]
    if words[:1] == ["half"]:
        rest = [word for word in words[1:] if word not in {"a", "an"}]
        scale = _SCALES.get(rest[0]) if len(rest) == 1 else None
        return None if scale is None else Decimal(scale) / 2
    total, group = 0, -1
    for position, word in enumerate(words):
        if word in {"a", "an"} and position == 0:
            group = 1
        elif word in _SMALL and _fits(group, _SMALL[word]):
            group = max(group, 0) + _SMALL[word]
        elif word in _TENS and (group < 0 or (group >= _HUNDRED and group % _HUNDRED == 0)):
            group = max(group, 0) + _TENS[word]
        elif word in {"hundred", "dozen"} and group != 0 and group < _HUNDRED:
            group = (1 if group < 0 else group) * _SCALES[word]
        elif word in {"thousand", "million"} and group != 0:
            total += (1 if group < 0 else group) * _SCALES[word]
            group = 0
        else:
            return None
    return Decimal(total + max(group, 0))


def _fits(group: int, digit: int) -> bool:
    """Say whether a small number can follow: after nothing, twenty, or a hundred."""
    if group < 0:
        return True
    if group == 0 or group % _HUNDRED == 0:
        return True
    return group % _HUNDRED in _TENS.values() and 1 <= digit < _TEN
