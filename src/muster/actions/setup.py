"""Setting a site up: the facts that ship with Muster, and its first person.

These verbs have no actor yet; they are reached from the command line of the machine alone.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from muster.actions.journal import action
from muster.core.actors import Act, Actor, Role
from muster.core.refusals import Kind, Refusal
from muster.queries.register import find_party
from muster.records.models import (
    Item,
    ItemReview,
    Pack,
    Party,
    Place,
    RoleGrant,
    Standing,
    Substitute,
    User,
)

INSTALLER = Actor(name="the installation")
_REFERENCE = Path(__file__).parent.parent / "records" / "reference"
_REVIEWED_AT = datetime(2022, 1, 1, tzinfo=UTC)
_REVIEW = "Seed verdict shipped with Muster, by the item's kind; review it before relying on it."


class NotFirst(Refusal, kind=Kind.FORBIDDEN):
    """There is a coordinator already; ask one of them for a log-in."""


@action("load the facts that ship with Muster")
def load_reference(*, act: Act) -> Party:
    """Load parties, standings, places, items, reviews, packs and substitutes; once.

    Does nothing where there are parties already.
    """
    if not Party.objects.exists():
        _load_parties()
        _load_catalogue(act)
    return Party.objects.get(pk="NATO")


@action("add the first coordinator")
def add_first_coordinator(*, act: Act, username: str, name: str, party: str, since: date) -> User:
    """Add the person who adds all others.

    Raises:
        NotFirst: there is a coordinator already.
        PartyUnknown: the register has no such party.
    """
    if RoleGrant.objects.filter(role=Role.COORDINATOR.value).exists():
        raise NotFirst
    user = User(id=act.part_id("user"), username=username, name=name)
    user.set_unusable_password()
    user.save(force_insert=True)
    RoleGrant.objects.create(
        user=user, role=Role.COORDINATOR.value, party=find_party(party), since=since
    )
    return user


def set_password(*, username: str, password: str) -> None:
    """Set a person's password, from the command line of the machine."""
    with transaction.atomic():
        User.objects.filter(username=username).update(password=make_password(password))


def set_same_password(*, usernames: list[str], password: str) -> None:
    """Set one password for many, as the demo's sample log-ins have; hashed once, being slow."""
    with transaction.atomic():
        User.objects.filter(username__in=usernames).update(password=make_password(password))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _load_parties() -> None:
    rows = sorted(_rows("parties"), key=lambda row: row["parent"] != "")
    Party.objects.bulk_create(
        Party(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            iso3=row["iso3"],
            parent_id=row["parent"] or None,
            gives_only_reviewed=row["gives_only_reviewed"] == "yes",
            source=row["source"],
        )
        for row in rows
    )
    Standing.objects.bulk_create(
        Standing(
            party_id=row["party"],
            body_id=row["body"],
            kind=row["kind"],
            since=date.fromisoformat(row["since"]),
            until=date.fromisoformat(row["until"]) if row["until"] else None,
            source=row["source"],
            checked=row["checked"],
        )
        for row in _rows("standings")
    )
    Place.objects.bulk_create(
        Place(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            country=row["country"],
            latitude=row["lat"] or None,
            longitude=row["lon"] or None,
            source=row["source"],
        )
        for row in _rows("places")
    )


def _load_catalogue(act: Act) -> None:
    rows = list(_rows("items"))
    Item.objects.bulk_create(
        Item(
            code=row["code"],
            name=row["name"],
            category=row["category"],
            unit=row["unit"],
            countable=row["countable"] == "yes",
            mass_g=int(row["mass_g"]) if row["mass_g"] else None,
            volume_ml=int(row["volume_ml"]) if row["volume_ml"] else None,
            serial_tracked=row["serial_tracked"] == "yes",
            expires=row["expires"] == "yes",
            consent_prone=row["consent_prone"] == "yes",
            hazard=row["hazard"],
            hs_code=row["hs_code"],
            source=row["source"],
        )
        for row in rows
    )
    ItemReview.objects.bulk_create(
        ItemReview(
            id=act.part_id(f"review {row['code']}"),
            item_id=row["code"],
            verdict=row["lethality"],
            authority="Muster",
            reviewed_at=_REVIEWED_AT,
            reason=_REVIEW,
        )
        for row in rows
        if row["lethality"] != "unreviewed"
    )
    Pack.objects.bulk_create(
        Pack(item_id=row["item"], name=row["name"], holds=int(row["holds"]))
        for row in _rows("packs")
    )
    Substitute.objects.bulk_create(
        Substitute(
            item_id=row["item"],
            substitute_id=row["substitute"],
            numerator=int(row["numerator"]),
            denominator=int(row["denominator"]),
            note=row["note"],
        )
        for row in _rows("substitutes")
    )
