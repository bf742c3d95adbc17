"""What the world remembers: counters, when links changed, sessions that ended. Pure.

A counter is its value at the last change plus the present rate times the seconds since: whoever
reads it twice sees it grow, and a fault never makes it fall.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from netdiag.lab.link import link
from netdiag.lab.reach import reachable
from netdiag.lab.service import Reject, online, reject
from netdiag.lab.things import Beat, Home, PortKey, Service, World
from netdiag.lab.traffic import COUNTERS, HOME, Rates, rates

DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Since when a link is as it is, and how often it went down."""

    up: bool
    since: float
    downs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A session that is over; `cause` in the words of RFC 2866, 5.10."""

    home: str
    mac: str
    started: float
    stopped: float
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The world and its memory."""

    world: World
    at: float
    flows: dict[PortKey, Rates] = field(default_factory=dict)
    tallies: dict[PortKey, dict[str, float]] = field(default_factory=dict)
    links: dict[PortKey, Stamp] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)  # homes that are online
    offline: dict[str, float] = field(default_factory=dict)  # homes that are not, since when
    ended: tuple[Ended, ...] = ()
    tested: dict[PortKey, float] = field(default_factory=dict)  # cable tests, when


def opening(world: World, now: float) -> Scene:
    """A town that has been running for a while."""
    scene = Scene(world=world, at=now)
    started = {home.id: home.online_since for home in world.homes.values()}
    links = {
        key: Stamp(up=link(world, key).up, since=_first_up(world, key), downs=2)
        for key in world.ports
    }
    tallies: dict[PortKey, dict[str, float]] = {}
    flows = _flows(world, now)
    for key, flow in flows.items():
        age = now - (started[key[1]] if key[0] == HOME else world.devices[key[0]].booted_at)
        tallies[key] = {name: getattr(flow, name) * age for name in COUNTERS}
    return replace(scene, flows=flows, tallies=tallies, links=links, started=started)


def _flows(world: World, now: float) -> dict[PortKey, Rates]:
    meters = [*world.ports, *((HOME, home) for home in world.homes)]
    return {key: rates(world, key, now) for key in meters}


def _first_up(world: World, key: PortKey) -> float:
    home = world.plugged.get(key)
    device = world.devices[key[0]]
    return world.homes[home].online_since - 90 if home else device.booted_at


def advance(scene: Scene, world: World, now: float, happened: float) -> Scene:
    """The scene after the world became another one. Counters go on from now; what people and
    devices remember (links, sessions) says that it happened at `happened`."""
    online_now = {h.id for h in world.homes.values() if online(world, h, now)}
    began = {**scene.started}
    offline = {**scene.offline}
    ended = list(scene.ended)
    for home in world.homes.values():
        if home.id in online_now and home.id not in began:
            began[home.id] = happened
            offline.pop(home.id, None)
        elif home.id not in online_now and home.id in began:
            ended = [e for e in ended if e.home != home.id or e.stopped < happened]
            if home.session is None or home.session.foreign:  # a ghost has not ended
                ended.append(_end(scene, world, home, happened, now))
            del began[home.id]
            offline[home.id] = happened
        elif home.id in began and beats_of(world, home):
            began[home.id] = min(began[home.id], happened - 60)
    flows = _flows(world, now)
    tallies = {key: _tally(scene, key, now) for key in flows}
    for home_id in set(began) - set(scene.started):
        tallies[HOME, home_id] = dict.fromkeys(COUNTERS, 0.0)
    return replace(
        scene, world=world, at=now, flows=flows, tallies=tallies, ended=tuple(ended),
        links={key: _stamp(scene, world, key, happened) for key in world.ports},
        started=began, offline=offline,
    )  # fmt: skip


def _stamp(scene: Scene, world: World, key: PortKey, happened: float) -> Stamp:
    old, up = scene.links[key], link(world, key).up
    if up == old.up:
        return old
    return Stamp(up=up, since=happened, downs=old.downs + (0 if up else 1))


def _end(scene: Scene, world: World, home: Home, happened: float, now: float) -> Ended:
    # whoever began after that moment never was: the service was down already
    started = min(scene.started[home.id], happened - 60)
    mac = scene.world.homes[home.id].router.mac
    cause = _cause(world, home, now)
    return Ended(home=home.id, mac=mac, started=started, stopped=happened, cause=cause)


def _cause(world: World, home: Home, now: float) -> str:
    if not reachable(world, home.bng):
        return "NAS-Error"
    why = reject(world, home, now)
    if why is Reject.BLOCKED:
        return "Admin-Reset"
    if home.must_dial or why in (Reject.WRONG_PASSWORD, Reject.UNKNOWN_USER):
        return "User-Request"
    return "Lost-Carrier"


def _tally(scene: Scene, key: PortKey, now: float) -> dict[str, float]:
    return {name: counter(scene, key, name, now) for name in COUNTERS}


def counter(scene: Scene, key: PortKey, name: str, now: float) -> float:
    """Value of one counter of a port, or of a home's session under (HOME, id)."""
    rate: float = getattr(scene.flows[key], name)
    device = scene.world.devices.get(key[0])
    if device is not None and device.restarts is not None:
        return rate * (now - device.up_since(now))
    return scene.tallies[key][name] + rate * (now - scene.at)


def beats_of(world: World, home: Home) -> list[Beat]:
    """Everything that tears this home's session down from time to time."""
    device = world.devices[home.plugged[0]]
    beats = (home.line.flaps, home.router.drops, device.restarts)
    return [beat for beat in beats if beat is not None]


def link_since(scene: Scene, key: PortKey, now: float) -> float:
    """When the link last changed."""
    beats = _link_beats(scene.world, key)
    return max([scene.links[key].since, *(beat.last(now) for beat in beats)])


def link_downs(scene: Scene, key: PortKey, now: float) -> int:
    """How often the link went down since the device was set up."""
    beats = _link_beats(scene.world, key)
    return scene.links[key].downs + sum(beat.count(now) for beat in beats)


def link_drop_times(scene: Scene, key: PortKey, now: float) -> list[float]:
    """When the link went down during the last day."""
    times = [t for beat in _link_beats(scene.world, key) for t in beat.times(now)]
    stamp = scene.links[key]
    if not stamp.up and not scene.world.ports[key].uplink:
        times.append(stamp.since)
    return sorted(t for t in times if t > now - DAY)


def _link_beats(world: World, key: PortKey) -> list[Beat]:
    home = world.plugged.get(key)
    beats = (
        world.homes[home].line.flaps if home else None,
        world.devices[key[0]].restarts,
    )
    return [beat for beat in beats if beat is not None]


def session_started(scene: Scene, home: Home, now: float) -> float | None:
    """When the running service began; None when there is none."""
    if home.id not in scene.started:
        return None
    drops = [beat.last(now) + 12 for beat in beats_of(scene.world, home)]
    return max([scene.started[home.id], *(t for t in drops if t <= now)])


def sessions_ended(scene: Scene, home: Home, now: float) -> list[Ended]:
    """Sessions of the last day that are over, oldest first."""
    found = [ended for ended in scene.ended if ended.home == home.id]
    start = scene.started.get(home.id)
    for beat in beats_of(scene.world, home) if start is not None else []:
        for moment in (t for t in beat.times(now) if start is None or t > start):
            begun = max(moment - beat.every_s + 12, start or 0.0)
            found.append(
                Ended(
                    home=home.id, mac=home.router.mac, started=begun, stopped=moment,
                    cause="Lost-Carrier",
                )
            )  # fmt: skip
    return sorted((e for e in found if e.stopped > now - DAY), key=lambda e: e.stopped)


def is_pppoe(home: Home) -> bool:
    """Only PPPoE has sessions at RADIUS."""
    return home.service is Service.PPPOE
