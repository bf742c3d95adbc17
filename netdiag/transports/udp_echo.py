"""The laboratory's twin of ICMP echo: addresses on loopback would always answer a real one.

One datagram `netdiag-echo <address> <seq> <size>` goes to the responder, the same comes back;
silence is loss. The address is the one that is being asked about.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Self

from netdiag.transports.icmp_series import LocalSendError


class UdpEcho:
    """A connected UDP socket to a responder `host:port`."""

    trouble: str | None = None

    def __init__(self, responder: str, address: str, size: int) -> None:
        host, _, port = responder.rpartition(":")
        if not port.isdecimal() or not host:
            raise LocalSendError(f"icmp.responder must be host:port, not {responder!r}")
        self._where = (host.strip("[]"), int(port))
        self._address = address
        self._size = size
        self._sent: dict[bytes, tuple[int, float]] = {}
        self._sock = socket.socket(
            socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM
        )

    def __enter__(self) -> Self:
        self._sock.setblocking(False)
        return self

    def __exit__(self, *_: object) -> None:
        self._sock.close()

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._sock.fileno()

    def send(self, sequence: int) -> None:
        """Send one request. Raises LocalSendError when nobody listens there."""
        message = f"netdiag-echo {self._address} {sequence} {self._size}".encode()
        try:
            if not self._sent:
                self._sock.connect(self._where)
            self._sent[message] = (sequence, time.monotonic())
            self._sock.send(message)
        except OSError as error:
            raise LocalSendError(_said(error)) from None

    def replies(self) -> Iterator[tuple[int, float]]:
        """Replies that have come in: sequence and round trip in seconds."""
        while True:
            try:
                message = self._sock.recv(2048)
            except BlockingIOError:
                return
            except OSError as error:  # nobody listens: the laboratory is not running
                self.trouble = _said(error)
                continue
            if message in self._sent:
                sequence, sent_at = self._sent[message]
                yield sequence, time.monotonic() - sent_at


def _said(error: OSError) -> str:
    return f"the echo responder (icmp.responder): {error.strerror or error}"
