"""The lines of a form that has as many as one likes: read, added, taken away, refused in place.

The fields of line 3 are called "item-3", "amount-3" and so on.  A line in which nothing was typed
is left out, so the third line of the form may be the second of the request.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest

from muster.core.quantities.units import MEASURES
from muster.core.refusals import ItemUnknown, Refusal
from muster.queries.amounts import Typed
from muster.queries.operations import ItemChoice, item_code
from muster.queries.register import find_item
from muster.web.deeds import text_in, unit_options

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a form: its number, what stands in its fields, and the units to choose from."""

    number: int
    values: Mapping[str, str]
    units: Sequence[tuple[str, str]]
    item: str

    @property
    def quantity(self) -> Typed:
        """The amount and the unit as they were typed."""
        return Typed(self.values["amount"], self.values["unit"])


def blank(
    fields: Iterable[str], *, number: int = 1, choices: Sequence[ItemChoice] = (), **values: str
) -> Row:
    """Make a line to be filled in, with some of it filled in already."""
    return _row(number, {name: values.get(name, "") for name in fields}, choices)


def rows_in(request: HttpRequest, fresh: Row, choices: Sequence[ItemChoice]) -> list[Row]:
    """Read the lines that were sent, as they were typed, after the wish to add or remove one.

    Args:
        request: the form that was sent.
        fresh: what an added line looks like; its fields are those of every line.
        choices: the catalogue.
    """
    fields = list(fresh.values)
    wish = text_in(request, "do")
    numbers = [
        number
        for number in range(1, MOST_LINES + 1)
        if f"item-{number}" in request.POST and wish != f"remove-{number}"
    ]
    rows = [
        _row(number, {name: text_in(request, f"{name}-{number}") for name in fields}, choices)
        for number in numbers
    ]
    if (wish == "add" and len(rows) < MOST_LINES) or not rows:
        rows.append(replace(fresh, number=max(numbers, default=0) + 1))
    return rows


def filled(rows: Iterable[Row]) -> list[Row]:
    """Keep the lines in which something was typed."""
    return [row for row in rows if any(row.values[name] for name in ("item", "amount"))]


def only_redraws(request: HttpRequest) -> bool:
    """Say whether the form was sent to change its lines, and not to do the deed."""
    wish = text_in(request, "do")
    return wish in {"add", "again"} or wish.startswith("remove-")


def errors_in(refusal: Refusal, rows: Sequence[Row]) -> dict[str, Refusal]:
    """Put a refusal beside its field: "lines.2.amount" is in the second line filled in."""
    word, _, rest = (refusal.at or "").partition(".")
    if word != "lines":
        return {refusal.at or "": refusal}
    position, _, name = rest.partition(".")
    number = rows[int(position) - 1].number
    return {f"{name or 'item'}-{number}": refusal}


def _row(number: int, values: dict[str, str], choices: Sequence[ItemChoice]) -> Row:
    code = item_code(values["item"], choices) if values["item"] else ""
    try:
        units = unit_options(find_item(code)) if code else _ANY_UNIT
    except ItemUnknown:
        units = _ANY_UNIT
    return Row(number, values, units, code)


_ANY_UNIT = [
    ("", "the item's own unit"),
    *((measure.code, measure.plural) for measure in MEASURES.values()),
]
