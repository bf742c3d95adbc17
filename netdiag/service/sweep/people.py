"""By policy: how many subscribers of a device answer ping. Routers that never do are no news: the
share is compared with what is usual for the device."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from netdiag.inventory.inventory import Inventory
from netdiag.model.errors import NetdiagError
from netdiag.model.sweep import DEVICE
from netdiag.service.sweep.policy import Policy
from netdiag.service.sweep.stops import Stop
from netdiag.transports.fping import Echo, Pace, ping_many

_FEWEST = 5  # subscribers of a device with addresses; a share of fewer says little
Ping = Callable[[Iterable[str], Pace], Awaitable[dict[str, Echo]]]


def addresses(inventory: Inventory, stops: Sequence[Stop]) -> dict[str, list[str]]:
    """Fixed addresses of subscribers by device; none where the inventory cannot tell."""
    found: dict[str, list[str]] = {}
    for stop in stops:
        try:
            people = inventory.on_device(stop.device.id)
        except NetdiagError:
            continue
        known = [person.ip for person in people if person.ip]
        if len(known) >= _FEWEST:
            found[stop.device.id] = known
    return found


async def count_silent(
    stops: Sequence[Stop],
    known: dict[str, list[str]],
    policy: Policy,
    ping: Ping = ping_many,
) -> None:
    """Ping them all, once and the silent ones again; the share of silent ones goes to the stops."""
    pace = Pace(count=1, interval_ms=policy.ping_ms, timeout_ms=policy.echo_ms)
    echoes: dict[str, Echo] = {}
    left = [address for some in known.values() for address in some]
    for _ in range(2):
        echoes |= await ping(left, pace)
        left = [address for address in left if echoes[address].rtt_ms is None]
    for stop in stops:
        told = [echoes[address] for address in known.get(stop.device.id, ())]
        asked = [echo for echo in told if echo.trouble is None]
        if len(asked) >= _FEWEST:
            share = 100 * sum(echo.rtt_ms is None for echo in asked) / len(asked)
            stop.beside["device.subscribers_silent_pct"] = {DEVICE: round(share, 1)}
