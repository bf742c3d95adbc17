"""/tool/ping, /tool/torch: what the router finds when it asks by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netdiag.lab.routeros.ask import Ask, Row
from netdiag.lab.routeros.ip import arp_macs, on_list
from netdiag.lab.routeros.ppp import session_mtu
from netdiag.lab.routeros.text import rtt
from netdiag.lab.things import Home, Service
from netdiag.lab.ways import home_loss, home_rtt_ms

MOST = 100
HEADERS = 28  # IP and ICMP; RouterOS counts them into `size`


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What happens to packets to one address."""

    loss: float = 1.0  # share
    rtt_ms: float = 2.0
    mtu: int = 1500  # of the interface: larger ones are refused here
    passes: int = 1500  # larger ones vanish on the way
    hosts: tuple[str, ...] = ()  # who answers (MACs of an ARP ping)
    status: str = "timeout"


def seconds(text: str, usual: float) -> float:
    """A duration of the command: 200ms, 1s, 00:00:01."""
    if not text:
        return usual
    if text.endswith("ms"):
        return float(text[:-2]) / 1000
    clock = text.removesuffix("s").split(":")
    total = 0.0
    for part in clock:
        total = total * 60 + float(part)
    return total


def ping(ask: Ask) -> Iterator[Row]:
    """One row per probe, each with the sums so far, as the router streams them."""
    words = ask.attributes
    count = min(int(words.get("count", "4")), MOST)
    size = int(words.get("size", "56"))
    way = _arp_way(ask) if words.get("arp-ping") in ("yes", "true") else _way(ask)
    unbroken = words.get("do-not-fragment", "no") in ("yes", "true", "")
    received = 0
    for seq in range(count):
        lost = int((seq + 1) * way.loss + 1e-9) > int(seq * way.loss + 1e-9)
        too_big = unbroken and size > way.mtu
        lost = lost or too_big or (unbroken and size > way.passes)
        received += not lost
        time = way.rtt_ms * (0.9 + 0.2 * (seq * 7 % 10) / 10)
        row = {"seq": str(seq), "host": words.get("address", "")}
        if way.hosts and not lost:
            row["host"] = way.hosts[seq % len(way.hosts)].upper()
        if lost:
            row["status"] = "packet too large and cannot be fragmented" if too_big else way.status
        else:
            row |= {"size": str(size), "ttl": "64", "time": rtt(time, v6=ask.v6)}
        yield row | _sums(ask, seq + 1, received, way.rtt_ms)


def _sums(ask: Ask, sent: int, received: int, average: float) -> Row:
    lost = round(100 * (sent - received) / sent)
    row = {"sent": str(sent), "received": str(received), "packet-loss": str(lost)}
    if received:
        times = (("min", 0.9), ("avg", 1.0), ("max", 1.1))
        row |= {f"{name}-rtt": rtt(average * part, v6=ask.v6) for name, part in times}
    return row


def _way(ask: Ask) -> Way:
    address = ask.attributes.get("address", "")
    home = next((h for h in ask.world.homes.values() if h.ip == address), None)
    if home is not None:
        return _to_home(ask, home)
    if address in ask.world.net.anchors:
        return _to_internet(ask, address)
    return Way()


def _to_home(ask: Ask, home: Home) -> Way:
    mtu = session_mtu(ask) if home.service is Service.PPPOE else 1500
    here = home.bng == ask.device.id and home.id in ask.scene.started and home.session is None
    if not here or not home.router.answers:
        return Way(mtu=mtu)
    loss, time = home_loss(ask.world, home), home_rtt_ms(ask.world, home)
    return Way(loss=loss, rtt_ms=time, mtu=mtu, passes=min(home.path_mtu, mtu))


def _to_internet(ask: Ask, address: str) -> Way:
    net = ask.world.net
    if ask.device.id in net.no_default:
        return Way(status="no route to host")
    source = ask.attributes.get("src-address", "")
    cut = any(h.ip == source and on_list(h, ask.now) for h in ask.homes())
    if address in net.silent_hosts or cut:
        return Way()
    return Way(loss=net.internet_loss, rtt_ms=14.0, passes=net.uplink_mtu)


def _arp_way(ask: Ask) -> Way:
    address = ask.attributes.get("address", "")
    homes = (h for h in ask.homes() if h.ip == address and h.service is not Service.PPPOE)
    home = next(homes, None)
    macs = tuple(arp_macs(ask, home)) if home else ()
    if home is None or not macs:
        return Way()
    return Way(loss=home_loss(ask.world, home), rtt_ms=1.0, hosts=macs)


def torch(ask: Ask) -> list[Row]:
    """/tool/torch: the flows of one home, found by =src-address= or =interface=."""
    words = ask.attributes
    address = words.get("src-address", "").removesuffix("/32")
    for home in ask.homes():
        named = words.get("interface") in (home.login, f"<pppoe-{home.login}>")
        if home.id in ask.scene.started and (home.ip == address or (named and not address)):
            return list(_flows(home))
    return []


def _flows(home: Home) -> Iterator[Row]:
    def flow(target: str, port: str, packets: float, protocol: str = "tcp") -> Row:
        return {
            "src-address": home.ip, "dst-address": target, "ip-protocol": protocol,
            "dst-port": port, "tx": str(int(packets * 7200)), "rx": str(int(packets * 1800)),
            "tx-packets": str(int(packets)), "rx-packets": str(int(packets)),
        }  # fmt: skip

    yield flow(home.router.dns or "127.77.0.53", "53", 2, "udp")
    yield flow("203.0.113.20", "443", 400)
    yield flow("203.0.113.21", "443", 120)
    for n in range(home.router.mail_targets):
        yield flow(f"192.0.2.{n % 250 + 1}", "25", home.router.flood_pps / home.router.mail_targets)
