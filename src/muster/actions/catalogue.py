"""Catalogue verbs: items, their reviews, the other words for them, and what is in a kit."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from muster.actions.journal import action
from muster.core.actors import Act, Role
from muster.core.intake.wording import normalised
from muster.core.planning.loads import measure_forbids
from muster.core.quantities.units import find_measure
from muster.core.refusals import (
    AliasTaken,
    AmountNotPositive,
    ChoiceUnknown,
    PartTwice,
    TextMissing,
)
from muster.core.rules import code_forbids
from muster.queries.catalogue import find_alias, meant_by
from muster.queries.register import find_item
from muster.records.models import Alias, Item, ItemReview, KitPart
from muster.records.models.catalogue import AliasSource, Lethality


@dataclass(frozen=True, slots=True, kw_only=True)
class InKit:
    """`amount` of the item's smallest unit is in one kit."""

    item: str
    amount: int


@action("add an item to the catalogue")
def add_item(
    *,
    act: Act,
    code: str,
    name: str,
    category: str,
    unit: str,
    countable: bool = True,
    serial_tracked: bool = False,
    source: str = "",
    relief_category: str = "",
    support_category: str = "",
) -> Item:
    """Add an item; it begins unreviewed, so the organisation may not give it yet.

    Raises:
        RoleMissing: the actor is not a coordinator.
        UnitUnknown: there is no such unit.
        CodeNotPlain: the code is not made of capital letters, digits and hyphens.
        TextMissing: it has no name or no category.
        DuplicateReference: the code is taken.
    """
    act.must_be(Role.COORDINATOR)
    refusal = code_forbids(code)
    if refusal is not None:
        raise refusal
    for at, text in (("name", name), ("category", category)):
        if not text.strip():
            raise TextMissing(what=f"the {at}", at=at)
    return Item.objects.create(
        code=code,
        name=name,
        category=category,
        unit=find_measure(unit, item=name).code,
        countable=countable,
        serial_tracked=serial_tracked,
        source=source,
        relief_category=relief_category,
        support_category=support_category,
    )


@action("review an item")
def review_item(*, act: Act, item: str, verdict: str) -> ItemReview:
    """Record the verdict on an item, with the reviewer, the date and the reason.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ItemUnknown: the catalogue has no such item.
        ChoiceUnknown: there is no such verdict.
        ReasonMissing: no reason is given.
    """
    act.must_be(Role.COORDINATOR)
    if verdict not in Lethality.values:
        raise ChoiceUnknown(at="verdict", given=verdict, known=", ".join(Lethality.values))
    return ItemReview.objects.create(
        id=act.part_id("review"),
        item=find_item(item),
        verdict=verdict,
        reviewer_id=act.actor.user_id,
        reviewed_at=act.now,
        reason=act.must_say_why("a review"),
    )


@action("state what an item weighs")
def state_measures(
    *, act: Act, item: str, mass_g: int | None = None, volume_ml: int | None = None
) -> Item:
    """State the mass of one smallest unit, its volume, or both; what is not given stays as it is.

    Plans reckon with it from then on; those that were made stay as they are.

    Raises:
        RoleMissing: the actor is neither a coordinator nor of logistics.
        ItemUnknown: the catalogue has no such item.
        TextMissing: neither is given.
        MeasureUnlikely: it is not between one and the largest amount.
        ReasonMissing: where it is from is not said.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS)
    found = find_item(item)
    given = {"mass_g": mass_g, "volume_ml": volume_ml}
    stated = {name: value for name, value in given.items() if value is not None}
    if not stated:
        raise TextMissing(at="mass_g", what="the mass or the volume of one unit")
    for name, value in stated.items():
        if refusal := measure_forbids(value, at=name):
            raise refusal
        setattr(found, name, value)
    act.must_say_why("a measure")
    found.save(update_fields=list(stated))
    return found


@action("add other words for an item")
def add_alias(*, act: Act, item: str, text: str, language: str = "") -> Alias:
    """Record that these words mean the item; those that mean it already are left as they are.

    Raises:
        RoleMissing: the actor is neither a coordinator nor a logistics officer.
        ItemUnknown: the catalogue has no such item.
        TextMissing: there is no letter and no digit in the words.
        AliasTaken: the words are the name of another item, or mean it already.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS)
    thing = find_item(item)
    words = " ".join(text.split())
    normal = normalised(words)
    if not normal:
        raise TextMissing(what="the words", at="text")
    alias = Alias.objects.filter(normalised=normal, ended_at__isnull=True).first()
    if alias is not None and alias.item_id == thing.code:
        return alias
    other = meant_by(words)
    if other is not None and other.code != thing.code:
        raise AliasTaken(text=words, item=other.name, code=other.code)
    return Alias.objects.create(
        id=act.part_id("alias"),
        item=thing,
        text=words,
        normalised=normal,
        language=language,
        source=AliasSource.CONFIRMED,
        confirmed_by_id=act.actor.user_id,
        confirmed_at=act.now,
    )


@action("end other words for an item")
def end_alias(*, act: Act, alias: UUID) -> Alias:
    """Take words from an item; from now on they mean nothing, or can be given to another item.

    Raises:
        RoleMissing: the actor is neither a coordinator nor a logistics officer.
        NotFound: there is no such alias in use.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS)
    found = find_alias(alias)
    found.ended_at = act.now
    found.save(update_fields=["ended_at"])
    return found


@action("say what is in a kit")
def set_kit(*, act: Act, kit: str, parts: Sequence[InKit]) -> Item:
    """Say what one unit of the kit holds, in place of what was said before; nothing empties it.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ItemUnknown: the catalogue has no such item.
        AmountNotPositive: an amount is zero or less.
        PartTwice: an item is in the list twice.
        KitInItself: the kit is in itself, directly or through another kit.
    """
    act.must_be(Role.COORDINATOR)
    thing = find_item(kit)
    named: set[str] = set()
    for part in parts:
        if part.amount <= 0:
            raise AmountNotPositive(amount=part.amount)
        if part.item in named:
            raise PartTwice(part=part.item, kit=thing.name)
        named.add(find_item(part.item).code)
    KitPart.objects.filter(kit=thing).delete()
    KitPart.objects.bulk_create(
        KitPart(kit=thing, part_id=part.item, amount=part.amount) for part in parts
    )
    return thing
