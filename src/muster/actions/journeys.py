"""Consignments on their way: at hubs, across borders, handed over, lost."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from muster.actions.allocations import covers_of
from muster.actions.consignments import own
from muster.actions.journal import action
from muster.actions.posting import At, Posting, post
from muster.actions.reopening import back_to_need, hold_requests, passed_on
from muster.actions.staging import move
from muster.core.accounts import AccountKind as K
from muster.core.actors import Act
from muster.core.refusals import WrongStage
from muster.core.stages import shown
from muster.queries.register import find_place
from muster.records.models import Account, Consignment

# What each event on the way moves in the ledger; the other events only say where goods are.
_ON_THE_WAY = {"cross_border", "divert", "arrive", "reach_hub", "leave_hub"}


@action("report on the way")
def report_on_the_way(
    *,
    act: Act,
    consignment: UUID,
    event: str,
    place: str,
    happened_at: datetime | None = None,
    note: str = "",
) -> Consignment:
    """Record where a consignment is: reach_hub, leave_hub, cross_border, divert or arrive.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        NotFound: there is no such place.
        WrongStage: the event does not lead from where the consignment is.
    """
    found = own(act, consignment)
    find_place(place)
    if event not in _ON_THE_WAY:
        raise WrongStage(what=str(found), stage=shown(found.stage), event=event)
    was_at_hub = found.stage == "at_hub"
    hub = _hub(found) if was_at_hub else place
    move(act, found, event, happened_at=happened_at, place=place, note=note)
    if event == "reach_hub":
        _post_whole(act, found, K.IN_TRANSIT, K.AT_HUB, happened_at, to_place=place)
    elif was_at_hub:
        _post_whole(act, found, K.AT_HUB, K.IN_TRANSIT, happened_at, from_place=hub)
    return found


@action("hand a consignment over")
def hand_over(
    *, act: Act, consignment: UUID, place: str, happened_at: datetime | None = None
) -> Consignment:
    """Record that the consignee has the goods; the count follows with the receipt.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        NotFound: there is no such place.
        WrongStage: it is not on its way.
    """
    found = own(act, consignment)
    find_place(place)
    was_at_hub = found.stage == "at_hub"
    hub = _hub(found) if was_at_hub else None
    move(act, found, "hand_over", happened_at=happened_at, place=place)
    before = K.AT_HUB if was_at_hub else K.IN_TRANSIT
    _post_whole(act, found, before, K.HANDED_OVER, happened_at, from_place=hub)
    return found


@action("report a consignment lost")
def lose_consignment(
    *, act: Act, consignment: UUID, happened_at: datetime | None = None
) -> Consignment:
    """Record that a consignment is lost on the way; the need it was to meet is open again.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        ReasonMissing: nothing is said about how.
        WrongStage: it is not on its way.
    """
    found = own(act, consignment)
    hold_requests(found)
    was_at_hub = found.stage == "at_hub"
    hub = _hub(found) if was_at_hub else None
    why = act.must_say_why("a loss")
    move(act, found, "lose", happened_at=happened_at, note=why)
    before = K.AT_HUB if was_at_hub else K.IN_TRANSIT
    _post_whole(act, found, before, K.LOST, happened_at, from_place=hub)
    lost = [
        (line.allocation.request_line, covers_of(line.allocation, line.amount))
        for line in found.lines.select_related("allocation__request_line__request")
    ]
    postings = [p for need, covered in lost for p in back_to_need(need, covered, K.NEED_MOVING)]
    postings += passed_on([(need, -covered) for need, covered in lost])
    post(act, postings, happened_at=happened_at or act.now)
    return found


def _hub(box: Consignment) -> str | None:
    """Say at which hub a consignment is, by the ledger."""
    there = Account.objects.filter(
        kind=K.AT_HUB, manifest_line__consignment=box, amount_in__gt=F("amount_out")
    )
    return there.values_list("place_id", flat=True).first()


def _post_whole(
    act: Act,
    box: Consignment,
    before: K,
    after: K,
    happened_at: datetime | None,
    *,
    from_place: str | None = None,
    to_place: str | None = None,
) -> None:
    """Move every line of a manifest, whole, from one account to the next."""
    post(
        act,
        [
            Posting(
                line.item_id,
                line.amount,
                At(before, line.pk, from_place),
                At(after, line.pk, to_place),
            )
            for line in box.lines.all()
        ],
        happened_at=happened_at or act.now,
    )
