"""The same forbidden thing at every door: the same sentence and code, and nothing changed."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import click
import pytest
from click.testing import CliRunner
from django.db import transaction
from django.test import Client
from django.urls import reverse

from muster.actions import offers, proposals
from muster.actions.offers import LineOffered
from muster.cli.allocations import allocations as allocation_commands
from muster.cli.offers import offers as offer_commands
from muster.core.actors import Act, Actor, Role
from muster.core.refusals import Refusal
from muster.queries.amounts import Typed
from muster.records.models import Item, JournalEntry, Offer, OfferLine, RequestLine, Transfer
from tests import make
from tests.doors.asking import Asker, user_of

pytestmark = pytest.mark.usefixtures("records")


@dataclass(frozen=True)
class Answered:
    """What a door said: the code and the sentence of its no, or nothing."""

    code: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class OfferWish:
    """Somebody wants to offer something."""

    actor: Actor
    operation: Any
    donor: str
    item: str = make.TENT
    amount: str = "10"
    unit: str = ""
    available_until: date | None = None
    reference: str = "FORBIDDEN"
    key: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, kw_only=True)
class ProposalWish:
    """Somebody wants to promise a part of an offer to a need."""

    actor: Actor
    giving: OfferLine
    taking: RequestLine
    amount: str = "10"
    unit: str = ""
    key: UUID = field(default_factory=uuid4)


Wish = OfferWish | ProposalWish


def by_action(wish: Wish) -> Answered:
    """Call the action itself, as every door does."""
    act = Act(wish.key, wish.actor, make.NOW, "test")
    try:
        with transaction.atomic():
            if isinstance(wish, OfferWish):
                _offer(act, wish)
            else:
                proposals.propose_allocation(
                    act=act,
                    offer_line=wish.giving.pk,
                    request_line=wish.taking.pk,
                    amount=Typed(wish.amount, wish.unit),
                )
    except Refusal as refusal:
        return Answered(refusal.code, refusal.sentence)
    return Answered("", "")


def _offer(act: Act, wish: OfferWish) -> Offer:
    return offers.make_offer(
        act=act,
        operation=wish.operation.pk,
        donor=wish.donor,
        reference=wish.reference,
        title="Forbidden",
        offered_on=date(2023, 2, 1),
        lines=[
            LineOffered(
                item=wish.item,
                quantity=Typed(wish.amount, wish.unit),
                available_until=wish.available_until,
            )
        ],
    )


def by_api(wish: Wish) -> Answered:
    """Ask the JSON API with a token."""
    asker = Asker.of(wish.actor)
    if isinstance(wish, OfferWish):
        until = wish.available_until.isoformat() if wish.available_until else None
        line = {"item": wish.item, "amount": wish.amount, "unit": wish.unit}
        body: dict[str, Any] = {
            "donor": wish.donor,
            "reference": wish.reference,
            "title": "Forbidden",
            "offered_on": "2023-02-01",
            "lines": [line | {"available_until": until}],
        }
        said = asker.post(f"/operations/{wish.operation.code}/offers", body, key=wish.key)
    else:
        body = {
            "offer_line": str(wish.giving.pk),
            "request_line": str(wish.taking.pk),
            "amount": wish.amount,
            "unit": wish.unit,
        }
        said = asker.post("/allocations", body, key=wish.key)
    if said.status < 300:
        return Answered("", "")
    assert said.status < 500, said.body
    return Answered(said.code, said.body["error"]["sentence"])


def by_cli(wish: Wish) -> Answered:
    """Type a command of the command line."""
    user = user_of(wish.actor).username
    typed = [f"--amount={wish.amount}", f"--unit={wish.unit}"]
    command: click.Command
    if isinstance(wish, OfferWish):
        command = offer_commands
        until = [f"--available-until={wish.available_until}"] if wish.available_until else []
        words = ["make", wish.operation.code, "--donor", wish.donor, "--item", wish.item, *until]
        words += ["--reference", wish.reference, "--title", "Forbidden"]
        words += ["--offered-on", "2023-02-01"]
    else:
        command = allocation_commands
        words = ["propose", str(wish.giving.pk), str(wish.taking.pk)]
    words += [*typed, "--user", user, "--key", str(wish.key)]
    said = CliRunner().invoke(command, words, standalone_mode=False)
    if isinstance(said.exception, Refusal):
        return Answered(said.exception.code, said.exception.sentence)
    assert said.exception is None, said.exception
    return Answered("", "")


def by_web(wish: Wish) -> Answered:
    """Fill in the form of the page, signed in."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user_of(wish.actor))
    if isinstance(wish, OfferWish):
        path = reverse("offer_new", kwargs={"code": wish.operation.code})
        form = {
            "donor": wish.donor,
            "reference": wish.reference,
            "title": "Forbidden",
            "offered_on": "2023-02-01",
            "item-1": wish.item,
            "amount-1": wish.amount,
            "unit-1": wish.unit,
            "available_until-1": str(wish.available_until or ""),
        }
    else:
        where = {"code": wish.giving.operation.code, "line_id": wish.taking.pk}
        path = reverse("request_line", kwargs=where)
        form = {
            "form": "propose",
            "verb": "propose",
            "propose-offer": str(wish.giving.pk),
            "propose-amount": wish.amount,
            "propose-unit": wish.unit,
        }
    said = browser.post(path, {**form, "key": str(wish.key)})
    if said.status_code == HTTPStatus.SEE_OTHER:
        return Answered("", "")
    found = _SAID.search(said.content.decode())
    assert found is not None, said.content.decode()
    return Answered(found["code"], html.unescape(found["sentence"]))


# A refusal as the head of a form says it: the sentence, perhaps as a link to its field, the code.
_SAID = re.compile(r"<li>(<a [^>]*>)?(?P<sentence>[^<]*)(</a>)? <code>(?P<code>\w+)</code>")

DOORS: dict[str, Callable[[Wish], Answered]] = {
    "action": by_action,
    "api": by_api,
    "cli": by_cli,
    "web": by_web,
}


def _another(w: make.World) -> Wish:
    return OfferWish(actor=w.donor, operation=w.operation, donor="FRA")


def _unreviewed(w: make.World) -> Wish:
    alliance = make.person(Role.DONOR, "NATO")
    return OfferWish(actor=alliance, operation=w.operation, donor="NATO", item=_weapon())


def _what_is_gone(w: make.World) -> Wish:
    giving, taking = make.offered(w, "10"), make.asked(w, "100")
    make.agreed(w, giving, taking, "10")
    return ProposalWish(actor=w.coordinator, giving=giving, taking=taking, amount="1")


def _more_than_asked(w: make.World) -> Wish:
    giving, taking = make.offered(w, "100"), make.asked(w, "10")
    return ProposalWish(actor=w.coordinator, giving=giving, taking=taking, amount="11")


def _not_a_coordinator(w: make.World) -> Wish:
    giving, taking = make.offered(w), make.asked(w)
    return ProposalWish(actor=w.donor, giving=giving, taking=taking)


def _wish(**changes: Any) -> Callable[[make.World], Wish]:  # noqa: ANN401 - any field of a wish
    return lambda w: OfferWish(actor=w.donor, operation=w.operation, donor="DEU", **changes)


def _taken_reference(w: make.World) -> Wish:
    line = make.offered(w)
    return OfferWish(
        actor=w.donor, operation=w.operation, donor="DEU", reference=line.offer.reference
    )


def _reused_key(w: make.World) -> Wish:
    first = OfferWish(actor=w.donor, operation=w.operation, donor="DEU", reference="FIRST")
    assert by_action(first) == Answered("", "")
    return OfferWish(actor=w.donor, operation=w.operation, donor="DEU", key=first.key)


FORBIDDEN: Mapping[str, tuple[str, Callable[[make.World], Wish]]] = {
    "a party acting for another": ("acts_for_another", _another),
    "the organisation offering what is not reviewed": ("not_reviewed_non_lethal", _unreviewed),
    "a second allocation of what is gone": ("not_enough_offered", _what_is_gone),
    "more than is asked": ("more_than_asked", _more_than_asked),
    "a donor proposing": ("role_missing", _not_a_coordinator),
    "an unknown item": ("item_unknown", _wish(item="NO-SUCH-ITEM")),
    "a negative amount": ("amount_not_positive", _wish(amount="-5")),
    "an amount of zero": ("amount_not_positive", _wish(amount="0")),
    "a fractional amount of a countable thing": ("amount_fractional", _wish(amount="2.5")),
    "an unreadable amount": ("amount_unreadable", _wish(amount="plenty!")),
    "an amount beyond what is stored": ("amount_too_large", _wish(amount="9" * 30)),
    "dates in the wrong order": (
        "dates_out_of_order",
        _wish(available_until=date(2022, 1, 1)),
    ),
    "a unit that cannot convert": ("unit_unknown", _wish(unit="litre")),
    "a reference that is taken": ("duplicate_reference", _taken_reference),
    "a key used for something else": ("key_reused", _reused_key),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_every_door_refuses_it_with_the_same_sentence_and_changes_nothing(what: str) -> None:
    code, wish_of = FORBIDDEN[what]
    wish = wish_of(make.world())
    before = _traces()
    answers = {name: ask(wish) for name, ask in DOORS.items()}
    assert _traces() == before
    assert {said.code for said in answers.values()} == {code}, answers
    assert len({said.sentence for said in answers.values()}) == 1, answers


@pytest.mark.parametrize("first", DOORS)
@pytest.mark.parametrize("again", DOORS)
def test_a_retry_at_any_door_does_nothing_twice(first: str, again: str) -> None:
    w = make.world()
    wish = OfferWish(actor=w.donor, operation=w.operation, donor="DEU")
    assert DOORS[first](wish) == Answered("", "")
    before = _traces()
    said = DOORS[again](wish)
    assert said == Answered("", "")
    assert _traces() == before
    assert Offer.objects.filter(operation=w.operation).count() == 1


def _traces() -> tuple[int, int]:
    """Count what is done; the tokens that the test itself issues are left out."""
    done = JournalEntry.objects.exclude(verb="issue an access token")
    return done.count(), Transfer.objects.count()


def _weapon() -> str:
    code = Item.objects.exclude(lethality="non_lethal").values_list("code", flat=True).first()
    assert code is not None
    return code
