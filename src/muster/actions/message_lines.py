"""Messages that ask or offer: their entries become lines, at once where nothing is in doubt.

Entries are held against the catalogue and the register as the lines of any list are.  Whatever is
in doubt waits in an import, where a person settles it.
"""

from collections.abc import Sequence
from itertools import count

from muster.actions import requests
from muster.actions.imports import commit_import
from muster.actions.intake import LineDecision, decide_lines, discard_list, original_of, read_list
from muster.actions.message_cases import Case, Did, Outcome, table_of
from muster.actions.offers import match_offer, withdraw_offer
from muster.actions.requests import LineAsked
from muster.core.exchanging import URGENCIES
from muster.core.intake.settled import Choice, Purpose, Settled, Verdict
from muster.core.intake.settling import settle
from muster.core.messages import Answer, Message, ResourceEntry
from muster.core.uses import find_use
from muster.formats.edxl.drafts import party_of
from muster.formats.edxl.writing import write
from muster.queries.amounts import Typed
from muster.queries.intake import line_key, tally_of
from muster.queries.settling import facts_for
from muster.records.models import (
    AssistanceRequest,
    ImportBatch,
    Offer,
    OfferLine,
    RequestLine,
)
from muster.records.models.record import Record
from muster.records.models.requests import Urgency

# That a message updates another is asked of lists; here the message itself says which.
_UPDATES = ("line_updates",)
_LONGEST = 40
STANDING = frozenset({"offered", "under_review", "accepted", "part_accepted", "deferred"})


def take_request(case: Case) -> Outcome:
    """Draft and hand in a request; an update takes the place of the one that it names."""
    message, today = case.message, case.act.now.date()
    facts = facts_for(
        case.operation,
        Purpose.REQUESTS,
        party="",
        party_text=party_of(message),
        day=case.lines[0].stated_on or today,
    )
    settled = [settle(line, facts, Choice(taken_as_read=_UPDATES)) for line in case.lines]
    earlier = _superseded(case)
    if any(line.verdict is not Verdict.READY for line in settled):
        return _left_waiting(case, Purpose.REQUESTS, settled, earlier)
    request = requests.draft_request(
        act=case.part("draft"),
        operation=case.operation.pk,
        recipient=settled[0].party,
        reference=reference_of(case),
        title=message.description or str(message.kind),
        asked_on=case.lines[0].stated_on or today,
        lines=[
            _asked(message, entry, line)
            for entry, line in zip(message.entries, settled, strict=True)
        ],
        channel="EDXL-RM",
        supersedes=None if earlier is None else earlier.pk,
        source=f"message {message.message_id}",
    )
    requests.submit_request(act=case.part("submit"), request=request.pk)
    lines = request.lines.order_by("position")
    said = f"The request {request.reference} was handed in, with {len(settled)} lines."
    if earlier is not None:
        said += f" It takes the place of {earlier.reference} once it is validated."
    return Outcome(
        said=said,
        record=request,
        entries=tuple(
            Did(element_id=entry.element_id, subject=table_of(line), key=line.pk)
            for entry, line in zip(message.entries, lines, strict=True)
        ),
    )


def take_offers(case: Case, answered: Sequence[Record | None]) -> Outcome:
    """Store what is offered, and say what each entry answers; what is declined is noted.

    Args:
        case: the message.
        answered: the line of a request that each entry answers, if it answers one.
    """
    taken_back = _withdrawn(case)
    batch = read_list(
        act=case.part("import"),
        operation=case.operation.pk,
        purpose=Purpose.OFFERS,
        name=_name(case.message),
        data=bytes(original_of(write(case.message)).data),
    )
    numbered = list(zip(count(1), case.message.entries, answered, strict=False))
    decisions = [_decision(number, entry, to) for number, entry, to in numbered]
    decide_lines(act=case.part("decide"), batch=batch.pk, decisions=decisions)
    tally = tally_of(batch)
    if tally.open:
        said = (
            f"{tally.open} of its entries need a person: settle the import {batch.pk}, store it, "
            "and say which needs its lines answer."
        )
        return Outcome(
            said=f"{taken_back}{said}", batch=batch, entries=_waiting(case, batch, "offer_line")
        )
    commit_import(act=case.part("commit"), batch=batch.pk)
    did = []
    offer: Offer | None = None
    for number, entry, to in numbered:
        if _declines(entry):
            did.append(_noted(entry))
            continue
        made = OfferLine.objects.get(pk=line_key(batch.pk, number))
        offer = made.offer
        if isinstance(to, RequestLine):
            act = case.part(f"match {number}")
            match_offer(act=act, line=made.pk, request_line=to.pk)
        did.append(
            Did(
                element_id=entry.element_id,
                subject=table_of(made),
                key=made.pk,
                said=_condition(entry),
            )
        )
    said = f"The offer {offer.reference} was made." if offer is not None else "Nothing is offered."
    return Outcome(said=f"{taken_back}{said}", record=offer, entries=tuple(did))


def declined_entries(case: Case) -> tuple[Did, ...]:
    """Note the entries that a response declines, each with its reason."""
    return tuple(_noted(entry) for entry in case.message.entries)


def reference_of(case: Case) -> str:
    """Name a request after its message; a long id is cut to its end, where ids differ."""
    whole = " ".join(case.message.message_id.split())
    return whole if len(whole) <= _LONGEST else f"...{whole[-_LONGEST + 3 :]}"


def versions_of(request: AssistanceRequest) -> list[AssistanceRequest]:
    """List a request and its updates, in their order."""
    versions = [request]
    while True:
        later = AssistanceRequest.objects.filter(supersedes=versions[-1])
        latest = later.order_by("recorded_at").last()
        if latest is None:
            return versions
        versions.append(latest)


def _superseded(case: Case) -> AssistanceRequest | None:
    """Find the request that a message takes the place of, in its latest version.

    Raises:
        MessageUnclear: what it updates is no request.
    """
    if case.recalled is None or _discarded(case):
        return None
    found = case.recalled.record
    if not isinstance(found, AssistanceRequest):
        raise case.unclear("the message that it updates has no request on record here")
    return versions_of(found)[-1]


def _discarded(case: Case) -> bool:
    """Put aside the import in which the updated message still waits, if it does."""
    row = case.recalled.row if case.recalled is not None else None
    if row is None or row.batch is None or row.batch.stage not in {"kept", "read"}:
        return False
    why = f"the message {case.message.message_id} takes its place"
    discard_list(act=case.part("discard", why), batch=row.batch.pk)
    return True


def _asked(message: Message, entry: ResourceEntry, line: Settled) -> LineAsked:
    draft = line.draft
    return LineAsked(
        item=line.item,
        quantity=Typed(line.typed_amount, line.typed_unit),
        description=f"{draft.item_text} ({draft.note})" if draft.note else draft.item_text,
        urgency=_urgency(entry),
        needed_by=draft.needed_by,
        place=draft.place_text,
        use=find_use(draft.use_text) or "",
        source=f"message {message.message_id}, entry {entry.element_id}",
    )


def _urgency(entry: ResourceEntry) -> int:
    labels = {str(urgency.label): int(urgency) for urgency in Urgency}
    keywords = entry.resource.keywords if entry.resource is not None else ()
    said = [value for each in keywords if each.urn.strip() == URGENCIES for value in each.values]
    return next((labels[word] for word in said if word in labels), int(Urgency.URGENT))


def _left_waiting(
    case: Case, purpose: Purpose, settled: Sequence[Settled], earlier: AssistanceRequest | None
) -> Outcome:
    """Put a message with doubts before a person, as any list."""
    batch = read_list(
        act=case.part("import"),
        operation=case.operation.pk,
        purpose=purpose,
        name=_name(case.message),
        data=bytes(original_of(write(case.message)).data),
    )
    decisions = [LineDecision(number=n, taken_as_read=_UPDATES) for n, _ in enumerate(settled, 1)]
    decide_lines(act=case.part("decide"), batch=batch.pk, decisions=decisions)
    doubts = sum(line.verdict is not Verdict.READY for line in settled)
    said = f"{doubts} of its entries need a person: settle the import {batch.pk} and store it."
    if earlier is not None:
        said += f" Then withdraw {earlier.reference}, which it is an update of."
    return Outcome(said=said, batch=batch, entries=_waiting(case, batch, "request_line"))


def _waiting(case: Case, batch: ImportBatch, table: str) -> tuple[Did, ...]:
    return tuple(
        Did(
            element_id=entry.element_id,
            subject=table,
            key=line_key(batch.pk, number),
            said="waits for a person",
        )
        for number, entry in enumerate(case.message.entries, start=1)
    )


def _withdrawn(case: Case) -> str:
    """Take back what an updated offer still has, before the new one counts."""
    recalled = case.recalled
    if recalled is None:
        return ""
    if _discarded(case):
        return "The import in which the earlier message waited is discarded. "
    if not isinstance(recalled.record, Offer):
        raise case.unclear("the message that it updates has no offer on record here")
    why = f"the message {case.message.message_id} takes its place"
    for line in recalled.record.lines.filter(stage__in=STANDING).order_by("pk"):
        withdraw_offer(act=case.part(f"withdraw {line.pk}", why), line=line.pk)
    return f"The offer {recalled.record.reference} was taken back. "


def _decision(number: int, entry: ResourceEntry, answered: Record | None) -> LineDecision:
    item = ""
    if entry.resource is None and isinstance(answered, RequestLine):
        # It names nothing: it is about what it answers.
        item = answered.item_id
    return LineDecision(number=number, item=item, skip=_declines(entry), taken_as_read=_UPDATES)


def _declines(entry: ResourceEntry) -> bool:
    return entry.response is not None and entry.response.answer == Answer.DECLINE


def _noted(entry: ResourceEntry) -> Did:
    return Did(element_id=entry.element_id, said=f"declined: {_reason(entry)}")


def _condition(entry: ResourceEntry) -> str:
    if entry.response is None or entry.response.answer != Answer.PROVISIONAL:
        return ""
    return f"provisional: {_reason(entry)}"


def _reason(entry: ResourceEntry) -> str:
    said = entry.response.reason if entry.response is not None else None
    return " ".join((said or "").split()) or "no reason is given"


def _name(message: Message) -> str:
    return f"{message.kind} {message.message_id}.xml"
