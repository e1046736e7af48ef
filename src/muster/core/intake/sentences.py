"""Who gives or asks what to whom, in one phrase or sentence."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from muster.core.exchange import Status
from muster.core.intake.nations import Nation, NationFound, find_nation, find_nations
from muster.core.intake.sentence_patterns import (
    ABLE,
    AMOUNT_NEXT,
    ARROW,
    ARTICLE,
    ASKED_BY,
    BEHIND_GIVER,
    BRACKET_END,
    BY,
    CHAIN,
    CONTAINS,
    DAY_OR_YEAR,
    FINITE,
    FROM,
    GROUP,
    HAS_AMOUNT,
    INVERTED,
    IS_ASKED,
    LOADED,
    MOST_BARE,
    MOST_BEFORE_GIVER,
    NOTED_BEHIND,
    ORIGIN,
    PACKAGE,
    PARTY_WORDS,
    RECEIVED,
    RELIEF_SOCIETY,
    SITUATION,
    SUBJECT_ONLY,
    TAKES,
    THE_PACKAGE,
    TO_AMOUNT,
    TOGETHER,
    TOTAL,
    VERB_LAST,
    blanked,
    is_noun_use,
    led_by,
    takes,
)
from muster.core.intake.statuses import StatusFound, find_statuses, read_status, settled


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
    if GROUP.fullmatch(text.strip()):
        return Label(party=" ".join(text.split()), is_known=True)
    if whole is not None:
        party = whole.name
    elif nations:
        party, to = _giver(text, nations)
    if not party and (named := PARTY_WORDS.match(text.strip())):
        party = " ".join(named[0].split())
    status = read_status(text)
    is_situation = bool(SITUATION.search(text)) and status not in _GIVING
    return Label(
        party="" if is_situation else party, to=to, status=status, is_situation=is_situation,
        is_total=bool(TOTAL.match(text)),
        is_known=bool(party) or status is not Status.UNSTATED or is_situation,
    )  # fmt: skip


@lru_cache(maxsize=256)
def read_said(text: str) -> Said:
    """Take one phrase apart; what does not stand in it stays empty."""
    nations = find_nations(text)
    arrow = ARROW.search(text)
    if arrow is not None and nations and nations[0].start < min(arrow.start(), MOST_BEFORE_GIVER):
        return _moved(text, nations, arrow)
    limit = ABLE.search(text)
    able = limit.start() if limit else len(text)
    # "30,000 masks (delivered 3 March)" says it of the masks alone, and is no sentence.
    noted = NOTED_BEHIND.search(text)
    able = min(able, noted.start()) if noted else able
    found = [f for f in find_statuses(text) if f.start < able and not is_noun_use(text, f)]
    if not found:
        return _without_verb(text, nations, _contents(text, 0))
    verb = found[0]
    if (origin := ORIGIN.match(text)) and nations and nations[0].start == origin.end():
        rest = read_said(text[nations[0].end :])
        return replace(rest, start=rest.start + nations[0].end, party=nations[0].nation.name)
    packed = _contents(text, 0)
    if (
        packed is not None
        and packed.end() <= verb.start
        and AMOUNT_NEXT.match(text, packed.end() - 1)
    ):
        # "The package includes 20 tents, the ministry announced": what is said last tells no more.
        return _without_verb(text, nations, packed)
    before = text[: verb.start]
    last = _last_of_chain(text, found)
    status = settled(text, [each for each in found if each.start <= last.start])
    is_active = (
        AMOUNT_NEXT.match(text, _past_taker(text, nations, last.end, status) - 1) is not None
    )
    is_active = is_active or AMOUNT_NEXT.match(text, last.end) is not None
    if (
        not is_active
        and HAS_AMOUNT.search(DAY_OR_YEAR.sub(" ", before))
        and not SUBJECT_ONLY.fullmatch(blanked(before, nations))
    ):
        return _thing_first(text, nations, verb, status)
    said = _thing_last(text, nations, (verb, last), status)
    society = None if said.party else RELIEF_SOCIETY.match(before)
    return said if society is None else replace(said, party=" ".join(society["name"].split()))


def _thing_first(
    text: str, nations: tuple[NationFound, ...], verb: StatusFound, status: Status
) -> Said:
    """Read "200 tents were delivered by Germany"."""
    before = text[: verb.start]
    behind = [n for n in nations if n.start >= verb.end and BY.search(text[: n.start])]
    together = [n for n in nations if behind and n.start >= behind[0].start]
    if behind:
        party = _names(text, _acting(text, together))
    else:
        party = _possessor(text, nations, verb.start)
    start = 0
    leading, end = led_by(text, nations)
    if end and AMOUNT_NEXT.match(text, end):
        party, start = leading, end
    elif final := VERB_LAST.match(before):
        leads = bool(nations) and nations[0].start <= ARTICLE
        party, start = (nations[0].nation.name if leads else party), final.end()
    elif loaded := LOADED.search(before):
        start = loaded.end()
    return Said(
        thing=before[start:], start=start, party=party, comes_first=True, status=status,
        has_verb=True, to=_recipient(text, nations),
    )  # fmt: skip


def _thing_last(
    text: str,
    nations: tuple[NationFound, ...],
    verbs: tuple[StatusFound, StatusFound],
    status: Status,
) -> Said:
    """Read "Germany has pledged and sent 200 tents"; the verbs are the first and the last."""
    verb, last = verbs
    asked_by = [
        n for n in nations if FROM.search(text[: n.start][-28:]) and status is Status.REQUESTED
    ]
    subjects = [n for n in nations if n.end <= verb.start]
    party = _names(text, subjects) if subjects else ""
    if not party and INVERTED.fullmatch(text[verb.start : verb.end]):
        party = next((n.nation.name for n in nations if n.start - verb.end in {0, 1}), "")
    if status is Status.REQUESTED and IS_ASKED.search(text[: verb.start]):
        party = ""  # "NATO was requested to provide ...": who is asked does not ask.
    if asked_by and (not subjects or RECEIVED.search(text) or ASKED_BY.search(text)):
        party = asked_by[0].nation.name
    givers = [n for n in nations if n.start > verb.end and BY.search(text[: n.start])]
    if status is Status.DELIVERED and RECEIVED.search(text):
        party = givers[0].nation.name if givers else party
    contains = _contents(text, last.end)
    start = contains.end() if contains else last.end
    to = _recipient(text, nations)
    start = _past_taker(text, nations, start, status)
    if status is Status.DELIVERED and TAKES.search(text[verb.start : last.end]) and party:
        # "Ukraine received 500 tents": whoever receives does not give.
        party, to = givers[0].nation.name if givers else "", to or party
    thing = text[start:]
    if not party and givers and givers[0].start > start and status is not Status.REQUESTED:
        # "Delivered to Ukraine: nine generators from Georgia".
        party = givers[0].nation.name
        behind = BY.search(text[: givers[0].start])
        thing = text[start : behind.start()].rstrip(" ,(") if behind else thing
    return Said(thing=thing, start=start, party=party, status=status, has_verb=True, to=to)


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


def _last_of_chain(text: str, found: list[StatusFound]) -> StatusFound:
    """Find the last of verbs that stand together: "offered and sent", "has pledged to deliver"."""
    last = found[0]
    for each in found[1:]:
        between = text[last.end : each.start]
        if len(between) > CHAIN or re.search(r"\d|,|;", between):
            break
        if re.fullmatch(
            r"[\s/]*(?:and|or|to|und|oder|et|ou|also|for|the|already|be|help|a|an|it|is|are"
            r"|that|they"
            r"|we|will|has|have|would|it|today|yesterday|(?:on )?[A-Z][a-z]+day|this week|[\s/-])*",
            between,
        ):
            last = each
        else:
            break
    return last


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
        donor = nations[0].nation.name if nations and nations[0].start <= ARTICLE else ""
        inner = _without_verb(text[contains.end() :], find_nations(text[contains.end() :]), None)
        return replace(
            inner, start=contains.end() + inner.start, party=inner.party or donor, has_verb=True
        )
    if nations and nations[0].start <= ARTICLE and AMOUNT_NEXT.match(text, nations[0].end):
        start = nations[0].end
        return Said(thing=text[start:], start=start, party=nations[0].nation.name, has_verb=True)
    if nations and nations[0].start <= ARTICLE and (final := VERB_LAST.match(text)):
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
            if text[n.start - 1 : n.start] == "(" and BRACKET_END.match(text, n.end)
        ),
        None,
    )
    if bracket is not None and giver is None:
        giver, closed = bracket, text.index(")", bracket.end) + 1
        thing = text[: bracket.start - 1] + " " * (closed - bracket.start + 1) + text[closed:]
    behind = BEHIND_GIVER.match(text, giver.end) if giver else None
    status = read_status(behind[1] or behind[2]) if behind else Status.UNSTATED
    to = _recipient(text, nations)
    party = (
        _names(text, _acting(text, [n for n in nations if n.start >= giver.start])) if giver else ""
    )
    party = party or (giver.nation.name if giver else "")
    return Said(thing=thing, start=0, party=party, status=status, to=to)


def _acting(text: str, found: list[NationFound]) -> list[NationFound]:
    """Take the first of nations and those named together with it: "by Czechia and Slovakia"."""
    together = found[:1]
    for each in found[1:]:
        if not TOGETHER.fullmatch(text[together[-1].end : each.start]):
            break
        together.append(each)
    return together


def _contents(text: str, at: int) -> re.Match[str] | None:
    """Find "the package includes", but not "vehicles including carriers", which names a thing."""
    match = CONTAINS.match(text, at) or (THE_PACKAGE.match(text) if at == 0 else None)
    if match is None or FINITE.search(match[0]) or not match[0].strip():
        return match
    words = match[0].split()
    is_bare = len(words) <= MOST_BARE or not re.search(r"[^\W\d_]{3}", " ".join(words[:-1]))
    is_bare = is_bare or re.match(r"(?:\w+ ){0,2}\d", text[match.end() :]) is not None
    return match if is_bare or PACKAGE.search(match[0]) else None


def _past_taker(text: str, nations: tuple[NationFound, ...], start: int, status: Status) -> int:
    """Go past the one who is asked or given to, where the amount is: "Ukraine with 20 tents"."""
    match = TO_AMOUNT.match(blanked(text, nations), start)
    if match is None or match.end() == start:
        return start
    asks_for = match["last"] == "for" and status is not Status.REQUESTED
    names_taker = any(match.start("last") < n.start < match.end() for n in nations)
    goes_to = match["last"] in {"to", "für", "до", "для"} and not names_taker
    return start if goes_to or asks_for else match.end()


def _possessor(text: str, nations: tuple[NationFound, ...], before: int) -> str:
    """Find "Germany's" before the verb, or a giver behind "from"."""
    for each in nations:
        if each.start < before and (
            text[each.start : each.end].endswith("'s") or BY.search(text[: each.start][-24:])
        ):
            return each.nation.name
    return ""


def _recipient(text: str, nations: tuple[NationFound, ...]) -> str:
    for each in nations:
        if takes(text, each.start, each.end):
            return each.nation.name
    return ""


def _names(text: str, found: list[NationFound]) -> str:
    """Join the nations that act together; the nearer ones to the verb where a phrase parts them."""
    group: list[NationFound] = []
    for each in found:
        if FROM.search(text[: each.start][-28:]) and group:
            continue
        if takes(text, each.start, each.end):
            continue
        if group and not TOGETHER.fullmatch(text[group[-1].end : each.start]):
            # "Russia attacked; Canada has sent ...": only those who act together give together.
            group = [] if not text[each.start : each.end].endswith("'s") else group
            if group:
                continue
        group.append(each)
    return ", ".join(dict.fromkeys(each.nation.name for each in group))


def _giver(text: str, nations: tuple[NationFound, ...]) -> tuple[str, str]:
    """Say which of the nations of a label gives or asks, and which is the place."""
    arrow = ARROW.search(text)
    if arrow is not None:
        giver = next((n for n in nations if n.end <= arrow.start()), None)
        taker = next((n for n in nations if n.start >= arrow.end()), None)
        return (giver.nation.name if giver else "", taker.nation.name if taker else "")
    givers = [n for n in nations if not takes(text, n.start, n.end)]
    to = _recipient(text, nations)
    return _label_names(givers), to


def _label_names(found: list[NationFound]) -> str:
    names: dict[str, Nation] = {each.nation.name: each.nation for each in found}
    countries = [name for name, nation in names.items() if nation.iso3]
    return ", ".join(countries or list(names))
