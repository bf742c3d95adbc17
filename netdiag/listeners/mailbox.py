"""The daemon's end of the receiver: one UDP socket, datagrams in batches, losses counted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from netdiag.listeners.receive import DATAGRAM, SO_RXQ_OVFL
from netdiag.model.errors import NetdiagError

_RECEIVE_BUFFER = 16 * 1024 * 1024  # asked for; the kernel grants net.core.rmem_max at most
_SO_RCVBUFFORCE = 33  # Linux, socket(7): past that limit, with CAP_NET_ADMIN
_AGAIN_S = 1.0
_CHUNK = 1 << 20
_log = logging.getLogger(__name__)


class ListenError(NetdiagError):
    """The address cannot be listened on; the text says why and the way out."""


@dataclass(frozen=True, slots=True)
class Datagram:
    """What came, from where, when (Unix seconds)."""

    at: float
    host: str
    port: int
    data: bytes


Take = Callable[[list[Datagram]], Awaitable[None]]


class Mailbox:
    """One UDP address. `take` gets batches in the order of arrival, one at a time; while it works,
    what comes waits in the receiver, at most `waiting` octets of it."""

    def __init__(self, name: str, take: Take, *, waiting: int = 64 * 1024 * 1024) -> None:
        self.name = name
        self._take = take
        self._waiting = waiting
        self._socket: socket.socket
        self._task: asyncio.Task[None] | None = None
        self.received = 0
        self.lost_in_kernel = 0
        self.lost_here = 0
        self.restarts = 0
        self.receiver: int | None = None  # process id
        self._lost_before = 0  # by receivers that have ended

    def open(self, host: str, port: int) -> int:
        """Bind and begin; the port. Raises ListenError."""
        self._socket = bound(self.name, host, port)
        self._task = asyncio.get_running_loop().create_task(self._run())
        return int(self._socket.getsockname()[1])

    def answer(self, host: str, port: int, data: bytes) -> None:
        """Send one datagram back; a failure is the other side's to notice."""
        with contextlib.suppress(OSError):
            self._socket.sendto(data, (host, port))

    async def close(self) -> None:
        """Stop receiving."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._socket.close()

    async def _run(self) -> None:
        """Keep a receiver going; it is started again when it ends."""
        while True:
            try:
                await self._receive()
            except OSError as error:
                _log.error("the receiver of %s cannot run: %s", self.name, error)
            self.restarts += 1
            self._lost_before = self.lost_here
            await asyncio.sleep(_AGAIN_S)

    async def _receive(self) -> None:
        ours, theirs = socket.socketpair()
        process = None
        try:
            with theirs:
                process = await self._started(theirs)
                self.receiver = process.pid
            reader, writer = await asyncio.open_connection(sock=ours, limit=4 * _CHUNK)
            with contextlib.closing(writer):
                await self._read(reader)
        finally:
            ours.close()
            if process is not None and process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _started(self, theirs: socket.socket) -> asyncio.subprocess.Process:
        descriptors = (self._socket.fileno(), theirs.fileno())
        script = Path(__file__).with_name("receive.py")
        return await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(script), *map(str, descriptors), str(self._waiting),
            pass_fds=descriptors, stdin=asyncio.subprocess.DEVNULL, start_new_session=True,
            env={"PATH": os.environ.get("PATH", "")},
        )  # fmt: skip

    async def _read(self, reader: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await reader.read(_CHUNK):
            found, rest = self._split(rest + chunk)
            if found:
                self.received += len(found)
                await self._take(found)

    def _split(self, data: bytes) -> tuple[list[Datagram], bytes]:
        found, at = [], 0
        while len(data) - at >= 4:
            (size,) = struct.unpack_from(">I", data, at)
            if len(data) - at - 4 < size:
                break
            at += 4
            if data[at : at + 1] == DATAGRAM:
                found.append(_datagram(data, at + 1, at + size))
            else:
                lost = struct.unpack_from(">QQ", data, at + 1)
                self.lost_in_kernel = max(self.lost_in_kernel, lost[0])  # counted by the socket
                self.lost_here = self._lost_before + lost[1]
            at += size
        return found, data[at:]


def _datagram(data: bytes, at: int, end: int) -> Datagram:
    moment, length = struct.unpack_from(">dB", data, at)
    at += 9
    host = data[at : at + length].decode()
    (port,) = struct.unpack_from(">H", data, at + length)
    return Datagram(moment, host.removeprefix("::ffff:"), port, data[at + length + 2 : end])


def bound(name: str, host: str, port: int) -> socket.socket:
    """A UDP socket with a large buffer that counts what the kernel drops. Raises ListenError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
    for option in (_SO_RCVBUFFORCE, socket.SO_RCVBUF):
        try:
            sock.setsockopt(socket.SOL_SOCKET, option, _RECEIVE_BUFFER)
            break
        except OSError:
            continue
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise ListenError(f"{name} cannot listen on {host}:{port}: {_why(error, port)}") from None
    return sock


def _why(error: OSError, port: int) -> str:
    if isinstance(error, PermissionError) and port < 1024:
        return (
            "ports below 1024 need CAP_NET_BIND_SERVICE. The shipped systemd unit gives it; or "
            "take a higher port and redirect to it."
        )
    return f"{error.strerror or error}."
