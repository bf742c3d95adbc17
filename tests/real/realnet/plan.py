"""Addresses, names and subscribers of the test town. RFC 5737 and private addresses only."""

from __future__ import annotations

from dataclasses import dataclass

MGMT = "10.99.0.1"
ADDRESSES = {
    "agg": "10.99.0.21",
    "acc1": "10.99.0.11",
    "acc2": "10.99.0.12",
    "bng": "10.99.0.31",
    "srv": "10.99.0.51",
}
POSTGRES, MARIADB = "10.99.0.51", "10.99.0.52"
SWITCHES = ("agg", "acc1", "acc2")
ANCHOR = "203.0.113.10"
GATEWAY = "10.1.0.1"
DNS_NAME = "example.test"
SESSION_IP = "10.1.0.105"  # what RADIUS gives to the PPPoE subscriber
VLAN = 100
POOL = tuple(f"10.1.0.{n}" for n in range(100, 110))  # what the DHCP server has to give
COMMUNITY, WRITE_COMMUNITY = "lenina5-read", "lenina5-write"
SPARE_PORT = "swp9"  # on acc1: not given to anybody, isolated from the uplink


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """A subscriber with what stands at his end of the cable."""

    id: str
    node: str | None  # namespace of his router; None: nothing stands there
    login: str
    service: str  # dhcp static pppoe
    device: str
    port: str
    mac: str
    ip: str | None


FLATS = (
    Flat(id="1001", node="cpe1", login="petrov", service="dhcp", device="acc1", port="swp1",
         mac="02:00:00:00:10:01", ip="10.1.0.101"),
    Flat(id="1002", node="cpe2", login="sidorova", service="static", device="acc1", port="swp2",
         mac="02:00:00:00:10:02", ip="10.1.0.12"),
    Flat(id="1003", node="cpe3", login="library", service="dhcp", device="acc2", port="swp3",
         mac="02:00:00:00:10:03", ip="10.1.0.103"),
    Flat(id="1004", node="cpe4", login="bakery", service="static", device="acc2", port="swp4",
         mac="02:00:00:00:10:04", ip="10.1.0.14"),
    Flat(id="1005", node="cpe5", login="ivanova", service="pppoe", device="acc1", port="swp5",
         mac="02:00:00:00:10:05", ip=None),
    Flat(id="1006", node="cpe6", login="school", service="static", device="acc2", port="swp6",
         mac="02:00:00:00:10:06", ip="10.1.0.16"),
)  # fmt: skip


def flat(node: str) -> Flat:
    """The subscriber whose router is this node."""
    return next(f for f in FLATS if f.node == node)
