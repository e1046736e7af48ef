"""Pledges one by one and as rows: who announced what, what became of it, since when it waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from muster.core.actors import Actor, Role
from muster.core.money import Money
from muster.core.pledges import EVENTS_OF, METHODS, Course, Event, Form, PartyRole, pledge_stage
from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.quantities.units import find_measure
from muster.queries.pledges_became import became_of
from muster.queries.pledges_then import courses_then, day_of, held, lines_then, out_then
from muster.queries.totals import NOW, Moment
from muster.queries.visibility import find, visible
from muster.records.models import (
    OfferLine,
    Operation,
    Pledge,
    PledgeEvent,
    PledgeFunding,
    PledgeLine,
    PledgeParty,
    PledgeReminder,
    PledgeTie,
    PledgeUse,
)

_NONE = Decimal(0)
_UNSTATED = "not stated"
SECOND_TELLING = "the second telling of another"
"""Why a line counts nowhere that is told elsewhere too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRow:
    """A line of a pledge as lists show it; goods in smallest units, money in its currency.

    Args:
        what: the item's name, the words of the announcement, or the form of the money.
        said: the quantity or the sum in words.
        years: "2025", "2025 to 2027", or nothing where no year was stated.
        counts: whether it is in the figures; a second telling and money that pays for goods which
            are pledged as goods are not.
        because: why it does not count.
        age: days since it was announced.
    """

    id: UUID
    pledge_id: UUID
    reference: str
    position: int
    meeting: str
    meeting_number: int | None
    announced_on: date
    donors: tuple[str, ...]
    joint: str
    form: Form
    method: str
    item: str
    what: str
    unit: str
    currency: str
    said: str
    words: str
    years: str
    course: Course
    stage: str
    counts: bool
    because: str
    age: int
    source: str
    recalled: bool
    invented: bool

    @property
    def title(self) -> str:
        """What was announced, as a list names it."""
        if self.form is not Form.GOODS:
            return f"{self.said}: {self.what}"
        if self.said == _UNSTATED:
            return f"{self.what}, number {_UNSTATED}"
        return f"{self.said} of {self.what}"

    @property
    def measure(self) -> str:
        """What figures of this line may be added to: the same item, or currency and method."""
        return self.currency if self.form is not Form.GOODS else self.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeShown:
    """A pledge with everything about it."""

    record: Pledge
    parties: tuple[PledgeParty, ...]
    lines: tuple["LineShown", ...]
    reminders: tuple[PledgeReminder, ...]
    ties: tuple[PledgeTie, ...]
    may: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A line with its history, what it became, and what this actor can tell of it."""

    record: PledgeLine
    row: PledgeRow
    events: tuple[PledgeEvent, ...]
    uses: tuple[PledgeUse, ...]
    funding: tuple[PledgeFunding, ...]
    may: tuple[Event, ...]


def pledges_seen(
    actor: Actor,
    day: date,
    *,
    operation: Operation | None = None,
    meeting: UUID | None = None,
    donor: str = "",
    coalition: str = "",
    moment: Moment = NOW,
) -> QuerySet[PledgeLine]:
    """Find the lines of pledges that the actor may see, of one operation or of all that are real.

    What is announced in an exercise is seen only where that exercise is asked for.  Of a coalition
    are the pledges that were announced under its name, or were tied to it as known at the moment.
    """
    found = visible(PledgeLine, actor, day)
    if operation is None:
        found = found.exclude(operation__kind=Operation.Kind.EXERCISE)
    else:
        found = found.filter(operation=operation)
    if meeting is not None:
        found = found.filter(pledge__meeting=meeting)
    if donor:
        named = PledgeParty.objects.filter(party=donor, role=PartyRole.DONOR.value)
        found = found.filter(pledge__in=named.values("pledge"))
    if coalition:
        tied = PledgeTie.objects.filter(held(moment.known), coalition=coalition)
        found = found.filter(Q(pledge__coalition=coalition) | Q(pledge__in=tied.values("pledge")))
    return found


def rows_of(
    found: QuerySet[PledgeLine], actor: Actor, day: date, *, moment: Moment = NOW
) -> tuple[PledgeRow, ...]:
    """Give lines of pledges as rows, in the order in which they were announced.

    Args:
        found: which lines.
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        moment: now, or as of an earlier moment, up to which ages are counted then.
    """
    donors = PledgeParty.objects.select_related("party").order_by("party__name")
    lines = list(
        lines_then(found, moment)
        .select_related("pledge__meeting", "item")
        .prefetch_related(Prefetch("pledge__parties", queryset=donors))
        .order_by("announced_on", "pledge__reference", "position")
    )
    keys = [line.pk for line in lines]
    if moment == NOW:
        became = became_of(keys, actor, day)
        courses = {line.pk: course_now(line, became.get(line.pk)) for line in lines}
    else:
        courses = courses_then(lines, actor, day, moment)
    out = counted_out(keys, moment=moment)
    until = day_of(moment, day)
    return tuple(_row(line, courses[line.pk], out.get(line.pk, ""), until) for line in lines)


def counted_out(lines: Iterable[UUID], *, moment: Moment = NOW) -> dict[UUID, str]:
    """Say which lines are in no figure, and why."""
    twice, paying = out_then(lines, moment)
    return {
        **{money: f"it pays for goods that {paid} counts" for money, paid in paying.items()},
        **dict.fromkeys(twice, SECOND_TELLING),
    }


def pledge_shown(pledge: UUID | str, actor: Actor, *, day: date) -> PledgeShown:
    """Show one pledge.

    Raises:
        NotFound: there is none that the actor may see.
    """
    found = find(Pledge, pledge, actor, day)
    own = visible(PledgeLine, actor, day).filter(pledge=found)
    rows = rows_of(own, actor, day)
    records = {line.pk: line for line in own}
    reminders = visible(PledgeReminder, actor, day).filter(pledge=found)
    parties = tuple(found.parties.select_related("party").order_by("role", "party__name"))
    coordinates = actor.has(Role.COORDINATOR, day)
    parties_own = {share.party_id for share in parties} & set(actor.parties(Role.DONOR, day))
    may = bool(coordinates or parties_own)
    return PledgeShown(
        record=found,
        parties=parties,
        lines=tuple(
            _line_shown(records[row.id], row, may=may, actor=actor, day=day)
            for row in sorted(rows, key=lambda row: row.position)
        ),
        reminders=tuple(reminders.select_related("party").order_by("recorded_at", "pk")),
        ties=tuple(found.ties.filter(undone_at__isnull=True).select_related("coalition")),
        may=may,
    )


def course_now(line: PledgeLine, became: tuple[Decimal, Decimal, Decimal] | None) -> Course:
    """Read the course of a line: its own events, and for goods the ledger."""
    allocated, dispatched, received = became or (_NONE, _NONE, _NONE)
    told = Form(line.form) is not Form.GOODS
    return Course(
        announced=line.amount,
        reduced=line.reduced,
        committed=max(line.committed, _NONE if told else allocated),
        allocated=line.allocated if told else allocated,
        dispatched=dispatched,
        received=line.disbursed if told else received,
        withdrawn=line.withdrawn,
    )


def said_of(line: PledgeLine) -> str:
    """Write what was announced of a line as a sentence says it."""
    if line.form != Form.GOODS:
        assert line.amount is not None  # noqa: S101 - a rule of the table
        return Money(line.currency, line.amount).text
    quantity = quantity_pledged(line)
    return f"{quantity.text} {unit_of(line)}" if quantity.high or quantity.low else _UNSTATED


def quantity_pledged(line: PledgeLine) -> Quantity:
    """Read the quantity of pledged goods back."""
    per = Per(line.per) if line.per else None
    return Quantity(QuantityKind(line.quantity_kind), line.low, line.high, per)


def unit_of(line: PledgeLine) -> str:
    """Name the unit that pledged goods are counted in."""
    return find_measure(line.item.unit if line.item else "H87").plural


def what_of(line: PledgeLine) -> str:
    """Name what is pledged."""
    if line.form == Form.GOODS:
        return line.item.name if line.item else line.description
    return line.description or ("money" if line.form == Form.MONEY else "goods, by their worth")


def years_of(line: PledgeLine) -> str:
    """Write the year or the years of a line."""
    if line.year_from is None:
        return ""
    if line.year_until in {None, line.year_from}:
        return str(line.year_from)
    return f"{line.year_from} to {line.year_until}"


def joint_text(parties: Iterable[PledgeParty]) -> str:
    """Say how a joint pledge is shared; nothing where one party gives alone."""
    donors = [share for share in parties if share.role == PartyRole.DONOR]
    if len(donors) < 2:  # noqa: PLR2004 - one alone shares with nobody
        return ""
    stated = [(each.party.name, each.share) for each in donors if each.share is not None]
    if len(stated) < len(donors):
        return "jointly, shares not stated"
    return ", ".join(f"{name} {share.normalize():f} %" for name, share in stated)


def _row(line: PledgeLine, course: Course, because: str, day: date) -> PledgeRow:
    form, pledge = Form(line.form), line.pledge
    parties = list(pledge.parties.all())
    meeting = pledge.meeting
    return PledgeRow(
        id=line.pk,
        pledge_id=pledge.pk,
        reference=pledge.reference,
        position=line.position,
        meeting=f"{meeting.series_id} {meeting.number}" if meeting else "",
        meeting_number=meeting.number if meeting else None,
        announced_on=line.announced_on,
        donors=tuple(each.party.name for each in parties if each.role == PartyRole.DONOR),
        joint=joint_text(parties),
        form=form,
        method=METHODS[form],
        item=line.item_id or "",
        what=what_of(line),
        unit=unit_of(line) if form is Form.GOODS else "",
        currency=line.currency,
        said=said_of(line),
        words=pledge.words,
        years=years_of(line),
        course=course,
        stage=pledge_stage(course, form),
        counts=not because,
        because=because,
        age=(day - line.announced_on).days,
        source=line.source or pledge.source,
        recalled=pledge.recalled,
        invented=line.invented,
    )


def _line_shown(
    line: PledgeLine, row: PledgeRow, *, may: bool, actor: Actor, day: date
) -> LineShown:
    seen = visible(OfferLine, actor, day).values("pk")
    uses = line.uses.filter(undone_at__isnull=True, offer_line__in=seen)
    funding = PledgeFunding.objects.filter(undone_at__isnull=True)
    told = () if not may or row.course.withdrawn else EVENTS_OF[row.form]
    return LineShown(
        record=line,
        row=row,
        events=tuple(line.events.order_by("number")),
        uses=tuple(uses.select_related("offer_line__offer", "offer_line__item").order_by("id")),
        funding=tuple(
            (funding.filter(money=line) | funding.filter(goods=line))
            .select_related("money__pledge", "goods__pledge")
            .order_by("recorded_at")
        ),
        may=told,
    )
