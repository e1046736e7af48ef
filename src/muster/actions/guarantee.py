"""Guarantee verbs: invoke a case, decide that it stands, answer, withdraw, close."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from muster.actions.journal import action
from muster.actions.operations import Helped, written_operation
from muster.actions.staging import held, move
from muster.core.actors import CENTRE, NATIONS, Act, Role, party_audience
from muster.core.guarantee import (
    POLICIES,
    DoesNotFollow,
    Duty,
    Named,
    NothingToDecide,
    Policy,
    affected_forbids,
    invoker_forbids,
)
from muster.core.refusals import (
    ChoiceUnknown,
    DatesOutOfOrder,
    InTheFuture,
    TextMissing,
)
from muster.core.stages import Subject, next_stage
from muster.queries.register import find_party, standing_on, standings_on
from muster.queries.visibility import find
from muster.records.models import (
    GuaranteeCase,
    GuaranteeDecision,
    GuaranteeDuty,
    Operation,
)


@action("invoke the guarantee")
def invoke(
    *,
    act: Act,
    code: str,
    name: str,
    kind: str,
    affected: Sequence[Helped],
    invoked_by: str,
    invoked_on: date,
    words: str,
    body: str = "NATO",
    basis: str = "",
    plays: str = "",
    follows: UUID | None = None,
    due_at: datetime | None = None,
    situation: str = "",
    source: str = "",
    invented: bool = False,
) -> GuaranteeCase:
    """Open a case for everyone of that day at once: one row for each party that is asked.

    Membership is judged on the day of the invocation.  The case is an operation of its kind, about
    the parties that are affected; an exercise plays a case of another kind, by that kind's policy.

    Raises:
        ActsForAnother: the actor speaks neither for who invokes nor for the centre.
        TextMissing: nobody is affected, or the words, or the source of a word passed on, are not
            there.
        ChoiceUnknown: there is no such kind of operation.
        NotAMember, IsAMember: the kind is not for who is affected.
        MayNotInvoke: the kind is not invoked by that party.
        DoesNotFollow: the case it is said to follow does not lead to one of this kind.
        InTheFuture: it is said to have been invoked on a later day than today.
        DuplicateReference, CodeNotPlain, PartyUnknown: as `open_operation` says.
    """
    demand_word(act, invoked_by, source)
    policy = _policy(kind, plays)
    if invoked_on > act.now.date():
        today = act.now.date()
        raise InTheFuture(at="invoked_on", what="An invocation", moment=invoked_on, now=today)
    demand_filled(words=words)
    concerned = _affected(policy, affected, body=body, day=invoked_on)
    invoker = _named(invoked_by, body=body, day=invoked_on)
    codes = [each.code for each in concerned]
    refusal = invoker_forbids(policy, invoker, affected=codes, body=body)
    if refusal is not None:
        raise refusal
    earlier = _earlier(act, policy, follows, body=body)
    operation = written_operation(
        act,
        code=code,
        name=name,
        kind=kind,
        body=body,
        recipients=affected,
        began_on=invoked_on,
        situation=situation,
        source=source,
        invented=invented,
    )
    at = _moment(act, invoked_on)
    move(act, operation, "open", happened_at=at)
    case = GuaranteeCase.objects.create(
        id=act.part_id("case"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=_seen_by(codes),
        operation=operation,
        plays=policy.kind,
        body_id=body,
        invoked_by_id=invoker.code,
        invoked_on=invoked_on,
        basis=basis or policy.basis,
        words=words.strip(),
        due_at=due_at or at + policy.answer_within,
        follows=earlier,
        source=source,
        invented=invented,
    )
    GuaranteeDuty.objects.bulk_create(_duties(case, policy, concerned))
    move(act, case, "invoke", happened_at=at)
    return case


@action("decide that a case stands")
def establish(
    *,
    act: Act,
    case: UUID,
    decided_on: date,
    reference: str,
    words: str = "",
    due_at: datetime | None = None,
    source: str = "",
) -> GuaranteeCase:
    """Record the body's decision, by consensus, that what was invoked is established.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NothingToDecide: a case of this kind stands from its invocation.
        TextMissing: the decision has no reference.
        DatesOutOfOrder: it is dated before the invocation.
        InTheFuture: it is dated later than today.
        WrongStage: the case is established already, or over.
    """
    act.must_be(Role.COORDINATOR)
    found = held(GuaranteeCase, case, act)
    policy = POLICIES[found.plays]
    if not policy.decided:
        raise NothingToDecide(kind=policy.name, body=found.body.name)
    demand_filled(reference=reference)
    demand_in_order(act, found, decided_on, at="decided_on")
    move(act, found, "establish", happened_at=_moment(act, decided_on), note=reference.strip())
    GuaranteeDecision.objects.create(
        id=act.part_id("decision"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=found.audiences,
        operation_id=found.operation_id,
        case=found,
        decided_on=decided_on,
        reference=reference.strip(),
        words=words.strip(),
        due_at=due_at,
        source=source,
    )
    return found


@action("withdraw a case of the guarantee")
def withdraw(*, act: Act, case: UUID) -> GuaranteeCase:
    """Take an invocation back, with the reason; it stays on record, and its operation winds down.

    Raises:
        ActsForAnother: the actor speaks neither for who invoked nor for the centre.
        ReasonMissing: no reason is given.
        WrongStage: the case is over.
    """
    found = held(GuaranteeCase, case, act)
    demand_word(act, found.invoked_by_id, "the journal")
    return _ended(act, found, "withdraw")


@action("close a case of the guarantee")
def close(*, act: Act, case: UUID) -> GuaranteeCase:
    """Close a case, with the reason; what was promised in its operation is still delivered.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: the case is over.
    """
    act.must_be(Role.COORDINATOR)
    return _ended(act, held(GuaranteeCase, case, act), "close")


def _ended(act: Act, case: GuaranteeCase, event: str) -> GuaranteeCase:
    why = act.must_say_why("the end of a case")
    move(act, case, event, note=why)
    operation = held(Operation, case.operation_id, act)
    if next_stage(Subject.OPERATION, "wind_down", operation.stage) is not None:
        move(act, operation, "wind_down", note=why)
    return case


def demand_word(act: Act, party: str, source: str) -> None:
    """Demand the party's own people, or a coordinator who passes its word on and says its source.

    Raises:
        ActsForAnother: the actor is neither.
        TextMissing: the word is passed on, and its source is not told.
    """
    day = act.now.date()
    for role in (Role.DONOR, Role.RECIPIENT):
        if party in act.actor.parties(role, day):
            act.must_act_for(role, party)
            return
    act.must_act_for_or_be(Role.DONOR, party, Role.COORDINATOR)
    demand_filled(source=source)


def demand_filled(**texts: str) -> None:
    """Demand texts that are not empty, by their names.

    Raises:
        TextMissing: one is.
    """
    for at, text in texts.items():
        if not text.strip():
            raise TextMissing(what=f"the {at}", at=at)


def demand_in_order(act: Act, case: GuaranteeCase, day: date, *, at: str) -> None:
    """Demand a day from the invocation to today.

    Raises:
        InTheFuture, DatesOutOfOrder: it is later or earlier.
    """
    if day > act.now.date():
        raise InTheFuture(at=at, what="It", moment=day, now=act.now.date())
    if day < case.invoked_on:
        raise DatesOutOfOrder(
            at=at,
            first="the day of the invocation",
            first_date=case.invoked_on,
            second="this day",
            second_date=day,
        )


def _policy(kind: str, plays: str) -> Policy:
    """Find the policy of a case: of its kind, or of the kind that an exercise plays."""
    if kind not in POLICIES:
        raise ChoiceUnknown(at="kind", given=kind, known=", ".join(POLICIES))
    if not plays or plays == kind:
        return POLICIES[kind]
    if kind != "exercise" or plays not in POLICIES:
        known = ", ".join(POLICIES) if kind == "exercise" else kind
        raise ChoiceUnknown(at="plays", given=plays, known=known)
    return POLICIES[plays]


def _affected(
    policy: Policy, affected: Sequence[Helped], *, body: str, day: date
) -> tuple[Named, ...]:
    """Find those whom the case is about, and whether it is for them."""
    if not affected:
        raise TextMissing(what=policy.concerns, at="affected")
    found = tuple(_named(each.party, body=body, day=day) for each in affected)
    name = find_party(body).name
    for each in found:
        refusal = affected_forbids(policy, each, body=name, day=day)
        if refusal is not None:
            raise refusal
    return found


def _named(code: str, *, body: str, day: date) -> Named:
    party = find_party(code)
    return Named(party.code, party.name, standing_on(party.code, body=body, day=day))


def _earlier(act: Act, policy: Policy, follows: UUID | None, *, body: str) -> GuaranteeCase | None:
    if follows is None:
        return None
    found = find(GuaranteeCase, follows, act.actor, act.now.date())
    if found.plays not in policy.follows or found.body_id != body:
        raise DoesNotFollow(
            earlier=found,
            earlier_kind=POLICIES[found.plays].name,
            body=found.body.name,
            kind=policy.name,
        )
    return found


def _duties(case: GuaranteeCase, policy: Policy, affected: Sequence[Named]) -> list[GuaranteeDuty]:
    """Say what the case asks of each party that had a standing in the body on its day."""
    about = {each.code: each for each in affected}
    made = [
        GuaranteeDuty(case=case, party_id=code, standing=each.standing or "", duty=Duty.AFFECTED)
        for code, each in about.items()
    ]
    for member in standings_on(case.invoked_on, body=case.body_id):
        duty = policy.duty_of(member.kind)
        if duty is not None and member.code not in about:
            made.append(
                GuaranteeDuty(case=case, party_id=member.code, standing=member.kind, duty=duty)
            )
    return made


def _seen_by(affected: Sequence[str]) -> list[str]:
    return [CENTRE, NATIONS, *(party_audience(code) for code in affected)]


def _moment(act: Act, day: date) -> datetime:
    """Give the moment of a day: now, if it is today; else the day's beginning."""
    return act.now if day == act.now.date() else datetime.combine(day, time(), UTC)
