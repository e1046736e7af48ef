"""The discrepancy verb: resolve.  A case opens by itself, with the receipt that shows it."""

from datetime import datetime
from uuid import UUID

from muster.actions.journal import action
from muster.actions.staging import demand_not_before, held, move
from muster.core.actors import Act, Role
from muster.records.models import Discrepancy


@action("resolve a discrepancy")
def resolve_discrepancy(
    *, act: Act, discrepancy: UUID, happened_at: datetime | None = None
) -> Discrepancy:
    """Close a case, with what became of it; the count and its corrections stay as they are.

    Raises:
        NotFound: there is no such case, or the actor may not see it.
        ActsForAnother: the actor is not the consignee's own, nor a coordinator.
        ReasonMissing: nothing is said about what became of it.
        WrongStage: it is resolved already.
        TooEarly: it is said to have been resolved before the receipt was signed.
    """
    found = held(Discrepancy, discrepancy, act)
    box = found.receipt_line.receipt.consignment
    act.must_act_for_or_be(Role.RECIPIENT, box.consignee_id or "nobody", Role.COORDINATOR)
    why = act.must_say_why("resolving a discrepancy")
    if happened_at is not None and happened_at < act.now:
        demand_not_before([box], "resolve", happened_at, what=found)
    move(act, found, "resolve", happened_at=happened_at, note=why)
    return found
