"""Agreeing on shares: who carries which part of an operation."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from muster.actions.journal import action
from muster.actions.operations import demand_running
from muster.core.actors import CENTRE, LOGISTICS, NATIONS, Act, Role
from muster.core.planning.sharing import require_shares
from muster.core.refusals import TextMissing
from muster.queries.register import find_party
from muster.queries.visibility import find
from muster.records.models import AgreedShare, Operation


@action("agree on shares")
def agree_shares(
    *,
    act: Act,
    operation: UUID,
    shares: Sequence[tuple[str, Decimal]],
    agreed_on: date,
    source: str,
) -> Operation:
    """Record what part of an operation each donor has agreed to carry, in place of what was said.

    Args:
        act: the deed.
        operation: which one.
        shares: party code and per cent; what is missing to 100 is carried by nobody in particular,
            and none at all says that nothing is agreed any longer.
        agreed_on: the day of the agreement.
        source: where it is written down.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: the operation is closed.
        PartyUnknown: there is no such party.
        ShareUnclear, ShareTwice, SharesOverWhole: they are no parts of one whole.
        TextMissing: no source is named.
    """
    act.must_be(Role.COORDINATOR)
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "given agreed shares")
    require_shares(shares)
    if not source.strip():
        raise TextMissing(at="source", what="where the shares are written down")
    parties = [(find_party(code), percent) for code, percent in shares]
    AgreedShare.objects.filter(operation=found, superseded_at=None).update(superseded_at=act.now)
    AgreedShare.objects.bulk_create(
        AgreedShare(
            id=act.part_id(f"share of {party.code}"),
            act_id=act.id,
            recorded_at=act.now,
            audiences=[CENTRE, LOGISTICS, NATIONS],
            source=source.strip(),
            operation=found,
            party=party,
            percent=percent,
            agreed_on=agreed_on,
        )
        for party, percent in parties
    )
    return found
