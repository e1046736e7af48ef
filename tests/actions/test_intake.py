"""Lists become records: read with every doubt, decided by people, stored as one, taken back."""

from datetime import date

import pytest
from django.db import Error, connection, transaction

from muster.actions import catalogue, imports, intake
from muster.actions.columns import ColumnMeant
from muster.actions.intake import LineDecision
from muster.core.actors import Role
from muster.core.intake.settled import Verdict
from muster.core.refusals import (
    ActsForAnother,
    ChoiceUnknown,
    FileEmpty,
    FileTooLarge,
    ItemUnknown,
    LinesOpen,
    NotFound,
    NothingToStore,
    NotReviewedNonLethal,
    PartyUnknown,
    RoleMissing,
    WrongStage,
)
from muster.queries import intake as asked
from muster.records.models import (
    AssistanceRequest,
    OriginalFile,
    RequestLine,
    SenderMapping,
)
from tests import make
from tests.make import NOW, TENT, World, act, person, world
from tests.make_lists import GIFTS, HEAD, NEEDS, STRANGE, dropped, line

pytestmark = pytest.mark.usefixtures("records")


def test_bytes_are_kept_as_they_came_and_cannot_be_changed() -> None:
    w = world()
    batch = dropped(w)
    original = OriginalFile.objects.get(pk=batch.original_id)
    assert bytes(original.data) == NEEDS.encode()
    for statement in (
        "UPDATE original_file SET data = 'x' WHERE sha256 = %s",
        "DELETE FROM original_file WHERE sha256 = %s",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [original.pk])


def test_a_hash_that_is_not_that_of_the_bytes_is_refused_by_the_database() -> None:
    with pytest.raises(Error, match="original_file_named_by_its_hash"), transaction.atomic():
        OriginalFile.objects.create(sha256="0" * 64, data=b"x", size=1)


def test_a_line_whose_item_is_not_known_is_asked_about_and_keeps_all_from_being_stored() -> None:
    w = world()
    batch = dropped(w, STRANGE)
    assert line(batch, 2).verdict is Verdict.QUESTION
    assert {issue.code for issue in line(batch, 2).issues} & {"item_unknown", "item_unsure"}
    with pytest.raises(LinesOpen):
        imports.commit_import(act=act(w.coordinator), batch=batch.pk)
    assert not AssistanceRequest.objects.filter(operation=w.operation).exists()


def test_a_line_with_a_question_stays_out_where_somebody_says_so() -> None:
    w = world()
    batch = dropped(w, STRANGE)
    imports.commit_import(act=act(w.coordinator), batch=batch.pk, leave_out=True)
    assert RequestLine.objects.filter(operation=w.operation).count() == 1


def test_a_chosen_item_answers_the_question_of_every_line_with_the_same_words() -> None:
    w = world()
    batch = dropped(w, f"{STRANGE};Quuxograms;9;;Ukraine;\n")
    intake.decide_lines(
        act=act(w.coordinator), batch=batch.pk, decisions=[LineDecision(number=2, item=TENT)]
    )
    assert [li.verdict for li in asked.lines_seen(batch)] == [Verdict.READY] * 3
    assert line(batch, 3).item == TENT


def test_a_typed_amount_takes_the_place_of_what_was_read() -> None:
    w = world()
    batch = dropped(w)
    intake.decide_lines(
        act=act(w.coordinator),
        batch=batch.pk,
        decisions=[LineDecision(number=1, amount="up to 70")],
    )
    assert line(batch, 1).quantity.text == "up to 70"
    imports.commit_import(act=act(w.coordinator), batch=batch.pk)
    kept = RequestLine.objects.get(operation=w.operation, position=1)
    assert (kept.low, kept.high, kept.typed_amount) == (None, 70, "up to 70")


def test_an_impossible_typed_amount_is_an_error_of_its_line() -> None:
    w = world()
    batch = dropped(w)
    intake.decide_lines(
        act=act(w.coordinator), batch=batch.pk, decisions=[LineDecision(number=1, amount="1.5")]
    )
    assert line(batch, 1).verdict is Verdict.ERROR
    with pytest.raises(LinesOpen):
        imports.commit_import(act=act(w.coordinator), batch=batch.pk)


def test_a_line_that_is_left_out_is_not_stored() -> None:
    w = world()
    batch = dropped(w)
    intake.decide_lines(
        act=act(w.coordinator), batch=batch.pk, decisions=[LineDecision(number=1, skip=True)]
    )
    imports.commit_import(act=act(w.coordinator), batch=batch.pk)
    assert [li.low for li in RequestLine.objects.filter(operation=w.operation)] == [30]


def test_a_list_of_which_every_line_is_left_out_stores_nothing_and_says_so() -> None:
    w = world()
    batch = dropped(w)
    decisions = [LineDecision(number=n, skip=True) for n in (1, 2)]
    intake.decide_lines(act=act(w.coordinator), batch=batch.pk, decisions=decisions)
    with pytest.raises(NothingToStore):
        imports.commit_import(act=act(w.coordinator), batch=batch.pk)


def test_a_decision_that_names_what_is_not_there_is_refused() -> None:
    w = world()
    batch = dropped(w)
    for decision, no in (
        (LineDecision(number=1, item="NO-SUCH"), ItemUnknown),
        (LineDecision(number=1, party="NOWHERE"), PartyUnknown),
    ):
        with pytest.raises(no):
            intake.decide_lines(act=act(w.coordinator), batch=batch.pk, decisions=[decision])


def test_the_same_key_reads_a_list_once() -> None:
    w = world()
    deed = act(w.coordinator)
    given = {
        "operation": w.operation.pk,
        "purpose": "requests",
        "name": "a",
        "data": NEEDS.encode(),
    }
    first = intake.read_list(act=deed, **given)  # type: ignore[arg-type]
    second = intake.read_list(act=deed, **given)  # type: ignore[arg-type]
    assert first.pk == second.pk
    assert first.lines.count() == 2


def test_a_nation_imports_for_itself_and_for_no_other() -> None:
    w = world()
    own = dropped(w, HEAD + f"{TENT};Tents;7;;;\n", purpose="offers", actor=w.donor)
    assert line(own, 1).party == "DEU"
    imports.commit_import(act=act(w.donor), batch=own.pk)
    foreign = dropped(w, HEAD + f"{TENT};Tents;7;;Norway;\n", purpose="offers", actor=w.donor)
    with pytest.raises(ActsForAnother):
        imports.commit_import(act=act(w.donor), batch=foreign.pk)
    with pytest.raises(ActsForAnother):
        dropped(w, GIFTS, purpose="offers", actor=w.donor, party="NOR")
    with pytest.raises(RoleMissing):
        dropped(w, actor=person(Role.LOGISTICS, "EADRCC"))


def test_the_organisation_cannot_import_what_it_may_not_offer_by_hand() -> None:
    w = world()
    catalogue.add_item(
        act=act(w.coordinator),
        code="T-UNREVIEWED",
        name="Unreviewed thing",
        category="other",
        unit="H87",
    )
    batch = dropped(w, HEAD + "T-UNREVIEWED;Unreviewed thing;7;;NATO;\n", purpose="offers")
    assert "not_reviewed_non_lethal" in {issue.code for issue in line(batch, 1).issues}
    by_hand = World(w.operation, w.coordinator, person(Role.DONOR, "NATO"), w.recipient, "NATO")
    with pytest.raises(NotReviewedNonLethal):
        make.offered(by_hand, "7", item="T-UNREVIEWED")


def test_a_column_is_given_another_meaning_and_the_list_is_read_again_so() -> None:
    w = world()
    batch = dropped(w, sender="A ministry")
    columns = asked.preview(batch.pk, w.coordinator, NOW.date()).columns
    place = next(c for c in columns if c.heading == "Place")
    meant = ColumnMeant(letter=place.letter, sheet=place.sheet, means="note")
    intake.remap(act=act(w.coordinator), batch=batch.pk, columns=[meant])
    again = line(batch, 1).draft
    assert (again.place_text, again.note) == ("", "Lviv")
    assert SenderMapping.objects.get(sender="A ministry", heading="Place").means == "note"
    later = dropped(w, NEEDS.replace("120", "121"), sender="A ministry")
    assert line(later, 1).draft.note == "Lviv"
    of_another = dropped(w, NEEDS.replace("120", "122"), sender="Another ministry")
    assert line(of_another, 1).draft.place_text == "Lviv"
    nonsense = ColumnMeant(letter=place.letter, sheet=place.sheet, means="nonsense")
    with pytest.raises(ChoiceUnknown):
        intake.remap(act=act(w.coordinator), batch=batch.pk, columns=[nonsense])


def test_decisions_outlive_a_second_reading_of_the_same_words() -> None:
    w = world()
    batch = dropped(w, STRANGE)
    intake.decide_lines(
        act=act(w.coordinator), batch=batch.pk, decisions=[LineDecision(number=2, item=TENT)]
    )
    intake.reread(act=act(w.coordinator), batch=batch.pk, convention="comma_decimal")
    assert line(batch, 2).item == TENT


def test_a_file_of_nothing_and_a_file_beyond_the_limit_are_refused_before_anything_is_kept() -> (
    None
):
    with pytest.raises(FileEmpty):
        intake.original_of(b"")
    with pytest.raises(FileTooLarge):
        intake.original_of(bytes(intake.MOST_BYTES + 1))


def test_a_discarded_list_is_stored_no_more() -> None:
    w = world()
    batch = dropped(w)
    intake.discard_list(act=act(w.coordinator), batch=batch.pk)
    with pytest.raises(WrongStage):
        imports.commit_import(act=act(w.coordinator), batch=batch.pk)


def test_a_stranger_to_a_list_does_not_see_it() -> None:
    w = world()
    batch = dropped(w)
    stranger = person(Role.DONOR, "NOR")
    assert not asked.imports_of(w.operation, stranger, day=NOW.date()).items
    with pytest.raises(NotFound):
        asked.preview(batch.pk, stranger, NOW.date())


def test_a_need_before_the_day_of_the_list_is_an_error() -> None:
    w = world()
    batch = dropped(w, "Item code;Item;Quantity;Needed by\n" + f"{TENT};Tents;7;2001-02-03\n")
    shown = line(batch, 1)
    assert shown.draft.needed_by == date(2001, 2, 3)
    assert "dates_out_of_order" in {issue.code for issue in shown.issues}
