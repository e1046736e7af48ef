"""Random lives of one operation: whatever is tried in whatever order, the ledger adds up.

Each step is an action with a random amount on a random record; some are told late and dated back,
some are sent again under their key, many are refused.  After each, the ledger is added up again and
the board keeps its identities, now and as of a moment before.  At the end of a life the journal
holds, and each item is counted from the transfers alone.  `MUSTER_LONG_TESTS=1` runs more.
"""

# Hypothesis gives the arguments by name, and records are of any model.
# ruff: noqa: ANN401, FBT001

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from muster.actions import (
    allocations,
    arrivals,
    consents,
    consignments,
    journeys,
    offers,
    plans,
    proposals,
    receipts,
    requests,
)
from muster.actions.corrections import correct_receipt
from muster.actions.discrepancies import resolve_discrepancy
from muster.actions.receipts import Count
from muster.actions.requests import LineAsked
from muster.core.actors import Act, Actor, Role
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.board import BoardLine, board
from muster.queries.plan_contents import of_record
from muster.queries.replay import replay
from muster.queries.totals import Moment
from muster.queries.verification import verify, verify_journal
from muster.records.models import (
    Allocation,
    Consent,
    Consignment,
    Discrepancy,
    JournalEntry,
    OfferLine,
    ReceiptLine,
    RequestLine,
    StageEvent,
    Transfer,
    UnsolicitedArrival,
)
from tests import make
from tests.conftest import LONG

AMOUNTS = st.sampled_from(["0", "1", "2", "3", "10", "24", "60", "100", "101"])
# Seeds: what hypothesis draws must not depend on the ids, which differ each time.
CHANCES = st.integers(0, 2**32 - 1).map(Random)
ASKED, LESSER = "SHL-BLK-WOL", "SHL-BLK-WMT"


@dataclass
class Operation:
    """One world with everyone in it, and a clock that moves only at times."""

    world: make.World
    american: Actor
    nation: Actor
    now: Any = make.NOW
    done: int = 0
    late: int = 0
    again: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def act(self, actor: Actor) -> Act:
        return make.act(actor, reason="chance", now=self.now)


class Life(RuleBasedStateMachine):
    """Every action, on whatever is there."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        w = make.world()
        self.o = Operation(w, make.person(Role.DONOR, "USA"), make.person(Role.DONOR, "FRA"))
        for amount in ("100", "60"):
            make.asked(w, amount, item=ASKED)
            make.offered(w, amount, item=ASKED)
        make.offered(w, "100", item=LESSER, origin="USA")

    def teardown(self) -> None:
        if connection.is_usable() and not connection.needs_rollback:
            assert verify_journal() == ()
            assert asked(_ASTRAY) == []
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def one(self, model: Any, chance: Random) -> Any:
        found = list(model.objects.filter(operation=self.o.world.operation).order_by("recorded_at"))
        return chance.choice(found) if found else None

    def tried(self, verb: Callable[..., object], actor: Actor, **inputs: object) -> None:
        self.o.now += timedelta(hours=1)
        before, act = self.counts(), self.o.act(actor)
        # It follows from what was tried before, so that a life can be lived again.
        way = Random(f"{before} {self.o.now}")  # noqa: S311 - chance, not a secret
        if _takes_a_date(verb) and way.random() < 0.3:
            inputs["happened_at"] = self.o.now - timedelta(hours=way.choice([0, 1, 2, 3, 6, 300]))
        try:
            with transaction.atomic():
                made: Any = verb(act=act, **inputs)
            self.o.done += 1
            self.o.late += "happened_at" in inputs
        except Refusal as refusal:
            self.o.refused[refusal.code] = self.o.refused.get(refusal.code, 0) + 1
            assert self.counts() == before, "a refusal left something behind"
            return
        if way.random() < 0.2:
            after, self.o.again = self.counts(), self.o.again + 1
            retried: Any = verb(act=act, **inputs)
            assert (retried.pk, self.counts()) == (made.pk, after)

    def counts(self) -> tuple[int, int, int]:
        models = (JournalEntry, Transfer, StageEvent)
        return tuple(model.objects.count() for model in models)  # type: ignore[return-value]

    @rule(amount=AMOUNTS, item=st.sampled_from([ASKED, LESSER]), restricted=st.booleans())
    def offer(self, amount: str, item: str, restricted: bool) -> None:
        self.tried(
            offers.make_offer,
            self.o.world.donor,
            operation=self.o.world.operation.pk,
            donor="DEU",
            reference=f"O-{self.o.done}",
            title="x",
            offered_on=self.o.now.date(),
            lines=[offers.LineOffered(item=item, quantity=Typed(amount))],
            restricted=restricted,
        )

    @rule(chance=CHANCES, amount=AMOUNTS)
    def propose(self, chance: Random, amount: str) -> None:
        self.tried(
            proposals.propose_allocation,
            self.o.world.coordinator,
            offer_line=self.one(OfferLine, chance).pk,
            request_line=self.one(RequestLine, chance).pk,
            amount=Typed(amount),
        )

    @rule(chance=CHANCES, amount=AMOUNTS)
    def promise(self, chance: Random, amount: str) -> None:
        """Propose, and have both say yes: the way most goods go."""
        self.propose(chance, amount)
        for allocation in Allocation.objects.filter(
            operation=self.o.world.operation, stage="proposed"
        ):
            w = self.o.world
            self.tried(allocations.confirm_allocation, w.donor, allocation=allocation.pk)
            self.tried(allocations.accept_allocation, w.recipient, allocation=allocation.pk)

    @rule(
        chance=CHANCES,
        verb=st.sampled_from(
            [
                (allocations.confirm_allocation, "donor"),
                (allocations.accept_allocation, "recipient"),
                (allocations.decline_allocation, "recipient"),
                (allocations.cancel_allocation, "coordinator"),
                (allocations.lapse_allocation, "coordinator"),
            ]
        ),
    )
    def answer(self, chance: Random, verb: tuple[Callable[..., object], str]) -> None:
        if allocation := self.one(Allocation, chance):
            actor = getattr(self.o.world, verb[1])
            self.tried(verb[0], actor, allocation=allocation.pk)

    @rule(
        chance=CHANCES,
        amount=AMOUNTS,
        verb=st.sampled_from(
            [
                (offers.accept_offer, "recipient", True),
                (offers.withdraw_offer, "donor", True),
                (offers.withdraw_offer, "donor", False),
                (offers.decline_offer, "recipient", False),
                (offers.defer_offer, "recipient", False),
            ]
        ),
    )
    def answer_offer(
        self, chance: Random, amount: str, verb: tuple[Callable[..., object], str, bool]
    ) -> None:
        inputs = {"amount": Typed(amount)} if verb[2] else {}
        line = self.one(OfferLine, chance)
        self.tried(verb[0], getattr(self.o.world, verb[1]), line=line.pk, **inputs)

    @rule(
        chance=CHANCES,
        amount=AMOUNTS,
        verb=st.sampled_from(["clarify", "more", "less"]),
    )
    def change_need(self, chance: Random, amount: str, verb: str) -> None:
        line, recipient = self.one(RequestLine, chance), self.o.world.recipient
        typed = Typed(amount)
        if verb == "clarify":
            self.tried(requests.clarify_line, recipient, line=line.pk, quantity=typed)
        elif verb == "more":
            self.tried(requests.accept_more, recipient, line=line.pk, amount=typed)
        else:
            self.tried(requests.ask_less, recipient, line=line.pk, amount=typed)

    @rule(chance=CHANCES, rarely=st.integers(0, 5))
    def take_back_a_request(self, chance: Random, rarely: int) -> None:
        if rarely == 0:
            request = self.one(RequestLine, chance).request_id
            self.tried(requests.withdraw_request, self.o.world.recipient, request=request)

    @rule(chance=CHANCES, amount=AMOUNTS, another=AMOUNTS)
    def update_a_request(self, chance: Random, amount: str, another: str) -> None:
        w, act = self.o.world, self.o.act(self.o.world.recipient)
        earlier = self.one(RequestLine, chance).request
        lines = [LineAsked(item=ASKED, quantity=Typed(each)) for each in (amount, another)]
        try:
            with transaction.atomic():
                update = requests.draft_request(
                    act=act,
                    operation=w.operation.pk,
                    recipient="UKR",
                    reference=f"U-{uuid4().hex[:8]}",
                    title="x",
                    asked_on=self.o.now.date(),
                    lines=lines[: chance.randint(1, 2)],
                    supersedes=chance.choice([earlier.pk, None]),
                )
        except Refusal:
            return
        self.tried(requests.submit_request, w.recipient, request=update.pk)
        self.tried(requests.validate_request, w.recipient, request=update.pk)

    @rule(chance=CHANCES, some=st.booleans())
    def take_up_a_plan(self, chance: Random, some: bool) -> None:
        w = self.o.world
        made = plans.make_plan(
            act=self.o.act(w.coordinator), operation=w.operation.pk, method="greedy", seconds=1
        )
        if keys := [move.key for move in of_record(made).moves]:
            only = frozenset(chance.sample(keys, chance.randint(1, len(keys)))) if some else None
            self.tried(plans.accept_plan, w.coordinator, plan=made.pk, only=only)

    @rule(chance=CHANCES)
    def resolve(self, chance: Random) -> None:
        if case := self.one(Discrepancy, chance):
            self.tried(resolve_discrepancy, self.o.world.recipient, discrepancy=case.pk)

    @rule(chance=CHANCES, yes=st.booleans())
    def consent(self, chance: Random, yes: bool) -> None:
        if asked := self.one(Consent, chance):
            verb = consents.grant_consent if yes else consents.revoke_consent
            self.tried(verb, self.o.american, consent=asked.pk)

    @rule(chance=CHANCES, amount=AMOUNTS, again=st.booleans())
    def pack(self, chance: Random, amount: str, again: bool) -> None:
        w = self.o.world
        agreed = Allocation.objects.filter(operation=w.operation, stage="agreed")
        box = self.one(Consignment, chance) if again else None
        if box is None:
            box = consignments.plan_consignment(
                act=self.o.act(w.donor),
                operation=w.operation.pk,
                donor="DEU",
                reference=f"C-{Consignment.objects.filter(operation=w.operation).count()}",
                consignee="UKR",
            )
        if goods := list(agreed.order_by("recorded_at")):
            inputs = {"allocation": chance.choice(goods).pk, "amount": Typed(amount)}
            self.tried(consignments.pack, w.donor, consignment=box.pk, **inputs)

    @rule(chance=CHANCES, steps=st.integers(1, 4))
    def move_on(self, chance: Random, steps: int) -> None:
        box, donor = self.one(Consignment, chance), self.o.world.donor
        if box is None:
            return
        for _ in range(steps):
            stage = Consignment.objects.get(pk=box.pk).stage
            verb, inputs = {
                "planned": (consignments.lock_manifest, {}),
                "packed": (consignments.dispatch, {}),
                "dispatched": (
                    journeys.report_on_the_way,
                    {"event": "reach_hub", "place": chance.choice([make.HUB, make.PLACE])},
                ),
                "at_hub": (
                    journeys.report_on_the_way,
                    {
                        "event": chance.choice(["leave_hub", "cross_border", "divert", "arrive"]),
                        "place": make.PLACE,
                    },
                ),
            }.get(stage, (journeys.hand_over, {"place": make.PLACE}))
            self.tried(verb, donor, consignment=box.pk, **inputs)  # type: ignore[arg-type]

    @rule(
        chance=CHANCES,
        verb=st.sampled_from([consignments.cancel_consignment, journeys.lose_consignment]),
    )
    def give_up(self, chance: Random, verb: Callable[..., object]) -> None:
        if box := self.one(Consignment, chance):
            self.tried(verb, self.o.world.donor, consignment=box.pk)

    @rule(chance=CHANCES, slip=st.integers(-1, 1))
    def receive(self, chance: Random, slip: int) -> None:
        if box := self.one(Consignment, chance):
            counts = []
            for line in box.lines.all():
                good = chance.randint(0, line.amount)
                damaged = chance.randint(0, line.amount - good)
                missing = line.amount - good - damaged + (slip if chance.random() < 0.2 else 0)
                counts.append(
                    Count(manifest_line=line.pk, good=good, damaged=damaged, missing=missing)
                )
            w = self.o.world
            self.tried(receipts.sign_receipt, w.recipient, consignment=box.pk, counts=counts)

    @rule(chance=CHANCES, slip=st.integers(-1, 1))
    def correct(self, chance: Random, slip: int) -> None:
        w = self.o.world
        counted = list(
            ReceiptLine.objects.filter(receipt__operation=w.operation)
            .order_by("receipt__recorded_at", "id")
            .values_list("manifest_line", "dispatched")
        )
        if not counted:
            return
        line, amount = chance.choice(counted)
        good = chance.randint(0, amount)
        damaged = chance.randint(0, amount - good)
        rejected = chance.randint(0, amount - good - damaged)
        missing = amount - good - damaged - rejected + (slip if chance.random() < 0.2 else 0)
        counts = {"good": good, "damaged": damaged, "missing": missing, "rejected": rejected}
        counts["extra"] = chance.choice([0, 0, 1, 5, -1])
        self.tried(correct_receipt, w.recipient, manifest_line=line, **counts)

    @rule(chance=CHANCES, amount=AMOUNTS)
    def arrive_unasked(self, chance: Random, amount: str) -> None:
        w = self.o.world
        if chance.random() < 0.3 and (arrival := self.one(UnsolicitedArrival, chance)):
            inputs = {"donor": "DEU", "reference": f"AD-{self.o.done}"}
            if need := chance.choice([None, self.one(RequestLine, chance)]):
                inputs["answers"] = need.pk
            self.tried(arrivals.adopt_arrival, w.coordinator, arrival=arrival.pk, **inputs)
            return
        if chance.random() < 0.3 and (arrival := self.one(UnsolicitedArrival, chance)):
            event = chance.choice(["return", "dispose", "adopt"])
            self.tried(arrivals.settle_arrival, w.coordinator, arrival=arrival.pk, event=event)
            return
        self.tried(
            arrivals.report_arrival,
            w.recipient,
            operation=w.operation.pk,
            reference=f"A-{self.o.done}",
            item=ASKED,
            amount=Typed(amount),
            sender="x",
            place=make.HUB,
            arrived_on=self.o.now.date(),
        )

    @rule(days=st.integers(0, 9))
    def wait(self, days: int) -> None:
        self.o.now += timedelta(days=days)

    @invariant()
    def not_a_unit_is_unaccounted_for(self) -> None:
        assert verify().differences == ()

    @invariant()
    def the_board_keeps_its_identities(self) -> None:
        w = self.o.world
        for actor in (w.coordinator, self.o.nation):
            shown = board(w.operation, actor, day=self.o.now.date())
            demand_identities(shown)
            replayed = board(w.operation, actor, day=self.o.now.date(), moment=Moment(self.o.now))
            assert replayed == shown

    @invariant()
    def no_board_of_a_past_moment_shows_the_impossible(self) -> None:
        """What was true then, and what was known then; the journal tells the same."""
        w, hours = self.o.world, self.o.done * 7 % 60
        then = self.o.now - timedelta(hours=hours)
        for moment in (Moment(happened=then), Moment(known=then), Moment(self.o.now, then)):
            shown = board(w.operation, w.coordinator, day=self.o.now.date(), moment=moment)
            demand_identities(shown)
            told = replay(w.operation, moment=moment)
            figures = [(line.asked, line.allocated, line.remaining) for line in shown]
            counted = [told[line.id] for line in shown]
            assert figures == [(each.asked, each.allocated, each.remaining) for each in counted]

    @invariant()
    def no_account_ever_held_less_than_nothing(self) -> None:
        assert asked(_EVER_SHORT) == []


def demand_identities(shown: Sequence[BoardLine]) -> None:
    for line in shown:
        assert 0 <= line.received <= line.dispatched <= line.allocated <= line.offered
        assert line.received + line.fell_short <= line.dispatched
        assert min(line.proposed, line.over_accepted, line.fell_short) >= 0
        if line.asked is not None and line.remaining is not None:
            whole = line.asked + line.over_accepted
            assert line.remaining == whole - line.allocated + line.fell_short
            assert line.allocated + line.proposed <= whole + line.fell_short
            assert line.remaining >= line.proposed


# Along the dates on which things happened.  A list is packed on paper, which has no other date than
# the day of its recording, so goods may have left before.
_EVER_SHORT = """
SELECT account.kind, moved.happened_at, moved.held
FROM (
    SELECT id, happened_at, sum(sum(amount)) OVER (PARTITION BY id ORDER BY happened_at) AS held
    FROM (
        SELECT to_account_id AS id, happened_at, amount FROM transfer
        UNION ALL SELECT from_account_id, happened_at, -amount FROM transfer
    ) AS side GROUP BY id, happened_at
) AS moved JOIN account ON account.id = moved.id
WHERE moved.held < 0 AND account.kind NOT IN ('supply_source', 'extra_source',
    'unsolicited_source', 'need_source', 'need_over', 'packed')
"""
# Of each item, what donors and hubs said there is, against where the transfers alone say it is.
_ASTRAY = """
WITH moved AS (
    SELECT account.item_id, account.kind, account.offer_line_id, side.units
    FROM account JOIN (
        SELECT to_account_id AS id, amount AS units FROM transfer
        UNION ALL SELECT from_account_id, -amount FROM transfer
    ) AS side ON side.id = account.id
), anywhere AS (
    SELECT item_id, sum(units) AS units FROM moved
    WHERE kind NOT LIKE 'need%' AND kind NOT LIKE '%source' AND kind <> 'extra' GROUP BY item_id
), told AS (
    SELECT item_id, sum(amount) AS units FROM (
        SELECT item_id, amount FROM offer_line WHERE NOT EXISTS (
            SELECT FROM account taker JOIN transfer ON to_account_id = taker.id
            JOIN account giver ON giver.id = from_account_id AND giver.kind = 'quarantine'
            WHERE taker.offer_line_id = offer_line.id)
        UNION ALL SELECT item_id, amount FROM unsolicited_arrival
    ) AS brought GROUP BY item_id
)
SELECT coalesce(told.item_id, anywhere.item_id), told.units, anywhere.units
FROM told FULL JOIN anywhere ON anywhere.item_id = told.item_id
WHERE told.units IS DISTINCT FROM anywhere.units
"""


def _takes_a_date(verb: Callable[..., object]) -> bool:
    return "happened_at" in inspect.signature(verb).parameters


def asked(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@pytest.mark.usefixtures("records")
def test_whatever_is_tried_in_whatever_order_the_ledger_adds_up() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=200 if LONG else 10,
            derandomize=not LONG,
            stateful_step_count=60 if LONG else 25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
