"""Lists through every door: the command line, the API with its job, and the pages."""

import functools
import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.cli.imports import import_
from muster.core.actors import Actor
from muster.core.refusals import AlreadyBuiltOn, FileUnreadable, LinesOpen
from muster.jobs.imports import commit as commit_job
from muster.jobs.imports import read as read_job
from muster.records.models import (
    AssistanceRequest,
    ImportBatch,
    JobProgress,
    OfferLine,
    RequestLine,
)
from tests import make
from tests.doors import commanding
from tests.doors.asking import ROOT, Asker, token_of, user_of
from tests.make import TENT, World, act, proposed, world

pytestmark = pytest.mark.usefixtures("records")

HEAD = "Item code;Item;Quantity;Unit;Country;Place\n"
NEEDS = f"{HEAD}{TENT};Family tents;120;;Ukraine;Lviv\n{TENT};Family tents;30;;Ukraine;Odesa\n"
STRANGE = f"{HEAD}{TENT};Family tents;120;;Ukraine;\n;Quuxograms;5;;Ukraine;\n"
KEYS = {"place", "text", "item", "confidence", "quantity", "party", "status", "issues"}


@pytest.fixture
def needs(tmp_path: Path) -> str:
    """A clean list in a file."""
    path = tmp_path / "needs.csv"
    path.write_text(NEEDS)
    return str(path)


@pytest.fixture
def strange(tmp_path: Path) -> str:
    """A list with a line that nobody understands."""
    path = tmp_path / "strange.csv"
    path.write_text(STRANGE)
    return str(path)


run = functools.partial(commanding.run, import_)


def user(actor: Actor) -> str:
    """The user name of an actor."""
    return user_of(actor).username


def listed(w: World) -> list[str]:
    """The options that say where and as what."""
    return ["--operation", w.operation.code, "--as", "requests"]


def test_a_dry_run_answers_in_the_one_shape_and_stores_nothing(needs: str) -> None:
    w = world()
    said = json.loads(run(needs, *listed(w), "--dry-run", "--format", "json").stdout)
    assert set(said) == {"lines", "issues", "duplicates"}
    first = said["lines"][0]
    assert set(first) >= KEYS
    assert (first["item"], first["party"], first["status"]) == (TENT, "UKR", "requested")
    quantity = {"kind": "exact", "low": 120, "high": 120, "unit": "H87", "per": None}
    assert first["quantity"] == quantity
    assert not ImportBatch.objects.filter(operation=w.operation).exists()


def test_a_dry_run_for_people_is_a_table_with_its_issues(strange: str) -> None:
    w = world()
    said = run(strange, *listed(w), "--dry-run").stdout
    assert "2 lines; 1 ready" in said
    assert "Quuxograms" in said
    assert "nothing was stored" in said


def test_a_list_is_stored_shown_listed_and_undone_from_the_command_line(needs: str) -> None:
    w = world()
    said = json.loads(
        run(needs, *listed(w), "--user", user(w.coordinator), "--format", "json").stdout
    )
    assert (said["stage"], said["stored"]) == ("committed", 2)
    shown = json.loads(run("show", said["id"], "--format", "json").stdout)
    assert len(shown["lines"]) == 2
    assert said["id"] in run("list", w.operation.code, "--format", "json").stdout
    run("undo", said["id"], "--user", user(w.coordinator), "--reason", "the wrong list")
    assert AssistanceRequest.objects.get(operation=w.operation).stage == "withdrawn"


def test_doubts_keep_a_list_from_being_stored_unless_they_stay_out(strange: str) -> None:
    w = world()
    who = ["--user", user(w.coordinator)]
    with pytest.raises(LinesOpen):
        run(strange, *listed(w), *who)
    run(strange, *listed(w), *who, "--leave-out")
    assert RequestLine.objects.filter(operation=w.operation).count() == 1


def test_pasted_text_is_read_from_the_standard_input() -> None:
    w = world()
    said = json.loads(run("-", *listed(w), "--dry-run", "--format", "json", text=NEEDS).stdout)
    assert len(said["lines"]) == 2


def test_bytes_that_are_no_list_are_refused_with_a_sentence(tmp_path: Path) -> None:
    w = world()
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(FileUnreadable):
        run(str(path), *listed(w), "--dry-run")
    with pytest.raises(FileUnreadable):
        run(str(tmp_path / "nothing.csv"), *listed(w), "--dry-run")


def uploaded(
    w: World, text: str = NEEDS, *, actor: Actor | None = None, purpose: str = "requests"
) -> Any:  # noqa: ANN401 - as JSON has it
    """Upload a list to the API and have it read at once."""
    file = SimpleUploadedFile("needs.csv", text.encode())
    answer = Client(SERVER_NAME="localhost").post(
        f"{ROOT}/operations/{w.operation.code}/imports?background=false",
        {"as": purpose, "file": file},
        headers={"Authorization": f"Bearer {token_of(actor or w.coordinator)}"},
    )
    return answer.status_code, json.loads(answer.content)


def test_the_api_takes_a_list_in_shows_decides_stores_and_undoes_it() -> None:
    w = world()
    asker = Asker.of(w.coordinator)
    status, made = uploaded(w, STRANGE)
    assert status == 201
    assert made["tally"] == {"lines": 2, "ready": 1, "question": 1, "error": 0, "out": 0}
    here = f"/imports/{made['id']}"
    assert asker.post(f"{here}/commit", {}).code == "lines_open"
    [open_line] = asker.get(f"{here}/lines", verdict="question").body
    decision = {"number": open_line["number"], "item": TENT}
    decided = asker.post(f"{here}/decisions", {"decisions": [decision]})
    assert decided.body["tally"]["ready"] == 2
    preview = asker.get(f"{here}/preview").body
    assert [line["item"] for line in preview["lines"]] == [TENT, TENT]
    assert asker.post(f"{here}/commit", {}).body["stage"] == "committed"
    assert asker.post(f"{here}/undo", {}).code == "reason_missing"
    assert asker.post(f"{here}/undo", {"reason": "wrong list"}).body["stage"] == "undone"
    assert asker.get(f"/operations/{w.operation.code}/imports").status == 200


def test_the_api_says_who_may_not_and_what_there_is_not() -> None:
    w = world()
    status, said = uploaded(w, actor=w.donor)
    assert (status, said["error"]["code"]) == (403, "role_missing")
    status, said = uploaded(w, purpose="wishes")
    assert (status, said["error"]["code"]) == (422, "choice_unknown")
    status, said = uploaded(w, "")
    assert (status, said["error"]["code"]) == (422, "file_empty")
    assert Asker.of(w.coordinator).get(f"/imports/{uuid4()}").status == 404


def test_a_file_that_says_it_is_too_large_is_refused_before_it_is_read() -> None:
    w = world()
    answer = Client(SERVER_NAME="localhost").generic(
        "POST",
        f"{ROOT}/operations/{w.operation.code}/imports",
        io.BytesIO(b"--x\r\n").read(),
        content_type="multipart/form-data; boundary=x",
        headers={"Authorization": f"Bearer {token_of(w.coordinator)}"},
        CONTENT_LENGTH=str(2 * 1024**3),
    )
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (
        413,
        "input_too_large",
    )


def signed_in(actor: Actor) -> Client:
    """A browser in which this person is signed in."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user_of(actor))
    return browser


def test_a_list_is_dropped_in_settled_stored_and_undone_on_the_pages() -> None:
    w = world()
    browser = signed_in(w.coordinator)
    home = reverse("imports", kwargs={"code": w.operation.code})
    assert browser.get(home).status_code == 200
    file = SimpleUploadedFile("strange.csv", STRANGE.encode())
    answer = browser.post(home, {"purpose": "requests", "file": file, "key": str(uuid4())})
    assert answer.status_code == 303, answer.content.decode()
    batch = ImportBatch.objects.get(operation=w.operation)
    page = browser.get(answer["Location"]).content.decode()
    assert "Quuxograms" in page
    line = reverse("import_line", kwargs={"batch_id": batch.pk, "number": 2})
    answer = browser.post(line, {"item": f"{TENT} family tent", "key": str(uuid4())})
    assert answer.status_code == 303, answer.content.decode()
    here = reverse("import", kwargs={"batch_id": batch.pk})
    answer = browser.post(here, {"verb": "commit", "key": str(uuid4())})
    assert answer.status_code == 303, answer.content.decode()
    assert RequestLine.objects.filter(operation=w.operation).count() == 2
    refused = browser.post(here, {"verb": "undo", "key": str(uuid4())})
    assert refused.status_code == 422
    undone = {"verb": "undo", "undo-reason": "the wrong list", "key": str(uuid4())}
    assert browser.post(here, undone).status_code == 303
    batch.refresh_from_db()
    assert batch.stage == "undone"
    original = reverse("import_original", kwargs={"batch_id": batch.pk})
    assert browser.get(original).content == STRANGE.encode()


def test_a_page_says_what_keeps_an_import_from_being_undone() -> None:
    w = world()
    browser = signed_in(w.coordinator)
    _, made = uploaded(w, f"{HEAD}{TENT};Family tents;70;;Germany;\n", purpose="offers")
    here = reverse("import", kwargs={"batch_id": made["id"]})
    browser.post(here, {"verb": "commit", "key": str(uuid4())})
    given = OfferLine.objects.get(operation=w.operation)
    proposed(w, given, make.asked(w, "70"), "10")
    refused = browser.post(here, {"verb": "undo", "undo-reason": "r", "key": str(uuid4())})
    assert refused.status_code == 409
    assert AlreadyBuiltOn.code in refused.content.decode()


def test_duplicates_are_decided_and_taken_back_on_their_page() -> None:
    w = world()
    browser = signed_in(w.coordinator)
    kept, other = make.asked(w, "1375"), make.asked(w, "1375")
    here = reverse("duplicates", kwargs={"code": w.operation.code})
    assert "Count it once" in browser.get(here).content.decode()
    wish = {"kept": str(kept.pk), "other": str(other.pk), "reason": "twice"}
    answer = browser.post(here, {"verb": "same", "key": str(uuid4()), **wish})
    assert answer.status_code == 303, answer.content.decode()
    asker = Asker.of(w.coordinator)
    [word] = asker.get(f"/operations/{w.operation.code}/duplicates/decisions").body
    assert word["amount"] == 1375
    back = {"verb": "back", "decision": word["id"], "key": str(uuid4())}
    assert browser.post(here, back).status_code == 303
    assert asker.get(f"/operations/{w.operation.code}/duplicates").body


def test_a_job_reads_and_stores_a_list_and_run_twice_does_it_once() -> None:
    w = world()
    from muster.actions.intake import keep_list, original_of

    batch = keep_list(
        act=act(w.coordinator),
        operation=w.operation.pk,
        purpose="requests",
        original=original_of(NEEDS.encode()),
        name="needs.csv",
    )
    given = {"user": str(w.coordinator.user_id), "reason": "", "batch": str(batch.pk)}
    reading, storing = str(uuid4()), str(uuid4())
    for _ in range(2):
        read_job(key=reading, **given)
    for _ in range(2):
        commit_job(key=storing, leave_out=False, **given)
    assert RequestLine.objects.filter(operation=w.operation).count() == 2
    told = JobProgress.objects.get(pk=reading)
    assert (told.done, told.whole, told.code) == (2, 2, "")


def test_a_long_list_is_read_by_a_job_and_its_page_says_how_far_that_is() -> None:
    w = world()
    browser = signed_in(w.coordinator)
    home = reverse("imports", kwargs={"code": w.operation.code})
    long = HEAD + f"{TENT};Family tents;120;;Ukraine;Lviv\n" * 8_000
    file = SimpleUploadedFile("long.csv", long.encode())
    answer = browser.post(home, {"purpose": "requests", "file": file, "key": str(uuid4())})
    assert answer.status_code == 303, answer.content.decode()
    batch = ImportBatch.objects.get(operation=w.operation)
    assert batch.stage == "kept"
    assert "waits for a worker" in browser.get(answer["Location"]).content.decode()
    job = ProcrastinateJob.objects.get(args__batch=str(batch.pk))
    said = Asker.of(w.coordinator).get(f"/jobs/{job.pk}").body
    assert (said["state"], said["batch"], said["lines_done"]) == ("waiting", str(batch.pk), 0)
