"""What the way of a consignment says no to: its places, in order, from the first to the last."""

from collections.abc import Sequence

from muster.core.refusals import Refusal


class WayTooShort(Refusal, field="places"):
    """A way has a first place and a last one at least; name the places in their order."""


class WayDoesNotFit(Refusal, field="places"):
    """The way of {consignment} would be from {first} to {last}, and it is planned from {start} to {end}."""  # noqa: E501 - a refusal's sentence is one line


def way_forbids(
    consignment: str, places: Sequence[str], *, start: str | None, end: str | None
) -> Refusal | None:
    """A way has two ends, and they are those that the consignment is planned with."""
    if len(places) < 2:  # noqa: PLR2004 - a first and a last one
        return WayTooShort()
    first, last = places[0], places[-1]
    if start not in {None, first} or end not in {None, last}:
        return WayDoesNotFit(
            consignment=consignment,
            first=first,
            last=last,
            start=start or "anywhere",
            end=end or "anywhere",
        )
    return None
