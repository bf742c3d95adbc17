"""A line to the database that can be cut, in between a worker and the server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Wire:
    """A TCP relay. While it is cut nothing passes and nobody is told: packets are lost."""

    host: str
    port: int
    delay_s: float = 0.0  # of each direction
    through: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """From now on nothing passes."""
        self.through.clear()

    def mend(self) -> None:
        """What was begun before is dead, as after a long cut; new connections pass."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()
        self.through.set()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self._open.add(writer)
        with suppress(OSError):
            await self.through.wait()
            if writer.is_closing():
                return  # it was cut for longer than this one was patient
            there, to = await asyncio.open_connection(self.host, self.port)
            self._open.add(to)
            await asyncio.gather(self._copy(reader, to), self._copy(there, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Each piece so much later than it came, in order."""
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
        loop = asyncio.get_running_loop()

        async def write() -> None:
            while (piece := await late.get())[1]:
                if writer.is_closing():
                    continue  # whoever reads must not wait for one who is gone
                await asyncio.sleep(piece[0] - loop.time())
                await self.through.wait()
                writer.write(piece[1])
                with suppress(OSError):
                    await writer.drain()
            writer.close()

        task = asyncio.create_task(write())
        with suppress(OSError):
            while data := await reader.read(65536):
                await late.put((loop.time() + self.delay_s, data))
        await late.put((0.0, b""))
        await task


@asynccontextmanager
async def wire(
    host: str, port: int, at: socket.socket | None = None, delay_s: float = 0.0
) -> AsyncIterator[tuple[Wire, int]]:
    """A relay on a free port of loopback, or on a socket that listens, and that port."""
    made = Wire(host, port, delay_s)
    made.through.set()
    where = {"sock": at} if at else {"host": "127.0.0.1", "port": 0}
    server = await asyncio.start_server(made.relay, **where)
    try:
        yield made, server.sockets[0].getsockname()[1]
    finally:
        made.through.set()
        server.close()
