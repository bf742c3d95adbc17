"""Faults: small changes of the world, one function each, by name in `FAULTS`."""

from __future__ import annotations

from netdiag.lab.faults import access, account, bng, core, home, line
from netdiag.lab.faults.spec import Fault

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for module in (account, access, line, home, bng, core)
    for fault in module.FAULTS
}
