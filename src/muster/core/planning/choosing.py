"""Which movements of a plan are taken up: all, those of a nation or an item, or one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from muster.core.refusals import Kind, NotFound, Refusal


class NothingChosen(Refusal, field="moves"):
    """Choose at least one move of the plan."""


class OnlyInScenario(Refusal, kind=Kind.CONFLICT, field="moves"):
    """{line} from {donor} is there in the scenario only; write it down first, then plan again."""


class Movement(Protocol):
    """What a movement is chosen by."""

    @property
    def key(self) -> str:
        """Its own name within the plan."""

    @property
    def donor(self) -> str:
        """Who gives, by name."""

    @property
    def recipient(self) -> str:
        """Whom it is for, by name."""

    @property
    def offered_item(self) -> str:
        """What moves, by name."""


_M = TypeVar("_M", bound=Movement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is chosen; each part that is given narrows it.

    Args:
        keys: the movements by their keys.
        donors: those from these parties, by name.
        recipients: those to these parties, by name.
        items: those of these offered items, by name.
    """

    keys: frozenset[str] | None = None
    donors: frozenset[str] | None = None
    recipients: frozenset[str] | None = None
    items: frozenset[str] | None = None

    def among(self, moves: Iterable[_M]) -> list[_M]:
        """List the chosen movements.

        Raises:
            NotFound: something is chosen that the plan does not have.
            NothingChosen: nothing of the plan is left.
        """
        moves = list(moves)
        for name, chosen, have in (
            ("move", self.keys, {move.key for move in moves}),
            ("donor", self.donors, {move.donor for move in moves}),
            ("recipient", self.recipients, {move.recipient for move in moves}),
            ("item", self.items, {move.offered_item for move in moves}),
        ):
            if unknown := (chosen or frozenset()) - have:
                raise NotFound(what=f"{name} of this plan", name=min(unknown), at="moves")
        kept = [move for move in moves if self._takes(move)]
        if moves and not kept:
            raise NothingChosen
        return kept

    def _takes(self, move: Movement) -> bool:
        return (
            (self.keys is None or move.key in self.keys)
            and (self.donors is None or move.donor in self.donors)
            and (self.recipients is None or move.recipient in self.recipients)
            and (self.items is None or move.offered_item in self.items)
        )


EVERYTHING = Choice()
