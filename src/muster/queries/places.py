"""Places as people write them in a line, and which place of the transport net is meant."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from muster.core.intake.wording import normalised
from muster.core.planning.net import Net
from muster.records.models import Operation, OperationRecipient, Place

# How many readings are listed before the rest is only counted.
_LISTED = 5


@dataclass
class PlaceWords:
    """Reads words for places; remembers what it read otherwise than as a code or a whole name.

    Args:
        codes: the places of the net, by their codes and whole names as they are compared.
        names: code and name of each.
    """

    codes: dict[str, str]
    names: dict[str, str]
    _read: dict[str, str] = field(default_factory=dict)
    _unclear: dict[str, list[str]] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """Give the code of the place that is meant; empty if none, or if more than one could be."""
        wanted = normalised(text)
        if not wanted or wanted in self.codes:
            return self.codes.get(wanted, "")
        begins = [
            code
            for code, name in sorted(self.names.items())
            if f"{normalised(name)} ".startswith(f"{wanted} ")
        ]
        if len(begins) == 1:
            self._read[text] = self.names[begins[0]]
            return begins[0]
        if begins:
            self._unclear[text] = [self.names[code] for code in begins]
        return ""

    def notes(self) -> tuple[str, ...]:
        """Say what was read how, and what could not be."""
        read = [f'"{text}" is read as {name}.' for text, name in sorted(self._read.items())]
        unclear = [
            f'"{text}" could be {" or ".join(names)}; write the place\'s code in the line.'
            for text, names in sorted(self._unclear.items())
        ]
        found = [*unclear, *read]
        rest = len(found) - _LISTED
        more = [f"{rest} more places are read so."] if rest > 0 else []
        return (*found[:_LISTED], *more)


def words_of(net: Net) -> PlaceWords:
    """Know the places that the net leads from or to."""
    used = {leg.start for leg in net.legs} | {leg.end for leg in net.legs}
    found = list(Place.objects.filter(pk__in=used))
    codes = {normalised(place.code): place.code for place in found}
    # A name that two places share names neither.
    shared = _twice(normalised(place.name) for place in found)
    codes |= {key: place.code for place in found if (key := normalised(place.name)) not in shared}
    return PlaceWords(codes, {place.code: place.name for place in found})


def entries_of(operation: Operation) -> dict[str, str]:
    """Give the place where goods enter each nation that is helped, where one is named."""
    found = OperationRecipient.objects.filter(operation=operation, point_of_entry__isnull=False)
    return {link.party_id: str(link.point_of_entry_id) for link in found}


def _twice(names: Iterable[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count > 1}
