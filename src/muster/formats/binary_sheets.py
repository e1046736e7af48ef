"""Cells of an .xls whose formula failed: calamine gives them as blank, so they are found here.

Only what is needed of the compound file ([MS-CFB]) and of its workbook stream ([MS-XLS]) is read:
records FORMULA, BOOLERR and BOUNDSHEET, https://learn.microsoft.com/openspecs/office_file_formats/.
Whatever does not fit the formats ends the search; the sheets themselves are read elsewhere.
"""

import struct
from collections.abc import Callable
from typing import Final

_FREE: Final = 0xFFFFFFFA
_FORMULA, _BOOLERR, _BOUNDSHEET, _BOF = 0x0006, 0x0205, 0x0085, 0x0809
_ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A",
}  # fmt: skip


def failed_cells(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """List, by sheet, the cells (row and column from 0) that show an error."""
    try:
        return _failed(_workbook(data))
    except (struct.error, IndexError, ValueError):
        return {}


def _workbook(data: bytes) -> bytes:
    """Give the workbook's stream out of the compound file.

    Raises:
        struct.error: the file is cut short.
        ValueError: it is not as it should be.
    """
    sector_shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if sector_shift not in {9, 12} or mini_shift != 6:  # noqa: PLR2004 - the only sizes there are
        raise ValueError
    size = 1 << sector_shift
    first_directory, cutoff, first_mini = (
        struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60)
    )
    table = _allocation(data, size)
    directory = _chain(data, table, first_directory, size)
    root = _entry(directory, lambda kind, _: kind == 5)  # noqa: PLR2004 - the root
    start, length = _entry(directory, lambda kind, name: kind == 2 and name in {"Workbook", "Book"})  # noqa: PLR2004 - a stream
    if length >= cutoff:
        return _chain(data, table, start, size)[:length]
    minis = _chain(data, table, root[0], size)
    mini_table = [
        number for (number,) in struct.iter_unpack("<I", _chain(data, table, first_mini, size))
    ]
    return _chain(minis, mini_table, start, 64, header=0)[:length]


def _allocation(data: bytes, size: int) -> list[int]:
    """Read the table that says which sector follows which."""
    sectors = [number for number in struct.unpack_from("<109I", data, 76) if number < _FREE]
    following, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if following >= _FREE:
            break
        numbers = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        sectors += [number for number in numbers[:-1] if number < _FREE]
        following = numbers[-1]
    table: list[int] = []
    for sector in sectors[: len(data) // size + 1]:
        table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return table


def _chain(data: bytes, table: list[int], start: int, size: int, *, header: int = 1) -> bytes:
    """Join the sectors of one stream; a chain in a circle ends after as many as there are."""
    parts = []
    for _ in range(len(table) + 1):
        if start >= _FREE or start >= len(table):
            break
        parts.append(data[(start + header) * size : (start + header + 1) * size])
        start = table[start]
    return b"".join(parts)


def _entry(directory: bytes, wanted: Callable[[int, str], bool]) -> tuple[int, int]:
    """Find a stream's first sector and its length."""
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if wanted(directory[at + 66], name):
            start, size = struct.unpack_from("<II", directory, at + 116)
            return start, size
    raise ValueError


def _failed(stream: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Walk the records of the stream, sheet by sheet."""
    names: dict[int, str] = {}
    failed: dict[str, dict[tuple[int, int], str]] = {}
    sheet = ""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if kind == _BOUNDSHEET:
            names[struct.unpack_from("<I", body)[0]] = _name(body)
        elif kind == _BOF:
            sheet = names.get(at, "")
        elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:  # noqa: PLR2004 - an error
            failed.setdefault(sheet, {})[_cell(body)] = _ERRORS.get(body[8], "#N/A")
        elif kind == _BOOLERR and body[7] == 1:
            failed.setdefault(sheet, {})[_cell(body)] = _ERRORS.get(body[6], "#N/A")
        at += 4 + length
    return failed


def _cell(body: bytes) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", body)
    return row, column


def _name(body: bytes) -> str:
    wide = body[7] & 1
    return body[8 : 8 + body[6] * (2 if wide else 1)].decode(
        "utf-16-le" if wide else "latin-1", "replace"
    )
