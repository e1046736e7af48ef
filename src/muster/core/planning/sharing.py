"""Agreed shares: who is to carry which part of an operation, and what a unit counts for in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from muster.core.planning.objectives import Objective, Objectives
from muster.core.planning.problem import Offer
from muster.core.refusals import Kind, Refusal

_WHOLE = 100
# Shares are kept to a hundredth of a per cent.
_PLACES = 2
_G_PER_KG = 1_000

BY_WEIGHT = (
    "The burden is counted by weight: a unit counts for its kilograms, rounded up, and for one "
    "where its weight is not known. What donors gave before this plan is not part of it."
)


class ShareUnclear(Refusal, field="shares"):
    """The share of {party} is "{percent}"; give over 0 and up to 100, with two decimals at most."""


class ShareTwice(Refusal, field="shares"):
    """{party} has two shares in the list; give it one."""


class SharesOverWhole(Refusal, field="shares"):
    """The shares come to {total} %; together they are no more than 100 %."""


class NoSharesAgreed(Refusal, kind=Kind.CONFLICT, field="objectives"):
    """No shares are agreed in this operation, so there is no burden to share; record them first."""


def require_shares(shares: Sequence[tuple[str, Decimal]]) -> None:
    """Refuse shares that are no parts of one whole.

    Raises:
        ShareUnclear: one is not over 0 and up to 100, or finer than is kept.
        ShareTwice: a party is named twice.
        SharesOverWhole: together they are more than the whole.
    """
    named: set[str] = set()
    for party, percent in shares:
        if not _clear(percent):
            raise ShareUnclear(party=party, percent=percent)
        if party in named:
            raise ShareTwice(party=party)
        named.add(party)
    total = sum((percent for _, percent in shares), Decimal())
    if total > _WHOLE:
        raise SharesOverWhole(total=f"{total.normalize():f}")


def _clear(percent: Decimal) -> bool:
    if not percent.is_finite() or not 0 < percent <= _WHOLE:
        return False
    return percent == percent.quantize(Decimal(1).scaleb(-_PLACES))


def with_shares(objectives: Objectives, shares: Iterable[tuple[str, Decimal]]) -> Objectives:
    """Give objectives the agreed shares by donor, where the burden is one of them.

    Raises:
        NoSharesAgreed: the burden is to be shared, and no shares are agreed.
    """
    if Objective.BURDEN not in objectives.order:
        return objectives
    whole = tuple((donor, int(percent * 10**_PLACES)) for donor, percent in shares)
    if not whole:
        raise NoSharesAgreed
    return replace(objectives, shares=whole)


def weighed(offers: Iterable[Offer], grams: Mapping[str, int]) -> tuple[Offer, ...]:
    """Let a unit count for its kilograms in its donor's part, for one at least.

    Args:
        offers: what is free.
        grams: what one unit of each offer weighs, 0 where that is not known, by the offer's id.
    """
    return tuple(
        replace(offer, value=max(1, -(-grams.get(offer.id, 0) // _G_PER_KG))) for offer in offers
    )
