"""What pledges turn into: offer lines, goods that money pays for; and the reminders until then."""

from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.actions.pledges import held_line
from muster.actions.taking_back import take_back
from muster.core.actors import CENTRE, Act, Role, party_audience
from muster.core.pledges import (
    Form,
    FormMismatch,
    FundedTwice,
    PartiesUnclear,
    PledgedTwice,
    PledgeEnded,
)
from muster.core.refusals import (
    DatesOutOfOrder,
    ItemMismatch,
    NotFound,
    OperationMismatch,
    TextMissing,
)
from muster.queries.amounts import ratio_between
from muster.queries.visibility import find
from muster.records.models import (
    OfferLine,
    Pledge,
    PledgeFunding,
    PledgeLine,
    PledgeReminder,
    PledgeUse,
)


@action("specify a pledge")
def specify_pledge(*, act: Act, line: UUID, offer_line: UUID) -> PledgeUse:
    """Say that an offer line is what a pledge became; the ledger of that line tells the rest.

    Raises:
        ActsForAnother: the actor is neither a coordinator nor of a donor of the pledge.
        FormMismatch: money becomes no offer line.
        OperationMismatch: they belong to two operations.
        PartiesUnclear: the offer's donor is no party of the pledge.
        ItemMismatch: what is offered is neither what was pledged nor stands in for it.
        PledgedTwice: the offer line is what became of a pledge already.
        PledgeEnded: the pledge was withdrawn.
    """
    found = held_line(act, line)
    if found.form != Form.GOODS:
        raise FormMismatch(what=str(found), form=found.form, event="turned into an offer line")
    if found.withdrawn:
        raise PledgeEnded(what=str(found))
    given = find(OfferLine, offer_line, act.actor, act.now.date())
    if given.operation_id != found.operation_id:
        raise OperationMismatch(offer=given.operation_id, request=found.operation_id)
    if not found.pledge.parties.filter(party=given.donor_id).exists():
        raise PartiesUnclear(why=f"{given.donor_id} is no party of {found.pledge.reference}")
    ratio = ratio_between(found.item_id, given.item_id) if found.item_id else 1
    if ratio is None:
        asked = found.item.name if found.item else found.description
        raise ItemMismatch(offered=given.item.name, asked=asked)
    if given.pledge_uses.filter(undone_at__isnull=True).exists():
        raise PledgedTwice
    return PledgeUse.objects.create(
        id=act.part_id("use"),
        line=found,
        offer_line=given,
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        recorded_at=act.now,
        act_id=act.id,
    )


@action("take back what a pledge became")
def unspecify_pledge(*, act: Act, use: UUID) -> PledgeUse:
    """Take back that an offer line is what a pledge became, with the reason.

    Raises:
        ReasonMissing: no reason is given.
        WrongStage: it was taken back before.
    """
    act.must_say_why("taking this back")
    found = PledgeUse.objects.filter(pk=use).first()
    if found is None:
        raise NotFound(what="link of a pledge", name=use)
    held_line(act, found.line_id)
    take_back(act, found, what="The link")
    return found


@action("say what pledged money pays for")
def fund_goods(*, act: Act, money: UUID, goods: UUID) -> PledgeFunding:
    """Say that pledged money pays for goods that are pledged as goods; only the goods count then.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        FormMismatch: it is not money, or not goods.
        OperationMismatch: they belong to two operations.
        FundedTwice: the money pays for other goods already.
    """
    act.must_be(Role.COORDINATOR)
    why = act.must_say_why("counting money with the goods it pays for")
    paying, paid = held_line(act, money), find(PledgeLine, goods, act.actor, act.now.date())
    if paying.form == Form.GOODS:
        raise FormMismatch(what=str(paying), form=paying.form, event="paid with")
    if paid.form != Form.GOODS:
        raise FormMismatch(what=str(paid), form=paid.form, event="paid for as goods")
    if paying.operation_id != paid.operation_id:
        raise OperationMismatch(offer=paying.operation_id, request=paid.operation_id)
    if paying.funding.filter(undone_at__isnull=True).exists():
        raise FundedTwice
    return PledgeFunding.objects.create(
        id=act.part_id("funding"),
        money=paying,
        goods=paid,
        reason=why,
        recorded_at=act.now,
        act_id=act.id,
        user_id=act.user_id,
    )


@action("take back what pledged money pays for")
def unfund_goods(*, act: Act, funding: UUID) -> PledgeFunding:
    """Take back that money pays for goods: both count again, each in its own measure.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NotFound: there is no such link.
        WrongStage: it was taken back before.
    """
    act.must_be(Role.COORDINATOR)
    found = PledgeFunding.objects.filter(pk=funding).first()
    if found is None:
        raise NotFound(what="link of money and goods", name=funding)
    find(PledgeLine, found.money_id, act.actor, act.now.date())
    take_back(act, found, what="The link")
    return found


@action("remind of a pledge")
def remind(
    *, act: Act, pledge: UUID, party: str, text: str, answer_by: date | None = None
) -> PledgeReminder:
    """Remind a party of what it announced; the reminder waits on that party's own page.

    Raises:
        RoleMissing: the actor is not a coordinator.
        PartiesUnclear: it is no party of the pledge.
        TextMissing: it says nothing.
        DatesOutOfOrder: the answer is asked for by a day that is over.
    """
    act.must_be(Role.COORDINATOR)
    found = find(Pledge, pledge, act.actor, act.now.date())
    if not text.strip():
        raise TextMissing(at="text", what="what you remind of")
    if not found.parties.filter(party=party).exists():
        raise PartiesUnclear(why=f"{party} is no party of {found.reference}")
    if answer_by is not None and answer_by < act.now.date():
        raise DatesOutOfOrder(
            at="answer_by",
            first="today",
            first_date=act.now.date(),
            second="the day of the answer",
            second_date=answer_by,
        )
    return PledgeReminder.objects.create(
        id=act.part_id("reminder"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, party_audience(party)],
        operation_id=found.operation_id,
        pledge=found,
        party_id=party,
        text=text.strip(),
        answer_by=answer_by,
    )
