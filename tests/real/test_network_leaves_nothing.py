"""Whatever becomes of a run, nothing of it stays on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from realnet.network import Network
from realnet.shell import run
from realnet.space import remove_leftovers

_DIES = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from realnet.space import Space
space = Space()
space.add("alone")
space.start("alone", "sleeper", ["sleep", "300"])
print(space.prefix, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_leftovers_of_a_killed_run_are_removed_by_the_next(net: Network) -> None:
    here = str(Path(__file__).parent)
    words = [sys.executable, "-c", _DIES, here]
    prefix = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    assert f"{prefix}-alone" in run("ip", "netns", "list")
    pids = run("ip", "netns", "pids", f"{prefix}-alone").split()
    assert pids
    assert remove_leftovers() == [prefix]
    assert f"{prefix}-alone" not in run("ip", "netns", "list")
    assert not any(_runs(pid) for pid in pids)
    assert net.space.prefix in run("ip", "netns", "list")


def _runs(pid: str) -> bool:
    """Whether a process lives; one that only waits for its parent to notice does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_run_that_fails_removes_its_own(net: Network) -> None:
    space = net.space
    words = [sys.executable, "-c", _FAILS, str(Path(__file__).parent)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    prefix = done.stdout.strip()
    assert "the test has failed" in done.stderr
    assert prefix != space.prefix
    assert prefix not in run("ip", "netns", "list")
    assert not (space.folder.parent / prefix).exists()


_FAILS = """
import sys
sys.path.insert(0, sys.argv[1])
from realnet.space import Space
with Space() as space:
    space.add("alone")
    space.start("alone", "sleeper", ["sleep", "300"])
    print(space.prefix, flush=True)
    raise RuntimeError("the test has failed")
"""
