"""Asking the rule book where something is done: its refusals are raised, its answers are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from muster.core.actors import Act
from muster.core.rulebook.book import ORIGIN, Judgement, Step, Verdict
from muster.core.rulebook.facts import Case
from muster.core.rulebook.refusals import ConsentNotAsked
from muster.queries.consents import wanted_of
from muster.queries.register import find_party
from muster.queries.rule_cases import Gift, Verdicts, offer_judged, pairs_judged
from muster.queries.rules import (
    Judged,
    Stamp,
    case_of,
    judged,
    line_facts,
    need_facts,
    offer_facts,
    packed_facts,
    request_facts,
    reviewed,
    stops,
    territories,
    way_territories,
)
from muster.records.models import (
    Allocation,
    Consent,
    Consignment,
    DispatchDecision,
    Item,
    ManifestLine,
    Offer,
    RequestLine,
    RuleVersion,
)


class Offered(Protocol):
    """What the rules see of a line that is being offered, besides its item."""

    @property
    def origin(self) -> str | None: ...  # noqa: D102 - as the fields of a line say
    @property
    def place(self) -> str: ...  # noqa: D102 - as above
    @property
    def only_for(self) -> Sequence[str]: ...  # noqa: D102 - as above
    @property
    def not_for(self) -> Sequence[str]: ...  # noqa: D102 - as above


def demand_offer(
    stamp: Stamp, offer: Offer, item: Item, line: Offered, answers: RequestLine | None
) -> Judged:
    """Ask about a line when it is offered: for whom it answers, or for each recipient there is.

    Raises:
        RuleForbids: it may go to none of them.
    """
    links = offer.operation.recipient_links.select_related("party").order_by("party_id")
    found = offer_judged(
        stamp,
        offer.operation,
        donor=offer.donor,
        item=item,
        day=offer.offered_on,
        offer=offer_facts(
            origin=line.origin, place=line.place, only_for=line.only_for, not_for=line.not_for
        ),
        request=need_facts(answers),
        recipients=[answers.request.recipient] if answers else [link.party for link in links],
    )
    if found.judgement.verdict is Verdict.FORBIDDEN:
        raise found.judgement.must_refuse()
    return found


def demand_pairs(sides: Mapping[str, Any], gifts: Sequence[Gift], *, day: date) -> Verdicts:
    """Ask about pairs of lines that are to be promised, all at once.

    Raises:
        RuleForbids, RuleNeedsReview, RuleNotKnown: of the first that a rule stops.
    """
    found = pairs_judged(sides, gifts, day=day)
    for place, judgement in sorted(found.stopped.items()):
        gift = gifts[place]
        key = (gift.donor, gift.item, gift.recipient)
        passed = reviewed(UUID(gift.operation), [key]).get(key, frozenset())
        refusal = judgement.refusal(reviewed=passed)
        if refusal is not None:
            raise refusal
    return found


def consents_wanted(allocation: Allocation) -> list[str]:
    """Name the parties whose consent the rules that spoke for an allocation want, but the donor."""
    spoke = RuleVersion.objects.filter(pk__in=allocation.rules or [], effect="consent")
    origin = allocation.offer_line.origin_id
    wanted = [origin if rule.consent_of == ORIGIN else rule.consent_of for rule in spoke]
    found = dict.fromkeys(code for code in (origin, *wanted) if code)
    return [code for code in found if code != allocation.donor_id]


@dataclass(frozen=True, slots=True)
class Aboard:
    """What the book said of a consignment: its version, and the rules that spoke of any line."""

    book: int
    rules: list[int]


def demand_dispatch(
    stamp: Stamp, way: Sequence[str], lines: Sequence[ManifestLine], day: date
) -> Aboard:
    """Ask about everything aboard on the day it leaves, by its way; what is alike is judged once.

    Raises:
        RuleForbids, RuleNeedsReview, RuleNotKnown: a rule stops a line.
        ConsentNotAsked: a rule wants a consent that nobody was asked for.
    """
    rules: dict[int, None] = {}
    known: dict[tuple[object, ...], Judgement] = {}
    through = way_territories([way])[tuple(way)]
    where = territories(line.allocation.request_line.place for line in lines)
    for line in lines:
        goods = line.allocation
        need = goods.request_line
        request = request_facts(use=need.use, territory=where[need.place])
        offer = line_facts(goods.offer_line)
        days_left = (line.expires_on - day).days if line.expires_on else None
        sides = (goods.operation_id, goods.donor_id, line.item_id, goods.recipient_id)
        alike = (*sides, days_left, *request.values(), *offer.values())
        if alike not in known:
            found = _judged_aboard(
                stamp,
                line,
                request,
                offer,
                packed_facts(days_left=days_left, territories=through),
                day=day,
            )
            rules.update(dict.fromkeys(found.rules))
            known[alike] = found.judgement
        _demand_asked(known[alike], goods)
    return Aboard(stamp.number, list(rules))


def _judged_aboard(stamp: Stamp, line: ManifestLine, *said: Case, day: date) -> Judged:
    goods = line.allocation
    case = case_of(
        *said,
        donor=goods.donor,
        item=line.item,
        recipient=goods.recipient,
        operation=goods.operation,
        day=day,
    )
    found = judged(stamp, case, Step.DISPATCH, day=day)
    gift = {"donor": goods.donor_id, "item": line.item_id, "recipient": goods.recipient_id}
    refusal = stops(found, goods.operation_id, **gift)
    if refusal is not None:
        raise refusal
    return found


# What a manifest line must bring along to be judged, besides its item.
JUDGED_BY = tuple(
    f"allocation__{part}"
    for part in ("request_line", "donor", "recipient", "operation", "offer_line", "item")
)


def keep_dispatch(act: Act, box: Consignment, aboard: Aboard) -> None:
    """Keep with a consignment by which version of the book it left, and which rules spoke."""
    DispatchDecision.objects.create(
        consignment=box,
        rule_book=aboard.book,
        rules=aboard.rules,
        recorded_at=act.now,
        act_id=act.id,
    )


def _demand_asked(judgement: Judgement, goods: Allocation) -> None:
    """Demand that each consent which a rule wants was asked for; its answer is judged elsewhere."""
    for said in judgement.consents:
        origin = wanted_of(said.rule, goods)
        if origin is None or Consent.objects.filter(allocation=goods, origin_id=origin).exists():
            continue
        raise ConsentNotAsked(
            rule=said.rule.code,
            origin=find_party(origin).name,
            item=goods.item.name,
            since=said.rule.since,
            allocation=goods.pk,
        )
