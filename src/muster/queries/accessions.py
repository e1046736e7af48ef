"""Members through time: the way of a party into a body, and how many members a body had when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.core.accessions import STEPS, Accession, Step, Taken, owed
from muster.queries.register import find_party, standings_of
from muster.records.models import AccessionStep, Obligation, Party, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step of an accession as it is shown; `by` names the member that ratified."""

    id: UUID
    party: str
    body: str
    step: str
    by: str
    by_name: str
    on: date
    source: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a timeline: what changed on a day, and where it can be read."""

    on: date
    body: str
    what: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A standing as a bar of a timeline: from a day until (not including) another, or still."""

    body: str
    body_name: str
    kind: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A party's standings and the steps between them, earliest first."""

    code: str
    name: str
    standings: tuple[Span, ...]
    steps: tuple[StepShown, ...]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many members a body had from a day on, and who came or went on it."""

    on: date
    members: int
    joined: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """An obligation of a body's members on a day."""

    code: str
    authority: str
    text: str
    source: str
    checked: str


def accession_of(party: Party, body: Party, *, day: date) -> Accession:
    """Gather what is known of a party's way into a body, with the body's members of a day."""
    steps = AccessionStep.objects.filter(party=party, body=body, superseded_at__isnull=True)
    members = standings_of(day).filter(body=body, kind=Standing.Kind.MEMBER).exclude(party=party)
    return Accession(
        party=party.name,
        body=body.name,
        taken=[Taken(Step(s.step), s.happened_on, s.by_id) for s in steps],
        members=dict(members.values_list("party_id", "party__name")),
    )


def steps_of(party: str, *, body: str | None = None) -> tuple[StepShown, ...]:
    """List the steps of a party's accessions, in the order in which they were taken."""
    found = AccessionStep.objects.filter(party_id=party, superseded_at__isnull=True)
    if body is not None:
        found = found.filter(body_id=body)
    shown = [
        StepShown(
            id=step.pk,
            party=step.party_id,
            body=step.body_id,
            step=step.step,
            by=step.by_id or "",
            by_name=step.by.name if step.by else "",
            on=step.happened_on,
            source=step.source,
            checked=step.checked,
        )
        for step in found.select_related("by")
    ]
    return tuple(sorted(shown, key=lambda s: (s.on, STEPS.index(Step(s.step)), s.by_name)))


def still_owed(party: str, *, body: str, day: date) -> tuple[str, ...]:
    """Name the members of a body that had not ratified a party's accession by a day."""
    return owed(accession_of(find_party(party), find_party(body), day=day), day)


def timeline_of(code: str) -> Timeline:
    """Tell a party's standings through time, with the steps of its accessions.

    Raises:
        PartyUnknown: the register has no party of that code.
    """
    party = find_party(code)
    rows = list(
        Standing.objects.filter(party=party).select_related("body").order_by("since", "body_id")
    )
    steps = steps_of(code)
    return Timeline(
        code=party.code,
        name=party.name,
        standings=tuple(
            Span(
                body=row.body_id,
                body_name=row.body.name,
                kind=row.kind,
                since=row.since,
                until=row.until,
            )
            for row in rows
        ),
        steps=steps,
        happenings=_happenings(rows, steps),
    )


def members_through_time(body: str) -> tuple[Count, ...]:
    """Count a body's members from each day on which someone came or went."""
    rows = Standing.objects.filter(body_id=body, kind=Standing.Kind.MEMBER).select_related("party")
    came: dict[date, list[str]] = {}
    went: dict[date, list[str]] = {}
    for row in rows.order_by("since", "party__name"):
        came.setdefault(row.since, []).append(row.party.name)
        if row.until is not None:
            went.setdefault(row.until, []).append(row.party.name)
    return tuple(_counted(came, went))


def obligations_on(day: date, *, body: str, kind: str = "member") -> tuple[Bound, ...]:
    """List what a body binds those of a standing to on a day."""
    found = Obligation.objects.filter(body_id=body, binds=kind, since__lte=day).order_by(
        "since", "code"
    )
    return tuple(
        Bound(
            code=row.code,
            authority=row.authority,
            text=row.text,
            source=row.source,
            checked=row.checked,
        )
        for row in found
        if row.until is None or row.until > day
    )


def _counted(came: Mapping[date, list[str]], went: Mapping[date, list[str]]) -> Iterable[Count]:
    members = 0
    for day in sorted(came.keys() | went.keys()):
        joined, left = came.get(day, []), went.get(day, [])
        members += len(joined) - len(left)
        yield Count(on=day, members=members, joined=tuple(joined), left=tuple(left))


def _happenings(rows: Sequence[Standing], steps: Sequence[StepShown]) -> tuple[Happening, ...]:
    told = [
        Happening(
            on=row.since,
            body=row.body_id,
            what=f"{row.kind} of {row.body.name}" + (f" until {row.until}" if row.until else ""),
            source=row.source,
            checked=row.checked,
        )
        for row in rows
    ]
    told += [
        Happening(
            on=step.on,
            body=step.body,
            what=_WORDS[Step(step.step)].format(by=step.by_name),
            source=step.source,
            checked=step.checked,
        )
        for step in steps
    ]
    return tuple(sorted(told, key=lambda happening: happening.on))


_WORDS = {
    Step.INVITED: "invited",
    Step.PROTOCOLS_SIGNED: "accession protocols signed",
    Step.RATIFIED: "ratified by {by}",
    Step.DEPOSITED: "instrument of accession deposited",
    Step.IN_FORCE: "accession in force",
}
