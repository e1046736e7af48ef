"""Messages that ask something, and those that answer it, by the verbs of enquiries."""

from datetime import date
from typing import Final

from muster.actions.enquiries import answer_enquiry, ask, withdraw_enquiry
from muster.actions.message_cases import Case, Outcome
from muster.core.enquiries import RULES, EnquiryAnswer, EnquiryKind
from muster.core.messages import Answer, Message, MessageKind, ScheduleKind, day_of
from muster.core.refusals import Refusal
from muster.formats.edxl.drafts import party_of
from muster.queries.enquiries import ABOUT, own_party, sides_of
from muster.queries.settling import party_called
from muster.records.models import Enquiry
from muster.records.models.record import Record

ASKING: Final = {rule.asks: kind for kind, rule in RULES.items()}
ANSWERING: Final = {
    rule.replies: kind
    for kind, rule in RULES.items()
    # A report on deployment is told by itself, too; see message_deeds.
    if rule.replies is not MessageKind.REPORT_RESOURCE_DEPLOYMENT_STATUS
}
_STAYS: Final = (
    *(ScheduleKind.REQUESTED_RETURN_DEPARTURE, ScheduleKind.REQUESTED_RETURN_ARRIVAL),
    *(ScheduleKind.ESTIMATED_RETURN_DEPARTURE, ScheduleKind.REQUESTED_DEPARTURE),
)
_ANSWERS: Final = {
    Answer.DECLINE: EnquiryAnswer.DECLINE,
    Answer.PROVISIONAL: EnquiryAnswer.AGREE_PROVISIONALLY,
}
_LONGEST: Final = 4_000


def take_enquiry(case: Case) -> Outcome:
    """Ask what a message asks: about the record that it follows, or a consignment that it names.

    Raises:
        MessageUnclear: who is to answer, what it is about or until when cannot be told.
    """
    kind, message = ASKING[case.message.kind], case.message
    about = _about(case)
    sides = () if about is None else sides_of(about)
    day = case.act.now.date()
    party = own_party(case.act.actor, day, sides) or party_called(party_of(message))
    asked = next((side for side in sides if side != party), "") or case.operation.body_id
    replaced = _replaced(case)
    try:
        enquiry = ask(
            act=case.part("ask"),
            operation=case.operation.pk,
            kind=kind,
            words=_words(message),
            about=None if about is None else about.pk,
            party=party,
            asked=asked,
            until=_until(message) if kind is EnquiryKind.EXTENSION else None,
        )
    except Refusal as refusal:
        if refusal.at in {"about", "until", "asked", "words"}:
            raise case.unclear(refusal.sentence.rstrip(".")) from refusal
        raise
    said = f"{enquiry.asked.name} is asked: {RULES[kind].label.lower()}."
    return Outcome(said=f"{replaced}{said}", record=enquiry)


def take_answer(case: Case, told: str = "") -> Outcome:
    """Answer what was asked by the message before; without one the message is kept.

    Args:
        case: the message.
        told: what is answered, where its own words do not say it.

    Raises:
        MessageUnclear: its entries answer differently.
    """
    asked = case.earlier.record if case.earlier is not None else None
    if not isinstance(asked, Enquiry):
        return Outcome(said="Kept, and nothing changed. What it answers was not asked here.")
    given = {e.response.answer for e in case.message.entries if e.response is not None}
    if len(given) > 1:
        raise case.unclear("its entries answer one question differently; send a message for each")
    answers = RULES[EnquiryKind(asked.kind)].answers
    answer = _ANSWERS.get(Answer(next(iter(given)))) if given else None
    if answer not in answers:
        # An answer that only tells has nothing to agree to.
        answer = answers[0]
    answer_enquiry(
        act=case.part("answer"),
        enquiry=asked.pk,
        answer=answer,
        words=told or _words(case.message),
    )
    asked.refresh_from_db()
    return Outcome(said=f"What {asked.party.name} asked is {asked.stage}.", record=asked)


def _replaced(case: Case) -> str:
    """Take back the enquiry that this one updates."""
    record = case.recalled.record if case.recalled is not None else None
    if not isinstance(record, Enquiry):
        return ""
    why = f"the message {case.message.message_id} takes its place"
    withdraw_enquiry(act=case.part("withdraw", why), enquiry=record.pk)
    return "The earlier one is taken back. "


def _about(case: Case) -> Record | None:
    """Find what a message asks about: what its preceding message made, or a consignment."""
    record = case.earlier.record if case.earlier is not None else None
    if isinstance(record, Enquiry):
        raise case.unclear("it asks about an enquiry; answer that one instead")
    if record is not None and type(record) in ABOUT:
        return record
    return case.consignment()


def _words(message: Message) -> str:
    """Say what a message says in words: its description, reasons, prices and what it is about."""
    said = [message.description or ""]
    for entry in message.entries:
        if entry.response is not None and entry.response.reason:
            said.append(entry.response.reason)
        price = entry.assignment.price if entry.assignment is not None else None
        if price is not None:
            said += price.texts
            if price.measured is not None:
                unit = " ".join(price.measured.unit.values) if price.measured.unit else ""
                said.append(f"{price.measured.amount} {unit}".strip())
    words = "; ".join(dict.fromkeys(" ".join(each.split()) for each in said if each.strip()))
    if not words and message.entries:
        named = [e.resource.name or "" for e in message.entries if e.resource is not None]
        words = ", ".join(filter(None, named))
    return (words or str(message.kind))[:_LONGEST]


def _until(message: Message) -> date | None:
    """Read until when goods are to stay: the latest day of a return that is asked for."""
    days = [
        day
        for entry in message.entries
        for schedule in entry.schedules
        if schedule.kind in _STAYS and schedule.moment is not None
        if (day := day_of(schedule.moment)) is not None
    ]
    return max(days, default=None)
