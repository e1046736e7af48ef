"""Setting a site up: the facts that ship with Muster, and its first person.

These verbs have no actor yet; they are reached from the command line of the machine alone.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Model

from muster.actions.countries import load_accessions, load_countries, load_rates
from muster.actions.journal import action
from muster.actions.meetings import write_attendance
from muster.core.actors import CENTRE, NATIONS, PUBLIC, Act, Actor, Role
from muster.core.intake.wording import normalised
from muster.core.refusals import Kind, Refusal
from muster.queries.register import find_party
from muster.records.models import (
    Alias,
    Item,
    ItemReview,
    KitPart,
    Meeting,
    Pack,
    Party,
    Place,
    RoleGrant,
    RuleChange,
    RuleVersion,
    Standing,
    Substitute,
    User,
)
from muster.records.models.catalogue import AliasSource

INSTALLER = Actor(name="the installation")
_REFERENCE = Path(__file__).parent.parent / "records" / "reference"
_REVIEWED_AT = datetime(2022, 1, 1, tzinfo=UTC)
_REVIEW = "Seed verdict shipped with Muster, by the item's kind; review it before relying on it."


class NotFirst(Refusal, kind=Kind.FORBIDDEN):
    """There is a coordinator already; ask one of them for a log-in."""


@action("load the facts that ship with Muster")
def load_reference(*, act: Act) -> Party:
    """Load parties, standings, places, the catalogue with what belongs to it, and the rules; once.

    Does nothing where they are there already; facts that a later version ships are added.
    """
    if not Party.objects.exists():
        _load_parties()
        _load_catalogue(act)
    if not RuleVersion.objects.exists():
        _load_rules(act)
    if not Meeting.objects.exists():
        _load_meetings(act)
    load_countries()
    load_accessions(act)
    load_rates(act)
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


def _load_meetings(act: Act) -> None:
    """Load the meetings of the contact group: what was read of each, and what is from memory."""
    for row in _rows("meetings"):
        meeting = Meeting.objects.create(
            id=act.part_id(f"meeting {row['series']} {row['number']}"),
            act_id=act.id,
            recorded_at=act.now,
            audiences=[CENTRE, NATIONS, PUBLIC],
            series_id=row["series"],
            number=int(row["number"]),
            held_on=date.fromisoformat(row["held_on"]),
            place=row["place"],
            mode=row["mode"],
            recalled=row["recalled"].split(),
            source=row["source"],
        )
        write_attendance(act, meeting, chairs=row["chairs"].split(), source=row["source"])
        write_attendance(
            act,
            meeting,
            said=row["attendance"],
            source=row["attendance_source"],
            recalled=row["attendance_recalled"] == "yes",
        )


def _load_catalogue(act: Act) -> None:
    rows = list(_rows("items"))
    _insert_all(Item, rows, _ITEM_COLUMNS)
    reviews = [
        {
            "id": str(act.part_id(f"review {row['code']}")),
            "item_id": row["code"],
            "verdict": row["lethality"],
            "authority": "Muster",
            "reviewed_at": _REVIEWED_AT.isoformat(),
            "reason": _REVIEW,
        }
        for row in rows
        if row["lethality"] != "unreviewed"
    ]
    _insert_all(ItemReview, reviews, _REVIEW_COLUMNS)
    Pack.objects.bulk_create(
        Pack(item_id=row["item"], name=row["name"], holds=int(row["holds"]))
        for row in _rows("packs")
    )
    aliases = [
        {
            "id": str(act.part_id(f"alias {number}")),
            "item_id": row["item"],
            "text": row["text"],
            "normalised": normalised(row["text"]),
            "language": row["language"],
            "source": AliasSource.SEED.value,
        }
        for number, row in enumerate(_rows("aliases"))
    ]
    _insert_all(Alias, aliases, _ALIAS_COLUMNS)
    kits = [{**row, "kit_id": row["kit"], "part_id": row["part"]} for row in _rows("kits")]
    _insert_all(KitPart, kits, _KIT_COLUMNS)
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


def _load_rules(act: Act) -> None:
    """Write the seed of the rule book: what holds already is approved, examples are not."""
    for row in _rows("rules"):
        version = RuleVersion.objects.create(
            **{name: row[name] for name in _RULE_TEXTS},
            version=1,
            steps=row["steps"].split(),
            precedence=int(row["precedence"]),
            since=date.fromisoformat(row["since"]),
            invented=row["invented"] == "yes",
            recorded_at=act.now,
            act_id=act.id,
        )
        if row["approved"] == "yes":
            RuleChange.objects.create(
                version=version,
                kind=RuleChange.Kind.APPROVE,
                day=version.since,
                reason="ships with Muster",
                recorded_at=act.now,
                act_id=act.id,
            )


_RULE_TEXTS = (
    *("code", "title", "sentence", "expression", "effect", "consent_of"),
    *("authority", "citation", "source"),
)
# The columns that are filled from text, and what each is turned into.
_TEXT = "{}"
_YES = "{} = 'yes'"
_NUMBER = "nullif({}, '')::bigint"
_MOMENT = "{}::timestamptz"
_ID = "{}::uuid"
_ITEM_COLUMNS = {
    **dict.fromkeys(("code", "name", "category", "relief_category", "support_category"), _TEXT),
    **dict.fromkeys(("unit", "hazard", "hs_code", "source"), _TEXT),
    **dict.fromkeys(("countable", "serial_tracked", "expires", "consent_prone"), _YES),
    **dict.fromkeys(("mass_g", "volume_ml"), _NUMBER),
    "lethality": _TEXT,
}
_REVIEW_COLUMNS = {
    "id": _ID,
    **dict.fromkeys(("item_id", "verdict", "authority", "reason"), _TEXT),
    "reviewed_at": _MOMENT,
}
_ALIAS_COLUMNS = {
    "id": _ID,
    **dict.fromkeys(("item_id", "text", "normalised", "language", "source"), _TEXT),
}
_KIT_COLUMNS = {
    **dict.fromkeys(("kit_id", "part_id", "source"), _TEXT),
    "amount": _NUMBER,
}


def _insert_all(
    model: type[Model], rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]
) -> None:
    """Write thousands of rows in one statement; row by row they would be most of the set-up."""
    names = ", ".join(columns)
    values = ", ".join(turned.format(name) for name, turned in columns.items())
    arrays = ", ".join("%s::text[]" for _ in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            # All names are constants of ours.
            f"INSERT INTO {model._meta.db_table} ({names}) "  # noqa: S608
            f"SELECT {values} FROM unnest({arrays}) AS given ({names})",
            [[row[name] for row in rows] for name in columns],
        )
