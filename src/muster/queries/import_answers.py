"""A preview as every door answers it: one shape for the command line, the API and the pages."""

from collections.abc import Iterable
from decimal import Decimal

from muster.core.exchange import Issue
from muster.core.intake.drafts import Data
from muster.queries.duplicates import Pair, Side
from muster.queries.intake import LineSeen, Preview


def as_answer(seen: Preview, lines: Iterable[LineSeen], pairs: Iterable[Pair]) -> Data:
    """Write a preview as every door answers it: lines, issues, duplicates.

    The quantity of a line is as stated, in the unit that was written; "stored" is what it comes to
    in whole smallest units of the item.
    """
    return {
        "lines": [line_answer(line) for line in lines],
        "issues": [issue_answer(issue) for issue in seen.issues],
        "duplicates": [pair_answer(pair) for pair in pairs],
    }


def line_answer(line: LineSeen) -> Data:
    """Write one line as every door answers it."""
    return {
        "place": line.place,
        "text": line.text,
        "item": line.item or None,
        "confidence": line.confidence,
        "quantity": _quantity_answer(line),
        "party": line.party or line.draft.party_text or None,
        "status": line.status,
        "issues": [issue_answer(issue) for issue in line.issues],
        "number": line.number,
        "verdict": line.verdict.value,
        "candidates": [
            {"item": code, "name": name, "confidence": confidence}
            for code, name, confidence in line.candidates
        ],
        "stored": {
            "kind": line.quantity.kind.value,
            "low": line.quantity.low,
            "high": line.quantity.high,
            "unit": line.unit or None,
            "per": line.quantity.per.value if line.quantity.per else None,
        },
    }


def issue_answer(issue: Issue) -> Data:
    """Write an issue as every door answers it."""
    return {
        "code": issue.code,
        "weight": issue.weight.value,
        "place": issue.place.text,
        "expected": issue.expected,
        "found": issue.found,
        "sentence": issue.sentence,
        "readings": list(issue.readings),
    }


def pair_answer(pair: Pair) -> Data:
    """Write two lines that may be one as every door answers it."""
    return {
        "first": _side_answer(pair.first),
        "second": _side_answer(pair.second),
        "kind": pair.kind,
        "score": pair.score,
        "reasons": [
            {"code": reason.code, "sentence": reason.sentence, "weight": reason.weight}
            for reason in pair.reasons
        ],
        "counts": str(pair.counts),
        "sentence": pair.sentence,
    }


def _quantity_answer(line: LineSeen) -> Data:
    """Write what a line states; where a person typed the amount, what that comes to."""
    if line.choice.amount:
        return {
            "kind": line.quantity.kind.value,
            "low": line.quantity.low,
            "high": line.quantity.high,
            "unit": line.unit or None,
            "per": line.quantity.per.value if line.quantity.per else None,
        }
    stated = line.draft.quantity
    return {
        "kind": stated.kind.value,
        "low": _number(stated.low),
        "high": _number(stated.high),
        "unit": stated.unit or line.typed_unit or stated.unit_text or None,
        "per": stated.per.value if stated.per else None,
    }


def _number(amount: Decimal | None) -> int | float | None:
    """Write a number as JSON can: whole where it is whole."""
    if amount is None:
        return None
    if not amount.is_finite() or amount.adjusted() > _MOST_DIGITS:
        return float(amount)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


_MOST_DIGITS = 30


def _side_answer(side: Side) -> Data:
    return {
        "id": str(side.id),
        "kind": side.kind,
        "name": side.name,
        "party": side.party,
        "item": side.item,
        "amount": side.amount,
        "stated_on": side.stated_on,
        "text": side.text,
        "source": side.source,
    }
