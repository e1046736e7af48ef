"""What can stand in the way of an embedded server, one sentence each."""

from muster.core.refusals import Kind, Refusal


class EmbeddedServerRefusal(Refusal, kind=Kind.CONFLICT):
    """The embedded database server cannot be used."""


class NoServerBinaries(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """No PostgreSQL {major} was found, so set DATABASE_URL or reinstall; looked at: {looked}."""


class OtherMajorVersion(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """{folder} was made by PostgreSQL {found}: dump it with {found} and restore it with {major}."""


class DiskFull(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """There is no space left on the disk that holds {folder}; free some and start again."""


class FolderNotUsable(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """The folder {folder} cannot be used for the database: {reason}."""


class FolderOfAnother(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """The database folder {folder} belongs to the user {owner}; run Muster as that user."""


class SocketFolderTaken(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """The socket folder {folder} exists and is not private to this user, so it is not trusted."""


class NoServerAccount(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """PostgreSQL does not run as root and there is no user {names}; start as an ordinary user."""


class UserWithoutName(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """The user id {uid} has no name on this machine, and PostgreSQL needs one; set DATABASE_URL."""


class RunningWithoutDurability(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """The server in {folder} runs in the mode for tests, which may lose data; stop it first."""


class ServerDidNotStart(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """The embedded database server did not start (log: {log}): {lines}."""


class ServerDidNotStop(EmbeddedServerRefusal, kind=Kind.CONFLICT):
    """The embedded database server (process {pid}) did not stop within {seconds} seconds."""
