"""Pledge verbs: announce, commit, reduce, withdraw, earmark and pay money, become an offer."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

from muster.actions.journal import action
from muster.actions.operations import demand_running
from muster.actions.pledge_lines import LinePledged, write_lines
from muster.core.actors import CENTRE, NATIONS, Act, Role, party_audience
from muster.core.money import read_money
from muster.core.pledges import (
    EVENTS_OF,
    Course,
    Event,
    Form,
    FormMismatch,
    MoreThanPledged,
    PartyRole,
    PledgeEnded,
    Share,
    parties_forbid,
)
from muster.core.quantities.entry import parse_amount
from muster.core.refusals import DatesOutOfOrder, InTheFuture, TextMissing
from muster.queries.amounts import Typed, exact
from muster.queries.pledges import course_now
from muster.queries.pledges_became import became_of
from muster.queries.register import find_party
from muster.queries.visibility import find
from muster.records.models import (
    Meeting,
    Operation,
    Party,
    Pledge,
    PledgeEvent,
    PledgeLine,
    PledgeParty,
)


@action("announce a pledge")
def announce_pledge(
    *,
    act: Act,
    operation: UUID,
    parties: Sequence[Share],
    announced_on: date,
    words: str,
    lines: Sequence[LinePledged],
    meeting: UUID | None = None,
    reference: str = "",
    coalition: str | None = None,
    restricted: bool = False,
    source: str = "",
    recalled: bool = False,
    invented: bool = False,
) -> Pledge:
    """Write down what was announced; it is promised to nobody, and in no figure but its own.

    Raises:
        ActsForAnother: the actor is neither a coordinator nor acts for the first donor.
        PledgeOfNothing: there is no line, or a line of nothing.
        PartiesUnclear, SharesOff: the parties are not clear, or their shares do not add up.
        PartyUnknown, ItemUnknown: the register or the catalogue has no such thing.
        AmountUnreadable, AmountAmbiguous, CurrencyUnclear, YearsUnreadable ...: a line cannot be
            read.
        NotReviewedNonLethal: the organisation pledges what it may not give.
        InTheFuture: it is said to be announced later than today.
        DuplicateReference: the operation has a pledge of that reference.
        WrongStage: the operation is closed.
        TextMissing: the words used are missing.
    """
    found = find(Operation, operation, act.actor, act.now.date())
    refusal = parties_forbid(parties)
    if refusal is not None:
        raise refusal
    donors = [share.party for share in parties if share.role is PartyRole.DONOR]
    act.must_act_for_or_be(Role.DONOR, donors[0], Role.COORDINATOR)
    demand_running(found, "given a pledge")
    if announced_on > act.now.date():
        raise InTheFuture(
            at="announced_on", what="A pledge", moment=announced_on, now=act.now.date()
        )
    if not words.strip():
        raise TextMissing(at="words", what="the words used")
    of_meeting = find(Meeting, meeting, act.actor, act.now.date()) if meeting else None
    pledge = Pledge.objects.create(
        id=act.part_id("pledge"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=audiences_of_pledge(found, parties, restricted=restricted),
        operation=found,
        meeting=of_meeting,
        coalition=find_party(coalition) if coalition else None,
        reference=_reference(found, reference.strip()),
        announced_on=announced_on,
        words=words.strip(),
        source=source,
        recalled=recalled,
        invented=invented,
    )
    write_lines(act, pledge, _write_parties(pledge, parties), lines)
    return pledge


@action("commit to a pledge")
def commit_pledge(
    *,
    act: Act,
    line: UUID,
    amount: Typed | None = None,
    happened_on: date | None = None,
    note: str = "",
    source: str = "",
) -> PledgeLine:
    """Tell that its donor has bound itself to a line, or to a part of it.

    Raises:
        ActsForAnother: the actor is neither a coordinator nor of a donor of the pledge.
        PledgeEnded: it was withdrawn.
        MoreThanPledged: more than what is left of what was announced.
        InTheFuture: it is said to have happened later than today.
    """
    return _tell(act, line, Event.COMMIT, amount, happened_on, note=note, source=source)


@action("earmark pledged money")
def allocate_pledge(
    *,
    act: Act,
    line: UUID,
    amount: Typed | None = None,
    happened_on: date | None = None,
    note: str = "",
    source: str = "",
) -> PledgeLine:
    """Tell for what pledged money, or goods known by their worth alone, are earmarked.

    Raises:
        FormMismatch: goods are allocated by the ledger alone, once they are an offer.
        others: as commit_pledge.
    """
    return _tell(act, line, Event.ALLOCATE, amount, happened_on, note=note, source=source)


@action("pay pledged money")
def disburse_pledge(
    *,
    act: Act,
    line: UUID,
    amount: Typed | None = None,
    happened_on: date | None = None,
    note: str = "",
    source: str = "",
) -> PledgeLine:
    """Tell that pledged money was paid, in whole or in part.

    Raises:
        FormMismatch: only money is paid.
        others: as commit_pledge.
    """
    return _tell(act, line, Event.DISBURSE, amount, happened_on, note=note, source=source)


@action("reduce a pledge")
def reduce_pledge(
    *,
    act: Act,
    line: UUID,
    amount: Typed,
    happened_on: date | None = None,
    note: str = "",
    source: str = "",
) -> PledgeLine:
    """Take so much off a line, with the reason.

    Raises:
        ReasonMissing: no reason is given.
        MoreThanPledged: that much is not left beside what has become something already.
        others: as commit_pledge.
    """
    note = note or act.must_say_why("a reduction")
    return _tell(act, line, Event.REDUCE, amount, happened_on, note=note, source=source)


@action("withdraw a pledge")
def withdraw_pledge(
    *, act: Act, line: UUID, happened_on: date | None = None, note: str = "", source: str = ""
) -> PledgeLine:
    """Take back what has not become anything yet, with the reason.

    Raises:
        ReasonMissing: no reason is given.
        others: as commit_pledge.
    """
    note = note or act.must_say_why("a withdrawal")
    return _tell(act, line, Event.WITHDRAW, None, happened_on, note=note, source=source)


def held_line(act: Act, key: UUID) -> PledgeLine:
    """Find a line in order to tell something of it, after whoever is telling something now.

    Raises:
        NotFound: there is none that the actor may see.
        ActsForAnother: the actor is neither a coordinator nor of a donor of the pledge.
    """
    found = find(PledgeLine, key, act.actor, act.now.date())
    found.refresh_from_db(from_queryset=PledgeLine.objects.select_for_update(no_key=True))
    _must_tell_of(act, found.pledge)
    return found


def held_pledge(act: Act, key: UUID) -> Pledge:
    """Find a pledge in order to say something of it as a whole, after whoever is doing so now.

    Raises:
        NotFound: there is none that the actor may see.
        ActsForAnother: the actor is neither a coordinator nor of a donor of the pledge.
    """
    found = find(Pledge, key, act.actor, act.now.date())
    found.refresh_from_db(from_queryset=Pledge.objects.select_for_update(no_key=True))
    _must_tell_of(act, found)
    return found


def _must_tell_of(act: Act, pledge: Pledge) -> None:
    donors = pledge.parties.filter(role=PartyRole.DONOR.value).order_by("party_id")
    own = set(act.actor.parties(Role.DONOR, act.now.date()))
    codes = list(donors.values_list("party_id", flat=True))
    party = next((code for code in codes if code in own), codes[0])
    act.must_act_for_or_be(Role.DONOR, party, Role.COORDINATOR)


def _tell(
    act: Act,
    key: UUID,
    event: Event,
    amount: Typed | None,
    happened_on: date | None,
    *,
    note: str,
    source: str,
) -> PledgeLine:
    line = held_line(act, key)
    form, what, today = Form(line.form), str(line), act.now.date()
    if event not in EVENTS_OF[form]:
        raise FormMismatch(what=what, form=form.value, event=_DONE[event])
    if line.withdrawn:
        raise PledgeEnded(what=what)
    day = happened_on or today
    if day > today:
        raise InTheFuture(at="happened_on", what=_DONE[event], moment=day, now=today)
    if day < line.announced_on:
        raise DatesOutOfOrder(
            at="happened_on",
            first="the announcement",
            first_date=line.announced_on,
            second=f"the day on which it was {_DONE[event]}",
            second_date=day,
        )
    told = _amount_told(act, line, event, amount)
    write_event(act, line, event, told, day, note=note, source=source)
    line.refresh_from_db()
    return line


def _amount_told(act: Act, line: PledgeLine, event: Event, amount: Typed | None) -> Decimal | None:
    """Read how much an event is about; all that it can be about, if nobody says."""
    course = course_now(line, became_of([line.pk], act.actor, act.now.date()).get(line.pk))
    most = _most(course, event)
    if amount is None and most is None:
        if event is Event.WITHDRAW:
            return None
        raise TextMissing(at="amount", what="the amount; none was announced")
    told = most if amount is None else _read(line, amount)
    if most is not None and told is not None and told > most:
        raise MoreThanPledged
    if told == 0 and event is not Event.WITHDRAW:
        raise MoreThanPledged
    return told


def _most(course: Course, event: Event) -> Decimal | None:
    """Say how much there is left to tell this of; None where no amount was announced."""
    if course.stands is None:
        return None
    before = {
        Event.COMMIT: course.committed,
        Event.DISBURSE: course.received,
    }.get(event, course.allocated)
    return max(course.stands - before, Decimal(0))


def _read(line: PledgeLine, amount: Typed) -> Decimal:
    if line.form != Form.GOODS:
        return read_money(amount.amount, amount.unit or line.currency).amount
    if line.item is not None:
        return Decimal(exact(amount, line.item))
    return Decimal(parse_amount(amount.amount, "H87", unit=amount.unit or None))


def write_event(
    act: Act,
    line: PledgeLine,
    event: Event,
    amount: Decimal | None,
    day: date,
    *,
    note: str = "",
    source: str = "",
) -> PledgeEvent:
    """Write one event; the database adds it to the figures of its line."""
    return PledgeEvent.objects.create(
        id=act.part_id(f"{line.pk} {event}"),
        line=line,
        event=event.value,
        amount=amount,
        happened_on=day,
        recorded_at=act.now,
        note=note,
        source=source,
        act_id=act.id,
    )


_DONE = {
    Event.COMMIT: "committed",
    Event.ALLOCATE: "earmarked",
    Event.DISBURSE: "paid",
    Event.REDUCE: "reduced",
    Event.WITHDRAW: "withdrawn",
}


def audiences_of_pledge(
    operation: Operation, parties: Sequence[Share], *, restricted: bool = False
) -> list[str]:
    """Say who sees a pledge: the centre, its parties, who is helped, and if open all nations."""
    recipients = operation.recipient_links.order_by("party_id").values_list("party_id", flat=True)
    codes = dict.fromkeys((*(share.party for share in parties), *recipients))
    seen = [CENTRE, *(party_audience(code) for code in codes)]
    return seen if restricted else [*seen, NATIONS]


def _reference(operation: Operation, given: str) -> str:
    """Take the reference that is given, or the next number of the operation, one at a time."""
    if given:
        return given
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('pledge ' || %s::text, 0))",
            [operation.pk],
        )
    count = operation.pledges.count() + 1
    while operation.pledges.filter(reference=f"P-{count:04}").exists():
        count += 1
    return f"P-{count:04}"


def _write_parties(pledge: Pledge, parties: Sequence[Share]) -> list[Party]:
    """Write who stands in which role, and give the donors."""
    found = {share.party: find_party(share.party) for share in parties}
    PledgeParty.objects.bulk_create(
        PledgeParty(
            pledge=pledge,
            party=found[share.party],
            role=share.role.value,
            share=share.percent,
        )
        for share in parties
    )
    return [found[share.party] for share in parties if share.role is PartyRole.DONOR]
