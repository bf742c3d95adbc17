"""Who is there: pings, parents before children. Silence is believed after three tries, and never
because of our own line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from netdiag.inventory.topology import Topology
from netdiag.model.subscriber import Device
from netdiag.model.wire import Target
from netdiag.service.sweep.policy import Policy
from netdiag.transports.fping import Echo, Pace, ping_many, ping_targets

_RESPONDER = "icmp.responder"
_SOME_CHILDREN = 3
_ENOUGH_TO_DOUBT = 2  # as many silent, and no other: it is our own line
_AT_ONCE = 100
_PATIENT = 5  # sweeps in a row

Knock = Callable[[Device], Awaitable[bool]]
Ping = Callable[[Sequence[Device], Pace], Awaitable[dict[str, Echo]]]


@dataclass(slots=True)
class Reachable:
    """By device: does it answer ping (None: this host could not ask). `silent`: neither ping nor
    its own protocol. `behind`: not asked, with the silent device before it. `cut_off`: of several
    that were asked nobody answered."""

    ping: dict[str, bool | None] = field(default_factory=dict)
    rtt_ms: dict[str, float] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    tired: AbstractSet[str] = frozenset()
    passing: set[str] = field(default_factory=set)  # silent, but others are reached through them
    behind: dict[str, str] = field(default_factory=dict)
    tried: int = 0
    cut_off: bool = False


def pinger(targets: Callable[[Device], Target]) -> Ping:
    """Pings by fping; those of a laboratory, whose echo is no ICMP, one by one."""

    async def ping(devices: Sequence[Device], pace: Pace) -> dict[str, Echo]:
        aims = {device.id: targets(device) for device in devices}
        odd = {name: aim for name, aim in aims.items() if _RESPONDER in aim.options}
        plain = {name: aim.host for name, aim in aims.items() if name not in odd}
        echoes = await ping_many(plain.values(), pace)
        found = {name: echoes[host] for name, host in plain.items()}
        return found | await ping_targets(odd, pace)

    return ping


def is_tired(misses: int) -> bool:
    """May a device that was silent in so many sweeps in a row be asked less this time? After four
    it gets one echo, and all of the questions in the 8th, 16th, 32nd … sweep only."""
    return misses >= _PATIENT and misses & (misses - 1) != 0


async def reach(
    groups: Sequence[Sequence[Device]],
    topology: Topology,
    ping: Ping,
    knock: Knock,
    policy: Policy,
    tired: AbstractSet[str] = frozenset(),
) -> Reachable:
    """Ping level by level. What hangs below silent devices alone is not asked. `tired`: silent
    for so long that one echo is enough."""
    found = Reachable(tired=tired)
    for group in groups:
        await _level(group, topology, ping, knock, policy, found)
    answered = any(found.ping.values()) or found.passing or len(found.silent) < len(found.ping)
    found.cut_off = found.tried >= _ENOUGH_TO_DOUBT and not answered
    return found


async def _level(
    group: Sequence[Device],
    topology: Topology,
    ping: Ping,
    knock: Knock,
    policy: Policy,
    found: Reachable,
) -> None:
    blocked = [
        d for d in group if topology.reachable_without(d.id, found.silent - found.passing) is False
    ]
    if blocked:
        await _try_children(blocked, topology, ping, policy, found)
    asked = []
    for device in group:
        before = _before(device.id, topology, found)
        if before is None:
            asked.append(device)
        else:
            found.behind[device.id] = before
    await _ask(asked, ping, knock, policy, found)


def _before(device: str, topology: Topology, found: Reachable) -> str | None:
    """The silent device nearest above, when no way around it is known."""
    dead = found.silent - found.passing
    if topology.reachable_without(device, dead) is not False:
        return None
    return next((above for above in topology.ancestors(device) if above in dead), None)


async def _try_children(
    blocked: Sequence[Device], topology: Topology, ping: Ping, policy: Policy, found: Reachable
) -> None:
    """A switch may keep silent and pass traffic. Before all below it are given up, a few are
    pinged: one that answers clears its parents."""
    few: dict[str, Device] = {}
    for parent in found.silent:
        below = [d for d in blocked if parent in topology.parents(d.id)]
        few.update({d.id: d for d in below[:_SOME_CHILDREN]})
    found.tried += len(few)
    if not few:
        return
    echoes = await ping(list(few.values()), _pace(policy, 2))
    for name, echo in echoes.items():
        if echo.rtt_ms is not None:
            found.passing.update(found.silent.intersection(topology.parents(name)))


async def _ask(
    devices: Sequence[Device], ping: Ping, knock: Knock, policy: Policy, found: Reachable
) -> None:
    left = list(devices)
    found.tried += len(left)
    for count in (1, 3):
        if not left:
            return
        echoes = await ping(left, _pace(policy, count))
        for device in left:
            echo = echoes[device.id]
            found.ping[device.id] = None if echo.trouble else echo.rtt_ms is not None
            if echo.rtt_ms is not None:
                found.rtt_ms[device.id] = echo.rtt_ms
        left = [d for d in left if found.ping[d.id] is False]
        known = [d for d in left if d.id in found.tired]
        found.silent.update(d.id for d in known)
        left = [d for d in left if d.id not in found.tired]
    slots = asyncio.Semaphore(_AT_ONCE)

    async def once(device: Device) -> bool:
        async with slots:
            return await knock(device)

    answers = await asyncio.gather(*map(once, left))
    found.silent.update(d.id for d, answered in zip(left, answers, strict=True) if not answered)


def _pace(policy: Policy, count: int) -> Pace:
    return Pace(count=count, interval_ms=policy.ping_ms, period_ms=300, timeout_ms=policy.echo_ms)
