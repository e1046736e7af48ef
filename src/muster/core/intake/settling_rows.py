"""Plain rows settled by their columns: each different thing is held against what is known once.

A line is clean where nothing about it is asked.  Whether it is depends on its item, its amount, its
party and its days, and on none of its neighbours; so each of these is judged once wherever it
stands, by the same functions that judge a single line.  Whatever is not clean is settled singly.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Final, TypeVar

from muster.core.exchange import NOWHERE, Change, DraftLine, Issue, Stated, Status
from muster.core.intake.counting import counted_plainly
from muster.core.intake.plain_rows import PlainRows
from muster.core.intake.settled import Facts
from muster.core.intake.settling import (
    AS_READ,
    GOODS,
    factor_of,
    settle_dates,
    settle_item,
    settle_party,
    settle_standing,
)
from muster.core.intake.use_doubts import use_doubts
from muster.core.quantities.amounts import Quantity, QuantityKind

_Key = TypeVar("_Key")
_Found = TypeVar("_Found")
_Days = tuple[date | None, date | None, date | None]


class _Judged(dict[_Key, _Found | None]):
    """Each different thing judged once; what is judged None is not clean."""

    def __init__(self, judge: Callable[[_Key], _Found | None]) -> None:
        super().__init__()
        self.judge = judge

    def __missing__(self, key: _Key) -> _Found | None:
        found = self[key] = self.judge(key)
        return found

    def clean(self, keys: Iterable[_Key]) -> bool:
        """Judge each different one, and say whether all are clean."""
        return all(self[key] is not None for key in set(keys))

    def all(self, keys: Iterable[_Key], unclean: set[int]) -> list[_Found | None]:
        """Judge each of a column, and add the rows that are not clean."""
        found = list(map(self.__getitem__, keys))
        if None in found:
            unclean.update(number for number, each in enumerate(found) if each is None)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """An item that is certain, with how surely it was found."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """An amount that needs no conversion, and how it is typed."""

    stated: Stated
    quantity: Quantity
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRows:
    """Plain rows with what was found of each; one with None anywhere is not clean."""

    rows: PlainRows
    items: list[Held | None]
    amounts: list[Counted | None]
    units: list[str | None]
    parties: list[str | None]
    unclean: frozenset[int]
    """The rows, counted from 0, that have to be settled singly."""


class RowsSettler:
    """Settles the plain rows of one file, and remembers each different thing it has judged."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._items = _Judged(self._item)
        self._amounts: dict[int, Counted | None] = {}
        self._kept: list[Stated] = []
        self._units = _Judged(self._unit)
        self._parties = _Judged(self._party)
        self._uses = _Judged(self._use_known)
        self._days = _Judged(self._days_agree)
        self._standing = _Judged(self._stands)
        self._allowed = _Judged(self._is_allowed)

    @property
    def serves(self) -> bool:
        """Whether lines can be clean: what is only announced is looked at singly."""
        return self.facts.purpose in GOODS

    def learn(self, rows: PlainRows) -> bool:
        """Judge each different thing in rows, and say whether all of them are clean.

        Of clean rows everything is known then: `settle_clean` asks for nothing.
        """
        if not (
            self._items.clean(zip(rows.codes, rows.items, strict=True))
            and self._parties.clean(rows.parties)
            and self._counts(rows.quantities)
            and self._uses.clean(rows.use_texts)
            and self._standing.clean(zip(rows.statuses, rows.changes, strict=True))
        ):
            return False
        words = set(zip(rows.codes, rows.items, map(_UNIT, rows.quantities), strict=True))
        who = set(zip(rows.parties, rows.codes, rows.items, rows.stated_on, strict=True))
        days = zip(rows.needed_from, rows.needed_by, rows.stated_on, strict=True)
        return (
            self._units.clean((self._items[code, item], unit) for code, item, unit in words)
            and self._days.clean(days)
            and self._allowed.clean(
                (self._parties[party], self._items[code, item], said)
                for party, code, item, said in who
            )
        )

    def settle_clean(self, rows: PlainRows) -> SettledRows:
        """Settle rows that are all clean, as `learn` has found; nothing is asked for."""
        items = list(map(self._items.__getitem__, zip(rows.codes, rows.items, strict=True)))
        units = zip(items, map(_UNIT, rows.quantities), strict=True)
        return SettledRows(
            rows=rows,
            items=items,
            amounts=list(map(self._amounts.__getitem__, map(id, rows.quantities))),
            units=list(map(self._units.__getitem__, units)),
            parties=list(map(self._parties.__getitem__, rows.parties)),
            unclean=frozenset(),
        )

    def settle(self, rows: PlainRows) -> SettledRows:
        """Settle rows; those that are not clean are named."""
        unclean: set[int] = set()
        items = self._items.all(zip(rows.codes, rows.items, strict=True), unclean)
        amounts = self._counted(rows.quantities, unclean)
        stated_units = map(_UNIT, rows.quantities)
        units = self._units.all(zip(items, stated_units, strict=True), unclean)
        parties = self._parties.all(rows.parties, unclean)
        days = zip(rows.needed_from, rows.needed_by, rows.stated_on, strict=True)
        self._days.all(days, unclean)
        self._uses.all(rows.use_texts, unclean)
        self._standing.all(zip(rows.statuses, rows.changes, strict=True), unclean)
        self._allowed.all(zip(parties, items, rows.stated_on, strict=True), unclean)
        return SettledRows(
            rows=rows,
            items=items,
            amounts=amounts,
            units=units,
            parties=parties,
            unclean=frozenset(unclean),
        )

    def _item(self, words: tuple[str, str]) -> Held | None:
        code, text = words
        issues: list[Issue] = []
        draft = replace(_PROBE, item_code=code, item_text=text)
        item, confidence, _ = settle_item(draft, self.facts, AS_READ, issues)
        return None if issues or item not in self.facts.items else Held(item, confidence)

    def _counts(self, stated: list[Stated]) -> bool:
        """Count each different amount, and say whether all can be."""
        # The same amount is one object wherever it stands in a table.
        different = dict(zip(map(id, stated), stated, strict=True))
        for key in different.keys() - self._amounts.keys():
            # Kept, so that no other comes to stand under its id.
            self._kept.append(different[key])
            self._amounts[key] = _count(different[key])
        return all(self._amounts[key] is not None for key in different)

    def _counted(self, stated: list[Stated], unclean: set[int]) -> list[Counted | None]:
        all_count = self._counts(stated)
        amounts = list(map(self._amounts.__getitem__, map(id, stated)))
        if not all_count:
            unclean.update(number for number, each in enumerate(amounts) if each is None)
        return amounts

    def _unit(self, item_unit: tuple[Held | None, str]) -> str | None:
        """Give the unit that an amount is typed in, where it is the item's smallest one."""
        held, stated = item_unit
        if held is None:
            return None
        known = self.facts.items[held.code]
        if known.measured and not stated:
            return None
        unit = stated or known.unit
        return unit if factor_of(self.facts, known, unit) == 1 else None

    def _party(self, text: str) -> str | None:
        issues: list[Issue] = []
        code = settle_party(replace(_PROBE, party_text=text), self.facts, AS_READ, issues)
        return None if issues or not code else code

    def _use_known(self, text: str) -> bool | None:
        doubts = list(use_doubts(replace(_PROBE, use_text=text), self.facts.purpose))
        return None if doubts else True

    def _days_agree(self, days: _Days) -> bool | None:
        first, last, said = days
        draft = replace(_PROBE, needed_from=first, needed_by=last, stated_on=said)
        issues: list[Issue] = []
        settle_dates(draft, self.facts, issues)
        return None if issues else True

    def _stands(self, standing: tuple[Status, Change]) -> bool | None:
        status, change = standing
        issues: list[Issue] = []
        settle_standing(replace(_PROBE, status=status, change=change), self.facts, issues)
        return None if issues else True

    def _is_allowed(self, triple: tuple[str | None, Held | None, date | None]) -> bool | None:
        party, held, said = triple
        if party is None or held is None:
            return None
        refusal = self.facts.forbids(party, held.code, said or self.facts.day)
        return None if refusal is not None else True


_UNIT: Final = attrgetter("unit")
_PROBE: Final = DraftLine(number=0, place=NOWHERE, text="", item_text="")


def _count(stated: Stated) -> Counted | None:
    """Count an amount that needs no conversion; a rate is summed, and what is unknown asked for."""
    if stated.per is not None or stated.kind is QuantityKind.UNKNOWN:
        return None
    found = counted_plainly(stated)
    return None if found is None else Counted(stated, *found)
