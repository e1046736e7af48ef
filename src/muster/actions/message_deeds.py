"""What each kind of message does here: always by the single verbs, under their own rules.

Where a message cannot be acted on, it is refused or kept and the answer says so.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from muster.actions import allocations, offers, proposals, requests
from muster.actions.consignments import cancel_consignment
from muster.actions.enquiries import withdraw_enquiry
from muster.actions.intake import discard_list
from muster.actions.message_cases import Case, Did, Outcome, table_of
from muster.actions.message_enquiries import ANSWERING, ASKING, take_answer, take_enquiry
from muster.actions.message_journeys import report_status
from muster.actions.message_lines import (
    STANDING,
    declined_entries,
    take_offers,
    take_request,
    versions_of,
)
from muster.core.actors import Act
from muster.core.exchange import DraftLine
from muster.core.messages import Answer, MessageKind, RecallKind, ResourceEntry
from muster.core.quantities.amounts import QuantityKind
from muster.core.refusals import ItemMismatch
from muster.core.stages import Subject, next_stage
from muster.queries.amounts import Typed, exact
from muster.queries.messages import Referred
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    Consignment,
    Enquiry,
    ImportBatch,
    Item,
    Offer,
    OfferLine,
    RequestLine,
)


def deed_of(case: Case) -> Outcome:
    """Do what a message asks for, as far as there is a verb for it.

    Raises:
        Refusal: those of the single verbs, and MessageUnclear, MessageUnknown, EntryUnknown.
    """
    recall = case.message.recall
    if recall is not None and recall.kind == RecallKind.CANCEL and case.recalled is not None:
        why = case.message.description or f"the message {case.message.message_id} cancels it"
        return Outcome(said=take_back(case.act, case.recalled, " ".join(why.split())))
    return _VERBS[case.message.kind](case)


def take_back(act: Act, recalled: Referred, why: str) -> str:
    """Take back what a message had made, and say what that was."""
    act = replace(act.part(f"cancel {recalled.message_id}"), reason=why)
    record = recalled.record
    if isinstance(record, Enquiry):
        withdraw_enquiry(act=act, enquiry=record.pk)
        return "What was asked is taken back."
    batch = recalled.row.batch if recalled.row is not None else None
    match record:
        case AssistanceRequest():
            for version in _standing(record):
                part = act.part(f"withdraw {version.pk}")
                requests.withdraw_request(act=part, request=version.pk)
            return f"The request {record.reference} is withdrawn."
        case Offer():
            for line in record.lines.filter(stage__in=STANDING).order_by("pk"):
                offers.withdraw_offer(act=act.part(f"withdraw {line.pk}"), line=line.pk)
            return f"The offer {record.reference} is withdrawn."
        case Allocation():
            allocations.cancel_allocation(act=act, allocation=record.pk)
            return f"The allocation of {record} is cancelled."
        case Consignment():
            cancel_consignment(act=act, consignment=record.pk)
            return f"The consignment {record.reference} is cancelled."
    return _left(recalled, batch, act)


def _left(recalled: Referred, batch: ImportBatch | None, act: Act) -> str:
    """Put aside the import in which a message waits that made no record."""
    if batch is not None and batch.stage in {"kept", "read"}:
        discard_list(act=act, batch=batch.pk)
        return f"The import {batch.pk}, in which it waited, is discarded."
    return f"Nothing on record stands on the message {recalled.message_id}."


def _standing(request: AssistanceRequest) -> list[AssistanceRequest]:
    """List the versions of a request that can be withdrawn; the last one if none can."""
    versions = versions_of(request)
    standing = [
        one for one in versions if next_stage(Subject.REQUEST, "withdraw", one.stage) is not None
    ]
    return standing or versions[-1:]


def _offer(case: Case) -> Outcome:
    return take_offers(case, [None] * len(case.message.entries))


def _respond(case: Case) -> Outcome:
    """Act on answers: to needs they are offers, to proposals and offers a yes or a no."""
    targets = []
    for entry, line in case.pairs():
        answered = entry.response.preceding_element_id if entry.response is not None else ""
        targets.append(case.target(answered, line))
    if all(isinstance(target, RequestLine) for target in targets):
        if all(_answer(entry) == Answer.DECLINE for entry in case.message.entries):
            said = "The decline is noted, with its reason."
            return Outcome(said=said, entries=declined_entries(case))
        return take_offers(case, targets)
    did = []
    for (entry, line), target in zip(case.pairs(), targets, strict=True):
        if isinstance(target, Allocation):
            said = _answer_proposal(case, entry, line, target)
        elif isinstance(target, OfferLine):
            said = _answer_offer(case, entry, line, target)
        else:
            raise case.unclear("it answers needs and promises in one message; send two", line)
        did.append(Did(element_id=entry.element_id, said=said))
    return Outcome(said=" ".join(one.said for one in did), entries=tuple(did))


def _answer_proposal(
    case: Case, entry: ResourceEntry, line: DraftLine, allocation: Allocation
) -> str:
    answer, why = _answer(entry), _why(entry)
    act = case.part(f"answer {line.number}", why)
    if answer == Answer.DECLINE:
        allocations.decline_allocation(act=act, allocation=allocation.pk)
        return f"The proposal of {allocation} is declined: {why or 'no reason is given'}."
    if answer == Answer.PROVISIONAL:
        return f"Kept. A yes under a condition is no commitment: {why or 'no reason is given'}."
    _demand_item(entry, allocation.item)
    if line.quantity.kind is not QuantityKind.UNKNOWN:
        amount = exact(_typed(case, line), allocation.item)
        if amount != allocation.amount:
            why = f"it commits {amount} of the {allocation.amount} that were proposed"
            raise case.unclear(f"{why}; a part needs a proposal of its own", line)
    allocations.confirm_allocation(act=act, allocation=allocation.pk)
    return f"The donor has confirmed the proposal of {allocation}."


def _answer_offer(case: Case, entry: ResourceEntry, line: DraftLine, offered: OfferLine) -> str:
    name = f"{offered.offer.reference}/{offered.position}"
    if _answer(entry) == Answer.DECLINE:
        act = case.part(f"answer {line.number}", _why(entry))
        offers.decline_offer(act=act, line=offered.pk)
        return f"The offer {name} is declined: {_why(entry)}."
    return f"Kept. A requisition orders what {name} offers; an answer alone does not."


def _order(case: Case) -> Outcome:
    """Propose what a requisition orders: a part of an offer for the need that the offer answers."""
    if case.earlier is None:
        return Outcome(said="Kept. It names no message whose offer it orders; propose it by hand.")
    replaced = ""
    if case.recalled is not None:
        why = f"the message {case.message.message_id} takes its place"
        replaced = take_back(case.act, case.recalled, why) + " "
    did, made = [], []
    for entry, line in case.pairs():
        offered = case.target(entry.element_id, line)
        if not isinstance(offered, OfferLine):
            raise case.unclear("a requisition orders what was offered, and this is no offer", line)
        if offered.answers_id is None:
            why = "the offer is not said to answer a need; say which, or propose it by hand"
            raise case.unclear(why, line)
        _demand_item(entry, offered.item)
        allocation = proposals.propose_allocation(
            act=case.part(f"propose {line.number}"),
            offer_line=offered.pk,
            request_line=offered.answers_id,
            amount=_typed(case, line),
        )
        made.append(allocation)
        table = table_of(allocation)
        did.append(Did(element_id=entry.element_id, subject=table, key=allocation.pk))
    said = f"{replaced}Proposed, and waiting for both sides: {'; '.join(map(str, made))}."
    return Outcome(said=said, record=made[0] if len(made) == 1 else None, entries=tuple(did))


def _release(case: Case) -> Outcome:
    """Let an allocation go: what is not packed yet returns to its offer."""
    record = case.earlier.record if case.earlier is not None else None
    if not isinstance(record, Allocation) or case.earlier is None:
        return Outcome(said="Kept. It releases nothing that is allocated here.")
    why = case.message.description or f"the message {case.message.message_id} releases it"
    return Outcome(said=take_back(case.act, case.earlier, " ".join(why.split())))


def _report(case: Case) -> Outcome:
    """Record what a report says of a consignment; if somebody had asked, that is the answer."""
    done = report_status(case)
    asked = case.earlier.record if case.earlier is not None else None
    if not isinstance(asked, Enquiry):
        return done
    return Outcome(said=f"{done.said} {take_answer(case, done.said).said}", record=asked)


_VERBS: Final[dict[MessageKind, Callable[[Case], Outcome]]] = {
    MessageKind.REQUEST_RESOURCE: take_request,
    MessageKind.OFFER_UNSOLICITED_RESOURCE: _offer,
    MessageKind.RESPONSE_TO_REQUEST_RESOURCE: _respond,
    MessageKind.COMMIT_RESOURCE: _respond,
    MessageKind.REQUISITION_RESOURCE: _order,
    MessageKind.RELEASE_RESOURCE: _release,
    MessageKind.REPORT_RESOURCE_DEPLOYMENT_STATUS: _report,
    **dict.fromkeys(ASKING, take_enquiry),
    **dict.fromkeys(ANSWERING, take_answer),
}


def _answer(entry: ResourceEntry) -> str:
    return str(entry.response.answer) if entry.response is not None else ""


def _why(entry: ResourceEntry) -> str:
    said = entry.response.reason if entry.response is not None else None
    return " ".join((said or "").split())


def _typed(case: Case, line: DraftLine) -> Typed:
    """Give the exact amount of an entry.

    Raises:
        MessageUnclear: it is not exact.
    """
    stated = line.quantity
    if stated.kind is not QuantityKind.EXACT or stated.low is None:
        raise case.unclear("an exact amount is needed here, as a MeasuredQuantity", line)
    return Typed(f"{stated.low:f}", stated.unit or stated.unit_text)


def _demand_item(entry: ResourceEntry, item: Item) -> None:
    """Demand that an entry which names an item by its code means this one.

    Raises:
        ItemMismatch: it names another.
    """
    code = (entry.resource.resource_id or "").strip() if entry.resource is not None else ""
    named = Item.objects.filter(pk=code).first() if code else None
    if named is not None and named.pk != item.pk:
        raise ItemMismatch(offered=item.name, asked=named.name)
