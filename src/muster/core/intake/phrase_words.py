"""The words of a phrase: what is cut off, and what is left to name the thing."""

import re
from typing import Final

from muster.core.exchange import Change, Status
from muster.core.intake.statuses import find_statuses, read_status


class Cuts:
    """What is left of a text after parts of it have been taken."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self._spans: list[tuple[int, int]] = []

    def cut(self, start: int, end: int) -> None:
        """Take a part off."""
        self._spans.append((start, end))

    def masked(self) -> str:
        """Give the text with what was cut as blanks, so that places stay."""
        text = self.plain
        for start, end in self._spans:
            text = text[:start] + " " * (end - start) + text[end:]
        return text

    def rest(self, *, vague: bool = False) -> str:
        """Give what is left, tidied: the name of the thing."""
        text = re.sub(r"\(\s*[,;]?\s*\)|\[\s*\]|['\"]\s{0,3}['\"]", " ", self.masked())
        text = " ".join(text.split())
        text = _QUOTED_QUALIFIER.sub("", text)
        text = _EMPTIED_BRACKET.sub("", text)
        text = re.sub(r"\s+([,;:)])", r"\1", text)
        text = re.sub(r"([,;:]\s?)[,;:]+", r"\1", text)
        text = _VAGUE_BRACKET.sub("", text).replace("[...]", " ").strip()
        for _ in range(3):
            text = _LEFT_BEFORE.sub("", text)
            text = _LEFT_AFTER.sub("", text)
        if vague:
            text = "" if _VAGUE_ALONE.fullmatch(text) else _VAGUE_BEFORE.sub("", text)
            text = re.sub(r"^for\s", "", text)
        if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
            text = text[1:-1]
        if text.count("(") < text.count(")"):
            text = text.replace(")", "", 1)
        return text.strip(" ,;:.-|=*/")


_QUOTED_QUALIFIER: Final = re.compile(r"[,;]?\s?'(?:up to|at least|about|approx\.?)'\s?,?")


_EMPTIED_BRACKET: Final = re.compile(
    r"\s?\((?:qty\.?|quantity|x|no\.?|number|(?:before"
    r"|previously|was|vorher|bisher):?\s?[\d., ]*)\s?:?\)",
    re.IGNORECASE,
)


_LEFT_BEFORE: Final = re.compile(
    r"^(?:[\s,;:.|=*+/\u2022\u00b7-]+|(?:of|x|the|and|a total of|total of|further|qty|quantity"
    r"|including|also|також|także|také|aussi|auch|también|anche|plus|a|an|d'|de|des|di)\s+(?=\S))",
    re.IGNORECASE,
)


_LEFT_AFTER: Final = re.compile(
    r"(?:[\s,;:|=*/\u2022\u00b7-]+|\s(?:x|of|qty\.?"
    r"|quantity|and|number|no\.?|total|in total|a total"
    r"|amount|per|each|anzahl|menge|by|(?-i:a)|up to|as possible)|(?<=[^.]\w{4})\.)$",
    re.IGNORECASE,
)


_VAGUE_BRACKET: Final = re.compile(
    r"[,;:]?\s\(?(?:an? few |several |many |some )?(?:tens|dozens|hundreds?|thousands?|millions?)"
    r"(?: of (?:thousands|hundreds|millions))?\)?$",
    re.IGNORECASE,
)


_VAGUE_ALONE: Final = re.compile(
    r"(?:many|several|some|few|a few|tens|dozens|hundreds|thousands|millions)?"
    r"(?: ?of )?(?:tens|dozens|hundreds|thousands|millions)?",
    re.IGNORECASE,
)


_VAGUE_BEFORE: Final = re.compile(
    r"^(?:(?:up to|over|more than|at least|about|around|approximately|nearly)\s)?(?:a |an )?(?:many"
    r"|several|some|few|couple of|(?:large |great |significant |small |undetermined |unspecified"
    r"|unknown )?(?:number|quantity|amount|range|variety|series)s? of|lot of|numerous|various"
    r"|multiple|as (?:many|much)|(?:tens|dozens?|scores|hundreds?|thousands?"
    r"|millions?)(?: of (?:tens|hundreds"
    r"|thousands|millions))?(?: of)?|dutzende|hunderte|tausende|mehrere|einige|plusieurs|quelques"
    r"|des (?:dizaines|centaines|milliers) de|десятки"
    r"|сотні|тисячі|кілька|декілька|birkaç|çok sayıda)"
    r"(?:\s(?:hundreds?|thousands?|dozens?))?\s(?:of )?|^undetermined number of ",
    re.IGNORECASE,
)


def bracketed(text: str) -> list[bool]:
    """Say for each character whether it stands inside brackets that are closed again."""
    inside = [False] * (len(text) + 1)
    opened: list[int] = []
    for position, character in enumerate(text):
        if character in "([":
            opened.append(position)
        elif character in ")]" and opened:
            begin = opened.pop()
            if not opened and position - begin < _LONGEST_BRACKET:
                inside[begin : position + 1] = [True] * (position + 1 - begin)
    return inside


_LONGEST_BRACKET = 1_000


_ADDITIONAL: Final = re.compile(
    r"\b(?:an? )?(?:additional(?:ly)?|further|another"
    r"|extra|zusätzlich\w{0,2}|weitere[rn]?|supplémentaires?"
    r"|додатков\w{1,3}|ще|ilave|ek|altr[ei]|otr[oa]s|autres|outr[oa]s|kolejnych"
    r"|dalších)\b(?: (?=\d|\())?|(?<=\d )\bmore\b(?! than)|\bin addition\b,?",
    re.IGNORECASE,
)


_UPDATED: Final = re.compile(
    r"[\[(]?\b(?:updated?|revised|corrected|correction|amended|changed|replaces|aktualisiert\w{0,2}"
    r"|korrigiert|mise? à jour|corrigée?s?|оновлен\w{0,3}|уточнен\w{0,3}|güncel\w{0,8})\b[\])]?"
    r"\s{0,2}:?(?: to)?(?![^\W_])",
    re.IGNORECASE,
)


_ONLY_LEAD: Final = re.compile(r"[\W_]*(?:(?:a|an|the|and|also|plus|with)\W+)*", re.IGNORECASE)


def take_change(cuts: Cuts) -> Change:
    """Take "additional" or "updated" where it stands before, or directly after, the number."""
    for pattern, change in ((_UPDATED, Change.UPDATED), (_ADDITIONAL, Change.ADDITIONAL)):
        for match in pattern.finditer(cuts.plain):
            before = cuts.plain[: match.start()]
            closes = match.end() == len(cuts.plain) or cuts.plain[match.end() - 1] in ")]:"
            if (
                _ONLY_LEAD.fullmatch(before)
                or match[0].strip("()[]: ").isupper()
                or (re.search(r"\d\s?$", before[-3:]) is not None)
                or closes
            ):
                cuts.cut(match.start(), match.end())
                return change
    return Change.NONE


_SEGMENT: Final = re.compile(r"\(([^()]{2,80})\)|(?:[,;]| -|:)\s([^,;()|]{2,90})$")


_ALREADY: Final = frozenset({"", "already", "all", "bereits", "déjà", "вже", "ya"})


def take_status(cuts: Cuts) -> Status:
    """Take a status said in brackets, at the end behind a comma, at the start, or in capitals."""
    plain = cuts.masked()
    found = find_statuses(plain)
    if not found:
        return Status.UNSTATED
    for match in _SEGMENT.finditer(plain):
        words = match[1] or match[2]
        inner = find_statuses(words)
        lead = words[: inner[0].start].strip(" -").casefold() if inner else ""
        if inner and lead in _ALREADY and not re.match(r"\d", words):
            cuts.cut(match.start(), match.end())
            return read_status(words)
    first = found[0]
    if _ONLY_LEAD.fullmatch(plain[: first.start]):
        cuts.cut(first.start, first.end)
        return first.status
    for each in found:
        if plain[each.start : each.end].isupper():
            cuts.cut(each.start, each.end)
            return each.status
    return Status.UNSTATED


DOUBTED: Final = re.compile(r"(?<!\S)(?=\S*[^\W\d_])[^\s?]+\s?\?(?=\s*(?:\(|$))")
"""A question mark behind a thing: the writer is not sure of it."""


OF_SO_MANY: Final = re.compile(
    r"\s(?:out )?of (?:the |our |its |their |these )?(?P<all>\d+)\s(?=[^\W\d_]{3})", re.IGNORECASE
)
"""Of so many some: "4 of the 7 hospitals" are no amount of hospitals."""


SAYS_WHICH: Final = re.compile(
    r"\([^()]*\)|\b\d[\d.,]*[\s-]?(?:mm|cm|m|inch|kva|kw|mw|hp|ah|mah|v|w)\b"
    r"|\b[^\W\d_]+-?\d[\w-]*",
    re.IGNORECASE,
)
"""Digits that say which thing it is, and count nothing: "155 mm", "30 kVA", "T-72", "(grade 5)"."""


NUMBER_LIKE: Final = re.compile(r"\d[ ,.']\d{3}|million|thousand|hundred|dozen")


_FORMER: Final = re.compile(
    r"\s?[(\[]\s?(?:was|were|previously|formerly|before|earlier|vorher|zuvor|bisher|avant|раніше|було"
    r"|antes|önce(?:ki)?)\b:?\s{0,2}\d[^()\[\]]{0,30}[)\]]"
    r"|,?\s(?:instead of|statt|au lieu de|замість|en lugar de|previously|formerly)"
    r"\s\d[\d ,.']{0,20}"
    r"|\b(?:increased|raised|reduced|lowered|changed|erhöht|gesenkt|reduziert|augmentée?s?"
    r"|réduite?s?|збільшено|зменшено)\s(?:from|von|de|з)\s\d[\d ,.']{0,20}"
    r"\s?(?:to|auf|à|до)\s(?=\d)"
    r"|\bnow:?\s(?=\d)",
    re.IGNORECASE,
)
"""What an amount was before: "30 (was 45)", "increased from 1,000 to 1,500"."""


def take_former(cuts: Cuts) -> str:
    """Take what an amount was before, and give the text with blanks in its place."""
    text = cuts.plain
    for match in _FORMER.finditer(cuts.plain):
        cuts.cut(match.start(), match.end())
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


SO_MANY_OF: Final = re.compile(r"\W{0,3}\d{1,4}\s?[x\u00d7]\s?(?=\d)")
"""So many of a length or a weight: "2 x 500 m of hose"."""
