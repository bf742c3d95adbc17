"""An SSH server per switch: one thread per session, paramiko loaded with the first of them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdiag.lab.shell.session import Session, Talk


class SshServer:
    """Listens on a port of its own choice; `talk` opens a command line for every client."""

    def __init__(self, *, user: str, password: str, talk: Callable[[], Talk]) -> None:
        self._user = user
        self._password = password
        self._talk = talk
        self._socket: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._sessions: list[Session] = []
        self._threads: list[threading.Thread] = []

    async def start(self, host: str) -> int:
        """Listen there; the port is returned."""
        self._socket = socket.create_server((host, 0), backlog=20)
        self._socket.setblocking(False)
        self._accepting = asyncio.create_task(self._accept(self._socket))
        return int(self._socket.getsockname()[1])

    async def close(self) -> None:
        """Drop all sessions."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()
        for session in self._sessions:
            session.close()
        for thread in self._threads:
            await asyncio.to_thread(thread.join, 2.0)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(listening)
            client.setblocking(True)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        from netdiag.lab.shell.session import Gatekeeper, Session

        gatekeeper = Gatekeeper(self._user, self._password)
        session = Session(client, gatekeeper, self._talk())
        self._sessions.append(session)
        session.serve()
