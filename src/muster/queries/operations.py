"""Operations as a list, and an operation's board as a page: filtered, sorted, cut into pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from muster.core.actors import Actor
from muster.core.quantities.units import find_measure
from muster.queries.board import BoardLine, board
from muster.queries.catalogue import meant_by
from muster.queries.offers import UNANSWERED
from muster.queries.totals import NOW, Moment
from muster.queries.visibility import find, visible
from muster.records.models import Consignment, Item, OfferLine, Operation

UNDER_WAY = ("dispatched", "at_hub", "border_crossed", "diverted", "arrived", "handed_over")
BOARD_PAGE = 50
OPERATIONS_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """An operation in a list, with what waits in it: counts of records, never sums of units."""

    id: UUID
    code: str
    name: str
    kind: str
    stage: str
    body: str
    recipients: str
    began_on: date
    situation: str
    lines: int
    missing: int
    received: int
    unanswered: int
    under_way: int
    invented: bool


def find_operation(code: str, actor: Actor, day: date) -> Operation:
    """Find an operation by its code.

    Raises:
        NotFound: there is none that the actor may see.
    """
    return find(Operation, code, actor, day, by="code")


def operation_rows(
    actor: Actor,
    day: date,
    *,
    text: str = "",
    after: str | None = None,
    limit: int = OPERATIONS_PAGE,
) -> tuple[tuple[OperationRow, ...], str | None]:
    """List operations, the latest begun first, and the code that opens the next page.

    Args:
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        text: only those with this in their name or code.
        after: the code of the last operation of the page before.
        limit: how many at most.
    """
    found = visible(Operation, actor, day).filter(Q(name__icontains=text) | Q(code__icontains=text))
    last = visible(Operation, actor, day).filter(code=after).first() if after else None
    if last is not None:
        found = found.filter(
            Q(began_on__lt=last.began_on) | Q(began_on=last.began_on, code__gt=last.code)
        )
    listed = list(found.select_related("body").order_by("-began_on", "code")[: limit + 1])
    rows = tuple(_row(operation, actor, day) for operation in listed[:limit])
    return rows, (rows[-1].code if len(listed) > limit else None)


def _row(operation: Operation, actor: Actor, day: date) -> OperationRow:
    lines = board(operation, actor, day=day)
    links = operation.recipient_links.select_related("party").order_by("party__name")
    own = {"operation": operation}
    return OperationRow(
        id=operation.pk,
        code=operation.code,
        name=operation.name,
        kind=operation.get_kind_display(),
        stage=operation.stage,
        body=operation.body.name,
        recipients=", ".join(link.party.name for link in links),
        began_on=operation.began_on,
        situation=operation.situation,
        lines=len(lines),
        missing=sum(is_missing(line) for line in lines),
        received=sum(line.stage == "received" for line in lines),
        unanswered=visible(OfferLine, actor, day).filter(**own, stage__in=UNANSWERED).count(),
        under_way=visible(Consignment, actor, day).filter(**own, stage__in=UNDER_WAY).count(),
        invented=operation.invented,
    )


def is_missing(line: BoardLine) -> bool:
    """Say whether something is still missing: units not allocated, or a number not stated."""
    return line.remaining is None or line.remaining > 0


# The board as a page


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardAsked:
    """What is wanted of the board: filters, order and place.

    Args:
        text: in the item's name, the description, the place or the line's key.
        stage: a stage of BoardLine, or nothing for all.
        urgency: 1, 2 or 3, or nothing for all.
        category: a category of the catalogue, or nothing for all.
        missing: only lines with something missing.
        questions: only lines with an open question, or without a number.
        sort: a key of SORTS, with a minus in front to turn it round; else the requests' order.
        after, before: the id of the line behind which, or before which, the page lies.
    """

    text: str = ""
    stage: str = ""
    urgency: int | None = None
    category: str = ""
    missing: bool = False
    questions: bool = False
    sort: str = ""
    after: UUID | None = None
    before: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCounts:
    """The board in figures: counts of lines, because units of different items do not add up."""

    lines: int
    missing: int
    unoffered: int
    received: int
    questions: int
    life_saving: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """One page of the board, with what there is to filter by."""

    lines: tuple[BoardLine, ...]
    first: int
    found: int
    counts: BoardCounts
    stages: tuple[str, ...]
    categories: tuple[str, ...]
    category_of: dict[str, str]
    after: UUID | None
    before: UUID | None


_Key = Callable[[BoardLine], Any]
SORTS: dict[str, _Key] = {
    "item": lambda line: line.item_name.casefold(),
    "stage": lambda line: line.stage,
    "urgency": lambda line: line.urgency,
    "needed_by": lambda line: line.needed_by,
    "asked": lambda line: line.asked,
    "offered": lambda line: line.offered,
    "allocated": lambda line: line.allocated,
    "dispatched": lambda line: line.dispatched,
    "received": lambda line: line.received,
    "remaining": lambda line: line.remaining,
    "age": lambda line: line.waits_since,
}


def board_page(
    operation: Operation,
    actor: Actor,
    *,
    day: date,
    asked: BoardAsked,
    moment: Moment = NOW,
    size: int = BOARD_PAGE,
) -> BoardPage:
    """Show a page of an operation's board; the keyset is (sort key, id) of the line at its edge."""
    whole = board(operation, actor, day=day, moment=moment)
    category_of = dict(
        Item.objects.filter(pk__in={line.item for line in whole}).values_list("code", "category")
    )
    fitting = {line.id for line in whole if _fits(line, asked, category_of)}
    ordered = _ordered(whole, asked.sort)
    at, lines = _cut([line.id for line in ordered], fitting, asked, size)
    by_id = {line.id: line for line in whole}
    behind = [key for key in (line.id for line in ordered) if key in fitting]
    return BoardPage(
        lines=tuple(by_id[key] for key in lines),
        first=at + 1 if lines else 0,
        found=len(behind),
        counts=counts_of(whole),
        stages=tuple(sorted({line.stage for line in whole})),
        categories=tuple(sorted(set(category_of.values()))),
        category_of=category_of,
        after=lines[-1] if lines and at + len(lines) < len(behind) else None,
        before=lines[0] if at else None,
    )


def counts_of(lines: Sequence[BoardLine]) -> BoardCounts:
    """Count a board's lines by what is missing in them."""
    missing = [line for line in lines if is_missing(line)]
    return BoardCounts(
        lines=len(lines),
        missing=len(missing),
        unoffered=sum(line.offered == 0 for line in missing),
        received=sum(line.stage == "received" for line in lines),
        questions=sum(_is_questioned(line) for line in lines),
        life_saving=sum(line.urgency == 1 for line in missing),
        oldest=min((line.waits_since for line in missing if line.waits_since), default=None),
    )


def _is_questioned(line: BoardLine) -> bool:
    return bool(line.question) or line.asked is None


def _fits(line: BoardLine, asked: BoardAsked, category_of: dict[str, str]) -> bool:
    words = f"{line.item_name} {line.description} {line.place} {line.line} {line.item}"
    return (
        asked.text.casefold() in words.casefold()
        and asked.stage in {"", line.stage}
        and asked.urgency in {None, line.urgency}
        and asked.category in {"", category_of.get(line.item)}
        and (not asked.missing or is_missing(line))
        and (not asked.questions or _is_questioned(line))
    )


def _ordered(lines: Sequence[BoardLine], sort: str) -> list[BoardLine]:
    """Sort by the key, then by id; what has no value comes last, whichever way it is sorted."""
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return list(lines)
    valued = [line for line in lines if key(line) is not None]
    valued.sort(key=lambda line: (key(line), line.id), reverse=sort.startswith("-"))
    return valued + [line for line in lines if key(line) is None]


def _cut(
    ordered: list[UUID], fitting: set[UUID], asked: BoardAsked, size: int
) -> tuple[int, list[UUID]]:
    """Cut one page out, after or before a line; the line itself need not fit the filter."""
    places = {key: place for place, key in enumerate(ordered)}
    if asked.before in places:
        earlier = [key for key in ordered[: places[asked.before]] if key in fitting]
        start = max(0, len(earlier) - size)
        return start, earlier[start:]
    behind = places[asked.after] + 1 if asked.after in places else 0
    skipped = sum(key in fitting for key in ordered[:behind])
    return skipped, [key for key in ordered[behind:] if key in fitting][:size]


# What forms choose from


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChoice:
    """An item to choose in a form, with the packs it comes in."""

    code: str
    name: str
    category: str
    unit: str
    packs: tuple[str, ...]

    @property
    def label(self) -> str:
        """What stands in the list of a form; `item_code` reads it back."""
        return f"{self.name}{_BEFORE_CODE}{self.code}"


_BEFORE_CODE = " \N{MIDDLE DOT} "


def item_choices() -> tuple[ItemChoice, ...]:
    """List the catalogue for a form, by name."""
    items = Item.objects.prefetch_related("packs").order_by("name", "code")
    return tuple(
        ItemChoice(
            code=item.code,
            name=item.name,
            category=item.category,
            unit=find_measure(item.unit).plural,
            packs=tuple(pack.name for pack in item.packs.all()),
        )
        for item in items
    )


def item_code(text: str, choices: Sequence[ItemChoice]) -> str:
    """Read which item was meant: a label, code, name or alias; else the text itself is given."""
    wanted = text.strip().casefold()
    for choice in choices:
        if wanted in {choice.label.casefold(), choice.code.casefold(), choice.name.casefold()}:
            return choice.code
    meant = meant_by(text)
    return meant.code if meant is not None else text.strip()
