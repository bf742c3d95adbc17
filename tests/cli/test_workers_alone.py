"""`netdiag workers` where the store is not reached, and what it says of a worker without it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netdiag.cli.failure import FAILED
from netdiag.service.spool.story import sentence
from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from tests.cli.site import netdiag
from tests.inventory.sql_servers import free_port

LEFT = {"copied_at": "2026-11-28T11:57:00+00:00", "left_at": "2026-11-28T11:58:57+00:00"}
BACK = LEFT | {"back_at": "2026-11-28T15:02:10+00:00", "waiting": 12}
CAUGHT = BACK | {
    "caught_up_at": "2026-11-28T15:02:40+00:00", "waiting": 0,
    "sweeps": 12, "devices": 150, "events": 19, "new": 7,
}  # fmt: skip


@pytest.mark.parametrize(
    ("alone", "said"),
    [
        ({}, ""),
        ({"copied_at": "2026-11-28T11:57:00+00:00"}, ""),
        (LEFT | {"waiting": 3}, "without the store since 2026-11-28T11:58, 3 sweeps wait"),
        (BACK, "back at 2026-11-28T15:02, brings 12 sweeps"),
        (CAUGHT, "without the store 2026-11-28T11:58 to 2026-11-28T15:02, caught up: 12 sweeps, "
         "150 devices, 19 events, 7 new findings"),
    ],
)  # fmt: skip
def test_the_last_time_without_the_store_is_one_sentence(
    alone: dict[str, object], said: str
) -> None:
    assert sentence(alone) == said


def test_without_the_store_the_workers_of_this_machine_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_URL", f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    config = tmp_path / "netdiag.yaml"
    config.write_text("state_dir: state\nstore: {url: {env: STORE_URL}}\n", encoding="utf-8")
    local = Database(f"sqlite:///{tmp_path}/state/spool-north-1.db")
    Cursors(local).put("spool.story", LEFT, datetime.now(UTC))
    local.close()
    done = netdiag("workers", "--config", str(config))
    assert done.code == FAILED
    assert "cannot be used" in done.err
    assert "north-1\n    without the store since 2026-11-28T11:58, 0 sweeps wait" in done.out
    told = json.loads(netdiag("workers", "--config", str(config), "--json").out)
    assert told["workers"][0]["alone"]["left_at"] == LEFT["left_at"]
