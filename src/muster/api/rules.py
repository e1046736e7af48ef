"""The rule book: rules, why a gift is allowed or not, and what a rule would have stopped."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from muster.actions import rules as actions
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import Answer, Day, Input, Why, Yes
from muster.core.rulebook.book import Effect, Step
from muster.core.rulebook.facts import FACTS, FactKind
from muster.core.rulebook.findings import Finding
from muster.queries import rule_book
from muster.queries.rule_book import Explained
from muster.queries.rule_effects import Effects, effects_of
from muster.queries.rules import book_now, rule_of
from muster.records.models import RuleReview, RuleVersion

router = Router(tags=["rules"])


class VersionAnswer(Answer):
    """One version of a rule; `state` is draft, in force, to come, superseded, over or retired."""

    rule: str = Field(alias="record.code")
    version: int = Field(alias="record.version")
    state: str
    title: str = Field(alias="record.title")
    sentence: str = Field(alias="record.sentence")
    expression: str = Field(alias="record.expression")
    effect: Effect = Field(alias="record.effect")
    consent_of: str = Field(alias="record.consent_of")
    steps: list[Step] = Field(alias="record.steps")
    operation: str
    precedence: int = Field(alias="record.precedence")
    authority: str = Field(alias="record.authority")
    citation: str = Field(alias="record.citation")
    source: str = Field(alias="record.source")
    since: date = Field(alias="record.since")
    ends: date | None
    invented: bool = Field(alias="record.invented")

    @staticmethod
    def resolve_operation(row: rule_book.RuleRow) -> str:
        """Give the code of the one operation it is for, or nothing."""
        return row.record.operation.code if row.record.operation else ""


class BookAnswer(Answer):
    """The book's version, and the rules that were asked for."""

    rule_book: int
    rules: list[VersionAnswer]


class FactAnswer(Answer):
    """A fact that a rule may speak of."""

    name: str
    type: str
    means: str
    nullable: bool
    among: list[str]


class FindingAnswer(Answer):
    """Something to be pointed out of one rule, or of two."""

    kind: str
    rules: list[str]
    sentence: str
    example: dict[str, object] | None


class RestingAnswer(Answer):
    """A decision in which the rule spoke."""

    kind: str
    id: UUID
    name: str
    operation: str
    recorded_at: datetime
    rule_book: int | None


class RuleShown(Answer):
    """A rule with its versions, newest first, and what rests on it."""

    code: str
    versions: list[VersionAnswer] = Field(alias="rows")
    resting: list[RestingAnswer]
    findings: list[FindingAnswer]


class RuleSays(Answer):
    """What one rule says of a gift; a `floor` is the system's own, and no rule lifts it."""

    rule: str
    version: int
    says: str
    sentence: str
    authority: str
    citation: str
    lifted_by: str
    floor: bool


class GiftAsked(Schema):
    """A gift that is asked about, on a day (today if not said), at one step or at any."""

    donor: str
    item: str
    recipient: str
    operation: str
    on: Day | None = None
    origin: str = ""
    use: str = ""
    territory: str = ""
    through: str = ""
    """The countries on the way, first and last included, with commas: POL,UKR."""
    step: Step | None = None
    days_left: int | None = Field(default=None, ge=-100_000, le=100_000)


class PolicyToldAnswer(Answer):
    """What the kind of the operation asks of whom, and of this donor: the guarantee's policy."""

    kind: str
    name: str
    basis: str
    case: str
    bound: list[str]
    asked: list[str]
    informed: list[str]
    owes: str
    organisation_gives: str
    answer_within_hours: int
    decided_by_body: bool
    donor: str
    sentence: str


class ExplainedAnswer(Answer):
    """Whether a gift is allowed, why, and what each rule says."""

    verdict: str
    sentence: str
    rule_book: int
    day: date
    facts: dict[str, object]
    policy: PolicyToldAnswer
    rules: list[RuleSays]

    @staticmethod
    def resolve_facts(found: Explained) -> dict[str, object]:
        """Give lists as lists."""
        return {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in found.facts.items()
        }


class RuleInput(Why):
    """A rule, or the next version of one that is there."""

    code: str
    title: str
    sentence: str
    expression: str
    effect: str
    authority: str
    since: Day
    until: Day | None = None
    steps: list[str] = Field(default_factory=lambda: [step.value for step in Step])
    citation: str = ""
    source: str = ""
    operation: str = ""
    precedence: int = Field(default=0, ge=-1_000, le=1_000)
    consent_of: str = ""
    invented: Yes = False


class RuleMade(Answer):
    """A version that was written, approved or retired."""

    code: str
    version: int
    rule_book: int


class ApprovalInput(Why):
    """Which version is approved; the latest if not said."""

    version: int | None = None


class RetirementInput(Why):
    """From which day the rule is no longer in force; today if not said."""

    since: Day | None = None


class ReviewInput(Why):
    """Whether a gift that the rule wants reviewed may go on."""

    operation: str
    donor: str
    item: str
    recipient: str
    passes: Yes


class ReviewAnswer(Answer):
    """A person's word on a gift."""

    id: UUID
    rule: str = Field(alias="code")
    donor: str = Field(alias="donor_id")
    item: str = Field(alias="item_id")
    recipient: str = Field(alias="recipient_id")
    passes: bool
    reason: str


class ConditionInput(Input):
    """A condition to be tried, with what it would do."""

    expression: str
    effect: Effect = Effect.FORBID
    steps: list[Step] = Field(default_factory=lambda: list(Step))
    precedence: int = Field(default=0, ge=-1_000, le=1_000)


class CountAnswer(Answer):
    """How many records of a kind were asked, and what came of it."""

    kind: str
    asked: int
    stopped: int
    unknown: int
    still_open: int


class MetAnswer(Answer):
    """A record that the rule speaks of; `known` is false where it cannot be judged."""

    kind: str
    id: UUID
    name: str
    operation: str
    day: date
    donor: str
    item: str
    recipient: str
    stage: str
    known: bool
    open: bool


class EffectsAnswer(Answer):
    """What a rule would have stopped had it always been in force; what is to be pointed out."""

    rule: str
    effect: str
    counts: list[CountAnswer]
    met: list[MetAnswer]
    left_out: int
    findings: list[FindingAnswer]


@router.get("/rules", response=BookAnswer)
def list_rules(
    request: HttpRequest, on: Day | None = None, authority: str = "", text: str = ""
) -> dict[str, object]:
    """List the rules in force on a day, or every version; by authority, by words."""
    found = rule_book.listed(on=on, authority=authority, text=text, today=asking(request).day)
    return {"rule_book": book_now().number, "rules": found}


@router.get("/rules/facts", response=list[FactAnswer])
def list_facts(request: HttpRequest) -> list[FactKind]:
    """List the facts that a rule may speak of, with their types."""
    return list(FACTS.values())


@router.get("/rules/findings", response=list[FindingAnswer])
def list_findings(request: HttpRequest) -> list[Finding]:
    """List the rules of the book that contradict each other, add nothing, or never speak."""
    return list(rule_book.findings_now())


@router.get("/rules/explain", response=ExplainedAnswer)
def explain(request: HttpRequest, gift: Query[GiftAsked]) -> Explained:
    """Say whether a gift is allowed on a day, and what each rule says of it."""
    asked = asking(request)
    given = gift.model_dump(exclude={"on", "through"})
    return rule_book.explain(
        asked.actor,
        day=gift.on or asked.day,
        today=asked.day,
        through=[code.strip() for code in gift.through.split(",") if code.strip()],
        **given,
    )


@router.post("/rules", response={201: RuleMade})
def add_rule(request: HttpRequest, body: RuleInput) -> Status[dict[str, object]]:
    """Write a rule, or its next version; it counts once another person has approved it."""
    given = body.model_dump(exclude={"reason", "operation"})
    limited = operation_of(request, body.operation).pk if body.operation else None
    made = actions.add_rule(act=act_of(request, body.reason), operation=limited, **given)
    return Status(201, _made(made))


@router.post("/rules/try", response=EffectsAnswer)
def try_rule(request: HttpRequest, body: ConditionInput) -> dict[str, object]:
    """Say what a condition that is written nowhere would have stopped; nothing is kept of it."""
    asked = asking(request)
    draft = RuleVersion(
        code="DRAFT",
        version=1,
        expression=body.expression,
        effect=body.effect,
        steps=[step.value for step in body.steps],
        precedence=body.precedence,
        sentence="",
        since=asked.day,
    )
    rule = rule_of(draft)
    return _effects(effects_of(rule, asked.actor, day=asked.day), rule_book.findings_of_draft(rule))


@router.get("/rules/{code}", response=RuleShown)
def show_rule(request: HttpRequest, code: str) -> rule_book.ShownRule:
    """Show a rule with its history and the decisions that rest on it."""
    asked = asking(request)
    return rule_book.shown_rule(code, asked.actor, asked.day)


@router.get("/rules/{code}/effects", response=EffectsAnswer)
def simulate(request: HttpRequest, code: str, version: int | None = None) -> dict[str, object]:
    """Say what a version, in the book or not, would have stopped had it always been in force."""
    asked = asking(request)
    rule = rule_of(actions.find_version(code, version))
    return _effects(effects_of(rule, asked.actor, day=asked.day), rule_book.findings_of_draft(rule))


@router.post("/rules/{code}/approve", response=RuleMade)
def approve(request: HttpRequest, code: str, body: ApprovalInput | None = None) -> object:
    """Put a version into the book, as another than its author."""
    given = body or ApprovalInput()
    act = act_of(request, given.reason)
    return _made(actions.approve_rule(act=act, code=code, version=given.version))


@router.post("/rules/{code}/retire", response=RuleMade)
def retire(request: HttpRequest, code: str, body: RetirementInput) -> object:
    """Take a rule out of the book from a day on, with the reason."""
    act = act_of(request, body.reason)
    return _made(actions.retire_rule(act=act, code=code, since=body.since))


@router.post("/rules/{code}/reviews", response={201: ReviewAnswer})
def review(request: HttpRequest, code: str, body: ReviewInput) -> Status[RuleReview]:
    """Say, as a person, whether a gift that the rule wants reviewed may go on, with the reason."""
    made = actions.review_gift(
        act=act_of(request, body.reason),
        rule=code,
        operation=operation_of(request, body.operation).pk,
        donor=body.donor,
        item=body.item,
        recipient=body.recipient,
        passes=body.passes,
    )
    return Status(201, made)


def _made(version: RuleVersion) -> dict[str, object]:
    return {"code": version.code, "version": version.version, "rule_book": book_now().number}


def _effects(found: Effects, findings: object) -> dict[str, object]:
    return {
        "rule": found.rule,
        "effect": found.effect,
        "counts": found.counts,
        "met": found.met,
        "left_out": found.left_out,
        "findings": findings,
    }
