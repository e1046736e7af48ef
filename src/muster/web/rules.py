"""Pages of the rule book: the book, one rule, a new rule with what it would stop, a gift tried."""

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from muster.actions import rules as verbs
from muster.core.moments import parse_date
from muster.core.refusals import DateUnreadable, Refusal
from muster.core.rulebook.book import Effect, Step
from muster.core.rulebook.facts import FACTS, Value
from muster.core.rulebook.reading import read
from muster.core.uses import Use
from muster.queries import rule_book
from muster.queries.parties import parties
from muster.queries.rule_effects import effects_of
from muster.queries.rules import book_now, rule_of
from muster.queries.visibility import find, visible
from muster.records.models import Operation, RuleVersion
from muster.web.answers import STATUS, act_of, actor_of, day_of, errors_of, show
from muster.web.deeds import NumberUnreadable, day_in, done, page, text_in, verb_in
from muster.web.shown import Link

_EFFECTS = (
    (Effect.FORBID, "Forbid", "The gift is refused."),
    (Effect.REVIEW, "Want a person's review", "It waits until a coordinator lets it pass."),
    (Effect.CONSENT, "Want consent", "It leaves only with the consent of the party named below."),
    (Effect.ALLOW, "Allow, as an exception", "It lifts what has a lower precedence."),
)
_STEPS = (
    (Step.OFFER, "When it is offered"),
    (Step.PLAN, "When it is planned"),
    (Step.ALLOCATION, "When it is promised"),
    (Step.DISPATCH, "When it leaves"),
)


def rules(request: HttpRequest) -> HttpResponse:
    """Show the rule book: all of it, or what is in force on a day, of an authority, with words."""
    errors: Mapping[str, Refusal] = {}
    on, today = request.GET.get("on", ""), day_of(request)
    day: date | None = None
    try:
        day = parse_date(on, at="on") if on else None
    except DateUnreadable as refusal:
        errors = errors_of(refusal)
    authority, text = request.GET.get("authority", ""), request.GET.get("text", "")
    context = {
        "rows": rule_book.listed(on=day, authority=authority, text=text, today=today),
        "on": on,
        "day": day,
        "authority": authority,
        "text": text,
        "authorities": [("", "Any"), *((each, each) for each in rule_book.authorities())],
        "findings": rule_book.findings_now() if rule_book.compares_at_once() else None,
        "book": book_now().number,
        "keeps": rule_book.may_keep(actor_of(request), today),
        "errors": errors,
    }
    return show(request, "rules/list.html", context, status=422 if errors else 200)


def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show one rule: its versions, what it would stop, and what rests on it."""
    return _rule(request, code)


@require_POST
def rule_approve(request: HttpRequest, code: str) -> HttpResponse:
    """Put the latest version into the book."""
    try:
        made = verbs.approve_rule(act=act_of(request), code=code)
    except Refusal as refusal:
        return _rule(request, code, refusal)
    return done(request, f"{made} is in the book.", "rule", code=code)


@require_POST
def rule_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take a rule out of the book, with the reason."""
    try:
        verbs.retire_rule(act=act_of(request), code=code, since=day_in(request, "since"))
    except Refusal as refusal:
        return _rule(request, code, refusal)
    return done(request, f"{code} is taken out of the book.", "rule", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: HttpRequest) -> HttpResponse:
    """Write a rule, or the next version of one; it is checked and tried as often as one likes."""
    if request.method != "POST":
        return _new(request)
    try:
        verb = verb_in(request, {"try": False, "write": True})
        if not verb:
            return _new(request, tried=_draft(request))
        written = _written(request)
    except Refusal as refusal:
        return _new(request, refusal)
    sentence = f"{written} is written. It counts once another coordinator has approved it."
    return done(request, sentence, "rule", code=written.code)


@require_http_methods(["GET", "HEAD", "POST"])
def rules_try(request: HttpRequest) -> HttpResponse:
    """Choose a gift and a day: the verdict, and what each rule says; review it as a rule wants."""
    if request.method == "POST":
        try:
            _review(request)
        except Refusal as refusal:
            return _try(request, refusal)
        passes = text_in(request, "verb") == "pass"
        told = "It may go on." if passes else "It may not go on."
        return done(request, f"Reviewed. {told}", "rules")
    return _try(request)


def _review(request: HttpRequest) -> None:
    passes = verb_in(request, {"pass": True, "stop": False})
    code = text_in(request, "operation")
    operation = find(Operation, code, actor_of(request), day_of(request), by="code")
    verbs.review_gift(
        act=act_of(request),
        rule=text_in(request, "rule"),
        operation=operation.pk,
        donor=text_in(request, "donor"),
        item=text_in(request, "item"),
        recipient=text_in(request, "recipient"),
        passes=passes,
    )


def _try(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    asked = request.GET if request.method == "GET" else request.POST
    names = (
        *("donor", "item", "recipient", "operation", "on", "step"),
        *("origin", "use", "territory", "through"),
    )
    values = {name: asked.get(name, "").strip() for name in names}
    found = None
    if values["item"]:
        try:
            found = _explained(request, values)
        except Refusal as unknown:
            refusal = refusal or unknown
    operations = visible(Operation, actor_of(request), day_of(request)).order_by("code")
    context = {
        "crumbs": _crumbs(("Try a gift", "")),
        "values": values,
        "found": found,
        "facts": [(name, _spoken(name, value)) for name, value in found.facts.items()]
        if found
        else [],
        "parties": [(listed.code, listed.name) for listed in parties()],
        "operations": [(each.code, each.name) for each in operations],
        "steps": _STEPS,
        "uses": [("", "Not stated"), *((use.value, use.label) for use in Use)],
        "keeps": rule_book.may_keep(actor_of(request), day_of(request)),
        "errors": errors_of(refusal) if refusal else {},
    }
    return show(request, "rules/try.html", context, status=STATUS[refusal.kind] if refusal else 200)


_NOT_KNOWN_YET = "goods.days_left"


def _spoken(name: str, value: Value) -> str:
    """Write the value of a fact as people read it."""
    match value:
        case None if FACTS[name].may_be_missing or name == _NOT_KNOWN_YET:
            return "not known"
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return ", ".join(sorted(value)) or "nobody"
    return str(value) or "none"


def _explained(request: HttpRequest, values: Mapping[str, str]) -> rule_book.Explained:
    on, step = values["on"], values["step"]
    return rule_book.explain(
        actor_of(request),
        donor=values["donor"],
        item=values["item"].upper(),
        recipient=values["recipient"],
        operation=values["operation"],
        day=parse_date(on, at="on") if on else day_of(request),
        today=day_of(request),
        origin=values["origin"],
        use=values["use"],
        territory=values["territory"],
        through=values["through"].replace(",", " ").split(),
        step=Step(step) if step in set(Step) else None,
    )


def _rule(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    shown = rule_book.shown_rule(code, actor, day)
    latest = shown.rows[0].record
    context = {
        "crumbs": _crumbs((code, "")),
        "rule": shown,
        "latest": latest,
        "state": shown.rows[0].state,
        "effects": effects_of(rule_of(latest), actor, day=day),
        "keeps": rule_book.may_keep(actor, day),
        "book": book_now().number,
    }
    return page(request, "rules/detail.html", context, refusal)


def _new(
    request: HttpRequest, refusal: Refusal | None = None, tried: RuleVersion | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    effects = findings = None
    if tried is not None:
        draft = rule_of(tried)
        effects = effects_of(draft, actor, day=day)
        findings = rule_book.findings_of_draft(draft)
    operations = visible(Operation, actor, day).order_by("code")
    context = {
        "crumbs": _crumbs(("Write a rule", "")),
        "effects": effects,
        "findings": findings,
        "effect_choices": _EFFECTS,
        "step_choices": _STEPS,
        "operations": [("", "All operations"), *((o.code, o.name) for o in operations)],
        "facts": list(FACTS.values()),
        "today": day,
        "fresh": request.method != "POST",
        "keeps": rule_book.may_keep(actor, day),
    }
    return page(request, "rules/new.html", context, refusal)


def _steps(request: HttpRequest) -> list[str]:
    return [step.value for step in Step if text_in(request, f"step-{step}")]


def _draft(request: HttpRequest) -> RuleVersion:
    """Make of the form what can be tried, and is not kept.

    Raises:
        RuleUnreadable, RuleLoops, RuleTooLarge: the condition is not of the language.
    """
    expression, effect = text_in(request, "expression"), text_in(request, "effect")
    read(expression)
    return RuleVersion(
        code=text_in(request, "code").upper() or "DRAFT",
        version=1,
        expression=expression,
        effect=effect if effect in set(Effect) else Effect.FORBID,
        steps=_steps(request) or [step.value for step in Step],
        precedence=_precedence(request),
        since=day_in(request, "since") or day_of(request),
        until=day_in(request, "until"),
    )


def _written(request: HttpRequest) -> RuleVersion:
    code = text_in(request, "operation")
    limited = find(Operation, code, actor_of(request), day_of(request), by="code") if code else None
    return verbs.add_rule(
        act=act_of(request),
        code=text_in(request, "code").upper(),
        title=text_in(request, "title"),
        sentence=text_in(request, "sentence"),
        expression=text_in(request, "expression"),
        effect=text_in(request, "effect"),
        authority=text_in(request, "authority"),
        citation=text_in(request, "citation"),
        source=text_in(request, "source"),
        since=parse_date(text_in(request, "since"), at="since"),
        until=day_in(request, "until"),
        steps=_steps(request),
        operation=limited.pk if limited else None,
        precedence=_precedence(request),
        consent_of=text_in(request, "consent_of"),
    )


_MOST_PRECEDENCE = 1_000


def _precedence(request: HttpRequest) -> int:
    text = text_in(request, "precedence") or "0"
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or abs(int(text)) > _MOST_PRECEDENCE:
        raise NumberUnreadable(at="precedence", text=text[:40])
    return int(text)


def _crumbs(*below: tuple[str, str]) -> tuple[Link, ...]:
    last = len(below) - 1
    return (
        Link(label="Rules", href=reverse("rules")),
        *(
            Link(label=label, href=href, current=place == last)
            for place, (label, href) in enumerate(below)
        ),
    )


urlpatterns: list[URLPattern] = [
    path("rules", rules, name="rules"),
    path("rules/new", rule_new, name="rule_new"),
    path("rules/try", rules_try, name="rules_try"),
    path("rules/book/<str:code>", rule, name="rule"),
    path("rules/book/<str:code>/approve", rule_approve, name="rule_approve"),
    path("rules/book/<str:code>/retire", rule_retire, name="rule_retire"),
]
