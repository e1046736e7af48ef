from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.moments import (
    MomentUnreadable,
    dtg,
    long_date,
    long_moment,
    parse_date,
    read_moment,
    utc,
)
from muster.core.refusals import DateUnreadable

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    min_value=datetime(2000, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2099, 12, 30),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=zones,
)
NAIVE = datetime(2023, 4, 20, 9, 0)  # noqa: DTZ001 - what must be rejected


@given(moments)
def test_every_written_form_is_read_back_to_the_minute(moment: datetime) -> None:
    minute = utc(moment).replace(second=0, microsecond=0)
    assert read_moment(dtg(moment)) == minute
    assert read_moment(long_moment(moment)) == minute
    assert read_moment(moment.replace(second=0, microsecond=0).isoformat()) == minute


@given(moments, moments)
def test_two_minutes_never_share_a_date_time_group(one: datetime, other: datetime) -> None:
    same_minute = utc(one).replace(second=0, microsecond=0) == utc(other).replace(
        second=0, microsecond=0
    )
    assert (dtg(one) == dtg(other)) == same_minute


@given(st.text(alphabet="0123456789ZAPR :-+T,UTC", max_size=26))
def test_any_text_is_a_moment_in_utc_or_a_refusal(text: str) -> None:
    try:
        moment = read_moment(text)
    except MomentUnreadable:
        return
    assert moment.utcoffset() == timedelta(0)


@given(st.dates())
def test_a_date_is_read_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day


def test_the_forms_are_those_of_messages() -> None:
    brussels = datetime(2023, 4, 20, 11, 0, tzinfo=timezone(timedelta(hours=2)))
    assert dtg(brussels) == "200900Z APR 23"
    assert long_moment(brussels) == "20 April 2023, 09:00 UTC"
    assert long_date(date(2023, 4, 4)) == "4 April 2023"
    assert read_moment("200900zapr23") == datetime(2023, 4, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("write", [utc, dtg, long_moment])
def test_a_moment_without_a_zone_is_never_written(write: object) -> None:
    assert callable(write)
    with pytest.raises(ValueError, match="needs its zone"):
        write(NAIVE)


@pytest.mark.parametrize("year", [1999, 2100])
def test_a_century_that_two_digits_cannot_tell_is_not_written(year: int) -> None:
    with pytest.raises(ValueError, match="century"):
        dtg(datetime(year, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-04-20",
        "2023-04-20T09:00",
        "310900Z APR 23",
        "202500Z APR 23",
        "200900Z AVR 23",
        "200900A APR 23",
        "20 Apr 2023, 09:00 UTC",
        "20 April 2023, 09:00",
        "0001-01-01T00:00+01:00",
    ],
)
def test_a_moment_without_zone_or_calendar_is_refused(text: str) -> None:
    with pytest.raises(MomentUnreadable) as caught:
        read_moment(text, at="as_of")
    assert caught.value.at == "as_of"
    assert f'"{text}"' in caught.value.sentence


@pytest.mark.parametrize(
    "text", ["", "20230420", "2023-W16-4", "20/04/2023", "2023-02-29", "2023-4-20", "٢٠٢٣-٠٤-٢٠"]
)
def test_a_date_written_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(DateUnreadable):
        parse_date(text)
