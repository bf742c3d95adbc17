"""A small town: two border routers, two aggregation switches, eight access switches, 39 homes."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from netdiag.lab.change import index
from netdiag.lab.things import (
    Account,
    Device,
    Home,
    Line,
    Model,
    Net,
    Port,
    PortKey,
    Router,
    Service,
    Wire,
    World,
)

DAY = 86400.0
ANCHORS = ("198.51.100.1", "198.51.100.2", "203.0.113.1")
SHOP = "203.0.113.80"  # a service on the Internet that people name
STREETS = {
    "lenina-12": "Lenina St 12",
    "sadovaya-3": "Sadovaya St 3",
    "rechnaya-8": "Rechnaya St 8",
    "zelenaya-1": "Zelenaya St 1",
}
EDGE_PORTS = 8
FIRST_HOME = 100201
_LANGUAGES = ("ru", "ru", "en", "fa", "ru", "en")
_TARIFFS = ((100, "Home 100"), (50, "Home 50"), (300, "Home 300"), (500, "Home 500"))

# switch, model, site, router that serves it, services on ports 1, 2, 3 …
SWITCHES = (
    ("sw-1", Model.GENERIC, "lenina-12", "bng-1", "PPPDDS"),
    ("sw-2", Model.DES, "lenina-12", "bng-1", "PPPPD"),
    ("sw-3", Model.MES, "sadovaya-3", "bng-1", "PPPDS"),
    ("sw-4", Model.IOS, "sadovaya-3", "bng-1", "PPDDS"),
    ("sw-5", Model.DGS, "sadovaya-3", "bng-1", "PPPDD"),
    ("sw-6", Model.VRP, "rechnaya-8", "bng-2", "PPDDS"),
    ("sw-7", Model.CRS, "rechnaya-8", "bng-2", "PPPDS"),
    ("sw-8", Model.DES, "zelenaya-1", "bng-1", "PPD"),
)
_SERVICES = {"P": Service.PPPOE, "D": Service.DHCP, "S": Service.STATIC}
_NET_OF = {Service.PPPOE: 1, Service.DHCP: 2, Service.STATIC: 3}

# ifName and ifIndex of edge port n, names of the two uplinks and the first one's ifIndex
_NAMES = {
    Model.GENERIC: ("port{}", 100, ("port9", "port10"), 109),
    Model.DES: ("{}", 0, ("9", "10"), 9),
    Model.DGS: ("1/{}", 0, ("1/9", "1/10"), 9),
    Model.MES: ("gi1/0/{}", 48, ("te1/0/1", "te1/0/2"), 105),
    Model.IOS: ("Gi1/0/{}", 10100, ("Te1/0/1", "Te1/0/2"), 10201),
    Model.VRP: ("GigabitEthernet0/0/{}", 5, ("XGigabitEthernet0/0/1", "XGigabitEthernet0/0/2"), 33),
    Model.CRS: ("ether{}", 0, ("sfp-sfpplus1", "sfp-sfpplus2"), 25),
}
_TEN_GIGABIT = (Model.MES, Model.IOS, Model.VRP, Model.CRS)
_POWERED = "100206"  # an outdoor box that the switch feeds over the cable


def build(now: float, base: str = "127.77") -> World:
    """The town in good order, at the time `now` (Unix seconds), on addresses below `base`."""
    devices = {device.id: device for device in _devices(now, base)}
    wires = tuple(_wires())
    ports = {port.key: port for port in (*_backbone_ports(), *_switch_ports())}
    homes = {home.id: home for home in _homes(now)}
    for home in homes.values():
        ports[home.port] = _edge(ports[home.port], home)
    net = Net(anchors=(*ANCHORS, SHOP))
    return index(World(devices=devices, ports=ports, wires=wires, homes=homes, net=net))


def _devices(now: float, base: str) -> Iterator[Device]:
    backbone = (
        ("core-1", Model.GENERIC, f"{base}.1.1", "core", "center"),
        ("bng-1", Model.BNG7, f"{base}.1.11", "bng", "center"),
        ("bng-2", Model.BNG6, f"{base}.1.12", "bng", "center"),
        ("agg-1", Model.GENERIC, f"{base}.2.1", "aggregation", "center"),
        ("agg-2", Model.GENERIC, f"{base}.2.2", "aggregation", "center"),
    )
    edge = tuple(
        (name, model, f"{base}.3.{n}", "access", site)
        for n, (name, model, site, _, _) in enumerate(SWITCHES, start=1)
    )
    for n, (name, model, host, role, site) in enumerate((*backbone, *edge), start=1):
        yield Device(
            id=name, model=model, host=host, role=role, site=site,
            mac=f"02:77:d0:00:{n:02x}:00", serial=f"LAB{n:05d}",
            booted_at=now - DAY * (40 + 3 * n), battery=model is Model.MES,
        )  # fmt: skip


def _wires() -> Iterator[Wire]:
    for n, name in enumerate(("bng-1", "bng-2", "agg-1", "agg-2"), start=1):
        yield Wire(
            child=(name, "sfp-sfpplus1" if "bng" in name else "te1"), parent=("core-1", f"te{n}")
        )
    for n, (name, model, _, _, _) in enumerate(SWITCHES, start=1):
        uplinks = _NAMES[model][2]
        first, second = ("agg-1", "agg-2") if n <= 5 else ("agg-2", "agg-1")
        yield Wire(child=(name, uplinks[0]), parent=(first, f"te{n + 1}"))
        if name == "sw-6":  # the ring is closed here: this one has two ways up
            yield Wire(child=(name, uplinks[1]), parent=(second, f"te{n + 1}"))


def _backbone_ports() -> Iterator[Port]:
    vlans = tuple(200 + n for n in range(1, len(SWITCHES) + 1))
    for device, count in (("core-1", 4), ("agg-1", 10), ("agg-2", 10)):
        for n in range(1, count + 1):
            yield Port(
                device=device, name=f"te{n}", number=n, if_index=n, max_mbps=10000, uplink=True,
                tagged=vlans, fill=0.08, alias=f"link {n}",
            )  # fmt: skip
    for device in ("bng-1", "bng-2"):
        yield Port(
            device=device, name="sfp-sfpplus1", number=1, if_index=1, max_mbps=10000, uplink=True,
            tagged=vlans, fill=0.1, alias="core-1",
        )  # fmt: skip


def _switch_ports() -> Iterator[Port]:
    for n, (device, model, _, _, _) in enumerate(SWITCHES, start=1):
        pattern, offset, uplinks, first = _NAMES[model]
        speed = 100 if model is Model.DES else 1000
        for number in range(1, EDGE_PORTS + 1):
            yield Port(
                device=device, name=pattern.format(number), number=number,
                if_index=offset + number, max_mbps=speed, pvid=200 + n,
            )  # fmt: skip
        for number, name in enumerate(uplinks):
            yield Port(
                device=device, name=name, number=EDGE_PORTS + 1 + number, if_index=first + number,
                max_mbps=10000 if model in _TEN_GIGABIT else 1000, uplink=True, tagged=(200 + n,),
                alias="uplink",
            )  # fmt: skip


def _edge(port: Port, home: Home) -> Port:
    return Port(
        device=port.device, name=port.name, number=port.number, if_index=port.if_index,
        max_mbps=port.max_mbps, pvid=home.vlan, alias=f"home {home.id}",
        poe="delivering" if home.id == _POWERED else "",
    )  # fmt: skip


def _homes(now: float) -> Iterator[Home]:
    number = FIRST_HOME
    for n, (device, model, site, bng, services) in enumerate(SWITCHES, start=1):
        for socket, letter in enumerate(services, start=1):
            port = (device, _NAMES[model][0].format(socket))
            yield _home(now, number, port, site, bng, _SERVICES[letter], 200 + n)
            number += 1


def _home(
    now: float, number: int, port: PortKey, site: str, bng: str, service: Service, vlan: int
) -> Home:
    short, chance = number - 100000, crc32(str(number).encode())
    down, tariff = _TARIFFS[0 if port[0] == "sw-2" else chance % len(_TARIFFS)]
    mac = f"02:77:c0:00:{short >> 8:02x}:{short & 255:02x}"
    third = _NET_OF[service] + (10 if bng == "bng-2" else 0)
    return Home(
        id=str(number), login=f"home{short}", password=f"pw-{chance % 10**6:06d}",
        phone=f"79000000{short:03d}", language=_LANGUAGES[number % len(_LANGUAGES)],
        street=f"{STREETS[site]}, flat {short % 100}", service=service,
        ip=f"10.77.{third}.{short % 250 + 2}", vlan=vlan, bng=bng, port=port, plugged=port,
        line=Line(length_m=28.0 + chance % 40), router=Router(mac=mac), macs=(mac,),
        account=Account(
            paid_until=now + DAY * (4 + chance % 25), tariff=tariff, down_mbps=down,
        ),
        online_since=now - DAY * (2 + chance % 17) - chance % 3600,
    )  # fmt: skip
