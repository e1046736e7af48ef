"""Intake verbs: keep a list as it came, read it, decide its lines, say what its columns mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final
from uuid import UUID

from muster.actions.columns import ColumnMeant, column_data, remember
from muster.actions.import_lines import store_lines, unswept
from muster.actions.import_rows import store_reading
from muster.actions.journal import action
from muster.actions.operations import demand_running
from muster.actions.staging import held, move
from muster.core.actors import CENTRE, Act, Role, party_audience
from muster.core.intake.drafts import columns_data, issue_data
from muster.core.intake.headings import MEANINGS
from muster.core.intake.settled import Choice, Purpose, Settled
from muster.core.intake.settling import settle
from muster.core.refusals import (
    ChoiceUnknown,
    FileEmpty,
    FileTooLarge,
    ItemUnknown,
    NotFound,
    TextMissing,
    WrongStage,
)
from muster.core.stages import shown
from muster.formats.registry import read
from muster.queries.intake import choice_data, drafts_of, facts_of, hints_of, own_party
from muster.queries.register import find_party
from muster.queries.visibility import find
from muster.records.models import ImportBatch, ImportLine, Operation, OriginalFile

MOST_BYTES: Final = 64 * 1024 * 1024
"""The greatest file that is read: 100,000 lines of .xlsx are about 6 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDecision:
    """A person's word on one line, by its number; what is empty stays as it was read."""

    number: int
    item: str = ""
    amount: str = ""
    unit: str = ""
    party: str = ""
    skip: bool = False
    taken_as_read: tuple[str, ...] = ()


def read_list(
    *,
    act: Act,
    operation: UUID,
    purpose: str,
    name: str,
    data: bytes,
    sender: str = "",
    party: str = "",
    columns: Sequence[ColumnMeant] = (),
    convention: str = "",
    day_first: bool | None = None,
) -> ImportBatch:
    """Keep a list and read it at once; the two are acts of their own, so a retry repeats neither.

    Raises: as keep_list does.
    """
    batch = keep_list(
        act=act,
        operation=operation,
        purpose=purpose,
        original=original_of(data),
        name=name,
        sender=sender,
        party=party,
        columns=columns,
        convention=convention,
        day_first=day_first,
    )
    return read_kept(act=act.part("read"), batch=batch.pk)


def original_of(data: bytes) -> OriginalFile:
    """Take the bytes of a list in hand, to be kept.

    Raises:
        FileEmpty: there are none.
        FileTooLarge: there are more than are read here.
    """
    if not data:
        raise FileEmpty
    if len(data) > MOST_BYTES:
        raise FileTooLarge(size=f"{len(data):,}", most=f"{MOST_BYTES:,}")
    return OriginalFile(sha256=sha256(data).hexdigest(), data=data, size=len(data))


@action("keep a list")
def keep_list(
    *,
    act: Act,
    operation: UUID,
    purpose: str,
    original: OriginalFile,
    name: str,
    sender: str = "",
    party: str = "",
    columns: Sequence[ColumnMeant] = (),
    convention: str = "",
    day_first: bool | None = None,
) -> ImportBatch:
    """Keep the bytes of a list as they came, and say what its lines are to become.

    Args:
        act: the deed.
        operation: where the lines belong.
        purpose: requests, offers, pledges or commitments.
        original: the bytes, as original_of gives them.
        name: the file's name, or what a pasted text is called.
        sender: whose list it is; what its columns mean is remembered for this sender.
        party: whose lines they are where the list does not say; a nation's own people import for
            their nation, and for no other.
        columns: what columns mean, where a person says so beforehand.
        convention: point_decimal or comma_decimal, where a person says so.
        day_first: whether 03/04 is the third of April, where a person says so.

    Raises:
        RoleMissing: the actor is neither a coordinator nor of a party that may ask or give.
        ActsForAnother: the party is not the actor's own.
        ChoiceUnknown: there is no such purpose or convention.
        PartyUnknown: there is no such party.
        TextMissing: it has no name.
        WrongStage: the operation is closed.
    """
    meant = _purpose(purpose)
    _demand_convention(convention)
    if not name.strip():
        raise TextMissing(what="the file's name", at="name")
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "given a list")
    party = demand_may_import(act, meant, party)
    kept, _ = OriginalFile.objects.get_or_create(
        sha256=original.sha256, defaults={"data": original.data, "size": original.size}
    )
    own = {party_audience(grant.party) for grant in act.actor.held(act.now.date())}
    batch = ImportBatch.objects.create(
        id=act.part_id("import"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=sorted({CENTRE, *own}),
        operation=found,
        purpose=meant.value,
        sender=sender.strip(),
        party=party,
        file_name=name.strip(),
        original=kept,
        user_id=act.user_id,
        hints={
            "columns": [column_data(each) for each in columns],
            "convention": convention,
            "day_first": day_first,
        },
    )
    move(act, batch, "keep")
    return batch


@action("read a list")
def read_kept(*, act: Act, batch: UUID) -> ImportBatch:
    """Read a kept list into lines, each held against the catalogue and the register.

    Read again, decisions stay with the lines whose words are the same.  What is wrong in the file
    is kept as issues with their places, never raised.

    Raises:
        NotFound: there is none that the actor may see.
        WrongStage: it is committed or discarded.
    """
    found = _open(act, batch, "read")
    return _read(act, found)


@action("say what columns mean")
def remap(*, act: Act, batch: UUID, columns: Sequence[ColumnMeant]) -> ImportBatch:
    """Say what columns mean, read the list again so, and remember it for its sender.

    Raises:
        NotFound: there is no such list, or it has no such column.
        ChoiceUnknown: a column cannot mean that.
        WrongStage: it is committed or discarded.
    """
    found = _open(act, batch, "read another way")
    known = {(each["sheet"], each["letter"]): each for each in found.columns}
    for each in columns:
        if each.means not in MEANINGS:
            raise ChoiceUnknown(
                at="columns", given=each.means, known=", ".join(filter(None, MEANINGS))
            )
        if (each.sheet, each.letter) not in known:
            raise NotFound(at="columns", what="column", name=f"{each.sheet} {each.letter}".strip())
    said = {(each.sheet, each.letter): each.means for each in columns}
    found.hints = {
        **found.hints,
        "columns": [
            {**column, "means": said.get(key, column["means"]), "confidence": 1.0}
            for key, column in known.items()
        ],
    }
    remember(act, found.sender, {known[key]["heading"]: means for key, means in said.items()})
    return _read(act, found)


@action("say how numbers and days are written")
def reread(
    *, act: Act, batch: UUID, convention: str = "", day_first: bool | None = None
) -> ImportBatch:
    """Say which convention a document follows, and read it again so.

    Raises:
        NotFound: there is no such list.
        ChoiceUnknown: there is no such convention.
        WrongStage: it is committed or discarded.
    """
    _demand_convention(convention)
    found = _open(act, batch, "read another way")
    found.hints = {**found.hints, "convention": convention, "day_first": day_first}
    return _read(act, found)


@action("decide lines of a list")
def decide_lines(*, act: Act, batch: UUID, decisions: Sequence[LineDecision]) -> ImportBatch:
    """Answer the questions of lines; the item of one line is that of all with the same words.

    A confirmed item is remembered for these words when the list is committed.

    Raises:
        NotFound: there is no such list or line.
        ItemUnknown, PartyUnknown: a decision names what is not there.
        WrongStage: it is committed or discarded.
    """
    found = _open(act, batch, "decided")
    wanted = {decision.number: decision for decision in decisions}
    lines = {line.number: line for line in found.lines.filter(number__in=list(wanted))}
    missing = min(set(wanted) - set(lines), default=None)
    if missing is not None:
        raise NotFound(what="line of this list", name=missing)
    facts = facts_of(found)
    items_of_words: dict[str, str] = {}
    choices: dict[int, Choice] = {}
    for number, decision in wanted.items():
        if decision.item and decision.item not in facts.items:
            raise ItemUnknown(item=decision.item).in_line(number)
        party = find_party(decision.party).code if decision.party else ""
        choices[number] = _chosen(decision, party)
        if decision.item:
            items_of_words[lines[number].item_text] = decision.item
    also = found.lines.filter(item_text__in=list(items_of_words)).exclude(number__in=list(wanted))
    settled: list[tuple[Settled, Choice]] = []
    for draft, before in drafts_of([*lines.values(), *also]):
        choice = choices.get(draft.number, before)
        if not choice.item and draft.item_text in items_of_words:
            choice = replace(choice, item=items_of_words[draft.item_text])
        settled.append((settle(draft, facts, choice), choice))
    ImportLine.objects.filter(
        batch=found, number__in=[one.draft.number for one, _ in settled]
    ).delete()
    store_lines(found.pk, settled)
    return found


@action("discard a list")
def discard_list(*, act: Act, batch: UUID) -> ImportBatch:
    """Put a list aside that will not be stored; its bytes and lines stay to be read.

    Raises:
        NotFound: there is no such list.
        WrongStage: it is committed already; undo the import instead.
    """
    found = held(ImportBatch, batch, act)
    demand_may_import(act, Purpose(found.purpose), found.party)
    move(act, found, "discard", note=act.reason)
    return found


_CONVENTIONS = ("", "point_decimal", "comma_decimal")


def _read(act: Act, batch: ImportBatch) -> ImportBatch:
    """Read the bytes, settle the lines and put them in the place of those of an earlier reading."""
    with unswept():
        return _read_unswept(act, batch)


def _read_unswept(act: Act, batch: ImportBatch) -> ImportBatch:
    reading = read(bytes(batch.original.data), hints_of(batch))
    batch.format = reading.format
    batch.title = reading.title
    batch.stated_on = reading.stated_on
    batch.columns = columns_data(reading.columns)
    batch.issues = [issue_data(issue) for issue in reading.issues]
    if not batch.party and reading.party_text:
        batch.hints = {**batch.hints, "party_text": reading.party_text}
    batch.save(update_fields=["hints", "format", "title", "stated_on", "columns", "issues"])
    decided = {
        (line.number, line.text): Choice(**choice_data(line))
        for line in batch.lines.filter(decision__isnull=False)
    }
    batch.lines.all().delete()
    facts = facts_of(batch)
    store_reading(batch.pk, reading.lines, facts, decided)
    if batch.stage == "kept":
        move(act, batch, "read")
    return batch


def _open(act: Act, batch: UUID, event: str) -> ImportBatch:
    """Hold a list that can still be read and decided."""
    found = held(ImportBatch, batch, act)
    demand_may_import(act, Purpose(found.purpose), found.party)
    if found.stage not in {"kept", "read"}:
        raise WrongStage(what=str(found), stage=shown(found.stage), event=event)
    return found


_ROLES = {Purpose.REQUESTS: Role.RECIPIENT}


def demand_may_import(act: Act, purpose: Purpose, party: str) -> str:
    """Demand a coordinator, or one of the nation whose lines they are; give that nation's code."""
    role = _ROLES.get(purpose, Role.DONOR)
    day = act.now.date()
    party = party or own_party(act.actor, role, day)
    if act.actor.has(Role.COORDINATOR, day) or not party:
        act.must_be(Role.COORDINATOR, role)
        return find_party(party).code if party else ""
    act.must_act_for(role, find_party(party).code)
    return party


def _purpose(purpose: str) -> Purpose:
    if purpose not in set(Purpose):
        raise ChoiceUnknown(at="purpose", given=purpose, known=", ".join(Purpose))
    return Purpose(purpose)


def _demand_convention(convention: str) -> None:
    if convention not in _CONVENTIONS:
        known = ", ".join(_CONVENTIONS[1:])
        raise ChoiceUnknown(at="convention", given=convention, known=known)


def _chosen(decision: LineDecision, party: str) -> Choice:
    return Choice(
        item=decision.item,
        amount=decision.amount.strip(),
        unit=decision.unit.strip(),
        party=party,
        skip=decision.skip,
        taken_as_read=decision.taken_as_read,
    )
