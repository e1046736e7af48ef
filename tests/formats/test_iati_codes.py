"""Codes of IATI that carry meaning here are judged; a cancelled activity is asked about."""

from muster.core.exchange import Hints, Weight
from muster.formats.iati import IATI
from tests.formats.iati_cases import WHOLE


def _read(text: str) -> list[tuple[str, Weight, str]]:
    data = f'<iati-activities version="2.03">{text}</iati-activities>'.encode()
    reading = IATI.read(data, Hints())
    issues = [*reading.issues, *(issue for line in reading.lines for issue in line.issues)]
    return [(issue.code, issue.weight, issue.found) for issue in issues]


def test_codes_of_the_standard_raise_nothing() -> None:
    assert not {code for code, _, _ in _read(WHOLE)} & {
        "iati_code_unknown",
        "iati_activity_ended",
        "currency_unknown",
    }


def test_a_code_that_is_in_no_list_is_noted_with_its_place() -> None:
    wrong = WHOLE.replace('role="1"', 'role="9"').replace(
        'activity-status code="2"', 'activity-status code="7"'
    )
    noted = [found for code, _, found in _read(wrong) if code == "iati_code_unknown"]
    assert sorted(noted) == ["7", "9"]


def test_lines_of_a_cancelled_activity_are_asked_about() -> None:
    over = WHOLE.replace('activity-status code="2"', 'activity-status code="5"')
    assert ("iati_activity_ended", Weight.QUESTION, "5") in _read(over)


def test_a_currency_that_does_not_exist_is_asked_about() -> None:
    assert ("currency_unknown", Weight.QUESTION, "ABC") in _read(WHOLE.replace("USD", "ABC"))
