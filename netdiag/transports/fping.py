"""Reachability of many hosts at once, with fping as a child process where it is installed: one
socket, paced sending, and loss that is the network's and not our own. Else host by host."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from netdiag.model.wire import Answer, Deadline, NoAnswer, Ping, Target
from netdiag.transports.icmp import IcmpTransport

_LINE = re.compile(r"^(\S+)\s+: (.+)$")
_UNSENT = re.compile(r"^(\S+): error while sending ping: (.+)$")
_KILLED_AFTER_S = 5.0


@dataclass(frozen=True, slots=True)
class Echo:
    """What became of the echo requests to one host. `rtt_ms` None: no reply came to any of them;
    `trouble`: this host could not even send, which says nothing about the far end."""

    rtt_ms: float | None
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a round of pings is sent."""

    count: int = 1
    interval_ms: float = 1.0  # between any two packets
    period_ms: int = 1000  # between two packets to one host
    timeout_ms: int = 1000


def installed() -> str | None:
    """Where fping is; None when it is not installed."""
    return shutil.which("fping") or shutil.which("fping", path="/usr/sbin:/usr/bin:/sbin:/bin")


async def ping_many(hosts: Iterable[str], pace: Pace | None = None) -> dict[str, Echo]:
    """Ping addresses, each once a round; answers by address."""
    pace = pace or Pace()
    wanted = list(dict.fromkeys(hosts))
    program = installed()
    if program is None or not wanted:
        return await _one_by_one(wanted, pace)
    lines = await _run(program, wanted, pace)
    if lines is None:
        return await _one_by_one(wanted, pace)
    return _read(lines, wanted)


async def _run(program: str, hosts: list[str], pace: Pace) -> str | None:
    """What fping says; None when it may not send here at all."""
    process = await asyncio.create_subprocess_exec(
        *(program, "-q", "-C", str(pace.count), "-i", f"{pace.interval_ms:g}"),
        *("-p", str(pace.period_ms), "-t", str(pace.timeout_ms)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, told = await process.communicate("\n".join(hosts).encode() + b"\n")
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _KILLED_AFTER_S)
        raise
    # 0: all answered, 1: some did not, 2: some address was not found; above: it did not run.
    return told.decode(errors="replace") if process.returncode in (0, 1, 2) else None


def _read(lines: str, wanted: list[str]) -> dict[str, Echo]:
    found: dict[str, Echo] = {}
    for line in lines.splitlines():
        unsent = _UNSENT.match(line)
        if unsent:
            found[unsent[1]] = Echo(None, f"this host cannot send to {unsent[1]}: {unsent[2]}")
            continue
        told = _LINE.match(line)
        if told and told[1] not in found:
            times = [float(word) for word in told[2].split() if word != "-"]
            found[told[1]] = Echo(sum(times) / len(times) if times else None)
    return {host: found.get(host, Echo(None, f"{host} is no address")) for host in wanted}


async def _one_by_one(hosts: list[str], pace: Pace) -> dict[str, Echo]:
    return await ping_targets({host: Target(device=host, host=host) for host in hosts}, pace)


async def ping_targets(targets: Mapping[str, Target], pace: Pace) -> dict[str, Echo]:
    """Ping hosts one by one over icmplib's sockets, few at once: also those of a laboratory, whose
    echo is not ICMP."""
    transport = IcmpTransport()
    seconds = pace.timeout_ms / 1000

    async def one(target: Target) -> Echo:
        question = Ping(
            address=target.host,
            count=pace.count,
            interval_s=pace.period_ms / 1000,
            timeout_s=seconds,
        )
        # The queue for a socket is ours: time in it must not count as silence.
        wait = Deadline.after(60.0 + len(targets) * seconds * pace.count)
        reply = await transport.ask(target, question, wait)
        return _echo(reply)

    echoes = await asyncio.gather(*map(one, targets.values()))
    return dict(zip(targets, echoes, strict=True))


def _echo(reply: Answer | NoAnswer) -> Echo:
    if isinstance(reply, NoAnswer):
        return Echo(None, reply.detail)
    rtt = reply.rows[0].get("rtt_ms")
    return Echo(float(rtt) if isinstance(rtt, int | float) else None)
