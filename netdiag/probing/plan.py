"""What to ask next. Pure: content, scene and what is known in; probes to start out.

A probe is worth starting when it yields a fact that the judgement still wants, when all it needs
is known, and when nothing cheaper that is already under way could make it needless.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from netdiag.content.placeholders import NAMES
from netdiag.model.condition import Truth, evaluate, facts_read
from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.scene import Scene
from netdiag.model.wire import Target
from netdiag.model.words import AbsenceReason, AccessKind, Consent
from netdiag.probing.derive import dependencies, needs_two_readings
from netdiag.probing.render import Params

_CHEAP = 2
LOGINS = ("snmp", "routeros", "ssh")
OF_TARGET = ("host", "resolver")  # placeholders that the target itself fills
MANY = (TargetKind.PATH, TargetKind.SITE, TargetKind.RESOLVER, TargetKind.ANCHOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One probe with those whom it asks. `again` marks the second reading of counters."""

    probe: Probe
    targets: tuple[Target, ...]
    again: bool = False
    key: tuple[str, str, bool] = field(init=False)  # identity within one run
    first: tuple[str, ...] = field(init=False)  # facts that must be known before it can be asked

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", _asks_first(self.probe))
        object.__setattr__(self, "key", (self.probe.id, self.probe.target, self.again))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A probe that will not be run, and why."""

    probe: Probe
    why: AbsenceReason
    detail: str


@dataclass(slots=True)
class Progress:
    """What was started and finished so far."""

    running: dict[tuple[str, str, bool], Errand] = field(default_factory=dict)
    done: set[tuple[str, str, bool]] = field(default_factory=set)

    def touched(self, errand: Errand) -> bool:
        """Is it running or done?"""
        return errand.key in self.running or errand.key in self.done


def errands(content: Content, scene: Scene) -> tuple[list[Errand], list[Refusal]]:
    """Every probe that could be run for this scene, cheapest first, and those that cannot."""
    able: dict[tuple[str, str, bool], Errand] = {}
    unable: list[Refusal] = []
    for kind in TargetKind:
        targets = scene.targets.get(kind, ())
        for target in targets[:1]:
            for probe in content.probes_of(target.platform):
                if probe.target is not kind:
                    continue
                why = _no_way(probe, target, content, scene)
                if why:
                    unable.append(why)
                else:
                    errand = Errand(probe=probe, targets=targets if kind in MANY else (target,))
                    able[errand.key] = errand
    order = sorted(able.values(), key=lambda e: (e.probe.cost, e.probe.stage))
    return order, unable


def ready(
    all_errands: Iterable[Errand],
    wanted: Mapping[str, float],
    facts: Facts,
    content: Content,
    scene: Scene,
    progress: Progress,
    *,
    patient: bool = True,
) -> list[Errand]:
    """The errands to start now, most wanted first among equally dear ones.

    `patient`: may a dear probe still wait for cheap ones that could make it needless?
    """
    pending = [e for e in all_errands if not progress.touched(e)]
    worth = base_facts(wanted, content, facts)
    _add_needs(pending, worth, facts)
    coming = {n for e in progress.running.values() for n in e.probe.yields}
    chosen = [e for e in pending if _useful(e, worth, coming) and _possible(e, facts, scene)]
    chosen = [e for e in chosen if not _comes_later(e, chosen, progress)]
    if patient:
        chosen = [e for e in chosen if not _could_wait(e, progress, chosen)]
    chosen = _looks_before_acts(chosen, progress)
    return sorted(chosen, key=lambda e: (e.probe.cost, -_worth(e, worth)))


def _looks_before_acts(chosen: list[Errand], progress: Progress) -> list[Errand]:
    """What acts comes last and alone: it erases the traces that the others look for, and nobody
    reads a port that is being switched."""
    if any(e.probe.act for e in progress.running.values()):
        return []
    looks = [e for e in chosen if not e.probe.act]
    return looks if looks or progress.running else chosen[:1]


def base_facts(wanted: Mapping[str, float], content: Content, facts: Facts) -> dict[str, float]:
    """Wanted facts resolved down to those that probes read, as far as they are not known."""
    found: dict[str, float] = {}
    queue = [(name, weight) for name, weight in wanted.items()]
    while queue:
        name, weight = queue.pop()
        if found.get(name, -1.0) >= weight or facts.fact(name) is not None:
            continue
        found[name] = weight
        queue.extend((needed, weight) for needed in dependencies(content.vocabulary[name]))
    return found


def wants_second_reading(wanted: Mapping[str, float], content: Content, facts: Facts) -> set[str]:
    """Counters of which a second reading would give a fact that is still wanted."""
    counters: set[str] = set()
    for name in base_facts(wanted, content, facts):
        kind = content.vocabulary[name]
        if needs_two_readings(kind):
            counters.update(n for n in dependencies(kind) if facts.fact(n) is not None)
    return counters


def _no_way(probe: Probe, target: Target, content: Content, scene: Scene) -> Refusal | None:
    platform = content.platforms.get(target.platform)
    served = platform.transports if platform else ()
    if served and probe.transport in LOGINS and probe.transport not in served:
        detail = f"{target.platform} is not asked over {probe.transport}"
        return Refusal(probe=probe, why=AbsenceReason.NOT_SUPPORTED, detail=detail)
    if probe.transport in LOGINS and not has_login(probe.transport, target):
        detail = f"no {probe.transport} credentials are configured for {target.device}"
        return Refusal(probe=probe, why=AbsenceReason.NOT_IN_INVENTORY, detail=detail)
    if probe.consent is Consent.ALWAYS and not scene.disruptive:
        detail = "it disturbs the service; it runs only with --disruptive"
        return Refusal(probe=probe, why=AbsenceReason.NOT_ASKED, detail=detail)
    if probe.consent is not Consent.NONE and scene.on_uplink:
        detail = "the port is an uplink: tests that disturb the service are refused there"
        return Refusal(probe=probe, why=AbsenceReason.NOT_ASKED, detail=detail)
    if probe.act and not probe.act.own and not _alone(scene):
        detail = _not_alone(scene.sharers)
        return Refusal(probe=probe, why=AbsenceReason.NOT_ASKED, detail=detail)
    return None


def has_login(transport: str, target: Target) -> bool:
    return any(name.startswith(f"{transport}.") for name in target.secrets) or (
        f"{transport}.username" in target.options or f"{transport}.user" in target.options
    )


def _alone(scene: Scene) -> bool:
    """A PON port or a sector is shared by nature, whatever the inventory writes."""
    return scene.sharers == 1 and scene.subscriber.access is AccessKind.COPPER


def _not_alone(sharers: int | None) -> str:
    who = f"{sharers} subscribers share" if sharers and sharers > 1 else "others may share"
    return f"{who} this port: tests that stop it are for a copper port of one subscriber"


def _add_needs(pending: list[Errand], worth: dict[str, float], facts: Facts) -> None:
    """What a wanted probe needs before it can be asked is wanted too."""
    for _ in range(3):
        for errand in pending:
            new = [n for n in errand.first if n not in worth and not facts.fact(n)]
            value = _worth(errand, worth) if new else 0.0
            if value > 0:
                worth.update(dict.fromkeys(new, value))


def _asks_first(probe: Probe) -> tuple[str, ...]:
    names = (*probe.needs, *(n for c in probe.when for n in facts_read(c)))
    return tuple(n for n in dict.fromkeys(names) if n not in NAMES and "." in n)


def _worth(errand: Errand, worth: Mapping[str, float]) -> float:
    return sum(worth.get(name, 0.0) for name in errand.probe.yields)


def _useful(errand: Errand, worth: Mapping[str, float], coming: set[str]) -> bool:
    """Does it yield something wanted that nothing under way will yield? Cheap ones are asked
    beside others."""
    cheap = errand.probe.cost <= _CHEAP
    return any(n in worth and (cheap or n not in coming) for n in errand.probe.yields)


def _possible(errand: Errand, facts: Facts, scene: Scene) -> bool:
    probe = errand.probe
    if lacks(errand, Params(scene.params, facts)):
        return False
    if probe.act and not probe.act.own and not _one_device_at_most(facts):
        return False
    truths = [evaluate(condition, facts) for condition in probe.when]
    if Truth.FALSE in truths:
        return False
    if probe.cost > _CHEAP and Truth.UNKNOWN in truths:
        return False
    return _consented(probe, facts, scene)


def _one_device_at_most(facts: Facts) -> bool:
    """Two MACs on a port are two parties, or a switch: such a port is not touched."""
    count = facts.fact("port.mac_count")
    return count is not None and isinstance(count.value, int) and count.value <= 1


def lacks(errand: Errand, params: Params) -> str | None:
    """The first thing that the probe needs and nobody knows; options are the target's own."""
    options = {f"option.{name}" for target in errand.targets for name in target.options}
    for name in errand.probe.needs:
        given = name in OF_TARGET or name in options
        if not given and params.get(name) is None:
            return name
    return None


def _comes_later(errand: Errand, chosen: list[Errand], progress: Progress) -> bool:
    """Is a probe that comes before it under way, or about to start?"""
    sooner = {e.probe.id for e in (*progress.running.values(), *chosen) if e.key != errand.key}
    return not sooner.isdisjoint(errand.probe.after)


def _consented(probe: Probe, facts: Facts, scene: Scene) -> bool:
    if probe.consent is Consent.NONE or scene.disruptive:
        return True
    status = facts.fact("port.oper_status")
    down = status is not None and status.value == "down" and status.source.transport != "sql"
    return probe.consent is Consent.UNLESS_PORT_DOWN and down


def _could_wait(errand: Errand, progress: Progress, chosen: list[Errand]) -> bool:
    """A dear probe waits for cheap ones of an earlier stage: they may make it needless."""
    probe = errand.probe
    if probe.cost <= _CHEAP:
        return False
    others: Iterator[Errand] = iter((*progress.running.values(), *chosen))
    for other in others:
        if other.probe.cost < probe.cost and other.probe.stage < probe.stage and not other.again:
            return True
    return False
