"""The wire and nothing else: one class per protocol, all of them `netdiag.model.wire.Transport`.

The classes are imported when they are first used: SNMP, SSH and ICMP libraries cost a start
several hundred milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netdiag.transports.dns import DnsTransport
    from netdiag.transports.gate import Gate
    from netdiag.transports.icmp import IcmpTransport
    from netdiag.transports.replay import Recorder, Replayer
    from netdiag.transports.routeros import RouterosTransport
    from netdiag.transports.snmp import SnmpTransport
    from netdiag.transports.sql import SqlTransport
    from netdiag.transports.ssh import SshTransport

__all__ = [
    "DnsTransport",
    "Gate",
    "IcmpTransport",
    "Recorder",
    "Replayer",
    "RouterosTransport",
    "SnmpTransport",
    "SqlTransport",
    "SshTransport",
]

_HOMES = {
    "DnsTransport": "dns",
    "Gate": "gate",
    "IcmpTransport": "icmp",
    "Recorder": "replay",
    "Replayer": "replay",
    "RouterosTransport": "routeros",
    "SnmpTransport": "snmp",
    "SqlTransport": "sql",
    "SshTransport": "ssh",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
