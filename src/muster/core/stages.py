"""Lifecycle tables: which event leads from which stage to which.

A stage is never typed in: it is where the last event led.  The same tables are stored in the
database, which refuses an event that does not fit (see records/sql/stages.sql).
"""

from dataclasses import dataclass
from enum import StrEnum

BEFORE = ""  # the stage of a record that has had no event yet


class Subject(StrEnum):
    """What has a lifecycle.  The value is the table's name in the database."""

    OPERATION = "operation"
    REQUEST = "assistance_request"
    OFFER_LINE = "offer_line"
    ALLOCATION = "allocation"
    CONSENT = "consent"
    CONSIGNMENT = "consignment"
    ARRIVAL = "unsolicited_arrival"
    REPORT = "situation_report"
    IMPORT = "import_batch"
    DISCREPANCY = "discrepancy"
    GUARANTEE = "guarantee_case"
    READOUT = "meeting_readout"
    ENQUIRY = "enquiry"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One permitted event: it leads the subject from one stage to another."""

    subject: Subject
    event: str
    before: str
    after: str


def _steps(subject: Subject, table: str) -> tuple[Step, ...]:
    """Read lines of the form "event: stage, stage -> stage"; a dash is the stage before any."""
    steps = []
    for line in table.strip().splitlines():
        event, _, path = line.partition(":")
        befores, _, after = path.partition("->")
        for before in befores.split(","):
            name = before.strip()
            steps.append(
                Step(subject, event.strip(), BEFORE if name == "-" else name, after.strip())
            )
    return tuple(steps)


LIFECYCLES: dict[Subject, tuple[Step, ...]] = {
    Subject.OPERATION: _steps(
        Subject.OPERATION,
        """
        monitor: - -> monitoring
        open: -, monitoring -> open
        suspend: open -> suspended
        resume: suspended -> open
        wind_down: open, suspended -> closing
        close: closing, monitoring -> closed
        """,
    ),
    Subject.REQUEST: _steps(
        Subject.REQUEST,
        """
        draft: - -> draft
        submit: draft -> submitted
        validate: submitted -> validated
        reject: submitted, validated -> rejected
        circulate: validated -> circulated
        withdraw: draft, submitted, validated, circulated -> withdrawn
        lapse: circulated -> lapsed
        close: circulated, lapsed -> closed
        supersede: draft, submitted, validated, circulated, lapsed -> superseded
        """,
    ),
    Subject.OFFER_LINE: _steps(
        Subject.OFFER_LINE,
        """
        draft: - -> draft
        offer: -, draft -> offered
        review: offered, deferred -> under_review
        accept: offered, under_review, deferred -> accepted
        accept_in_part: offered, under_review, deferred -> part_accepted
        defer: offered, under_review -> deferred
        decline: offered, under_review, deferred -> declined
        withdraw: draft, offered, under_review, accepted, part_accepted, deferred -> withdrawn
        expire: offered, under_review, deferred, accepted, part_accepted -> expired
        close: accepted, part_accepted -> closed
        """,
    ),
    Subject.ALLOCATION: _steps(
        Subject.ALLOCATION,
        """
        propose: - -> proposed
        confirm: proposed -> confirmed
        accept: proposed -> accepted
        confirm: accepted -> agreed
        accept: confirmed -> agreed
        decline: proposed, confirmed, accepted -> cancelled
        cancel: proposed, confirmed, accepted, agreed -> cancelled
        lapse: proposed, confirmed, accepted -> expired
        close: agreed -> closed
        """,
    ),
    Subject.CONSENT: _steps(
        Subject.CONSENT,
        """
        request: - -> requested
        grant: requested -> granted
        refuse: requested -> refused
        lapse: granted -> expired
        revoke: granted -> revoked
        request: refused, expired, revoked -> requested
        """,
    ),
    Subject.CONSIGNMENT: _steps(
        Subject.CONSIGNMENT,
        """
        plan: - -> planned
        lock: planned -> packed
        unlock: packed -> planned
        clear: packed -> cleared
        dispatch: packed, cleared -> dispatched
        reach_hub: dispatched, border_crossed, diverted -> at_hub
        leave_hub: at_hub -> dispatched
        cross_border: dispatched, at_hub, diverted -> border_crossed
        divert: dispatched, at_hub, border_crossed -> diverted
        arrive: dispatched, at_hub, border_crossed, diverted -> arrived
        hand_over: dispatched, at_hub, border_crossed, diverted, arrived -> handed_over
        accept: handed_over -> accepted
        accept_with_discrepancy: handed_over -> accepted_with_discrepancy
        refuse: handed_over -> refused
        lose: dispatched, at_hub, border_crossed, diverted, arrived -> lost
        cancel: planned, packed, cleared -> cancelled
        """,
    ),
    Subject.ARRIVAL: _steps(
        Subject.ARRIVAL,
        """
        report: - -> reported
        quarantine: reported -> quarantined
        adopt: quarantined -> adopted
        redirect: quarantined -> redirected
        return: quarantined -> returned
        dispose: quarantined -> disposed
        """,
    ),
    Subject.REPORT: _steps(
        Subject.REPORT,
        """
        draft: - -> draft
        submit: draft -> submitted
        send_back: submitted -> draft
        approve: submitted -> approved
        release: approved -> released
        supersede: released -> superseded
        """,
    ),
    Subject.IMPORT: _steps(
        Subject.IMPORT,
        """
        keep: - -> kept
        read: kept -> read
        commit: read -> committed
        discard: kept, read -> discarded
        undo: committed -> undone
        """,
    ),
    Subject.READOUT: _steps(
        Subject.READOUT,
        """
        draft: - -> draft
        submit: draft -> submitted
        send_back: submitted -> draft
        approve: submitted -> approved
        release: approved -> released
        supersede: released -> superseded
        """,
    ),
    # It opens by itself, with the receipt, before any event.
    Subject.DISCREPANCY: _steps(
        Subject.DISCREPANCY,
        """
        resolve: - -> resolved
        """,
    ),
    Subject.GUARANTEE: _steps(
        Subject.GUARANTEE,
        """
        invoke: - -> invoked
        establish: invoked -> established
        withdraw: invoked, established -> withdrawn
        close: invoked, established -> closed
        """,
    ),
    Subject.ENQUIRY: _steps(
        Subject.ENQUIRY,
        """
        ask: - -> asked
        tell: asked, provisional -> answered
        agree: asked, provisional -> agreed
        agree_provisionally: asked -> provisional
        decline: asked, provisional -> declined
        withdraw: asked, provisional -> withdrawn
        """,
    ),
}

# What is done on paper here, and is dated when it is done.  What happened in the world may be told
# late, and so with an earlier moment than the paper that was made out for it.
PAPERWORK: dict[Subject, frozenset[str]] = dict.fromkeys(Subject, frozenset[str]()) | {
    Subject.REQUEST: frozenset({"draft", "submit"}),
    Subject.OFFER_LINE: frozenset({"draft"}),
    Subject.CONSIGNMENT: frozenset({"plan", "lock", "unlock"}),
}

_AFTER = {
    (step.subject, step.event, step.before): step.after
    for steps in LIFECYCLES.values()
    for step in steps
}

# Allocations may draw on an offer line, and promise to a request, while they are in these stages.
OFFER_STAGES_OPEN = frozenset({"offered", "under_review", "accepted", "part_accepted"})
REQUEST_STAGES_OPEN = frozenset({"validated", "circulated"})
# A proposal can no longer be agreed to once the offer line or the request is in one of these.
OFFER_STAGES_ENDED = frozenset({"withdrawn", "declined", "expired"})
REQUEST_STAGES_ENDED = frozenset({"withdrawn", "rejected", "closed", "superseded"})


def next_stage(subject: Subject, event: str, before: str) -> str | None:
    """Say where the event leads from that stage, or None if it does not lead anywhere."""
    return _AFTER.get((subject, event, before))


def events_from(subject: Subject, stage: str) -> tuple[str, ...]:
    """List the events that are possible in that stage."""
    return tuple(step.event for step in LIFECYCLES[subject] if step.before == stage)


def shown(stage: str) -> str:
    """Write a stage as people read it."""
    return stage.replace("_", " ")


def line_stage(
    *, asked: int | None, offered: int, allocated: int, received: int, still_open: bool
) -> str:
    """Derive the stage of a request line from its figures, the furthest that holds.

    Args:
        asked: what is asked, with what is accepted beyond it; None where nothing is stated.
        offered: what is offered for it.
        allocated: what is promised to it.
        received: what was counted as good and signed for.
        still_open: whether anything remains to be promised.
    """
    furthest = (
        (asked is None, "quantity_unknown"),
        (asked == 0, "cancelled"),
        (asked is not None and received >= asked, "received"),
        (received > 0, "partly_received"),
        (allocated > 0 and not still_open, "fully_allocated"),
        (allocated > 0, "partly_allocated"),
        (offered > 0, "partly_offered"),
    )
    return next((stage for holds, stage in furthest if holds), "open")
