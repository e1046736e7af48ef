"""Pages of the journal: who did what, when, through which door, why, and with which content."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from muster.queries import journal as questions
from muster.queries.visibility import find
from muster.records.models import JournalEntry, Operation
from muster.web.answers import actor_of, day_of, show
from muster.web.links import href_of
from muster.web.shown import link_with
from muster.web.tabs import operation_crumbs, operation_tabs

_LIMIT = 50
_LARGEST = 2**63 - 1  # of a bigint, which a line's number is
# What the tables are called on a page, where it is not their own name.
_WORDS = {
    "assistance_request": "request",
    "muster_user": "person",
    "role_grant": "role",
    "saved_plan": "plan",
    "transport_leg": "leg",
    "api_token": "access token",
    "item_review": "review",
}
# What an act's inputs are called, where it is not their table's name.
_TABLES = {
    "arrival": "unsolicited_arrival",
    "donor": "party",
    "plan": "saved_plan",
    "recipient": "party",
    "report": "situation_report",
    "request": "assistance_request",
    "user": "muster_user",
}
_NOT_FOR_READING = frozenset({"digest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value of an act's content; `depth` says how far it stands inside another."""

    label: str
    text: str
    href: str | None
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One act, as the journal's page shows it."""

    number: int
    at: datetime
    did: str
    subject: str
    subject_href: str | None
    history_href: str
    who: str
    acting: str
    door: str
    reason: str
    facts: tuple[Fact, ...]


def journal(request: HttpRequest) -> HttpResponse:
    """Show every act that one may see, newest first."""
    return show(request, "journal/journal.html", _page(request))


def operation_journal(request: HttpRequest, code: str) -> HttpResponse:
    """Show the acts of one operation."""
    operation = find(Operation, code, actor_of(request), day_of(request), by="code")
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "operation_journal"),
        "crumbs": operation_crumbs(operation, ("Journal", "")),
        **_page(request, operation=operation.pk),
    }
    return show(request, "journal/operation.html", context)


def record_journal(request: HttpRequest, subject: str, record: str) -> HttpResponse:
    """Show the acts about one record, whatever it is.

    A record that came with the installation has had no act of its own, which is no refusal.
    """
    context = {
        "word": _word(subject),
        "record": record,
        "href": href_of(subject, record) if _is_key(subject, record) else None,
        **_page(request, table=subject, subject=record),
    }
    return show(request, "journal/record.html", context)


def _page(
    request: HttpRequest,
    *,
    operation: UUID | None = None,
    table: str | None = None,
    subject: str | None = None,
) -> dict[str, object]:
    """Gather one page of lines, and where the next begins."""
    before = request.GET.get("before", "")
    entries = questions.entries(
        actor_of(request),
        day_of(request),
        operation=operation,
        table=table,
        subject=subject,
        before=int(before) if before.isdecimal() and int(before) <= _LARGEST else None,
        limit=_LIMIT + 1,
    )
    lines = [_line(entry) for entry in entries[:_LIMIT]]
    query = request.GET.urlencode()
    more = len(entries) > _LIMIT
    return {
        "lines": lines,
        "first": link_with(query, before=None) if before else None,
        "next": link_with(query, before=str(lines[-1].number)) if more else None,
    }


def _line(entry: JournalEntry) -> Line:
    content: Mapping[str, object] = entry.content
    name = content.get("reference") or content.get("code") or content.get("username") or ""
    acting = f"{entry.role} for {entry.for_party}" if entry.role else ""
    return Line(
        number=entry.number,
        at=entry.recorded_at,
        did=entry.verb[:1].upper() + entry.verb[1:],
        subject=f"{_word(entry.subject)} {name}".strip(),
        subject_href=_subject_href(entry),
        history_href=reverse(
            "record_journal", kwargs={"subject": entry.subject, "record": entry.subject_id}
        ),
        who=entry.user_name,
        acting=acting,
        door=entry.door,
        reason=entry.reason,
        facts=tuple(_facts(content, 0)),
    )


def _subject_href(entry: JournalEntry) -> str | None:
    if entry.subject == "operation":
        code = entry.operation.code if entry.operation else ""
        return reverse("operation", kwargs={"code": code}) if code else None
    return href_of(entry.subject, entry.subject_id)


def _facts(content: Mapping[str, object], depth: int) -> Iterator[Fact]:
    """Lay nested content out as a list of labelled values; what is empty is left out."""
    for name, value in content.items():
        if name in _NOT_FOR_READING or value in (None, "", [], {}):
            continue
        label = name.replace("_", " ")
        if isinstance(value, Mapping):
            yield from _inside(label, value, depth)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield from _listed(label, value, depth)
        else:
            yield Fact(label=label, text=_text(value), href=_href(name, str(value)), depth=depth)


def _inside(label: str, value: Mapping[str, object], depth: int) -> Iterator[Fact]:
    if set(value) == {"amount", "unit"}:  # an amount as it was typed is one value to a reader
        yield Fact(label=label, text=f"{value['amount']} {value['unit']}", href=None, depth=depth)
        return
    yield Fact(label=label, text="", href=None, depth=depth)
    yield from _facts(value, depth + 1)


def _listed(label: str, values: Sequence[object], depth: int) -> Iterator[Fact]:
    for place, value in enumerate(values, start=1):
        if isinstance(value, Mapping):
            yield from _inside(f"{label} {place}", value, depth)
        else:
            yield Fact(label=f"{label} {place}", text=_text(value), href=None, depth=depth)


_CODE = re.compile(r"[\w.-]+")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _href(name: str, value: str) -> str | None:
    """Link a value that is the key of a record with a page, told by the name it goes by."""
    table = _TABLES.get(name, name)
    return href_of(table, value) if _is_key(table, value) else None


def _is_key(table: str, value: str) -> bool:
    """Say whether a text can be a key of the table: a code where it has codes, else a UUID."""
    if table in {"item", "party"}:
        # A code has no blank in it; a name that goes by the same word is no key.
        return _CODE.fullmatch(value) is not None
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _word(table: str) -> str:
    return _WORDS.get(table, table.replace("_", " "))


urlpatterns: list[URLPattern] = [
    path("journal", journal, name="journal"),
    path("journal/<str:subject>/<path:record>", record_journal, name="record_journal"),
    path("operations/<str:code>/journal", operation_journal, name="operation_journal"),
]
