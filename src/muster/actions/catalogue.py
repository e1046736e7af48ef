"""Catalogue verbs: items and their reviews."""

from muster.actions.journal import action
from muster.core.actors import Act, Role
from muster.core.quantities.units import find_measure
from muster.core.refusals import ChoiceUnknown, TextMissing
from muster.core.rules import code_forbids
from muster.queries.register import find_item
from muster.records.models import Item, ItemReview
from muster.records.models.catalogue import Lethality


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
