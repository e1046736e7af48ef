"""Reserves: what one's own nation holds and keeps; nobody else's are answered."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from muster.actions import reserves as actions
from muster.api.asking import act_of, asking
from muster.api.fields import Amount, Answer, Day, Why
from muster.queries.amounts import Typed
from muster.queries.reserves import ReserveRow, reserve_rows, words_on
from muster.records.models import Reserve

router = Router(tags=["reserves"])


class ReserveAnswer(Answer):
    """The word that holds on an item, with the stock behind it, in the item's smallest unit."""

    party: str
    item: str
    item_name: str
    unit: str
    since: date
    holds: int
    counted_at: datetime
    floor: int
    promised: int
    on_offer: int
    headroom: int
    held_back: int
    short: int
    note: str

    @staticmethod
    def resolve_holds(row: ReserveRow) -> int:
        """Give what was at home at the count."""
        return row.stock.holds

    @staticmethod
    def resolve_counted_at(row: ReserveRow) -> datetime:
        """Give when it was counted."""
        return row.stock.counted_at

    @staticmethod
    def resolve_floor(row: ReserveRow) -> int:
        """Give the least that stays at home."""
        return row.stock.floor

    @staticmethod
    def resolve_promised(row: ReserveRow) -> int:
        """Give what is promised, or gone since the count."""
        return row.stock.promised

    @staticmethod
    def resolve_on_offer(row: ReserveRow) -> int:
        """Give what is offered, and promised to nobody yet."""
        return row.stock.on_offer

    @staticmethod
    def resolve_headroom(row: ReserveRow) -> int:
        """Give how much more may be offered."""
        return row.stock.headroom

    @staticmethod
    def resolve_held_back(row: ReserveRow) -> int:
        """Give how much of what is on offer is held back."""
        return row.stock.held_back

    @staticmethod
    def resolve_short(row: ReserveRow) -> int:
        """Give how far promises reach below the floor."""
        return row.stock.short


class WordAnswer(Answer):
    """One dated word on a reserve; earlier ones are kept."""

    id: UUID
    since: date
    holds: int
    counted_at: datetime
    floor: int
    note: str
    recorded_at: datetime


class ReserveInput(Why):
    """What is held at home and kept; what is left out stays as it was."""

    party: str
    item: str
    floor: Amount | None = None
    holds: Amount | None = None
    unit: str = ""
    since: Day | None = None
    note: str = ""


@router.get("/reserves", response=list[ReserveAnswer])
def list_reserves(request: HttpRequest) -> list[ReserveRow]:
    """List the reserves of your own nation; for others, the centre among them, there are none."""
    asked = asking(request)
    return list(reserve_rows(asked.actor, asked.day))


@router.post("/reserves", response={201: WordAnswer})
def keep_reserve(request: HttpRequest, body: ReserveInput) -> Status[Reserve]:
    """Say what your nation holds at home of an item, and the floor that it keeps."""
    made = actions.keep_reserve(
        act=act_of(request, body.reason),
        party=body.party,
        item=body.item,
        floor=None if body.floor is None else Typed(body.floor, body.unit),
        holds=None if body.holds is None else Typed(body.holds, body.unit),
        since=body.since,
        note=body.note,
    )
    return Status(201, made)


@router.get("/reserves/{party}/{item}", response=list[WordAnswer])
def list_words(request: HttpRequest, party: str, item: str) -> list[Reserve]:
    """List every word of your nation on an item, the latest first."""
    asked = asking(request)
    found = {"party": party.replace("\0", "?"), "item": item.replace("\0", "?")}
    return list(words_on(asked.actor, asked.day, **found))
