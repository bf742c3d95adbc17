"""Devices that talk nonsense: each listens on a free port of 127.0.0.1 in its own thread."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

from netdiag.lab.routeros_sentence import encode_sentence

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
def over_tcp(play: Play) -> Iterator[int]:
    """Plays the same to everybody who connects, then closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stop = threading.Event()
        threads: list[threading.Thread] = []

        def talk(client: socket.socket) -> None:
            with client, contextlib.suppress(OSError):
                client.settimeout(5)
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
