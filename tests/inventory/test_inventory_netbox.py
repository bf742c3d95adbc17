"""NetBox: a local server that gives its version 4 JSON. (Not tested against a real NetBox.)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from local_http import Desk, Reply, serving
from small_town import Open, said

from netdiag.model.errors import InventoryUnavailableError
from netdiag.model.words import Role

SOURCE = """\
- netbox:
    url: {url}/
    token: {{env: NETBOX_TOKEN}}
    roles: {{core-router: core, aggregation: aggregation, access-switch: access}}
    platforms: {{eltex-mes: eltex}}
    page: 2
"""


def device(number: int, name: str | None, role: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "url": f"http://netbox.invalid/api/dcim/devices/{number}/",
        "display": name or f"device {number}",
        "name": name,
        "role": {"id": 1, "name": role, "slug": role},
        "platform": {"id": 1, "name": "Eltex MES", "slug": "eltex-mes"},
        "site": {"id": 1, "name": "River", "slug": "river"},
        "status": {"value": "active", "label": "Active"},
        "primary_ip4": {"id": number, "address": f"127.0.1.{number}/24"},
        **more,
    }


def end(kind: str, number: int, name: str, port: str) -> dict[str, Any]:
    box = {"id": number, "name": name, "display": name}
    return {
        "object_type": kind,
        "object_id": 1000 + number,
        "object": {"id": 1000 + number, "device": box, "name": port, "cable": 1},
    }


def cable(a: tuple[int, str, str], b: tuple[int, str, str], **more: Any) -> dict[str, Any]:
    kind = more.pop("kind", "dcim.interface")
    return {
        "id": a[0] * 100 + b[0],
        "type": "smf",
        "a_terminations": [end("dcim.interface", *a)],
        "b_terminations": [end(kind, *b)],
        "status": {"value": "connected", "label": "Connected"},
        **more,
    }


DEVICES = [
    device(1, "core-1", "core-router"),
    device(2, "agg-1", "aggregation", platform=None),
    device(3, "sw-12", "access-switch"),
    device(4, "sw-13", "access-switch", primary_ip4=None, primary_ip=None),
    device(5, None, "access-switch"),
    device(6, "panel-1", "patch-panel"),
    device(7, "sw-14", "access-switch", status={"value": "planned", "label": "Planned"}),
]
CABLES = [
    cable((1, "core-1", "sfp1"), (2, "agg-1", "49")),
    cable((3, "sw-12", "25"), (2, "agg-1", "3")),
    cable((3, "sw-12", "26"), (4, "sw-13", "25")),
    cable((4, "sw-13", "26"), (6, "panel-1", "1"), kind="dcim.frontport"),
    cable((2, "agg-1", "9"), (7, "sw-14", "25")),
    cable((2, "agg-1", "4"), (4, "sw-13", "27"), status={"value": "planned", "label": "Planned"}),
]


def netbox(path: str, query: dict[str, str]) -> Reply:
    everything = {"/api/dcim/devices/": DEVICES, "/api/dcim/cables/": CABLES}.get(path)
    if everything is None:
        return 404, {"detail": "Not found."}
    offset, limit = int(query["offset"]), min(int(query["limit"]), 2)
    following = f"http://netbox.invalid{path}?limit={limit}&offset={offset + limit}"
    more = offset + limit < len(everything)
    return 200, {
        "count": len(everything),
        "next": following if more else None,
        "previous": None,
        "results": everything[offset : offset + limit],
    }


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("NETBOX_TOKEN", "hush-hush")
    with serving(netbox) as running:
        yield running


def test_devices_of_known_roles_come_with_address_platform_and_site(
    desk: Desk, opened: Open
) -> None:
    inventory = opened(SOURCE.format(url=desk.url))
    switch = inventory.device("sw-12")
    assert switch is not None
    assert (switch.host, switch.role, switch.platform, switch.site) == (
        "127.0.1.3", Role.ACCESS, "eltex", "river",
    )  # fmt: skip
    assert [d.id for d in inventory.devices_of_site("river")] == ["core-1", "agg-1", "sw-12"]
    assert inventory.device("panel-1") is None
    assert inventory.device("sw-14") is None
    assert {h["Authorization"] for h in desk.headers} == {"Token hush-hush"}


def test_cables_become_links_towards_the_core(desk: Desk, opened: Open) -> None:
    topology = opened(SOURCE.format(url=desk.url)).topology()
    assert topology.path("sw-13") == ("core-1", "agg-1", "sw-12", "sw-13")
    assert topology.uplink_port("sw-12") == "25"
    assert {link.source for link in topology.links} == {"netbox"}


def test_every_page_is_read_once_and_the_copy_is_kept(desk: Desk, opened: Open) -> None:
    opened(SOURCE.format(url=desk.url)).device("sw-12")
    assert len(desk.asked) == 4 + 3
    assert "exclude=config_context" in desk.asked[0]
    opened(SOURCE.format(url=desk.url)).topology()
    assert len(desk.asked) == 7


def test_what_cannot_be_used_is_named(desk: Desk, opened: Open) -> None:
    text = said(opened(SOURCE.format(url=desk.url)))
    assert "netbox device 5: a device of the role access without a name" in text
    assert "1 cables of these devices end at patch panels or circuits" in text
    assert "device sw-13: no source gives its host" in text
    assert text.count("\n") == 2


def test_a_wrong_address_or_token_is_said_and_the_copy_goes_on(desk: Desk, opened: Open) -> None:
    with pytest.raises(InventoryUnavailableError, match="without /api"):
        opened(SOURCE.format(url=f"{desk.url}/wrong")).device("sw-12")
    inventory = opened(SOURCE.format(url=desk.url) + "    refresh: 0\n")
    assert inventory.device("sw-12")
    desk.answer = lambda _path, _query: (403, {"detail": "Invalid token"})
    inventory.refresh()
    assert inventory.device("sw-12")
    assert "status 403" in inventory.describe()[0].notes[0]
