"""Questions between parties about what is asked, given or lent, and the answers to them.

The kinds are those for which EDXL-RM 1.0 has a message that asks and one that answers
(http://docs.oasis-open.org/emergency/edxl-rm/v1.0/EDXL-RM-SPEC-V1.0.html, sections 3.6 to 3.18).
An answer moves no goods: what follows from it (a consignment back, an offer that stands longer) is
done by its own verb.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from muster.core.messages import MessageKind
from muster.core.refusals import Refusal, TextMissing


class EnquiryKind(StrEnum):
    """What is asked for."""

    INFORMATION = "information"
    QUOTE = "quote"
    RETURN = "return"
    STATUS = "status"
    EXTENSION = "extension"


class EnquiryAnswer(StrEnum):
    """What is answered.  The value is the event that it is in the life of the enquiry."""

    TELL = "tell"
    AGREE = "agree"
    AGREE_PROVISIONALLY = "agree_provisionally"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryRule:
    """What holds for one kind of enquiry.

    Args:
        label: what people call it.
        answers: what may be answered.
        asks: the message that asks.
        replies: the message that answers.
        about_something: whether it must be about a record.
        until: whether a day belongs to it.
    """

    label: str
    answers: tuple[EnquiryAnswer, ...]
    asks: MessageKind
    replies: MessageKind
    about_something: bool = True
    until: bool = False


_TOLD = (EnquiryAnswer.TELL, EnquiryAnswer.DECLINE)
_SETTLED = (EnquiryAnswer.AGREE, EnquiryAnswer.AGREE_PROVISIONALLY, EnquiryAnswer.DECLINE)
RULES: Final[Mapping[EnquiryKind, EnquiryRule]] = MappingProxyType(
    {
        EnquiryKind.INFORMATION: EnquiryRule(
            label="More information",
            answers=_TOLD,
            asks=MessageKind.REQUEST_INFORMATION,
            replies=MessageKind.RESPONSE_TO_REQUEST_INFORMATION,
            about_something=False,
        ),
        EnquiryKind.QUOTE: EnquiryRule(
            label="What it costs",
            answers=_TOLD,
            asks=MessageKind.REQUEST_QUOTE,
            replies=MessageKind.RESPONSE_TO_REQUEST_QUOTE,
        ),
        EnquiryKind.RETURN: EnquiryRule(
            label="That goods come back",
            answers=_SETTLED,
            asks=MessageKind.REQUEST_RETURN,
            replies=MessageKind.RESPONSE_TO_REQUEST_RETURN,
        ),
        EnquiryKind.STATUS: EnquiryRule(
            label="Where goods are",
            answers=_TOLD,
            asks=MessageKind.REQUEST_RESOURCE_DEPLOYMENT_STATUS,
            replies=MessageKind.REPORT_RESOURCE_DEPLOYMENT_STATUS,
        ),
        EnquiryKind.EXTENSION: EnquiryRule(
            label="To keep goods for longer",
            answers=_SETTLED,
            asks=MessageKind.REQUEST_EXTENDED_DEPLOYMENT_DURATION,
            replies=MessageKind.RESPONSE_TO_REQUEST_EXTENDED_DEPLOYMENT_DURATION,
            until=True,
        ),
    }
)


class EnquiryAnswerUnfit(Refusal, field="answer"):
    """To "{label}" one answers {known}, and not {answer}."""


class EnquiryOfItself(Refusal, field="asked"):
    """{party} would ask itself; name the party that is to answer."""


class EnquiryAboutNothing(Refusal, field="about"):
    """Say which request, offer, allocation or consignment it is about."""


class EnquiryWithoutDay(Refusal, field="until"):
    """Say until which day the goods are to stay, a day after today ({today})."""


class EnquiryUnaddressed(Refusal, field="asked"):
    """Nothing says who is to answer; name the party that is asked."""


def enquiry_forbids(
    kind: EnquiryKind, *, words: str, about: bool, until: date | None, today: date
) -> Refusal | None:
    """Say what keeps an enquiry from being asked as it stands."""
    rule = RULES[kind]
    if not words.strip():
        return TextMissing(what="what is asked", at="words")
    if rule.about_something and not about:
        return EnquiryAboutNothing()
    if rule.until and (until is None or until <= today):
        return EnquiryWithoutDay(today=today)
    return None


def answer_forbids(kind: EnquiryKind, answer: EnquiryAnswer, words: str) -> Refusal | None:
    """Say what keeps an answer from being given; only a plain yes needs no words."""
    rule = RULES[kind]
    if answer not in rule.answers:
        known = " or ".join(each.value.replace("_", " ") for each in rule.answers)
        return EnquiryAnswerUnfit(label=rule.label, known=known, answer=answer.replace("_", " "))
    if answer is not EnquiryAnswer.AGREE and not words.strip():
        return TextMissing(what="the answer's words", at="words")
    return None
