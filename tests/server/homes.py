"""A real site in a home of its own, and the commands that work on it."""

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from muster.server.embedded.cluster import ADMIN, APP, OWNER, Cluster

ROOT = Path(__file__).parents[2]
_ROWS = "SELECT t::text FROM {} t"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Home:
    """A home with a real site on a server of its own."""

    cluster: Cluster

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUSTER_", "DATABASE_"))}
        return kept | {"MUSTER_HOME": str(self.cluster.home), "MUSTER_DURABLE": "0"}

    def command(self, *arguments: str | Path) -> list[str]:
        program = "from muster.server.main import main; main()"
        return [sys.executable, "-c", program, *map(str, arguments)]

    def run(self, *arguments: str | Path, **more: str) -> Said:
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment() | more,
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def run_python(self, program: str, *arguments: str) -> None:
        """Run a program that has Django work on the site."""
        site = {
            "MUSTER_APP_DSN": json.dumps(self.cluster.conninfo("muster", APP)),
            "MUSTER_OWNER_DSN": json.dumps(self.cluster.conninfo("muster", OWNER)),
            "DJANGO_SETTINGS_MODULE": "muster.server.settings",
        }
        command = [sys.executable, "-c", program, *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment() | site, check=True)

    def connect(self, database: str = "muster", role: str = ADMIN) -> psycopg.Connection:
        return psycopg.connect(self.cluster.dsn(database, role), autocommit=True)

    def ask(self, question: str, database: str = "muster") -> list[tuple[object, ...]]:
        with closing(self.connect(database)) as connection:
            return connection.execute(question).fetchall()

    def databases(self) -> set[str]:
        rows = self.ask("SELECT datname FROM pg_database WHERE datname ~ 'muster'", "postgres")
        return {str(name) for (name,) in rows}

    def forget_kept(self) -> None:
        """Drop what restores have kept aside, so that each test begins with the site alone."""
        with closing(self.connect("postgres")) as connection:
            for name in self.databases() - {"muster"}:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def everything(home: Home, database: str = "muster") -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, and who may do what with them."""
    tables = home.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database)
    names = sorted(str(name) for (name,) in tables)
    found = {name: sorted(home.ask(_ROWS.format(name), database)) for name in names}
    found["rights"] = sorted(
        home.ask("SELECT relname, relacl::text FROM pg_class WHERE relkind IN ('r', 'S')", database)
    )
    found["columns"] = sorted(
        home.ask(
            "SELECT attrelid::regclass::text, attname, attacl::text FROM pg_attribute "
            "WHERE attacl IS NOT NULL",
            database,
        )
    )
    found["triggers"] = sorted(
        home.ask("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal", database)
    )
    return found
