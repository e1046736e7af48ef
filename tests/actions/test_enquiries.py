"""What parties ask each other, by hand and by message, and what is answered."""

from copy import deepcopy
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from lxml import etree

from muster.actions.enquiries import answer_enquiry, ask, withdraw_enquiry
from muster.core.actors import Role
from muster.core.enquiries import (
    RULES,
    EnquiryAboutNothing,
    EnquiryAnswerUnfit,
    EnquiryKind,
    EnquiryOfItself,
    EnquiryUnaddressed,
    EnquiryWithoutDay,
)
from muster.core.exchanging import message_id
from muster.core.messages import Answer, MessageKind
from muster.core.refusals import (
    ActsForAnother,
    ChoiceUnknown,
    MessageUnclear,
    NotFound,
    ReasonMissing,
    Refusal,
    TextMissing,
    WrongStage,
)
from muster.queries.enquiries import last_answer, seen_enquiry
from muster.queries.messages import content_of
from muster.records.models import Allocation, Enquiry, ReceivedMessage
from tests.make import (
    NOW,
    World,
    act,
    agreed,
    asked,
    handed_over,
    offered,
    person,
    world,
)
from tests.make_messages import DAY, message, taken, written

pytestmark = pytest.mark.usefixtures("records")

LATER = DAY + timedelta(days=30)


@pytest.fixture
def promised() -> tuple[World, Allocation]:
    w = world()
    return w, agreed(w, offered(w), asked(w), "40")


def put(w: World, allocation: Allocation, kind: EnquiryKind, /, **more: object) -> Enquiry:
    """The donor asks the recipient about what it promised."""
    until = LATER if RULES[kind].until else None
    return ask(
        **{
            "act": act(w.donor),
            "operation": w.operation.pk,
            "kind": kind,
            "words": "How does it stand?",
            "about": allocation.pk,
            "until": until,
            **more,
        }
    )


def test_who_asks_and_who_answers_follow_from_what_it_is_about(
    promised: tuple[World, Allocation],
) -> None:
    w, allocation = promised
    enquiry = put(w, allocation, EnquiryKind.RETURN)
    assert (enquiry.party_id, enquiry.asked_id) == (w.donor_code, w.recipient_code)
    other_way = put(w, allocation, EnquiryKind.EXTENSION, act=act(w.recipient))
    assert (other_way.party_id, other_way.asked_id) == (w.recipient_code, w.donor_code)


@pytest.mark.parametrize("kind", list(EnquiryKind))
def test_every_kind_is_asked_answered_and_said_in_valid_messages(
    promised: tuple[World, Allocation], kind: EnquiryKind
) -> None:
    w, allocation = promised
    about = handed_over(w, allocation, "10") if kind is EnquiryKind.STATUS else allocation
    enquiry = put(w, allocation, kind, about=about.pk)
    question = message(written(enquiry.pk, w.donor))
    assert question.kind is RULES[kind].asks
    answer_enquiry(
        act=act(w.recipient), enquiry=enquiry.pk, answer=RULES[kind].answers[0], words="By May."
    )
    reply = message(written(enquiry.pk, w.recipient))
    assert reply.kind is RULES[kind].replies
    if kind is not EnquiryKind.STATUS:
        assert (reply.preceding_id, reply.description) == (message_id(enquiry.pk), "By May.")
    with pytest.raises(WrongStage):
        answer_enquiry(
            act=act(w.recipient), enquiry=enquiry.pk, answer="decline", words="After all not."
        )


@pytest.mark.parametrize("kind", list(EnquiryKind))
def test_another_sites_question_is_taken_and_its_answer_comes_back_to_who_asked(
    promised: tuple[World, Allocation], kind: EnquiryKind
) -> None:
    w, allocation = promised
    box = handed_over(w, allocation, "10")
    # A question about a price names no order; it follows a message that does.
    about = allocation if kind is EnquiryKind.QUOTE else box
    theirs = put(w, allocation, kind, about=about.pk)
    # As of another site: under an id that is none of ours, naming the consignment.
    text = written(theirs.pk, w.donor).decode().replace(str(theirs.pk), str(uuid4()))
    if about is box:
        order = f"<rmsg:OrderID>{box.reference}</rmsg:OrderID>"
        assigned = f"<rmsg:AssignmentInformation>{order}</rmsg:AssignmentInformation>"
        text = text.replace("</rmsg:Resource>", f"</rmsg:Resource>{assigned}", 1)
    said = taken(w, w.donor, text.encode())
    enquiry = Enquiry.objects.get(pk=said.record)
    assert (enquiry.kind, enquiry.stage, enquiry.asked_id) == (kind, "asked", w.recipient_code)
    assert enquiry.until == theirs.until
    answer_enquiry(
        act=act(w.recipient), enquiry=theirs.pk, answer=RULES[kind].answers[0], words="Yes, by May."
    )
    if kind is EnquiryKind.STATUS:
        return
    reply = written(theirs.pk, w.recipient).decode()
    reply = reply.replace(message_id(theirs.pk, "answered"), message_id(uuid4()))
    reply = reply.replace(f">{message_id(theirs.pk)}<", f">{said.message_id}<")
    came = taken(w, w.recipient, reply.encode())
    enquiry.refresh_from_db()
    assert came.record == enquiry.pk
    assert enquiry.stage == ("agreed" if RULES[kind].answers[0] == "agree" else "answered")
    assert "Yes, by May." in last_answer(enquiry)


def test_a_question_about_several_consignments_is_asked_for_one_each(
    promised: tuple[World, Allocation],
) -> None:
    w, allocation = promised
    box = handed_over(w, allocation, "10")
    theirs = put(w, allocation, EnquiryKind.STATUS, about=box.pk)
    tree = etree.fromstring(
        written(theirs.pk, w.donor).replace(str(theirs.pk).encode(), b"their-id")
    )
    [entry] = tree.iterfind("{*}ResourceInformation")
    [resource] = entry.iterfind("{*}Resource")
    space = etree.QName(resource).namespace
    assigned = etree.Element(f"{{{space}}}AssignmentInformation")
    etree.SubElement(assigned, f"{{{space}}}OrderID").text = box.reference
    resource.addnext(assigned)
    entry.addnext(deepcopy(entry))
    assigned[0].text = "another box"
    with pytest.raises(MessageUnclear, match="several consignments"):
        taken(w, w.donor, etree.tostring(tree))
    assert Enquiry.objects.filter(operation=w.operation).count() == 1


def test_a_provisional_answer_can_become_a_yes_and_not_another_condition(
    promised: tuple[World, Allocation],
) -> None:
    w, allocation = promised
    enquiry = put(w, allocation, EnquiryKind.EXTENSION)
    given = {"act": act(w.recipient), "enquiry": enquiry.pk, "words": "If spares come."}
    answer_enquiry(**given, answer="agree_provisionally")
    reply = content_of(enquiry.pk, w.recipient, DAY)
    assert reply.entries[0].response.answer == Answer.PROVISIONAL
    assert "agree_provisionally" not in seen_enquiry(enquiry.pk, w.recipient, DAY).answers
    answer_enquiry(act=act(w.recipient), enquiry=enquiry.pk, answer="agree")
    assert last_answer(enquiry) == "agreed"


def test_who_is_not_a_side_neither_sees_nor_answers(promised: tuple[World, Allocation]) -> None:
    w, allocation = promised
    enquiry = put(w, allocation, EnquiryKind.RETURN)
    stranger = person(Role.DONOR, "NOR")
    with pytest.raises(NotFound):
        answer_enquiry(act=act(stranger), enquiry=enquiry.pk, answer="agree")
    with pytest.raises(NotFound):
        written(enquiry.pk, stranger)
    with pytest.raises(ActsForAnother):
        answer_enquiry(act=act(w.donor), enquiry=enquiry.pk, answer="agree")
    with pytest.raises(ActsForAnother):
        put(w, allocation, EnquiryKind.RETURN, party="NOR")
    assert seen_enquiry(enquiry.pk, w.donor, DAY).answers == ()
    answer_enquiry(act=act(w.coordinator), enquiry=enquiry.pk, answer="agree")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"kind": "gossip"}, ChoiceUnknown),
        ({"words": "  "}, TextMissing),
        ({"about": None, "asked": "UKR"}, EnquiryAboutNothing),
        ({"asked": "DEU"}, EnquiryOfItself),
        ({"about": uuid4()}, NotFound),
        ({"kind": EnquiryKind.EXTENSION, "until": None}, EnquiryWithoutDay),
        ({"kind": EnquiryKind.EXTENSION, "until": DAY}, EnquiryWithoutDay),
        ({"kind": EnquiryKind.INFORMATION, "about": None}, EnquiryUnaddressed),
    ],
)
def test_what_cannot_be_asked_so_is_refused_and_nothing_is_stored(
    promised: tuple[World, Allocation], more: dict[str, object], refusal: type[Refusal]
) -> None:
    w, allocation = promised
    with pytest.raises(refusal):
        put(w, allocation, EnquiryKind.RETURN, **more)
    assert not Enquiry.objects.exists()


def test_answers_that_do_not_fit_or_say_nothing_are_refused(
    promised: tuple[World, Allocation],
) -> None:
    w, allocation = promised
    quote = put(w, allocation, EnquiryKind.QUOTE)
    given = {"act": act(w.recipient), "enquiry": quote.pk}
    with pytest.raises(EnquiryAnswerUnfit):
        answer_enquiry(**given, answer="agree", words="Yes")
    with pytest.raises(ChoiceUnknown):
        answer_enquiry(**given, answer="perhaps")
    with pytest.raises(TextMissing):
        answer_enquiry(**given, answer="tell")
    with pytest.raises(ReasonMissing):
        withdraw_enquiry(act=act(w.donor), enquiry=quote.pk)
    withdraw_enquiry(act=act(w.donor, reason="known by now"), enquiry=quote.pk)
    cancel = message(written(quote.pk, w.donor))
    assert (cancel.kind, str(cancel.recall.kind)) == (MessageKind.REQUEST_QUOTE, "Cancel")


def test_a_longer_stay_without_a_day_is_refused_with_its_place(
    promised: tuple[World, Allocation],
) -> None:
    w, allocation = promised
    theirs = put(w, allocation, EnquiryKind.EXTENSION)
    text = written(theirs.pk, w.donor).decode().replace(str(theirs.pk), str(uuid4()))
    text = text.replace("RequestedReturnDeparture", "Route")
    before = ReceivedMessage.objects.count()
    with pytest.raises(MessageUnclear, match="until which day"):
        taken(w, w.donor, text.encode())
    assert ReceivedMessage.objects.count() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE enquiry SET words = 'something else'",
        "UPDATE enquiry SET stage = 'agreed'",
        "DELETE FROM enquiry",
        "TRUNCATE enquiry",
    ],
)
def test_what_was_asked_cannot_be_rewritten(
    promised: tuple[World, Allocation], statement: str
) -> None:
    w, allocation = promised
    put(w, allocation, EnquiryKind.RETURN)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"asked_id": "DEU"}, "enquiry_asks_another"),
        ({"words": ""}, "enquiry_has_words"),
        ({"about": ""}, "enquiry_about_is_whole"),
        ({"about": "", "about_id": None}, "enquiry_about_something"),
        ({"kind": "extension", "until": None}, "enquiry_extension_has_a_day"),
        ({"audiences": []}, "enquiry_has_an_audience"),
    ],
)
def test_the_database_refuses_what_no_enquiry_is(
    promised: tuple[World, Allocation], broken: dict[str, object], constraint: str
) -> None:
    w, allocation = promised
    sound: dict[str, object] = {
        "id": uuid4(),
        "act_id": uuid4(),
        "recorded_at": NOW,
        "audiences": ["centre"],
        "operation": w.operation,
        "kind": "return",
        "party_id": "DEU",
        "asked_id": "UKR",
        "about": "allocation",
        "about_id": allocation.pk,
        "words": "?",
        "until": date(2023, 6, 1),
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Enquiry.objects.create(**{**sound, **broken})
    Enquiry.objects.create(**sound)
