import json
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.exchange import Change, DraftLine, Hints, Reading, Status, Weight
from muster.formats.fts import FTS

# Flows 168511, 168515 and 211796 of https://fts.unocha.org, with the fields that matter here.
PARKED: dict[str, Any] = {
    "id": "168511",
    "amountUSD": 0,
    "childFlowIds": [168515],
    "contributionType": "financial",
    "date": "2017-11-30T00:00:00Z",
    "description": "Education in Emergencies, Multiyear 2017-2021",
    "exchangeRate": 0.999,
    "flowType": "Parked",
    "keywords": ["Multiyear"],
    "newMoney": True,
    "originalAmount": 0,
    "originalCurrency": "CHF",
    "parentFlowId": None,
    "status": "commitment",
    "versionId": 1,
    "sourceObjects": [
        {"type": "Organization", "id": "2924", "name": "Switzerland, Government of"},
        {"type": "Location", "id": "217", "name": "Switzerland"},
    ],
    "destinationObjects": [
        {"type": "Organization", "id": "2178", "name": "Norwegian Refugee Council"},
        {"type": "Location", "id": "1", "name": "Afghanistan"},
    ],
    "boundary": "incoming",
    "onBoundary": "shared",
    "refCode": "7F-09970.01",
}
CHILD = PARKED | {
    "id": "168515",
    "amountUSD": 250250,
    "originalAmount": 250000,
    "childFlowIds": None,
    "parentFlowId": 168511,
    "flowType": "Standard",
    "onBoundary": "single",
}


def flow(number: int, usd: float, **fields: object) -> dict[str, Any]:
    """Make a flow of dollars that stands alone, with what is said to differ."""
    alone = {"id": str(number), "amountUSD": usd, "childFlowIds": None, "parentFlowId": None}
    money = {"originalAmount": None, "originalCurrency": None, "exchangeRate": None}
    rest = {"flowType": "Standard", "onBoundary": "single", "keywords": None}
    return PARKED | alone | money | rest | fields


def read(*flows: object, **document: object) -> Reading:
    body = {"status": "ok", "data": {"flows": list(flows)}} | document
    return FTS.read(json.dumps(body).encode(), Hints())


def counted(reading: Reading) -> Decimal:
    return sum((line.value or Decimal(0) for line in reading.lines if not line.part_of), Decimal(0))


def codes(line: DraftLine) -> set[str]:
    return {issue.code for issue in line.issues}


def test_a_flow_becomes_a_line_with_donor_amount_day_and_reference() -> None:
    (line,) = read(CHILD).lines
    assert line.party_text == "Switzerland, Government of"
    assert (line.value, line.currency) == (Decimal(250000), "CHF")
    assert line.status is Status.COMMITTED
    assert str(line.stated_on) == "2017-11-30"
    assert line.reference == "168515"
    assert line.place.path == "data.flows[0]"
    assert line.place_text == "Afghanistan"
    assert line.extra["ref_code"] == "7F-09970.01"
    assert line.extra["amount_usd"] == "250250"
    assert line.extra["destination_organization"] == "Norwegian Refugee Council"


@pytest.mark.parametrize(
    ("written", "status"),
    [("pledge", Status.PLEDGED), ("commitment", Status.COMMITTED), ("paid", Status.DELIVERED)],
)
def test_the_three_states_of_a_flow(written: str, status: Status) -> None:
    (line,) = read(flow(1, 10, status=written)).lines
    assert line.status is status


def test_another_state_is_asked_about_at_its_path() -> None:
    (line,) = read(flow(1, 10, status="promised")).lines
    assert line.status is Status.UNSTATED
    (fault,) = line.issues
    assert (fault.code, fault.place.path) == ("fts_status_unknown", "data.flows[0].status")


def test_what_is_passed_on_counts_once() -> None:
    whole = flow(1, 100, childFlowIds=[2, 3])
    parts = [flow(n, usd, parentFlowId=1, newMoney=False) for n, usd in ((2, 60), (3, 40))]
    reading = read(whole, *parts)
    assert counted(reading) == 100
    assert [line.part_of for line in reading.lines] == ["", "1", "1"]
    assert "fts_part_of" in codes(reading.lines[1])


@pytest.mark.parametrize("says", ["parent", "child"])
def test_either_side_of_a_link_is_believed(says: str) -> None:
    parent = flow(1, 100, childFlowIds=[2] if says == "parent" else None)
    child = flow(2, 60, parentFlowId=1 if says == "child" else None)
    assert counted(read(child, parent)) == 100


def test_money_that_goes_out_is_counted_with_a_note_that_it_may_have_come_in() -> None:
    reading = read(flow(1, 100), flow(2, 60, boundary="outgoing"))
    assert counted(reading) == 160
    assert "fts_outgoing" not in codes(reading.lines[0])
    assert "fts_outgoing" in codes(reading.lines[1])


def test_a_parent_of_zero_has_been_shared_out_and_its_children_count() -> None:
    reading = read(PARKED, CHILD)
    assert counted(reading) == 250000
    assert "fts_shared_out" in codes(reading.lines[0])


def test_grandchildren_of_an_empty_parent_are_parts_of_the_money_above_it() -> None:
    chain = [flow(1, 100), flow(2, 0, parentFlowId=1), flow(3, 50, parentFlowId=2)]
    reading = read(*chain)
    assert counted(reading) == 100
    assert reading.lines[2].part_of == "1"


def test_a_commitment_out_of_a_pledge_counts_in_its_own_measure() -> None:
    lines = read(flow(1, 100, status="pledge"), flow(2, 60, parentFlowId=1)).lines
    assert [(line.status, line.part_of) for line in lines] == [
        (Status.PLEDGED, ""),
        (Status.COMMITTED, ""),
    ]


def test_a_parked_parent_beside_its_parts_is_asked_about_with_both_readings() -> None:
    parked = flow(1, 30, flowType="Parked", childFlowIds=[2])
    (question,) = [
        issue
        for issue in read(parked, flow(2, 70, parentFlowId=1)).lines[0].issues
        if issue.code == "fts_parts_unclear"
    ]
    assert question.weight is Weight.QUESTION
    assert len(question.readings) == 2


def test_an_internal_flow_is_money_that_came_in_already() -> None:
    (line,) = read(flow(1, 10, boundary="internal", newMoney=False)).lines
    assert line.part_of
    assert "fts_internal" in codes(line)


def test_flows_in_a_circle_are_told_and_end() -> None:
    reading = read(flow(1, 10, parentFlowId=2), flow(2, 10, parentFlowId=1))
    assert "fts_circle" in {issue.code for issue in reading.issues}


def test_the_highest_version_counts_and_says_what_it_replaced() -> None:
    reading = read(flow(7, 100, versionId=1), flow(7, 80, versionId=3))
    (line,) = reading.lines
    assert line.value == 80
    assert line.change is Change.UPDATED
    (noted,) = reading.issues
    assert (noted.code, noted.place.path) == ("fts_version_superseded", "data.flows[0]")


def test_one_id_in_one_version_with_two_amounts_is_an_error() -> None:
    (line,) = read(flow(7, 100), flow(7, 80)).lines
    assert "fts_id_twice" in codes(line)


def test_several_donors_are_asked_about_and_none_is_guessed() -> None:
    donors = [{"type": "Organization", "name": name} for name in ("Norway", "Sweden")]
    (line,) = read(flow(1, 10, sourceObjects=donors)).lines
    (question,) = line.issues
    assert question.readings == ("Norway", "Sweden")
    assert question.place.path == "data.flows[0].sourceObjects"


def test_a_missing_donor_is_asked_about() -> None:
    (line,) = read(flow(1, 10, sourceObjects=[])).lines
    assert (line.party_text, codes(line)) == ("", {"fts_source_missing"})


@pytest.mark.parametrize(
    ("amount", "code", "weight"),
    [
        (-5, "money_negative", Weight.QUESTION),
        (0, "money_zero", Weight.NOTE),
        (2e14, "money_absurd", Weight.ERROR),
        (None, "money_missing", Weight.ERROR),
        ("1,000", "money_unreadable", Weight.ERROR),
        (True, "money_unreadable", Weight.ERROR),
        ({"usd": 3}, "money_unreadable", Weight.ERROR),
        (float("nan"), "money_unreadable", Weight.ERROR),
        (float("inf"), "money_unreadable", Weight.ERROR),
    ],
)
def test_an_amount_that_cannot_be_meant_is_answered_at_its_path(
    amount: object, code: str, weight: Weight
) -> None:
    reading = read(flow(0, 1), flow(1, 10, amountUSD=amount))
    (fault,) = reading.lines[1].issues
    assert (fault.code, fault.weight) == (code, weight)
    assert fault.place.path == "data.flows[1].amountUSD"


def test_amounts_stay_exact() -> None:
    body = json.dumps({"data": {"flows": [flow(1, 1)]}}).replace(
        '"amountUSD": 1', '"amountUSD": 0.1000000000000000055'
    )
    (line,) = FTS.read(body.encode(), Hints()).lines
    assert line.value == Decimal("0.1000000000000000055")


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("0001-01-01T00:00:00Z", "date_implausible"),
        ("2023-02-30", "date_unreadable"),
        ("yesterday", "date_unreadable"),
    ],
)
def test_a_date_that_cannot_be_meant_is_asked_about(day: str, code: str) -> None:
    (line,) = read(flow(1, 10, date=day)).lines
    assert (line.stated_on, codes(line)) == (None, {code})


def test_a_flow_updated_before_it_was_created_is_told() -> None:
    (line,) = read(flow(1, 10, createdAt="2020-05-02", updatedAt="2020-05-01")).lines
    assert codes(line) == {"fts_dates_out_of_order"}


def test_amount_and_conversion_that_disagree_are_told() -> None:
    (line,) = read(CHILD | {"parentFlowId": None, "amountUSD": 25025}).lines
    assert codes(line) == {"fts_amounts_disagree"}


def test_further_pages_and_a_total_that_is_not_met_are_told() -> None:
    data = {"incoming": {"flowCount": 1, "fundingTotal": 99}, "flows": [flow(1, 10)]}
    reading = read(data=data, meta={"nextLink": "https://api.hpc.tools/next"})
    assert {issue.code for issue in reading.issues} == {"fts_more_pages", "fts_total_differs"}


def test_what_the_format_does_not_know_is_carried() -> None:
    (line,) = read(flow(1, 10, restricted={"a": [1]}, nul="a\x00b\ud800")).lines
    assert line.extra["restricted"] == '{"a": [1]}'
    assert line.extra["nul"] == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json_malformed"),
        (b"\xff\xfe", "json_malformed"),
        (b'{"data": "\xff"}', "json_encoding"),
        (b"[" * 100_000, "json_too_deep"),
        (b'{"a":' * 100_000, "json_too_deep"),
        (b'{"status":"error","message":"no such boundary"}', "fts_no_flows"),
        (b"3", "fts_no_flows"),
        (b'{"data": {"flows": {"1": {}}}}', "fts_no_flows"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_list_of_flows_is_refused_with_its_reason(data: bytes, code: str) -> None:
    reading = FTS.read(data, Hints())
    assert reading.fails
    assert [issue.code for issue in reading.issues] == [code]


def test_json_that_breaks_off_is_told_with_line_and_column() -> None:
    body = json.dumps({"data": {"flows": [flow(1, 10)]}}, indent=1).encode()
    (fault,) = FTS.read(body[: len(body) // 2], Hints()).issues
    assert fault.code == "json_malformed"
    assert fault.place.line is not None
    assert fault.place.line > 1
    assert "column" in fault.sentence


@pytest.mark.parametrize("value", [None, 3, "flow", [], [[]], True])
def test_a_flow_that_is_none_is_an_error_of_its_line(value: object) -> None:
    (line,) = read(value).lines
    assert codes(line) == {"fts_flow_shape"}
    assert line.place.path == "data.flows[0]"


@pytest.mark.parametrize(
    "number", ["9" * 5_000, "1e999999999999", "1e400", "-1e-400", "9" * 100_000]
)
def test_numbers_beyond_measure_take_no_time(number: str) -> None:
    body = json.dumps({"data": {"flows": [flow(1, 1)]}}).replace(
        '"amountUSD": 1', f'"amountUSD": {number}'
    )
    start = process_time()
    (line,) = FTS.read(body.encode(), Hints()).lines
    assert codes(line) == {"money_unreadable"}
    assert process_time() - start < 2


def test_the_format_knows_its_own_and_leaves_the_rest() -> None:
    body = json.dumps({"data": {"flows": [PARKED]}}).encode()
    assert FTS.claims(body, "flows.json") > 0.9
    assert FTS.claims(b"\xef\xbb\xbf" + body, "") > 0.9
    assert FTS.claims(b'{"type": "FeatureCollection"}', "map.json") < 0.2
    assert FTS.claims(b"<iati-activities/>", "x.json") == 0


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
_FIELDS = st.sampled_from([*PARKED, "createdAt", "updatedAt"])


@settings(max_examples=150, deadline=10_000)
@given(st.lists(st.dictionaries(_FIELDS, _VALUES, max_size=6) | _VALUES, max_size=5), st.booleans())
def test_whatever_a_flow_holds_reading_it_answers(drawn: list[Any], whole: bool) -> None:  # noqa: FBT001 - drawn
    flows = [PARKED | each if whole and isinstance(each, dict) else each for each in drawn]
    reading = read(*flows)
    for line in reading.lines:
        written = " ".join([line.text, line.party_text, *line.extra, *line.extra.values()])
        assert "\x00" not in written
        written.encode()
        assert line.value is None or line.value.is_finite()


@settings(max_examples=150, deadline=10_000)
@given(st.binary(max_size=200), st.integers(0, 900))
def test_whatever_the_bytes_are_reading_them_answers(junk: bytes, at: int) -> None:
    body = json.dumps({"data": {"flows": [PARKED, CHILD]}}).encode()
    FTS.read(junk, Hints())
    FTS.read(body[:at] + junk + body[at + len(junk) :], Hints())
    FTS.claims(junk, "")


def test_twenty_thousand_flows_are_read_in_bounded_time() -> None:
    # One chain, every second flow empty: nothing may walk it up from each of its ends.
    many = [flow(n, n % 2, parentFlowId=n - 1) for n in range(1, 20_001)]
    body = json.dumps({"data": {"flows": many}}).encode()
    start = process_time()
    assert len(FTS.read(body, Hints()).lines) == 20_000
    assert process_time() - start < 40
