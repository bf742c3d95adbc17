"""Set the scene: a subscriber of the inventory, his place, and what is known before asking."""

from __future__ import annotations

from datetime import datetime, timedelta

from netdiag.inventory.inventory import Inventory
from netdiag.inventory.topology import Topology
from netdiag.model.content import Content
from netdiag.model.errors import UnknownSubscriberError
from netdiag.model.fact import Fact, Facts, Reading, Source, Value
from netdiag.model.probe import TargetKind
from netdiag.model.scene import Scene
from netdiag.model.subscriber import Attachment, Device, Subscriber
from netdiag.model.wire import Target
from netdiag.model.words import AccessKind, Role
from netdiag.probing.addresses import follows
from netdiag.probing.notations import serial
from netdiag.service import targets as whom
from netdiag.service.touch.consent import sharers
from netdiag.settings import Settings
from netdiag.store.readings import too_old


def set_scene(
    subscriber: Subscriber,
    inventory: Inventory,
    settings: Settings,
    content: Content,
    now: datetime,
    stored: tuple[Fact, ...] = (),
    symptom: str | None = None,
    past: tuple[Reading, ...] = (),
    *,
    named_site: str | None = None,
    deep: bool = False,
    disruptive: bool = False,
) -> Scene:
    """Everything a run of probes starts from.

    Raises UnknownSubscriberError when the inventory does not say where he is connected.
    """
    at = subscriber.attachment
    if at is None or at.device is None or at.port is None:
        raise UnknownSubscriberError(
            f"The inventory knows subscriber {subscriber.id}, but not his device and port. "
            "Add them to his row (columns device and port)."
        )
    device = inventory.device(at.device)
    if device is None:
        raise UnknownSubscriberError(
            f"Subscriber {subscriber.id} is recorded on device {at.device}, which the inventory "
            "does not list. Add the device, or mend his row."
        )
    topology = inventory.topology()
    path = topology.path(device.id)
    told = _identity(stored)
    target_map = _targets(subscriber, at, device, path, inventory, settings, content, told)
    params = _params(subscriber, at, topology.uplink_port(device.id), settings)
    base = _reference(subscriber, at, symptom, content, now)  # its line length wins over the past's
    platform = target_map[TargetKind.ACCESS][0].platform
    base += _of_the_site(settings, named_site, now)
    base += _by_platform(platform, params, content, now)
    base += _still_fresh(stored, content, now)
    return Scene(
        subscriber=subscriber,
        attachment=at,
        path=path,
        targets=target_map,
        params=params,
        facts=Facts([*past, *base]),
        earlier=Facts(fact for fact in stored if not too_old(fact, now)),
        site=device.site,
        on_uplink=_leads_to_a_device(device.id, at.port, topology),
        sharers=sharers(inventory, device.id, at.port) if disruptive else None,
        deep=deep,
        disruptive=disruptive,
    )


def _leads_to_a_device(device: str, port: str, topology: Topology) -> bool:
    """Is it a port towards the core (one of several, maybe), or towards a device below?"""
    upwards = {
        k.device_port.casefold() for k in topology.links if k.device == device and k.device_port
    }
    return port.casefold() in upwards or bool(topology.links_of_port(device, port))


def _targets(
    subscriber: Subscriber,
    at: Attachment,
    device: Device,
    path: tuple[str, ...],
    inventory: Inventory,
    settings: Settings,
    content: Content,
    told: whom.Identity,
) -> dict[TargetKind, tuple[Target, ...]]:
    on_path = [d for d in map(inventory.device, path) if d is not None]
    bng = inventory.device(at.bng) if at.bng else None
    bng = bng or next((d for d in reversed(on_path) if d.role is Role.BNG), None)
    above = [d for d in on_path if d.id != device.id]
    site = inventory.devices_of_site(device.site) if device.site else ()
    one = {
        TargetKind.ACCESS: device,
        TargetKind.BNG: bng,
        TargetKind.UPLINK: above[-1] if above else None,
    }
    found: dict[TargetKind, tuple[Target, ...]] = {}
    found |= {kind: (whom.of_device(d, settings, content),) if d else () for kind, d in one.items()}
    found[TargetKind.ACCESS] = (whom.of_device(device, settings, content, told),)
    found[TargetKind.PATH] = whom.of_devices(on_path or [device], settings, content)
    found[TargetKind.SITE] = whom.of_devices(site, settings, content) if len(site) > 1 else ()
    found.update(whom.beside_devices(settings, subscriber.ip))
    return found


def _identity(stored: tuple[Fact, ...]) -> whom.Identity:
    """What the access device told of itself in an earlier run."""
    told = {fact.name: str(fact.value) for fact in stored}
    return whom.Identity(
        sys_object_id=told.get("device.sys_object_id", ""),
        sys_descr=told.get("device.sys_descr", ""),
    )


def _params(
    subscriber: Subscriber, at: Attachment, uplink_port: str | None, settings: Settings
) -> dict[str, str]:
    given = {
        "subscriber": subscriber.id,
        "login": subscriber.login,
        "ip": subscriber.ip,
        "mac": subscriber.macs[0] if subscriber.macs else None,
        "phone": subscriber.phone,
        "port": at.port,
        "vlan": None if at.vlan is None else str(at.vlan),
        "circuit_id": at.circuit_id,
        "onu_sn": at.onu_sn,
        "radio_mac": _radio(subscriber, at),
        "device": at.device,
        "bng": at.bng,
        "uplink_port": uplink_port,
        "dns_name": settings.dns_name,
        "anchor": settings.anchors[0] if settings.anchors else None,
        "db.billing_query": settings.billing.query if settings.billing else None,
    }
    return {name: value for name, value in given.items() if value}


def _radio(subscriber: Subscriber, at: Attachment) -> str | None:
    """His radio in the access point's table; a router with its own radio has one MAC for both."""
    if subscriber.access is not AccessKind.WIRELESS:
        return None
    return at.radio_mac or (subscriber.macs[0] if subscriber.macs else None)


def _reference(
    subscriber: Subscriber,
    at: Attachment,
    symptom: str | None,
    content: Content,
    now: datetime,
) -> list[Fact]:
    known: dict[str, Value] = {
        "ref.access_kind": subscriber.access,
        "ref.auth_kind": subscriber.service,
        "ref.login": subscriber.login,
        "ref.mac": subscriber.macs or None,
        "ref.ip": subscriber.ip,
        "ref.vlan": at.vlan,
        "ref.onu_sn": serial(at.onu_sn) if at.onu_sn else None,
        "ref.line_length_m": at.line_length_m,
        "account.tariff_down_mbps": subscriber.tariff_down_mbps,
    }
    source = Source(transport="inventory", probe="inventory", query=at.source, device=None)
    facts = [
        Fact(name=name, value=value, source=source, measured_at=now)
        for name, value in known.items()
        if value is not None and name in content.vocabulary
    ]
    if symptom:
        told = Source(transport="asked", probe="symptom", query="what the customer reports")
        facts.append(Fact(name="report.symptom", value=symptom, source=told, measured_at=now))
    return facts


def _of_the_site(settings: Settings, named_site: str | None, now: datetime) -> list[Fact]:
    """What holds for every subscriber, and the site that this one names."""
    facts: list[Fact] = []
    if settings.resolvers:
        source = Source(transport="inventory", probe="settings", query="resolvers")
        resolvers = tuple(settings.resolvers)
        facts += [Fact(name="ref.resolvers", value=resolvers, source=source, measured_at=now)]
    if named_site:
        told = Source(transport="asked", probe="symptom", query="what the customer reports")
        facts += [Fact(name="report.target", value=named_site, source=told, measured_at=now)]
    return facts


def _by_platform(
    platform: str, params: dict[str, str], content: Content, now: datetime
) -> list[Fact]:
    """Facts that follow from the port's name on this platform (D-Link: port 7 is ifIndex 7)."""
    source = Source(transport="inventory", probe="platform", query=f"{platform}: port numbering")
    return [
        Fact(name=fact, value=value, source=source, measured_at=now)
        for fact, value in follows(platform, params, content).items()
    ]


def _still_fresh(stored: tuple[Fact, ...], content: Content, now: datetime) -> list[Fact]:
    """Stored facts that still hold (where a port's ifIndex is, for a day)."""
    return [
        fact
        for fact in stored
        if fact.name in content.vocabulary
        and content.vocabulary[fact.name].freshness_s >= 3600
        and now - fact.measured_at < timedelta(seconds=content.vocabulary[fact.name].freshness_s)
    ]
