"""netmiko, tamed. Importing this module costs about a second: only worker threads do.

What netmiko does not do by itself: notice that the other side has closed, keep letters that are
cut in two by a read, stop reading a reply without end, and stop at a deadline across its several
waits. All of that is done by the channel below, which it reads through.
"""

from __future__ import annotations

import codecs
import logging
import re
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import netmiko
import paramiko  # type: ignore[import-untyped]
from netmiko.channel import SSHChannel
from netmiko.exceptions import NetmikoBaseException, ReadException

from netdiag.model.wire import Deadline
from netdiag.transports.options import OptionError
from netdiag.transports.ssh_options import Options

FAILURES = (
    *(OSError, EOFError, paramiko.SSHException, NetmikoBaseException),
    *(ValueError, LookupError, AttributeError),  # netmiko's, for prompts that it did not expect
)
_GOODBYE_S = 0.5
MOST_TEXT = 8 << 20  # characters of one reply; nobody asks for more

# Both log each failure with a traceback, and typed text at debug level. Failures are told by us.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)
logging.getLogger("netmiko").setLevel(logging.CRITICAL)

# What OpenSSH no longer offers by itself. paramiko 4 still can, paramiko 5 cannot.
_LEGACY: dict[str, list[str]] = {
    "kex": [
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
    ],
    "keys": ["ssh-rsa"],
    "pubkeys": ["ssh-rsa"],
    "ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"],
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1-96"],
}

_WAITS = (
    "conn_timeout",
    "auth_timeout",
    "banner_timeout",
    "blocking_timeout",
    "session_timeout",
    "read_timeout_override",
)
_QUESTION = r"\[[Yy](?:es)?/[Nn]o?\]\s*:?\s*\Z"  # [Y/N]: of a device that wants to be sure


class ClosedError(ReadException):
    """The other side closed the session, or we aborted it."""


class Channel(SSHChannel):
    """Reads what the device prints; raises ClosedError as soon as nothing more can come."""

    def __init__(self, conn: Any, encoding: str, aborted: threading.Event) -> None:
        super().__init__(conn=conn, encoding=encoding)
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="backslashreplace")
        self._aborted = aborted
        self.left = MOST_TEXT

    def read_buffer(self) -> str:
        """What has come since; raises ClosedError or, above MOST_TEXT, ReadException."""
        conn = self.remote_conn
        if self._aborted.is_set() or conn is None:
            raise ClosedError("aborted")
        if not conn.recv_ready():
            if conn.closed or conn.eof_received:
                raise ClosedError("closed")
            return ""
        text = self._decoder.decode(conn.recv(65535))
        self.left -= len(text)
        if self.left < 0:
            raise ReadException("the reply is longer than any that is useful")
        return text


def arguments(options: Options) -> dict[str, Any]:
    """ConnectHandler's arguments that do not depend on time. Raises OptionError."""
    return {
        "device_type": _device_type(options),
        "host": options.host,
        "port": options.port,
        "username": options.username,
        "password": options.password.reveal() if options.password else None,
        "secret": options.enable_secret.reveal() if options.enable_secret else "",
        "pkey": _key(options),
        "disabled_algorithms": None if options.legacy else _LEGACY,
        "ssh_strict": options.known_hosts is not None,
        "alt_host_keys": options.known_hosts is not None,
        "alt_key_file": options.known_hosts or "",
        "encoding": options.encoding,
        "global_delay_factor": options.delay_factor,
        "fast_cli": options.delay_factor == 1,
        "keepalive": 15,
        "auto_connect": False,
    }


def connect(
    options: Options,
    given: dict[str, Any],
    sock: socket.socket,
    deadline: Deadline,
    aborted: threading.Event,
) -> netmiko.BaseConnection:
    """Log in over a connected socket with these arguments. Raises one of FAILURES."""
    left = max(deadline.remaining, 0.05)
    connection = netmiko.ConnectHandler(sock=sock, **given, **dict.fromkeys(_WAITS, left))
    try:
        _prepare(connection, options, aborted)
    except FAILURES:
        leave(connection)
        raise
    return connection


def wake(connection: netmiko.BaseConnection, deadline: Deadline) -> str:
    """See that somebody is there; the prompt that he shows."""
    left = max(deadline.remaining, 0.05)
    conn: Any = connection.remote_conn
    conn.settimeout(left)
    connection.read_timeout_override = left
    connection.session_timeout = left
    if isinstance(connection.channel, Channel):
        connection.channel.left = MOST_TEXT
    return str(connection.find_prompt())


def run(connection: netmiko.BaseConnection, prompt: str, command: str) -> str:
    """Type a command and give what it prints, without echo and prompt. `wake` comes before."""
    first, *more = command.split("\n")
    if more:
        return _dialogue(connection, [first, *more])
    # The prompt at the start of a line, or at the very end after a text without a line end: the
    # host name alone may well stand inside a reply.
    mark = re.escape(prompt)
    end = rf"(?m:^){mark}|{mark}\s*\Z"
    output = str(connection.send_command(command, expect_string=end, strip_prompt=False))
    return re.sub(rf"(?:(?m:^){mark}.*|{mark}\s*)\Z", "", output)


def alive(connection: netmiko.BaseConnection) -> bool:
    """Neither side has closed it, as far as is known."""
    conn: Any = connection.remote_conn
    return conn is not None and not conn.closed and not conn.eof_received


def leave(connection: netmiko.BaseConnection) -> None:
    """Close, without netmiko's own farewell, which waits for prompts for a second and more.

    One thing has to be undone: D-Link's `disable clipaging` holds for the whole switch.
    """
    connection.read_timeout_override = _GOODBYE_S
    with suppress(*FAILURES):
        if "dlink" in connection.device_type and alive(connection):
            connection.write_channel(connection.normalize_cmd("enable clipaging"))
            connection.read_until_pattern(pattern=r"#\s*\Z")
    connection.cleanup = _no_farewell  # type: ignore[method-assign]
    connection.disconnect()


def _no_farewell(command: str = "") -> None:
    return None


def _device_type(options: Options) -> str:
    if not options.device_type:
        return options.platform if options.platform in netmiko.platforms else "generic"
    if options.device_type not in netmiko.platforms:
        raise OptionError(
            f"ssh.device_type {options.device_type!r} of {options.device} is not known to netmiko."
        )
    return options.device_type


def _prepare(
    connection: netmiko.BaseConnection, options: Options, aborted: threading.Event
) -> None:
    connection._modify_connection_params()
    connection.establish_connection()
    connection.channel = Channel(connection.remote_conn, options.encoding, aborted)
    connection._try_session_preparation()
    if options.enable:
        connection.enable()


def _dialogue(connection: netmiko.BaseConnection, lines: list[str]) -> str:
    """Several lines, the prompt changing on the way: each is typed when the one before is done."""
    end = rf"{re.escape(connection.base_prompt)}[^\n]*[>\]#$]\s*\Z|{_QUESTION}"
    printed = []
    for line in lines:
        connection.write_channel(connection.normalize_cmd(line))
        printed.append(connection.read_until_pattern(pattern=end))
    return "\n".join(printed)


def _key(options: Options) -> Any:
    if options.key_file is None:
        return None
    passphrase = options.key_passphrase
    words = passphrase.reveal().encode() if passphrase else None
    try:
        return paramiko.PKey.from_path(Path(options.key_file).expanduser(), passphrase=words)
    except FileNotFoundError:
        raise OptionError(f"ssh.key_file {options.key_file} does not exist.") from None
    except (OSError, ValueError, TypeError, paramiko.SSHException):
        raise OptionError(
            f"ssh.key_file {options.key_file} cannot be read. Check its rights, its format and "
            "the secret ssh.key_passphrase."
        ) from None
