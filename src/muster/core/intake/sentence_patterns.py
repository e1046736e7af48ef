"""Patterns by which a sentence is taken apart: who gives or asks, and where the things begin."""

import re
from collections.abc import Sequence
from typing import Final

from muster.core.intake.bound_words import ABOUT, LOWER, UPPER
from muster.core.intake.nations import NationFound
from muster.core.intake.number_words import OTHER_NUMBERS
from muster.core.intake.statuses import StatusFound
from muster.core.intake.vague_words import VAGUE

MOST_BEFORE_GIVER = 12

SITUATION: Final = re.compile(
    r"\b(?:situation(?! report)|assessment|background"
    r"|overview|damages?|weather|casualties|impact|context"
    r"|point of entry|points? of contact|contacts?|national (?:response|resources|authorities)"
    r"|measures taken|actions taken|disaster occurred|type of the disaster|location of the disaster"
    r"|earlier counts?|lage|situation générale|обстановка|ситуація|durum)\b",
    re.IGNORECASE,
)

TOTAL: Final = re.compile(
    r"[\W_]*(?:grand |sub-?|overall )?(?:totals?|sum|summe"
    r"|gesamt|insgesamt|somme|усього|всього|разом|toplam)\b",
    re.IGNORECASE,
)

GROUP: Final = re.compile(
    r"\d{1,3} [\w ]{0,30}(?:countries|states|nations|allies|members)", re.IGNORECASE
)

PARTY_WORDS: Final = re.compile(
    r"(?:the )?(?:[^\W\d_a-z][\w.&'-]*\s){0,4}(?:Red C(?:ross"
    r"|rescent)(?: of \w+)?|Foundation|Ministry(?: of [\w ]+)?"
    r"|Agency|Government|Embassy|Civil Protection|Rotes Kreuz|Croix-Rouge)(?=\s|$|:|\()"
)

RELIEF_SOCIETY: Final = re.compile(
    r"(?:[Tt]he )?(?P<name>(?:[^\W\d_a-z][\w'-]*\s){0,3}Red C(?:ross|rescent)(?: Society)?"
    r"(?: (?:Society )?of (?:the )?[^\W\d_a-z]\w+)?)\s"
)

ARROW: Final = re.compile(r"\s(?:->|=>|-->|\u2192)\s|\s?\u2192\s?")

BY: Final = re.compile(
    r"\b(?:by|from|durch|von|aus|par|de|від|з|із|por|od|ze|da|dal|dalla|van|din"
    r"|tarafından)(?: the| der| la)?(?: government of)?\s{0,2}$",
    re.IGNORECASE,
)

FROM: Final = re.compile(
    r"\b(?:from|by|of|von|der|aus|de|du|від|з)(?: the| der"
    r"| la)?\s{0,2}(?:(?:government|state|state emergency service"
    r"|armed forces)(?: of)?\s)?$",
    re.IGNORECASE,
)

RECEIVED: Final = re.compile(r"\b(?:received|erhielt|a reçu|отрима\w{2,3})\b", re.IGNORECASE)

ASKED_BY: Final = re.compile(r"\brequests? (?:by|from|of)\b", re.IGNORECASE)

NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zwei|drei|vier|fünf|sechs"
    r"|sieben|acht|neun|zehn|elf|zwölf|ein|eine|einen|deux|trois|quatre|cinq|два|дві|три|чотири"
    r"|п'ять|один|одну|одна"
    rf"|{OTHER_NUMBERS}|{VAGUE})"
)

AMOUNT_NEXT: Final = re.compile(
    rf"[\s:]{{1,2}}(?:(?:{UPPER}|{LOWER}|{ABOUT}|a total of|an additional|additional|another"
    r"|a further|an?|weitere|otr[oa]s|kolejnych|dalších|altr[ei])\s)?(?:\d[\d ,.']{0,12}"
    rf"|{NUMBER})\s?"
    r"(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b)[^\W\d_]{2}",
    re.IGNORECASE,
)

TO: Final = re.compile(
    r"\b(?:to|for|in|support|assist|help|helping|supporting|für|nach|an|pour|à|до|для|україні"
    r"|para|al?|per|dla|voor|aan|pentru|pro|na|do|till)"
    r"(?: the| die| la| el)?\s{0,2}$",
    re.IGNORECASE,
)

HAS_AMOUNT: Final = re.compile(
    rf"\d|\b(?:{NUMBER}|several|hundreds|thousands|tens)\s",
    re.IGNORECASE,
)

CONTAINS: Final = re.compile(
    r"[^\d:;]{0,90}?\b(?:(?<!to )includ(?:es?|ed|ing)|compris(?:es?"
    r"|ed|ing)|consist(?:s|ed|ing)? of|contain(?:s|ed|ing)?"
    r"|loaded with|carrying|umfasst|umfassen|incluye|obejmuje|zahrnuje|comprende|inclui|omvat"
    r"|include|transporte(?:nt)?|contient|gehör(?:en|te|ten)"
    r"|enthält|stehen|comprend|увійшли|входять"
    r"|включає)(?:\s(?:außerdem|zudem|auch|ebenfalls|unter anderem|également|die Lieferung"
    r"|das Paket|also))*,?\s(?=.{0,16}\d|(?:an? |the )?[^\W\d_])",
    re.IGNORECASE,
)

PACKAGE: Final = re.compile(
    r"\b(?:packages?|aid|assistance|tranche|deliver(?:y|ies)|shipments?|lists?|supplies|support"
    r"|goods"
    r"|consignments?|convoy|donations?|offers?|items|needs?|drawdown|cargo|trucks?|lorr(?:y"
    r"|ies)|flights?"
    r"|aircraft|paket|lieferung|hilfe|aide|equipment|relief|contribution)\b",
    re.IGNORECASE,
)

THE_PACKAGE: Final = re.compile(
    r".{0,200}?\b(?:package|tranche|aid|assistance|list|shipment|delivery|support|consignment)\s"
    r"(?:also\s)?(?:includes?|included|contain(?:s|ed)?|comprises?)\s"
    r"|.{0,120}?\b(?:equipment|supplies|goods|items)[\s,-]{1,4}(?:comprising|including)\s(?=\d)"
    r"|(?:.{0,60}?,\s)?(?:this|these|they|it|the package)\s(?:also\s)?(?:regards?|covers?"
    r"|concerns?|are|is"
    r"|comes? to)\s(?=\d|(?:two|three|four|five|six|seven|eight|nine|ten)\s)",
    re.IGNORECASE,
)

FINITE: Final = re.compile(
    r"\s(?:includes?|included|comprises?|contains?|umfasst|gehör\w+|enthält)\b"
)

LOADED: Final = re.compile(r"\b(?:loaded with|carrying|containing)\s(?=.{0,14}\d)")

VERB_LAST: Final = re.compile(
    r".{2,40}?\s(?:hat|haben|hatte|wird|werden|wurden?|sollen|soll|stellte"
    r"|stellt)\s(?:am \d{1,2}\.\s?[^\W\d_]+"
    r"(?: \d{4})?\s)?[^\d]{0,60}?"
    rf"(?=(?:weitere |zusätzlich |über |rund |etwa |ca\. |bis zu |mehr als |knapp "
    rf"|mindestens ){{0,2}}"
    rf"(?:\d|{NUMBER}\s))"
)

ARTICLE = 4

SUBJECT_ONLY: Final = re.compile(
    r"(?:[\W_]|\b(?:the|government|of|and|on|in|by|armed|forces|ministry|defen[cs]e|has|have"
    r"|had|also|will|as|at|a"
    r"|already|been|its|their|today|yesterday|january|february|march|april|may|june|july|august"
    r"|jan|feb"
    r"|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|september|october|november|december|\d{1,4}"
    r"|[^\W\d_]{0,3})\b)*",
    re.IGNORECASE,
)

NOUN_USE: Final = re.compile(
    r"(?:disaster assistance|request for|for|of the|this|your|our|under|per|upon|on)\s$",
    re.IGNORECASE,
)

CHAIN = 16

MOST_BARE = 1

TO_AMOUNT: Final = re.compile(
    r"\s*(?:(?P<last>the|it|them|us|that|is|are|be|and|with|for|to|provide|send|supply|deliver"
    r"|donate|of"
    r"|demnach|werden|sollen|wird|soll|wurden|auch|noch|also|für|до|для|der|dem|die|das|mit|від|from|von|od"
    r"|him)\s+)*"
    r"(?=(?:up to |about |approximately |over |more than |a total of |an additional "
    r"|additional |nearly "
    r"|some |another |a further |around |almost |at least |an? |weitere )?(?:\d|" + NUMBER + r"\s))"
)

TAKES: Final = re.compile(
    r"\b(?:received|receives|erhielt(?:en)?|отрима\w+|a reçu)\b", re.IGNORECASE
)

DAY_OR_YEAR: Final = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}\b"
    r"|\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)


TOGETHER: Final = re.compile(
    r"(?:[\s,/&()]|\b(?:and|und|et|та|й|і|ve|as well as|together with|with|along with|sowie|the|in"
    r"|rescEU|ECPP|cooperation|coordination|also|mit|avec)\b)*"
)

INVERTED: Final = re.compile(r"(?:beantragte?|bat|liefert|lieferte|übergab|schickte)\w{0,2}")

ABLE: Final = re.compile(r"\b(?:sufficient|capable|enough|able|designed|pouvant)\b")

ORIGIN: Final = re.compile(r"\s*(?:While |And )?(?:From|from|Von|Aus|Від) (?:the )?(?=[^\W\d_a-z])")

IS_ASKED: Final = re.compile(r"\b(?:was|were|been|is|are)(?: also| formally)?\s$")

BRACKET_END: Final = re.compile(r"(?:[,;]\s[^()\d]{3,30})?\)")
BEHIND_GIVER: Final = re.compile(r"\s?\(([^()]{3,30})\)|\s?[,;-]\s([^()]{3,30})(?:\)|$)")
"""A status behind the giver: "5 pumps from Greece (accepted)", "5 pumps (Greece, accepted)"."""


def takes(text: str, start: int, end: int) -> bool:
    """Say whether a nation, by the word before it or by its own case, is given to."""
    return bool(TO.search(text[:start][-12:]) or _DATIVE.fullmatch(text, start, end))


_DATIVE: Final = re.compile(
    r"україні|ukrainie|ukrajině|[^\W\d_]+['’](?:y[ae]|n?[ae])", re.IGNORECASE
)
"""To Ukraine, in Ukrainian, Polish, Czech; to whom it is, in Turkish: "Ukrayna'ya"."""


def led_by(text: str, nations: Sequence[NationFound]) -> tuple[str, int]:
    """Find who gives where nations lead a sentence whose verb comes last, and where they end.

    "Polonya Ukrayna'ya 40 battaniye verdi": Poland gives, Ukraine is given to.
    """
    giver, end = "", 0
    for each in nations:
        if each.start - end > (1 if end else ARTICLE):
            break
        giver = giver if giver or takes(text, each.start, each.end) else each.nation.name
        end = each.end
    return giver, end


def is_noun_use(text: str, found: StatusFound) -> bool:
    """Say whether a word of status is part of a name, as in "needs assessment"."""
    behind = text[found.end : found.end + 12].lower()
    if text[: found.start].rstrip().endswith("(") and behind[:1] == ")":
        return True  # "200 blankets (delivered)" says it of these alone; `read_phrase` takes it.
    return behind.startswith((" assessment", " of the p", "-based")) or bool(
        found.start and re.search(r"\b(?:response|relief) $", text[: found.start])
    )


def blanked(text: str, nations: tuple[NationFound, ...]) -> str:
    """Give a text with the names of nations as blanks."""
    for each in nations:
        if each.end <= len(text):
            text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text


_DONE: Final = (
    r"delivered|sent|shipped|dispatched|received|handed over|accepted|pledged|livrée?s?|envoyée?s?"
    r"|geliefert|übergeben|zugesagt|entregad[oa]s?|enviad[oa]s?|доставлено|отримано|teslim edildi"
)


NOTED_BEHIND: Final = re.compile(
    rf"(?<=[^\W_])\s?\((?:(?:already|all|bereits|déjà|вже|ya) )?(?:{_DONE})"
    r"(?:\s[^()]{1,40})?\)\W*$",
    re.IGNORECASE,
)
"""What became of a thing, in brackets behind it."""
