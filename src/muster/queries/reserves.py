"""Reserves: what a nation can spare, for whoever decides; and its figures, for itself alone.

`stocks` and what stands on it know every nation's figures: they are for rules that judge, and what
they say is shown to nobody else.  What is shown is asked with `reserve_rows` and `words_on`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.core.accounts import AccountKind
from muster.core.actors import Actor, Role, party_audience
from muster.core.quantities.units import find_measure
from muster.core.reserves import Stock
from muster.queries.visibility import visible
from muster.records.models import Account, Item, OfferLine, Operation, Party, Reserve
from muster.records.statements import rows

Kept = tuple[str, str]
"""A nation and an item, by their codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveRow:
    """The word that holds on one item, with the stock behind it; for the nation's own users."""

    party: str
    party_name: str
    item: str
    item_name: str
    unit: str
    since: date
    note: str
    stock: Stock


def stocks(pairs: Iterable[Kept], day: date | None = None) -> dict[Kept, Stock]:
    """Say what stands behind each reserve among pairs of a nation and an item, in one statement.

    A pair without a reserve is left out.

    Args:
        pairs: the nations and items.
        day: whose words hold; the latest if not said.
    """
    wanted = sorted(set(pairs))
    if not wanted:
        return {}
    parties, items = [party for party, _ in wanted], [item for _, item in wanted]
    found = rows(
        "SELECT party, item, holds, floor, counted_at, promised, on_offer "
        "FROM reserve_stock(%s, %s, %s)",
        [parties, items, day],
    )
    return {
        (party, item): Stock(
            holds=holds,
            floor=floor,
            counted_at=counted_at,
            promised=promised,
            on_offer=on_offer,
        )
        for party, item, holds, floor, counted_at, promised, on_offer in found
    }


def headroom(party: str, item: str, day: date) -> int | None:
    """Say how much more a nation may offer of an item without going below its floor.

    None where it keeps no reserve of it.
    """
    return headrooms([(party, item)], day).get((party, item))


def headrooms(pairs: Iterable[Kept], day: date) -> dict[Kept, int]:
    """Say the same for many; a pair without a reserve is left out."""
    return {pair: stock.headroom for pair, stock in stocks(pairs, day).items()}


def held_back(lines: Sequence[OfferLine], free: Mapping[UUID, int], day: date) -> dict[UUID, int]:
    """Say how much of what is free of offer lines is held back, so that the floors are kept.

    What a nation can spare of an item goes to its lines in the order in which they are available;
    the rest of each line is held back.  Lines of which nothing is held back are left out.
    """
    spare = {pair: stock.spare for pair, stock in stocks(map(_kept, lines), day).items()}
    if not spare:
        return {}
    own = _of_own_stock([line for line in lines if _kept(line) in spare])
    held: dict[UUID, int] = {}
    for line in sorted(own, key=lambda each: (each.available_from, each.pk)):
        amount = free.get(line.pk, 0)
        goes = min(amount, spare[_kept(line)])
        spare[_kept(line)] -= goes
        if goes < amount:
            held[line.pk] = amount - goes
    return held


def may_keep(actor: Actor, day: date) -> tuple[Party, ...]:
    """List the parties whose reserves the actor keeps on that day."""
    return tuple(Party.objects.filter(pk__in=actor.parties(Role.DONOR, day)).order_by("name"))


def reserve_rows(actor: Actor, day: date) -> tuple[ReserveRow, ...]:
    """List what the actor's own parties keep; whoever is of no nation sees an empty list."""
    words = visible(Reserve, actor, day).filter(since__lte=day)
    latest = (
        words.order_by("party", "item", "-since", "-number")
        .distinct("party", "item")
        .select_related("party", "item")
    )
    listed = [word for word in latest if party_audience(word.party_id) in actor.audiences(day)]
    stock = stocks([(word.party_id, word.item_id) for word in listed], day)
    made = [_row(word, stock[word.party_id, word.item_id]) for word in listed]
    return tuple(sorted(made, key=lambda row: (row.party_name, row.item_name)))


def words_on(actor: Actor, day: date, *, party: str, item: str) -> tuple[Reserve, ...]:
    """List every word of a nation on an item that the actor may see, the latest first."""
    found = visible(Reserve, actor, day).filter(party=party, item=item)
    return tuple(found.select_related("party", "item").order_by("-since", "-number"))


def latest_word(party: Party, item: Item) -> Reserve | None:
    """Find the word that holds; for the action that adds the next."""
    found = Reserve.objects.filter(party=party, item=item)
    return found.order_by("-since", "-number").first()


def _row(word: Reserve, stock: Stock) -> ReserveRow:
    return ReserveRow(
        party=word.party_id,
        party_name=word.party.name,
        item=word.item_id,
        item_name=word.item.name,
        unit=find_measure(word.item.unit).plural,
        since=word.since,
        note=word.note,
        stock=stock,
    )


def _kept(line: OfferLine) -> Kept:
    return line.donor_id, line.item_id


def _of_own_stock(lines: Sequence[OfferLine]) -> list[OfferLine]:
    """Leave out what draws on nobody's stock: exercises, and goods that arrived unasked."""
    keys = [line.pk for line in lines if line.operation.kind != Operation.Kind.EXERCISE]
    origins = Account.objects.filter(
        owner_id__in=keys, kind=AccountKind.SUPPLY_SOURCE, amount_out__gt=0
    )
    from_stock = set(origins.values_list("owner_id", flat=True))
    return [line for line in lines if line.pk in from_stock]
