"""The habits of the house that neither ruff nor import-linter can see."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/muster"
LONGEST = 400

# Files over 400 lines, and why each is one file.
LONG_FILES = {
    "tests/actions/test_races.py": "every race of the field, with the clients they share",
    "tests/actions/test_life.py": "a rule for every action, and what must hold after each",
    "tests/stories/test_races_over_http.py": "every race, with the crowd and the server they share",
    "tests/records/test_attacks.py": "every attack by raw SQL, against one victim",
    "tests/doors/test_every_page.py": "a record behind every page, and everyone who walks through",
    "tests/core/test_sitreps.py": "the facts of two whole reports stand beside what they become",
}
# Packages whose __init__ is not empty, and why.
FILLED_INITS = {
    "src/muster/records/models/__init__.py": "Django finds an app's models by importing this one",
}
_VAGUE_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
_IMPURE_CALLS = {
    "now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "random", "randint",
    "choice", "shuffle", "uuid1", "uuid4", "urandom", "token_hex", "token_urlsafe",
}  # fmt: skip
_IMPURE_OWNERS = {"datetime", "date", "dt", "time", "random", "uuid", "os", "secrets"}
_IMPURE_NAMES = {"open", "input", "print", "uuid1", "uuid4", "utcnow"}
_LEDGER = {"Transfer", "Account"}
_WRITES = {
    "create", "acreate", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "update", "delete", "save",
}  # fmt: skip
_SIGNALS = re.compile(r"django\.(dispatch|.*signals)\b")
_LEDGER_TABLE = r"(only\s+)?\"?(\w+\.)?\"?(\w+_)?(transfers?|accounts?)\b\"?"
_LEDGER_SQL = re.compile(
    rf"\b(insert\s+into|delete\s+from|truncate(\s+table)?)\s+{_LEDGER_TABLE}"
    rf"|\bupdate\s+{_LEDGER_TABLE}(\s+(as\s+)?\w+)?\s+set\b"
    rf"|\bcopy\s+{_LEDGER_TABLE}\s*(\(|from\b)",
    re.IGNORECASE,
)


def impure_calls(tree: ast.AST) -> Iterator[int]:
    """Find the lines that read the clock, chance, or the disk."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in _IMPURE_NAMES:
                yield node.lineno
            case ast.Attribute(value=owner, attr=name) if name in _IMPURE_CALLS:
                if _last_name(owner) in _IMPURE_OWNERS:
                    yield node.lineno


def impure_imports(tree: ast.AST) -> Iterator[int]:
    """Find the lines that import a clock's or chance's function by its name."""
    for node in ast.walk(tree):
        # What comes out of datetime are types: a time of day reads no clock.
        owners = _IMPURE_OWNERS - {"datetime"}
        if isinstance(node, ast.ImportFrom) and node.module in owners:
            for alias in node.names:
                if alias.name in _IMPURE_CALLS:
                    yield node.lineno


def ledger_writes(tree: ast.AST) -> Iterator[int]:
    """Find the lines that write transfers or accounts, by their models or by SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _writes_ledger_models(node):
            yield node.lineno
        if isinstance(node, ast.Constant) and _LEDGER_SQL.search(str(node.value)):
            yield node.lineno


def broad_excepts(tree: ast.AST) -> Iterator[int]:
    """Find the lines that catch everything to go on; to tidy up and raise it again is allowed."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        broad = node.type is None or _names(node.type) & {"Exception", "BaseException"}
        last = node.body[-1]
        if broad and not (isinstance(last, ast.Raise) and last.exc is None):
            yield node.lineno


def signals(tree: ast.AST) -> Iterator[int]:
    """Find the lines that import Django's signals: what happens is said where it happens."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        origin = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        if any(_SIGNALS.match(f"{origin}{alias.name}") for alias in node.names):
            yield node.lineno


def _writes_ledger_models(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in _WRITES
        and bool(_names(call.func.value) & _LEDGER)
    )


def _names(node: ast.AST) -> set[str]:
    """List the plain names and attributes of an expression, such as Transfer in models.Transfer."""
    found = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return found | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def _last_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def _offences(folder: Path, find: Callable[[ast.AST], Iterator[int]]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _sources(folder)
        for line in find(ast.parse(path.read_text(encoding="utf-8")))
    ]


def test_core_reads_no_clock_no_chance_and_no_disk() -> None:
    assert _offences(PACKAGE / "core", impure_calls) == []
    assert _offences(PACKAGE / "core", impure_imports) == []


def test_the_ledger_has_one_writer() -> None:
    writers = {offence.rpartition(":")[0] for offence in _offences(PACKAGE, ledger_writes)}
    assert writers <= {"src/muster/actions/posting.py"}


def test_nothing_catches_everything_to_go_on() -> None:
    assert _offences(PACKAGE, broad_excepts) == []


def test_there_are_no_signals() -> None:
    assert _offences(PACKAGE, signals) == []


def test_package_files_are_empty() -> None:
    filled = {
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("__init__.py")
        if path.read_text(encoding="utf-8").strip()
    }
    assert filled <= set(FILLED_INITS)


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*")
        if set(path.stem.lower().split("_")) & _VAGUE_NAMES and path.stem != "__pycache__"
    ]
    assert vague == []


def test_a_long_file_has_its_reason_and_a_short_one_needs_none() -> None:
    long = {
        str(path.relative_to(ROOT))
        for folder in ("src", "tests", "benchmarks")
        for path in _sources(ROOT / folder)
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    }
    assert long == set(LONG_FILES)


@pytest.mark.parametrize(
    ("find", "code"),
    [
        (impure_calls, "datetime.now(UTC)"),
        (impure_calls, "datetime.datetime.utcnow()"),
        (impure_calls, "date.today()"),
        (impure_calls, "time.time()"),
        (impure_calls, "random.random()"),
        (impure_calls, "uuid.uuid4()"),
        (impure_calls, "uuid4()"),
        (impure_calls, "open('x')"),
        (impure_imports, "from random import shuffle"),
        (impure_imports, "from time import monotonic"),
        (ledger_writes, "Transfer.objects.create(amount=1)"),
        (ledger_writes, "models.Account.objects.filter(id=1).update(amount_in=0)"),
        (ledger_writes, "Transfer(amount=1).save()"),
        (ledger_writes, "cursor.execute('INSERT INTO records_transfer (id) SELECT 1')"),
        (ledger_writes, "cursor.execute('update \"records_account\" set amount_in = 0')"),
        (broad_excepts, "try:\n    x\nexcept Exception:\n    y"),
        (broad_excepts, "try:\n    x\nexcept (ValueError, BaseException):\n    y"),
        (broad_excepts, "try:\n    x\nexcept:\n    y"),
        (ledger_writes, "cursor.execute('copy records_transfer (id) from stdin')"),
        (ledger_writes, "cursor.execute('update records_account as a set total = 0')"),
        (signals, "from django.db.models.signals import post_save"),
        (signals, "from django.db.models import signals"),
        (signals, "from django.dispatch import receiver"),
        (signals, "import django.dispatch"),
    ],
)
def test_each_habit_sees_what_breaks_it(
    find: Callable[[ast.AST], Iterator[int]], code: str
) -> None:
    assert list(find(ast.parse(code)))


@pytest.mark.parametrize(
    ("find", "code"),
    [
        (impure_calls, "datetime(2023, 4, 20, tzinfo=UTC).time()"),
        (impure_calls, "uuid5(space, 'name')"),
        (ledger_writes, "Transfer.objects.filter(id=1).count()"),
        (ledger_writes, "cursor.execute('select * from records_transfer')"),
        (ledger_writes, "Offer.objects.create(amount=1)"),
        (ledger_writes, "'Update the accounts, then insert the transfers into the page.'"),
        (broad_excepts, "try:\n    x\nexcept ValueError:\n    y"),
        (broad_excepts, "try:\n    x\nexcept BaseException:\n    y\n    raise"),
        (signals, "from django.db.models import Model"),
    ],
)
def test_no_habit_forbids_what_is_allowed(
    find: Callable[[ast.AST], Iterator[int]], code: str
) -> None:
    assert not list(find(ast.parse(code)))
