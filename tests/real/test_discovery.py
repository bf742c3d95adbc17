"""Links proposed from what real LLDP daemons hear, told through net-snmp's AgentX."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from realnet.shell import until
from realnet.space import Space, remove_leftovers

NODES = {"core": "10.98.0.1", "agg": "10.98.0.2", "sw1": "10.98.0.3", "sw2": "10.98.0.4"}
ROLES = {"core": "core", "agg": "aggregation", "sw1": "access", "sw2": "access"}
MGMT = "10.98.0.9"
CABLES = (("agg", "ul", "core", "e1"), ("sw1", "ul", "agg", "dn1"), ("sw2", "ul", "agg", "dn2"))
COMMUNITY = "town-read"
REMOTE_NAME = "1.0.8802.1.1.2.1.4.1.1.9"
# agg is right; sw1 was moved to another port; nobody wrote sw2 down; a cable that was taken away.
RECORDED = [
    {"device": "agg", "parent": "core", "device_port": "ul", "parent_port": "e1"},
    {"device": "sw1", "parent": "agg", "device_port": "ul", "parent_port": "dn7"},
    {"device": "sw2", "parent": "sw1", "device_port": "old", "parent_port": "old"},
]


class Heard:
    """A network whose devices hear one another."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.config = space.folder / "netdiag.json.yaml"

    def up(self) -> None:
        self.space.add("mgmt")
        self.space.ip(
            "mgmt", "link add br0 type bridge", "link set br0 up", f"addr add {MGMT}/24 dev br0"
        )
        for node, address in NODES.items():
            self.space.add(node)
            self.space.ip(
                "mgmt",
                f"link add m-{node} type veth peer name m0 netns {self.space.name(node)}",
                f"link set m-{node} master br0 up",
            )
            self.space.ip(node, "link set m0 up", f"addr add {address}/24 dev m0")
        for a, a_port, b, b_port in CABLES:
            there = self.space.name(b)
            self.space.ip(a, f"link add {a_port} type veth peer name {b_port} netns {there}")
            self.space.ip(a, f"link set {a_port} up")
            self.space.ip(b, f"link set {b_port} up")
        for node in NODES:
            self._serve(node)
        for node in NODES:
            until(lambda node=node: self._hears(node), f"{node} hears its neighbours")
        self._write()

    def _serve(self, node: str) -> None:
        folder = self.space.folder
        agent, state = folder / f"{node}.agentx", folder / f"snmpd-{node}"
        conf = folder / f"snmpd-{node}.conf"
        conf.write_text(
            f"agentaddress udp:{NODES[node]}:161\nrocommunity {COMMUNITY} {MGMT}\n"
            f"sysName {node}\nmaster agentx\nagentXSocket {agent}\n"
        )
        words = ["snmpd", "-f", "-Lo", "-C", "-c", str(conf), "-I", "-smux"]
        env = {"SNMP_PERSISTENT_DIR": str(state), "SNMPCONFPATH": str(state)}
        self.space.start(node, f"snmpd-{node}", words, env=env)
        until(agent.exists, f"the agent of {node}")
        lldp = folder / f"lldpd-{node}.conf"
        lldp.write_text(f"configure system hostname {node}\nconfigure lldp tx-interval 1\n")
        ports = ",".join(p for cable in CABLES for d, p in (cable[:2], cable[2:]) if d == node)
        self.space.start(
            node,
            f"lldpd-{node}",
            ["lldpd", "-d", "-u", str(folder / f"{node}.lldp"), "-O", str(lldp), "-I", ports,
             "-m", NODES[node], "-x", "-X", str(agent)],
        )  # fmt: skip

    def _hears(self, node: str) -> bool:
        words = ("snmpbulkwalk", "-v2c", "-c", COMMUNITY, "-t", "0.5", "-r", "0", "-Onq")
        told = self.space.run("mgmt", *words, NODES[node], REMOTE_NAME, check=False)
        wanted = {b if a == node else a for a, _, b, _ in CABLES if node in (a, b)}
        return all(f'"{name}"' in told for name in wanted)

    def _write(self) -> None:
        secret = self.space.folder / "community"
        secret.touch(mode=0o600)
        secret.write_text(COMMUNITY)
        devices = [
            {"id": node, "host": address, "role": ROLES[node], "platform": "linux", "site": "town"}
            for node, address in NODES.items()
        ]
        (self.space.folder / "inventory.yaml").write_text(
            json.dumps({"devices": devices, "links": RECORDED})
        )
        settings = {
            "inventory": [{"yaml": "inventory.yaml"}],
            "state_dir": "state",
            "credentials": {
                "default": {"snmp": {"version": "2c", "community": {"file": "community"}}}
            },
        }
        self.config.write_text(json.dumps(settings))

    def netdiag(self, *words: str) -> tuple[int, str, str]:
        program = Path(sys.executable).with_name("netdiag")
        done = self.space.finish("mgmt", str(program), *words, "--config", str(self.config))
        return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def town() -> Iterator[Heard]:
    if os.geteuid() != 0:
        pytest.skip("needs root, to make network namespaces")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [t for t in ("lldpd", "snmpd", "snmpbulkwalk") if not shutil.which(t, path=path)]
    if missing:
        pytest.skip(f"needs {', '.join(missing)} (tools/packages.sh installs them)")
    remove_leftovers()
    with Space() as space:
        made = Heard(space)
        made.up()
        yield made


def links(found: dict[str, object]) -> dict[str, list[tuple[object, ...]]]:
    told: dict[str, list[tuple[object, ...]]] = {}
    for one in found["links"]:  # type: ignore[attr-defined]
        edge = one["now"] or one["inventory"]
        ends = tuple(edge[key] for key in ("device", "device_port", "parent", "parent_port"))
        told.setdefault(one["fit"], []).append(ends)
    return told


def test_what_the_daemons_hear_is_compared_with_the_inventory(town: Heard) -> None:
    code, out, errors = town.netdiag("topology", "discover", "--json")
    found = json.loads(out)
    assert code == 1, errors
    assert links(found) == {
        "agrees": [("agg", "ul", "core", "e1")],
        "differs": [("sw1", "ul", "agg", "dn1")],
        "new": [("sw2", "ul", "agg", "dn2")],
        "missing": [("sw2", "old", "sw1", "old")],
    }
    assert found["strangers"] == []
    for one in found["links"]:
        if one["fit"] != "missing":
            assert set(one["heard_by"]) == {one["now"]["device"], one["now"]["parent"]}
            assert one["by"] == ["lldp"]
            assert one["sure"] is True


def test_the_proposal_is_an_inventory_that_can_be_adopted(town: Heard) -> None:
    for name in ("proposal.yaml", "proposal.csv"):
        path = town.space.folder / name
        code, _, errors = town.netdiag("topology", "discover", "--write", str(path))
        assert code == 1, errors
        assert path.exists()
    text = (town.space.folder / "proposal.csv").read_text(encoding="utf-8")
    assert "sw2,agg,ul,dn2," in text
    settings = json.loads(town.config.read_text(encoding="utf-8"))
    good = [row for row in RECORDED if row["device"] == "agg"]
    inventory = json.loads((town.space.folder / "inventory.yaml").read_text(encoding="utf-8"))
    (town.space.folder / "mended.yaml").write_text(json.dumps(inventory | {"links": good}))
    adopted = {"inventory": [{"yaml": "mended.yaml"}, {"yaml": "proposal.yaml"}]}
    town.config.write_text(json.dumps(settings | adopted))
    try:
        code, out, errors = town.netdiag("topology", "discover", "--json")
        assert code == 0, (out, errors)
        assert json.loads(out)["counts"]["agrees"] == 3
    finally:
        town.config.write_text(json.dumps(settings))


def test_a_file_that_is_there_is_never_overwritten(town: Heard) -> None:
    path = town.space.folder / "mine.yaml"
    path.write_text("links: []\n")
    code, _, errors = town.netdiag("topology", "discover", "--write", str(path))
    assert code == 2
    assert "is there already" in errors
    assert path.read_text() == "links: []\n"


def test_a_daemon_that_was_stopped_makes_its_links_untold_not_missing(town: Heard) -> None:
    town.space.stop("lldpd-sw2")
    code, out, _ = town.netdiag("topology", "discover", "--json", "--device", "sw2")
    found = json.loads(out)
    assert code == 4
    assert links(found) == {"not_told": [("sw2", "old", "sw1", "old")]}
    assert [one["device"] for one in found["quiet"]] == ["sw2"]
