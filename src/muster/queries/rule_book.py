"""The rule book to be read: rules with their history, and why a gift is allowed or not."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from muster.core.actors import Actor, Role
from muster.core.refusals import NotFound, Refusal
from muster.core.rulebook.book import Effect, Judgement, Rule, Step, Verdict, judge
from muster.core.rulebook.facts import Case
from muster.core.rulebook.findings import Finding, findings_among, findings_of
from muster.core.rules import mandate_forbids, standing_forbids
from muster.core.uses import read_use
from muster.queries.policies import PolicyTold, organisation_refused, policy_told
from muster.queries.register import find_country, find_item, find_party, giver_on, thing
from muster.queries.rules import (
    Stamp,
    asked,
    book_now,
    book_of,
    case_of,
    offer_facts,
    packed_facts,
    request_facts,
    reviewed,
    rule_of,
)
from muster.queries.visibility import find, visible
from muster.records.models import (
    Allocation,
    DispatchDecision,
    OfferLine,
    Operation,
    RuleChange,
    RuleVersion,
)

_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One version of a rule, as the book lists it.

    Args:
        state: draft, in force, to come, superseded, over, or retired.
        ends: the first day no longer in force, whyever; None for no end.
    """

    record: RuleVersion
    state: str
    ends: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """A decision that rests on a rule: an offered line, an allocation or a dispatch."""

    kind: str
    id: UUID
    name: str
    operation: str
    recorded_at: datetime
    rule_book: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule with its versions, its changes, and the decisions that rest on it."""

    code: str
    rows: tuple[RuleRow, ...]
    changes: tuple[RuleChange, ...]
    resting: tuple[Resting, ...]
    findings: tuple[Finding, ...]
    may_approve: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """What one rule, or the floor below the book, says of a gift.

    Args:
        says: forbids, wants review, wants consent, allows, lifted, is silent, or is not known.
        sentence: the rule's sentence, or the refusal's.
    """

    rule: str
    version: int
    says: str
    sentence: str
    authority: str
    citation: str = ""
    lifted_by: str = ""
    floor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why a gift is allowed or not, on a day, at a step or at any."""

    verdict: str
    sentence: str
    rule_book: int
    day: date
    facts: Case
    policy: PolicyTold
    rules: tuple[RuleAnswer, ...]


def listed(
    *, on: date | None = None, authority: str = "", text: str = "", today: date
) -> tuple[RuleRow, ...]:
    """List rules by code: those in force on a day, or every version there is.

    Args:
        on: only what is in force on that day.
        authority: only what this authority made.
        text: only what has these words in its code, title, sentence, condition or citation.
        today: the day on which the state of each is told.
    """
    found = RuleVersion.objects.select_related("operation", "author").order_by("code", "version")
    if authority:
        found = found.filter(authority=authority)
    for word in text.split():
        found = found.filter(
            Q(code__icontains=word)
            | Q(title__icontains=word)
            | Q(sentence__icontains=word)
            | Q(expression__icontains=word)
            | Q(citation__icontains=word)
        )
    rows = _rows(found, on or today)
    return tuple(row for row in rows if on is None or row.state == "in force")


def authorities() -> tuple[str, ...]:
    """List who has made rules."""
    return tuple(
        RuleVersion.objects.order_by("authority").values_list("authority", flat=True).distinct()
    )


def shown_rule(code: str, actor: Actor, day: date) -> ShownRule:
    """Show a rule with all its versions.

    Raises:
        NotFound: there is none of that code.
    """
    found = RuleVersion.objects.filter(code=code).select_related("operation", "author")
    rows = _rows(found.order_by("-version"), day)
    if not rows:
        raise NotFound(what="rule", name=code)
    latest = rows[0].record
    others = [rule for rule in book_of(book_now()) if rule.code != code]
    changes = RuleChange.objects.filter(version__code=code).select_related("version", "by")
    return ShownRule(
        code=code,
        rows=rows,
        changes=tuple(changes.order_by("-number")),
        resting=tuple(_resting([row.record.pk for row in rows], actor, day)),
        findings=tuple(findings_of(rule_of(latest), others)),
        may_approve=may_keep(actor, day)
        and rows[0].state == "draft"
        and latest.author_id != actor.user_id,
    )


def may_keep(actor: Actor, day: date) -> bool:
    """Say whether the actor may write, approve and retire rules."""
    return actor.has(Role.COORDINATOR, day)


# Every pair of rules is compared: of so many it takes a second, of ten times as many a minute.
MOST_COMPARED = 60


def findings_now() -> tuple[Finding, ...]:
    """Say what is to be pointed out of the rules in the book."""
    return _findings(book_now())


def compares_at_once() -> bool:
    """Say whether the book is short enough to be compared while a page waits."""
    return len(book_of(book_now())) <= MOST_COMPARED


@functools.lru_cache(maxsize=4)
def _findings(stamp: Stamp) -> tuple[Finding, ...]:
    return tuple(findings_among(book_of(stamp)))


def findings_of_draft(rule: Rule) -> tuple[Finding, ...]:
    """Say what is to be pointed out of a rule beside those in the book."""
    return tuple(findings_of(rule, book_of(book_now())))


def explain(
    actor: Actor,
    *,
    donor: str,
    item: str,
    recipient: str,
    operation: str,
    day: date,
    today: date,
    origin: str = "",
    use: str = "",
    territory: str = "",
    through: Sequence[str] = (),
    step: Step | None = None,
    days_left: int | None = None,
) -> Explained:
    """Say why a gift is allowed or not: first by what no rule can lift, then by each rule.

    Args:
        actor: who asks.
        donor: who would give.
        item: what.
        recipient: to whom.
        operation: in which operation, by its code.
        day: the day of the gift.
        today: the day on which the actor's roles are judged.
        origin: the nation of origin that the offer would name.
        use: what the recipient would say it is for; empty for not stated.
        territory: the country of the place that the request would name; empty for none.
        through: the countries on the way, first and last included; none for not said.
        step: only the rules that are asked at this step; all of them if not given.
        days_left: to the goods' last day of use, where it is known.

    Raises:
        PartyUnknown, ItemUnknown, NotFound, ChoiceUnknown: what is named is not there.
    """
    gives, takes = find_party(donor), find_party(recipient)
    what, campaign = find_item(item), find(Operation, operation, actor, today, by="code")
    way = [find_country(code, at="through").code for code in through] or None
    where = find_country(territory, at="territory").code if territory else None
    case = case_of(
        request_facts(use=read_use(use), territory=where),
        offer_facts(origin=find_party(origin).code if origin else None),
        packed_facts(days_left=days_left, territories=way),
        donor=gives,
        item=what,
        recipient=takes,
        operation=campaign,
        day=day,
    )
    giver = giver_on(gives, body=campaign.body_id, day=day)
    floor = (
        ("FLOOR-MANDATE", mandate_forbids(giver, thing(what))),
        ("FLOOR-KIND", organisation_refused(campaign, giver)),
        ("FLOOR-STANDING", standing_forbids(giver, body=campaign.body_id, day=day)),
    )
    stamp = book_now()
    found = judge(asked(stamp, day, step, campaign.code), case)
    gift = (gives.code, what.code, takes.code)
    passed = reviewed(campaign.pk, [gift]).get(gift, frozenset())
    below = [_of_floor(code, refusal) for code, refusal in floor]
    verdict, sentence = _in_all(stamp, below, found, passed)
    return Explained(
        verdict=verdict.value,
        sentence=sentence,
        rule_book=stamp.number,
        day=day,
        facts=case,
        policy=policy_told(campaign, gives, giver.standing),
        rules=(*below, *_answers(found, passed)),
    )


def _in_all(
    stamp: Stamp, below: Iterable[RuleAnswer], found: Judgement, passed: frozenset[str]
) -> tuple[Verdict, str]:
    """Say what comes of the floor, of the book, and of what a person has reviewed."""
    barred = next((each for each in below if each.says == "forbids"), None)
    if barred is not None:
        return Verdict.FORBIDDEN, barred.sentence
    if found.verdict is Verdict.REVIEW and found.refusal(reviewed=passed) is None:
        sentence = f"Allowed by version {stamp.number} of the rule book: a person has reviewed it."
        return Verdict.ALLOWED, sentence
    return found.verdict, found.sentence(stamp.number)


def _of_floor(code: str, refusal: Refusal | None) -> RuleAnswer:
    return RuleAnswer(
        rule=code,
        version=1,
        says="forbids" if refusal else "is silent",
        sentence=refusal.sentence if refusal else _FLOOR[code],
        authority="the system itself; no rule can lift it",
        floor=True,
    )


_FLOOR = {
    "FLOOR-MANDATE": "The organisation gives only what is reviewed as non-lethal.",
    "FLOOR-KIND": "The organisation gives in an operation of this kind, or it is not the donor.",
    "FLOOR-STANDING": "Who gives is part of the body that leads, or has a standing to it.",
}
_SAYS = {
    Effect.FORBID: "forbids",
    Effect.REVIEW: "wants review",
    Effect.CONSENT: "wants consent",
    Effect.ALLOW: "allows",
}


def _answers(found: Judgement, passed: frozenset[str]) -> Iterable[RuleAnswer]:
    for each in found.said:
        rule = each.rule
        says = "is silent"
        if each.answer is None:
            says = "is not known"
        elif each.answer:
            says = _SAYS[rule.effect]
        if each.lifted_by is not None and each.speaks:
            says = "is lifted"
        elif each.verdict is Verdict.REVIEW and rule.code in passed:
            says = "is reviewed"
        yield RuleAnswer(
            rule=rule.code,
            version=rule.version,
            says=says,
            sentence=rule.sentence,
            authority=rule.authority,
            citation=rule.citation,
            lifted_by=each.lifted_by.code if each.lifted_by and each.speaks else "",
        )


def _rows(found: Iterable[RuleVersion], day: date) -> tuple[RuleRow, ...]:
    versions = list(found)
    kinds: dict[int, set[str]] = {}
    for change in RuleChange.objects.filter(version__in=versions):
        kinds.setdefault(change.version_id, set()).add(change.kind)
    opened = {rule.key: rule for rule in book_of(book_now())}
    return tuple(
        _row(each, kinds.get(each.pk, set()), opened.get(each.pk), day) for each in versions
    )


def _row(record: RuleVersion, kinds: set[str], rule: Rule | None, day: date) -> RuleRow:
    ends = rule.until if rule else record.until
    if not kinds:
        state = "draft"
    elif rule is None:
        state = "retired" if "retire" in kinds else "superseded"
    elif rule.is_asked(day, None):
        state = "in force"
    elif day < rule.since:
        state = "to come"
    elif "retire" in kinds:
        state = "retired"
    else:
        state = "over" if rule.until == record.until else "superseded"
    return RuleRow(record=record, state=state, ends=ends)


def _resting(keys: list[int], actor: Actor, day: date) -> Iterable[Resting]:
    """Find the newest decisions, among those the actor may see, in which a version spoke."""
    lines = visible(OfferLine, actor, day).filter(rules__overlap=keys)
    for line in lines.select_related("offer", "operation").order_by("-recorded_at")[:_SHOWN]:
        name = f"{line.offer.reference}/{line.position}"
        yield _rests("offer_line", line, name)
    goods = visible(Allocation, actor, day).filter(rules__overlap=keys)
    for each in goods.select_related("operation").order_by("-recorded_at")[:_SHOWN]:
        yield _rests("allocation", each, str(each))
    sent = DispatchDecision.objects.filter(rules__overlap=keys).select_related(
        "consignment__operation"
    )
    for left in sent.order_by("-recorded_at")[:_SHOWN]:
        box = left.consignment
        if set(box.audiences) & actor.audiences(day):
            yield Resting(
                kind="consignment",
                id=box.pk,
                name=box.reference,
                operation=box.operation.code,
                recorded_at=left.recorded_at,
                rule_book=left.rule_book,
            )


def _rests(kind: str, record: OfferLine | Allocation, name: str) -> Resting:
    return Resting(
        kind=kind,
        id=record.pk,
        name=name,
        operation=record.operation.code,
        recorded_at=record.recorded_at,
        rule_book=record.rule_book,
    )
