"""CSV as offices export it: any encoding, any delimiter, quotes that nobody closed (RFC 4180)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator

_DELIMITERS = ";,\t|"
_LONGEST = 10  # lines that one quoted row may span; more means that a quote was not closed
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FALLBACK = "cp1251"


def decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    """Text and the encoding that was used: given, by BOM, UTF-8, else cp1251.

    Raises UnicodeDecodeError when a given encoding does not fit.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name), name
    if encoding:
        return data.decode(encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode(FALLBACK, "replace"), FALLBACK


def lines_of(text: str) -> list[str]:
    """Physical lines, with their ends; only \\n, \\r and \\r\\n end a line."""
    return list(io.StringIO(text, newline=""))


def delimiter_of(lines: list[str]) -> tuple[str, int]:
    """The delimiter and how many lines stand before the header: `sep=;` of Excel, blank lines."""
    for skipped, line in enumerate(lines):
        text = line.strip()
        if text.lower().startswith("sep=") and len(text) == 5:
            return text[4], skipped + 1
        if text:
            return max(_DELIMITERS, key=lambda d: len(next(csv.reader([line], delimiter=d)))), (
                skipped
            )
    return ",", len(lines)


def records(
    lines: list[str], start: int, delimiter: str, note: Callable[[int, str], None]
) -> Iterator[tuple[int, list[str]]]:
    """Number of the first line and cells of every row that is not blank.

    A quote that is not closed costs its own row only, and is noted with its line.
    """
    at = start
    while at < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=delimiter)
        done = 0
        try:
            for row in reader:
                if reader.line_num - done > 1:
                    _closed(lines[at + done : at + reader.line_num], delimiter)
                if any(row):
                    yield at + done + 1, row
                done = reader.line_num
        except csv.Error:
            note(at + done + 1, "a quotation mark is not closed. The row is left out; correct it.")
            at += done + 1
            continue
        return


def _closed(lines: list[str], delimiter: str) -> None:
    """Raise csv.Error when these lines are not one well-quoted row."""
    if len(lines) > _LONGEST:
        raise csv.Error
    for _ in csv.reader(lines, delimiter=delimiter, strict=True):
        pass
