"""One logged-in connection to a router's API, over librouteros' words and framing.

Of librouteros we use the protocol (`AsyncApiProtocol.readWord`, `encode_sentence`) and not `Api`,
whose calls read `1` and `yes` as numbers and booleans, keep a whole reply before the first row,
lose letters that are not ASCII, wait per sentence and not per reply, and write the password into
the debug log. Words travel as Latin-1 inside librouteros, byte for byte; the router's own encoding
is applied here.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from librouteros.connections import AsyncSocketTransport
from librouteros.exceptions import FatalError, ProtocolError
from librouteros.protocol import AsyncApiProtocol, encode_sentence

from netdiag.model.wire import Deadline
from netdiag.transports.routeros_options import Login, Options

SENTENCE_BYTES = 1 << 20  # no router says more in one sentence; a giant length is not an answer
BREATHE_ROWS = 64  # rows between two looks at the rest of the program


class TrapError(Exception):
    """The router refused the command. `login` says that it refused the login."""

    def __init__(self, message: str, *, login: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.login = login


@dataclass(slots=True)
class Reply:
    """Rows of one reply; `ret` is the value of `!done` (count-only, challenge)."""

    rows: list[dict[str, str]] = field(default_factory=list)
    ret: str | None = None
    cut: bool = False


class _Wire:
    """librouteros' transport with a limit to what one sentence may hold."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._transport = AsyncSocketTransport(reader, writer)
        self.left = SENTENCE_BYTES

    async def write(self, data: bytes) -> None:
        await self._transport.write(data)

    async def read(self, length: int) -> bytes:
        self.left -= length
        if self.left < 0:
            raise ProtocolError("a sentence is longer than any router's")
        return bytes(await self._transport.read(length))


class Session:
    """A connection. One request at a time; after any failure it is aborted and never used again."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, encoding: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._encoding = encoding
        self._wire = _Wire(reader, writer)
        # timeout=None: no asyncio.wait_for inside, which on Python 3.11 swallows a cancellation.
        self._protocol = AsyncApiProtocol(self._wire, encoding="latin-1", timeout=None)
        self.heard = False  # a part of the present reply has come

    @classmethod
    async def open(cls, options: Options, deadline: Deadline) -> Session:
        """Connect and log in. Raises OSError, TimeoutError, ProtocolError or TrapError."""
        async with asyncio.timeout(deadline.remaining):
            reader, writer = await asyncio.open_connection(
                options.host, options.port, ssl=options.tls_context()
            )
        session = cls(reader, writer, options.encoding)
        session._keep_alive()
        done = False
        try:
            await session._login(options, deadline)
            done = True
        finally:
            if not done:
                session.abort()
        return session

    @property
    def usable(self) -> bool:
        """False once either side has closed it."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    def abort(self) -> None:
        """Close at once, without waiting for the other side."""
        self._writer.transport.abort()

    async def call(self, words: Sequence[str], max_rows: int, deadline: Deadline) -> Reply:
        """Send one sentence and read its reply, at most `max_rows` rows of it.

        At the deadline the socket itself is aborted. Unless the reply was read to its `!done`,
        the session is aborted: its next reply would begin with the rest of this one.
        """
        done = False
        self.heard = False
        try:
            with self._aborted_at(deadline):
                await self._wire.write(encode_sentence(*words, encoding=self._encoding))
                reply = await self._reply(max_rows, deadline)
            done = not reply.cut
            return reply
        except TrapError:
            done = True
            raise
        finally:
            if not done:
                self.abort()

    async def _reply(self, max_rows: int, deadline: Deadline) -> Reply:
        reply = Reply()
        traps: list[str] = []
        while True:
            kind, *words = await self._sentence()
            if deadline.remaining == 0:
                raise TimeoutError
            if kind == "!re":
                if len(reply.rows) >= max_rows:
                    reply.cut = True
                    return reply
                reply.rows.append(_attributes(words))
                if len(reply.rows) % BREATHE_ROWS == 0:
                    await asyncio.sleep(0)
            elif kind == "!trap":
                traps.append(_attributes(words).get("message", "no reason given"))
            elif kind == "!done":
                break
            else:
                _odd(kind, words)
        if traps:
            raise TrapError("; ".join(traps))
        reply.ret = _attributes(words).get("ret")
        return reply

    async def _sentence(self) -> list[str]:
        """One sentence that is not empty (empty ones are to be ignored)."""
        words: list[str] = []
        while not words:
            self._wire.left = SENTENCE_BYTES
            while word := await self._protocol.readWord():
                words.append(self._decode(word))
                if not words[0].startswith("!"):
                    raise ProtocolError(f"{words[0][:20]!r} is no reply")
        self.heard = self.heard or words[0] != "!fatal"
        return words

    def _decode(self, word: str) -> str:
        # Bytes that the encoding does not know stay visible as \xe0, instead of vanishing.
        return word.encode("latin-1").decode(self._encoding, errors="backslashreplace")

    async def _login(self, options: Options, deadline: Deadline) -> None:
        name = f"=name={options.username}"
        password = options.password.reveal()
        first = ["/login"]
        if options.login is not Login.TOKEN:
            first += [name, f"=password={password}"]
        try:
            challenge = (await self.call(first, 0, deadline)).ret
            if challenge is None:
                return
            if options.login is Login.PLAIN:
                raise TrapError("it wants the login of versions before 6.43; see routeros.login")
            answer = _challenge_response(challenge, password, options.encoding)
            await self.call(["/login", name, f"=response={answer}"], 0, deadline)
        except TrapError as trap:
            raise TrapError(trap.message, login=True) from None

    def _keep_alive(self) -> None:
        # Notices a router that was rebooted or a NAT that forgot us while the session was idle.
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
            if hasattr(socket, option):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)

    @contextmanager
    def _aborted_at(self, deadline: Deadline) -> Iterator[None]:
        timer = asyncio.get_running_loop().call_later(
            deadline.remaining, self._writer.transport.abort
        )
        try:
            yield
        finally:
            timer.cancel()


def _attributes(words: Sequence[str]) -> dict[str, str]:
    """`=key=value` words as text, exactly as they came; other words (`.tag`) are left out."""
    pairs = (word[1:].partition("=") for word in words if word.startswith("="))
    return {key: value for key, _, value in pairs}


def _odd(kind: str, words: Sequence[str]) -> None:
    if kind == "!fatal":
        raise FatalError(" ".join(words))
    if kind != "!empty":  # 7.18 and later: no rows
        raise ProtocolError(f"{kind[:20]!r} is no reply of the RouterOS API")


def _challenge_response(challenge: str, password: str, encoding: str) -> str:
    """The answer to a challenge of RouterOS before 6.43 (librouteros': only ASCII passwords)."""
    try:
        token = bytes.fromhex(challenge)
    except ValueError:
        raise ProtocolError("the login's challenge is not hexadecimal") from None
    text = b"\x00" + password.encode(encoding) + token
    return "00" + hashlib.md5(text, usedforsecurity=False).hexdigest()
