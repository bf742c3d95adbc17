"""Ports at which dead links of rings end, asked over SNMP in the lab."""

from __future__ import annotations

from netdiag.service.app import App
from netdiag.service.watch.ways_asked import found_up
from tests.lab.clients import Town
from tests.lab.conftest import town

__all__ = ["town"]


async def test_a_port_with_link_is_found_up_and_one_that_cannot_be_asked_says_nothing(
    town: Town,
) -> None:
    app = App.open(str(town.lab.config_path))
    found = await found_up(["sw-1:port1", "sw-1:port99", "sw-77:1"], app)
    assert [(one.subject, one.kind, one.state) for one in found] == [("sw-1:port1", "probe", "up")]
    with town.fault("switch-dead", "100237"):
        device, port = town.lab.scene.world.homes["100237"].port
        assert await found_up([f"{device}:{port}"], app) == []
    await app.wires.close()
    app.database.close()
    app.inventory.close()
