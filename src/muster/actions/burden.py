"""Burden: say what something is worth, and bring in a public table of who gave how much."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from muster.actions.journal import action
from muster.core.actors import CENTRE, NATIONS, PUBLIC, Act, Role
from muster.core.money import read_money
from muster.core.refusals import ChoiceUnknown, DuplicateReference, TextMissing
from muster.formats.burden import FigureRead, RowRead, has_figures, read_figures, read_rows
from muster.formats.burden_sheets import TableFaulty
from muster.queries.burden import donors_named
from muster.queries.visibility import find
from muster.records.models import (
    Allocation,
    BurdenFigure,
    BurdenRow,
    BurdenTable,
    OfferLine,
    OriginalFile,
    PledgeLine,
    Valuation,
)

_NO_PARTY = "is no party of the register; add it, or say whom it means"
_SUBJECTS: Mapping[str, type[OfferLine] | type[Allocation] | type[PledgeLine]] = {
    "offer_line": OfferLine,
    "allocation": Allocation,
    "pledge_line": PledgeLine,
}


@action("say what something is worth")
def record_valuation(
    *,
    act: Act,
    subject: str,
    subject_id: UUID,
    amount: str,
    currency: str,
    method: str,
    as_of: date,
    source: str,
) -> Valuation:
    """Record the worth of an offer line, an allocation or a line of a pledge.

    Args:
        act: the deed.
        subject: offer_line, allocation or pledge_line.
        subject_id: its id.
        amount: the worth of all of it, as people write it.
        currency: its code, such as EUR.
        method: how the worth was found, such as "replacement value"; stored with it.
        as_of: the day for which it holds.
        source: who says so, and where.

    Raises:
        RoleMissing: the actor is neither a coordinator, an analyst nor the donor.
        ChoiceUnknown: there is no such subject.
        NotFound: there is none, or the actor may not see it.
        TextMissing: no method or no source is named.
        AmountUnreadable: the amount cannot be read.
    """
    if subject not in _SUBJECTS:
        raise ChoiceUnknown(at="subject", given=subject, known=", ".join(_SUBJECTS))
    found = find(_SUBJECTS[subject], subject_id, act.actor, act.now.date())
    _must_value(act, found)
    for at, text in (("method", method), ("source", source)):
        if not text.strip():
            raise TextMissing(what=f"the {at}", at=at)
    money = read_money(amount, currency)
    earlier = Valuation.objects.filter(
        **{subject: found},
        currency=money.currency,
        method=method.strip(),
        superseded_at__isnull=True,
    )
    earlier.update(superseded_at=act.now)
    return Valuation.objects.create(
        id=act.part_id("valuation"),
        marking=found.marking,
        audiences=found.audiences,
        recorded_at=act.now,
        act_id=act.id,
        source=source.strip(),
        amount=money.amount,
        currency=money.currency,
        method=method.strip(),
        as_of=as_of,
        **{subject: found},
    )


def bring_in_table(
    *,
    act: Act,
    name: str,
    rows: bytes,
    figures: bytes = b"",
    said: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    files: tuple[str, str] = ("", ""),
) -> BurdenTable:
    """Bring in a table of donors, months and amounts, whole or not at all.

    Args:
        act: the deed.
        name: what the table is called from now on.
        rows: the amounts, as docs/reference/formats/burden.md says: CSV or a workbook.
        figures: GDP, population or keys that the amounts are held against; a workbook may hold
            them on a sheet of its own beside the amounts.
        said: what holds for every row that does not say it.
        names: which party a donor's name in the table means, where it is not the register's.
        files: what the two files are called, for the places of their faults.

    Raises:
        RoleMissing: the actor is neither a coordinator nor an analyst.
        TextMissing: the table has no name.
        DuplicateReference: there is a table of that name.
        TableFaulty: with every fault and its place; a donor that is not in the register is one.
    """
    return _bring_in(
        act=act,
        name=name.strip(),
        rows=_original(rows),
        figures=_original(figures) if figures else None,
        said=dict(said or {}),
        names=dict(names or {}),
        files=files,
    )


@action("bring in a table of burden")
def _bring_in(
    *,
    act: Act,
    name: str,
    rows: OriginalFile,
    figures: OriginalFile | None,
    said: Mapping[str, str],
    names: Mapping[str, str],
    files: tuple[str, str],
) -> BurdenTable:
    act.must_be(Role.COORDINATOR, Role.ANALYST)
    if not name:
        raise TextMissing(what="the name", at="name")
    if BurdenTable.objects.filter(name=name).exists():
        raise DuplicateReference(at="name", reference=name)
    amounts = bytes(rows.data)
    read = read_rows(amounts, said, files[0])
    held: tuple[FigureRead, ...] = ()
    if figures is not None:
        held = read_figures(bytes(figures.data), said, files[1])
    elif has_figures(amounts):
        held = read_figures(amounts, said, files[0])
    known = donors_named(
        {row.donor for row in read} | {figure.donor for figure in held}, names or {}
    )
    _demand_known(read, held, known)
    units = {row.unit for row in read}
    table = BurdenTable.objects.create(
        id=act.part_id("table"),
        audiences=[PUBLIC, NATIONS, CENTRE],
        marking="public",
        recorded_at=act.now,
        act_id=act.id,
        source="; ".join(sorted({row.source for row in read}))[:2000],
        name=name,
        sha256=rows.sha256,
        unit=next(iter(units)) if len(units) == 1 else "",
        user_id=act.user_id,
    )
    kept = [rows, figures] if figures else [rows]
    OriginalFile.objects.bulk_create(kept, ignore_conflicts=True)
    _store(table, read, held, known)
    return table


def _original(data: bytes) -> OriginalFile:
    return OriginalFile(sha256=hashlib.sha256(data).hexdigest(), data=data, size=len(data))


def _must_value(act: Act, found: OfferLine | Allocation | PledgeLine) -> None:
    if isinstance(found, PledgeLine):
        donors = found.pledge.parties.filter(role="donor").values_list("party_id", flat=True)
        own = set(act.actor.parties(Role.DONOR, act.now.date())) & set(donors)
        if own:
            act.must_act_for(Role.DONOR, min(own))
            return
        act.must_be(Role.COORDINATOR, Role.ANALYST)
        return
    act.must_act_for_or_be(Role.DONOR, found.donor_id, Role.COORDINATOR, Role.ANALYST)


def _demand_known(
    read: Iterable[RowRead], held: Iterable[FigureRead], known: Mapping[str, str]
) -> None:
    named = [(row.where, row.donor) for row in read]
    named += [(figure.where, figure.donor) for figure in held]
    # A row with a column for each month names its donor once.
    faults = list(
        dict.fromkeys(
            where.fault("donor", f'"{donor[:40]}" {_NO_PARTY}')
            for where, donor in named
            if donor not in known
        )
    )
    seen: set[tuple[str, str, int]] = set()
    for figure in held:
        key = (known.get(figure.donor, figure.donor), figure.kind.value, figure.year)
        if key in seen:
            faults.append(figure.where.fault("figure", "it is there already for that year"))
        seen.add(key)
    if faults:
        raise TableFaulty(faults)


def _store(
    table: BurdenTable,
    read: Sequence[RowRead],
    held: Iterable[FigureRead],
    known: Mapping[str, str],
) -> None:
    # A row with a column for each month is several; they are numbered as they are read.
    lines = [row.line for row in read]
    numbers = lines if len(set(lines)) == len(lines) else range(1, len(lines) + 1)
    BurdenRow.objects.bulk_create(
        (
            BurdenRow(
                table=table,
                line=number,
                kind=row.kind,
                donor_id=known[row.donor],
                month=row.month,
                measure=row.measure.value,
                amount=row.amount,
                currency=row.currency,
                method=row.method,
                source=row.source,
            )
            for number, row in zip(numbers, read, strict=True)
        ),
        batch_size=2000,
    )
    BurdenFigure.objects.bulk_create(
        BurdenFigure(
            table=table,
            donor_id=known[figure.donor],
            kind=figure.kind.value,
            year=figure.year,
            amount=Decimal(figure.amount),
            currency=figure.currency,
            source=figure.source,
        )
        for figure in held
    )
