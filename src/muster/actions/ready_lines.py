"""A line of a list that is ready to be stored, as its writers see it."""

from datetime import date
from typing import NamedTuple

from muster.core.intake.drafts import Data
from muster.core.quantities.amounts import Per, Quantity, QuantityKind


class Ready(NamedTuple):
    """A line that will be stored, as far as its record needs it."""

    number: int
    place: str
    item_text: str
    draft: Data
    item: str
    party: str
    quantity_kind: str
    low: int | None
    high: int | None
    per: str
    typed_amount: str
    typed_unit: str
    status: str

    @property
    def quantity(self) -> Quantity:
        """How much it is, in smallest units of its item."""
        per = Per(self.per) if self.per else None
        return Quantity(QuantityKind(self.quantity_kind), self.low, self.high, per)

    def day(self, name: str) -> date | None:
        """One of the days that its draft says."""
        said = self.draft.get(name)
        return date.fromisoformat(said) if said else None
