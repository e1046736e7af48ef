"""Verbs of the rule book: write a rule, approve it, retire it, review a gift as a rule wants it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from muster.actions.consents import ask_under_new_rule
from muster.actions.journal import action
from muster.core.actors import Act, Role
from muster.core.refusals import ChoiceUnknown, DatesOutOfOrder, NotFound, TextMissing
from muster.core.rulebook.book import ORIGIN, Effect, Step
from muster.core.rulebook.reading import read
from muster.core.rulebook.refusals import RuleOwnApproval, RuleStands
from muster.core.rules import code_forbids
from muster.queries.register import find_item, find_party
from muster.queries.visibility import find
from muster.records.models import Operation, RuleChange, RuleReview, RuleVersion
from muster.records.statements import rows

# Whoever changes the book waits for whoever is changing it, so that its versions are counted in the
# order in which they can be seen.
_LOCK = 0x52554C45


@action("write a rule")
def add_rule(
    *,
    act: Act,
    code: str,
    title: str,
    sentence: str,
    expression: str,
    effect: str,
    authority: str,
    since: date,
    until: date | None = None,
    steps: Sequence[str] = tuple(Step),
    citation: str = "",
    source: str = "",
    operation: UUID | None = None,
    precedence: int = 0,
    consent_of: str = "",
    invented: bool = False,
) -> RuleVersion:
    """Write a rule, or the next version of one; it counts once another person has approved it.

    Raises:
        RoleMissing: the actor is not a coordinator.
        RuleUnreadable, RuleLoops, RuleTooLarge: the condition is not of the language.
        CodeNotPlain, TextMissing, ChoiceUnknown, DatesOutOfOrder, PartyUnknown: the rest.
    """
    act.must_be(Role.COORDINATOR)
    refusal = code_forbids(code)
    if refusal is not None:
        raise refusal
    for at, text in (("title", title), ("sentence", sentence), ("authority", authority)):
        if not text.strip():
            raise TextMissing(what=f"the {at}", at=at)
    _demand_known("effect", [effect], list(Effect))
    _demand_known("steps", steps or [""], list(Step))
    read(expression)
    if until is not None and until <= since:
        raise DatesOutOfOrder(
            at="until", first="the first day", first_date=since, second="the end", second_date=until
        )
    if consent_of not in {"", ORIGIN}:
        find_party(consent_of)
    limited = find(Operation, operation, act.actor, act.now.date()) if operation else None
    _one_at_a_time()
    earlier = RuleVersion.objects.filter(code=code).order_by("-version").first()
    return RuleVersion.objects.create(
        code=code,
        version=earlier.version + 1 if earlier else 1,
        title=title.strip(),
        sentence=sentence.strip(),
        expression=expression,
        effect=effect,
        consent_of=(consent_of or ORIGIN) if effect == Effect.CONSENT else "",
        steps=[step.value for step in Step if step in steps],
        operation=limited,
        precedence=precedence,
        authority=authority.strip(),
        citation=citation,
        source=source,
        since=since,
        until=until,
        invented=invented,
        author_id=act.user_id,
        recorded_at=act.now,
        act_id=act.id,
    )


@action("approve a rule")
def approve_rule(*, act: Act, code: str, version: int | None = None) -> RuleVersion:
    """Put a version into the book, as another than its author; the latest one if none is named.

    A rule that wants consents has them asked for what is promised already and has not left.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NotFound: there is no such version.
        RuleOwnApproval: the actor wrote it.
        RuleStands: it is in the book, or was taken out of it.
    """
    act.must_be(Role.COORDINATOR)
    _one_at_a_time()
    found = find_version(code, version)
    changes = list(found.changes.order_by("number"))
    if changes:
        stage = changes[-1].get_kind_display()
        raise RuleStands(rule=code, version=found.version, stage=stage, event="approved")
    if found.author_id == act.user_id:
        raise RuleOwnApproval(name=act.actor.name)
    _change(act, found, RuleChange.Kind.APPROVE, found.since)
    if found.effect == Effect.CONSENT and Step.DISPATCH in found.steps:
        ask_under_new_rule(act, found)
    return found


@action("retire a rule")
def retire_rule(*, act: Act, code: str, since: date | None = None) -> RuleVersion:
    """Take a rule out of the book from a day on (today, if none is named), with the reason.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        NotFound: there is no such rule.
        RuleStands: no version of it is in the book.
    """
    act.must_be(Role.COORDINATOR)
    act.must_say_why("retiring a rule")
    _one_at_a_time()
    latest = find_version(code)
    approved = RuleVersion.objects.filter(code=code, changes__kind=RuleChange.Kind.APPROVE)
    standing = approved.exclude(changes__kind=RuleChange.Kind.RETIRE).order_by("version")
    if not standing:
        stage = "retired" if latest.changes.exists() else "not approved"
        raise RuleStands(rule=code, version=latest.version, stage=stage, event="retired")
    for version in standing:
        _change(act, version, RuleChange.Kind.RETIRE, since or act.now.date())
    return latest


@action("review a gift as a rule wants it")
def review_gift(
    *,
    act: Act,
    rule: str,
    operation: UUID,
    donor: str,
    item: str,
    recipient: str,
    passes: bool,
) -> RuleReview:
    """Say, as a person, whether a gift that a rule wants reviewed may go on, with the reason.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        NotFound, PartyUnknown, ItemUnknown: what is named is not there.
    """
    act.must_be(Role.COORDINATOR)
    found = find(Operation, operation, act.actor, act.now.date())
    find_version(rule)
    return RuleReview.objects.create(
        id=act.part_id("review"),
        code=rule,
        operation=found,
        donor=find_party(donor),
        item=find_item(item),
        recipient=find_party(recipient),
        passes=passes,
        reason=act.must_say_why("a review"),
        reviewer_id=act.user_id,
        recorded_at=act.now,
        act_id=act.id,
    )


def find_version(code: str, version: int | None = None) -> RuleVersion:
    """Find a version of a rule, the latest one if none is named.

    Raises:
        NotFound: there is none.
    """
    found = RuleVersion.objects.filter(code=code).order_by("-version")
    if version is not None:
        found = found.filter(version=version)
    first = found.first()
    if first is None:
        raise NotFound(what="rule", name=code if version is None else f"{code} version {version}")
    return first


def _change(act: Act, version: RuleVersion, kind: str, day: date) -> None:
    RuleChange.objects.create(
        version=version,
        kind=kind,
        author_id=version.author_id,
        by_id=act.user_id,
        day=day,
        reason=act.reason.strip(),
        recorded_at=act.now,
        act_id=act.id,
    )


def _one_at_a_time() -> None:
    rows("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _demand_known(at: str, given: Sequence[str], known: Sequence[str]) -> None:
    for each in given:
        if each not in known:
            raise ChoiceUnknown(at=at, given=each, known=", ".join(known))
