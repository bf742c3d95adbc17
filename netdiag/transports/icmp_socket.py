"""One ICMP socket to one address: unprivileged where the system allows it, else raw."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any, Self

from icmplib import ICMPRequest, ICMPSocketError, ICMPv4Socket, ICMPv6Socket, SocketPermissionError
from icmplib.utils import unique_identifier

from netdiag.transports.icmp_series import LocalSendError

_ECHO_REPLY = {4: 0, 6: 129}
_HEADER = 8
_SO_TIMESTAMPNS = 35  # Linux; Python has no name for it


class NoRightError(Exception):
    """Neither a datagram nor a raw ICMP socket may be opened."""


class IcmpEcho:
    """Connected, so that the kernel passes only what comes from the address asked."""

    trouble: str | None = None

    def __init__(self, address: str, size: int) -> None:
        self._address = address
        self._family = 6 if ":" in address else 4
        self._icmp = _open(self._family)
        self._sock: socket.socket = self._icmp.sock
        self._id = unique_identifier()
        # Nobody else's echo carries these octets: a foreign reply never makes a dead host alive.
        self._payload = (os.urandom(16) * (size // 16 + 1))[:size]
        self._sent: dict[int, tuple[int, int]] = {}  # sequence → wall and monotonic nanoseconds

    def __enter__(self) -> Self:
        self._sock.setblocking(False)
        self._sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        return self

    def __exit__(self, *_: object) -> None:
        self._icmp.close()

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._sock.fileno()

    def send(self, sequence: int) -> None:
        """Send one request. Raises LocalSendError when our own kernel refuses."""
        # An ICMP error from a router on the way waits in the socket: that is loss, not ours.
        self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        request = ICMPRequest(self._address, self._id, sequence, payload=self._payload)
        try:
            if not self._sent:
                self._sock.connect((self._address, 0))
            self._sent[sequence] = (time.time_ns(), time.monotonic_ns())
            self._icmp.send(request)
        except ICMPSocketError as error:
            cause = error.__context__
            raise LocalSendError(getattr(cause, "strerror", None) or str(error)) from None
        except OSError as error:
            raise LocalSendError(error.strerror or str(error)) from None

    def replies(self) -> Iterator[tuple[int, float]]:
        """Replies that have come in: sequence and round trip in seconds."""
        while True:
            try:
                packet, notes, _, source = self._sock.recvmsg(65535, 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # an error report from the way: the request it is about stays lost
            now = time.monotonic_ns()
            sequence = self._sequence(packet, source[0])
            if sequence in self._sent:
                yield sequence, self._round_trip(sequence, now, notes)

    def _sequence(self, packet: bytes, source: str) -> int:
        """The sequence number of a reply to us, else -1."""
        raw = bool(self._icmp.is_privileged)
        if raw and self._family == 4:  # the IP header comes along
            packet = packet[(packet[0] & 0x0F) * 4 :]
        if len(packet) < _HEADER or source.split("%")[0] != self._address:
            return -1
        kind, code, _, identifier, sequence = struct.unpack("!BBHHH", packet[:_HEADER])
        ours = kind == _ECHO_REPLY[self._family] and code == 0
        # Datagram sockets: the kernel replaces the identifier and matches it itself.
        ours = ours and (not raw or identifier == self._id)
        return sequence if ours and packet[_HEADER:] == self._payload else -1

    def _round_trip(self, sequence: int, now: int, notes: Any) -> float:
        """By the kernel's time stamp, free of our own delays, unless the wall clock jumped."""
        wall, monotonic = self._sent[sequence]
        elapsed = now - monotonic
        for level, kind, data in notes:
            if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) == 16:
                seconds, nanoseconds = struct.unpack("@qq", data)
                by_kernel: int = seconds * 1_000_000_000 + nanoseconds - wall
                if 0 <= by_kernel <= elapsed:
                    return by_kernel / 1e9
        return elapsed / 1e9


def _open(family: int) -> Any:
    kind = ICMPv6Socket if family == 6 else ICMPv4Socket
    for privileged in (False, True):
        try:
            return kind(privileged=privileged)
        except SocketPermissionError:
            continue
        except ICMPSocketError as error:
            raise LocalSendError(str(error)) from None
    raise NoRightError
