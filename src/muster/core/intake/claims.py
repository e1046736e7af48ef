"""Two claims side by side: may they tell of the same need or gift, and what speaks for it?

A claim is one line of one document, with its party, item and quantity settled as far as they are
known.  The weights below are the project's own, set on labelled cases of docs/explanation/
duplicates.md; a score only orders what a person is asked, it never merges by itself.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from muster.core.exchange import Change, Status
from muster.core.quantities.amounts import Per


class Direction(StrEnum):
    """Whether something is asked for or given."""

    NEED = "need"
    GIFT = "gift"


class Kind(StrEnum):
    """How two claims stand to each other."""

    SAME = "same"
    """Two accounts of one need or gift."""
    SUPERSEDES = "supersedes"
    """The later says of itself that it takes the place of the earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one line claims.  Amounts are whole base units of the item; empty text is unknown."""

    id: str
    direction: Direction
    channel: str = ""
    """The way it came by: "EADRCC", "UCPM", a newspaper, a sender."""
    document: str = ""
    """The document it stands in; lines of one document are seldom duplicates of each other."""
    reported_by: str = ""
    """Whose account it is: the donor's, the recipient's or a third party's code."""
    operation: str = ""
    party: str = ""
    """Who asks (a need) or gives (a gift)."""
    counterparty: str = ""
    """Who is asked or given to, if said."""
    item: str = ""
    """The catalogue's code."""
    kin: frozenset[str] = frozenset()
    """Codes of the item's generic item and of its substitutes."""
    item_text: str = ""
    low: int | None = None
    high: int | None = None
    unit: str = ""
    per: Per | None = None
    status: Status = Status.UNSTATED
    change: Change = Change.NONE
    stated_on: date | None = None
    place: str = ""
    reference: str = ""

    @property
    def exact(self) -> bool:
        """Whether one amount was stated."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a duplicate (weight above 0), against it (below), or neither."""

    code: str
    sentence: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What is proposed: which claim counts, which is set aside, and what lies between them."""

    counts: str
    set_aside: str
    low: int | None
    high: int | None
    """The least and greatest amount that either claims; what counts stays that of `counts`."""
    difference: int | None
    """In base units; None where an amount is not stated."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Two claims that may be one; `first` is the smaller id, so that a pair is found once."""

    first: str
    second: str
    kind: Kind
    score: float
    """From 0 to 1."""
    reasons: tuple[Reason, ...]
    merge: Merge


LEAST_TEXT: Final = 0.6
"""The share of words that two items without codes must have in common."""
_PROGRESS: Final = (
    *(Status.DELIVERED, Status.SENT, Status.PREPARING, Status.COMMITTED),
    *(Status.ACCEPTED, Status.PLEDGED, Status.OFFERED, Status.REQUESTED),
)
"""From the furthest along."""
_FILLER: Final = frozenset({"of", "and", "for", "the", "a", "an", "with", "de", "et", "und", "la"})
_CLOSE: Final = 0.05
_NEAR: Final = 0.25
_WITHIN_REACH: Final = 0.5
_SINGULAR_FROM: Final = 4
_TELLING: Final = 3
"""Figures before the last zeros: 1,375 is telling, 1,500 is not."""


def may_be_compared(one: Claim, other: Claim) -> bool:
    """Say whether nothing rules out that two claims tell of one thing.

    Ruled out: another direction, operation, party, recipient of a gift, or item that is neither
    generic for nor a substitute of the other; "additional", which adds to what was said; and an
    amount of more than twice the other without an update or a shared reference.
    """
    if one.id == other.id or one.direction is not other.direction:
        return False
    if _differ(one.operation, other.operation) or _differ(one.party, other.party):
        return False
    if one.direction is Direction.GIFT and _differ(one.counterparty, other.counterparty):
        return False
    if (one.change is Change.ADDITIONAL) is not (other.change is Change.ADDITIONAL):
        return False
    return not _out_of_reach(one, other) and _same_goods(one, other)


def compare(one: Claim, other: Claim) -> Duplicate | None:
    """Weigh two claims, or answer None where they cannot be one.  The order does not matter."""
    if not may_be_compared(one, other):
        return None
    first, second = sorted((one, other), key=lambda claim: claim.id)
    later = _superseding(first, second)
    reasons = tuple(_reasons(first, second, updated=later is not None))
    kind = Kind.SAME if later is None else Kind.SUPERSEDES
    return Duplicate(
        first=first.id,
        second=second.id,
        kind=kind,
        score=score_of(reasons),
        reasons=reasons,
        merge=_merge(first, second, later),
    )


def score_of(reasons: Sequence[Reason]) -> float:
    """Add the weights up, held between 0 and 1."""
    return round(min(1.0, max(0.0, sum(reason.weight for reason in reasons))), 3)


@lru_cache(maxsize=65_536)
def words_of(text: str) -> frozenset[str]:
    """Reduce a description to its words: no accents, case, order, plural s or filler words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return frozenset(_singular(word) for word in kept.split() if word not in _FILLER)


def _singular(word: str) -> str:
    plural = len(word) >= _SINGULAR_FROM and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


def _out_of_reach(one: Claim, other: Claim) -> bool:
    """Tell amounts so far apart that only an update or a shared reference could explain them."""
    if Change.UPDATED in (one.change, other.change):
        return False
    if one.reference and one.reference == other.reference:
        return False
    if one.unit != other.unit or one.per is not other.per:
        return False
    spans = ((one.high, other.low), (other.high, one.low))
    return any(most and least and 2 * most < least for most, least in spans)


def _differ(one: str, other: str) -> bool:
    """Two texts differ only where both are known."""
    return bool(one and other) and one != other


def _same_goods(one: Claim, other: Claim) -> bool:
    if one.item and other.item:
        return one.item == other.item or one.item in other.kin or other.item in one.kin
    return _likeness(one, other) >= LEAST_TEXT


def _likeness(one: Claim, other: Claim) -> float:
    """Measure the share of words in common, from 0 to 1."""
    mine, yours = words_of(one.item_text), words_of(other.item_text)
    return len(mine & yours) / len(mine | yours) if mine and yours else 0.0


def _reasons(one: Claim, other: Claim, *, updated: bool) -> Iterator[Reason]:
    yield _of_party(one, other)
    yield _of_item(one, other)
    yield from _of_quantity(one, other, updated=updated)
    yield from _of_source(one, other)
    yield from _of_reference(one, other)
    yield from _of_time(one, other, updated=updated)
    yield from _of_place(one, other)
    if updated:
        yield Reason("updated", "The later one says that it is an update.", 0.25)


def _of_party(one: Claim, other: Claim) -> Reason:
    role = "asks" if one.direction is Direction.NEED else "gives"
    if one.party and other.party:
        return Reason("same_party", f"{one.party} {role} in both.", 0.1)
    return Reason("party_unsaid", f"Who {role} is not said in both.", -0.1)


def _of_item(one: Claim, other: Claim) -> Reason:
    if not (one.item and other.item):
        share = _likeness(one, other)
        sentence = f'"{one.item_text}" and "{other.item_text}" share {share:.0%} of their words.'
        return Reason("like_words", sentence, round(0.2 * share, 3))
    if one.item == other.item:
        return Reason("same_item", f"Both are {one.item}.", 0.2)
    sentence = f"{one.item} and {other.item} can stand for each other."
    return Reason("related_item", sentence, 0.1)


def _of_quantity(one: Claim, other: Claim, *, updated: bool) -> Iterator[Reason]:
    if (one.per is None) is not (other.per is None):
        yield Reason("rate_and_amount", "One is a rate, the other an amount.", -0.3)
        return
    if _differ(one.unit, other.unit) or one.per is not other.per:
        mine, yours = _counted_in(one), _counted_in(other)
        yield Reason("other_unit", f"One counts in {mine}, the other in {yours}.", -0.25)
        return
    gap = _gap(one, other)
    if gap is None:
        yield Reason("amount_unsaid", "One of them states no amount.", 0.05)
    elif gap == 0:
        yield from _of_equal_amounts(one, other)
    else:
        yield _of_unlike_amounts(one, other, gap, updated=updated)


def _of_equal_amounts(one: Claim, other: Claim) -> Iterator[Reason]:
    if one.exact and other.exact and one.low is not None:
        yield Reason("same_amount", f"Both say {one.low:,}.", 0.35)
        if len(str(one.low).rstrip("0")) >= _TELLING:
            yield Reason("telling_amount", f"{one.low:,} is no round number.", 0.1)
        return
    sentence = f"{_said(one)} and {_said(other)} can mean the same amount."
    yield Reason("amounts_meet", sentence, 0.25)


def _of_unlike_amounts(one: Claim, other: Claim, gap: int, *, updated: bool) -> Reason:
    sentence = f"{_said(one)} against {_said(other)}: {gap:,} between them."
    if updated:
        return Reason("amount_updated", sentence, 0.1)
    greatest = max(end for end in (one.low, one.high, other.low, other.high) if end is not None)
    share = gap / greatest
    if gap == 1 or share <= _CLOSE:
        return Reason("close_amount", sentence, 0.2)
    if share <= _NEAR:
        return Reason("near_amount", sentence, 0.05)
    if share <= _WITHIN_REACH:
        return Reason("unlike_amount", sentence, -0.1)
    return Reason("other_amount", sentence, -0.4)


def _gap(one: Claim, other: Claim) -> int | None:
    """Measure the least distance between what two claims can mean; None where one says nothing."""
    spans = [(c.low, c.high) for c in (one, other)]
    if (None, None) in spans:
        return None
    (low, high), (least, most) = ((lo or 0, hi) for lo, hi in spans)
    above = least - high if high is not None else 0
    below = low - most if most is not None else 0
    return max(0, above, below)


def _of_source(one: Claim, other: Claim) -> Iterator[Reason]:
    if one.document and one.document == other.document:
        sentence = "Both stand in one document, where a line is seldom written twice."
        yield Reason("same_document", sentence, -0.3)
        return
    if _differ(one.channel, other.channel):
        sentence = f"They came through two channels, {one.channel} and {other.channel}."
        yield Reason("two_channels", sentence, 0.15)
    elif _differ(one.document, other.document):
        yield Reason("two_documents", "They stand in two documents.", 0.1)
    if _differ(one.reported_by, other.reported_by):
        sentence = f"Each side reports it: {one.reported_by} and {other.reported_by}."
        yield Reason("two_accounts", sentence, 0.1)


def _of_reference(one: Claim, other: Claim) -> Iterator[Reason]:
    if one.reference and one.reference == other.reference:
        yield Reason("same_reference", f"Both are called {one.reference}.", 0.4)
    elif _differ(one.reference, other.reference) and one.channel == other.channel:
        sentence = f"One channel calls them {one.reference} and {other.reference}."
        yield Reason("two_references", sentence, -0.25)


def _of_time(one: Claim, other: Claim, *, updated: bool) -> Iterator[Reason]:
    if one.stated_on is None or other.stated_on is None:
        return
    days = abs((one.stated_on - other.stated_on).days)
    words = "on one day" if days == 0 else f"{days} day{'s' * (days != 1)} apart"
    for most, weight in ((7, 0.1), (30, 0.05), (60, 0.0), (120, -0.15)):
        if days <= most:
            yield Reason("days_apart", f"They were stated {words}.", weight)
            return
    weight = -0.15 if updated else -0.4
    yield Reason("long_apart", f"They were stated {words}.", weight)


def _of_place(one: Claim, other: Claim) -> Iterator[Reason]:
    if _differ(one.place, other.place):
        yield Reason("two_places", f"One is for {one.place}, the other for {other.place}.", -0.15)
    elif one.place and other.place:
        yield Reason("same_place", f"Both are for {one.place}.", 0.05)


def _superseding(one: Claim, other: Claim) -> Claim | None:
    """Find the claim that says it is an update and is not older than the other."""
    if one.stated_on is None or other.stated_on is None:
        return None
    earlier, later = sorted((one, other), key=_age)
    is_later = earlier.stated_on != later.stated_on
    return later if is_later and later.change is Change.UPDATED else None


def _age(claim: Claim) -> tuple[date, str]:
    return (claim.stated_on or date.min, claim.id)


def _merge(one: Claim, other: Claim, later: Claim | None) -> Merge:
    best = later or max(one, other, key=_standing)
    rest = other if best is one else one
    gap = _gap(one, other) if one.unit == other.unit and one.per is other.per else None
    ends = [end for claim in (one, other) for end in (claim.low, claim.high) if end is not None]
    sentence = f"{_said(best)} counts, {_why(best, rest, later)}"
    if gap:
        sentence += f"; {gap:,} lie between the two accounts"
    return Merge(
        counts=best.id,
        set_aside=rest.id,
        low=min(ends, default=None) if gap is not None else best.low,
        high=max(ends, default=None) if gap is not None else best.high,
        difference=gap,
        sentence=f"{sentence}.",
    )


def _standing(claim: Claim) -> tuple[int, int, date, str]:
    """Order claims by what should count: furthest along, most exact, latest, then by id."""
    along = -_PROGRESS.index(claim.status) if claim.status in _PROGRESS else -len(_PROGRESS)
    exactness = 2 if claim.exact else int(claim.low is not None or claim.high is not None)
    return (along, exactness, claim.stated_on or date.min, claim.id)


def _why(best: Claim, rest: Claim, later: Claim | None) -> str:
    if later is not None:
        return "as it is the update"
    mine, yours = _standing(best), _standing(rest)
    if mine[0] != yours[0]:
        return f"as it is {best.status}"
    if mine[1] != yours[1]:
        return "as it is the more exact"
    return "as it was stated last" if mine[2] != yours[2] else "as one of two alike"


def _said(claim: Claim) -> str:
    low, high = claim.low, claim.high
    if low is None and high is None:
        return "No amount"
    if low is None:
        return f"Up to {high:,}"
    if high is None:
        return f"At least {low:,}"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _counted_in(claim: Claim) -> str:
    unit = claim.unit or "no named unit"
    return f"{unit} per {claim.per}" if claim.per else unit
