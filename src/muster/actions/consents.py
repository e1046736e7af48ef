"""Consent verbs: the nation of origin lets its goods pass to a third party, or does not."""

from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.actions.judging import consents_wanted
from muster.actions.staging import held, hold, move
from muster.core.actors import CENTRE, Act, Role, party_audience
from muster.core.refusals import WrongStage
from muster.core.rulebook.refusals import NothingToAsk
from muster.core.stages import shown
from muster.queries.consents import still_here, unasked
from muster.queries.rule_effects import spoken_of
from muster.queries.rules import book_now, rule_of
from muster.queries.visibility import find, visible
from muster.records.models import Allocation, Consent, RuleVersion


def ask_for_consent(act: Act, allocation: Allocation) -> None:
    """Ask the nation of origin and whom the rules name; part of agreeing an allocation."""
    wanted, book = consents_wanted(allocation), book_now()
    if allocation.rule_book != book.number:
        # The book has changed since it was proposed.
        now = unasked(allocation, book, act.now.date())
        wanted = list(dict.fromkeys([*wanted, *now]))
    for origin in wanted:
        # The id of the first way of asking stays that of the nation of origin.
        is_origin = origin == allocation.offer_line.origin_id
        _ask(act, allocation, origin, name="consent" if is_origin else f"consent of {origin}")


@action("ask for the consents that rules want")
def ask_for_unasked(*, act: Act, allocation: UUID) -> Allocation:
    """Ask whom the rules want to consent by now, and who was not asked when it was agreed.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor a coordinator.
        NothingToAsk: every consent that the rules want is asked for already.
    """
    found = held(Allocation, allocation, act)
    act.must_act_for_or_be(Role.DONOR, found.donor_id, Role.COORDINATOR)
    wanted = unasked(found, book_now(), act.now.date())
    if not wanted:
        raise NothingToAsk(item=found.item.name, recipient=found.recipient.name)
    for origin in wanted:
        _ask(act, found, origin, name=f"consent of {origin}")
    return found


def ask_under_new_rule(act: Act, version: RuleVersion) -> None:
    """Ask for the consents that a rule wants of what was promised before it; part of approving it.

    A rule that is to come asks as on its first day, so that nothing waits for it then.
    """
    book, day = book_now(), max(act.now.date(), version.since)
    older = visible(Allocation, act.actor, act.now.date())
    if version.operation_id is not None:
        older = older.filter(operation_id=version.operation_id)
    for goods in spoken_of(rule_of(version), still_here(older), day=day):
        for origin, rule in unasked(goods, book, day).items():
            if rule.key == version.pk:
                _ask(act, goods, origin, name=f"consent of {origin} for {goods.pk}")


def _ask(act: Act, allocation: Allocation, origin: str, *, name: str) -> None:
    parties = (origin, allocation.donor_id, allocation.recipient_id)
    consent = Consent.objects.create(
        id=act.part_id(name),
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
