"""Words and sentences of the RouterOS API, server side (MikroTik: RouterOS API, "Protocol").

A word is a length prefix of one to five bytes and so many bytes; an empty word ends a sentence.
"""

from __future__ import annotations

import asyncio

LONGEST_WORD = 1 << 20  # a client has no reason to send more
MOST_WORDS = 1024


class BadSentenceError(Exception):
    """What came is not the API's framing; the connection is closed."""


def encode_length(length: int) -> bytes:
    """The length prefix: 7, 14, 21, 28 or 32 bits, the number of leading ones tells which."""
    for size, (limit, mark) in enumerate(
        ((0x80, 0x00), (0x4000, 0x8000), (0x200000, 0xC00000), (0x10000000, 0xE0000000)), start=1
    ):
        if length < limit:
            return (length | mark).to_bytes(size, "big")
    return b"\xf0" + length.to_bytes(4, "big")


def encode_sentence(words: list[str], encoding: str) -> bytes:
    """All words with their lengths, and the empty word that ends the sentence."""
    raw = [word.encode(encoding, errors="replace") for word in words]
    return b"".join(encode_length(len(word)) + word for word in raw) + b"\x00"


async def read_sentence(reader: asyncio.StreamReader) -> list[bytes]:
    """One sentence; raises IncompleteReadError at the end and BadSentenceError for nonsense."""
    words: list[bytes] = []
    while length := await _read_length(reader):
        if length > LONGEST_WORD or len(words) >= MOST_WORDS:
            raise BadSentenceError
        words.append(await reader.readexactly(length))
    return words


async def _read_length(reader: asyncio.StreamReader) -> int:
    first = (await reader.readexactly(1))[0]
    for more, (limit, mask) in enumerate(((0x80, 0x7F), (0xC0, 0x3F), (0xE0, 0x1F), (0xF0, 0x0F))):
        if first < limit:
            rest = await reader.readexactly(more)
            return ((first & mask) << (8 * more)) | int.from_bytes(rest, "big")
    if first >= 0xF8:
        raise BadSentenceError  # reserved control bytes
    return int.from_bytes(await reader.readexactly(4), "big")
