"""Packages from what is asked: lines that together ask for every part of a kit.

A howitzer without ammunition and training counts for little: a part by itself counts a tenth of
what its unit would count for, and a set that is complete on time counts for the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from muster.core.planning.problem import Need, Problem
from muster.core.planning.terms import Package, Part

# What a part by itself counts for, of what its unit would count for otherwise: one in so many.
LOOSE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One line of a capability.

    Args:
        line: the request line's id.
        each: units of it in one set.
        there: units of it that are promised, on the way or received already.
    """

    line: str
    each: int
    there: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Lines of one request that together ask for every part of a kit.

    Args:
        id: unique in a problem.
        label: what people call it.
        members: its lines; a line of which nothing is open is one of them too.
    """

    id: str
    label: str
    members: tuple[Member, ...]

    def wanted(self, still_open: Mapping[str, int]) -> int:
        """Count the sets that are asked for: no more than the scarcest part is asked for."""
        return min(
            (each.there + still_open.get(each.line, 0)) // each.each for each in self.members
        )

    def there(self) -> int:
        """Count the sets that are complete with what is promised already."""
        return min(each.there // each.each for each in self.members)


def with_packages(problem: Problem, capabilities: Iterable[Capability]) -> Problem:
    """Give a problem the packages that its needs are part of; a need is part of one at most."""
    needs = {need.id: need for need in problem.needs}
    packages: list[Package] = []
    for capability in capabilities:
        package = _package(problem, needs, capability)
        if package is not None:
            packages.append(package)
            for part in package.parts:
                needs[part.need] = replace(
                    needs[part.need], weight=_loose(problem, needs[part.need])
                )
    if not packages:
        return problem
    return replace(problem, needs=tuple(needs.values()), packages=tuple(packages))


def _package(problem: Problem, needs: Mapping[str, Need], whole: Capability) -> Package | None:
    """Give the sets that are still to be completed, of the parts of which something is open."""
    still_open = {key: need.amount for key, need in needs.items()}
    complete = whole.there()
    sets = whole.wanted(still_open) - complete
    members = [each for each in whole.members if each.line in needs]
    if sets <= 0 or not members or any(needs[each.line].weight is not None for each in members):
        return None
    worth = sum(
        each.each * max(1, problem.weight_of(needs[each.line]) - _loose(problem, needs[each.line]))
        for each in members
    )
    parts = tuple(
        Part(need=each.line, each=each.each, there=each.there - complete * each.each)
        for each in members
    )
    return Package(id=whole.id, parts=parts, sets=sets, worth=worth, label=whole.label)


def _loose(problem: Problem, need: Need) -> int:
    return max(1, problem.weight_of(need) // LOOSE)
