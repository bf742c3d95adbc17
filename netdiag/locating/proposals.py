"""What was heard against the links of the inventory: agrees, new, differs, missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from netdiag.locating.links import End, Heard
from netdiag.locating.ports import same_port
from netdiag.locating.recognise import Known


class Fit(StrEnum):
    """How a link fits the inventory."""

    AGREES = "agrees"
    NEW = "new"  # heard, not in the inventory
    DIFFERS = "differs"  # the same two devices over another port, or the port leads elsewhere
    MISSING = "missing"  # in the inventory; both ends were asked, and neither hears the other
    NOT_TOLD = "not_told"  # in the inventory; nobody could say


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link with its direction: `device` hangs below `parent`."""

    device: str
    parent: str
    device_port: str | None = None
    parent_port: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One link as it was heard (`now`), as the inventory has it (`recorded`), or both. `sure`: both
    ends say so, or one does over a protocol that bridges do not pass on, and nothing speaks
    against it."""

    fit: Fit
    now: Edge | None = None
    recorded: Edge | None = None
    heard: Heard | None = None
    why: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """May it be adopted without a second look?"""
        return self.heard is not None and self.heard.direct and not self.heard.conflicts

    @property
    def seen_at(self) -> datetime | None:
        """When it was last heard."""
        return self.heard.seen_at if self.heard else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directed:
    """A heard cable with its direction; two of them for one cable between equals."""

    heard: Heard
    edge: Edge


def proposals(
    directed: Sequence[Directed], recorded: Iterable[Edge], devices: Iterable[Known]
) -> tuple[Proposal, ...]:
    """Every link, heard or recorded, once."""
    answered = {device.id for device in devices if device.answered}
    rest = list(recorded)
    found: list[Proposal] = []
    for one in _direct_first(directed):
        same = _match(one, rest)
        if same is not None:
            rest.remove(same)
            found.append(_compared(one, same))
        elif one.heard.direct or len(one.heard.ends) > 1:
            found.append(_fresh(one, rest))
    found += [_unheard(edge, answered) for edge in rest]
    order = (Fit.DIFFERS, Fit.NEW, Fit.MISSING, Fit.AGREES, Fit.NOT_TOLD)
    return tuple(sorted(found, key=lambda p: (order.index(p.fit), _key(p))))


def _direct_first(directed: Sequence[Directed]) -> list[Directed]:
    return sorted(directed, key=lambda one: (not one.heard.direct, -len(one.heard.ends)))


def _match(one: Directed, recorded: Sequence[Edge]) -> Edge | None:
    """The recorded link of these two devices, in either direction, that with these ports first."""
    pair = {one.edge.device, one.edge.parent}
    between = [edge for edge in recorded if {edge.device, edge.parent} == pair]
    return min(between, key=lambda edge: len(_port_quarrels(one, edge)), default=None)


def _compared(one: Directed, recorded: Edge) -> Proposal:
    quarrels = _port_quarrels(one, recorded)
    fit = Fit.DIFFERS if quarrels else Fit.AGREES
    now = one.edge if one.edge.device == recorded.device else _turned(one.edge)
    return Proposal(fit=fit, now=now, recorded=recorded, heard=one.heard, why=tuple(quarrels))


def _turned(edge: Edge) -> Edge:
    return Edge(
        device=edge.parent,
        parent=edge.device,
        device_port=edge.parent_port,
        parent_port=edge.device_port,
    )


def _port_quarrels(one: Directed, recorded: Edge) -> list[str]:
    found = []
    for device, port in (
        (recorded.device, recorded.device_port),
        (recorded.parent, recorded.parent_port),
    ):
        end = _end(one.heard, device)
        if port and end.ports and not any(same_port(port, name) for name in end.ports):
            found.append(f"{device}: {end.port} is heard, {port} is recorded")
    return found


def _end(heard: Heard, device: str) -> End:
    return heard.a if heard.a.device == device else heard.b


def _fresh(one: Directed, rest: Sequence[Edge]) -> Proposal:
    """New; or the recorded link of the same port leads to another device."""
    for edge in rest:
        for device, port, other in (
            (edge.device, edge.device_port, edge.parent),
            (edge.parent, edge.parent_port, edge.device),
        ):
            if port is None or device not in (one.edge.device, one.edge.parent):
                continue
            end = _end(one.heard, device)
            if any(same_port(port, name) for name in end.ports):
                why = f"{device}:{port} leads to {other} in the inventory"
                return Proposal(fit=Fit.DIFFERS, now=one.edge, heard=one.heard, why=(why,))
    return Proposal(fit=Fit.NEW, now=one.edge, heard=one.heard)


def _unheard(edge: Edge, answered: set[str]) -> Proposal:
    told = [device for device in (edge.device, edge.parent) if device in answered]
    if len(told) == 2:
        why = f"neither {edge.device} nor {edge.parent} hears the other"
        return Proposal(fit=Fit.MISSING, recorded=edge, why=(why,))
    quiet = [device for device in (edge.device, edge.parent) if device not in answered]
    why = f"{', '.join(quiet)}: no table of neighbours could be read, or it is empty"
    return Proposal(fit=Fit.NOT_TOLD, recorded=edge, why=(why,))


def _key(one: Proposal) -> tuple[str, str]:
    edge = one.now or one.recorded
    return (edge.parent, edge.device) if edge else ("", "")


def counts(found: Iterable[Proposal]) -> dict[str, int]:
    """How many of each kind, every kind named."""
    numbers = dict.fromkeys(map(str, Fit), 0)
    for one in found:
        numbers[str(one.fit)] += 1
    return numbers


def adoptable(found: Iterable[Proposal]) -> Iterator[Proposal]:
    """What a proposal file holds: what is new or differs."""
    yield from (one for one in found if one.fit in (Fit.NEW, Fit.DIFFERS) and one.now)
