"""A namespace with a tree of hosts on its loopback, and the cut in it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SPACE = f"nd-bench-{os.getpid()}"
ROOT = "agg-0"
PLUGIN = "/usr/lib/nagios/plugins/check_icmp"
ALIVE = (PLUGIN, "-w", "1000,100%", "-c", "1000,100%", "-n", "2", "-i", "100", "-t", "5")
_AGGS, _ACCESS, _ROUTERS = 4, 6, 10
_CUT = "127.20.0.0/16"
_NFT = """table inet cut {
  set gone { type ipv4_addr; flags interval; }
  chain in { type filter hook input priority 0; ip daddr @gone drop; }
}
"""


@contextmanager
def space() -> Iterator[None]:
    """A fresh namespace; the pings of a whole tree are not limited in it."""
    run("ip", "netns", "add", SPACE)
    try:
        run("ip", "-n", SPACE, "link", "set", "lo", "up")
        _inside("nft", "-f", "-", text=_NFT)
        for limit in ("icmp_ratelimit=0", "icmp_msgs_per_sec=100000"):
            _inside("sysctl", "-qw", f"net.ipv4.{limit}")
        yield
    finally:
        run("ip", "netns", "del", SPACE)


def hosts() -> list[tuple[str, str, str]]:
    """Name, address, parent."""
    found = [("core", "127.1.0.1", "")]
    for a in range(_AGGS):
        found.append((f"agg-{a}", f"127.{20 + a}.0.1", "core"))
        for b in range(_ACCESS):
            found.append((f"acc-{a}-{b}", f"127.{20 + a}.{b + 1}.1", f"agg-{a}"))
            found += [
                (f"cpe-{a}-{b}-{c}", f"127.{20 + a}.{b + 1}.{c + 2}", f"acc-{a}-{b}")
                for c in range(_ROUTERS)
            ]
    return found


def cut() -> float:
    """Silence ROOT and all behind it; when that was, on the monotonic clock."""
    _inside("nft", "add", "element", "inet", "cut", "gone", f"{{ {_CUT} }}")
    return time.monotonic()


def first(true: Callable[[], bool], since: float, seconds: float) -> float | None:
    """Seconds from `since` until it is true; None when it never was within `seconds`."""
    while time.monotonic() - since < seconds:
        if true():
            return round(time.monotonic() - since, 1)
        time.sleep(0.25)
    return None


def wait(true: Callable[[], bool], seconds: float) -> None:
    """Until it is true; the run ends when it does not become so."""
    if first(true, time.monotonic(), seconds) is None:
        raise SystemExit("it did not start in time")


def checked(status: Path) -> int:
    """How many hosts of a status file (Nagios and Icinga write the same) were looked at once."""
    if not status.is_file():
        return 0
    blocks = re.findall(r"hoststatus \{(.*?)\n\t\}", status.read_text(), re.DOTALL)
    return sum("has_been_checked=1" in block for block in blocks)


@contextmanager
def started(folder: Path, *words: str) -> Iterator[None]:
    """A program in the namespace, its output in `folder`/log."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["ip", "netns", "exec", SPACE, *words], stdout=log, stderr=log,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _inside(*words: str, text: str | None = None) -> None:
    run("ip", "netns", "exec", SPACE, *words, text=text)


def run(*words: str, text: str | None = None) -> None:
    """A command that has to succeed."""
    subprocess.run(words, input=text, text=True, check=True, capture_output=True)
