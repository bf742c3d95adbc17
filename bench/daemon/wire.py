"""A line to the database that can be cut, in between a worker and the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Wire:
    """A TCP relay. While it is cut nothing passes and nobody is told: packets are lost."""

    host: str
    port: int
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
            there, to = await asyncio.open_connection(self.host, self.port)
            self._open.add(to)
            await asyncio.gather(self._copy(reader, to), self._copy(there, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self.through.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def wire(host: str, port: int) -> AsyncIterator[tuple[Wire, int]]:
    """A relay on a free port of loopback, and that port."""
    made = Wire(host, port)
    made.through.set()
    server = await asyncio.start_server(made.relay, "127.0.0.1", 0)
    try:
        yield made, server.sockets[0].getsockname()[1]
    finally:
        made.through.set()
        server.close()
