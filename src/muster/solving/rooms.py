"""The rows of shared room: legs by period and measure, and what a rate lets go in a span."""

import numpy as np
from numpy.typing import NDArray

from muster.core.planning.net import Measure, Slot
from muster.core.planning.problem import Offer, Pair, Problem

Ints = NDArray[np.int64]

# Stands for "no limit" in a row; more than any sum that is exact, and far from overflowing.
NO_LIMIT = 2**60


def room_of(
    problem: Problem,
    offers: tuple[Offer, ...],
    order: Ints,
    of_offer: Ints,
    offered: Ints,
) -> tuple[tuple[Slot, ...], Ints, Ints, Ints]:
    """Number the slots; give their room, and the rows and amounts that each pair's step takes.

    Many pairs go by the same way, so each way is looked up once.
    """
    columns, count = problem.columns, len(order)
    if not columns.way[order].any():
        none = np.zeros((count, 0), dtype=np.int64)
        return (), np.zeros(0, dtype=np.int64), none, none
    net = problem.net
    by_way = columns.way[order]
    taken = [net.slots(way) for way in columns.ways]
    slots = tuple(sorted({slot for each in taken for slot in each}))
    at = {slot: number for number, slot in enumerate(slots)}
    width = max(len(each) for each in taken)
    table = np.full((len(taken), width), len(slots), dtype=np.int64)
    for number, each in enumerate(taken):
        table[number, : len(each)] = [at[slot] for slot in each]
    limits = [net.by_id[leg].room_in(period).limits for leg, period in slots]
    room = np.array(
        [NO_LIMIT if limit is None else limit for each in limits for limit in each], dtype=np.int64
    )
    kinds = len(Measure)
    load = np.array([offer.load.amounts for offer in offers], dtype=np.int64)
    # Shape (pairs, width, measures); what is filled up, or has no limit, counts in the last row.
    rows = table[by_way][:, :, None] * kinds + np.arange(kinds)
    amounts = np.broadcast_to((load[of_offer] * offered[:, None])[:, None, :], rows.shape)
    bound = np.append(room, [NO_LIMIT] * kinds)[rows] < NO_LIMIT
    rows = np.where(bound, rows, len(room)).reshape(count, -1)
    amounts = np.where(bound, amounts, 0).reshape(count, -1)
    useful = (amounts > 0).any(axis=0)
    return slots, room, rows[:, useful], amounts[:, useful]


def with_rates(
    problem: Problem,
    offers: tuple[Offer, ...],
    pairs: tuple[Pair, ...],
    offered: Ints,
    room: tuple[tuple[Slot, ...], Ints, Ints, Ints],
) -> tuple[tuple[Slot, ...], Ints, Ints, Ints]:
    """Add a row for each span of an offer with a rate: what leaves in it shares one limit."""
    rated = {offer.id: offer for offer in offers if offer.rate}
    if not rated:
        return room
    slots, limits, rows, loads = room
    spans = [
        (pair.offer, problem.span_of(rated[pair.offer], pair)) if pair.offer in rated else None
        for pair in pairs
    ]
    known = sorted({span for span in spans if span})
    at = {span: len(limits) + number for number, span in enumerate(known)}
    last = len(limits) + len(known)
    more = [rate.amount for offer, _ in known if (rate := rated[offer].rate)]
    rows = np.where(rows == len(limits), last, rows)
    column = np.array([at[span] if span else last for span in spans], dtype=np.int64)
    return (
        slots,
        np.concatenate((limits, np.array(more, dtype=np.int64))),
        np.column_stack((rows, column)),
        np.column_stack((loads, np.where(column < last, offered, 0))),
    )
