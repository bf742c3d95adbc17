"""prometheus-snmp-exporter over the agents of a bench, and the CPU it takes."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT_ONCE = 50
_TICK = os.sysconf("SC_CLK_TCK")


def exporter(directory: Path, names: list[str], port: int, columns: list[str]) -> dict[str, float]:
    """CPU seconds (from its start) and values of one scrape of every agent."""
    module = directory / "snmp.yml"
    module.write_text(_module(columns), encoding="utf-8")
    listen = _free_port()
    command = ["prometheus-snmp-exporter", f"--config.file={module}"]
    process = subprocess.Popen(
        [*command, f"--web.listen-address=127.0.0.1:{listen}", "--log.level=error"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(listen)
        began = time.monotonic()

        def scrape(host: str) -> int:
            url = f"http://127.0.0.1:{listen}/snmp?target={host}:{port}&module=bench"
            with urllib.request.urlopen(url, timeout=30) as reply:
                return sum(line.startswith(b"m_") for line in reply)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            values = sum(pool.map(scrape, names))
        wall = time.monotonic() - began
        return {"cpu_s": _cpu(process.pid), "varbinds": values, "wall_s": wall}
    finally:
        process.terminate()
        process.wait(10)


def _module(columns: list[str]) -> str:
    """A module with these columns alone; one metric each."""
    lines = ["bench:", "  walk:", *(f"  - {oid}" for oid in columns)]
    lines += ["  version: 2", "  max_repetitions: 60", "  auth: {community: public}", "  metrics:"]
    for oid in columns:
        name = "m_" + oid.replace(".", "_")
        lines += [f"  - name: {name}", f"    oid: {oid}", "    type: gauge", "    help: a column"]
        lines += ["    indexes: [{labelname: ifIndex, type: gauge}]"]
    return "\n".join(lines) + "\n"


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("prometheus-snmp-exporter did not start.")
