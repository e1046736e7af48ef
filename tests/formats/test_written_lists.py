"""Lists in a dozen languages, as nations, ministries, clusters and town halls write them."""

import pytest

from tests.formats.written import Case, cases, compared

TEXTS = [*cases("written_text.txt"), *cases("written_more.txt")]


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case.name)
def test_a_written_list_is_read_as_a_careful_person_reads_it(case: Case) -> None:
    missing, extra = compared(case, ".txt")
    assert not missing
    assert not extra
