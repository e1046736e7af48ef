"""What a need is for: the intended uses there are, each with what it means.

A use is stated by who asks, or it is not known.  It is never guessed from the item: a generator
may light a hospital or a command post.
"""

from enum import StrEnum

from muster.core.refusals import ChoiceUnknown


class Use(StrEnum):
    """The intended uses of what is asked for."""

    HUMANITARIAN_RELIEF = "humanitarian_relief"
    MEDICAL = "medical"
    CIVIL_PROTECTION = "civil_protection"
    INFRASTRUCTURE = "infrastructure"
    MINE_ACTION = "mine_action"
    PUBLIC_ORDER = "public_order"
    MILITARY_TRAINING = "military_training"
    MILITARY_SUPPORT = "military_support"
    MILITARY_OPERATIONS = "military_operations"

    @property
    def label(self) -> str:
        """Write it as people do."""
        return self.value.replace("_", " ")


MEANINGS = {
    Use.HUMANITARIAN_RELIEF: "food, water, shelter and care of people in need",
    Use.MEDICAL: "treatment of the sick and wounded, and public health",
    Use.CIVIL_PROTECTION: "warning, rescue, fire-fighting, shelters and evacuation",
    Use.INFRASTRUCTURE: "keeping up or repairing power, heat, water, roads, railways and networks",
    Use.MINE_ACTION: "finding and clearing mines and what did not explode",
    Use.PUBLIC_ORDER: "police, border guard, customs and courts",
    Use.MILITARY_TRAINING: "training of armed forces",
    Use.MILITARY_SUPPORT: "quarters, clothing, transport, upkeep and care of armed forces, apart "
    "from combat",
    Use.MILITARY_OPERATIONS: "combat, and what directly serves it",
}


def read_use(text: str, *, at: str = "use") -> str:
    """Read a use as people write it, by its code or its label; empty stays empty: not stated.

    Raises:
        ChoiceUnknown: it is none of the vocabulary.
    """
    found = find_use(text)
    if found is None:
        raise ChoiceUnknown(at=at, given=text[:60], known=", ".join(Use))
    return found


def find_use(text: str) -> str | None:
    """Find the use that a text names; empty for an empty one, None where it names none."""
    plain = "_".join(text.replace("-", " ").replace("_", " ").casefold().split())
    if plain in {"", "not_stated"}:
        return ""
    return plain if plain in set(Use) else None
