"""Bytes of a text to characters: its encoding found, its mojibake repaired, and both said."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

import ftfy
import ftfy.badness
from charset_normalizer import from_bytes

from muster.core.exchange import NOWHERE, Issue, Place, Weight
from muster.core.intake.cell_texts import tidy
from muster.core.intake.grids import Cell, letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text with the name of its encoding."""

    text: str
    encoding: str
    issues: tuple[Issue, ...] = ()


SAMPLE: Final = 64 * 1024
"""Bytes that are enough to tell one encoding from another."""


def decode(data: bytes) -> Decoded:
    """Read bytes as text; never raises.  What cannot be read stands as U+FFFD and is said."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _said(data.decode(encoding, errors="replace").lstrip("\ufeff"), encoding)
    wide = _wide(data)
    if wide:
        return _said(data.decode(wide, errors="replace"), wide)
    try:
        return _said(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as problem:
        # A stray byte in a long text of UTF-8 is damage, not another encoding.
        if _mostly_utf8(data, problem.start):
            return _said(data.decode("utf-8", errors="replace"), "utf-8")
    encoding = _guessed(data)
    issue = Issue(
        code="encoding_guessed",
        weight=Weight.NOTE,
        place=NOWHERE,
        expected="UTF-8",
        found=encoding,
        sentence=f"The file does not say its encoding; it was read as {encoding}.",
    )
    decoded = _said(data.decode(encoding, errors="replace"), encoding)
    return Decoded(text=decoded.text, encoding=encoding, issues=(issue, *decoded.issues))


def repaired(rows: list[list[Cell]], sheet: str) -> tuple[Issue, ...]:
    """Repair mojibake in the cells of a sheet, in place, and say where it was found.

    A text that was written in UTF-8 and read as something else, such as "DÃ©signation", is put
    right by `ftfy`; direction marks are taken out.  One issue of each kind, at its first cell.
    """
    foreign = _foreign(rows)
    mended: dict[str, str] = {}
    for text in foreign:
        fixed = ftfy.fix_encoding(text) if ftfy.badness.is_bad(text) else text
        if fixed != text:
            mended[text] = fixed
    marked = {text for text in foreign if _has_marks(text)}
    damaged = {text for text in foreign if "\ufffd" in mended.get(text, text)}
    if not (mended or marked or damaged):
        return ()
    first: dict[str, tuple[Place, str, str, int]] = {}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if not isinstance(cell, str) or cell.isascii():
                continue
            place = Place(sheet=sheet, row=number + 1, column=letter(column))
            for code, texts in (
                ("mojibake_repaired", mended),
                ("direction_marks_removed", marked),
                ("text_damaged", damaged),
            ):
                if cell in texts:
                    known = first.get(code, (place, cell, tidy(mended.get(cell, cell)), 0))
                    first[code] = (*known[:3], known[3] + 1)
            if cell in mended or cell in marked:
                row[column] = tidy(mended.get(cell, cell))
    return tuple(_of_cells(code, *found) for code, found in first.items())


def repaired_text(text: str) -> tuple[str, tuple[Issue, ...]]:
    """Repair mojibake in a running text, line by line, and say the first line it was found in."""
    if text.isascii():
        return text, ()
    rows: list[list[Cell]] = [[line] for line in text.split("\n")]
    for row in rows:
        line = row[0]
        if isinstance(line, str) and not line.isascii() and ftfy.badness.is_bad(line):
            row[0] = ftfy.fix_encoding(line)
    mended = "\n".join(str(row[0]) for row in rows)
    if mended == text:
        return text, ()
    before, after = text.split("\n"), mended.split("\n")
    line_number = next(n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    count = sum(a != b for a, b in zip(before, after, strict=True))
    found, fixed = before[line_number], after[line_number]
    return mended, (
        _of_cells("mojibake_repaired", Place(line=line_number + 1), found, fixed, count),
    )


_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS: Final = [
    *("cp1252", "cp1250", "cp1251", "cp1254", "cp1253", "cp1255", "cp1256", "cp1257"),
    *("iso8859_15", "iso8859_2", "iso8859_5", "iso8859_9", "koi8_u", "koi8_r", "mac_roman"),
    *("cp437", "cp850", "cp852", "cp866", "mac_cyrillic", "gb18030", "big5", "shift_jis", "euc_kr"),
    *("euc_jp",),
]
_SHARE_OF_ZEROS = 0.3
_STRAY = 0.002


def _wide(data: bytes) -> str:
    """Recognise UTF-16 without a mark by its zeros in every second byte; "" otherwise."""
    sample = data[:4096]
    if len(sample) < len("a,b,"):
        return ""
    even = sample[::2].count(0) / len(sample[::2])
    odd = sample[1::2].count(0) / len(sample[1::2])
    if odd > _SHARE_OF_ZEROS and even < _SHARE_OF_ZEROS / 10:
        return "utf-16-le"
    if even > _SHARE_OF_ZEROS and odd < _SHARE_OF_ZEROS / 10:
        return "utf-16-be"
    return ""


def _mostly_utf8(data: bytes, start: int) -> bool:
    """Say whether a text has many letters of UTF-8 and hardly a byte that is none."""
    text = data[max(0, start - SAMPLE) : start + SAMPLE].decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    letters = sum(1 for character in text if ord(character) > 127 and character != "\ufffd")  # noqa: PLR2004 - the end of ASCII
    return letters > 20 * broken and broken < len(text) * _STRAY + 2


def _guessed(data: bytes) -> str:
    """Name the encoding that fits the bytes best; Windows 1252 where nothing tells."""
    telling = _telling(data)
    best = from_bytes(telling, cp_isolation=_ENCODINGS, steps=5, chunk_size=512).best()
    found = best.encoding if best is not None else "cp1252"
    high = frozenset(byte for byte in telling if byte > _ASCII)
    if found in _LATIN:
        if high <= _WESTERN:
            return "cp1252"
        if high & _TURKISH and high <= _TURKISH | _WESTERN:
            return "cp1254"
    return found


_ASCII = 127
_LATIN: Final = frozenset(
    {"cp1250", "cp1252", "cp1254", "cp1257", "iso8859_2", "iso8859_9", "iso8859_15", "mac_roman"}
    | {"cp437", "cp850", "cp852"}
)
_WESTERN: Final = frozenset(
    "\u20ac\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u0153\u00a0\u00a7\u00ab\u00b0\u00b2\u00b3\u00b5\u00b7\u00bb\u00bd"
    "ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜßàáâäçèéêëíîïñóôöùúûüÁÍÑÓÚåÅæÆøØ¿¡ºª".encode("cp1252")
)
"""Bytes that are letters of western Europe; several are others of Czech or Polish, but a text in
those languages has further letters that are not among them."""
_TURKISH: Final = frozenset("ğışİŞĞ".encode("cp1254"))


def _telling(data: bytes) -> bytes:
    """Take lines that are not plain ASCII, for those alone tell one encoding from another."""
    if len(data) <= SAMPLE // 4:
        return data
    lines: list[bytes] = []
    size = 0
    for line in data[: 64 * SAMPLE].splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[:1000])
            size += len(lines[-1])
            if size > SAMPLE // 4:
                break
    return b"".join(lines) or data[:SAMPLE]


def _said(text: str, encoding: str) -> Decoded:
    issues: tuple[Issue, ...] = ()
    if "\x00" in text:
        text = text.replace("\x00", "")
        issues = (
            Issue(
                code="zeros_removed",
                weight=Weight.NOTE,
                place=NOWHERE,
                expected="text",
                found="zero bytes",
                sentence="The file has zero bytes in its text; they were taken out.",
            ),
        )
    return Decoded(text=text, encoding=encoding, issues=issues)


def _foreign(rows: Iterable[Iterable[Cell]]) -> set[str]:
    """List the different texts that are not plain ASCII."""
    cells = set(chain.from_iterable(rows))
    return {cell for cell in cells if type(cell) is str and not cell.isascii()}


_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _has_marks(text: str) -> bool:
    return not _DIRECTION.isdisjoint(text)


_SENTENCES: Final = {
    "mojibake_repaired": "Letters had been garbled by a wrong encoding and were put right;"
    " {count} in all.",
    "direction_marks_removed": "Unseen marks of writing direction were taken out; {count} texts"
    " in all.",
    "text_damaged": "Letters were lost before the file came here and cannot be restored; {count}"
    " texts in all.",
}
_WEIGHTS: Final = {
    "mojibake_repaired": Weight.NOTE,
    "direction_marks_removed": Weight.NOTE,
    "text_damaged": Weight.QUESTION,
}


def _of_cells(code: str, place: Place, found: str, fixed: str, count: int) -> Issue:
    return Issue(
        code=code,
        weight=_WEIGHTS[code],
        place=place,
        expected=fixed[:80] if code == "mojibake_repaired" else "",
        found=found[:80],
        sentence=_SENTENCES[code].format(count=count),
    )
