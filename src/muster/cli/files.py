"""Files that a command is given."""

import sys
from pathlib import Path

from muster.core.refusals import FileUnreadable


def bytes_of(file: str, *, most: int) -> bytes:
    """Read a file, or the standard input for "-"; one byte beyond `most` is enough to refuse it.

    Raises:
        FileUnreadable: it is not there, or may not be read.
    """
    try:
        if file == "-":
            return sys.stdin.buffer.read(most + 1)
        with Path(file).open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise FileUnreadable(name=file, why=error.strerror) from error
