"""Scenarios: kept what-ifs, and the situation as it would be in one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from muster.core.actors import Actor, Role
from muster.core.matching import Asked, Given
from muster.core.planning.keeping import as_plain, from_plain
from muster.core.planning.problem import Need, Offer
from muster.core.planning.scenarios import Change, What, changed, without_effect
from muster.core.quantities.units import find_measure
from muster.core.refusals import NotFound
from muster.queries.amounts import substitute_ratios
from muster.queries.hand import HandRow
from muster.queries.planning import Named, OpenSituation, open_situation
from muster.queries.register import find_item, find_party
from muster.queries.visibility import visible
from muster.records.models import Operation, Scenario
from muster.records.models.requests import Urgency

_ROLES = (Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a change may be about, as (key, words) of an operation as it stands."""

    legs: tuple[tuple[str, str], ...]
    offers: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, str], ...]
    donors: tuple[tuple[str, str], ...]
    origins: tuple[tuple[str, str], ...]


def scenarios_of(operation: Operation, actor: Actor, day: date) -> tuple[Scenario, ...]:
    """List the scenarios of an operation that are kept, by name."""
    found = visible(Scenario, actor, day).filter(operation=operation, ended_at__isnull=True)
    return tuple(found.order_by("name", "id").select_related("user"))


def scenario_named(operation: Operation, name: str, actor: Actor, day: date) -> Scenario:
    """Find a scenario of an operation that is kept, by its name or its id.

    Raises:
        NotFound: there is none that the actor may see.
    """
    for each in scenarios_of(operation, actor, day):
        if name in {each.name, str(each.pk)}:
            return each
    raise NotFound(what="scenario", name=name, at="scenario")


def may_imagine(actor: Actor, day: date) -> bool:
    """Say whether the actor may keep scenarios."""
    return any(actor.has(role, day) for role in _ROLES)


def changes_of(scenario: Scenario) -> tuple[Change, ...]:
    """Read a scenario's changes back."""
    kind: Any = tuple[Change, ...]
    found: tuple[Change, ...] = from_plain(kind, scenario.changes)
    return found


def changes_data(changes: Sequence[Change]) -> Any:  # noqa: ANN401 - what json can write
    """Write changes as data that can be kept."""
    return as_plain(tuple(changes))


def situation_in(
    operation: Operation,
    actor: Actor,
    *,
    day: date,
    changes: Sequence[Change] = (),
    given_back: Sequence[HandRow] = (),
) -> OpenSituation:
    """Read what is open and free now, as it would be with some changes.

    Raises:
        NotFound, ItemUnknown, PartyUnknown: something that is added is not in the register.
    """
    opened = open_situation(operation, actor, day=day, given_back=given_back)
    if not changes:
        return opened
    idle = [f"Without effect now: {said}" for said in without_effect(opened.situation, changes)]
    situation = changed(opened.situation, changes)
    opened = replace(opened, situation=replace(situation, notes=(*situation.notes, *idle)))
    for number, change in enumerate(changes, start=1):
        if change.what is What.NEED_ADDED:
            opened = _with_need(opened, change, number)
        if change.what is What.OFFER_ADDED:
            opened = _with_offer(opened, change, number)
    return opened


def choices_of(opened: OpenSituation) -> Choices:
    """List what a change may be about."""
    net, situation = opened.situation.net, opened.situation
    donors = {given.donor: opened.givers[offer.id].party for offer, given in situation.given}
    origins = {code: opened.party_names[code] for code in situation.origins.values()}
    return Choices(
        legs=tuple((leg.id, leg.name) for leg in net.legs),
        offers=tuple(
            (offer.id, f"{offer.name}, {opened.givers[offer.id].name}")
            for offer, _ in situation.given
        ),
        needs=tuple((need.id, need.name) for need, _ in situation.asked),
        donors=tuple(sorted(donors.items(), key=lambda each: each[1])),
        origins=tuple(sorted(origins.items(), key=lambda each: each[1])),
    )


def said_of(change: Change, choices: Choices) -> str:
    """Say a change as a sentence.

    Raises:
        NotFound: it is about something that the operation does not have.
        ItemUnknown, PartyUnknown: the item or the party is not in the register.
    """
    if change.what in {What.NEED_ADDED, What.OFFER_ADDED}:
        return _said_added(change)
    kind = _KINDS[change.what]
    listed = dict(getattr(choices, f"{kind}s"))
    if change.subject not in listed:
        raise NotFound(what=kind, name=change.subject, at="subject")
    room = ((change.kg, "kg"), (change.m3, "m3"))
    return _SENTENCES[change.what].format(
        name=listed[change.subject],
        change=change,
        urgency=Urgency(change.priority).label if change.priority else "",
        room=" and ".join(f"{n:,} {unit}" for n, unit in room if n is not None) or "any amount",
    )


_KINDS = {
    What.LEG_CLOSED: "leg",
    What.LEG_ROOM: "leg",
    What.OFFER_LATE: "offer",
    What.OFFER_AMOUNT: "offer",
    What.DONOR_LATE: "donor",
    What.CONSENT_GIVEN: "origin",
    What.CONSENT_REFUSED: "origin",
    What.NEED_PRIORITY: "need",
    What.NEED_AMOUNT: "need",
}
_SENTENCES = {
    What.LEG_CLOSED: "{name} is closed from {change.first} to {change.last}.",
    What.LEG_ROOM: "{name} carries {room} in a week.",
    What.OFFER_LATE: "{name}: {change.days} days late.",
    What.DONOR_LATE: "All that {name} gives is {change.days} days late.",
    What.CONSENT_GIVEN: "The consent of {name} is given.",
    What.CONSENT_REFUSED: "The consent of {name} is refused.",
    What.NEED_PRIORITY: "{name} is {urgency}.",
    What.NEED_AMOUNT: "{name}: {change.amount:,} are open.",
    What.OFFER_AMOUNT: "{name}: {change.amount:,} are free.",
}


def _said_added(change: Change) -> str:
    item, party = find_item(change.subject), find_party(change.party)
    goods = f"{change.amount:,} {find_measure(item.unit).plural} of {item.name}"
    if change.what is What.NEED_ADDED:
        return f"{party.name} asks for {goods} more."
    return f"{party.name} gives {goods} more."


def _with_need(opened: OpenSituation, change: Change, number: int) -> OpenSituation:
    item, party = find_item(change.subject), find_party(change.party)
    need = Need(
        id=f"scenario-need-{number}",
        item=item.code,
        amount=change.amount or 0,
        priority=change.priority or Urgency.URGENT,
        needed_by=change.first,
        recipient=party.name,
        label=f"{item.name} (only in the scenario)",
        place=opened.words.read(change.place) or opened.entries.get(party.code, ""),
    )
    asked = Asked(
        item=item.code,
        recipient=party.code,
        substitutes=substitute_ratios().get(item.code, {}),
        needed_by=change.first,
        place=change.place,
    )
    named = Named(
        line=None, name=f"scenario/{number}", party=party.name, item=item.name, unit=item.unit
    )
    situation = opened.situation
    return replace(
        opened,
        situation=replace(situation, asked=(*situation.asked, (need, asked))),
        takers={**opened.takers, need.id: named},
    )


def _with_offer(opened: OpenSituation, change: Change, number: int) -> OpenSituation:
    item, party = find_item(change.subject), find_party(change.party)
    offer = Offer(
        id=f"scenario-offer-{number}",
        donor=party.name,
        item=item.code,
        amount=change.amount or 0,
        ready=change.first,
        label=f"{item.name} of {party.name} (only in the scenario)",
        load=opened.loads.of(item),
        place=opened.words.read(change.place),
    )
    given = Given(item=item.code, donor=party.code, available_from=change.first, place=change.place)
    named = Named(
        line=None, name=f"scenario/{number}", party=party.name, item=item.name, unit=item.unit
    )
    situation = opened.situation
    return replace(
        opened,
        situation=replace(situation, given=(*situation.given, (offer, given))),
        givers={**opened.givers, offer.id: named},
    )
