# ruff: noqa: INP001 - a script beside the package, not a part of it
"""Write the reference of lifecycles from the tables of core/stages.py.

Run it after a step was added or taken away; a test compares the page with the program.

    python tools/write_lifecycles.py > docs/reference/lifecycles.md
"""

import sys
from collections.abc import Iterator

from muster.core.stages import LIFECYCLES, PAPERWORK, Subject, shown

_HEAD = """\
# Lifecycles

A record has a stage, and only an event moves it: a dated row that says what happened, when it was
true, when it was recorded, and by which act. Nobody writes a stage; a trigger of the database
moves the record, or refuses because it is elsewhere by now, with `wrong_stage`. An event that is
not listed from a stage is not possible there.

An event can be told late, with an earlier moment (`happened_at`). Those marked *on paper* are
dated when they are done. A record begins with an event from *(new)*.

This page is written by `tools/write_lifecycles.py` from the tables of `core/stages.py`. A test
compares the two.
"""
_TITLES = {
    Subject.OPERATION: "An operation",
    Subject.REQUEST: "A request",
    Subject.OFFER_LINE: "A line of an offer",
    Subject.ALLOCATION: "An allocation",
    Subject.CONSENT: "A consent",
    Subject.CONSIGNMENT: "A consignment",
    Subject.ARRIVAL: "An unsolicited arrival",
    Subject.REPORT: "A situation report",
    Subject.IMPORT: "A list that was dropped in",
    Subject.DISCREPANCY: "A discrepancy",
    Subject.GUARANTEE: "A case of the guarantee",
    Subject.READOUT: "A readout of a meeting",
    Subject.ENQUIRY: "An enquiry",
}
_DERIVED = """
## What has no events of its own

The stage of a **line of a request** is derived from its figures, the furthest that holds: open,
partly offered, partly allocated, fully allocated, partly received, received; *cancelled* where
nothing is asked any more, *quantity unknown* where no number is stated. The stage of a **pledge**
is derived from what was told of it and from the ledger of what it became
([meetings.md](../explanation/meetings.md)).
"""


def page() -> str:
    """Write the page."""
    return _HEAD + "".join(_section(subject) for subject in LIFECYCLES) + _DERIVED


def _section(subject: Subject) -> str:
    return "\n" + "\n".join(_lines(subject)) + "\n"


def _lines(subject: Subject) -> Iterator[str]:
    steps = LIFECYCLES[subject]
    yield f"## {_TITLES[subject]}"
    yield ""
    yield f"Subject `{subject.value}`."
    yield ""
    yield "| event | from | to |"
    yield "|---|---|---|"
    for event in dict.fromkeys(step.event for step in steps):
        paper = " (on paper)" if event in PAPERWORK[subject] else ""
        ends = dict.fromkeys(step.after for step in steps if step.event == event)
        for after in ends:
            before = [
                shown(step.before) or "(new)"
                for step in steps
                if step.event == event and step.after == after
            ]
            yield f"| `{event}`{paper} | {', '.join(before)} | {shown(after)} |"
    # A stage that no event leads out of is an end.
    last = [s for s in dict.fromkeys(s.after for s in steps) if s not in {s.before for s in steps}]
    yield ""
    yield f"Ends in: {', '.join(map(shown, last))}."


if __name__ == "__main__":
    sys.stdout.write(page())
