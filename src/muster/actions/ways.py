"""The way of a consignment: through which places it will go, said before it leaves."""

from collections.abc import Sequence
from uuid import UUID

from muster.actions.consignments import own
from muster.actions.journal import action
from muster.core.actors import Act
from muster.core.refusals import WrongStage
from muster.core.stages import shown
from muster.core.ways import way_forbids
from muster.queries.register import find_place
from muster.records.models import Consignment


@action("say the way of a consignment")
def say_way(*, act: Act, consignment: UUID, places: Sequence[str]) -> Consignment:
    """Say through which places a consignment will go, in order, first and last included.

    The rules judge the countries of these places when it leaves.  It may be said anew until then.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        NotFound: a place is not in the register.
        WayTooShort, WayDoesNotFit: it has no two ends, or others than the consignment.
        WrongStage: it has left.
    """
    found = own(act, consignment)
    if found.stage not in {"planned", "packed", "cleared"}:
        raise WrongStage(what=str(found), stage=shown(found.stage), event="sent another way")
    codes = [find_place(code, at="places").pk for code in places]
    start, end = found.from_place_id, found.to_place_id
    refusal = way_forbids(found.reference, codes, start=start, end=end)
    if refusal is not None:
        raise refusal
    found.way = codes
    found.save(update_fields=["way"])
    return found
