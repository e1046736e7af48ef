"""The formats edxl-rm and edxl-de as values for the registry: from bytes to lines with issues."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from muster.core.envelopes import Distribution, DistributionStatus, DistributionType
from muster.core.exchange import (
    Change,
    DraftLine,
    Hints,
    Issue,
    Place,
    Reading,
    Status,
    Weight,
)
from muster.core.messages import Message, RecallKind, day_of
from muster.formats.edxl.drafts import lines_of, party_of
from muster.formats.edxl.judging import Judge
from muster.formats.edxl.places import path_of
from muster.formats.edxl.reading import Received, receive
from muster.formats.edxl.shapes import DE
from muster.formats.xml import line_of

_LOOKED_AT: Final = 8_192
_ROOT: Final = re.compile(rb"<(?!\?|!)(?:[\w.-]+:)?(?P<name>[\w.-]+)")


@dataclass(frozen=True, slots=True)
class EdxlFormat:
    """One of the two formats; both read messages alone and in an envelope."""

    name: str
    title: str
    is_envelope: bool
    judge: Judge | None = None
    """Whose schema decides; the program's own facts if none is given."""

    def claims(self, data: bytes, name: str) -> float:  # noqa: ARG002 - the name adds nothing
        """Say from 0 to 1 how surely these bytes are of this format, by their first element."""
        # UTF-16 without its zeros reads as ASCII, which is enough for a look.
        start = data[:_LOOKED_AT].replace(b"\x00", b"")
        root = _ROOT.search(start)
        if root is None or b"emergency:EDXL" not in start:
            return 0.0
        is_envelope = root["name"] == b"EDXLDistribution"
        known = b"EDXL:DE:1.0" in start if is_envelope else b"EDXL:RM:1.0" in start
        return (0.95 if known else 0.5) if is_envelope == self.is_envelope else 0.0

    def read(self, data: bytes, hints: Hints) -> Reading:  # noqa: ARG002 - a message says it all
        """Read it whole: the structure is judged, then the rules, then each entry is a line."""
        return reading_of(receive(data, judge=self.judge), self.name)


EDXL_RM: Final = EdxlFormat("edxl-rm", "EDXL Resource Messaging 1.0", is_envelope=False)
EDXL_DE: Final = EdxlFormat("edxl-de", "EDXL Distribution Element 1.0", is_envelope=True)


def reading_of(received: Received, name: str) -> Reading:
    """Turn what was received into lines; where it fails there are issues alone."""
    if received.content is None or received.fails:
        return Reading(format=name, issues=received.issues)
    lines: list[DraftLine] = []
    issues = [*received.issues]
    for message, element in zip(received.messages, received.elements, strict=True):
        place = Place(line=line_of(element), path=path_of(element))
        lines += lines_of(message, element, first=len(lines) + 1)
        issues += _of_message(message, place)
    envelope = received.content if isinstance(received.content, Distribution) else None
    if envelope is not None:
        place = Place(line=1, path="EDXLDistribution")
        issues += _of_envelope(envelope, place)
        lines = [_enveloped(line, envelope) for line in lines]
    first = received.messages[0] if received.messages else None
    return Reading(
        format=name,
        lines=tuple(lines),
        issues=tuple(issues),
        stated_on=day_of(received.content.sent),
        party_text=party_of(first) if first else "",
        title=(first.description or "").strip() if first else "",
    )


def _enveloped(line: DraftLine, envelope: Distribution) -> DraftLine:
    """Let the envelope's word count for a line: a cancel cancels, an update updates."""
    said = {"distribution_id": envelope.distribution_id, "sender_id": envelope.sender_id}
    if envelope.referred:
        said["distribution_refers_to"] = ", ".join(envelope.referred)
    line = replace(line, extra={**line.extra, **said})
    if envelope.kind == DistributionType.CANCEL:
        return replace(line, status=Status.CANCELLED)
    if envelope.kind == DistributionType.UPDATE:
        return replace(line, change=Change.UPDATED)
    return line


def _of_message(message: Message, place: Place) -> Iterator[Issue]:
    recall = message.recall
    if recall is not None:
        does = "takes the place of" if recall.kind == RecallKind.UPDATE else "cancels"
        code = "edxl_updates" if recall.kind == RecallKind.UPDATE else "edxl_cancels"
        yield _issue(
            code, Weight.NOTE, place, f"The message {does} the message {recall.message_id}."
        )
    if not message.entries:
        sentence = f"{message.kind} has no entries: there is nothing in it to store as a line."
        yield _issue("edxl_entries_none", Weight.NOTE, place, sentence)
    if message.extensions:
        names = ", ".join(tree.local for tree in message.extensions)
        yield _issue("edxl_extension", Weight.NOTE, place, f"Extensions are carried: {names}.")


def _of_envelope(envelope: Distribution, place: Place) -> Iterator[Issue]:
    """Say what the envelope does, and ask where it is not meant in earnest."""
    if envelope.status != DistributionStatus.ACTUAL:
        sentence = (
            f"The envelope says {envelope.status}, not Actual: its lines are not real needs or "
            "gifts. Import them only into an exercise."
        )
        found = str(envelope.status)
        yield replace(
            _issue("edxl_not_actual", Weight.QUESTION, place, sentence),
            expected=str(DistributionStatus.ACTUAL),
            found=found,
        )
    referred = ", ".join(envelope.referred) or "no earlier envelope that it names"
    words = {
        DistributionType.UPDATE: ("edxl_envelope_updates", "takes the place of"),
        DistributionType.CANCEL: ("edxl_envelope_cancels", "cancels"),
        DistributionType.ACKNOWLEDGE: ("edxl_envelope_acknowledges", "acknowledges"),
        DistributionType.ERROR: ("edxl_envelope_refuses", "says that there was an error in"),
    }
    for kind, (code, does) in words.items():
        if envelope.kind == kind:
            yield _issue(code, Weight.NOTE, place, f"The envelope {does} {referred}.")
    if not envelope.messages and envelope.kind not in set(words):
        sentence = "There is no resource message (EDXL-RM 1.0) in the envelope."
        yield replace(
            _issue("edxl_message_missing", Weight.ERROR, place, sentence),
            expected=f"an EDXL-RM message in embeddedXMLContent ({DE})",
        )


def _issue(code: str, weight: Weight, place: Place, sentence: str) -> Issue:
    return Issue(code=code, weight=weight, place=place, sentence=sentence)
