"""Lists that were read become records as one, and are taken back as one."""

import pytest
from django.db import Error, connection, transaction

from muster.actions import catalogue, imports, intake, requests
from muster.actions.intake import LineDecision
from muster.core.intake.settled import Verdict
from muster.core.refusals import (
    AlreadyBuiltOn,
    AmountUnreadable,
    KeyReused,
    NotReviewedNonLethal,
    ReasonMissing,
    WrongStage,
)
from muster.queries import intake as asked
from muster.records.models import (
    Account,
    AssistanceRequest,
    ImportLine,
    Offer,
    OfferLine,
    RequestLine,
    Transfer,
)
from tests import make
from tests.make import TENT, act, proposed, row, settled, world
from tests.make_lists import GIFTS, HEAD, NEEDS, dropped, line, stored

pytestmark = pytest.mark.usefixtures("records")


def test_the_lines_of_a_committed_list_cannot_be_changed_even_by_sql() -> None:
    w = world()
    batch = stored(w)
    with pytest.raises(WrongStage):
        intake.decide_lines(
            act=act(w.coordinator), batch=batch.pk, decisions=[LineDecision(number=1, skip=True)]
        )
    for statement in (
        "UPDATE import_line SET item = 'X' WHERE batch_id = %s",
        "DELETE FROM import_line WHERE batch_id = %s",
    ):
        with (
            pytest.raises(Error, match="permanent"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [batch.pk])


def test_a_refused_line_in_the_middle_leaves_nothing_behind() -> None:
    w = world()
    batch = dropped(w, GIFTS, purpose="offers")
    # Between reading and storing, something is wrong with the second donor's line.
    ImportLine.objects.filter(batch=batch, number=2).update(
        quantity_kind="unknown", low=None, high=None
    )
    before = Offer.objects.count(), OfferLine.objects.count(), Transfer.objects.count()
    with pytest.raises(AmountUnreadable):
        imports.commit_import(act=act(w.coordinator), batch=batch.pk)
    assert (Offer.objects.count(), OfferLine.objects.count(), Transfer.objects.count()) == before
    batch.refresh_from_db()
    assert batch.stage == "read"


def test_undone_an_import_counts_for_nothing() -> None:
    w = world()
    batch = stored(w, GIFTS, purpose="offers")
    with pytest.raises(ReasonMissing):
        imports.undo_import(act=act(w.coordinator), batch=batch.pk)
    imports.undo_import(act=act(w.coordinator, reason="the wrong list"), batch=batch.pk)
    stages = {li.stage for li in OfferLine.objects.filter(operation=w.operation)}
    assert stages == {"withdrawn"}
    with pytest.raises(WrongStage):
        imports.undo_import(act=act(w.coordinator, reason="again"), batch=batch.pk)
    settled()


def test_an_undone_list_of_needs_is_withdrawn_with_the_reason() -> None:
    w = world()
    batch = stored(w)
    imports.undo_import(act=act(w.coordinator, reason="sent twice"), batch=batch.pk)
    assert AssistanceRequest.objects.get(operation=w.operation).stage == "withdrawn"


def test_what_something_stands_on_cannot_be_undone_and_it_is_said_what() -> None:
    w = world()
    batch = stored(w, GIFTS, purpose="offers")
    given = OfferLine.objects.get(operation=w.operation, donor="DEU")
    proposed(w, given, make.asked(w, "100"), "10")
    with pytest.raises(AlreadyBuiltOn):
        imports.undo_import(act=act(w.coordinator, reason="the wrong list"), batch=batch.pk)
    needs = stored(w)
    request = AssistanceRequest.objects.get(
        act_id=RequestLine.objects.get(pk=asked.line_key(needs.pk, 1)).act_id
    )
    requests.validate_request(act=act(w.recipient), request=request.pk)
    with pytest.raises(AlreadyBuiltOn, match="validated"):
        imports.undo_import(act=act(w.coordinator, reason="the wrong list"), batch=needs.pk)


def test_the_same_key_stores_a_list_once() -> None:
    w = world()
    batch = dropped(w)
    deed = act(w.coordinator)
    imports.commit_import(act=deed, batch=batch.pk)
    again = imports.commit_import(act=deed, batch=batch.pk)
    assert again.pk == batch.pk
    assert RequestLine.objects.filter(operation=w.operation).count() == 2
    with pytest.raises(KeyReused):
        imports.commit_import(act=deed, batch=batch.pk, leave_out=True)


def test_what_was_allowed_when_it_was_read_is_asked_again_when_it_is_stored() -> None:
    w = world()
    batch = dropped(w, HEAD + f"{TENT};Family tents;7;;NATO;\n", purpose="offers")
    assert line(batch, 1).verdict is Verdict.READY
    catalogue.review_item(
        act=act(w.coordinator, reason="a new finding"), item=TENT, verdict="lethal"
    )
    with pytest.raises(NotReviewedNonLethal):
        imports.commit_import(act=act(w.coordinator), batch=batch.pk)


def test_a_list_of_pledges_is_kept_in_its_own_words_and_counts_nowhere() -> None:
    w = world()
    before = Transfer.objects.count()
    batch = stored(w, HEAD + ";Support for winter;;;Norway;\n", purpose="pledges")
    assert batch.stage == "committed"
    assert Transfer.objects.count() == before
    assert not Offer.objects.filter(operation=w.operation).exists()


def test_an_imported_need_counts_once_its_recipient_has_validated_it() -> None:
    w = world()
    stored(w)
    needs = Account.objects.filter(request_line__operation=w.operation, kind="need_open")
    assert not needs.exists()
    request = AssistanceRequest.objects.get(operation=w.operation)
    requests.validate_request(act=act(w.recipient), request=request.pk)
    assert sum(needs.values_list("amount_in", flat=True)) == 150


def test_a_list_of_gifts_becomes_one_offer_for_each_donor_with_all_of_it_in_the_ledger() -> None:
    w = world()
    stored(w, GIFTS, purpose="offers")
    offers = {offer.donor_id: offer for offer in Offer.objects.filter(operation=w.operation)}
    assert set(offers) == {"DEU", "NOR"}
    given = OfferLine.objects.get(offer=offers["DEU"])
    assert (given.stage, given.amount) == ("offered", 70)
    taking = make.asked(w, "100")
    proposed(w, given, taking, "70")
    assert row(w).proposed == 70
    settled()


def test_a_list_of_needs_becomes_one_request_for_each_recipient_handed_in_to_the_centre() -> None:
    w = world()
    batch = stored(w)
    request = AssistanceRequest.objects.get(operation=w.operation)
    assert request.recipient_id == "UKR"
    assert request.stage == "submitted"
    lines = list(request.lines.order_by("position"))
    assert [(li.item_id, li.low, li.high, li.place) for li in lines] == [
        (TENT, 120, 120, "Lviv"),
        (TENT, 30, 30, "Odesa"),
    ]
    assert lines[1].source.startswith("list.csv, ")
    assert "3" in lines[1].source
    assert batch.stage == "committed"
    settled()


def test_storing_a_list_tells_how_far_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_AT_ONCE", 1)
    for text, purpose in ((GIFTS, "offers"), (NEEDS, "requests")):
        heard: list[tuple[int, int | None]] = []
        monkeypatch.setattr(imports, "tell", lambda *told, heard=heard: heard.append(told))
        stored(world(), text, purpose=purpose)
        assert heard == sorted(heard)
        assert len(heard) >= 2
        assert heard[-1] == (2, 2)
    settled()
