"""Consent verbs: the nation of origin lets its goods pass to a third party, or does not."""

from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.actions.staging import held, move
from muster.core.actors import CENTRE, Act, Role, party_audience
from muster.records.models import Allocation, Consent


def ask_for_consent(act: Act, allocation: Allocation) -> None:
    """Ask the nation of origin, unless it is the donor itself; part of agreeing an allocation."""
    origin = allocation.offer_line.origin_id
    if origin is None or origin == allocation.donor_id:
        return
    parties = (origin, allocation.donor_id, allocation.recipient_id)
    consent = Consent.objects.create(
        id=act.part_id("consent"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, *(party_audience(code) for code in parties)],
        allocation=allocation,
        operation_id=allocation.operation_id,
        origin_id=origin,
    )
    move(act, consent, "request")


@action("grant consent")
def grant_consent(
    *, act: Act, consent: UUID, conditions: str = "", valid_until: date | None = None
) -> Consent:
    """Consent to the transfer, on conditions, until a day.

    Raises:
        ActsForAnother: the actor is not the origin's own.
        WrongStage: it is not asked for.
    """
    found = held(Consent, consent, act)
    act.must_act_for(Role.DONOR, found.origin_id)
    found.conditions, found.valid_until = conditions, valid_until
    found.save(update_fields=["conditions", "valid_until"])
    move(act, found, "grant", note=conditions)
    return found


@action("refuse consent")
def refuse_consent(*, act: Act, consent: UUID) -> Consent:
    """Refuse the transfer, with the reason.

    Raises:
        ActsForAnother: the actor is not the origin's own.
        ReasonMissing: no reason is given.
        WrongStage: it is not asked for.
    """
    return _ended(act, consent, "refuse", "a refusal")


@action("revoke consent")
def revoke_consent(*, act: Act, consent: UUID) -> Consent:
    """Take a granted consent back, with the reason.

    Raises:
        ActsForAnother: the actor is not the origin's own.
        ReasonMissing: no reason is given.
        WrongStage: it is not granted.
    """
    return _ended(act, consent, "revoke", "a revocation")


def _ended(act: Act, consent: UUID, event: str, what: str) -> Consent:
    found = held(Consent, consent, act)
    act.must_act_for(Role.DONOR, found.origin_id)
    move(act, found, event, note=act.must_say_why(what))
    return found
