"""Who gives or asks what to whom, in one phrase or sentence."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from muster.core.exchange import Status
from muster.core.intake.nations import Nation, NationFound, find_nation, find_nations
from muster.core.intake.statuses import StatusFound, find_statuses, read_status


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A phrase taken apart: who, in which state, and the words that name the thing."""

    thing: str
    start: int
    """Of `thing` in the phrase."""
    party: str = ""
    status: Status = Status.UNSTATED
    to: str = ""
    comes_first: bool = False
    """Whether the thing stands before the verb, as in "200 tents were sent by Germany"."""
    has_verb: bool = False
    """Whether a word of giving or asking stands in it."""
    label: str = ""
    """A label before a colon that is neither party nor status: the name of a section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the words before a colon, or a heading, say."""

    party: str = ""
    to: str = ""
    status: Status = Status.UNSTATED
    is_situation: bool = False
    is_total: bool = False
    is_known: bool = False
    """Whether it says any of these."""


@lru_cache(maxsize=256)
def read_label(text: str) -> Label:
    """Judge a label or heading."""
    nations = find_nations(text)
    whole = find_nation(re.sub(r"\(.*?\)|\d+", " ", text))
    party, to = "", ""
    if _GROUP.fullmatch(text.strip()):
        return Label(party=" ".join(text.split()), is_known=True)
    if whole is not None:
        party = whole.name
    elif nations:
        party, to = _giver(text, nations)
    if not party and (named := _PARTY_WORDS.match(text.strip())):
        party = " ".join(named[0].split())
    status = read_status(text)
    is_situation = bool(_SITUATION.search(text)) and status not in _GIVING
    return Label(
        party="" if is_situation else party, to=to, status=status, is_situation=is_situation,
        is_total=bool(_TOTAL.match(text)),
        is_known=bool(party) or status is not Status.UNSTATED or is_situation,
    )  # fmt: skip


@lru_cache(maxsize=256)
def read_said(text: str) -> Said:
    """Take one phrase apart; what does not stand in it stays empty."""
    nations = find_nations(text)
    arrow = _ARROW.search(text)
    if arrow is not None and nations and nations[0].start < min(arrow.start(), _MOST_BEFORE_GIVER):
        return _moved(text, nations, arrow)
    found = [f for f in find_statuses(text) if not _is_noun_use(text, f)]
    if not found:
        return _without_verb(text, nations, _CONTAINS.match(text))
    verb = found[0]
    before = text[: verb.start]
    last = _last_of_chain(text, found)
    is_active = _AMOUNT_NEXT.match(text, last.end) is not None
    status = read_status(text[verb.start : last.end])
    if (
        not is_active
        and _HAS_AMOUNT.search(before)
        and not _SUBJECT_ONLY.fullmatch(_blank(before, nations))
    ):
        # The thing comes first: "200 tents were delivered by Germany".
        behind = [n for n in nations if n.start >= verb.end and _BY.search(text[: n.start])]
        party = behind[0].nation.name if behind else _possessor(text, nations, verb.start)
        start = 0
        if (final := _VERB_LAST.match(before)) and nations and nations[0].start <= _ARTICLE:
            party, start = nations[0].nation.name, final.end()
        elif loaded := _LOADED.search(before):
            start = loaded.end()
        return Said(
            thing=before[start:], start=start, party=party, comes_first=True, status=status,
            has_verb=True, to=_recipient(text, nations),
        )  # fmt: skip
    asked_by = [
        n for n in nations if _FROM.search(text[: n.start][-28:]) and status is Status.REQUESTED
    ]
    subjects = [n for n in nations if n.end <= verb.start]
    party = _names(text, subjects) if subjects else ""
    if asked_by and (not subjects or _RECEIVED.search(text) or _ASKED_BY.search(text)):
        party = asked_by[0].nation.name
    if status is Status.DELIVERED and _RECEIVED.search(text):
        givers = [n for n in nations if n.start > verb.end and _BY.search(text[: n.start])]
        party = givers[0].nation.name if givers else party
    contains = _CONTAINS.match(text, last.end)
    start = contains.end() if contains else last.end
    to = _recipient(text, nations)
    taker = next((n for n in nations if n.start - start in {0, 1}), None)
    if taker is not None and _AMOUNT_NEXT.match(text, taker.end):
        start, to = taker.end, to or taker.nation.name
    return Said(
        thing=text[start:], start=start, party=party, status=status, has_verb=True, to=to
    )  # fmt: skip


_GIVING: Final = frozenset(
    {
        Status.OFFERED,
        Status.ACCEPTED,
        Status.PLEDGED,
        Status.COMMITTED,
        Status.SENT,
        Status.DELIVERED,
    }
    | {Status.REQUESTED, Status.PREPARING}
)


_MOST_BEFORE_GIVER = 12


_SITUATION: Final = re.compile(
    r"\b(?:situation(?! report)|assessment|background"
    r"|overview|damages?|weather|casualties|impact|context"
    r"|point of entry|points? of contact|contacts?|national (?:response|resources|authorities)"
    r"|measures taken|actions taken|disaster occurred|type of the disaster|location of the disaster"
    r"|earlier counts?|lage|situation générale|обстановка|ситуація|durum)\b",
    re.IGNORECASE,
)


_TOTAL: Final = re.compile(
    r"[\W_]*(?:grand |sub-?|overall )?(?:totals?|sum|summe"
    r"|gesamt|insgesamt|somme|усього|всього|разом|toplam)\b",
    re.IGNORECASE,
)


_GROUP: Final = re.compile(
    r"\d{1,3} [\w ]{0,30}(?:countries|states|nations|allies|members)", re.IGNORECASE
)


_PARTY_WORDS: Final = re.compile(
    r"(?:the )?(?:[^\W\d_a-z][\w.&'-]*\s){0,4}(?:Red C(?:ross"
    r"|rescent)(?: of \w+)?|Foundation|Ministry(?: of [\w ]+)?"
    r"|Agency|Government|Embassy|Civil Protection|Rotes Kreuz|Croix-Rouge)(?=\s|$|:|\()"
)


_ARROW: Final = re.compile(r"\s(?:->|=>|-->|\u2192)\s|\s?\u2192\s?")


_BY: Final = re.compile(
    r"\b(?:by|from|durch|von|aus|par|de|від|з|із"
    r"|tarafından)(?: the| der| la)?(?: government of)?\s{0,2}$",
    re.IGNORECASE,
)


_FROM: Final = re.compile(
    r"\b(?:from|by|of|von|der|aus|de|du|від|з)(?: the| der"
    r"| la)?\s{0,2}(?:(?:government|state|state emergency service"
    r"|armed forces)(?: of)?\s)?$",
    re.IGNORECASE,
)


_RECEIVED: Final = re.compile(r"\b(?:received|erhielt|a reçu|отрима\w{2,3})\b", re.IGNORECASE)


_ASKED_BY: Final = re.compile(r"\brequests? (?:by|from|of)\b", re.IGNORECASE)


_AMOUNT_NEXT: Final = re.compile(
    r"[\s:]{1,2}(?:(?:up to|about|approximately|over|more than"
    r"|a total of|an additional|additional|nearly|some"
    r"|another|a further|around|almost|at least)\s)?(?:\d[\d ,.']{0,12}"
    r"|two|three|four|five|six|seven|eight|nine|ten|twelve)\s(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b)[^\W\d_]{2}",
    re.IGNORECASE,
)


_TO: Final = re.compile(
    r"\b(?:to|for|in|für|nach|an|pour|à|до|для|україні)(?: the| die)?\s{0,2}$", re.IGNORECASE
)


_HAS_AMOUNT: Final = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|several|hundreds|thousands|tens)\s",
    re.IGNORECASE,
)


_CONTAINS: Final = re.compile(
    r"[^\d:;]{0,60}?\b(?:(?<!to )includ(?:es?|ed|ing)|compris(?:es?"
    r"|ed|ing)|consist(?:s|ed|ing)? of|contain(?:s|ed|ing)?"
    r"|loaded with|carrying|umfasst|gehören|comprend"
    r"|включає)\s(?=.{0,16}\d|(?:an? |the )?[^\W\d_])",
    re.IGNORECASE,
)


_LOADED: Final = re.compile(r"\b(?:loaded with|carrying|containing)\s(?=.{0,14}\d)")


_VERB_LAST: Final = re.compile(
    r".{2,40}?\s(?:hat|haben|wird|werden|will|stellte"
    r"|stellt)\s[^\d]{0,60}?(?=(?:über |rund |etwa |ca\. |bis zu )?\d)"
)


_ARTICLE = 4


_SUBJECT_ONLY: Final = re.compile(
    r"(?:[\W_]|\b(?:the|government|of|and|on|in|by|armed|forces|ministry|defen[cs]e|has|have|had|also|will|as|at|a"
    r"|already|been|its|their|today|yesterday|january|february|march|april|may|june|july|august|jan|feb"
    r"|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|september|october|november|december|\d{1,4}"
    r"|[^\W\d_]{0,3})\b)*",
    re.IGNORECASE,
)


_NOUN_USE: Final = re.compile(
    r"(?:disaster assistance|request for|for|of the|this|your|our|under|per|upon|on)\s$",
    re.IGNORECASE,
)


def _is_noun_use(text: str, found: StatusFound) -> bool:
    """Say whether a word of status is part of a name, as in "needs assessment"."""
    behind = text[found.end : found.end + 12].lower()
    if text[: found.start].rstrip().endswith("(") and behind[:1] == ")":
        return True  # "200 blankets (delivered)" says it of these alone; `read_phrase` takes it.
    return behind.startswith((" assessment", " of the p", "-based")) or bool(
        found.start and re.search(r"\b(?:response|relief) $", text[: found.start])
    )


def _blank(text: str, nations: tuple[NationFound, ...]) -> str:
    """Give a text with the names of nations as blanks."""
    for each in nations:
        if each.end <= len(text):
            text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text


def _last_of_chain(text: str, found: list[StatusFound]) -> StatusFound:
    """Find the last of verbs that stand together: "offered and sent", "has pledged to deliver"."""
    last = found[0]
    for each in found[1:]:
        between = text[last.end : each.start]
        if len(between) > _CHAIN or re.search(r"\d|,|;", between):
            break
        if re.fullmatch(
            r"[\s/]*(?:and|or|to|und|oder|et|ou|also|for|the|already|be|help|a|an|it|[\s/-])*",
            between,
        ):
            last = each
        else:
            break
    return last


_CHAIN = 16


def _moved(text: str, nations: tuple[NationFound, ...], arrow: re.Match[str]) -> Said:
    """Read "Czech Republic -> Spain 10,000 suits"."""
    giver = nations[0]
    behind = [n for n in nations if arrow.end() <= n.start <= arrow.end() + 30]
    start = behind[0].end if behind else arrow.end()
    return Said(
        thing=text[start:], start=start, party=giver.nation.name,
        to=behind[0].nation.name if behind else "", status=read_status(text), has_verb=True,
    )  # fmt: skip


def _without_verb(
    text: str, nations: tuple[NationFound, ...], contains: re.Match[str] | None
) -> Said:
    """Take "from Germany", "(Germany)" and "to Ukraine" off a phrase without a verb."""
    if contains is not None:
        donor = nations[0].nation.name if nations and nations[0].start <= _ARTICLE else ""
        return Said(thing=text[contains.end() :], start=contains.end(), party=donor, has_verb=True)
    if nations and nations[0].start <= _ARTICLE and _AMOUNT_NEXT.match(text, nations[0].end):
        start = nations[0].end
        return Said(thing=text[start:], start=start, party=nations[0].nation.name, has_verb=True)
    if nations and nations[0].start <= _ARTICLE and (final := _VERB_LAST.match(text)):
        # The verb of a German sentence comes last, behind all that was given.
        start = final.end()
        return Said(thing=text[start:], start=start, party=nations[0].nation.name, has_verb=True)
    giver = next(
        (
            n
            for n in nations
            if re.search(
                r"\b(?:from|(?<!hosted )by|von|aus|de|від|з)\s(?:the\s)?$", text[: n.start]
            )
        ),
        None,
    )
    thing = text
    if giver is not None:
        cut = re.search(r",?\s?\(?(?:from|by|von|aus|de|від|з)\s(?:the\s)?$", text[: giver.start])
        thing = text[: cut.start()] if cut else text[: giver.start]
        if thing.count("(") > thing.count(")"):
            thing = thing[: thing.rindex("(")]
    bracket = next(
        (
            n
            for n in nations
            if text[n.start - 1 : n.start] == "(" and text[n.end : n.end + 1] == ")"
        ),
        None,
    )
    if bracket is not None and giver is None:
        giver = bracket
        thing = (
            text[: bracket.start - 1]
            + " " * (bracket.end - bracket.start + 2)
            + text[bracket.end + 1 :]
        )
    to = _recipient(text, nations)
    return Said(thing=thing, start=0, party=giver.nation.name if giver else "", to=to)


def _possessor(text: str, nations: tuple[NationFound, ...], before: int) -> str:
    """Find "Germany's" before the verb, or a giver behind "from"."""
    for each in nations:
        if each.start < before and (
            text[each.start : each.end].endswith("'s") or _BY.search(text[: each.start][-24:])
        ):
            return each.nation.name
    return ""


def _recipient(text: str, nations: tuple[NationFound, ...]) -> str:
    for each in nations:
        if _TO.search(text[: each.start][-12:]):
            return each.nation.name
    return ""


def _names(text: str, found: list[NationFound]) -> str:
    """Join the nations that act together; the nearer ones to the verb where a phrase parts them."""
    group: list[NationFound] = []
    for each in found:
        if _FROM.search(text[: each.start][-28:]) and group:
            continue
        if _TO.search(text[: each.start][-12:]):
            continue
        group.append(each)
    return ", ".join(dict.fromkeys(each.nation.name for each in group))


def _giver(text: str, nations: tuple[NationFound, ...]) -> tuple[str, str]:
    """Say which of the nations of a label gives or asks, and which is the place."""
    arrow = _ARROW.search(text)
    if arrow is not None:
        giver = next((n for n in nations if n.end <= arrow.start()), None)
        taker = next((n for n in nations if n.start >= arrow.end()), None)
        return (giver.nation.name if giver else "", taker.nation.name if taker else "")
    givers = [n for n in nations if not _TO.search(text[: n.start][-12:])]
    to = _recipient(text, nations)
    return _label_names(givers), to


def _label_names(found: list[NationFound]) -> str:
    names: dict[str, Nation] = {each.nation.name: each.nation for each in found}
    countries = [name for name, nation in names.items() if nation.iso3]
    return ", ".join(countries or list(names))
