"""The terms on which goods go: rates, consents that must be there first, and packages."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How fast a donor gives: so many units at most in each span of so many days.

    Args:
        amount: units that may leave within one span; 0 or more.
        days: days in a span; 1 or more.  The first begins on the day the goods are ready.
    """

    amount: int
    days: int = 7


class ConsentState(StrEnum):
    """How far a consent is, as the planner sees it.

    GRANTED: it is there.
    EXPECTED: it is not there, and the plan counts on it; what needs it is dispatched only then.
    AWAITED: it is not there, and the plan does not count on it.
    REFUSED: it will not come.
    """

    GRANTED = "granted"
    EXPECTED = "expected"
    AWAITED = "awaited"
    REFUSED = "refused"

    @property
    def opens(self) -> bool:
        """Tell whether pairs that need such a consent may be planned."""
        return self in {ConsentState.GRANTED, ConsentState.EXPECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A permission without which some pairs may not move.

    Args:
        id: unique among the consents of a problem.
        by: whose it is to give: the nation of origin, a transit nation ...
        state: how far it is.
        label: what it is about, for a person; the id when empty.
        rule: the code of the rule that asks for it, and its version; empty where there is none.
    """

    id: str
    by: str
    state: ConsentState = ConsentState.AWAITED
    label: str = ""
    rule: str = ""

    @property
    def name(self) -> str:
        """What a person calls this consent."""
        return f"the consent of {self.by} ({self.label or self.id})"


@dataclass(frozen=True, slots=True)
class Part:
    """One need of a package: so many units of it belong to each set.

    Args:
        need: the need's id.
        each: units of it in one set.
        there: units of it that no plan need bring, since they are promised already.
    """

    need: str
    each: int = 1
    there: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A capability: a main item with what it needs to be of use.

    Args:
        id: unique among the packages of a problem.
        parts: the needs it is made of, each at most once, and how much of each makes one set.
        sets: how many sets are wanted.
        worth: what one set that is complete on time counts for, besides what its units count for.
        label: what a person calls it; the id when empty.
    """

    id: str
    parts: tuple[Part, ...]
    sets: int
    worth: int
    label: str = ""

    @property
    def name(self) -> str:
        """What a person calls this package."""
        return self.label or self.id
