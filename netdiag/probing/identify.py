"""Which platform a device is, by what its SNMP agent says of itself. Pure."""

from __future__ import annotations

import re

from netdiag.model.content import Content
from netdiag.model.probe import Platform


def identify(sys_object_id: str, sys_descr: str, content: Content) -> str | None:
    """The id of the platform whose `identify` fits, or None.

    The longest sysObjectID prefix wins, among platforms whose `sys_descr` is found in the text
    (makers share one branch among switches, telephones and UPSes). An agent that tells no
    sysObjectID is known by its description alone. Dots before the OID do not matter.
    """
    oid = sys_object_id.strip().lstrip(".")
    fitting = [p for p in content.platforms.values() if _described(p, sys_descr)]
    if not oid:
        return next((p.id for p in fitting if p.sys_descr), None)
    ranked = [(_depth(p, oid), p.id) for p in fitting]
    depth, name = max(ranked, key=lambda pair: pair[0], default=(0, ""))
    return name if depth else None


def _described(platform: Platform, sys_descr: str) -> bool:
    return not platform.sys_descr or re.search(platform.sys_descr, sys_descr) is not None


def _depth(platform: Platform, oid: str) -> int:
    """How many arcs of the OID the platform's longest prefix covers; 0 for none."""
    below = (p.count(".") + 1 for p in platform.sys_object_ids if f"{oid}.".startswith(f"{p}."))
    return max(below, default=0)
