"""Facts that a sweep wants of a device as a whole, read by the ordinary probes of its platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source, Value
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.sweep import DEVICE, Cadence
from netdiag.model.wire import Deadline, NoAnswer, Target
from netdiag.model.words import Disruption
from netdiag.probing.ask import Ask
from netdiag.probing.extract import Circumstances, extract
from netdiag.probing.render import NoValueError, Params, render
from netdiag.probing.show import shown
from netdiag.sweeping.known import Columns, Known, forget

_HOUR_S, _DAY_S = 3300.0, 79200.0
_OF_DEVICE = (TargetKind.ACCESS, TargetKind.BNG, TargetKind.DEVICE)
_LIGHT = ("snmp", "routeros")


class Extras:
    """The probes by platform, looked up once."""

    def __init__(self, content: Content, ask: Ask) -> None:
        self._content = content
        self._ask = ask
        self._wanted = {
            name: kind.sweep for name, kind in content.vocabulary.types.items() if kind.sweep
        }
        self._probes: dict[str, tuple[Probe, ...]] = {}

    async def read(
        self, target: Target, known: Known, now: float, deadline: Deadline
    ) -> tuple[Columns, int]:
        """Facts of the device that are due, and how many probes were put. A later probe of the
        same fact is asked only where an earlier one gave nothing."""
        table: Columns = {}
        put = 0
        for probe in self._of(target.platform):
            open_facts = [name for name in probe.yields if name in self._wanted]
            due = [name for name in open_facts if name not in table and self._due(name, known, now)]
            if not due or not deadline.remaining:
                continue
            put += 1
            found = await self._put(probe, target, deadline)
            for name in due:
                if name in found:
                    table[name] = {DEVICE: found[name]}
                    known.asked[name] = now
                elif probe is self._last_of(target.platform, name):
                    # What it used to tell is asked for again in an hour, all else in a day.
                    again_s = _HOUR_S if name in known.table else _DAY_S
                    known.asked[name] = now - _DAY_S + again_s
                    forget(known, [name])
        return table, put

    def _due(self, name: str, known: Known, now: float) -> bool:
        last = known.asked.get(name)
        if last is None or self._wanted[name] is Cadence.ALWAYS:
            return True
        served = name in known.table
        pause = _HOUR_S if served and self._wanted[name] is Cadence.HOURLY else _DAY_S
        return now - last >= pause

    async def _put(self, probe: Probe, target: Target, deadline: Deadline) -> dict[str, Value]:
        own = {"host": target.host, "device": target.device}
        own |= {f"option.{name}": text for name, text in target.options.items()}
        params = Params(own, Facts())
        try:
            question = render(probe.ask, params)
        except NoValueError:
            return {}
        patience = deadline.at_most(probe.timeout_s)
        reply = await self._ask(probe.transport, target, question, patience)
        if isinstance(reply, NoAnswer):
            return {}
        source = Source(
            transport=probe.transport, probe=probe.id, query=shown(question), device=target.device
        )
        at = Circumstances(params=params, now=datetime.now(UTC), source=source)
        readings = extract(probe, reply, self._content.vocabulary, at)
        return {r.name: r.value for r in readings if isinstance(r, Fact) and r.value is not None}

    def _of(self, platform: str) -> Sequence[Probe]:
        if platform not in self._probes:
            served = self._content.probes_of(platform)
            some = [probe for probe in served if self._usable(probe)]
            self._probes[platform] = tuple(sorted(some, key=lambda p: len(p.after)))
        return self._probes[platform]

    def _usable(self, probe: Probe) -> bool:
        return (
            probe.transport in _LIGHT
            and probe.target in _OF_DEVICE
            and probe.act is None
            and probe.disruption is Disruption.NONE
            and any(name in self._wanted for name in probe.yields)
            and not [need for need in probe.needs if not need.startswith(("host", "option."))]
        )

    def _last_of(self, platform: str, name: str) -> Probe | None:
        found = [probe for probe in self._of(platform) if name in probe.yields]
        return found[-1] if found else None
