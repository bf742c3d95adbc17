"""What went wrong with a router, as an absence and a sentence. Never holds a secret."""

from __future__ import annotations

import errno
import socket
import ssl

from librouteros.exceptions import ConnectionClosed, FatalError

from netdiag.model.wire import Deadline, NoAnswer, Target
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.routeros_options import Options
from netdiag.transports.routeros_session import TrapError

# The router's own words (MikroTik: API, "Error categories"; seen on 6.x and 7.x).
_NOT_SUPPORTED = ("no such command", "unknown parameter", "unknown command", "bad command name")
_DENIED = (
    "not allowed",
    "not enough permissions",
    "cannot log in",
    "invalid user name or password",
    "not logged in",
)
_SILENT = (errno.ETIMEDOUT,)


def explain(
    error: Exception, target: Target, options: Options, deadline: Deadline, heard: bool
) -> NoAnswer:
    """The NoAnswer for an error. `heard`: a part of a reply had come before it."""
    name, port = target.device, options.port
    if isinstance(error, TrapError):
        return _trap(error, name)
    if isinstance(error, FatalError):
        return NoAnswer(
            why=Why.UNREADABLE, detail=f"{name} ended the session: {_clean(str(error))}."
        )
    if isinstance(error, TimeoutError) or deadline.remaining == 0:
        kind = "API over TLS" if options.tls else "API"
        return NoAnswer(
            why=Why.TIMED_OUT, detail=f"{name} did not answer in time ({kind}, port {port})."
        )
    if isinstance(error, ssl.SSLError):
        return NoAnswer(why=Why.UNREADABLE, detail=_tls(error, name, port))
    if isinstance(error, (ConnectionClosed, ConnectionResetError, BrokenPipeError)):
        return _closed(name, options, heard)
    if isinstance(error, OSError):
        return _unreachable(error, target, port)
    return NoAnswer(
        why=Why.UNREADABLE,
        detail=f"{name}, port {port}, does not speak the RouterOS API: {_clean(str(error))}.",
    )


def _trap(trap: TrapError, name: str) -> NoAnswer:
    text = trap.message.lower()
    why = Why.UNREADABLE
    if any(words in text for words in _NOT_SUPPORTED):
        why = Why.NOT_SUPPORTED
    elif trap.login or any(words in text for words in _DENIED):
        why = Why.ACCESS_DENIED
    doing = "refused the login" if trap.login else "refused the command"
    detail = f"{name} {doing}: {_clean(trap.message)}."
    return NoAnswer(why=why, detail=detail, at_the_door=trap.login)


def _tls(error: ssl.SSLError, name: str, port: int) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {name} is not trusted ({error.verify_message}). "
            "Give its authority in routeros.tls_ca, or set routeros.tls_verify: false."
        )
    return (
        f"{name}, port {port}, does not answer with TLS ({error.reason or 'handshake failed'}). "
        "Check routeros.tls and the certificate of api-ssl."
    )


def _closed(name: str, options: Options, heard: bool) -> NoAnswer:
    if heard:
        return NoAnswer(
            why=Why.UNREADABLE, detail=f"{name} closed the connection in the middle of a reply."
        )
    check = "Is this host among the addresses that its API service allows?"
    if options.tls:
        check += " Without a certificate api-ssl needs routeros.tls_verify: false."
    return NoAnswer(
        why=Why.NOT_REACHABLE,
        detail=f"{name} closed the connection on port {options.port} without a word. {check}",
    )


def _unreachable(error: OSError, target: Target, port: int) -> NoAnswer:
    name = target.device
    if isinstance(error, socket.gaierror):
        text = f"The name {target.host!r} of {name} is not known to DNS."
    elif isinstance(error, ConnectionRefusedError):
        text = f"{name} refuses connections on port {port}. Is its API service enabled?"
    else:
        text = f"{name}, port {port}, cannot be reached: {_clean(error.strerror or 'network')}."
    why = Why.TIMED_OUT if error.errno in _SILENT else Why.NOT_REACHABLE
    return NoAnswer(why=why, detail=text)


def _clean(text: str) -> str:
    """One line of bounded length, without the final stop."""
    return " ".join(text.split())[:200].rstrip(".") or "no reason given"
