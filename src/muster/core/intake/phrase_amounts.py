"""How much the number of a phrase is, and what is asked where that stays open."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from muster.core.exchange import Issue, Place, Stated, Weight
from muster.core.intake.mention_patterns import FOR_BEFORE
from muster.core.intake.mentions import (
    Mention,
)
from muster.core.intake.phrase_words import SO_MANY_OF
from muster.core.intake.unit_words import Sort
from muster.core.quantities.amounts import MOST_STORED, QuantityKind
from muster.core.quantities.numbers import Convention, Reading, ReadingKind

_MASS_NOUNS: Final = re.compile(
    r"\b(?:diesel|fuel|petrol|gasoline|kerosene|water|rice|flour|oil|oxygen|food|sugar|cement|sand"
    r"|gravel|foam|concentrate|salt|milk|wheat|grain|bread|soap|chlorine|disinfectant|sanitis?er"
    r"|medicine|aid|assistance|bitumen|steel|timber|wood|coal|gas|meat|pasta|tea)$",
    re.IGNORECASE,
)


def stated(  # noqa: PLR0911 - each way in which a number can stay open
    mention: Mention, item: str, convention: Convention | None, at: Place
) -> tuple[Stated, tuple[Issue, ...]]:
    """Read the number of a mention; what stays open becomes a question."""
    unit = mention.unit.code if mention.unit and mention.unit.code else ""
    unit_text = mention.unit_text if mention.unit else ""
    bare = Stated(unit=unit, unit_text=unit_text)
    if mention.is_rough:
        return bare, (_rough(mention, at),)
    if " or " in mention.written and not mention.written.endswith(("or more", "or less")):
        readings = tuple(mention.written.split(" or "))
        return bare, (asked("quantity_ambiguous", mention, "", at, readings),)
    is_counted = (
        bool(item) and not _MASS_NOUNS.search(item)
        if mention.unit is None
        else mention.unit.sort is not Sort.MEASURE
    )
    reading, notes = _settled(mention, mention.reading(convention), at, is_counted=is_counted)
    if reading.kind is ReadingKind.AMBIGUOUS:
        readings = tuple(each.text for each in reading.readings)
        return bare, (asked("quantity_ambiguous", mention, "", at, readings),)
    if reading.kind in (ReadingKind.UNREADABLE, ReadingKind.UNKNOWN):
        return bare, (asked("quantity_unreadable", mention, "", at, ()),)
    if reading.kind is ReadingKind.RANGE and (scaled := _scaled_together(reading)):
        return bare, (asked("quantity_ambiguous", mention, "", at, scaled),)
    amounts = [amount for amount in (reading.low, reading.high) if amount is not None]
    if any(amount <= 0 for amount in amounts):
        return bare, (_wrong("quantity_not_positive", mention, at, "more than zero"),)
    if any(amount > MOST_STORED for amount in amounts):
        return bare, (_wrong("quantity_too_large", mention, at, f"at most {MOST_STORED}"),)
    if is_counted and any(amount != amount.to_integral_value() for amount in amounts):
        return bare, (asked("quantity_fraction", mention, "", at, (reading.text,)),)
    kind = QuantityKind(reading.kind.value)
    return replace(bare, kind=kind, low=reading.low, high=reading.high), notes


def _scaled_together(reading: Reading) -> tuple[str, ...]:
    """Tell "2 à 3 000", which says two, or two thousand, to three thousand."""
    low, high = reading.low, reading.high
    if low is None or high is None or low >= _THOUSAND or high % _THOUSAND:
        return ()
    if not low * _THOUSAND < high <= low * _THOUSAND * 10:
        return ()
    return (f"{low:f} to {high:f}", f"{low * _THOUSAND:f} to {high:f}")


_THOUSAND = 1_000


def _rough(mention: Mention, at: Place) -> Issue:
    """Ask what a collective number means; note that "quelques" names none."""
    if mention.readings:
        return asked("quantity_ambiguous", mention, "", at, mention.readings)
    return Issue(
        code="quantity_vague",
        weight=Weight.NOTE,
        place=_placed(at, mention),
        found=mention.written,
        sentence="The amount is said only roughly; it is kept as not stated.",
    )


def _settled(
    mention: Mention, reading: Reading, at: Place, *, is_counted: bool
) -> tuple[Reading, tuple[Issue, ...]]:
    """Drop readings that cannot be: part of a thing that is counted, or 20 litres as 20,000.

    Nobody writes three decimals that are all zero, and a tent is not had by the thousandth.
    """
    if reading.kind is not ReadingKind.AMBIGUOUS:
        return reading, ()
    zeros = re.findall(r"[.,](\d+)", mention.written)
    if not is_counted and any(part != "000" for part in zeros):
        return reading, ()
    grouped = [r for r in reading.readings if all(_is_grouped(a) for a in (r.low, r.high))]
    if len(grouped) != 1:
        return reading, ()
    note = Issue(
        code="quantity_grouping_read",
        weight=Weight.NOTE,
        place=_placed(at, mention),
        found=mention.written,
        sentence=f"{mention.written} was read as {grouped[0].text}: the mark groups thousands.",
    )
    return grouped[0], (note,)


def _is_grouped(amount: Decimal | None) -> bool:
    """Say whether an amount has no decimals, not even zeros: 20.000 has three."""
    exponent = 0 if amount is None else amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= 0


_PER_OTHER: Final = re.compile(
    r"\s{0,3}(?:\bper|/|\bpro|\bpar)\s?(person|family|household|head|capita|vehicle|team|hour|year"
    r"|annum|patient|camp|kit|box|personne|famille|familie|jahr|an|rok|рік|kişi)\b",
    re.IGNORECASE,
)


_FOR_EACH: Final = re.compile(
    r"[^(),;:\d]{0,60}?\s(?:of(?=\seach\b)|for each|for every|each (?:for|to)(?: \d+)?|per)"
    r"\s(?!day|week|month"
    r"|year|hour|annum|cent)"
    r"(?:of the )?([^\W\d_]{3,})",
    re.IGNORECASE,
)


def per_other(
    text: str, mention: Mention, quantity: Stated, at: Place
) -> tuple[Stated, tuple[Issue, ...]]:
    """Ask where an amount is for each of something: it is no total."""
    match = _PER_OTHER.search(text, mention.number_end) or _FOR_EACH.match(text, mention.number_end)
    if match is None or quantity.kind is QuantityKind.UNKNOWN:
        return quantity, ()
    readings = (f"{mention.written} per {match[1]}", f"{mention.written} in all")
    open_one = Stated(unit=quantity.unit, unit_text=quantity.unit_text)
    return open_one, (asked("quantity_per_other", mention, text, at, readings),)


_SENTENCES: Final = {
    "quantity_sign": "The dash before the number may be a minus or the mark of a list.",
    "quantity_or_size": "The number may be the amount, or the size of the thing.",
    "quantity_or_name": "The number may be the amount, or part of the name.",
    "quantity_several": "There is more than one number that can be the amount.",
    "quantity_ambiguous": "The number can be read in more than one way.",
    "quantity_unreadable": "The number is not written in a way that is understood.",
    "quantity_fraction": "A thing that is counted has no fractions.",
    "quantity_per_other": "The amount is stated for each of something, not in all.",
    "quantity_not_positive": "A quantity is more than zero.",
    "quantity_too_large": "The quantity is beyond what is stored.",
}


def asked(code: str, mention: Mention, text: str, at: Place, readings: tuple[str, ...]) -> Issue:
    """Build the question about a number, with its readings side by side."""
    found = text[mention.start : mention.end].strip() if text else mention.written
    return replace(question(code, _placed(at, mention), found, _SENTENCES[code]), readings=readings)


def question(code: str, place: Place, found: str, sentence: str) -> Issue:
    """Build a question without readings."""
    return Issue(code=code, weight=Weight.QUESTION, place=place, found=found, sentence=sentence)


def _wrong(code: str, mention: Mention, at: Place, expected: str) -> Issue:
    return Issue(
        code=code,
        weight=Weight.ERROR,
        place=_placed(at, mention),
        expected=expected,
        found=mention.written,
        sentence=_SENTENCES[code],
    )


def _placed(at: Place, mention: Mention) -> Place:
    """Point to the number inside the text, where the text itself has a span."""
    if at.start is None:
        return at
    return replace(at, start=at.start + mention.start, end=at.start + mention.end)


def times_a_measure(text: str, first: Mention) -> tuple[str, ...]:
    """Give both numbers of "2 x 500 m of hose"; nothing where it is no length or weight."""
    times = SO_MANY_OF.match(text)
    is_measure = first.unit is not None and first.unit.sort is Sort.MEASURE
    is_so = times is not None and times.end() == first.start and is_measure
    return (times[0].strip(" -x\u00d7"), first.written) if times and is_so else ()


def sizes(text: str, mention: Mention) -> bool:
    """Say whether a number behind a thing says for whom or with what it is."""
    if FOR_BEFORE.search(text[max(0, mention.start - 24) : mention.start]):
        return True
    return mention.unit is not None and mention.unit.sort is Sort.PEOPLE
