"""Enquiry verbs: ask, answer, withdraw."""

from datetime import date, datetime
from uuid import UUID

from muster.actions.journal import action
from muster.actions.operations import demand_running
from muster.actions.staging import held, move
from muster.core.actors import CENTRE, Act, Role, party_audience
from muster.core.enquiries import (
    EnquiryAnswer,
    EnquiryKind,
    EnquiryOfItself,
    EnquiryUnaddressed,
    answer_forbids,
    enquiry_forbids,
)
from muster.core.refusals import ActsForAnother, ChoiceUnknown
from muster.queries.enquiries import about_record, own_party, sides_of
from muster.queries.register import find_party
from muster.queries.visibility import find
from muster.records.models import Enquiry, Operation


@action("ask another party")
def ask(
    *,
    act: Act,
    operation: UUID,
    kind: str,
    words: str,
    about: UUID | None = None,
    party: str = "",
    asked: str = "",
    until: date | None = None,
) -> Enquiry:
    """Ask a party for information, a price, a return, a whereabouts, or a longer stay.

    Args:
        act: the deed.
        operation: where it belongs.
        kind: one of `EnquiryKind`.
        words: what is asked, in a sentence.
        about: the request, offer, allocation or consignment it is about, or a line of one.
        party: who asks; the actor's own party, if it has one alone.
        asked: who is to answer; the other side of what it is about, if not said.
        until: of a longer stay, the last day asked for.

    Raises:
        ChoiceUnknown: there is no such kind.
        NotFound: there is no such operation or record that the actor may see.
        PartyUnknown: a party is not in the register.
        ActsForAnother: the actor neither acts for the party that asks nor is a coordinator.
        EnquiryAboutNothing, EnquiryWithoutDay, EnquiryUnaddressed, EnquiryOfItself, TextMissing:
            it cannot be asked so.
        WrongStage: the operation is closed.
    """
    if kind not in set(EnquiryKind):
        raise ChoiceUnknown(at="kind", given=kind[:40], known=", ".join(EnquiryKind))
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "sent an enquiry")
    record = None if about is None else about_record(about, found, act.actor, act.now.date())
    sides = () if record is None else sides_of(record)
    asking = party or own_party(act.actor, act.now.date(), sides)
    _demand_voice(act, find_party(asking).code if asking else "nobody")
    refusal = enquiry_forbids(
        EnquiryKind(kind), words=words, about=record is not None, until=until, today=act.now.date()
    )
    if refusal is not None:
        raise refusal
    answering = asked or next((side for side in sides if side != asking), "")
    if not answering:
        raise EnquiryUnaddressed
    if find_party(answering).code == asking:
        raise EnquiryOfItself(party=find_party(asking).name)
    enquiry = Enquiry.objects.create(
        id=act.part_id("enquiry"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, party_audience(asking), party_audience(answering)],
        operation=found,
        kind=kind,
        party_id=asking,
        asked_id=answering,
        about="" if record is None else record._meta.db_table,
        about_id=None if record is None else record.pk,
        words=words.strip(),
        until=until,
    )
    move(act, enquiry, "ask")
    return enquiry


@action("answer an enquiry")
def answer_enquiry(
    *, act: Act, enquiry: UUID, answer: str, words: str = "", happened_at: datetime | None = None
) -> Enquiry:
    """Answer what was asked; an answer under a condition can still become a yes or a no.

    Raises:
        NotFound: there is no such enquiry, or the actor may not see it.
        ActsForAnother: the actor neither acts for the party that is asked nor is a coordinator.
        ChoiceUnknown: there is no such answer.
        EnquiryAnswerUnfit: one does not answer this kind of question so.
        TextMissing: the answer needs words.
        WrongStage: it is answered or withdrawn already.
    """
    if answer not in set(EnquiryAnswer):
        raise ChoiceUnknown(at="answer", given=answer[:40], known=", ".join(EnquiryAnswer))
    found = held(Enquiry, enquiry, act)
    _demand_voice(act, found.asked_id)
    refusal = answer_forbids(EnquiryKind(found.kind), EnquiryAnswer(answer), words)
    if refusal is not None:
        raise refusal
    move(act, found, answer, happened_at=happened_at, note=words.strip())
    return found


@action("withdraw an enquiry")
def withdraw_enquiry(*, act: Act, enquiry: UUID) -> Enquiry:
    """Take back what was asked, with a reason.

    Raises:
        NotFound: there is no such enquiry, or the actor may not see it.
        ActsForAnother: the actor neither acts for the party that asked nor is a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it is answered or withdrawn already.
    """
    found = held(Enquiry, enquiry, act)
    _demand_voice(act, found.party_id)
    move(act, found, "withdraw", note=act.must_say_why("withdrawing an enquiry"))
    return found


def _demand_voice(act: Act, party: str) -> None:
    """Demand somebody of the party, in whichever role, or a coordinator.

    Raises:
        SignInNeeded: nobody is signed in.
        ActsForAnother: the actor is neither.
    """
    for role in (Role.DONOR, Role.RECIPIENT, Role.LOGISTICS, Role.ANALYST):
        if party in act.actor.parties(role, act.now.date()):
            act.must_act_for(role, party)
            return
    if act.actor.has(Role.COORDINATOR, act.now.date()) and party != "nobody":
        act.must_be(Role.COORDINATOR)
        return
    act.user_id  # noqa: B018 - nobody who is not signed in asks or answers
    raise ActsForAnother(name=act.actor.name, role="a role", party=party)
