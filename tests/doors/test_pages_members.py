"""Pages of members through time and of the what-if."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from django.urls import reverse

from muster.core.actors import Role
from muster.queries.accessions import steps_of
from tests.doors.test_pages_register import client_of, text_of
from tests.make import NOW, coordinator, person

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=NOW.isoformat()):
        yield


def what_if(**asked: str) -> str:
    answer = client_of(coordinator()).get(reverse("effect"), asked)
    assert answer.status_code == 200
    return text_of(answer)


def test_the_what_if_page_shows_every_method_and_the_range_beside_the_drawing() -> None:
    text = what_if(of="FIN", on="2023-04-04", **{"in": "NATO"})
    for said in ("1,317", "2,626", "1.994", "1,213", "2,552", "2.104", "1,069", "2,295", "2.147"):
        assert said in text
    assert "1.994 to 2.147 times" in text
    assert "Members before 30 Members after 31" in text
    assert "North Atlantic Treaty, Article 5" in text
    page = client_of(coordinator()).get(reverse("effect"), {"of": "FIN", "on": "2023-04-04"})
    assert page.content.decode().count("<figure") == 2


def test_a_party_that_would_leave_takes_its_share_with_it() -> None:
    text = what_if(of="DEU", on="2023-04-20", way="leaves")
    assert "Germany leaves" in text
    assert "No longer bound to" in text


def test_the_what_if_page_asks_before_it_compares_and_says_what_is_wrong() -> None:
    client = client_of(coordinator())
    assert "Nothing is compared yet" in text_of(client.get(reverse("effect")))
    for asked, status, word in (
        ({"of": "NOBODY"}, 404, "NOBODY"),
        ({"of": "GEO", "way": "leaves"}, 409, "cannot leave"),
        ({"of": "FIN", "way": "sideways"}, 422, "sideways"),
        ({"of": "FIN", "on": "yesterday"}, 422, "yesterday"),
    ):
        answer = client.get(reverse("effect"), asked)
        assert answer.status_code == status
        assert word in text_of(answer)


def test_the_timelines_show_steps_with_sources_and_members_through_time() -> None:
    client = client_of(person(Role.DONOR, "DEU"))
    sweden = text_of(client.get(reverse("party_timeline", kwargs={"code": "SWE"})))
    assert "ratified by Hungary" in sweden
    assert "(recalled; not checked yet)" in sweden
    assert "Record a step" not in sweden
    alliance = text_of(client.get(reverse("party_timeline", kwargs={"code": "NATO"})))
    assert "joined: Finland" in alliance
    assert "Members of North Atlantic Treaty Organization: 12 from 1949-08-24" in (
        client.get(reverse("party_timeline", kwargs={"code": "NATO"})).content.decode()
    )


def test_a_coordinator_records_a_step_on_the_page_and_is_told_what_is_wrong() -> None:
    client = client_of(coordinator())
    address = reverse("accession_step", kwargs={"code": "AUT"})
    typed = {"body": "NATO", "step": "invited", "happened_on": "2023-04-01", "source": "a letter"}
    early = client.post(address, typed | {"step": "in_force"})
    assert early.status_code == 409
    assert "is not deposited" in text_of(early)
    assert client.post(address, typed).status_code == 302
    assert [s.step for s in steps_of("AUT")] == ["invited"]


def test_a_donor_records_no_step() -> None:
    client = client_of(person(Role.DONOR, "DEU"))
    address = reverse("accession_step", kwargs={"code": "AUT"})
    typed = {"body": "NATO", "step": "invited", "happened_on": "2023-04-01", "source": "x"}
    assert client.post(address, typed).status_code == 403
    assert steps_of("AUT") == ()
