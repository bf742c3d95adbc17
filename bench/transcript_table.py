"""Which recorded command output is read by which probe, and which columns are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A command that a probe sends: our column → theirs; rows of theirs that are not ours."""

    platform: str
    probe: str
    folder: str  # below cli/ntc (may have wildcards), or the parser below cli/genie/*
    columns: Mapping[str, str]
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # their column → beginnings


_MACS = {"mac": "destination_address", "port": "destination_port", "kind": "type"}
TRANSCRIPTS = (
    Transcript(
        platform="cisco_ios",
        probe="fdb-port-cli",
        folder="show_mac-address-table",
        columns=_MACS,
        # Multicast groups and the switch's own addresses stand in other columns.
        beside={"vlan_id": ("All", "N/A", "---", ""), "type": ("system", "STATIC", "static")},
    ),
    Transcript(
        platform="cisco_ios",
        probe="port-block-cli",
        folder="show_interfaces_status_err-disabled",
        columns={"port": "interface", "reason": "port_error"},
    ),
    Transcript(
        platform="huawei_vrp",
        probe="fdb-port-cli",
        folder="display_mac-address",
        columns={**_MACS, "vlan": "vlan_id"},
    ),
    Transcript(
        platform="huawei_vrp",
        probe="port-status-cli",
        folder="display_interface",
        columns={"port": "interface", "duplex": "duplex", "negotiation": "negotiation"},
    ),
    Transcript(
        platform="huawei_vrp",
        probe="cable-test",
        folder="virtual-cable-test",
        columns={
            f"{what}_{pair}": f"pair_{pair}_{what}"
            for pair in "abcd"
            for what in ("state", "length")
        },
    ),
    Transcript(
        platform="eltex",
        probe="port-status-cli",
        folder="show_interfaces_status",
        columns={"port": "interface", "link": "link_state", "duplex": "duplex", "speed": "speed"},
        beside={"interface": ("Po", "po", "Ch")},  # aggregates
    ),
    Transcript(
        platform="cisco_ios",
        probe="cable-result",
        folder="ShowCableDiagnosticsTdrInt",
        columns={"pair": "pair", "state": "status"},
    ),
    Transcript(
        platform="cisco_ios",
        probe="port-block-cli",
        folder="ShowInterfacesStatusErrDisabled",
        columns={"reason": "reason"},
    ),
    Transcript(
        platform="cisco_ios",
        probe="port-security-cli",
        folder="ShowPortSecurityInterface",
        columns={"name": "name", "value": "value"},
    ),
    Transcript(
        platform="cisco_ios",
        probe="port-status-cli",
        folder="show_interfaces",
        columns={
            "port": "interface",
            "state": "link_status",
            "protocol": "protocol_status",
            "errors": "input_errors",
            "crc": "crc",
        },
    ),
    Transcript(
        platform="cisco_s300",
        probe="fdb-port-cli",
        folder="show_mac_address-table",
        columns={**_MACS, "vlan": "vlan_id"},
    ),
    Transcript(
        platform="edgecore",
        probe="port-status-cli",
        folder="show_interfaces_status",
        columns={
            "port": "port",
            "admin": "port_admin",
            "link": "link_status",
            "reason": "link_down_reason",
        },
        beside={"port": ("VLAN",)},
    ),
    Transcript(
        platform="extreme_exos",
        probe="fdb-port-cli",
        folder="show_fdb",
        columns={"mac": "mac_address", "vlan": "vlan_id", "port": "interface"},
    ),
    Transcript(
        platform="extreme_exos",
        probe="port-status-cli",
        folder="show_ports_information",
        columns={"port": "interface", "flags": "flags", "link": "link_state"},
    ),
    Transcript(
        platform="hp_comware",
        probe="port-status-cli",
        folder="display_interface",
        columns={"port": "interface", "word": "line_status"},
    ),
    Transcript(
        platform="hp_procurve",
        probe="port-status-cli",
        folder="show_interfaces_brief",
        columns={
            "port": "port",
            "alert": "intrusion_alert",
            "enabled": "enabled",
            "status": "status",
            "mode": "mode",
        },
    ),
    Transcript(
        platform="aruba_aoscx",
        probe="port-status-cli",
        folder="show_interface",
        columns={
            "port": "interface",
            "link": "link_status",
            "admin": "link_admin",
            "crc": "rx_crc_fcs",
        },
    ),
    Transcript(
        platform="juniper_junos",
        probe="port-status-cli",
        folder="show_interfaces",
        columns={"port": "interface", "admin": "admin_state", "link": "link_status"},
        beside={"admin_state": ("",)},  # logical units
    ),
    Transcript(
        platform="juniper_junos",
        probe="port-status-cli",
        folder="ShowInterfacesExtensive",
        columns={"port": "name", "link": "oper"},
    ),
    Transcript(
        platform="juniper_junos",
        probe="fdb-port-cli",
        folder="show_ethernet-switching_table",
        columns={"mac": "mac_address", "port": "logical_interface"},
    ),
    Transcript(
        platform="aruba_aoscx",
        probe="fdb-port-cli",
        folder="show_mac-address-table",
        columns={"mac": "mac_address", "vlan": "vlan_id", "kind": "type", "port": "port"},
    ),
    Transcript(
        platform="zte_zxros",
        probe="port-status-cli",
        folder="show_interface",
        columns={"port": "interface", "state": "link_status", "index": "interface_index"},
    ),
    Transcript(
        platform="huawei_smartax",
        probe="fdb-port-cli",
        folder="display_mac-address_ont*",
        columns={"place": "fsp", "id": "ont_id", "mac": "mac", "vlan": "vlan_id"},
    ),
    Transcript(
        platform="huawei_smartax",
        probe="onu-info-cli",
        folder="display_ont_info_[0-9]*_[0-9]*_[0-9]*_[0-9]*",
        columns={
            "id": "ont_id",
            "run": "run_state",
            "config": "config_state",
            "metres": "distance_m",
            "sn": "serial_number",
            "cause": "last_down_cause",
            "isolation": "isolation_state",
        },
    ),
    Transcript(
        platform="huawei_smartax",
        probe="pon-summary-cli",
        folder="display_ont_info_summary*",
        columns={"id": "ont_id", "run": "run_state", "cause": "last_downcause"},
    ),
    Transcript(
        platform="huawei_smartax",
        probe="pon-summary-cli",
        folder="display_ont_info_summary*",
        columns={"at": "ont_id", "rx": "rx_power_dbm", "tx": "tx_power_dbm"},
    ),
    Transcript(
        platform="huawei_smartax",
        probe="onu-autofind-cli",
        folder="display_ont_autofind*",
        columns={"place": "fsp"},
    ),
)
