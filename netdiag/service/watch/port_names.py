"""Ports of which a trap told the ifIndex alone: the device is asked once for the name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from netdiag.locating.ports import find_port
from netdiag.model.event import Event
from netdiag.model.wire import Answer, Deadline, SnmpGet
from netdiag.service.app import App
from netdiag.service.targets import of_device
from netdiag.service.watch.tree import Known

_IF_NAME, _IF_DESCR = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.2.2.1.2"
_MOST = 5000


class PortNames:
    """Device and ifIndex → the inventory's name of the port; empty where it has none."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, int], str] = {}

    def get(self, device: str, index: int) -> str:
        """The name, if it was asked for before."""
        return self._names.get((device, index), "")

    async def named(
        self, told: Mapping[tuple[str, int], Event], app: App, known: Known
    ) -> list[Event]:
        """The events again, under the names of their ports; those left out that have none."""
        found = []
        for (device, index), event in told.items():
            if len(self._names) >= _MOST:
                self._names.clear()
            if (device, index) not in self._names:
                self._names[device, index] = await _name(device, index, app, known)
            name = self._names[device, index]
            if name:
                found.append(replace(event, subject=f"{device}:{name}", key=""))
        return found


async def _name(device: str, index: int, app: App, known: Known) -> str:
    """Empty when it cannot be told."""
    listed = known.devices.get(device)
    if listed is None:
        return ""
    question = SnmpGet(oids={"name": f"{_IF_NAME}.{index}", "descr": f"{_IF_DESCR}.{index}"})
    target = of_device(listed, app.settings, app.content)
    reply = await app.wires.ask("snmp", target, question, Deadline.after(4.0))
    if not isinstance(reply, Answer) or not reply.rows:
        return ""
    told = [_text(reply.rows[0].get(column)) for column in ("name", "descr")]
    return find_port(told, known.ports.get(device, {})) or ""


def _text(cell: object) -> str:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell or "")
