"""Where somebody is seen: learned by real bridges, told by net-snmp and OpenSSH."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from realnet import faults_line as faults
from realnet.network import Network
from realnet.plan import FLATS

SERVED = [flat for flat in FLATS if flat.ip]


def locate(net: Network, key: str, config: Path | None = None) -> tuple[int, dict[str, Any]]:
    program = Path(sys.executable).with_name("netdiag")
    words = ("locate", key, "--json", "--deadline", "8")
    where = config or net.backends["postgresql"].config
    done = net.space.finish("mgmt", str(program), *words, "--config", str(where))
    assert done.stdout.startswith("{"), done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(autouse=True)
def _heard(net: Network) -> None:
    """A bridge forgets an address after five minutes: everybody says something."""
    for flat in SERVED:
        net.space.run("bng", "ping", "-c", "1", "-W", "1", str(flat.ip), check=False)


def place(found: dict[str, Any]) -> tuple[str, str]:
    first = found["places"][0]
    return first["device"], first["port"]


@pytest.mark.parametrize("flat", SERVED, ids=lambda flat: flat.login)
def test_each_flat_is_found_on_its_port(net: Network, flat: Any) -> None:
    code, found = locate(net, flat.id)
    assert place(found) == (flat.device, flat.port), found
    assert (code, found["agreement"]) == (0, "agrees")


def test_the_bridge_that_learned_it_and_the_router_agree_on_an_address(net: Network) -> None:
    flat = next(flat for flat in SERVED if flat.device == "acc1")
    _, found = locate(net, str(flat.ip))
    assert found["looked_for"]["macs"]
    assert any(one["source"] == "bng" and one["ip"] == flat.ip for one in found["seen"])


def test_a_cable_in_another_port_is_found_there(net: Network) -> None:
    with faults.moved_to_spare_port(net):
        code, found = locate(net, "1001")
    assert code == 1
    assert found["finding"]["fault"] == "settings.access.mac-on-other-port"
    assert place(found)[0] == "acc1"


def test_one_on_file_on_another_switch_is_found_through_the_aggregation(net: Network) -> None:
    config = net.backends["postgresql"].config
    inventory = json.loads((config.parent / "inventory.yaml").read_text(encoding="utf-8"))
    for row in inventory["subscribers"]:
        if row["id"] == "1001":
            row.update(device="acc2", port="swp3")
    (config.parent / "moved.yaml").write_text(json.dumps(inventory), encoding="utf-8")
    settings = json.loads(config.read_text(encoding="utf-8"))
    moved = config.with_name("moved-netdiag.yaml")
    moved.write_text(json.dumps(settings | {"inventory": [{"yaml": "moved.yaml"}]}))
    code, found = locate(net, "1001", config=moved)
    assert (code, found["agreement"]) == (1, "differs"), found
    assert place(found) == ("acc1", "swp1")
    asked = {one["device"] for one in found["asked"] if one["outcome"] == "ok"}
    assert {"acc2", "agg", "acc1"} <= asked
