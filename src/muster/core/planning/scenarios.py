"""What if: changes to a situation that touch nothing that is stored.

A scenario is a list of changes.  Each is checked by itself and against the others, so that a
scenario never says two things of one matter.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from muster.core.matching import Asked, Given
from muster.core.planning.net import Leg, Room
from muster.core.planning.problem import Need, Offer
from muster.core.planning.situation import Situation
from muster.core.planning.terms import ConsentState
from muster.core.refusals import (
    AmountNotPositive,
    ChoiceUnknown,
    DatesOutOfOrder,
    Kind,
    Refusal,
    TextMissing,
)

MOST_CHANGES = 100
MOST_DAYS_LATE = 365
_CLASSES = 3
_G_PER_KG, _ML_PER_M3 = 1_000, 1_000_000


class ScenarioContradicts(Refusal, kind=Kind.CONFLICT, field="changes"):
    """The scenario contradicts itself: {what} is changed twice ({one}; {other})."""


class ScenarioEmpty(Refusal, field="changes"):
    """The scenario changes nothing; say at least one thing that is otherwise."""


class ScenarioTooLong(Refusal, field="changes"):
    """The scenario has {count} changes; {most} are kept at most."""


class DelayUnlikely(Refusal, field="days"):
    """A delay is 1 to 365 days; {days} were given."""


class What(StrEnum):
    """What is otherwise.

    LEG_CLOSED: nothing departs on a leg from `first` to `last`.
    LEG_ROOM: a leg carries `kg` and `m3` in each week, None for no limit.
    OFFER_LATE, DONOR_LATE: an offer, or all that a donor gives, is ready `days` later.
    CONSENT_GIVEN, CONSENT_REFUSED: a nation of origin lets its goods pass, or does not.
    NEED_PRIORITY: a need is of another class.
    NEED_AMOUNT, OFFER_AMOUNT: so much is open, or free.
    NEED_ADDED, OFFER_ADDED: something is asked, or given, that is not written down.
    """

    LEG_CLOSED = "leg_closed"
    LEG_ROOM = "leg_room"
    OFFER_LATE = "offer_late"
    DONOR_LATE = "donor_late"
    CONSENT_GIVEN = "consent_given"
    CONSENT_REFUSED = "consent_refused"
    NEED_PRIORITY = "need_priority"
    NEED_AMOUNT = "need_amount"
    OFFER_AMOUNT = "offer_amount"
    NEED_ADDED = "need_added"
    OFFER_ADDED = "offer_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is otherwise; which fields count is said by `What`.

    Args:
        what: of which kind it is.
        subject: the code of the leg, the id of the line, or the code of the party or item.
        first: the first closed day; of something added, when it is ready or needed.
        last: the last closed day.
        days: of a delay.
        amount: in the item's smallest unit.
        priority: the class, 1 to 3.
        kg: room in a week.
        m3: likewise.
        party: who asks for, or gives, what is added.
        place: where that is.
        said: the same as a sentence; filled in when the scenario is kept.
    """

    what: What
    subject: str
    first: date | None = None
    last: date | None = None
    days: int | None = None
    amount: int | None = None
    priority: int | None = None
    kg: int | None = None
    m3: int | None = None
    party: str = ""
    place: str = ""
    said: str = ""

    @property
    def matter(self) -> tuple[str, str]:
        """What it is about: two changes of one matter contradict each other."""
        kind = {
            What.CONSENT_GIVEN: "consent",
            What.CONSENT_REFUSED: "consent",
            What.LEG_CLOSED: f"closed {self.first} {self.last}",
        }.get(self.what, self.what.value)
        return kind, self.subject


_ADDED = frozenset({What.NEED_ADDED, What.OFFER_ADDED})
_AMOUNTS = _ADDED | {What.NEED_AMOUNT, What.OFFER_AMOUNT}
_LATE = frozenset({What.OFFER_LATE, What.DONOR_LATE})


def require_consistent(changes: Sequence[Change]) -> None:
    """Refuse a scenario that says nothing, something impossible, or two things of one matter.

    Raises:
        ScenarioEmpty, ScenarioTooLong, ScenarioContradicts: the list as a whole is wrong.
        DatesOutOfOrder, DelayUnlikely, AmountNotPositive ...: one change is, by its place.
    """
    if not changes:
        raise ScenarioEmpty
    if len(changes) > MOST_CHANGES:
        raise ScenarioTooLong(count=len(changes), most=MOST_CHANGES)
    for position, change in enumerate(changes, start=1):
        if refusal := change_forbids(change):
            raise refusal.in_line(position)
    seen: dict[tuple[str, str], Change] = {}
    for change in changes:
        earlier = seen.get(change.matter)
        if earlier is not None and change.what not in _ADDED:
            raise ScenarioContradicts(what=change.subject, one=earlier.what, other=change.what)
        seen[change.matter] = change


def change_forbids(change: Change) -> Refusal | None:
    """Say what is wrong with a change by itself, or nothing."""
    if not change.subject:
        return TextMissing(at="subject", what="what is otherwise")
    return _days_forbid(change) or _numbers_forbid(change)


def _days_forbid(change: Change) -> Refusal | None:
    if change.what is What.LEG_CLOSED:
        if change.first is None or change.last is None:
            return TextMissing(at="first", what="the first and the last closed day")
        if change.first > change.last:
            return DatesOutOfOrder(
                at="first",
                first="The first closed day",
                first_date=change.first,
                second="the last",
                second_date=change.last,
            )
    if change.what in _LATE and not 1 <= (change.days or 0) <= MOST_DAYS_LATE:
        return DelayUnlikely(days=change.days if change.days is not None else "none")
    return None


def _numbers_forbid(change: Change) -> Refusal | None:
    if change.what in _AMOUNTS:
        least = 1 if change.what in _ADDED else 0
        if change.amount is None or change.amount < least:
            given = "none" if change.amount is None else change.amount
            return AmountNotPositive(amount=given)
    if change.what is What.LEG_ROOM and min(change.kg or 0, change.m3 or 0) < 0:
        return AmountNotPositive(at="kg", amount=min(change.kg or 0, change.m3 or 0))
    classes = {str(each) for each in range(1, _CLASSES + 1)}
    if change.what is What.NEED_PRIORITY and str(change.priority) not in classes:
        return ChoiceUnknown(at="priority", given=change.priority, known=", ".join(sorted(classes)))
    if change.what in _ADDED and not change.party:
        return TextMissing(at="party", what="whose it is")
    return None


def changed(situation: Situation, changes: Iterable[Change]) -> Situation:
    """Give the situation as it would be; what is not there any more is left as it is.

    What is added is not done here: it takes the catalogue to know what it may stand for.
    """
    for change in changes:
        situation = (
            _APPLIED[change.what](situation, change) if change.what in _APPLIED else situation
        )
    return situation


def without_effect(situation: Situation, changes: Iterable[Change]) -> Iterator[str]:
    """Name the changes that meet nothing: their leg, line or donor is not there any more."""
    there = Counter(
        [leg.id for leg in situation.net.legs]
        + [need.id for need, _ in situation.asked]
        + [offer.id for offer, _ in situation.given]
        + [given.donor for _, given in situation.given]
        + list(situation.origins.values())
    )
    for change in changes:
        if change.what not in _ADDED and not there[change.subject]:
            yield change.said or f"{change.what} {change.subject}"


def _leg(situation: Situation, code: str, turn: Callable[[Leg], Leg]) -> Situation:
    legs = tuple(turn(leg) if leg.id == code else leg for leg in situation.net.legs)
    return replace(situation, net=replace(situation.net, legs=legs))


def _closed(situation: Situation, change: Change) -> Situation:
    span = (change.first or date.min, change.last or date.min)
    return _leg(situation, change.subject, lambda leg: replace(leg, closed=(*leg.closed, span)))


def _room(situation: Situation, change: Change) -> Situation:
    room = Room(
        grams=None if change.kg is None else change.kg * _G_PER_KG,
        millilitres=None if change.m3 is None else change.m3 * _ML_PER_M3,
    )
    return _leg(situation, change.subject, lambda leg: replace(leg, room=room))


def _late(situation: Situation, change: Change) -> Situation:
    delay = timedelta(days=change.days or 0)

    def later(offer: Offer, given: Given) -> tuple[Offer, Given]:
        if change.subject not in {offer.id, given.donor}:
            return offer, given
        ready = max(offer.ready or situation.day, situation.day) + delay
        return replace(offer, ready=ready), replace(given, available_from=ready)

    return replace(situation, given=tuple(later(*each) for each in situation.given))


def _consent(situation: Situation, change: Change) -> Situation:
    given = change.what is What.CONSENT_GIVEN
    state = ConsentState.GRANTED if given else ConsentState.REFUSED
    return replace(situation, consents={**situation.consents, change.subject: state})


def _need(situation: Situation, change: Change, turn: Callable[[Need], Need]) -> Situation:
    def turned(need: Need, asked: Asked) -> tuple[Need, Asked]:
        return (turn(need) if need.id == change.subject else need), asked

    return replace(situation, asked=tuple(turned(*each) for each in situation.asked))


def _priority(situation: Situation, change: Change) -> Situation:
    return _need(situation, change, lambda need: replace(need, priority=change.priority or 1))


def _need_amount(situation: Situation, change: Change) -> Situation:
    return _need(situation, change, lambda need: replace(need, amount=change.amount or 0))


def _offer_amount(situation: Situation, change: Change) -> Situation:
    given = tuple(
        (replace(offer, amount=change.amount or 0) if offer.id == change.subject else offer, line)
        for offer, line in situation.given
    )
    return replace(situation, given=given)


_APPLIED: dict[What, Callable[[Situation, Change], Situation]] = {
    What.LEG_CLOSED: _closed,
    What.LEG_ROOM: _room,
    What.OFFER_LATE: _late,
    What.DONOR_LATE: _late,
    What.CONSENT_GIVEN: _consent,
    What.CONSENT_REFUSED: _consent,
    What.NEED_PRIORITY: _priority,
    What.NEED_AMOUNT: _need_amount,
    What.OFFER_AMOUNT: _offer_amount,
}
