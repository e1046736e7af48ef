"""A fault of a document, as an issue that keeps it from being read."""

from muster.core.exchange import Issue, Place, Weight


def fault(code: str, place: Place, sentence: str, expected: str = "", found: str = "") -> Issue:
    """Make the issue of a fault: where it is, what was expected there and what was found."""
    return Issue(
        code=code,
        weight=Weight.ERROR,
        place=place,
        expected=expected,
        found=found,
        sentence=sentence,
    )
