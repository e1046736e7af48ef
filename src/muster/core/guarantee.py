"""What each kind of operation asks of whom: one row of a table for each, and the rules over it.

The table is the whole difference between a consultation, a collective defence, mutual aid, support
to a partner, disaster relief and an exercise; one mechanism serves them all.  What it rests on, and
which of it is a choice of this house, stands in docs/explanation/guarantee.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from muster.core.refusals import Kind, Refusal


class Of(StrEnum):
    """What the party must be to the body on the day, for whom a case of a kind is invoked."""

    MEMBER = "a member"
    NO_MEMBER = "no member"
    ANYONE = "anyone"


class Invoker(StrEnum):
    """Who may invoke."""

    AFFECTED = "the party concerned"
    MEMBER = "any member"
    BODY = "the body itself"


class Duty(StrEnum):
    """What a case asks of a party, fixed on the day of the invocation."""

    AFFECTED = "affected"  # the case is about it: it asks, and owes no answer
    BOUND = "bound"  # it owes an answer
    ASKED = "asked"  # it is asked, and may answer
    INFORMED = "informed"  # it is told, and may answer


class Mandate(StrEnum):
    """What the organisation itself may give in a case."""

    REVIEWED_NON_LETHAL = "reviewed non-lethal"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a kind of operation asks of whom.

    Args:
        kind: the kind, as the operation carries it.
        name: what people call it.
        basis: the article or the rule that it rests on.
        affected: what the party concerned must be on the day of the invocation.
        concerns: what the party concerned is called in a sentence.
        invokers: who may invoke it.
        bound: the standings that owe an answer.
        asked: the standings that are asked and may answer.
        informed: the standings that are told, and may answer.
        owes: what is owed or asked for, in words.
        mandate: what the organisation itself may give.
        answer_within: the clock of an answer, from the invocation.
        decided: whether the body decides that the case stands.
        follows: the kinds of case that can lead to one of this kind.
        by_invocation: whether an operation of this kind is opened by an invocation alone.
        is_real: whether goods promised in it leave a nation's stock; false of an exercise.
    """

    kind: str
    name: str
    basis: str
    affected: Of
    concerns: str
    invokers: frozenset[Invoker]
    bound: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    informed: frozenset[str] = frozenset()
    owes: str
    mandate: Mandate = Mandate.REVIEWED_NON_LETHAL
    answer_within: timedelta
    decided: bool = False
    follows: frozenset[str] = frozenset()
    by_invocation: bool = False
    is_real: bool = True

    def duty_of(self, standing: str) -> Duty | None:
        """Say what the case asks of a party that had this standing; None if it is no part of it."""
        if standing in self.bound:
            return Duty.BOUND
        if standing in self.asked:
            return Duty.ASKED
        return Duty.INFORMED if standing in self.informed else None


_MEMBERS = frozenset({"member"})
_NEIGHBOURS = frozenset({"invitee", "aspirant", "partner", "observer"})

_ROWS = (
    Policy(
        kind="consultation",
        name="consultation",
        basis="Washington Treaty, Article 4",
        affected=Of.MEMBER,
        concerns="the member threatened",
        invokers=frozenset({Invoker.AFFECTED, Invoker.MEMBER}),
        bound=_MEMBERS,
        informed=_NEIGHBOURS,
        owes="its word in the consultation",
        mandate=Mandate.NOTHING,
        answer_within=timedelta(days=2),
        by_invocation=True,
    ),
    Policy(
        kind="defence",
        name="collective defence",
        basis="Washington Treaty, Article 5",
        affected=Of.MEMBER,
        concerns="the member attacked",
        invokers=frozenset({Invoker.AFFECTED, Invoker.BODY}),
        bound=_MEMBERS,
        informed=_NEIGHBOURS,
        owes="such action as it deems necessary",
        answer_within=timedelta(days=3),
        decided=True,
        follows=frozenset({"consultation"}),
        by_invocation=True,
    ),
    Policy(
        kind="resilience",
        name="mutual aid for resilience",
        basis="Washington Treaty, Article 3",
        affected=Of.MEMBER,
        concerns="the member that asks for aid",
        invokers=frozenset({Invoker.AFFECTED}),
        asked=_MEMBERS,
        informed=_NEIGHBOURS,
        owes="what it can spare",
        answer_within=timedelta(days=14),
        follows=frozenset({"consultation"}),
        by_invocation=True,
    ),
    Policy(
        kind="support",
        name="standing support to a partner",
        basis="decisions of the body; voluntary",
        affected=Of.NO_MEMBER,
        concerns="the partner supported",
        invokers=frozenset({Invoker.AFFECTED, Invoker.BODY}),
        asked=_MEMBERS | _NEIGHBOURS,
        owes="what it chooses to give",
        answer_within=timedelta(days=14),
        follows=frozenset({"consultation"}),
    ),
    Policy(
        kind="disaster",
        name="disaster relief",
        basis="the request of the stricken nation",
        affected=Of.ANYONE,
        concerns="the stricken nation",
        invokers=frozenset({Invoker.AFFECTED}),
        asked=_MEMBERS | _NEIGHBOURS,
        owes="what it can send",
        answer_within=timedelta(days=2),
    ),
    # It plays a case of one of the kinds above, by that kind's row, and counts for nothing.
    Policy(
        kind="exercise",
        name="exercise",
        basis="the exercise's own plan",
        affected=Of.ANYONE,
        concerns="the party exercised for",
        invokers=frozenset({Invoker.AFFECTED, Invoker.BODY}),
        asked=_MEMBERS | _NEIGHBOURS,
        owes="its part in the exercise",
        answer_within=timedelta(days=2),
        is_real=False,
    ),
)

POLICIES: dict[str, Policy] = {row.kind: row for row in _ROWS}
"""What each kind of operation asks of whom, by the kind."""


@dataclass(frozen=True, slots=True)
class Named:
    """A party with what it was to the body on the day of the invocation, None for nothing."""

    code: str
    name: str
    standing: str | None


class NotInvoked(Refusal, field="kind"):
    """A case of {kind} is not opened as an operation; it is invoked, so that all are asked."""


class NotAMember(Refusal, field="affected"):
    """{party} was no member of {body} on {day}, so {kind} cannot be invoked for it.

    A member that is threatened by it can ask for a consultation; help to a partner is support.
    """


class IsAMember(Refusal, field="affected"):
    """{party} was a member of {body} on {day}; support is for partners, who are no members.

    A member asks for mutual aid for resilience, a consultation, or collective defence.
    """


class MayNotInvoke(Refusal, kind=Kind.FORBIDDEN, field="invoked_by"):
    """{party} may not invoke {kind} here: it is invoked by {who}."""


class DoesNotFollow(Refusal, field="follows"):
    """{earlier} is a case of {earlier_kind} of {body}; it does not lead to {kind} here."""


class OnlyTheAffectedAsks(Refusal, kind=Kind.FORBIDDEN, field="recipient"):
    """{party} may not ask for help in {operation}: requests come from {affected} alone."""


class NotAsked(Refusal, kind=Kind.FORBIDDEN, field="party"):
    """{party} was not asked in {case}, because of its standing on {day}; it owes nothing there."""


class OwesNoAnswer(Refusal, field="party"):
    """{case} is about {party} itself: it asks, and owes no answer."""


class AnsweredMeanwhile(Refusal, kind=Kind.CONFLICT, field="party"):
    """{party} has answered meanwhile; read that answer, and send yours again if it still stands."""


class AnswerSaysNothing(Refusal, field="gives"):
    """Say what is given, in words or by its offers; or say that it is nothing further."""


class AnswerSaysBoth(Refusal, field="nothing_further"):
    """An answer gives something, or nothing further; it cannot say both."""


class NothingToDecide(Refusal):
    """A case of {kind} stands from its invocation; {body} has nothing to decide about it."""


class NothingIsGiven(Refusal, kind=Kind.FORBIDDEN):
    """{party} gives nothing in {operation}: the organisation gives nothing in a {kind}."""


def affected_forbids(policy: Policy, party: Named, *, body: str, day: date) -> Refusal | None:
    """A case is for those it was made for: collective defence is of members alone."""
    is_member = party.standing == "member"
    if policy.affected is Of.MEMBER and not is_member:
        return NotAMember(party=party.name, body=body, day=day, kind=policy.name)
    if policy.affected is Of.NO_MEMBER and is_member:
        return IsAMember(party=party.name, body=body, day=day)
    return None


def invoker_forbids(
    policy: Policy, invoker: Named, *, affected: Sequence[str], body: str
) -> Refusal | None:
    """Only those invoke whom the kind of case names."""
    roles = {
        Invoker.AFFECTED: invoker.code in affected,
        Invoker.MEMBER: invoker.standing == "member",
        Invoker.BODY: invoker.code == body,
    }
    if any(roles[each] for each in policy.invokers):
        return None
    who = " or ".join(sorted(policy.invokers))
    return MayNotInvoke(party=invoker.name, kind=policy.name, who=who)


def organisation_forbids(policy: Policy, *, party: str, operation: str) -> Refusal | None:
    """What the organisation may give at all in an operation of a kind; rules.py judges items."""
    if policy.mandate is Mandate.NOTHING:
        return NothingIsGiven(party=party, operation=operation, kind=policy.name)
    return None


def answer_forbids(
    *, gives: str, offers: Sequence[object], nothing_further: bool
) -> Refusal | None:
    """An answer says what it gives, or that it is nothing further; silence is no answer."""
    something = bool(gives.strip() or offers)
    if nothing_further and something:
        return AnswerSaysBoth()
    if not nothing_further and not something:
        return AnswerSaysNothing()
    return None
