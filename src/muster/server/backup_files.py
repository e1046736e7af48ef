"""The file of a backup: what pg_dump wrote, and behind it what is in there and a checksum.

    archive     as `pg_dump --format=custom` writes it; pg_restore reads the file as it is
    contents    JSON in UTF-8 (Contents)
    checksum    32 bytes: SHA-256 of all before
    length      8 bytes, the most significant first: how long the contents are
    mark        16 bytes

The end is written last, so a file that was cut short has none.
"""

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from muster.core.refusals import Kind, Refusal

_FORMAT = 1
_MARK = b"muster backup 1\n"
_ARCHIVE_BEGINS = b"PGDMP"
_DIGEST_BYTES, _LENGTH_BYTES = 32, 8
_END_BYTES = _DIGEST_BYTES + _LENGTH_BYTES + len(_MARK)
_MOST_CONTENTS_BYTES = 10_000_000
_AT_ONCE_BYTES = 1 << 20


class NotABackup(Refusal):
    """{file} is not a file that ./muster backup made."""


class BackupNotWhole(Refusal):
    """{file} has no end: it was cut short, or pg_dump made it and not ./muster backup."""


class BackupDamaged(Refusal):
    """{file} is damaged: its content does not fit its checksum; use another backup."""


class BackupNotReadable(Refusal):
    """{file} cannot be read: {reason}."""


class BackupNotWritten(Refusal, kind=Kind.CONFLICT):
    """The backup could not be written to {file}: {reason}."""


class BackupExists(Refusal, kind=Kind.CONFLICT):
    """There is a {file} already, and a backup never overwrites a file; give another name."""


class BackupRunning(Refusal, kind=Kind.CONFLICT):
    """Another backup is writing {file} at this moment; give another name."""


class BackupOfNewer(Refusal, kind=Kind.CONFLICT):
    """The backup was made by Muster {theirs}, which is newer than this one ({ours}): {what}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a backup.

    Args:
        site: the site it is of, main or demo.
        taken_at: the moment it shows, ISO 8601 in UTC.
        muster: the version of Muster that made it.
        postgresql: the version of the server it was made from, such as 18.6.
        migrations: the migrations that made its tables, such as records.0003_rules, in order.
        rows: how many rows each table has in it.
    """

    site: str
    taken_at: str
    muster: str
    postgresql: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]

    @property
    def schema(self) -> str:
        """The last migration of the records."""
        own = [name for name in self.migrations if name.startswith("records.")]
        return own[-1].removeprefix("records.") if own else "none"


@contextmanager
def draft_of(target: Path) -> Iterator[tuple[Path, int]]:
    """Write a file beside its place, as its owner's alone, and put it there when the block is done.

    When the block fails the draft is taken away.  When the process is killed it stays under its
    own name, which ends in .part, and the next backup to the same place writes over it.  The lock
    on it is yielded too: a program that inherits it keeps the draft from others while it lives.

    Raises:
        BackupExists, BackupRunning, BackupNotWritten: as they say.
    """
    draft = target.with_name(f"{target.name}.part")
    with _writing(target):
        _demand_free(target)
        how = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(draft, how, 0o600)
        try:
            _lock(lock, draft, target)
            try:
                os.fchmod(lock, 0o600)
                os.ftruncate(lock, 0)
                yield draft, lock
                os.fsync(lock)
                _demand_free(target)
                draft.rename(target)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            _sync(target.parent)
        finally:
            os.close(lock)


def seal(path: Path, contents: Contents) -> int:
    """Write the end of a backup behind its archive; returns the size of the whole in bytes."""
    words = json.dumps({"format": _FORMAT, **asdict(contents)}, indent=1).encode()
    with path.open("r+b") as file:
        digest = _digest(file, path.stat().st_size)
        digest.update(words)
        file.seek(0, os.SEEK_END)
        file.write(words + digest.digest() + len(words).to_bytes(_LENGTH_BYTES) + _MARK)
    return path.stat().st_size


def read_contents(path: Path) -> Contents:
    """Check a backup from its first byte to its last, and say what is in it.

    Raises:
        NotABackup, BackupNotWhole, BackupDamaged, BackupNotReadable: as they say.
        BackupOfNewer: it is of a format that this Muster does not know.
    """
    try:
        with path.open("rb") as file:
            words = _checked_contents(file, path)
    except OSError as error:
        raise BackupNotReadable(file=path, reason=(error.strerror or "").lower()) from error
    found = json.loads(words)
    if found.pop("format") != _FORMAT:
        raise BackupOfNewer(theirs=found["muster"], ours="", what="its format is unknown here")
    return Contents(**{**found, "migrations": tuple(found["migrations"])})


def _checked_contents(file: BinaryIO, path: Path) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(len(_ARCHIVE_BEGINS)) != _ARCHIVE_BEGINS:
        raise NotABackup(file=path)
    file.seek(max(0, size - _END_BYTES))
    end = file.read()
    if not end.endswith(_MARK):
        raise BackupNotWhole(file=path)
    digest, length = end[:_DIGEST_BYTES], int.from_bytes(end[_DIGEST_BYTES : -len(_MARK)])
    if not 0 < length < min(_MOST_CONTENTS_BYTES, size - _END_BYTES):
        raise BackupDamaged(file=path)
    if _digest(file, size - _END_BYTES).digest() != digest:
        raise BackupDamaged(file=path)
    file.seek(size - _END_BYTES - length)
    return file.read(length)


def _digest(file: BinaryIO, size: int) -> "hashlib._Hash":
    digest = hashlib.sha256()
    file.seek(0)
    left = size
    while left > 0:
        part = file.read(min(left, _AT_ONCE_BYTES))
        if not part:
            break
        digest.update(part)
        left -= len(part)
    return digest


def _demand_free(target: Path) -> None:
    if os.path.lexists(target):
        raise BackupExists(file=target)


def _lock(descriptor: int, draft: Path, target: Path) -> None:
    """Take the draft for ourselves, unless another has it, or has just finished it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(descriptor), draft.lstat()):
            raise BackupRunning(file=target)
    except (BlockingIOError, FileNotFoundError):
        raise BackupRunning(file=target) from None


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Turn what the disk or a folder's rights forbid into a sentence."""
    try:
        yield
    except OSError as error:
        # What a database or a program says is no matter of this file.
        if error.errno is None:
            raise
        reason = "no space left on the disk" if error.errno == errno.ENOSPC else str(error.strerror)
        raise BackupNotWritten(file=target, reason=reason.lower()) from error


def _sync(folder: Path) -> None:
    """Have the disk keep the name as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
