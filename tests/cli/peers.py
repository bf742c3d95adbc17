"""Devices that talk nonsense: each listens on a free port of 127.0.0.1 in its own thread."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

from netdiag.lab.routeros_sentence import encode_sentence
from tests.transports.snmp_peer import BULK, GET, Request, integer, octets, read

Play = Callable[[socket.socket], None]


@contextlib.contextmanager
def garbage_over_udp(reply: bytes = b"\x30\x82\xff\xffnonsense") -> Iterator[int]:
    """Answers every datagram with the same wrong bytes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.1)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    _, who = sock.recvfrom(65535)
                    sock.sendto(reply, who)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            stop.set()
            thread.join(2)


@contextlib.contextmanager
def over_tcp(play: Play, patience_s: float = 5) -> Iterator[int]:
    """Plays the same to everybody who connects, then closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stop = threading.Event()
        threads: list[threading.Thread] = []

        def talk(client: socket.socket) -> None:
            with client, contextlib.suppress(OSError):
                client.settimeout(patience_s)
                play(client)

        def serve() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    client, _ = server.accept()
                    threads.append(threading.Thread(target=talk, args=(client,), daemon=True))
                    threads[-1].start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.set()
            thread.join(2)
            for one in threads:
                one.join(6)


@contextlib.contextmanager
def silence_over_udp() -> Iterator[int]:
    """Takes every datagram and never answers: how a dead device looks."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


def fatal(client: socket.socket) -> None:
    """A router that ends every session with `!fatal`."""
    client.recv(1000)
    client.sendall(encode_sentence(["!fatal", "not logged in"], "utf-8"))


def banner_only(client: socket.socket) -> None:
    """An SSH server that says hello and never anything more."""
    client.sendall(b"SSH-2.0-stuck\r\n")
    with contextlib.suppress(TimeoutError):
        while client.recv(1000):
            pass


def mute(client: socket.socket) -> None:
    """Takes everything and never says a word."""
    while client.recv(1000):
        pass


def slowly(client: socket.socket) -> None:
    """One byte now and then, and never a whole answer."""
    for _ in range(30):
        client.sendall(b"\x81")
        time.sleep(0.1)


def never_the_whole_page(client: socket.socket) -> None:
    """A web server that sends its answer one byte at a time, and never to its end."""
    client.recv(1000)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    for _ in range(50):
        client.sendall(b" ")
        time.sleep(0.1)


@contextlib.contextmanager
def snmp_agent(handler: Callable[[Request], bytes]) -> Iterator[int]:
    """An SNMP agent of v2c that answers each request as the handler says."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.1)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    data, who = sock.recvfrom(65535)
                    sock.sendto(handler(read(data)), who)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            stop.set()
            thread.join(2)


def _found(request: Request, name: Callable[[str, int], str]) -> bytes:
    """Every object that was asked about has a value; a walk finds what `name` makes of it."""
    if request.kind == GET:
        return request.reply([(oid, integer(1)) for oid in request.oids])
    count = request.repetitions if request.kind == BULK else 1
    start = request.oids[0]
    return request.reply([(name(start, n), integer(n)) for n in range(1, count + 1)])


def truncated(request: Request) -> bytes:
    """A reply that ends in its middle."""
    whole = _found(request, lambda start, n: f"{start}.{n}")
    return whole[: len(whole) // 2]


def in_a_circle(request: Request) -> bytes:
    """A walk that comes back to where it was (RFC 3416 wants names that grow)."""
    return _found(request, lambda start, n: f"{start}.{5 if n % 2 else 3}")


def endless(request: Request) -> bytes:
    """A table without an end: always something behind."""

    def name(start: str, n: int) -> str:
        above, _, last = start.rpartition(".")
        return f"{above}.{int(last) + n}" if int(last) > 99_999 else f"{start}.{100_000 + n}"

    return _found(request, name)


def nonsense(request: Request) -> bytes:
    """Every value is a text that means nothing."""
    return request.reply([(oid, octets(b"\xff\x00???")) for oid in request.oids])


def traps(client: socket.socket) -> None:
    """A router that lets everybody in and then answers every command with a `!trap`."""
    done = encode_sentence(["!done"], "utf-8")
    client.recv(10_000)
    client.sendall(done)
    trap = encode_sentence(["!trap", "=message=failure: out of everything"], "utf-8")
    while client.recv(10_000):
        client.sendall(trap + done)


def boasting(client: socket.socket) -> None:
    """A router that announces a word of 4 GB (0xF0 and four octets) and begins to send it."""
    client.recv(10_000)
    client.sendall(b"\xf0\xff\xff\xff\xff")
    flooding(client)


def flooding(client: socket.socket) -> None:
    """Sends as fast as it is let, for two seconds at most, and never a whole answer."""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        client.sendall(b"\x41" * 65_536)
