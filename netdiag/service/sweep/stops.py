"""Whom a sweep visits, in what order, and what it knows of them beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from netdiag.inventory.keys import fold
from netdiag.inventory.topology import Topology
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.subscriber import Device
from netdiag.model.sweep import DEVICE, Finding
from netdiag.model.wire import Target
from netdiag.service.targets import Identity, of_device
from netdiag.settings import Settings
from netdiag.sweeping.columns import Place
from netdiag.sweeping.known import Columns, Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a sweep was asked for; None is all."""

    site: str | None = None
    device: str | None = None
    role: str | None = None
    without: tuple[str, ...] = ()  # sites that are swept by workers of their own

    def told(self) -> dict[str, str | None]:
        """As it is written down."""
        told = {"site": self.site, "device": self.device, "role": self.role}
        return told | {"without": ", ".join(self.without)} if self.without else told

    @classmethod
    def read(cls, told: Mapping[str, str | None]) -> Scope:
        """As it was written down."""
        names = {name: told.get(name) for name in ("site", "device", "role")}
        return cls(
            **names,
            without=tuple((told.get("without") or "").split(", ")) if told.get("without") else (),
        )


@dataclass(slots=True, kw_only=True)
class Stop:
    """One device to visit."""

    device: Device
    target: Target
    place: Place
    known: Known
    open: list[Finding] = field(default_factory=list)
    beside: Columns = field(default_factory=dict)  # facts that others than the device tell


def chosen(devices: Iterable[Device], scope: Scope) -> list[Device]:
    """The devices of a scope. Raises ContentError when there is none."""
    apart = set(map(fold, scope.without))
    found = [
        d
        for d in devices
        if (scope.site is None or fold(d.site or "") == fold(scope.site))
        and (scope.device is None or fold(d.id) == fold(scope.device))
        and (scope.role is None or d.role == scope.role)
        and fold(d.site or "") not in apart
    ]
    if not found:
        told = ", ".join(f"{k} {v}" for k, v in scope.told().items() if v) or "all"
        raise ContentError(
            f"No device to sweep ({told}). `netdiag check` shows what the inventory holds."
        )
    return found


def levels(devices: Sequence[Device], topology: Topology) -> list[list[Device]]:
    """Parents before children: groups by their distance from the core."""
    depth = {d.id: max(0, len(topology.path(d.id)) - 1) for d in devices}
    groups: dict[int, list[Device]] = {}
    for device in devices:
        groups.setdefault(depth[device.id], []).append(device)
    return [groups[number] for number in sorted(groups)]


def places(topology: Topology) -> dict[str, Place]:
    """The ports that lead to other devices, as the inventory calls them, by device."""
    ports: dict[str, set[str]] = {}
    for link in topology.links:
        if link.device_port:
            ports.setdefault(link.device, set()).add(link.device_port.casefold())
        if link.parent_port:
            ports.setdefault(link.parent, set()).add(link.parent_port.casefold())
    return {device: Place(trunks=frozenset(names)) for device, names in ports.items()}


def stop(
    device: Device,
    known: Known,
    settings: Settings,
    content: Content,
    where: Mapping[str, Place],
    findings: list[Finding],
) -> Stop:
    """A device with all that is needed to visit it. Raises ContentError for options that cannot
    be used."""
    told = Identity(
        sys_object_id=str(known.table.get("device.sys_object_id", {}).get(DEVICE) or ""),
        sys_descr=str(known.table.get("device.sys_descr", {}).get(DEVICE) or ""),
    )
    return Stop(
        device=device,
        target=of_device(device, settings, content, told),
        place=where.get(device.id, Place()),
        known=known,
        open=findings,
    )
