"""What there is in the lab's town: devices, ports, cables, homes, accounts. Frozen values.

A fault is another value of one of these; everything that the servers say is worked out from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum

PortKey = tuple[str, str]  # device id, port name


class Model(StrEnum):
    """What a device is, and so how it speaks."""

    GENERIC = "generic"  # nothing but standard MIBs
    DES = "des"  # D-Link DES-3200: 100 Mbit/s ports, 32-bit counters
    DGS = "dgs"  # D-Link DGS-3000
    MES = "mes"  # Eltex MES2324
    IOS = "ios"  # Cisco Catalyst 2960-X
    VRP = "vrp"  # Huawei S5720
    CRS = "crs"  # MikroTik CRS326 as a switch
    BNG7 = "bng7"  # RouterOS 7.16
    BNG6 = "bng6"  # RouterOS 6.49


class Service(StrEnum):
    """How a home is authorised."""

    PPPOE = "pppoe"
    DHCP = "dhcp"
    STATIC = "static"


class Block(StrEnum):
    """Why a device has shut its own port."""

    LOOP = "loop"
    STORM = "storm"
    PORT_SECURITY = "port_security"
    BPDU_GUARD = "bpdu_guard"


class PairState(Enum):
    """What a reflectometer finds on one pair."""

    OK = "ok"
    OPEN = "open"
    SHORT = "short"
    OFF = "off"  # whole and terminated, but nobody at the far end is powered


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Something that happens again and again: every `every_s` seconds since `since` (Unix)."""

    every_s: float
    since: float

    def count(self, now: float) -> int:
        """How often it has happened, the first time at `since`."""
        return 0 if now < self.since else int((now - self.since) // self.every_s) + 1

    def last(self, now: float) -> float:
        """When it happened last; `since` before it ever did."""
        return self.since + max(0, self.count(now) - 1) * self.every_s

    def times(self, now: float, at_most: int = 400) -> list[float]:
        """All moments until now, oldest first."""
        count = self.count(now)
        return [self.since + n * self.every_s for n in range(max(0, count - at_most), count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A managed element."""

    id: str
    model: Model
    host: str
    role: str
    site: str
    mac: str
    booted_at: float
    serial: str = ""
    dead: bool = False  # broken, as if it were not there
    mains: bool = True
    battery: bool = False  # lives on without mains
    restarts: Beat | None = None
    cpu_pct: float = 11.0
    temp_c: float = 41.0
    storm_pps: float = 0.0  # broadcasts that circulate in its access VLAN

    @property
    def runs(self) -> bool:
        """Powered and working."""
        return not self.dead and (self.mains or self.battery)

    def up_since(self, now: float) -> float:
        """When it started last."""
        return self.restarts.last(now) if self.restarts else self.booted_at

    def boots(self, now: float) -> int:
        """snmpEngineBoots."""
        return 7 + (self.restarts.count(now) if self.restarts else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A socket of a device. `home_of` names who is connected here by the books."""

    device: str
    name: str
    number: int
    if_index: int
    max_mbps: int = 1000
    uplink: bool = False
    admin_up: bool = True
    block: Block | None = None
    pvid: int = 1
    tagged: tuple[int, ...] = ()
    alias: str = ""
    mac_limit: int = 10
    violations: Beat | None = None  # MAC limit hits
    out_discards: float = 0.0  # share of the frames sent
    fcs_errors: float = 0.0  # share of the frames received (lines of homes keep their own)
    fill: float = 0.0  # load of an uplink that comes from elsewhere, share of its speed
    poe: str = ""  # "", delivering, short
    looped: bool = False  # internal loopback: what it sends comes back inside
    stuck: bool = False  # no link until it is switched off and on
    dead: bool = False  # its electronics are broken: no link, whatever is plugged in

    @property
    def key(self) -> PortKey:
        """Device and name."""
        return (self.device, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A link between two devices; `child` hangs below `parent`."""

    child: PortKey
    parent: PortKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The copper between a port and a home."""

    length_m: float
    cut_at_m: float | None = None
    short_at_m: float | None = None
    broken_pair_at_m: float | None = None  # one of four pairs
    unplugged: bool = False  # at the home's end
    fcs_errors: float = 0.0  # share of the frames received
    flaps: Beat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """The subscriber's own box."""

    mac: str
    powered: bool = True
    hung: bool = False  # link up, not one frame
    max_mbps: int = 1000
    forced: bool = False  # 100/full without negotiation
    asks: bool = True  # dials or sends DISCOVER
    answers: bool = True  # answers ARP and ping
    login: str | None = None  # typed in wrongly, otherwise the contract's
    wrong_password: bool = False
    address: str | None = None  # set by hand to another than the contract's
    serves_dhcp: bool = False  # our cable sits in its LAN socket
    lured: bool = False  # took an address from somebody else's DHCP server
    loops: bool = False  # a cable back into itself
    other_macs: tuple[str, ...] = ()
    drops: Beat | None = None  # loses the session again and again
    flood_pps: float = 0.0  # packets that an infected machine sends
    mail_targets: int = 0  # hosts contacted on tcp/25
    dns: str | None = None  # resolver it asks, otherwise ours
    double_nat: bool = False
    bad_wifi: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The contract, as billing knows it."""

    state: str = "active"
    paid_until: float
    tariff: str
    down_mbps: int
    shaped: bool = False
    provisioned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A running service. `foreign` is another party under the same login; a ghost has no peer."""

    started: float
    mac: str
    ghost_since: float | None = None
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A subscriber: contract, line, box, where he is connected by the books and in fact."""

    id: str
    login: str
    password: str
    phone: str
    language: str
    street: str
    service: Service
    ip: str
    vlan: int
    bng: str
    port: PortKey  # by the books
    plugged: PortKey  # in fact
    line: Line
    router: Router
    account: Account
    macs: tuple[str, ...]  # bound to the contract
    online_since: float
    power: bool = True  # mains at the house
    left_on_list: bool = False  # forgotten on the debtors' list
    path_mtu: int = 1500  # what really passes between the router and this home
    ip_stolen_by: str | None = None  # MAC of somebody with the same address
    session: Session | None = None  # a session that is not his living one
    loads_fully: bool = False  # downloads at the full rate of his tariff
    must_dial: bool = False  # has lost the service since, and has to log in again


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """Services of the whole network."""

    radius_up: bool = True
    radius_down_at: float | None = None
    dns_up: bool = True
    pools_full: frozenset[str] = frozenset()
    pools_missing: frozenset[str] = frozenset()  # named by RADIUS, not there
    uplink_mtu: int = 1500
    rogues: tuple[tuple[int, str, PortKey], ...] = ()  # VLAN, MAC, where it is connected
    no_default: frozenset[str] = frozenset()  # routers that have lost their way out
    nat_used: float = 0.21
    internet_loss: float = 0.0
    anchors: tuple[str, ...] = ()
    silent_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything there is, at one moment."""

    devices: dict[str, Device] = field(default_factory=dict)
    ports: dict[PortKey, Port] = field(default_factory=dict)
    wires: tuple[Wire, ...] = ()
    homes: dict[str, Home] = field(default_factory=dict)
    net: Net = field(default_factory=Net)
    plugged: dict[PortKey, str] = field(default_factory=dict)  # port → home, in fact
