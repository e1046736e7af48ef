"""Whether words name goods, teams or services, and where the name of a thing ends."""

import re
from typing import Final

from muster.core.intake.phrase_words import bracketed


def clean_thing(text: str) -> str:
    """Cut off what a sentence goes on to say about a thing once it is named."""
    inside = bracketed(text)
    for match in _TAIL.finditer(text):
        if match.start() > 0 and not inside[match.start()]:
            return text[: match.start()]
    return text


def is_thing(item: str) -> bool:
    """Say whether words can name goods, teams or services, not a damage or a count of people."""
    words = item.split()
    if _GENERIC.fullmatch(_BRACKETS.sub("", item).strip() or item):
        return False
    if not words or len(words) > _MOST_WORDS or not re.search(r"[^\W\d_]{3}|[A-Z]-?\d|^Su$", item):
        return False
    # "food for 250,000 people" is food; whom a thing is for does not make it a count of people.
    return _NO_THING.search(_RATE.sub("", re.split(r"\sfor\s", item, maxsplit=1)[0])) is None


def is_sentence(text: str) -> bool:
    """Say whether a text has a finite verb, so that numbers in it may count anything."""
    return _FINITE.search(text) is not None


_MOST_WORDS = 24
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_RATE: Final = re.compile(r"(?:\bper|\ba|/)\s?(?:day|week|month|year|hour)\b", re.IGNORECASE)
"""What a thing can do: "a kitchen of 500 meals a day"."""
_GENERIC: Final = re.compile(
    r"(?:(?:more|further|other|such|this|the|humanitarian|emergency|international|material"
    r"|initial|vital)"
    r"\s)*(?:assistance|help|support|aid|response|supplies|relief|items|offers?|donations?"
    r"|needs|hilfe|urgent(?:e?s)?|dringend)"
    r"(?: (?:after|for|following|in) .*)?",
    re.IGNORECASE,
)


_TAIL: Final = re.compile(
    r",?\s(?:able to\b|capable of\b|to include\b|umfasst\b|to (?!\d)(?=[^\W\d_])"
    r"|from (?=[A-Z])|by (?=[A-Z]|[a-z])|which\b|that (?:will|were|was|are|can)\b|who\b|were\b"
    r"|was\b|are\b(?! )|is\b|has\b|have\b|had\b|will\b"
    r"|in order\b|via\b|through\b|worth\b|valued\b|as part of\b"
    r"|under the\b|since\b|until\b|on (?=\d|board|Mon"
    r"|Tue|Wed|Thu|Fri|Sat|Sun|behalf)|at the\b|on the\b"
    r"|in the\b|in (?=[A-Z])|across\b|during\b|within\b"
    r"|this (?:week|month|year)|last\b|so far|today"
    r"|yesterday|arriv\w{1,4}\b|per lorry|by truck"
    r"|the (?:[\w']+ )?(?:government|ministry|minister|department|statement|agency"
    r"|commission)\b|um (?:die|das|den|der)\b"
    r"|(?:and|und|et) (?:more\b|vieles mehr|other (?:items|equipment|aid|support)\b|much more)"
    r"|according\b|pouvant\b|hosted by|with each\b|told\b|said\b)"
    r"|,\s[A-Z][\w'-]+ [A-Z][\w'-]+(?=,| said| told)|\s\(?hosted by|\s\(?https?:|\s-{1,2}>\s",
)


_NO_THING: Final = re.compile(
    r"\b(?:deployments|babies|Kronen|affected|destroyed|damaged|injured|killed|dead|deaths?"
    r"|evacuated|missing|displaced|homeless"
    r"|registered|voluntarily|villages?|municipalit(?:y|ies)|districts?|count(?:y|ies)"
    r"|countries|nations"
    r"|allies|states?|houses? (?:flooded|collapsed)"
    r"|households|hectares?|ha|active fires|casualties|victims"
    r"|refugees|patients|surger(?:y|ies)|flights?|pages?|centigrade|degrees|percent|population"
    r"|inhabitants"
    r"|citizens|syrians|air bridges?|debris|roads"
    r"|line items|major operations|prime minister|president"
    r"|minister|per cent|euros?|dollars|kilometres of"
    r"|days?|weeks?|months|years?|hours?|news|http\S*"
    r"|sections|requests?|offers?|reports?|lists?|letters?|documents?|questions?|closed"
    r"|statements?|spokes\w+|details|people in need|families|cities|towns|provinces|reports? of"
    r"|sources?)\b"
    r"|^(?:children|people|persons)(?:$|\s(?:in need|need|affected))"
    r"|^(?:it|he|she|they|we|this|there|also|about|page|update|i|following|from|by|to|in|on|at"
    r"|as|due|under|are|were|is|was|have|of|such|able|they|other)(?![\w-])",
    re.IGNORECASE,
)


_FINITE: Final = re.compile(
    r"\b(?:was|were|is|are|has|have|had|will|would|can|could|may|should|does|did|said|says"
    r"|wurde[n]?|hat"
    r"|haben|ist|sind|a été|ont|est|sont|було|буде|є)\b",
    re.IGNORECASE,
)
