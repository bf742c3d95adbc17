"""What went wrong over SSH, as an absence and a sentence. Loads netmiko: for worker threads."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import paramiko  # type: ignore[import-untyped]
from netmiko.exceptions import ReadTimeout

from netdiag.model.wire import NoAnswer
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.ssh_netmiko import ClosedError
from netdiag.transports.ssh_options import Options


def explain(error: BaseException, options: Options, *, connected: bool) -> NoAnswer:
    """The NoAnswer for an error; `connected`: the login had succeeded before."""
    chain = tuple(_chain(error))
    for link in chain:
        known = _protocol(link, options) or _network(link, options)
        if known is not None:
            return known
    name = options.device
    if any(isinstance(link, ClosedError) for link in chain):
        return NoAnswer(why=Why.UNREADABLE, detail=f"{name} closed the session without a reply.")
    if any(
        isinstance(link, ReadTimeout | ValueError | LookupError | AttributeError) for link in chain
    ):
        return NoAnswer(
            why=Why.UNREADABLE,
            detail=f"The prompt of {name} was not recognised. Check ssh.device_type.",
        )
    if connected:
        return NoAnswer(why=Why.UNREADABLE, detail=f"The session with {name} broke.")
    return NoAnswer(
        why=Why.UNREADABLE, detail=f"{name}, port {options.port}, does not speak SSH as expected."
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from: netmiko wraps paramiko's errors into its timeout."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _protocol(error: BaseException, options: Options) -> NoAnswer | None:
    name = options.device
    if isinstance(error, paramiko.AuthenticationException):
        detail = _denied(error, options)
        return NoAnswer(why=Why.ACCESS_DENIED, detail=detail, at_the_door=True)
    if isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
        return NoAnswer(why=Why.NOT_SUPPORTED, detail=_incompatible(options), at_the_door=True)
    if isinstance(error, paramiko.BadHostKeyException) or "known_hosts" in str(error):
        return NoAnswer(
            why=Why.UNREADABLE,
            detail=f"The host key of {name} is not the one in {options.known_hosts}. Nothing was "
            "asked. If the device was replaced, put its new key there.",
        )
    if isinstance(error, paramiko.SSHException) and "banner" in str(error):
        return _no_banner(error, options)
    return None


def _denied(error: paramiko.AuthenticationException, options: Options) -> str:
    allowed = getattr(error, "allowed_types", None)
    text = f"{options.device} refuses the login {options.username!r}"
    if allowed:
        return f"{text}: it allows only {', '.join(allowed)}."
    return f"{text}. Check ssh.username, ssh.password and ssh.key_file."


def _incompatible(options: Options) -> str:
    if options.legacy:
        return (
            f"{options.device} offers only algorithms that this SSH library has dropped (such as "
            "DSS host keys), even with ssh.legacy: true."
        )
    return (
        f"{options.device} offers only outdated SSH algorithms. If it has nothing better, set "
        "ssh.legacy: true for this device."
    )


def _no_banner(error: paramiko.SSHException, options: Options) -> NoAnswer:
    if any(isinstance(link, EOFError | ConnectionError) for link in _chain(error)):
        return NoAnswer(
            why=Why.NOT_REACHABLE,
            detail=f"{options.device} closed the connection on port {options.port} without a word. "
            "Is this host allowed to log in, and is a session free?",
        )
    return NoAnswer(
        why=Why.UNREADABLE, detail=f"{options.device}, port {options.port}, does not speak SSH."
    )


def _network(error: BaseException, options: Options) -> NoAnswer | None:
    name, port = options.device, options.port
    if isinstance(error, socket.gaierror):
        text = f"The name {options.host!r} of {name} is not known to DNS."
    elif isinstance(error, ConnectionRefusedError):
        text = f"{name} refuses connections on port {port}. Is SSH enabled?"
    elif isinstance(error, ConnectionError | EOFError | TimeoutError):
        return None
    elif isinstance(error, OSError) and error.strerror:
        text = f"{name}, port {port}, cannot be reached: {error.strerror}."
    else:
        return None
    return NoAnswer(why=Why.NOT_REACHABLE, detail=text)
