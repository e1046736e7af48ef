"""The word that scales a number: "4.7 million", "2 tys.", "15 bin"."""

import re
from dataclasses import dataclass

from muster.core.intake.mention_patterns import ROMANCE, SCALE, SCALE_NAMES


@dataclass(frozen=True, slots=True)
class Scale:
    """The English word that scales, with a blank before it, and where it ends in the text."""

    word: str
    end: int


def read_scale(text: str, at: int, *, money: bool = False) -> Scale:
    """Read "million" and its kin after a number; "m" is a million of money alone."""
    match = SCALE.match(text, at)
    if match is None or (match["scale"] is None and match["short"] is None):
        return Scale("", at)
    name = (match["scale"] or match["short"]).casefold().rstrip(".")
    if (name == "m" and not money) or (name == "mil" and _is_thickness(text, match.end())):
        # "6 mil sheeting" is so thick; "15 mil mantas" are thousands.
        return Scale("", at)
    name = "million" if name == "m" else SCALE_NAMES.get(name, name)
    name = "million" if name.startswith(_MILLIONS) else name
    return Scale(f" {name}", match.end())


def _is_thickness(text: str, at: int) -> bool:
    return not (_MANY_OF.match(text, at) or ROMANCE.search(text))


_MANY_OF = re.compile(r"\s(?:de\s|[^\W\d_]{2,}[aeo]s\b)", re.IGNORECASE)
_MILLIONS = ("мільйон", "milion", "millon", "millón", "milhã", "milhõ", "milioa", "miljoen")
