"""Statements that run often are prepared, and arrays in the database's own words mean the same."""

from uuid import UUID

import pytest
from django.db import DataError, transaction

from muster.records.statements import array, rows, rows_together, text_array, texts

pytestmark = pytest.mark.usefixtures("records")


def test_a_statement_that_runs_often_is_prepared_once_on_its_connection() -> None:
    for _ in range(3):
        assert rows("SELECT 40 + %s::int", [2]) == [(42,)]
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE starts_with(statement, %s)"
    assert rows(prepared, ["SELECT 40 +"]) == [(1,)]


def test_statements_that_go_together_give_the_rows_of_each() -> None:
    found = rows_together([("SELECT %s::int", [1]), ("SELECT 2 WHERE false", []), ("SELECT 3", [])])
    assert found == [[(1,)], [], [(3,)]]


def test_the_first_statement_that_fails_is_the_error_and_the_log_says_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    waits = ("SELECT pg_sleep(0.01)", [])
    statements = [("SELECT 1 / %s::int", [0]), *[waits] * 100]
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        rows_together(statements)
    assert caplog.text == ""
    assert rows("SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    "words", [[], [""], ["party:DEU", "NULL"], ['a "b"', "c\\d\\", "{e,f}", " g ", "\n", "Ö"]]
)
def test_an_array_of_texts_is_read_as_these_texts(words: list[str]) -> None:
    assert rows("SELECT %s::text[]", [text_array(tuple(words))]) == [(words,)]
    assert rows("SELECT %s::text[]", [texts([*words, None])]) == [([*words, None],)]


def test_an_array_of_ids_is_read_as_these_ids() -> None:
    some = UUID(int=7)
    assert rows("SELECT %s::uuid[]", [array([some, None])]) == [([some, None],)]


def test_what_goes_together_opens_its_transaction_and_commits_on_the_same_way() -> None:
    with transaction.atomic():
        assert rows("SELECT count(*) FROM party WHERE code = %s", ["DEU"]) == [(1,)]
    with pytest.raises(DataError), transaction.atomic():
        rows("SELECT 1 / %s::int", [0])
    # What was prepared before a transaction was undone is still there, and is known.
    assert rows("SELECT count(*) FROM party WHERE code = %s", ["DEU"]) == [(1,)]


def test_a_percent_sign_is_written_as_two() -> None:
    assert rows("SELECT 'a' LIKE '%%', %s::text", ["%s"]) == [(True, "%s")]
