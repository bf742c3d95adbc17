"""The same cut seen by Nagios 4 and by netdiag: until the root is named, how often one is told.

    python -m bench.nagios [--tool nagios|netdiag|both] [--seconds 150] [--json]

A core, aggregations, access switches and subscribers, on loopback of a namespace of its own;
every host is looked at once a minute, as the other does it. One aggregation and all behind it fall
silent at once (nothing raises an alarm). Nagios: parents set, three attempts five seconds apart,
its packaged plugin. Needs root, nagios4-core, monitoring-plugins-basic, nftables.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_SPACE = f"nd-bench-{os.getpid()}"
_AGGS, _ACCESS, _ROUTERS = 4, 6, 10
_ROOT, _CUT = "agg-0", "127.20.0.0/16"
_PLUGIN = "/usr/lib/nagios/plugins/check_icmp"
_NFT = """table inet cut {
  set gone { type ipv4_addr; flags interval; }
  chain in { type filter hook input priority 0; ip daddr @gone drop; }
}
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", choices=("nagios", "netdiag", "both"), default="both")
    parser.add_argument("--seconds", type=float, default=150.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    missing = [t for t in ("nagios4", "nft", _PLUGIN) if shutil.which(t) is None]
    if os.geteuid() != 0 or missing:
        print(f"needs root and {', '.join(missing) or 'nothing else'}", file=sys.stderr)
        return 2
    tools = {"nagios": _nagios, "netdiag": _netdiag}
    wanted = tools if asked.tool == "both" else {asked.tool: tools[asked.tool]}
    found = {name: _measured(measure, asked.seconds) for name, measure in wanted.items()}
    if asked.json:
        print(json.dumps(found))
    else:
        for name, figures in found.items():
            print(name, *(f"{key}={value}" for key, value in figures.items()))
    return 0


Figures = dict[str, float | None]
Measure = Callable[[Path, float], Figures]


def _measured(measure: Measure, seconds: float) -> Figures:
    """One tool in a fresh namespace."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        _run("ip", "netns", "add", _SPACE)
        try:
            _run("ip", "-n", _SPACE, "link", "set", "lo", "up")
            _inside("nft", "-f", "-", text=_NFT)
            for limit in ("icmp_ratelimit=0", "icmp_msgs_per_sec=100000"):
                _inside("sysctl", "-qw", f"net.ipv4.{limit}")
            return {"hosts": float(len(list(_tree()))), **measure(Path(folder), seconds)}
        finally:
            _run("ip", "netns", "del", _SPACE)


def _nagios(folder: Path, seconds: float) -> Figures:
    config, log = _nagios_files(folder)
    process = _start(folder, "nagios4", str(config))
    try:
        _wait(lambda: _states(folder).count("1") >= len(list(_tree())), 180)
        cut = _cut()
        named = _first(lambda: f"HOST ALERT: {_ROOT};DOWN;HARD" in log.read_text(), cut, seconds)
        time.sleep(max(0.0, seconds - (time.monotonic() - cut)))
        lines = log.read_text().splitlines()
        told = [line for line in lines if "HOST NOTIFICATION" in line and ";DOWN;" in line]
        below = [line for line in lines if "HOST NOTIFICATION" in line and ";UNREACHABLE;" in line]
        return {
            "root_named_s": named,
            "told_down": float(len(told)),
            "told_unreachable": float(len(below)),
            "told_of_others_than_the_root": float(len([t for t in told if f";{_ROOT};" not in t])),
        }
    finally:
        _end(process)


def _netdiag(folder: Path, seconds: float) -> Figures:
    process = _start(folder, sys.executable, "-m", "netdiag", "serve", "--config",
                     str(_netdiag_files(folder)))  # fmt: skip
    store = folder / "state" / "netdiag.db"
    try:
        _wait(lambda: "Listening" in (folder / "log").read_text(), 60)
        time.sleep(75)  # one round, so that it is known who is up
        cut = _cut()
        named = _first(lambda: _ROOT in _confirmed(store), cut, seconds)
        time.sleep(max(0.0, seconds - (time.monotonic() - cut)))
        roots = _confirmed(store)
        return {
            "root_named_s": named,
            "told_down": float(len(roots)),
            "told_unreachable": 0.0,
            "told_of_others_than_the_root": float(len([root for root in roots if root != _ROOT])),
        }
    finally:
        _end(process)


def _confirmed(store: Path) -> list[str]:
    """Roots of outages that were told: confirmed, once each."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT DISTINCT o.id, o.root FROM outages o JOIN outage_log l ON l.outage = o.id "
            "WHERE l.state = 'confirmed'"
        )
        return [root for _, root in rows]


def _tree() -> list[tuple[str, str, str]]:
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


def _nagios_files(folder: Path) -> tuple[Path, Path]:
    command = f"{_PLUGIN} -H $HOSTADDRESS$ -w 1000,100% -c 1000,100% -n 2 -i 100 -t 5"
    days = "\n".join(
        f" {day} 00:00-24:00"
        for day in ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    )
    usual = (
        "check_command alive\n check_interval 60\n retry_interval 5\n max_check_attempts 3\n"
        " check_period always\n notification_period always\n notification_options d,u,r\n"
        " notification_interval 0\n contacts noc"
    )
    blocks = [
        f"define command {{\n command_name alive\n command_line {command}\n}}",
        "define command {\n command_name nop\n command_line /bin/true\n}",
        f"define timeperiod {{\n timeperiod_name always\n alias always\n{days}\n}}",
        "define contact {\n contact_name noc\n host_notification_period always\n"
        " service_notification_period always\n host_notification_commands nop\n"
        " service_notification_commands nop\n host_notification_options d,u,r\n"
        " service_notification_options n\n}",
        "define service {\n host_name core\n service_description one\n check_command nop\n"
        " check_interval 3600\n retry_interval 60\n max_check_attempts 3\n check_period always\n"
        " notification_period always\n contacts noc\n}",
    ]
    for name, address, parent in _tree():
        above = f"\n parents {parent}" if parent else ""
        blocks.append(f"define host {{\n host_name {name}\n address {address}\n {usual}{above}\n}}")
    (folder / "objects.cfg").write_text("\n".join(blocks) + "\n")
    for part in ("rw", "spool"):
        (folder / part).mkdir()
    config = folder / "nagios.cfg"
    config.write_text(
        f"log_file={folder}/nagios.log\ncfg_file={folder}/objects.cfg\n"
        f"object_cache_file={folder}/cache\nstatus_file={folder}/status.dat\n"
        f"status_update_interval=1\nnagios_user=nagios\nnagios_group=nagios\n"
        f"command_file={folder}/rw/nagios.cmd\nlock_file={folder}/nagios.pid\n"
        f"temp_file={folder}/tmp\ntemp_path={folder}/rw\ncheck_result_path={folder}/spool\n"
        "check_result_reaper_frequency=1\ninterval_length=1\nmax_host_check_spread=60\n"
        "host_inter_check_delay_method=s\ncached_host_check_horizon=5\nuse_syslog=0\n"
        "retain_state_information=0\nenable_flap_detection=0\nenable_notifications=1\n"
        "enable_predictive_host_dependency_checks=1\nexecute_host_checks=1\ncheck_for_updates=0\n"
    )
    _run("chown", "-R", "nagios:nagios", str(folder))
    return config, folder / "nagios.log"


def _netdiag_files(folder: Path) -> Path:
    devices = ["id,host,role,platform,site"]
    links, people = ["device,parent"], ["id,ip,device,port,service"]
    for name, address, parent in _tree():
        if name.startswith("cpe"):
            people.append(f"{name},{address},{parent},{name.rpartition('-')[2]},static")
            continue
        role = {"cor": "core", "agg": "aggregation"}.get(name[:3], "access")
        devices.append(f"{name},{address},{role},generic,x")
        if parent:
            links.append(f"{name},{parent}")
    for part, lines in (("devices", devices), ("links", links), ("subscribers", people)):
        (folder / f"{part}.csv").write_text("\n".join(lines) + "\n")
    csv = ", ".join(f"{part}: {part}.csv" for part in ("devices", "links", "subscribers"))
    config = folder / "netdiag.yaml"
    config.write_text(
        f"inventory:\n  - csv: {{{csv}}}\nstate_dir: state\n"
        "serve: {listen: '127.0.0.1:8787', executor: bench}\nwatch: {round_s: 60}\n"
    )
    return config


def _states(folder: Path) -> list[str]:
    """has_been_checked of every host."""
    status = folder / "status.dat"
    if not status.is_file():
        return []
    blocks = re.findall(r"hoststatus \{(.*?)\n\t\}", status.read_text(), re.DOTALL)
    return [found[1] for b in blocks if (found := re.search(r"has_been_checked=(\d)", b))]


def _cut() -> float:
    _inside("nft", "add", "element", "inet", "cut", "gone", f"{{ {_CUT} }}")
    return time.monotonic()


def _first(true: Callable[[], bool], since: float, seconds: float) -> float | None:
    while time.monotonic() - since < seconds:
        if true():
            return round(time.monotonic() - since, 1)
        time.sleep(0.25)
    return None


def _wait(true: Callable[[], bool], seconds: float) -> None:
    if _first(true, time.monotonic(), seconds) is None:
        raise SystemExit("it did not start in time")


def _start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            ["ip", "netns", "exec", _SPACE, *words], stdout=log, stderr=log,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def _inside(*words: str, text: str | None = None) -> None:
    _run("ip", "netns", "exec", _SPACE, *words, text=text)


def _run(*words: str, text: str | None = None) -> None:
    subprocess.run(words, input=text, text=True, check=True, capture_output=True)


if __name__ == "__main__":
    raise SystemExit(main())
