"""Routers for the tests: the lab's API server, and peers that misbehave on purpose."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from netdiag.lab.routeros_api import Handler, RouterosApiServer
from netdiag.lab.routeros_sentence import encode_sentence, read_sentence
from netdiag.model.secret import Secret
from netdiag.model.wire import Limits, Target

USER, PASSWORD = "netdiag", "s3cret-пароль"
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def router(port: int, **options: str) -> Target:
    """A target for that loopback port; `tls="true"` stands for the option routeros.tls."""
    sessions = int(options.pop("sessions", "1"))
    password = options.pop("password", PASSWORD)
    given = {"routeros.username": USER} | {f"routeros.{k}": v for k, v in options.items()}
    return Target(
        device="bng-1",
        host="127.0.0.1",
        port=port,
        options=given,
        secrets={"routeros.password": Secret(password)},
        limits=Limits(sessions=sessions),
    )


@asynccontextmanager
async def api_server(
    handler: Handler, *, tls: ssl.SSLContext | None = None, **options: object
) -> AsyncIterator[RouterosApiServer]:
    """The lab's server on a free port."""
    server = RouterosApiServer(users={USER: PASSWORD}, handler=handler, **options)  # type: ignore[arg-type]
    await server.start(ssl=tls)
    try:
        yield server
    finally:
        await server.close()


class HostilePeer:
    """A TCP peer that plays a script for every connection."""

    def __init__(self, port: int, connections: list[int]) -> None:
        self.port = port
        self.connections = connections


@asynccontextmanager
async def hostile(script: Script) -> AsyncIterator[HostilePeer]:
    """Plays `script` for each client, then closes its connection."""
    tasks: set[asyncio.Task[None] | None] = set()
    connections: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        connections.append(len(connections))
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await script(reader, writer)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield HostilePeer(server.sockets[0].getsockname()[1], connections)
    finally:
        server.close()
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(t for t in tasks if t is not None), return_exceptions=True)
        await server.wait_closed()


def after_login(script: Script) -> Script:
    """Accepts the login, reads one command, then plays the script."""

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_sentence(reader)
        writer.write(sentence("!done"))
        await read_sentence(reader)
        await script(reader, writer)

    return play


def saying(data: bytes, *, then_wait: bool = True) -> Script:
    """Sends these bytes, then keeps silent (or closes)."""

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if then_wait:
            await asyncio.sleep(30)

    return play


def sentence(*words: str) -> bytes:
    """One sentence in UTF-8."""
    return encode_sentence(list(words), "utf-8")


def row(**values: str) -> bytes:
    """A `!re` sentence."""
    return sentence("!re", *(f"={key}={value}" for key, value in values.items()))


def tables(rows: Mapping[str, list[dict[str, str]]]) -> Handler:
    """A handler that serves these tables by command path."""

    async def handler(command: object) -> list[dict[str, str]]:
        return rows[command.path]  # type: ignore[attr-defined]

    return handler


def self_signed(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 and a server context that uses it (openssl makes it)."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    name = ["-subj", "/CN=router", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make.split(), *name, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


def anonymous_tls(folder: Path) -> ssl.SSLContext:
    """API-SSL of a router without a certificate: anonymous Diffie-Hellman."""
    group = folder / "dh.pem"
    make = ["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"]
    subprocess.run([*make, "-out", str(group)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_dh_params(str(group))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ADH:@SECLEVEL=0")
    return context
