"""The kernel of the stress: many futures of one plan, each drawn and counted in one pass.

Chance is a hash of seed, future, kind of trouble and place, so a future is the same whichever core
draws it and in whichever order.
"""

import numpy as np
from numpy.typing import NDArray

from muster.solving.compiling import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# The kinds of chance: an offer is late, by how much, a leg is closed, a consent is refused, a need
# grows, by how much.
_LATE, _DAYS, _SHUT, _REFUSED, _GROWS, _GROWTH = range(6)


@compiled
def _chance(seed: int, future: int, kind: int, at: int) -> float:
    """Draw a number from 0 up to 1, by the finaliser of splitmix64 over a mix of the four."""
    mixed = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)
    for each in (future, kind, at):
        mixed = mixed ^ (np.uint64(each) + np.uint64(0x9E3779B97F4A7C15))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return float(mixed >> np.uint64(11)) / 9007199254740992.0


@compiled
def _tossed(
    seed: int,
    future: int,
    chances: tuple[Floats, Floats, Floats],
    days: int,
    late: Ints,
    shut: Ints,
    refused: Ints,
) -> None:
    """Draw the troubles of one future: days late, closed slots, refused consents."""
    late_chance, shut_chance, refused_chance = chances
    for offer in range(len(late)):
        late[offer] = 0
        if _chance(seed, future, _LATE, offer) < late_chance[offer]:
            late[offer] = 1 + int(_chance(seed, future, _DAYS, offer) * days)
    for slot in range(len(shut)):
        shut[slot] = int(_chance(seed, future, _SHUT, slot) < shut_chance[slot])
    for consent in range(len(refused)):
        refused[consent] = int(_chance(seed, future, _REFUSED, consent) < refused_chance[consent])


@compiled
def _asked(
    seed: int, future: int, surge: float, percent: int, class_of: Ints, amount: Ints, asked: Ints
) -> None:
    """Draw which needs grow, and add up what is asked of each class."""
    for need in range(len(class_of)):
        grown = amount[need]
        if surge > 0.0 and _chance(seed, future, _GROWS, need) < surge:
            more = 1 + int(_chance(seed, future, _GROWTH, need) * percent)
            grown += (grown * more) // 100
        asked[class_of[need]] += grown


@compiled
def _delay(slot: int, shut: Ints, following: Ints, wait: int) -> int:
    """Count the days until a departure finds its leg open."""
    days = 0
    while slot >= 0 and shut[slot]:
        days += wait
        slot = following[slot]
    return days


@compiled
def drawn(
    seed: int,
    first: int,
    futures: int,
    chances: tuple[Floats, Floats, Floats],
    growing: tuple[float, int, int],
    assignments: tuple[Ints, Ints, Ints, Ints, Ints],
    passes: tuple[Ints, Ints, Ints, Ints],
    asking: tuple[Ints, Ints, int],
    slots: tuple[Ints, Ints, Ints, int, int],
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Draw futures and count them.

    Args:
        seed: of all futures.
        first: the number of the first one drawn here.
        futures: how many.
        chances: of trouble with each offer, slot and consent.
        growing: the chance that a need grows, the most per cent, and the most days of an offer.
        assignments: offer, need, units covered, worth, and the days that each can wait.
        passes: where each assignment's slots begin, the slots, where its consents begin, and those.
        asking: class and amount of each need, and the number of classes.
        slots: the leg of each slot, the next slot of that leg, whether the plan uses it, days from
            a slot to the next, and the number of legs.

    Returns:
        Units met and asked by future and class, units of worth lost by thing, in how many futures
        each thing failed, and how many assignments failed in each future.
    """
    surge, percent, days = growing
    of_offer, of_need, covers, worth, spare = assignments
    slot_start, slot_of, consent_start, consent_of = passes
    class_of, amount, classes = asking
    leg_of, following, in_use, wait, legs = slots
    offers, consents = len(chances[0]), len(chances[2])
    met = np.zeros((futures, classes), np.int64)
    asked = np.zeros((futures, classes), np.int64)
    lost = np.zeros(offers + legs + consents, np.int64)
    failed = np.zeros(offers + legs + consents, np.int64)
    hurt = np.zeros(futures, np.int64)
    late = np.zeros(offers, np.int64)
    shut = np.zeros(len(leg_of), np.int64)
    refused = np.zeros(consents, np.int64)
    for at in range(futures):
        _tossed(seed, first + at, chances, days, late, shut, refused)
        _asked(seed, first + at, surge, percent, class_of, amount, asked[at])
        failed[:offers] += late > 0
        failed[offers + legs :] += refused
        # A leg counts once in a future, and only where something was to depart.
        counted = -1
        for slot in range(len(leg_of)):
            if shut[slot] and in_use[slot] and leg_of[slot] != counted:
                counted = leg_of[slot]
                failed[offers + counted] += 1
        for row in range(len(of_offer)):
            delay, gone = late[of_offer[row]], 0
            for each in range(slot_start[row], slot_start[row + 1]):
                delay += _delay(slot_of[each], shut, following, wait)
            for each in range(consent_start[row], consent_start[row + 1]):
                gone += refused[consent_of[each]]
            if not gone and delay <= spare[row]:
                met[at, class_of[of_need[row]]] += covers[row]
                continue
            hurt[at] += 1
            if late[of_offer[row]]:
                lost[of_offer[row]] += worth[row]
            for each in range(slot_start[row], slot_start[row + 1]):
                if shut[slot_of[each]]:
                    lost[offers + leg_of[slot_of[each]]] += worth[row]
            for each in range(consent_start[row], consent_start[row + 1]):
                if refused[consent_of[each]]:
                    lost[offers + legs + consent_of[each]] += worth[row]
    return met, asked, lost, failed, hurt
