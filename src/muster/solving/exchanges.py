"""The kernels that make a plan whole: fill up, take away, and exchange along chains.

All work in place on `steps` (whole steps of each column) and `left` (what they leave of each row).
A column counts in the rows of its line of `rows`, with the whole numbers of `counts`; 0 is no row.
"""

import numpy as np
from numpy.typing import NDArray

from muster.solving.compiling import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

# A chain of exchanges has at most so many changes.
_LONGEST = 60


@compiled
def _put(at: int, more: int, rows: Ints, counts: Ints, left: Ints, steps: Ints) -> None:
    steps[at] += more
    for place in range(rows.shape[1]):
        left[rows[at, place]] -= more * counts[at, place]


@compiled
def taken(used: Ints, rows: Ints, counts: Ints, left: Ints, steps: Ints) -> None:
    """Take what the steps of these columns use of each row off what is left."""
    for at in used:
        for place in range(rows.shape[1]):
            left[rows[at, place]] -= steps[at] * counts[at, place]


@compiled
def _fits(at: int, rows: Ints, counts: Ints, left: Ints, cap: int) -> int:
    """Count the steps, up to a cap, that fit what is left."""
    most = cap
    for place in range(rows.shape[1]):
        count = counts[at, place]
        if count > 0 and left[rows[at, place]] < most * count:
            most = left[rows[at, place]] // count
    return max(most, 0)


@compiled
def filled(
    order: Ints,
    rows: Ints,
    counts: Ints,
    left: Ints,
    steps: Ints,
    most: Ints,
    least: Ints,
    anew: bool,  # noqa: FBT001 - kernels take all by position
) -> None:
    """Add to each column in this order as many steps as fit.

    Args:
        order: the columns, the most wanted first.
        rows: of each column.
        counts: what a step counts there.
        left: of each row.
        steps: of each column.
        most: what a column may have in all.
        least: what a column must have at once, if it has any.
        anew: whether what is added must reach the least by itself.
    """
    for at in order:
        more = _fits(at, rows, counts, left, most[at] - steps[at])
        if more > 0 and more >= least[at] - (0 if anew else steps[at]):
            _put(at, more, rows, counts, left, steps)


@compiled
def trimmed(order: Ints, rows: Ints, counts: Ints, left: Ints, steps: Ints) -> None:
    """Take steps off the columns in this order until no row is over its limit."""
    for at in order:
        if steps[at] <= 0:
            continue
        fewer = 0
        for place in range(rows.shape[1]):
            count, over = counts[at, place], -left[rows[at, place]]
            if count > 0 and over > 0:
                fewer = max(fewer, (over + count - 1) // count)
        if fewer > 0:
            _put(at, -min(fewer, steps[at]), rows, counts, left, steps)


@compiled
def _unused(at: int, rows: Ints, counts: Ints, left: Ints, slack: Floats, price: Floats) -> float:
    """Say what one more step is worth by prices, when it takes what else would be left over."""
    worth = float(slack[at])
    for place in range(rows.shape[1]):
        count = counts[at, place]
        if count > 0 and left[rows[at, place]] >= count:
            worth += price[rows[at, place]] * count
    return worth


@compiled
def _among(values: Ints, at: int) -> bool:
    for each in values:  # noqa: SIM110 - kernels have no generators
        if each == at:
            return True
    return False


@compiled
def _cheapest(
    row: int,
    users: Ints,
    rows: Ints,
    counts: Ints,
    gain: Ints,
    price: Floats,
    left: Ints,
    steps: Ints,
    barred: Ints,
) -> tuple[int, int]:
    """Choose a column of an overfull row to take steps from, and how many; -1 where there is none.

    What is freed for a row that is over counts in full, what is freed elsewhere for most of its
    price, because another column may use it.
    """
    chosen, fewer, least_cost = -1, 0, 1e300
    for at in users:
        if steps[at] <= 0 or _among(barred, at):
            continue
        count = 0
        for place in range(rows.shape[1]):
            if rows[at, place] == row:
                count += counts[at, place]
        if count == 0:
            continue
        wanted = (-left[row] + count - 1) // count
        taken = min(wanted, steps[at])
        cost = float(taken * gain[at])
        for place in range(rows.shape[1]):
            freed, each = taken * counts[at, place], rows[at, place]
            if left[each] < 0:
                cost -= price[each] * min(-left[each], freed)
            elif freed > 0:
                cost -= 0.9 * price[each] * freed
        if taken < wanted:
            cost += 1e-3 * gain[at]
        if cost < least_cost:
            chosen, fewer, least_cost = at, taken, cost
    return chosen, fewer


@compiled
def _chained(
    first: int,
    size: int,
    rows: Ints,
    counts: Ints,
    gain: Ints,
    slack: Floats,
    price: Floats,
    left: Ints,
    steps: Ints,
    most: Ints,
    starts: Ints,
    users: Ints,
    depth: int,
) -> int:
    """Add steps of a column, take away what is in their way, fill what that frees, and go on.

    Gives what was won, or 0 after all is put back as it was.
    """
    changed, by = np.full(_LONGEST, -1, np.int64), np.zeros(_LONGEST, np.int64)
    added = np.full(_LONGEST, -1, np.int64)
    made, at, more = 0, first, size
    won: int = 0
    for _ in range(depth):
        _put(at, more, rows, counts, left, steps)
        changed[made], by[made], added[made] = at, more, at
        made += 1
        won += more * gain[at]
        begun = made
        stuck = False
        for place in range(rows.shape[1]):
            row = rows[at, place]
            while left[row] < 0 and not stuck:
                mine = users[starts[row] : starts[row + 1]]
                gone, fewer = _cheapest(
                    row, mine, rows, counts, gain, price, left, steps, added[:made]
                )
                if gone < 0 or made >= _LONGEST - 1:
                    stuck = True
                    break
                _put(gone, -fewer, rows, counts, left, steps)
                changed[made], by[made] = gone, -fewer
                made += 1
                won -= fewer * gain[gone]
        if stuck:
            break
        following, best = -1, -float(won)
        for each in range(begun, made):
            gone = changed[each]
            # Its offer and its need have something left now.
            for place in range(2):
                row = rows[gone, place]
                if left[row] <= 0:
                    continue
                for other in users[starts[row] : starts[row + 1]]:
                    if other == gone or steps[other] >= most[other]:
                        continue
                    fit = _fits(other, rows, counts, left, most[other] - steps[other])
                    if fit > 0 and made < _LONGEST - 1:
                        _put(other, fit, rows, counts, left, steps)
                        changed[made], by[made], added[made] = other, fit, other
                        made += 1
                        won += fit * gain[other]
                    elif fit == 0 and not _among(changed[:made], other):
                        worth = _unused(other, rows, counts, left, slack, price)
                        if worth > best:
                            following, best = other, worth
        if won > 0:
            return int(won)
        if following < 0 or made > _LONGEST - 20 or steps[following] >= most[following]:
            break
        at, more = following, 1
    for each in range(made - 1, -1, -1):
        _put(changed[each], -by[each], rows, counts, left, steps)
    return 0


@compiled
def exchanged(
    order: Ints,
    rows: Ints,
    counts: Ints,
    gain: Ints,
    slack: Floats,
    price: Floats,
    left: Ints,
    steps: Ints,
    most: Ints,
    starts: Ints,
    users: Ints,
    depth: int,
    share: float,
    tries: int,
    enough: int,
) -> int:
    """Exchange along chains from every column that promises to use what is left over.

    Args:
        order: the columns to begin at.
        rows: of each column: its offer, its need, then room.
        counts: what a step counts there.
        gain: of a step of each column.
        slack: its gain beyond the price of what it takes.
        price: of each row.
        left: of each row.
        steps: of each column.
        most: what a column may have in all.
        starts: where the users of each row begin.
        users: the columns that may be changed, row after row.
        depth: how many columns a chain adds to at most.
        share: the share of its gain that a column must promise by prices.
        tries: how often one column is begun at.
        enough: once so much is won, no further column is begun at.

    Returns:
        What was won in all.
    """
    total = 0
    for first in order:
        if total >= enough:
            break
        for _ in range(tries):
            if steps[first] >= most[first]:
                break
            if _unused(first, rows, counts, left, slack, price) <= share * gain[first]:
                break
            size = most[first] - steps[first]
            for place in range(rows.shape[1]):
                count = counts[first, place]
                if count > 0 and left[rows[first, place]] >= count:
                    size = min(size, left[rows[first, place]] // count)
            won = 0
            while size > 0:
                won = _chained(
                    first,
                    size,
                    rows,
                    counts,
                    gain,
                    slack,
                    price,
                    left,
                    steps,
                    most,
                    starts,
                    users,
                    depth,
                )
                # A large exchange may fail where a small one does not.
                size = 0 if won > 0 or size == 1 else max(1, size // 64)
            if won == 0:
                break
            total += won
    return total
