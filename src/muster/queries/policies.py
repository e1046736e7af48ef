"""What the kind of an operation asks of a donor, and what it lets the organisation give."""

from dataclasses import dataclass

from muster.core.guarantee import POLICIES, Duty, Mandate, Policy, organisation_forbids
from muster.core.refusals import Refusal
from muster.core.rules import Giver
from muster.records.models import GuaranteeCase, Operation, Party

_STANDINGS = ("member", "invitee", "aspirant", "partner", "observer")
# What a case asks of a party, and what one would ask that nobody has invoked.
_DUTIES = {
    Duty.AFFECTED: ("it is about {party}, who asks and owes no answer", ""),
    Duty.BOUND: ("{party} owes an answer", "{party} would owe an answer"),
    Duty.ASKED: ("{party} is asked, and may answer", "{party} would be asked"),
    Duty.INFORMED: ("{party} is told, and may answer", "{party} would be told"),
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
    is_nothing = policy.mandate is Mandate.NOTHING
    gives = "nothing" if is_nothing else "only what is reviewed as non-lethal"
    told = (
        f"{operation.code} is {policy.name} ({policy.basis}): {_those(policy.bound)} owe an answer,"
        f" {_those(policy.asked)} are asked, and the organisation itself gives {gives}."
    )
    asked = _DUTIES[duty][not invoked].format(party=donor.name) if duty else ""
    asked = asked or f"{donor.name} is asked for nothing"
    return f"{told} {'In its case' if invoked else 'No case was invoked;'} {asked}."


def _those(standings: frozenset[str]) -> str:
    """Name those of some standings, in the order of the table."""
    found = [f"{each}s" for each in _STANDINGS if each in standings]
    if not found:
        return "none"
    return " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)
