"""The waterfall: announced, committed, allocated, dispatched, received, over all that was pledged.

Each bar is of one measure: one item, or one currency by one method; no two are summed.  What is
counted out (a second telling, money that pays for goods that are pledged as goods) is in no bar.
However long the ledger is, only the accounts of what pledges became are read, by their index.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from muster.core.actors import Actor
from muster.core.pledges import METHODS, Form
from muster.core.quantities.units import find_measure
from muster.queries.pledges import SECOND_TELLING, PledgeRow, pledges_seen, rows_of
from muster.queries.pledges_became import BECAME
from muster.queries.totals import NOW, Moment
from muster.records.models import Item, Operation, PledgeLine

STAGES: Final = ("announced", "committed", "allocated", "dispatched", "received")
"""The stages of the waterfall, each of which holds those that follow it."""

DEFINITIONS: Final = {
    "announced": "what was announced, less what was reduced or withdrawn since; a bound counts"
    " at its end, what has no number counts as a line and as nothing",
    "committed": "what its donor has bound itself to; what is allocated is committed",
    "allocated": "goods promised to a need by donor and recipient both; money earmarked or paid",
    "dispatched": "goods that have left on a locked manifest; money has no such stage",
    "received": "goods counted as good and signed for by the recipient; money that was paid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The figures of one measure.

    Args:
        key: names the measure, for its rows: "goods:CODE", "goods::WORDS", "money:EUR".
        lines: how many lines of pledges count here.
        unstated: how many of them state no amount.
        idle: how many stand and have not become anything.
        oldest: the day on which the oldest idle one was announced.
        at_first: what was announced before reductions.
        waiting: what stands and has not become anything yet.
    """

    key: str
    form: Form
    label: str
    unit: str
    method: str
    lines: int
    unstated: int
    idle: int
    oldest: date | None
    at_first: Decimal
    announced: Decimal
    committed: Decimal
    allocated: Decimal
    dispatched: Decimal
    received: Decimal
    waiting: Decimal

    def figure(self, stage: str) -> Decimal:
        """The figure of one stage."""
        return Decimal(getattr(self, stage))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """All bars, and how many lines are counted out."""

    bars: tuple[Bar, ...]
    second_tellings: int
    paying_for_goods: int

    @property
    def lines(self) -> int:
        """How many lines count."""
        return sum(bar.lines for bar in self.bars)

    @property
    def idle(self) -> int:
        """How many lines have not become anything."""
        return sum(bar.idle for bar in self.bars)


_TWICE = (
    "EXISTS (SELECT FROM duplicate_decision AS word WHERE word.other = line.id"
    " AND word.word = 'same' AND word.undone_at IS NULL)"
)
_PAYS = (
    "EXISTS (SELECT FROM pledge_funding AS paid WHERE paid.money_id = line.id"
    " AND paid.undone_at IS NULL)"
)
# Which lines are meant is said by the query set; what became of them is read line by line.
_FALL = """
WITH line AS MATERIALIZED (SELECT * FROM pledge_line WHERE id IN ({lines})),
{became},
course AS (
    SELECT line.*, {twice} AS twice, {pays} AS pays,
        coalesce(became.sent, 0) AS dispatched,
        CASE WHEN line.form = 'goods' THEN coalesce(became.promised, 0) ELSE line.allocated END
            AS promised,
        CASE WHEN line.form = 'goods' THEN coalesce(became.good, 0) ELSE line.disbursed END
            AS received
    FROM line LEFT JOIN became ON became.line_id = line.id
)
SELECT form, coalesce(item_id, ''),
       CASE WHEN item_id IS NULL AND form = 'goods' THEN lower(description) ELSE '' END AS words,
       currency, twice, pays, min(description COLLATE "C"),
       count(*), count(*) FILTER (WHERE amount IS NULL),
       count(*) FILTER (WHERE state.idle), min(announced_on) FILTER (WHERE state.idle),
       coalesce(sum(amount), 0), coalesce(sum(amount - reduced), 0),
       sum(greatest(committed, promised)), sum(promised), sum(dispatched), sum(received),
       coalesce(sum(CASE WHEN withdrawn THEN 0
                    ELSE greatest(amount - reduced - promised, 0) END), 0)
FROM course CROSS JOIN LATERAL (
    SELECT NOT withdrawn AND promised = 0 AND coalesce(amount - reduced, 1) > 0 AS idle
) AS state
GROUP BY form, coalesce(item_id, ''), words, currency, twice, pays
ORDER BY form, coalesce(item_id, ''), words, currency
"""


class _Sums(NamedTuple):
    """One row of the statement above."""

    form: str
    item: str
    words: str
    currency: str
    twice: bool
    pays: bool
    said: str
    lines: int
    unstated: int
    idle: int
    oldest: date | None
    at_first: Decimal
    announced: Decimal
    committed: Decimal
    allocated: Decimal
    dispatched: Decimal
    received: Decimal
    waiting: Decimal


def waterfall(
    actor: Actor,
    day: date,
    *,
    operation: Operation | None = None,
    meeting: UUID | None = None,
    donor: str = "",
    coalition: str = "",
    moment: Moment = NOW,
) -> Waterfall:
    """Sum what was announced and what became of it, as far as the actor may see it.

    Args:
        actor: on whose behalf; what they may not see is in no figure.
        day: today, on which the actor's roles are judged.
        operation: of which operation; of all that are no exercise, if not said.
        meeting: only what was announced at this meeting.
        donor: only what this party announced, alone or with others; a joint pledge counts whole.
        coalition: only what was announced under this coalition's name, or was tied to it by then.
        moment: now, or as of an earlier moment.
    """
    seen = pledges_seen(
        actor,
        day,
        operation=operation,
        meeting=meeting,
        donor=donor,
        coalition=coalition,
        moment=moment,
    )
    rows = _summed(seen, actor, day) if moment == NOW else _summed_then(seen, actor, day, moment)
    names = _names({row.item for row in rows})
    return Waterfall(
        bars=tuple(_bar(row, names) for row in rows if not (row.twice or row.pays)),
        second_tellings=sum(row.lines for row in rows if row.twice),
        paying_for_goods=sum(row.lines for row in rows if row.pays and not row.twice),
    )


def rows_behind(
    actor: Actor,
    day: date,
    *,
    key: str = "",
    stage: str = "",
    operation: Operation | None = None,
    meeting: UUID | None = None,
    donor: str = "",
    coalition: str = "",
    moment: Moment = NOW,
) -> tuple[PledgeRow, ...]:
    """List the rows that a figure is the sum of; with no stage, all that the bar counts."""
    seen = pledges_seen(
        actor,
        day,
        operation=operation,
        meeting=meeting,
        donor=donor,
        coalition=coalition,
        moment=moment,
    )
    rows = rows_of(seen.filter(_of_bar(key)) if key else seen, actor, day, moment=moment)
    counted = (row for row in rows if row.counts)
    return tuple(row for row in counted if not stage or figure_of(row, stage))


def figure_of(row: PledgeRow, stage: str) -> Decimal:
    """Give the figure of one row at a stage, as its bar sums it."""
    if stage == "announced":
        return row.course.stands or Decimal(0)
    if stage == "waiting":
        return row.course.waiting
    return Decimal(getattr(row.course, stage))


def idle_rows(rows: Iterable[PledgeRow]) -> tuple[PledgeRow, ...]:
    """Of rows, those that have not become anything: the oldest first."""
    idle = [row for row in rows if row.counts and row.course.idle]
    return tuple(sorted(idle, key=lambda row: (-row.age, row.reference, row.position)))


def _of_bar(key: str) -> Q:
    form, _, rest = key.partition(":")
    if form != Form.GOODS:
        return Q(form=form, currency=rest)
    item, _, words = rest.partition(":")
    if item:
        return Q(form=form, item=item)
    return Q(form=form, item__isnull=True, description__iexact=words)


def _summed(seen: QuerySet[PledgeLine], actor: Actor, day: date) -> list[_Sums]:
    lines, values = seen.order_by().values("pk").query.sql_with_params()
    became = BECAME.format(among="IN (SELECT id FROM line)", seen="%s")
    statement = _FALL.format(lines=lines, became=became, twice=_TWICE, pays=_PAYS)
    audiences = sorted(actor.audiences(day))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *[audiences] * BECAME.count("{seen}")])
        return [_Sums(*row) for row in cursor.fetchall()]


def _summed_then(
    seen: QuerySet[PledgeLine], actor: Actor, day: date, moment: Moment
) -> list[_Sums]:
    """Sum the rows of an earlier moment, as the statement above sums those of now."""
    groups: dict[tuple[str, str, str, str, bool, bool], list[PledgeRow]] = {}
    for row in rows_of(seen, actor, day, moment=moment):
        words = "" if row.item or row.form is not Form.GOODS else row.what.lower()
        twice = row.because == SECOND_TELLING
        key = (row.form.value, row.item, words, row.currency, twice, not (twice or row.counts))
        groups.setdefault(key, []).append(row)
    return [_sums(key, groups[key]) for key in sorted(groups)]


def _sums(key: tuple[str, str, str, str, bool, bool], rows: list[PledgeRow]) -> _Sums:
    courses = [row.course for row in rows]
    idle = [row.announced_on for row in rows if row.course.idle]
    return _Sums(
        *key,
        said=min(row.what for row in rows),
        lines=len(rows),
        unstated=sum(course.announced is None for course in courses),
        idle=len(idle),
        oldest=min(idle, default=None),
        at_first=sum((course.announced or _NONE for course in courses), _NONE),
        announced=sum((course.stands or _NONE for course in courses), _NONE),
        committed=sum((course.committed for course in courses), _NONE),
        allocated=sum((course.allocated for course in courses), _NONE),
        dispatched=sum((course.dispatched for course in courses), _NONE),
        received=sum((course.received for course in courses), _NONE),
        waiting=sum((course.waiting for course in courses), _NONE),
    )


_NONE: Final = Decimal(0)


def _names(codes: set[str]) -> dict[str, tuple[str, str]]:
    """Give the name and the unit of each item."""
    found = Item.objects.filter(pk__in=codes).values_list("code", "name", "unit")
    return {code: (name, find_measure(unit).plural) for code, name, unit in found}


def _bar(sums: _Sums, names: dict[str, tuple[str, str]]) -> Bar:
    form = Form(sums.form)
    if form is Form.GOODS:
        label, unit = names.get(sums.item, (sums.said, find_measure("H87").plural))
        key = f"{form}:{sums.item}" if sums.item else f"{form}::{sums.words}"
    else:
        label, unit, key = _CALLED[form], sums.currency, f"{form}:{sums.currency}"
    return Bar(
        key=key,
        form=form,
        label=label,
        unit=unit,
        method=METHODS[form],
        lines=sums.lines,
        unstated=sums.unstated,
        idle=sums.idle,
        oldest=sums.oldest,
        at_first=sums.at_first,
        announced=sums.announced,
        committed=sums.committed,
        allocated=sums.allocated,
        dispatched=sums.dispatched,
        received=sums.received,
        waiting=sums.waiting,
    )


_CALLED = {Form.MONEY: "money", Form.WORTH: "goods by their worth"}
