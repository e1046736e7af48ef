# ruff: noqa: INP001 - a script beside the package, not a part of it
"""Write the reference of refusals from the classes: code, kind, field and sentence of each.

Run it after a refusal was added or reworded; a test compares the page with the program.  A refusal
of a module that is not named below stands under the module's own name.

    python tools/write_refusals.py > docs/reference/refusals.md
"""

import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django

import muster
from muster.core.refusals import Refusal, every_refusal

_CORE = "muster.core.refusals"
_HEAD = """\
# Refusals

A refusal is the anticipated "no": the wish was understood, it cannot be granted, nothing was
changed, and the person can do something about it. Every door gives the same code and the same
sentence. Whatever else goes wrong is a fault of Muster, and is reported as one.

- The **code** is stable; programs may rely on it. The sentence may be reworded.
- The **kind** decides how a door answers: `invalid` (HTTP 422), `forbidden` (403), `not_found`
  (404), `conflict` (409). What a person may not see is answered as `not_found`, as if it were not
  there.
- The **field** is the input that the sentence is shown beside, where it is about one.
- Words in braces are filled in.

This page is written by `tools/write_refusals.py`. A test compares it with the program, so a refusal
that is missing here fails the build.
"""
# When the refusals under a heading of core/refusals.py are given.
_WHEN = {
    "Who asks": "Any act, at any door: the person's roles on the day of the act do not cover it, "
    "or the key of the act was used before.",
    "Quantities and dates": "An amount, a unit or a date is typed, in a form, a call, a command "
    "or a file.",
    "Catalogue, parties and rules": "Something is offered, promised, packed or dispatched that a "
    "rule does not let pass, or a code is not in the register or the catalogue.",
    "The ledger": "Units would move that are not there, or what is recorded would be changed.",
    "Stages": "The record is not in a stage from which that can be done, or something that the "
    "next stage needs is missing.",
    "Messages of the field": "A message of EDXL-RM is received.",
    "Planning": "A plan is asked for.",
}
# The heading of another module's refusals, and when they are given.
_OTHERS = {
    "muster.core.rulebook.refusals": (
        "The rule book",
        "A rule is written, approved or retired, or a rule in force stands against a gift.",
    ),
    "muster.actions.setup": (
        "Setting a site up",
        "The first coordinator is added from the command line of the machine.",
    ),
    "muster.api.answers": ("Calls of the API", "A program calls the API."),
    "muster.api.asking": (
        "Inputs of the API",
        "A program calls the API with an input that cannot be read.",
    ),
    "muster.cli.acting": ("The command line", "A command acts on behalf of a person."),
    "muster.core.enquiries": (
        "Enquiries",
        "A party asks another about goods, or answers, by hand or by message.",
    ),
    "muster.core.accessions": (
        "Accessions",
        "A step of an accession is recorded or corrected, or a standing as a member.",
    ),
    "muster.core.burden": ("Burden", "It is added up who carries how much."),
    "muster.formats.burden": (
        "Tables of burden",
        "A table of donors, months and amounts comes in.",
    ),
    "muster.core.effects": ("Joining and leaving", "A body is compared with and without a party."),
    "muster.core.exchanging": ("Faults of messages", "A message of EDXL-RM is received."),
    "muster.core.meetings": ("Meetings", "A meeting of a contact group is prepared or told of."),
    "muster.cli.pledges": ("Pledges at the command line", "A pledge is announced by a command."),
    "muster.core.readouts": ("Readouts", "The readout of a meeting is drafted."),
    "muster.core.pledges": ("Pledges", "A pledge is announced, or something is told of it."),
    "muster.core.moments": (
        "Moments and days",
        "A moment or a day is typed: of an act, of a board as of the past.",
    ),
    "muster.core.planning.stress": ("Futures of a plan", "A plan is put under stress."),
    "muster.core.planning.choosing": ("Taking plans up", "A plan is taken up, whole or in part."),
    "muster.core.planning.scenarios": ("Scenarios", "A what-if is kept or changed."),
    "muster.core.planning.transport": (
        "The transport net",
        "A leg is written down or changed, in a form, a call, a command or a file.",
    ),
    "muster.core.sitreps.facts": ("Message numbers", "A message number is read or made."),
    "muster.queries.listing": ("Pages of a list", "The next page of a list is asked for."),
    "muster.queries.plan_questions": (
        "Questions to a plan",
        "A plan is put under stress, or asked what it would take to meet a need.",
    ),
    "muster.queries.naming": (
        "Names of records",
        "A record is named by its reference or code, on the command line or in a call.",
    ),
    "muster.server.backup_files": ("Files of a backup", "A backup is written or read."),
    "muster.server.backups": ("Backups", "A backup is made, listed or deleted."),
    "muster.server.postgres_programs": (
        "Programs of PostgreSQL",
        "A backup or a restore needs a program of PostgreSQL.",
    ),
    "muster.server.restoring": ("Restoring a backup", "A backup is restored."),
    "muster.server.serving": ("Serving the pages", "A site is served."),
    "muster.web.deeds": ("Forms", "A form is sent."),
    "muster.web.entry": ("Signing in", "Somebody signs in."),
    "muster.server.refusals": (
        "Running a site",
        "A command of `muster` starts a site, a demo or the tests.",
    ),
    "muster.server.embedded.refusals": (
        "The embedded database server",
        "A site or a demo starts without `DATABASE_URL`.",
    ),
}


def page() -> str:
    """Write the whole page: the headings of core in their order, then the other modules."""
    _import_everything()
    headings = _headings()
    groups: dict[str, list[type[Refusal]]] = {name: [] for name in headings.values()}
    others: dict[str, list[type[Refusal]]] = {}
    for refusal in every_refusal():
        if refusal.__module__ == _CORE:
            groups[headings[refusal.__name__]].append(refusal)
        else:
            others.setdefault(refusal.__module__, []).append(refusal)
    sections = [*_core_sections(groups), *_other_sections(others)]
    return "\n".join([_HEAD, *sections])


def _import_everything() -> None:
    """Import every module, so that every refusal is known; most of them need Django's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.server.settings")
    # Settings demand to know the databases; nothing here ever connects to one.
    for name in ("MUSTER_APP_DSN", "MUSTER_OWNER_DSN"):
        os.environ.setdefault(name, "{}")
    django.setup()
    for module in pkgutil.walk_packages(muster.__path__, "muster."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _headings() -> dict[str, str]:
    """Find under which comment of core/refusals.py each class stands."""
    found, heading = {}, ""
    source = Path(str(sys.modules[_CORE].__file__)).read_text(encoding="utf-8")
    for line in source.splitlines():
        if line.startswith("# "):
            heading = line.removeprefix("# ").strip()
        named = re.match(r"class (\w+)\(", line)
        if named:
            found[named[1]] = heading
    return found


def _core_sections(groups: dict[str, list[type[Refusal]]]) -> Iterator[str]:
    for name, refusals in groups.items():
        if refusals:
            yield _section(name, _WHEN.get(name, "See the sentence."), refusals)


def _other_sections(groups: dict[str, list[type[Refusal]]]) -> Iterator[str]:
    for module, refusals in sorted(groups.items()):
        file = module.removeprefix("muster.").replace(".", "/")
        unnamed = (f"Refusals of `{file}.py`", "The sentence says when.")
        yield _section(*_OTHERS.get(module, unnamed), refusals)


def _section(title: str, when: str, refusals: list[type[Refusal]]) -> str:
    rows = [_row(refusal) for refusal in refusals]
    table = ["| code | kind | field | sentence |", "|---|---|---|---|", *rows]
    return "\n".join([f"## {title}", "", f"When: {when}", "", *table, ""])


def _row(refusal: type[Refusal]) -> str:
    sentence = " ".join((refusal.__doc__ or "").split()).replace("|", "\\|")
    return f"| `{refusal.code}` | {refusal.kind.value} | {refusal.field or ''} | {sentence} |"


if __name__ == "__main__":
    sys.stdout.write(page().rstrip() + "\n")
