"""One SSH session with a device, used by one worker thread at a time. Light to import."""

from __future__ import annotations

import socket
import threading
from enum import Enum
from typing import TYPE_CHECKING

from netdiag.model.wire import Answer, Deadline, NoAnswer, SshCommand
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.ssh_options import Options
from netdiag.transports.ssh_rows import UnreadableError, complaint, read_rows

if TYPE_CHECKING:
    from netmiko import BaseConnection


class Phase(Enum):
    """How far a question has got; tells what it was that took too long."""

    LOADING = "the SSH library was still being loaded"
    CONNECTING = "did not accept a connection"
    LOGIN = "did not finish the login"
    ASKING = "did not finish its reply"


class GoneError(Exception):
    """An idle session turned out to be dead before anything was asked."""


class SshSession:
    """Logs in with the first question and stays. After any failure it is never used again."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.phase = Phase.LOADING
        self.denied = False  # the device refused the login
        self._aborted = threading.Event()
        self._socket: socket.socket | None = None
        self._connection: BaseConnection | None = None

    @property
    def usable(self) -> bool:
        """Logged in, and neither side has closed it."""
        if self._aborted.is_set() or self._connection is None:
            return False
        from netdiag.transports.ssh_netmiko import alive

        return alive(self._connection)

    def abort(self) -> None:
        """Close the socket at once, from any thread; whoever waits for it wakes up."""
        self._aborted.set()
        if self._socket is not None:
            _shut(self._socket)

    def leave(self) -> None:
        """Close a healthy session and undo what the login changed. Blocks for a moment."""
        from netdiag.transports.ssh_netmiko import leave

        if self._connection is not None and not self._aborted.is_set():
            leave(self._connection)
        self.abort()

    def ask(self, question: SshCommand, deadline: Deadline) -> Answer | NoAnswer:
        """Type one command. Blocks; raises GoneError for a dead idle session, OptionError."""
        from netdiag.transports import ssh_netmiko

        used = self._connection is not None
        prompt = ""
        try:
            connection = self._connection or self._open(deadline)
            self.phase = Phase.ASKING
            prompt = ssh_netmiko.wake(connection, deadline)
            output = ssh_netmiko.run(connection, prompt, question.command)
        except ssh_netmiko.FAILURES as error:
            answer = self._failed(error, deadline)
            if used and not prompt and deadline.remaining > 0:
                raise GoneError from None
            return answer
        return self._read(question, output)

    def late(self) -> NoAnswer:
        """The answer when the deadline has passed."""
        name = self.options.device
        if self.phase is Phase.LOADING:
            detail = f"{name} was not asked: {self.phase.value}."
            return NoAnswer(why=Why.NOT_ASKED, detail=detail)
        return NoAnswer(why=Why.TIMED_OUT, detail=f"{name} {self.phase.value} in time (SSH).")

    def _open(self, deadline: Deadline) -> BaseConnection:
        from netdiag.transports.ssh_netmiko import ClosedError, arguments, connect

        given = arguments(self.options)
        self.phase = Phase.CONNECTING
        address = (self.options.host, self.options.port)
        sock = socket.create_connection(address, timeout=max(deadline.remaining, 0.05))
        self._socket = sock
        if self._aborted.is_set():
            raise ClosedError("aborted")
        self.phase = Phase.LOGIN
        self._connection = connect(self.options, given, sock, deadline, self._aborted)
        return self._connection

    def _failed(self, error: Exception, deadline: Deadline) -> NoAnswer:
        """Abort, let netmiko and paramiko clean up after themselves, and say what it was."""
        from netdiag.transports import ssh_errors, ssh_netmiko

        connection, late = self._connection, deadline.remaining == 0
        self.abort()
        if connection is not None:
            ssh_netmiko.leave(connection)
        if self._socket is not None:
            self._socket.close()
        if late:
            return self.late()
        answer = ssh_errors.explain(error, self.options, connected=connection is not None)
        self.denied = connection is None and answer.why is Why.ACCESS_DENIED
        return answer

    def _read(self, question: SshCommand, output: str) -> Answer | NoAnswer:
        refused = complaint(output)
        if refused is not None:
            why, said = refused
            return NoAnswer(why=why, detail=f"{self.options.device} refuses the command: {said}.")
        try:
            return Answer(rows=read_rows(question, output))
        except UnreadableError as error:
            return NoAnswer(why=Why.UNREADABLE, detail=f"{self.options.device}: {error}")


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # not connected, or closed already
