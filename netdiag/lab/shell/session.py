"""One SSH session on the server's side. Imports paramiko: load this only when somebody comes."""

from __future__ import annotations

import socket
import threading
from typing import Any, Protocol

import paramiko  # type: ignore[import-untyped]

_WAIT_S = 10.0
_key_lock = threading.Lock()
_keys: list[Any] = []


class Gatekeeper(paramiko.ServerInterface):  # type: ignore[misc]
    """Lets one user in and gives him a shell."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self.shell = threading.Event()

    def get_allowed_auths(self, username: str) -> str:
        """Passwords alone."""
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        """Exactly this user with exactly this password."""
        good = username == self._user and password == self._password
        return int(paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Every channel."""
        return int(paramiko.OPEN_SUCCEEDED)

    def check_channel_pty_request(self, *_: object) -> bool:
        """A terminal, which nobody looks at."""
        return True

    def check_channel_shell_request(self, channel: object) -> bool:
        """The shell itself."""
        self.shell.set()
        return True


class Talk(Protocol):
    """The command line that the client talks to."""

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        ...

    def run(self, line: str) -> str | None:
        """The text that a command prints; None when it ends the session."""
        ...


class Session:
    """A client, from the first byte to the last."""

    def __init__(self, client: socket.socket, gatekeeper: Gatekeeper, talk: Talk) -> None:
        self._transport = paramiko.Transport(client)
        self._gatekeeper = gatekeeper
        self._line = talk

    def close(self) -> None:
        """Drop the client."""
        self._transport.close()

    def serve(self) -> None:
        """Blocks until the client leaves."""
        try:
            self._transport.add_server_key(_host_key())
            self._transport.start_server(server=self._gatekeeper)
            channel = self._transport.accept(_WAIT_S)
            if channel is not None and self._gatekeeper.shell.wait(_WAIT_S):
                self._talk(channel)
        except (paramiko.SSHException, OSError, EOFError):
            return  # the client went away
        finally:
            self._transport.close()

    def _talk(self, channel: Any) -> None:
        """Echo, run, print, prompt. Enter is CR, LF, or both."""
        channel.sendall(f"\r\n{self._line.prompt}".encode())
        line, before = "", ""
        while data := channel.recv(4096):
            for letter in data.decode("utf-8", "replace"):
                if letter not in "\r\n":
                    line += letter
                    channel.sendall(letter.encode())
                elif (before, letter) != ("\r", "\n"):
                    words, line = " ".join(line.split()), ""
                    text = self._line.run(words) if words else ""
                    if text is None:
                        return
                    shown = text.replace("\n", "\r\n")
                    channel.sendall(f"\r\n{shown}{self._line.prompt}".encode())
                before = letter


def _host_key() -> Any:
    """One key for the whole lab, made when it is first needed."""
    with _key_lock:
        if not _keys:
            _keys.append(paramiko.ECDSAKey.generate())
        return _keys[0]
