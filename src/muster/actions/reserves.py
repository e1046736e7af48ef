"""Reserve verbs: a nation says what it holds and keeps; and nothing is offered below the floor."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from muster.actions.journal import action
from muster.core.actors import Act, Role, party_audience
from muster.core.refusals import InTheFuture, Refusal, TextMissing
from muster.core.reserves import BelowTheFloor, CountBeforeTheLast, NothingCounted
from muster.queries.amounts import Typed, exact
from muster.queries.register import find_item, find_party
from muster.queries.reserves import Kept, latest_word, stocks
from muster.records.models import Item, OfferLine, Operation, Reserve
from muster.records.statements import rows


@action("keep a reserve")
def keep_reserve(
    *,
    act: Act,
    party: str,
    item: str,
    floor: Typed | None = None,
    holds: Typed | None = None,
    since: date | None = None,
    note: str = "",
) -> Reserve:
    """Say what a nation holds at home of an item, and the floor that it keeps; both are its own.

    What is left unsaid stays as it was.  To lower the floor, or to have none, say a lower one: what
    was said before is kept.

    Args:
        act: the deed.
        party: the nation.
        item: the item's code.
        floor: the least that stays at home; 0 for no floor.
        holds: what is at home at the count: now, or at the beginning of an earlier day.
        since: from which day on it holds; today if not said.
        note: anything worth keeping beside it.

    Raises:
        ActsForAnother: the actor is not the nation's own point of contact.
        ItemUnknown, AmountUnreadable, UnitUnknown ...: it cannot be read.
        NothingCounted: there is no count of the item yet, and none is said.
        TextMissing: there is no floor yet, and none is said.
        InTheFuture: it is dated later than today.
        CountBeforeTheLast: it is dated before what was said last.
    """
    nation, kept = find_party(party), find_item(item)
    act.must_act_for(Role.DONOR, nation.code)
    today = act.now.date()
    day = since or today
    if day > today:
        raise InTheFuture(at="since", what="A count", moment=day, now=today)
    _hold([(nation.code, kept.code)])
    last = latest_word(nation, kept)
    if last is not None and day < last.since:
        raise CountBeforeTheLast(item=kept.name, since=last.since)
    if last is None and holds is None:
        raise NothingCounted(party=nation.name, item=kept.name)
    if last is None and floor is None:
        raise TextMissing(what="the floor", at="floor")
    counted_at = act.now if day == today else datetime.combine(day, time(), UTC)
    made = Reserve(
        id=act.part_id("reserve"),
        act_id=act.id,
        recorded_at=act.now,
        # The nation's own, and nobody else's: not the centre's either.
        audiences=[party_audience(nation.code)],
        party=nation,
        item=kept,
        since=day,
        holds=last.holds if last and holds is None else _amount(holds, kept, "holds"),
        counted_at=last.counted_at if last and holds is None else counted_at,
        floor=last.floor if last and floor is None else _amount(floor, kept, "floor"),
        note=note.strip(),
    )
    made.save(force_insert=True)
    return made


def demand_spared(lines: Sequence[OfferLine], operation: Operation) -> None:
    """Refuse lines that eat into the floor of their donor, with its figures: it is the donor's own.

    The database refuses as well, whoever offers, and names no figure (records/sql/reserves.sql).

    Raises:
        BelowTheFloor: a line would take what the donor keeps at home.
    """
    if operation.kind == Operation.Kind.EXERCISE or not lines:
        return
    pairs = [(line.donor_id, line.item_id) for line in lines]
    kept = sorted(stocks(pairs))
    if not kept:
        return
    _hold(kept)
    stock = stocks(kept)
    left = {pair: its.headroom for pair, its in stock.items()}
    for line, pair in zip(lines, pairs, strict=True):
        if pair not in left:
            continue
        if line.amount > left[pair]:
            its = stock[pair]
            raise BelowTheFloor(
                amount=line.amount,
                item=line.item.name,
                party=line.donor.name,
                spare=left[pair],
                holds=its.holds,
                counted_at=f"{its.counted_at:%Y-%m-%d %H:%M} UTC",
                given=its.promised + its.on_offer,
                floor=its.floor,
            ).in_line(line.position)
        left[pair] -= line.amount


def _hold(pairs: Sequence[Kept]) -> None:
    """Wait for whoever offers or promises of the same reserves, one after the other."""
    for party, item in pairs:
        rows("SELECT hold_reserve(%s, %s)", [party, item])


def _amount(typed: Typed | None, item: Item, at: str) -> int:
    """Read an amount that may be nothing."""
    if typed is None:
        raise TextMissing(what=f"the {at}", at=at)
    if typed.amount.strip() and not typed.amount.strip().strip("0"):
        return 0
    try:
        return exact(typed, item)
    except Refusal as refusal:
        refusal.at = at if refusal.at == "amount" else refusal.at
        raise
