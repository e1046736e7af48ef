"""Whether a number before a unit is an amount of a stuff or the size of a thing."""

import re
from typing import Final

from muster.core.intake.unit_words import Sort, UnitWord


def is_capacity(unit: UnitWord, word: str, nouns: list[str]) -> bool:
    """Say whether "10 man tents" or "50 bed hospital" may size the thing, not count it."""
    if unit.sort is not Sort.PEOPLE or not nouns:
        return False
    if word.casefold() == "bed":
        return nouns[-1].casefold().rstrip("s") in {
            "hospital",
            "clinic",
            "ward",
            "unit",
            "facility",
        }
    return word.casefold() in {"person", "man", "seat", "patient"}


def is_part_of_name(unit: UnitWord, word: str) -> bool:
    """Say whether a word of a unit belongs to the name of the thing after it."""
    return unit.sort is Sort.PEOPLE or word.casefold() in _SINGULAR_PACKS


_SINGULAR_PACKS: Final = frozenset(
    {"box", "carton", "pallet", "pack", "packet", "package", "bag", "sack", "bottle", "vial", "kit"}
    | {"cylinder", "roll", "ream", "case", "crate", "drum", "barrel", "can", "tin", "jerrycan"}
    | {"container", "bundle", "bale", "tablet", "capsule", "parcel", "ampoule"}
)
"""English names a thing by the singular, "500 box cutters"; Turkish counts "40 kutu" so."""


CALIBRES: Final = frozenset(
    {"100", "105", "107", "115", "120", "122", "125", "130", "152", "155", "203", "220", "227"}
)


SINGULAR: Final = {
    "litre",
    "liter",
    "ton",
    "tonne",
    "metre",
    "meter",
    "kilogram",
    "gram",
    "cubic metre",
}


THINGS: Final = re.compile(
    r"(?:tank|truck|crane|can|container|bag|sack|cylinder|bottle|canister|trailer|vehicle|excavator"
    r"|dozer|loader|lift|lorry|lorries|generator|tent|boat|bridge|pump|stove|bladder|reservoir|drum"
    r"|barrel|bucket|car|van|bus|buses|ladder|winch|jack|bomb|tower|pallet|helicopter|aircraft"
    r"|cistern|tanker|compactor|roller|unit|box|boxes|kit|mast|pool|tarpaulin)s?$",
    re.IGNORECASE,
)


STUFFS: Final = re.compile(
    r"(?:supplies|goods|foodstuffs?|provisions|medicines|medicaments|drugs|vegetables|potatoes"
    r"|products|materials|items|clothes|pulses|beans|lentils|oats|fuels?|chemicals|explosives"
    r"|disinfectants|parcels|rations|donations|cable|hose|rope|wire|fence|fencing|pipe|pipeline"
    r"|sheeting|fabric|tape|netting|road|chain|aid|assistance|equipment|food|water|oil|rice|sugar)$",
    re.IGNORECASE,
)


_NOUNS: Final = re.compile(r"\s{0,2}((?:[^\W\d_][\w'-]{0,30})(?:\s[^\W\d_][\w'-]{0,30}){0,4})")


_BREAKS: Final = re.compile(
    r"\s(?:for|with|and|to|in|from|of|per|at|by|on|or|was|were|is|are|including|each|a|für|pour|для)"
    r"\s.*",
    re.IGNORECASE,
)


_NO_NOUN: Final = re.compile(
    r"(?:for|with|and|to|in|from|of|per|at|by|on|or|was|were|is|are|à|je|zu|po|each|a|daily|weekly|monthly|diari[oa]s?|diarie"
    r"|total|only|maximum|minimum|für|pour|для)\b",
    re.IGNORECASE,
)


def noun_after(text: str, at: int) -> list[str]:
    """List the words of the thing that is named directly after a unit, if one is."""
    match = _NOUNS.match(text, at)
    if match is None or _NO_NOUN.match(match[1]):
        return []
    return _BREAKS.sub("", match[1] + " ").split()
