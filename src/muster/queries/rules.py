"""The rule book as it is now: the rules in force, the facts they speak of, and what they say."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.core.refusals import Refusal
from muster.core.rulebook.book import ORIGIN, Effect, Judgement, Rule, Step, judge
from muster.core.rulebook.editions import Edition, opened
from muster.core.rulebook.facts import Case, Value
from muster.core.rulebook.reading import read
from muster.queries.register import giver_on, standing_on
from muster.records.models import (
    DispatchDecision,
    Item,
    OfferLine,
    Operation,
    Party,
    Place,
    RequestLine,
    RuleChange,
    RuleReview,
    RuleVersion,
)
from muster.records.statements import rows


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which rule book: its version, and the act that made it so (databases count from one each)."""

    number: int
    act: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the book said of one gift, as far as it is kept with the record that rests on it."""

    book: int
    judgement: Judgement

    @property
    def rules(self) -> list[int]:
        """The keys of the rules that spoke."""
        return [each.rule.key for each in self.judgement.speaking]

    @property
    def sentence(self) -> str:
        """Why, in a sentence."""
        return self.judgement.sentence(self.book)


def book_now() -> Stamp:
    """Ask for the version of the rule book."""
    [[found]] = rows("SELECT rule_book_now()")
    return Stamp(found["number"], found["act"])


@functools.lru_cache(maxsize=16)
def book_of(stamp: Stamp) -> tuple[Rule, ...]:
    """Open a rule book, once in a process: it does not change, another version does."""
    changes: dict[int, dict[str, RuleChange]] = {}
    for change in RuleChange.objects.filter(number__lte=stamp.number):
        changes.setdefault(change.version_id, {})[change.kind] = change
    approved = [key for key, kinds in changes.items() if "approve" in kinds]
    found = RuleVersion.objects.filter(pk__in=approved).select_related("operation")
    return opened((_edition(version, changes[version.pk]) for version in found), stamp.number)


@functools.lru_cache(maxsize=256)
def asked(
    stamp: Stamp, day: date, step: Step | None, operation: str | None = None
) -> tuple[Rule, ...]:
    """List the rules that are in force on a day and asked at a step of an operation."""
    return tuple(rule for rule in book_of(stamp) if rule.is_asked(day, step, operation))


def rule_of(version: RuleVersion) -> Rule:
    """See a version as the book does.

    Raises:
        RuleUnreadable, RuleLoops, RuleTooLarge: its condition is not of the subset.
    """
    return Rule(
        key=version.pk or 0,
        code=version.code,
        version=version.version,
        condition=read(version.expression),
        effect=Effect(version.effect),
        sentence=version.sentence,
        authority=version.authority,
        citation=version.citation,
        since=version.since,
        until=version.until,
        steps=frozenset(Step(step) for step in version.steps),
        operation=version.operation.code if version.operation else "",
        precedence=version.precedence,
        consent_of=version.consent_of or ORIGIN,
    )


def _edition(version: RuleVersion, changes: dict[str, RuleChange]) -> Edition:
    retired = changes.get("retire")
    return Edition(
        rule=rule_of(version),
        approved=changes["approve"].number,
        retired=retired.number if retired else None,
        retired_from=retired.day if retired else None,
    )


# The facts, side by side; records/sql/rule_facts.sql gives the same for many pairs at once.


def donor_facts(donor: Party, *, body: str, day: date) -> Case:
    """Tell what rules may ask of a donor."""
    giver = giver_on(donor, body=body, day=day)
    return {
        "donor.code": donor.code,
        "donor.kind": donor.kind,
        "donor.standing": giver.standing,
        "donor.part_of_body": giver.part_of_body,
        "donor.gives_only_reviewed": giver.gives_only_reviewed,
    }


def item_facts(item: Item) -> Case:
    """Tell what rules may ask of an item."""
    return {
        "item.code": item.code,
        "item.category": item.category,
        "item.relief_category": item.relief_category,
        "item.support_category": item.support_category,
        "item.lethality": item.lethality,
        "item.serial_tracked": item.serial_tracked,
        "item.expires": item.expires,
        "item.consent_prone": item.consent_prone,
        "item.hazard": item.hazard,
        "item.hs_code": item.hs_code,
    }


def recipient_facts(recipient: Party, *, body: str, day: date) -> Case:
    """Tell what rules may ask of a recipient."""
    return {
        "recipient.code": recipient.code,
        "recipient.kind": recipient.kind,
        "recipient.standing": standing_on(recipient.code, body=body, day=day),
    }


def operation_facts(operation: Operation) -> Case:
    """Tell what rules may ask of an operation."""
    return {
        "operation.code": operation.code,
        "operation.kind": operation.kind,
        "operation.body": operation.body_id,
    }


def request_facts(*, use: str = "", territory: str | None = None) -> Case:
    """Tell what rules may ask of a need: what it is for, and in which country it is."""
    return {"request.use": use or None, "request.territory": territory or None}


def need_facts(line: RequestLine | None) -> Case:
    """Tell what rules may ask of a request line; nothing where it is not known for which."""
    if line is None:
        return request_facts()
    return request_facts(use=line.use, territory=territories([line.place])[line.place])


def territories(places: Iterable[str]) -> dict[str, str | None]:
    """Find the country of each place that is named; None where none or several are called so."""
    named = list(dict.fromkeys(places))
    if not any(named):
        return dict.fromkeys(named)
    said = rows("SELECT said, rule_territory(said) FROM unnest(%s::text[]) AS said", [named])
    return dict(said)


def way_territories(ways: Iterable[Sequence[str]]) -> dict[tuple[str, ...], list[str] | None]:
    """Find the countries of each way; None where it is not said, or a place has no country."""
    known = {tuple(way) for way in ways}
    codes = {code for way in known for code in way}
    places = Place.objects.filter(pk__in=codes).exclude(country="")
    countries = dict(places.values_list("code", "country"))
    return {
        way: [countries[code] for code in way] if way and countries.keys() >= set(way) else None
        for way in known
    }


def offer_facts(
    *,
    origin: str | None = None,
    place: str = "",
    only_for: Sequence[str] = (),
    not_for: Sequence[str] = (),
) -> Case:
    """Tell what rules may ask of an offered line."""
    return {
        "offer.origin": origin or None,
        "offer.place": place,
        "offer.only_for": frozenset(only_for),
        "offer.not_for": frozenset(not_for),
    }


def line_facts(line: OfferLine) -> Case:
    """Tell what rules may ask of an offered line that is on record."""
    return offer_facts(
        origin=line.origin_id, place=line.place, only_for=line.only_for, not_for=line.not_for
    )


def packed_facts(*, days_left: int | None = None, territories: Iterable[str] | None = None) -> Case:
    """Tell what rules may ask of what is packed and goes its way; nothing before that."""
    way = None if territories is None else frozenset(territories)
    return {"goods.days_left": days_left, "journey.territories": way}


def case_of(
    *more: Case, donor: Party, item: Item, recipient: Party, operation: Operation, day: date
) -> Case:
    """Put the facts of one gift on one day together; what is not said by `more` is not known."""
    beside = facts_beside(*more, donor=donor, recipient=recipient, operation=operation, day=day)
    return {**beside, **item_facts(item)}


def facts_beside(
    *more: Case, donor: Party, recipient: Party, operation: Operation, day: date
) -> Case:
    """Put together what is known of a gift beside its item: asked once for many items."""
    whole: dict[str, Value] = {"day": day}
    for facts in (
        donor_facts(donor, body=operation.body_id, day=day),
        recipient_facts(recipient, body=operation.body_id, day=day),
        operation_facts(operation),
        request_facts(),
        offer_facts(),
        packed_facts(),
        *more,
    ):
        whole.update(facts)
    return whole


def judged(stamp: Stamp, case: Case, step: Step | None, *, day: date) -> Judged:
    """Say what the book says of one gift at a step."""
    operation = str(case["operation.code"])
    return Judged(stamp.number, judge(asked(stamp, day, step, operation), case))


def reviewed(
    operation: UUID, gifts: Sequence[tuple[str, str, str]]
) -> dict[tuple[str, str, str], frozenset[str]]:
    """Name the rules whose review let a gift pass, by the latest word of each.

    Args:
        operation: in which operation.
        gifts: donor, item and recipient of each, by their codes.
    """
    latest: dict[tuple[str, str, str], dict[str, bool]] = {}
    donors, items, recipients = ({gift[at] for gift in gifts} for at in range(3))
    for review in RuleReview.objects.filter(
        operation_id=operation, donor__in=donors, item__in=items, recipient__in=recipients
    ).order_by("number"):
        gift = (review.donor_id, review.item_id, review.recipient_id)
        latest.setdefault(gift, {})[review.code] = review.passes
    return {
        gift: frozenset(code for code, passes in words.items() if passes)
        for gift, words in latest.items()
    }


def stops(
    found: Judged, operation: UUID, *, donor: str, item: str, recipient: str
) -> Refusal | None:
    """Give the refusal that the book has for a gift, unless a person's review lets it pass."""
    refusal = found.judgement.refusal()
    if refusal is None:
        return None
    gift = (donor, item, recipient)
    passed = reviewed(operation, [gift]).get(gift, frozenset())
    return found.judgement.refusal(reviewed=passed)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a kept decision rests on: the book's version and the rules that spoke, in a sentence."""

    rule_book: int
    rules: tuple[RuleVersion, ...]

    @property
    def sentence(self) -> str:
        """Why it was allowed."""
        if not self.rules:
            return f"Allowed by version {self.rule_book} of the rule book: no rule spoke."
        told = "; ".join(f"{rule} ({rule.effect}): {rule.sentence}" for rule in self.rules)
        return f"Allowed by version {self.rule_book} of the rule book, in which spoke {told}"


def decision_of(rule_book: int | None, rules: Sequence[int] | None) -> Decision | None:
    """Tell what a decision rests on; None for what was decided before there was a rule book."""
    if rule_book is None:
        return None
    spoke = RuleVersion.objects.filter(pk__in=rules or []).order_by("code", "version")
    return Decision(rule_book, tuple(spoke))


def decision_of_dispatch(consignment: UUID) -> Decision | None:
    """Tell what a dispatch rests on; None where it has not left, or left before the book was."""
    found = DispatchDecision.objects.filter(pk=consignment).first()
    return decision_of(found.rule_book, found.rules) if found else None
