"""The tree of the network with its lights: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from netdiag.inventory.topology import Topology
from netdiag.model.outage import Outage, OutageState
from netdiag.model.subscriber import Device
from netdiag.service.board.state import Group, Light, Lit, Node, worst

_OF_STATE = {
    OutageState.SUSPECTED: Light.SUSPECTED,
    OutageState.CONFIRMED: Light.DOWN,
    OutageState.CLEARING: Light.CLEARING,
}
_FOLDED = (Light.OK, Light.CUT, Light.WEAK)
Lights = Mapping[str, tuple[Lit, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The topology as a tree: every device below the last but one of its canonical path. Kept
    while the topology is the same."""

    order: tuple[str, ...]  # each device after the one above it
    above: Mapping[str, str]
    redundant: frozenset[str]
    topology: Topology


def shape(topology: Topology) -> Shape:
    """One tree of a graph that may have rings."""
    paths = {device: topology.path(device) for device in topology.devices}
    return Shape(
        order=tuple(sorted(paths, key=lambda device: (len(paths[device]), device))),
        above={device: path[-2] for device, path in paths.items() if len(path) > 1},
        redundant=frozenset(d for d in paths if len(topology.parents(d)) > 1),
        topology=topology,
    )


def lights(
    outages: Iterable[Outage],
    topology: Topology,
    of_site: Mapping[str, Collection[str]],
    silent: Collection[str] = (),
) -> dict[str, tuple[Lit, ...]]:
    """Device → its lights. `of_site`: folded name of a site → its devices."""
    found: dict[str, list[Lit]] = {}
    for outage in outages:
        for device, lit in _of(outage, topology, of_site):
            found.setdefault(device, []).append(lit)
    for device in silent:
        found.setdefault(device, [Lit(light=Light.SILENT)])
    return {device: tuple(some) for device, some in found.items()}


def _of(
    outage: Outage, topology: Topology, of_site: Mapping[str, Collection[str]]
) -> Iterable[tuple[str, Lit]]:
    light = _OF_STATE[outage.state]
    kind, _, rest = outage.root.partition(":")
    dead: Collection[str] = ()
    if kind == "site":
        dead = of_site.get(rest.casefold(), ())
    elif not rest:
        dead = roots_of(kind, topology)
    for device in dead:
        yield device, Lit(light=light, outage=outage.id)
    if rest and kind != "site":
        shown = Light.PART if light is Light.DOWN else light
        yield kind, Lit(light=shown, outage=outage.id, port=rest)
    if light is Light.DOWN:
        links = topology.links_of_port(kind, rest) if rest and kind != "site" else ()
        cut = topology.cut_off(dead, links)
        for device in cut:
            yield device, Lit(light=Light.CUT, outage=outage.id)
        starts = (*dead, *(link.device for link in links))
        below = {n for start in starts for n in (start, *topology.below(start))}
        for device in sorted(below - set(cut) - set(dead)):
            if topology.reachable_without(device, dead, links):
                yield device, Lit(light=Light.WEAK, outage=outage.id)


def roots_of(root: str, topology: Topology) -> tuple[str, ...]:
    """The devices of a root: redundant ones that failed together are joined by a plus sign."""
    return (root,) if root in topology else tuple(root.split("+"))


def grow(shaped: Shape, lit: Lights, devices: Mapping[str, Device]) -> tuple[Node, ...]:
    """The tree from its tops; devices that share a fate are one line below the one above them."""
    children: dict[str, list[str]] = {}
    for device in shaped.order:
        if device in shaped.above:
            children.setdefault(shaped.above[device], []).append(device)
    nodes: dict[str, Node] = {}
    for device in reversed(shaped.order):
        below = [nodes.pop(child) for child in children.get(device, ())]
        role, known = shaped.topology.role(device), devices.get(device)
        nodes[device] = Node(
            device=device,
            role=str(role) if role else "",
            site=known.site if known else None,
            lit=lit.get(device, ()),
            redundant=device in shaped.redundant,
            branches=_sorted(node for node in below if not _foldable(node)),
            groups=_groups(node for node in below if _foldable(node)),
        )
    return _sorted(nodes.values())


def _sorted(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: (worst(node), node.device)))


def _foldable(node: Node) -> bool:
    return not node.branches and node.light in _FOLDED and len(node.lit) <= 1


def _groups(nodes: Iterable[Node]) -> tuple[Group, ...]:
    names: dict[tuple[Light, str | None], list[str]] = {}
    for node in nodes:
        outage = node.lit[0].outage if node.lit else None
        names.setdefault((node.light, outage), []).append(node.device)
        for group in node.groups:
            names.setdefault((group.light, group.outage), []).extend(group.names)
    order = list(Light)
    return tuple(
        Group(light=light, outage=outage, names=tuple(sorted(some)))
        for (light, outage), some in sorted(names.items(), key=lambda one: order.index(one[0][0]))
    )
