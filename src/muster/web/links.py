"""Where the page of a record is, by its table and key."""

from uuid import UUID

from django.urls import reverse

# The table, the name of its page's address, and the name of the key there.
_PAGES: dict[str, tuple[str, str]] = {
    "allocation": ("allocation", "allocation_id"),
    "assistance_request": ("request", "request_id"),
    "consent": ("consent", "consent_id"),
    "consignment": ("consignment", "consignment_id"),
    "enquiry": ("enquiry", "enquiry_id"),
    "item": ("item", "code"),
    "muster_user": ("person", "person_id"),
    "offer": ("offer", "offer_id"),
    "party": ("party", "code"),
    "receipt": ("receipt", "receipt_id"),
    "saved_plan": ("plan", "plan_id"),
    "scenario": ("scenario", "scenario_id"),
    "situation_report": ("report", "report_id"),
    "unsolicited_arrival": ("arrival", "arrival_id"),
}


def href_of(table: str, key: UUID | str) -> str | None:
    """Give the address of a record's page, or None where that kind of record has none."""
    if table not in _PAGES:
        return None
    name, argument = _PAGES[table]
    return reverse(name, kwargs={argument: key})
