"""netdiag outages --watch: every change once, as it comes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.site import Site, netdiag


def lines(file: Path, wanted: int) -> list[dict[str, object]]:
    """What was told until now, once it is so many lines."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        told = file.read_text(encoding="utf-8").splitlines()
        if len(told) >= wanted:
            return [json.loads(one) for one in told]
        time.sleep(0.1)
    raise AssertionError(file.read_text(encoding="utf-8"))


def test_changes_come_one_a_line_until_it_is_ended(site: Site) -> None:
    told = site.directory / "told.jsonl"
    words = [sys.executable, "-m", "netdiag", "outages", "--watch", "--json"]
    with told.open("wb") as out, subprocess.Popen(words, stdout=out, env=os.environ) as running:
        opened = netdiag("outages", "open", "sw-1", "--cause", "power", "--json").json()
        assert [one["id"] for one in lines(told, 1)] == [opened["id"]]
        netdiag("outages", "note", str(opened["id"]), "seen", "--until", "2030-01-01T10:00:00Z")
        lines(told, 2)
        netdiag("outages", "close", str(opened["id"]))
        states = [one["state"] for one in lines(told, 3)]
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 0
    assert states[-1] == "cleared"
    assert len(set(states[:2])) == 1
