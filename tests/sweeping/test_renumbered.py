"""A number that belongs to another port than before has no past."""

from datetime import date, timedelta

from netdiag.content.load import load
from netdiag.model.sweep import DEVICE
from netdiag.sweeping import past
from netdiag.sweeping.columns import Place, carry, whole
from netdiag.sweeping.judge import hits
from netdiag.sweeping.known import Columns, Known

CONTENT = load()
TODAY = date(2026, 6, 30)
NOW = 1_800_000_000.0
TICKS = "device.agent_uptime_ticks"


def table(names: dict[str, str], speeds: dict[str, int], ticks: int) -> Columns:
    return {
        TICKS: {DEVICE: ticks},
        "port.name": names,
        "port.virtual": dict.fromkeys(names, False),
        "port.oper_status": dict.fromkeys(names, "up"),
        "port.speed_mbps": speeds,
        "port.in_frames": dict.fromkeys(names, ticks),
        "port.fcs_errors": {key: int(name[2:]) for key, name in names.items()},
        "port.last_change_ticks": dict.fromkeys(names, 100),
    }


def test_a_port_does_not_inherit_the_past_of_another_one() -> None:
    first = table({"1": "ge10", "2": "ge5000"}, {"1": 1000, "2": 100}, 10_000_000)
    known = Known(at=NOW - 900, table=first, day=TODAY.isoformat(), fell=["1"])
    known.usual = {"port.speed_best_mbps": {"1": 1000, "2": 100}}
    known.today = {"port.speed_mbps max": {"1": 1000, "2": 100}}
    known.changes = {"1": [NOW - 9000] * 9}
    swapped = table({"1": "ge5000", "2": "ge10"}, {"1": 100, "2": 1000}, 10_090_000)
    told, at = whole(known, swapped, CONTENT.vocabulary, Place(), NOW)
    assert hits(CONTENT.findings, "sw", told) == []
    assert not told.get("port.fcs_errors_rate")
    assert known.since == {"1": "2026-06-30", "2": "2026-06-30"}
    assert known.today == {"port.speed_mbps max": {}}
    carry(known, swapped, at, NOW)
    later = table({"1": "ge5000", "2": "ge10"}, {"1": 100, "2": 1000}, 10_180_000)
    told, _ = whole(known, later, CONTENT.vocabulary, Place(), NOW + 900)
    assert told["port.fcs_errors_rate"] == {"1": 0.0, "2": 0.0}


def test_days_before_the_change_are_not_its_own() -> None:
    kinds = [("best", CONTENT.vocabulary["port.speed_best_mbps"].past)]
    days = {
        TODAY - timedelta(back): {"port.speed_mbps max": {"1": 1000.0, "2": 1000.0}}
        for back in range(1, 10)
    }
    since = {"1": (TODAY - timedelta(2)).isoformat()}
    assert past.usual(kinds, days, TODAY, since) == {"best": {"2": 1000.0}}
