"""Words behind an amount that make less of it: "or more", "at most", "approx.", a question mark."""

import re
from dataclasses import replace
from typing import Final

from muster.core.exchange import Issue, Place, Stated
from muster.core.intake.mentions import Mention
from muster.core.intake.phrase_amounts import asked, question
from muster.core.quantities.amounts import QuantityKind

_LOWER: Final = r"at least|or (?:even )?more|or over|and (?:more|over|above)|minimum|min\.?|plus"
_UPPER: Final = r"at (?:the )?most|or (?:less|fewer)|maximum|max\.?|tops"
_ABOUT: Final = (
    r"or so|approx(?:\.|imately)?|approximate|more or less|give or take|circa|ca\.?"
    r"|est(?:\.|imate[ds]?)?|about|roughly"
)
_KINDS: Final = rf"(?:(?P<lower>{_LOWER})|(?P<upper>{_UPPER})|(?P<about>{_ABOUT}))"
_BEHIND: Final = re.compile(rf"(?:^|[\s,;:(-]+){_KINDS}[\s)]*$", re.IGNORECASE)
_BEFORE: Final = re.compile(
    r"^\(?(?:(?P<lower>or more|or over|plus)|(?P<upper>or less|or fewer)|(?P<about>or so))\)?\s",
    re.IGNORECASE,
)
_OTHER_AMOUNT: Final = re.compile(
    r"\b(?:but|and) (?:no[t]? more than|at most|up to)\s\d|\b(?:possibly|perhaps|maybe|or even"
    r"|rising to|increasing to)\s(?:up to )?(?P<other>\d[\d.,]*)",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(r"\d[\d.,]*\s?[^\W\d_]{0,5}[23²³]?(?:/[a-z]{1,3})?$")
_DOUBT: Final = re.compile(r"\s?\(?\?")
_TO_CONFIRM: Final = re.compile(
    r"[\s(,;:-]*\b(?P<said>tbc|tbd|t\.b\.[cd]|to be (?:confirmed|determined)|not (?:yet )?confirmed"
    r"|unconfirmed|\u00e0 confirmer|noch offen|zu best\u00e4tigen|por confirmar|da confermare"
    r"|do potwierdzenia"
    r"|\u0443\u0442\u043e\u0447\u043d\u044e\u0454\u0442\u044c\u0441\u044f)\b[.)\s]*$",
    re.IGNORECASE,
)


def hedged(
    item: str, quantity: Stated, amount: Mention, text: str, at: Place
) -> tuple[str, Stated, tuple[Issue, ...]]:
    """Read what is left of a phrase for words that hedge its amount; they leave the item's words.

    An exact number becomes a bound, and one that is doubted or has another beside it a question.
    """
    if quantity.kind is QuantityKind.UNKNOWN:
        return item, quantity, ()
    bare = Stated(unit=quantity.unit, unit_text=quantity.unit_text)
    doubted = _doubted(item, amount, text, at)
    if doubted is not None:
        return doubted[0], bare, (doubted[1],)
    other = _OTHER_AMOUNT.search(item)
    if other is not None:
        readings = (amount.written, other["other"] or item[other.start() : other.end() + 12])
        return item, bare, (asked("quantity_several", amount, text, at, readings),)
    match = _BEHIND.search(item) or _BEFORE.match(item)
    if match is None or quantity.kind is not QuantityKind.EXACT:
        return item, quantity, ()
    if _SIZE.search(item[: match.start()]):
        # "25 generators of 30 kVA or more": it is the size that is bounded.
        return item, quantity, ()
    left = item[match.end() :] if match.start() == 0 and match.end() < len(item) else ""
    rest = (left or item[: match.start()]).strip(" ,;:-")
    bound = replace(
        quantity,
        kind=QuantityKind.BOUND,
        low=None if match["upper"] else quantity.low,
        high=None if match["lower"] else quantity.high,
    )
    return rest, bound, ()


def _doubted(item: str, amount: Mention, text: str, at: Place) -> tuple[str, Issue] | None:
    """Find a question mark or "tbc" behind an amount: the item without it, and the question."""
    if _DOUBT.match(text, amount.number_end) or _DOUBT.match(text, amount.end):
        sentence = "A question mark stands behind the amount; say how much it is."
        return item.strip(" ?()"), question("quantity_doubted", at, f"{amount.written}?", sentence)
    unsure = _TO_CONFIRM.search(item)
    if unsure is None or unsure.start() == 0:
        return None
    sentence = f'"{unsure["said"]}" stands behind the amount; say how much it is.'
    issue = question("quantity_doubted", at, unsure["said"], sentence)
    return item[: unsure.start()], replace(issue, readings=(amount.written,))
