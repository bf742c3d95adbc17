"""/ip/arp, /ip/pool, /ip/route, /ip/firewall, /ip/neighbor."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.lab.reach import reachable
from netdiag.lab.routeros.ask import Ask, Row, numbered
from netdiag.lab.routeros.ppp import running
from netdiag.lab.routeros.text import duration, flag
from netdiag.lab.service import paid, pool_key
from netdiag.lab.things import Home, Service

POOL_SIZE = 253
_OTHERS = 96  # addresses in use by homes that the lab does not show
GATEWAY = "10.77.0.1"
DEBTORS = "debtors"
NAT_MAX = 524288


def arp(ask: Ask) -> list[Row]:
    """/ip/arp/print: homes with DHCP or a static address."""
    homes = [home for home in ask.homes() if home.service is not Service.PPPOE]
    return numbered(row for home in homes if (row := _arp(ask, home)) is not None)


def answers_arp(ask: Ask, home: Home) -> bool:
    """Somebody answers for the home's address."""
    alive = home.id in ask.scene.started and home.router.answers
    return alive or home.ip_stolen_by is not None


def arp_macs(ask: Ask, home: Home) -> list[str]:
    """Who answers for the home's address; two when it is taken twice."""
    own = home.id in ask.scene.started and home.router.answers
    return [*([home.router.mac] if own else []), *filter(None, [home.ip_stolen_by])]


def _arp(ask: Ask, home: Home) -> Row | None:
    macs = arp_macs(ask, home)
    if not macs and home.service is Service.DHCP and home.id not in ask.scene.started:
        return None  # no lease, no entry
    row = {"address": home.ip, "interface": f"vlan{home.vlan}"}
    if macs:
        row["mac-address"] = macs[int(ask.now // 5) % len(macs)].upper()
    row |= {
        "published": "false", "invalid": "false", "DHCP": flag(home.service is Service.DHCP),
        "dynamic": "true", "complete": flag(bool(macs)), "disabled": "false",
    }  # fmt: skip
    return row if ask.v6 else {**row, "status": "reachable" if macs else "failed"}


def pool(ask: Ask) -> list[Row]:
    """/ip/pool/print; only v7 counts."""
    return numbered(_pools(ask))


def _pools(ask: Ask) -> Iterator[Row]:
    for service in (Service.PPPOE, Service.DHCP):
        name = f"{service}-pool"
        if pool_key(ask.device.id, name) in ask.world.net.pools_missing:
            continue
        row = {"name": name, "ranges": f"{_net(ask, service)}.2-{_net(ask, service)}.254"}
        if not ask.v6:
            used = len(_used(ask, service))
            row |= {
                "total": str(POOL_SIZE), "used": str(used), "available": str(POOL_SIZE - used),
            }  # fmt: skip
        yield row


def _net(ask: Ask, service: Service) -> str:
    third = {Service.PPPOE: 1, Service.DHCP: 2}[service]
    return f"10.77.{third + (10 if ask.v6 else 0)}"


def _used(ask: Ask, service: Service) -> list[tuple[str, str]]:
    """Address and owner of all that is given out."""
    own = [(h.ip, h.macs[0].upper()) for h in ask.homes(service) if h.id in ask.scene.started]
    full = pool_key(ask.device.id, f"{service}-pool") in ask.world.net.pools_full
    count = POOL_SIZE if full else len(own) + _OTHERS
    taken = {ip for ip, _ in own}
    free = (f"{_net(ask, service)}.{n}" for n in range(254, 1, -1))
    others = [ip for ip in free if ip not in taken][: count - len(own)]
    return [*own, *((ip, f"02:77:C1:00:00:{int(ip.split('.')[3]):02X}") for ip in others)]


def pool_used(ask: Ask) -> list[Row]:
    """/ip/pool/used/print."""
    return numbered(
        {"pool": f"{service}-pool", "address": ip, "owner": owner, "info": ""}
        for service in (Service.PPPOE, Service.DHCP)
        for ip, owner in _used(ask, service)
    )


def route(ask: Ask) -> list[Row]:
    """/ip/route/print: the way out, the VLANs' networks, one host route per PPPoE session."""
    return numbered(_routes(ask))


def _routes(ask: Ask) -> Iterator[Row]:
    table = {} if ask.v6 else {"routing-table": "main"}
    if ask.device.id not in ask.world.net.no_default:
        way = {"gateway-status": f"{GATEWAY} reachable via  sfp-sfpplus1"}
        way = way if ask.v6 else {"immediate-gw": f"{GATEWAY}%sfp-sfpplus1"}
        yield {
            "dst-address": "0.0.0.0/0", "gateway": GATEWAY, **way, "distance": "1",
            "scope": "30", "target-scope": "10", **table, "active": "true", "static": "true",
            "dynamic": "false", "disabled": "false",
        }  # fmt: skip
    connected = {"distance": "0", "scope": "10", **table, "active": "true", "dynamic": "true"}
    for third in (2, 3):
        net = f"10.77.{third + (10 if ask.v6 else 0)}"
        yield {
            "dst-address": f"{net}.0/24", "pref-src": f"{net}.1", "gateway": "vlans",
            **connected, "connect": "true", "disabled": "false",
        }  # fmt: skip
    for one in running(ask):
        name = f"<pppoe-{one.home.login}>"
        yield {
            "dst-address": f"{one.home.ip}/32", "gateway": name, **connected, "connect": "true",
            "disabled": "false",
        }  # fmt: skip


def address_list(ask: Ask) -> list[Row]:
    """/ip/firewall/address-list/print: those who are sent to the payment page."""
    return numbered(
        {
            "list": DEBTORS, "address": home.ip, "creation-time": ask.date(ask.now - 9 * 3600),
            "dynamic": "false", "disabled": "false", "comment": home.id,
        }
        for home in ask.homes()
        if on_list(home, ask.now)
    )  # fmt: skip


def on_list(home: Home, now: float) -> bool:
    """On the debtors' list; PPPoE debtors are turned away by RADIUS instead."""
    return home.left_on_list or (home.service is not Service.PPPOE and not paid(home, now))


def neighbor(ask: Ask) -> list[Row]:
    """/ip/neighbor/print: the devices on the other side of the backbone."""
    return numbered(
        {
            "interface": "sfp-sfpplus1", "address": device.host, "address4": device.host,
            "mac-address": device.mac.upper(), "identity": device.id, "platform": "MikroTik",
            "version": "7.16 (stable)" if not ask.v6 else "6.49.10 (long-term)",
            "age": duration(ask.now % 60), "uptime": duration(ask.now - device.up_since(ask.now)),
            "interface-name": "te1", "discovered-by": "lldp",
        }
        for device in ask.world.devices.values()
        if device.role == "core" and reachable(ask.world, device.id)
    )  # fmt: skip


def tracking(ask: Ask) -> list[Row]:
    """/ip/firewall/connection/tracking/print."""
    total = int(NAT_MAX * ask.world.net.nat_used)
    return [{"enabled": "auto", "max-entries": str(NAT_MAX), "total-entries": str(total)}]


def nat(ask: Ask) -> list[Row]:
    """/ip/firewall/nat/print: everybody goes out behind the router's address."""
    return numbered(
        [
            {
                "chain": "srcnat", "action": "masquerade", "src-address": "10.77.0.0/16",
                "out-interface": "sfp-sfpplus1", "invalid": "false", "dynamic": "false",
                "disabled": "false",
            }
        ]
    )  # fmt: skip


def address(ask: Ask) -> list[Row]:
    """/ip/address/print: the gateways of the VLANs' networks."""
    return numbered(
        {
            "address": f"10.77.{third + (10 if ask.v6 else 0)}.1/24", "interface": "vlans",
            "actual-interface": "vlans", "network": f"10.77.{third + (10 if ask.v6 else 0)}.0",
            "invalid": "false", "dynamic": "false", "disabled": "false",
        }
        for third in (2, 3)
    )  # fmt: skip
