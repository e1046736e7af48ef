"""Cases of the guarantee: who is asked for what, who has answered with what, and who has not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from muster.core.actors import Actor, Role
from muster.core.guarantee import POLICIES, Duty, OnlyTheAffectedAsks, Policy
from muster.core.refusals import NotARecipient, Refusal
from muster.queries.journal import Happening, history
from muster.queries.register import find_party
from muster.queries.visibility import find, visible
from muster.records.models import (
    AssistanceRequest,
    GuaranteeAnswer,
    GuaranteeCase,
    GuaranteeDuty,
    Offer,
    Operation,
    RoleGrant,
)

RUNNING = frozenset({"invoked", "established"})
_OWES = frozenset({Duty.BOUND, Duty.ASKED})
_ORDER = {Duty.AFFECTED: 0, Duty.BOUND: 1, Duty.ASKED: 2, Duty.INFORMED: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShown:
    """One answer: what was said, and what it gives."""

    id: UUID
    answered_on: date
    recorded_at: datetime
    words: str
    gives: str
    offers: tuple[tuple[UUID, str], ...]
    nothing_further: bool
    source: str
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One party in the grid of a case.

    Args:
        state: answered, nothing further, overdue, waiting, silent (it need not answer), or asks.
        late: how long an answer that is owed or asked for is overdue; nothing if it is not.
        answers: what it said, the latest first; the first holds.
    """

    party: str
    name: str
    standing: str
    duty: Duty
    state: str
    late: timedelta
    answers: tuple[AnswerShown, ...]

    @property
    def answer(self) -> AnswerShown | None:
        """The answer that holds."""
        return self.answers[0] if self.answers else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """Everything about a case, as somebody may see it."""

    case: GuaranteeCase
    operation: Operation
    policy: Policy
    due_at: datetime
    is_over: bool
    is_exercise: bool
    grid: tuple[Asked, ...]
    led_to: tuple[GuaranteeCase, ...]
    requests: tuple[AssistanceRequest, ...]
    events: tuple[Happening, ...]

    def count(self, *states: str, duty: Duty | None = None) -> int:
        """Count the parties in one of these states."""
        return sum(row.state in states for row in self.grid if duty is None or row.duty is duty)

    @property
    def owing(self) -> int:
        """How many owe an answer, or are asked for one."""
        return sum(row.duty in _OWES for row in self.grid)

    @property
    def answered(self) -> int:
        """How many of those have given one."""
        return sum(row.duty in _OWES and bool(row.answers) for row in self.grid)

    @property
    def affected(self) -> tuple[Asked, ...]:
        """Those whom the case is about."""
        return tuple(row for row in self.grid if row.duty is Duty.AFFECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in a list."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Who is to be reminded of an answer, and through whom."""

    party: str
    name: str
    duty: Duty
    due_at: datetime
    overdue: bool
    late: timedelta
    contacts: tuple[str, ...]


def find_case(code: str, actor: Actor, day: date) -> GuaranteeCase:
    """Find a case by the code of its operation.

    Raises:
        NotFound: there is none that the actor may see.
    """
    return find(GuaranteeCase, code, actor, day, by="operation__code")


def has_case(operation: Operation) -> bool:
    """Say whether an operation was opened by an invocation."""
    return GuaranteeCase.objects.filter(operation=operation).exists()


def answers_for(shown: CaseShown, actor: Actor, day: date) -> tuple[Asked, ...]:
    """List the parties of a case for which the actor may answer: its own; for the centre, all."""
    own = {*actor.parties(Role.DONOR, day), *actor.parties(Role.RECIPIENT, day)}
    is_centre = actor.has(Role.COORDINATOR, day)
    return tuple(
        row
        for row in shown.grid
        if row.duty is not Duty.AFFECTED and (is_centre or row.party in own)
    )


def answer_in_force(asked: GuaranteeDuty) -> GuaranteeAnswer | None:
    """Find the answer that no other has taken the place of."""
    return GuaranteeAnswer.objects.filter(asked=asked, superseded_by__isnull=True).first()


def not_asking(operation: Operation, party: str, *, called: str = "") -> Refusal:
    """Say why a party may not ask for help in an operation that does not help it."""
    case = GuaranteeCase.objects.filter(operation=operation).first()
    if case is None:
        return NotARecipient(party=called or party, operation=operation.code)
    duties = case.duties.filter(duty=Duty.AFFECTED).select_related("party")
    names = ", ".join(sorted(each.party.name for each in duties))
    affected = f"{POLICIES[case.plays].concerns} ({names})"
    name = find_party(party).name
    return OnlyTheAffectedAsks(party=name, operation=operation.code, affected=affected)


def case_shown(case: GuaranteeCase, actor: Actor, now: datetime) -> CaseShown:
    """Show a case: the grid of all parties, the requests of the affected, and what happened."""
    day = now.date()
    decision = getattr(case, "decision", None)
    due_at = (decision.due_at if decision else None) or case.due_at
    is_over = case.stage not in RUNNING
    requests = visible(AssistanceRequest, actor, day).filter(operation_id=case.operation_id)
    led_to = visible(GuaranteeCase, actor, day).filter(follows=case).select_related("operation")
    return CaseShown(
        case=case,
        operation=case.operation,
        policy=POLICIES[case.plays],
        due_at=due_at,
        is_over=is_over,
        is_exercise=case.operation.kind == Operation.Kind.EXERCISE,
        grid=_grid(case, actor, now, due_at, is_over=is_over),
        led_to=tuple(led_to.order_by("recorded_at")),
        requests=tuple(requests.select_related("recipient").order_by("recorded_at")),
        events=tuple(history(case.pk)),
    )


def case_rows(actor: Actor, now: datetime) -> tuple[CaseRow, ...]:
    """List the cases, the latest invoked first."""
    found = visible(GuaranteeCase, actor, now.date()).select_related("operation", "invoked_by")
    listed = found.order_by("-invoked_on", "operation__code")
    return tuple(_row(case_shown(case, actor, now)) for case in listed)


def reminders(shown: CaseShown, day: date) -> tuple[Reminder, ...]:
    """List who has not answered though it is owed or asked for, the bound ones first."""
    silent = [row for row in shown.grid if row.state in {"waiting", "overdue"}]
    contacts = _contacts([row.party for row in silent], day)
    return tuple(
        Reminder(
            party=row.party,
            name=row.name,
            duty=row.duty,
            due_at=shown.due_at,
            overdue=row.state == "overdue",
            late=row.late,
            contacts=contacts.get(row.party, ()),
        )
        for row in silent
    )


def owed_by(actor: Actor, now: datetime) -> tuple[CaseShown, ...]:
    """List the running cases in which the actor's own parties still owe an answer."""
    day = now.date()
    own = actor.parties(Role.DONOR, day)
    found = visible(GuaranteeCase, actor, day).filter(
        stage__in=RUNNING, duties__party__in=own, duties__duty__in=_OWES
    )
    cases = found.select_related("operation").distinct().order_by("due_at")
    shown = [case_shown(case, actor, now) for case in cases]
    return tuple(
        each
        for each in shown
        if any(row.party in own and row.state in {"waiting", "overdue"} for row in each.grid)
    )


def _row(shown: CaseShown) -> CaseRow:
    case = shown.case
    return CaseRow(
        code=shown.operation.code,
        name=shown.operation.name,
        kind=shown.operation.kind,
        plays=case.plays,
        stage=case.stage,
        affected=", ".join(row.name for row in shown.affected),
        invoked_by=case.invoked_by.name,
        invoked_on=case.invoked_on,
        due_at=shown.due_at,
        bound=sum(row.duty is Duty.BOUND for row in shown.grid),
        asked=sum(row.duty is Duty.ASKED for row in shown.grid),
        answered=shown.answered,
        overdue=shown.count("overdue"),
        is_exercise=shown.is_exercise,
    )


def _grid(
    case: GuaranteeCase, actor: Actor, now: datetime, due_at: datetime, *, is_over: bool
) -> tuple[Asked, ...]:
    duties = case.duties.select_related("party")
    said = _said(case, actor, now.date())
    rows = [_asked(each, said.get(each.pk, ()), now, due_at, is_over=is_over) for each in duties]
    return tuple(sorted(rows, key=lambda row: (_ORDER[row.duty], row.name)))


def _asked(
    duty: GuaranteeDuty,
    answers: tuple[AnswerShown, ...],
    now: datetime,
    due_at: datetime,
    *,
    is_over: bool,
) -> Asked:
    kind = Duty(duty.duty)
    late = timedelta()
    if kind is Duty.AFFECTED:
        state = "asks"
    elif answers:
        state = "nothing_further" if answers[0].nothing_further else "answered"
    elif kind is Duty.INFORMED or is_over:
        state = "silent"
    else:
        late = max(timedelta(), now - due_at)
        state = "overdue" if late else "waiting"
    return Asked(
        party=duty.party_id,
        name=duty.party.name,
        standing=duty.standing,
        duty=kind,
        state=state,
        late=late,
        answers=answers,
    )


def _said(case: GuaranteeCase, actor: Actor, day: date) -> dict[int, tuple[AnswerShown, ...]]:
    """Gather the answers that the actor may see, by the duty, the latest first."""
    found = visible(GuaranteeAnswer, actor, day).filter(asked__case=case)
    listed = list(found.order_by("-recorded_at", "-pk"))
    names = _names((key for each in listed for key in each.offers), actor, day)
    said: dict[int, list[AnswerShown]] = {}
    for each in _latest_first(listed):
        said.setdefault(each.asked_id, []).append(_shown(each, names))
    return {key: tuple(answers) for key, answers in said.items()}


def _latest_first(answers: list[GuaranteeAnswer]) -> list[GuaranteeAnswer]:
    """Follow each chain from the answer that holds to the first, whatever the clocks said."""
    earlier = {each.pk: each for each in answers}
    superseded = {each.supersedes_id for each in answers}
    ordered = []
    for each in answers:
        if each.pk not in superseded:
            follow: GuaranteeAnswer | None = each
            while follow is not None:
                ordered.append(follow)
                follow = earlier.get(follow.supersedes_id) if follow.supersedes_id else None
    return ordered


def _shown(answer: GuaranteeAnswer, names: dict[UUID, str]) -> AnswerShown:
    return AnswerShown(
        id=answer.pk,
        answered_on=answer.answered_on,
        recorded_at=answer.recorded_at,
        words=answer.words,
        gives=answer.gives,
        offers=tuple((key, names[key]) for key in answer.offers if key in names),
        nothing_further=answer.nothing_further,
        source=answer.source,
        invented=answer.invented,
    )


def _names(keys: Iterable[UUID], actor: Actor, day: date) -> dict[UUID, str]:
    """Name the offers that the actor may see; a restricted one is left out for others."""
    found = visible(Offer, actor, day).filter(pk__in=set(keys))
    return dict(found.values_list("pk", "reference"))


def _contacts(parties: Iterable[str], day: date) -> dict[str, tuple[str, ...]]:
    """Name the points of contact of parties on a day."""
    grants = RoleGrant.objects.filter(
        party_id__in=list(parties), role=Role.DONOR, since__lte=day, user__is_active=True
    ).select_related("user")
    found: dict[str, set[str]] = {}
    for grant in grants:
        if grant.until is None or grant.until > day:
            found.setdefault(grant.party_id, set()).add(grant.user.name)
    return {party: tuple(sorted(names)) for party, names in found.items()}
