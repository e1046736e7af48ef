"""How the story is told as it goes, and what it has to remember on the way."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid5

import click

from muster.cli.story.people import Person, person_for
from muster.core.actors import Act, Actor, Role
from muster.core.moments import long_date, utc
from muster.core.refusals import Refusal
from muster.queries.register import actor_named, find_item, find_party

# The keys of all acts follow from this, so that the same scenario always has the same keys.
_NAMESPACE = UUID("4d757374-6572-5365-a300-000000000001")
_VERB_WIDTH = 10
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does at a moment of the scenario."""

    at: datetime
    do: Callable[[], None]


def key_of(name: str) -> UUID:
    """Give the key of an act of the story."""
    return uuid5(_NAMESPACE, name)


class RefusalMissingError(AssertionError):
    """A rule that the scenario puts to the test did not hold: a bug, and loud."""


@dataclass(slots=True)
class Teller:
    """Prints each step with its result; to the error stream where a program reads the other."""

    err: bool = False

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._say("")
        self._say(click.style(title, bold=True))

    def step(self, at: datetime, verb: str, text: str) -> None:
        """Tell what was done."""
        head = click.style(verb.ljust(_VERB_WIDTH), fg="cyan")
        self._say(f"  {utc(at):%d %b %H:%M}  {head}{text}")

    def refused(self, at: datetime, wish: str, refusal: Refusal) -> None:
        """Tell what was refused, as it should be."""
        head = click.style("refused".ljust(_VERB_WIDTH), fg="yellow")
        self._say(f"  {utc(at):%d %b %H:%M}  {head}{wish}: {refusal.sentence} [{refusal.code}]")

    def line(self, text: str = "") -> None:
        """Tell anything else, one line."""
        self._say(f"  {text}" if text else "")

    def _say(self, text: str) -> None:
        # On a terminal colours are shown; click takes them out everywhere else.
        click.echo(text, file=sys.stderr if self.err else sys.stdout)


@dataclass(slots=True, kw_only=True)
class Story:
    """What the story remembers: who acts, which record a key became, what was refused."""

    teller: Teller
    ids: dict[str, UUID] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _actors: dict[str, Actor] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def act(self, person: Person, key: str, at: datetime, reason: str = "") -> Act:
        """Make the act of a person at a moment; its key follows from the scenario's key."""
        return Act(key_of(key), self.actor(person), at.astimezone(UTC), "cli", reason)

    def actor(self, person: Person) -> Actor:
        """See a sample user as an actor, with the roles they were given."""
        if person.username not in self._actors:
            found = actor_named(person.username)
            if found is None:
                raise LookupError(person.username)
            self._actors[person.username] = found
        return self._actors[person.username]

    def donor(self, party: str) -> Person:
        """Find the donor's point of contact."""
        return person_for(Role.DONOR, party)

    def recipient(self, party: str) -> Person:
        """Find the recipient's point of contact."""
        return person_for(Role.RECIPIENT, party)

    def refuse(self, code: str, at: datetime, wish: str, attempt: Callable[[], object]) -> None:
        """Try what must be refused, and tell with which sentence it was.

        Raises:
            RefusalMissingError: it was done after all.
            Refusal: it was refused, but for another reason.
        """
        try:
            attempt()
        except Refusal as refusal:
            if refusal.code != code:
                raise
            self.refused.append(code)
            self.teller.refused(at, wish, refusal)
            return
        raise RefusalMissingError(f"{wish}: {code} was expected, and it was done")

    def item(self, code: str) -> str:
        """Name an item."""
        if code not in self._names:
            self._names[code] = find_item(code).name
        return self._names[code]

    def goods(self, amount: int, code: str) -> str:
        """Say how much of an item."""
        return f"{amount:,} {TIMES} {self.item(code)}"

    def party(self, code: str) -> str:
        """Name a party."""
        key = f"party {code}"
        if key not in self._names:
            self._names[key] = find_party(code).name
        return self._names[key]


def tell(teller: Teller, steps: list[Step]) -> None:
    """Take the steps in the order of time, with a chapter for each month."""
    month = ""
    # Sorting is stable: of two steps at one moment the one that was listed first comes first.
    for step in sorted(steps, key=lambda step: step.at):
        now = long_date(step.at.date()).split(" ", 1)[1]
        if now != month:
            month = now
            teller.chapter(month)
        step.do()
