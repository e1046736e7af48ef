"""Operation verbs: open, suspend, close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from muster.actions.journal import action
from muster.actions.staging import move
from muster.core.actors import CENTRE, NATIONS, Act, Role
from muster.core.guarantee import POLICIES, NotInvoked
from muster.core.refusals import ChoiceUnknown, WrongStage
from muster.core.rules import code_forbids, reference_forbids
from muster.core.stages import Subject, next_stage, shown
from muster.queries.register import find_party, find_place
from muster.queries.visibility import find
from muster.records.models import GuaranteeCase, Operation, OperationRecipient, Place


@dataclass(frozen=True, slots=True)
class Helped:
    """A nation that is helped, and the place where goods enter it."""

    party: str
    point_of_entry: str | None = None


@action("open an operation")
def open_operation(
    *,
    act: Act,
    code: str,
    name: str,
    kind: str,
    body: str,
    recipients: Sequence[Helped],
    began_on: date,
    situation: str = "",
    source: str = "",
    invented: bool = False,
    happened_at: datetime | None = None,
) -> Operation:
    """Open an operation under the body that leads it, for the nations that are helped.

    Raises:
        RoleMissing: the actor is not a coordinator.
        PartyUnknown: the body or a recipient is not in the register.
        NotFound: there is no such point of entry.
        ChoiceUnknown: there is no such kind of operation.
        NotInvoked: a case of that kind is invoked (actions/guarantee.py).
        CodeNotPlain: the code is not made of capital letters, digits and hyphens.
        DuplicateReference: the code is taken, or a recipient is named twice.
    """
    act.must_be(Role.COORDINATOR)
    if kind in POLICIES and POLICIES[kind].by_invocation:
        raise NotInvoked(kind=POLICIES[kind].name)
    operation = written_operation(
        act,
        code=code,
        name=name,
        kind=kind,
        body=body,
        recipients=recipients,
        began_on=began_on,
        situation=situation,
        source=source,
        invented=invented,
    )
    move(act, operation, "open", happened_at=happened_at)
    return operation


def written_operation(
    act: Act,
    *,
    code: str,
    name: str,
    kind: str,
    body: str,
    recipients: Sequence[Helped],
    began_on: date,
    situation: str,
    source: str,
    invented: bool,
) -> Operation:
    """Write an operation and whom it helps; it has had no event yet, and that is the caller's.

    Raises:
        CodeNotPlain, ChoiceUnknown, PartyUnknown, DuplicateReference: as `open_operation` says.
    """
    refusal = code_forbids(code)
    if refusal is not None:
        raise refusal
    if kind not in Operation.Kind.values:
        raise ChoiceUnknown(at="kind", given=kind, known=", ".join(Operation.Kind.values))
    operation = Operation.objects.create(
        id=act.part_id("operation"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, NATIONS],
        code=code,
        name=name,
        kind=kind,
        body=find_party(body),
        began_on=began_on,
        situation=situation,
        source=source,
        invented=invented,
    )
    OperationRecipient.objects.bulk_create(
        OperationRecipient(
            operation=operation,
            party=find_party(helped.party),
            point_of_entry=_entry(helped),
        )
        for helped in recipients
    )
    return operation


@action("move an operation on")
def move_operation(*, act: Act, operation: UUID, event: str) -> Operation:
    """Suspend, resume, wind down or close an operation (see core/stages.py).

    A case of the guarantee ends with its operation, as an operation winds down with its case: who
    has not answered by then owes no answer any more.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: the event does not lead from its stage.
    """
    act.must_be(Role.COORDINATOR)
    found = find(Operation, operation, act.actor, act.now.date())
    why = act.must_say_why("a change of an operation's stage")
    move(act, found, event, note=why)
    if found.stage in _ENDING:
        _end_case(act, found, why)
    return found


@action("describe the situation")
def describe_situation(*, act: Act, operation: UUID, situation: str) -> Operation:
    """Write down the general situation, as situation reports will quote it.

    Raises:
        RoleMissing: the actor is not a coordinator.
    """
    act.must_be(Role.COORDINATOR)
    found = find(Operation, operation, act.actor, act.now.date())
    found.situation = situation
    found.save(update_fields=["situation"])
    return found


def demand_running(operation: Operation, what: str) -> None:
    """Demand that an operation is not closed.

    Raises:
        WrongStage: it is closed; what comes later belongs to an operation that reopens it.
    """
    if operation.stage == "closed":
        raise WrongStage(what=str(operation), stage=shown(operation.stage), event=what)


def demand_called(reference: str) -> None:
    """Demand that a record has a reference to be called by.

    Raises:
        TextMissing: it is empty.
    """
    refusal = reference_forbids(reference)
    if refusal is not None:
        raise refusal


_ENDING = frozenset({"closing", "closed"})


def _end_case(act: Act, operation: Operation, why: str) -> None:
    case = GuaranteeCase.objects.select_for_update().filter(operation=operation).first()
    if case is not None and next_stage(Subject.GUARANTEE, "close", case.stage) is not None:
        move(act, case, "close", note=why)


def _entry(helped: Helped) -> Place | None:
    return find_place(helped.point_of_entry, at="recipients") if helped.point_of_entry else None
