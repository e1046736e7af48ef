"""The site's clock, for the doors alone: actions take the time as an argument."""

from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """Tell the time: the demo's clock stands still, a real site has the machine's."""
    return datetime.fromisoformat(settings.CLOCK) if settings.CLOCK else datetime.now(UTC)
