"""On which port has one device learned a MAC? By exact questions; tables are not walked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from netdiag.content import placeholders
from netdiag.locating.ports import find_port
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.scene import Scene
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.verdict import ProbeRun
from netdiag.model.wire import Answer, SnmpColumns, SnmpGet, Target
from netdiag.model.words import Outcome
from netdiag.probing.addresses import follows
from netdiag.probing.render import Params, render
from netdiag.probing.run import Run
from netdiag.service.listing import Lister

SEEN, NAME, LONG, INDEX = "fdb.mac_seen", "fdb.mac_port", "fdb.mac_port_descr", "fdb.mac_if_index"
_OF_THE_MAC = frozenset((SEEN, NAME, LONG, INDEX, "fdb.mac_bridge_port"))
_AT_ONCE = 20  # VLANs of one GET


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What one device says. `names` of the port, the best first; empty when it was not found.
    `asked`: something could be asked at all; `answered`: somebody there answered; `absent`: it says
    for sure that it has not learned it."""

    device: str
    names: tuple[str, ...] = ()
    index: int | None = None
    vlan: int | None = None
    at: datetime | None = None
    query: str = ""
    asked: bool = False
    answered: bool = False
    absent: bool = False


@dataclass(slots=True, kw_only=True)
class Searcher:
    """Asks devices for one MAC. `whole_tables` allows walks where no exact question is answered."""

    lister: Lister
    whole_tables: bool = False
    per_device_s: float = 3.0
    runs: list[ProbeRun] = field(default_factory=list)

    async def look(self, target: Target, mac: str, vlan: int | None) -> Learned:
        """In the VLAN, where it is known; else wherever the device has learned it."""
        found = await self._ask(target, mac, vlan)
        if found.names or found.absent or (found.asked and not found.answered):
            return found
        scanned, other = await self._vlan_of(target, mac, vlan)
        if other is not None:
            return await self._ask(target, mac, other)
        return replace(found, asked=True, answered=True) if scanned else found

    async def _ask(self, target: Target, mac: str, vlan: int | None) -> Learned:
        params = {"mac": mac, "device": target.device}
        if vlan is not None:
            params["vlan"] = str(vlan)
        run = Run(
            content=_only_the_mac(self.lister.content, whole_tables=self.whole_tables),
            scene=Scene(
                subscriber=Subscriber(id=target.device, macs=(mac,)),
                attachment=Attachment(device=target.device),
                targets={TargetKind.ACCESS: (target,)},
                params=params,
            ),
            ask=self.lister.ask,
            wanted=_wanted,
            deadline=self.lister.deadline.at_most(self.per_device_s),
            clock=self.lister.clock,
        )
        probed = await run.go()
        asked = [one for one in probed.runs if one.outcome is not Outcome.SKIPPED]
        self.runs += asked
        answered = any(one.outcome is Outcome.OK or _told(one) for one in asked)
        found = _learned(target.device, probed.facts, vlan)
        return replace(found, asked=bool(asked), answered=answered)

    async def _vlan_of(
        self, target: Target, mac: str, tried: int | None
    ) -> tuple[bool, int | None]:
        """Whether its VLANs could be asked, and that in which it has learned the MAC."""
        exact = next(
            (
                probe
                for probe in self.lister.content.probes_of(target.platform)
                if isinstance(probe.ask, SnmpGet)
                and {"vlan", "mac"} <= set(placeholders.of_question(probe.ask))
                and SEEN in probe.yields
            ),
            None,
        )
        listing = self.lister.probes(target, lambda probe: "own.vlan" in probe.yields)
        if exact is None or not listing:
            return False, None
        tables = await self.lister.all(target, listing[:1], {})
        rows = [row for one in tables if one.table for row in one.table.rows]
        vlans = [v for row in rows if isinstance(v := row.get("own.vlan"), int) and v != tried]
        for begin in range(0, len(vlans), _AT_ONCE):
            found = await self._in_one_of(target, exact, mac, vlans[begin : begin + _AT_ONCE])
            if found is not None:
                return True, found
        return any(one.table for one in tables), None

    async def _in_one_of(
        self, target: Target, exact: Probe, mac: str, vlans: Iterable[int]
    ) -> int | None:
        oids: dict[str, str] = {}
        for vlan in vlans:
            one = render(exact.ask, Params({"mac": mac, "vlan": str(vlan)}, Facts()))
            if isinstance(one, SnmpGet):
                oids[str(vlan)] = next(iter(one.oids.values()))
        limit = self.lister.deadline.at_most(exact.timeout_s)
        if limit.remaining <= 0:
            return None
        reply = await self.lister.ask(exact.transport, target, SnmpGet(oids=oids), limit)
        row = reply.rows[0] if isinstance(reply, Answer) and reply.rows else {}
        return next((int(name) for name, cell in row.items() if cell is not None), None)


def _told(run: ProbeRun) -> bool:
    """An answer that holds nothing is one, too."""
    return (run.why or "").startswith(("not_supported", "unreadable"))


def _only_the_mac(content: Content, *, whole_tables: bool) -> Content:
    """Content with those probes alone that tell where a MAC is learned."""

    def tells(probe: Probe) -> bool:
        if probe.target is not TargetKind.ACCESS or probe.act is not None:
            return False
        walks = isinstance(probe.ask, SnmpColumns)
        return not _OF_THE_MAC.isdisjoint(probe.yields) and (whole_tables or not walks)

    return replace(content, probes=tuple(p for p in content.probes if tells(p)))


def _wanted(facts: Facts) -> Mapping[str, float]:
    seen = facts.fact(SEEN)
    if seen is not None and seen.value is False:
        return {}
    if facts.fact(NAME) is not None:
        return {}
    return {SEEN: 1.0, NAME: 1.0, LONG: 1.0, INDEX: 1.0}


def _learned(device: str, facts: Facts, vlan: int | None) -> Learned:
    told = [facts.fact(name) for name in (NAME, LONG)]
    names = tuple(dict.fromkeys(str(f.value) for f in told if f is not None and f.value))
    index, seen = facts.fact(INDEX), facts.fact(SEEN)
    first: Fact | None = next((f for f in (seen, *told, index) if f is not None), None)
    number = index.value if index is not None and isinstance(index.value, int) else None
    if not names and number is not None:
        names = (str(number),)
    return Learned(
        device=device,
        names=names,
        index=number,
        vlan=vlan,
        at=first.measured_at if first else None,
        query=first.source.query if first else "",
        absent=seen is not None and seen.value is False,
    )


def recorded_name(
    learned: Learned, platform: str, ports: Iterable[str], content: Content
) -> tuple[str, ...]:
    """Names of the port, the inventory's own spelling first where one of its ports is meant:
    by name, or by the number that the platform gives that port."""
    known = list(dict.fromkeys(ports))
    named = find_port(learned.names, known)
    if named is None and learned.index is not None:
        numbered = [
            port
            for port in known
            if follows(platform, {"port": port}, content).get("port.if_index") == learned.index
        ]
        named = numbered[0] if len(numbered) == 1 else None
    return tuple(dict.fromkeys((*([named] if named else []), *learned.names)))
