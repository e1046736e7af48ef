"""Receive messages of the field: judged, acted on by the single verbs, kept whole, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from muster.actions.intake import original_of
from muster.actions.journal import action
from muster.actions.message_cases import Case, Outcome, table_of
from muster.actions.message_deeds import deed_of, take_back
from muster.actions.operations import demand_running
from muster.core.actors import CENTRE, Act, party_audience
from muster.core.envelopes import Distribution, DistributionStatus, DistributionType
from muster.core.exchange import Place
from muster.core.exchanging import MessageFaulty
from muster.core.messages import Message, Recall, RecallKind
from muster.core.refusals import MessageIdReused, MessageUnclear, MessageUnknown
from muster.formats.edxl.drafts import lines_of, party_of
from muster.formats.edxl.places import place_at
from muster.formats.edxl.reading import Received, receive
from muster.formats.edxl.writing import write
from muster.formats.xml import MOST_BYTES
from muster.queries.messages import MessageSeen, Referred, judge, referred, together
from muster.queries.visibility import find, visible
from muster.records.models import (
    Operation,
    OriginalFile,
    ReceivedEntry,
    ReceivedMessage,
)
from muster.records.statements import rows

__all__ = ["MOST_BYTES", "receive_messages", "rehearse", "take_message"]

# An envelope that does one of these need hold no message.
_TELLING = frozenset(
    {DistributionType.ACKNOWLEDGE, DistributionType.ERROR, DistributionType.CANCEL}
)


def take_message(*, act: Act, operation: UUID, data: bytes) -> ReceivedMessage:
    """Receive a document: a message, or an envelope with several; whole or not at all.

    Returns the first message of it; `queries.messages.together` gives all of them.

    Raises: as receive_messages does; FileEmpty, FileTooLarge.
    """
    return receive_messages(act=act, operation=operation, original=original_of(data))


def rehearse(*, act: Act, operation: UUID, data: bytes) -> tuple[MessageSeen, ...]:
    """Say what would come of a document if it were received, and store nothing.

    Raises: as take_message does.
    """
    with transaction.atomic():
        said = together(take_message(act=act, operation=operation, data=data))
        transaction.set_rollback(True)
    return said


@action("receive messages")
def receive_messages(*, act: Act, operation: UUID, original: OriginalFile) -> ReceivedMessage:
    """Judge a document, act on each message in it by the single verbs, and keep it as it came.

    A message that was received before is answered with what came of it then.

    Args:
        act: the deed.
        operation: where the messages belong.
        original: the bytes, as intake.original_of gives them.

    Raises:
        MessageFaulty: the document is not valid; all faults are in its `issues`.
        MessageIdReused: another message of that id was received before, or was written here.
        MessageUnknown, EntryUnknown: it refers to what is not here.
        MessageUnclear: it cannot be acted on as it stands.
        Refusal: those of the single verb that it asks for: roles, stages, amounts.
    """
    act.user_id  # noqa: B018 - nobody who is not signed in sends messages
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "sent a message")
    got = receive(bytes(original.data), judge=judge())
    if got.content is None or got.fails:
        raise MessageFaulty(got.issues)
    _demand_meant(got, found)
    kept, _ = OriginalFile.objects.get_or_create(
        sha256=original.sha256, defaults={"data": original.data, "size": original.size}
    )
    desk = _Desk(act, found, kept, got)
    if isinstance(got.content, Distribution) and (
        not got.messages or got.content.kind == DistributionType.CANCEL
    ):
        return desk.take_telling(got.content)
    taken = [desk.take(n, message) for n, message in enumerate(got.messages, start=1)]
    return taken[0]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the messages of one document are taken, one after the other."""

    act: Act
    operation: Operation
    original: OriginalFile
    got: Received

    def take(self, position: int, message: Message) -> ReceivedMessage:
        """Take one message, unless it was taken before."""
        digest = sha256(write(message)).hexdigest()
        before = self._before(message.message_id, digest)
        if before is not None:
            return before
        element = self.got.elements[position - 1]
        place = place_at(element)
        message = self._with_recall(message, place)
        act = self.act.part(f"message {message.message_id}")
        case = Case(
            act=act,
            operation=self.operation,
            message=message,
            place=place,
            lines=tuple(lines_of(message, element)),
            earlier=self._referred(message.preceding_id, place, "PrecedingMessageID"),
            recalled=self._referred(
                message.recall.message_id if message.recall else None,
                place,
                "MessageRecall/RecallMessageID",
            ),
        )
        outcome = deed_of(case)
        return self._keep(position, message, digest, outcome)

    def take_telling(self, envelope: Distribution) -> ReceivedMessage:
        """Take an envelope that acknowledges, refuses or cancels others."""
        digest = sha256(write(envelope)).hexdigest()
        before = self._before(envelope.distribution_id, digest)
        if before is not None:
            return before
        if envelope.kind == DistributionType.CANCEL:
            said = self._cancelled(envelope)
        else:
            does = "acknowledges" if envelope.kind == DistributionType.ACKNOWLEDGE else "refuses"
            said = f"Noted: {envelope.sender_id} {does} {self._names(envelope.referred)}."
        return ReceivedMessage.objects.create(
            **self._common(1, envelope.distribution_id, digest),
            kind=str(envelope.kind),
            distribution_id=envelope.distribution_id,
            sender=envelope.sender_id,
            said=said,
        )

    def _before(self, name: str, digest: str) -> ReceivedMessage | None:
        """Find the same message, received before; two that come at once wait for each other.

        Raises:
            MessageIdReused: another message has the id, or Muster itself wrote it.
        """
        key = int.from_bytes(sha256(f"{self.operation.pk} {name}".encode()).digest()[:8])
        rows("SELECT pg_advisory_xact_lock(%s)", [key - 2**63])
        before = ReceivedMessage.objects.filter(operation=self.operation, message_id=name).first()
        if before is None:
            own = referred(name, self.operation, self.act.actor, self.act.now.date())
            if own is not None:
                raise MessageIdReused(reference=name)
            return None
        day = self.act.now.date()
        seen = visible(ReceivedMessage, self.act.actor, day).filter(pk=before.pk).exists()
        if before.digest != digest or not seen:
            raise MessageIdReused(reference=name)
        return before

    def _referred(self, name: str | None, place: Place, element: str) -> Referred | None:
        """Find what an id of an earlier message refers to.

        Raises:
            MessageUnknown: nothing that is here to be seen.
        """
        if name is None:
            return None
        found = referred(name, self.operation, self.act.actor, self.act.now.date())
        if found is None:
            where = replace(place, path=f"{place.path}/{element}")
            raise MessageUnknown(place=where.text, name=name.strip())
        return found

    def _with_recall(self, message: Message, place: Place) -> Message:
        """Let an envelope that updates another say so of the one message in it."""
        envelope = self.got.content
        if not isinstance(envelope, Distribution) or envelope.kind != DistributionType.UPDATE:
            return message
        if message.recall is not None:
            return message
        earlier = self._enveloped(envelope)
        if len(earlier) != 1 or len(self.got.messages) != 1:
            why = "the envelope updates another, and not one message by one; use a MessageRecall"
            raise MessageUnclear(place=place.text, why=why)
        return replace(message, recall=Recall(earlier[0].message_id, RecallKind.UPDATE))

    def _enveloped(self, envelope: Distribution) -> list[ReceivedMessage]:
        """Find the messages of the envelopes that this one refers to."""
        seen = visible(ReceivedMessage, self.act.actor, self.act.now.date())
        found = seen.filter(
            operation=self.operation, distribution_id__in=[*filter(None, envelope.referred)]
        )
        return list(found.order_by("recorded_at", "position"))

    def _cancelled(self, envelope: Distribution) -> str:
        """Cancel every message of the envelopes that this one refers to."""
        earlier = self._enveloped(envelope)
        if not earlier:
            where = Place(path="EDXLDistribution/distributionReference")
            raise MessageUnknown(place=where.text, name=", ".join(envelope.referred) or "none")
        said = []
        for row in earlier:
            found = referred(row.message_id, self.operation, self.act.actor, self.act.now.date())
            if found is None:
                continue
            why = f"the envelope {envelope.distribution_id} cancels it"
            said.append(take_back(self.act.part(f"message {row.message_id}"), found, why))
        return " ".join(said)

    def _names(self, names: Sequence[str]) -> str:
        """Name what an answer refers to, and by which record it is known here."""
        told = []
        for name in names:
            found = referred(name, self.operation, self.act.actor, self.act.now.date())
            record = found.record if found is not None else None
            told.append(f"{name} ({record})" if record is not None else name)
        return ", ".join(told) or "no envelope that it names"

    def _keep(
        self, position: int, message: Message, digest: str, outcome: Outcome
    ) -> ReceivedMessage:
        envelope = self.got.content
        record = outcome.record
        row = ReceivedMessage.objects.create(
            **self._common(position, message.message_id, digest),
            kind=str(message.kind),
            originating_id=message.originating_id,
            preceding_id=(message.preceding_id or "").strip(),
            recall=str(message.recall.kind) if message.recall else "",
            recalled_id=message.recall.message_id.strip() if message.recall else "",
            distribution_id=envelope.distribution_id if isinstance(envelope, Distribution) else "",
            sender=party_of(message),
            batch=outcome.batch,
            subject=table_of(record) if record is not None else "",
            subject_id=record.pk if record is not None else None,
            said=outcome.said,
        )
        ReceivedEntry.objects.bulk_create(
            ReceivedEntry(
                message=row,
                position=number,
                element_id=did.element_id.strip(),
                subject=did.subject,
                subject_id=did.key,
                said=did.said,
            )
            for number, did in enumerate(outcome.entries, start=1)
        )
        return row

    def _common(self, position: int, name: str, digest: str) -> dict[str, object]:
        own = {party_audience(grant.party) for grant in self.act.actor.held(self.act.now.date())}
        return {
            "id": self.act.part_id(f"message {name}"),
            "act_id": self.act.id,
            "recorded_at": self.act.now,
            "audiences": sorted({CENTRE, *own}),
            "operation": self.operation,
            "user_id": self.act.user_id,
            "message_id": name,
            "digest": digest,
            "original": self.original,
            "position": position,
        }


def _demand_meant(got: Received, operation: Operation) -> None:
    """Refuse what is not meant in earnest, except in an exercise, and envelopes of nothing."""
    envelope = got.content
    if not isinstance(envelope, Distribution):
        return
    place = Place(path="EDXLDistribution/distributionStatus")
    is_exercise = operation.kind == Operation.Kind.EXERCISE
    if envelope.status != DistributionStatus.ACTUAL and not is_exercise:
        why = f"the envelope says {envelope.status}, and {operation.code} is no exercise"
        raise MessageUnclear(place=place.text, why=why)
    if not got.messages and envelope.kind not in _TELLING:
        why = "there is no resource message (EDXL-RM 1.0) in the envelope"
        raise MessageUnclear(place="EDXLDistribution", why=why)
