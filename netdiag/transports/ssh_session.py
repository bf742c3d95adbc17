"""One netmiko session, and its failures as sentences."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from netdiag.model.wire import NoAnswer, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.ssh_options import Options


class Session:
    """A login on one device. Used by one thread at a time; `abort` may come from any."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._socket: socket.socket | None = None
        self._aborted = False

    @property
    def usable(self) -> bool:
        """False once it is broken or closed."""
        if self._aborted or self._connection is None:
            return False
        transport = getattr(self._connection.remote_conn_pre, "get_transport", lambda: None)()
        return bool(transport and transport.is_active())

    def open(self, options: Options, seconds: float) -> None:
        """Connect and log in. Blocking; raises what socket, paramiko and netmiko raise."""
        from netmiko import ConnectHandler

        self._socket = socket.create_connection((options.host, options.port), timeout=seconds)
        connection = ConnectHandler(**options.arguments(seconds), sock=self._socket)
        if options.enable is not None:
            connection.enable()
        self._connection = connection
        if self._aborted:
            self.abort()

    def run(self, command: str, seconds: float) -> str:
        """Output of one command, or of several lines typed one after the other. Blocking."""
        lines = command.split("\n")
        if len(lines) == 1:
            return str(self._connection.send_command(command, read_timeout=seconds))
        typed = self._connection.send_multiline_timing(lines, read_timeout=seconds)
        return str(typed)

    def abort(self) -> None:
        """Close at once; what waits on the socket wakes up with an error."""
        self._aborted = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                self._socket.close()
        transport = None
        if self._connection is not None:
            client = getattr(self._connection, "remote_conn_pre", None)
            transport = getattr(client, "get_transport", lambda: None)()
        if transport is not None:
            transport.close()


def explain(error: Exception, target: Target, *, legacy: bool) -> NoAnswer:
    """Why a device gave nothing over SSH; the names are those of paramiko and netmiko."""
    names = {kind.__name__ for kind in type(error).__mro__}
    text = str(error).lower()
    device = target.device
    if "IncompatiblePeer" in names or "no acceptable" in text or "incompatible" in text:
        hint = "" if legacy else " Set ssh.legacy: true for it."
        detail = f"{device} only speaks SSH methods that are refused as outdated.{hint}"
        return NoAnswer(why=AbsenceReason.NOT_SUPPORTED, detail=detail)
    if names & {"NetmikoAuthenticationException", "AuthenticationException"}:
        detail = f"{device} refuses the SSH login; check ssh.username and ssh.password."
        return NoAnswer(why=AbsenceReason.ACCESS_DENIED, detail=detail)
    if "BadHostKeyException" in names or "known_hosts" in text:
        detail = f"The host key of {device} is not the known one."
        return NoAnswer(why=AbsenceReason.ACCESS_DENIED, detail=detail)
    if names & {"ConnectionRefusedError", "gaierror"} or "unreachable" in text:
        detail = f"{device} cannot be reached over SSH ({type(error).__name__})."
        return NoAnswer(why=AbsenceReason.NOT_REACHABLE, detail=detail)
    late = {"TimeoutError", "ReadTimeout", "NetmikoTimeoutException", "ReadException"}
    if names & late or "banner" in text or "timed out" in text or "timeout" in text:
        detail = f"{device} did not answer over SSH in time."
        return NoAnswer(why=AbsenceReason.TIMED_OUT, detail=detail)
    detail = f"{device} broke the SSH session off ({type(error).__name__})."
    return NoAnswer(why=AbsenceReason.UNREADABLE, detail=detail)
