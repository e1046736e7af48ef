"""Words that say an amount only roughly, in the languages of lists: "quelques", "kilkadziesiąt".

Collective numbers ("une dizaine", "ein Dutzend") are said loosely of about as many, so they are
asked about and never taken for exact.
"""

import re
from decimal import Decimal
from typing import Final

from muster.core.intake.number_words import NUMBER_WORDS, word_value

_COLLECTIVES: Final = {
    10: "dizaines?|decenas?|decin[ae]|dezenas?|tiental|десят(?:ок|ка|ку)|десятків",
    12: "dutzend|douzaines?|docenas?|dozzin[ae]|dúzias?|dozijn|tuzin|tucet|düzine|duzină"
    "|duzin|дюжин[аиу]?|dussin",
    15: "quinzaines?|quincenas?|quindicina|quinzenas?",
    20: "vingtaines?|veintenas?|ventina",
    30: "trentaines?|treintenas?|trentina",
    40: "quarantaines?|cuarentenas?|quarantina",
    50: "cinquantaines?|cincuentenas?|cinquantina",
    60: "soixantaines?|sessantina",
    100: "centaines?|centenar(?:es)?|centinaio|centenas?|honderdtal|сотн[яюі]",
    1000: "milliers?|millar(?:es)?|migliaio|milhar(?:es)?|duizendtal|тисячку",
}
_VALUES: Final = {value: re.compile(words, re.IGNORECASE) for value, words in _COLLECTIVES.items()}
_COLLECTIVE: Final = "|".join(_COLLECTIVES.values())
_ONE: Final = (
    r"an?|une?|una|uno|uma|um|o|ein(?:e[nmrs]?)?|een|jed(?:en|na|nu|ną)|один|одну|одна|bir|pół"
    r"|half a"
)
_OF: Final = r"(?:\s(?:de|di|von|van|of|do|des|degli|delle)\b|\sd['\u2019]\s?)?"

_TENS: Final = (
    r"dizaines|centaines|milliers|douzaines|Dutzende?|Hunderte|Tausende|Zehntausende|hundert|tausend"
    r"|decenas|docenas|centenares|cientos|miles|millares|decine|centinaia|migliaia|dozzine|dezenas"
    r"|centenas|milhares|dúzias|dziesiątki|dziesiątek|setki|setek|tysiące|tysięcy|desítky|desítek"
    r"|desiatky|stovky|set|sto|tisíce|tisíc|tucty|десятк(?:и|ів)|сот(?:ні|ень)|тисяч[іа]?|мільйони"
    r"|десят(?:ки|ков)|сот(?:ни|ен)|tientallen|honderden|duizenden|zeci|sute|mii|yüz|bin|düzine"
    r"|desetaka|stotina|tucat|száz|ezer|tíz|dussintals|hundratals"
)
# Words that name no number at all; what stands in brackets is an alternative of Slavic cases.
_SEVERAL: Final = (
    r"quelques|plusieurs|de nombreu(?:x|ses)|mehrere[nr]?|einige[nr]?|etliche|zahlreiche|diverse"
    r"|ein paar|varios|varias|algun[oa]s|numeros[oa]s|divers[oa]s|much[oa]s|un[oa]s cuant[oa]s"
    r"|alcun[ei]|numeros[ei]|parecchi[e]?|vários|várias|alguns|algumas|muit[oa]s"
    r"|kilka|kilku|kilkanaście|kilkunastu|kilkadziesiąt|kilkudziesięciu|kilkaset|kilkuset|parę"
    r"|wiele|wielu|liczne|několik|několika|niekoľko|mnoho|кілька|кількох|декілька|кільканадцять"
    r"|кількадесят|кількасот|чимало|багато|несколько|много"
    r"|enkele|meerdere|verscheidene|verschillende|een paar|câteva|câțiva|mai mul(?:te|ți)|numeroase"
    r"|birkaç|çok sayıda|çeşitli|bazı|nekoliko|néhány|több|számos|flera|några|flere|noen|nogle"
)
_SCORES: Final = (
    r"dizaines|centaines|milliers|douzaines|Dutzende|Hunderte|Tausende|Zehntausende"
    r"|decenas|docenas|centenares|cientos|miles(?= de)|millares|decine|centinaia|migliaia|dozzine"
    r"|dezenas|centenas|milhares|dúzias|dziesiątki|setki|tysiące|desítky|desiatky|stovky|tisíce|tucty"
    r"|десятки|сотні|тисячі|мільйони|сотни|тысячи|tientallen|honderden|duizenden|zeci(?= de)"
    r"|sute(?= de)|mii(?= de)|onlarca|yüzlerce|binlerce|stotine|dussintals|hundratals"
    r"|tusentals|tusenvis|dusinvis"
    r"|hundrevis"
)
_OF_TENS: Final = rf"(?:{_OF}\s(?:{_TENS})(?![^\W_]))?(?:\s(?:тисяч|tysięcy|tisíc|mii))?"

VAGUE: Final = (
    rf"(?:(?:{_ONE})\sdozen|(?:(?:{_ONE}|{NUMBER_WORDS}|\d{{1,3}})\s)?(?:{_COLLECTIVE})"
    rf"|(?:des\s)?(?:{_SEVERAL}){_OF_TENS}|(?:des\s)?(?:{_SCORES}){_OF_TENS})(?![^\W_]){_OF}"
).replace(" ", r"\s")
"""A rough amount, with the "of" behind it; to be looked for at the beginning of a word."""

_COUNTED: Final = re.compile(
    rf"(?:(?P<count>{_ONE}|{NUMBER_WORDS}|\d{{1,3}})\s)?(?P<collective>dozen|{_COLLECTIVE}){_OF}",
    re.IGNORECASE,
)


def readings_of(words: str, qualifier: str) -> tuple[str, ...]:
    """List the numbers that rough words may mean: of "une dizaine de" about 10, or 10.

    Args:
        words: as they match `VAGUE`.
        qualifier: "up to ", "at least ", "about " or nothing, as said before them.
    """
    counted = _COUNTED.fullmatch(words)
    if counted is None:
        return ()
    count, collective = (counted["count"] or "").casefold(), counted["collective"]
    if not count and re.fullmatch(_SCORES, collective, re.IGNORECASE):
        return ()
    value = next((v for v, form in _VALUES.items() if form.fullmatch(collective)), _DOZEN)
    times = Decimal("0.5") if count in {"half a", "pół"} else _count_of(count)
    amount = f"{(value * times).normalize():f}"
    return (f"{qualifier or 'about '}{amount}", amount)


_DOZEN = 12


def _count_of(word: str) -> Decimal:
    if word.isdecimal():
        return Decimal(word)
    return (None if re.fullmatch(_ONE, word) else word_value(word)) or Decimal(1)
