"""A message in hand, and what came of it: what the verbs of messages take and give."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from muster.core.actors import Act
from muster.core.exchange import DraftLine, Place
from muster.core.messages import Message, ResourceEntry
from muster.core.refusals import EntryUnknown, MessageUnclear
from muster.queries.messages import Referred, entry_of
from muster.queries.visibility import visible
from muster.records.models import Consignment, ImportBatch, Operation
from muster.records.models.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A message that is to be acted on, with what its ids refer to."""

    act: Act
    operation: Operation
    message: Message
    place: Place
    lines: tuple[DraftLine, ...]
    """One for each entry, in their order."""
    earlier: Referred | None = None
    """What it answers."""
    recalled: Referred | None = None
    """What it takes the place of, or cancels."""

    def part(self, name: str, reason: str = "") -> Act:
        """Make the act of a part of what it asks for."""
        return replace(self.act.part(name), reason=reason or self.act.reason)

    def unclear(self, why: str, line: DraftLine | None = None) -> MessageUnclear:
        """Make the refusal of what cannot be understood here."""
        place = self.place if line is None else line.place
        return MessageUnclear(place=place.text, why=why)

    def target(self, element_id: str, line: DraftLine) -> Record:
        """Find what an entry of the message before stands for.

        Raises:
            EntryUnknown: that message has no such entry.
            MessageUnclear: no message before is named, or its entries wait for a person.
        """
        if self.earlier is None:
            raise self.unclear("it answers an entry, and names no message that has it", line)
        row = self.earlier.row
        if row is not None and row.batch is not None and row.batch.stage in {"kept", "read"}:
            why = f"the message before waits in the import {row.batch_id}; settle that first"
            raise self.unclear(why, line)
        found = entry_of(self.earlier, element_id.strip())
        if found is None:
            name = self.earlier.message_id
            raise EntryUnknown(place=line.place.text, entry=element_id, name=name)
        return found

    def consignment(self) -> Consignment | None:
        """Find the one consignment that the OrderIDs of all entries name.

        Raises:
            MessageUnclear: they name several.
        """
        orders = {
            entry.assignment.order_id.strip()
            for entry in self.message.entries
            if entry.assignment is not None and entry.assignment.order_id
        }
        if len(orders) > 1:
            raise self.unclear("its entries name several consignments; send a message for each")
        seen = visible(Consignment, self.act.actor, self.act.now.date())
        return seen.filter(operation=self.operation, reference__in=orders).first()

    def pairs(self) -> list[tuple[ResourceEntry, DraftLine]]:
        """Put each entry beside its line."""
        return list(zip(self.message.entries, self.lines, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """What was done with one entry."""

    element_id: str
    subject: str = ""
    """The table and key of the record that it became, or will become."""
    key: UUID | None = None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a message."""

    said: str
    record: Record | None = None
    """What it made."""
    batch: ImportBatch | None = None
    """Where its entries wait for a person."""
    entries: tuple[Did, ...] = field(default=())


def table_of(record: Record) -> str:
    """Name the table of a record."""
    return record._meta.db_table
