"""What keeps a file from taking more memory or time than a file may: judged before it is opened.

A packed file is unpacked here first, member by member and no further than its own directory says;
only then is it handed to a reader.  A sheet is let through when its cells, laid out as a rectangle,
fit in memory: one cell in the last corner of a sheet asks for 512 GiB otherwise.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from muster.core.exchange import NOWHERE, Issue, Place, Weight

MOST_BYTES: Final = 100 * 1024 * 1024
MOST_UNPACKED: Final = 600 * 1024 * 1024
MOST_RATIO: Final = 400
"""How many times larger than packed a member may be; a sheet of repeated cells comes to 50."""
RATIO_FROM: Final = 10 * 1024 * 1024
"""Smaller members may be packed as tightly as they like."""
MOST_CELLS: Final = 12_000_000
MOST_MEMBERS: Final = 5_000


class Unsafe(Exception):  # noqa: N818 - it is a judgement of a file, caught by the format that asked
    """A file that is not opened; the issue says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.sentence)
        self.issue = issue


def too_large(data: bytes) -> Issue | None:
    """Say whether a file is larger than any list."""
    if len(data) <= MOST_BYTES:
        return None
    return _issue(
        "file_too_large",
        f"at most {MOST_BYTES // 1024**2} MB",
        f"{len(data) // 1024**2} MB",
        "The file is larger than any list; send the part that holds the lines.",
    )


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a packed file that were unpacked, by name."""

    by_name: Mapping[str, bytes]
    names: frozenset[str]


def unpack(data: bytes, wanted: re.Pattern[str]) -> Members:
    """Unpack the members whose names match, each no further than the directory says.

    Raises:
        Unsafe: it is damaged, encrypted, or would unpack to more than is allowed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        OverflowError,
        NotImplementedError,
        OSError,
        struct.error,
    ) as problem:
        raise Unsafe(damaged(str(problem))) from None
    _judge_directory(members)
    names = frozenset(member.filename for member in members)
    if len(names) != len(members):
        raise Unsafe(damaged("two members have one name"))
    return Members(
        {each.filename: _unpacked(data, each) for each in members if wanted.search(each.filename)},
        names,
    )


def _judge_directory(members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or total > MOST_UNPACKED:
        raise Unsafe(
            _issue(
                "unpacks_too_large",
                f"at most {MOST_UNPACKED // 1024**2} MB in {MOST_MEMBERS} parts",
                f"{total // 1024**2} MB in {len(members)} parts",
                "The file would unpack to more than any list takes; it was not opened.",
            )
        )
    for member in members:
        if member.flag_bits & 1:
            raise Unsafe(protected())
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > RATIO_FROM and ratio > MOST_RATIO:
            raise Unsafe(
                _issue(
                    "unpacks_too_large",
                    f"at most {MOST_RATIO} times its packed size",
                    f"{member.filename[:80]}: {ratio:.0f} times",
                    "A part of the file unpacks to hundreds of times its size; it was not opened.",
                )
            )


def _unpacked(data: bytes, member: zipfile.ZipInfo) -> bytes:
    """Unpack one member; what the directory says of its size must be true to the byte."""
    start = member.header_offset
    header = data[start : start + _LOCAL.size]
    if start < 0 or len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise Unsafe(damaged(member.filename))
    fields = _LOCAL.unpack(header)
    begin = start + _LOCAL.size + fields[-2] + fields[-1]
    packed = data[begin : begin + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = stream.decompress(packed, member.file_size + 1)
        except zlib.error:
            raise Unsafe(damaged(member.filename)) from None
        if not stream.eof and not (len(content) == member.file_size and not stream.unconsumed_tail):
            raise Unsafe(damaged(member.filename))
    else:
        raise Unsafe(damaged(f"{member.filename}: packed in an unusual way"))
    if len(content) != member.file_size or zlib.crc32(content) != member.CRC:
        raise Unsafe(damaged(member.filename))
    return content


_LOCAL = struct.Struct("<4s5H3L2H")


def damaged(what: str) -> Issue:
    """Build the issue of a file that is broken."""
    return _issue(
        "file_damaged",
        "a whole file",
        what[:120],
        "The file is damaged or was cut short on its way; save it again and send it once more.",
    )


def protected() -> Issue:
    """Build the issue of a file that asks for a password."""
    return _issue(
        "file_protected",
        "a file without a password",
        "a password",
        "The file is protected by a password; save it without one.",
    )


# Sheets of .xlsx

_ROW = re.compile(rb'<row [^<>]{0,200}?r="([0-9]{1,7})"')
_PROLOGUE = 4096
_OTHER_CELL = re.compile(rb"<[A-Za-z0-9_]+:c[\s/>]")


def sheet_is_plain(sheet: bytes, name: str) -> bool:
    """Say whether a sheet is written as every program writes it, and fits in memory.

    Returns:
        False where it is written otherwise, so that only a reader with limits may open it.

    Raises:
        Unsafe: its cells span more than fits.
    """
    start = max(0, sheet.find(b"<sheetData"))
    end = sheet.rfind(b"</sheetData>")
    if b"<!DOCTYPE" in sheet[:_PROLOGUE] or b"<!ENTITY" in sheet[:_PROLOGUE]:
        raise Unsafe(entities(name))
    cells = sheet.count(b'<c r="', start, end)
    # A cell in any other spelling is left to the reader with limits.
    if sheet.count(b"<c", start, end) != cells or (b":c" in sheet and _OTHER_CELL.search(sheet)):
        return False
    if not cells:
        return True
    bound = _bound_by_last_row(sheet)
    if bound is not None and bound * _LETTERS <= MOST_CELLS:
        return True
    references = re.findall(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"', sheet)
    if len(references) != cells:
        return False
    columns = max(_column(each) for each in {column for column, _ in references})
    rows = max(int(row) for _, row in references)
    if rows * columns > MOST_CELLS:
        raise Unsafe(_far(name, sheet, rows, columns))
    return True


_LETTERS = 26


def _bound_by_last_row(sheet: bytes) -> int | None:
    """Bound the rows of a sheet of at most 26 columns by a number of the size of its last row's.

    One search that finds nothing is much faster than looking at each cell.  None where a cell lies
    beyond that number or in a column of two letters, so that each must be looked at.
    """
    tail = sheet.rfind(b"<row ")
    last = _ROW.match(sheet, tail) if tail >= 0 else None
    if last is None:
        return None
    digits, length = last[1].lstrip(b"0"), len(last[1].lstrip(b"0"))
    if not digits:
        return None
    first = int(digits[:1])
    higher = b'|[%d-9][0-9]{%d}"' % (first + 1, length - 1) if first < 9 else b""  # noqa: PLR2004 - the last digit
    beyond = re.compile(rb'<c r="(?:[^A-Z]|[A-Z](?:[^0-9]|0|[0-9]{%d}%b))' % (length + 1, higher))
    return None if beyond.search(sheet) else (first + 1) * 10 ** (length - 1)


def _column(letters: bytes) -> int:
    number = 0
    for value in letters:
        number = number * 26 + value - 64
    return number


def _far(name: str, sheet: bytes, rows: int, columns: int) -> Issue:
    """Say which cell stands so far away; the furthest is the likely slip."""
    furthest = max(
        re.finditer(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"', sheet),
        key=lambda match: _column(match[1]) / columns + int(match[2]) / rows,
    )
    at = Place(sheet=name, row=int(furthest[2]), column=furthest[1].decode())
    return Issue(
        code="sheet_too_large",
        weight=Weight.ERROR,
        place=at,
        expected=f"at most {MOST_CELLS:,} cells from corner to corner",
        found=f"{rows:,} rows by {columns:,} columns",
        sentence=(
            f"The sheet reaches as far as {at.text}; delete what stands there and save it again."
        ),
    )


def entities(name: str) -> Issue:
    """Build the issue of a part that declares entities of its own."""
    return Issue(
        code="entities_refused",
        weight=Weight.ERROR,
        place=Place(sheet=name),
        expected="XML without declarations of its own",
        found="a document type with entities",
        sentence=(
            "The file declares entities of its own, which no spreadsheet does; it was not opened."
        ),
    )


def _issue(code: str, expected: str, found: str, sentence: str) -> Issue:
    return Issue(
        code=code,
        weight=Weight.ERROR,
        place=NOWHERE,
        expected=expected,
        found=found,
        sentence=sentence,
    )
