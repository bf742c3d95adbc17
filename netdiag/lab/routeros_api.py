"""A server of the RouterOS API protocol, faithful enough for any client of a real router.

    async def rows(command: Command) -> list[dict[str, str]] | Trap:
        if command.path == "/ip/arp/print":
            return [{".id": "*1", "address": "10.0.0.7", "mac-address": "AA:BB:CC:00:00:07"}]
        return NO_SUCH_COMMAND

    server = RouterosApiServer(users={"netdiag": "secret"}, handler=rows, version="7.16")
    await server.start("127.0.0.1", 8728)          # port 0: a free one, then `server.port`
    ...
    await server.close()

A handler gives all rows of a table with all their properties as the router's own texts; the server
does login (plain, and the challenge of RouterOS before 6.43 with `old_login=True`), `.tag`,
`.proplist`, query words, `=count-only=`, `/cancel`, `/quit`, `!empty` (7.18 and later) and `!done`.
A handler that is an async generator (`/tool/ping`) is sent row by row as it yields, with its own
delays; it may also yield a Trap, which ends the reply. Commands run side by side, as on a router.
`commands` (as received) and `logins` (user, success) are kept for those who want to look.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl as tls
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from netdiag.lab.routeros_login import Login
from netdiag.lab.routeros_query import BadQueryError, passes
from netdiag.lab.routeros_sentence import BadSentenceError, encode_sentence, read_sentence

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One sentence of a client. `attributes` are its `=key=value` words without `.proplist` and
    `count-only`; `query` its query words as they came (the server applies them to `print`)."""

    path: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    query: tuple[str, ...] = ()
    proplist: tuple[str, ...] = ()
    count_only: bool = False
    tag: str | None = None
    user: str = ""


@dataclass(frozen=True, slots=True)
class Trap:
    """An error reply, in the router's own words. Category 2 is "interrupted" (MikroTik's list)."""

    message: str
    category: int | None = None


Reply = Sequence[Row] | Trap
Handler = Callable[[Command], Awaitable[Reply] | AsyncIterator[Row | Trap]]

NO_SUCH_COMMAND = Trap("no such command")
NO_SUCH_ITEM = Trap("no such item")
NOT_ALLOWED = Trap("not enough permissions (9)")


class RouterosApiServer:
    """Listens, and answers each client by the handler. One event loop, no threads."""

    def __init__(
        self,
        *,
        users: Mapping[str, str],
        handler: Handler,
        version: str = "7.16",
        encoding: str = "utf-8",
        old_login: bool = False,
    ) -> None:
        self.users = users
        self.handler = handler
        self.encoding = encoding
        self.old_login = old_login
        self.says_empty = _version(version) >= (7, 18)
        self.commands: list[Command] = []
        self.logins: list[tuple[str, bool]] = []
        self._server: asyncio.Server | None = None
        self._clients: dict[_Client, asyncio.Task[None] | None] = {}

    @property
    def port(self) -> int:
        """The port it listens on; 0 before `start`."""
        if self._server is None or not self._server.sockets:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def connected(self) -> int:
        """How many clients are connected now."""
        return len(self._clients)

    async def start(
        self, host: str = "127.0.0.1", port: int = 0, ssl: tls.SSLContext | None = None
    ) -> None:
        """Listen there (8728 is the API's port, 8729 with TLS). Raises OSError when taken."""
        self._server = await asyncio.start_server(self._serve, host, port, ssl=ssl)

    async def close(self) -> None:
        """Stop listening and drop all clients, as a reboot does."""
        if self._server is None:
            return
        self._server.close()
        serving = [task for task in self._clients.values() if task is not None]
        self.drop_clients()
        await asyncio.gather(*serving, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    def drop_clients(self) -> None:
        """Cut all connections and keep listening."""
        for client in tuple(self._clients):
            client.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(self, reader, writer)
        self._clients[client] = asyncio.current_task()
        try:
            await client.serve()
        finally:
            self._clients.pop(client, None)
            await client.end()


class _Client:
    """One connection."""

    def __init__(
        self, server: RouterosApiServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._login = Login(server.users, server.encoding, server.old_login)
        self._tasks: dict[asyncio.Task[None], str | None] = {}

    def abort(self) -> None:
        """Drop the connection and whatever it still runs."""
        for task in self._tasks:
            task.cancel()
        self._writer.transport.abort()

    async def end(self) -> None:
        """Drop the connection and wait until all of it has ended."""
        self.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def serve(self) -> None:
        """Read sentences until the client goes."""
        try:
            while True:
                words = await read_sentence(self._reader)
                if words and not await self._take(self._parse(words)):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, BadSentenceError):
            return

    def _parse(self, raw: list[bytes]) -> Command:
        path, *words = (word.decode(self._server.encoding, errors="replace") for word in raw)
        attributes: dict[str, str] = {}
        tag: str | None = None
        for word in words:
            if word.startswith("="):
                key, _, value = word[1:].partition("=")
                attributes[key] = value
            elif word.startswith(".tag="):
                tag = word.removeprefix(".tag=")
        proplist = attributes.pop(".proplist", "")
        return Command(
            path=path,
            attributes=attributes,
            query=tuple(word for word in words if word.startswith("?")),
            proplist=tuple(filter(None, proplist.split(","))),
            count_only=attributes.pop("count-only", None) is not None,
            tag=tag,
            user=self._login.user,
        )

    async def _take(self, command: Command) -> bool:
        """Answer, or start answering; False ends the connection."""
        if command.path == "/login":
            await self._answer_login(command)
        elif command.path == "/quit":
            await self._send("!fatal", "session terminated on request")
            self._writer.close()
            return False
        elif not self._login.user:
            await self._trap(command.tag, Trap("not logged in"))
        elif command.path == "/cancel":
            self._cancel(command.attributes.get("tag"))
            await self._send("!done", tag=command.tag)
        else:
            self._server.commands.append(command)
            task = asyncio.create_task(self._run(command))
            self._tasks[task] = command.tag
            task.add_done_callback(lambda done: self._tasks.pop(done, None))
        return True

    async def _answer_login(self, command: Command) -> None:
        answer = self._login.answer(command.attributes)
        if answer.challenge is not None:
            await self._send("!done", f"=ret={answer.challenge}", tag=command.tag)
            return
        self._server.logins.append((command.attributes.get("name", ""), answer.accepted))
        if answer.accepted:
            await self._send("!done", tag=command.tag)
        else:
            await self._trap(command.tag, Trap(answer.refusal))

    def _cancel(self, tag: str | None) -> None:
        for task, running in tuple(self._tasks.items()):
            if tag is None or tag == running:
                task.cancel()

    async def _run(self, command: Command) -> None:
        finished = False
        try:
            reply = self._server.handler(command)
            if isinstance(reply, AsyncIterator):
                await self._stream(command, reply)
            else:
                await self._whole(command, await reply)
            finished = True
        except asyncio.CancelledError:
            with contextlib.suppress(ConnectionError):
                await self._trap(command.tag, Trap("interrupted", 2))
            finished = True
        except ConnectionError:
            return
        finally:
            if not finished:  # the handler failed: the client must not wait for ever
                self._writer.transport.abort()

    async def _whole(self, command: Command, reply: Reply) -> None:
        if isinstance(reply, Trap):
            await self._trap(command.tag, reply)
            return
        try:
            rows = [row for row in reply if not _is_print(command) or passes(row, command.query)]
        except BadQueryError:
            await self._trap(command.tag, Trap("unknown parameter"))
            return
        if command.count_only:
            await self._send("!done", f"=ret={len(rows)}", tag=command.tag)
            return
        for row in rows:
            await self._row(command, row)
        if not rows and self._server.says_empty:
            await self._send("!empty", tag=command.tag)
        await self._send("!done", tag=command.tag)

    async def _stream(self, command: Command, reply: AsyncIterator[Row | Trap]) -> None:
        async for row in reply:
            if isinstance(row, Trap):
                await self._trap(command.tag, row)
                return
            await self._row(command, row)
        await self._send("!done", tag=command.tag)

    async def _row(self, command: Command, row: Row) -> None:
        wanted = command.proplist or tuple(row)
        words = [f"={key}={row[key]}" for key in row if key in wanted]
        await self._send("!re", *words, tag=command.tag)

    async def _trap(self, tag: str | None, trap: Trap) -> None:
        category = [] if trap.category is None else [f"=category={trap.category}"]
        await self._send("!trap", *category, f"=message={trap.message}", tag=tag)
        await self._send("!done", tag=tag)

    async def _send(self, *words: str, tag: str | None = None) -> None:
        tags = [] if tag is None else [f".tag={tag}"]
        self._writer.write(encode_sentence([words[0], *tags, *words[1:]], self._server.encoding))
        await self._writer.drain()


def _is_print(command: Command) -> bool:
    return command.path.endswith(("/print", "/getall"))


def _version(text: str) -> tuple[int, ...]:
    numbers = text.split()[0].split(".")[:2] if text else []
    return tuple(int(number) for number in numbers if number.isdigit())
