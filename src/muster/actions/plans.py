"""Plan verbs: make a proposal, and take it up as proposed allocations."""

from collections import Counter
from uuid import UUID

from muster.actions.journal import action
from muster.actions.operations import demand_running
from muster.actions.proposals import Wish, propose_many
from muster.actions.searches import search
from muster.core.actors import CENTRE, LOGISTICS, Act, Role
from muster.core.planning.causes import Unmet
from muster.core.planning.choosing import Choice, OnlyInScenario, Wanted
from muster.core.planning.judge import faults
from muster.core.planning.keeping import as_plain
from muster.core.planning.plans import Plan
from muster.core.planning.reasons import explain
from muster.core.refusals import KeyReused
from muster.core.rulebook.refusals import RULE_STOPS, RuleBookChanged
from muster.queries.amounts import Typed
from muster.queries.hand import hand_plan, hand_rows
from muster.queries.plan_asking import Asked, plan_asked
from muster.queries.plan_contents import Move, as_data, contents_of, of_record
from muster.queries.planning import OpenProblem, open_situation
from muster.queries.rules import book_now
from muster.queries.visibility import find
from muster.records.models import Operation, SavedPlan
from muster.solving.registry import DEFAULT_METHOD


def make_plan(
    *,
    act: Act,
    operation: UUID,
    method: str = DEFAULT_METHOD,
    seconds: float = 30,
    objectives: tuple[str, ...] = (),
    scenario: UUID | None = None,
    afresh: bool = False,
    again_from: UUID | None = None,
    long: bool = False,
) -> SavedPlan:
    """Plan what may go where, and keep the proposal; nothing is promised by it.

    The solving itself runs outside any transaction, so that nobody waits for it.

    Args:
        act: the deed; the same key answers with the plan that was made before.
        operation: which one.
        method: the planning method, by name.
        seconds: how long it may look for a better plan.
        objectives: what counts, the most important first; the usual order if none is named.
        scenario: the what-if that it is made in; things as they are if none is given.
        afresh: whether what is agreed and not packed counts as open and free again.
        again_from: the earlier plan that it goes on from; it keeps that plan's scenario and order
            of objectives unless others are named, and of plans as good it is the one most like it.
        long: whether it is told as it goes, and can be stopped, as jobs are.

    Raises:
        RoleMissing: the actor is neither a coordinator, nor of logistics, nor an analyst.
        WrongStage: the operation is closed.
        PlanMethodUnknown, ChoiceUnknown, ObjectiveTwice: there is no such method or order.
        ProblemFaulty: what is stored contradicts itself.
        KeyReused: the key made a plan of another operation.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)
    earlier = SavedPlan.objects.filter(pk=act.part_id("plan")).first()
    if earlier is not None:
        if earlier.operation_id != operation:
            raise KeyReused(key=act.id, verb="keep a plan")
        return earlier
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "planned")
    wanted = Wanted(
        method=method,
        seconds=seconds,
        objectives=objectives,
        scenario=str(scenario or ""),
        afresh=afresh,
        again_from=str(again_from or ""),
    )
    asked = plan_asked(found, wanted, act.actor, act.now.date())
    plan = _searched(act, found, asked) if long else asked.planned()
    shown = asked.shown(plan)
    return _save_plan(
        act=act,
        operation=operation,
        method=shown.method,
        scenario=asked.scenario.pk if asked.scenario else None,
        plan=as_data(shown, plan),
        problem=as_plain(asked.opened.problem),
    )


def _searched(act: Act, operation: Operation, asked: Asked) -> Plan:
    return search(
        act=act,
        operation=operation,
        problem=asked.opened.problem,
        method=asked.wanted.method,
        seconds=asked.wanted.seconds,
        last=asked.last,
    )


def keep_hand_plan(*, act: Act, operation: UUID) -> SavedPlan:
    """Keep what hands have agreed, and not packed yet, as a plan to hold others against.

    Raises:
        RoleMissing: the actor is neither a coordinator, nor of logistics, nor an analyst.
        WrongStage: the operation is closed.
    """
    act.must_be(Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "planned")
    day = act.now.date()
    rows = hand_rows(found, act.actor, day)
    asked = open_situation(found, act.actor, day=day, given_back=rows).problem()
    plan = hand_plan(asked.problem, rows)
    # Reasons are found for plans that keep every limit; hands may have passed one.
    whole = not faults(asked.problem, plan)
    shown = contents_of(asked, plan, explain(asked.problem, plan) if whole else _open(asked, plan))
    return _save_plan(
        act=act,
        operation=operation,
        method=shown.method,
        scenario=None,
        plan=as_data(shown, plan),
        problem=as_plain(asked.problem),
    )


def _open(asked: OpenProblem, plan: Plan) -> list[Unmet]:
    met: Counter[str] = Counter()
    for row in plan.assignments:
        met[row.need] += row.covers
    return [
        Unmet(need=need.id, amount=need.amount - met[need.id], reasons=())
        for need in asked.problem.needs
        if need.amount > met[need.id]
    ]


@action("keep a plan")
def _save_plan(
    *,
    act: Act,
    operation: UUID,
    method: str,
    scenario: UUID | None,
    plan: dict[str, object],
    problem: dict[str, object],
) -> SavedPlan:
    act.must_be(Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)
    # What logistics make is made of what they see, and they see it again.
    theirs = CENTRE not in act.actor.audiences(act.now.date())
    return SavedPlan.objects.create(
        id=act.part_id("plan"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, LOGISTICS] if theirs else [CENTRE],
        operation_id=operation,
        method=method,
        scenario_id=scenario,
        outcome=str(plan["status"]),
        plan=plan,
        problem=problem,
    )


@action("take up a plan")
def accept_plan(
    *,
    act: Act,
    plan: UUID,
    only: frozenset[str] | None = None,
    donors: frozenset[str] | None = None,
    recipients: frozenset[str] | None = None,
    items: frozenset[str] | None = None,
) -> SavedPlan:
    """Propose every allocation of a plan, or the chosen ones: all or none.

    Each goes through the same rules as one made by hand; donor and recipient still confirm.

    Args:
        act: the deed.
        plan: which plan.
        only: the keys of the moves to take up (`Move.key`); all of them if not given.
        donors: only what these parties give, by name.
        recipients: only what is for these parties, by name.
        items: only these offered items, by name.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NotFound: a chosen move, party or item is not of this plan.
        NothingChosen: no move is left.
        OnlyInScenario: a chosen move is of a need or an offer that only a scenario knows.
        RuleBookChanged: a rule that came into the book since stands against a move.
        NotEnoughOffered, MoreThanAsked, WrongStage ...: something has changed since; plan again.
    """
    act.must_be(Role.COORDINATOR)
    found = find(SavedPlan, plan, act.actor, act.now.date())
    shown = of_record(found)
    choice = Choice(keys=only, donors=donors, recipients=recipients, items=items)
    try:
        propose_many(act, [_wish(move) for move in choice.among(shown.moves)])
    except RULE_STOPS as refusal:
        before, now = shown.rule_book, book_now().number
        if before in {None, now}:
            raise
        said = refusal.sentence.rstrip(".")
        raise RuleBookChanged(before=before, now=now, sentence=said) from refusal
    return found


def _wish(move: Move) -> Wish:
    if move.offer_line is None or move.request_line is None:
        raise OnlyInScenario(line=move.line, donor=move.donor)
    return Wish(
        name=move.key,
        offer_line=move.offer_line,
        request_line=move.request_line,
        amount=Typed(str(move.amount)),
    )
