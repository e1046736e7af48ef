"""Meetings of a contact group: the refusals of their verbs, and how many were there."""

import re
from dataclasses import dataclass
from typing import Final

from muster.core.refusals import Kind, Refusal


class OwnReadout(Refusal, kind=Kind.FORBIDDEN):
    """A readout is approved by someone other than its originator, {name}."""


class NotASeries(Refusal, kind=Kind.CONFLICT, field="series"):
    """{party} holds no meetings; a group, a coalition, an alliance or a union does."""


class MeetingNotHeld(Refusal, kind=Kind.CONFLICT):
    """{meeting} is on {day}; its readout is written once it was held."""


class NothingCorrected(Refusal):
    """This is what is on record of {meeting} already; say what is different."""


class NoOperationNamed(Refusal, field="operation"):
    """Say which operation it is about; {meeting} names none and there is not just one."""


SERIES_KINDS: Final = frozenset({"group", "coalition", "alliance", "union"})
FACTS: Final = ("number", "date", "place", "mode")
"""The facts of a meeting that may be from memory."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many were there: between which numbers, as far as the words say."""

    low: int | None
    high: int | None


_NUMBER: Final = re.compile(r"\d{1,4}")
_BELOW: Final = re.compile(r"\b(nearly|almost|up to|fewer than|less than)\b", re.IGNORECASE)
_ABOVE: Final = re.compile(r"\b(more than|over|at least)\b", re.IGNORECASE)
_ABOUT: Final = re.compile(r"\b(about|around|some|roughly|approximately)\b", re.IGNORECASE)


def count_in(said: str) -> Count:
    """Read how many parties a published account means; nothing is guessed beyond its words.

    Only the first number counts ("44 countries, NATO and the EU" is 44 countries); "about 50" keeps
    both ends open.
    """
    found = _NUMBER.search(said)
    if found is None or _ABOUT.search(said):
        return Count(None, None)
    number = int(found[0])
    if _BELOW.search(said):
        return Count(None, number)
    if _ABOVE.search(said):
        return Count(number, None)
    return Count(number, number)
