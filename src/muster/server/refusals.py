"""What can be in the way of a start, each in one sentence."""

from muster.core.refusals import Kind, Refusal


class PortTaken(Refusal, kind=Kind.CONFLICT):
    """Port {port} on {host} is taken by another program; give another with --port."""


class DatabaseUnreachable(Refusal, kind=Kind.CONFLICT):
    """The database of DATABASE_URL cannot be reached: {reason}."""


class DatabaseUrlUnreadable(Refusal):
    """DATABASE_URL cannot be read; write it as postgresql://user:password@host:5432/name."""


class DatabaseVersion(Refusal, kind=Kind.CONFLICT):
    """Muster needs PostgreSQL 18, and the server of DATABASE_URL is {version}."""


class DatabaseRights(Refusal, kind=Kind.FORBIDDEN):
    """The role of DATABASE_URL may not {what}; {remedy}."""


class NotADemo(Refusal, kind=Kind.CONFLICT):
    """The database {name} was not made by the demo, so it is left alone; drop or rename it."""


class DemoRunning(Refusal, kind=Kind.CONFLICT):
    """Another demo is running or being served; stop it first (Ctrl-C in its window)."""


class NotSetUp(Refusal, kind=Kind.CONFLICT):
    """There is no {site} database yet; run ./muster {command} first."""


class NotMigrated(Refusal, kind=Kind.CONFLICT):
    """The database {name} is of an earlier version of Muster; run ./muster migrate first."""


class DatabaseGone(Refusal, kind=Kind.CONFLICT):
    """The database server went away; what was not answered is not stored, so start again."""


class TestsMissing(Refusal, kind=Kind.CONFLICT):
    """The tests need a checkout of the project and its tools; run ./muster test there."""


class CalledWrongly(Refusal):
    """{what} See {program} --help."""
