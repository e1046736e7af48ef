"""Imports: the lists of an operation, and a preview of each with every line and every doubt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db.models import Count, QuerySet

from muster.core.actors import Actor, Role
from muster.core.exchange import Column, DraftLine, Hints, Issue, Status
from muster.core.intake.drafts import Data, columns_of, draft_data, draft_of, issue_data, issue_of
from muster.core.intake.settled import Choice, Facts, Purpose, Settled, Verdict
from muster.core.intake.settling import settle
from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.formats.registry import read
from muster.queries.duplicates import Pair, pairs_of_import
from muster.queries.listing import Page, page_of
from muster.queries.settling import facts_for
from muster.queries.visibility import find, visible
from muster.records.models import (
    ImportBatch,
    ImportLine,
    Item,
    Operation,
    Party,
    SenderMapping,
    StageEvent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many lines an import has, and how many of them stand how."""

    lines: int
    ready: int
    question: int
    error: int
    out: int

    @property
    def open(self) -> int:
        """The lines that somebody still has to settle."""
        return self.question + self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """A line as it will be stored, with what it was read from and what is asked about it."""

    number: int
    key: UUID
    place: str
    text: str
    item_text: str
    verdict: Verdict
    item: str
    item_name: str
    confidence: float
    candidates: tuple[tuple[str, str, float], ...]
    """The items that may be meant: code, name, confidence."""
    quantity: Quantity
    unit: str
    typed_amount: str
    typed_unit: str
    party: str
    status: str
    choice: Choice
    draft: DraftLine
    issues: tuple[Issue, ...]

    @property
    def readings(self) -> tuple[str, ...]:
        """The ways to read the quantity, side by side, where it is a question."""
        return next((i.readings for i in self.issues if i.readings and _of_amount(i)), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One import: what was read, what is wrong with the file as a whole, and how it stands."""

    batch: ImportBatch
    columns: tuple[Column, ...]
    issues: tuple[Issue, ...]
    tally: Tally

    @property
    def fails(self) -> bool:
        """Whether the file as a whole could not be read."""
        return any(issue.weight == "error" for issue in self.issues)


def imports_of(
    operation: Operation, actor: Actor, *, day: date, after: str | None = None
) -> Page[ImportBatch]:
    """List the imports of an operation that the actor may see, newest first."""
    found = visible(ImportBatch, actor, day).filter(operation=operation).select_related("user")
    return page_of(found, order=("-recorded_at", "-id"), after=after, limit=50)


def preview(batch: UUID, actor: Actor, day: date) -> Preview:
    """Show how an import stands; its lines are asked for with `lines_seen`.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = find(ImportBatch, batch, actor, day)
    return Preview(
        batch=found,
        columns=columns_of(found.columns),
        issues=tuple(issue_of(each) for each in found.issues),
        tally=tally_of(found),
    )


def tally_of(batch: ImportBatch) -> Tally:
    """Count the lines of an import by how they stand."""
    counted = batch.lines.values_list("verdict").annotate(n=Count("id"))
    by_verdict = dict(counted)
    return Tally(
        lines=sum(by_verdict.values()),
        **{verdict.value: by_verdict.get(verdict.value, 0) for verdict in Verdict},
    )


def lines_seen(
    batch: ImportBatch,
    *,
    verdicts: Sequence[Verdict] = (),
    after: int = 0,
    limit: int | None = None,
) -> list[LineSeen]:
    """Show lines of an import in the order of the file.

    Args:
        batch: whose.
        verdicts: only lines that stand so; all if none is named.
        after: the number of the last line of the page before.
        limit: how many at most.
    """
    found = batch.lines.filter(number__gt=after).order_by("number")
    if verdicts:
        found = found.filter(verdict__in=[v.value for v in verdicts])
    facts = facts_of(batch)
    return [line_seen(line, facts) for line in (found[:limit] if limit else found)]


def line_seen(line: ImportLine, facts: Facts) -> LineSeen:
    """Show one line."""
    known = facts.items.get(line.item)
    return LineSeen(
        number=line.number,
        key=line_key(line.batch_id, line.number),
        place=line.place,
        text=line.text,
        item_text=line.item_text,
        verdict=Verdict(line.verdict),
        item=line.item,
        item_name=known.name if known else "",
        confidence=line.confidence,
        candidates=tuple(
            (code, facts.items[code].name, confidence)
            for code, confidence, _ in line.candidates or ()
            if code in facts.items
        ),
        quantity=quantity_of_line(line),
        unit=known.unit if known else "",
        typed_amount=line.typed_amount,
        typed_unit=line.typed_unit,
        party=line.party,
        status=line.status,
        choice=Choice(**choice_data(line)),
        draft=_draft(line),
        issues=tuple(issue_of(each) for each in line.issues or ()),
    )


def facts_of(batch: ImportBatch) -> Facts:
    """Gather what the lines of an import are held against."""
    return facts_for(
        batch.operation,
        Purpose(batch.purpose),
        party=batch.party,
        party_text=batch.hints.get("party_text", ""),
        day=batch.stated_on or batch.recorded_at.date(),
    )


def hints_of(batch: ImportBatch) -> Hints:
    """Say what is known of a file: by a person's word on it, then by its sender's lists."""
    said = columns_of(batch.hints.get("columns", []))
    remembered = SenderMapping.objects.filter(sender=batch.sender) if batch.sender else ()
    named = {column.heading for column in said if column.heading}
    return Hints(
        name=batch.file_name,
        columns=(
            *said,
            *(
                Column(sheet="", letter="", heading=each.heading, means=each.means, confidence=1.0)
                for each in remembered
                if each.heading not in named
            ),
        ),
        convention=batch.hints.get("convention", ""),
        day_first=batch.hints.get("day_first"),
        status=_STATUSES[Purpose(batch.purpose)],
    )


_STATUSES = {
    Purpose.REQUESTS: Status.REQUESTED,
    Purpose.OFFERS: Status.OFFERED,
    Purpose.PLEDGES: Status.PLEDGED,
    Purpose.COMMITMENTS: Status.COMMITTED,
}


def drafts_of(lines: Iterable[ImportLine]) -> Iterator[tuple[DraftLine, Choice]]:
    """Read drafts back, with what was decided of each."""
    for line in lines:
        yield _draft(line), Choice(**choice_data(line))


def choice_data(line: ImportLine) -> Data:
    """Give a line's decision as the arguments of a Choice."""
    data: Data = dict(line.decision or {})
    if "taken_as_read" in data:
        data["taken_as_read"] = tuple(data["taken_as_read"])
    return data


def quantity_of_line(line: ImportLine) -> Quantity:
    """Read a line's quantity back, in smallest units of its item."""
    return Quantity(
        QuantityKind(line.quantity_kind), line.low, line.high, Per(line.per) if line.per else None
    )


def line_key(batch: UUID, number: int) -> UUID:
    """Name a line, before it is stored and after: the record that it becomes has this id."""
    return uuid5(batch, f"line {number}")


def own_party(actor: Actor, role: Role, day: date) -> str:
    """Give the one nation that the actor acts for; nothing for the centre, which acts for all."""
    own = actor.parties(role, day)
    return own[0] if len(own) == 1 and not actor.has(Role.COORDINATOR, day) else ""


def may_import(actor: Actor, day: date) -> tuple[Purpose, ...]:
    """List what the actor may import lists as."""
    if actor.has(Role.COORDINATOR, day):
        return tuple(Purpose)
    asks = (Purpose.REQUESTS,) if actor.has(Role.RECIPIENT, day) else ()
    gives = (Purpose.OFFERS, Purpose.PLEDGES) if actor.has(Role.DONOR, day) else ()
    return (*asks, *gives)


def item_names() -> list[tuple[str, str]]:
    """List the catalogue, code and name, as the choices of a line's item."""
    return list(Item.objects.order_by("name").values_list("code", "name"))


def party_names() -> list[tuple[str, str]]:
    """List the register, code and name, as the choices of a line's party."""
    return list(Party.objects.order_by("name").values_list("code", "name"))


def same_bytes_before(batch: ImportBatch) -> tuple[ImportBatch, datetime] | None:
    """Find an import of these very bytes into the same operation that was committed and stands."""
    found = ImportBatch.objects.filter(
        operation_id=batch.operation_id, original_id=batch.original_id, stage="committed"
    ).exclude(pk=batch.pk)
    earlier = found.order_by("recorded_at").first()
    if earlier is None:
        return None
    event = StageEvent.objects.filter(subject_id=earlier.pk, event="commit").get()
    return earlier, event.recorded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """A list as it would be read and stored, with nothing written anywhere."""

    seen: Preview
    lines: tuple[LineSeen, ...]
    pairs: tuple[Pair, ...]


def dry_run(batch: ImportBatch, data: bytes, actor: Actor, day: date) -> DryRun:
    """Read a list and hold it against what is known, and write nothing.

    Args:
        batch: an import that is not stored: operation, purpose, file name, hints, sender, party.
        data: the bytes.
        actor: on whose behalf stored lines are compared.
        day: today.
    """
    reading = read(data, hints_of(batch))
    batch.format, batch.title, batch.stated_on = reading.format, reading.title, reading.stated_on
    if not batch.party and reading.party_text:
        batch.hints = {**batch.hints, "party_text": reading.party_text}
    facts = facts_of(batch)
    records = [unstored(batch, settle(draft, facts)) for draft in reading.lines]
    counts = Counter(record.verdict for record in records)
    tally = Tally(lines=len(records), **{v.value: counts[v.value] for v in Verdict})
    seen = Preview(batch=batch, columns=reading.columns, issues=reading.issues, tally=tally)
    compared = [record for record in records if record.item]
    return DryRun(
        seen=seen,
        lines=tuple(line_seen(record, facts) for record in records),
        pairs=pairs_of_import(batch, compared, actor, day),
    )


def unstored(batch: ImportBatch, line: Settled) -> ImportLine:
    """Make the record of a settled line, without storing it."""
    quantity = line.quantity
    return ImportLine(
        batch=batch,
        number=line.draft.number,
        place=line.draft.place.text,
        text=line.draft.text,
        item_text=line.draft.item_text,
        draft=draft_data(line.draft),
        verdict=line.verdict.value,
        item=line.item,
        confidence=line.confidence,
        candidates=[[c.code, c.confidence, c.why] for c in line.candidates],
        quantity_kind=quantity.kind.value,
        low=quantity.low,
        high=quantity.high,
        per=quantity.per.value if quantity.per else "",
        typed_amount=line.typed_amount,
        typed_unit=line.typed_unit,
        party=line.party,
        status=line.draft.status.value,
        issues=[issue_data(issue) for issue in line.issues],
    )


def duplicates_of(batch: ImportBatch, actor: Actor, day: date) -> tuple[Pair, ...]:
    """List which lines of an import may tell of the same thing as another, or as what is stored."""
    lines = batch.lines.exclude(verdict=Verdict.OUT.value).order_by("number")
    return pairs_of_import(batch, lines, actor, day)


def ready_lines(batch: ImportBatch) -> QuerySet[ImportLine]:
    """Give the lines that will be stored, in the order of the file."""
    return batch.lines.filter(verdict=Verdict.READY.value).order_by("number")


def _draft(line: ImportLine) -> DraftLine:
    return draft_of(line.number, line.text, line.item_text, line.status, line.draft)


def _of_amount(issue: Issue) -> bool:
    return issue.code.startswith(("quantity", "amount", "number", "unit"))
