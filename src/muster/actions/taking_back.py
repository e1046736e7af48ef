"""Taking a link back: it stays on record, with the moment at which it was taken back."""

from typing import Any

from muster.core.actors import Act
from muster.core.refusals import WrongStage
from muster.records.models import PledgeFunding, PledgeTie, PledgeUse


def take_back(act: Act, link: PledgeUse | PledgeFunding | PledgeTie, *, what: str) -> None:
    """Lock a link and mark it as taken back now; who may do so is asked before.

    Args:
        act: the act that takes it back.
        link: the link, as it was read.
        what: what a person calls it, such as "The tie".

    Raises:
        WrongStage: it was taken back before.
    """
    kind: Any = type(link)
    link.refresh_from_db(from_queryset=kind.objects.select_for_update())
    if link.undone_at is not None:
        raise WrongStage(what=what, stage="taken back", event="taken back again")
    link.undone_at = act.now
    link.save(update_fields=["undone_at"])
