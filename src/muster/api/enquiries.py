"""Enquiries: what one party asks another, and what is answered."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import enquiries as actions
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import Day, PageAnswer, Paging, StagedAnswer, Why
from muster.core.enquiries import EnquiryAnswer, EnquiryKind
from muster.queries import enquiries as asked
from muster.records.models import Enquiry

router = Router(tags=["enquiries"])


class EnquiryOut(StagedAnswer):
    """What one party asks another; `answer` holds the words that were answered last."""

    kind: EnquiryKind
    party: str
    asked: str
    about: str
    about_id: UUID | None
    words: str
    until: date | None
    answer: str

    @staticmethod
    def resolve_party(enquiry: Enquiry) -> str:
        """Give the code alone."""
        return enquiry.party_id

    @staticmethod
    def resolve_asked(enquiry: Enquiry) -> str:
        """Give the code alone."""
        return enquiry.asked_id

    @staticmethod
    def resolve_answer(enquiry: Enquiry) -> str:
        """Give the words of the last answer, or nothing."""
        return asked.last_answer(enquiry)


class EnquiryInput(Why):
    """What is to be asked; parties that are not said follow from what it is about."""

    kind: EnquiryKind
    words: str
    about: UUID | None = None
    party: str = ""
    asked: str = ""
    until: Day | None = None


class EnquiryAnswerInput(Why):
    """What is answered; words are needed for all but a plain yes."""

    answer: EnquiryAnswer
    words: str = ""


@router.get("/operations/{code}/enquiries", response=PageAnswer[EnquiryOut])
def list_enquiries(
    request: HttpRequest, code: str, paging: Query[Paging], *, open_only: bool = False
) -> dict[str, object]:
    """List the enquiries of an operation that you may see, newest first."""
    seen = asking(request)
    page = asked.enquiries_of(
        operation_of(request, code),
        seen.actor,
        day=seen.day,
        open_only=open_only,
        after=paging.after,
        limit=paging.limit,
    )
    return {"items": page.items, "next": page.next}


@router.post("/operations/{code}/enquiries", response={201: EnquiryOut})
def ask(request: HttpRequest, code: str, body: EnquiryInput) -> Status[Enquiry]:
    """Ask a party for information, a price, a return, a whereabouts or a longer stay."""
    made = actions.ask(
        act=act_of(request, body.reason),
        operation=operation_of(request, code).pk,
        **body.model_dump(exclude={"reason"}),
    )
    return Status(201, made)


@router.get("/enquiries/{enquiry}", response=EnquiryOut)
def show_enquiry(request: HttpRequest, enquiry: UUID) -> Enquiry:
    """Show an enquiry."""
    seen = asking(request)
    return asked.seen_enquiry(enquiry, seen.actor, seen.day).record


@router.post("/enquiries/{enquiry}/answer", response=EnquiryOut)
def answer_enquiry(request: HttpRequest, enquiry: UUID, body: EnquiryAnswerInput) -> Enquiry:
    """Answer an enquiry; an answer under a condition can still become a yes or a no."""
    return actions.answer_enquiry(
        act=act_of(request, body.reason), enquiry=enquiry, answer=body.answer, words=body.words
    )


@router.post("/enquiries/{enquiry}/withdraw", response=EnquiryOut)
def withdraw_enquiry(request: HttpRequest, enquiry: UUID, body: Why) -> Enquiry:
    """Take back what was asked, with the reason."""
    return actions.withdraw_enquiry(act=act_of(request, body.reason), enquiry=enquiry)
