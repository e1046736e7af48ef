"""What units of items weigh and take of the room, and what had to be assumed for that."""

from muster.core.planning.loads import Carried, carried
from muster.core.planning.net import Load, Net
from muster.records.models import Item

# How many assumptions are listed before the rest is only counted.
_LISTED = 12


class Loads:
    """What units of items take of the room, and what had to be assumed for that."""

    def __init__(self, net: Net) -> None:
        self._limited = any(limit is not None for leg in net.legs for limit in leg.room.limits)
        self._loads: dict[str, Load] = {}
        self._assumed: list[tuple[int, str]] = []
        self.unweighed: set[str] = set()
        """The codes of the items whose weight is not known."""

    def of(self, item: Item) -> Load:
        """Say what one unit of the item takes; nothing is asked where no leg is limited."""
        if not self._limited:
            return Load()
        if item.pk not in self._loads:
            found = _carried(item)
            self._loads[item.pk] = found.load
            if not found.weighed:
                self.unweighed.add(item.pk)
            self._assumed += [(-found.load.grams, found.assumed)] if found.assumed else []
        return self._loads[item.pk]

    def notes(self) -> tuple[str, ...]:
        """List what was assumed."""
        rest = len(self._assumed) - _LISTED
        told_last = f"Of {rest} more items the weight is not known or the volume is assumed."
        more = (told_last,) if rest > 0 else ()
        # What has no weight comes first, then the heaviest: they are what a crossing is filled by.
        told = sorted(self._assumed, key=lambda each: (each[0] < 0, *each))
        return (*(sentence for _, sentence in told[:_LISTED]), *more)


def grams_of(item: Item) -> int:
    """Say what one unit weighs; 0 where that is not known."""
    return _carried(item).load.grams


def _carried(item: Item) -> Carried:
    return carried(
        name=item.name,
        category=item.category,
        unit=item.unit,
        mass_g=item.mass_g,
        volume_ml=item.volume_ml,
    )
