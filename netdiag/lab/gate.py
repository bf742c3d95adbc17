"""The TCP front of a device: pipes clients to its server, and falls silent when the device dies.

A dead device does not refuse connections: SYNs get no answer. Here the listening socket is then
replaced by one whose queue of one is full; Linux drops further SYNs (`tcp_abort_on_overflow` 0),
so that clients time out. Connections that stood stay open and say nothing.
"""

from __future__ import annotations

import asyncio
import socket

_CHUNK = 65536


class Gate:
    """Listens on `host:port` and pipes to `inner`, an address on loopback."""

    def __init__(self, host: str, port: int, inner: tuple[str, int]) -> None:
        self._at = (host, port)
        self._inner = inner
        self._server: asyncio.Server | None = None
        self._wall: list[socket.socket] = []
        self._open = asyncio.Event()
        self._pipes: set[asyncio.Task[None]] = set()
        self._waking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        await self._listen(socket.create_server(self._at))

    def set_alive(self, alive: bool) -> None:
        """Answer, or be silent, at once."""
        if alive and not self._open.is_set():
            self._tear_down_wall()
            listening = socket.create_server(self._at)
            self._waking = asyncio.get_running_loop().create_task(self._listen(listening))
        elif not alive and self._open.is_set():
            self._open.clear()
            self._stop_listening()
            self._build_wall()

    async def close(self) -> None:
        """Drop everybody."""
        if self._waking is not None:
            await self._waking
        self._open.set()
        self._tear_down_wall()
        self._stop_listening()
        await asyncio.sleep(0)  # whoever was let in just now has his pipe
        pipes = tuple(self._pipes)
        for task in pipes:
            task.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)
        await asyncio.sleep(0)  # sockets close in the next turn of the loop

    async def _listen(self, listening: socket.socket) -> None:
        self._open.set()
        self._server = await asyncio.start_server(self._pipe, sock=listening)

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _build_wall(self) -> None:
        """A listener that nobody accepts from, its queue filled by ourselves."""
        wall = socket.socket()
        wall.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        wall.bind(self._at)
        wall.listen(0)
        self._wall.append(wall)
        for _ in range(2):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(self._at)
            self._wall.append(filler)

    def _tear_down_wall(self) -> None:
        for piece in self._wall:
            piece.close()
        self._wall.clear()

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._pipes.add(task)
        try:
            await self._join(reader, writer)
        except (OSError, asyncio.CancelledError):
            return  # the client or the lab has gone
        finally:
            writer.close()
            if task is not None:
                self._pipes.discard(task)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Copy both ways until one side hangs up."""
        inside, outside = await asyncio.open_connection(*self._inner)
        tasks = [
            asyncio.create_task(self._copy(reader, outside)),
            asyncio.create_task(self._copy(inside, writer)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            outside.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._open.wait()  # a dead device neither reads nor writes
            writer.write(data)
            await writer.drain()
