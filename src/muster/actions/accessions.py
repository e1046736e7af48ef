"""The steps of an accession: recorded in their order, corrected with a reason."""

from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.actions.register import end_standing, record_standing
from muster.core.accessions import Accession, IntoItself, Step, Taken, step_forbids
from muster.core.actors import Act, Role
from muster.core.refusals import ChoiceUnknown, NotFound, TextMissing
from muster.queries.accessions import accession_of
from muster.queries.register import find_party
from muster.records.models import AccessionStep, Standing


@action("record a step of an accession")
def record_step(
    *,
    act: Act,
    party: str,
    body: str,
    step: str,
    happened_on: date,
    source: str,
    by: str | None = None,
) -> AccessionStep:
    """Record a step on a party's way into a body; with its entry into force it is a member.

    Args:
        act: the deed.
        party: who accedes.
        body: to which alliance, union or group.
        step: invited, protocols_signed, ratified, deposited or in_force.
        happened_on: the day of the step.
        source: where it can be read.
        by: the member that ratified, for a ratification alone.

    Raises:
        RoleMissing: the actor is not a coordinator.
        PartyUnknown: the party, the body or the member is not in the register.
        IntoItself: the body is the party.
        ChoiceUnknown: there is no such step.
        TextMissing: no source is named.
        RatifierUnsaid: a ratification names nobody, or another step names somebody.
        RatifierNotMember: who ratified was no member of the body on that day.
        StepTaken: the step is recorded already.
        StepMissing: what has to come first is not recorded.
        StepOutOfOrder: a step that comes before it has a later day, or the other way round.
        InForceBeforeDeposit: the instrument is not deposited by that day.
        RatificationsMissing: a member has not ratified by the day of the deposit.
        StandingOverlaps: at its entry into force the party is a member from another day.
    """
    act.must_be(Role.COORDINATOR)
    taken, known = _asked(party, body, step, happened_on, by)
    _demand_source(source)
    refusal = step_forbids(taken, known)
    if refusal is not None:
        raise refusal
    made = AccessionStep.objects.create(
        id=act.part_id("step"),
        party_id=party,
        body_id=body,
        step=step,
        by_id=by,
        happened_on=happened_on,
        source=source.strip(),
        recorded_at=act.now,
    )
    if taken.step is Step.IN_FORCE:
        _make_member(act, party, body, happened_on, source)
    return made


@action("correct a step of an accession")
def correct_step(*, act: Act, step: UUID, happened_on: date, source: str) -> AccessionStep:
    """Put a step with another day or source in the place of one that was recorded wrongly.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: the act does not say why.
        NotFound: there is no such step, or another took its place already.
        TextMissing: no source is named.
        StepOutOfOrder: the new day does not fit the other steps.
        InForceBeforeDeposit: the new day of the deposit is after the entry into force.
        RatificationsMissing: a member has not ratified by the new day of the deposit.
    """
    act.must_be(Role.COORDINATOR)
    act.must_say_why("a corrected step of an accession")
    _demand_source(source)
    found = AccessionStep.objects.select_for_update(no_key=True).filter(
        pk=step, superseded_at__isnull=True
    )
    earlier = found.first()
    if earlier is None:
        raise NotFound(at="step", what="step of an accession", name=step)
    earlier.superseded_at = act.now
    earlier.save(update_fields=["superseded_at"])
    taken, known = _asked(
        earlier.party_id, earlier.body_id, earlier.step, happened_on, earlier.by_id
    )
    # What follows the corrected step stands already, so what it needs is judged by its order alone.
    refusal = step_forbids(taken, known)
    if refusal is not None:
        raise refusal
    return AccessionStep.objects.create(
        id=act.part_id("step"),
        party_id=earlier.party_id,
        body_id=earlier.body_id,
        step=earlier.step,
        by_id=earlier.by_id,
        happened_on=happened_on,
        source=source.strip(),
        recorded_at=act.now,
    )


def _asked(
    party: str, body: str, step: str, happened_on: date, by: str | None
) -> tuple[Taken, Accession]:
    if step not in tuple(Step):
        raise ChoiceUnknown(at="step", given=step, known=", ".join(Step))
    named, in_body = find_party(party), find_party(body)
    if party == body:
        raise IntoItself(party=named.name)
    if by is not None:
        find_party(by)
    known = accession_of(named, in_body, day=happened_on)
    return Taken(Step(step), happened_on, by), known


def _demand_source(source: str) -> None:
    if not source.strip():
        raise TextMissing(what="the source", at="source")


def _make_member(act: Act, party: str, body: str, day: date, source: str) -> None:
    """End what the party was to the body, and make it a member, unless it is one from that day."""
    standings = Standing.objects.filter(party_id=party, body_id=body)
    if standings.filter(kind=Standing.Kind.MEMBER, since=day).exists():
        return
    lasting = standings.filter(until__isnull=True, since__lt=day)
    if lasting.exclude(kind=Standing.Kind.MEMBER).exists():
        end_standing(act=act.part("end"), party=party, body=body, until=day)
    record_standing(
        act=act.part("member"), party=party, body=body, kind="member", since=day, source=source
    )
