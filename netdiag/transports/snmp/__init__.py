"""SNMP: one interface, two backends (gufo-snmp by default, pysnmp by configuration)."""

from netdiag.transports.snmp.transport import SnmpTransport

__all__ = ["SnmpTransport"]
