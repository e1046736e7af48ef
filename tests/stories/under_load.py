"""The clients that test_crashes.py kills: each does real acts and writes down what was answered.

    build WORLD N            makes the tables, people and goods, N plans and N lists
    load WORLD LOG SEED URL  acts until it is killed
    check WORLD URL LOG...   says what became of every act

An URL of "-" acts through the actions in its own process, any other through the web server.  The
module is imported once Django is set up.
"""

import http.client
import importlib
import json
import os
import random
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.db import InterfaceError, OperationalError, connection
from django.db.models import TextField
from django.db.models.functions import Cast

from muster.actions.register import issue_token
from muster.core.actors import Act
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.queries.register import actor_of
from muster.queries.verification import verify
from muster.records.models import ImportBatch, JournalEntry, SavedPlan
from muster.server.django_start import migrate
from tests import make
from tests.stories.bulk_load import BULK, in_turns, kept_list, kept_plan, torn

_PAUSE_S = 0.05
_PATIENCE_S = 120.0
_PEOPLE = ("coordinator", "donor", "recipient")
_RECORDS = (
    "plan",
    "batch",
    "offer_line",
    "request_line",
    "allocation",
    "consignment",
    "line",
    "operation",
)
# Each verb: its module and name among the actions, and its address in the API.
_VERBS = {
    "propose": ("proposals.propose_allocation", "/allocations"),
    "confirm": ("allocations.confirm_allocation", "/allocations/{allocation}/confirm"),
    "accept": ("allocations.accept_allocation", "/allocations/{allocation}/accept"),
    "decline": ("allocations.decline_allocation", "/allocations/{allocation}/decline"),
    "cancel": ("allocations.cancel_allocation", "/allocations/{allocation}/cancel"),
    "withdraw": ("offers.withdraw_offer", "/offer-lines/{line}/withdraw"),
    "plan": ("consignments.plan_consignment", "/operations/{code}/consignments"),
    "pack": ("consignments.pack", "/consignments/{consignment}/lines"),
    "lock": ("consignments.lock_manifest", "/consignments/{consignment}/lock"),
    "take_up": ("plans.accept_plan", "/plans/{plan}/accept"),
    "store": ("imports.commit_import", "/imports/{batch}/commit"),
    "dispatch": ("consignments.dispatch", "/consignments/{consignment}/dispatch"),
}
# Whatever an act leaves behind: the same before and after a retry.
_TABLES = (
    *("journal_entry", "transfer", "account", "allocation", "offer_line", "request_line"),
    *("consignment", "manifest_line", "stage_event"),
)

Arguments = dict[str, str]


@dataclass(frozen=True)
class Wish:
    """What a client wants done, by whom, under which key."""

    key: str
    verb: str
    who: str
    arguments: Arguments


@dataclass(frozen=True)
class Answer:
    """What a client was told: the record of a done act, or the code of a refusal."""

    record: str | None
    refusal: str | None


class Gone(Exception):  # noqa: N818 - the other end may be dead, or back in a moment
    """There was no answer, so nobody knows whether it was done."""


class Door(Protocol):
    """How a client acts."""

    def act(self, wish: Wish) -> Answer:
        """Have it done once, or be told no."""


@dataclass
class World:
    """The people, the goods and the needs, as build left them."""

    operation: str
    code: str
    users: dict[str, str]
    tokens: dict[str, str]
    offer_lines: list[str]
    request_lines: list[str]
    plans: list[str]
    batches: list[str]


class InProcess:
    """Acts through the actions."""

    def __init__(self, world: World) -> None:
        self._actors = {who: actor_of(UUID(world.users[who])) for who in _PEOPLE}

    def act(self, wish: Wish) -> Answer:
        """Do it."""
        arguments = dict(wish.arguments)
        act = Act(
            UUID(wish.key),
            self._actors[wish.who],
            datetime.now(UTC),
            "test",
            arguments.pop("reason", ""),
        )
        try:
            record = _action(wish.verb)(act=act, **_typed(arguments))
        except Refusal as refusal:
            return Answer(None, refusal.code)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            raise Gone from error
        return Answer(str(record.pk), None)


class OverHttp:
    """Acts through a web server."""

    def __init__(self, world: World, url: str) -> None:
        self._world = world
        self._address = urlsplit(url)

    def act(self, wish: Wish) -> Answer:
        """Ask for it."""
        template = _VERBS[wish.verb][1]
        path = template.format(code=self._world.code, **wish.arguments)
        left_out = {name for name in wish.arguments if f"{{{name}}}" in template} | {"operation"}
        body = {name: value for name, value in wish.arguments.items() if name not in left_out}
        headers = {
            "Host": "localhost",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._world.tokens[wish.who]}",
            "Idempotency-Key": wish.key,
        }
        client = http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=10
        )
        try:
            client.request("POST", f"/api/v1{path}", json.dumps(body), headers)
            answer = client.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Gone from error
        finally:
            client.close()
        if answer.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Gone
        found = json.loads(said)
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            return Answer(None, found["error"]["code"])
        return Answer(found["id"], None)


def main(mode: str, world: str, *more: str) -> None:
    """Do what the arguments say."""
    path = Path(world)
    if mode == "build":
        build(path, int(more[0]))
        return
    found = World(**json.loads(path.read_text()))
    if mode == "load":
        log, seed, url = more
        chance = random.Random(int(seed))  # noqa: S311 - chance, not a secret
        bulk = Path(log).stem.startswith("bulk")
        life = _bulk_life(found, chance) if bulk else _life(found, chance)
        load(Path(log), _door(found, url), life)
    else:
        url, *logs = more
        sys.stdout.write(json.dumps(check(found, url, [Path(log) for log in logs])))


def build(path: Path, bulk: int) -> None:
    """Make the tables, and a world with more than enough of everything, and so much in bulk."""
    migrate()
    make.install()
    w = make.world()
    actors = dict(zip(_PEOPLE, (w.coordinator, w.donor, w.recipient), strict=True))
    world = World(
        operation=str(w.operation.pk),
        code=w.operation.code,
        users={who: str(actor.user_id) for who, actor in actors.items()},
        tokens={who: issue_token(act=make.act(a), name="load") for who, a in actors.items()},
        offer_lines=[str(make.offered(w, "1000000").pk) for _ in range(3)],
        request_lines=[str(make.asked(w, "1000000").pk) for _ in range(4)],
        plans=[],
        batches=[],
    )
    lines = [UUID(key) for key in world.offer_lines], [UUID(key) for key in world.request_lines]
    world.plans += [kept_plan(w, *lines) for _ in range(bulk)]
    world.batches += [kept_list(w) for _ in range(bulk)]
    path.write_text(json.dumps(asdict(world)))


def load(log: Path, door: Door, life: Generator[Wish, str | None, None]) -> None:
    """Act and write down each answer, until somebody kills us."""
    with log.open("a") as file:
        wish = next(life)
        while True:
            _note(file.fileno(), {"asked": asdict(wish)})
            answer = _until_answered(door, wish)
            _note(file.fileno(), {"key": wish.key, **asdict(answer)})
            wish = life.send(answer.record)


def check(world: World, url: str, logs: list[Path]) -> dict[str, object]:
    """Look for every act that was answered, and ask for every act again."""
    differences = [each.what for each in verify().differences]
    wishes = [(wish, answer, log) for log in logs for wish, answer in _read(log)]
    done = [(wish, answer, log) for wish, answer, log in wishes if answer and answer.record]
    journal = {str(key) for key in JournalEntry.objects.values_list("pk", flat=True)}
    before_retries = [
        each for wish, _, _ in wishes if wish.verb in BULK for each in torn(wish.verb, wish.key)
    ]
    before = _fingerprint()
    other = [
        f"{wish.verb} {wish.key}: {answer} and then {again}"
        for wish, answer, log in done
        if (again := _until_answered(_door(world, _url_of(log, url)), wish)) != answer
    ]
    changed = _fingerprint() != before
    cut_off = [(wish, log) for wish, answer, log in wishes if answer is None]
    for wish, log in cut_off:
        door = _door(world, _url_of(log, url))
        first = _until_answered(door, wish)
        settled = _fingerprint()
        again = _until_answered(door, wish)
        if first != again or settled != _fingerprint():
            other.append(f"{wish.verb} {wish.key}: {first} and then {again}")
    in_bulk = [(wish, answer) for wish, answer, _ in wishes if wish.verb in BULK]
    torn_apart = [each for wish, _ in in_bulk for each in torn(wish.verb, wish.key)]
    return {
        "done": len(done),
        "done_in_bulk": sum(
            answer is not None and answer.record is not None for _, answer in in_bulk
        ),
        "cut_off_in_bulk": sum(answer is None for _, answer in in_bulk),
        "torn_apart": before_retries + torn_apart,
        "done_over_http": sum(log.stem.startswith("http") for _, _, log in done),
        "refused": sum(answer is not None and answer.record is None for _, answer, _ in wishes),
        "cut_off": len(cut_off),
        "cut_off_and_done": sum(wish.key in journal for wish, _ in cut_off),
        "differences": differences + [each.what for each in verify().differences],
        "lost": [wish.key for wish, _, _ in done if wish.key not in journal],
        "answered_otherwise": other,
        "changed_by_retries": changed,
    }


def _life(world: World, chance: random.Random) -> Generator[Wish, str | None, None]:
    """Propose, and see it through for a way; each wish is answered with the record, or None."""
    reason = "this is a load"
    while True:
        line = chance.choice(world.offer_lines)
        if chance.random() < 0.2:
            yield _wish("withdraw", "donor", line=line, amount="1")
        need = chance.choice(world.request_lines)
        amount = str(chance.randint(1, 5))
        about = {"offer_line": line, "request_line": need, "amount": amount}
        made = yield _wish("propose", "coordinator", **about)
        end = chance.choice(["propose", "decline", "agree", "cancel", "pack", "dispatch"])
        if made is None or end == "propose":
            continue
        if end == "decline":
            yield _wish("decline", "recipient", allocation=made, reason=reason)
            continue
        yield _wish("confirm", "donor", allocation=made)
        yield _wish("accept", "recipient", allocation=made)
        if end == "cancel":
            yield _wish("cancel", "donor", allocation=made, reason=reason)
        if end in {"pack", "dispatch"}:
            yield from _packed(world, made, send=end == "dispatch")


def _bulk_life(world: World, chance: random.Random) -> Generator[Wish, str | None, None]:
    """Take up plans and store lists that nobody has taken up or stored yet, and then live on."""
    plans = SavedPlan.objects.filter(pk__in=world.plans)
    batches = ImportBatch.objects.filter(pk__in=world.batches, stage="read")
    done = JournalEntry.objects.filter(verb="take up a plan").values("subject_id")
    left = plans.annotate(name=Cast("pk", TextField())).exclude(name__in=done)
    for verb, about in in_turns(
        *([str(key) for key in some.values_list("pk", flat=True)] for some in (left, batches))
    ):
        yield _wish(verb, "coordinator", **about)
    yield from _life(world, chance)


def _packed(world: World, allocation: str, *, send: bool) -> Generator[Wish, str | None, None]:
    reference = f"C-{uuid4().hex}"
    about = {"operation": world.operation, "reference": reference, "consignee": "UKR"}
    box = yield _wish("plan", "donor", donor="DEU", **about)
    if box is None:
        return
    yield _wish("pack", "donor", consignment=box, allocation=allocation, amount="1")
    if send:
        yield _wish("lock", "donor", consignment=box)
        yield _wish("dispatch", "donor", consignment=box)


def _wish(verb: str, who: str, **arguments: str) -> Wish:
    return Wish(str(uuid4()), verb, who, arguments)


def _until_answered(door: Door, wish: Wish) -> Answer:
    """Ask again with the same key until there is an answer, as a client should."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return door.act(wish)
        except Gone:
            if time.monotonic() > end:
                raise
            time.sleep(_PAUSE_S)


def _note(file: int, words: object) -> None:
    """Write a line and have the disk keep it before anything else happens."""
    os.write(file, json.dumps(words).encode() + b"\n")
    os.fsync(file)


def _read(log: Path) -> Iterator[tuple[Wish, Answer | None]]:
    """Read what a client asked for, and what it was answered; the last line may be cut short."""
    asked: dict[str, Wish] = {}
    for line in log.read_text().splitlines(keepends=True):
        if not line.endswith("\n"):
            break
        found = json.loads(line)
        if "asked" in found:
            asked[found["asked"]["key"]] = Wish(**found["asked"])
        else:
            yield asked.pop(found["key"]), Answer(found["record"], found["refusal"])
    for wish in asked.values():
        yield wish, None


def _typed(arguments: Arguments) -> dict[str, Any]:
    made: dict[str, Any] = dict(arguments)
    made |= {name: UUID(made[name]) for name in _RECORDS if name in made}
    if "amount" in made:
        made["amount"] = Typed(made["amount"])
    return made


def _action(verb: str) -> Callable[..., Any]:
    module, _, name = _VERBS[verb][0].partition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(f"muster.actions.{module}"), name)
    return found


def _door(world: World, url: str) -> Door:
    return InProcess(world) if url == "-" else OverHttp(world, url)


def _url_of(log: Path, url: str) -> str:
    return url if log.stem.startswith("http") else "-"


def _fingerprint() -> list[object]:
    """Every row of every table that an act writes to, in short."""
    found: list[object] = []
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(
                f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY id)) FROM {table} t"  # noqa: S608 - our own tables
            )
            found.append(cursor.fetchone())
    return found
