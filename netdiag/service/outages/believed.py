"""Which open outages may answer a caller without a probe.

Complaints alone open an outage in the register, and the NOC looks. But many call at once also when
a site of the world is down and every line is well: then each line is diagnosed, and the verdicts
speak. Pure but for the register.
"""

from __future__ import annotations

from netdiag.model.outage import Origin, Outage
from netdiag.store.outages import Entry, Register

_INFERRED_BY = "inference"
_PER_COMPLAINT = 0.2  # so much other evidence of being down there is where a cut is behind them


def believed(register: Register) -> list[Outage]:
    """Open outages that were announced by hand or confirmed by a person, or for which more speaks
    than complaints: verdicts, sessions, probes, traps, power."""
    return [
        one
        for one in register.open_ones()
        if one.origin is Origin.HAND or any(map(_speaks, register.log(one.id)))
    ]


def _speaks(entry: Entry) -> bool:
    if entry.who != _INFERRED_BY:
        return True
    told = entry.evidence.get("events")
    down = {k: v for k, v in told.items() if k.endswith(" down")} if isinstance(told, dict) else {}
    complaints = sum(int(v) for k, v in down.items() if k.startswith("contact"))
    others = sum(int(v) for v in down.values()) - complaints
    return others > 0 and others >= _PER_COMPLAINT * complaints
