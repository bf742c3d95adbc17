"""Receive datagrams in a process of its own: a burst waits here, not in the kernel.

In the daemon's process every datagram would wait for the interpreter's lock while something else
computes, and a burst would be lost. This one does nothing but receive, and hands over in batches
over a pipe; what does not fit into its bounded store is counted. It ends when the pipe does.

A frame: length (4 octets), then kind: `D` with time (8, a float), length of the address (1), the
address, port (2), datagram; or `L` with datagrams lost so far in the kernel (8) and here (8).
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
import sys
import time
from collections import deque

DATAGRAM, LOST = b"D", b"L"
SO_RXQ_OVFL = 40  # Linux, socket(7): datagrams that the kernel dropped, with each one received
_LARGEST = 65_535
_AT_ONCE = 512  # datagrams between two looks at the pipe
_WRITE = 262_144


class _Store:
    """Frames that wait for the pipe, at most so many octets; counted when there is no room."""

    def __init__(self, most: int) -> None:
        self._frames: deque[bytes] = deque()
        self._octets = 0
        self._most = most
        self._rest = b""
        self.dropped_here = 0
        self.dropped_before = 0
        self._told = (0, 0)

    @property
    def empty(self) -> bool:
        return not self._frames and not self._rest

    def add(self, frame: bytes) -> None:
        if self._octets + len(frame) > self._most:
            self.dropped_here += 1
            return
        self._frames.append(frame)
        self._octets += len(frame)

    def write(self, pipe: int) -> None:
        """As much as the pipe takes now."""
        if not self._rest:
            self._rest = self._next()
        try:
            done = os.write(pipe, self._rest)
        except BlockingIOError:
            return
        self._rest = self._rest[done:]

    def _next(self) -> bytes:
        pieces, size = [], 0
        while self._frames and size < _WRITE:
            frame = self._frames.popleft()
            pieces.append(frame)
            size += len(frame)
        self._octets -= size
        lost = (self.dropped_before, self.dropped_here)
        if lost != self._told:
            self._told = lost
            pieces.append(framed(LOST + struct.pack(">QQ", *lost)))
        return b"".join(pieces)


def framed(body: bytes) -> bytes:
    """A body with its length before it."""
    return struct.pack(">I", len(body)) + body


def receive(sock: socket.socket, store: _Store) -> None:
    """All that waits in the kernel, up to a bound."""
    for _ in range(_AT_ONCE):
        try:
            data, ancillary, _, sender = sock.recvmsg(_LARGEST, 64)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            continue  # an ICMP error of an answer that was sent over this socket
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == SO_RXQ_OVFL:
                store.dropped_before = struct.unpack("=I", content[:4])[0]
        address = sender[0].encode()
        head = DATAGRAM + struct.pack(">dB", time.time(), len(address))
        store.add(framed(head + address + struct.pack(">H", sender[1]) + data))


def main() -> None:
    """Arguments: descriptor of the socket, descriptor of the pipe, octets that may wait."""
    sock = socket.socket(fileno=int(sys.argv[1]))
    pipe, store = int(sys.argv[2]), _Store(int(sys.argv[3]))
    sock.setblocking(False)
    os.set_blocking(pipe, False)
    watched = selectors.DefaultSelector()
    watched.register(sock, selectors.EVENT_READ)
    watched.register(pipe, selectors.EVENT_READ)  # readable: the other end is gone
    while True:
        watched.modify(pipe, selectors.EVENT_READ | (0 if store.empty else selectors.EVENT_WRITE))
        for key, events in watched.select():
            if key.fileobj is sock:
                receive(sock, store)
            elif events & selectors.EVENT_READ:
                return
            else:
                store.write(pipe)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError, ConnectionResetError):
        sys.exit(0)
