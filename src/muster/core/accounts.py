"""The chart of accounts: every place where a unit can be, and every move between two of them.

Two sides are kept.  The supply side follows real units from the donor's offer to the recipient's
signature.  The need side follows what was asked: open, promised, on the way, received.  Each move
of one side that answers the other is posted in the same act, so both sides always agree.

A source stands for the world outside and may run negative: its outflow is what came in.  Every
other account is bounded: never more out than in.
"""

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """The kind of record an account belongs to.  The value is the column that points to it."""

    OFFER_LINE = "offer_line"
    REQUEST_LINE = "request_line"
    ALLOCATION = "allocation"
    MANIFEST_LINE = "manifest_line"
    ARRIVAL = "arrival"


class AccountKind(StrEnum):
    """Where units can be."""

    # Supply: an offer line
    SUPPLY_SOURCE = "supply_source"
    AVAILABLE = "available"
    WITHDRAWN = "withdrawn"
    NOT_TAKEN = "not_taken"
    # Supply: an allocation
    RESERVED = "reserved"
    ALLOCATED = "allocated"
    # Supply: a line of a manifest
    PACKED = "packed"
    IN_TRANSIT = "in_transit"
    AT_HUB = "at_hub"
    HANDED_OVER = "handed_over"
    GOOD = "good"
    DAMAGED = "damaged"
    MISSING = "missing"
    REJECTED = "rejected"
    LOST = "lost"
    EXTRA_SOURCE = "extra_source"
    EXTRA = "extra"
    # Supply: an unsolicited arrival
    UNSOLICITED_SOURCE = "unsolicited_source"
    QUARANTINE = "quarantine"
    REDIRECTED = "redirected"
    RETURNED = "returned"
    DISPOSED = "disposed"
    # Need: a request line
    NEED_SOURCE = "need_source"
    NEED_OVER = "need_over"
    NEED_OPEN = "need_open"
    NEED_RESERVED = "need_reserved"
    NEED_PROMISED = "need_promised"
    NEED_MOVING = "need_moving"
    NEED_RECEIVED = "need_received"
    NEED_WITHDRAWN = "need_withdrawn"


K = AccountKind

UNBOUNDED = frozenset(
    {K.SUPPLY_SOURCE, K.EXTRA_SOURCE, K.UNSOLICITED_SOURCE, K.NEED_SOURCE, K.NEED_OVER}
)

OWNERS: dict[AccountKind, Owner] = {
    **dict.fromkeys((K.SUPPLY_SOURCE, K.AVAILABLE, K.WITHDRAWN, K.NOT_TAKEN), Owner.OFFER_LINE),
    **dict.fromkeys((K.RESERVED, K.ALLOCATED), Owner.ALLOCATION),
    **dict.fromkeys(
        (
            *(K.PACKED, K.IN_TRANSIT, K.AT_HUB, K.HANDED_OVER),
            *(K.GOOD, K.DAMAGED, K.MISSING, K.REJECTED, K.LOST, K.EXTRA_SOURCE, K.EXTRA),
        ),
        Owner.MANIFEST_LINE,
    ),
    **dict.fromkeys(
        (K.UNSOLICITED_SOURCE, K.QUARANTINE, K.REDIRECTED, K.RETURNED, K.DISPOSED), Owner.ARRIVAL
    ),
    **dict.fromkeys(
        (
            *(K.NEED_SOURCE, K.NEED_OVER, K.NEED_OPEN, K.NEED_RESERVED),
            *(K.NEED_PROMISED, K.NEED_MOVING, K.NEED_RECEIVED, K.NEED_WITHDRAWN),
        ),
        Owner.REQUEST_LINE,
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """A permitted move of units, and what it is called."""

    before: AccountKind
    after: AccountKind
    name: str


MOVES: tuple[Move, ...] = (
    Move(K.SUPPLY_SOURCE, K.AVAILABLE, "offered"),
    Move(K.AVAILABLE, K.WITHDRAWN, "withdrawn by the donor"),
    Move(K.AVAILABLE, K.NOT_TAKEN, "not taken"),
    Move(K.NOT_TAKEN, K.AVAILABLE, "counted again, for it was no duplicate"),
    Move(K.AVAILABLE, K.RESERVED, "reserved for a proposal"),
    Move(K.RESERVED, K.AVAILABLE, "released"),
    Move(K.RESERVED, K.ALLOCATED, "allocated"),
    Move(K.ALLOCATED, K.AVAILABLE, "released"),
    Move(K.ALLOCATED, K.PACKED, "packed"),
    Move(K.PACKED, K.ALLOCATED, "unpacked"),
    Move(K.PACKED, K.IN_TRANSIT, "dispatched"),
    Move(K.IN_TRANSIT, K.AT_HUB, "arrived at a hub"),
    Move(K.AT_HUB, K.IN_TRANSIT, "left a hub"),
    Move(K.IN_TRANSIT, K.HANDED_OVER, "handed over"),
    Move(K.AT_HUB, K.HANDED_OVER, "handed over"),
    Move(K.IN_TRANSIT, K.LOST, "lost"),
    Move(K.AT_HUB, K.LOST, "lost"),
    Move(K.HANDED_OVER, K.GOOD, "received in good order"),
    Move(K.HANDED_OVER, K.DAMAGED, "received damaged"),
    Move(K.HANDED_OVER, K.MISSING, "missing on receipt"),
    Move(K.HANDED_OVER, K.REJECTED, "rejected on receipt"),
    Move(K.MISSING, K.GOOD, "found later"),
    Move(K.MISSING, K.DAMAGED, "found later, damaged"),
    Move(K.MISSING, K.REJECTED, "found later, rejected"),
    Move(K.GOOD, K.MISSING, "corrected to missing"),
    Move(K.GOOD, K.DAMAGED, "corrected to damaged"),
    Move(K.GOOD, K.REJECTED, "corrected to rejected"),
    Move(K.DAMAGED, K.GOOD, "corrected to good"),
    Move(K.DAMAGED, K.MISSING, "corrected to missing"),
    Move(K.DAMAGED, K.REJECTED, "corrected to rejected"),
    Move(K.REJECTED, K.GOOD, "corrected to good"),
    Move(K.REJECTED, K.DAMAGED, "corrected to damaged"),
    Move(K.REJECTED, K.MISSING, "corrected to missing"),
    Move(K.EXTRA_SOURCE, K.EXTRA, "received beyond the manifest"),
    Move(K.EXTRA, K.EXTRA_SOURCE, "corrected to not there"),
    Move(K.UNSOLICITED_SOURCE, K.QUARANTINE, "arrived unsolicited"),
    Move(K.QUARANTINE, K.AVAILABLE, "adopted"),
    Move(K.QUARANTINE, K.REDIRECTED, "redirected"),
    Move(K.QUARANTINE, K.RETURNED, "returned to the sender"),
    Move(K.QUARANTINE, K.DISPOSED, "disposed of"),
    Move(K.NEED_SOURCE, K.NEED_OPEN, "asked"),
    Move(K.NEED_OVER, K.NEED_OPEN, "accepted beyond what was asked"),
    Move(K.NEED_OPEN, K.NEED_WITHDRAWN, "no longer asked"),
    Move(K.NEED_WITHDRAWN, K.NEED_OPEN, "asked after all, by a correction"),
    Move(K.NEED_OPEN, K.NEED_RESERVED, "reserved by a proposal"),
    Move(K.NEED_RESERVED, K.NEED_OPEN, "open again"),
    Move(K.NEED_RESERVED, K.NEED_PROMISED, "promised"),
    Move(K.NEED_PROMISED, K.NEED_OPEN, "open again"),
    Move(K.NEED_PROMISED, K.NEED_MOVING, "on its way"),
    Move(K.NEED_MOVING, K.NEED_RECEIVED, "received"),
    Move(K.NEED_MOVING, K.NEED_OPEN, "open again"),
    Move(K.NEED_RECEIVED, K.NEED_OPEN, "open again by a correction"),
    Move(K.NEED_OPEN, K.NEED_RECEIVED, "received by a correction"),
)
