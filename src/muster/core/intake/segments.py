"""A run of text cut into phrases: one thing with its amount each.

Where a cut is doubtful it is not made: "gas masks and suits, tens of thousands" stays one phrase.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from muster.core.intake.mentions import Mention, Role, find_mentions
from muster.core.intake.nations import find_nations
from muster.core.intake.phrase_words import bracketed
from muster.core.intake.segment_signs import (
    HOW_LONG,
    NAMED_AMOUNT,
    NO_NOUN,
    begins_inverted,
    counts_something,
    describes,
    ends_with_a_giver,
)
from muster.core.intake.sentence_patterns import TOGETHER
from muster.core.intake.statuses import find_statuses
from muster.core.intake.unit_words import Sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A phrase with its place in the run of text."""

    start: int
    end: int
    begins_sentence: bool
    """Whether it comes first, or after a full stop."""
    after_semicolon: bool = False
    is_part: bool = False
    """Whether it says of which the one before consists: "of which 30 with stove"."""


def cut_segments(text: str, *, listed_things: bool, by_words: bool = True) -> tuple[Segment, ...]:
    """Cut a levelled text into phrases.

    Args:
        text: one block.
        listed_things: whether things without amounts, parted by commas, are things of their own:
            "requests tents, blankets and food", but not in "tents, family, winterised".
        by_words: whether an amount in words ("two aircraft") begins a thing too.
    """
    mentions = find_mentions(text)
    starts = {
        m.start: m
        for m in mentions
        if m.role in (Role.FREE, Role.DOUBT, Role.MONEY) and (by_words or not m.is_word)
    }
    covered = [
        (m.start, m.end) for m in mentions if m.role is not Role.FREE or m.end > m.number_end
    ]
    cuts = _hard_cuts(text, covered)
    segments: list[Segment] = []
    past, begins, semicolon = 0, True, False
    for start, end, mark in cuts:
        segments += _soft(
            text,
            past,
            start,
            starts,
            begins=begins,
            semicolon=semicolon,
            listed_things=listed_things,
        )
        past, begins, semicolon = end, mark == ".", mark in ";|"
    segments += _soft(
        text,
        past,
        len(text),
        starts,
        begins=begins,
        semicolon=semicolon,
        listed_things=listed_things,
    )
    return tuple(segments)


_HARD: Final = re.compile(
    r"(?P<mark>[;|\u2022])\s*"
    r"|(?P<stop>[.!?])(?:\s{0,2}\[\.\.\.\])?\s+(?=[\"'(]?[^\W_a-z\u0430-\u044f])"
)
_ABBREVIATION: Final = re.compile(
    r"\b(?:approx|ca|cca|ok|tys|tis|тис|млн|шт|szt|incl|no|nr|nos|st|e\.g|i\.e|etc|max|min|gr|gr\u00f6\u00dfe|rozm|vs|mr|ms|dr|gen|col|lt|u\.s|pcs"
    r"|tel|fig|art"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|[a-z])$",
    re.IGNORECASE,
)


def _hard_cuts(text: str, covered: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """List where phrases end for certain: start and end of the mark, and the mark."""
    inside = bracketed(text)
    cuts: list[tuple[int, int, str]] = []
    for match in _HARD.finditer(text):
        at = match.start()
        if inside[at] or any(start <= at < end - 1 for start, end in covered):
            continue
        if match["stop"] == "." and _ABBREVIATION.search(text[max(0, at - 8) : at]):
            continue
        if match["mark"] and _BARE_AMOUNT.match(text, match.end()):
            # "Soap, 250 g bar; 50 000": the amount belongs to what stands before it.
            continue
        cuts.append((at, match.end(), match["mark"] or "."))
    return cuts


_BARE_AMOUNT: Final = re.compile(
    r"[\d][\d ,.']{0,20}\s?(?:pcs?|pieces|units|sets|boxes|kg|t)?\.?\s{0,3}(?:[;|]|$)",
    re.IGNORECASE,
)
_SOFT: Final = re.compile(
    r"(?P<comma>,\s+(?:(?:and|und|et|as well as|plus|sowie|а ще|along with|together with"
    r"|in addition to|así como|oraz|a také|nonché|bem como|alsook|precum și"
    r"|\u0430 \u0442\u0430\u043a\u043e\u0436|ve)\s+)?)"
    r"|\s(?P<word>and|&|\+|plus|as well as|und|sowie|et|\u0442\u0430|\u0456"
    r"|y|e|i|oraz|a také|a(?=\s\d)|en|och|og|și|así como|nonché|ainsi que|as\swell\sas"
    r"|\u0430 \u0442\u0430\u043a\u043e\u0436|ve|along with|together with"
    r"|in addition to)\s+|\sainsi qu'(?=une?\b)|(?P<part>[,;(]?\s*\b(?:of which|of these"
    r"|including|among them|davon|dont"
    r"|\u0437 \u043d\u0438\u0445|\u0437 \u044f\u043a\u0438\u0445"
    r"|\u0432 \u0442\u043e\u043c\u0443 \u0447\u0438\u0441\u043b\u0456|bunlardan|that is"
    r"|namely|nämlich|c'est-à-dire|à savoir|а саме|тобто"
    r"|czyli|es decir|a saber|cioè)\b[:,]?\s+"
    r"|[,;(]?\s*\b(?:i\.\s?e\.|d\.\s?h\.|viz\.|tj\.|t\.j\.)[:,]?\s+)"
    r"|\s(?P<load>carrying|transportant|transportando|carichi di|loaded with|transporting"
    r"|beladen mit|charg\u00e9e?s? de)\s+",
    re.IGNORECASE,
)
_FOR_SO_MANY: Final = re.compile(
    r"(?:[^\W\d_]+\s){1,3}(?:for|pour|f\u00fcr|para|dla|\u0434\u043b\u044f)\s"
    r"(?:up to |some |about |over )?\d",
    re.IGNORECASE,
)
"""A thing that is counted by those whom it is for: "winter clothing for 10,000 soldiers"."""
_SAYS_PART: Final = re.compile(r"(?:of which|of these|davon|dont)\b", re.IGNORECASE)
_CZECH: Final = re.compile(r"[ěřůťďňľĺŕčžšý]", re.IGNORECASE)
_VAGUE: Final = re.compile(
    r"(?:(?:an? )?(?:large |great |huge |small )?(?:number|quantity|amount)s? of"
    r"|several|many|numerous|dozens|tens|hundreds|thousands|millions|various|undetermined|as many"
    r"|as much)\b",
    re.IGNORECASE,
)
_VAGUE_END: Final = re.compile(
    r"(?:(?:an? )?(?:few|several|many|some|various|tens of|hundreds of|dozens|tens|hundreds"
    r"|thousands"
    r"|hundred|thousand|dozen)\s?){1,3}\W*",
    re.IGNORECASE,
)
"""An amount in words behind its thing: "Chlorine tablets, several thousand"."""
_BEFORE_AMOUNT: Final = re.compile(
    r"(?:(?:також |także |také |aussi |auch |también |anche |updated:? |revised:? |das |die "
    r"|der |den |an? |another |a further |further "
    r"|additional |a total of |total of |the |also |up to |with "
    r"|\u0449\u0435 |weitere |zus\u00e4tzlich )){0,3}",
    re.IGNORECASE,
)
_NOUN_AFTER: Final = re.compile(
    r"(?!\s?(?:per|each|a day|a week|a month|daily|weekly|monthly|apiece|in total|or more"
    r"|or less|minimum"
    r"|maximum|pro|par|por|na dobę|на|diari[oa]s?|denně|dziennie|täglich|chacun|jeweils)\b)"
    r"\s{0,3}(?:\([^()]{0,60}\)\s{0,3})?(?:x\s)?(?:\d[\d.,]{0,6}[\s-]?)?[\"']?(?:[A-Z][\w/-]*\d[\w/-]*\s)?[^\W_]*[^\W\d_]{2}",
    re.IGNORECASE,
)
_HOLDERS: Final = re.compile(
    r"\b(?:(?<!loaded )(?<!filled )with|for|consisting of|comprising"
    r"|composed of|including|incl\.?|mit|avec|containing|of \d+)\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"\b(?:ask|call|request|appeal|appl|need|look|search)\w{0,4}\s$", re.IGNORECASE
)
"""Before "for": what is asked for is not held by anything."""
_CREW: Final = re.compile(
    r"\s?(?:crew|technician|people|personnel|person|member|staff|rescuer|fire ?fighter|doctor|nurse"
    r"|medic|dog|expert|pilot|soldier|diver|paramedic|canine|specialist|engineer|operator"
    r"|vehicle|beds?\b(?!\s[^\W\d_])"
    r"|\u043e\u0441\u0456\u0431|families|family|years?|months?|weeks?|days?|hours?)",
    re.IGNORECASE,
)
_THINGLIKE: Final = re.compile(
    r"(?:[^\W\d_]{2,}s|food|water|medicine|equipment|clothing|fuel|ammunition|bedding|furniture"
    r"|gear"
    r"|machinery|support|assistance|footwear|sheeting|tarpaulin|underwear|rope|aircraft|rice|flour|oil|shelter)$",
    re.IGNORECASE,
)


def _soft(
    text: str,
    start: int,
    end: int,
    starts: dict[int, Mention],
    *,
    begins: bool,
    semicolon: bool,
    listed_things: bool,
) -> list[Segment]:
    """Cut a phrase at commas and "and" where a further thing begins."""
    inside = bracketed(text[start:end])
    pieces: list[Segment] = []
    past, is_part = start, False
    for match in _SOFT.finditer(text, start, end):
        if match["word"] == "a" and not _CZECH.search(text):
            continue  # "with a 500 l tank": an English article, and no Czech "and".
        if match.start() < past or (inside[match.start() - start] and not match["part"]):
            continue
        after = match.end()
        if match["comma"] and _SAYS_PART.match(text, after):
            continue  # ", of which 500": the words behind the comma make the cut.
        amount_at = _BEFORE_AMOUNT.match(text, after)
        mention = starts.get(after) or (starts.get(amount_at.end()) if amount_at else None)
        current = text[past : match.start()]
        if match["part"]:
            cuts = mention is not None and not mention.is_word and any(c.isdigit() for c in current)
        elif match["load"]:
            cuts = mention is not None and _begins_load(text, end, mention, current)
        elif mention is not None:
            cuts = _begins_thing(text, end, mention, current, is_comma=bool(match["comma"]))
        elif (
            (NAMED_AMOUNT.match(text, after, end) and counts_something(current))
            or begins_inverted(text[past : match.start()], text[after:end])
            or _begins_clause(text, after, starts, current)
            or (_VAGUE.match(text, after) and not _VAGUE_END.fullmatch(text[after:end]))
        ):
            cuts = True
        else:
            cuts = (listed_things and _is_thing_list(text, past, match, end)) or (
                bool(match["word"])
                and counts_something(current)
                and _HOLDERS.search(current) is None
                and _FOR_SO_MANY.match(text, after, end) is not None
            )
        if not cuts:
            continue
        pieces.append(
            _segment(
                past,
                match.start(),
                begins=begins and not pieces,
                semicolon=semicolon and not pieces,
                is_part=is_part,
            )
        )
        goes_on = is_part and mention is not None and NO_NOUN.match(text, mention.end)
        past, is_part = after, bool(match["part"]) or bool(goes_on)
    pieces.append(
        _segment(
            past,
            end,
            begins=begins and not pieces,
            semicolon=semicolon and not pieces,
            is_part=is_part,
        )
    )
    return pieces


def _begins_clause(text: str, after: int, starts: dict[int, Mention], before: str) -> bool:
    """Say whether "the UK over 1,000 tents" or "has offered 100 tents" begins behind a comma."""
    ahead = text[after : after + _AHEAD]
    nations = find_nations(ahead)
    if nations and nations[0].start <= _ARTICLE:
        if ends_with_a_giver(before):
            return False
        behind = after + nations[0].end + 1
        verb = next((v for v in find_statuses(ahead) if v.start == nations[0].end + 1), None)
        return behind in starts or (verb is not None and after + verb.end + 1 in starts)
    if _names_nations(before):
        # "Slovenia, together with Croatia, offers 20 beds": the verb is theirs.
        return False
    verbs = find_statuses(ahead)
    if not verbs or not _AUXILIARIES.fullmatch(ahead[: verbs[0].start]):
        return False
    amount = _BEFORE_AMOUNT.match(text, after + verbs[0].end + 1)
    return amount is not None and amount.end() in starts


def _names_nations(text: str) -> bool:
    """Say whether a text is names of nations and nothing else."""
    past, found = 0, find_nations(text)
    for each in found:
        if not TOGETHER.fullmatch(text[past : each.start]):
            return False
        past = each.end
    return bool(found) and TOGETHER.fullmatch(text[past:]) is not None


_AHEAD = 48
_ARTICLE = 4
_AUXILIARIES: Final = re.compile(
    r"(?:(?:has|have|had|will|also|is|are|then)\s){0,3}", re.IGNORECASE
)


def _segment(start: int, end: int, *, begins: bool, semicolon: bool, is_part: bool) -> Segment:
    return Segment(
        start=start, end=end, begins_sentence=begins, after_semicolon=semicolon, is_part=is_part
    )


def _begins_load(text: str, end: int, mention: Mention, current: str) -> bool:
    """Say whether what a vehicle carries is a thing of its own: "17 trucks carrying 5,000 tents".

    Those aboard, "carrying 40 people", and what each can carry are said of the vehicle.
    """
    if _EACH.search(text, mention.number_end, end) or _CREW.match(text, mention.number_end):
        return False
    is_people = mention.unit is not None and mention.unit.sort is Sort.PEOPLE
    counts = counts_something(current)
    return counts and not is_people and _NOUN_AFTER.match(text, mention.end, end) is not None


_EACH: Final = re.compile(
    r"\b(?:each|apiece|per|capacity|at a time|chacun|jeweils)\b", re.IGNORECASE
)


def _begins_thing(text: str, end: int, mention: Mention, current: str, *, is_comma: bool) -> bool:
    """Say whether an amount behind a comma or an "and" begins a thing of its own."""
    if mention.role is Role.MONEY:
        return True
    if is_comma and describes(text, end, mention, current):
        return False
    if not _NOUN_AFTER.match(text, mention.end, end):
        is_people = mention.unit is not None and mention.unit.sort is Sort.PEOPLE
        is_each = re.match(r"\s?(?:each|capacity|per)\b", text[mention.end : mention.end + 12])
        is_bare_unit = mention.unit is not None and mention.unit.code == "C62" and is_comma
        # "Generators, 30 units" is one thing; "500 shelters, 30 units" are two.
        is_bare_unit = is_bare_unit and counts_something(current)
        return (is_people or is_bare_unit) and not is_each and not _HOLDERS.search(current)
    if mention.is_word and mention.written == "1" and not any(c.isdigit() for c in current):
        # "a doctor and a nurse" are two; "with a heater and a stove" is a description.
        return not _HOLDERS.search(current)
    # "3 doctors for 14 days and 40 tents" are two things.
    holders = [
        found
        for found in _HOLDERS.finditer(current)
        if not (_ASKS.search(current[: found.start()]) or HOW_LONG.match(current, found.end()))
    ]
    holder = next(reversed(holders), None)
    if holder and not is_comma and _FEW.search(current[holder.end() :]) and _is_few(mention):
        # "a team with three boats and two lorries" is one team.
        return not any(c.isdigit() or c.isalpha() for c in current[: holder.start()])
    return not (holder and _CREW.match(text, mention.number_end))


_FEW: Final = re.compile(
    r"^\s(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\s[^\W\d_]{2}", re.IGNORECASE
)


def _is_few(mention: Mention) -> bool:
    return len(mention.written) <= _FEW_DIGITS


_FEW_DIGITS = 2


def _is_thing_list(text: str, past: int, match: re.Match[str], end: int) -> bool:
    """Say whether bare words on both sides of a comma are things, not a description."""
    before = text[past : match.start()].strip()
    following = re.split(r"[,;.]|\sand\s", text[match.end() : end], maxsplit=1)[0].strip(" )(")
    if not before or not following or len(following.split()) > _LONGEST_THING:
        return False
    if _DESCRIBES.match(following) or not _THINGLIKE.search(
        re.sub(r"\s?\([^()]*\)$", "", _head(before))
    ):
        return False
    if match["word"]:
        # "food and water" is left whole: an "and" alone parts nothing for certain.
        return (
            past > 0 and text[:past].rstrip().endswith(",") and bool(_THINGLIKE.search(following))
        )
    return bool(_THINGLIKE.search(_head(following)))


def _head(words: str) -> str:
    """Give the words up to what is only said about the thing."""
    return re.split(r"\s(?:for|suitable|with|capable|able)\b", words)[0]


_DESCRIBES: Final = re.compile(
    r"(?:each|all|both|able|suitable|ready|equipped|capable|designed|mostly|which|that|who|as"
    r"|including"
    r"|to|from|by|in|at|on)\b",
    re.IGNORECASE,
)


_LONGEST_THING = 8
