"""The answers to a case of the guarantee: dated, in the party's own words, added to."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from muster.actions.guarantee import demand_filled, demand_in_order, demand_word
from muster.actions.journal import action
from muster.core.actors import Act, party_audience
from muster.core.guarantee import Duty, NotAsked, OwesNoAnswer, answer_forbids
from muster.core.refusals import NotFound, WrongStage
from muster.core.stages import shown
from muster.queries.guarantee import RUNNING, answer_in_force
from muster.queries.register import find_party
from muster.queries.visibility import find, visible
from muster.records.models import GuaranteeAnswer, GuaranteeCase, GuaranteeDuty, Offer
from muster.records.statements import rows


@action("answer a case of the guarantee")
def answer(
    *,
    act: Act,
    case: UUID,
    party: str,
    words: str,
    answered_on: date | None = None,
    gives: str = "",
    offers: Sequence[str] = (),
    nothing_further: bool = False,
    source: str = "",
    invented: bool = False,
) -> GuaranteeAnswer:
    """Say what a party gives, or that it gives nothing further; the latest answer holds.

    Args:
        act: the deed.
        case: the case.
        party: who answers.
        words: the words used.
        answered_on: the day; today if not said.
        gives: what it gives, in words: offers, pledges, forces.
        offers: the references of its offers in this operation, if it made them already.
        nothing_further: that it gives nothing, or nothing more; that is an answer.
        source: where the words are found; demanded of whoever passes another's words on.
        invented: that a scenario made it up.

    Raises:
        ActsForAnother: the actor speaks neither for the party nor for the centre.
        TextMissing: the words, or the source of a word passed on, are not there.
        NotAsked, OwesNoAnswer: the case does not ask the party.
        AnswerSaysNothing, AnswerSaysBoth: it gives something, or says nothing further.
        WrongStage: the case is over.
        AnsweredMeanwhile: the party has answered at the same moment.
        NotFound: it has no such offer.
    """
    found = find(GuaranteeCase, case, act.actor, act.now.date())
    demand_word(act, party, source)
    demand_filled(words=words)
    asked = _asked(found, party)
    refusal = answer_forbids(gives=gives, offers=offers, nothing_further=nothing_further)
    if refusal is not None:
        raise refusal
    _demand_running(found)
    day = answered_on or act.now.date()
    demand_in_order(act, found, day, at="answered_on")
    return GuaranteeAnswer.objects.create(
        id=act.part_id("answer"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[*found.audiences, party_audience(party)],
        operation_id=found.operation_id,
        asked=asked,
        duty=asked.duty,
        supersedes=answer_in_force(asked),
        answered_on=day,
        words=words.strip(),
        gives=gives.strip(),
        offers=[_own_offer(act, found, party, reference) for reference in offers],
        nothing_further=nothing_further,
        source=source,
        invented=invented,
    )


def _asked(case: GuaranteeCase, party: str) -> GuaranteeDuty:
    """Find what the case asks of a party.

    Raises:
        PartyUnknown: there is no such party.
        NotAsked: nothing, by its standing on the day of the invocation.
        OwesNoAnswer: the case is about it.
    """
    name = find_party(party).name
    asked = case.duties.filter(party_id=party).first()
    if asked is None:
        raise NotAsked(party=name, case=case, day=case.invoked_on)
    if asked.duty == Duty.AFFECTED:
        raise OwesNoAnswer(party=name, case=case)
    return asked


def _demand_running(case: GuaranteeCase) -> None:
    """Demand that the case still runs, and keep it so until the act is over; others answer too."""
    [[stage]] = rows("SELECT stage FROM guarantee_case WHERE id = %s FOR SHARE", [case.pk])
    if stage not in RUNNING:
        raise WrongStage(what=str(case), stage=shown(stage), event="answered")


def _own_offer(act: Act, case: GuaranteeCase, party: str, reference: str) -> UUID:
    own = visible(Offer, act.actor, act.now.date()).filter(
        operation_id=case.operation_id, donor_id=party, reference=reference
    )
    offer = own.first()
    if offer is None:
        raise NotFound(at="offers", what=f"offer of {party} in {case}", name=reference)
    return offer.pk
