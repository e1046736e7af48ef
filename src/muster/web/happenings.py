"""Dated events as sentences of a timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.queries.journal import Happening
from muster.web.shown import clock, worded

# What an event did, for the reader of a timeline.
_DID = {
    "expire": "Expired.",
    "reject": "Rejected.",
    "withdraw": "Withdrawn.",
    "defer": "Deferred.",
    "accept_in_part": "Accepted in part.",
    "review": "Taken under review.",
    "offer": "Offered.",
    "validate": "Validated for the recipient.",
    "circulate": "Circulated to members and partners.",
    "accept": "Accepted.",
    "accept_with_discrepancy": "Counted and signed for, with a discrepancy.",
    "agree": "Agreed.",
    "agree_provisionally": "Agreed under a condition.",
    "approve": "Approved.",
    "ask": "Asked.",
    "arrive": "Arrived.",
    "cancel": "Cancelled.",
    "clear": "Cleared: the papers for the journey are in order.",
    "close": "Closed.",
    "confirm": "Confirmed for the donor.",
    "cross_border": "Crossed a border.",
    "decline": "Declined.",
    "dispatch": "Dispatched.",
    "dispose": "Disposed of.",
    "divert": "Diverted.",
    "draft": "Drafted.",
    "grant": "Consent was granted.",
    "establish": "Established by a decision of the body.",
    "hand_over": "Handed over.",
    "invoke": "Invoked; everybody of that day was asked.",
    "lapse": "Lapsed: nobody answered in time.",
    "leave_hub": "Left a hub.",
    "lock": "The manifest was locked.",
    "lose": "Reported lost.",
    "plan": "Planned.",
    "propose": "Proposed.",
    "quarantine": "Put in quarantine.",
    "reach_hub": "Taken into a hub.",
    "redirect": "Redirected.",
    "refuse": "Refused.",
    "release": "Released.",
    "report": "Reported.",
    "request": "Consent was asked for.",
    "return": "Returned to the sender.",
    "revoke": "Consent was revoked.",
    "send_back": "Sent back to be a draft again.",
    "submit": "Submitted.",
    "tell": "Answered.",
    "resolve": "Resolved.",
    "supersede": "Superseded by a later one.",
    "unlock": "The manifest was opened again.",
}
# An event that is recorded this much later than it happened says so.
_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a timeline, in the words that the timeline macro shows."""

    at: datetime
    did: str
    who: str
    why: str
    place: str
    stage: str
    invented: bool = False


def told(happenings: Iterable[Happening], *, invented: bool = False) -> tuple[Event, ...]:
    """Tell events as sentences, the latest first.

    Args:
        happenings: the events, in the order in which they were recorded.
        invented: whether the record they belong to was made up for the demo.
    """
    return tuple(_told(each, invented=invented) for each in reversed(list(happenings)))


def _told(happening: Happening, *, invented: bool) -> Event:
    did = _DID.get(happening.event, f"{worded(happening.event).capitalize()}.")
    if happening.recorded_at - happening.happened_at > _LATE:
        did += f" Recorded {clock(happening.recorded_at)}."
    return Event(
        at=happening.happened_at,
        did=did,
        who=happening.by,
        why=happening.note,
        place=happening.place,
        stage=happening.after,
        invented=invented,
    )
