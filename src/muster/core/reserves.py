"""The reserve floor: what a nation keeps at home of an item, whatever it is asked for.

Only the nation itself reads a figure of it.  Whoever else runs into the floor learns that something
is held back, and no number.
"""

from dataclasses import dataclass
from datetime import datetime

from muster.core.refusals import Kind, Refusal


class BelowTheFloor(Refusal, kind=Kind.CONFLICT, field="amount"):
    """{amount} of {item} would eat into the reserve of {party}: {spare} can be spared.

    It held {holds} at the count of {counted_at}, of which {given} are given or offered already, and
    keeps {floor} at home. Offer less, or lower the floor.
    """


class HeldBack(Refusal, kind=Kind.CONFLICT, field="amount"):
    """A part of this is held back as a national reserve; ask the donor itself for less, or why."""


class NothingCounted(Refusal, field="holds"):
    """{party} has no count of {item} yet; say what it holds at home, and then the floor."""


class CountBeforeTheLast(Refusal, kind=Kind.CONFLICT, field="since"):
    """A word on {item} from {since} is there already; a new one is not dated before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What a nation holds, keeps and has promised of one item, in the item's smallest unit.

    Args:
        holds: what was at home at the count.
        floor: the least that stays at home.
        counted_at: when it was counted.
        promised: given since the count, or promised to a need and still at home.
        on_offer: offered to anyone who needs it, and not promised yet.
    """

    holds: int
    floor: int
    counted_at: datetime
    promised: int
    on_offer: int

    @property
    def spare(self) -> int:
        """What may still be promised of what is on offer, or 0."""
        return max(0, self.holds - self.floor - self.promised)

    @property
    def headroom(self) -> int:
        """What may still be offered, beyond what is on offer already; or 0."""
        return max(0, self.holds - self.floor - self.promised - self.on_offer)

    @property
    def short(self) -> int:
        """How far what is promised reaches below the floor, or 0."""
        return max(0, self.promised - (self.holds - self.floor))

    @property
    def held_back(self) -> int:
        """How much of what is on offer is held back, because it would eat into the floor."""
        return max(0, self.on_offer - self.spare)
