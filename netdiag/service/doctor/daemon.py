"""Can the daemon work here: its part of the configuration, its store, its addresses."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator

import httpx

from netdiag.model.errors import NetdiagError
from netdiag.service.app import App
from netdiag.service.daemon.read_parts import Parts, read_parts
from netdiag.service.daemon.writable import unwritable
from netdiag.service.doctor.finding import Finding
from netdiag.store.database import Database

_PATIENCE_S = 2.0
_MENDS = {
    errno.EADDRINUSE: "end what listens there, or name another port",
    errno.EACCES: "give CAP_NET_BIND_SERVICE, as the shipped unit does, or name a port above 1023",
    errno.EADDRNOTAVAIL: "name an address of this host",
}


async def examine_daemon(app: App) -> list[Finding]:
    """What `netdiag serve` needs."""
    store = await asyncio.to_thread(_store, app.database)
    try:
        parts = read_parts(app.settings)
    except NetdiagError as error:
        return [store, Finding(what="daemon", ok=False, text=str(error), mend="netdiag check")]
    return [store, *await _addresses(parts)]


def _store(database: Database) -> Finding:
    why = unwritable(database)
    mend = "make it writable, with room on its disk: `state_dir` and `store` in netdiag.yaml"
    return Finding(
        what="store",
        ok=not why,
        text=why or f"{database.shown} is written",
        mend=mend if why else "",
    )


async def _addresses(parts: Parts) -> list[Finding]:
    serve = parts.serve
    if await _answers(
        f"{'https' if serve.tls_key else 'http'}://{_written(serve.host, serve.port)}"
    ):
        return [
            Finding(what="daemon", ok=True, text="netdiag serve answers, and has its addresses")
        ]
    return [await asyncio.to_thread(_bind, *one) for one in _wanted(parts)]


def _wanted(parts: Parts) -> Iterator[tuple[str, socket.SocketKind, str, int]]:
    serve, traps = parts.serve, parts.watch.traps
    yield "serve.listen", socket.SOCK_STREAM, serve.host, serve.port
    if serve.syslog and serve.syslog.udp:
        yield "serve.syslog.udp", socket.SOCK_DGRAM, serve.syslog.udp.host, serve.syslog.udp.port
    if serve.syslog and serve.syslog.tcp:
        yield "serve.syslog.tcp", socket.SOCK_STREAM, serve.syslog.tcp.host, serve.syslog.tcp.port
    if traps:
        yield "watch.traps.listen", socket.SOCK_DGRAM, traps.host, traps.port


def _bind(name: str, kind: socket.SocketKind, host: str, port: int) -> Finding:
    where = _written(host, port)
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=kind)[0]
        with socket.socket(family, kind) as one:
            if kind is socket.SOCK_STREAM:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(address)
    except OSError as error:
        mend = _MENDS.get(error.errno or 0, f"mend {name} in netdiag.yaml")
        return Finding(
            what=f"listen {name}", ok=False, text=f"{where}: {error.strerror}", mend=mend
        )
    return Finding(what=f"listen {name}", ok=True, text=f"{where} is free")


async def _answers(address: str) -> bool:
    """Does netdiag answer there already?"""
    try:
        # The certificate is for the name that others use, and nothing secret is sent.
        async with httpx.AsyncClient(timeout=_PATIENCE_S, verify=False) as client:  # noqa: S501
            told = await client.get(f"{address}/healthz")
            return bool(told.json() == {"status": "ok"})
    except (httpx.HTTPError, ValueError):
        return False


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
