"""Cases of the guarantee: what each kind asks of whom, who has answered, and who has not."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from muster.actions import answers as answering
from muster.actions import guarantee as actions
from muster.actions.operations import Helped
from muster.api.asking import act_of, asking
from muster.api.fields import Answer, Day, Input, Instant, Why, Yes
from muster.core.guarantee import POLICIES, Policy
from muster.queries.guarantee import (
    AnswerShown,
    Asked,
    CaseRow,
    CaseShown,
    Reminder,
    case_rows,
    case_shown,
    find_case,
    reminders,
)
from muster.records.models import GuaranteeCase

router = Router(tags=["guarantee"])


class PolicyAnswer(Answer):
    """What a kind of operation asks of whom; the clock is in hours from the invocation."""

    kind: str
    name: str
    basis: str
    affected: str
    concerns: str
    invokers: list[str]
    bound: list[str]
    asked: list[str]
    informed: list[str]
    owes: str
    mandate: str
    answer_within_hours: int
    decided: bool
    follows: list[str]
    by_invocation: bool
    is_real: bool

    @staticmethod
    def resolve_answer_within_hours(policy: Policy) -> int:
        """Give the clock in hours."""
        return int(policy.answer_within.total_seconds() // 3600)

    @staticmethod
    def resolve_invokers(policy: Policy) -> list[str]:
        """List who may invoke."""
        return sorted(policy.invokers)

    @staticmethod
    def resolve_bound(policy: Policy) -> list[str]:
        """List the standings that owe an answer."""
        return sorted(policy.bound)

    @staticmethod
    def resolve_asked(policy: Policy) -> list[str]:
        """List the standings that are asked."""
        return sorted(policy.asked)

    @staticmethod
    def resolve_informed(policy: Policy) -> list[str]:
        """List the standings that are told."""
        return sorted(policy.informed)

    @staticmethod
    def resolve_follows(policy: Policy) -> list[str]:
        """List the kinds of case that can lead to one of this kind."""
        return sorted(policy.follows)


class CaseListedAnswer(Answer):
    """A case in the list, with how many owe an answer, are asked, have answered, are late."""

    code: str
    name: str
    kind: str
    plays: str
    stage: str
    affected: str
    invoked_by: str
    invoked_on: date
    due_at: datetime
    bound: int
    asked: int
    answered: int
    overdue: int
    is_exercise: bool


class SaidAnswer(Answer):
    """One answer, in the party's own words; `offers` are references that you may see."""

    id: UUID
    answered_on: date
    recorded_at: datetime
    words: str
    gives: str
    offers: list[str]
    nothing_further: bool
    source: str
    invented: bool

    @staticmethod
    def resolve_offers(answer: AnswerShown) -> list[str]:
        """Give the references."""
        return [reference for _, reference in answer.offers]


class AskedAnswer(Answer):
    """One party in a case: what is asked of it, how it stands, and its answers, latest first."""

    party: str
    name: str
    standing: str
    duty: str
    state: str
    late_hours: int
    answers: list[SaidAnswer]

    @staticmethod
    def resolve_late_hours(row: Asked) -> int:
        """Give how long it is overdue, in hours."""
        return int(row.late.total_seconds() // 3600)


class DecisionAnswer(Answer):
    """The body's decision that the case stands."""

    decided_on: date
    reference: str
    words: str
    due_at: datetime | None
    source: str


class CaseAnswer(Answer):
    """A case with all of its parties."""

    id: UUID = Field(alias="case.id")
    code: str = Field(alias="operation.code")
    name: str = Field(alias="operation.name")
    kind: str = Field(alias="operation.kind")
    plays: str = Field(alias="case.plays")
    stage: str = Field(alias="case.stage")
    body: str = Field(alias="case.body_id")
    affected: list[str]
    invoked_by: str = Field(alias="case.invoked_by_id")
    invoked_on: date = Field(alias="case.invoked_on")
    basis: str = Field(alias="case.basis")
    words: str = Field(alias="case.words")
    source: str = Field(alias="case.source")
    invented: bool = Field(alias="case.invented")
    due_at: datetime
    is_exercise: bool
    owing: int
    answered: int
    overdue: int
    follows: str | None
    led_to: list[str]
    decision: DecisionAnswer | None
    requests: list[str]
    grid: list[AskedAnswer]

    @staticmethod
    def resolve_affected(shown: CaseShown) -> list[str]:
        """List the codes of those whom the case is about."""
        return [row.party for row in shown.affected]

    @staticmethod
    def resolve_overdue(shown: CaseShown) -> int:
        """Count who is late."""
        return shown.count("overdue")

    @staticmethod
    def resolve_follows(shown: CaseShown) -> str | None:
        """Give the code of the case that led to this one."""
        earlier = shown.case.follows
        return earlier.operation.code if earlier is not None else None

    @staticmethod
    def resolve_led_to(shown: CaseShown) -> list[str]:
        """Give the codes of the cases that this one led to."""
        return [case.operation.code for case in shown.led_to]

    @staticmethod
    def resolve_decision(shown: CaseShown) -> object:
        """Give the decision, if there is one."""
        return getattr(shown.case, "decision", None)

    @staticmethod
    def resolve_requests(shown: CaseShown) -> list[str]:
        """Give the references of the requests that you may see."""
        return [request.reference for request in shown.requests]


class ReminderAnswer(Answer):
    """Who is to be reminded, until when it was due, and through whom."""

    party: str
    name: str
    duty: str
    due_at: datetime
    overdue: bool
    contacts: list[str]


class AffectedInput(Input):
    """A party that the case is about, and the code of the place where goods enter it."""

    party: str
    point_of_entry: str | None = None


class InvocationInput(Why):
    """A case to invoke; an exercise says in `plays` which kind of case it plays."""

    code: str
    name: str
    kind: str
    affected: list[AffectedInput]
    invoked_by: str
    invoked_on: Day
    words: str
    body: str = "NATO"
    basis: str = ""
    plays: str = ""
    follows: str | None = None
    due_at: Instant | None = None
    situation: str = ""
    source: str = ""
    invented: Yes = False


class DecisionInput(Why):
    """The body's decision, by consensus, that what was invoked is established."""

    decided_on: Day
    reference: str
    words: str = ""
    due_at: Instant | None = None
    source: str = ""


class AnswerInput(Why):
    """What a party gives, in words and by its offers' references; or nothing further."""

    party: str
    words: str
    answered_on: Day | None = None
    gives: str = ""
    offers: list[str] = Field(default_factory=list)
    nothing_further: Yes = False
    source: str = ""
    invented: Yes = False


@router.get("/guarantee/policies", response=list[PolicyAnswer])
def list_policies(request: HttpRequest) -> list[Policy]:
    """List what each kind of operation asks of whom."""
    asking(request)
    return list(POLICIES.values())


@router.get("/guarantee", response=list[CaseListedAnswer])
def list_cases(request: HttpRequest) -> list[CaseRow]:
    """List the cases that you may see, the latest invoked first."""
    asked = asking(request)
    return list(case_rows(asked.actor, asked.now))


@router.post("/guarantee", response={201: CaseAnswer})
def invoke(request: HttpRequest, body: InvocationInput) -> Status[CaseShown]:
    """Invoke a case: everyone of that day is asked at once."""
    made = actions.invoke(
        act=act_of(request, body.reason),
        code=body.code,
        name=body.name,
        kind=body.kind,
        affected=[Helped(each.party, each.point_of_entry) for each in body.affected],
        invoked_by=body.invoked_by,
        invoked_on=body.invoked_on,
        words=body.words,
        body=body.body,
        basis=body.basis,
        plays=body.plays,
        follows=_case(request, body.follows).pk if body.follows else None,
        due_at=body.due_at,
        situation=body.situation,
        source=body.source,
        invented=body.invented,
    )
    return Status(201, _shown(request, made))


@router.get("/guarantee/{code}", response=CaseAnswer)
def show_case(request: HttpRequest, code: str) -> CaseShown:
    """Show a case: who is asked for what, who has answered with what, and who has not."""
    return _shown(request, _case(request, code))


@router.post("/guarantee/{code}/decision", response=CaseAnswer)
def establish(request: HttpRequest, code: str, body: DecisionInput) -> CaseShown:
    """Record the body's decision that the case stands."""
    made = actions.establish(
        act=act_of(request, body.reason),
        case=_case(request, code).pk,
        decided_on=body.decided_on,
        reference=body.reference,
        words=body.words,
        due_at=body.due_at,
        source=body.source,
    )
    return _shown(request, made)


@router.post("/guarantee/{code}/answers", response={201: CaseAnswer})
def answer(request: HttpRequest, code: str, body: AnswerInput) -> Status[CaseShown]:
    """Answer for a party; a later answer takes the place of an earlier one, and both are kept."""
    case = _case(request, code)
    answering.answer(
        act=act_of(request, body.reason),
        case=case.pk,
        party=body.party,
        words=body.words,
        answered_on=body.answered_on,
        gives=body.gives,
        offers=body.offers,
        nothing_further=body.nothing_further,
        source=body.source,
        invented=body.invented,
    )
    return Status(201, _shown(request, case))


@router.post("/guarantee/{code}/withdrawal", response=CaseAnswer)
def withdraw(request: HttpRequest, code: str, body: Why) -> CaseShown:
    """Take an invocation back, with the reason; it stays on record."""
    act = act_of(request, body.reason)
    return _shown(request, actions.withdraw(act=act, case=_case(request, code).pk))


@router.post("/guarantee/{code}/closing", response=CaseAnswer)
def close(request: HttpRequest, code: str, body: Why) -> CaseShown:
    """Close a case, with the reason."""
    act = act_of(request, body.reason)
    return _shown(request, actions.close(act=act, case=_case(request, code).pk))


@router.get("/guarantee/{code}/reminders", response=list[ReminderAnswer])
def list_reminders(request: HttpRequest, code: str) -> list[Reminder]:
    """List who has not answered though it is owed or asked for, and through whom to remind it."""
    return list(reminders(_shown(request, _case(request, code)), asking(request).day))


def _case(request: HttpRequest, code: str) -> GuaranteeCase:
    asked = asking(request)
    return find_case(code.replace("\0", "?"), asked.actor, asked.day)


def _shown(request: HttpRequest, case: GuaranteeCase) -> CaseShown:
    asked = asking(request)
    return case_shown(case, asked.actor, asked.now)
