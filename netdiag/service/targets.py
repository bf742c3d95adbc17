"""Whom to ask: devices of the inventory and databases of the settings as targets of the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.probe import TargetKind
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Device
from netdiag.model.wire import Limits, Target
from netdiag.probing.identify import identify, model_of
from netdiag.secrets import confidential
from netdiag.settings import Credentials, Database, Settings

_FALLBACK_PLATFORM = "generic"
_NEIGHBOURS_ASKED = 8
_LONGEST_PAUSE_S = 3600.0
_LONGEST_WAIT_S = 60.0
_RANGES = (
    "limits.sessions is a whole number from 1, limits.min_interval_s is 0 to 3600 seconds, "
    "limits.timeout_s is above 0 to 60 seconds"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a device told of itself when it was last asked; empty when it never was."""

    sys_object_id: str = ""
    sys_descr: str = ""


def platform_of(device: Device, content: Content, told: Identity) -> str:
    """The platform of a device, down to the model where one is known to need other care.

    The inventory's word for the platform counts (a model may be written there too, as
    `dlink_ds/des-35xx`); without one, what the device told. Its option `model` stands for what it
    would tell.
    """
    descr = device.options.get("model") or told.sys_descr
    name = device.platform
    if name not in content.platforms:
        name = identify(told.sys_object_id, descr, content) or _FALLBACK_PLATFORM
    return model_of(name, told.sys_object_id, descr, content)


def of_device(
    device: Device, settings: Settings, content: Content, told: Identity | None = None
) -> Target:
    """A device with the options of its platform, of the site, of its credentials and its own."""
    platform = platform_of(device, content, told or Identity())
    credentials = settings.credentials.get(device.credentials, Credentials())
    options: dict[str, str] = {}
    for name in reversed(content.lineage(platform)):
        options.update(content.platforms[name].options)
    options.update(settings.options)
    options.update(credentials.options)
    options.update(device.options)
    hidden = next((name for name in options if confidential(name)), None)
    if hidden:
        raise ContentError(
            f"{device.id}: the option {hidden} is a secret. Put it under 'credentials' in "
            "netdiag.yaml as a reference, and name those credentials in the device's row."
        )
    return Target(
        device=device.id,
        host=device.host,
        platform=platform,
        options=options,
        secrets=credentials.secrets,
        limits=_limits(settings.limits, options, device.id),
    )


def for_transport(target: Target, transport: str) -> Target:
    """The target as one transport may see it: its own port, options and secrets, no others."""
    prefix = f"{transport}."
    port = target.options.get(f"{prefix}port")
    secrets = {n: s for n, s in target.secrets.items() if n.startswith(prefix)}
    options = {n: v for n, v in target.options.items() if n.startswith((prefix, "icmp."))}
    number = int(port) if port and port.isdigit() else target.port
    return replace(target, port=number, secrets=secrets, options=options)


def beside_devices(
    settings: Settings, address: str | None
) -> Mapping[TargetKind, tuple[Target, ...]]:
    """Targets that are no devices: databases, resolvers, the subscriber's own address."""
    return {
        TargetKind.RADIUS: _database("radius", "freeradius", settings.radius, settings),
        TargetKind.BILLING: _database("billing", "billing", settings.billing, settings),
        TargetKind.RESOLVER: _hosts("dns", settings.resolvers, settings),
        TargetKind.ANCHOR: _hosts("icmp", settings.anchors, settings),
        TargetKind.HERE: _hosts("icmp", (address,) if address else (), settings),
    }


def of_devices(
    devices: Iterable[Device], settings: Settings, content: Content
) -> tuple[Target, ...]:
    """Several devices, at most as many as it is kind to ask at once."""
    return tuple(of_device(d, settings, content) for d in devices)[:_NEIGHBOURS_ASKED]


def _database(
    name: str, platform: str, database: Database | None, settings: Settings
) -> tuple[Target, ...]:
    if database is None:
        return ()
    secrets: dict[str, Secret] = {"sql.url": database.url}
    limits = replace(settings.limits, sessions=4)
    return (Target(device=name, host=name, platform=platform, secrets=secrets, limits=limits),)


def _hosts(platform: str, hosts: Iterable[str], settings: Settings) -> tuple[Target, ...]:
    return tuple(
        Target(device=host, host=host, platform=platform, options=settings.options)
        for host in hosts
    )


def _limits(usual: Limits, options: Mapping[str, str], device: str) -> Limits:
    """`limits.sessions`, `limits.min_interval_s` and `limits.timeout_s` of a device or platform."""
    try:
        sessions = int(options.get("limits.sessions") or usual.sessions)
        interval = float(options.get("limits.min_interval_s") or usual.min_interval_s)
        wait = float(options.get("limits.timeout_s") or usual.timeout_s)
    except ValueError:
        sessions, interval, wait = -1, -1.0, -1.0
    if sessions < 1 or not 0 <= interval <= _LONGEST_PAUSE_S or not 0 < wait <= _LONGEST_WAIT_S:
        raise ContentError(f"{device}: {_RANGES}. Mend the options of device or platform.")
    return replace(usual, sessions=sessions, min_interval_s=interval, timeout_s=wait)
