"""The planning problem of an operation, as it stands now."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.core.matching import Asked, Caveat, Given
from muster.core.planning.problem import Need, Offer, Problem, matched
from muster.core.refusals import Refusal
from muster.core.rules import mandate_forbids
from muster.core.stages import OFFER_STAGES_OPEN, REQUEST_STAGES_OPEN
from muster.queries.amounts import substitute_ratios
from muster.queries.balances import balances
from muster.queries.register import giver_on, thing
from muster.queries.reserves import held_back
from muster.queries.visibility import visible
from muster.records.models import OfferLine, Operation, RequestLine

# Days from a donor's door to the recipient's, until the transport net is modelled.
LEAD_DAYS = 7


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """The problem, and the lines that it was made from, by their ids as texts."""

    problem: Problem
    needs: dict[str, RequestLine]
    offers: dict[str, OfferLine]


def open_problem(operation: Operation, actor: Actor, *, day: date) -> OpenProblem:
    """Put together what is open and what is free, with what may go where.

    Lines whose quantity is not stated are left out: nothing can be promised to them yet.
    """
    asking = list(
        visible(RequestLine, actor, day)
        .filter(operation=operation, request__stage__in=REQUEST_STAGES_OPEN)
        .select_related("item", "request__recipient")
    )
    giving = list(
        visible(OfferLine, actor, day)
        .filter(operation=operation, stage__in=OFFER_STAGES_OPEN)
        .select_related("item", "donor", "operation")
    )
    still_open = balances([K.NEED_OPEN], [line.pk for line in asking])
    still_free = balances([K.AVAILABLE], [line.pk for line in giving])
    free = {key: amount for (key, _), amount in still_free.items()}
    # What a nation keeps at home is not planned away.
    kept = held_back(giving, free, day)
    substitutes = substitute_ratios()
    objections = _objections(operation, giving, day)
    problem = matched(
        day=day,
        asked=[
            (_need(line, amount), _asked(line, substitutes.get(line.item_id, {})))
            for line in asking
            if (amount := still_open.get((line.pk, K.NEED_OPEN), 0)) > 0
        ],
        given=[
            # An offer of which nothing is left stays in: it is a reason why a need stays open.
            (_offer(line, free.get(line.pk, 0) - kept.get(line.pk, 0)), _given(line))
            for line in giving
        ],
        lead_days=lambda _asked, _given: LEAD_DAYS,
        objection=lambda _asked, given: objections.get((given.donor, given.item)),
    )
    return OpenProblem(
        problem, {str(line.pk): line for line in asking}, {str(line.pk): line for line in giving}
    )


def _need(line: RequestLine, amount: int) -> Need:
    return Need(
        id=str(line.pk),
        item=line.item_id,
        amount=amount,
        priority=line.urgency,
        needed_by=line.needed_by,
        recipient=line.request.recipient.name,
        label=f"{line.item.name} ({line.request.reference}/{line.position})",
    )


def _asked(line: RequestLine, substitutes: dict[str, Fraction]) -> Asked:
    return Asked(
        item=line.item_id,
        recipient=line.request.recipient_id,
        substitutes=substitutes if line.substitutes_welcome else {},
        needed_by=line.needed_by,
        place=line.place,
    )


def _offer(line: OfferLine, amount: int) -> Offer:
    return Offer(
        id=str(line.pk),
        donor=line.donor.name,
        item=line.item_id,
        amount=amount,
        ready=line.available_from,
        until=line.available_until,
        lot=line.lot,
        label=f"{line.item.name} of {line.donor.name}",
    )


def _given(line: OfferLine) -> Given:
    caveat = Caveat(
        text=line.caveat,
        only_for=frozenset(line.only_for) or None,
        not_for=frozenset(line.not_for),
    )
    return Given(
        item=line.item_id,
        donor=line.donor_id,
        available_from=line.available_from,
        available_until=line.available_until,
        caveats=(caveat,) if line.caveat or line.only_for or line.not_for else (),
        place=line.place,
    )


def _objections(
    operation: Operation, giving: list[OfferLine], day: date
) -> dict[tuple[str, str], Refusal]:
    """Ask the rules once for each donor and item."""
    found: dict[tuple[str, str], Refusal] = {}
    for line in giving:
        key = (line.donor_id, line.item_id)
        if key not in found and line.donor.gives_only_reviewed:
            giver = giver_on(line.donor, body=operation.body_id, day=day)
            refusal = mandate_forbids(giver, thing(line.item))
            if refusal is not None:
                found[key] = refusal
    return found
