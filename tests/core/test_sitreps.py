"""Reports composed from invented facts: no nation, amount or reference here is a real one."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.refusals import OwnReport
from muster.core.sitreps.changes import changes
from muster.core.sitreps.composing import compose
from muster.core.sitreps.document import Document, Mark, as_data, from_data
from muster.core.sitreps.facts import (
    DEFINITIONS,
    Discrepancy,
    DonorEntry,
    DonorFigure,
    Facts,
    Header,
    LineFigure,
    Precedence,
    Stage,
    UnsolicitedArrival,
    message_number,
)
from muster.core.sitreps.text import PAGE_LINES, WIDTH, as_text
from muster.core.sitreps.wording import figure, one_line

MORNING = datetime(2031, 5, 2, 9, 0, tzinfo=UTC)

words = st.text(max_size=60)
names = st.text(min_size=1, max_size=30)
amounts = st.integers(0, 10**12)
maybe = st.none() | amounts
lines = st.builds(
    LineFigure,
    line=names,
    request=names,
    item=names,
    unit=names,
    asked_text=words,
    asked=maybe,
    offered=amounts,
    allocated=amounts,
    dispatched=amounts,
    received=amounts,
    remaining=maybe,
    over_accepted=amounts,
)
entries = st.builds(
    DonorEntry, item=names, amount=amounts, unit=names, stage=st.sampled_from(Stage)
)
donors = st.builds(DonorFigure, nation=names, entries=st.lists(entries, max_size=3).map(tuple))
cases = st.builds(
    Discrepancy,
    reference=names,
    item=names,
    unit=names,
    dispatched=amounts,
    good=amounts,
    damaged=amounts,
    missing=amounts,
    rejected=amounts,
    extra=amounts,
    note=words,
)
arrivals = st.builds(
    UnsolicitedArrival,
    reference=names,
    description=words,
    place=words,
    arrived=st.none() | st.dates(),
    stage=names,
)
texts = st.lists(st.text(max_size=200), max_size=4).map(tuple)


def header(number: int = 1, **changed: Any) -> Header:  # noqa: ANN401 - any field of it
    plain = Header(
        message_number=message_number("CENTRE", 2031, 19 + number),
        number=number,
        centre="Invented Coordinating Centre",
        title="Flood in Arcadia (invented)",
        marking="NON - CLASSIFIED",
        precedence=Precedence.PRIORITY,
        dtg=MORNING,
        from_="Invented Coordinating Centre",
        to="Points of contact in all nations that take part",
        originator="A. Author, duty officer",
        approver="B. Approver, head of the centre",
        references=("Request for assistance OPS(CENTRE)(2031)0018",),
    )
    return replace(plain, **changed)


@st.composite
def facts(draw: st.DrawFn, number: int = 1) -> Facts:
    return Facts(
        header=header(
            number,
            title=draw(words),
            to=draw(st.text(max_size=200)),
            references=draw(texts),
            approver=draw(st.none() | st.just("B. Approver")),
        ),
        as_of=MORNING + timedelta(days=number),
        situation=draw(texts),
        needs=draw(texts),
        points_of_entry=draw(texts),
        lines=draw(st.lists(lines, max_size=4, unique_by=lambda one: one.line).map(tuple)),
        donors=draw(st.lists(donors, max_size=4, unique_by=lambda one: one.nation).map(tuple)),
        discrepancies=draw(
            st.lists(cases, max_size=2, unique_by=lambda one: one.reference).map(tuple)
        ),
        arrivals=draw(
            st.lists(arrivals, max_size=2, unique_by=lambda one: one.reference).map(tuple)
        ),
        definitions=DEFINITIONS,
    )


documents = st.builds(compose, facts(2), st.none() | facts(1))


# Properties: few examples, because a whole report is drawn for each


@settings(max_examples=25, deadline=None)
@given(documents)
def test_a_report_is_read_back_from_its_stored_form_unchanged(document: Document) -> None:
    stored = json.dumps(as_data(document))
    again = from_data(json.loads(stored))
    assert again == document
    assert as_text(again) == as_text(document)


@settings(max_examples=25, deadline=None)
@given(documents)
def test_no_word_is_lost_on_the_way_to_the_page(document: Document) -> None:
    body = "".join(_body(as_text(document)).split())
    at = 0
    for section in document.sections:
        for paragraph in section.paragraphs:
            wanted = "".join(f"{paragraph.number}. {paragraph.text}".split())
            at = body.find(wanted, at)
            assert at >= 0, paragraph


@settings(max_examples=25, deadline=None)
@given(documents)
def test_every_page_is_marked_numbered_and_of_its_size(document: Document) -> None:
    printed = as_text(document).splitlines()
    assert all(len(line) <= WIDTH for line in printed)
    pages = [printed[at : at + PAGE_LINES] for at in range(0, len(printed), PAGE_LINES)]
    assert f"This report consists of: - {len(pages)} - pages" in printed
    for number, page in enumerate(pages, start=1):
        assert page[0].startswith("NON - CLASSIFIED   OPS(CENTRE)(2031)")
        assert page[-1] == f"NON - CLASSIFIED  -{number}-"


@settings(max_examples=25, deadline=None)
@given(facts(1))
def test_a_report_without_a_change_says_so_and_marks_nothing(first: Facts) -> None:
    second = replace(first, header=header(2), as_of=first.as_of + timedelta(hours=1))
    document = compose(second, first)
    assert [one.text for one in document.sections[5].paragraphs] == [
        "Nothing has changed since the last report."
    ]
    assert _marked(document) == []


@settings(max_examples=25, deadline=None)
@given(facts(2), facts(1))
def test_a_paragraph_is_marked_exactly_when_the_last_report_did_not_have_it(
    second: Facts, first: Facts
) -> None:
    before = compose(first, None)
    after = compose(second, first)
    for old, new in list(zip(before.sections, after.sections, strict=True))[:5]:
        known = {paragraph.text for paragraph in old.paragraphs}
        for paragraph in new.paragraphs:
            assert (paragraph.mark is Mark.NONE) == (paragraph.text in known)


@settings(max_examples=25, deadline=None)
@given(facts(1), amounts.filter(bool), st.sampled_from(["offered", "allocated", "received"]))
def test_no_changed_amount_goes_unsaid(first: Facts, more: int, measure: str) -> None:
    for at, line in enumerate(first.lines):
        before = getattr(line, measure)
        changed = replace(line, **{measure: before + more})
        second = replace(first, lines=(*first.lines[:at], changed, *first.lines[at + 1 :]))
        (said,) = changes(second, first)
        assert f"{measure} {figure(before)} -> {figure(before + more)}" in said


@given(st.integers(0, 10**15))
def test_a_figure_is_read_back_by_dropping_its_spaces(amount: int) -> None:
    assert int(figure(amount).replace("\u00a0", "")) == amount
    assert not set(figure(amount)) & set(".,'")


@given(st.text())
def test_words_of_a_person_stay_on_one_printable_line(text: str) -> None:
    clean = one_line(text)
    assert clean.isprintable()
    assert one_line(clean) == clean


# Examples


def test_nobody_approves_their_own_report() -> None:
    with pytest.raises(OwnReport):
        header(approver="A. Author, duty officer")


def test_a_report_cannot_follow_a_later_one() -> None:
    first, second = _first(), _second()
    with pytest.raises(ValueError, match="does not follow"):
        compose(first, second)
    with pytest.raises(ValueError, match="later moment"):
        compose(replace(second, as_of=first.as_of - timedelta(hours=1)), first)


def test_a_line_cannot_stand_twice() -> None:
    first = _first()
    with pytest.raises(ValueError, match="lines stand twice"):
        replace(first, lines=(*first.lines, first.lines[0]))


def test_every_measure_needs_its_definition() -> None:
    with pytest.raises(ValueError, match="no definition of asked"):
        replace(_first(), definitions=DEFINITIONS[1:])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("form",), 2),
        (("document", "sections"), None),
        (("document", "facts", "as_of"), "2031-05-02T09:00:00"),
        (("document", "facts", "lines", 0, "offered"), True),
        (("document", "facts", "lines", 0, "offered"), "95"),
        (("document", "facts", "donors", 0, "entries", 0, "stage"), "pledged"),
        (("document", "facts", "surprise"), 1),
    ],
)
def test_a_damaged_store_is_loud(path: tuple[str | int, ...], value: object) -> None:
    data = as_data(compose(_first(), None))
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ValueError):  # noqa: PT011 - each damage has its own words
        from_data(data)


def test_the_difference_between_two_reports_is_said_line_by_line() -> None:
    assert changes(_second(), _first()) == (
        "Situation: paragraphs 1 new, 1 no longer given.",
        "Points of entry: paragraphs 1 new.",
        (
            "New line: Field ration (line A-3, request R-2 of 1 May 2031): asked "
            '"tens of thousands", no number stated, offered 0, allocated 0, dispatched 0, '
            "received 0, remaining not known (unit: piece)."
        ),
        "Generator, 30 kVA (line A-1): dispatched 0 -> 95, received 0 -> 93.",
        (
            "Blanket (line A-2): offered 0 -> 24\u00a0000, allocated 0 -> 24\u00a0000, "
            "remaining 24\u00a0000 -> 0."
        ),
        (
            "New donor: Elysium. Offered: Blanket, 24\u00a0000 piece. "
            "Allocated: Blanket, 24\u00a0000 piece."
        ),
        (
            "Utopia: Generator, 30 kVA, dispatched 0 -> 95 piece; "
            "Generator, 30 kVA, received 0 -> 93 piece."
        ),
        (
            "New. Discrepancy D-1: Generator, 30 kVA, dispatched 95, counted good 93, 2 damaged "
            "(unit: piece)."
        ),
        (
            "New. Unsolicited arrival U-1: used clothes, 2 containers, at Port Arcadia on "
            "1 May 2031; quarantined. It is in none of the figures."
        ),
    )


def test_what_went_since_the_last_report_is_said() -> None:
    first, second = _first(), _second()
    bare = replace(first, header=header(3), as_of=second.as_of, lines=(), donors=())
    said = changes(bare, second)
    assert "Generator, 30 kVA (line A-1) is no longer listed." in said
    assert "Utopia is no longer listed." in said
    assert "Discrepancy D-1 is no longer open." in said
    assert "Unsolicited arrival U-1 is no longer listed." in said


def test_the_marks_tell_new_from_changed() -> None:
    marks = dict(_marked(compose(_second(), _first())))
    assert marks["5.1"] is Mark.CHANGED  # the generators moved
    assert marks["4.2"] is Mark.NEW  # Elysium was not there before
    assert "1.1" not in marks  # the rain was there before


def test_the_report_shown_in_the_reference_is_what_is_printed() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/sitrep.md").read_text(encoding="utf-8")
    shown = page.split("```text\n")[1].split("```")[0]
    assert as_text(compose(_second(), _first())) == shown


def _first() -> Facts:
    return Facts(
        header=header(1),
        as_of=MORNING - timedelta(days=1, hours=1),
        situation=("Heavy rain since 27 April 2031.", "Two bridges are closed."),
        needs=("Shelter for the night is needed first.",),
        lines=(
            LineFigure(
                line="A-1",
                request="request R-1 of 28 April 2031",
                item="Generator, 30 kVA",
                unit="piece",
                asked_text="up to 100",
                asked=100,
                offered=120,
                allocated=95,
                dispatched=0,
                received=0,
                remaining=5,
            ),
            LineFigure(
                line="A-2",
                request="request R-1 of 28 April 2031",
                item="Blanket",
                unit="piece",
                asked_text="24 000",
                asked=24000,
                offered=0,
                allocated=0,
                dispatched=0,
                received=0,
                remaining=24000,
            ),
        ),
        donors=(
            DonorFigure(
                nation="Utopia",
                entries=(
                    DonorEntry(
                        item="Generator, 30 kVA", amount=120, unit="piece", stage=Stage.OFFERED
                    ),
                    DonorEntry(
                        item="Generator, 30 kVA", amount=95, unit="piece", stage=Stage.ALLOCATED
                    ),
                ),
            ),
        ),
        definitions=DEFINITIONS,
    )


def _second() -> Facts:
    first = _first()
    generators, blankets = first.lines
    return replace(
        first,
        header=header(2, dtg=MORNING + timedelta(minutes=30)),
        as_of=MORNING,
        situation=("Heavy rain since 27 April 2031.", "Both bridges are open again."),
        points_of_entry=("Port Arcadia (invented).",),
        lines=(
            replace(generators, dispatched=95, received=93),
            replace(blankets, offered=24000, allocated=24000, remaining=0),
            LineFigure(
                line="A-3",
                request="request R-2 of 1 May 2031",
                item="Field ration",
                unit="piece",
                asked_text="tens of thousands",
                asked=None,
                offered=0,
                allocated=0,
                dispatched=0,
                received=0,
                remaining=None,
            ),
        ),
        donors=(
            DonorFigure(
                nation="Utopia",
                entries=(
                    *first.donors[0].entries,
                    DonorEntry(
                        item="Generator, 30 kVA", amount=95, unit="piece", stage=Stage.DISPATCHED
                    ),
                    DonorEntry(
                        item="Generator, 30 kVA", amount=93, unit="piece", stage=Stage.RECEIVED
                    ),
                ),
            ),
            DonorFigure(
                nation="Elysium",
                entries=(
                    DonorEntry(item="Blanket", amount=24000, unit="piece", stage=Stage.OFFERED),
                    DonorEntry(item="Blanket", amount=24000, unit="piece", stage=Stage.ALLOCATED),
                ),
            ),
        ),
        discrepancies=(
            Discrepancy(
                reference="D-1",
                item="Generator, 30 kVA",
                unit="piece",
                dispatched=95,
                good=93,
                damaged=2,
                missing=0,
                rejected=0,
            ),
        ),
        arrivals=(
            UnsolicitedArrival(
                reference="U-1",
                description="used clothes, 2 containers",
                place="Port Arcadia",
                arrived=date(2031, 5, 1),
                stage="quarantined",
            ),
        ),
    )


def _marked(document: Document) -> list[tuple[str, Mark]]:
    return [
        (paragraph.number, paragraph.mark)
        for section in document.sections
        for paragraph in section.paragraphs
        if paragraph.mark is not Mark.NONE
    ]


def _body(printed: str) -> str:
    """Leave out what stands between words: the tops and feet of the pages, and the margin."""
    split = printed.splitlines()
    tops = range(0, len(split), PAGE_LINES)
    return "\n".join(
        line[2:] for top, end in pairwise((*tops, len(split))) for line in split[top + 2 : end - 2]
    )
