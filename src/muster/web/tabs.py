"""The row of tabs on every page of an operation."""

from django.urls import reverse

from muster.queries.guarantee import has_case
from muster.records.models import Operation
from muster.web.shown import Link

# Of an operation that was invoked: the room of its case, first of all.
_CASE = ("Case", "guarantee_case")
# The label of each tab and the name of its address; every one of them takes the operation's code.
_TABS: tuple[tuple[str, str], ...] = (
    ("Board", "operation"),
    ("Requests", "requests"),
    ("Offers", "offers"),
    ("Pledges", "waterfall"),
    ("Allocations", "allocations"),
    ("Consignments", "consignments"),
    ("Plan", "plans"),
    ("Transport", "net"),
    ("Import", "imports"),
    ("Reports", "reports"),
    ("Arrivals", "arrivals"),
    ("Enquiries", "enquiries"),
    ("Journal", "operation_journal"),
)


def operation_tabs(operation: Operation, current: str) -> tuple[Link, ...]:
    """Make the tabs of an operation.

    Args:
        operation: whose.
        current: the name of the address of the tab one is on, such as "offers"; the pages of one
            record name the tab they belong to.
    """
    tabs = (_CASE, *_TABS) if has_case(operation) else _TABS
    return tuple(
        Link(
            label=label,
            href=reverse(name, kwargs={"code": operation.code}),
            current=name == current,
        )
        for label, name in tabs
    )


def operation_crumbs(operation: Operation, *below: tuple[str, str]) -> tuple[Link, ...]:
    """Make the way to a page: all operations, this one, then (label, address) of what is below.

    The last one is where one is.
    """
    way = (
        ("Operations", reverse("operations")),
        (operation.name, reverse("operation", kwargs={"code": operation.code})),
        *below,
    )
    last = len(way) - 1
    return tuple(
        Link(label=label, href=href, current=place == last)
        for place, (label, href) in enumerate(way)
    )
