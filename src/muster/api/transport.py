"""The transport net: legs with their room per week, and the days on which they are closed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from muster.actions import transport as actions
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import NO_REASON, Answer, Day, Input, Whole, Why, Yes
from muster.core.planning.transport import Closure, LegTold
from muster.queries.transport import history_of, legs_of
from muster.queries.visibility import find
from muster.records.models import LegClosure, TransportLeg

router = Router(tags=["transport"])

Number = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]
Mode = Literal["road", "rail", "sea", "river", "air", "crossing", "transfer"]


class ClosureAnswer(Answer):
    """Days on which nothing departs, both included."""

    first: date
    last: date
    why: str


class LegAnswer(Answer):
    """One version of a leg; a room of null is not limited, or not known."""

    id: UUID
    code: str
    label: str
    start: str
    end: str
    mode: str
    days: int
    kg: Decimal | None
    m3: Decimal | None
    pallets: Decimal | None
    cost: Decimal | None
    currency: str
    gauge_break: bool
    closures: list[ClosureAnswer]
    shared: bool
    invented: bool
    recorded_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_start(leg: TransportLeg) -> str:
        """Give the code alone."""
        return leg.start_id

    @staticmethod
    def resolve_end(leg: TransportLeg) -> str:
        """Give the code alone."""
        return leg.end_id

    @staticmethod
    def resolve_shared(leg: TransportLeg) -> bool:
        """Say whether all operations share it."""
        return leg.operation_id is None

    @staticmethod
    def resolve_closures(leg: TransportLeg) -> list[LegClosure]:
        """List the closures, the earliest first."""
        return sorted(leg.closures.all(), key=lambda closure: closure.first)


class ClosureInput(Input):
    """Days on which nothing departs, both included."""

    first: Day
    last: Day
    why: str = ""

    def closure(self) -> Closure:
        """Give it as the actions take it."""
        return Closure(first=self.first, last=self.last, why=self.why)


class LegInput(Input):
    """A leg; whatever it carries is per week, and null means that it is not limited."""

    code: str
    start: str
    end: str
    mode: Mode
    days: Whole
    kg: Number | None = None
    m3: Number | None = None
    pallets: Number | None = None
    cost: Number | None = None
    currency: str = ""
    gauge_break: Yes = False
    closures: tuple[ClosureInput, ...] = ()
    label: str = ""

    def told(self) -> LegTold:
        """Give it as the actions take it."""
        closures = tuple(closure.closure() for closure in self.closures)
        return LegTold(**{**self.model_dump(exclude={"closures"}), "closures": closures})


class NetInput(Why):
    """Legs to write down: all or none; one whose code is there is replaced."""

    legs: list[LegInput]
    shared: Yes = False
    invented: Yes = False


class CloseInput(Why):
    """The days on which nothing departs, both included."""

    first: Day
    last: Day


class OpenInput(Why):
    """The first day on which goods may depart again; today, if not said."""

    day: Day | None = None


_FROM_TODAY = OpenInput()


@router.get("/operations/{code}/net", response=list[LegAnswer])
def show_net(request: HttpRequest, code: str) -> list[TransportLeg]:
    """List the legs in force that an operation's goods may take: its own, and the shared ones."""
    asked = asking(request)
    return list(legs_of(operation_of(request, code), asked.actor, asked.day))


@router.post("/operations/{code}/net", response={201: list[LegAnswer]})
def put_legs(request: HttpRequest, code: str, body: NetInput) -> Status[list[TransportLeg]]:
    """Write legs down, all or none; with `shared` they are of all operations."""
    operation = operation_of(request, code)
    act = act_of(request, body.reason)
    actions.put_legs(
        act=act,
        operation=None if body.shared else operation.pk,
        legs=[leg.told() for leg in body.legs],
        invented=body.invented,
    )
    return Status(201, list(legs_of(operation, act.actor, act.now.date())))


@router.get("/legs/{leg}", response=list[LegAnswer])
def show_leg(request: HttpRequest, leg: UUID) -> list[TransportLeg]:
    """List all versions of a leg, the latest first."""
    asked = asking(request)
    return list(history_of(find(TransportLeg, leg, asked.actor, asked.day), asked.actor, asked.day))


@router.post("/legs/{leg}/close", response={201: LegAnswer})
def close_leg(request: HttpRequest, leg: UUID, body: CloseInput) -> Status[TransportLeg]:
    """Let nothing depart on a leg on some days; the reason says why."""
    act = act_of(request, body.reason)
    made = actions.close_leg(act=act, leg=leg, first=body.first, last=body.last, why=body.reason)
    return Status(201, made)


@router.post("/legs/{leg}/open", response={201: LegAnswer})
def open_leg(
    request: HttpRequest, leg: UUID, body: OpenInput = _FROM_TODAY
) -> Status[TransportLeg]:
    """Let goods depart on a leg again, from a day on."""
    act = act_of(request, body.reason)
    return Status(201, actions.open_leg(act=act, leg=leg, day=body.day or act.now.date()))


@router.post("/legs/{leg}/end", response=LegAnswer)
def end_leg(request: HttpRequest, leg: UUID, body: Why = NO_REASON) -> TransportLeg:
    """Take a leg out of the net, with the reason."""
    return actions.end_leg(act=act_of(request, body.reason), leg=leg)
