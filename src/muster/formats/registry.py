"""Every format that files are read in, and the one that fits given bytes."""

from dataclasses import dataclass
from typing import Final

from muster.core.exchange import NOWHERE, Format, Hints, Issue, Reading, Weight
from muster.formats.delimited import CSV
from muster.formats.edxl.importing import EDXL_DE, EDXL_RM
from muster.formats.fts import FTS
from muster.formats.hxl import HXL
from muster.formats.iati import IATI
from muster.formats.plain import PLAIN
from muster.formats.web_tables import HTML
from muster.formats.workbooks import ODS, XLS, XLSX


@dataclass(frozen=True, slots=True)
class Unknown:
    """What no format reads: pictures, PDF, word processing; its answer says what to do instead."""

    name: str = "unknown"
    title: str = "A file that cannot be read"

    def claims(self, data: bytes, name: str) -> float:  # noqa: ARG002 - the protocol's arguments
        """Claim what is known to be no list."""
        never = tuple(start for start, _ in _KINDS[:_NEVER])
        return 0.9 if data.startswith(never) or not data.strip() else 0.2

    def read(self, data: bytes, hints: Hints) -> Reading:  # noqa: ARG002 - the protocol's arguments
        """Say what the file is, where its first bytes tell."""
        return Reading(format=self.name, issues=(_unknown(_kind(data)),))


UNKNOWN: Final = Unknown()

FORMATS: Final[tuple[Format, ...]] = (
    *(XLSX, XLS, ODS, CSV, HXL, HTML),
    *(EDXL_RM, EDXL_DE, FTS, IATI, PLAIN),
)
"""In the order in which they are asked; of two equal claims the earlier one counts."""


def find(data: bytes, name: str) -> Format:
    """Give the format that claims the bytes most surely, `UNKNOWN` where none does."""
    return max((*FORMATS, UNKNOWN), key=lambda each: each.claims(data, name))


def by_name(name: str) -> Format | None:
    """Give a format by its own name, None where there is none of it."""
    return next((each for each in FORMATS if each.name == name), None)


def read(data: bytes, hints: Hints) -> Reading:
    """Read a file in the format that fits; never raises for what is in it."""
    return find(data, hints.name).read(data, hints)


_KINDS: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a document of a word processor"),
    (b"\xd0\xcf\x11\xe0", "an old Office document that is no workbook"),
    (b"PK\x03\x04", "a packed file that is no workbook"),
    (b"\x1f\x8b", "a packed file"),
)
_NEVER: Final = 5
"""So many of them hold no list in any case; the rest may be another format's."""


def _kind(data: bytes) -> str:
    if not data.strip():
        return "an empty file"
    return next(
        (kind for start, kind in _KINDS if data.startswith(start)), "a file of unknown kind"
    )


def _unknown(kind: str) -> Issue:
    return Issue(
        code="format_unknown",
        weight=Weight.ERROR,
        place=NOWHERE,
        expected="a workbook, a text table, a message or plain text",
        found=kind,
        sentence=f"This is {kind}, which cannot be read; copy its list and paste it as text.",
    )
