"""Burden at the command line, the API and the page: one answer, and clear refusals."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from muster.cli.burden import burden
from muster.core.actors import Role
from muster.core.refusals import AmountUnreadable, NotFound, SignInNeeded
from muster.formats.burden import TableFaulty
from tests import make
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run
from tests.doors.test_pages_register import client_of, text_of
from tests.queries.test_burden import FIGURES, NAMES, ROWS, SAID

pytestmark = pytest.mark.usefixtures("records")
_ALL = tuple(word for name, value in SAID.items() for word in (f"--{name}", value))


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=make.NOW.isoformat()):
        yield


def anna() -> str:
    return user_of(make.coordinator()).username


def typed_in(folder: Path, *more: str, rows: str = ROWS) -> None:
    (folder / "rows.csv").write_text(rows)
    (folder / "figures.csv").write_text(FIGURES)
    run(
        burden, "import", str(folder / "rows.csv"), "--name", "tracker", "--figures",
        str(folder / "figures.csv"), *_ALL, "--as", "EU Institutions=EU", *more,
    )  # fmt: skip


def read(*arguments: str) -> Any:  # noqa: ANN401 - as JSON has it
    return json.loads(run(burden, *arguments, "--format", "json").stdout)


def test_a_table_goes_in_and_comes_out_the_same_at_every_door(tmp_path: Path) -> None:
    typed_in(tmp_path, "--user", anna())
    typed = read("--table", "tracker")
    asker = Asker.of(make.coordinator())
    assert asker.get("/burden", table="tracker").body == typed
    [section] = typed["sections"]
    assert (section["total"], typed["unit"]) == ("5856790123", "bn")
    said = run(burden, "--table", "tracker").output
    assert "5.856790123" in said
    assert "0.1062" in said
    as_file = run(burden, "--table", "tracker", "--format", "csv").output
    assert asker.get("/burden.csv", table="tracker").body == as_file
    client = client_of(make.person(Role.DONOR, "DEU"))
    page = client.get(reverse("burden"), {"table": "tracker"})
    assert page.status_code == 200
    for figure in ("5.856790123", "3.823456789", "0.1062", "2022-02"):
        assert figure in text_of(page)
    assert page.content.decode().count("<figure") == 2
    assert client.get(reverse("burden_csv"), {"table": "tracker"}).content.decode() == as_file
    assert [t["name"] for t in asker.get("/burden-tables").body] == ["tracker"]


def test_the_api_brings_a_table_in(tmp_path: Path) -> None:
    asker = Asker.of(make.coordinator())
    body = {"name": "t", "rows": ROWS, "figures": FIGURES, "said": SAID, "names": NAMES}
    made = asker.post("/burden-tables", body)
    assert (made.status, made.body["rows"]) == (201, 8)
    faulty = asker.post("/burden-tables", body | {"name": "u", "names": {}})
    assert faulty.code == TableFaulty.code
    assert "line 7, donor" in faulty.body["error"]["sentence"]
    assert asker.get("/burden", table="t", places=13).code == "places_out_of_range"
    assert asker.get("/burden", key="feeling").code == "choice_unknown"


def test_a_gift_is_valued_at_each_door() -> None:
    w = make.world()
    giving = make.offered(w, "100")
    make.agreed(w, giving, make.asked(w, "100"), "40")
    body = {
        "subject": "offer_line",
        "subject_id": str(giving.pk),
        "amount": "1 000",
        "currency": "EUR",
        "method": "list price",
        "as_of": "2023-02-01",
        "source": "x",
    }
    made = Asker.of(w.donor).post("/valuations", body)
    assert (made.status, made.body["amount"]) == (201, "1000")
    assert read("--operation", w.operation.code)["sections"][0]["total"] == "400"
    how = ("--method", "list price", "--source", "y", "--user", anna())
    run(burden, "value", "offer_line", str(giving.pk), "--amount", "EUR 2000", *how)
    assert read("--operation", w.operation.code)["sections"][0]["total"] == "800"


def test_what_is_wrong_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SignInNeeded):
        typed_in(tmp_path)
    with pytest.raises(TableFaulty, match="line 2, amount"):
        typed_in(tmp_path, "--user", anna(), rows="donor,month,amount\nDEU,2022-01,x\n")
    with pytest.raises(NotFound):
        run(burden, "--table", "none")
    with pytest.raises(AmountUnreadable):
        run(burden, "--target", "a lot")


def test_the_page_brings_a_table_in_or_lists_every_fault() -> None:
    client = client_of(make.coordinator())
    form = {"name": "p", **{f"all_{name}": value for name, value in SAID.items()}}
    faulty = SimpleUploadedFile("rows.csv", b"donor,month,amount\nDEU,2022-13,x\nXXQ,2022-01,1\n")
    answer = client.post(reverse("burden_import"), form | {"rows": faulty})
    assert answer.status_code == 422
    for said in ("line 2, month", "line 2, amount"):
        assert said in text_of(answer)
    good = SimpleUploadedFile("rows.csv", b"donor,month,amount\nDEU,2022-01,1.25\n")
    assert client.post(reverse("burden_import"), form | {"rows": good}).status_code == 302
    assert "1.25" in text_of(client.get(reverse("burden"), {"table": "p"}))
    for wrong in ({"places": "many"}, {"target": "x"}, {"table": "none"}, {"since": "soon"}):
        assert client.get(reverse("burden"), wrong).status_code in {404, 422}
