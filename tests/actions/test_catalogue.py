"""What an item is called, and what is in a kit."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from muster.actions import catalogue
from muster.actions.catalogue import InKit
from muster.core.actors import Role
from muster.core.intake.items import Index
from muster.core.planning.loads import MeasureUnlikely
from muster.core.refusals import (
    AliasTaken,
    AmountNotPositive,
    ItemUnknown,
    KitInItself,
    NotFound,
    PartTwice,
    ReasonMissing,
    Refusal,
    RoleMissing,
    TextMissing,
)
from muster.queries import catalogue as queries
from muster.records.models import Alias, Item, JournalEntry, KitPart
from tests import make

pytestmark = pytest.mark.usefixtures("records")
WORDS = "hotel soap in paper"


def named(text: str = WORDS, item: str = "WSH-SOP-100", role: Role = Role.COORDINATOR) -> Alias:
    actor = make.person(role, "EADRCC")
    return catalogue.add_alias(act=make.act(actor), item=item, text=text, language="en")


def test_confirmed_words_mean_the_item_from_then_on() -> None:
    assert Index(queries.entries()).match([WORDS])[0][0].confidence < 0.9
    alias = named()
    found = Index(queries.entries()).match([WORDS.upper()])[0]
    assert (found[0].code, found[0].confidence >= 0.9) == ("WSH-SOP-100", True)
    assert alias.source == "confirmed"
    assert alias.confirmed_by is not None
    assert queries.meant_by("Hotel soap, in paper") == alias.item


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LOGISTICS])
def test_coordinators_and_logistics_officers_say_what_words_mean(role: Role) -> None:
    assert named(role=role).item_id == "WSH-SOP-100"


@pytest.mark.parametrize("role", [Role.DONOR, Role.RECIPIENT])
def test_nobody_else_does(role: Role) -> None:
    with pytest.raises(RoleMissing):
        named(role=role)


@pytest.mark.parametrize("text", ["wool blankets", "WOOL blanket, high thermal", "Wolldecken"])
def test_words_that_mean_another_item_are_refused(text: str) -> None:
    with pytest.raises(AliasTaken) as refused:
        named(text)
    assert "SHL-BLK-WOL" in refused.value.sentence


def test_words_said_twice_are_kept_once() -> None:
    first = named()
    assert named(f"  {WORDS.title()} ") == first
    assert Alias.objects.filter(normalised=first.normalised).count() == 1


def test_words_need_a_letter_and_an_item() -> None:
    with pytest.raises(TextMissing):
        named(" -- ")
    with pytest.raises(ItemUnknown):
        named(item="NO-SUCH")


def test_ended_words_mean_nothing_and_can_be_given_to_another_item() -> None:
    alias = named()
    ended = catalogue.end_alias(act=make.act(make.coordinator()), alias=alias.pk)
    assert ended.ended_at == make.NOW
    assert queries.meant_by(WORDS) is None
    assert named(item="WSH-SOP-200").item_id == "WSH-SOP-200"
    with pytest.raises(NotFound):
        catalogue.end_alias(act=make.act(make.coordinator()), alias=alias.pk)


def test_an_alias_is_not_rewritten_by_the_database_either() -> None:
    alias = named()
    for statement in (
        "UPDATE item_alias SET text = 'x' WHERE id = %s",
        "DELETE FROM item_alias WHERE id = %s",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [alias.pk])


def kit(code: str, *parts: InKit) -> Item:
    return catalogue.set_kit(act=make.act(make.coordinator()), kit=code, parts=parts)


def test_a_kit_holds_what_was_said_last() -> None:
    kit("SHL-KIT-TOL", InKit(item="ENG-TOL-HAM", amount=2))
    kit("SHL-KIT-TOL", InKit(item="ENG-TOL-SAW", amount=1), InKit(item="ENG-TOL-AXE", amount=3))
    page = queries.item_page("SHL-KIT-TOL")
    assert {part.code: part.amount for part in page.parts} == {"ENG-TOL-SAW": 1, "ENG-TOL-AXE": 3}
    assert "SHL-KIT-TOL" in {whole.code for whole in queries.item_page("ENG-TOL-AXE").in_kits}
    assert JournalEntry.objects.filter(verb="say what is in a kit").count() == 2


def test_a_kit_is_not_in_itself_however_deep() -> None:
    kit("SHL-KIT-TRP", InKit(item="SHL-KIT-TOL", amount=1))
    for part in ("SHL-KIT-TOL", "SHL-KIT-TRP"):
        with pytest.raises(KitInItself), transaction.atomic():
            kit("SHL-KIT-TOL", InKit(item=part, amount=1))
    assert KitPart.objects.filter(kit="SHL-KIT-TOL").exists()


def test_a_kit_holds_each_part_once_and_more_than_none_of_it() -> None:
    part = InKit(item="ENG-TOL-HAM", amount=1)
    with pytest.raises(PartTwice):
        kit("SHL-KIT-TOL", part, part)
    with pytest.raises(AmountNotPositive):
        kit("SHL-KIT-TOL", InKit(item="ENG-TOL-HAM", amount=0))
    with pytest.raises(ItemUnknown):
        kit("SHL-KIT-TOL", InKit(item="NO-SUCH", amount=1))


def test_a_retry_gives_the_same_alias() -> None:
    act = make.act(make.coordinator())
    text = f"soap {uuid4().hex}"
    made = [catalogue.add_alias(act=act, item="WSH-SOP-100", text=text) for _ in range(2)]
    assert made[0] == made[1]


def test_items_are_found_by_their_aliases_and_categories() -> None:
    assert {item.code for item in queries.items(text="Wolldecken").items} == {"SHL-BLK-WOL"}
    for found in queries.items(relief="wash", category="wash").items:
        assert (found.category, found.relief_category) == ("wash", "wash")
    assert queries.items(support="air defence").total > 5
    assert queries.items(text="zzz").total == 0


def test_every_page_of_the_list_follows_the_one_before() -> None:
    seen: list[str] = []
    after = None
    while True:
        page = queries.items(after=after, limit=200)
        seen += [item.code for item in page.items]
        if page.next_after is None:
            break
        after = page.next_after
    assert len(seen) == len(set(seen)) == page.total == Item.objects.count()


CRANE = "ENG-CRN-TRK"


def test_a_weight_that_is_stated_is_kept_with_who_said_it_and_why() -> None:
    assert Item.objects.get(pk=CRANE).mass_g is None
    act = make.act(make.person(Role.LOGISTICS, "EADRCC"), reason="The maker's data sheet.")
    catalogue.state_measures(act=act, item=CRANE, mass_g=24_000_000)
    found = Item.objects.get(pk=CRANE)
    assert (found.mass_g, found.volume_ml) == (24_000_000, None)
    line = JournalEntry.objects.get(verb="state what an item weighs")
    assert line.reason == "The maker's data sheet."


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, TextMissing),
        ({"mass_g": 0}, MeasureUnlikely),
        ({"mass_g": -5}, MeasureUnlikely),
        ({"mass_g": 5, "volume_ml": 10**12}, MeasureUnlikely),
    ],
)
def test_a_weight_that_can_be_none_changes_nothing(
    given: dict[str, int], refusal: type[Refusal]
) -> None:
    act = make.act(make.person(Role.COORDINATOR, "EADRCC"), reason="A guess.")
    with pytest.raises(refusal), transaction.atomic():
        catalogue.state_measures(act=act, item=CRANE, **given)
    assert Item.objects.get(pk=CRANE).mass_g is None


def test_a_weight_without_its_source_and_one_of_a_donor_are_refused() -> None:
    silent = make.act(make.person(Role.COORDINATOR, "EADRCC"))
    with pytest.raises(ReasonMissing), transaction.atomic():
        catalogue.state_measures(act=silent, item=CRANE, mass_g=5)
    donor = make.act(make.person(Role.DONOR, "DEU"), reason="Mine.")
    with pytest.raises(RoleMissing), transaction.atomic():
        catalogue.state_measures(act=donor, item=CRANE, mass_g=5)
    assert Item.objects.get(pk=CRANE).mass_g is None
