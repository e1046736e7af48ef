"""How a party becomes a member: the steps of an accession, their order, and why one is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from muster.core.refusals import Kind, Refusal


class Step(StrEnum):
    """A step on the way into a body, in the order in which they are taken."""

    INVITED = "invited"
    PROTOCOLS_SIGNED = "protocols_signed"
    RATIFIED = "ratified"
    DEPOSITED = "deposited"
    IN_FORCE = "in_force"


STEPS = tuple(Step)
SPOKEN: Mapping[str, str] = {
    Step.INVITED: "the invitation",
    Step.PROTOCOLS_SIGNED: "the signing of the protocols",
    Step.RATIFIED: "a ratification",
    Step.DEPOSITED: "the deposit of the instrument of accession",
    Step.IN_FORCE: "the entry into force",
}
# What must be there before a step is taken.  An invitation may be unknown; nothing else may.
_NEEDS: Mapping[Step, Step] = {
    Step.RATIFIED: Step.PROTOCOLS_SIGNED,
    Step.DEPOSITED: Step.PROTOCOLS_SIGNED,
    Step.IN_FORCE: Step.DEPOSITED,
}


class InForceBeforeDeposit(Refusal, kind=Kind.CONFLICT, field="happened_on"):
    """{party} is no member of {body} on {day}: its instrument of accession {deposit}."""


class IntoItself(Refusal, field="body"):
    """{party} has no standing in itself."""


class StepOutOfOrder(Refusal, kind=Kind.CONFLICT, field="happened_on"):
    """The order is wrong: {earlier} ({earlier_day}) comes before {later} ({later_day})."""


class StepMissing(Refusal, kind=Kind.CONFLICT, field="step"):
    """{step} of {party} in {body} needs {needed} first, and that is not recorded."""


class StepTaken(Refusal, kind=Kind.CONFLICT, field="step"):
    """{step} of {party} in {body} is recorded already, on {day}; correct that one."""


class RatifierNotMember(Refusal, kind=Kind.CONFLICT, field="by"):
    """{by} is no member of {body} on {day}, so it has no accession to ratify."""


class RatifierUnsaid(Refusal, field="by"):
    """A ratification names the member that ratified, and no other step names one."""


class RatificationsMissing(Refusal, kind=Kind.CONFLICT, field="happened_on"):
    """{party} cannot deposit on {day}: not ratified by then by {missing}."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: which, when, and for a ratification by whom."""

    step: Step
    on: date
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accession:
    """What is known of a party's way into a body when a step is to be recorded."""

    party: str
    body: str
    taken: Sequence[Taken]
    members: Mapping[str, str]
    """The members of the body on the day of the new step, by code; the party itself left out."""


def step_forbids(new: Taken, known: Accession) -> Refusal | None:
    """Say why a step cannot be recorded, or nothing if it can."""
    return (
        _ratifier_forbids(new, known)
        or _taken_forbids(new, known)
        or _need_forbids(new, known)
        or _order_forbids(new, known)
        or _owed_forbids(new, known)
    )


def membership_forbids(known: Accession, since: date) -> Refusal | None:
    """Where steps of an accession are recorded, nobody is a member before the deposit."""
    if not known.taken:
        return None
    deposit = next((taken.on for taken in known.taken if taken.step is Step.DEPOSITED), None)
    if deposit is not None and deposit <= since:
        return None
    said = "is not deposited" if deposit is None else f"is deposited on {deposit}"
    return InForceBeforeDeposit(party=known.party, body=known.body, day=since, deposit=said)


def owed(known: Accession, by: date) -> tuple[str, ...]:
    """Name the members that had not ratified by that day."""
    done = {taken.by for taken in known.taken if taken.step is Step.RATIFIED and taken.on <= by}
    return tuple(name for code, name in sorted(known.members.items()) if code not in done)


def _ratifier_forbids(new: Taken, known: Accession) -> Refusal | None:
    if (new.step is Step.RATIFIED) != (new.by is not None):
        return RatifierUnsaid()
    if new.by is not None and new.by not in known.members:
        return RatifierNotMember(by=new.by, body=known.body, day=new.on)
    return None


def _taken_forbids(new: Taken, known: Accession) -> Refusal | None:
    for taken in known.taken:
        if taken.step is new.step and taken.by == new.by:
            step = _sentence(new.step)
            return StepTaken(step=step, party=known.party, body=known.body, day=taken.on)
    return None


def _need_forbids(new: Taken, known: Accession) -> Refusal | None:
    needed = _NEEDS.get(new.step)
    if needed is None or any(taken.step is needed for taken in known.taken):
        return None
    if new.step is Step.IN_FORCE:
        return InForceBeforeDeposit(
            party=known.party, body=known.body, day=new.on, deposit="is not deposited"
        )
    return StepMissing(
        step=_sentence(new.step), party=known.party, body=known.body, needed=SPOKEN[needed]
    )


def _order_forbids(new: Taken, known: Accession) -> Refusal | None:
    place = STEPS.index(new.step)
    for taken in known.taken:
        there = STEPS.index(taken.step)
        if there < place and taken.on > new.on:
            return _out_of_order(taken, new, known)
        if there > place and taken.on < new.on:
            return _out_of_order(new, taken, known)
    return None


def _out_of_order(first: Taken, then: Taken, known: Accession) -> Refusal:
    if then.step is Step.IN_FORCE and first.step is Step.DEPOSITED:
        said = f"is deposited on {first.on}"
        return InForceBeforeDeposit(party=known.party, body=known.body, day=then.on, deposit=said)
    return StepOutOfOrder(
        earlier=SPOKEN[first.step],
        earlier_day=first.on,
        later=SPOKEN[then.step],
        later_day=then.on,
    )


def _owed_forbids(new: Taken, known: Accession) -> Refusal | None:
    if new.step is not Step.DEPOSITED:
        return None
    missing = owed(known, new.on)
    if not missing:
        return None
    return RatificationsMissing(party=known.party, day=new.on, missing=_listed(missing))


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _sentence(step: Step) -> str:
    said = SPOKEN[step]
    return said[0].upper() + said[1:]
