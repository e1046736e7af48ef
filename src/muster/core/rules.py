"""Who may give what to whom, and why not.

Each rule is a function from facts to a refusal or None.  The same rules are asked where an offer is
made, where it is planned, where it is allocated and where it is dispatched.
"""

import re
from dataclasses import dataclass

from muster.core.refusals import (
    CaveatForbids,
    CodeNotPlain,
    NoStanding,
    NotReviewedNonLethal,
    Refusal,
    TextMissing,
)

# The standings, in the body that leads an operation, that let a party give in it.
MAY_GIVE = frozenset({"member", "invitee", "partner", "observer", "aspirant"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """A donor as the rules see it, on the day of the record.

    Args:
        name: what people call it.
        gives_only_reviewed: whether its own policy is to give only what is reviewed as non-lethal.
        standing: its standing in the body that leads the operation, or None.
        part_of_body: whether it is that body itself, or an agency of it.
    """

    name: str
    gives_only_reviewed: bool
    standing: str | None = None
    part_of_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An item as the rules see it: its name and the verdict of its latest review, in words."""

    name: str
    non_lethal: bool
    verdict: str


def mandate_forbids(giver: Giver, thing: Thing) -> Refusal | None:
    """The organisation gives only what is reviewed as non-lethal; an unreviewed item blocks."""
    if giver.gives_only_reviewed and not thing.non_lethal:
        return NotReviewedNonLethal(donor=giver.name, item=thing.name, verdict=thing.verdict)
    return None


def standing_forbids(giver: Giver, *, body: str, day: object) -> Refusal | None:
    """Who is neither part of the alliance nor in a standing to it has no place in its operation."""
    if giver.part_of_body or giver.standing in MAY_GIVE:
        return None
    return NoStanding(party=giver.name, body=body, day=day)


def caveat_forbids(
    donor: str, caveat: str, *, only_for: list[str], not_for: list[str], recipient: str
) -> Refusal | None:
    """A donor's own condition on who may get its goods."""
    if recipient in not_for or (only_for and recipient not in only_for):
        return CaveatForbids(donor=donor, caveat=caveat or "not for this recipient")
    return None


def reference_forbids(reference: str) -> Refusal | None:
    """A record is called by its reference, so it has one."""
    return None if reference.strip() else TextMissing(what="the reference", at="reference")


_PLAIN = re.compile("[A-Z0-9-]+")


def code_forbids(code: str) -> Refusal | None:
    """A code is spoken, typed and part of addresses, so it is plain."""
    return None if _PLAIN.fullmatch(code) else CodeNotPlain(code=code)
