"""A rule's condition, once it is read: a small tree that can be judged and compared.

The text is CEL, the Common Expression Language; `reading.py` turns it into this tree and refuses
what is not part of the subset.  Every node knows its place in the text, and equality ignores it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from muster.core.rulebook.facts import FACTS, Type, Value


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the rule: a text, a number, a day, true, false or null."""

    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of texts or of numbers written in the rule."""

    values: tuple[str | int, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the case, by name."""

    name: str

    @property
    def type(self) -> Type:
        """The type of its values."""
        return FACTS[self.name].type


Operand = Constant | Fact


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is false."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class Both:
    """True where all parts are (&&), or where one is (||)."""

    every: bool
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The one part where the condition is true, the other where it is false."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two values compared: == != < <= > >=."""

    sign: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Within:
    """A value in a list, written or of the case."""

    left: Operand
    right: Listed | Fact


@dataclass(frozen=True, slots=True)
class Texted:
    """A text that starts with, ends with or contains another."""

    test: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Flagged:
    """A fact or a constant that is true or false by itself."""

    operand: Operand


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a fact that may be missing is there: has(request.use)."""

    operand: Fact


Atom = Compared | Within | Texted | Flagged | Known
Expression = Not | Both | Choice | Atom


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule's condition: its text, and the tree it was read as."""

    text: str
    tree: Expression = field(compare=False)


def atoms(tree: Expression) -> Iterator[Atom]:
    """Go through the comparisons of a condition, from left to right."""
    match tree:
        case Not(part):
            yield from atoms(part)
        case Both(_, parts):
            for each in parts:
                yield from atoms(each)
        case Choice(condition, then, otherwise):
            for each in (condition, then, otherwise):
                yield from atoms(each)
        case _:
            yield tree


def operands(atom: Atom) -> tuple[Operand | Listed, ...]:
    """List what a comparison compares."""
    if isinstance(atom, Flagged | Known):
        return (atom.operand,)
    return (atom.left, atom.right)


def facts_of(tree: Expression) -> tuple[str, ...]:
    """Name the facts that a condition rests on, each once, in the order of the text."""
    named = (side.name for atom in atoms(tree) for side in operands(atom) if isinstance(side, Fact))
    return tuple(dict.fromkeys(named))
