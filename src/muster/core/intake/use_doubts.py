"""What is asked about the use that a line of a list states."""

from collections.abc import Iterator

from muster.core.exchange import DraftLine, Issue, Weight
from muster.core.intake.settled import Purpose
from muster.core.uses import Use, find_use

_SHOWN = 60


def use_doubts(draft: DraftLine, purpose: Purpose) -> Iterator[Issue]:
    """Ask about a use that is none of the vocabulary; it is never guessed."""
    text = draft.use_text
    if purpose is Purpose.REQUESTS and find_use(text) is None:
        yield Issue(
            code="use_unknown",
            weight=Weight.QUESTION,
            place=draft.place,
            expected=", ".join(Use),
            found=text,
            sentence=f'"{text[:_SHOWN]}" is none of the uses; kept as it was read, the line has no '
            "stated use, and its description has these words.",
        )
