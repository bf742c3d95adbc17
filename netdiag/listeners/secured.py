"""SNMPv3 notifications: pysnmp's engine, fed with datagrams, without a socket of its own.

A trap is protected with keys of its sender's engine (RFC 3414, 3.2), so a user's keys are made for
each engine when it is first heard from; an inform is protected with keys of our own engine, which
the sender discovers first. Not thread-safe: one thread at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Any

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]
from pyasn1.type import univ  # type: ignore[import-untyped]
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.carrier.base import AbstractTransportDispatcher
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413.ntfrcv import NotificationReceiver
from pysnmp.error import PySnmpError
from pysnmp.proto import rfc1902

from netdiag.listeners import ber
from netdiag.listeners.ber import BerError, Value
from netdiag.listeners.notification import Notification, from_binds
from netdiag.listeners.users import User

_AUTH = {
    "NONE": config.USM_AUTH_NONE,
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "SHA224": config.USM_AUTH_HMAC128_SHA224,
    "SHA256": config.USM_AUTH_HMAC192_SHA256,
    "SHA384": config.USM_AUTH_HMAC256_SHA384,
    "SHA512": config.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    "NONE": config.USM_PRIV_NONE,
    "DES": config.USM_PRIV_CBC56_DES,
    "AES": config.USM_PRIV_CFB128_AES,
    "AES192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES192C": config.USM_PRIV_CFB192_AES,
    "AES256C": config.USM_PRIV_CFB256_AES,
}
_MOST_ENGINES = 20_000
# What pysnmp raises for datagrams that are not what they should be.
_GARBAGE = (PyAsn1Error, PySnmpError, LookupError, TypeError, ValueError, AttributeError)


class Secured:
    """Decodes SNMPv3 notifications of the users that are known."""

    def __init__(self, users: tuple[User, ...]) -> None:
        self._users = {user.name: user for user in users}
        self._engine = SnmpEngine()
        self._replies = _Replies()
        self._engine.register_transport_dispatcher(self._replies)
        for user in users:
            self._add(user, None)
        self._known: OrderedDict[tuple[str, bytes], None] = OrderedDict()
        self._found: list[Notification] = []
        NotificationReceiver(self._engine, self._take)

    def decode(self, data: bytes, host: str, port: int) -> tuple[Notification | None, list[bytes]]:
        """The notification, if it is one from a known user with the right keys; and what has to be
        sent back (an acknowledgement, or a report by which the sender discovers our engine).
        Raises BerError for garbage."""
        user, engine = self._whose(data)
        if user is not None and engine:
            self._localise(user, engine)
        self._found.clear()
        self._replies.out.clear()
        try:
            self._engine.message_dispatcher.receive_message(
                self._engine, udp.DOMAIN_NAME, udp.UdpTransportAddress((host, port)), data
            )
        except _GARBAGE as error:
            raise BerError(f"no SNMPv3 message: {type(error).__name__}") from None
        found = self._found[0] if self._found else None
        answers = list(self._replies.out)
        if found is not None and answers:
            return replace(found, answer=answers[0]), []
        return found, answers

    def _whose(self, data: bytes) -> tuple[User | None, bytes]:
        """User and authoritative engine out of the head of the message (RFC 3412, 6; 3414, 2.4)."""
        at, end = ber.expect(ber.SEQUENCE, data, 0, len(data))
        _, at = ber.integer(data, at, end)
        _, at = ber.expect(ber.SEQUENCE, data, at, end)
        at, end = ber.expect(ber.OCTETS, data, at, end)
        at, end = ber.expect(ber.SEQUENCE, data, at, end)
        first, last = ber.expect(ber.OCTETS, data, at, end)
        engine = data[first:last]
        _, at = ber.integer(data, last, end)
        _, at = ber.integer(data, at, end)
        first, last = ber.expect(ber.OCTETS, data, at, end)
        return self._users.get(data[first:last].decode("utf-8", "replace")), engine

    def _localise(self, user: User, engine: bytes) -> None:
        key = (user.name, engine)
        if key in self._known or engine == bytes(self._engine.snmpEngineID):
            return
        if len(self._known) >= _MOST_ENGINES or not 5 <= len(engine) <= 32:
            raise BerError("an engine too many, or one that cannot be")
        self._known[key] = None
        self._add(user, engine)

    def _add(self, user: User, engine: bytes | None) -> None:
        config.add_v3_user(
            self._engine,
            user.name,
            _AUTH[user.auth],
            user.auth_key.reveal() if user.auth_key else None,
            _PRIV[user.priv],
            user.priv_key.reveal() if user.priv_key else None,
            securityEngineId=rfc1902.OctetString(engine) if engine else None,
        )

    def _take(
        self,
        engine: Any,
        reference: Any,
        _context_engine: Any,
        _context_name: Any,
        binds: Any,
        _own: Any,
    ) -> None:
        level, name = self._level(engine)
        user = self._users.get(name)
        if user is None or level < user.level:
            return
        read = tuple((str(oid), _plain(value)) for oid, value in binds)
        self._found.append(from_binds("3", name.encode(), read))

    def _level(self, engine: Any) -> tuple[int, str]:
        seen = engine.observer.get_execution_context("rfc3412.receiveMessage:request")
        return int(seen["securityLevel"]), str(seen["securityName"])


class _Replies(AbstractTransportDispatcher):  # type: ignore[misc]
    """Keeps what the engine would send."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[bytes] = []

    def send_message(self, outgoing: bytes, _domain: Any, _address: Any) -> None:
        """Called by the engine."""
        self.out.append(bytes(outgoing))

    def close_dispatcher(self) -> None:
        """There is no socket."""


def _plain(value: Any) -> Value:
    if isinstance(value, univ.ObjectIdentifier):
        return str(value)
    if isinstance(value, rfc1902.IpAddress):
        return str(value.prettyPrint())
    if isinstance(value, univ.Integer):
        return int(value)
    octets = isinstance(value, univ.OctetString) and not isinstance(value, univ.Null)
    return bytes(value) if octets else None
