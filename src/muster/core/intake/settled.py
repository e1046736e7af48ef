"""What a line is held against, what a person decides of it, and what it then is: plain values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from muster.core.exchange import DraftLine, Issue
from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.quantities.units import Pack
from muster.core.refusals import Refusal

CERTAIN: Final = 0.9
"""A match at least this sure is taken without asking; below it a person confirms."""


class Purpose(StrEnum):
    """What the lines of an import are to become."""

    REQUESTS = "requests"
    OFFERS = "offers"
    PLEDGES = "pledges"
    COMMITMENTS = "commitments"


class Verdict(StrEnum):
    """Whether a line can be stored as it is."""

    READY = "ready"
    QUESTION = "question"
    ERROR = "error"
    OUT = "out"
    """A person left it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An item of the catalogue, as far as a line needs it."""

    code: str
    name: str
    unit: str
    packs: tuple[Pack, ...] = ()
    measured: bool = False
    """Whether a fraction of its unit makes sense: litres are measured, pieces are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item that may be meant, with how surely (0 to 1) and by what it was found."""

    code: str
    confidence: float
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person decided about a line; what is empty is as it was read."""

    item: str = ""
    amount: str = ""
    unit: str = ""
    party: str = ""
    skip: bool = False
    taken_as_read: tuple[str, ...] = ()
    """The codes of questions that were answered by "as it was read"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom a text names: one party, or several that it may mean, or none."""

    code: str = ""
    others: tuple[str, ...] = ()


_Stated = tuple[QuantityKind, Decimal | None, Decimal | None, Per | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What lines are held against.

    Args:
        purpose: what they are to become.
        items: the catalogue by code.
        candidates: the items that a draft may mean, the surest first.
        party: whom a text names.
        default_party: whose lines they are where nothing is said; empty if nobody's in particular.
        day: the day on which the list was stated.
        forbids: the refusal that a party, an item and a day meet, by the rules of the single verbs.
    """

    purpose: Purpose
    items: Mapping[str, Known]
    candidates: Callable[[DraftLine], Sequence[Candidate]]
    party: Callable[[str], Named]
    default_party: str
    day: date
    forbids: Callable[[str, str, date], Refusal | None]
    factors: dict[tuple[str, str], Fraction | None] = field(default_factory=dict)
    """How many smallest units a unit holds, by item and unit; None where it holds none of it."""
    counted: dict[_Stated, tuple[Quantity, str] | None] = field(default_factory=dict)
    """Amounts that were counted already, with how they are typed; None where they need a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A line as it will be stored, with every doubt that is left."""

    draft: DraftLine
    verdict: Verdict
    item: str
    confidence: float
    candidates: tuple[Candidate, ...]
    quantity: Quantity
    typed_amount: str
    typed_unit: str
    party: str
    issues: tuple[Issue, ...]
