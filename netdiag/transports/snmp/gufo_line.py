"""One UDP socket of gufo-snmp, guarded: each datagram is looked at before the library reads it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from enum import Enum
from typing import Any

from gufo.snmp import SnmpAuthError, SnmpDecodeError
from gufo.snmp._fast import (
    NoSuchInstance,
    SnmpV1ClientSocket,
    SnmpV2cClientSocket,
    SnmpV3ClientSocket,
)
from gufo.snmp.utils import format_sock_addr

from netdiag.transports.snmp.failure import AgentError
from netdiag.transports.snmp.header import HEAD, Head, read_head, too_long
from netdiag.transports.snmp.settings import SnmpSettings

Wire = SnmpV1ClientSocket | SnmpV2cClientSocket | SnmpV3ClientSocket


class Sign(Enum):
    """What the library says by raising."""

    END = "this walk is over"
    MISSING = "this object does not exist"


class HollowReplyError(Exception):
    """The agent answered without an error and without a single varbind."""


class ReportError(Exception):
    """SNMPv3: the agent refused the message; `code` is the last number of its usmStats counter."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Line:
    """A connected socket: other sources are refused by the kernel. `garbage` counts datagrams
    that were no usable reply."""

    def __init__(self, settings: SnmpSettings, address: str) -> None:
        self.wire = _open(settings, address)
        # The library's socket can only be read through it; a second descriptor lets us peek.
        self._sock = socket.socket(
            socket.AF_INET6 if ":" in address else socket.AF_INET,
            socket.SOCK_DGRAM,
            socket.IPPROTO_UDP,
            fileno=os.dup(self.wire.get_fd()),
        )
        self._head = bytearray(HEAD)
        self._done: set[int] = set()  # requests whose reply was taken: what follows is a duplicate
        self.garbage = 0

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._sock.fileno()

    def poll(self, receive: Callable[[Any], Any]) -> Any:
        """What `receive(wire)` makes of the next usable reply, or a Sign.

        Raises BlockingIOError when there is none yet, AgentError, ReportError, HollowReplyError,
        and other OSErrors as the kernel reports them (connection refused, host unreachable).
        """
        while True:
            size = self._sock.recv_into(self._head, 0, socket.MSG_PEEK | socket.MSG_TRUNC)
            head = read_head(bytes(self._head[:size]), size)
            if head is None or (head.request and head.request in self._done):
                self.garbage += head is None
                self._drop()
                continue
            self._refuse_errors(head, size)
            value = self._read(receive, head)
            if value is not None:
                self._done.add(head.request)
                return value[0]

    def close(self) -> None:
        """Close our descriptor; the library closes its own with the object."""
        self._sock.close()

    def _refuse_errors(self, head: Head, size: int) -> None:
        head = too_long(size) or head
        if not head.error and not head.hollow:
            return
        self._drop()
        self._done.add(head.request)
        if head.error:
            raise AgentError(head.error, head.index)
        raise HollowReplyError

    def _read(self, receive: Callable[[Any], Any], head: Head) -> tuple[Any] | None:
        """The value in a tuple; None when the datagram was not for us or could not be decoded."""
        try:
            return (receive(self.wire),)
        except StopAsyncIteration:
            return (Sign.END,)
        except NoSuchInstance:
            return (Sign.MISSING,)
        except SnmpAuthError:
            raise ReportError(head.report) from None
        except BlockingIOError:
            return None
        except SnmpDecodeError:
            self.garbage += 1
            return None
        except BaseException as error:
            # A panic of the Rust part is no Exception; CancelledError and the like pass through.
            if type(error).__name__ != "PanicException":
                raise
            self.garbage += 1
            return None

    def _drop(self) -> None:
        self._sock.recv_into(self._head)


def _open(settings: SnmpSettings, address: str) -> Wire:
    where = format_sock_addr(address, settings.port)
    if settings.version == "3":
        # Without a name and keys the first message discovers the engine (RFC 3414 section 4). An
        # engine ID from a file would make a replaced device look silent.
        return SnmpV3ClientSocket(where, b"", "", 0, b"", 0, b"", 0, 0, 0, 0)
    community = settings.community.reveal() if settings.community else ""
    kind = SnmpV1ClientSocket if settings.version == "1" else SnmpV2cClientSocket
    return kind(where, community, 0, 0, 0, 0)
