"""Many SNMP agents on loopback out of tables: a small C program, compiled when it is needed."""

from __future__ import annotations

import atexit
import shutil
import socket
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.agents.table import Value, encoded

SOURCE = Path(__file__).with_name("canned.c")
_OCTETS = 1400  # of a reply: what fits an Ethernet frame, as switches answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Addresses that answer out of one table. `does`: normal, dead, slow (argument: ms), drop
    (per cent), loop, garbage, cut, generr."""

    first: str
    last: str
    table: int = 0
    does: str = "normal"
    argument: int = 0


@cache
def program() -> Path:
    """The agent, compiled once a process. SystemExit with the way out without a compiler."""
    compiler = shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0]) or shutil.which(
        "gcc"
    )
    if compiler is None:
        raise SystemExit("The agents are a C program: install gcc (apt install gcc libc6-dev).")
    directory = Path(tempfile.mkdtemp(prefix="canned-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    made = directory / "canned"
    subprocess.run([compiler, "-O2", "-o", str(made), str(SOURCE)], check=True)
    return made


def free_port() -> int:
    """A UDP port that nobody has just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("0.0.0.0", 0))
        return int(free.getsockname()[1])


@contextmanager
def agents(
    directory: Path,
    port: int,
    tables: Sequence[Mapping[str, Value]],
    ranges: Sequence[Range],
    octets: int = _OCTETS,
) -> Iterator[subprocess.Popen[str]]:
    """The agents while they run, on UDP `port` of every address of the ranges."""
    paths = []
    for number, table in enumerate(tables):
        path = directory / f"table-{port}-{number}.bin"
        path.write_bytes(encoded(table))
        paths.append(str(path))
    spans = [
        word for r in ranges for word in (r.first, r.last, str(r.table), r.does, str(r.argument))
    ]
    process = subprocess.Popen(
        [str(program()), str(port), str(octets), *paths, "--", *spans],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if not (process.stdout and process.stdout.readline()):
            raise SystemExit(f"The agents did not start on port {port}: is it free?")
        yield process
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()
