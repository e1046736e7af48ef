"""A dirty list arrives: its doubts are answered, it is stored, and taken back."""

import pytest

from muster.actions import imports, intake, requests
from muster.actions.intake import LineDecision
from muster.core.intake.settled import Verdict
from muster.core.refusals import AlreadyBuiltOn, LinesOpen
from muster.queries import intake as asked
from muster.queries.catalogue import meant_by
from muster.records.models import AssistanceRequest, RequestLine
from tests.make import NOW, TENT, act, settled, world

pytestmark = pytest.mark.usefixtures("records")

# Separated by semicolons, in an old encoding, with a heading above the table and numbers that can
# be read in two ways.
DIRTY = """Список потреб;;;
;;;
Item;Quantity;Unit;Remarks
Family tents;1.200;;
Quuxian shelters;30;;for Odesa
Blankets;up to 450 000;;
Blankets;;;number follows
"""


def test_a_coordinator_answers_the_doubts_of_a_dirty_list_and_stores_it_and_takes_it_back() -> None:
    w = world()
    batch = intake.read_list(
        act=act(w.coordinator),
        operation=w.operation.pk,
        purpose="requests",
        name="needs.csv",
        data=DIRTY.encode("cp1251"),
        sender="A regional administration",
    )
    lines = {line.item_text: line for line in asked.lines_seen(batch)}
    assert lines["Blankets"].place
    strange = lines["Quuxian shelters"]
    assert strange.verdict is not Verdict.READY
    with pytest.raises(LinesOpen):
        imports.commit_import(act=act(w.coordinator), batch=batch.pk)

    decisions = [LineDecision(number=strange.number, item=TENT)]
    decisions += [
        LineDecision(number=line.number, taken_as_read=tuple(i.code for i in line.issues))
        if not line.readings
        else LineDecision(number=line.number, amount="1200")
        for line in asked.lines_seen(batch, verdicts=[Verdict.QUESTION])
        if line.number != strange.number
    ]
    intake.decide_lines(act=act(w.coordinator), batch=batch.pk, decisions=decisions)
    assert asked.tally_of(batch).open == 0, [
        (line.text, [i.sentence for i in line.issues]) for line in asked.lines_seen(batch)
    ]
    imports.commit_import(act=act(w.coordinator), batch=batch.pk)
    stored = RequestLine.objects.filter(operation=w.operation).order_by("position")
    assert [(line.low, line.high) for line in stored] == [
        (1200, 1200),
        (30, 30),
        (None, 450_000),
        (None, None),
    ]
    remembered = meant_by("Quuxian shelters")
    assert remembered is not None
    assert remembered.code == TENT

    imports.undo_import(act=act(w.coordinator, reason="it was last year's"), batch=batch.pk)
    assert AssistanceRequest.objects.get(operation=w.operation).stage == "withdrawn"
    settled()


def test_what_a_recipient_has_vouched_for_stays() -> None:
    w = world()
    batch = intake.read_list(
        act=act(w.recipient),
        operation=w.operation.pk,
        purpose="requests",
        name="needs.csv",
        data=b"Item,Quantity\nFamily tents,1375\n",
    )
    imports.commit_import(act=act(w.recipient), batch=batch.pk)
    request = AssistanceRequest.objects.get(operation=w.operation)
    requests.validate_request(act=act(w.recipient), request=request.pk)
    with pytest.raises(AlreadyBuiltOn):
        imports.undo_import(act=act(w.recipient, reason="too late"), batch=batch.pk)
    assert asked.preview(batch.pk, w.coordinator, NOW.date()).tally.ready == 1
