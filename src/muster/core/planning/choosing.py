"""Which movements of a plan are taken up: all, those of a nation or an item, or one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from muster.core.planning.objectives import DEFAULT_ORDER, Objective, Objectives
from muster.core.refusals import ChoiceUnknown, Kind, NotFound, Refusal


class NothingChosen(Refusal, field="moves"):
    """Choose at least one move of the plan."""


class OnlyInScenario(Refusal, kind=Kind.CONFLICT, field="moves"):
    """{line} from {donor} is there in the scenario only; write it down first, then plan again."""


class ObjectiveTwice(Refusal, field="objectives"):
    """The objective {name} is named twice; each counts at one place in the order."""


# What people may order plans by; the burden among donors takes shares that are agreed.
CHOOSABLE = tuple(Objective)


def objectives_named(names: Sequence[str]) -> Objectives:
    """Read an order of objectives; none named is the usual order.

    Raises:
        ChoiceUnknown: there is no such objective.
        ObjectiveTwice: one is named twice.
    """
    known = {each.value: each for each in CHOOSABLE}
    for name in names:
        if name not in known:
            raise ChoiceUnknown(at="objectives", given=name[:40], known=", ".join(known))
        if list(names).count(name) > 1:
            raise ObjectiveTwice(name=name)
    return Objectives(order=tuple(known[name] for name in names) or DEFAULT_ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a plan is wanted.

    Args:
        method: the planning method, by name.
        seconds: how long it may look for a better plan.
        objectives: what counts, the most important first; the usual order if none is named.
        scenario: the key of the scenario it is made in, or empty for things as they are.
        afresh: whether what is agreed and not packed counts as open and free again.
        again_from: the key of the earlier plan that it goes on from, or empty.
    """

    method: str
    seconds: float = 30
    objectives: tuple[str, ...] = ()
    scenario: str = ""
    afresh: bool = False
    again_from: str = ""


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
