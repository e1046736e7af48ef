"""What one unit of an item takes of a leg's room, and what is not known of it.

Where the catalogue has no weight, none is made up: neither the item's category nor the things filed
beside it say what it weighs.  Such goods are planned as if they took no room by weight, and every
plan that moves them asks what they weigh.  A volume that is not known follows from a weight that
is, and the plan says so.
"""

from dataclasses import dataclass, replace

from muster.core.planning.net import Leg, Load, Room
from muster.core.refusals import Refusal

# Loose cargo of relief goods: about 200 kg in a cubic metre, so 5 ml for each gram.  Of the things
# in the catalogue of which both are known the middle one takes 4.6.
_ML_PER_G = 5
_G_PER_KG = 1_000
_ML_PER_L = 1_000
_ML_PER_M3 = 1_000_000
PALLET_G, PALLET_ML = 800 * _G_PER_KG, 1_200_000
"""What a pallet is counted as: 800 kg or 1.2 m3, whichever is reached first."""

# What goes by itself and takes no room of the net for goods.
_NOT_CARGO = frozenset({"teams", "training", "services"})


# A thousand tonnes, or cubic metres: more is a slip of the pen.
MOST_OF_ONE = 1_000_000_000


class MeasureUnlikely(Refusal):
    """One unit is said to take {given}; give whole grams or millilitres from 1 to {most}."""


def measure_forbids(value: int, *, at: str) -> Refusal | None:
    """Say why this can be no mass or volume of one unit, or nothing."""
    if 1 <= value <= MOST_OF_ONE:
        return None
    return MeasureUnlikely(at=at, given=value, most=MOST_OF_ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one unit takes, and what had to be assumed for that.

    Args:
        load: what it takes; nothing by weight where that is not known.
        assumed: the sentence on what was assumed; empty where nothing was.
        weighed: whether its weight is known, or it takes no room at all.
    """

    load: Load
    assumed: str = ""
    weighed: bool = True


def carried(
    *, name: str, category: str, unit: str, mass_g: int | None, volume_ml: int | None
) -> Carried:
    """Say what one unit of an item takes of the room.

    Args:
        name: for the sentence.
        category: the item's category in the catalogue.
        unit: the UN/ECE code of its smallest unit.
        mass_g: of one unit; None where not known.
        volume_ml: likewise.
    """
    if category in _NOT_CARGO:
        return Carried(load=Load(), assumed=f"{name} goes by itself and takes no room.")
    by_unit = {"KGM": (_G_PER_KG, None), "LTR": (_G_PER_KG, _ML_PER_L), "MTQ": (None, _ML_PER_M3)}
    known_g, known_ml = by_unit.get(unit, (None, None))
    grams, ml = mass_g or known_g, volume_ml or known_ml
    if grams is None:
        told = f"The weight of {name} is not known; it is planned as if it weighed nothing."
        return Carried(load=Load(millilitres=ml or 0), assumed=told, weighed=False)
    told = ""
    if unit == "LTR" and mass_g is None:
        told = f"a litre of {name} is counted as 1 kg"
    if ml is None:
        ml = grams * _ML_PER_G
        told = f"{told}, and" if told else f"no volume is known of {name};"
        told += " 5 litres for each kilogram is assumed"
    return Carried(
        load=Load(grams=grams, millilitres=ml),
        assumed=f"{told[0].upper()}{told[1:]}." if told else "",
    )


def without_pallets(leg: Leg) -> Leg:
    """Turn a limit in pallets into weight and volume, so that small items are not rounded up."""
    room = leg.room
    if room.millipallets is None:
        return leg
    grams = room.millipallets * PALLET_G // 1_000
    ml = room.millipallets * PALLET_ML // 1_000
    return replace(
        leg,
        room=Room(
            grams=grams if room.grams is None else min(grams, room.grams),
            millilitres=ml if room.millilitres is None else min(ml, room.millilitres),
        ),
    )
