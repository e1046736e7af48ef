"""On pages: links of pledges made and taken back, and a meeting corrected, with reasons."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.doors.test_meetings import page, signed_in
from tests.make import offered, world
from tests.make_pledges import donors, goods, line_of, meeting, money, pledged

pytestmark = pytest.mark.usefixtures("records")


def test_a_link_to_an_offer_is_taken_back_on_the_page_with_a_reason() -> None:
    w = world()
    found = pledged(w, goods("100"))
    client = signed_in(w.coordinator)
    here = reverse("pledge", kwargs={"pledge_id": found.pk})
    giving = offered(w, "80")
    named = f"{giving.offer.reference}/{giving.position}"
    line = str(line_of(found).pk)
    client.post(here, {"verb": "specify", "line": line, "offer_line": named})
    use = line_of(found).uses.get()
    status, text = page(client, here, verb="unspecify", line=line, use=str(use.pk))
    assert (status, "reason_missing" in text) == (422, True)
    client.post(
        here, {"verb": "unspecify", "line": line, "use": str(use.pk), "reason": "another one"}
    )
    use.refresh_from_db()
    assert use.undone_at is not None
    status, text = page(client, here, verb="unspecify", line=line, use="nonsense", reason="x")
    assert (status, "not_found" in text) == (404, True)


def test_money_is_linked_to_goods_on_its_page_and_the_gift_counts_once() -> None:
    w = world()
    paying = pledged(w, money("DKK 90"), parties=donors("DNK"))
    paid = pledged(w, goods("40"))
    client = signed_in(w.coordinator)
    here = reverse("pledge", kwargs={"pledge_id": paying.pk})
    line = str(line_of(paying).pk)
    wish = {"verb": "fund", "line": line, "goods": f"{paid.reference}/1"}
    status, text = page(client, here, **wish)
    assert (status, "reason_missing" in text) == (422, True)
    status, text = page(client, here, **{**wish, "goods": f"{paying.reference}/1", "reason": "x"})
    assert (status, "form_mismatch" in text) == (409, True)
    client.post(here, {**wish, "reason": "one gift"})
    fall = reverse("waterfall", kwargs={"code": w.operation.code})
    assert "money, DKK" not in page(client, fall)[1]
    funding = line_of(paying).funding.get()
    client.post(here, {"verb": "unfund", "line": line, "funding": str(funding.pk)})
    assert "money, DKK" in page(client, fall)[1]


def test_a_meeting_is_corrected_with_a_reason_and_what_was_said_stays_on_record() -> None:
    w = world()
    held = meeting(w, place="Ramstein Air Base")
    client = signed_in(w.coordinator)
    here = reverse("meeting_correct", kwargs={"meeting_id": held.pk})
    form = {"held_on": "2023-02-15", "place": "Brussels", "mode": "virtual", "source": "a report",
            "recalled": "mode"}  # fmt: skip
    status, text = page(client, here, **form)
    assert (status, "reason_missing" in text, 'value="Brussels"' in text) == (422, True, True)
    status, text = page(client, here, **{**form, "held_on": "soon", "reason": "x"})
    assert (status, "date_unreadable" in text) == (422, True)
    assert client.post(here, {**form, "reason": "read since"}).status_code == 303
    held.refresh_from_db()
    assert (held.held_on, held.place, held.recalled) == (date(2023, 2, 15), "Brussels", ["mode"])
    _, room = page(client, reverse("meeting", kwargs={"meeting_id": held.pk}))
    words = " ".join(re.sub("<[^>]+>", " ", room).split())
    assert "day 2023-02-14 2023-02-15 read since Anna" in words
    assert "place Ramstein Air Base Brussels read since" in words
    status, text = page(client, here, **{**form, "reason": "again"})
    assert (status, "nothing_corrected" in text) == (422, True)
    donor = signed_in(w.donor).post(here, {**form, "place": "x", "reason": "x"})
    assert donor.status_code == 403
