"""Amounts in the words of an item, or read with their help, in a row of a table."""

import re

from muster.core.exchange import Stated, Weight
from muster.core.intake.phrases import Phrase, read_phrase
from muster.core.intake.quantity_cells import QuantityRead, read_quantity
from muster.core.intake.quantity_doubts import LARGEST
from muster.core.quantities.amounts import QuantityKind
from muster.core.quantities.numbers import Convention


def leads(item: str, phrase: Phrase) -> bool:
    """Say whether the amount stands before the item: "20 pumps", but not "kettle, 5.7 l".

    In a table with other columns a number behind a name is the size or the type of the thing.
    """
    start = phrase.span[0]
    return (
        item[:1].isdigit() if phrase.span == (0, 0) else _BEFORE.fullmatch(item[:start]) is not None
    )


_BEFORE = re.compile(
    r"(?:\W|up to|about|approx\w*|at least|more than|some|nearly|almost|additional(?:ly)?|updated?"
    r"|further|extra|bis zu|ca|etwa"
    r"|mindestens|jusqu'à|environ|до|близько|понад|en fazla|yaklaşık)*",
    re.IGNORECASE,
)


def beside_item(amount: str, item: str, convention: Convention | None) -> QuantityRead | None:
    """Read an amount without a unit as it would stand in a sentence: "1,200 masks".

    A thing that is counted comes whole; a stuff ("1,200 diesel") may come in tonnes.
    """
    if _STUFF.search(item):
        return None
    phrase = read_phrase(f"{amount} {item}", convention)
    if phrase.quantity.kind is not QuantityKind.EXACT or phrase.quantity.unit:
        return None
    doubts = [issue for issue in phrase.issues if issue.weight is not Weight.NOTE]
    return None if doubts else QuantityRead(phrase.quantity, phrase.issues)


_STUFF = re.compile(
    r"\b(?:diesel|petrol|gasoline|kerosene|fuel|oil|water|oxygen|gas|rice|flour|wheat|sugar|salt"
    r"|cement"
    r"|sand|gravel|food|milk|grain|coal|wood|timber|cable|rope|pipe|fabric|cloth|plastic|seed"
    r"|fertili[sz]er"
    r"|chlorine|lubricant|antifreeze|benzin|kraftstoff|wasser|mehl|reis|holz|carburant|gazole"
    r"|essence|eau|farine"
    r"|riz|huile|паливо|дизел\w*|бензин|вода|води|борошно|рис|yakıt|su|mazot|un|pirinç|agua"
    r"|arroz|harina"
    r"|combustible|cash|money|funds?|usd|eur)\b",
    re.IGNORECASE,
)


def limited(read: QuantityRead) -> QuantityRead:
    """Hold an amount that was found in words to the limits of one in a cell."""
    ends = [end for end in (read.stated.low, read.stated.high) if end is not None]
    if any(end > LARGEST for end in ends):
        checked = read_quantity(f"{max(ends):f}", "", None)
        return QuantityRead(Stated(unit_text=read.stated.unit_text), checked.issues)
    return read
