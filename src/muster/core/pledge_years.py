"""The years of an announcement: one, several, or none stated."""

import re
from typing import Final

from muster.core.pledges import YearsUnreadable

_YEARS: Final = re.compile(
    r"\s*(?P<first>20\d\d)\s*(?:(?:-|\u2013|/|to|until|through)\s*(?P<last>20\d\d|\d\d)\s*)?",
    re.IGNORECASE,
)
MOST_YEARS: Final = 20


def years_in(text: str) -> tuple[int, int] | None:
    """Read the first and the last year, or None where none is stated.

    Raises:
        YearsUnreadable: it is neither a year nor two of them in order.
    """
    if not text.strip():
        return None
    found = _YEARS.fullmatch(text)
    if found is None:
        raise YearsUnreadable(text=text.strip()[:60])
    first = int(found["first"])
    last = int(found["last"] or first)
    if last < 100:  # noqa: PLR2004 - 2025-27
        last += first // 100 * 100
    if not first <= last < first + MOST_YEARS:
        raise YearsUnreadable(text=text.strip()[:60])
    return first, last
