"""Which version of each rule is in force on which days, from what was approved and retired.

The book's own version is the number of its last change, so an earlier book can be opened again: it
is what the changes up to its number say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from muster.core.rulebook.book import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A version of a rule that was approved, and whether it was retired.

    Args:
        rule: the version as it was written.
        approved: the number of the change that approved it.
        retired: the number of the change that retired it, or None.
        retired_from: the first day no longer in force, by that change.
    """

    rule: Rule
    approved: int
    retired: int | None = None
    retired_from: date | None = None


def opened(editions: Iterable[Edition], book: int) -> tuple[Rule, ...]:
    """Open the book of a version: each rule with the days on which it is in force.

    A version ends where it says, where it was retired, or where the next version of the same rule
    begins, whichever is first.
    """
    by_code: dict[str, list[Edition]] = {}
    for edition in sorted(editions, key=lambda each: (each.rule.code, each.rule.version)):
        if edition.approved <= book:
            by_code.setdefault(edition.rule.code, []).append(edition)
    return tuple(rule for several in by_code.values() for rule in _in_force(several, book))


def _in_force(several: list[Edition], book: int) -> list[Rule]:
    """Give each version of one rule its last day, from the latest back to the first."""
    rules: list[Rule] = []
    follows: date | None = None
    for edition in reversed(several):
        ends = [edition.rule.until, follows]
        if edition.retired is not None and edition.retired <= book:
            ends.append(edition.retired_from)
        until = min((end for end in ends if end is not None), default=None)
        if until is None or until > edition.rule.since:
            rules.append(replace(edition.rule, until=until))
            follows = edition.rule.since
    return rules[::-1]
