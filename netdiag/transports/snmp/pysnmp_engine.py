"""SNMPv3 engines of pysnmp, one per user and keys. Lives in the thread that made it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pysnmp.hlapi.v3arch.asyncio import SnmpEngine

from netdiag.transports.snmp.settings import SnmpSettings

_HEARD = "rfc3412.prepareDataElements:internal"  # a report or reply has come in


class Engine:
    """An engine costs 140 ms, so one serves all devices with the same user and keys; never
    another user's: pysnmp would change the keys of requests that are under way."""

    def __init__(self) -> None:
        self.snmp = SnmpEngine()
        self.heard: Counter[tuple[str, int]] = Counter()  # messages by address and port
        self.proved: set[tuple[str, int]] = set()  # those that answered with these keys
        self.snmp.observer.register_observer(self._count, _HEARD)

    def close(self) -> None:
        """Close its socket."""
        self.snmp.close_dispatcher()

    def _count(self, _engine: Any, _point: str, variables: dict[str, Any], _context: Any) -> None:
        host, port = tuple(variables["transportAddress"])[:2]
        self.heard[host, port] += 1


class Engines:
    """All engines of one transport."""

    def __init__(self) -> None:
        self._engines: dict[tuple[Any, ...], Engine] = {}

    def of(self, s: SnmpSettings) -> Engine:
        """The engine for a user and his keys."""
        key = (s.user, s.auth, s.priv, s.auth_key, s.priv_key)
        if key not in self._engines:
            self._engines[key] = Engine()
        return self._engines[key]

    async def close(self) -> None:
        """Close all sockets; to be run in the thread of the engines."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()
