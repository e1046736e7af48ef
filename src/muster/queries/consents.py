"""Consents that the rules want of what is promised, and that nobody has been asked for yet."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.core.rulebook.book import ORIGIN, Effect, Rule, Step
from muster.queries.rules import (
    Stamp,
    asked,
    book_now,
    book_of,
    case_of,
    judged,
    line_facts,
    need_facts,
)
from muster.queries.visibility import visible
from muster.records.models import Account, Allocation, Consent, RuleChange

RELATED = ("operation", "item", "donor", "recipient", "offer_line", "request_line")


def unasked(goods: Allocation, stamp: Stamp, day: date) -> dict[str, Rule]:
    """Name whose consent is wanted before goods leave on a day, and was not asked; by which rule.

    Only what is promised by both sides waits for consents; of anything else there are none.
    """
    if goods.stage not in {"agreed", "closed"} or not _wanting(stamp, goods.operation.code, day):
        return {}
    case = case_of(
        need_facts(goods.request_line),
        line_facts(goods.offer_line),
        donor=goods.donor,
        item=goods.item,
        recipient=goods.recipient,
        operation=goods.operation,
        day=day,
    )
    found = judged(stamp, case, Step.DISPATCH, day=day)
    wanted = {
        origin: said.rule
        for said in found.judgement.consents
        if (origin := wanted_of(said.rule, goods)) is not None
    }
    answered = Consent.objects.filter(allocation=goods, origin__in=list(wanted))
    already = set(answered.values_list("origin_id", flat=True))
    return {origin: rule for origin, rule in wanted.items() if origin not in already}


def wanted_of(rule: Rule, goods: Allocation) -> str | None:
    """Name whose consent a rule wants for goods; None where that is the donor itself, or nobody."""
    code = goods.offer_line.origin_id if rule.consent_of == ORIGIN else rule.consent_of
    return None if code in {None, goods.donor_id} else code


def unasked_of(actor: Actor, day: date) -> list[tuple[Allocation, dict[str, Rule]]]:
    """List the allocations the actor may see for which a consent is wanted and was not asked.

    Only those are looked at that were promised before a rule on consents was approved or in force:
    what is agreed later asks by itself.
    """
    stamp = book_now()
    older = _older_than_a_rule(stamp)
    if older is None:
        return []
    found = [
        (goods, unasked(goods, stamp, day))
        for goods in still_here(visible(Allocation, actor, day).filter(older))
    ]
    return [(goods, wanted) for goods, wanted in found if wanted]


def still_here(found: QuerySet[Allocation]) -> Sequence[Allocation]:
    """List those of some allocations of which something has not left yet, oldest first."""
    left = Account.objects.filter(
        Q(owner_id=OuterRef("pk"), kind=K.ALLOCATED)
        | Q(manifest_line__allocation=OuterRef("pk"), kind=K.PACKED),
        amount_in__gt=F("amount_out"),
    )
    here = found.filter(Exists(left), stage__in=("agreed", "closed")).select_related(*RELATED)
    return list(here.order_by("recorded_at", "pk"))


def _wanting(stamp: Stamp, operation: str, day: date) -> list[Rule]:
    rules = asked(stamp, day, Step.DISPATCH, operation)
    return [rule for rule in rules if rule.effect is Effect.CONSENT]


def _older_than_a_rule(stamp: Stamp) -> Q | None:
    rules = [
        rule
        for rule in book_of(stamp)
        if rule.effect is Effect.CONSENT and Step.DISPATCH in rule.steps
    ]
    approved = dict(
        RuleChange.objects.filter(
            kind=RuleChange.Kind.APPROVE, version__in=[rule.key for rule in rules]
        ).values_list("version_id", "number")
    )
    found: Q | None = None
    for rule in rules:
        older = (
            Q(rule_book__isnull=True)
            | Q(rule_book__lt=approved[rule.key])
            | Q(recorded_at__date__lt=rule.since)
        )
        if rule.operation:
            older &= Q(operation__code=rule.operation)
        found = older if found is None else found | older
    return found
