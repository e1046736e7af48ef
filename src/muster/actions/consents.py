"""Consent verbs: the nation of origin lets its goods pass to a third party, or does not."""

from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.actions.judging import consents_wanted
from muster.actions.staging import held, hold, move
from muster.core.actors import CENTRE, Act, Role, party_audience
from muster.core.refusals import WrongStage
from muster.core.stages import shown
from muster.queries.visibility import find
from muster.records.models import Allocation, Consent


def ask_for_consent(act: Act, allocation: Allocation) -> None:
    """Ask the nation of origin and whom the rules name; part of agreeing an allocation."""
    for origin in consents_wanted(allocation):
        parties = (origin, allocation.donor_id, allocation.recipient_id)
        # The id of the first way of asking stays that of the nation of origin.
        is_origin = origin == allocation.offer_line.origin_id
        consent = Consent.objects.create(
            id=act.part_id("consent" if is_origin else f"consent of {origin}"),
            act_id=act.id,
            recorded_at=act.now,
            audiences=[CENTRE, *(party_audience(code) for code in parties)],
            allocation=allocation,
            operation_id=allocation.operation_id,
            origin_id=origin,
        )
        move(act, consent, "request")


@action("ask for consent again")
def ask_consent_again(*, act: Act, consent: UUID) -> Consent:
    """Ask the nation of origin once more, after a refusal, a revocation or the consent's last day.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor a coordinator.
        WrongStage: the answer is still awaited, or holds, or nothing is promised any more.
    """
    found = find(Consent, consent, act.actor, act.now.date())
    goods = found.allocation
    hold(goods)
    hold(found)
    act.must_act_for_or_be(Role.DONOR, goods.donor_id, Role.COORDINATOR)
    # A closed allocation may still have a packed part that waits to leave.
    if goods.stage not in {"agreed", "closed"}:
        raise WrongStage(what=str(goods), stage=shown(goods.stage), event="asked consent for")
    if found.stage == "granted" and _is_over(found, act.now.date()):
        move(act, found, "lapse", note=f"it was valid until {found.valid_until}")
    move(act, found, "request", note=act.reason)
    found.conditions, found.valid_until = "", None
    found.save(update_fields=["conditions", "valid_until"])
    return found


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


def _is_over(consent: Consent, day: date) -> bool:
    return consent.valid_until is not None and consent.valid_until < day


def _ended(act: Act, consent: UUID, event: str, what: str) -> Consent:
    found = held(Consent, consent, act)
    act.must_act_for(Role.DONOR, found.origin_id)
    move(act, found, event, note=act.must_say_why(what))
    return found
