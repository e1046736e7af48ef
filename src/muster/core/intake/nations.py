"""Names of countries and organisations as lists write them, and the normal name of each."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from muster.core.intake.nation_names import ARABIC, NAMES, OTHER


@dataclass(frozen=True, slots=True)
class Nation:
    """A country, or an organisation that gives, asks or carries."""

    name: str
    """The normal English name, or an organisation's usual abbreviation."""
    iso3: str
    """ISO 3166-1 alpha-3; empty for an organisation."""


@dataclass(frozen=True, slots=True)
class NationFound:
    """A nation with the place of its name in the text."""

    nation: Nation
    start: int
    end: int


def find_nation(text: str) -> Nation | None:
    """Find the one nation that a text names and nothing else, None where it is not certain.

    Case does not matter here, for a text that is a name alone is no running sentence.
    """
    words = _ARTICLE.sub("", " ".join(text.replace("\u2019", "'").split()).strip(" .,;:*()"))
    if words.upper() in _CODES:
        return _CODES[words.upper()]
    return (
        _BY_NAME.get(words.casefold())
        or _BY_NAME.get(_government_of(words).casefold())
        or _turned(words)
        or _by_people(words)
    )


@lru_cache(maxsize=256)
def find_nations(text: str) -> tuple[NationFound, ...]:
    """List the nations named in a running text, in order, the longest name at each place.

    A name counts only with a capital, so that turkey and jordan, or "us", are none.
    """
    words = list(_WORD.finditer(text.replace("\u2019", "'")))
    found: list[NationFound] = []
    position = 0
    while position < len(words):
        length, nation = _at(text, words, position)
        if nation is None:
            position += 1
            continue
        last = words[position + length - 1]
        found.append(NationFound(nation, words[position].start(), last.end()))
        position += length
    return tuple(found)


_ARTICLE: Final = re.compile(
    r"^(?:(?:the|die|der|la|le|les|el|los|las|il|o|a)\s|l')", re.IGNORECASE
)
_GOVERNMENT: Final = re.compile(
    r"^(?:the )?(?:(?:government|republic|kingdom|state|federal republic|people|embassy|mission"
    r"|armed forces|ministry of (?:defen[cs]e|interior|health|foreign affairs)|regierung"
    r"|gouvernement|\u0443\u0440\u044f\u0434) (?:of|von|de|du|der) (?:the )?)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(
    r"U\.S\.A\.|U\.S\.|(?:[LlDd]|[Dd]ell|[Aa]ll|[Dd]all)(?='[^\W\d_a-z])"
    r"|[^\W\d_]+(?:-[^\W\d_]+)*(?:'[^\W\d_]+)?"
)
_LONGEST: Final = 6

_ORGANISATIONS: Final = """
EU|European Union|Europäische Union|Union européenne|Європейський Союз|ЄС|Avrupa Birliği|AB|E.U.
European Commission|EC|DG ECHO|ECHO|Europäische Kommission|Commission européenne|Єврокомісія
ERCC|Emergency Response Coordination Centre
UCPM|EU Civil Protection Mechanism|Union Civil Protection Mechanism|EUCPM
rescEU
NATO|North Atlantic Treaty Organization|North Atlantic Treaty Organisation|OTAN|НАТО
EADRCC|Euro-Atlantic Disaster Response Coordination Centre
NSPA|NATO Support and Procurement Agency|NAMSA
UN|United Nations|Vereinte Nationen|Nations Unies|ООН|Birleşmiş Milletler
UNHCR|UN Refugee Agency|HCR|УВКБ ООН
UNICEF|ЮНІСЕФ
WFP|World Food Programme|World Food Program|PAM
WHO|World Health Organization|World Health Organisation|OMS|ВООЗ|DSÖ
IOM|International Organization for Migration|OIM|МОМ
OCHA|UNOCHA|UN OCHA
UNDP|UN Development Programme|PNUD|ПРООН
UNFPA|UN Population Fund
FAO|Food and Agriculture Organization
UNOPS
IFRC|International Federation of Red Cross and Red Crescent Societies|FICR|МФЧХ
ICRC|International Committee of the Red Cross|CICR|IKRK|МКЧХ
MSF|Médecins Sans Frontières|Doctors Without Borders
IRC|International Rescue Committee
NRC|Norwegian Refugee Council
DRC-DK|Danish Refugee Council
Save the Children
Oxfam
CARE|CARE International
Caritas
World Vision
World Bank|Weltbank|Banque mondiale|Світовий банк
OSCE|OSZE|ОБСЄ
African Union
ASEAN
USAID
FCDO
AFAD
THW
MSB
Japan International Cooperation Agency|JICA
Turkish Red Crescent|Türk Kızılay|Kızılay
German Red Cross|Deutsches Rotes Kreuz|DRK
"""

_ECHO: Final = "european commission's humanitarian aid and civil protection department"

# Names that are also ordinary words, or other places; they count only as a whole text.
_NEVER_IN_TEXT: Final = frozenset(
    {"us", "ab", "ec", "un", "care", "pam", "oms", "hcr", "irc", "oim", "brd", "ksa", "ad", "thw"}
    | {
        "\u0642\u0637\u0631",
        "\u0627\u0644\u0645\u063a\u0631\u0628",
        "america",
        "tl",
        "echo",
        "fas",
        "inde",
        "hint",
        "man",
        "insel man",
        "peru",
        "мом",
    }
)
_IN_CAPITALS_ONLY: Final = frozenset({"US", "UN", "EC", "IRC", "THW", "CARE", "PAM", "OMS"})


def _tables() -> tuple[dict[str, Nation], dict[str, Nation]]:
    """Build names (casefolded) and codes of every nation."""
    by_name: dict[str, Nation] = {}
    codes: dict[str, Nation] = {}
    for row in " ".join(NAMES.split()).split("; "):
        code, _, names = row.partition("=")
        listed = names.split("|")
        nation = codes[code] = Nation(listed[0], code)
        for name in listed:
            by_name.setdefault(name.casefold(), nation)
            for form in _inflected(name):
                by_name.setdefault(form.casefold(), nation)
    for row in " ".join(ARABIC.split()).split("; "):
        code, _, names = row.partition("=")
        by_name |= dict.fromkeys(names.split("|"), codes[code])
    for row in " ".join(OTHER.replace("\n|", "|").split()).split("; "):
        code, _, names = row.partition("=")
        for name in names.split("|"):
            by_name.setdefault(name.casefold(), codes[code])
    for row in _ORGANISATIONS.strip().splitlines():
        listed = row.split("|")
        organisation = Nation(listed[0], "")
        for name in listed:
            by_name.setdefault(name.casefold(), organisation)
    by_name[_ECHO] = by_name["echo"]
    return by_name, codes


def _inflected(name: str) -> list[str]:
    """List the cases of a Ukrainian name of one word: in, of and to Germany."""
    if " " in name or not re.fullmatch(r"[\u0400-\u04ff'-]{4,}", name):
        return []
    if name.endswith("ія"):
        return [name[:-1] + ending for ending in ("ї", "ю", "єю")]
    if name.endswith("а"):
        stem = name[:-1]
        return [stem + ending for ending in ("и", "і", "у", "ою")] + (
            [stem[:-1] + "ці"] if stem.endswith("к") else []
        )
    return []


_BY_NAME, _CODES = _tables()
_FIRST_WORDS: Final = frozenset(re.split(r"[ ]", name)[0] for name in _BY_NAME)


_PEOPLES: Final = dict(
    pair.split("=")
    for pair in [
        "Albanian=ALB",
        "Australian=AUS",
        "Austrian=AUT",
        "Azerbaijani=AZE",
        "Belgian=BEL",
        "British=GBR",
        "Bulgarian=BGR",
        "Canadian=CAN",
        "Croatian=HRV",
        "Czech=CZE",
        "Danish=DNK",
        "Dutch=NLD",
        "Estonian=EST",
        "Finnish=FIN",
        "French=FRA",
        "Georgian=GEO",
        "German=DEU",
        "Greek=GRC",
        "Hungarian=HUN",
        "Icelandic=ISL",
        "Irish=IRL",
        "Israeli=ISR",
        "Italian=ITA",
        "Japanese=JPN",
        "Korean=KOR",
        "Latvian=LVA",
        "Lithuanian=LTU",
        "Luxembourgish=LUX",
        "Maltese=MLT",
        "Moldovan=MDA",
        "Norwegian=NOR",
        "Polish=POL",
        "Portuguese=PRT",
        "Romanian=ROU",
        "Serbian=SRB",
        "Slovak=SVK",
        "Slovenian=SVN",
        "Spanish=ESP",
        "Swedish=SWE",
        "Swiss=CHE",
        "Turkish=TUR",
        "American=USA",
        "Chinese=CHN",
        "Indian=IND",
        "Moroccan=MAR",
        "Libyan=LBY",
        "Syrian=SYR",
        "Pakistani=PAK",
    ]
)
# "The Danish government" is Denmark; "Danish butter" is butter.
_OFFICE: Final = re.compile(
    r"\s(?:(?:defen[cs]e|foreign|interior|prime|deputy|federal|acting|state)\s)*"
    r"(?:government|minist(?:er|ry)|armed forces|army|air force|authorities|president|chancellor"
    r"|parliament|embassy|ambassador|border service|civil protection|military (?:plane"
    r"|aircraft))\b",
    re.IGNORECASE,
)


def _government_of(words: str) -> str:
    return _ARTICLE.sub("", _GOVERNMENT.sub("", words))


_TURNED: Final = re.compile(
    r"(?P<name>[^,()]{2,40}?)(?:,\s*|\s*\()"
    r"(?P<form>the|(?:the )?(?:[^\W\d_]+['\u2019]?[^\W\d_]* ){1,4}"
    r"of(?: the)?)\)?",
    re.IGNORECASE,
)
_SHARED_NAMES: Final = frozenset({"korea", "congo"})


def _turned(words: str) -> Nation | None:
    """Read "Norway, Government of" and "Iran (Islamic Republic of)", as the UN's lists write them.

    Two Koreas and two Congos are told apart by their forms alone.
    """
    match = _TURNED.fullmatch(words)
    if match is None:
        return None
    name, form = match["name"].strip(), match["form"]
    whole = _BY_NAME.get(f"{form} {name}".casefold())
    if whole is not None or name.casefold() in _SHARED_NAMES:
        return whole
    is_form = form.casefold() == "the" or _GOVERNMENT.match(f"{form} {name}".casefold())
    if is_form or _FORM.match(form):
        return _BY_NAME.get(name.casefold()) or _BY_NAME.get(_government_of(name).casefold())
    return None


_FORM: Final = re.compile(
    r"(?:the )?(?:[^\W\d_]+ )?(?:republic|states?|kingdom|emirates|government|commonwealth) of",
    re.IGNORECASE,
)


def _by_people(words: str) -> Nation | None:
    """Read "Norwegian Government"."""
    people = words.partition(" ")[0]
    if people in _PEOPLES and _OFFICE.fullmatch(words, len(people)):
        return _CODES[_PEOPLES[people]]
    return None


def _at(text: str, words: list[re.Match[str]], position: int) -> tuple[int, Nation | None]:
    """Find the longest name that begins with a word, and how many words it has."""
    first = words[position][0]
    if first in _PEOPLES and _OFFICE.match(text, words[position].end()):
        return 1, _CODES[_PEOPLES[first]]
    if first[0].islower() and first != "rescEU":
        return 0, None
    bare = first.partition("'")[0]
    if first.casefold() not in _FIRST_WORDS and bare.casefold() not in _FIRST_WORDS:
        return 0, None
    for length in range(min(_LONGEST, len(words) - position), 0, -1):
        span = text[words[position].start() : words[position + length - 1].end()]
        key = " ".join(span.replace("\u2019", "'").split()).casefold()
        nation = _BY_NAME.get(key) or _BY_NAME.get(re.sub(r"'[^\W\d_]+$", "", key))
        if nation is None:
            continue
        if key in _NEVER_IN_TEXT and span not in _IN_CAPITALS_ONLY:
            continue
        return length, nation
    return 0, None
