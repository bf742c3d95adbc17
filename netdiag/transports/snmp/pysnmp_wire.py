"""pysnmp's two architectures behind one call: v1arch for SNMP v1 and v2c, v3arch for v3."""

from __future__ import annotations

from typing import Any

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]
from pysnmp.error import PySnmpError
from pysnmp.hlapi.v1arch import asyncio as v1
from pysnmp.hlapi.v3arch import asyncio as v3
from pysnmp.proto import errind
from pysnmp.proto.api import verdec

from netdiag.transports.snmp.header import DECRYPTION, DIGEST, SECURITY_LEVEL, USER_NAME
from netdiag.transports.snmp.pysnmp_engine import Engine, Engines
from netdiag.transports.snmp.settings import SnmpSettings

Reply = tuple[Any, Any, Any, Any]
_AUTH = {
    None: v3.USM_AUTH_NONE,
    "MD5": v3.USM_AUTH_HMAC96_MD5,
    "SHA": v3.USM_AUTH_HMAC96_SHA,
    "SHA224": v3.USM_AUTH_HMAC128_SHA224,
    "SHA256": v3.USM_AUTH_HMAC192_SHA256,
    "SHA384": v3.USM_AUTH_HMAC256_SHA384,
    "SHA512": v3.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    None: v3.USM_PRIV_NONE,
    "DES": v3.USM_PRIV_CBC56_DES,
    "AES": v3.USM_PRIV_CFB128_AES,
    "AES192": v3.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES256": v3.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES192C": v3.USM_PRIV_CFB192_AES,
    "AES256C": v3.USM_PRIV_CFB256_AES,
}
_REFUSALS = {
    errind.UnknownUserName: USER_NAME,
    errind.WrongDigest: DIGEST,
    errind.AuthenticationFailure: DIGEST,
    errind.DecryptionError: DECRYPTION,
    errind.UnsupportedSecurityLevel: SECURITY_LEVEL,
}


class _Dispatcher(v1.SnmpDispatcher):  # type: ignore[misc]
    """Counts replies that pysnmp cannot decode instead of losing them to the loop's handler."""

    garbage = 0

    def _recv_callback(self, engine: Any, domain: Any, address: Any, message: bytes) -> Any:
        try:
            verdec.decode_message_version(message)  # what it refuses, pysnmp drops unseen
            return super()._recv_callback(engine, domain, address, message)
        except (PyAsn1Error, PySnmpError, LookupError, TypeError, ValueError, AttributeError):
            self.garbage += 1
            return None


class V1Wire:
    """SNMP v1 and v2c; one dispatcher, and so one socket, per question."""

    def __init__(self, settings: SnmpSettings, target: Any) -> None:
        self._settings = settings
        self._target = target
        self._dispatcher = _Dispatcher()
        community = settings.community.reveal() if settings.community else ""
        self._community = v1.CommunityData(community, mpModel=0 if settings.version == "1" else 1)

    @property
    def garbage(self) -> int:
        """Replies that could not be decoded."""
        return self._dispatcher.garbage

    async def request(self, kind: str, repetitions: int, asked: Any, patience: float) -> Reply:
        """One request: error indication, status, index, varbinds."""
        self._target.timeout = patience / (self._settings.retries + 1)
        commands = {"get": v1.get_cmd, "next": v1.next_cmd, "bulk": v1.bulk_cmd, "set": v1.set_cmd}
        command = commands[kind]
        counts = (0, repetitions) if kind == "bulk" else ()
        reply: Reply = await command(
            self._dispatcher, self._community, self._target, *counts, *asked, lookupMib=False
        )
        return reply

    def refusal(self, _trouble: Any) -> None:
        """v1 and v2c never say that the community is wrong."""

    def close(self) -> None:
        """Close the socket."""
        self._dispatcher.close()


class V3Wire:
    """SNMPv3, over an engine that several devices share."""

    def __init__(self, settings: SnmpSettings, target: Any, engine: Engine) -> None:
        self._settings = s = settings
        self._target = target
        self._engine = engine
        self._peer = tuple(target.transport_address)[:2]
        self._user = v3.UsmUserData(
            s.user,
            s.auth_key.reveal() if s.auth_key else None,
            s.priv_key.reveal() if s.priv_key else None,
            _AUTH[s.auth],
            _PRIV[s.priv],
        )
        self.garbage = 0

    async def request(self, kind: str, repetitions: int, asked: Any, patience: float) -> Reply:
        """One request: error indication, status, index, varbinds."""
        self._target.timeout = patience / (self._settings.retries + 1)
        commands = {"get": v3.get_cmd, "next": v3.next_cmd, "bulk": v3.bulk_cmd, "set": v3.set_cmd}
        command = commands[kind]
        counts = (0, repetitions) if kind == "bulk" else ()
        binds = [v3.ObjectType(v3.ObjectIdentity(oid), value) for oid, value in asked]
        context = v3.ContextData()
        reply: Reply = await command(
            self._engine.snmp, self._user, self._target, context, *counts, *binds, lookupMib=False
        )
        if reply[0] is None:
            self._engine.proved.add(self._peer)
        return reply

    def refusal(self, trouble: Any) -> int | None:
        """The usmStats counter that went up; 0 when all that the agent ever answered was the
        discovery; None when it is simply silent."""
        for kind, code in _REFUSALS.items():
            if isinstance(trouble, kind):
                return code
        proved = self._peer in self._engine.proved
        return 0 if self._engine.heard[self._peer] and not proved else None

    def close(self) -> None:
        """The engine and its socket stay for the next question."""


async def open_wire(settings: SnmpSettings, address: str, engines: Engines) -> V1Wire | V3Wire:
    """A wire to an address. Raises PySnmpError."""
    hlapi: Any = v3 if settings.version == "3" else v1
    kind = hlapi.Udp6TransportTarget if ":" in address else hlapi.UdpTransportTarget
    target = await kind.create((address, settings.port), timeout=1, retries=settings.retries)
    if settings.version == "3":
        return V3Wire(settings, target, engines.of(settings))
    return V1Wire(settings, target)
