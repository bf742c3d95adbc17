"""Trying probes on a device: what disturbs the service needs a port, consent and a record."""

import sqlite3
from pathlib import Path

from netdiag.lab import Lab
from netdiag.service.app import App
from netdiag.service.teach.try_probes import try_device
from tests.addresses import own_base


async def test_a_cable_test_runs_only_on_a_named_port_and_is_recorded(tmp_path: Path) -> None:
    async with Lab(tmp_path, base=own_base()) as lab, App.open(str(lab.config_path)) as app:
        at = next(
            at
            for item in lab.story()
            if (at := app.find(item.subscriber)[0].attachment)
            and (device := app.inventory.device(at.device or ""))
            and device.platform == "dlink_ds"
        )

        async def cable_tests(place: str, *, disruptive: bool) -> int:
            tried = await try_device(app, place, disruptive=disruptive)
            assert len(tried) > 3
            return sum(one.run.probe == "cable-test" for one in tried)

        assert await cable_tests(str(at.device), disruptive=True) == 0
        assert await cable_tests(f"{at.device}:{at.port}", disruptive=False) == 0
        assert await cable_tests(f"{at.device}:{at.port}", disruptive=True) == 1
        with sqlite3.connect(app.settings.state_dir / "netdiag.db") as connection:
            rows = connection.execute("SELECT who, what, device, port FROM audit").fetchall()
    assert rows == [("probes try", "cable-test", at.device, at.port)]
