"""Times on the command line are read and shown in the time zone of netdiag.yaml."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.cli.site import USAGE, Site, netdiag, refused


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own zone is another one (that of the site is Moscow)."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_the_expected_end_of_an_outage(site: Site) -> None:
    words = ("--since", "2026-01-31T17:00", "--until", "2030-01-31T18:00")
    opened = netdiag("outages", "open", "sw-1", *words, "--json").json()
    end = datetime.fromisoformat(opened["expected_end"])
    assert end == datetime(2030, 1, 31, 15, tzinfo=UTC)
    told = netdiag("outages").out
    assert "since 2026-01-31 17:00 until 2030-01-31 18:00" in told
    noted = netdiag("outages", "note", opened["id"], "a fuse", "--until", "2030-01-31T19:00Z")
    assert "until 2030-01-31 22:00" in noted.out


def test_a_window_of_announced_work(site: Site) -> None:
    words = ("plan", "sw-1", "--until", "2030-05-04T04:00", "--json")
    planned = netdiag("outages", "maintenance", *words).json()
    assert datetime.fromisoformat(planned["until"]) == datetime(2030, 5, 4, 1, tzinfo=UTC)
    assert "to 2030-05-04 04:00" in netdiag("outages", "maintenance", "list").out


@pytest.mark.parametrize("command", [("kpi",), ("rules", "backtest"), ("rules", "learn")])
def test_a_time_that_ends_before_it_begins_is_refused(site: Site, command: tuple[str, ...]) -> None:
    text = refused(USAGE, *command, "--since", "2026-12-01", "--until", "2026-01-01")
    assert "is not before" in text
