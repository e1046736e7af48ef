"""What one unit of an item takes of a leg's room, where it is known and where it is assumed.

Unknown is never taken for zero.  Where the catalogue has no weight, one is assumed by the item's
category; where it has no volume, one is assumed from the weight.  Every plan says which.
"""

from dataclasses import dataclass, replace

from muster.core.planning.net import Leg, Load, Room

# Loose cargo of relief goods: about 200 kg in a cubic metre, so 5 ml for each gram.
_ML_PER_G = 5
_G_PER_KG = 1_000
_ML_PER_L = 1_000
_ML_PER_M3 = 1_000_000
PALLET_G, PALLET_ML = 800 * _G_PER_KG, 1_200_000
"""What a pallet is counted as: 800 kg or 1.2 m3, whichever is reached first."""

# Of one piece; a set of things is counted as twenty.
_ASSUMED_KG = {
    "vehicles": 5_000,
    "engineering": 10_000,
    "fire and rescue": 2_000,
    "power": 500,
    "weapons": 500,
    "ammunition": 50,
    "spares": 100,
    "wash": 50,
    "shelter": 500,
    "comms": 2,
    "cbrn protection": 2,
    "clothing": 1,
    "food": 1,
    "household": 2,
    "education": 1,
}
_OTHERWISE_KG = 100
_PIECES_IN_SET = 20
# Tablets, ampoules, gloves: a hundred grams each, rather too much than too little.
_MEDICAL_G = 100
# What goes by itself and takes no room of the net for goods.
_NOT_CARGO = frozenset({"teams", "training", "services"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one unit takes, and the sentence on what was assumed; empty where all is known."""

    load: Load
    assumed: str = ""


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
    told = ""
    if unit == "LTR" and mass_g is None:
        told = f"a litre of {name} is counted as 1 kg"
    if grams is None:
        grams = _assumed_g(category, unit)
        told = f"no weight is known of {name}; {grams / _G_PER_KG:,g} kg each is assumed"
    if ml is None:
        ml = grams * _ML_PER_G
        told = f"{told}, and" if told else f"no volume is known of {name};"
        told += " 5 litres for each kilogram is assumed"
    return Carried(
        load=Load(grams=grams, millilitres=ml),
        assumed=f"{told[0].upper()}{told[1:]}." if told else "",
    )


def _assumed_g(category: str, unit: str) -> int:
    one = _MEDICAL_G if category == "medical" else _ASSUMED_KG.get(category, _OTHERWISE_KG) * 1_000
    return one * (_PIECES_IN_SET if unit == "SET" else 1)


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
