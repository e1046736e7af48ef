"""Sample data for the gallery, the page that shows every component of the design."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.web.shown import Link, SignedIn, Site

NOW = datetime(2023, 4, 20, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLine:
    """One line of a board, with cumulative figures in the item's smallest unit."""

    item: str
    recipient: str
    unit: str
    stage: str
    asked: int | None
    offered: int
    allocated: int
    dispatched: int
    received: int
    since: datetime
    invented: bool

    @property
    def remaining(self) -> int | None:
        """What is asked and not yet allocated."""
        return None if self.asked is None else max(self.asked - self.allocated, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEvent:
    """One entry of a journal or of a consignment's tracking."""

    at: datetime
    did: str
    who: str
    why: str | None = None
    place: str | None = None
    stage: str | None = None
    invented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMove:
    """One proposed allocation of a plan."""

    item: str
    donor: str
    request: str
    amount: int
    unit: str
    because: str
    request_href: str = "#plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleGap:
    """What a plan leaves unmet."""

    item: str
    missing: int
    unit: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePerson:
    """A log-in of the demo scenario."""

    username: str
    name: str
    role: str
    party: str


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component of the design, with sample data."""
    return render(request, "gallery.html", sample())


def sample() -> dict[str, object]:
    """Give everything that gallery.html shows; all of it is made up."""
    return {
        "now": NOW,
        "site": _site(),
        "lines": _lines(),
        "events": _events(),
        "moves": _moves(),
        "gaps": _gaps(),
        "people": _people(),
        "quantities": (
            ("Rate", Quantity(QuantityKind.RATE, 20_000, 20_000, Per.WEEK), "litres"),
            ("Bound", Quantity.up_to(31), "vehicles"),
            ("Range", Quantity.between(30, 31), "vehicles"),
            ("Unknown", Quantity.unknown(), "tents"),
        ),
        "about": Quantity.about(4_700_000),
        "errors": {
            "amount": "The request has less open than 15,000; only the recipient can accept more.",
            "available_from": "Available from (2023-05-20) must not be later than needed by"
            " (2023-05-01).",
        },
        "flashes": [
            ("success", "The offer was accepted in part: 4,000 of 6,500 pieces."),
            ("info", "The plan is being worked out; this page shows it when it is there."),
            ("warning", "Two offers have had no answer for more than a week."),
            ("error", "The list was not read: row 14 has no item."),
        ],
    }


def _site() -> Site:
    entries = ("Home", "Operations", "Requests", "Offers", "Consignments", "Reports", "Register")
    return Site(
        navigation=tuple(
            Link(
                label=label,
                href="#main",
                current=label == "Operations",
                count=12 if label == "Offers" else None,
            )
            for label in entries
        ),
        signed_in=SignedIn(name="Ana Duarte", role="Coordinator", party="Coordinating Centre"),
        stage_clock=NOW,
        contains_invented=True,
    )


def _lines() -> list[SampleLine]:
    return [
        _line("Generators, 100 kVA", "pieces", "partly_received", 420,
              (420, 380, 300, 210), days=3),
        _line("Sleeping bags, winter", "pieces", "partly_allocated", 103_000,
              (64_500, 31_078, 12_000, 0), days=9),
        _line("Medical oxygen concentrators", "pieces", "open", 1250, (0, 0, 0, 0), days=22),
        _line("Sandbags", "pieces", "fully_allocated", 2_000_000,
              (4_700_000, 2_000_000, 900_000, 350_000), days=1, invented=True),
        _line("Protective suits", "sets", "received", 8000, (8000, 8000, 8000, 8000), days=0),
        _line("Fuel trucks", "vehicles", "partly_offered", None,
              (12, 4, 0, 0), days=16, invented=True),
    ]  # fmt: skip


def _line(
    item: str,
    unit: str,
    stage: str,
    asked: int | None,
    reached: tuple[int, int, int, int],
    *,
    days: int,
    invented: bool = False,
) -> SampleLine:
    """Make one line; `reached` is offered, allocated, dispatched and received."""
    offered, allocated, dispatched, received = reached
    return SampleLine(
        item=item,
        recipient="Ukraine",
        unit=unit,
        stage=stage,
        asked=asked,
        offered=offered,
        allocated=allocated,
        dispatched=dispatched,
        received=received,
        since=NOW - timedelta(days=days, hours=3),
        invented=invented,
    )


def _events() -> list[SampleEvent]:
    return [
        SampleEvent(
            at=NOW - timedelta(hours=2),
            did="Signed for 208 pieces; 2 are damaged.",
            who="Oksana Bondar, Ukraine",
            place="Lviv",
            stage="accepted_with_discrepancy",
            invented=True,
        ),
        SampleEvent(
            at=NOW - timedelta(days=1, hours=5),
            did="Crossed the border.",
            who="Hub Rzeszow",
            place="Korczowa",
            stage="border_crossed",
            invented=True,
        ),
        SampleEvent(
            at=NOW - timedelta(days=2),
            did="Dispatched 210 pieces.",
            who="Jan Nowak, Poland",
            stage="dispatched",
        ),
        SampleEvent(
            at=NOW - timedelta(days=4),
            did="Corrected the weight of line 3 from 18 t to 18,000 kg.",
            who="Jan Nowak, Poland",
            why="the unit was read wrongly from the packing list",
        ),
    ]


def _moves() -> list[SampleMove]:
    return [
        SampleMove(
            item="Generators, 100 kVA",
            donor="Germany",
            request="UKR-2022-014, line 3",
            amount=40,
            unit="pieces",
            because="Earliest of three offers that can arrive by 1 May.",
        ),
        SampleMove(
            item="Sleeping bags, winter",
            donor="Norway",
            request="UKR-2022-014, line 9",
            amount=31078,
            unit="pieces",
            because="Only offer without a caveat on onward transfer.",
        ),
    ]


def _gaps() -> list[SampleGap]:
    return [
        SampleGap(
            item="Medical oxygen concentrators",
            missing=1250,
            unit="pieces",
            reasons=("No offer of this item or of a listed substitute.",),
        ),
        SampleGap(
            item="Sleeping bags, winter",
            missing=38500,
            unit="pieces",
            reasons=(
                "The offer of Latvia (20,000) is available from 1 June, after the date needed.",
                "What is left of all other offers is 0 pieces.",
            ),
        ),
    ]


def _people() -> list[SamplePerson]:
    people = (
        ("coordinator", "Ana Duarte", "Coordinator", "Coordinating Centre"),
        ("donor", "Lena Vogt", "Donor's point of contact", "Germany"),
        ("recipient", "Oksana Bondar", "Recipient", "Ukraine"),
        ("logistics", "Jan Nowak", "Logistics planner", "Hub Rzeszow"),
        ("analyst", "Ruth Eide", "Analyst", "Coordinating Centre"),
    )
    return [
        SamplePerson(username=username, name=name, role=role, party=party)
        for username, name, role, party in people
    ]


urlpatterns: list[URLPattern] = [path("gallery", gallery, name="gallery")]
