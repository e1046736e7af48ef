"""Pledges: announcements of goods or money, and what their dated events make of them.

A pledge is counted apart from what is allocated and delivered.  What became of goods is read from
the ledger of the offer lines that they turned into; what became of money is told by events.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from muster.core.refusals import Kind, Refusal


class PledgeOfNothing(Refusal, field="lines"):
    """A pledge of nothing is no pledge: name at least one thing or sum of money, above zero."""


class SharesOff(Refusal, field="parties"):
    """The shares of a joint pledge add up to {total} %, not 100; give all of them, or none."""


class PartiesUnclear(Refusal, field="parties"):
    """The parties of the pledge are not clear: {why}."""


class PledgeEnded(Refusal, kind=Kind.CONFLICT):
    """{what} was withdrawn; announce it anew if it holds again."""


class MoreThanPledged(Refusal, kind=Kind.CONFLICT, field="amount"):
    """That is more than what is left of what was announced; nothing was recorded."""


class FormMismatch(Refusal, kind=Kind.CONFLICT):
    """{what} is pledged as {form}; it cannot be {event}."""


class PledgedTwice(Refusal, kind=Kind.CONFLICT, field="offer_line"):
    """This offer line is what became of a pledge already; one gift keeps one pledge."""


class FundedTwice(Refusal, kind=Kind.CONFLICT, field="goods"):
    """This money is said to fund goods already; take that back first."""


class TiedAlready(Refusal, kind=Kind.CONFLICT, field="coalition"):
    """This pledge is tied to a coalition already; take that back first."""


class NotACoalition(Refusal, field="coalition"):
    """{party} is no capability coalition."""


class YearsUnreadable(Refusal, field="years"):
    """The years "{text}" cannot be read; write 2025, or 2025-2027."""


class CurrencyUnclear(Refusal, field="currency"):
    """The currency of "{text}" is not clear; write its code of three letters, such as EUR."""


class Form(StrEnum):
    """What is pledged: goods by their number, money, or goods by their worth alone."""

    GOODS = "goods"
    MONEY = "money"
    WORTH = "worth"


METHODS: dict[Form, str] = {
    Form.GOODS: "counted in units of the item",
    Form.MONEY: "money, nominal, as announced",
    Form.WORTH: "worth of goods, as their donor says",
}
"""How the figure of each form came about; figures of two methods are never summed."""


class PartyRole(StrEnum):
    """What a party is to a pledge: four roles that may be four parties; the gift counts once."""

    DONOR = "donor"
    FUNDER = "funder"
    SUPPLIER = "supplier"
    CARRIER = "carrier"


class Event(StrEnum):
    """What can be told of a line of a pledge."""

    ANNOUNCE = "announce"
    COMMIT = "commit"
    REDUCE = "reduce"
    WITHDRAW = "withdraw"
    ALLOCATE = "allocate"
    DISBURSE = "disburse"


EVENTS_OF: dict[Form, tuple[Event, ...]] = {
    Form.GOODS: (Event.COMMIT, Event.REDUCE, Event.WITHDRAW),
    Form.MONEY: (Event.COMMIT, Event.ALLOCATE, Event.DISBURSE, Event.REDUCE, Event.WITHDRAW),
    Form.WORTH: (Event.COMMIT, Event.ALLOCATE, Event.REDUCE, Event.WITHDRAW),
}
"""What a person may tell of each form.  Goods are allocated and delivered by the ledger alone."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event: what, how much (None where no amount is known), and on which day."""

    event: Event
    amount: Decimal | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a line of a pledge has come to.  Each figure holds all that follow it.

    Args:
        announced: what was announced at first; None where no amount was.
        reduced: what was taken off since, by a reduction or a withdrawal.
        committed: what its donor has bound itself to.
        allocated: what is promised to a need (goods), or earmarked for a purpose (money).
        dispatched: goods that have left.
        received: goods that were counted as good and signed for, or money that was paid.
        withdrawn: whether its donor took back what was left.
    """

    announced: Decimal | None
    reduced: Decimal = Decimal(0)
    committed: Decimal = Decimal(0)
    allocated: Decimal = Decimal(0)
    dispatched: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    withdrawn: bool = False

    @property
    def stands(self) -> Decimal | None:
        """What is left of the announcement; None where no amount was announced."""
        return None if self.announced is None else self.announced - self.reduced

    @property
    def waiting(self) -> Decimal:
        """What stands and has not become anything yet."""
        if self.stands is None or self.withdrawn:
            return Decimal(0)
        return max(self.stands - self.allocated, Decimal(0))

    @property
    def idle(self) -> bool:
        """Whether nothing has come of it so far, though it still stands."""
        return not self.withdrawn and self.allocated == 0 and self.stands != 0


def course_of(events: Iterable[Told]) -> Course:
    """Derive the course from events, in the order in which they were told.

    A later step holds the earlier ones: money that was paid was committed, whoever forgot to say.
    """
    course = Course(announced=None)
    for told in events:
        course = _after(course, told)
    return course


def _after(course: Course, told: Told) -> Course:
    amount = told.amount or Decimal(0)
    match told.event:
        case Event.ANNOUNCE:
            return replace(course, announced=told.amount)
        case Event.COMMIT:
            return replace(course, committed=course.committed + amount)
        case Event.ALLOCATE:
            allocated = course.allocated + amount
            return replace(course, allocated=allocated, committed=max(course.committed, allocated))
        case Event.DISBURSE:
            received = course.received + amount
            allocated = max(course.allocated, received)
            committed = max(course.committed, allocated)
            return replace(course, received=received, allocated=allocated, committed=committed)
        case Event.REDUCE | Event.WITHDRAW:
            reduced = course.reduced + amount
            stands = None if course.announced is None else course.announced - reduced
            committed = course.committed if stands is None else min(course.committed, stands)
            ended = course.withdrawn or told.event is Event.WITHDRAW
            return replace(course, reduced=reduced, committed=committed, withdrawn=ended)


def pledge_stage(course: Course, form: Form) -> str:
    """Derive the stage of a line from its course, the furthest that holds; never typed in."""
    ends = "disbursed" if form is Form.MONEY else "delivered"
    stands = course.stands
    whole = stands if stands is not None else course.committed
    furthest = (
        (course.withdrawn and course.allocated == 0, "withdrawn"),
        (course.received > 0 and course.received >= whole, ends),
        (course.received > 0, f"partly_{ends}"),
        (course.dispatched > 0, "dispatched"),
        (course.allocated > 0 and course.allocated >= whole, "allocated"),
        (course.allocated > 0, "partly_allocated"),
        (course.committed > 0 and course.committed >= whole, "committed"),
        (course.committed > 0, "partly_committed"),
        (course.reduced > 0, "reduced"),
    )
    return next((stage for holds, stage in furthest if holds), "announced")


PLEDGE_STAGES = (
    *("announced", "reduced", "partly_committed", "committed", "partly_allocated", "allocated"),
    *("dispatched", "partly_delivered", "delivered", "partly_disbursed", "disbursed", "withdrawn"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """A party of a pledge in one role; its share in percent, where it was stated."""

    party: str
    role: PartyRole
    percent: Decimal | None = None


_WHOLE = Decimal(100)


def parties_forbid(shares: Sequence[Share]) -> Refusal | None:
    """Say what is wrong with the parties of a pledge, or None.

    It has a donor; nobody stands in one role twice; shares are of donors, all of them or none.
    """
    donors = [share for share in shares if share.role is PartyRole.DONOR]
    if not donors:
        return PartiesUnclear(why="it names at least one donor")
    named = [(share.party, share.role) for share in shares]
    for party, role in named:
        if named.count((party, role)) > 1:
            return PartiesUnclear(why=f"{party} is named twice as {role}")
    if any(share.percent is not None for share in shares if share.role is not PartyRole.DONOR):
        return PartiesUnclear(why="only donors have shares")
    stated = [share.percent for share in donors if share.percent is not None]
    if not stated:
        return None
    total = sum(stated)
    if len(stated) < len(donors) or total != _WHOLE or min(stated) <= 0:
        return SharesOff(total=f"{total:f}")
    return None


@dataclass(frozen=True, slots=True)
class Step:
    """What has to be done next for a pledge, and by whom: "donor", "centre", "recipient"."""

    by: str
    what: str


def next_step(course: Course, form: Form, *, offered: bool) -> Step | None:
    """Say what is owed next, or None where all is done or was withdrawn.

    Args:
        course: how far it has come.
        form: what was pledged.
        offered: whether goods have become an offer line already.
    """
    if course.withdrawn and course.received >= course.allocated:
        return None
    goods = form is Form.GOODS
    steps = (
        (course.announced is None and course.committed == 0, Step("donor", "say how much")),
        (goods and course.received < course.dispatched, Step("recipient", "count and sign")),
        (goods and course.dispatched < course.allocated, Step("donor", "send what is allocated")),
        (goods and offered and course.waiting > 0, Step("centre", "match the offer with a need")),
        (goods and course.waiting > 0, Step("donor", "make an offer of it: which, where, when")),
        (course.waiting > 0 and course.committed == 0, Step("donor", "commit in writing")),
        (course.waiting > 0, Step("donor", "say what the money is for")),
        (form is Form.MONEY and course.received < course.allocated, Step("donor", "pay")),
    )
    return next((step for holds, step in steps if holds), None)
