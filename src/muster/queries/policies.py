"""What the kind of an operation asks of a donor, and what it lets the organisation give."""

from dataclasses import dataclass

from muster.core.guarantee import POLICIES, Duty, Mandate, Policy, organisation_forbids
from muster.core.refusals import Refusal
from muster.core.rules import Giver
from muster.records.models import GuaranteeCase, Operation, Party

_DUTIES = {
    Duty.AFFECTED: "the case is about it: it asks, and owes no answer",
    Duty.BOUND: "it owes an answer",
    Duty.ASKED: "it is asked, and may answer",
    Duty.INFORMED: "it is told, and may answer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTold:
    """The policy of an operation's kind, as it meets one donor.

    Args:
        kind: by whose row it is judged; of an exercise, the kind that it plays.
        case: the stage of its case of the guarantee; empty where none was invoked.
        bound: the standings that owe an answer.
        asked: the standings that are asked.
        informed: the standings that are told.
        organisation_gives: what the organisation itself may give at all.
        answer_within_hours: the clock of an answer.
        donor: what it asks of the donor: affected, bound, asked, informed, or empty for nothing.
        sentence: all of it, for people.
    """

    kind: str
    name: str
    basis: str
    case: str
    bound: tuple[str, ...]
    asked: tuple[str, ...]
    informed: tuple[str, ...]
    owes: str
    organisation_gives: str
    answer_within_hours: int
    decided_by_body: bool
    donor: str
    sentence: str


def policy_of(operation: Operation) -> Policy:
    """Find by which row of the table an operation is judged: its kind's, or the one it plays."""
    case = GuaranteeCase.objects.filter(operation=operation).first()
    return POLICIES[case.plays if case else operation.kind]


def organisation_refused(operation: Operation, giver: Giver) -> Refusal | None:
    """Say whether the organisation gives nothing at all in an operation; None of other donors."""
    if not giver.part_of_body:
        return None
    return organisation_forbids(policy_of(operation), party=giver.name, operation=operation.code)


def policy_told(operation: Operation, donor: Party, standing: str | None) -> PolicyTold:
    """Tell the policy of an operation, and what it asks of a donor.

    Args:
        operation: which one.
        donor: who would give.
        standing: what the donor is to the body on the day of the gift; where a case was invoked,
            what it was on that day counts instead.
    """
    case = GuaranteeCase.objects.filter(operation=operation).first()
    policy = POLICIES[case.plays if case else operation.kind]
    duty = policy.duty_of(standing or "")
    if case is not None:
        row = case.duties.filter(party=donor).first()
        duty = Duty(row.duty) if row else None
    return PolicyTold(
        kind=policy.kind,
        name=policy.name,
        basis=case.basis if case else policy.basis,
        case=case.stage if case else "",
        bound=tuple(sorted(policy.bound)),
        asked=tuple(sorted(policy.asked)),
        informed=tuple(sorted(policy.informed)),
        owes=policy.owes,
        organisation_gives=policy.mandate.value,
        answer_within_hours=int(policy.answer_within.total_seconds() // 3600),
        decided_by_body=policy.decided,
        donor=duty.value if duty else "",
        sentence=_sentence(policy, operation, donor, duty, invoked=case is not None),
    )


def _sentence(
    policy: Policy, operation: Operation, donor: Party, duty: Duty | None, *, invoked: bool
) -> str:
    told = f"{operation.code} is {policy.name} ({policy.basis}): "
    told += f"{_who(policy.bound)} must answer, {_who(policy.asked)} may give"
    nothing = policy.mandate is Mandate.NOTHING
    gives = "nothing" if nothing else "only what is reviewed as non-lethal"
    told += f"; the organisation itself gives {gives}. "
    asked = _DUTIES[duty] if duty else "it is asked for nothing"
    when = "" if invoked else ", were it invoked"
    return f"{told}Of {donor.name}: {asked}{when}."


def _who(standings: frozenset[str]) -> str:
    return f"each {' or '.join(sorted(standings))}" if standings else "nobody"
